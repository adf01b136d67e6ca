"""Questions that differ in little and mean something else: negated, reversed, of a sibling."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Outcome, Question
from bot.advisor.facets import Facet
from bot.knowledge.words import normalise

PAIRS = Path(__file__).parent / "contrast.yaml"
# None should be; so many were when this was written. Mostly exchanged roles (docs/quality.md).
MOST_FLIPPED, MOST_WRONG = 0.14, 0.18
LEAST_HELPED = 0.8

# A proposal shown by one of these lists its objections or facts, so it answers what asks for them.
_LISTS = {Facet.OBJECTIONS, Facet.REPLIES, Facet.EVIDENCE}


@dataclass(frozen=True)
class Asked:
    """A question of a pair, what may answer it and its twin, and what the advisor made of it."""

    ask: str
    expected: tuple[str, ...]
    twins: tuple[str, ...]
    answer: Answer

    @property
    def answered(self) -> bool:
        return self.answer.outcome is Outcome.ANSWERED

    @property
    def right(self) -> bool:
        shown = {self.answer.entry}
        if self.answer.facet in _LISTS:
            shown |= {block.entry for block in self.answer.blocks}
        return self.answered and not shown.isdisjoint(self.expected)

    @property
    def wrong(self) -> bool:
        return self.answered and not self.right

    @property
    def flipped(self) -> bool:
        """Tell whether the twin's answer was given."""
        return self.wrong and self.answer.entry in self.twins

    def __str__(self) -> str:
        expected = ", ".join(self.expected) or "no answer"
        facet = f" ({self.answer.facet})" if self.answer.facet else ""
        return f"{self.ask!r} got {self.answer.entry}{facet}, expected {expected}"


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, Any]]:
    """Return the pairs as they are written."""
    loaded: list[dict[str, Any]] = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def asked(pairs: list[dict[str, Any]], advisor: Advisor) -> list[Asked]:
    """Return what the advisor made of every question, asked on its own."""
    return [
        Asked(
            one["ask"], tuple(one["expect"]), tuple(twin["expect"]),
            advisor.answer(Question(one["ask"])),
        )
        for item in pairs
        for one, twin in (item["pair"], item["pair"][::-1])
    ]  # fmt: skip


def _lines(failures: list[Asked]) -> str:
    return "\n".join(["", *map(str, failures)])


def test_no_question_gets_its_twins_answer(asked: list[Asked]) -> None:
    flipped = [one for one in asked if one.flipped]
    assert len(flipped) <= MOST_FLIPPED * len(asked), _lines(flipped)


def test_hardly_any_question_is_answered_wrongly(asked: list[Asked]) -> None:
    wrong = [one for one in asked if one.wrong]
    assert len(wrong) <= MOST_WRONG * len(asked), _lines(wrong)


def test_abstaining_is_no_way_out(asked: list[Asked]) -> None:
    answerable = [one for one in asked if one.expected]
    helped = [
        one
        for one in answerable
        if one.right or not {entry for entry, _ in one.answer.offered}.isdisjoint(one.expected)
    ]
    assert len(helped) >= LEAST_HELPED * len(answerable)


def test_the_pairs_are_many_fair_and_unseen(pairs: list[dict[str, Any]], advisor: Advisor) -> None:
    entries = advisor.release.entries
    topic = advisor.release.topic
    seen = {normalise(text) for entry in entries for _, text in topic.phrasings(entry)}
    seen |= {normalise(expectation.ask) for expectation in topic.expectations}
    asks = [one["ask"] for item in pairs for one in item["pair"]]
    assert len(pairs) >= 60
    assert len({normalise(ask) for ask in asks}) == len(asks)
    assert not [ask for ask in asks if normalise(ask) in seen], "learned, so it measures nothing"
    for item in pairs:
        first, second = (set(one["expect"]) for one in item["pair"])
        assert first | second, item
        assert first.isdisjoint(second), item
        assert first | second <= set(entries), item
