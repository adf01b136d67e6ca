"""Read a YAML file into a tree that remembers people's comments.

ruamel.yaml hangs a comment on the value before it, so a key that moves leaves its comment behind.
Here a comment belongs to what follows it, as people mean it: the key or list item below, or the
one on its line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.knowledge.reader import Plain

SCHEMA_MARK = "# yaml-language-server: $schema="

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass
class Slot:
    """A value in its place: under a key, or as a list item where ``key`` is None.

    ``before`` holds the comment lines above it ("" is a blank line), ``after`` those on its line.
    """

    value: Node
    key: str | None = None
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def commented(self) -> bool:
        """Tell whether a comment stands at this value itself."""
        return bool(self.after) or any(self.before)


@dataclass
class Branch:
    """A mapping or a list; ``tail`` holds the comments after its last value."""

    is_mapping: bool
    slots: list[Slot] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    def find(self, key: str) -> Slot | None:
        """Return the slot under a key, or None."""
        return next((slot for slot in self.slots if slot.key == key), None)


Node = str | Branch


@dataclass
class Outline:
    """A document: its value and the comments at its head and foot."""

    root: Node | None
    head: list[str]
    foot: list[str]


def plain(node: Node) -> Plain:
    """Return the values of a tree, without the comments."""
    if isinstance(node, str):
        return node
    if node.is_mapping:
        return {slot.key or "": plain(slot.value) for slot in node.slots}
    return [plain(slot.value) for slot in node.slots]


def read_outline(text: str) -> Outline:
    """Read text that the reader has accepted (``reader.read``) into a tree with its comments."""
    return _OutlineReader(text).run()


@dataclass
class _Comment:
    """A comment on a line of its own, or a blank line (``text`` empty)."""

    text: str
    column: int


@dataclass
class _Open:
    branch: Branch
    column: int
    is_flow: bool
    owner: Slot | None
    key: Slot | None = None
    """The key whose value is still to come."""


class _OutlineReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._token_end = 0
        self._pending: list[_Comment] = []
        self._last: Slot | None = None
        self._open: list[_Open] = []
        self._result = Outline(None, [], [])
        self._slots = 0

    def run(self) -> Outline:
        events: Any = yaml.parse(self._text, Loader=yaml.CSafeLoader)
        for event in events:
            if isinstance(event, yaml.StreamStartEvent):
                continue
            self._gap(event.start_mark.index)
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                self._skip(event)
        self._gap(len(self._text))
        self._result.foot = [comment.text for comment in self._pending]
        return self._result

    def _skip(self, event: Any) -> None:
        self._position = max(self._position, event.end_mark.index)

    def _gap(self, end: int) -> None:
        # Between two values stand only punctuation, spaces and comments, so each # starts one.
        start = self._position
        if end <= start:
            return
        self._position = end
        gap = self._text[start:end]
        breaks = list(_BREAK.finditer(gap))
        begin = 0
        for number in range(len(breaks) + 1):
            finish = breaks[number].start() if number < len(breaks) else len(gap)
            line = gap[begin:finish]
            if "#" in line:
                offset = begin + line.index("#")
                self._comment(start + offset, line[line.index("#") :].rstrip())
            elif 0 < number < len(breaks) and not line.strip():
                self._pending.append(_Comment("", 0))
            begin = breaks[number].end() if number < len(breaks) else begin

    def _comment(self, offset: int, text: str) -> None:
        if self._last is not None and not _BREAK.search(self._text, self._token_end, offset):
            self._last.after.append(text)
        elif not text.startswith(SCHEMA_MARK):
            line_start = self._text.rfind("\n", 0, offset) + 1
            self._pending.append(_Comment(text, offset - line_start))

    def _take(self) -> list[str]:
        taken = [comment.text for comment in self._pending]
        self._pending.clear()
        return taken

    def _slot(self, value: Node, key: str | None = None) -> Slot:
        before = self._take()
        self._slots += 1
        if self._slots == 1 and "" in before:
            # What a blank line sets apart from the first entry is about the file.
            split = len(before) - before[::-1].index("")
            self._result.head, before = before[:split], before[split:]
        slot = Slot(value, key, before)
        self._last = slot
        return slot

    def _scalar(self, event: Any) -> None:
        value = event.value
        if "\\" in self._text:
            value = unicodedata.normalize("NFC", value)  # as the reader does
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.branch.is_mapping and frame.key is None:
            frame.key = self._slot("", value)
            frame.branch.slots.append(frame.key)
        else:
            self._place(value)
        self._skip(event)
        if event.end_mark.index > event.start_mark.index:
            self._token_end = event.end_mark.index

    def _place(self, value: Node, *, opens_block: bool = False) -> Slot | None:
        if not self._open:
            self._result.root = value
            if not opens_block:
                self._result.head = self._take()
            return None
        frame = self._open[-1]
        if not frame.branch.is_mapping:
            slot = self._slot(value)
            frame.branch.slots.append(slot)
            return slot
        owner, frame.key = frame.key, None
        if owner is not None:
            owner.value = value
            if not opens_block:
                # A comment between a key and its value moves above the key.
                owner.before += [text for text in self._take() if text]
        return owner

    def _start(self, event: Any) -> None:
        branch = Branch(isinstance(event, yaml.MappingStartEvent))
        is_flow = bool(event.flow_style)
        owner = self._place(branch, opens_block=not is_flow)
        if is_flow:
            self._skip(event)
            self._token_end = event.end_mark.index
        self._open.append(_Open(branch, event.start_mark.column, is_flow, owner))

    def _end(self, event: Any) -> None:
        frame = self._open.pop()
        branch = frame.branch
        if frame.is_flow:
            self._skip(event)
            self._token_end = event.end_mark.index
            self._last = frame.owner or self._last
            return
        # A list stands at its key's column, so a comment after it is about what follows the key.
        under_key = bool(self._open) and self._open[-1].branch.is_mapping
        if branch.is_mapping or not under_key:
            branch.tail = list(self._tail(frame.column))

    def _tail(self, column: int) -> Iterator[str]:
        # Comments at least as deep as the branch are its own, up to the first that is not.
        size = 0
        for number, comment in enumerate(self._pending, start=1):
            if comment.text and comment.column < column:
                break
            if comment.text:
                size = number
        taken, self._pending = self._pending[:size], self._pending[size:]
        return (comment.text for comment in taken)
