"""Add an entry, and edit a group of an entry's fields; what comes of it goes into the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.discord.kinds import PARENTS
from bot.channels.web.guard import Refused
from bot.channels.web.pages.editing_desk import Desk, GoneError, OvertakenError, desk, plainly
from bot.channels.web.pages.editing_sheets import (
    Checked,
    Sheet,
    digest,
    look,
    mark,
    show,
    take,
)
from bot.channels.web.rendering import say_in, url
from bot.channels.web.routing import Page, Role
from bot.curation.fields import GROUPS, ITEMS, Field
from bot.curation.filling import FormError
from bot.curation.forms import adding, editing, fields, find, values
from bot.curation.items import items
from bot.curation.moderation import Draft, StaleError
from bot.curation.operations import ARGUMENTS, AddEntry, EntryKind, Operation
from bot.errors import RejoinderError
from bot.knowledge.model import ID_MAX, is_id
from bot.knowledge.release import Release
from bot.knowledge.words import normalise
from bot.querylog.curation import SuggestionRow

_PARENT = Field("parent", "", "", required=True, limit=ID_MAX, shape="line")
_ID = Field("id", "", "", limit=ID_MAX, shape="line")
_DEFAULTS = {"alert": "no", "stance": "report", "seen": "text"}
_LISTS = {
    "sources": "sources", "how_sources": "sources", "since_sources": "sources",
    "reason_sources": "sources", "by": "term", "proposed_by": "term", "facts": "fact",
}  # fmt: skip


# A new entry


@plainly
async def add(request: Request) -> Response:
    """Show the form that adds an entry of a kind, under what the address says."""
    at, kind = desk(request), _kind(request)
    suggestion = await taken_up(request, at)
    draft = await at.draft()
    await at.release(draft)
    _ = at.moderation.curator
    sheet = replace(_adding(request, at, kind, suggestion), seen=mark(draft))
    given = _DEFAULTS | {"parent": request.query_params.get("parent", "")}
    return await show(request, at, sheet, given)


async def added(request: Request) -> Response:
    """Take the form that adds an entry."""
    at, kind = desk(request), _kind(request)
    row, closed = await still_open(request, at)
    sheet = replace(_adding(request, at, kind, row), seen=await now_marked(at))

    def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
        if closed is not None:
            raise closed
        return _added(release, kind, given, at.language)

    def already(release: Release, draft: Draft, given: Mapping[str, str]) -> bool:
        return _is_added(release, draft, kind, given, at.language)

    def done(operations: Sequence[Operation]) -> tuple[str, Mapping[str, Any]]:
        new = next((one for one in operations if isinstance(one, AddEntry)), None)
        if new is None:
            return "draft", {}
        return "source" if kind == "source" else "entry", {"id": new.id}

    return await take(request, at, sheet, make, done, already=already)


def _kind(request: Request) -> EntryKind:
    kind = request.path_params["kind"]
    if kind not in get_args(EntryKind):
        raise Refused(404, "error-404")
    return cast("EntryKind", kind)


async def taken_up(request: Request, at: Desk) -> SuggestionRow | None:
    """Return the suggestion that a form takes up. Raises StaleError where it is decided or gone."""
    number = request.query_params.get("suggestion", "")
    if not number:
        return None
    row = await at.moderation.suggestion(int(number)) if number.isdecimal() else None
    if row is None or row.status != "open":
        raise StaleError("suggestion")
    return row


async def still_open(
    request: Request, at: Desk
) -> tuple[SuggestionRow | None, RejoinderError | None]:
    """Return the suggestion that a form takes up, or why it cannot, to be said beside the form."""
    try:
        return await taken_up(request, at), None
    except RejoinderError as error:
        return None, error


async def now_marked(at: Desk) -> str:
    """Return what stands for the draft as it is now; empty where it cannot be read."""
    try:
        return mark(await at.draft())
    except RejoinderError:
        return ""


def _adding(request: Request, at: Desk, kind: EntryKind, suggestion: SuggestionRow | None) -> Sheet:
    first, *rest = (name for name in GROUPS[kind] if name not in ITEMS)
    head = [_PARENT] if kind in ARGUMENTS else []
    main = [*head, *fields(kind, first, new=True)]
    more = [*(one for name in rest for one in fields(kind, name, new=True)), _ID]
    parent = request.query_params.get("parent")
    number = suggestion.id if suggestion is not None else None
    lists = dict(_LISTS)
    if kind in ARGUMENTS:
        lists["parent"] = "+".join(each.value for each in PARENTS[kind])
    back = url(request, "knowledge")
    if parent and parent in at.advisor.release.entries:
        back = url(request, "entry", id=parent)
    if suggestion is not None:
        back = url(request, "suggestion", id=suggestion.id)
    return Sheet(
        "save_new_entry",
        {"kind": kind, "parent": parent, "suggestion": number},
        say_in(request, f"edit-add-{kind}"),
        (("", main), ("edit-more", more)),
        back,
        say_in(request, "edit-back"),
        kind=kind,
        suggestion=suggestion,
        lists=lists,
    )


def _added(
    release: Release, kind: EntryKind, given: Mapping[str, str], language: str
) -> list[Operation]:
    parent = given.get("parent", "").strip() or None
    over = release.entries.get(parent or "")
    if kind in ARGUMENTS and over is not None and over.kind not in PARENTS[kind]:
        wanted = " or a ".join(each.value for each in PARENTS[kind])
        raise FormError([("parent", f"{over.id} is a {over.kind}; choose a {wanted}.")], kind)
    filled = {
        name: text
        for name, text in given.items()
        if name != "parent" and text != _DEFAULTS.get(name) and (text.strip() or name != "id")
    }
    return adding(release, kind, parent if kind in ARGUMENTS else None, filled, language)


def _is_added(
    release: Release, draft: Draft, kind: EntryKind, given: Mapping[str, str], language: str
) -> bool:
    for one in draft.operations:
        if not isinstance(one, AddEntry) or one.kind != kind:
            continue
        try:
            made = _added(release, kind, {**given, "id": one.id}, language)
        except FormError:
            return False
        if all(each in draft.operations for each in made):
            return True
    return False


# A group of fields


@plainly
async def edit(request: Request) -> Response:
    """Show the form of a group of an entry's fields as they are with the draft."""
    at = desk(request)
    _ = at.moderation.curator
    kind, group = _place(request)
    entry = request.path_params["entry"]
    draft = await at.draft()
    release = await at.release(draft)
    place = _at(request, release, entry)
    now = values(release, _there(release, entry, kind), group, at=place, kind=kind)
    sheet = _editing(request, at, kind, entry, group)
    seen = digest([*now.values()]) if not _is_new(request, group) else mark(draft)
    shown = Checked(messages=look(at, release, sheet))
    return await show(request, at, replace(sheet, seen=seen), now, shown)


