"""Write single values as YAML with as few quotes as their meaning allows."""

from __future__ import annotations

import re

# What YAML would take for structure at the start of a plain value.
_INDICATORS = re.compile(r"[,\[\]{}#&*!|>'\"%@`?:]|-(?:\s|$)|---|\.\.\.")
_INSIDE = re.compile(r": |:$| #")
# libyaml allows a question mark in a flow collection, PyYAML's own parser does not.
_FLOW_ONLY = re.compile(r"[,\[\]{}?]|^-$")
# Line ends would be folded away in a plain value, and nobody sees a tab.
_ESCAPES = {
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}
_NEEDS_ESCAPE = re.compile("[" + "".join(_ESCAPES) + "]")
# `<<` and `=` are plain text to the reader, but other tools see a merge or a default value.
_SPECIAL = frozenset({"<<", "="})
# A line may end at a single space. A line of its own must not begin like a list item.
_WORD_END = re.compile(r"(?<=[^ ]) (?=[^ ])(?![-?:](?: |$))")


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Tell whether a value can stand without quotes (in a flow collection, if ``flow``)."""
    return not (
        not text
        or text != text.strip()  # of any space, also of those that YAML would keep: nobody sees it
        or text in _SPECIAL
        or _INDICATORS.match(text)
        or _INSIDE.search(text)
        or _NEEDS_ESCAPE.search(text)
        or (flow and _FLOW_ONLY.search(text))
    )


def quoted(text: str) -> str:
    """Write a value in double quotes, or in single ones where that saves escapes."""
    if not _NEEDS_ESCAPE.search(text) and ('"' in text or "\\" in text) and "'" not in text:
        return f"'{text}'"
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _NEEDS_ESCAPE.sub(lambda found: _ESCAPES[found.group()], text) + '"'


def scalar(text: str, *, flow: bool = False) -> str:
    """Write a value on one line."""
    return text if is_plain(text, flow=flow) else quoted(text)


def fold(text: str, first: int, indent: int, width: int) -> list[str]:
    """Break a written value into lines: the first starts at column ``first``, others at ``indent``.

    Words longer than a line stay whole; continuation lines carry their indentation.
    """
    if first + len(text) <= width:
        return [text]
    lines: list[str] = []
    line, room = "", width - first
    for word in _WORD_END.split(text):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, width - indent
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return [lines[0], *(" " * indent + line for line in lines[1:])]
