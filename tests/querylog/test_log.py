"""What a caller of the log sees, on both databases."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.querylog import Candidate, Feedback, LogUnavailable, QueryFilter, QueryLog, open_log
from bot.querylog.engine import create_engine

from .conftest import NOON, Store, record


async def listed(log: QueryLog, **wanted: object) -> list[str | None]:
    return [row.text async for row in log.queries(QueryFilter(**wanted))]  # type: ignore[arg-type]


async def test_a_record_comes_back_as_it_was_but_without_the_person(log: QueryLog) -> None:
    given = record(5, at=NOON.astimezone(timezone(timedelta(hours=3))))
    logged = await log.record(given)
    assert logged.status == "logged"
    assert logged.id is not None
    row = await log.query(logged.id)
    assert row is not None
    for name in ("channel", "place", "text", "private", "language", "topic", "context_entry"):
        assert getattr(row, name) == getattr(given, name)
    for name in ("outcome", "entry", "facet", "confidence", "candidates", "release", "latency_ms"):
        assert getattr(row, name) == getattr(given, name)
    assert row.at == NOON
    assert row.at.utcoffset() == timedelta(0)
    assert row.delivered_at is None
    assert given.user not in repr(row)
    assert await log.query(logged.id + 1) is None


async def test_a_query_is_committed_before_record_returns(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        await log.record(record())
        # Another connection sees only what is committed.
        target = store.file if store.url is None else store.url.get_secret_value()
        engine = create_engine(target)
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM queries")) == 1
        await engine.dispose()


async def test_the_same_event_is_kept_once(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        results = await asyncio.gather(*(log.record(record(text=str(n))) for n in range(20)))
        assert sorted(each.status for each in results) == ["duplicate"] * 19 + ["logged"]
        assert len({each.id for each in results}) == 1
        assert (await log.record(record())).status == "duplicate"
    async with store.open(time_limit=30.0) as log:
        again = await log.record(record())
        assert again.status == "duplicate"
        assert again.id == results[0].id
        assert await log.count() == 1


async def test_two_logs_on_one_database_keep_an_event_once(store: Store) -> None:
    async with store.open(time_limit=30.0) as one, store.open(time_limit=30.0) as other:
        results = await asyncio.gather(
            *(log.record(record(n)) for n in range(50) for log in (one, other))
        )
        assert sum(each.status == "logged" for each in results) == 50
        assert await one.count() == 50


async def test_five_hundred_at_once(log: QueryLog) -> None:
    results = await asyncio.gather(*(log.record(record(n)) for n in range(500)))
    assert {each.status for each in results} == {"logged"}
    assert len({each.id for each in results}) == 500
    assert await listed(log) == [f"question {n}" for n in range(500)]


async def test_a_cancelled_caller_breaks_nothing(log: QueryLog) -> None:
    tasks = [asyncio.create_task(log.record(record(n))) for n in range(100)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert (await log.record(record(1000))).status == "logged"
    # Who was queued before being cancelled is logged all the same.
    assert await log.count() == 101


async def test_closing_writes_what_is_queued(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        tasks = [asyncio.create_task(log.record(record(n))) for n in range(50)]
        await asyncio.sleep(0)
        await log.delivered("event:3", NOON)
    assert {(await task).status for task in tasks} == {"logged"}
    with pytest.raises(LogUnavailable):
        await log.record(record(99))
    with pytest.raises(LogUnavailable):
        await log.forget_person("x")
    await log.delivered("event:1", NOON)
    async with store.open(time_limit=30.0) as log:
        assert await log.count() == 50
        rows = [row async for row in log.queries()]
        assert [row.text for row in rows if row.delivered_at == NOON] == ["question 3"]


async def test_delivery_is_marked_once(log: QueryLog) -> None:
    await log.record(record())
    await log.delivered("event:1", NOON)
    await log.delivered("event:1", NOON + timedelta(hours=1))
    await log.delivered("event:unknown", NOON)
    await log.record(record(2))
    assert [row.delivered_at async for row in log.queries()] == [NOON, None]


async def test_filters(log: QueryLog) -> None:
    await log.record(record(1, text="Why PAY them?", topic="a", outcome="gap", entry=None))
    await log.record(record(2, text="100% sure_thing", topic="a"))
    await log.record(record(3, text="Почему ИМ платят", topic="b", entry="other"))
    await log.record(record(4, text=None, topic="b"))
    everything = await listed(log)
    assert len(everything) == 4
    assert await listed(log, text="pay") == ["Why PAY them?"]
    assert await listed(log, text="0%") == ["100% sure_thing"]
    assert await listed(log, text="e_t") == ["100% sure_thing"]
    assert await listed(log, text="_") == ["100% sure_thing"]
    assert await listed(log, text="ИМ") == ["Почему ИМ платят"]
    assert await listed(log, outcome="gap") == ["Why PAY them?"]
    assert await listed(log, entry="other") == ["Почему ИМ платят"]
    assert await listed(log, topic="a") == everything[:2]
    assert await listed(log, newest_first=True, limit=3) == everything[:0:-1]
    since = NOON + timedelta(seconds=2)
    assert await listed(log, since=since) == everything[1:]
    assert await listed(log, until=since) == everything[:1]
    assert await listed(log, limit=0) == []
    assert await log.count() == 4
    assert await log.count(QueryFilter(topic="b")) == 2
    assert await log.count(QueryFilter(limit=3)) == 3


async def test_letter_case_does_not_matter_in_any_alphabet(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        await log.record(record(text="Почему ИМ платят"))
        assert await log.count(QueryFilter(text="почему им")) == 1


async def test_long_lists_are_read_page_by_page(log: QueryLog) -> None:
    await asyncio.gather(*(log.record(record(n)) for n in range(1201)))
    ids = [row.id async for row in log.queries()]
    assert len(ids) == 1201
    assert ids == sorted(ids)
    assert [row.id async for row in log.queries(QueryFilter(newest_first=True))] == ids[::-1]
    assert [row.id async for row in log.queries(QueryFilter(limit=501))] == ids[:501]


async def test_a_clock_set_back_does_not_change_the_order(log: QueryLog) -> None:
    for number in range(5):
        await log.record(record(number, at=NOON - timedelta(days=number)))
    assert await listed(log) == [f"question {number}" for number in range(5)]


@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE queries; --",
        'she said "no" \\ and \' left',
        "%s %(x)s :name {curly} ?",
        "emoji 🕊 and \u202e bidi",
        "\n\r\t",
        "",
    ],
)
async def test_text_is_only_text(log: QueryLog, words: str) -> None:
    await log.record(record(text=words, place=words, entry=words))
    kept = words.replace("\u202e", "").replace("\r", "\n")
    (row,) = [row async for row in log.queries(QueryFilter(text=kept, entry=words))]
    assert (row.text, row.place, row.entry) == (kept, words, words)


async def test_what_no_database_can_store_is_replaced(log: QueryLog) -> None:
    odd = record(
        text="nul \0 and half \ud800 a pair",
        place="\0\ud800",
        confidence=float("nan"),
        candidates=(Candidate("a", "b", float("inf")),),
        latency_ms=10**30,
        entry="x" * 100_000,
    )
    assert (await log.record(odd)).status == "logged"
    (row,) = [row async for row in log.queries()]
    assert row.text == "nul \ufffd and half ? a pair"
    assert row.confidence == 0.0
    assert row.candidates[0].score == 0.0
    assert row.latency_ms == 2**31 - 1


async def test_a_private_question_stores_no_text(log: QueryLog) -> None:
    await log.record(record(private=True))
    (row,) = [row async for row in log.queries()]
    assert row.private
    assert row.text is None


async def test_the_text_is_redacted(log: QueryLog) -> None:
    await log.record(record(text="write to me@example.org"))
    assert await listed(log) == ["write to [e-mail]"]


async def test_feedback(log: QueryLog) -> None:
    logged = await log.record(record())
    by_event = Feedback(at=NOON, user="a", reason="wrong", event="event:1", entry="better")
    by_id = Feedback(at=NOON, user="a", reason="wrong", query=logged.id)
    assert (await log.feedback(by_event)).status == "logged"
    assert (await log.feedback(by_id)).status == "duplicate"
    other = Feedback(at=NOON, user="b", reason="wrong", query=logged.id)
    assert (await log.feedback(other)).status == "logged"
    for missing in (logged.id, 10**30, -1, 0):
        unknown = Feedback(at=NOON, user="a", reason="wrong", query=(missing or 0) + 1000)
        assert (await log.feedback(unknown)).status == "unknown"
    assert logged.id is not None
    found = await log.feedback_on([logged.id])
    assert [(each.reason, each.entry) for each in found] == [("wrong", "better"), ("wrong", None)]
    assert len({each.pseudonym for each in found}) == 2


async def test_feedback_needs_its_query(store: Store) -> None:
    async with store.open(time_limit=30.0):
        target = store.file if store.url is None else store.url.get_secret_value()
        engine = create_engine(target, write=True)
        insert = (
            "INSERT INTO feedback (query_id, at, pseudonym, reason) "
            "VALUES (42, '2026-01-01 00:00:00', 'x', 'y')"
        )
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            async with engine.begin() as connection:
                await connection.execute(text(insert))
        await engine.dispose()


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        record(at=naive)
    with pytest.raises(ValueError, match="time zone"):
        QueryFilter(since=naive)
    with pytest.raises(ValueError, match="one of the two"):
        Feedback(at=datetime.now(UTC), user="a", reason="b")


async def test_health_of_a_log_that_works(log: QueryLog) -> None:
    health = await log.health()
    assert health.ok
    assert health.database_ok
    assert health.spool_ok
    assert health.message == "The query log works."


def test_repr_shows_neither_person_nor_words() -> None:
    shown = repr(record(user="discord:4711", text="my words", event="message:99"))
    assert "4711" not in shown
    assert "my words" not in shown
    assert "message:99" not in shown


async def test_a_data_directory_that_cannot_be_made(sqlite_store: Store) -> None:
    sqlite_store.data.parent.joinpath("data").write_text("a file")
    with pytest.raises(LogUnavailable, match="cannot be made") as caught:
        async with open_log(sqlite_store.data):
            pass
    assert str(sqlite_store.data) in caught.value.message
