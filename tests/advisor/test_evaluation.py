"""Counting what the advisor does with questions whose answers are known."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Block, Outcome
from bot.advisor.evaluation import Case, Result, evaluate, judge, summarise
from bot.knowledge.model import Expectation, Floors, Kind
from bot.retrieval.match import Candidate


def _answer(
    outcome: Outcome,
    *ranked: str,
    offered: tuple[str, ...] = (),
    confidence: float = 0.5,
) -> Answer:
    shown = outcome in {Outcome.ANSWERED, Outcome.BOUNDARY}
    return Answer(
        outcome,
        "en",
        "release",
        "topic",
        (Block("bot", "words"),),
        entry=ranked[0] if shown else None,
        confidence=confidence,
        candidates=tuple(Candidate(name, Kind.FACT, 0.5) for name in ranked),
        offered=tuple((name, name) for name in offered),
    )


IN = Case("a question", ("right", "also-right"))
NEAR = Case("a near miss", scope="near")
FAR = Case("a far one", scope="far")
ANSWERED, CLARIFY, GAP = Outcome.ANSWERED, Outcome.CLARIFY, Outcome.GAP
BOUNDARY, OUT = Outcome.BOUNDARY, Outcome.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("case", "answer", "passed", "given", "right", "rank"),
    [
        (IN, _answer(ANSWERED, "right", "x"), True, True, True, 1),
        (IN, _answer(ANSWERED, "also-right"), True, True, True, 1),
        (IN, _answer(ANSWERED, "x", "y", "also-right", "right"), False, True, False, 3),
        (IN, _answer(ANSWERED, "x"), False, True, False, None),
        (IN, _answer(CLARIFY, "x", "right", offered=("x", "right")), True, False, False, 2),
        (IN, _answer(CLARIFY, "x", "right", offered=("x", "y")), False, False, False, 2),
        (IN, _answer(GAP, "right"), False, False, False, 1),
        (IN, _answer(OUT), False, False, False, None),
        (IN, _answer(BOUNDARY, "right"), True, True, True, 1),
        (IN, _answer(BOUNDARY, "x", "right"), False, True, False, 2),
        (NEAR, _answer(ANSWERED, "x"), False, True, False, None),
        (NEAR, _answer(CLARIFY, "x", offered=("x", "y")), True, False, False, None),
        (NEAR, _answer(GAP, "x"), True, False, False, None),
        (NEAR, _answer(OUT, "x"), True, False, False, None),
        (NEAR, _answer(BOUNDARY, "x"), True, False, False, None),
        (replace(IN, outcomes=("answered",)), _answer(CLARIFY, "right", offered=("right",)),
         False, False, False, 1),
        (replace(IN, outcomes=("clarify",)), _answer(ANSWERED, "right"), False, True, True, 1),
        (replace(NEAR, outcomes=("gap", "out_of_scope")), _answer(CLARIFY, "x"),
         False, False, False, None),
        (replace(NEAR, outcomes=("gap", "out_of_scope")), _answer(GAP, "x"),
         True, False, False, None),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_what_was_expected(
    case: Case, answer: Answer, passed: bool, given: bool, right: bool, rank: int | None
) -> None:
    result = judge(case, answer)
    assert (result.passed, result.given, result.right, result.rank) == (
        passed, given, right, rank,
    )  # fmt: skip
    assert (result.outcome, result.entry) == (answer.outcome, answer.entry)
    assert result.first == (answer.candidates[0].id if answer.candidates else None)


def _results() -> list[Result]:
    must = replace(IN, must=True)
    return [
        judge(must, _answer(ANSWERED, "right")),
        judge(IN, _answer(ANSWERED, "x", "right")),
        judge(IN, _answer(CLARIFY, "x", "y", "right", offered=("x", "y", "right"))),
        judge(must, _answer(GAP, "x", "y", "z", "right")),
        judge(NEAR, _answer(GAP, "x")),
        judge(NEAR, _answer(ANSWERED, "x")),
        judge(FAR, _answer(OUT, "x")),
        judge(Case("no scope given"), _answer(BOUNDARY, "x")),
    ]


def test_totals_are_what_one_counts_by_hand() -> None:
    report = summarise(_results())
    assert (report.cases, report.in_scope, report.out_of_scope) == (8, 4, 4)
    assert report.top1 == 1 / 4
    assert report.top3 == 3 / 4
    assert report.precision == 1 / 3
    assert report.coverage == 2 / 4
    assert report.right_share == 1 / 4
    assert report.clarified == 1 / 4
    assert report.out_of_scope_recall == 3 / 4
    assert (report.near_recall, report.far_recall) == (1 / 2, 1.0)
    assert report.outcomes == {
        "answered": 3, "clarify": 1, "gap": 2, "out_of_scope": 1, "boundary": 1,
    }  # fmt: skip
    assert report.confusions == (("right", "x", 3),)
    assert [result.entry for result in report.failed_musts] == [None]
    assert len(report.failed_musts) == 1


def test_nothing_to_count_gives_no_ratio() -> None:
    report = summarise([])
    assert report.cases == 0
    assert {report.top1, report.precision, report.coverage, report.out_of_scope_recall} == {None}
    assert report.below(Floors(top1=1.0, precision=1.0)) == []
    only_outside = summarise([judge(FAR, _answer(OUT))])
    assert only_outside.top1 is None
    assert only_outside.near_recall is None
    assert only_outside.out_of_scope_recall == 1.0


@given(st.permutations(_results()))
def test_the_order_of_results_does_not_matter(results: list[Result]) -> None:
    one, two = summarise(results).as_dict(), summarise(_results()).as_dict()
    del one["failures"], two["failures"]
    assert one == two


def test_totals_below_their_floors_are_named() -> None:
    report = summarise(_results())
    assert report.below(Floors()) == []
    assert report.below(Floors(top1=0.25, top3=0.75, out_of_scope_recall=0.75)) == []
    found = report.below(Floors(top1=0.26, top3=0.75, precision=0.9))
    assert found == [
        "top1 is 0.250, below the floor of 0.260",
        "precision is 0.333, below the floor of 0.900",
    ]


def test_every_floor_is_the_name_of_a_total() -> None:
    report = summarise(_results())
    for name in Floors.model_fields:
        assert isinstance(getattr(report, name), float)


def test_a_report_is_plain_data() -> None:
    data = json.loads(json.dumps(summarise(_results()).as_dict()))
    assert data["top1"] == 0.25
    assert data["confusions"] == [{"expected": "right", "given": "x", "count": 3}]
    assert [failure["outcome"] for failure in data["failures"]] == ["answered", "gap", "answered"]
    assert data["failures"][0]["expect"] == ["right", "also-right"]
    assert "results" not in data


def test_an_expectation_is_read_as_a_case() -> None:
    expectation = Expectation.model_validate(
        {"ask": "who said that?", "expect": ("new-bridge",), "outcome": ("answered",),
         "kind": "must", "context": "new-bridge"}
    )  # fmt: skip
    assert Case.of(expectation) == Case(
        "who said that?", ("new-bridge",), ("answered",), True, None, "new-bridge"
    )


def test_cases_are_asked_one_by_one_each_in_its_own_context(bridge: Advisor) -> None:
    cases = [
        Case("who is going to pay for that bridge", ("new-bridge.cost",)),
        Case("who said that?", ("new-bridge.herons",), context="new-bridge.herons"),
        Case("can I sue the council over the bridge", ("legal-advice",), ("boundary",)),
        Case("???", scope="far"),
    ]
    told: list[tuple[int, int]] = []
    report = evaluate(bridge, cases, lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [result.passed for result in report.results] == [True] * 4
    assert report.precision == report.coverage == report.out_of_scope_recall == 1.0


def test_the_shipped_topic_passes_its_own_expectations(advisor: Advisor) -> None:
    topic = advisor.release.topic
    report = evaluate(advisor, [Case.of(expectation) for expectation in topic.expectations])
    assert [result.case.text for result in report.failed_musts] == []
    assert report.below(topic.info.floors) == []
    assert report.out_of_scope >= 50
    assert report.cases >= 150
