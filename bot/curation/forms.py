"""What a person fills in for each kind of entry, and the operations that come of it.

A form is a group of at most five fields, as many as a chat's form can show. A list whose items are
long (reasons, phrasings, expectations, the order of arguments) is edited item by item instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from bot.curation.fields import BASES, GROUPS, ITEMS, Field
from bot.curation.filling import CLAIMS, UNGROUNDED, Filled, FormError
from bot.curation.identifiers import new_id
from bot.curation.operations import (
    ARGUMENTS,
    AddEntry,
    AddExpectation,
    AddPhrasing,
    EditEntry,
    EntryKind,
    Operation,
    RemovePhrasing,
)
from bot.errors import UsageError
from bot.knowledge.model import Claim, SourceRef, is_id
from bot.knowledge.reader import Plain
from bot.knowledge.release import Release, short
from bot.knowledge.words import clean

__all__ = [
    "BASES", "GROUPS", "ITEMS", "Field", "FormError", "adding", "editing", "fields",
    "find", "kind_of", "new_id", "phrasing", "removing", "rephrasing", "values", "withdrawn",
]  # fmt: skip


def fields(kind: EntryKind, group: str, *, new: bool = False) -> tuple[Field, ...]:
    """Return a group's fields: all of them for a ``new`` entry, else those that can be edited."""
    return tuple(field for field in GROUPS[kind][group] if new or not field.new)


def find(
    release: Release, entry_id: str, kind: EntryKind | None = None
) -> tuple[EntryKind, BaseModel]:
    """Return the kind and content of a published entry, else of a source, by its id.

    ``kind`` source prefers the source where both have the id. Raises UsageError for neither.
    """
    entry = release.entries.get(entry_id) if kind != "source" else None
    if entry is not None:
        return _KINDS[entry.kind.value], entry.item
    if entry_id in release.topic.sources:
        return "source", release.topic.sources[entry_id]
    near = difflib.get_close_matches(entry_id, [*release.entries, *release.topic.sources], n=3)
    hint = f"Did you mean {', '.join(near)}?" if near else "Choose one that is published."
    raise UsageError(f"There is no entry {entry_id}.", hint=hint)


def kind_of(release: Release, entry_id: str) -> EntryKind:
    """Return the kind of a published entry or source. Raises UsageError."""
    return find(release, entry_id)[0]


def values(
    release: Release,
    entry_id: str,
    group: str,
    *,
    at: int | None = None,
    kind: EntryKind | None = None,
) -> dict[str, str]:
    """Return what stands in a group's fields now, to prefill a form.

    ``at`` is the item of a group of ITEMS, None for a new one. Raises UsageError for an unknown
    entry, group or item.
    """
    kind, item = find(release, entry_id, kind)
    return {field.name: _shown(item, field, at) for field in _group(kind, group)}


def adding(
    release: Release,
    kind: EntryKind,
    parent: str | None,
    given: Mapping[str, str],
    language: str = "en",
) -> list[Operation]:
    """Return the operations that add an entry with what was filled in, of any of its groups.

    ``given`` may hold an ``id``; else one is made from parent and title. A phrasing's language is
    its prefix (``ru: …``), else what its letters tell, else ``language``. A source may be given by
    its address: where none has it, one is added. Raises FormError.
    """
    check = Filled(release, kind)
    wanted = {f.name: f for name, g in GROUPS[kind].items() if name not in ITEMS for f in g}
    texts = check.read(wanted.values(), given)
    plain = {key: value for key, value in check.plain(kind, texts).items() if value is not None}
    if kind == "proposal" and not texts.get("sources"):
        check.wrong("sources", UNGROUNDED)
    entry_id = _id(check, release, kind, parent, texts, given.get("id", "").strip())
    entry: dict[str, Any] = {"id": entry_id, **plain}
    phrasings = check.phrasings(texts.get("phrasings", ""), language)
    check.model(kind, entry)
    check.done()
    operations: list[Operation] = [
        AddEntry(kind=kind, parent=parent if kind in ARGUMENTS else None, fields=entry)
    ]
    operations += [
        AddPhrasing(entry=entry_id, language=spoken, text=text) for spoken, text in phrasings
    ]
    if test := texts.get("test"):
        operations.append(
            AddExpectation(
                ask=test,
                expect=(entry_id,),
                outcome=("boundary",) if kind == "boundary" else (),
            )
        )
    # They follow, so that the first thing added is the entry that was asked for.
    return [*operations, *check.new_sources]


