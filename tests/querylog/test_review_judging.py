"""Verdicts taken back, and what two processes do to the same cluster at once."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import Connection, event, text

from bot.querylog import ClusterRow, Feedback, LogUnavailable, QueryFilter, QueryLog

from .conftest import NOON, Store, record
from .test_review import ask, days, grouped, join


async def row_of(log: QueryLog, cluster: int) -> ClusterRow:
    row = await log.review.cluster(cluster)
    assert row is not None
    return row


async def test_a_query_taken_back_opens_all_that_was_muted_for_its_verdict(log: QueryLog) -> None:
    cluster = await grouped(log, 1)
    await log.review.judge_query(1, by="a", verdict="abuse")
    await join(log, cluster, 5)
    assert len(await log.review.items("offers", status="muted")) == 1
    assert await log.review.take_back(query=1)
    assert await log.review.items("offers", status="muted") == []
    row = await row_of(log, cluster)
    assert (row.status, row.queries) == ("open", 2)


async def test_a_query_taken_back_is_seen_again_also_in_an_answered_cluster(log: QueryLog) -> None:
    cluster = await grouped(log, 2)
    await log.review.judge_query(1, by="a", verdict="gap")
    assert await log.review.mark_answered(cluster, "r2", "cash")
    assert await log.review.take_back(query=1)
    assert (await row_of(log, cluster)).status == "open"


async def test_nobody_takes_back_what_somebody_else_judged(log: QueryLog) -> None:
    cluster = await grouped(log, 1)
    await log.review.judge_cluster(cluster, 1, by="a", verdict="gap")
    await join(log, cluster, 5)
    revision = (await row_of(log, cluster)).revision
    await log.review.judge_cluster(cluster, revision, by="b", verdict="wrong")
    assert await log.review.take_back(cluster=cluster, by="b")
    assert [(row[2], row[4]) for row in await days(log)] == [("gap", 1)]
    assert [item.query.id for item in await log.review.items("offers")] == [2]


async def test_no_step_of_a_daily_job_goes_through_a_whole_table(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        for number in range(1, 4):
            await ask(log, number, "answered")
        await log.review.judge_query(1, by="a", verdict="right")
        seen: list[tuple[str, Any]] = []

        def note(_: Connection, __: Any, statement: str, values: Any, *___: Any) -> None:
            if statement.startswith("SELECT queries"):
                seen.append((statement, values))

        engine = log._database.writer.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        await log.review.mark_changed("offers", ["cash"], NOON + timedelta(days=1))
        await log.retain(30, NOON, force=True)
        event.remove(engine, "before_cursor_execute", note)
        assert len(seen) > 1
        async with log._database.reader.connect() as connection:
            for statement, values in seen:
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                for row in plan:
                    assert not row.detail.startswith("SCAN"), statement


async def test_a_large_commit_of_another_process_is_collected_late(postgres_store: Store) -> None:
    async with postgres_store.open(time_limit=30.0) as log:
        await log.record(record(1, outcome="gap", entry=None))
        # Ids are given out when something is inserted, and seen when that is committed.
        async with log._database.writer.begin() as connection:
            await connection.execute(text("SELECT setval('queries_id_seq', 1000)"))
        await log.record(record(2, outcome="gap", entry=None))
        assert (await log.review.collect("offers", doubtful_below=0.5)).added == 2
        async with log._database.writer.begin() as connection:
            await connection.execute(text("SELECT setval('queries_id_seq', 1)"))
        await log.record(record(3, outcome="gap", entry=None))
        assert (await log.review.collect("offers", doubtful_below=0.5)).added == 1


async def _blocked(admin: Any) -> None:
    async with asyncio.timeout(30):
        while not await admin.fetchval(  # noqa: ASYNC110 - of another process, so to say
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        ):
            await asyncio.sleep(0.02)


async def test_whoever_deletes_takes_clusters_before_queries(postgres_store: Store) -> None:
    async with postgres_store.open(time_limit=30.0) as log:
        cluster = await grouped(log, 2)
        assert postgres_store.url is not None
        admin = await asyncpg.connect(postgres_store.url.get_secret_value())
        judging = await asyncpg.connect(postgres_store.url.get_secret_value())
        held = judging.transaction()
        await held.start()
        await judging.execute("SELECT id FROM clusters WHERE id = $1 FOR UPDATE", cluster)
        deleting = asyncio.create_task(log.forget_query("event:1"))
        await _blocked(admin)
        # Else whoever judges would wait for the query, and be waited for with the cluster.
        await judging.execute("SELECT id FROM queries WHERE id = 1 FOR KEY SHARE NOWAIT")
        await held.commit()
        assert await deleting
        assert (await row_of(log, cluster)).queries == 1
        await judging.close()
        await admin.close()


async def test_two_processes_note_what_they_saw_at_once(postgres_store: Store) -> None:
    async with postgres_store.open(time_limit=30.0) as log:
        assert postgres_store.url is not None
        admin = await asyncpg.connect(postgres_store.url.get_secret_value())
        other = await asyncpg.connect(postgres_store.url.get_secret_value())
        held = other.transaction()
        await held.start()
        await other.execute("INSERT INTO meta (key, value) VALUES ('review_seen:offers', '{}')")
        noting = asyncio.create_task(log.review_memory.set_seen("offers", {"cash": "1f"}))
        await _blocked(admin)
        await held.commit()
        await noting
        assert await log.review_memory.seen("offers") == {"cash": "1f"}
        await other.close()
        await admin.close()


async def test_reviewers_are_told_that_the_database_cannot_be_read(log: QueryLog) -> None:
    await ask(log, 1)
    async with log._database.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE queries RENAME TO elsewhere"))
    for reading in (log.query(1), log.insights("offers")):
        with pytest.raises(LogUnavailable, match="cannot be read now"):
            await reading


async def test_nothing_that_is_read_back_shows_words_in_a_traceback(log: QueryLog) -> None:
    cluster = await grouped(log, 1, text="my words")
    said = Feedback(at=NOON, user="a", reason="my remark", query=1)
    await log.feedback(said)
    (item,) = await log.review.members(cluster)
    assert (item.query.text, [one.reason for one in item.feedback]) == ("my words", ["my remark"])
    filtered = QueryFilter(text="my words", words="my words")
    for shown in (item, await row_of(log, cluster), await log.exported([item.query])):
        assert "my words" not in repr(shown)
        assert "my remark" not in repr(shown)
    assert "my" not in repr(said) + repr(filtered)


async def test_what_was_judged_before_counts_as_drawn_in_its_share(log: QueryLog) -> None:
    random.seed(7)
    for number in range(1, 121):
        await ask(log, number, "answered", at=datetime.now(UTC))
    # Half of all answers are wrong, and somebody has found all of those already.
    for number in range(1, 61):
        await log.review.judge_query(number, by="a", verdict="wrong")
    for _ in range(40):
        drawn = await log.review.sample("offers")
        assert drawn is not None
        await log.review.judge_query(drawn.id, by="a", verdict="right", sampled=True)
    found = await log.insights("offers")
    assert found.precision.successes == 40
    # Forty draws among the right half come with about as many among the wrong one.
    assert 25 <= found.precision.n - found.precision.successes <= 55
    assert found.precision.n + found.precision_other.n == 100


async def test_who_judges_only_draws_counts_each_once(log: QueryLog) -> None:
    for number in range(1, 7):
        await ask(log, number, "answered", at=datetime.now(UTC))
    while (drawn := await log.review.sample("offers")) is not None:
        await log.review.judge_query(drawn.id, by="a", verdict="right", sampled=True)
    found = await log.insights("offers")
    assert (found.precision.successes, found.precision.n, found.precision_other.n) == (6, 6, 0)


async def test_a_reviewer_who_judges_all_has_all_of_them_drawn(log: QueryLog) -> None:
    for number in range(1, 9):
        await ask(log, number, "answered", at=datetime.now(UTC))
    for number in range(1, 5):
        await log.review.judge_query(number, by="a", verdict="wrong")
    for number in range(5, 9):
        await log.review.judge_query(number, by="a", verdict="right", sampled=True)
    counted = {(row[2], bool(row[3])): row[4] for row in await days(log)}
    assert sum(counted.values()) == 8
    assert counted[("right", True)] == 4
