"""Set a topic's findings and expectations before a change against those after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.advisor.evaluation import Case, Report, Result
from bot.knowledge.model import Floors
from bot.knowledge.problems import Problem

What = Literal["broken", "mended", "added", "retargeted", "retired"]
_TOTALS = ("cases", *Floors.model_fields)


@dataclass(frozen=True)
class LintChange:
    """Findings that a change brings and takes away, and how many of each kind stay."""

    new: tuple[Problem, ...] = ()
    gone: tuple[Problem, ...] = ()
    kept: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return {
            "new": [problem.as_dict() for problem in self.new],
            "gone": [problem.as_dict() for problem in self.gone],
            "kept": self.kept,
        }


@dataclass(frozen=True)
class Met:
    """What an expectation asked for and what it got; no ``expect`` means no answer."""

    expect: tuple[str, ...]
    outcome: str
    entry: str | None
    passed: bool


@dataclass(frozen=True)
class ExpectationChange:
    """An expectation that fares differently, or is new, retargeted or retired."""

    ask: str
    context: str | None
    must: bool
    what: What
    before: Met | None
    after: Met | None


@dataclass(frozen=True)
class ExpectationsChange:
    """The totals of both releases by name (None: nothing to count) and what changed."""

    before: dict[str, float | None]
    after: dict[str, float | None]
    changes: tuple[ExpectationChange, ...] = ()

    @property
    def musts(self) -> tuple[ExpectationChange, ...]:
        """Return the changes of expectations that must hold."""
        return tuple(change for change in self.changes if change.must)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return {
            "before": self.before,
            "after": self.after,
            "changes": [asdict(change) for change in self.changes],
        }


def compare_lint(before: Sequence[Problem], after: Sequence[Problem]) -> LintChange:
    """Tell new findings from old ones, wherever in its file a finding has moved.

    Of several that read the same, those count as new that stand where none stood before.
    """
    old, fresh = Counter(map(_finding, before)), Counter(map(_finding, after))
    new = _surplus(after, fresh - old, {(problem.field, _finding(problem)) for problem in before})
    gone = _surplus(before, old - fresh, {(problem.field, _finding(problem)) for problem in after})
    return LintChange(new, gone, len(after) - len(new))


def _finding(problem: Problem) -> tuple[str, str, str, str]:
    # Neither line nor field: an edit above moves the one, a new neighbour renumbers the other.
    return problem.file, problem.severity, problem.code, problem.message


def _surplus(
    problems: Sequence[Problem],
    wanted: Counter[tuple[str, str, str, str]],
    known: set[tuple[str, tuple[str, str, str, str]]],
) -> tuple[Problem, ...]:
    found = []
    for problem in sorted(problems, key=lambda p: ((p.field, _finding(p)) in known, p)):
        if wanted[_finding(problem)] > 0:
            wanted[_finding(problem)] -= 1
            found.append(problem)
    return tuple(sorted(found))


def compare_expectations(before: Report, after: Report) -> ExpectationsChange:
    """Pair the expectations of two reports by question and context."""
    old = {_key(result.case): result for result in before.results}
    new = {_key(result.case): result for result in after.results}
    changes = [
        ExpectationChange(
            key[0],
            key[1],
            # One that was a must still counts as one where the same change makes it less.
            must=any(one.case.must for one in (old.get(key), new.get(key)) if one is not None),
            what=what,
            before=_met(old.get(key)),
            after=_met(new.get(key)),
        )
        for key in [*new, *(key for key in old if key not in new)]
        if (what := _what(old.get(key), new.get(key))) is not None
    ]
    return ExpectationsChange(_totals(before), _totals(after), tuple(changes))


def _key(case: Case) -> tuple[str, str | None]:
    return case.text, case.context


def _what(old: Result | None, new: Result | None) -> What | None:
    if new is None:
        return "retired"
    if old is None:
        return "added"
    if old.passed != new.passed:
        return "mended" if new.passed else "broken"
    if (old.case.expect, old.case.outcomes) != (new.case.expect, new.case.outcomes):
        return "retargeted"
    return None


def _met(result: Result | None) -> Met | None:
    if result is None:
        return None
    return Met(result.case.expect, result.outcome.value, result.entry, result.passed)


def _totals(report: Report) -> dict[str, float | None]:
    return {name: getattr(report, name) for name in _TOTALS}


def expectation_refusals(
    change: ExpectationsChange, before: Report, after: Report, floors: tuple[Floors, Floors]
) -> list[str]:
    """Say why a change may not be published: broken musts, and totals below their floors.

    ``floors`` are those of the release before and of the one after. What failed before and still
    fails is no reason: the change that mends it may come later.
    """
    found = []
    for must in change.musts:
        failing = must.after is not None and not must.after.passed
        if must.after is None or not failing or must.what not in {"broken", "added", "retargeted"}:
            continue
        wanted = " or ".join(must.after.expect) or "no answer"
        got = must.after.entry or "nothing"
        again = " any more" if must.what == "broken" else ""
        found.append(
            f"“{must.ask}” must get {wanted} and would not{again}: {must.after.outcome}, {got}."
        )
    was = {_name(sentence) for sentence in before.below(floors[0])}
    found += [f"{sentence}." for sentence in after.below(floors[1]) if _name(sentence) not in was]
    return found


def _name(below: str) -> str:
    # Report.below() begins each sentence with the total's name.
    return below.partition(" ")[0]
