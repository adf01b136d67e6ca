"""What people suggest: the queue, each suggestion, and what moderators make of it."""

from __future__ import annotations

from typing import cast, get_args

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.guard import Refused
from bot.channels.web.pages.editing_desk import Desk, Trouble, desk, told
from bot.channels.web.pages.knowledge_parts import helpers
from bot.channels.web.rendering import flash, redirect, render, say_in, url
from bot.channels.web.routing import Page, Role
from bot.curation.suggested import under
from bot.errors import RejoinderError
from bot.knowledge.release import Release
from bot.querylog.curation import Decision, Status, SuggestionKind, SuggestionRow

_MOST = 200
_FAR = 5_000
_REASON = 400
_LEAST = 3
_KINDS = get_args(SuggestionKind)
_STATUSES = get_args(Status)
_OUTCOMES: dict[Decision, str] = {
    "unknown": "suggestion-gone", "closed": "suggestion-closed", "own": "suggestion-own",
}  # fmt: skip


async def suggestions(request: Request) -> Response:
    """Show the suggestions of a status: those that wait oldest first, the others newest first."""
    at = desk(request)
    wanted = request.query_params.get("status", "open")
    if wanted not in _STATUSES:
        raise Refused(404, "error-404")
    status = cast("Status", wanted)
    log = at.console.service.log.curation
    rows = await log.suggestions(at.topic, status, _MOST + 1 if status == "open" else _FAR)
    return render(
        request,
        "suggestions.html",
        rows=rows[:_MOST] if status == "open" else rows[::-1][:_MOST],
        more=len(rows) > _MOST,
        wanted=status,
        statuses=_STATUSES,
        **helpers(at.advisor.release),
    )


async def suggestion(request: Request) -> Response:
    """Show a suggestion with what it may repeat, and what can be done."""
    return await _show(request, desk(request))


async def _show(
    request: Request,
    at: Desk,
    *,
    trouble: Trouble | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    row = await at.moderation.suggestion(request.path_params["id"])
    if row is None:
        raise Refused(404, "suggestion-gone")
    release = at.advisor.release
    open_ones = await at.moderation.open(_MOST)
    ids = [one.id for one in open_ones]
    place = ids.index(row.id) if row.id in ids else -1
    return render(
        request,
        "suggestion.html",
        status,
        row=row,
        near=[
            (release.entries[one.entry], one.score)
            for one in row.near
            if one.entry in release.entries and one.entry != row.entry
        ],
        kinds=_KINDS,
        taking=_taking(request, release, row),
        drafted=row.id in await _taken(at),
        before=ids[place - 1] if place > 0 else None,
        after=ids[place + 1] if 0 <= place < len(ids) - 1 else None,
        place=place + 1,
        waiting=len(ids),
        reason_max=_REASON,
        reason_least=_LEAST,
        trouble=trouble,
        typed=typed or {},
        entries=[(one.id, one.title) for one in release.entries.values()],
        **helpers(release),
    )


async def _taken(at: Desk) -> tuple[int, ...]:
    try:
        return (await at.draft()).suggestions
    except RejoinderError:
        return ()


def _taking(request: Request, release: Release, row: SuggestionRow) -> list[tuple[str, str]]:
    """Return what can be made of a suggestion, as (key of its words, address of the form)."""
    if row.status != "open":
        return []
    found: list[tuple[str, str]] = []
    if row.kind not in {"phrasing", "other"}:
        target = under(release, row.kind, row.entry)
        if target is not None:
            kind, parent = target
            address = url(request, "add_entry", kind=kind, parent=parent, suggestion=row.id)
            found.append((f"edit-add-{kind}", address))
    likely = [row.entry, *(one.entry for one in row.near)]
    entry = next((one for one in likely if one in release.entries), None)
    if entry is not None:
        address = url(request, "add_phrasings", entry=entry, suggestion=row.id)
        found.append(("suggestion-as-phrasing", address))
    if row.kind == "phrasing":
        found.sort(key=lambda one: one[0] != "suggestion-as-phrasing")
    return found


async def decide(request: Request) -> Response:
    """Approve or reject a suggestion, or say anew what it is about."""
    at, form = desk(request), request.state.form
    number: int = request.path_params["id"]
    doing = form.get("do")
    typed = {name: str(form.get(name, "")) for name in ("done", "reason", "kind", "entry")}
    try:
        if doing == "edit":
            return await _edited(request, at, number, typed)
        if doing not in {"approve", "reject"}:
            raise Refused(400, "error-400")
        said = " ".join(typed["done" if doing == "approve" else "reason"].split())
        if len(said) < _LEAST:
            trouble = Trouble(say_in(request, "suggestion-why"))
            return await _show(request, at, trouble=trouble, typed=typed, status=422)
        made = at.moderation.approve if doing == "approve" else at.moderation.reject
        decision = await made(number, at.user, said[:_REASON])
    except RejoinderError as error:
        trouble = told(request, error)
        return await _show(request, at, trouble=trouble, typed=typed, status=trouble.status)
    if decision == "unknown":
        raise Refused(404, "suggestion-gone")
    if decision != "decided":
        trouble = Trouble(say_in(request, _OUTCOMES[decision]), (), 409)
        return await _show(request, at, trouble=trouble, typed=typed, status=409)
    await at.console.audit(request, f"suggestion.{doing}", str(number))
    key = "suggestion-approved" if doing == "approve" else "suggestion-rejected"
    flash(request, say_in(request, key, number=number), "good")
    left = [one.id for one in await at.moderation.open(_MOST)]
    if not left:
        return redirect(request, "suggestions")
    # On to the next one, not back to those that were skipped before the end is reached.
    following = next((one for one in left if one > number), left[0])
    return redirect(request, "suggestion", id=following)


async def _edited(request: Request, at: Desk, number: int, typed: dict[str, str]) -> Response:
    if typed["kind"] not in _KINDS:
        raise Refused(400, "error-400")
    kind = cast("SuggestionKind", typed["kind"])
    if not await at.moderation.readdress(number, kind, typed["entry"].strip() or None):
        trouble = Trouble(say_in(request, "suggestion-closed"), (), 409)
        return await _show(request, at, trouble=trouble, typed=typed, status=409)
    await at.console.audit(request, "suggestion.edit", str(number))
    flash(request, say_in(request, "suggestion-edited"), "good")
    return redirect(request, "suggestion", id=number)


ROUTES = (
    Page("GET", "/suggestions", "suggestions", Role.MODERATOR, suggestions),
    Page("GET", "/suggestions/{id:int}", "suggestion", Role.MODERATOR, suggestion),
    Page("POST", "/suggestions/{id:int}", "decide_suggestion", Role.MODERATOR, decide),
)
