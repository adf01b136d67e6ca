"""Which entry and side a question that stands on its own is about."""

from __future__ import annotations

from collections.abc import Sequence

from bot.advisor.choice import Choice, put_first
from bot.advisor.facets import Cue, Facet
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval.index import Index
from bot.retrieval.match import Candidate, Match

CANDIDATES = 10
# How far down a proposal may stand for a side that nothing above it has.
_NEAR = 3
# Facets that only a proposal (or its objections) has, and the overview where both its sides are
# asked for in words ("pros and cons of X"): the proposal is meant.
_OF_PROPOSALS = {
    Facet.OVERVIEW, Facet.OBJECTIONS, Facet.PROPOSERS, Facet.WHY, Facet.HOW, Facet.SINCE,
}  # fmt: skip
# Facets that mean the argument itself where an argument is found.
_OF_ARGUMENTS = {Facet.REPLIES, Facet.PROPOSERS, Facet.SOURCES, Facet.EVIDENCE}


class Aim:
    """Aim questions at the entries of one index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.release = index.release
        self._members: dict[str, list[str]] = {}
        for entry in index.release.entries.values():
            if entry.proposal is not None:
                self._members.setdefault(entry.proposal, []).append(entry.id)

    def aim(self, cue: Cue | None, match: Match) -> tuple[Choice | None, tuple[Candidate, ...]]:
        """Choose entry and facet for a question that stands on its own."""
        if not match.candidates:
            return None, ()
        first = self.release.entries[match.candidates[0].id]
        facet = Facet.OVERVIEW
        if cue is not None and not cue.bare:
            aimed = self._at_proposal(cue, match, first) or self._at_argument(cue, match)
            if aimed is not None:
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
        if cue.facet not in _OF_PROPOSALS or (cue.weak and self._is_argument(match, first)):
            return None
        rest = self.index.search(cue.residual, limit=CANDIDATES)
        if not rest.candidates:
            return None
        ranked = [self.release.entries[candidate.id] for candidate in rest.candidates]
        if ranked[0].kind is first.kind is Kind.PROPOSAL and ranked[0] != first:
            return self._contested(cue, match, rest)
        proposals = [entry for entry in ranked if entry.kind is Kind.PROPOSAL]
        best = first if first in proposals else next(iter(proposals), None)
        if best is None:
            return None
        if cue.carried and ranked[0].proposal is None and best in ranked[:_NEAR]:
            # "And about the assets?": a term has no critics, so it is no rival of the proposal.
            confidence = self._confidence_in_proposal(best, rest, ranked[: ranked.index(best)])
            return Choice(best, cue.facet, confidence, "matched", rest, cue)
        leads = ranked[0].id == best.id
        # Asked for objections, any entry under the proposal is a sign of it; for other facets the
        # rest must mean the proposal itself, since arguments have authors and reasons too.
        under = ranked[0].proposal == best.id or first.proposal == best.id
        if leads or (cue.facet is Facet.OBJECTIONS and under):
            confidence = max(match.confidence, rest.confidence)
            if cue.facet is Facet.OBJECTIONS:
                # A term has no critics, so it is no rival of the proposal here either.
                terms = [entry for entry in ranked[:_NEAR] if entry.kind is Kind.TERM]
                confidence = max(confidence, self._confidence_in_proposal(best, rest, terms))
            return Choice(best, cue.facet, confidence, "matched", rest, cue)
        return None

    def _at_argument(self, cue: Cue, match: Match) -> Choice | None:
        """Find the argument that "strongest reply to the spy worry" asks about, without its cue."""
        if cue.facet not in _OF_ARGUMENTS or cue.facet in _OF_PROPOSALS:
            return None
        rest = self.index.search(cue.residual, limit=CANDIDATES)
        if not rest.candidates or rest.confidence <= match.confidence:
            return None
        entry = self.release.entries[rest.candidates[0].id]
        if entry.proposal is None and cue.facet is Facet.REPLIES:
            return None
        return Choice(entry, cue.facet, rest.confidence, "matched", rest, cue)

    def _is_argument(self, match: Match, first: Entry) -> bool:
        """Tell whether an argument of its own, or something beside the debate, is asked for."""
        if first.kind is Kind.PROPOSAL:
            return False
        # Under a proposal and none of it surely: what is objected to the proposal answers too.
        unsure = match.confidence < self.index.confidence.answer
        return first.proposal is None or not unsure

    def _contested(self, cue: Cue, match: Match, rest: Match) -> Choice:
        """Choose between the proposal that the question means and that which its subject means.

        Opposite proposals are near each other, and a "not" or "why" tips the scales; so the surer
        reading is taken, and less sure by half of what speaks for the other.
        """
        surer, other = sorted((match, rest), key=lambda one: -one.confidence)
        entry = self.release.entries[surer.candidates[0].id]
        confidence = surer.confidence - other.confidence / 2
        return Choice(entry, cue.facet, confidence, "matched", surer, cue)

    def _confidence_in_proposal(
        self, proposal: Entry, match: Match, beside: Sequence[Entry] = ()
    ) -> float:
        """Return how sure a match is of a proposal with all that is argued about it.

        Asked for objections the proposal is shown with them, so its own are no rivals.
        """
        shown = [*self._members[proposal.id], *(one.id for one in beside)]
        return self.index.confidence_in(match, shown)
