"""Decide what a question means and answer it from approved text only."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Self

from bot.advisor.aims import CANDIDATES, Aim
from bot.advisor.answer import (
    Answer,
    Block,
    Conversation,
    Explanation,
    Outcome,
    Question,
)
from bot.advisor.choice import Choice, put_first
from bot.advisor.compose import Composer
from bot.advisor.facets import Cue, Facet, asks_to_rank, find_cue
from bot.advisor.followups import Doubt, FollowUps
from bot.advisor.language import Own, detect, own_words
from bot.advisor.messages import parse
from bot.advisor.mismatch import Mismatch
from bot.advisor.notices import notice
from bot.advisor.reading import Reader, with_changes
from bot.advisor.several import combine
from bot.advisor.sides import Sides
from bot.advisor.wording import say
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import clean, normalise
from bot.retrieval.index import Index
from bot.retrieval.match import Candidate, Match
from bot.retrieval.scoring import roots
from bot.retrieval.spelling import Reading

MAX_QUESTION = 2_000
CHOICES = 4
"""how many entries are offered where none is surely meant, unless a setting says otherwise"""
_OFFERED_LEAST = 2
# What scores this much below the best candidate only pads the list.
_OFFER_GAP = 0.12


class Advisor:
    """Answer questions from one index; no state besides it.

    ``choices`` is how many entries are offered at most where none is surely meant.
    """

    def __init__(self, index: Index, *, choices: int = CHOICES) -> None:
        self.index = index
        self.choices = choices
        self._aim = Aim(index)
        self._sides = Sides(tuple(index.release.entries.values()), index.encoder.name)
        self._follow_ups = FollowUps(index.release, self._sides)
        self._mismatch = Mismatch(index.release)
        self._reader = Reader([text.text for text in index.texts])
        self._roots = roots(index.release.entries.values())

    def warm(self) -> Self:
        """Build now what the first question would else wait for; return the advisor itself."""
        self._reader.warm()
        self._sides.warm()
        self._mismatch.warm()
        self.index.scorer.warm()
        _ = self._own_words
        return self

    @property
    def release(self) -> Release:
        """Return the release that answers."""
        return self.index.release

    def answer(self, question: Question) -> Answer:
        """Answer a question; bad input gets a sentence, never an exception."""
        conversation = question.conversation
        language = question.language or self._language(question.text[:MAX_QUESTION], conversation)
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
        script = self._reader.script(question.text)
        message = parse(script.text)
        if not normalise(message.whole):
            text = clean(question.text)
            near = self.index.search(text).candidates if text else ()
            return self._own(
                Outcome.OUT_OF_SCOPE, language, "no_words", "no_words", candidates=near
            )
        if script.changes:
            language = question.language or self._language(script.text, conversation)
        if message.courtesy is not None:
            return self._own(Outcome.OUT_OF_SCOPE, language, message.courtesy, "courtesy")
        if message.leans:
            found = self._one(message.quoted, language, Conversation(), find_cue(message.whole))
            return with_changes(found, script.changes)
        answer = self._one(message.whole, language, conversation)
        parts: list[tuple[str, Answer]] = []
        last = answer
        for part in message.questions:
            # A boundary decides for all of the message: nothing after it need be looked up.
            if last.outcome is Outcome.BOUNDARY:
                break
            found = self._one(part, language, conversation)
            parts.append((part, found))
            # Two things that are compared are no talk, and neither decides for the other.
            if not message.compared:
                last, conversation = found, found.conversation(conversation)
        if parts:
            answer = combine(
                answer, parts, self._roots,
                more=message.more, choices=self.choices, compared=message.compared,
            )  # fmt: skip
        return with_changes(answer, script.changes)

    @cached_property
    def _own_words(self) -> Own:
        return own_words((text.text, text.language) for text in self.index.texts)

    def _language(self, text: str, conversation: Conversation) -> str:
        # The topic's words are gathered only where nothing else tells.
        undecided = detect(text, "ru") != detect(text, "uk")
        own = self._own_words if undecided else None
        return detect(text, conversation.language, own)

    def _one(
        self, asked: str, language: str, conversation: Conversation, about: Cue | None = None
    ) -> Answer:
        """Answer one question; ``about`` is the side that is asked for where others say it."""
        reading = self._reader.spelling(asked)
        match = None
        if reading.changes:
            # What is surely known as it stands was no slip.
            before = self.index.search(asked, limit=CANDIDATES)
            if before.confidence >= self.index.confidence.answer:
                reading, match = Reading(asked), before
        if match is None:
            match = self.index.search(reading.text, limit=CANDIDATES)
        answer = self._read(reading.text, match, language, conversation, about)
        return with_changes(answer, reading.changes)

    def _read(
        self, text: str, match: Match, language: str, conversation: Conversation, about: Cue | None
    ) -> Answer:
        cue = find_cue(text) or self._follow_ups.carried(text, conversation)
        if about is not None:
            cue = replace(about, residual=text)
        thresholds = self.index.confidence
        around = self._follow_ups.around(conversation)
        # "And their families?" means those of whom the talk is, unless it surely means others.
        unsure = around and match.confidence < thresholds.answer
        near = self.index.nearer(match, around) if unsure else match
        if near.confidence < thresholds.clarify <= match.confidence:
            # Choices without the talk are better than none with it.
            near = match
        followed = self._follow_ups.follow(
            text, cue, conversation, match, near, thresholds.answer, language=language
        )
        match = near if followed is None else match
        boundary = notice(text, match, self.release.entries, talk=bool(around))
        answer = self._decided(text, cue, replace(match, boundary=boundary), language, followed)
        return replace(answer, context_entry=conversation.entry) if match.near else answer

    def _decided(
        self,
        text: str,
        cue: Cue | None,
        match: Match,
        language: str,
        followed: Choice | Doubt | None,
    ) -> Answer:
        """Answer, ask back or decline a question by what it follows and what it matches."""
        # "Who proposed it?" says nothing that a boundary could be about, though so few words may
        # come near to one; all else is held against the boundaries first.
        bare = followed is not None and (followed.cue is None or followed.cue.bare)
        if match.boundary is not None and not bare:
            entry = self.release.entries[match.boundary.id]
            ranked = put_first(match.boundary, match.candidates)
            return self._shown(
                Choice(entry, Facet.OVERVIEW, match.calls, "boundary", match),
                language,
                ranked,
            )
        if isinstance(followed, Doubt):
            return self._which(followed, match, language)
        if followed is not None:
            if self._mismatch.doubts(text, followed.entry):
                # "Has it ever worked, like in Vietnam?": on topic, and not on record.
                return self._own(Outcome.GAP, language, "gap", "mismatch", match, match.candidates)
            chosen = Candidate(followed.entry.id, followed.entry.kind, followed.confidence)
            return self._shown(followed, language, put_first(chosen, match.candidates), text=text)
        thresholds = self.index.confidence
        choice, ranked = self._aim.aim(cue, match)
        choice = self._doubted(text, choice)
        if choice is not None and choice.confidence >= thresholds.answer:
            return self._shown(choice, language, ranked, text=text)
        topical = match.topicality >= thresholds.topical
        # Choices that have nothing to do with the question would only puzzle.
        if choice is not None and choice.confidence >= thresholds.clarify and topical:
            return self._clarify(choice, match, ranked, language)
        outcome = Outcome.GAP if topical else Outcome.OUT_OF_SCOPE
        reason = "nothing_near" if outcome is Outcome.GAP else "off_topic"
        return self._own(
            outcome, language, outcome.value, reason, match, ranked,
            topic=self.release.topic.title_in(language),
        )  # fmt: skip

    def show(self, entry_id: str, facet: Facet = Facet.OVERVIEW, language: str = "en") -> Answer:
        """Show an entry that was chosen by id. Raises KeyError where it is not in the release."""
        entry = self.release.entries[entry_id]
        choice = Choice(entry, facet, 1.0, "chosen")
        return self._shown(choice, language, (Candidate(entry.id, entry.kind, 1.0),))

    def _doubted(self, text: str, choice: Choice | None) -> Choice | None:
        """Halve the confidence in an entry where the question names what is not in it."""
        if choice is None or choice.confidence < self.index.confidence.clarify:
            return choice
        doubts = self._mismatch.doubts(text, choice.entry)
        if not doubts:
            return choice
        confidence = min(choice.confidence / 2, 0.99 * self.index.confidence.answer)
        return replace(choice, confidence=confidence, reason="mismatch", doubts=doubts)

    def _shown(
        self,
        choice: Choice,
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
            hints=composer.hints(choice.entry, facet),
            alert=bool(getattr(item, "alert", False)),
            explanation=self._explain(
                outcome, choice.reason, choice.match,
                confidence=choice.confidence, cue=choice.cue is not None,
            ),
            context_entry=choice.context,
        )  # fmt: skip

    def _missing_facet(
        self,
        choice: Choice,
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
        self, choice: Choice, match: Match, ranked: tuple[Candidate, ...], language: str
    ) -> Answer:
        offered: list[Entry] = []
        shown: set[str] = set()
        for candidate in ranked:
            entry = self.release.entries[candidate.id]
            document = self._roots[candidate.id]
            if entry.kind is Kind.BOUNDARY or document in shown:
                continue
            shown.add(document)
            if len(offered) >= _OFFERED_LEAST and candidate.score < ranked[0].score - _OFFER_GAP:
                break
            offered.append(entry)
            if len(offered) == self.choices:
                break
        reason = choice.reason if choice.doubts else "unsure"
        # Whatever came first, the side that was asked for is that of the one that is chosen.
        facet = choice.cue.facet if choice.cue is not None and not choice.cue.weak else choice.facet
        return self._asked_back(
            tuple(offered), facet, language, ranked,
            self._explain(
                Outcome.CLARIFY, reason, match, confidence=choice.confidence,
                cue=choice.cue is not None, doubts=choice.doubts,
            ),
        )  # fmt: skip

    def _which(self, doubt: Doubt, match: Match, language: str) -> Answer:
        """Ask which entry a follow-up means; its confidence is that of a guess among them."""
        confidence = 1 / (len(doubt.entries) + 1)
        why = self._explain(Outcome.CLARIFY, "which_one", match, confidence=confidence, cue=True)
        asked = self._asked_back(doubt.entries, doubt.facet, language, match.candidates, why)
        return replace(asked, context_entry=doubt.context)

    def _asked_back(
        self,
        offered: tuple[Entry, ...],
        facet: Facet,
        language: str,
        candidates: tuple[Candidate, ...],
        why: Explanation,
    ) -> Answer:
        composer = Composer(self.release, language)
        words = Block("bot", say("clarify", language), language=language)
        return Answer(
            outcome=Outcome.CLARIFY,
            language=language,
            release=self.release.id,
            topic=self.release.topic.id,
            blocks=(words,),
            facet=facet if facet is not Facet.OVERVIEW else None,
            confidence=why.confidence,
            candidates=candidates,
            offered=tuple((entry.id, composer.title(entry)) for entry in offered),
            explanation=why,
        )

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
        doubts: tuple[str, ...] = (),
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
            considered=self.index.considered(match) if match else (),
            facet_cue=cue,
            weighed=bool(match and match.near) and outcome is not Outcome.BOUNDARY,
            doubts=doubts,
        )
