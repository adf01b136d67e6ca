"""Take a verdict as the forms send it, on a cluster or on one query, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.guard import Refused
from bot.channels.web.pages.review_drafting import draft_phrasings, show_phrasing
from bot.channels.web.pages.review_parts import (
    Panel,
    advisor_of,
    drafts,
    kind_given,
    known_entry,
    looked_up,
    review_of,
    said,
    user_of,
)
from bot.channels.web.rendering import redirect, say_in
from bot.curation.review import JudgedError, Subject
from bot.errors import RejoinderError
from bot.querylog import VERDICTS, LogUnavailable, Verdict

DRAFTING = "gap-draft"
"""what the button sends that also opens the form of a new entry"""
_FIELDS = ("entry", "other", "phrasings", "test", "language", "kind", "parent")


@dataclass(frozen=True)
class Given:
    """A verdict as it was sent, with what shall be drafted at once."""

    verdict: Verdict
    entry: str | None = None
    phrasings: str = ""
    test: str = ""
    language: str = ""
    drafting: bool = False
    kind: str = ""
    parent: str = ""


async def read(request: Request) -> Given | Panel:
    """Read the form of a verdict; a panel where something has to be chosen first."""
    sent = said(request, "verdict")
    given = {name: said(request, name) for name in _FIELDS}
    if sent == DRAFTING:
        return Given("gap", drafting=True, kind=given["kind"], parent=given["parent"])
    verdict = next((verdict for verdict in VERDICTS if verdict == sent), None)
    if verdict is not None and verdict != "wrong":
        return Given(verdict)
    advisor = advisor_of(request)
    if sent == "look":
        if not given["other"]:
            return Panel("wrong", error=say_in(request, "review-look-empty"), given=given)
        found = await looked_up(advisor, given["other"])
        error = "" if found else say_in(request, "review-look-nothing")
        return Panel("wrong", found, error, given)
    if verdict is None:
        raise Refused(400, "error-400")
    entry = given["entry"] or None
    if entry is None and given["other"]:
        entry = known_entry(advisor, given["other"])
        if entry is None:
            # Words are no id, and which entry they mean is not for a program to guess.
            found = await looked_up(advisor, given["other"])
            return Panel("wrong", found, say_in(request, "review-choose-one"), given)
    if entry is None and (given["phrasings"] or given["test"]):
        return Panel("wrong", error=say_in(request, "review-choose-first"), given=given)
    if not drafts(request):
        return Given("wrong", entry)
    return Given("wrong", entry, given["phrasings"], given["test"], given["language"])


async def judge(
    request: Request,
    given: Given,
    about: Subject,
    *,
    revision: int | None = None,
    sampled: bool = False,
) -> Panel | None:
    """Judge; the panel to show instead where somebody else was first."""
    try:
        await review_of(request).judge(
            user_of(request), channel="web", verdict=given.verdict, entry=given.entry,
            revision=revision, sampled=sampled, **about,
        )  # fmt: skip
    except JudgedError:
        kept = {"entry": given.entry or "", "phrasings": given.phrasings, "test": given.test}
        opened = "wrong" if given.phrasings or given.test else ""
        return Panel(opened, given=kept, warning=say_in(request, "review-late"))
    return None


async def go_on(request: Request, given: Given, about: Subject, onwards: str) -> Response:
    """Draft what follows from a verdict that is kept, and send the browser on."""
    if given.drafting and drafts(request):
        kind = kind_given(given.kind)
        parent = given.parent or None
        return redirect(request, "draft_entry", kind=kind, parent=parent, **about)
    if given.entry is None or not (given.phrasings or given.test):
        return RedirectResponse(onwards, 303)
    try:
        await draft_phrasings(request, given.entry, about)
    except LogUnavailable:
        raise
    except RejoinderError as error:
        return await show_phrasing(request, about, given.entry, error, judged=True)
    return RedirectResponse(f"{onwards}{'&' if '?' in onwards else '?'}drafted=yes", 303)


async def name_of(request: Request, pseudonym: str | None) -> str:
    """Return a reviewer's name as chosen for the history, else made of their pseudonym."""
    if pseudonym is None:
        return ""
    log = request.app.state.console.service.log
    return await log.drafts.name(pseudonym) or f"moderator-{pseudonym[:8]}"
