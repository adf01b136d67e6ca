"""Migrations, keys and addresses: what happens while the log opens."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, text

from bot.errors import RejoinderError
from bot.querylog import LogKeyError, LogTooNew, LogUnavailable, create_engine, open_log
from bot.querylog.schema import HEAD, MIGRATIONS
from bot.querylog.tables import metadata

from .conftest import Store, record

KEY = "pseudonym.key"


def target(store: Store) -> str | Path:
    return store.file if store.url is None else store.url.get_secret_value()


async def execute(store: Store, statement: str) -> None:
    engine = create_engine(target(store), write=True)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def known_to_both(_: object, name: str | None, *__: object) -> bool:
    """Leave out the full-text index, which each database has in its own way."""
    return not str(name).startswith(("queries_fts", "ix_queries_words"))


async def test_migrated_schema_is_the_metadata(store: Store) -> None:
    def compare(connection: Connection) -> object:
        options = {"compare_type": True, "include_object": known_to_both}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, metadata)

    async with store.open(time_limit=30.0):
        pass
    engine = create_engine(target(store))
    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()


def test_head_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_several_logs_may_open_a_new_database_at_once(store: Store) -> None:
    async def ask(number: int) -> None:
        async with store.open(time_limit=30.0) as log:
            await log.record(record(number))

    await asyncio.gather(*(ask(number) for number in range(5)))
    async with store.open(time_limit=30.0) as log:
        assert await log.count() == 5


async def test_a_database_at_head_needs_no_alembic(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0):
        pass
    code = (
        "import asyncio, pathlib, sys\n"
        "from bot.querylog import open_log\n"
        "async def main():\n"
        "    async with open_log(pathlib.Path(sys.argv[1])): pass\n"
        "asyncio.run(main())\n"
        "assert 'alembic' not in sys.modules\n"
    )
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code, str(sqlite_store.data)], check=True
    )


async def test_a_newer_database_is_refused(store: Store) -> None:
    async with store.open(time_limit=30.0):
        pass
    await execute(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LogTooNew, match="newer version"):
        async with store.open(time_limit=30.0):
            pass


async def test_the_key_is_private_and_lasts(store: Store) -> None:
    async with store.open(time_limit=30.0):
        pass
    key = store.data / KEY
    before = key.read_bytes()
    assert len(before) == 32
    assert key.stat().st_mode & 0o777 == 0o600
    if store.is_sqlite:
        assert store.file.stat().st_mode & 0o777 == 0o600
    async with store.open(time_limit=30.0):
        pass
    assert key.read_bytes() == before
    assert sorted(path.name for path in store.data.iterdir() if KEY in path.name) == [KEY]


async def test_a_lost_key_stops_the_start(store: Store) -> None:
    async with store.open(time_limit=30.0):
        pass
    (store.data / KEY).unlink()
    with pytest.raises(LogKeyError, match=r"missing.*[Rr]estore.*new data directory"):
        async with store.open(time_limit=30.0):
            pass
    assert not (store.data / KEY).exists()


async def test_another_key_stops_the_start(store: Store) -> None:
    async with store.open(time_limit=30.0):
        pass
    (store.data / KEY).write_bytes(os.urandom(32))
    with pytest.raises(LogKeyError, match=r"not the key.*Restore"):
        async with store.open(time_limit=30.0):
            pass
    (store.data / KEY).write_bytes(b"short")
    with pytest.raises(LogKeyError, match="damaged"):
        async with store.open(time_limit=30.0):
            pass


async def test_a_key_made_before_a_crash_is_used(sqlite_store: Store) -> None:
    sqlite_store.data.mkdir()
    key = os.urandom(32)
    (sqlite_store.data / KEY).write_bytes(key)
    async with sqlite_store.open(time_limit=30.0) as log:
        assert (await log.record(record())).status == "logged"
    assert (sqlite_store.data / KEY).read_bytes() == key


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:geheim@host:port/name",
        "postgresql://user:geheim@host:99999999/name",
        "mysql://user:geheim@host/name",
        "geheim",
        "sqlite://",
    ],
)
async def test_a_bad_address_is_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(RejoinderError) as caught:
        async with open_log(tmp_path, SecretStr(url)):
            pass
    shown: BaseException | None = caught.value
    while shown is not None:
        if not shown.__suppress_context__ or shown is caught.value:
            assert "geheim" not in str(shown)
        shown = shown.__cause__


async def test_an_unreachable_server_without_key_stops_the_start(tmp_path: Path) -> None:
    url = SecretStr("postgresql://user:geheim@127.0.0.1:1/name")
    with pytest.raises(LogUnavailable, match="no pseudonym key") as caught:
        async with open_log(tmp_path, url):
            pass
    assert "geheim" not in repr(caught.value.__cause__)


async def test_an_unreachable_server_with_key_spools(tmp_path: Path) -> None:
    (tmp_path / KEY).write_bytes(os.urandom(32))
    url = SecretStr("postgresql://user:geheim@127.0.0.1:1/name")
    async with open_log(tmp_path, url) as log:
        assert (await log.record(record())).status == "spooled"
        health = await log.health()
    assert not health.ok
    assert health.spooled == 1
    assert "geheim" not in health.message


def test_addresses_of_hosting_services_are_understood() -> None:
    engine = create_engine("postgres://u:p@h/d?sslmode=require")
    assert engine.url.drivername == "postgresql+asyncpg"
    assert dict(engine.url.query) == {"ssl": "require"}
