"""Draw a proposal's arguments as a picture: one layout in SVG, for chat as PNG and for the web.

The SVG stands alone: presentation attributes, no styles, scripts or references, so that a strict
content security policy lets it be shown inline. Classes and ids are there for a page's own rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from bot.channels.map_content import (
    Content,
    Role,
    content,
    summary,
    summary_of,
    text_alternative,
    word,
)
from bot.channels.map_font import FAMILY, drawable, regular, semibold
from bot.channels.map_layout import (
    BADGE,
    BAR,
    MARGIN,
    SMALL,
    WIDTH,
    Badge,
    Card,
    Page,
    Paragraph,
    cards,
    gap,
    paginate,
    parents,
    step,
)
from bot.channels.map_png import to_png
from bot.channels.svg import tag
from bot.knowledge.model import Proposal
from bot.knowledge.release import Topic

__all__ = [
    "MAX_HEIGHT",
    "height_of",
    "layout_svg",
    "pages",
    "pages_of",
    "summary",
    "text_alternative",
    "to_png",
]

MAX_HEIGHT: Final = 4096
PAGE_HEIGHT: Final = 1600
"""A phone's screen is about as many times higher than wide; such a page needs no zooming."""

_ROW: Final = 30
_HEADER: Final = 8 + _ROW + 20
_CONTEXT: Final = _ROW + 18
_FOOTER: Final = 22 + _ROW
_BEND: Final = 12
_CORNER: Final = 14
_TAIL: Final = 14  # how far a line runs on where what it leads to is on another page


@dataclass(frozen=True)
class _Palette:
    page: str
    card: str
    text: str
    muted: str
    line: str
    roles: dict[Role, str]


_DARK: Final = _Palette(
    page="#17181c",
    card="#25272d",
    text="#f2f3f5",
    muted="#b0b4be",
    line="#565b66",
    roles={
        "proposal": "#b0b4be",
        "reason": "#5fc794",
        "objection": "#ff9e64",
        "response": "#6cb6ff",
        "counter": "#d2a8ff",
    },
)
_LIGHT: Final = _Palette(
    page="#e9ebef",
    card="#ffffff",
    text="#16181d",
    muted="#555b66",
    line="#a3a9b5",
    roles={
        "proposal": "#555b66",
        "reason": "#1a7346",
        "objection": "#b5460b",
        "response": "#1660b8",
        "counter": "#7a35c4",
    },
)

# Signs are drawn, not written, so that they sit in the middle of their circle and need no font.
_SIGNS: Final[dict[Role, str]] = {
    "proposal": "",
    "reason": "M-7 0H7M0 -7V7",
    "objection": "M-7 0H7",
    "response": "M-6 -7V-1Q-6 3 -2 3H6M2 -1.5L6.5 3L2 7.5",
    "counter": "M3 -8L-4 1H4L-3 8",
}


def layout_svg(topic: Topic, proposal: Proposal, *, language: str = "en", dark: bool = True) -> str:
    """Return the whole map of a proposal as one SVG, however tall."""
    drawing = _Drawing(content(topic, proposal, language), _DARK if dark else _LIGHT)
    return drawing.page(Page(0, len(drawing.deck)))


def pages(
    topic: Topic,
    proposal: Proposal,
    *,
    language: str = "en",
    dark: bool = True,
    height: int = PAGE_HEIGHT,
    limit: int = 10,
) -> list[str]:
    """Return the map of a proposal as SVGs of at most about ``height`` pixels, never over 4096.

    No card is cut in two. Where there would be more pages than ``limit``, they get taller; where
    they are as tall as can be, the last one says how many arguments only the text has.
    """
    shown = content(topic, proposal, language)
    return pages_of(shown, dark=dark, height=height, limit=limit)


def pages_of(
    shown: Content, *, dark: bool = True, height: int = PAGE_HEIGHT, limit: int = 10
) -> list[str]:
    """Return the same pages for a map that is already read."""
    drawing = _Drawing(shown, _DARK if dark else _LIGHT)
    height = min(height, MAX_HEIGHT)
    runs = drawing.runs(height)
    while len(runs) > limit and height < MAX_HEIGHT:
        height = min(MAX_HEIGHT, height + 200)
        runs = drawing.runs(height)
    if len(runs) > limit:
        runs = drawing.runs(height - _ROW)[:limit]
    return [
        drawing.page(Page(first, end, number, len(runs)))
        for number, (first, end) in enumerate(runs, start=1)
    ]


