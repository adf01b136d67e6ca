"""Lay knowledge files out in the one canonical way, so that an edit's diff shows only the edit.

The layout is a function of a file's values and comments alone: keys in the models' order, block
style with list items at their key's indentation, short lists of names and source references on
one line, lines of at most WIDTH characters, quotes only where YAML needs them.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bot.knowledge import reader
from bot.knowledge.files import snapshot
from bot.knowledge.lint_lists import translatable
from bot.knowledge.model import (
    Argument,
    Boundary,
    Expectation,
    Fact,
    Faq,
    Proposal,
    Source,
    SourceRef,
    Term,
    TopicInfo,
    TranslatedField,
    model_in,
)
from bot.knowledge.outline import SCHEMA_MARK, Branch, Node, Outline, Slot, plain, read_outline
from bot.knowledge.parse import parse
from bot.knowledge.problems import KnowledgeError, Problem
from bot.knowledge.release import text_hash
from bot.knowledge.scalars import fold, scalar

WIDTH = 100

Originals = Mapping[str, Mapping[str, str]]
"""entry id → field → original text, as ``lint_lists.translatable`` returns them"""

_TOP: Mapping[str, tuple[str, type[BaseModel]]] = {
    "topic": ("topic", TopicInfo),
    "sources": ("sources", Source),
    "facts": ("facts", Fact),
    "glossary": ("glossary", Term),
    "faq": ("faq", Faq),
    "boundaries": ("boundaries", Boundary),
    "expectations": ("expectations", Expectation),
}
# A claim's fields come first in an argument by inheritance; people want to see its id first, and
# what nests deep last, so that nothing of the argument itself stands far below it.
_ARGUMENT_ORDER = (
    "id", "title", "text", "by", "sources", "basis", "status", "replies",
)  # fmt: skip
_NESTING = "objections"


@dataclass(frozen=True)
class FormatResult:
    """What laying out one file changes; ``diff`` is a unified diff, empty where nothing changes."""

    name: str
    changed: bool
    diff: str


def key_order(model: type[BaseModel]) -> tuple[str, ...]:
    """Return a model's keys in the order in which files hold them."""
    if issubclass(model, Argument):
        return _ARGUMENT_ORDER
    names = tuple(model.model_fields)
    return (*(name for name in names if name != _NESTING), *(n for n in names if n == _NESTING))


def file_kind(name: str) -> str | None:
    """Return the schema's name for a file (``proposal``, ``questions`` …), None where unknown."""
    parts = name.removesuffix(".yaml").removesuffix(".yml").split("/")
    if len(parts) == 1:
        return parts[0] if parts[0] in _TOP else None
    if parts[0] == "proposals" and len(parts) == 2:
        return "proposal"
    return parts[0] if parts[0] in {"questions", "translations"} and len(parts) == 3 else None


def schema_line(name: str) -> str | None:
    """Return the first line of a file, which tells editors where its schema is."""
    kind = file_kind(name)
    up = "../" * name.count("/")
    return f"{SCHEMA_MARK}{up}schema/{kind}.schema.json" if kind else None


def format_text(name: str, text: str, originals: Originals | None = None) -> str:
    """Return a file's text in the canonical layout.

    ``name`` is the path relative to the topic folder. In a translation, a missing ``of`` is filled
    in for each field that ``originals`` holds. Raises KnowledgeError where the text does not parse.
    """
    return render(name, *_read(name, text), originals)


