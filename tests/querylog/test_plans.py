"""SQLite takes the index that names few rows, though it knows nothing of how many there are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.querylog import Feedback, QueryFilter, QueryLog, open_log

from .conftest import NOON, record


async def plan(log: QueryLog, file: Path, wanted: QueryFilter) -> list[str]:
    """Return how SQLite reads the first page of a filter."""
    told: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, values: Any, *rest: Any) -> None:
        if "FROM queries" in statement:
            told.append((statement, values))

    reader = log._database.reader.sync_engine
    event.listen(reader, "before_cursor_execute", hear)
    try:
        assert [row async for row in log.queries(wanted)]
    finally:
        event.remove(reader, "before_cursor_execute", hear)
    statement, values = told[0]
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({}, "ix_queries_topic_id"),
        ({"entry": "cash.cost"}, "ix_queries_entry_id"),
        ({"entry": "cash.cost", "outcome": "answered"}, "ix_queries_entry_id"),
        ({"feedback": "any"}, "PRIMARY KEY"),
        ({"feedback": "outdated", "outcome": "answered"}, "PRIMARY KEY"),
        ({"verdict": "right"}, "PRIMARY KEY"),
        ({"words": "question"}, "PRIMARY KEY"),
        ({"words": "question", "entry": "cash.cost"}, "PRIMARY KEY"),
    ],
)
async def test_a_page_goes_by_the_filter_that_names_few(
    tmp_path: Path, given: dict[str, Any], index: str
) -> None:
    async with open_log(tmp_path) as log:
        for number in range(3):
            logged = await log.record(record(number))
        assert logged.id is not None
        await log.feedback(Feedback(at=NOON, user="discord:9", reason="outdated", query=logged.id))
        await log.review.judge_query(logged.id, by="discord:8", verdict="right")
        wanted = QueryFilter(topic="offers", newest_first=True, limit=51, **given)
        steps = await plan(log, tmp_path / "querylog.sqlite3", wanted)
    read = next(step for step in steps if "queries" in step and "fts" not in step)
    assert index in read, steps
    assert not any("ORDER BY" in step for step in steps), steps
