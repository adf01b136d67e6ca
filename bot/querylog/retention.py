"""Old queries become daily counts, which hold no person, and are gone."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.querylog.engine import Database
from bot.querylog.tables import daily, drafts, queries, suggestions

BATCH = 1_000
"""Queries that one transaction rolls up: short enough to wait for while a question is logged."""


def cutoff(days: int, now: datetime) -> datetime:
    """Give the time before which queries are rolled up. Raises ValueError for less than a day."""
    if days < 1:
        raise ValueError("retention is at least one day")
    return now.astimezone(UTC) - timedelta(days=days)


async def is_beyond_all(database: Database, before: datetime) -> bool:
    """Tell whether there are queries and all of them are older than ``before``."""
    async with database.reader.connect() as connection:
        newest: datetime | None = await connection.scalar(select(func.max(queries.c.at)))
    return newest is not None and newest < before


async def roll_up(database: Database, before: datetime, *, batch: int = BATCH) -> int:
    """Roll up to ``batch`` queries older than ``before`` into ``daily``; give their number.

    One transaction counts and deletes the same rows, so that a crash or a second process can
    neither lose one nor count it twice. Raises SQLAlchemyError.
    """
    columns = queries.c
    oldest = select(columns.id).where(columns.at < before).order_by(columns.id).limit(batch)
    # The deletion itself says which rows it took: nobody else can have counted them.
    statement = (
        delete(queries)
        .where(columns.id.in_(oldest))
        .returning(
            columns.at,
            columns.topic,
            columns.language,
            columns.outcome,
            columns.entry,
            columns.confidence,
            columns.latency_ms,
        )
    )
    async with database.writer.begin() as connection:
        rows = (await connection.execute(statement)).all()
        if not rows:
            return 0
        sums: dict[tuple[date, str, str, str, str], list[float]] = defaultdict(lambda: [0, 0.0, 0])
        for row in rows:
            key = (row.at.date(), row.topic, row.language, row.outcome, row.entry or "")
            total = sums[key]
            total[0] += 1
            total[1] += row.confidence
            total[2] += row.latency_ms
        insert = (sqlite if database.is_sqlite else postgresql).insert(daily)
        upsert = insert.on_conflict_do_update(
            index_elements=list(daily.primary_key.columns),
            set_={
                name: daily.c[name] + insert.excluded[name]
                for name in ("queries", "confidence_sum", "latency_ms_sum")
            },
        )
        names = [column.name for column in daily.columns]
        # In one order everywhere, so that two processes cannot wait for each other's rows.
        values = [
            dict(zip(names, (*key, int(count), confidence, int(latency)), strict=True))
            for key, (count, confidence, latency) in sorted(sums.items())
        ]
        await connection.execute(upsert, values)
    return len(rows)


async def expire_moderation(database: Database, before: datetime) -> None:
    """Delete suggestions decided and drafts last touched before a time. Raises SQLAlchemyError."""
    async with database.writer.begin() as connection:
        await connection.execute(delete(suggestions).where(suggestions.c.decided_at < before))
        await connection.execute(delete(drafts).where(drafts.c.at < before))
