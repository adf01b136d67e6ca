"""A person sees what is stored about them, and has it removed down to the bytes."""

from __future__ import annotations

import asyncio
import json
import random

from bot.querylog import Feedback, QueryLog
from bot.querylog.privacy import read_key

from .conftest import NOON, Store, record, until_replayed
from .test_failures import locked

ALICE, BOB = "discord:alice", "discord:bob"
WORD = "zyxwunique"


def assert_no_bytes(store: Store, *words: str) -> None:
    for path in store.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for word in words:
                assert word.encode() not in content, path.name


def pseudonym(store: Store, user: str) -> str:
    key = read_key(store.data)
    assert key is not None
    return key.pseudonym(user)


async def test_export_holds_all_and_is_json(log: QueryLog) -> None:
    mine = await log.record(record(1, user=ALICE))
    others = await log.record(record(2, user=BOB))
    await log.feedback(Feedback(at=NOON, user=ALICE, reason="wrong", query=others.id))
    await log.feedback(Feedback(at=NOON, user=BOB, reason="missing", query=mine.id))
    exported = json.loads(json.dumps(await log.export_person(ALICE)))
    assert [each["text"] for each in exported["queries"]] == ["question 1"]
    assert [each["reason"] for each in exported["feedback"]] == ["wrong"]
    assert exported["spooled"] == []
    assert "missing" not in json.dumps(exported)


async def test_an_export_tells_asker_from_author_and_names_nobody_else(
    log: QueryLog, store: Store
) -> None:
    await log.record(record(1, user=ALICE, author=BOB))
    await log.record(record(2, user=BOB, author=ALICE))
    await log.record(record(3, user=ALICE, author=ALICE))
    await log.record(record(4, user=BOB, author="discord:carol"))
    await log.record(record(5, user=BOB))
    exported = json.loads(json.dumps(await log.export_person(ALICE)))
    assert {each["text"]: each["role"] for each in exported["queries"]} == {
        "question 1": "asker",
        "question 2": "author",
        "question 3": "asker and author",
    }
    assert {each["role"] for each in exported["queries"]} == set(exported["roles"])
    assert "left out" in exported["roles"]["author"]
    assert pseudonym(store, BOB) not in json.dumps(exported)
    assert exported["queries"][1]["author"] == pseudonym(store, ALICE)
    assert exported["queries"][1]["pseudonym"] is None


async def test_forgetting_an_author_removes_what_others_asked(log: QueryLog) -> None:
    about = await log.record(record(1, user=BOB, author=ALICE))
    other = await log.record(record(2, user=BOB, author="discord:carol"))
    await log.feedback(Feedback(at=NOON, user=BOB, reason="wrong", query=about.id))
    await log.feedback(Feedback(at=NOON, user=BOB, reason="wrong", query=other.id))
    gone = await log.forget_person(ALICE)
    assert gone.queries == 1
    assert [row.id async for row in log.queries()] == [other.id]
    assert about.id is not None
    assert other.id is not None
    assert [each.query_id for each in await log.feedback_on([about.id, other.id])] == [other.id]


async def test_forgetting_removes_the_person_and_nothing_else(log: QueryLog, store: Store) -> None:
    mine = await log.record(record(1, user=ALICE))
    others = await log.record(record(2, user=BOB))
    await log.feedback(Feedback(at=NOON, user=ALICE, reason="wrong", query=others.id))
    await log.feedback(Feedback(at=NOON, user=BOB, reason="wrong", query=others.id))
    await log.feedback(Feedback(at=NOON, user=BOB, reason="missing", query=mine.id))
    gone = await log.forget_person(ALICE)
    assert (gone.queries, gone.feedback, gone.spooled, gone.bytes_gone) == (
        1,
        1,
        0,
        store.is_sqlite,
    )
    assert [row.id async for row in log.queries()] == [others.id]
    assert mine.id is not None
    assert others.id is not None
    left = await log.feedback_on([mine.id, others.id])
    assert [each.reason for each in left] == ["wrong"]
    again = await log.forget_person(ALICE)
    assert (again.queries, again.feedback) == (0, 0)


async def test_what_is_queued_is_forgotten_too(log: QueryLog) -> None:
    tasks = [asyncio.create_task(log.record(record(n, user=ALICE))) for n in range(30)]
    await asyncio.sleep(0)
    assert (await log.forget_person(ALICE)).queries == 30
    await asyncio.gather(*tasks)
    assert await log.count() == 0


async def test_the_bytes_are_gone(sqlite_store: Store) -> None:
    chance = random.Random(1)
    async with sqlite_store.open(time_limit=30.0) as log:
        # Many people and growing rows make SQLite move cells between pages and leave copies.
        people = [ALICE, *(f"discord:{n}" for n in range(60))]
        for start in range(0, 3000, 500):
            batch = [
                record(
                    n,
                    user=user,
                    author=author,
                    text=f"{WORD if ALICE in (user, author) else 'other'} {n} " + "x" * n,
                )
                for n in range(start, start + 500)
                for user in [chance.choice(people)]
                for author in [chance.choice([None, *people])]
            ]
            await asyncio.gather(*(log.record(each) for each in batch))
            for each in chance.sample(batch, 100):
                await log.delivered(each.event, NOON)
        rows = [row.id async for row in log.queries()]
        for row in chance.sample(rows, 100):
            await log.feedback(Feedback(at=NOON, user=ALICE, reason="wrong", query=row))
        gone = await log.forget_person(ALICE)
        assert gone.queries
        assert gone.feedback
        assert gone.bytes_gone
        assert_no_bytes(sqlite_store, WORD, pseudonym(sqlite_store, ALICE))
        assert await log.count() == 3000 - gone.queries
    assert_no_bytes(sqlite_store, WORD, pseudonym(sqlite_store, ALICE))


async def test_the_spool_is_cleaned_before_it_is_replayed(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=0.3, retry=100) as log:
        with locked(sqlite_store.file):
            await log.record(record(1, user=ALICE, text=WORD))
            await log.record(record(2, user=BOB))
            await log.record(record(3, user=BOB, author=ALICE, text=WORD + " too"))
            exported = await log.export_person(ALICE)
            waiting = [each["values"] for each in exported["spooled"]]
            assert [each["text"] for each in waiting] == [WORD, WORD + " too"]
            assert [each["role"] for each in waiting] == ["asker", "author"]
            assert pseudonym(sqlite_store, BOB) not in json.dumps(exported)
        gone = await log.forget_person(ALICE)
        assert gone.spooled == 2
        assert_no_bytes(sqlite_store, WORD, pseudonym(sqlite_store, ALICE))
    async with sqlite_store.open(time_limit=30.0, retry=0.05) as log:
        await until_replayed(log)
        assert [row.text async for row in log.queries()] == ["question 2"]
    assert_no_bytes(sqlite_store, WORD, pseudonym(sqlite_store, ALICE))
    assert_no_bytes(sqlite_store, ALICE, BOB)
