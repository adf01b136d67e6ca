"""Draw what happened day by day: questions by outcome, and the share of them answered."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from bot.channels.chart_canvas import INNER, SMALL, Panel, Pen
from bot.channels.chart_data import OUTCOMES, Bin, Figures, Mark, bins, ticks, width_of_bins
from bot.channels.chart_words import day_name, month_name, number, outcome_name, percent, word
from bot.channels.map_font import drawable, regular, semibold
from bot.channels.svg import tag
from bot.knowledge.words import clean

_PLOT: Final = 190
_AXIS: Final = 34  # under a plot, for the days
_ROOM: Final = 14  # between a label and what is beside it
_WIDEST: Final = 56
_FLAG: Final = 26
_FLAG_WIDTH: Final = 240.0
_DOTS: Final = 46
_NUMBERED: Final = 14
_YEARS: Final = 400


@dataclass(frozen=True)
class _Plot:
    """Where the bins of a span stand: days run from left to right."""

    first: date
    days: int
    left: float
    top: float

    def x(self, day: date, part: float = 0) -> float:
        """Return where a day begins, or some part of a day later."""
        return self.left + ((day - self.first).days + part) / self.days * (INNER - self.left)

    def middle(self, bin_: Bin) -> float:
        return (self.x(bin_.first) + self.x(bin_.last, 1)) / 2

    @property
    def bottom(self) -> float:
        return self.top + _PLOT


def questions(figures: Figures, pen: Pen, language: str) -> Panel:
    """Draw the questions of each day as a bar, stacked by outcome."""
    heading, y = pen.heading(_by("questions", figures, language))
    outcomes = figures.outcomes
    told = questions_told(figures, language)
    if not sum(outcomes.values()):
        return _nothing("questions", heading, y, pen, language, told)
    key, high = pen.legend(
        [
            (
                f"of-{name if name in OUTCOMES else 'other'}",
                pen.palette.outcome(name),
                f"{outcome_name(name, language)} {number(count, language)}",
            )
            for name, count in outcomes.items()
            if count
        ],
        y,
    )
    found = bins(figures.days, figures.first, figures.last)
    scale = ticks(max(bin_.total.questions for bin_ in found))
    named = [number(tick, language) for tick in scale]
    plot = _plot(figures, named, y + high + (40 if len(found) <= _NUMBERED else 18))
    parts = [heading, key, *_scale(plot, named, pen)]
    for bin_ in found:
        parts.extend(_stack(bin_, plot, scale[-1], pen, language))
        if len(found) <= _NUMBERED and bin_.total.questions:
            said = number(bin_.total.questions, language)
            if semibold().width(said, SMALL) < (INNER - plot.left) / len(found):
                level = plot.bottom - _PLOT * bin_.total.questions / scale[-1] - 16
                parts.append(
                    pen.text(
                        said, plot.middle(bin_), level, tone="text", is_bold=True, anchor="middle"
                    )
                )
    parts.extend(_days(plot, found, pen, language))
    return Panel("questions", plot.bottom + _AXIS, "".join(parts), told)


def rate(figures: Figures, pen: Pen, language: str) -> Panel:
    """Draw the share answered of each day as a line, with what was published on the way."""
    heading, y = pen.heading(_by("rate", figures, language))
    told = rate_told(figures, language)
    if not figures.total.questions:
        return _nothing("rate", heading, y, pen, language, told)
    accent = pen.palette.accent
    whole = word("rate.whole", language, share=percent(figures.total.rate or 0, language))
    marked = sorted(
        (mark for mark in figures.marks if figures.first <= mark.day <= figures.last),
        key=lambda mark: mark.day,
    )
    items = [("rate", accent, whole)]
    if marked:
        items.append(("mark", pen.palette.mark, word("published", language)))
    key, high = pen.legend(items, y)
    found = bins(figures.days, figures.first, figures.last)
    named = [percent(share / 100, language) for share in (0, 25, 50, 75, 100)]
    plot = _plot(figures, named, y + high + 18)
    flags = _flags(_by_bin(marked, found), plot, language)
    rows = 1 + max((row for _, _, _, row, _ in flags), default=-1)
    plot = _plot(figures, named, y + high + 18 + _FLAG * rows)
    parts = [heading, key, *_scale(plot, named, pen)]
    for x, label, whole_label, row, anchor in flags:
        # Without room the mark stands alone.
        parts.append(_flag(x, label, whole_label, row - rows if row >= 0 else 0, anchor, plot, pen))
    parts.extend(_line(found, plot, pen))
    parts.extend(_days(plot, found, pen, language))
    return Panel("rate", plot.bottom + _AXIS, "".join(parts), told)


def questions_told(figures: Figures, language: str) -> str:
    """Say the questions of a span in words."""
    outcomes = figures.outcomes
    total = sum(outcomes.values())
    if not total:
        return word("none", language)
    parts = ", ".join(
        f"{outcome_name(name, language)} {number(count, language)}"
        for name, count in outcomes.items()
        if count
    )
    told = f"{word('questions', language)}: {number(total, language)} ({parts})."
    top = max(bins(figures.days, figures.first, figures.last), key=lambda b: b.total.questions)
    if top.first != top.last:
        return told
    day, count = day_name(top.first, language), number(top.total.questions, language)
    return f"{told} {word('busiest', language, day=day, count=count)}"


def rate_told(figures: Figures, language: str) -> str:
    """Say the answer rate of a span in words."""
    share = figures.total.rate
    if share is None:
        return word("none", language)
    return f"{word('rate', language)}: {percent(share, language)}."


def _by(key: str, figures: Figures, language: str) -> str:
    step = width_of_bins(figures.first, figures.last)
    unit = {1: "day", 7: "week"}.get(step, "days")
    return word(f"{key}.{unit}", language, days=str(step))


def _nothing(kind: str, heading: str, y: float, pen: Pen, language: str, told: str) -> Panel:
    # As wide and nearly as high as a plot, so that a page does not jump with its first question.
    middle = y + _PLOT / 2
    said = pen.text(word("none", language), INNER / 2, middle, anchor="middle", width=INNER)
    ground = pen.bar(0, y + 10, INNER, _PLOT - 20, pen.palette.page, "empty", 10)
    return Panel(kind, y + _PLOT, heading + ground + said, told)


def _plot(figures: Figures, named: Sequence[str], top: float) -> _Plot:
    left = max(regular().width(name, SMALL) for name in named) + _ROOM
    return _Plot(figures.first, (figures.last - figures.first).days + 1, left, top)


def _scale(plot: _Plot, named: Sequence[str], pen: Pen) -> Iterator[str]:
    for place, name in enumerate(named):
        y = plot.bottom - _PLOT * place / (len(named) - 1)
        yield pen.grid(y, plot.left, INNER)
        yield pen.text(name, plot.left - _ROOM, y, anchor="end")


def _stack(bin_: Bin, plot: _Plot, top: int, pen: Pen, language: str) -> Iterator[str]:
    if not bin_.total.questions:
        return
    room = plot.x(bin_.last, 1) - plot.x(bin_.first)
    width = min(_WIDEST, room * 0.78)
    x, y = plot.middle(bin_) - width / 2, plot.bottom
    yield "<g>"
    said = day_name(bin_.first, language, year=True)
    if bin_.first != bin_.last:
        said = f"{said} – {day_name(bin_.last, language, year=True)}"
    parts = [(name, count) for name, count in bin_.outcomes.items() if count]
    told = ", ".join(f"{outcome_name(name, language)} {count}" for name, count in parts)
    yield tag("title", escape(clean(f"{said}: {told}")))
    for place, (name, count) in enumerate(parts):
        height = _PLOT * count / top
        y -= height
        kind = f"of-{name if name in OUTCOMES else 'other'}"
        colour = pen.palette.outcome(name)
        if place == len(parts) - 1:
            yield _topped(x, y, width, height, colour, kind)
        else:
            yield pen.bar(x, y, width, height, colour, kind)
    yield "</g>"


def _topped(x: float, y: float, width: float, height: float, fill: str, kind: str) -> str:
    """Return the top of a bar, round where there is room."""
    r = min(5, width / 3, height)
    shape = (
        f"M{x:.5g} {y + height:.5g}v{r - height:.5g}a{r:.5g} {r:.5g} 0 0 1 {r:.5g} {-r:.5g}"
        f"h{width - 2 * r:.5g}a{r:.5g} {r:.5g} 0 0 1 {r:.5g} {r:.5g}v{height - r:.5g}Z"
    )
    return tag("path", class_=f"chart-{kind}", d=shape, fill=fill)


def _days(plot: _Plot, found: Sequence[Bin], pen: Pen, language: str) -> Iterator[str]:
    """Yield the names of days under a plot, from the last one backwards as far as there is room."""
    naming: Callable[[date, str], str] = month_name if plot.days > _YEARS else day_name
    widest = max(regular().width(naming(bin_.last, language), SMALL) for bin_ in found)
    fitting = (widest + 2 * _ROOM) * len(found) / (INNER - plot.left)
    step = next((s for s in (1, 2, 4) if s >= fitting), 7 * math.ceil(fitting / 7))
    for bin_ in found[::-1][::step]:
        name = naming(bin_.first, language)
        half = regular().width(name, SMALL) / 2
        x = min(max(plot.middle(bin_), half), INNER - half)
        yield pen.text(name, x, plot.bottom + 22, anchor="middle")


def _line(found: Sequence[Bin], plot: _Plot, pen: Pen) -> Iterator[str]:
    accent = pen.palette.accent
    points = [
        None if (share := bin_.total.rate) is None
        else (plot.middle(bin_), plot.bottom - _PLOT * share)
        for bin_ in found
    ]  # fmt: skip
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    for run in runs:
        if len(run) < 2:
            continue
        path = "L".join(f"{x:.5g} {y:.5g}" for x, y in run)
        area = f"M{run[0][0]:.5g} {plot.bottom:.5g}L{path}V{plot.bottom:.5g}Z"
        yield tag("path", class_="chart-area", d=area, fill=accent, fill_opacity=0.14)
        yield tag(
            "path", class_="chart-line", d=f"M{path}", fill="none", stroke=accent,
            stroke_width=3, stroke_linejoin="round", stroke_linecap="round",
        )  # fmt: skip
    dotted = len(found) <= _DOTS
    for run in runs:
        for x, y in run if dotted or len(run) == 1 else ():
            yield tag(
                "circle", class_="chart-dot", cx=f"{x:.5g}", cy=f"{y:.5g}", r=5, fill=accent,
                stroke=pen.palette.card, stroke_width=2,
            )  # fmt: skip


def _by_bin(marks: Sequence[Mark], found: Sequence[Bin]) -> list[tuple[Bin, list[Mark]]]:
    held: list[tuple[Bin, list[Mark]]] = []
    for bin_ in found:
        inside = [mark for mark in marks if bin_.first <= mark.day <= bin_.last]
        if inside:
            held.append((bin_, inside))
    return held


_Flag = tuple[float, str, str, int, str]


def _flags(held: Sequence[tuple[Bin, list[Mark]]], plot: _Plot, language: str) -> list[_Flag]:
    """Return (x, label, whole label, row or -1 without room, anchor) of what was published."""
    ends = [0.0, 0.0]
    flags: list[_Flag] = []
    for bin_, marks in held:
        x = plot.middle(bin_)
        whole = " · ".join(filter(None, (clean(mark.label) for mark in marks)))
        names = [name for mark in marks if (name := drawable(mark.label))]
        label = names[0] if names else ""
        if len(marks) > 1:
            more = word("more", language, label="", count=str(len(marks) - bool(label))).strip()
            label = f"{regular().fit(label, SMALL, _FLAG_WIDTH - 40)} {more}".strip()
        label = regular().fit(label, SMALL, _FLAG_WIDTH)
        width = regular().width(label, SMALL)
        ends_at_right = x + 8 + width > INNER
        start = x - 8 - width if ends_at_right else x + 8
        row = next((r for r, end in enumerate(ends) if start >= end), -1) if label else -1
        if row >= 0:
            ends[row] = start + width + _ROOM
        flags.append((x, label, whole, row, "end" if ends_at_right else "start"))
    return flags


def _flag(
    x: float, label: str, whole: str, row: int, anchor: str, plot: _Plot, pen: Pen
) -> str:  # fmt: skip
    """Return a mark: a line through the plot, and beside its upper end the label."""
    colour = pen.palette.mark
    is_shown = bool(label) and row < 0
    middle = plot.top + _FLAG * row + _FLAG / 2 - 8 if is_shown else plot.top
    parts = [tag("title", escape(whole))] if whole else []
    parts.append(
        tag(
            "path", class_="chart-mark", d=f"M{x:.5g} {middle:.5g}V{plot.bottom:.5g}", fill="none",
            stroke=colour, stroke_width=2, stroke_dasharray="5 5",
        )
    )  # fmt: skip
    if is_shown:
        at = x - 8 if anchor == "end" else x + 8
        parts.append(
            pen.text(label, at, middle, anchor="end" if anchor == "end" else "start", tone="text")
        )
    tip = f"M{x - 7:.5g} {plot.bottom:.5g}l7 -9l7 9Z"
    parts.append(tag("path", class_="chart-mark-tip", d=tip, fill=colour))
    return tag("g", "".join(parts))
