"""Which entry and side a question that stands on its own is about."""

from __future__ import annotations

from bot.advisor.choice import Choice, put_first
from bot.advisor.facets import Cue, Facet
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval.index import Candidate, Index, Match

CANDIDATES = 10
# Facets that only a proposal (or its objections) has; asked for, the proposal is meant.
_OF_PROPOSALS = {Facet.OBJECTIONS, Facet.PROPOSERS, Facet.WHY, Facet.HOW, Facet.SINCE}
# Facets that mean the argument itself where an argument is found.
_OF_ARGUMENTS = {Facet.REPLIES, Facet.PROPOSERS, Facet.SOURCES, Facet.EVIDENCE}


class Aim:
    """Aim questions at the entries of one index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.release = index.release

    def aim(self, cue: Cue | None, match: Match) -> tuple[Choice | None, tuple[Candidate, ...]]:
        """Choose entry and facet for a question that stands on its own."""
        if not match.candidates:
            return None, ()
        first = self.release.entries[match.candidates[0].id]
        facet = Facet.OVERVIEW
        if cue is not None and not cue.bare:
            if (aimed := self._at_proposal(cue, match, first)) is not None:
                return aimed, put_first(
                    Candidate(aimed.entry.id, aimed.entry.kind, match.candidates[0].score),
                    match.candidates,
                )
            if first.kind is Kind.PROPOSAL or cue.facet in _OF_ARGUMENTS:
                facet = cue.facet
        choice = Choice(first, facet, match.confidence, "matched", match, cue)
        return choice, match.candidates

    def _at_proposal(self, cue: Cue, match: Match, first: Entry) -> Choice | None:
        """Find the proposal that "what do critics say about paying them" asks about.

        The words of the cue pull towards objections, so the rest of the question is matched alone.
        """
        if cue.facet not in _OF_PROPOSALS:
            return None
        rest = self.index.search(cue.residual, limit=CANDIDATES)
        if not rest.candidates:
            return None
        ranked = [self.release.entries[candidate.id] for candidate in rest.candidates]
        proposals = [entry for entry in ranked if entry.kind is Kind.PROPOSAL]
        best = first if first in proposals else next(iter(proposals), None)
        if best is None:
            return None
        leads = ranked[0].id == best.id
        # Asked for objections, any entry under the proposal is a sign of it; for other facets the
        # rest must mean the proposal itself, since arguments have authors and reasons too.
        under = ranked[0].proposal == best.id or first.proposal == best.id
        if leads or (cue.facet is Facet.OBJECTIONS and under):
            confidence = max(match.confidence, rest.confidence)
            if cue.facet is Facet.OBJECTIONS:
                confidence = max(confidence, self._confidence_in_proposal(best, rest))
            return Choice(best, cue.facet, confidence, "matched", rest, cue)
        return None

    def _confidence_in_proposal(self, proposal: Entry, match: Match) -> float:
        """Return how sure a match is of a proposal with all that is argued about it.

        Asked for objections the proposal is shown with them, so its own are no rivals.
        """
        entries = self.release.entries.values()
        own = [entry.id for entry in entries if entry.proposal == proposal.id]
        return self.index.confidence_in(match, [proposal.id, *own])
