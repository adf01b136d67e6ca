"""Draft what a verdict calls for: further ways of asking for an entry, or an entry that is missing.

Both go into the draft of whoever fills them in, in their own words: what people asked is shown
beside the form, and near copies of it are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.guard import Refused
from bot.channels.web.pages.review_parts import (
    KINDS,
    PARENTS,
    advisor_of,
    entries_for,
    kind_given,
    known_entry,
    looked_up,
    parents,
    review_of,
    said,
    subject,
    user_of,
)
from bot.channels.web.rendering import render, url
from bot.channels.web.routing import Page, Role
from bot.curation import forms
from bot.curation.fields import GROUPS, ITEMS
from bot.curation.review import Meant, Subject
from bot.errors import RejoinderError
from bot.querylog import LogUnavailable

_QUOTED = 5
_ALIKE = (
    ("title", "question", "name"),
    ("answer", "text", "statement", "definition", "notice"),
    ("by", "proposed_by"),
)
"""fields that say the same of different kinds of entry"""


async def phrasing(request: Request) -> Response:
    """Show the form of further ways of asking for an entry."""
    entry = request.query_params.get("entry", "")
    return await show_phrasing(request, subject(request.query_params), entry)


async def phrased(request: Request) -> Response:
    """Put ways of asking, or a test question, into the person's draft."""
    about = subject(request.state.form)
    advisor = advisor_of(request)
    given = said(request, "other") or said(request, "entry")
    entry = known_entry(advisor, given)
    if entry is None:
        found = await looked_up(advisor, given) if given else ()
        return await show_phrasing(request, about, "", found=found, status=422)
    try:
        await draft_phrasings(request, entry, about)
    except LogUnavailable:
        raise
    except RejoinderError as error:
        return await show_phrasing(request, about, entry, error)
    return RedirectResponse(await _onwards(request, about), 303)


async def draft_phrasings(request: Request, entry: str, about: Subject | None) -> None:
    """Put the form's ways of asking, or its test question alone, into the person's draft.

    Raises FormError where neither is given, and as Review.draft does.
    """
    phrasings, test = said(request, "phrasings"), said(request, "test")
    language = said(request, "language") or None
    user = user_of(request)
    if about is None:
        moderation = request.app.state.console.service.moderation(request.state.topic)
        release = await moderation.release(await moderation.draft(user))
        operations = forms.phrasing(release, entry, phrasings, language)
        await moderation.add(user, operations)
        await request.app.state.console.audit(request, "draft", entry)
    elif phrasings or not test:
        await review_of(request).draft_phrasing(
            user, entry, phrasings, channel="web", language=language, ask=test, **about
        )
    else:
        await review_of(request).draft_expectation(user, test, (entry,), channel="web", **about)


async def show_phrasing(
    request: Request,
    about: Subject | None,
    entry: str,
    error: RejoinderError | None = None,
    *,
    found: tuple[Meant, ...] = (),
    judged: bool = False,
    status: int = 200,
) -> Response:
    """Return the form of ways of asking; ``judged`` tells that a verdict is kept already."""
    advisor = advisor_of(request)
    if not entry and not found and about is not None:
        found = await _meant(request, about)
    given = {name: said(request, name) for name in ("phrasings", "test", "language", "other")}
    return render(
        request, "review_phrasing.html", 422 if error else status, entry=entry, found=found,
        about=about, asked=await _asked(request, about), given=given, judged=judged,
        errors=_at_fields(error), problem=_problem(error), tests=about is not None,
        languages_here=advisor.release.topic.info.languages,
        here=url(request, "draft_phrasing", entry=entry or None, **(about or {})),
        **entries_for(request),
    )  # fmt: skip


async def entry(request: Request) -> Response:
    """Show the form of an entry that is missing."""
    return await _show_entry(request, request.query_params)


async def entered(request: Request) -> Response:
    """Put a new entry into the person's draft."""
    form = request.state.form
    kind = kind_given(said(request, "kind"))
    about = subject(form)
    if about is None:
        raise Refused(400, "error-400")
    if said(request, "change") or said(request, "shown") not in ("", kind):
        return await _show_entry(request, form)
    wanted = {
        field.name for name, group in GROUPS[kind].items() if name not in ITEMS for field in group
    }
    given = {name: text for name in wanted if (text := said(request, name))}
    parent = said(request, "parent") or None
    try:
        await review_of(request).draft_entry(
            user_of(request), kind, parent if kind in PARENTS else None, given, channel="web",
            language=said(request, "language") or request.state.language, **about,
        )  # fmt: skip
    except LogUnavailable:
        raise
    except RejoinderError as error:
        return await _show_entry(request, form, error)
    return RedirectResponse(await _onwards(request, about), 303)


