"""Files for other programs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from bot.querylog import COLUMNS, Feedback, QueryLog, write_csv, write_jsonl

from .conftest import NOON, record

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@S(A1)",
    "\tx",
    "\rx",
    "  =cmd|' /C calc'!A0",
    "\n=1",
    "\u00a0=1",
]


@pytest.mark.parametrize("words", FORMULAS)
async def test_no_cell_is_a_formula(log: QueryLog, words: str) -> None:
    await log.record(
        record(text="x " + words, entry=words, place=words, confidence=0.5, latency_ms=7)
    )
    file = io.StringIO(newline="")
    assert await write_csv(log.exports(), file) == 1
    (row,) = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    assert row["entry"] == "'" + words
    assert row["text"].startswith("x ")
    assert row["place"] == "'" + words
    assert row["confidence"] == "0.5"
    assert row["latency_ms"] == "7"
    assert row["delivered_at"] == ""


async def test_harmless_cells_stay_as_they_are(log: QueryLog) -> None:
    words = 'a "quoted", text\nin two lines; 1+1=2 – ё'
    await log.record(record(text=words))
    rows = [row async for row in log.exports()]
    file = io.StringIO(newline="")
    assert await write_csv(rows, file) == 1
    (row,) = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    assert row["text"] == words
    assert row["candidates"] == "cash.cost:0.75"


async def test_jsonl_is_one_object_a_line(log: QueryLog) -> None:
    await log.record(record(1, text="line\u2028one\ntwo"))
    await log.record(record(2, private=True))
    file = io.StringIO()
    assert await write_jsonl(log.exports(), file) == 2
    lines = file.getvalue().rstrip("\n").split("\n")
    first, second = map(json.loads, lines)
    assert first["text"] == "line\u2028one\ntwo"
    assert first["candidates"] == [{"id": "cash.cost", "kind": "objection", "score": 0.75}]
    assert first["at"] == "2026-03-01T12:00:01+00:00"
    assert second["text"] is None


async def test_verdicts_and_feedback_go_along(log: QueryLog) -> None:
    for number in (1, 2):
        await log.record(record(number))
    await log.review.judge_query(1, by="discord:9", verdict="wrong", entry="cash", sampled=True)
    for reason, entry in (("outdated", None), ("should be this entry", "cash")):
        await log.feedback(Feedback(at=NOON, user="a", reason=reason, entry=entry, query=1))
    plain, table = io.StringIO(), io.StringIO(newline="")
    await write_jsonl(log.exports(), plain)
    await write_csv(log.exports(), table)
    judged, other = map(json.loads, plain.getvalue().splitlines())
    assert (judged["verdict"], judged["verdict_entry"], judged["sampled"]) == (
        "wrong",
        "cash",
        True,
    )
    assert judged["feedback"] == [
        {"reason": "outdated", "entry": None},
        {"reason": "should be this entry", "entry": "cash"},
    ]
    assert (other["verdict"], other["sampled"], other["feedback"]) == (None, None, [])
    first = next(csv.DictReader(io.StringIO(table.getvalue(), newline="")))
    assert first["feedback"] == "outdated; should be this entry (cash)"
    # The data dictionary is what is exported, in this order and of these types.
    names = [column.name for column in COLUMNS]
    assert list(judged) == list(first) == names
    kinds: dict[str, Any] = {
        "number": (int, float),
        "text": str,
        "time": str,
        "true or false": bool,
        "list": list,
    }
    for column in COLUMNS:
        value = judged[column.name]
        assert value is None or isinstance(value, kinds[column.type]), column.name
