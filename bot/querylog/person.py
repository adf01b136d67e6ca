"""A person's right to see and to remove what is stored about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.querylog.engine import Database
from bot.querylog.entries import Entry
from bot.querylog.records import Forgotten
from bot.querylog.spool import Spool
from bot.querylog.tables import feedback, queries


async def export(database: Database, spool: Spool, pseudonym: str) -> dict[str, Any]:
    """Give the rows and spooled lines of a pseudonym, ready for JSON.

    Raises SQLAlchemyError or OSError.
    """
    async with database.reader.connect() as connection:
        asked = await connection.execute(
            select(queries).where(queries.c.pseudonym == pseudonym).order_by(queries.c.id)
        )
        said = await connection.execute(
            select(feedback).where(feedback.c.pseudonym == pseudonym).order_by(feedback.c.id)
        )
    theirs = _written_by(pseudonym)
    waiting = await asyncio.to_thread(
        lambda: [entry.to_json() for entry in spool.entries() if theirs(entry)]
    )
    return {
        "pseudonym": pseudonym,
        "queries": [_plain(row) for row in asked.mappings()],
        "feedback": [_plain(row) for row in said.mappings()],
        "spooled": waiting,
    }


async def forget(database: Database, spool: Spool, pseudonym: str) -> Forgotten:
    """Remove the rows and spooled lines of a pseudonym and what others said on those queries.

    Raises SQLAlchemyError or OSError; what was removed until then stays removed.
    """
    # The spool first: once the database is clean, nothing may be replayed into it again.
    spooled = await asyncio.to_thread(spool.remove, _written_by(pseudonym))
    async with database.writer.begin() as connection:
        said = await connection.execute(delete(feedback).where(feedback.c.pseudonym == pseudonym))
        asked = await connection.execute(delete(queries).where(queries.c.pseudonym == pseudonym))
    gone = await _erase_bytes(database.writer) if database.is_sqlite else False
    return Forgotten(asked.rowcount, said.rowcount, spooled, gone)


async def _erase_bytes(writer: AsyncEngine) -> bool:
    """Rewrite the SQLite file without its free space and empty the write-ahead log.

    secure_delete clears a deleted row, but not the copies of it that SQLite leaves behind in a
    page when it moves rows to another one; only VACUUM does.
    """
    try:
        async with writer.connect() as connection:
            await connection.execution_options(sqlite_begin=None)
            await connection.exec_driver_sql("VACUUM")
            result = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = result.scalar()
    except OperationalError:
        return False
    return busy == 0


def _written_by(pseudonym: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.values.get("pseudonym") == pseudonym


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(key): value.isoformat() if isinstance(value, datetime) else value
        for key, value in row.items()
    }
