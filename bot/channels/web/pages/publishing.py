"""Preview a draft or an undo, look at what it would do, and publish it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.guard import Refused
from bot.channels.web.jobs import Job
from bot.channels.web.pages.editing_desk import Desk, Trouble, desk, plainly, told
from bot.channels.web.pages.publishing_shown import Undone, digest, shown, undone
from bot.channels.web.rendering import flash, redirect, render, say_in
from bot.channels.web.routing import Page, Role
from bot.curation.commits import FAR, first_line
from bot.curation.curator import Plan, Published
from bot.curation.moderation import Draft, StaleError
from bot.curation.news import Done
from bot.curation.operations import REASON_MAX, REASON_MIN
from bot.curation.repository import NewerHeadError
from bot.errors import RejoinderError
from bot.retrieval.encoder import Progress

_HELD = 3
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass
class Prepared:
    """A plan that somebody looks at: of a draft, or of the undoing of a commit.

    Once it is ``published`` the plan is let go, and the same form says what came of it.
    """

    draft: Draft | None
    commit: str
    plan: Plan | None
    reason: str = ""
    anew: bool = False
    """somebody published since it was worked out before"""
    published: Published | None = None
    undoes: str = ""
    """the reason of the publish that is undone"""
    undone: tuple[Undone, ...] = ()
    publishing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


@plainly
async def preview_draft(request: Request) -> Response:
    """Start to work out what a draft would do."""
    at = desk(request)
    draft = await at.moderation.draft_by_id(request.path_params["id"], at.user)
    if draft is None or str(draft.revision) != request.state.form.get("revision"):
        raise StaleError("changed" if draft is not None else "gone")
    return _start(request, at, draft, "", draft.reason)


@plainly
async def preview_undo(request: Request) -> Response:
    """Start to work out what undoing a commit would do."""
    at = desk(request)
    commit = request.path_params["commit"]
    if not _COMMIT.fullmatch(commit):
        raise Refused(404, "history-unknown")
    found = await asyncio.to_thread(at.moderation.curator.repository.history, None, FAR)
    one = next((each for each in found if each.id == commit), None)
    if one is None:
        raise Refused(404, "history-unknown")
    reason = say_in(request, "history-undoing", what=first_line(one))
    return _start(request, at, None, commit, reason, undoes=first_line(one))


def _start(
    request: Request,
    at: Desk,
    draft: Draft | None,
    commit: str,
    reason: str,
    *,
    anew: bool = False,
    undoes: str = "",
) -> Response:
    async def work(progress: Progress) -> Prepared | RejoinderError:
        try:
            if draft is not None:
                plan = await at.moderation.plan(draft, progress)
            else:
                plan = await at.moderation.curator.plan_undo(commit, progress)
            before = at.console.service.advisor_of(at.topic).release
        except RejoinderError as error:
            return error  # it is said with the ways on
        _let_go(at)
        goes = undone(plan, before) if commit else ()
        return Prepared(draft, commit, plan, reason[:REASON_MAX], anew, undoes=undoes, undone=goes)

    job = at.console.jobs.start(at.user, at.topic, say_in(request, "preview-title"), work, _result)
    return redirect(request, "job", job=job.id)


def _let_go(at: Desk) -> None:
    """Forget all but somebody's last previews: each holds an index in memory."""
    held = [job.result for job in at.console.jobs.of(at.user) if isinstance(job.result, Prepared)]
    for prepared in held[:-_HELD]:
        if not prepared.publishing.locked():
            prepared.plan = None


async def _result(request: Request, prepared: Any) -> Response:
    if request.state.role < Role.MODERATOR:
        raise Refused(403, "error-role")
    if isinstance(prepared, RejoinderError):
        trouble = told(request, prepared)
        return render(request, "edit_stuck.html", trouble.status, trouble=trouble)
    return _page(request, prepared)


def _page(
    request: Request,
    prepared: Prepared,
    *,
    trouble: Trouble | None = None,
    reason: str | None = None,
    status: int = 200,
) -> Response:
    if prepared.published is not None:
        return redirect(request, "commit", id=prepared.published.commit.id)
    if prepared.plan is None:
        raise Refused(404, "preview-not-there")
    own = prepared.draft is not None and prepared.draft.own
    return render(
        request,
        "preview.html",
        status,
        prepared=prepared,
        job=request.path_params["job"],
        plan=prepared.plan,
        seen=digest(prepared.plan.preview.confirmations),
        ask=own and desk(request).moderation.two_people,
        reason=prepared.reason if reason is None else reason,
        reason_max=REASON_MAX,
        trouble=trouble,
        **shown(prepared.plan),
    )


