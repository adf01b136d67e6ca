"""What a question is taken to mean, before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.advisor.facets import Cue, Facet
from bot.knowledge.release import Entry
from bot.retrieval.match import Candidate, Match


@dataclass(frozen=True)
class Choice:
    """An entry and facet, how they were found, and how sure that is."""

    entry: Entry
    facet: Facet
    confidence: float
    reason: str
    match: Match | None = None
    cue: Cue | None = None
    context: str | None = None
    doubts: tuple[str, ...] = ()
    """what the question names and the entry does not"""


def put_first(chosen: Candidate, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Put what was chosen first, so that the list agrees with the answer."""
    known = next((candidate for candidate in candidates if candidate.id == chosen.id), chosen)
    if candidates:  # ranked best first: what was chosen for other reasons scores like the best
        known = replace(known, score=max(known.score, candidates[0].score))
    rest = tuple(candidate for candidate in candidates if candidate.id != chosen.id)
    return (known, *rest)[: max(len(candidates), 1)]