def format_folder(folder: Path, *, check: bool = False) -> list[FormatResult]:
    """Lay out all files of a topic folder; with ``check``, only say what would change.

    Raises KnowledgeError, with nothing written, where any file does not parse.
    """
    files = snapshot(folder)
    if files.problems:
        raise KnowledgeError(str(folder), files.problems)
    parsed = parse(files)
    originals = translatable(parsed.topic)
    results: list[FormatResult] = []
    changed: dict[str, str] = {}
    problems: list[Problem] = []
    for name, raw in files.contents.items():
        try:
            before = reader.decode(raw)
            after = format_text(name, before, originals)
        except reader.ReadError as error:
            problems.append(_problem(name, error))
        except KnowledgeError as error:
            problems += error.problems
        else:
            # Bytes are compared, because a file may differ only in its line ends.
            is_changed = after.encode() != raw
            results.append(FormatResult(name, is_changed, _diff(name, before, after)))
            if is_changed:
                changed[name] = after
    if problems:
        raise KnowledgeError(str(folder), problems)
    if not check:
        for name, after in changed.items():
            write_atomically((folder / name).resolve(), after)
    return results


def write_atomically(path: Path, text: str) -> None:
    """Replace a file so that a reader, or a power cut, meets the old text or the new, never half.

    The temporary file stands in the same directory, because a rename is atomic only within one
    file system. The file's permissions are kept.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _read(name: str, text: str) -> tuple[Outline, reader.Plain | None]:
    try:
        text = reader.decode(text.encode("utf-8", "surrogatepass"))
        data = reader.read(text)
    except reader.ReadError as error:
        raise KnowledgeError(name, [_problem(name, error)]) from None
    return read_outline(text), data


def render(
    name: str, outline: Outline, data: reader.Plain | None, originals: Originals | None
) -> str:
    """Lay out a tree; ``data`` are its values, which the result is held against.

    Raises KnowledgeError where it cannot be laid out without changing a value.
    """
    kind = file_kind(name)
    if kind == "translations" and originals and isinstance(outline.root, Branch):
        _fill_hashes(outline.root, originals)
        data = plain(outline.root)
    first = schema_line(name)
    body = _Layout(kind).document(outline)
    result = "\n".join(_tidy([first, *_after_schema(body)] if first else body)) + "\n"
    # The promise of this module, checked on every file rather than trusted: nobody's text changes.
    if reader.read(reader.decode(result.encode())) != data:
        message = "this file cannot be laid out without changing it; shorten its keys"
        raise KnowledgeError(name, [Problem(name, 0, 0, "", message)])
    return result


def _after_schema(lines: list[str]) -> list[str]:
    start = next((number for number, line in enumerate(lines) if line), len(lines))
    return lines[start:]


def _tidy(lines: Iterable[str]) -> list[str]:
    """Drop blank lines at both ends and keep at most one between others."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _problem(name: str, error: reader.ReadError) -> Problem:
    return Problem(name, error.place.line, error.place.column, error.field, error.message)


def _diff(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), name, f"{name} (formatted)", lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


def _fill_hashes(root: Branch, originals: Originals) -> None:
    for entry in root.slots:
        known = originals.get(entry.key or "", {})
        for field in entry.value.slots if isinstance(entry.value, Branch) else []:
            original = known.get(field.key or "")
            if original is None:
                continue
            if isinstance(field.value, str):
                field.value = Branch(True, [Slot(field.value, "text")])
            if field.value.is_mapping and field.value.find("of") is None:
                field.value.slots.append(Slot(text_hash(original), "of"))


