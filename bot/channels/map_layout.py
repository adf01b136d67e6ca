"""Lay the argument map out: cards of measured lines, and which cards share a picture.

All lengths are pixels of a picture 720 wide. A phone shows it about 400 wide, so nothing is set
smaller than 22.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.advisor.wording import say
from bot.channels.map_content import Content, Node, Role, word
from bot.channels.map_font import Face, drawable, regular, semibold
from bot.knowledge.release import short

WIDTH: Final = 720
MARGIN: Final = 20
SMALL: Final = 22
"""Size of the smallest type."""
BADGE: Final = 30
"""Diameter of the circle with a role's sign."""
BAR: Final = 6
"""Width of the role's colour at a card's left edge."""

TEXT_LIMIT: Final = 180
STATEMENT_LIMIT: Final = 320
NAMES_LIMIT: Final = 120
_GRACE: Final = 1.1  # a text hardly longer than its limit is better shown whole

_PAD: Final = 22
_STEPS: Final = (32, 36, 36)
_DEEP_STEP: Final = 18
_DEEPEST: Final = 10
_GAP: Final = 16
_GROUP_GAP: Final = 30
_REASONS_A_CARD: Final = 5
_CAP_HEIGHT: Final = 0.7275
_SENTENCE_END: Final = re.compile(r"(?<=[^\W\d_A-ZА-ЯҐЄІЇЁ]{2}[.!?]) (?=[\"“«(]?[^\Wa-zа-яґєіїё])")

Tone = Literal["text", "muted", "role"]


@dataclass(frozen=True)
class Paragraph:
    """Lines of text; x and baselines are relative to the card's corner."""

    lines: tuple[str, ...]
    x: float
    baselines: tuple[float, ...]
    size: int
    is_bold: bool
    tone: Tone
    language: str | None = None

    @property
    def face(self) -> Face:
        """Return the face in which the lines were measured."""
        return semibold() if self.is_bold else regular()


@dataclass(frozen=True)
class Badge:
    """The sign of a role in its circle; the centre is relative to the card's corner."""

    role: Role
    x: float
    y: float


@dataclass
class Card:
    """A box with all that one node says (the reasons share one)."""

    role: Role
    depth: int
    label: str
    title: str = ""
    id: str = ""
    full: str = ""
    """The whole text, where the card shows it shortened."""
    paragraphs: list[Paragraph] = field(default_factory=list)
    badges: list[Badge] = field(default_factory=list)
    height: float = 0

    @property
    def x(self) -> float:
        """Return where the card starts."""
        return MARGIN + sum(step(level) for level in range(1, self.depth + 1))

    @property
    def width(self) -> float:
        """Return the room up to the right margin, where every card ends."""
        return WIDTH - MARGIN - self.x


@dataclass(frozen=True)
class Page:
    """Cards that share a picture: from ``first`` up to, not including, ``end``."""

    first: int
    end: int
    number: int = 1
    total: int = 1

    def __str__(self) -> str:
        return f"{self.number} / {self.total}" if self.total > 1 else ""


def step(depth: int) -> float:
    """Return how far a level is set in; from the tenth on a card would get too narrow."""
    if depth <= len(_STEPS):
        return _STEPS[depth - 1]
    return _DEEP_STEP if depth <= _DEEPEST else 0


def cards(content: Content) -> list[Card]:
    """Return the map's cards in reading order; the first is the proposal."""
    reasons = [node for node in content.nodes if node.role == "reason"]
    arguments = [node for node in content.nodes[1:] if node.role != "reason"]
    return [
        _proposal(content),
        *(
            _reasons(content, reasons[start : start + _REASONS_A_CARD])
            for start in range(0, len(reasons), _REASONS_A_CARD)
        ),
        *(_argument(content, node) for node in arguments),
    ]


def shortened(text: str, limit: int) -> str:
    """Return a text of about ``limit`` characters at most, cut with an ellipsis.

    It ends with a sentence where that keeps two fifths of what fits, since half a sentence may say
    something else than the whole one; else with a word; else anywhere.
    """
    if len(text) <= limit * _GRACE:
        return text
    least = 0.4 * limit
    ends = [found.start() for found in _SENTENCE_END.finditer(text, 0, limit)]
    if ends and ends[-1] >= least:
        return f"{text[: ends[-1]]} …"
    cut = short(text, limit)
    return cut if len(cut) >= least else f"{text[: limit - 1]}…"


def gap(above: Card, below: Card) -> float:
    """Return the space between two cards, wider where a new group starts."""
    return _GROUP_GAP if below.depth <= 1 and above.role != "proposal" else _GAP


def stacked(deck: Sequence[Card], first: int, end: int) -> float:
    """Return the height of consecutive cards with the space between them."""
    return sum(card.height for card in deck[first:end]) + sum(
        gap(deck[place - 1], deck[place]) for place in range(first + 1, end)
    )


def paginate(deck: Sequence[Card], room: float, first_room: float) -> list[tuple[int, int]]:
    """Split the cards into runs that fit ``room``, with the least harm to their groups.

    A card taller than that has a run of its own. A run costs 1, a break inside a group 0.4 to
    2.6 more, and one that is not full up to 1, so that runs come out even.
    """
    best: list[tuple[float, int]] = [(0, 0)]
    for end in range(1, len(deck) + 1):
        options = []
        for first in range(end - 1, -1, -1):
            share = stacked(deck, first, end) / (room if first else first_room)
            if share > 1 and first < end - 1:
                break
            cost = 1 + (1 - min(share, 1)) ** 2 + _harm(deck, first)
            options.append((best[first][0] + cost, first))
        best.append(min(options))
    runs: list[tuple[int, int]] = []
    end = len(deck)
    while end:
        first = best[end][1]
        runs.append((first, end))
        end = first
    return runs[::-1]