def editing(
    release: Release,
    entry_id: str,
    group: str,
    given: Mapping[str, str],
    *,
    at: int | None = None,
    kind: EntryKind | None = None,
) -> list[Operation]:
    """Return the operations for what differs from what stands there; empty where nothing does.

    Fields that ``given`` does not name stay; an empty text removes one. Raises FormError, and
    UsageError for an unknown entry, group or item.
    """
    kind, item = find(release, entry_id, kind)
    wanted = _group(kind, group)
    before = {field.name: _shown(item, field, at) for field in wanted}
    check = Filled(release, kind)
    texts = check.read(wanted, before | dict(given))
    check.done()
    now = item.model_dump(mode="json", exclude_none=True, exclude={"replies", "objections"})
    if group in ITEMS:
        return _item(check, kind, entry_id, now, before, texts, at)
    old, new = check.plain(kind, before), check.plain(kind, texts)
    entry = {key: value for key, value in {**now, **new}.items() if value is not None}
    check.model(kind, entry)
    check.done()
    settings: dict[str, Any] = {}
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(was := old[key], dict):
            parts = {**dict.fromkeys(was), **value}
            settings |= {f"{key}.{p}": v for p, v in parts.items() if v != was.get(p)}
        elif value != old[key]:
            settings[key] = value
    if settings.get("sources", "kept") is None and now.get("basis") == "sourced":
        settings.setdefault("basis", None)
    return [_edit(kind, entry_id, settings), *check.new_sources] if settings else []


def removing(release: Release, entry_id: str, group: str, at: int) -> list[Operation]:
    """Return the operations that remove an item of a group of ITEMS. Raises UsageError."""
    kind, item = find(release, entry_id)
    _shown(item, _group(kind, group)[0], at)
    return [_edit(kind, entry_id, {f"{group}.{at}": None})]


def phrasing(
    release: Release,
    entry_id: str,
    given: str,
    language: str | None = None,
    *,
    field: str = "phrasings",
) -> list[Operation]:
    """Return the operations that add phrasings, one a line; None: tell each line's language.

    Raises FormError, which names ``field``, and UsageError for an unknown entry.
    """
    if (kind := kind_of(release, entry_id)) == "source":
        raise UsageError(f"{entry_id} is a {kind}; nobody asks for it.", hint="Choose an entry.")
    check = Filled(release, kind)
    found = check.phrasings(given, language or "en", field, told=language is not None)
    if not found:
        check.wrong(field, "is empty; write at least one way of asking.")
    check.done()
    return [AddPhrasing(entry=entry_id, language=spoken, text=text) for spoken, text in found]


def rephrasing(
    release: Release, entry_id: str, language: str, old: str, new: str
) -> list[Operation]:
    """Return the operations that put other words in a phrasing's place; empty for the same ones.

    Raises FormError.
    """
    check = Filled(release)
    found = check.phrasings(new, language, "phrasing", told=True)
    if len(found) != 1:
        check.wrong("phrasing", "write one way of asking.")
    check.done()
    spoken, text = found[0]
    if (spoken, text) == (language, clean(old)):
        return []
    return [
        RemovePhrasing(entry=entry_id, language=language, text=old),
        AddPhrasing(entry=entry_id, language=spoken, text=text),
    ]


_KINDS: Mapping[str, EntryKind] = {kind: kind for kind in get_args(EntryKind)}


def _group(kind: EntryKind, group: str) -> tuple[Field, ...]:
    if group not in GROUPS[kind]:
        raise UsageError(
            f"There is no group {group} for the kind {kind}.",
            hint=f"Write one of {', '.join(GROUPS[kind])}.",
        )
    return fields(kind, group)