class _Layout:
    """Writes a tree as lines, each with its whole indentation."""

    def __init__(self, kind: str | None) -> None:
        self._kind = kind

    def document(self, outline: Outline) -> list[str]:
        lines = list(outline.head)
        root = outline.root
        if isinstance(root, Branch):
            if root.slots:
                lines += self._block(root, 0, self._root_model())
            else:
                lines.append("{}" if root.is_mapping else "[]")
        elif root is not None:
            lines += fold(scalar(root), 0, 2, WIDTH)
        return [*lines, *outline.foot]

    def _root_model(self) -> type[BaseModel] | None:
        if self._kind == "proposal":
            return Proposal
        return _TOP[self._kind][1] if self._kind and self._kind in _TOP else None

    def _block(
        self, branch: Branch, column: int, model: type[BaseModel] | None, depth: int = 0
    ) -> list[str]:
        if branch.is_mapping:
            lines = self._mapping(branch, column, model, depth)
        else:
            lines = [
                line for slot in branch.slots for line in self._item(slot, column, model, depth)
            ]
        return lines + [" " * column + line if line else "" for line in branch.tail]

    def _mapping(
        self, branch: Branch, column: int, model: type[BaseModel] | None, depth: int
    ) -> list[str]:
        lines: list[str] = []
        for slot in _ordered(branch.slots, model):
            child = _child(model, slot.key or "")
            if self._kind == "translations" and depth == 1:
                child = TranslatedField
            lines += [" " * column + line if line else "" for line in slot.before]
            head = " " * column + scalar(slot.key or "") + ":"
            after = "  " + " ".join(slot.after) if slot.after else ""
            value = slot.value
            if isinstance(value, str):
                first, *rest = fold(scalar(value), len(head) + 1, column + 2, WIDTH)
                lines += [f"{head} {first}", *rest]
                lines[-1] += after
            elif (flow := _flow(slot, model, child)) and len(head) + 1 + len(flow) <= WIDTH:
                lines.append(f"{head} {flow}{after}")
            elif value.slots:
                inner = column + 2 if value.is_mapping else column
                lines += [head + after, *self._block(value, inner, child, depth + 1)]
            else:
                lines.append(f"{head} {'{}' if value.is_mapping else '[]'}{after}")
        return lines

    def _item(
        self, slot: Slot, column: int, model: type[BaseModel] | None, depth: int
    ) -> list[str]:
        value = slot.value
        above = list(slot.before)
        after = "  " + " ".join(slot.after) if slot.after else ""
        if isinstance(value, str):
            body = fold(scalar(value), column + 2, column + 2, WIDTH)
            body = [" " * (column + 2) + body[0], *body[1:]]
        elif not value.slots:
            body = [" " * (column + 2) + ("{}" if value.is_mapping else "[]")]
        elif (
            model is SourceRef
            and (line := _flow_node(value, model))
            and column + 2 + len(line) <= WIDTH
        ):
            body = [" " * (column + 2) + line]
        else:
            above += slot.after  # there is no line of the item's own to put it on
            after = ""
            body = self._block(value, column + 2, model, depth + 1)
        body[-1] += after
        # The comments of an item's first key stand above the dash, or the dash would stand alone.
        start = next(n for n, text in enumerate(body) if text.lstrip(" ")[:1] not in ("", "#"))
        above += [text.strip(" ") for text in body[:start]]
        body = [" " * column + "- " + body[start][column + 2 :], *body[start + 1 :]]
        return [*(" " * column + line if line else "" for line in above), *body]


def _ordered(slots: list[Slot], model: type[BaseModel] | None) -> list[Slot]:
    if model is None:
        return slots
    order = {key: number for number, key in enumerate(key_order(model))}
    return sorted(slots, key=lambda slot: order.get(slot.key or "", len(order)))


def _child(model: type[BaseModel] | None, key: str) -> type[BaseModel] | None:
    if model is None or key not in model.model_fields:
        return None
    return model_in(model.model_fields[key].annotation)


def _flow(slot: Slot, model: type[BaseModel] | None, child: type[BaseModel] | None) -> str | None:
    """Write a list of names or of source references on one line; None for anything else."""
    value = slot.value
    if model is None or slot.key not in model.model_fields or not isinstance(value, Branch):
        return None
    if value.is_mapping or not (child is None or child is SourceRef):
        return None
    return _flow_node(value, child)


def _flow_node(node: Node, model: type[BaseModel] | None) -> str | None:
    if isinstance(node, str):
        return scalar(node, flow=True)
    if any(node.tail):
        return None
    parts: list[str] = []
    for slot in _ordered(node.slots, model if node.is_mapping else None):
        written = None if slot.commented else _flow_node(slot.value, model)
        if written is None:
            return None
        key = f"{scalar(slot.key or '', flow=True)}: " if node.is_mapping else ""
        parts.append(key + written)
    return "{" + ", ".join(parts) + "}" if node.is_mapping else "[" + ", ".join(parts) + "]"
