"""Put what the log counted into the shape that charts are drawn from."""

from __future__ import annotations

from datetime import date
from typing import Final

from bot.channels.chart_data import DayCount, Figures, Mark, Proportion, Row, Total
from bot.channels.chart_words import word
from bot.knowledge.release import Release
from bot.querylog.insights import Insights, Share
from bot.querylog.review_records import ClusterRow

_NEAR: Final = 5


def figures(
    insights: Insights,
    release: Release,
    language: str,
    first: date,
    last: date,
    *,
    before: Insights | None = None,
    waiting: int | None = None,
    rows: int = 5,
    with_words: bool = False,
) -> Figures:
    """Return the figures of a span of days (UTC, both ends in it).

    ``with_words`` names gaps by their typical question, which reviewers alone may read; otherwise
    by the published entry that came nearest. ``rows`` is how many gaps and entries are listed.
    """
    return Figures(
        title=release.topic.info.title,
        first=first,
        last=last,
        days=[DayCount(day.day, day.outcomes) for day in insights.days],
        marks=[
            Mark(publish.at.date(), publish.reason)
            for publish in insights.publishes
            if first <= publish.at.date() <= last
        ],
        precision=_proportion(insights.precision),
        picked=_proportion(insights.precision_other),
        gaps=[
            Row(_named(row, release, language, with_words=with_words), row.people)
            for row in insights.gaps[:rows]
        ],
        entries=[
            Row(titled(release, entry), count) for entry, count in insights.top_entries[:rows]
        ],
        waiting=waiting,
        before=None if before is None else Total(before.total, before.outcomes.get("answered", 0)),
    )


def titled(release: Release, entry: str) -> str:
    """Return an entry's title; its id where it is not published now."""
    found = release.entries.get(entry)
    return found.title if found is not None else entry


def nearest(row: ClusterRow, release: Release) -> str | None:
    """Return the published entry that came nearest to a cluster's typical question."""
    candidates = row.typical.candidates if row.typical is not None else ()
    return next((c.id for c in candidates[:_NEAR] if c.id in release.entries), None)


def _named(row: ClusterRow, release: Release, language: str, *, with_words: bool) -> str:
    if with_words and row.typical is not None and row.typical.text:
        return row.typical.text
    entry = nearest(row, release)
    if entry is None:
        return word("gaps.unlike", language)
    return word("gaps.near", language, title=titled(release, entry))


def _proportion(share: Share) -> Proportion:
    if not share.n or share.low is None or share.high is None:
        return Proportion()
    return Proportion(share.successes, share.n, share.low, share.high)
