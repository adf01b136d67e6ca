"""The charts' colours, and how text, bars and panels are put down.

All lengths are pixels of a picture 720 wide, as of the argument map; a phone shows it about 400
wide, so nothing is set smaller than 20.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from bot.channels.map_font import Face, drawable, regular, semibold
from bot.channels.svg import tag

WIDTH: Final = 720
MARGIN: Final = 20
PAD: Final = 24
CORNER: Final = 14
INNER: Final = WIDTH - 2 * MARGIN - 2 * PAD
"""How wide what a panel holds is."""
SMALL: Final = 20
TEXT: Final = 22
HEADING: Final = 26
# From the middle of a line to its baseline: half of a capital's height.
_MIDDLE: Final = 0.364

Tone = Literal["text", "muted"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Palette:
    """The colours of a picture."""

    page: str
    card: str
    text: str
    muted: str
    line: str
    track: str
    accent: str
    mark: str
    outcomes: dict[str, str]
    other: str

    def outcome(self, name: str) -> str:
        """Return the colour of an outcome."""
        return self.outcomes.get(name, self.other)


DARK: Final = Palette(
    page="#17181c",
    card="#25272d",
    text="#f2f3f5",
    muted="#b0b4be",
    line="#454a54",
    track="#363a43",
    accent="#5fc794",
    mark="#d2a8ff",
    outcomes={
        "answered": "#5fc794",
        "clarify": "#6cb6ff",
        "gap": "#ff9e64",
        "out_of_scope": "#8b909c",
        "boundary": "#d2a8ff",
    },
    other="#6a6f7b",
)
LIGHT: Final = Palette(
    page="#e9ebef",
    card="#ffffff",
    text="#16181d",
    muted="#555b66",
    line="#d3d7de",
    track="#e6e9ee",
    accent="#1f8a54",
    mark="#7a35c4",
    outcomes={
        "answered": "#2b9a63",
        "clarify": "#2f7fd6",
        "gap": "#e0701f",
        "out_of_scope": "#a3a9b5",
        "boundary": "#8e4fd0",
    },
    other="#c3c8d1",
)


@dataclass(frozen=True)
class Panel:
    """A drawn part of a picture: SVG from (0, 0) to (``INNER``, ``height``), and it in words."""

    kind: str
    height: float
    body: str
    told: str


def face(*, is_bold: bool) -> Face:
    """Return the face of running text or of titles."""
    return semibold() if is_bold else regular()


class Pen:
    """Draw in a palette; every method returns SVG."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette

    def text(
        self,
        words: str,
        x: float,
        middle: float,
        *,
        size: int = SMALL,
        tone: Tone = "muted",
        is_bold: bool = False,
        anchor: Anchor = "start",
        width: float | None = None,
        fill: str | None = None,
    ) -> str:
        """Return a line of text around a height, cut with an ellipsis to a width."""
        shown = drawable(words)
        if width is not None:
            shown = face(is_bold=is_bold).fit(shown, size, width)
        colour = self.palette.text if tone == "text" else self.palette.muted
        return tag(
            "text",
            escape(shown),
            class_=f"chart-{tone}" if fill is None else None,
            x=f"{x:.5g}",
            y=f"{middle + _MIDDLE * size:.5g}",
            fill=fill or colour,
            font_size=size,
            font_weight=600 if is_bold else 400,
            text_anchor=None if anchor == "start" else anchor,
        )

    def heading(self, words: str) -> tuple[str, float]:
        """Return a panel's title and how high it is."""
        lines = semibold().wrap(drawable(words), HEADING, INNER)
        step = 34
        drawn = (
            self.text(line, 0, step * row + 16, size=HEADING, tone="text", is_bold=True)
            for row, line in enumerate(lines)
        )
        return "".join(drawn), step * len(lines)

    def grid(self, y: float, left: float, right: float) -> str:
        """Return a horizontal line of a plot."""
        return tag(
            "path", class_="chart-grid", d=f"M{left:.5g} {y:.5g}H{right:.5g}", fill="none",
            stroke=self.palette.line, stroke_width=1.5,
        )  # fmt: skip

    def bar(
        self, x: float, y: float, width: float, height: float, fill: str, kind: str,
        round_: float = 0,
    ) -> str:  # fmt: skip
        """Return a filled rectangle, with round corners where wanted."""
        radius = min(round_, width / 2, height / 2)
        return tag(
            "rect", class_=f"chart-{kind}", x=f"{x:.5g}", y=f"{y:.5g}", width=f"{width:.5g}",
            height=f"{height:.5g}", fill=fill, rx=f"{radius:.5g}" if radius > 0 else None,
        )  # fmt: skip

    def panel(self, panel: Panel, y: float) -> str:
        """Return a panel on its card, at a height of the picture."""
        card = self.bar(
            MARGIN, y, WIDTH - 2 * MARGIN, panel.height + 2 * PAD, self.palette.card, "card", CORNER
        )
        inside = tag(
            "g", panel.body, class_=f"chart-{panel.kind}",
            transform=f"translate({MARGIN + PAD} {y + PAD:.5g})",
        )  # fmt: skip
        return card + inside

    def legend(
        self, items: Sequence[tuple[str, str, str]], y: float, width: float = INNER
    ) -> tuple[str, float]:
        """Return a key of colours from (kind, colour, words), and how high its rows are."""
        parts: list[str] = []
        x, row = 0.0, 0
        for kind, colour, words in items:
            shown = regular().fit(drawable(words), SMALL, width - 22)
            long = 22 + regular().width(shown, SMALL)
            if x and x + long > width:
                x, row = 0.0, row + 1
            middle = y + 28 * row + 14
            parts.append(self.bar(x, middle - 7, 14, 14, colour, kind, 4))
            parts.append(self.text(shown, x + 22, middle))
            x += long + 24
        return "".join(parts), 28.0 * (row + 1) if items else 0.0
