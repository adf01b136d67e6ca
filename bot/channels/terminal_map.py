"""Draw a proposal's arguments as a tree in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from rich.tree import Tree

from bot.knowledge.export import published
from bot.knowledge.model import Argument, Claim, Kind, Proposal
from bot.knowledge.names import display_names
from bot.knowledge.release import Topic, argument_kind

# A sign and a word tell the kinds apart where there is no colour or the reader sees none.
# The colours are of the basic 8, so that the terminal's own theme keeps them readable.
_MARKS = {
    Kind.OBJECTION: ("−", "Objection", Style(color="red", bold=True)),
    Kind.RESPONSE: ("↳", "Response", Style(color="green", bold=True)),
    Kind.COUNTER: ("↯", "Counter", Style(color="yellow", bold=True)),
}
_REASON = ("+", "Reason", Style(color="blue", bold=True))
_GUIDE = 4  # columns that rich draws for each level
_LEAST = 24  # columns below which a text is no longer worth cutting


def to_rich_tree(
    topic: Topic,
    proposal: Proposal,
    *,
    width: int = 80,
    full: bool = False,
    ascii_only: bool = False,
) -> Tree:
    """Return the tree of a proposal: reasons, objections, their responses and counters.

    Each argument shows its kind, title and who says it, and under that its text, cut to one line
    of ``width`` columns unless ``full``. ``ascii_only`` replaces the signs for terminals that lack
    them. Texts are never read as rich markup.
    """
    painter = _Painter(topic, width, full=full, ascii_only=ascii_only)
    root = painter.root(proposal)
    for claim in proposal.rationale:
        painter.reason(root, claim)
    painter.arguments(root, proposal.objections, 0)
    return root


class _Painter:
    def __init__(self, topic: Topic, width: int, *, full: bool, ascii_only: bool) -> None:
        self._topic = topic
        self._width = width
        self._full = full
        self._ascii = ascii_only

    def root(self, proposal: Proposal) -> Tree:
        label = Text(proposal.title, Style(bold=True))
        self._by(label, proposal.proposed_by)
        self._text(label, proposal.statement, 0)
        return Tree(label, guide_style=Style(dim=True))

    def reason(self, parent: Tree, claim: Claim) -> None:
        label = self._head(*_REASON)
        self._text(label, claim.text, 1)
        parent.add(label)

    def arguments(self, parent: Tree, arguments: Sequence[Argument], depth: int) -> None:
        for argument in published(arguments):
            label = self._head(*_MARKS[argument_kind(depth)])
            if argument.title:
                label.append(f": {argument.title}")
            self._by(label, argument.by)
            self._text(label, argument.text, depth + 1)
            self.arguments(parent.add(label), argument.replies, depth + 1)

    def _head(self, sign: str, word: str, style: Style) -> Text:
        if self._ascii:
            sign = {"−": "-", "↳": ">", "↯": "!"}.get(sign, sign)
        return Text().append(f"{sign} {word}", style)

    def _by(self, label: Text, names: Sequence[str]) -> None:
        if names:
            label.append(f" ({', '.join(display_names(self._topic, names))})", Style(italic=True))

    def _text(self, label: Text, text: str, level: int) -> None:
        line = Text(" ".join(text.split()))
        if not self._full:
            room = max(_LEAST, self._width - _GUIDE * level)
            line.truncate(room, overflow="ellipsis")
        label.append("\n").append_text(line)
