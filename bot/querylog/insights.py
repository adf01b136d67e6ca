"""What the log says about how good the bot is and what changed it, from daily counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.querylog.review_records import ClusterRow
from bot.querylog.stats import Day

DAYS_AROUND = 7
"""Days before and after a publish that ``PublishEffect`` compares."""


@dataclass(frozen=True, slots=True)
class Share:
    """Hold ``successes`` of ``n`` with the Wilson 95 % interval; all None without any.

    All between 0 and 1.
    """

    successes: int
    n: int
    value: float | None
    low: float | None
    high: float | None


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

    ``precision`` is right / (right + wrong + gap) over verdicts on answered queries that were
    drawn at random; ``precision_other`` the same over all other verdicts on answered queries,
    which were picked because something seemed wrong. Percentiles of latency are in milliseconds,
    over the newest 20,000 queries of the span that are still kept. ``gaps`` are the open clusters
    of most people.
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
    """Compute insights of a topic or of all, from the day of ``since`` to before ``until``.

    Raises SQLAlchemyError.
    """
