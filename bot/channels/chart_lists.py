"""Draw lists as bars, and how sure one can be that answers are right."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from bot.channels.chart_canvas import INNER, SMALL, TEXT, Panel, Pen
from bot.channels.chart_data import Proportion, Row
from bot.channels.chart_words import number, percent, word
from bot.channels.map_font import drawable, regular, semibold
from bot.channels.svg import tag
from bot.knowledge.words import clean

_LINE: Final = 30
_BAR: Final = 10
_LINES: Final = 2


def rows(
    title: str, shown: Sequence[Row], none: str, kind: str, pen: Pen, language: str
) -> Panel:  # fmt: skip
    """Draw rows as bars, each under its label; ``none`` is said where there are none."""
    heading, y = pen.heading(title)
    if not shown:
        return _said(kind, heading, y, none, pen, f"{title}: {none}")
    most = max(row.value for row in shown)
    parts = [heading]
    for row in shown:
        y += 12
        value = number(row.value, language)
        room = INNER - semibold().width(value, TEXT) - 20
        whole = clean(row.label) or "–"
        lines = _lines(drawable(whole), room)
        group = [tag("title", escape(f"{whole}: {value}"))]
        group += [
            pen.text(line, 0, y + _LINE * place + _LINE / 2, size=TEXT, tone="text")
            for place, line in enumerate(lines)
        ]
        last = y + _LINE * (len(lines) - 1) + _LINE / 2
        group.append(pen.text(value, INNER, last, size=TEXT, tone="text", is_bold=True,
                              anchor="end"))  # fmt: skip
        y += _LINE * len(lines) + 2
        group.append(pen.bar(0, y, INNER, _BAR, pen.palette.track, "track", _BAR / 2))
        if row.value:
            wide = max(_BAR, INNER * row.value / most)
            colour = pen.palette.outcome("gap") if kind == "gaps" else pen.palette.accent
            group.append(pen.bar(0, y, wide, _BAR, colour, f"bar-{kind}", _BAR / 2))
        y += _BAR
        parts.append(tag("g", "".join(group)))
    told = "; ".join(f"{clean(row.label)} {number(row.value, language)}" for row in shown)
    return Panel(kind, y, "".join(parts), f"{title}: {told}.")


def precision(random: Proportion, picked: Proportion, pen: Pen, language: str) -> Panel:
    """Draw the share of right answers with its interval, honestly where nobody has judged."""
    heading, y = pen.heading(word("precision", language))
    parts = [heading]
    note, high = _note(word("precision.draw", language), y, pen)
    parts.append(note)
    y += high
    for share, key in ((random, "random"), (picked, "picked")):
        if key == "picked" and not share.n:
            continue
        drawn, high = _interval(share, word(f"precision.{key}", language), key, y + 14, pen,
                                language)  # fmt: skip
        parts.append(drawn)
        y += 14 + high
    return Panel("precision", y, "".join(parts), precision_told(random, language))


def precision_told(share: Proportion, language: str) -> str:
    """Say the precision in words."""
    name = f"{word('precision', language)} ({word('precision.random', language)})"
    if not share.n:
        return f"{name}: {word('precision.none', language)}."
    return f"{name}: {percent(share.value, language)}, {_of(share, language)}."


def _of(share: Proportion, language: str) -> str:
    return word(
        "precision.of", language, right=number(share.successes, language),
        n=number(share.n, language), low=percent(share.low, language),
        high=percent(share.high, language),
    )  # fmt: skip


def _interval(
    share: Proportion, name: str, kind: str, y: float, pen: Pen, language: str
) -> tuple[str, float]:  # fmt: skip
    value = percent(share.value, language) if share.n else "–"
    room = INNER - semibold().width(value, TEXT) - 20
    parts = [
        pen.text(name, 0, y + _LINE / 2, size=TEXT, tone="text", width=room),
        pen.text(value, INNER, y + _LINE / 2, size=TEXT, tone="text", is_bold=True, anchor="end"),
    ]
    y += _LINE + 8
    thick = 16
    colour = pen.palette.accent if kind == "random" else pen.palette.other
    parts.append(pen.bar(0, y, INNER, thick, pen.palette.track, "track", thick / 2))
    if share.n:
        low, high = (INNER * min(1, max(0, end)) for end in (share.low, share.high))
        wide = max(thick, high - low)
        start = min(low, INNER - wide)
        band = pen.bar(start, y, wide, thick, colour, f"interval-{kind}", thick / 2)
        parts.append(tag("g", band, opacity=0.4))
        at = min(max(INNER * share.value, thick / 2), INNER - thick / 2)
        parts.append(
            tag(
                "circle", class_=f"chart-point-{kind}", cx=f"{at:.5g}", cy=f"{y + thick / 2:.5g}",
                r=11, fill=colour, stroke=pen.palette.card, stroke_width=3,
            )
        )  # fmt: skip
    said = _of(share, language) if share.n else word("precision.none", language)
    parts.append(pen.text(said, 0, y + thick + 20, width=INNER))
    return tag("g", "".join(parts)), _LINE + 8 + thick + 34


def _note(words: str, y: float, pen: Pen) -> tuple[str, float]:
    lines = regular().wrap(drawable(words), SMALL, INNER)
    drawn = (pen.text(line, 0, y + 28 * place + 14) for place, line in enumerate(lines))
    return "".join(drawn), 28.0 * len(lines)


def _said(kind: str, heading: str, y: float, words: str, pen: Pen, told: str) -> Panel:
    note, high = _note(words, y + 4, pen)
    return Panel(kind, y + 4 + high, heading + note, told)


def _lines(words: str, width: float) -> list[str]:
    lines = regular().wrap(words, TEXT, width)
    if len(lines) <= _LINES:
        return lines
    return [*lines[: _LINES - 1], regular().fit(" ".join(lines[_LINES - 1 :]), TEXT, width)]
