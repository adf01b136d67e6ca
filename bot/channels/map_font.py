"""Measure and break text with the metrics of the font that ships with the argument map.

The widths are read from the font files themselves, so they cannot drift from what is drawn. They
are sums of advances with what kerning may add to them, so that a text is not wider than it
measures; the margins of the cards take up what odd pairs of letters may add.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from bot.knowledge.words import clean

FAMILY: Final = "Inter"
FOLDER: Final = Path(__file__).parent / "fonts"
FILES: Final = (FOLDER / "Inter-Regular.ttf", FOLDER / "Inter-SemiBold.ttf")

_LAST_LINE: Final = 0.2
# Kerning brings most letters closer, parts some capitals a little, and two narrow letters with a
# wide mark, as in "її", by a sixth of the type size.
_KERNING: Final = 1.013
_KERNED: Final = {"W": 0.015, **dict.fromkeys("їïīĩĭȉȋ", 0.17)}
_BOX: Final = "□"
_BOXES: Final = re.compile(f"{_BOX}[\u0300-\u036f]*(?: ?{_BOX}[\u0300-\u036f]*)*")
# A line may end after a hyphen or slash inside a word, which stays visible.
_PIECE: Final = re.compile(r"[^\s/–—-]+[/–—-]+(?=\w{2})|\S+?(?=\s|$)|\S")


class Face:
    """One weight of the font: how wide a text is in it, and how it breaks into lines."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        count = struct.unpack_from(">H", data, 4)[0]
        tables = {
            bytes(tag): offset
            for tag, _, offset, _ in struct.iter_unpack(">4sIII", data[12 : 12 + 16 * count])
        }
        em: int = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
        measured: int = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
        rows = data[tables[b"hmtx"] : tables[b"hmtx"] + 4 * measured]
        advances = [advance for advance, _ in struct.iter_unpack(">Hh", rows)]
        self._advances: dict[str, float] = {
            character: _KERNING * advances[min(glyph, measured - 1)] / em
            + _KERNED.get(character, 0)
            for character, glyph in _glyphs(data, tables[b"cmap"]).items()
        }

    def __contains__(self, character: str) -> bool:
        return character in self._advances

    def width(self, text: str, size: float) -> float:
        """Return the most that a text is wide, in pixels; it must be ``drawable``."""
        return sum(self._advances[character] for character in text) * size

    def wrap(self, text: str, size: float, width: float, *, is_even: bool = False) -> list[str]:
        """Break a text into lines no wider than ``width``; a word wider than that is cut.

        No line is added by it, but the last line is kept from being a single short word, or where
        ``is_even`` all lines get about the same width.
        """
        lines = self._wrap(text, size, width)
        widest = max((self.width(piece, size) for piece in _PIECE.findall(text)), default=0)
        for percent in range(97, 49, -3):
            if len(lines) < 2 or widest > width * percent / 100:
                break
            if not is_even and self.width(lines[-1], size) > width * _LAST_LINE:
                break
            narrower = self._wrap(text, size, width * percent / 100)
            if len(narrower) > len(lines):
                break
            lines = narrower
        return lines

    def _wrap(self, text: str, size: float, width: float) -> list[str]:
        lines: list[str] = []
        line = ""
        for word in text.split():
            glue = " " if line else ""
            for piece in _PIECE.findall(word):
                longer = line + glue + piece
                if self.width(longer, size) <= width:
                    line = longer
                elif self.width(piece, size) <= width:
                    lines.append(line)
                    line = piece
                else:
                    *full, line = self._cut(longer, size, width)
                    lines += full
                glue = ""
        return [*lines, line] if line else lines

    def fit(self, text: str, size: float, width: float) -> str:
        """Return the text, cut with an ellipsis where it is wider than ``width``."""
        if self.width(text, size) <= width:
            return text
        cut = text
        while cut and self.width(cut + "…", size) > width:
            cut = cut[:-1]
        whole = text[: len(cut) + 1].rpartition(" ")[0]
        return (whole if len(whole) > len(cut) / 2 else cut).rstrip(" ,;:–—-") + "…"

    def _cut(self, text: str, size: float, width: float) -> list[str]:
        parts = [""]
        for character in text:
            if parts[-1] and self.width(parts[-1] + character, size) > width:
                parts.append("")
            parts[-1] = (parts[-1] + character).lstrip()
        return [part.rstrip() for part in parts]


@cache
def regular() -> Face:
    """Return the face of running text."""
    return Face(FILES[0])


@cache
def semibold() -> Face:
    """Return the face of titles and labels."""
    return Face(FILES[1])


def drawable(text: str) -> str:
    """Return a text as the font can draw it, on one line.

    What it has no letters for (emoji, other scripts) becomes one □ a run, so that nothing vanishes
    unseen and nothing is left that runs from right to left.
    """
    face = regular()
    signs: list[str] = []
    for sign in clean(text):
        plain = unicodedata.normalize("NFKD", sign)
        if sign in face:
            signs.append(sign)
        else:
            signs.append(plain if all(part in face for part in plain) else _BOX)
    # Not cleaned again, which would put letters together that the font has only in parts.
    return " ".join(_BOXES.sub(_BOX, "".join(signs)).split())


def _glyphs(data: bytes, table: int) -> Mapping[str, int]:
    """Read the character map's format 4, which covers the Basic Multilingual Plane."""
    count = struct.unpack_from(">H", data, table + 2)[0]
    start = next(
        table + offset
        for _, _, offset in struct.iter_unpack(">HHI", data[table + 4 : table + 4 + 8 * count])
        if struct.unpack_from(">H", data, table + offset)[0] == 4
    )
    size = struct.unpack_from(">H", data, start + 6)[0]  # two bytes for each segment
    segments = range(0, size, 2)
    glyphs: dict[str, int] = {}
    for segment in segments:
        last, first, delta, jump = (
            struct.unpack_from(">H", data, start + base + segment)[0]
            for base in (14, 16 + size, 16 + 2 * size, 16 + 3 * size)
        )
        place = start + 16 + 3 * size + segment + jump
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = struct.unpack_from(">H", data, place + 2 * (code - first))[0] if jump else code
            if glyph:
                glyphs[chr(code)] = (glyph + delta) & 0xFFFF
    return glyphs