async def _show_entry(
    request: Request, given: Mapping[str, Any], error: RejoinderError | None = None
) -> Response:
    about = subject(given)
    if about is None:
        raise Refused(404, "review-gone")
    kind = kind_given(str(given.get("kind", "")))
    advisor = advisor_of(request)
    groups = [
        (name, forms.fields(kind, name, new=True)) for name in GROUPS[kind] if name not in ITEMS
    ]
    likely = [each.entry for each in await _meant(request, about)]
    names = [field.name for _, fields in groups for field in fields]
    return render(
        request, "review_entry.html", 422 if error else 200, kind=kind, kinds=KINDS, groups=groups,
        about=about, asked=await _asked(request, about), given=_carried(given, names),
        errors=_at_fields(error), problem=_problem(error), parent=str(given.get("parent", "")),
        parents=parents(advisor.release, kind, likely), needs_parent=kind in PARENTS,
        sources=advisor.release.topic.sources,
        here=url(request, "draft_entry", kind=kind, **about),
        **entries_for(request),
    )  # fmt: skip


def _carried(given: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Return what was typed, by the fields of a form that may be of another kind of entry."""
    typed = {name: value for name, value in given.items() if isinstance(value, str)}
    found = {name: typed[name] for name in names if name in typed}
    for name in names:
        for group in _ALIKE:
            if name in group and not found.get(name):
                # What has a field of its own here stays there.
                other = (typed.get(each, "") for each in group if each not in names)
                if text := next((each for each in other if each.strip()), ""):
                    found[name] = text
    return found


async def _asked(request: Request, about: Subject | None) -> list[str]:
    """Return what people asked, to be looked at and not to be copied. Raises Refused."""
    if about is None:
        return []
    review = review_of(request)
    if "cluster" in about:
        view = await review.cluster(about["cluster"], limit=_QUOTED * 4)
        if view is None:
            raise Refused(404, "review-gone")
        first = [view.row.typical] if view.row.typical is not None else []
        rows = [*first, *(member.query for member in view.members)]
    else:
        row = await request.app.state.console.service.log.query(about["query"])
        if row is None or row.topic != request.state.topic:
            raise Refused(404, "review-gone")
        rows = [row]
    return list(dict.fromkeys(row.text for row in rows if row.text))[:_QUOTED]


async def _meant(request: Request, about: Subject) -> tuple[Meant, ...]:
    review = review_of(request)
    if "cluster" in about:
        view = await review.cluster(about["cluster"])
        return view.candidates if view is not None else ()
    row = await request.app.state.console.service.log.query(about["query"])
    return await review.candidates(row) if row is not None else ()


async def _onwards(request: Request, about: Subject | None) -> str:
    """Return where to go on once something is drafted: the next of the queue, or back."""
    if about is None:
        return url(request, "ask", drafted="yes")
    if "query" in about:
        return url(request, "query", query=about["query"], drafted="yes")
    row = await review_of(request).next((about["cluster"],))
    if row is None:
        return url(request, "review", done=about["cluster"], drafted="yes")
    return url(request, "review_cluster", cluster=row.id, done=about["cluster"], drafted="yes")


def _at_fields(error: RejoinderError | None) -> dict[str, str]:
    """Return what is wrong, by field."""
    found: dict[str, str] = {}
    if isinstance(error, forms.FormError):
        for name, sentence in error.problems:
            found[name] = f"{found[name]} {sentence}" if name in found else sentence
    return found


def _problem(error: RejoinderError | None) -> str:
    """Return what is wrong with the whole; empty where it stands at the fields."""
    if error is None or isinstance(error, forms.FormError):
        return ""
    return f"{error.message} {error.hint or ''}".strip()


ROUTES = (
    Page("GET", "/review/phrasing", "draft_phrasing", Role.MODERATOR, phrasing),
    Page("POST", "/review/phrasing", "keep_phrasing", Role.MODERATOR, phrased),
    Page("GET", "/review/entry", "draft_entry", Role.MODERATOR, entry),
    Page("POST", "/review/entry/keep", "keep_entry", Role.MODERATOR, entered),
)
