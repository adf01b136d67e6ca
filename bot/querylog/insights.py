"""What the log says about how good the bot is and what changed it, from daily counts alone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.querylog.review_reading import choose_clusters, cluster_rows, for_reasons
from bot.querylog.review_records import ClusterRow, Reason
from bot.querylog.stats import Day, percentiles, sums_of
from bot.querylog.tables import clusters, daily, publishes, verdict_days

DAYS_AROUND = 7
"""Days before and after a publish that ``PublishEffect`` compares."""
_PUBLISHES = 20
_GAPS = 10
_WITHOUT_ANSWER: tuple[Reason, ...] = ("gap", "none")
_SURE = 1.959964  # standard deviations on both sides that hold 95 % of a normal distribution
# Of an answer: each of these says that it should have been another one, or none.
_NOT_RIGHT = ("wrong", "gap", "out_of_scope")


@dataclass(frozen=True, slots=True)
class Share:
    """Hold ``successes`` of ``n`` as a share with its 95 % interval; None for n = 0.

    The interval is Wilson's (Journal of the American Statistical Association 22, 1927).
    """

    successes: int
    n: int
    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, successes: int, n: int) -> Share:
        """Compute the share and its interval."""
        if n <= 0:
            return cls(successes, n, None, None, None)
        share, square = successes / n, _SURE**2
        middle = (share + square / (2 * n)) / (1 + square / n)
        spread = share * (1 - share) / n + square / (4 * n * n)
        half = _SURE * math.sqrt(spread) / (1 + square / n)
        return cls(successes, n, share, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Hold what one day (UTC) was like; None without queries."""

    day: date
    queries: int
    answer_rate: float | None
    latency_mean_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishEffect:
    """Hold the answer rate in the 7 days before and after a publish, its own day left out."""

    id: int
    at: datetime
    kind: str
    by: str | None
    reason: str
    before: Share
    after: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """Sum up a span of whole days (UTC).

    ``precision`` is right / (right + wrong + gap + out of scope) over the verdicts on answered
    queries that were drawn at random; ``precision_other`` is the same over all other verdicts on
    answered queries, which were picked because something seemed wrong. Percentiles of latency are
    in milliseconds, over the newest 20,000 queries of the span that are still kept. ``gaps`` are
    the open clusters of most people whose questions had no answer, or none that was meant.
    """

    total: int
    outcomes: dict[str, int]
    answer_rate: float | None
    days: tuple[Day, ...]
    figures: tuple[DayFigures, ...]
    languages: dict[str, int]
    top_entries: tuple[tuple[str, int], ...]
    latency_p50_ms: int | None
    latency_p95_ms: int | None
    verdicts: dict[str, int]
    verdicts_sampled: dict[str, int]
    precision: Share
    precision_other: Share
    publishes: tuple[PublishEffect, ...]
    gaps: tuple[ClusterRow, ...]


