"""What the log does while its database, its disk or both fail."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.querylog import Feedback, LogUnavailable, QueryLog, writes
from bot.querylog.entries import Entry, query_entry
from bot.querylog.errors import LogKeyError
from bot.querylog.records import Logged
from bot.querylog.spool import Claim, Spool
from bot.querylog.writer import _Pending

from .conftest import NOON, Store, record, until_replayed

NOBODY = 65534


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the database as another program would."""
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@pytest.fixture
async def hasty(sqlite_store: Store) -> AsyncIterator[QueryLog]:
    """Open a log that loses patience soon."""
    async with sqlite_store.open(time_limit=0.5, retry=0.05) as log:
        yield log


def copy(file: Path, backup: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(file)) as source,
        contextlib.closing(sqlite3.connect(backup)) as target,
    ):
        source.backup(target)


def restore(backup: Path, file: Path) -> None:
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    backup.replace(file)


def full_disk(*_: Any) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_locked_database_spools_and_replays(sqlite_store: Store, hasty: QueryLog) -> None:
    await hasty.record(record(0))
    with locked(sqlite_store.file):
        results = [await hasty.record(record(n)) for n in range(1, 6)]
        assert {each.status for each in results} == {"spooled"}
        assert (await hasty.record(record(0))).status == "duplicate"
        assert (await hasty.record(record(3))).status == "duplicate"
        await hasty.delivered("event:2", NOON)
        kind = await hasty.feedback(Feedback(at=NOON, user="x", reason="wrong", event="event:2"))
        assert kind.status == "spooled"
        health = await hasty.health()
        assert not health.ok
        assert not health.database_ok
        assert health.spool_ok
        assert health.spooled >= 6
        assert "locked" in health.message
        files = sqlite_store.spool_files()
        assert files
        for file in files:
            assert file.stat().st_mode & 0o777 == 0o600
            assert b"discord:" not in file.read_bytes()
    await until_replayed(hasty)
    assert not sqlite_store.spool_files()
    rows = [row async for row in hasty.queries()]
    assert [row.text for row in rows] == [f"question {n}" for n in range(6)]
    assert [row.delivered_at for row in rows][2] == NOON
    assert len(await hasty.feedback_on([rows[2].id])) == 1
    assert (await hasty.record(record(3))).status == "duplicate"
    assert (await hasty.record(record(6))).status == "logged"


async def test_the_spool_is_replayed_at_the_next_start(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=0.3, retry=100) as log:
        with locked(sqlite_store.file):
            assert (await log.record(record(1))).status == "spooled"
            assert (await log.record(record(2))).status == "spooled"
    (file,) = sqlite_store.spool_files()
    with file.open("ab") as torn:
        torn.write(b'00000000 {"kind":"query"}\nffffffff {"kin')
    async with sqlite_store.open(time_limit=30.0, retry=0.05) as log:
        # Also before its replay a spooled event is known.
        assert (await log.record(record(1))).status == "duplicate"
        await until_replayed(log)
        assert [row.text async for row in log.queries()] == ["question 1", "question 2"]
    assert not sqlite_store.spool_files()


async def test_a_commit_that_ends_too_late_is_not_replayed_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    proceed = asyncio.Event()
    original = writes.commit

    async def slow(writer: Any, entries: Sequence[Entry]) -> list[Logged | None]:
        await proceed.wait()
        return await original(writer, entries)

    async with store.open(time_limit=30.0) as log:
        await log.record(record(0))
    async with store.open(time_limit=1.0, retry=0.02) as log:
        await until_replayed(log)
        monkeypatch.setattr(writes, "commit", slow)
        assert (await log.record(record(1))).status == "spooled"
        # The first commit still hangs: the next does not even wait for it.
        assert (await log.record(record(2))).status == "spooled"
        proceed.set()
        await until_replayed(log)
        assert [row.text async for row in log.queries()] == [f"question {n}" for n in range(3)]


async def test_a_commit_reported_as_failed_but_done_is_not_replayed_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = writes.commit
    failures = [True]

    async def lost_reply(writer: Any, entries: Sequence[Entry]) -> list[Logged | None]:
        result = await original(writer, entries)
        if entries and failures:
            failures.clear()
            raise OperationalError("COMMIT", {}, ConnectionResetError("gone"))
        return result

    async with store.open(time_limit=30.0, retry=0.02) as log:
        monkeypatch.setattr(writes, "commit", lost_reply)
        results = await asyncio.gather(*(log.record(record(n)) for n in range(10)))
        assert {each.status for each in results} <= {"spooled", "logged"}
        await until_replayed(log)
        assert await log.count() == 10


