"""A moderator's draft: what is in it, what can be done to it, and those that wait for others."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.guard import Refused
from bot.channels.web.pages.editing_desk import Desk, Trouble, desk, plainly, told
from bot.channels.web.rendering import flash, redirect, render, say_in
from bot.channels.web.routing import Page, Role
from bot.curation.moderation import Draft, StaleError
from bot.curation.operations import BY_MAX, Change, Operation, describe
from bot.curation.values import ChangeError
from bot.errors import RejoinderError
from bot.querylog import LogUnavailable


async def draft(request: Request) -> Response:
    """Show what somebody prepares, whether it still fits, and the drafts that wait for them."""
    return await _show(request, desk(request))


async def _show(
    request: Request,
    at: Desk,
    *,
    trouble: Trouble | None = None,
    reason: str = "",
    name: str | None = None,
    status: int = 200,
) -> Response:
    try:
        own = await at.draft()
    except ChangeError as error:
        # Of an older version of the program: it can only be thrown away.
        return render(
            request, "draft.html", 409, draft=None, trouble=told(request, error), others=[],
            rows=[], name="", two=False, reason="", fits=None, name_max=BY_MAX,
        )  # fmt: skip
    fits = await _fits(request, at, own)
    waiting = [one for one in await at.moderation.waiting(at.user) if not one.own]
    others = [(one, await at.moderation.author(one)) for one in waiting]
    return render(
        request,
        "draft.html",
        status,
        draft=own,
        rows=rows(own),
        fits=fits,
        others=others,
        two=at.moderation.two_people,
        name=await at.moderation.name(at.user) if name is None else name,
        name_max=BY_MAX,
        reason=reason or own.reason,
        trouble=trouble,
    )


async def _fits(request: Request, at: Desk, own: Draft) -> Trouble | None:
    """Say why a draft cannot be published as it is; None where nothing stands in its way."""
    if not own.operations:
        return None
    try:
        _, files = await at.moderation.curator.newest()
        if own.base != files.digest:
            change = Change(operations=own.operations, reason="A draft.", by="draft", base=own.base)
            await at.moderation.curator.carry_over(change, files)
        await at.moderation.release(own)
    except LogUnavailable:
        raise
    except RejoinderError as error:
        return told(request, error)
    return None


def rows(one: Draft) -> list[dict[str, Any]]:
    """Return a draft's operations as lines: what each does, to what, for which suggestion."""
    return [
        {
            "words": describe(operation),
            "op": operation.op,
            "entry": _about(operation),
            "source": getattr(operation, "kind", None) == "source",
            "suggestion": taken,
        }
        for operation, taken in zip(one.operations, one.taken, strict=True)
    ]


def _about(operation: Operation) -> str:
    for name in ("id", "entry"):
        if found := getattr(operation, name, None):
            return str(found)
    return next(iter(getattr(operation, "expect", ())), "")


async def change(request: Request) -> Response:
    """Do to the draft what the button said: take something out, discard, hand over, rename."""
    doing = {"remove": remove, "discard": discard, "submit": submit, "name": rename}
    wanted = doing.get(str(request.state.form.get("do", "")))
    if wanted is None:
        raise Refused(400, "error-400")
    return await wanted(request)


async def remove(request: Request) -> Response:
    """Take one operation out of the draft."""
    at, form = desk(request), request.state.form
    position, revision = (str(form.get(name, "")) for name in ("position", "revision"))
    try:
        if not position.isdecimal() or not revision.isdecimal():
            raise StaleError
        await at.moderation.remove(at.user, int(position), int(revision))
    except RejoinderError as error:
        trouble = told(request, error)
        return await _show(request, at, trouble=trouble, status=trouble.status)
    await at.console.audit(request, "draft.remove")
    flash(request, say_in(request, "draft-removed"), "good")
    return redirect(request, "draft")


@plainly
async def discard(request: Request) -> Response:
    """Throw the draft away, also one that cannot be read."""
    at = desk(request)
    if request.state.form.get("sure") != "yes":
        trouble = Trouble(say_in(request, "draft-discard-sure"))
        return await _show(request, at, trouble=trouble, status=422)
    if await at.moderation.discard(at.user):
        await at.console.audit(request, "draft.discard")
    flash(request, say_in(request, "draft-discarded"), "info")
    return redirect(request, "draft")


async def submit(request: Request) -> Response:
    """Ask a second person to publish the draft."""
    at, form = desk(request), request.state.form
    reason = str(form.get("reason", ""))
    try:
        own = await at.draft()
        if str(own.revision) != form.get("revision"):
            if own.waiting and own.reason == " ".join(reason.split()):
                return redirect(request, "draft")
            raise StaleError("changed" if own.operations else "gone")
        await at.hand_over(own, reason)
    except RejoinderError as error:
        trouble = told(request, error)
        return await _show(request, at, trouble=trouble, reason=reason, status=trouble.status)
    await at.console.audit(request, "draft.submit", str(own.id))
    flash(request, say_in(request, "draft-submitted"), "good")
    return redirect(request, "draft")


async def rename(request: Request) -> Response:
    """Keep the name under which somebody stands in the history."""
    at = desk(request)
    wanted = str(request.state.form.get("name", "")).strip()
    try:
        if wanted != await at.moderation.name(at.user):
            await at.moderation.set_name(at.user, wanted or None)
    except RejoinderError as error:
        trouble = told(request, error)
        return await _show(request, at, trouble=trouble, name=wanted, status=trouble.status)
    await at.console.audit(request, "name.set")
    flash(request, say_in(request, "draft-name-kept"), "good")
    return redirect(request, "draft")


@plainly
async def waiting(request: Request) -> Response:
    """Show somebody's draft that waits for a second person."""
    at = desk(request)
    found = await at.moderation.draft_by_id(request.path_params["id"], at.user)
    if found is None:
        raise Refused(404, "draft-gone")
    if found.own:
        return redirect(request, "draft")
    return render(
        request,
        "draft_waiting.html",
        draft=found,
        rows=rows(found),
        author=await at.moderation.author(found),
        fits=await _fits(request, at, found),
    )


ROUTES = (
    Page("GET", "/draft", "draft", Role.MODERATOR, draft),
    Page("POST", "/draft", "change_draft", Role.MODERATOR, change),
    Page("GET", "/draft/{id:int}", "waiting_draft", Role.MODERATOR, waiting),
)
