"""What a question means that leans on the one before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.advisor.answer import Conversation
from bot.advisor.choice import Choice
from bot.advisor.compose import Composer
from bot.advisor.facets import (
    Cue,
    Facet,
    and_about,
    content,
    find_cue,
    is_elliptical,
    points_back,
)
from bot.advisor.sides import Sides
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import normalise
from bot.retrieval.match import Match
from bot.retrieval.scoring import roots

# How likely a follow-up means the entry shown last: where it says nothing but its facet, and where
# it has words of its own beside "it" or "that". Judgements, not fitted.
_BARE, _POINTING = 0.97, 0.85
# A match that is as likely right as not is no mere wording of a side. A judgement, not fitted.
_LIKELY = 0.5
# Known nearly word for word, a question stands on its own.
_KNOWN = 0.97

# What entries score more that the talk is about, and those that are shown in one with what was
# shown last, such as what is said to an objection; chosen by `python -m
# benchmarks.follow_up_constants`.
TALKED_ABOUT, SHOWN_TOGETHER = 0.12, 0.2

# Facets that "and about X?" asks of X as they were asked before.
_CARRIED = {
    Facet.OBJECTIONS, Facet.PROPOSERS, Facet.HOW, Facet.WHY, Facet.SINCE, Facet.EVIDENCE,
    Facet.SOURCES,
}  # fmt: skip

_ORDINALS = (
    r"first|1st|number one|перв\w{2,3}|перш\w{1,3}",
    r"second|2nd|number two|втор\w{2,3}|друг(?:ий|ої|ій)",
    r"third|3rd|number three|трет\w{2,4}",
    r"fourth|4th|четверт\w{2,3}",
    r"fifth|5th|пят(?:ый|ая|ое|ую|ого|ой|ому)|пят(?:ий|а|е|у|ої|ій)",
    r"sixth|6th|шест(?:ой|ая|ое|ую|ого|ому)|шост\w{1,3}",
    r"seventh|7th|седьм\w{2,3}|сьом\w{1,3}",
    r"eighth|8th|восьм(?:ой|ая|ое|ую|ого|ому)|восьм(?:ий|а|е|у|ого|ому|ої|ій)",
    r"ninth|9th|девят(?:ый|ая|ое|ую|ого|ому)|девят(?:ий|а|е|у|ого|ому|ої|ій)",
    r"tenth|10th|десят(?:ый|ая|ое|ую|ого|ому)|десят(?:ий|а|е|у|ого|ому|ої|ій)",
    r"last|final|последн\w{2,3}|останн\w{1,3}",
)
_NOUN = (
    r"(?: (?:ones?|objections?|arguments?|points?|repl(?:y|ies)|answers?|options?|claims?|facts?"
    r"|of (?:them|these|those)|возражени\w+|довод\w*|аргумент\w*|пункт\w*|ответ\w*|вариант\w*"
    r"|из них|заперечен\w+|довід|доводу|відповід\w+|варіант\w*|з них))*"
)
_PLACE = re.compile(
    r"\b(?:(?:the|that|this) )?"
    r"(?:" + "|".join(f"({words})" for words in _ORDINALS) + r")" + _NOUN + r"(?= |$)"
)
# Ukrainian forms of "second" that in Russian are of "friend" or "another".
_SECOND_IN_UKRAINIAN = re.compile(r"\bдруг(?:а|е|у|ого|ому)\b")


# With an "it" in it, a question needs more to be taken for one about something else. Not fitted.
_SURELY = 0.9


@dataclass(frozen=True)
class Doubt:
    """A follow-up that may mean one of several entries, which are to be offered."""

    entries: tuple[Entry, ...]
    facet: Facet
    context: str | None
    cue: Cue | None = None


class FollowUps:
    """Read follow-ups with the entries of one release."""

    def __init__(self, release: Release, sides: Sides) -> None:
        self.release = release
        self._sides = sides
        self._roots = roots(release.entries.values())
        self._groups: dict[str, set[str]] = {}
        for one in release.entries.values():
            group = self._groups.setdefault(one.proposal or one.id, set())
            group.add(one.id)
            # A fact is talked about with each proposal that rests on it, and that with the fact.
            for fact in getattr(one.item, "facts", ()):
                # One that was withdrawn may still be named.
                if fact not in release.entries:
                    continue
                group.add(fact)
                self._groups.setdefault(fact, {fact}).add(one.proposal or one.id)

    def around(self, conversation: Conversation) -> dict[str, float]:
        """Return the entries that a conversation is about, and how much more they score.

        That is what was shown last and its like.
        """
        found: dict[str, float] = {}
        for one in self._known(tuple(filter(None, (conversation.entry, *conversation.offered)))):
            for entry in self._groups[one.proposal or one.id]:
                beside = entry != one.id and self._roots[entry] == self._roots[one.id]
                more = SHOWN_TOGETHER if beside else TALKED_ABOUT
                found[entry] = max(more, found.get(entry, 0.0))
        return found

    def follow(
        self,
        text: str,
        cue: Cue | None,
        conversation: Conversation,
        match: Match,
        near: Match,
        answer: float,
        *,
        language: str,
    ) -> Choice | Doubt | None:
        """Read "and what do critics say?" or "the second one" with what was shown before.

        Only a question that names nothing of its own leans on the context, and only where the
        index does not know it as a question in its own right. ``near`` is the match where what the
        talk is about scores more; ``answer`` the confidence from which a match is answered. None
        where the question stands on its own.
        """
        entry = self.release.entries.get(conversation.entry or "")
        offered = self._known(conversation.offered)
        if (entry is None and not offered) or match.parts.get("cosine", 0.0) > _KNOWN:
            return None
        if (place := _place(text, language)) is not None:
            position, cue = place
            listed = offered or (self._listed(entry, conversation.facet) if entry else ())
            if listed:
                return self._pick(listed, position, cue, conversation)
        if cue is None or not (cue.bare or cue.carried):
            other = cue is None and self._means_other(near, entry, conversation)
            side = None if other else self._sides.read(match, cued=cue is not None)
            cue = Cue(_of(entry, side), "") if side is not None else cue
        if cue is None or (cue.weak and not _leans(text, cue)):
            return None
        if not _leans(text, cue) or (not cue.bare and self._names(match, entry, answer)):
            return None
        if offered and (entry is None or conversation.doubtful):
            recent = (entry,) if entry is not None and entry not in offered else ()
            return Doubt((*offered, *recent), cue.facet, conversation.entry, cue)
        assert entry is not None  # noqa: S101 - where nothing is offered: checked above
        target = self._owner(entry, cue.facet)
        if conversation.doubtful:
            return Doubt((target,), cue.facet, entry.id, cue)
        sure = _BARE if cue.bare else _POINTING
        return Choice(target, cue.facet, sure, "follow_up", match, cue, entry.id)

    def carried(self, text: str, conversation: Conversation) -> Cue | None:
        """Return the facet that "and about the visa ban?" takes from the question before it."""
        if conversation.facet not in _CARRIED or not (conversation.entry or conversation.offered):
            return None
        subject = and_about(text)
        return Cue(conversation.facet, subject, carried=True) if subject else None

    def _names(self, match: Match, entry: Entry | None, answer: float) -> bool:
        """Tell whether the question surely means something else, whatever "it" it has."""
        if not match.candidates or match.confidence < max(answer, _SURELY):
            return False
        found = self.release.entries[match.candidates[0].id]
        return entry is None or found.proposal is None or found.proposal != entry.proposal

    def _means_other(self, near: Match, entry: Entry | None, conversation: Conversation) -> bool:
        """Tell whether "who foots the bill?" rather means another entry of what is talked about."""
        if entry is None or not near.candidates or near.confidence < _LIKELY:
            return False
        found = near.candidates[0].id
        return found != entry.id and found in self.around(conversation)

    def _known(self, ids: tuple[str, ...]) -> tuple[Entry, ...]:
        entries = self.release.entries
        return tuple(entries[one] for one in ids if one in entries)

    def _pick(
        self,
        listed: tuple[Entry, ...],
        position: int,
        cue: Cue | None,
        conversation: Conversation,
    ) -> Choice | Doubt:
        # A choice among what was asked back keeps the facet that was asked for then.
        facet = conversation.offered_facet if conversation.offered else Facet.OVERVIEW
        if cue is not None:
            facet = cue.facet
        if position >= len(listed):
            return Doubt(listed, facet, conversation.entry, cue)
        target = self._owner(listed[position], facet)
        return Choice(
            target, facet, _BARE, "follow_up", None, cue, conversation.entry or listed[position].id
        )

    def _listed(self, entry: Entry, facet: Facet) -> tuple[Entry, ...]:
        """Return the entries that an answer lists, in its order: what "the second one" counts."""
        blocks, _ = Composer(self.release, "en").compose(entry, facet)
        arguments = [
            block
            for block in blocks
            if block.entry and block.role in {"objection", "reply", "counter", "fact"}
        ]
        # An argument heads the answer that is about it, and lists what is said to it.
        if entry.kind in {Kind.OBJECTION, Kind.RESPONSE, Kind.COUNTER}:
            arguments = arguments[1:]
        top = min((block.depth for block in arguments), default=0)
        return self._known(tuple(block.entry or "" for block in arguments if block.depth == top))

    def _owner(self, entry: Entry, facet: Facet) -> Entry:
        # "how would it work?" after an objection asks about the proposal it objects to.
        if (
            facet in {Facet.HOW, Facet.SINCE}
            and entry.proposal is not None
            and entry.kind is not Kind.PROPOSAL
        ):
            return self.release.entries[entry.proposal]
        return entry


def _of(entry: Entry | None, side: Facet) -> Facet:
    """Return the side as an entry has it: what speaks against an argument are its replies."""
    if entry is not None and side in {Facet.OBJECTIONS, Facet.REPLIES}:
        return Facet.OBJECTIONS if entry.kind is Kind.PROPOSAL else Facet.REPLIES
    return side


def _leans(text: str, cue: Cue) -> bool:
    if cue.weak:
        # "Why is it not fair?" points back; the "it" of "is it wrong to pay them?" does not.
        return cue.bare or (len(content(cue.residual)) <= 1 and points_back(cue.residual))
    return cue.bare or points_back(cue.residual) or is_elliptical(text)


def is_place(word: str) -> bool:
    """Tell whether a word counts what was listed, such as "second"."""
    return _PLACE.fullmatch(normalise(word)) is not None


def _place(text: str, language: str) -> tuple[int, Cue | None] | None:
    """Read "any answer to the second one?": its place in a list (last: -1), and its facet."""
    plain = normalise(text)
    if language == "uk":
        plain = _SECOND_IN_UKRAINIAN.sub("другий", plain)
    found = _PLACE.search(plain)
    if found is None:
        return None
    number = next(n for n, group in enumerate(found.groups()) if group)
    around = f"{plain[: found.start()]} it {plain[found.end() :]}"
    cue = find_cue(around)
    if content(cue.residual if cue is not None else around):
        return None
    return (-1 if number == len(_ORDINALS) - 1 else number), cue
