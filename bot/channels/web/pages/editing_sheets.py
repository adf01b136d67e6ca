"""A form of the knowledge: shown, checked while it is filled in, taken into the draft.

Whatever is refused comes back with all that was typed, and says at each field what is wrong there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web.pages.editing_desk import (
    ChangedDraftError,
    Desk,
    OvertakenError,
    Trouble,
    told,
)
from bot.channels.web.pages.editing_discord import Message, messages
from bot.channels.web.rendering import flash, redirect, render, say_in
from bot.curation.fields import Field
from bot.curation.filling import FormError
from bot.curation.moderation import Draft
from bot.curation.operations import AddEntry, Operation, describe
from bot.errors import RejoinderError
from bot.knowledge.release import Release
from bot.querylog.curation import SuggestionRow

Make = Callable[[Release, Mapping[str, str]], list[Operation]]
"""what makes operations of what was typed; raises FormError and the like"""

NAMED = frozenset(
    {"for", "against", "mixed", "report", "text", "copy", "mention", "yes", "no"}
    | {"must", "measured", "en", "ru", "uk"}
)
"""choices that the catalogue has words for"""
_LAST = 5


@dataclass(frozen=True)
class Sheet:
    """A form: where it is posted to, its groups of fields, and what stands beside them.

    ``groups`` are pairs of a heading's key (empty for none) and fields. ``entry`` is what it edits,
    None for one that it adds. ``seen`` stands for what was on view when it was opened. ``lists``
    names what may be offered while typing, by field.
    """

    save: str
    values: Mapping[str, Any]
    title: str
    groups: Sequence[tuple[str, Sequence[Field]]]
    back: str
    back_words: str
    about: str = ""
    entry: str | None = None
    kind: str = ""
    seen: str = ""
    suggestion: SuggestionRow | None = None
    quote: str = ""
    lists: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return all fields in order."""
        return tuple(one for _, some in self.groups for one in some)

    def read(self, request: Request) -> dict[str, str]:
        """Return what was filled in by field, lines parted as everywhere else."""
        form = request.state.form
        return {
            one.name: str(form.get(one.name, "")).replace("\r\n", "\n")
            for one in self.fields
            if one.name in form
        }


@dataclass(frozen=True)
class Checked:
    """What is said of a form: sentences by field, trouble with the whole, how it would look."""

    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    trouble: Trouble | None = None
    messages: Sequence[Message] = ()
    now: Mapping[str, str] = field(default_factory=dict)
    fine: bool = False


def digest(texts: Sequence[str]) -> str:
    """Return a short text that stands for what was on view."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def mark(draft: Draft) -> str:
    """Return a text that stands for a draft as it is now."""
    return f"{draft.id}.{draft.revision}"


async def show(
    request: Request,
    desk: Desk,
    sheet: Sheet,
    given: Mapping[str, str],
    checked: Checked | None = None,
    *,
    status: int = 200,
) -> Response:
    """Show a form with what stands in it."""
    checked = checked or Checked()
    release = desk.advisor.release
    return render(
        request,
        "edit.html",
        status=status,
        sheet=sheet,
        given=given,
        checked=checked,
        options=offered(
            release, {sheet.lists[f.name] for f in sheet.fields if f.name in sheet.lists}
        ),
        named_choices=NAMED,
    )


def offered(release: Release, names: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what is offered while typing: ids with titles, by the name of the list."""
    found: dict[str, list[tuple[str, str]]] = {}
    if "sources" in names:
        found["sources"] = [(key, one.title) for key, one in release.topic.sources.items()]
    for name in names - {"sources"}:
        kinds = name.split("+")
        found[name] = [
            (one.id, one.title)
            for one in release.entries.values()
            if name == "entries" or one.kind.value in kinds
        ]
    return found


async def check(
    request: Request, desk: Desk, sheet: Sheet, given: Mapping[str, str], make: Make
) -> Checked:
    """Say what is wrong with a form, and how Discord would show what comes of it."""
    try:
        draft = await desk.draft()
        operations = make(await desk.release(draft), given)
        changed = replace(draft, operations=(*draft.operations, *operations))
        release = await desk.release(changed)
    except RejoinderError as error:
        return refused(request, error)
    return Checked(messages=look(desk, release, sheet, operations), fine=True)


def look(
    desk: Desk, release: Release, sheet: Sheet, operations: Sequence[Operation] = ()
) -> list[Message]:
    """Return how Discord would show what a form is about, in the language of whoever looks."""
    added = next((one.id for one in operations if isinstance(one, AddEntry)), None)
    entry = sheet.entry or added
    return messages(release, entry, desk.language) if entry else []


def refused(request: Request, error: RejoinderError) -> Checked:
    """Say why a form was not taken, at its fields where that is known."""
    trouble = told(request, error)
    if isinstance(error, FormError):
        problems: dict[str, list[str]] = {}
        for name, sentence in error.problems:
            problems.setdefault(name, []).append(sentence)
        return Checked(problems, trouble)
    now = error.now if isinstance(error, OvertakenError) else {}
    return Checked(trouble=trouble, now=now)


async def take(
    request: Request,
    desk: Desk,
    sheet: Sheet,
    make: Make,
    done: Callable[[Sequence[Operation]], tuple[str, Mapping[str, Any]]],
    *,
    already: Callable[[Release, Draft, Mapping[str, str]], bool] | None = None,
) -> Response:
    """Check a form that was sent, or put it into the draft.

    ``done`` names the page to go on to. With ``already`` the form is one that adds something: sent
    twice it does so once, and one that was opened on another state of the draft is shown again.
    """
    given = sheet.read(request)
    doing = request.state.form.get("do", "")
    if doing == "live":
        return _live(request, sheet, await check(request, desk, sheet, given, make))
    if doing == "check":
        checked = await check(request, desk, sheet, given, make)
        kept = replace(sheet, seen=str(request.state.form.get("opened", sheet.seen)))
        return await show(request, desk, kept, given, checked)
    seen = request.state.form.get("opened", "")
    try:
        draft = await desk.draft()
        release = await desk.release(draft)
        if already is not None and seen != mark(draft):
            if already(release, draft, given):
                return _already(request, *done(()))
            raise ChangedDraftError([describe(one) for one in draft.operations[-_LAST:]])
        operations = make(release, given)
        if not operations:
            if seen != sheet.seen:
                return _already(request, *done(()))
            checked = Checked(trouble=Trouble(say_in(request, "edit-nothing")))
            return await show(request, desk, sheet, given, checked, status=422)
        taken = sheet.suggestion.id if sheet.suggestion is not None else None
        await desk.moderation.add(desk.user, operations, suggestion=taken)
    except RejoinderError as error:
        checked = refused(request, error)
        status = checked.trouble.status if checked.trouble else 422
        return await show(request, desk, sheet, given, checked, status=status)
    page, values = done(operations)
    added = next((one.id for one in operations if isinstance(one, AddEntry)), None)
    target = sheet.entry or added
    await desk.console.audit(request, "draft.add", target)
    flash(request, say_in(request, "edit-taken"), "good")
    return redirect(request, page, **values)


def _already(request: Request, page: str, values: Mapping[str, Any]) -> Response:
    flash(request, say_in(request, "edit-already"), "info")
    return redirect(request, page, **values)


def _live(request: Request, sheet: Sheet, checked: Checked) -> Response:
    page = render(request, "edit_live.html", sheet=sheet, checked=checked)
    return JSONResponse(
        {
            "problems": {name: " ".join(said) for name, said in checked.problems.items()},
            "html": bytes(page.body).decode(),
        }
    )
