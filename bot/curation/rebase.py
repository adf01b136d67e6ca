"""Find where a change and a newer release touch the same things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.curation.operations import (
    AddEntry,
    AddExpectation,
    AddPhrasing,
    EditEntry,
    Move,
    Operation,
    RemovePhrasing,
    Restore,
    RetargetExpectation,
    RetireExpectation,
    Withdraw,
)
from bot.curation.tree import PathError, is_position, look_up
from bot.curation.workspace import Found, Workspace, text_at
from bot.knowledge.files import Snapshot
from bot.knowledge.outline import plain
from bot.knowledge.reader import Plain, brief
from bot.knowledge.words import clean, normalise


@dataclass(frozen=True)
class Conflict:
    """One thing that an operation touches and that changed since the change was made.

    ``operation`` counts from 1, None where the change as a whole does not fit. ``base``, ``mine``
    and ``theirs`` are its values in the release that the change was made against, as the change
    wants it, and in the newer release; None where there is none. ``reason`` is a sentence where it
    is not a matter of two values.
    """

    operation: int | None
    place: str
    base: Plain | None = None
    mine: Plain | None = None
    theirs: Plain | None = None
    reason: str | None = None

    def __str__(self) -> str:
        if self.reason is not None:
            return f"Operation {self.operation}: {self.reason}" if self.operation else self.reason
        return (
            f"Operation {self.operation}: {self.place} was {_said(self.base)} and is now "
            f"{_said(self.theirs)}; this change wants {_said(self.mine)}."
        )


@dataclass(frozen=True)
class _Touch:
    place: str
    value: Plain | None
    mine: Plain | None


def differences(base: Snapshot, mine: Sequence[Operation], theirs: Snapshot) -> list[Conflict]:
    """Return what operations touch and what differs between two releases.

    Raises ChangeError where either cannot be read.
    """
    old, new = Workspace(base), Workspace(theirs)
    found: list[Conflict] = []
    for number, operation in enumerate(mine, start=1):
        before = {touch.place: touch for touch in _touches(old, operation)}
        after = {touch.place: touch for touch in _touches(new, operation)}
        for place in {**before, **after}:
            was, now = before.get(place), after.get(place)
            one, other = was.value if was else None, now.value if now else None
            if one != other:
                wanted = (was or now or _Touch(place, None, None)).mine
                found.append(Conflict(number, place, one, wanted, other))
    return found


def _touches(work: Workspace, operation: Operation) -> Iterator[_Touch]:
    match operation:
        case AddEntry(kind=kind, id=new_id, fields=fields, parent=parent):
            known = work.sources if kind == "source" else work.entries
            yield _Touch(f"the id {new_id}", _own(known.get(new_id)), fields)
            if parent is not None:
                yield _state(work, parent)
        case EditEntry():
            yield from _fields(work, operation)
        case AddPhrasing(entry=entry, text=text) | RemovePhrasing(entry=entry, text=text):
            owners = sorted({who for who, _ in work.owners.get(normalise(text), ())})
            held: Plain = ", ".join(owners)
            wanted = entry if isinstance(operation, AddPhrasing) else None
            yield _Touch(f"the phrasing “{brief(text)}”", held or None, wanted)
        case AddExpectation(ask=ask, expect=expect, context=context):
            yield _asked(work, ask, context, list(expect))
            for entry_id in (*expect, *filter(None, [context])):
                yield _state(work, entry_id)
        case RetargetExpectation(ask=ask, expect=expect, context=context):
            yield _asked(work, ask, context, list(expect))
            for entry_id in expect:
                yield _state(work, entry_id)
        case RetireExpectation(ask=ask, context=context):
            yield _asked(work, ask, context, None)
        case Move(id=entry_id, parent=parent, at=at):
            found = work.entries.get(entry_id)
            yield _Touch(f"the parent of {entry_id}", found.parent if found else None, parent)
            yield _state(work, parent)
            if at != "last":
                children = [one.id for one in work.entries.values() if one.parent == parent]
                yield _Touch(f"the order under {parent}", list(children), None)
        case Withdraw(id=entry_id) | Restore(id=entry_id):
            found = work.entries.get(entry_id)
            status = (text_at(found.node, "status") or "published") if found else None
            wanted = "withdrawn" if isinstance(operation, Withdraw) else "published"
            yield _Touch(f"{entry_id} status", status, wanted)


def _fields(work: Workspace, operation: EditEntry) -> Iterator[_Touch]:
    entry_id = operation.id
    found = work.sources.get(entry_id) if operation.kind == "source" else None
    found = found or work.entries.get(entry_id) or work.sources.get(entry_id)
    for path, wanted in operation.set.items():
        parts = path.split(".")
        yield _Touch(f"{entry_id} {path}", _at(found, parts), wanted)
        at = next((number for number, part in enumerate(parts) if is_position(part)), None)
        if at is None:
            continue
        # A position means the same item only as long as nobody added or removed one, or put
        # another in its place.
        items = _at(found, parts[:at])
        size = len(items) if isinstance(items, list) else 0
        name = ".".join(parts[:at])
        yield _Touch(f"the number of {entry_id} {name}", str(size), None)
        for key in ("text", "source"):
            if (value := _at(found, [*parts[: at + 1], key])) is not None:
                yield _Touch(f"{entry_id} {name}.{parts[at]}.{key}", value, wanted)


def _at(found: Found | None, parts: Sequence[str]) -> Plain | None:
    try:
        return look_up(found.node, parts) if found is not None else None
    except PathError:
        return None


def _own(found: Found | None) -> Plain | None:
    if found is None:
        return None
    value = plain(found.node)
    assert isinstance(value, dict)  # noqa: S101 - an entry is a mapping
    return {key: item for key, item in value.items() if key not in {"replies", "objections"}}


def _state(work: Workspace, entry_id: str) -> _Touch:
    found = work.entries.get(entry_id)
    if found is None:
        return _Touch(f"the state of {entry_id}", None, "published")
    hidden = f"withdrawn with {found.hidden_by}" if found.hidden_by else "published"
    return _Touch(f"the state of {entry_id}", hidden, "published")


def _asked(work: Workspace, ask: str, context: str | None, wanted: Plain | None) -> _Touch:
    same = [
        plain(item)
        for _, item in work.expectations()
        if clean(text_at(item, "ask")) == ask
        and (context is None or text_at(item, "context") == context)
    ]
    return _Touch(f"the expectation “{brief(ask)}”", same or None, wanted)


def _said(value: Plain | None) -> str:
    if value is None:
        return "not there"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, list):
        return f"[{', '.join(_said(item) for item in value)}]"
    return "{" + ", ".join(f"{key}: {_said(item)}" for key, item in value.items()) + "}"
