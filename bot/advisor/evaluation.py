"""Put questions with known answers to the advisor and count what it does with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Outcome, Question
from bot.knowledge.model import Expectation, Floors

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Case:
    """A question with the entries that may answer it; none means it must not be answered."""

    text: str
    expect: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    must: bool = False
    scope: Literal["near", "far"] | None = None
    context: str | None = None

    @classmethod
    def of(cls, expectation: Expectation) -> Case:
        """Read a topic's expectation as a case."""
        return cls(
            expectation.ask,
            expectation.expect,
            expectation.outcome,
            expectation.kind == "must",
            expectation.scope,
            expectation.context,
        )


@dataclass(frozen=True)
class Result:
    """What became of a case. ``rank`` counts from 1; None where no candidate was expected."""

    case: Case
    outcome: Outcome
    entry: str | None
    first: str | None
    rank: int | None
    confidence: float
    passed: bool

    @property
    def given(self) -> bool:
        """Tell whether something was answered rather than declined or asked back."""
        if self.outcome is Outcome.BOUNDARY:
            return bool(self.case.expect)
        return self.outcome is Outcome.ANSWERED

    @property
    def right(self) -> bool:
        """Tell whether what was answered is one of the expected entries."""
        return self.given and self.entry in self.case.expect


@dataclass(frozen=True)
class Report:
    """Counts over all cases; ratios are None where there is nothing to count.

    ``top1``, ``top3``: an expected entry ranks there, of questions in scope. ``precision``: right
    ones of all answers given, out-of-scope questions included. ``coverage``: in-scope questions
    that got an answer, right or wrong. ``out_of_scope_recall``: questions without an answer that
    were not answered.
    """

    cases: int
    in_scope: int
    out_of_scope: int
    top1: float | None
    top3: float | None
    precision: float | None
    coverage: float | None
    right_share: float | None
    clarified: float | None
    out_of_scope_recall: float | None
    near_recall: float | None
    far_recall: float | None
    outcomes: dict[str, int]
    confusions: tuple[tuple[str, str, int], ...]
    results: tuple[Result, ...]

    @property
    def failed_musts(self) -> tuple[Result, ...]:
        """Return the cases that must hold and do not."""
        return tuple(r for r in self.results if r.case.must and not r.passed)

    def below(self, floors: Floors) -> list[str]:
        """Return a sentence for each total that is below its floor."""
        found = []
        for name, floor in floors.model_dump().items():
            value = getattr(self, name)
            if floor is not None and value is not None and value < floor:
                found.append(f"{name} is {value:.3f}, below the floor of {floor:.3f}")
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        data = {
            name: value
            for name, value in self.__dict__.items()
            if name not in {"results", "confusions"}
        }
        data["confusions"] = [
            {"expected": expected, "given": given, "count": count}
            for expected, given, count in self.confusions
        ]
        data["failures"] = [
            {
                "text": result.case.text,
                "expect": list(result.case.expect),
                "outcome": result.outcome.value,
                "entry": result.entry,
                "first": result.first,
                "confidence": result.confidence,
            }
            for result in self.results
            if not result.passed
        ]
        return data


def evaluate(advisor: Advisor, cases: Sequence[Case], progress: Progress | None = None) -> Report:
    """Ask every case on its own (or after its context) and count."""
    results = []
    for number, case in enumerate(cases, start=1):
        conversation = Conversation(entry=case.context) if case.context else Conversation()
        answer = advisor.answer(Question(case.text, None, conversation))
        results.append(judge(case, answer))
        if progress is not None:
            progress(number, len(cases))
    return summarise(results)


def judge(case: Case, answer: Answer) -> Result:
    """Say whether an answer is what a case expects."""
    ranked = [candidate.id for candidate in answer.candidates]
    rank = next((n for n, entry in enumerate(ranked, start=1) if entry in case.expect), None)
    allowed = case.outcomes
    if case.expect:
        if answer.outcome is Outcome.CLARIFY:
            passed = any(entry in case.expect for entry, _ in answer.offered)
        else:
            passed = answer.entry in case.expect
        expected = allowed or ("answered", "clarify", "boundary")
        passed = passed and answer.outcome.value in expected
    else:
        passed = answer.outcome is not Outcome.ANSWERED
        if allowed:
            passed = answer.outcome.value in allowed
    return Result(
        case,
        answer.outcome,
        answer.entry,
        ranked[0] if ranked else None,
        rank,
        answer.confidence,
        passed,
    )


def summarise(results: Sequence[Result]) -> Report:
    """Count results."""
    inside = [result for result in results if result.case.expect]
    outside = [result for result in results if not result.case.expect]
    given = [result for result in results if result.given]
    wrong = [
        (result.case.expect[0], result.first)
        for result in inside
        if result.rank != 1 and result.first is not None
    ]
    return Report(
        cases=len(results),
        in_scope=len(inside),
        out_of_scope=len(outside),
        top1=_share(result.rank == 1 for result in inside),
        top3=_share(result.rank is not None and result.rank <= 3 for result in inside),
        precision=_share(result.right for result in given),
        coverage=_share(result.given for result in inside),
        right_share=_share(result.right for result in inside),
        clarified=_share(result.outcome is Outcome.CLARIFY for result in inside),
        out_of_scope_recall=_share(not result.given for result in outside),
        near_recall=_share(not r.given for r in outside if r.case.scope == "near"),
        far_recall=_share(not r.given for r in outside if r.case.scope == "far"),
        outcomes=dict(Counter(result.outcome.value for result in results)),
        confusions=tuple(
            (expected, first, count) for (expected, first), count in Counter(wrong).most_common(30)
        ),
        results=tuple(results),
    )


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return sum(values) / len(values) if values else None