def _job(request: Request) -> Job:
    """Return the preview that an address names. Raises Refused where it is not there any more."""
    jobs = request.app.state.console.jobs
    found: Job | None = jobs.get(request.path_params["job"], request.state.session.user)
    prepared = found.result if found is not None and found.over else None
    known = isinstance(prepared, Prepared) and bool(prepared.plan or prepared.published)
    if found is None or not known or found.topic != request.state.topic:
        raise Refused(404, "preview-not-there")
    return found


@plainly
async def preview(request: Request) -> Response:
    """Show a preview that is worked out."""
    return _page(request, _job(request).result)


async def publish(request: Request) -> Response:
    """Publish what was previewed, or hand it to a second person; once, however often it is sent."""
    at = desk(request)
    reason = " ".join(str(request.state.form.get("reason", "")).split())
    try:
        job = _job(request)
    except Refused:
        # The reason that was typed must not be lost with the preview.
        return render(request, "preview_gone.html", 404, reason=reason)
    prepared: Prepared = job.result
    async with prepared.publishing:
        if prepared.published is not None:
            flash(request, say_in(request, "publish-done-before"), "info")
            return _page(request, prepared)
        problem = _unfit(request, prepared, reason)
        if problem is not None:
            return _page(request, prepared, trouble=problem, reason=reason, status=problem.status)
        try:
            if request.state.form.get("do") == "ask":
                return await _hand_over(request, at, prepared, reason)
            plan = prepared.plan
            done = await _published(at, prepared, reason)
        except NewerHeadError:
            # Somebody published meanwhile: what it would do now has to be looked at again.
            return _start(
                request,
                at,
                prepared.draft,
                prepared.commit,
                reason,
                anew=True,
                undoes=prepared.undoes,
            )
        except RejoinderError as error:
            trouble = told(request, error)
            return _page(request, prepared, trouble=trouble, reason=reason, status=trouble.status)
        prepared.published, prepared.plan = done, None
    assert plan is not None  # noqa: S101 - without one nothing is published
    at.console.service.tell(Done.published(at.topic, plan, done))
    kind = "undo" if prepared.commit else "publish"
    await at.console.audit(request, f"knowledge.{kind}", done.commit.id[:12])
    flash(request, say_in(request, "publish-done", commit=done.commit.id[:12]), "good")
    for note in done.notes:
        flash(request, note, "info")
    if done.commit.kept:
        flash(request, say_in(request, "publish-kept", files=", ".join(done.commit.kept)), "warn")
    return redirect(request, "commit", id=done.commit.id)


def _unfit(request: Request, prepared: Prepared, reason: str) -> Trouble | None:
    """Say what is missing before anything is tried."""
    assert prepared.plan is not None  # noqa: S101 - checked by whoever calls
    if len(reason) < REASON_MIN:
        return Trouble(say_in(request, "publish-why"))
    form = request.state.form
    asked = prepared.plan.preview.confirmations
    if form.get("do") == "ask" or not asked:
        return None
    if form.get("confirmed") != "yes" or form.get("seen") != digest(asked):
        return Trouble(say_in(request, "publish-confirm-first"))
    return None


async def _published(at: Desk, prepared: Prepared, reason: str) -> Published:
    assert prepared.plan is not None  # noqa: S101 - checked by whoever calls
    if prepared.draft is not None:
        return await at.moderation.publish(
            prepared.draft, prepared.plan, user=at.user, reason=reason, confirmed=True
        )
    return await at.moderation.curator.publish(
        prepared.plan, by=await at.moderation.name(at.user), reason=reason, user=at.user,
        confirmed=True, kind="undo",
    )  # fmt: skip


async def _hand_over(request: Request, at: Desk, prepared: Prepared, reason: str) -> Response:
    draft = prepared.draft
    if draft is None:
        raise StaleError
    await at.hand_over(draft, reason)
    await at.console.audit(request, "draft.submit", str(draft.id))
    flash(request, say_in(request, "draft-submitted"), "good")
    return redirect(request, "draft")


_PREVIEW = "/draft/preview/{job}"
ROUTES = (
    Page("POST", "/draft/{id:int}", "preview_draft", Role.MODERATOR, preview_draft),
    Page("GET", _PREVIEW, "preview", Role.MODERATOR, preview),
    Page("POST", _PREVIEW, "publish", Role.MODERATOR, publish, fresh=True),
    Page("POST", "/history/{commit}", "preview_undo", Role.MODERATOR, preview_undo),
)
