"""What the log says about the bot: counts by day, answer rate, top entries, latency."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, Text, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.querylog.tables import daily, queries

TOP = 20
"""Entries that ``Statistics.top_entries`` names."""
NEWEST = 20_000
"""Queries over which percentiles are taken: the newest of a span."""


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
    milliseconds, by nearest rank, over the newest 20,000 queries that are still kept; None
    without any.
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


@dataclass(slots=True)
class Sums:
    """Collect counts: queries by day and outcome, language, entry, and sums for averages."""

    days: defaultdict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    latency: defaultdict[date, float] = field(default_factory=lambda: defaultdict(float))
    languages: Counter[str] = field(default_factory=Counter)
    entries: Counter[str] = field(default_factory=Counter)
    confidence: float = 0.0

    @property
    def outcomes(self) -> Counter[str]:
        """Count queries by outcome."""
        total: Counter[str] = Counter()
        for outcomes in self.days.values():
            total.update(outcomes)
        return total

    def top_entries(self) -> tuple[tuple[str, int], ...]:
        """Give the entries that answered most, with their counts."""
        # Equal counts in the order of their ids, so that a list does not change by itself.
        return tuple(sorted(self.entries.items(), key=lambda item: (-item[1], item[0]))[:TOP])


async def statistics(
    reader: AsyncEngine,
    topic: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Statistics:
    """Compute statistics of a topic or of all.

    ``since`` is inclusive, ``until`` exclusive. Whole days (UTC) are those of the daily counts,
    also where their queries are gone; of the days at the edges the queries still kept count.
    Raises SQLAlchemyError.
    """
    async with reader.connect() as connection:
        # One snapshot for all, or figures that belong together would not fit.
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ")
        sums = await sums_of(connection, topic, since, until)
        p50, p95 = await percentiles(connection, topic, since, until)
    outcomes = sums.outcomes
    total = outcomes.total()
    return Statistics(
        total=total,
        days=tuple(Day(day, dict(sums.days[day])) for day in sorted(sums.days)),
        outcomes=dict(outcomes),
        answer_rate=outcomes["answered"] / total if total else None,
        top_entries=sums.top_entries(),
        languages=dict(sums.languages),
        mean_confidence=sums.confidence / total if total else None,
        mean_latency_ms=sum(sums.latency.values()) / total if total else None,
        latency_p50_ms=p50,
        latency_p95_ms=p95,
    )


async def sums_of(
    connection: AsyncConnection,
    topic: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Sums:
    """Add up the counts of whole days and the queries of the days at the edges."""
    first, last = _first_whole(since), None if until is None else until.astimezone(UTC).date()
    sums = Sums()
    await _add_whole(connection, sums, topic, first, last)
    edges: list[tuple[datetime, datetime | None]] = []
    if since is not None and first is not None:
        edges.append((since, _least(_midnight(first), until)))
    if until is not None and last is not None and (first is None or last >= first):
        edges.append((_midnight(last), until))
    for start, end in edges:
        if end is None or start < end:
            await _add_rows(connection, sums, topic, start, end)
    return sums


async def _add_whole(
    connection: AsyncConnection,
    sums: Sums,
    topic: str | None,
    first: date | None,
    last: date | None,
) -> None:
    columns = daily.c
    conditions = []
    if topic is not None:
        conditions.append(columns.topic == topic)
    if first is not None:
        conditions.append(columns.day >= first)
    if last is not None:
        conditions.append(columns.day < last)
    # Added up by the database: a year has a hundred thousand of these rows.
    number = func.sum(columns.queries)
    figures = (number, func.sum(columns.confidence_sum), func.sum(columns.latency_ms_sum))
    by_day = select(columns.day, columns.outcome, *figures).where(*conditions)
    rows = await connection.execute(by_day.group_by(columns.day, columns.outcome))
    for day, outcome, count, confidence, latency in rows:
        sums.days[day][outcome] += int(count)
        sums.latency[day] += float(latency)
        sums.confidence += confidence
    for column, counter in ((columns.language, sums.languages), (columns.entry, sums.entries)):
        grouped = select(column, number).where(*conditions).group_by(column)
        for name, count in await connection.execute(grouped):
            counter[name] += int(count)
    del sums.entries[""]


async def _add_rows(
    connection: AsyncConnection,
    sums: Sums,
    topic: str | None,
    since: datetime,
    until: datetime | None,
) -> None:
    columns = queries.c
    keys = (columns.outcome, columns.language, columns.entry)
    figures = (func.count(), func.sum(columns.confidence), func.sum(columns.latency_ms))
    counted = _between(select(*keys, *figures).group_by(*keys), topic, since, until)
    day = since.astimezone(UTC).date()
    rows = await connection.execute(counted)
    for outcome, language, entry, count, confidence, latency in rows:
        sums.days[day][outcome] += count
        sums.latency[day] += float(latency)
        sums.confidence += confidence
        sums.languages[language] += count
        if entry is not None:
            sums.entries[entry] += count


async def percentiles(
    connection: AsyncConnection,
    topic: str | None,
    since: datetime | None,
    until: datetime | None,
) -> tuple[int | None, int | None]:
    """Give the median and the 95th percentile of the latency (ms) of the newest queries."""
    # A span that ended may lie far back: then by the index of times, to which SQLite keeps if it
    # may not take the topic's. Ids would have to be gone through from the newest on.
    by_time = topic is None or until is not None
    newest = _between(select(queries.c.latency_ms), None if by_time else topic, since, until)
    if by_time and topic is not None:
        sign = "+" if connection.dialect.name == "sqlite" else ""
        newest = newest.where(literal_column(f"{sign}queries.topic", Text) == topic)
    newest = newest.order_by(queries.c.at.desc() if by_time else queries.c.id.desc())
    taken = newest.limit(NEWEST).subquery()
    counted = select(taken.c.latency_ms, func.count()).group_by(taken.c.latency_ms)
    rows = (await connection.execute(counted.order_by(taken.c.latency_ms))).all()
    total = sum(count for _, count in rows)

    def at(share: float) -> int | None:
        seen, rank = 0, -int(-total * share // 1)
        for value, count in rows:
            seen += count
            if seen >= max(rank, 1):
                return int(value)
        return None

    return at(0.50), at(0.95)


def _between(
    statement: Select[Any], topic: str | None, since: datetime | None, until: datetime | None
) -> Select[Any]:
    if topic is not None:
        statement = statement.where(queries.c.topic == topic)
    if since is not None:
        statement = statement.where(queries.c.at >= since)
    if until is not None:
        statement = statement.where(queries.c.at < until)
    return statement


def _first_whole(since: datetime | None) -> date | None:
    """Give the first day that lies wholly after a time."""
    if since is None:
        return None
    start = since.astimezone(UTC)
    return start.date() + timedelta(days=0 if start.time() == time.min else 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _least(one: datetime, other: datetime | None) -> datetime:
    return one if other is None else min(one, other)
