"""Engines for the two databases, set up so that a commit is durable and errors tell no secrets."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import RejoinderError

READ_TIMEOUT = 60.0  # seconds; exports and statistics may take their time, answers may not


@dataclass(frozen=True, slots=True)
class Database:
    """Hold one connection for writing and a pool for reading, so that no reader delays a write."""

    writer: AsyncEngine
    reader: AsyncEngine

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is SQLite (else PostgreSQL)."""
        return self.writer.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """Give the path of the SQLite file; None for PostgreSQL."""
        return Path(str(self.writer.url.database)) if self.is_sqlite else None

    async def close(self) -> None:
        """Close all connections."""
        await self.writer.dispose()
        await self.reader.dispose()


def open_database(target: str | Path, *, time_limit: float) -> Database:
    """Make the engines for a database; connects to nothing yet.

    ``time_limit`` (seconds) bounds each statement of the writer. Raises RejoinderError for an
    address that cannot be read.
    """
    return Database(
        writer=create_engine(target, write=True, timeout=time_limit),
        reader=create_engine(target, timeout=READ_TIMEOUT),
    )


def create_engine(
    target: str | Path, *, write: bool = False, timeout: float = READ_TIMEOUT
) -> AsyncEngine:
    """Make an engine for an SQLite file's path or a ``postgresql://`` address.

    A writing engine has a single connection and begins its SQLite transactions IMMEDIATE.
    ``timeout`` (seconds) is SQLite's wait for a lock and PostgreSQL's limit for a statement.
    Raises RejoinderError for an address that cannot be read or names another database; the
    message never holds the address, which may hold a password.
    """
    url = _sqlite_url(target) if isinstance(target, Path) else _parse(target)
    # Parameters are people's words: they must not reach a traceback.
    options: dict[str, Any] = {"hide_parameters": True, "json_serializer": _json}
    if write:
        options |= {"pool_size": 1, "max_overflow": 0}
    if url.get_backend_name() == "sqlite":
        # The wait for a lock ends a little before the caller's patience, so that a locked
        # database reports itself instead of leaving a commit behind that may still happen.
        busy = int(timeout * 800)
        engine = create_async_engine(
            url, connect_args={"isolation_level": None, "timeout": timeout}, **options
        )
        _listen_sqlite(engine, busy)
        return engine.execution_options(sqlite_begin="IMMEDIATE") if write else engine
    return create_async_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "timeout": min(timeout, 10.0),
            "command_timeout": timeout,
            # Days are counted in UTC, whatever the server's own zone.
            "server_settings": {"timezone": "UTC", "application_name": "rejoinder"},
        },
        **options,
    )


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
    except Exception:  # noqa: BLE001 - whatever it says may quote the password
        raise RejoinderError(
            "The database's address cannot be read.",
            hint="Write it as postgresql://user:password@host:5432/name, "
            "with special characters of the password percent-encoded.",
        ) from None
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        query = dict(url.query)
        # libpq's name of the option, which hosting services hand out, is not asyncpg's.
        if "sslmode" in query:
            query["ssl"] = query.pop("sslmode")
        return url.set(drivername="postgresql+asyncpg", query=query)
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return _sqlite_url(Path(url.database))
    raise RejoinderError(
        "The query log works on an SQLite file or on PostgreSQL.",
        hint="Give an address that begins with postgresql://, or none for a file.",
    )


def _sqlite_url(path: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(path))


def _listen_sqlite(engine: AsyncEngine, busy_ms: int) -> None:
    """Set up each connection and emit BEGIN ourselves, as SQLAlchemy's SQLite page describes."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout={busy_ms:d}")
            # Of a file that is yet to be made: a row is half a kilobyte, and pages of eight
            # waste less at their ends than those of four.
            cursor.execute("PRAGMA page_size=8192")
            cursor.execute("PRAGMA journal_mode")
            # Setting the mode takes an exclusive lock even where it is set already.
            if cursor.fetchone() != ("wal",):
                cursor.execute("PRAGMA journal_mode=WAL")
                cursor.fetchall()
            for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                cursor.execute(f"PRAGMA {pragma}")
                cursor.fetchall()
        finally:
            cursor.close()
        # SQLite's own lower() knows only the letters of English.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        if mode:
            connection.exec_driver_sql(f"BEGIN {mode}")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def make_private_file(path: Path) -> None:
    """Create an empty file that only its owner may read, unless it exists. Raises OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
