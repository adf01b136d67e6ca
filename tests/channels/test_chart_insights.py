"""What the log counted as what charts show: titles instead of ids, nobody's words in a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.channels.chart_data import DayCount, Mark, Proportion, Row, Total
from bot.channels.chart_insights import figures
from bot.knowledge.load import load
from bot.knowledge.release import Release
from bot.querylog import Candidate, QueryRow
from bot.querylog.insights import Insights, PublishEffect, Share
from bot.querylog.review_records import ClusterRow
from bot.querylog.stats import Day

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 28)
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
NOTHING = Share(0, 0, None, None, None)


@pytest.fixture
def release(small_topic: Path) -> Release:
    """Return the release of the small topic."""
    return load(small_topic)


def group(text: str | None, *entries: str, people: int = 3) -> ClusterRow:
    """Return a group of questions with the entries that came nearest to its typical one."""
    typical = QueryRow(
        id=1, at=NOON, channel="discord", place="1/2", pseudonym="p", text=text, private=False,
        language="en", topic="bridge", context_entry=None, outcome="gap", entry=None, facet=None,
        confidence=0.2, candidates=tuple(Candidate(entry, "objection", 0.3) for entry in entries),
        release="r", latency_ms=5, delivered_at=None,
    )  # fmt: skip
    return ClusterRow(
        id=1, topic="bridge", status="open", typical=typical, people=people, queries=5,
        badness=2.0, reasons=("gap",), first_at=NOON, last_at=NOON, rank=1.0, verdict=None,
        entry=None, decided_at=None, decided_by=None, revision=1,
    )  # fmt: skip


def insights(
    outcomes: Mapping[str, int] | None = None,
    gaps: tuple[ClusterRow, ...] = (),
    precision: Share = NOTHING,
    publishes: tuple[PublishEffect, ...] = (),
) -> Insights:
    outcomes = dict(outcomes or {})
    return Insights(
        total=sum(outcomes.values()), outcomes=outcomes, answer_rate=None,
        days=(Day(NOON.date(), outcomes),), figures=(), languages={},
        top_entries=(("new-bridge.cost", 7), ("gone", 2)), latency_p50_ms=None,
        latency_p95_ms=None, verdicts={}, verdicts_sampled={}, precision=precision,
        precision_other=NOTHING, publishes=publishes, gaps=gaps,
    )  # fmt: skip


def test_counts_titles_and_publishes_are_taken_over(release: Release) -> None:
    effect = PublishEffect(
        id=1, at=NOON, kind="publish", by=None, reason="A term", before=NOTHING, after=NOTHING
    )
    late = replace(effect, at=datetime(2026, 12, 1, tzinfo=UTC))
    shown = figures(
        insights({"answered": 3, "gap": 1}, precision=Share(9, 10, 0.9, 0.6, 0.98),
                 publishes=(effect, late)),
        release, "en", FIRST, LAST, before=insights({"answered": 1, "gap": 4}), waiting=2,
    )  # fmt: skip
    assert shown.title == "A bridge over the river"
    assert shown.days == [DayCount(NOON.date(), {"answered": 3, "gap": 1})]
    assert shown.marks == [Mark(NOON.date(), "A term")]
    assert shown.precision == Proportion(9, 10, 0.6, 0.98)
    assert shown.picked == Proportion()
    assert shown.entries == [Row("It is too expensive", 7), Row("gone", 2)]
    assert (shown.total, shown.before, shown.waiting) == (Total(4, 3), Total(5, 1), 2)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_words_of_people_are_shown_to_reviewers_alone(release: Release, language: str) -> None:
    asked = group("who clears the snow", "gone", "new-bridge.cost")
    unlike = group(None)
    known = insights(gaps=(asked, unlike, asked))
    reviewers = figures(known, release, language, FIRST, LAST, with_words=True)
    channel = figures(known, release, language, FIRST, LAST, rows=2)
    assert reviewers.gaps[0] == Row("who clears the snow", 3)
    assert channel.gaps[0].label.endswith(": It is too expensive")
    assert len(channel.gaps) == 2
    assert reviewers.gaps[1] == channel.gaps[1]
    assert not any("snow" in row.label for row in channel.gaps)
