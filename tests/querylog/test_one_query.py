"""One query and the two people it has: who asked, and who wrote the message asked about."""

from __future__ import annotations

import asyncio

import pytest

from bot.querylog import Feedback, LogUnavailable, QueryLog
from bot.querylog.entries import Entry, query_entry
from bot.querylog.privacy import read_key
from bot.querylog.spool import Spool, decode

from .conftest import NOON, Store, record, until_replayed
from .test_failures import locked
from .test_person import ALICE, BOB, WORD, assert_no_bytes, pseudonym

CAROL = "discord:carol"


def event_hash(store: Store, event: str) -> str:
    key = read_key(store.data)
    assert key is not None
    return key.event(event)


async def test_the_author_is_kept_as_a_pseudonym(log: QueryLog, store: Store) -> None:
    given = record(1, user=BOB, author=ALICE)
    assert ALICE not in repr(given)
    await log.record(given)
    await log.record(record(2, user=BOB))
    authors = [row.author async for row in log.queries()]
    assert authors == [pseudonym(store, ALICE), None]


async def test_a_query_is_found_by_its_event(log: QueryLog) -> None:
    await log.record(record(1))
    logged = await log.record(record(2, author=ALICE))
    assert logged.id is not None
    assert await log.query_by_event("event:2") == await log.query(logged.id)
    assert await log.query_by_event("event:3") is None
    await log.delivered("event:2", NOON)
    await log.record(record(3))
    row = await log.query_by_event("event:2")
    assert row is not None
    assert row.delivered_at == NOON


async def test_a_query_belongs_to_its_asker_and_the_author(log: QueryLog) -> None:
    await log.record(record(1, user=BOB, author=ALICE))
    await log.record(record(2, user=BOB))
    assert await log.is_theirs("event:1", BOB)
    assert await log.is_theirs("event:1", ALICE)
    assert not await log.is_theirs("event:1", CAROL)
    assert await log.is_theirs("event:2", BOB)
    assert not await log.is_theirs("event:2", ALICE)
    assert not await log.is_theirs("event:3", BOB)


async def test_a_spooled_query_belongs_to_its_people_too(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=0.5, retry=0.05) as log:
        with locked(sqlite_store.file):
            assert (await log.record(record(1, user=BOB, author=ALICE))).status == "spooled"
            await log.delivered("event:1", NOON)
            assert await log.is_theirs("event:1", BOB)
            assert await log.is_theirs("event:1", ALICE)
            assert not await log.is_theirs("event:1", CAROL)
            assert await log.query_by_event("event:1") is None
        await until_replayed(log)
        row = await log.query_by_event("event:1")
        assert row is not None
        assert row.author == pseudonym(sqlite_store, ALICE)
        assert await log.is_theirs("event:1", ALICE)


async def test_whose_it_is_never_flickers_during_a_replay(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        key = log._required_key()
    Spool(sqlite_store.data / "spool").append(
        [query_entry(record(n, user=BOB), key) for n in range(3000)]
    )
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        while await log.query_by_event("event:2999") is None:
            assert await log.is_theirs("event:0", BOB)
            assert await log.is_theirs("event:2999", BOB)
        assert await log.is_theirs("event:2999", BOB)


async def test_a_spool_that_cannot_be_read_is_no_obstacle(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        await log.record(record(1, user=BOB))
        (sqlite_store.data / "spool").touch()
        assert await log.is_theirs("event:1", BOB)
        # Where it might be is nowhere to be read: nobody knows.
        with pytest.raises(LogUnavailable):
            await log.is_theirs("event:2", BOB)


async def test_forgetting_one_query_leaves_the_others(log: QueryLog) -> None:
    first = await log.record(record(1, user=BOB, author=ALICE))
    second = await log.record(record(2, user=BOB, author=ALICE))
    assert first.id is not None
    assert second.id is not None
    for query in (first.id, second.id):
        await log.feedback(Feedback(at=NOON, user=CAROL, reason="wrong", query=query))
    assert await log.forget_query("event:1") is True
    assert await log.query_by_event("event:1") is None
    assert [row.id async for row in log.queries()] == [second.id]
    left = await log.feedback_on([first.id, second.id])
    assert [each.query_id for each in left] == [second.id]
    assert await log.forget_query("event:1") is False
    assert await log.forget_query("event:unknown") is False
    # A platform that delivers it again gets no second answer, and it stays forgotten.
    assert (await log.record(record(1))).status == "duplicate"
    assert await log.count() == 1


async def test_what_is_queued_is_forgotten_first(log: QueryLog) -> None:
    asked = asyncio.create_task(log.record(record(1)))
    await asyncio.sleep(0)
    assert await log.forget_query("event:1") is True
    await asked
    assert await log.count() == 0


async def test_the_bytes_of_one_query_are_gone(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        for number in range(20):
            word = WORD if number == 7 else "other"
            await log.record(record(number, user=BOB, text=f"{word} {number}"))
        await log.delivered("event:7", NOON)
        assert await log.forget_query("event:7")
        assert_no_bytes(sqlite_store, WORD, event_hash(sqlite_store, "event:7"))
        assert await log.count() == 19


async def test_all_spooled_lines_of_a_query_go(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=0.5, retry=100) as log:
        stored = await log.record(record(0, text="kept in the database"))
        with locked(sqlite_store.file):
            await log.record(record(1, user=BOB, text=WORD))
            await log.record(record(2, user=BOB))
            await log.delivered("event:1", NOON)
            said = [
                Feedback(at=NOON, user=CAROL, reason="firstreason", event="event:1"),
                Feedback(at=NOON, user=CAROL, reason="second", query=stored.id),
                Feedback(at=NOON, user=CAROL, reason="third", event="event:2"),
            ]
            for each in said:
                assert (await log.feedback(each)).status == "spooled"
        assert await log.forget_query("event:1") is True
        assert await log.forget_query("event:0") is True
        assert_no_bytes(
            sqlite_store, WORD, "firstreason", "second", event_hash(sqlite_store, "event:1")
        )
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        (row,) = [row async for row in log.queries()]
        assert row.text == "question 2"
        assert [each.reason for each in await log.feedback_on([row.id])] == ["third"]


async def test_a_locked_database_forgets_nothing_silently(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=0.3, retry=0.05) as log:
        await log.record(record(1))
        with locked(sqlite_store.file), pytest.raises(LogUnavailable, match="could not do this"):
            await log.forget_query("event:1")
        assert await log.forget_query("event:1") is True


async def test_spooled_lines_of_the_version_before_are_replayed(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        key = log._required_key()
    old = query_entry(record(1), key)
    del old.values["author"]
    spool = Spool(sqlite_store.data / "spool")
    # Beside new lines in one batch, in both orders.
    spool.append([old, query_entry(record(2, author=ALICE), key)])
    older = Entry("query", {**old.values, "event_hash": "f" * 32})
    spool.append([older])
    lines = b"".join(path.read_bytes() for path in spool.files()).splitlines(keepends=True)
    assert [b"author" in line for line in lines] == [False, True, False]
    assert all(decode(line) is not None for line in lines)
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        authors = [row.author async for row in log.queries()]
    assert authors == [None, pseudonym(sqlite_store, ALICE), None]