def parents(deck: Sequence[Card]) -> list[int]:
    """Return for each card the place of the card that it hangs on; -1 for the first."""
    trail: list[int] = []
    found = []
    for place, card in enumerate(deck):
        del trail[card.depth :]
        found.append(trail[-1] if trail else -1)
        trail.append(place)
    return found


def _harm(deck: Sequence[Card], first: int) -> float:
    if first == 0 or deck[first].depth <= 1:
        return 0.4 if first and deck[first].role == "reason" else 0
    after_parent = deck[first - 1].depth < deck[first].depth
    return min(deck[first].depth - 1, 2) * 0.8 + after_parent


class _Writer:
    """Fill a card from top to bottom."""

    def __init__(self, card: Card, content: Content) -> None:
        self.card = card
        self.left = _PAD + (BAR if card.depth else 4)
        self.y: float = _PAD
        self._language = content.language

    def text(
        self,
        text: str,
        size: int,
        leading: int,
        *,
        bold: bool = False,
        tone: Tone = "text",
        limit: int | None = None,
        language: str | None = None,
        indent: float = 0,
    ) -> None:
        shown = drawable(text if limit is None else shortened(text, limit))
        face = semibold() if bold else regular()
        x = self.left + indent
        lines = tuple(face.wrap(shown, size, self.card.width - _PAD - x, is_even=bold))
        middle = (leading + _CAP_HEIGHT * size) / 2
        baselines = tuple(round(self.y + middle) + leading * row for row in range(len(lines)))
        foreign = language if language != self._language else None
        self.card.paragraphs.append(Paragraph(lines, x, baselines, size, bold, tone, foreign))
        self.y += leading * len(lines)

    def head(self, role: Role, label: str) -> None:
        self.card.badges.append(Badge(role, self.left + BADGE / 2, self.y + BADGE / 2))
        self.text(label, SMALL, BADGE, bold=True, tone="role", indent=BADGE + 12)

    def small(self, lines: Sequence[str]) -> None:
        if lines:
            self.y += 8
        for line in lines:
            self.text(line, SMALL, 29, tone="muted")

    def done(self) -> Card:
        self.card.height = self.y + _PAD
        return self.card


def _proposal(content: Content) -> Card:
    node = content.root
    label = content.label(node)
    writer = _Writer(
        Card("proposal", 0, label, node.title, node.id, _full(node, STATEMENT_LIMIT)), content
    )
    writer.y += 6
    writer.text(label, SMALL, 30, bold=True, tone="role")
    writer.y += 4
    writer.text(node.title, 36, 45, bold=True, language=node.language)
    writer.y += 12
    writer.text(node.text, 25, 36, limit=STATEMENT_LIMIT, language=node.language)
    names = ", ".join(node.by)
    by = [word("by", content.language, names=shortened(names, 2 * NAMES_LIMIT))] if names else []
    writer.small([*by, *node.notes])
    _legend(writer, content)
    return writer.done()


def _legend(writer: _Writer, content: Content) -> None:
    entries = list(content.counts.items())
    column = (writer.card.width - _PAD - writer.left) / 2
    writer.y += 8 if entries else 0
    for start in range(0, len(entries), 2):
        top = writer.y + 12
        for place, (role, count) in enumerate(entries[start : start + 2]):
            writer.y = top
            text = f"{word(f'{role}.all', content.language)} {count}"
            x = place * column
            writer.card.badges.append(Badge(role, writer.left + x + BADGE / 2, top + BADGE / 2))
            writer.text(text, SMALL, BADGE, indent=x + BADGE + 10)


def _reasons(content: Content, nodes: Sequence[Node]) -> Card:
    label = say("heading.why", content.language)
    writer = _Writer(Card("reason", 1, label), content)
    writer.head("reason", label)
    for node in nodes:
        writer.y += 12
        top = writer.y
        writer.text("+", 24, 34, bold=True, tone="role", indent=BADGE / 2 - 8)
        writer.y = top
        writer.text(node.text, 24, 34, limit=TEXT_LIMIT, language=node.language, indent=BADGE + 12)
        for note in node.notes:
            writer.text(note, SMALL, 30, tone="muted", indent=BADGE + 12)
    writer.card.full = "\n".join(filter(None, (_full(node, TEXT_LIMIT) for node in nodes)))
    return writer.done()


def _argument(content: Content, node: Node) -> Card:
    label = content.label(node)
    full = _full(node, TEXT_LIMIT)
    writer = _Writer(Card(node.role, node.depth, label, node.title, node.id, full), content)
    writer.head(node.role, label)
    writer.y += 10
    if node.title:
        writer.text(node.title, 27, 36, bold=True, language=node.language)
        writer.y += 6
    writer.text(node.text, 24, 34, limit=TEXT_LIMIT, language=node.language)
    names = ", ".join(node.by)
    writer.small([*([f"— {shortened(names, NAMES_LIMIT)}"] if names else []), *node.notes])
    return writer.done()


def _full(node: Node, limit: int) -> str:
    return "" if shortened(node.text, limit) == node.text else node.text
