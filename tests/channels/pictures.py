"""Read a picture of an argument map: its cards, its texts, its pixels; and make small maps."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.channels.map_font import regular, semibold
from bot.channels.map_svg import to_png
from bot.knowledge.model import Argument, Objection, Proposal, TopicInfo
from bot.knowledge.release import Topic

SVG = "{http://www.w3.org/2000/svg}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGES = ("en", "ru", "uk")
KINDS = {"map-objection", "map-response", "map-counter", "map-reason", "map-proposal"}


@dataclass(frozen=True)
class Box:
    """A card as it stands in a picture, in its pixels."""

    left: float
    top: float
    right: float
    bottom: float


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def groups(svg: str) -> list[ET.Element]:
    """Return the cards of a picture, from top to bottom."""
    return [group for group in parse(svg).findall(f"{SVG}g") if group.get("class") in KINDS]


def box_of(group: ET.Element) -> Box:
    """Read a card's place from its transform and the outline of its panel."""
    x, y = map(float, re.findall(r"-?[\d.]+", group.get("transform", "")))
    [panel] = [path for path in group.iter(f"{SVG}path") if path.get("class") == "map-card"]
    found = re.match(r"M\S+ 0H([\d.]+)a(\d+) .*?V([\d.]+)a", panel.get("d", ""))
    assert found is not None
    across, corner, down = map(float, found.groups())
    return Box(x, y, x + across + corner, y + down + corner)


def texts_of(element: ET.Element) -> Iterator[tuple[ET.Element, ET.Element]]:
    """Yield each line of text with the element that sets its type."""
    for text in element.iter(f"{SVG}text"):
        for line in [*text.iter(f"{SVG}tspan")] or [text]:
            yield text, line


def words_of(element: ET.Element) -> str:
    return " ".join("".join(text.itertext()) for text in element.iter(f"{SVG}text"))


def width_of(text: ET.Element, line: ET.Element) -> float:
    face = semibold() if text.get("font-weight") == "600" else regular()
    return face.width(line.text or "", float(text.get("font-size", "nan")))


def ids_in(svg: str) -> list[str]:
    found = [group.get("id", "") for group in groups(svg)]
    return [name.removeprefix("map-") for name in found if name]


def height_of(svg: str) -> int:
    return int(parse(svg).get("height", "nan"))


def pixels(png: bytes) -> list[list[tuple[int, ...]]]:
    """Decode an RGBA PNG of 8 bits into rows of pixels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, data, width, height = 8, b"", 0, 0
    while place < len(png):
        size, kind = struct.unpack_from(">I4s", png, place)
        chunk = png[place + 8 : place + 8 + size]
        assert zlib.crc32(kind + chunk) == struct.unpack_from(">I", png, place + 8 + size)[0]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack_from(">IIBB", chunk)
            assert (depth, colours) == (8, 6)
        elif kind == b"IDAT":
            data += chunk
        place += 12 + size
    raw = zlib.decompress(data)
    above = [0] * (4 * width)
    rows: list[list[tuple[int, ...]]] = []
    for number in range(height):
        start = number * (4 * width + 1)
        sort, row = raw[start], list(raw[start + 1 : start + 1 + 4 * width])
        if sort == 2 and rows and not any(row):
            rows.append(rows[-1])  # as the one above: most are
            continue
        for at, value in enumerate(row):
            left, up = (row[at - 4] if at >= 4 else 0), above[at]
            corner = above[at - 4] if at >= 4 else 0
            near = min((left, up, corner), key=lambda near: abs(left + up - corner - near))
            row[at] = (value + (0, left, up, (left + up) // 2, near)[sort]) % 256
        rows.append([tuple(row[at : at + 4]) for at in range(0, len(row), 4)])
        above = row
    return rows


def strip(svg: str, x: float, y: float, width: float, height: float) -> list[list[tuple[int, ...]]]:
    """Render a part of a picture, pixel by pixel."""
    cut = re.sub(
        r'width="\d+" height="\d+" viewBox="[^"]*"',
        f'width="{width:g}" height="{height:g}" viewBox="{x:g} {y:g} {width:g} {height:g}"',
        svg,
        count=1,
    )
    return pixels(to_png(cut))


def argument(entry_id: str, text: str, **values: object) -> Argument:
    model = Objection if "title" in values else Argument
    return model.model_validate({"id": entry_id, "text": text, "basis": "common", **values})


def topic_of(proposal: Proposal, **values: object) -> Topic:
    info = TopicInfo(title="T", languages=LANGUAGES)
    return replace(Topic("t", info, {}, (proposal,)), **values)  # type: ignore[arg-type]


def proposal_of(*objections: Argument, **values: object) -> Proposal:
    given = {"id": "p", "title": "Plan", "statement": "Do it.", "objections": objections}
    return Proposal.model_validate({**given, **values})


def check_margins(svg: str) -> None:
    """Look at the rendered margins: the cards' inner one, and the page's."""
    boxes = [box_of(group) for group in groups(svg)]
    top, bottom, right = boxes[0].top, boxes[-1].bottom, boxes[0].right
    # All cards end at the same x; their corners are 14 wide and their text ends 22 before it.
    inner = strip(svg, right - 20, top, 2, bottom - top)
    assert len({pixel for row in inner for pixel in row}) == 2  # page and card
    outer = strip(svg, right + 2, 0, 2, height_of(svg))
    assert len({pixel for row in outer for pixel in row}) == 1


def check_harmless(svg: str) -> None:
    """Assert that a picture has only the elements and attributes of a drawing."""
    for element in parse(svg).iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "rect", "path", "circle", "g", "text", "tspan",
        }  # fmt: skip
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert name not in {"style", "href", "src", "{http://www.w3.org/1999/xlink}href"}
            assert "url(" not in value
            assert "//" not in value
