"""A database of the version before, with rows in it, under this version."""

from __future__ import annotations

import asyncio

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.querylog import Feedback, Home, create_engine
from bot.querylog.privacy import Pseudonymiser
from bot.querylog.schema import HEAD, MIGRATIONS

from .conftest import NOON, Store, record, until_replayed
from .test_schema import KEY, target

ALICE, BOB = "discord:alice", "discord:bob"
SECRET = bytes(range(32))


@pytest.fixture
async def old(store: Store) -> Store:
    """Make a database at 0001: three queries, two with feedback, one day of aggregates."""
    key = Pseudonymiser(SECRET)
    store.data.mkdir()
    (store.data / KEY).write_bytes(SECRET)

    def build(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO meta VALUES ('pseudonym_key_fingerprint', :value)"),
            {"value": key.fingerprint},
        )
        moment = NOON.replace(tzinfo=None) if store.is_sqlite else NOON
        for number, user in ((1, ALICE), (2, BOB), (3, ALICE)):
            values = {
                "event": key.event(f"event:{number}"),
                "at": moment if not store.is_sqlite else str(moment),
                "who": key.pseudonym(user),
                "text": f"old {number}",
                "no": False,
            }
            connection.execute(
                text(
                    "INSERT INTO queries (event_hash, at, channel, place, pseudonym, text, private,"
                    " language, topic, outcome, entry, confidence, candidates, release, latency_ms)"
                    " VALUES (:event, :at, 'terminal', 'ask', :who, :text, :no, 'en', 'offers',"
                    " 'answered', 'cash', 0.5, '[]', 'abc', 7)"
                ),
                values,
            )
        for number, user in ((1, BOB), (2, ALICE)):
            connection.execute(
                text(
                    "INSERT INTO feedback (query_id, at, pseudonym, reason)"
                    " VALUES (:query, :at, :who, 'wrong')"
                ),
                {"query": number, "at": values["at"], "who": key.pseudonym(user)},
            )
        connection.execute(
            text("INSERT INTO daily VALUES (:day, 'offers', 'en', 'gap', '', 5, 1.0, 50)"),
            {"day": NOON.date() if not store.is_sqlite else NOON.date().isoformat()},
        )

    engine = create_engine(target(store), write=True)
    async with engine.begin() as connection:
        await connection.run_sync(build)
    await engine.dispose()
    return store


async def test_old_rows_stay_and_new_ones_have_authors(old: Store) -> None:
    async with old.open(time_limit=30.0) as log:
        rows = [row async for row in log.queries()]
        assert [(row.id, row.text, row.author) for row in rows] == [
            (1, "old 1", None),
            (2, "old 2", None),
            (3, "old 3", None),
        ]
        assert {row.at for row in rows} == {NOON}
        assert [each.query_id for each in await log.feedback_on([1, 2, 3])] == [1, 2]
        assert (await log.statistics()).total == 8
        assert (await log.record(record(2))).status == "duplicate"
        logged = await log.record(record(4, user=BOB, author=ALICE))
        assert logged.id is not None
        assert logged.id > 3
        again = Feedback(at=NOON, user=BOB, reason="wrong", query=1)
        assert (await log.feedback(again)).status == "duplicate"
        assert await log.is_theirs("event:1", ALICE)
        assert not await log.is_theirs("event:1", BOB)
        await log.places.save_home(Home("offers", "discord", "1"))
        assert (await log.forget_person(ALICE)).queries == 3
        assert [row.text async for row in log.queries()] == ["old 2"]
    async with old.open(time_limit=30.0) as log:
        assert await log.count() == 1
        assert len(await log.places.homes()) == 1


async def test_several_processes_may_upgrade_at_once(old: Store) -> None:
    async def ask(number: int) -> None:
        async with old.open(time_limit=30.0) as log:
            await log.record(record(number, author=ALICE))

    await asyncio.gather(*(ask(number) for number in range(10, 15)))
    async with old.open(time_limit=30.0) as log:
        assert await log.count() == 8


async def test_a_failed_upgrade_leaves_the_old_database_whole(
    old: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def versions() -> tuple[object, object]:
        engine = create_engine(target(old))
        async with engine.connect() as connection:
            version = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            count = await connection.scalar(text("SELECT count(*) FROM queries"))
        await engine.dispose()
        return version, count

    engine = create_engine(target(old), write=True)
    async with engine.begin() as connection:
        # In the way of the migration's last step, after all others are done.
        await connection.execute(text("CREATE TABLE places (id INTEGER)"))
    async with old.open(time_limit=5.0, retry=100) as log:
        assert (await log.record(record(9, author=BOB))).status == "spooled"
        assert not (await log.health()).ok
    assert await versions() == ("0001", 3)
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE places"))
    await engine.dispose()
    async with old.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        assert await log.count() == 4
    assert await versions() == (HEAD, 4)
