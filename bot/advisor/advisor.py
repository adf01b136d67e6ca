"""Decide what a question means and answer it from approved text only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.advisor.answer import (
    Answer,
    Block,
    Conversation,
    Explanation,
    Outcome,
    Question,
)
from bot.advisor.compose import Composer
from bot.advisor.facets import Cue, Facet, asks_to_rank, find_cue, is_elliptical
from bot.advisor.language import detect
from bot.advisor.wording import say
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import clean, normalise
from bot.retrieval.index import Candidate, Index, Match

MAX_QUESTION = 2_000
_OFFERED, _OFFERED_LEAST = 4, 2
# What scores this much below the best candidate only pads the list.
_OFFER_GAP = 0.12
_CANDIDATES = 10
# Facets that only a proposal (or its objections) has; asked for, the proposal is meant.
_OF_PROPOSALS = {Facet.OBJECTIONS, Facet.PROPOSERS, Facet.WHY, Facet.HOW, Facet.SINCE}
# Facets that mean the argument itself where an argument is found.
_OF_ARGUMENTS = {Facet.REPLIES, Facet.PROPOSERS, Facet.SOURCES, Facet.EVIDENCE}


@dataclass(frozen=True)
class _Choice:
    """An entry and facet, how they were found, and how sure that is."""

    entry: Entry
    facet: Facet
    confidence: float
    reason: str
    match: Match | None = None
    cue: Cue | None = None
    context: str | None = None


class Advisor:
    """Answer questions from one index; no state besides it."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @property
    def release(self) -> Release:
        """Return the release that answers."""
        return self.index.release

    def answer(self, question: Question) -> Answer:
        """Answer a question; bad input gets a sentence, never an exception."""
        conversation = question.conversation
        language = question.language or detect(question.text[:MAX_QUESTION], conversation.language)
        if len(question.text) > MAX_QUESTION:
            return self._own(
                Outcome.OUT_OF_SCOPE,
                language,
                "too_long",
                "too_long",
                candidates=self.index.search(question.text[:MAX_QUESTION]).candidates,
                length=f"{len(question.text):,}",
                limit=f"{MAX_QUESTION:,}",
            )
        text = clean(question.text)
        if not normalise(text):
            near = self.index.search(text).candidates if text else ()
            return self._own(
                Outcome.OUT_OF_SCOPE, language, "no_words", "no_words", candidates=near
            )
        cue = find_cue(text)
        match = self.index.search(text, limit=_CANDIDATES)
        followed = self._follow_up(text, cue, conversation, match)
        # "Who proposed it?" says nothing that a boundary could be about, though so few words may
        # come near to one; all else is held against the boundaries first.
        bare = followed is not None and cue is not None and cue.bare
        if match.boundary is not None and not bare:
            entry = self.release.entries[match.boundary.id]
            ranked = _first(match.boundary, match.candidates)
            return self._shown(
                _Choice(entry, Facet.OVERVIEW, match.confidence, "boundary", match),
                language,
                ranked,
            )
        if followed is not None:
            chosen = Candidate(followed.entry.id, followed.entry.kind, match.confidence or 1.0)
            return self._shown(followed, language, _first(chosen, match.candidates), text=text)
        choice, ranked = self._aim(cue, match)
        thresholds = self.index.confidence
        if choice is not None and choice.confidence >= thresholds.answer:
            return self._shown(choice, language, ranked, text=text)
        if choice is not None and choice.confidence >= thresholds.clarify:
            return self._clarify(choice, match, ranked, language)
        outcome = Outcome.GAP if match.topicality >= thresholds.topical else Outcome.OUT_OF_SCOPE
        reason = "nothing_near" if outcome is Outcome.GAP else "off_topic"
        return self._own(
            outcome, language, outcome.value, reason, match, ranked,
            topic=self.release.topic.info.title,
        )  # fmt: skip

    def show(self, entry_id: str, facet: Facet = Facet.OVERVIEW, language: str = "en") -> Answer:
        """Show an entry that was chosen by id. Raises KeyError where it is not in the release."""
        entry = self.release.entries[entry_id]
        choice = _Choice(entry, facet, 1.0, "chosen")
        return self._shown(choice, language, (Candidate(entry.id, entry.kind, 1.0),))

    def _follow_up(
        self, text: str, cue: Cue | None, conversation: Conversation, match: Match
    ) -> _Choice | None:
        """Read "and what do critics say?" with the entry of the conversation.

        Only a question that names nothing of its own leans on the context, and only where the
        index does not know it as a question in its own right.
        """
        entry = self.release.entries.get(conversation.entry or "")
        if entry is None or match.parts.get("cosine", 0.0) > 0.97:
            return None
        if cue is not None and (cue.bare or is_elliptical(text)):
            target = self._facet_owner(entry, cue.facet)
            return _Choice(target, cue.facet, 1.0, "follow_up", match, cue, entry.id)
        return None

    def _facet_owner(self, entry: Entry, facet: Facet) -> Entry:
        # "how would it work?" after an objection asks about the proposal it objects to.
        if (
            facet in {Facet.HOW, Facet.SINCE}
            and entry.proposal is not None
            and entry.kind is not Kind.PROPOSAL
        ):
            return self.release.entries[entry.proposal]
        return entry

    def _aim(self, cue: Cue | None, match: Match) -> tuple[_Choice | None, tuple[Candidate, ...]]:
        """Choose entry and facet for a question that stands on its own."""
        if not match.candidates:
            return None, ()
        first = self.release.entries[match.candidates[0].id]
        facet = Facet.OVERVIEW
        if cue is not None and not cue.bare:
            if (aimed := self._aim_at_proposal(cue, match, first)) is not None:
                return aimed, _first(
                    Candidate(aimed.entry.id, aimed.entry.kind, match.candidates[0].score),
                    match.candidates,
                )
            if first.kind is Kind.PROPOSAL or cue.facet in _OF_ARGUMENTS:
                facet = cue.facet
        choice = _Choice(first, facet, match.confidence, "matched", match, cue)
        return choice, match.candidates

    def _aim_at_proposal(self, cue: Cue, match: Match, first: Entry) -> _Choice | None:
        """Find the proposal that "what do critics say about paying them" asks about.

        The words of the cue pull towards objections, so the rest of the question is matched alone.
        """
        if cue.facet not in _OF_PROPOSALS:
            return None
        rest = self.index.search(cue.residual, limit=_CANDIDATES)
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
            return _Choice(best, cue.facet, confidence, "matched", rest, cue)
        return None

    def _confidence_in_proposal(self, proposal: Entry, match: Match) -> float:
        """Return how sure a match is of a proposal with all that is argued about it.

        Asked for objections the proposal is shown with them, so its own are no rivals: the margin
        is that over the best candidate from elsewhere (at most the last listed one's score, where
        all that are listed belong to it).
        """
        mine: list[float] = []
        others = [match.candidates[-1].score]
        for candidate in match.candidates:
            own = self.release.entries[candidate.id].proposal == proposal.id
            (mine if own else others).append(candidate.score)
        best = max(mine)
        return self.index.confidence.probability(best, best - max(others), match.topicality)

    def _shown(
        self,
        choice: _Choice,
        language: str,
        candidates: tuple[Candidate, ...],
        *,
        text: str = "",
    ) -> Answer:
        composer = Composer(self.release, language)
        ranking = bool(text) and asks_to_rank(text)
        if ranking and choice.facet is Facet.WHY and choice.entry.kind is Kind.PROPOSAL:
            # "The best argument for it": both sides, or the list would take one.
            choice = replace(choice, facet=Facet.OVERVIEW)
        blocks, facet = composer.compose(choice.entry, choice.facet)
        if ranking and (facet in {Facet.OBJECTIONS, Facet.REPLIES} or choice.cue is not None):
            blocks = (Block("bot", say("no_ranking", language), language=language), *blocks)
        outcome = Outcome.BOUNDARY if choice.entry.kind is Kind.BOUNDARY else Outcome.ANSWERED
        if choice.reason == "follow_up" and facet is not choice.facet:
            # What was asked for is not recorded: the overview helps, but the question is a gap.
            return self._missing_facet(choice, blocks, language, candidates)
        item = choice.entry.item
        return Answer(
            outcome=outcome,
            language=language,
            release=self.release.id,
            topic=self.release.topic.id,
            blocks=blocks,
            entry=choice.entry.id,
            kind=choice.entry.kind,
            title=composer.title(choice.entry),
            facet=facet,
            confidence=choice.confidence,
            candidates=candidates,
            hints=_hints(choice.entry, facet, language),
            alert=bool(getattr(item, "alert", False)),
            explanation=self._explain(
                outcome, choice.reason, choice.match,
                confidence=choice.confidence, cue=choice.cue is not None,
            ),
            context_entry=choice.context,
        )  # fmt: skip

    def _missing_facet(
        self,
        choice: _Choice,
        blocks: tuple[Block, ...],
        language: str,
        candidates: tuple[Candidate, ...],
    ) -> Answer:
        return Answer(
            outcome=Outcome.GAP,
            language=language,
            release=self.release.id,
            topic=self.release.topic.id,
            blocks=blocks,
            facet=choice.facet,
            confidence=0.0,
            candidates=candidates,
            explanation=self._explain(Outcome.GAP, "missing_facet", choice.match, cue=True),
            context_entry=choice.context,
        )

    def _clarify(
        self, choice: _Choice, match: Match, ranked: tuple[Candidate, ...], language: str
    ) -> Answer:
        composer = Composer(self.release, language)
        offered: list[tuple[str, str]] = []
        shown: set[str] = set()
        for candidate in ranked:
            entry = self.release.entries[candidate.id]
            document = self._document_of(entry)
            if entry.kind is Kind.BOUNDARY or document in shown:
                continue
            shown.add(document)
            if len(offered) >= _OFFERED_LEAST and candidate.score < ranked[0].score - _OFFER_GAP:
                break
            offered.append((entry.id, composer.title(entry)))
            if len(offered) == _OFFERED:
                break
        words = Block("bot", say("clarify", language), language=language)
        return Answer(
            outcome=Outcome.CLARIFY,
            language=language,
            release=self.release.id,
            topic=self.release.topic.id,
            blocks=(words,),
            facet=choice.facet if choice.facet is not Facet.OVERVIEW else None,
            confidence=choice.confidence,
            candidates=ranked,
            offered=tuple(offered),
            explanation=self._explain(
                Outcome.CLARIFY, "unsure", match,
                confidence=choice.confidence, cue=choice.cue is not None,
            ),
        )  # fmt: skip

    def _document_of(self, entry: Entry) -> str:
        """Return the id of the objection that an argument is shown with, else the entry's own."""
        while entry.kind in {Kind.RESPONSE, Kind.COUNTER} and entry.parent is not None:
            entry = self.release.entries[entry.parent]
        return entry.id

    def _own(
        self,
        outcome: Outcome,
        language: str,
        key: str,
        reason: str,
        match: Match | None = None,
        candidates: tuple[Candidate, ...] = (),
        **values: str,
    ) -> Answer:
        words = say(key, language, **values)
        return Answer(
            outcome=outcome,
            language=language,
            release=self.release.id,
            topic=self.release.topic.id,
            blocks=(Block("bot", words, language=language),),
            confidence=match.confidence if match else 0.0,
            candidates=candidates,
            explanation=self._explain(outcome, reason, match),
        )

    def _explain(
        self,
        outcome: Outcome,
        reason: str,
        match: Match | None,
        *,
        confidence: float | None = None,
        cue: bool = False,
    ) -> Explanation:
        thresholds = self.index.confidence
        matched = match.matched if match else None
        return Explanation(
            outcome=outcome,
            reason=reason,
            matched_text=matched.text if matched else None,
            matched_role=matched.role if matched else None,
            confidence=confidence if confidence is not None else match.confidence if match else 0.0,
            answer_threshold=thresholds.answer,
            clarify_threshold=thresholds.clarify,
            topicality=match.topicality if match else 0.0,
            topical_threshold=thresholds.topical,
            parts=match.parts if match else {},
            facet_cue=cue,
        )


def _first(chosen: Candidate, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Put what was chosen first, so that the list agrees with the answer."""
    known = next((candidate for candidate in candidates if candidate.id == chosen.id), chosen)
    if candidates:  # ranked best first: what was chosen for other reasons scores like the best
        known = replace(known, score=max(known.score, candidates[0].score))
    rest = tuple(candidate for candidate in candidates if candidate.id != chosen.id)
    return (known, *rest)[: max(len(candidates), 1)]


def _hints(entry: Entry, facet: Facet, language: str) -> tuple[str, ...]:
    if entry.kind is Kind.PROPOSAL:
        keys = ["objections", "how", "proposers", "since", "evidence", "sources"]
        keys = [key for key in keys if key != facet.value]
    elif entry.kind in {Kind.OBJECTION, Kind.RESPONSE, Kind.COUNTER}:
        shown = {Facet.SOURCES: "sources", Facet.PROPOSERS: "said"}.get(facet, "replies")
        keys = [key for key in ("said", "sources", "replies") if key != shown]
    elif entry.kind in {Kind.FACT, Kind.TERM} and facet is not Facet.SOURCES:
        keys = ["sources"]
    else:
        keys = []
    return tuple(say(f"hint.{key}", language) for key in keys[:3])
