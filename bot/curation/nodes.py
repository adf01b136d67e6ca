"""Find what the files of a topic say of one entry, to tell whether two versions differ in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.knowledge import reader
from bot.knowledge.reader import Plain

_CHILDREN = ("objections", "replies")


def entry_view(contents: Mapping[str, bytes], entry: str) -> list[object]:
    """Return everything that files say of an entry itself, in a form to be compared.

    That is its own fields with the entry it belongs to (not the replies below it), its phrasings
    and its translations. Comments, layout and the file that it is in make no difference. A file
    that cannot be read counts by its bytes, if the id is in them.
    """
    found: list[object] = []
    for name in sorted(contents):
        raw = contents[name]
        if entry.encode() not in raw:
            continue
        try:
            data = reader.read(reader.decode(raw))
        except reader.ReadError:
            found.append((name, raw))
            continue
        kind = name.split("/", 1)[0]
        if kind in {"questions", "translations"}:
            if isinstance(data, dict) and entry in data:
                found.append((name.rsplit("/", 1)[0], data[entry]))
        elif kind not in {"topic.yaml", "expectations.yaml"}:
            found += _nodes(data, entry)
    return sorted(found, key=repr)


def _nodes(data: Plain | None, entry: str) -> Iterator[object]:
    stack: list[tuple[Plain | None, str]] = [(data, "")]
    while stack:
        node, parent = stack.pop()
        if isinstance(node, list):
            stack += [(item, parent) for item in node]
        elif isinstance(node, dict):
            own = str(node.get("id", ""))
            if own == entry:
                yield (parent, {key: node[key] for key in node if key not in _CHILDREN})
            stack += [(node[key], own) for key in _CHILDREN if key in node]
