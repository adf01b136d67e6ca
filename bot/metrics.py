"""Figures for Prometheus, in a registry of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot import reasons

if TYPE_CHECKING:
    from bot.querylog import Health

# Seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
REASONS = frozenset({*reasons.WRONG, reasons.NONE, reasons.MEANT})
OTHER = "other"
_MOST_VALUES = 40
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_. -]{0,39}")


class Metrics:
    """Count what the channels do; one object a process, handed to whoever counts.

    Labels hold words of the program only: what is no such word, or one too many, is counted as
    ``other``.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._words: dict[str, set[str]] = {}
        registry = self._registry
        self._questions = Counter(
            "rejoinder_questions", "Questions answered.", ["channel", "outcome"], registry=registry
        )
        self._failures = Counter(
            "rejoinder_failures", "Events that ended in an error.", ["kind"], registry=registry
        )
        self._refused = Counter(
            "rejoinder_refused", "Questions that were not taken.", ["reason"], registry=registry
        )
        self._feedback = Counter(
            "rejoinder_feedback", "Answers that somebody found wrong.", ["reason"],
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "rejoinder_answer_seconds",
            "From the event's arrival to the answer handed to the platform.",
            ["channel"],
            buckets=BUCKETS,
            registry=registry,
        )
        self._healthy = Gauge(
            "rejoinder_log_healthy", "1 while the query log works.", registry=registry
        )
        self._spooled = Gauge(
            "rejoinder_log_spooled", "Lines that wait in the spool.", registry=registry
        )
        self._shards = Gauge(
            "rejoinder_discord_shards", "Discord shards by state.", ["state"], registry=registry
        )
        self._release = Info(
            "rejoinder_release", "The release in service, by topic.", ["topic"], registry=registry
        )
        ProcessCollector(registry=registry)

    def answered(self, channel: str, outcome: str, seconds: float) -> None:
        """Count an answer and how many seconds it took, event received to answer handed over."""
        channel = self._word("channel", channel)
        self._questions.labels(channel, self._word("outcome", outcome)).inc()
        self._seconds.labels(channel).observe(seconds)

    def failed(self, kind: str) -> None:
        """Count an event that ended in an error, such as the name of its class."""
        self._failures.labels(self._word("kind", kind)).inc()

    def refused(self, reason: str) -> None:
        """Count a question that was not taken: a cool-down, a pause …"""
        self._refused.labels(self._word("refusal", reason)).inc()

    def said_wrong(self, reason: str) -> None:
        """Count that somebody found an answer wrong; a reason that is not of REASONS is other."""
        self._feedback.labels(reason if reason in REASONS else OTHER).inc()

    def log_is(self, health: Health) -> None:
        """Take the health of the query log."""
        self._healthy.set(health.ok)
        self._spooled.set(health.spooled)

    def shards_are(self, states: Mapping[str, int]) -> None:
        """Take how many Discord shards are in which state; states left out have none."""
        self._shards.clear()
        for state, count in states.items():
            self._shards.labels(self._word("state", state)).set(count)

    def releases_are(self, releases: Mapping[str, str]) -> None:
        """Take the releases in service by topic; topics left out are gone."""
        self._release.clear()
        for topic, release in releases.items():
            self._release.labels(topic).info({"release": release})

    def render(self) -> tuple[bytes, str]:
        """Return all figures in Prometheus' text format, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def _word(self, label: str, value: str) -> str:
        known = self._words.setdefault(label, set())
        if value in known:
            return value
        # A mistake of a caller must fill neither the monitoring nor its labels.
        if len(known) >= _MOST_VALUES or not _WORD.fullmatch(value):
            return OTHER
        known.add(value)
        return value
