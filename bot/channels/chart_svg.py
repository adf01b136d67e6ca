"""Draw what was asked and how well it was answered as pictures: SVG for the web, PNG for chat.

Like the argument map's, each SVG stands alone: presentation attributes, no styles, scripts or
references. Classes and ids are there for a page's own rules.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from bot.channels import chart_lists, chart_plots
from bot.channels.chart_canvas import (
    CORNER,
    DARK,
    LIGHT,
    MARGIN,
    PAD,
    SMALL,
    WIDTH,
    Panel,
    Pen,
    face,
)
from bot.channels.chart_data import Figures, Proportion, Row
from bot.channels.chart_words import number, percent, span_name, word
from bot.channels.map_font import FAMILY, drawable, semibold
from bot.channels.svg import tag
from bot.knowledge.release import short
from bot.knowledge.words import clean

__all__ = [
    "description",
    "insights_svg",
    "precision_svg",
    "questions_svg",
    "rate_svg",
    "rows_svg",
]

DESCRIPTION_LIMIT: Final = 1024
"""Characters that Discord takes as the description of a picture."""
_GAP: Final = 16
_TITLE: Final = 30
_FIGURE: Final = 44
_TILE: Final = 138


def questions_svg(figures: Figures, *, language: str = "en", dark: bool = False) -> str:
    """Return the questions of each day (week, where it is long) by outcome, as stacked bars."""
    pen = _pen(dark=dark)
    return _alone(chart_plots.questions(figures, pen, language), pen, language)


def rate_svg(figures: Figures, *, language: str = "en", dark: bool = False) -> str:
    """Return the share answered of each day as a line, with a mark for each publish."""
    pen = _pen(dark=dark)
    return _alone(chart_plots.rate(figures, pen, language), pen, language)


def rows_svg(
    rows: Sequence[Row],
    kind: Literal["gaps", "entries"],
    *,
    language: str = "en",
    dark: bool = False,
) -> str:
    """Return the gaps most wanted, or the entries most asked for, as bars."""
    pen = _pen(dark=dark)
    return _alone(_rows(rows, kind, pen, language), pen, language)


def precision_svg(
    random: Proportion,
    picked: Proportion,
    *,
    language: str = "en",
    dark: bool = False,
) -> str:
    """Return the share of right answers with its 95 % interval and how many were judged."""
    pen = _pen(dark=dark)
    return _alone(chart_lists.precision(random, picked, pen, language), pen, language)


def insights_svg(figures: Figures, *, language: str = "en", dark: bool = True) -> str:
    """Return all of it as one picture, 720 wide."""
    pen = _pen(dark=dark)
    head, y = _head(figures, pen, language)
    parts = [head]
    tiles = _tiles(figures, language)
    wide = (WIDTH - 2 * MARGIN - _GAP * (len(tiles) - 1)) / len(tiles)
    high = _TILE if any(tile.note for tile in tiles) else _TILE - 34
    for place, tile in enumerate(tiles):
        parts.append(_tile(tile, MARGIN + place * (wide + _GAP), y, wide, high, pen))
    y += high + _GAP
    panels = [chart_plots.questions(figures, pen, language)]
    if figures.total.questions:
        panels.append(chart_plots.rate(figures, pen, language))
    panels.append(chart_lists.precision(figures.precision, figures.picked, pen, language))
    panels += [
        _rows(rows, kind, pen, language)
        for kind, rows in (("gaps", figures.gaps), ("entries", figures.entries))
        if rows
    ]
    for panel in panels:
        parts.append(pen.panel(panel, y))
        y += panel.height + 2 * PAD + _GAP
    return _svg("insights", "".join(parts), y - _GAP + MARGIN, _title(figures, language),
                description(figures, language), pen, language)  # fmt: skip


def description(figures: Figures, language: str = "en") -> str:
    """Say what the whole picture shows in at most 1,024 characters, as its alternative text."""
    told = [
        f"{_title(figures, language)}, {_span(figures, language)}.",
        chart_plots.questions_told(figures, language),
    ]
    if figures.total.questions:
        told.append(chart_plots.rate_told(figures, language))
    told.append(chart_lists.precision_told(figures.precision, language))
    if figures.waiting is not None:
        waiting = number(figures.waiting, language)
        told.append(f"{word('waiting', language)}: {waiting}.")
    for kind, rows in (("gaps", figures.gaps), ("entries", figures.entries)):
        if rows:
            listed = "; ".join(f"{clean(row.label)} {number(row.value, language)}" for row in rows)
            told.append(f"{word(kind, language)}: {listed}.")
    return short(clean(" ".join(told)), DESCRIPTION_LIMIT)


@dataclass(frozen=True)
class _Tile:
    name: str
    value: str
    note: str


def _pen(*, dark: bool) -> Pen:
    return Pen(DARK if dark else LIGHT)


def _title(figures: Figures, language: str) -> str:
    return clean(word("insights", language, title=figures.title))


def _span(figures: Figures, language: str) -> str:
    return word("utc", language, span=span_name(figures.first, figures.last, language))


def _rows(rows: Sequence[Row], kind: str, pen: Pen, language: str) -> Panel:
    none = word(f"{kind}.none", language)
    return chart_lists.rows(word(kind, language), rows, none, kind, pen, language)


def _alone(panel: Panel, pen: Pen, language: str) -> str:
    height = panel.height + 2 * PAD + 2 * MARGIN
    title, _, rest = panel.told.partition(": ")
    return _svg(panel.kind, pen.panel(panel, MARGIN), height, title, rest or title, pen, language)


def _svg(
    kind: str, body: str, height: float, title: str, told: str, pen: Pen, language: str
) -> str:  # fmt: skip
    tall = math.ceil(height)
    name, about = f"chart-{kind}--title", f"chart-{kind}--about"
    page = pen.bar(0, 0, WIDTH, tall, pen.palette.page, "page")
    return tag(
        "svg",
        tag("title", escape(clean(title)), id=name)
        + tag("desc", escape(clean(told)), id=about)
        + page
        + body,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        width=WIDTH,
        height=tall,
        viewBox=f"0 0 {WIDTH} {tall}",
        font_family=f"{FAMILY}, sans-serif",
        xml_lang=language,
        role="img",
        aria_labelledby=name,
        aria_describedby=about,
    )


def _head(figures: Figures, pen: Pen, language: str) -> tuple[str, float]:
    width = WIDTH - 2 * MARGIN
    lines = semibold().wrap(drawable(figures.title), _TITLE, width)
    if len(lines) > 2:
        lines = [lines[0], semibold().fit(" ".join(lines[1:]), _TITLE, width)]
    y: float = MARGIN + 4
    parts = []
    for line in lines:
        parts.append(pen.text(line, MARGIN, y + 20, size=_TITLE, tone="text", is_bold=True))
        y += 40
    parts.append(pen.text(_span(figures, language), MARGIN, y + 12, width=width))
    return "".join(parts), y + 12 + 28


def _tiles(figures: Figures, language: str) -> list[_Tile]:
    total, before = figures.total, figures.before
    earlier = [""] * 2
    if before is not None:
        shares = "–" if before.rate is None else percent(before.rate, language)
        earlier = [
            word("before", language, value=value)
            for value in (number(before.questions, language), shares)
        ]
    share = "–" if total.rate is None else percent(total.rate, language)
    tiles = [
        _Tile(word("questions", language), number(total.questions, language), earlier[0]),
        _Tile(word("rate.short", language), share, earlier[1]),
    ]
    if figures.waiting is not None:
        waiting = number(figures.waiting, language)
        tiles.append(_Tile(word("waiting", language), waiting, word("waiting.clusters", language)))
    return tiles


def _tile(tile: _Tile, x: float, y: float, width: float, height: float, pen: Pen) -> str:
    room = width - 2 * 20
    size = _FIGURE
    while size > SMALL and face(is_bold=True).width(tile.value, size) > room:
        size -= 2
    return tag(
        "g",
        pen.bar(x, y, width, height, pen.palette.card, "card", CORNER)
        + pen.text(tile.name, x + 20, y + 30, width=room)
        + pen.text(tile.value, x + 20, y + 70, size=size, tone="text", is_bold=True, width=room)
        + (pen.text(tile.note, x + 20, y + 112, width=room) if tile.note else ""),
    )
