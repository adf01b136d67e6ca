"""What the log says about the bot: counts by day, answer rate, top entries, latency."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.querylog.tables import daily, queries

TOP = 20
"""Entries that ``Statistics.top_entries`` names."""


@dataclass(frozen=True, slots=True)
class Day:
    """Count the queries of one day (UTC) by outcome."""

    day: date
    outcomes: dict[str, int]

    @property
    def total(self) -> int:
        """Count the day's queries."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Statistics:
    """Sum up a span of time.

    ``answer_rate`` is answered / all, between 0 and 1, None without queries. Percentiles are in
    milliseconds, by nearest rank, over the rows not yet rolled up; None without such rows.
    """

    total: int
    days: tuple[Day, ...]
    outcomes: dict[str, int]
    answer_rate: float | None
    top_entries: tuple[tuple[str, int], ...]
    languages: dict[str, int]
    mean_confidence: float | None
    mean_latency_ms: float | None
    latency_p50_ms: int | None
    latency_p95_ms: int | None


async def statistics(
    reader: AsyncEngine, since: datetime | None = None, until: datetime | None = None
) -> Statistics:
    """Compute statistics over current rows and daily aggregates.

    ``since`` is inclusive, ``until`` exclusive; a day's aggregate counts when the whole day lies
    between them. Raises SQLAlchemyError.
    """
    async with reader.connect() as connection:
        # One snapshot for all: a roll-up in between would count its rows twice or not at all.
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ")
        groups = [row async for row in _groups(connection, since, until)]
        p50 = await _percentile(connection, since, until, 0.50)
        p95 = await _percentile(connection, since, until, 0.95)
    days: defaultdict[date, Counter[str]] = defaultdict(Counter)
    outcomes: Counter[str] = Counter()
    entries: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    confidence = latency = 0.0
    for group in groups:
        days[_day(group.day)][group.outcome] += group.queries
        outcomes[group.outcome] += group.queries
        languages[group.language] += group.queries
        if group.entry:
            entries[group.entry] += group.queries
        confidence += group.confidence
        latency += group.latency
    total = outcomes.total()
    return Statistics(
        total=total,
        days=tuple(Day(day, dict(days[day])) for day in sorted(days)),
        outcomes=dict(outcomes),
        answer_rate=outcomes["answered"] / total if total else None,
        # Equal counts in the order of their ids, so that a list does not change by itself.
        top_entries=tuple(sorted(entries.items(), key=lambda item: (-item[1], item[0]))[:TOP]),
        languages=dict(languages),
        mean_confidence=confidence / total if total else None,
        mean_latency_ms=latency / total if total else None,
        latency_p50_ms=p50,
        latency_p95_ms=p95,
    )


async def _groups(
    connection: AsyncConnection, since: datetime | None, until: datetime | None
) -> Any:
    columns = queries.c
    # Named in full: the server's time zone is set to UTC, in which SQLite stores anyway.
    day = func.date(columns.at).label("day")
    keys = (day, columns.outcome, columns.language, columns.entry)
    current = _between(
        select(
            *keys,
            func.count().label("queries"),
            func.sum(columns.confidence).label("confidence"),
            func.sum(columns.latency_ms).label("latency"),
        ).group_by(literal_column("day"), *keys[1:]),
        since,
        until,
    )
    old = select(
        daily.c.day,
        daily.c.outcome,
        daily.c.language,
        daily.c.entry,
        daily.c.queries,
        daily.c.confidence_sum.label("confidence"),
        daily.c.latency_ms_sum.label("latency"),
    )
    if since is not None:
        start = since.astimezone(UTC)
        whole = start.time() == datetime.min.time()
        old = old.where(daily.c.day >= start.date() + timedelta(days=0 if whole else 1))
    if until is not None:
        old = old.where(daily.c.day < until.astimezone(UTC).date())
    for statement in (current, old):
        for row in await connection.execute(statement):
            yield row


async def _percentile(
    connection: AsyncConnection, since: datetime | None, until: datetime | None, share: float
) -> int | None:
    count = await connection.scalar(_between(select(func.count(queries.c.id)), since, until))
    if not count:
        return None
    rank = max(0, -int(-count * share // 1) - 1)
    statement = _between(select(queries.c.latency_ms), since, until)
    value: int | None = await connection.scalar(
        statement.order_by(queries.c.latency_ms).offset(rank).limit(1)
    )
    return value


def _between(statement: Select[Any], since: datetime | None, until: datetime | None) -> Select[Any]:
    if since is not None:
        statement = statement.where(queries.c.at >= since)
    if until is not None:
        statement = statement.where(queries.c.at < until)
    return statement


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
