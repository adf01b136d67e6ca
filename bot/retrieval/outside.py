"""What no topic answers: texts by which each topic learns to tell what is not its own."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from bot.knowledge import reader
from bot.knowledge.reader import Plain

_FILE = "data/out_of_scope.yaml"


def out_of_scope() -> tuple[str, ...]:
    """Return the shipped texts that lie outside any topic, in the order of their file.

    They are general: one that is about a topic's own matter can stand among them all the same, so
    whoever fits anything to them for a topic leaves out what that topic itself asks.
    """
    return tuple(_texts(reader.read(reader.decode((files("bot.retrieval") / _FILE).read_bytes()))))


def _texts(value: Plain | None) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
