"""Put a task's questions to a method and count."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.quality_methods import Decision, Method
from benchmarks.quality_sets import OUT_OF_SCOPE, Base, Query, Task

_TIMED = 100
_TIMED_QUICK = 10

Asked = Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """A question, what became of it, and whether that counts as an answer."""

    query: Query
    decision: Decision
    given: bool

    @property
    def first(self) -> bool:
        """Tell whether a right label is ranked first."""
        return bool(self.decision.ranked) and self.decision.ranked[0] in self.query.labels

    @property
    def right(self) -> bool:
        """Tell whether what was answered is right."""
        return self.given and self.decision.answered in self.query.labels


# A figure of several draws is their mean with the standard deviation; None where nothing counts.
Figure = tuple[float, float | None] | None


@dataclass(frozen=True)
class Figures:
    """Shares between 0 and 1; ``latency`` is in milliseconds.

    ``accuracy``, ``top3``: a right label is ranked first, or among the first three, of questions in
    scope. ``answered_right``: of those, the answer given was right. ``precision``: right ones of
    all answers given. ``coverage``: in scope and answered, right or wrong. ``out_of_scope``: out of
    scope and not answered; ``near`` and ``far`` the same by scope. ``overall`` and ``mcc``:
    accuracy and Matthews correlation over all questions, not answering being a class of its own.
    """

    questions: int
    accuracy: Figure = None
    top3: Figure = None
    answered_right: Figure = None
    precision: Figure = None
    coverage: Figure = None
    out_of_scope: Figure = None
    near: Figure = None
    far: Figure = None
    overall: Figure = None
    mcc: Figure = None
    latency: Figure = None


def measure(task: Task, method: Method, asked: Asked, *, quick: bool = False) -> Figures:
    """Ask every question of every draw; ``asked`` is told of each."""
    draws = []
    latency: Figure = None
    questions = 0
    for number, draw in enumerate(task.draws):
        outcomes: list[Outcome] = []
        times: list[float] = []
        for base, queries in sampled(draw, method.sample):
            decider = method.start(base, task.leaves_out)
            for query in queries:
                outcomes.append(outcome_of(base, query, decider.decide(query)))
                asked()
            if number == 0:
                few = timed(queries, len(draw), quick=quick)
                with method.fresh():
                    for query in few:
                        started = time.perf_counter()
                        decider.decide(query)
                        times.append((time.perf_counter() - started) * 1000)
        if number == 0:
            latency = (statistics.median(times), None) if times else None
            questions = len(outcomes)
        draws.append(count(outcomes))
    names = [name for name in Figures.__dataclass_fields__ if name not in {"questions", "latency"}]
    figures = {name: spread([getattr(draw, name) for draw in draws]) for name in names}
    return Figures(questions, **figures, latency=latency)


def sampled(draw: Sequence[Base], most: int | None) -> list[tuple[Base, Sequence[Query]]]:
    """Return each base with the questions to ask: all, or so many drawn over all bases."""
    places = [(number, query) for number, base in enumerate(draw) for query in base.queries]
    if most is not None and len(places) > most:
        places = random.Random(0).sample(places, most)
    chosen: list[list[Query]] = [[] for _ in draw]
    for number, query in places:
        chosen[number].append(query)
    return list(zip(draw, chosen, strict=True))


def timed(queries: Sequence[Query], bases: int, *, quick: bool) -> list[Query]:
    """Return the questions of one base that time is taken of."""
    wanted = math.ceil((_TIMED_QUICK if quick else _TIMED) / bases)
    return random.Random(1).sample(list(queries), min(wanted, len(queries)))


def outcome_of(base: Base, query: Query, decision: Decision) -> Outcome:
    """Judge a decision; a notice counts as no answer where nothing is expected."""
    silent = not query.labels and decision.answered in base.notices
    return Outcome(query, decision, decision.answered is not None and not silent)


@dataclass(frozen=True)
class Shares:
    """One draw's figures, as Figures names them."""

    accuracy: float | None
    top3: float | None
    answered_right: float | None
    precision: float | None
    coverage: float | None
    out_of_scope: float | None
    near: float | None
    far: float | None
    overall: float | None
    mcc: float | None


def count(outcomes: Sequence[Outcome]) -> Shares:
    """Count the outcomes of one draw."""
    inside = [outcome for outcome in outcomes if outcome.query.labels]
    outside = [outcome for outcome in outcomes if not outcome.query.labels]
    # Of several right labels the one that was answered stands for the truth, else the first.
    truth = [
        (outcome.decision.answered if outcome.right else outcome.query.labels[0])
        if outcome.query.labels
        else OUT_OF_SCOPE
        for outcome in outcomes
    ]
    said = [outcome.decision.answered if outcome.given else OUT_OF_SCOPE for outcome in outcomes]
    pairs = [(str(one), str(other)) for one, other in zip(truth, said, strict=True)]
    return Shares(
        accuracy=_share(outcome.first for outcome in inside),
        top3=_share(bool({*o.decision.ranked[:3]} & {*o.query.labels}) for o in inside),
        answered_right=_share(outcome.right for outcome in inside),
        precision=_share(outcome.right for outcome in outcomes if outcome.given),
        coverage=_share(outcome.given for outcome in inside),
        out_of_scope=_share(not outcome.given for outcome in outside),
        near=_share(not outcome.given for outcome in outside if outcome.query.scope == "near"),
        far=_share(not outcome.given for outcome in outside if outcome.query.scope == "far"),
        overall=_share(one == other for one, other in pairs),
        mcc=matthews(pairs),
    )


def matthews(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Matthews correlation for many classes (Gorodkin 2004) of (truth, said) pairs.

    0 where all truths or all that was said is one class, as scikit-learn has it.
    """
    if not pairs:
        return None
    true, said = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    total = len(pairs)
    right = sum(one == other for one, other in pairs)
    both = right * total - sum(true[label] * said[label] for label in true)
    spread_of_true = total**2 - sum(number**2 for number in true.values())
    spread_of_said = total**2 - sum(number**2 for number in said.values())
    if not spread_of_true or not spread_of_said:
        return 0.0
    return both / math.sqrt(spread_of_true * spread_of_said)


def spread(values: Sequence[float | None]) -> Figure:
    """Return the mean, with the standard deviation where there are several values."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else None


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return sum(values) / len(values) if values else None
