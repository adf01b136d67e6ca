"""Say what an argument map shows: a proposal's arguments in reading order, numbered, in words.

The picture draws these nodes shortened; ``text_alternative`` writes them in full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.advisor.wording import say
from bot.knowledge.export import published
from bot.knowledge.model import Argument, Basis, Kind, Proposal
from bot.knowledge.names import name_in
from bot.knowledge.release import Topic, argument_kind
from bot.knowledge.words import clean

Role = Literal["proposal", "reason", "objection", "response", "counter"]

# A sign and a word tell the roles apart where a reader sees no colour; the terminal has the same.
SIGNS: Final[dict[Role, str]] = {
    "proposal": "",
    "reason": "+",
    "objection": "−",
    "response": "↳",
    "counter": "↯",
}
_ROLES: Final[dict[Kind, Role]] = {
    Kind.OBJECTION: "objection",
    Kind.RESPONSE: "response",
    Kind.COUNTER: "counter",
}

_EN: Final = {
    "map": "Argument map: {title}",
    "proposal": "Proposal",
    "reason": "Reason",
    "objection": "Objection",
    "response": "Response",
    "counter": "Counter",
    "reason.all": "Reasons",
    "objection.all": "Objections",
    "response.all": "Responses",
    "counter.all": "Counters",
    "by": "Proposed by {names}",
    "continued": "continued",
    "shortened": "Texts that end in … are shortened.",
    "left_out": "Left out for room: {count}. The map as text has all.",
}
_RU: Final = {
    "map": "Карта доводов: {title}",
    "proposal": "Предложение",
    "reason": "Довод за",
    "objection": "Возражение",
    "response": "Ответ",
    "counter": "Контрдовод",
    "reason.all": "Доводы за",
    "objection.all": "Возражения",
    "response.all": "Ответы",
    "counter.all": "Контрдоводы",
    "by": "Кто предлагает: {names}",
    "continued": "продолжение",
    "shortened": "Тексты с … на конце сокращены.",
    "left_out": "Не поместилось: {count}. В текстовой карте есть всё.",
}
_UK: Final = {
    "map": "Карта доводів: {title}",
    "proposal": "Пропозиція",
    "reason": "Довід за",
    "objection": "Заперечення",
    "response": "Відповідь",
    "counter": "Контрдовід",
    "reason.all": "Доводи за",
    "objection.all": "Заперечення",
    "response.all": "Відповіді",
    "counter.all": "Контрдоводи",
    "by": "Хто пропонує: {names}",
    "continued": "продовження",
    "shortened": "Тексти з … наприкінці скорочено.",
    "left_out": "Не вмістилося: {count}. У текстовій карті є все.",
}
_WORDS: Final = {"en": _EN, "ru": _RU, "uk": _UK}


def word(key: str, language: str, **values: str) -> str:
    """Return one of the map's own words; English where a language is not spoken."""
    return _WORDS.get(language, _EN)[key].format(**values)


@dataclass(frozen=True)
class Node:
    """One thing that the map says.

    ``depth`` is 0 for the proposal and 1 for what hangs on it. ``number`` is the place in the tree
    ("3.1"), empty for proposal and reasons. ``notes`` say what else there is to know, in the map's
    language. ``language`` is that of title and text.
    """

    role: Role
    depth: int
    text: str
    language: str
    id: str = ""
    number: str = ""
    title: str = ""
    by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """All nodes of a map, depth first; the first is the proposal."""

    language: str
    nodes: tuple[Node, ...]

    @property
    def root(self) -> Node:
        """Return the proposal's node."""
        return self.nodes[0]

    @property
    def counts(self) -> dict[Role, int]:
        """Return how many nodes there are of each role that hangs on the proposal."""
        found = Counter(node.role for node in self.nodes[1:])
        return {role: found[role] for role in SIGNS if found[role]}

    def label(self, node: Node) -> str:
        """Return what a node is, in words: "Response 3.1"."""
        return f"{word(node.role, self.language)} {node.number}".rstrip()


