"""What the charts show: plain values, counted elsewhere, and how days are put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ANSWERED: Final = "answered"
OUTCOMES: Final = (ANSWERED, "clarify", "gap", "out_of_scope", "boundary")
"""In the order in which bars are stacked, from below; whatever else there is comes last."""

_MOST_BINS: Final = 92
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class DayCount:
    """Count the questions of one day (UTC) by outcome; a day that is left out had none."""

    day: date
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """Say that something was published on a day (UTC); the label should be a few words."""

    day: date
    label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar of a list: what it counts, and how many."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Proportion:
    """Hold ``successes`` of ``n`` and a 95 % interval between 0 and 1; nothing where n is 0."""

    successes: int = 0
    n: int = 0
    low: float = 0.0
    high: float = 1.0

    @property
    def value(self) -> float:
        """Return the share, between 0 and 1."""
        return self.successes / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Total:
    """Count the questions of a span and the answered ones among them."""

    questions: int
    answered: int

    @property
    def rate(self) -> float | None:
        """Return the share answered, between 0 and 1; None without questions."""
        return self.answered / self.questions if self.questions else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Hold all that is shown of a topic and a span of days (UTC, both ends in it).

    ``precision`` is over answers drawn at random, ``picked`` over those looked at because
    something seemed wrong. ``waiting`` counts what is open in the review; ``before`` is the span
    of equal length just before.
    """

    title: str
    first: date
    last: date
    days: Sequence[DayCount] = ()
    marks: Sequence[Mark] = ()
    precision: Proportion = Proportion()
    picked: Proportion = Proportion()
    gaps: Sequence[Row] = ()
    entries: Sequence[Row] = ()
    waiting: int | None = None
    before: Total | None = None

    @property
    def outcomes(self) -> dict[str, int]:
        """Sum the span up by outcome."""
        return summed(day for day in self.days if self.first <= day.day <= self.last)

    @property
    def total(self) -> Total:
        """Sum the span up."""
        outcomes = self.outcomes
        return Total(sum(outcomes.values()), outcomes.get(ANSWERED, 0))


@dataclass(frozen=True, slots=True)
class Chart:
    """Name what one picture shows, and in which language."""

    figures: Figures
    language: str


@dataclass(frozen=True, slots=True)
class Bin:
    """Count the questions of one day or of several in a row."""

    first: date
    last: date
    outcomes: Mapping[str, int]

    @property
    def total(self) -> Total:
        """Sum the days up."""
        return Total(sum(self.outcomes.values()), self.outcomes.get(ANSWERED, 0))


def summed(days: Iterable[DayCount]) -> dict[str, int]:
    """Sum days up by outcome, in the order of ``OUTCOMES``."""
    found: Counter[str] = Counter()
    for day in days:
        found.update(day.outcomes)
    known = [name for name in OUTCOMES if name in found]
    return {name: found[name] for name in [*known, *sorted(found.keys() - set(known))]}


def width_of_bins(first: date, last: date) -> int:
    """Return how many days of a span are drawn as one: 1, 7 or more whole weeks."""
    days = (last - first).days + 1
    if days <= _MOST_BINS:
        return 1
    return _WEEK * -(-days // (_MOST_BINS * _WEEK))


def bins(days: Iterable[DayCount], first: date, last: date) -> list[Bin]:
    """Put the days of a span together, in order and without holes; the first bin may be short."""
    step = width_of_bins(first, last)
    by_place: dict[int, list[DayCount]] = {}
    for day in days:
        if first <= day.day <= last:
            by_place.setdefault((last - day.day).days // step, []).append(day)
    return [
        Bin(
            max(first, last - timedelta(place * step + step - 1)),
            last - timedelta(place * step),
            summed(by_place.get(place, ())),
        )
        for place in range((last - first).days // step, -1, -1)
    ]


def ticks(highest: int, most: int = 4) -> list[int]:
    """Return round whole numbers from 0 to at or above the highest one, for an axis."""
    step, power = 1, 1
    while True:
        for factor in (1, 2, 5):
            step = factor * power
            if step * most >= highest:
                count = max(1, -(-highest // step))
                return [place * step for place in range(count + 1)]
        power *= 10
