"""What the review queue hands out and takes: frozen values, no behaviour."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

from bot.querylog.records import FeedbackRow, QueryRow

Verdict = Literal["right", "wrong", "gap", "out_of_scope", "abuse", "ignore"]
ClusterStatus = Literal["open", "judged", "answered"]
ItemStatus = Literal["open", "judged", "answered", "muted"]
Reason = Literal["gap", "none", "doubtful", "reported", "boundary", "changed"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
REASONS: tuple[Reason, ...] = get_args(Reason)

BADNESS: dict[Reason, float] = {
    "reported": 3.0, "none": 2.0, "gap": 2.0, "boundary": 1.0, "doubtful": 1.0, "changed": 0.5,
}  # fmt: skip
"""How bad each reason is; an item's badness is their sum, at most ``BADNESS_LIMIT``."""
BADNESS_LIMIT = 4.0

_HALF_LIFE = 14.0  # days in which a cluster must double its people to keep its rank

MUTING: frozenset[Verdict] = frozenset({"out_of_scope", "abuse", "ignore"})
"""Verdicts of a cluster that also hold for whatever joins it later."""
UNANSWERED: frozenset[Verdict] = frozenset({"gap", "wrong"})
"""Verdicts of a cluster that a later release may settle."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Tell what one step of collecting did: new items, and whether more is left to look at."""

    added: int
    more: bool


@dataclass(frozen=True, slots=True)
class ToCluster:
    """Hold an open query that belongs to no cluster yet."""

    query_id: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Leader:
    """Hold the vector of the member that a cluster grew around, as ``Placement`` gave it."""

    cluster_id: int
    vector: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Placement:
    """Say where a query belongs: in a cluster, with an earlier placement's query, or alone.

    ``vector`` is the int8-quantised unit vector, ``similarity`` the cosine to the leader.
    """

    query_id: int
    vector: bytes = field(repr=False)
    cluster_id: int | None = None
    with_query: int | None = None
    similarity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRow:
    """Hold one cluster with the query that stands for it; times are in UTC.

    ``people`` and ``queries`` count its members that are not muted, ``reasons`` is the union of
    theirs, ``badness`` their mean. ``verdict``, ``entry`` and ``decided_at`` are of the last
    decision, also where it is open again. ``typical`` is None only for a moment: while its query
    is being forgotten.
    """

    id: int
    topic: str
    status: ClusterStatus
    typical: QueryRow | None
    people: int
    queries: int
    badness: float
    reasons: tuple[Reason, ...]
    first_at: datetime
    last_at: datetime
    rank: float
    verdict: Verdict | None
    entry: str | None
    decided_at: datetime | None
    decided_by: str | None
    revision: int
    checked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """Hold the verdict on one query; ``pseudonym`` is None for a forgotten reviewer."""

    query_id: int
    at: datetime
    pseudonym: str | None
    verdict: Verdict
    entry: str | None
    sampled: bool
    cluster_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """Hold one query of the review queue with all that is known about it.

    ``similarity`` is None where the leader that it was compared with is gone.
    """

    query: QueryRow
    reasons: tuple[Reason, ...]
    badness: float
    status: ItemStatus
    cluster_id: int | None
    similarity: float | None
    verdict: VerdictRow | None
    feedback: tuple[FeedbackRow, ...]


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """Count a topic's queue.

    ``people`` are the different ones behind open questions, None where there are too many to count.
    """

    open_clusters: int
    open_items: int
    people: int | None
    judged_items: int
    answered_clusters: int


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """Tell what became of a verdict: ``stale`` when somebody else was first.

    ``count`` are the queries that it decided.
    """

    status: Literal["judged", "stale", "unknown"]
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Hold a question whose asker wants to know when it is answered.

    ``context_entry`` is the entry that it leaned on, ``entry`` the one that it was answered with.
    """

    query_id: int
    text: str = field(repr=False)
    language: str
    at: datetime
    context_entry: str | None = None
    entry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Hold whom to tell that their question is answered; ``user`` is the platform's id."""

    query_id: int
    user: str = field(repr=False)
    text: str = field(repr=False)
    language: str
    entry: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """Hold one thing that a moderator or operator did; ``pseudonym`` is None once forgotten."""

    id: int
    at: datetime
    topic: str | None
    pseudonym: str | None
    channel: str
    action: str
    target: str | None


def rank(people: int, badness: float, last_at: datetime) -> float:
    """Give a cluster's rank, which never has to be refreshed as time passes.

    Twice the people weigh as much as being asked 14 days later.
    """
    days = last_at.astimezone(UTC).timestamp() / 86_400
    return math.log2(max(people, 1)) + math.log2(badness + 1) + days / _HALF_LIFE
