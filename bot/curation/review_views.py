"""What a review hands out: frozen values, and the errors of whoever came too late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.curation.draft import StaleError
from bot.errors import RejoinderError
from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.querylog.review_records import ClusterRow, ItemRow

_NEAREST = 5


class JudgedError(StaleError):
    """Report that somebody judged first, or that what is judged was split or answered since."""

    def __init__(self) -> None:
        RejoinderError.__init__(
            self,
            "Somebody has judged or changed this meanwhile.",
            hint="Look at it as it is now.",
        )


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Tell what a refresh did.

    ``collected`` queries came into the queue and ``clustered`` ones into clusters; ``answered``
    clusters are answered by now, and so are the questions of ``waiting`` people who are to be told.
    """

    collected: int = 0
    clustered: int = 0
    answered: int = 0
    waiting: int = 0

    def __bool__(self) -> bool:
        return any((self.collected, self.clustered, self.answered, self.waiting))


@dataclass(frozen=True, slots=True)
class Meant:
    """Name an entry that the questions of a cluster may mean.

    ``score`` is that of the typical question, unitless; ``near`` of the members shown had it
    among their first five candidates.
    """

    entry: str
    title: str
    kind: Kind
    score: float
    near: int


@dataclass(frozen=True, slots=True)
class ClusterView:
    """Show a cluster to whoever judges it: its first members, and the entries it may mean."""

    row: ClusterRow
    members: tuple[ItemRow, ...]
    candidates: tuple[Meant, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """Tell how many queries a verdict decided."""

    count: int


def meant(
    release: Release, scores: Sequence[tuple[str, float]], members: Iterable[ItemRow], limit: int
) -> tuple[Meant, ...]:
    """Return the entries that some queries may mean, most likely first.

    ``scores`` are the candidates of the typical question in the release in service. What only
    members had as a candidate follows, most frequent first; what is not published is left out.
    """
    near = Counter(
        candidate.id for member in members for candidate in member.query.candidates[:_NEAREST]
    )
    known = dict(scores)
    ranked = [*known, *(entry for entry, _ in near.most_common() if entry not in known)]
    found = [entry for entry in ranked if entry in release.entries]
    return tuple(
        Meant(
            entry,
            release.entries[entry].title,
            release.entries[entry].kind,
            known.get(entry, 0.0),
            near[entry],
        )
        for entry in found[:limit]
    )