def content(topic: Topic, proposal: Proposal, language: str) -> Content:
    """Return what the map of a proposal shows, translated where the topic has a translation."""
    reader = _Reader(topic, proposal, language)
    nodes = [*reader.reasons(), *reader.arguments(proposal.objections, 1, "")]
    return Content(language, (reader.root(nodes), *nodes))


def summary(topic: Topic, proposal: Proposal, language: str = "en") -> str:
    """Return one line on what the picture shows, short enough for an image's description."""
    return summary_of(content(topic, proposal, language))


def summary_of(shown: Content) -> str:
    """Return the same line for a map that is already read."""
    language = shown.language
    counts = [f"{word(f'{role}.all', language)}: {count}" for role, count in shown.counts.items()]
    title = word("map", language, title=shown.root.title)
    return ". ".join([title, *([", ".join(counts)] if counts else [])]) + "."


def text_alternative(topic: Topic, proposal: Proposal, language: str = "en") -> str:
    """Return all that the map says as plain, indented text; nothing is shortened."""
    shown = content(topic, proposal, language)
    return "\n\n".join("\n".join(_lines(shown, node)) for node in shown.nodes) + "\n"


def _lines(shown: Content, node: Node) -> Iterator[str]:
    names = ", ".join(node.by)
    label = f"{SIGNS[node.role]} {shown.label(node)}".lstrip()
    indent = "    " * (node.depth - 1)
    inner = f"{indent}  " if node.depth else ""
    if node.role == "reason":
        yield f"{indent}{label}: {node.text}"
    else:
        title = f": {node.title}" if node.title else ""
        by = f" ({names})" if names and node.depth else ""
        yield f"{indent}{label}{title}{by}"
        if names and not node.depth:
            yield word("by", shown.language, names=names)
        yield f"{inner}{node.text}"
    for note in node.notes:
        yield f"{inner}[{note}]"


class _Reader:
    def __init__(self, topic: Topic, proposal: Proposal, language: str) -> None:
        self._topic = topic
        self._proposal = proposal
        self._language = language

    def root(self, others: Sequence[Node]) -> Node:
        proposal = self._proposal
        text, language = self._text(proposal.id, "statement", proposal.statement)
        notes = self._notes(proposal.basis)
        if not any(published(proposal.objections)):
            notes += (say("objections.none", self._language),)
        if self._language not in {language, *(node.language for node in others)}:
            notes += (say("untranslated", self._language),)
        return Node(
            "proposal",
            0,
            text,
            language,
            proposal.id,
            title=self._text(proposal.id, "title", proposal.title)[0],
            by=self._names(proposal.proposed_by),
            notes=notes,
        )

    def reasons(self) -> Iterator[Node]:
        for number, claim in enumerate(self._proposal.rationale):
            text, language = self._text(self._proposal.id, f"rationale.{number}", claim.text)
            yield Node("reason", 1, text, language, notes=self._notes(claim.basis))

    def arguments(self, arguments: Sequence[Argument], depth: int, above: str) -> Iterator[Node]:
        for place, argument in enumerate(published(arguments), start=1):
            number = f"{above}{place}"
            yield self._argument(argument, depth, number)
            yield from self.arguments(argument.replies, depth + 1, f"{number}.")

    def _argument(self, argument: Argument, depth: int, number: str) -> Node:
        text, language = self._text(argument.id, "text", argument.text)
        title = ""
        if argument.title:
            title = self._text(argument.id, "title", argument.title)[0]
        notes = self._notes(argument.basis)
        if depth == 1 and not any(published(argument.replies)):
            notes += (say("replies.none", self._language),)
        return Node(
            _ROLES[argument_kind(depth - 1)],
            depth,
            text,
            language,
            argument.id,
            number,
            title,
            self._names(argument.by),
            notes,
        )

    def _text(self, entry_id: str, name: str, original: str) -> tuple[str, str]:
        # As in answers: a translation where there is one that is not stale, else the original.
        found = self._topic.translated(entry_id, name, original, self._language)
        if found is None:
            return clean(original), self._topic.language
        return clean(found), self._language

    def _names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(clean(name_in(self._topic, name, self._language)) for name in names)

    def _notes(self, basis: Basis | None) -> tuple[str, ...]:
        return () if basis in {None, "sourced"} else (say(f"basis.{basis}", self._language),)