async def edited(request: Request) -> Response:
    """Take the form of a group of fields."""
    at = desk(request)
    kind, group = _place(request)
    entry = request.path_params["entry"]
    new = _is_new(request, group)
    sheet = replace(_editing(request, at, kind, entry, group), seen=await _seen(request, at))
    seen = request.state.form.get("opened", "")

    def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
        place = _at(request, release, entry)
        now = values(release, _there(release, entry, kind), group, at=place, kind=kind)
        made = editing(release, entry, group, given, at=place, kind=kind)
        if made and not new and digest([*now.values()]) != seen:
            raise OvertakenError(now)
        return made

    def already(release: Release, draft: Draft, given: Mapping[str, str]) -> bool:
        del draft
        said = normalise(given.get("reason", ""))
        return any(
            one.mark == "r" and normalise(one.label) == said for one in items(release, entry)
        )

    def done(_: Sequence[Operation]) -> tuple[str, Mapping[str, Any]]:
        return "source" if kind == "source" else "entry", {"id": entry}

    return await take(request, at, sheet, make, done, already=already if new else None)


def _place(request: Request) -> tuple[EntryKind, str]:
    kind, group = _kind(request), request.path_params["group"]
    if group not in GROUPS[kind] or not is_id(request.path_params["entry"]):
        raise Refused(404, "error-404")
    return kind, group


def _is_new(request: Request, group: str) -> bool:
    return group in ITEMS and "item" not in request.query_params


def _at(request: Request, release: Release, entry: str) -> int | None:
    """Return where the item stands that the address names. Raises GoneError."""
    key = request.query_params.get("item")
    if key is None:
        return None
    found = (one for one in items(release, entry) if str(one.key) == key and one.mark == "r")
    if (one := next(found, None)) is None:
        raise GoneError
    return one.place


def _there(release: Release, entry: str, kind: EntryKind) -> str:
    """Return the id of an entry of that kind. Raises GoneError where there is none."""
    held = release.topic.sources if kind == "source" else release.entries
    if entry not in held or find(release, entry, kind)[0] != kind:
        raise GoneError
    return entry


async def _seen(request: Request, at: Desk) -> str:
    """Return what stands for the fields as they are now; empty where they are not there."""
    kind, group = _place(request)
    entry = request.path_params["entry"]
    if _is_new(request, group):
        return await now_marked(at)
    try:
        release = await at.release()
        place = _at(request, release, entry)
        now = values(release, _there(release, entry, kind), group, at=place, kind=kind)
    except RejoinderError:
        return ""
    return digest([*now.values()])


def _editing(request: Request, at: Desk, kind: EntryKind, entry: str, group: str) -> Sheet:
    held = at.advisor.release.topic.sources if kind == "source" else at.advisor.release.entries
    known = held.get(entry)
    back = url(request, "source" if kind == "source" else "entry", id=entry)
    return Sheet(
        "save_entry",
        {
            "kind": kind, "entry": entry, "group": group,
            "item": request.query_params.get("item"),
        },
        say_in(request, f"edit-group-{group}"),
        (("", fields(kind, group)),),
        back,
        known.title if known is not None else entry,
        entry=entry,
        kind=kind,
        lists=_LISTS,
    )  # fmt: skip


ROUTES = (
    Page("GET", "/knowledge/add/{kind}", "add_entry", Role.MODERATOR, add),
    Page("POST", "/knowledge/add/{kind}", "save_new_entry", Role.MODERATOR, added),
    Page("GET", "/knowledge/edit/{kind}/{entry}/{group}", "edit_entry", Role.MODERATOR, edit),
    Page("POST", "/knowledge/edit/{kind}/{entry}/{group}", "save_entry", Role.MODERATOR, edited),
)
