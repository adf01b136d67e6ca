"""Boundaries catch what they must, in any wording, and leave ordinary questions alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Outcome, Question
from bot.advisor.notices import notice
from bot.knowledge.model import Kind
from bot.knowledge.words import normalise
from bot.retrieval.match import Candidate, Match

QUERIES = Path(__file__).parent / "boundary_queries.yaml"
RECALL = 0.95
MOST_CAUGHT = 0.03


@dataclass(frozen=True)
class Asked:
    """A question, the boundary that must catch it, if any, and what the advisor made of it."""

    ask: str
    expected: str | None
    answer: Answer

    @property
    def caught(self) -> bool:
        return self.answer.outcome is Outcome.BOUNDARY

    @property
    def by_another(self) -> bool:
        return self.caught and self.answer.entry != self.expected

    def __str__(self) -> str:
        given = f"{self.answer.outcome} {self.answer.entry or ''}".strip()
        return f"{self.ask!r} got {given}, expected {self.expected or 'no boundary'}"


@pytest.fixture(scope="module")
def asked(advisor: Advisor) -> list[Asked]:
    """Return what the advisor made of every query and lookalike, asked on its own."""
    return [
        Asked(item["ask"], item["expect"], advisor.answer(Question(item["ask"])))
        for item in yaml.safe_load(QUERIES.read_text(encoding="utf-8"))
    ]


def _lines(failures: list[Asked]) -> str:
    return "\n".join(["", *map(str, failures)])


def test_boundaries_catch_what_they_must(asked: list[Asked]) -> None:
    queries = [one for one in asked if one.expected]
    missed = [one for one in queries if not one.caught]
    assert len(missed) <= (1 - RECALL) * len(queries), _lines(missed)


def test_a_talk_silences_no_call_for_help(asked: list[Asked], advisor: Advisor) -> None:
    before = Conversation("cash-desertion")
    caught = [one for one in asked if one.expected and one.caught]
    silenced = [
        one
        for one in caught
        if advisor.answer(Question(one.ask, None, before)).outcome is not Outcome.BOUNDARY
    ]
    assert not [one.ask for one in silenced if one.answer.alert]
    assert len(silenced) <= 0.05 * len(caught), _lines(silenced)


def test_what_is_caught_mostly_gets_its_own_notice(asked: list[Asked]) -> None:
    queries = [one for one in asked if one.expected]
    elsewhere = [one for one in queries if one.by_another]
    assert len(elsewhere) <= 0.1 * len(queries), _lines(elsewhere)


def test_ordinary_questions_are_left_alone(asked: list[Asked]) -> None:
    lookalikes = [one for one in asked if not one.expected]
    caught = [one for one in lookalikes if one.caught]
    assert len(caught) <= MOST_CAUGHT * len(lookalikes), _lines(caught)


def test_the_queries_are_many_and_unseen(asked: list[Asked], advisor: Advisor) -> None:
    topic = advisor.release.topic
    counts = Counter(one.expected for one in asked)
    assert set(counts) == {None, *(boundary.id for boundary in topic.boundaries)}
    assert all(count >= 12 for count in counts.values())
    assert counts.total() - counts[None] >= 100
    assert counts[None] >= 100
    seen = {
        normalise(text)
        for entry in advisor.release.entries
        for _, text in topic.phrasings(entry)
    }  # fmt: skip
    seen |= {normalise(expectation.ask) for expectation in topic.expectations}
    assert len({normalise(one.ask) for one in asked}) == len(asked)
    learned = [one.ask for one in asked if normalise(one.ask) in seen]
    assert not learned, "learned, so it measures nothing"


@pytest.mark.parametrize(
    ("text", "calls", "boundary", "talk", "given"),
    [
        ("and how many were sentenced", 0.4, "unsourced", True, False),
        ("and how many were sentenced", 0.4, "unsourced", False, True),
        ("and how many were sentenced", 0.9, "unsourced", True, True),
        ("one two three four five six seven eight nine", 0.4, "unsourced", True, True),
        ("one two three four five six seven eight", 0.4, "unsourced", True, False),
        ("walk me through it", 0.4, "danger-now", True, True),
    ],
)
def test_few_words_in_a_talk_must_surely_call_for_a_notice(
    advisor: Advisor, text: str, calls: float, boundary: str, talk: bool, given: bool
) -> None:
    found = Candidate(boundary, Kind.BOUNDARY, 0.5)
    match = Match((), 0.5, 1.0, None, {}, found, calls=calls)
    said = notice(text, match, advisor.release.entries, talk=talk)
    assert said == (found if given else None)


def test_of_the_boundaries_that_come_near_the_likeliest_gives_its_notice(advisor: Advisor) -> None:
    answer = advisor.answer(Question("я росіянин хочу здатись, куди дзвонити"))
    assert answer.entry == "operational"