def height_of(svg: str) -> int:
    """Return the height of one of these pictures in its own pixels."""
    return int(svg.partition(' height="')[2].partition('"')[0])


class _Drawing:
    def __init__(self, shown: Content, palette: _Palette) -> None:
        self._content = shown
        self._summary = summary_of(shown)
        self._palette = palette
        self.deck = cards(self._content)
        self._parents = parents(self.deck)

    def runs(self, height: float) -> list[tuple[int, int]]:
        """Return which cards share a page of that height."""
        room = height - MARGIN - _FOOTER - MARGIN
        return paginate(self.deck, room - _HEADER - _CONTEXT, room)

    def page(self, page: Page) -> str:
        """Return one page as an SVG."""
        top, head = self._head(page)
        tops = [top]
        for place in range(page.first + 1, page.end):
            above, below = self.deck[place - 1 : place + 1]
            tops.append(tops[-1] + above.height + gap(above, below))
        bottom = tops[-1] + self.deck[page.end - 1].height
        foot, room = self._foot(page, bottom)
        height = math.ceil(bottom + room + MARGIN)
        title_id = f"map-{self._content.root.id}--title-{page.number}"
        title = f"{self._summary} {page}".rstrip()
        body = [
            tag("title", escape(title), id=title_id),
            tag("rect", class_="map-page", width=WIDTH, height=height, fill=self._palette.page),
            *self._lines(page, tops),
            head,
            *(self._card(self.deck[page.first + row], y) for row, y in enumerate(tops)),
            foot,
        ]
        return tag(
            "svg",
            "\n".join(part for part in body if part),
            xmlns="http://www.w3.org/2000/svg",
            class_="argument-map",
            width=WIDTH,
            height=height,
            viewBox=f"0 0 {WIDTH} {height}",
            font_family=f"{FAMILY}, sans-serif",
            xml_lang=self._content.language,
            role="img",
            aria_labelledby=title_id,
        )

    def _head(self, page: Page) -> tuple[float, str]:
        # A page in the middle says which proposal it is about and which objection it goes on with.
        y: float = MARGIN
        if page.first == 0:
            return y, ""
        y += 8
        title = semibold().fit(drawable(self._content.root.title), SMALL, WIDTH - 2 * MARGIN)
        parts = [self._small(title, MARGIN, y, "text", is_bold=True)]
        y += _ROW + 20
        place = page.first
        if self.deck[place].depth > 1:
            while self.deck[place].depth > 1:
                place = self._parents[place]
            card = self.deck[place]
            x = card.x + BADGE + 10
            going_on = word("continued", self._content.language)
            said = drawable(": ".join(filter(None, [f"{card.label} ({going_on})", card.title])))
            parts.append(self._badge(Badge(card.role, card.x + BADGE / 2, y + BADGE / 2)))
            parts.append(self._small(regular().fit(said, SMALL, WIDTH - MARGIN - x), x, y, "muted"))
            y += _CONTEXT
        return y, "".join(parts)

    def _foot(self, page: Page, bottom: float) -> tuple[str, float]:
        """Return what stands below the cards, and how high that is."""
        notes = []
        if any(card.full for card in self.deck[page.first : page.end]):
            notes.append(word("shortened", self._content.language))
        if page.number == page.total and page.end < len(self.deck):
            left_out = str(len(self.deck) - page.end)
            notes.append(word("left_out", self._content.language, count=left_out))
        number = str(page)
        rows = max(len(notes), bool(number))
        y = bottom + _FOOTER - _ROW
        parts = [
            self._small(drawable(note), MARGIN + step(1), y + row * _ROW, "muted")
            for row, note in enumerate(notes)
        ]
        if number:
            x = WIDTH - MARGIN - regular().width(number, SMALL)
            parts.append(self._small(number, x, y, "muted"))
        return "".join(parts), _FOOTER + (rows - 1) * _ROW if rows else 0

    def _lines(self, page: Page, tops: Sequence[float]) -> Iterator[str]:
        """Yield the lines from each card to those that hang on it, as far as a page shows them."""
        below: dict[int, list[int]] = {}
        for place, parent in enumerate(self._parents):
            below.setdefault(parent, []).append(place)
        for parent, places in below.items():
            if parent < 0 or parent >= page.end or places[-1] < page.first:
                continue
            card = self.deck[places[0]]
            if not step(card.depth):
                continue  # too deep to be set in; the numbers tell
            x = card.x - step(card.depth) / 2
            start = tops[0] - _TAIL
            if parent >= page.first:
                start = tops[parent - page.first] + self.deck[parent].height
            end = tops[-1] + self.deck[page.end - 1].height + _TAIL
            for place in places:
                if not page.first <= place < page.end:
                    continue
                y = tops[place - page.first] + self.deck[place].badges[0].y
                yield self._line(f"M{x:g} {y - _BEND:g}Q{x:g} {y:g} {x + _BEND:g} {y:g}H{card.x:g}")
                if place == places[-1]:
                    end = y - _BEND
            yield self._line(f"M{x:g} {start:g}V{end:g}")

    def _line(self, path: str) -> str:
        return tag(
            "path", class_="map-line", d=path, fill="none", stroke=self._palette.line,
            stroke_width=3,
        )  # fmt: skip

    def _card(self, card: Card, y: float) -> str:
        width, height = card.width, card.height
        parts = []
        if card.full:
            parts.append(tag("title", escape(f"{card.label}: {card.full}")))
        if card.depth:
            bar = _panel(0, 2 * _CORNER, height)
            colour = self._palette.roles[card.role]
            parts.append(tag("path", class_="map-bar", d=bar, fill=colour))
        panel = _panel(BAR if card.depth else 0, width, height)
        parts.append(tag("path", class_="map-card", d=panel, fill=self._palette.card))
        parts += [self._badge(badge) for badge in card.badges]
        parts += [self._paragraph(paragraph, card.role) for paragraph in card.paragraphs]
        return tag(
            "g",
            "".join(parts),
            id=f"map-{card.id}" if card.id else None,
            class_=f"map-{card.role}",
            transform=f"translate({card.x:g} {y:g})",
        )

    def _badge(self, badge: Badge) -> str:
        colour = self._palette.roles[badge.role]
        circle = tag("circle", class_="map-badge", r=BADGE / 2, fill=colour)
        sign = tag(
            "path", class_="map-sign", d=_SIGNS[badge.role], fill="none",
            stroke=self._palette.card, stroke_width=3, stroke_linecap="round",
            stroke_linejoin="round",
        )  # fmt: skip
        return tag("g", circle + sign, transform=f"translate({badge.x:g} {badge.y:g})")

    def _paragraph(self, paragraph: Paragraph, role: Role) -> str:
        palette = self._palette
        tones = {"text": palette.text, "muted": palette.muted, "role": palette.roles[role]}
        # The space between two lines joins their words where somebody copies or reads them out.
        lines = " ".join(
            tag("tspan", escape(line), x=f"{paragraph.x:g}", y=f"{baseline:g}")
            for line, baseline in zip(paragraph.lines, paragraph.baselines, strict=True)
        )
        return tag(
            "text",
            lines,
            class_=f"map-{paragraph.tone}",
            fill=tones[paragraph.tone],
            font_size=paragraph.size,
            font_weight=600 if paragraph.is_bold else 400,
            xml_lang=paragraph.language,
        )

    def _small(self, text: str, x: float, y: float, tone: str, *, is_bold: bool = False) -> str:
        """Return a line outside the cards; ``y`` is the top of its row."""
        return tag(
            "text",
            escape(text),
            class_=f"map-{tone}",
            x=f"{x:g}",
            y=f"{y + _ROW / 2 + 0.364 * SMALL:g}",
            fill=self._palette.muted if tone == "muted" else self._palette.text,
            font_size=SMALL,
            font_weight=600 if is_bold else 400,
        )


def _panel(left: float, right: float, height: float) -> str:
    """Return the outline of a panel with round corners, less so where it starts late."""
    corner = _CORNER - left / 2
    return (
        f"M{left + corner:g} 0H{right - _CORNER:g}a{_CORNER} {_CORNER} 0 0 1 {_CORNER} {_CORNER}"
        f"V{height - _CORNER:g}a{_CORNER} {_CORNER} 0 0 1 -{_CORNER} {_CORNER}H{left + corner:g}"
        f"a{corner:g} {corner:g} 0 0 1 -{corner:g} -{corner:g}V{corner:g}"
        f"a{corner:g} {corner:g} 0 0 1 {corner:g} -{corner:g}Z"
    )