async def test_an_entry_the_database_refuses_does_not_take_others_along(
    log: QueryLog,
) -> None:
    good, bad = record(1), record(2)
    original = query_entry

    def spoil(given: Any, key: Any) -> Entry:
        entry = original(given, key)
        if given is bad:
            entry.values["channel"] = None
        return entry

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.querylog.log.query_entry", spoil)
        first, second = await asyncio.gather(
            log.record(good), log.record(bad), return_exceptions=True
        )
    assert isinstance(first, Logged)
    assert first.status == "logged"
    assert isinstance(second, LogUnavailable)
    assert (await log.health()).ok


async def test_garbage_is_left_untouched(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        await log.record(record(0))
    sqlite_store.file.write_bytes(b"this is not a database at all" * 500)
    before = sqlite_store.file.read_bytes()
    async with sqlite_store.open(time_limit=2.0, retry=0.05) as log:
        assert (await log.record(record(1))).status == "spooled"
        health = await log.health()
        assert not health.ok
        assert "not a database" in health.message
        with pytest.raises(LogUnavailable):
            await log.forget_person("discord:1")
    assert sqlite_store.file.read_bytes() == before
    # Someone restores a backup: the spool is replayed into it.
    sqlite_store.file.unlink()
    async with sqlite_store.open(time_limit=30.0, retry=0.05) as log:
        await until_replayed(log)
        assert [row.text async for row in log.queries()] == ["question 1"]


async def test_a_file_replaced_while_open_is_noticed(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0, retry=0.05) as log:
        await log.record(record(1))
        backup = sqlite_store.data / "backup"
        copy(sqlite_store.file, backup)
        await log.record(record(2))
        restore(backup, sqlite_store.file)
        assert (await log.record(record(3))).status == "logged"
        assert [row.text async for row in log.queries()] == ["question 1", "question 3"]


async def test_a_full_database_spools_and_a_full_disk_is_said(
    sqlite_store: Store, hasty: QueryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> list[Logged | None]:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    await hasty.record(record(0))
    with monkeypatch.context() as patch:
        patch.setattr(writes, "commit", full)
        assert (await hasty.record(record(1))).status == "spooled"
        before = sqlite_store.spool_files()[0].read_bytes()
        with monkeypatch.context() as inner:
            inner.setattr(os, "write", full_disk)
            with pytest.raises(LogUnavailable, match="neither"):
                await hasty.record(record(2))
            # A second try is a try, not a duplicate of what was never kept.
            with pytest.raises(LogUnavailable, match="neither"):
                await hasty.record(record(2))
            await hasty.delivered("event:0", NOON)
            health = await hasty.health()
            assert not health.ok
            assert not health.spool_ok
            assert "full" in health.message
            assert "No space left" in health.message
        assert sqlite_store.spool_files()[0].read_bytes() == before
        assert (await hasty.record(record(2))).status == "spooled"
    await until_replayed(hasty)
    assert await hasty.count() == 3


async def test_sqlite_that_may_not_grow_spools(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=5.0, retry=0.05) as log:
        async with log._database.writer.connect() as connection:
            pages = await connection.exec_driver_sql("PRAGMA page_count")
            await connection.exec_driver_sql(f"PRAGMA max_page_count={pages.scalar()}")
        statuses = [(await log.record(record(n, text="x" * 1900))).status for n in range(40)]
        assert statuses[-1] == "spooled"
        assert "full" in (await log.health()).message
        async with log._database.writer.connect() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        await until_replayed(log)
        assert await log.count() == 40


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """Make a folder that another user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="ro", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name != "posix", reason="users and modes are POSIX's")
async def test_a_read_only_directory_is_said(public_folder: Path) -> None:
    store = Store(public_folder / "data", None)
    root = os.geteuid() == 0
    try:
        async with store.open(time_limit=30.0) as log:
            await log.record(record(0))
        for path in store.data.iterdir():
            path.chmod(0o444)
        store.data.chmod(0o555)
        if root:
            os.seteuid(NOBODY)  # root may write anywhere
        async with store.open(time_limit=2.0, retry=0.05) as log:
            with pytest.raises(LogUnavailable, match="neither"):
                await log.record(record(1))
            health = await log.health()
            assert not health.ok
            assert health.message
    finally:
        if root:
            os.seteuid(0)
        store.data.chmod(0o755)


async def test_a_long_job_does_not_hold_up_questions(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.querylog import retention  # noqa: PLC0415

    proceed = asyncio.Event()

    async def slow(*_: Any) -> int:
        await proceed.wait()
        return 0

    async with sqlite_store.open(time_limit=0.3, retry=0.02) as log:
        monkeypatch.setattr(retention, "delete_old", slow)
        job = asyncio.create_task(log.retain(1, NOON))
        await asyncio.sleep(0)
        assert (await log.record(record(1))).status in {"logged", "spooled"}
        assert (await log.record(record(2))).status == "spooled"
        proceed.set()
        assert await job == 0
        await until_replayed(log)
        assert await log.count() == 2


async def test_the_server_goes_away_and_comes_back(postgres_store: Store) -> None:
    async with postgres_store.open(time_limit=10.0, retry=0.05) as log:
        await log.record(record(1))
        async with log._database.reader.connect() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert (await log.record(record(2))).status in {"logged", "spooled"}
        await until_replayed(log)
        assert [row.text async for row in log.queries()] == ["question 1", "question 2"]


async def test_a_spool_that_cannot_be_read_does_not_stop_the_log(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def refuse(_: Spool) -> Claim | None:
        nonlocal tries
        tries += 1
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Spool, "claim", refuse)
    async with sqlite_store.open(time_limit=30.0, retry=0.01) as log:
        for number in range(20):
            assert (await log.record(record(number))).status == "logged"
        health = await log.health()
        assert health.ok
        assert not health.spool_ok
    assert tries == 1


async def test_a_database_that_can_only_be_read_is_red(
    sqlite_store: Store,
) -> None:
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        await log.record(record(0))
        assert (await log.health()).ok
        async with log._database.writer.connect() as connection:
            await connection.exec_driver_sql("PRAGMA query_only=ON")
        assert not (await log.health()).database_ok
        assert (await log.record(record(1))).status == "spooled"
        for file in sqlite_store.spool_files():
            file.unlink()
        # Retries without anything to replay must not call a database well that takes nothing.
        await asyncio.sleep(0.1)
        assert not (await log.health()).ok


async def test_a_spool_that_is_a_file_is_red_until_it_takes_records(sqlite_store: Store) -> None:
    sqlite_store.data.mkdir()
    blocker = sqlite_store.data / "spool"
    blocker.touch()
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        health = await log.health()
        assert (health.ok, health.database_ok, health.spool_ok) == (False, True, False)
        assert "spool fails" in health.message
        blocker.unlink()
        async with asyncio.timeout(30):
            # A replay that has failed is tried again only when it is due.
            while not (await log.health()).ok:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.02)
        assert list(blocker.iterdir()) == []


def test_no_traceback_shows_words() -> None:
    entry = Entry("query", {"text": "my words"})
    assert "my words" not in repr(entry)
    assert "my words" not in repr(_Pending(entry, None))  # type: ignore[arg-type]


async def test_feedback_follows_its_query_through_the_spool(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        key = log._required_key()
    spool = Spool(sqlite_store.data / "spool")
    spool.append([query_entry(record(n), key) for n in range(1200)])
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        said, _ = await asyncio.gather(
            log.feedback(Feedback(at=NOON, user="x", reason="wrong", event="event:1199")),
            log.delivered("event:1199", NOON),
        )
        assert said.status == "spooled"
        await until_replayed(log)
        rows = [row async for row in log.queries()]
        assert len(rows) == 1200
        assert rows[-1].delivered_at == NOON
        assert len(await log.feedback_on([rows[-1].id])) == 1
        # What is replayed is again looked for in the database.
        again = Feedback(at=NOON, user="y", reason="wrong", event="event:1199")
        assert (await log.feedback(again)).status == "logged"


async def test_no_new_key_while_lines_wait(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        await log.record(record(1))
    Spool(sqlite_store.data / "spool").append([Entry("query", {"event_hash": "h", "at": NOON})])
    for file in (*sqlite_store.data.glob("querylog.sqlite3*"), sqlite_store.data / "pseudonym.key"):
        file.unlink()
    with pytest.raises(LogKeyError, match="spooled lines"):
        async with sqlite_store.open(time_limit=30.0):
            pass
    assert not (sqlite_store.data / "pseudonym.key").exists()
