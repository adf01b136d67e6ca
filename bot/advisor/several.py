"""Answer a message of several questions: the first that is sure, and offer the others."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.advisor.answer import Answer, Block, Outcome
from bot.advisor.wording import say
from bot.knowledge.words import normalise

# What is shorter is rhetoric as often as a question.
_WORDS_OF_A_QUESTION = 4
_FOUND = frozenset({Outcome.ANSWERED, Outcome.CLARIFY})


def combine(
    whole: Answer,
    parts: Sequence[tuple[str, Answer]],
    roots: Mapping[str, str],
    *,
    more: bool,
    choices: int,
    compared: bool = False,
) -> Answer:
    """Return the answer to a message from those to all of it and to each of its questions.

    A boundary comes first wherever it stands. What a rant is about is often plainer from all of it
    than from any part, so the parts count as questions of their own only where one is sure.
    ``roots`` gives the id of the entry that an entry is shown with; ``more`` tells that there were
    questions besides; at most ``choices`` entries are offered. ``compared`` tells that the parts
    are two things to be compared: the bot weighs nothing, so it shows one and offers the other.
    """
    answers = [answer for _, answer in parts]
    # A side of a comparison is a word or two, too few to call for a notice by themselves.
    for answer in (whole,) if compared else (whole, *answers):
        if answer.outcome is Outcome.BOUNDARY:
            return answer
    if compared and not all(answer.outcome in _FOUND for answer in answers):
        return whole
    sure = [answer for answer in answers if answer.outcome is Outcome.ANSWERED]
    if not sure:
        unsure = [answer for answer in answers if answer.outcome is Outcome.CLARIFY]
        if whole.outcome in {Outcome.GAP, Outcome.OUT_OF_SCOPE} and unsure:
            return _choices(unsure, choices) if compared else unsure[0]
        return whole
    documents = {_root(answer, roots) for answer in sure}
    apart = len(documents) < len(parts) or _root(whole, roots) not in documents
    if compared and whole.outcome is Outcome.ANSWERED and apart:
        # What answers all of it is not just one of the two things: it tells them apart.
        return whole
    first = sure[0]
    if whole.outcome is Outcome.ANSWERED and len({(a.entry, a.facet) for a in sure}) == 1:
        same = _root(whole, roots) in documents
        first = whole if same or whole.confidence >= first.confidence else first
    found = _beside(first, parts, roots, more=more, choices=choices, compared=compared)
    if compared and found.offered:
        words = Block("bot", say("no_comparison", first.language), language=first.language)
        found = replace(found, blocks=(words, *found.blocks))
    return found


def _beside(
    first: Answer,
    parts: Sequence[tuple[str, Answer]],
    roots: Mapping[str, str],
    *,
    more: bool,
    choices: int,
    compared: bool,
) -> Answer:
    """Add the other sides of the same entry, and offer what else was asked about."""
    blocks, facets = list(first.blocks), {first.facet}
    shown = {_root(first, roots)}
    offered: dict[str, str] = {}
    missing = more
    for text, answer in parts:
        if answer.outcome is Outcome.ANSWERED and answer.entry == first.entry:
            if answer.facet not in facets:
                facets.add(answer.facet)
                blocks = _joined(blocks, answer.blocks)
            continue
        if answer.outcome is Outcome.ANSWERED and answer.entry:
            meant = [(answer.entry, answer.title or answer.entry)]
        elif not compared and len(normalise(text).split()) < _WORDS_OF_A_QUESTION:
            continue
        elif answer.outcome is Outcome.CLARIFY:
            meant = list(answer.offered[:1])
        else:
            missing = True
            continue
        for entry, title in meant:
            if roots[entry] not in shown:
                shown.add(roots[entry])
                offered[entry] = title
    if missing:
        words = say("also.more" if more else "also.none", first.language)
        blocks.append(Block("bot", words, language=first.language))
    return replace(first, blocks=tuple(blocks), offered=tuple(offered.items())[:choices])


def _joined(blocks: list[Block], more: Sequence[Block]) -> list[Block]:
    """Return the blocks of both, each once; what closes both, such as a caution, stands last."""
    shared = 0
    while (
        shared < min(len(blocks), len(more))
        and blocks[-1 - shared] == more[-1 - shared]
        and blocks[-1 - shared].role == "bot"
    ):
        shared += 1
    end = len(blocks) - shared
    return [*blocks[:end], *(one for one in more if one not in blocks), *blocks[end:]]


def _choices(unsure: Sequence[Answer], choices: int) -> Answer:
    """Ask back once for several questions, with what is likeliest of each offered first."""
    offers = itertools.zip_longest(*(answer.offered for answer in unsure))
    offered = dict(one for some in offers for one in some if one is not None)
    return replace(unsure[0], offered=tuple(offered.items())[:choices])


def _root(answer: Answer, roots: Mapping[str, str]) -> str | None:
    return roots[answer.entry] if answer.entry else None
