"""Old queries go; of them the daily counts are left, which hold no person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select

from bot.querylog import review_awaiting
from bot.querylog.engine import Database
from bot.querylog.fulltext import forget_some
from bot.querylog.review_figures import clusters_of, recompute
from bot.querylog.tables import audit, drafts, queries, sign_ins, suggestions

BATCH = 1_000
"""Queries that one transaction deletes: short enough to wait for while a question is logged."""


def cutoff(days: int, now: datetime) -> datetime:
    """Give the time before which queries go. Raises ValueError for less than a day."""
    if days < 1:
        raise ValueError("retention is at least one day")
    return now.astimezone(UTC) - timedelta(days=days)


async def is_beyond_all(database: Database, before: datetime) -> bool:
    """Tell whether there are queries and all of them are older than ``before``."""
    async with database.reader.connect() as connection:
        newest: datetime | None = await connection.scalar(select(func.max(queries.c.at)))
    return newest is not None and newest < before


async def delete_old(database: Database, before: datetime, *, batch: int = BATCH) -> int:
    """Delete up to ``batch`` queries older than ``before``; give their number.

    They stay in the daily counts, which were made as they came. Raises SQLAlchemyError.
    """
    columns = queries.c
    # By time, which has an index: by id, a last look would go through all that is not old.
    oldest = select(columns.id).where(columns.at < before).order_by(columns.at).limit(batch)
    async with database.writer.begin() as connection:
        numbers = list(await connection.scalars(oldest))
        if not numbers:
            return 0
        these = columns.id.in_(numbers)
        torn = await clusters_of(connection, these)
        # The deletion itself says how many: another process may be deleting the same.
        deleted = (await connection.execute(delete(queries).where(these))).rowcount
        await recompute(connection, torn)
    return int(deleted)


async def expire_others(database: Database, before: datetime, now: datetime) -> None:
    """Delete what else is old. Raises SQLAlchemyError.

    Suggestions decided and drafts last touched before a time, the audit trail before it, links
    to sign in that are of no use any more.
    """
    async with database.writer.begin() as connection:
        await connection.execute(delete(suggestions).where(suggestions.c.decided_at < before))
        await connection.execute(delete(drafts).where(drafts.c.at < before))
        await connection.execute(delete(audit).where(audit.c.at < before))
        await connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))
    await review_awaiting.expire(database, now)


async def forget_words(database: Database, *, first: bool) -> bool:
    """Take some words of deleted queries out of SQLite's full-text index; False when it is done.

    ``first`` begins anew. Raises SQLAlchemyError.
    """
    if not database.is_sqlite:
        return False
    async with database.writer.begin() as connection:
        return await forget_some(connection, first=first)
