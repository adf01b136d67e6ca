"""Read untrusted YAML into plain strings, lists and mappings.

Only the small part of YAML that the format needs is accepted: block or flow collections of
scalars, every scalar a string. Anchors, aliases, tags, several documents, duplicate keys, deep
nesting and control characters are refused. The parser's event stream is consumed one event at a
time, so hostile input is refused where it starts, without recursion and without expansion.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import yaml

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 2_000_000
QUOTED_MAX = 60

# C0 and C1 controls but tab and line ends, and the characters that reorder or hide text
# (bidirectional marks and overrides: "Trojan Source", CVE-2021-42574; tag characters carry whole
# sentences that nobody sees). U+200C and U+200D are part of some scripts and of emoji.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)

Plain = str | list["Plain"] | dict[str, "Plain"]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A position in a file; both count from 1."""

    line: int
    column: int


class ReadError(Exception):
    """Report YAML that cannot be accepted, with the place where it went wrong."""

    def __init__(self, place: Place, message: str, field: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.message = message
        self.field = field


def brief(value: object) -> str:
    """Return a value's text, cut so that a message that quotes it stays readable."""
    text = str(value)
    return text if len(text) <= QUOTED_MAX else text[: QUOTED_MAX - 1] + "…"


def field_name(path: Path) -> str:
    """Write a path the way people read it: ``objections[2].replies[0].text``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' * bool(text)}{brief(part)}"
    return text


def decode(raw: bytes) -> str:
    """Decode a file's bytes to NFC text.

    Raises ReadError for files over MAX_BYTES, text that is not UTF-8, and control characters.
    """
    if len(raw) > MAX_BYTES:
        raise ReadError(Place(1, 1), f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ReadError(Place(line, 1), "the file is not UTF-8; save it as UTF-8") from error
    if found := _FORBIDDEN.search(text):
        raise ReadError(_place_at(text, found.start()), _forbidden_message(found.group()))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def read(text: str) -> Plain | None:
    """Parse decoded text into strings, lists and mappings; None where the document is empty.

    Raises ReadError at the first thing that the format does not allow.
    """
    return _Builder(text).run()[0]


def places(text: str) -> dict[Path, Place]:
    """Return where each value of a document stands, by path; as far as it can be parsed.

    Kept apart from read() because positions are needed only when something is wrong.
    """
    builder = _Builder(text, keep_places=True)
    with contextlib.suppress(ReadError):
        builder.run()
    return builder.places


def _place_at(text: str, offset: int) -> Place:
    line_start = text.rfind("\n", 0, offset) + 1
    return Place(text.count("\n", 0, offset) + 1, offset - line_start + 1)


def _forbidden_message(character: str) -> str:
    return (
        f"the control or invisible character U+{ord(character):04X} is not allowed; "
        "delete it and type the text again"
    )


@dataclass
class _Frame:
    value: list[Any] | dict[str, Any]
    path: Path
    key: str | None = None


class _Builder:
    def __init__(self, text: str, *, keep_places: bool = False) -> None:
        self.text = text
        self.places: dict[Path, Place] = {}
        self._keep = keep_places
        self._frames: list[_Frame] = []
        self._escapes = "\\" in text
        self._root: Plain | None = None
        self._nodes = 0

    def run(self) -> tuple[Plain | None]:
        documents = 0
        try:
            event: Any
            for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    self._node(event)
                    self._scalar(event)
                elif kind is yaml.MappingStartEvent:
                    self._node(event)
                    self._open({}, event)
                elif kind is yaml.SequenceStartEvent:
                    self._node(event)
                    self._open([], event)
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    self._frames.pop()
                elif kind is yaml.AliasEvent:
                    raise self._error(
                        event, f"the alias *{brief(event.anchor)} is not allowed; write it out"
                    )
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        raise self._error(event, "a file holds one document; remove the line ---")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if error.problem == _UNCLOSED:  # nobody finds the opening quote from the file's end
                mark = error.context_mark or mark
            place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
            raise ReadError(place, _yaml_advice(error), field_name(self._path())) from None
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise ReadError(Place(1, 1), f"this is not YAML: {error}") from None
        return (self._root,)

    def _path(self) -> Path:
        """Return the path of the value that comes next."""
        if not self._frames:
            return ()
        frame = self._frames[-1]
        if isinstance(frame.value, list):
            return (*frame.path, len(frame.value))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _error(self, event: Any, message: str) -> ReadError:
        mark = event.start_mark
        return ReadError(Place(mark.line + 1, mark.column + 1), message, field_name(self._path()))

    def _node(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._error(event, f"the file has more than {MAX_NODES:,} values")
        if event.anchor is not None:
            raise self._error(
                event, f"the anchor &{brief(event.anchor)} is not allowed; write it out"
            )
        if event.tag is not None:
            raise self._error(
                event, f"the tag {brief(event.tag)} is not allowed; every value is plain text"
            )

    def _open(self, value: list[Any] | dict[str, Any], event: Any) -> None:
        if len(self._frames) >= MAX_DEPTH:
            raise self._error(event, f"nested more than {MAX_DEPTH} levels deep")
        if (
            self._frames
            and self._frames[-1].key is None
            and isinstance(self._frames[-1].value, dict)
        ):
            raise self._error(event, "a key must be plain text")
        path = self._path()
        self._add(value, event)
        self._frames.append(_Frame(value, path))

    def _scalar(self, event: Any) -> None:
        value: str = event.value
        if self._escapes:
            if found := _FORBIDDEN.search(value):
                raise self._error(event, _forbidden_message(found.group()))
            value = unicodedata.normalize("NFC", value)
        frame = self._frames[-1] if self._frames else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            if value in frame.value:
                raise self._error(
                    event, f"the key {brief(value)!r} stands here twice; keep one of them"
                )
            frame.key = value
            if self._keep:
                mark = event.start_mark
                self.places[(*self._path(), "<key>")] = Place(mark.line + 1, mark.column + 1)
            return
        self._add(value, event)

    def _add(self, value: Any, event: Any) -> None:
        if self._keep:
            mark = event.start_mark
            self.places[self._path()] = Place(mark.line + 1, mark.column + 1)
        if not self._frames:
            self._root = value
            return
        frame = self._frames[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        else:
            assert frame.key is not None  # noqa: S101 - a value follows its key, or _open refused it
            frame.value[frame.key] = value
            frame.key = None


_UNCLOSED = "found unexpected end of stream"
_BRACKETS = "separate items with commas and close the bracket; quote text that holds brackets"
_ESCAPE = "write \\\\ for a backslash, or use single quotes"
_ADVICE = {
    "mapping values are not allowed in this context": 'put text that contains ": " in quotes',
    "found character that cannot start any token": "quote text that starts with @, ` or %",
    "found a tab character that violates indentation": "indent with spaces, not tabs",
    "did not find expected key": "check indentation and quotes here and one line above",
    "could not find expected ':'": "a key ends with a colon; quote text that runs over lines",
    "did not find expected ',' or ']'": _BRACKETS,
    "did not find expected ',' or '}'": _BRACKETS,
    "found unknown escape character": _ESCAPE,
    "found invalid Unicode character escape code": _ESCAPE,
    _UNCLOSED: "a quote is opened here and not closed",
}


def _yaml_advice(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be parsed"
    return (
        f"this is not valid YAML ({problem}); "
        f"{_ADVICE.get(problem, 'check indentation and quotes')}"
    )