async def insights(
    reader: AsyncEngine,
    topic: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Insights:
    """Compute insights of a topic or of all, from the day of ``since`` to before that of ``until``.

    Raises SQLAlchemyError.
    """
    since, until = _midnight(since), _midnight(until)
    async with reader.connect() as connection:
        # One snapshot for all, or figures that belong together would not fit.
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ")
        sums = await sums_of(connection, topic, since, until)
        p50, p95 = await percentiles(connection, topic, since, until)
        judged = await _verdicts(connection, topic, since, until)
        effects = await _effects(connection, topic, since, until)
    gaps = choose_clusters().where(clusters.c.status == "open", for_reasons(_WITHOUT_ANSWER))
    if topic is not None:
        gaps = gaps.where(clusters.c.topic == topic)
    gaps = gaps.order_by(clusters.c.people.desc(), clusters.c.rank.desc()).limit(_GAPS)
    outcomes = sums.outcomes
    days = sorted(sums.days)
    return Insights(
        total=outcomes.total(),
        outcomes=dict(outcomes),
        answer_rate=_rate(outcomes),
        days=tuple(Day(day, dict(sums.days[day])) for day in days),
        figures=tuple(
            DayFigures(
                day,
                number := sums.days[day].total(),
                _rate(sums.days[day]),
                sums.latency[day] / number if number else None,
            )
            for day in days
        ),
        languages=dict(sums.languages),
        top_entries=sums.top_entries(),
        latency_p50_ms=p50,
        latency_p95_ms=p95,
        verdicts=dict(sum((counts for _, counts in judged.items()), Counter())),
        verdicts_sampled=dict(judged[True, True] + judged[True, False]),
        precision=_precision(judged[True, True]),
        precision_other=_precision(judged[False, True]),
        publishes=tuple(effects),
        gaps=tuple(await cluster_rows(reader, gaps)),
    )


async def _verdicts(
    connection: AsyncConnection, topic: str | None, since: datetime | None, until: datetime | None
) -> defaultdict[tuple[bool, bool], Counter[str]]:
    """Count verdicts by (drawn at random, the query was answered) and verdict."""
    columns = verdict_days.c
    counted = select(
        columns.sampled, columns.outcome, columns.verdict, func.sum(columns.count)
    ).group_by(columns.sampled, columns.outcome, columns.verdict)
    if topic is not None:
        counted = counted.where(columns.topic == topic)
    if since is not None:
        counted = counted.where(columns.day >= since.date())
    if until is not None:
        counted = counted.where(columns.day < until.date())
    found: defaultdict[tuple[bool, bool], Counter[str]] = defaultdict(Counter)
    for sampled, outcome, verdict, count in await connection.execute(counted):
        found[sampled, outcome == "answered"][verdict] += int(count)
    return found


async def _effects(
    connection: AsyncConnection, topic: str | None, since: datetime | None, until: datetime | None
) -> list[PublishEffect]:
    """Compare the answer rates around the last publishes, newest first."""
    columns = publishes.c
    chosen = select(columns.id, columns.topic, columns.at, columns.kind, columns.by, columns.reason)
    chosen = chosen.where(columns.commit != "")
    if topic is not None:
        chosen = chosen.where(columns.topic == topic)
    if since is not None:
        chosen = chosen.where(columns.at >= since)
    if until is not None:
        chosen = chosen.where(columns.at < until)
    rows = (await connection.execute(chosen.order_by(columns.id.desc()).limit(_PUBLISHES))).all()
    if not rows:
        return []
    around = timedelta(days=DAYS_AROUND)
    first, last = min(row.at for row in rows) - around, max(row.at for row in rows) + around
    counted = (
        select(daily.c.topic, daily.c.day, daily.c.outcome, func.sum(daily.c.queries))
        .where(daily.c.topic.in_({row.topic for row in rows}))
        .where(daily.c.day >= first.date(), daily.c.day <= last.date())
        .group_by(daily.c.topic, daily.c.day, daily.c.outcome)
    )
    days: defaultdict[tuple[str, date], Counter[str]] = defaultdict(Counter)
    for where, day, outcome, count in await connection.execute(counted):
        days[where, day][outcome] += int(count)

    def share(where: str, offsets: range, day: date) -> Share:
        total: Counter[str] = Counter()
        for offset in offsets:
            total.update(days.get((where, day + timedelta(days=offset)), {}))
        return Share.of(total["answered"], total.total())

    return [
        PublishEffect(
            id=row.id, at=row.at, kind=row.kind, by=row.by, reason=row.reason,
            before=share(row.topic, range(-DAYS_AROUND, 0), row.at.date()),
            after=share(row.topic, range(1, DAYS_AROUND + 1), row.at.date()),
        )
        for row in rows
    ]  # fmt: skip


def _precision(counts: Counter[str]) -> Share:
    judged = counts["right"] + sum(counts[verdict] for verdict in _NOT_RIGHT)
    return Share.of(counts["right"], judged)


def _rate(outcomes: Counter[str]) -> float | None:
    total = outcomes.total()
    return outcomes["answered"] / total if total else None


def _midnight(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