def _edit(kind: EntryKind, entry_id: str, settings: Mapping[str, Any]) -> EditEntry:
    return EditEntry(id=entry_id, kind="source" if kind == "source" else None, set=dict(settings))


def _item(
    check: Filled,
    kind: EntryKind,
    entry_id: str,
    now: Mapping[str, Any],
    before: Mapping[str, str],
    texts: Mapping[str, str],
    at: int | None,
) -> list[Operation]:
    items = list(now.get("rationale", ()))
    place = len(items) if at is None else at
    old = check.claim(before["reason"], before["reason_sources"], "reason_sources")
    new = check.claim(texts["reason"], texts["reason_sources"], "reason_sources")
    assert new is not None  # noqa: S101 - the reason is required
    check.model(kind, {**now, "rationale": [*items[:place], new, *items[place + 1 :]]})
    check.done()
    if old is None:
        return [_edit(kind, entry_id, {f"rationale.{place}": new}), *check.new_sources]
    parts: dict[str, Plain | None] = {**dict.fromkeys(old), **new}
    settings = {f"rationale.{place}.{p}": v for p, v in parts.items() if v != old.get(p)}
    return [_edit(kind, entry_id, settings), *check.new_sources] if settings else []


def _id(
    check: Filled,
    release: Release,
    kind: EntryKind,
    parent: str | None,
    texts: Mapping[str, str],
    given: str,
) -> str:
    if parent is None and kind in ARGUMENTS:
        wanted = "the proposal it objects to" if kind == "objection" else "what it answers"
        check.wrong("parent", f"is missing; name {wanted}.")
    if kind in ARGUMENTS and parent is not None and parent not in release.entries:
        near = difflib.get_close_matches(parent, release.entries, n=3)
        more = f"; did you mean {', '.join(near)}?" if near else "."
        check.wrong("parent", f"there is no entry {parent}{more}")
    if given:
        if not is_id(given):
            check.wrong("id", "write lower-case letters and digits, joined by dots or hyphens.")
        return given
    names = ("title", "name", "question", "statement", "text")
    heading = next((texts[name] for name in names if texts.get(name)), "")
    return new_id(release, kind, heading, parent)


def _shown(item: BaseModel, field: Field, at: int | None) -> str:
    name = field.name
    if name in {"reason", "reason_sources"}:
        reasons: tuple[Claim, ...] = getattr(item, "rationale", ())
        if at is not None and not 0 <= at < len(reasons):
            raise UsageError(
                f"There is no reason number {at + 1}; there are {len(reasons)}.",
                hint="Look at the entry as it stands now.",
            )
        return _claim_shown(reasons[at] if at is not None else None, name == "reason_sources")
    for claim, companion in CLAIMS.items():
        if name in {claim, companion}:
            return _claim_shown(getattr(item, claim, None), name == companion)
    if name == "sources":
        return _refs(getattr(item, "sources", ()), getattr(item, "basis", None))
    found = getattr(item, name, None)
    if found is None:
        return ""
    if isinstance(found, bool):
        return "yes" if found else "no"
    return "\n".join(found) if isinstance(found, tuple) else str(found)


def _claim_shown(claim: Claim | None, sources: bool) -> str:  # noqa: FBT001
    if claim is None:
        return ""
    return _refs(claim.sources, claim.basis) if sources else claim.text


def _refs(sources: Iterable[SourceRef], basis: str | None) -> str:
    lines = [f"{ref.source}, {ref.where}" if ref.where else ref.source for ref in sources]
    return "\n".join([*lines, *([basis] if basis in BASES else [])])


def withdrawn(release: Release) -> dict[str, str]:
    """Return the titles of the entries that are withdrawn themselves, by id."""
    topic = release.topic
    found: list[Any] = [*topic.proposals, *topic.facts, *topic.glossary, *topic.faq]
    found += topic.boundaries
    gone = {}
    while found:
        item = found.pop(0)
        if item.status == "withdrawn":
            names = ("title", "name", "question", "statement", "text")
            heading = next(filter(None, (getattr(item, name, None) for name in names)))
            gone[item.id] = short(heading)
        found = [*getattr(item, "objections", ()), *getattr(item, "replies", ()), *found]
    return gone
