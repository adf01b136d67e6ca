"""The queue as a plain list, and answers drawn at random, by which the precision is measured."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.pages.review_parts import (
    chosen,
    entries_for,
    number,
    review_of,
)
from bot.channels.web.rendering import flash, redirect, render, say_in, url
from bot.channels.web.routing import Page, Role
from bot.querylog import REASONS, ItemStatus, Reason

_PAGE = 50
_STATUSES = ("open", "answered", "judged", "muted")


async def questions(request: Request) -> Response:
    """Show every question of the queue, newest first."""
    review = review_of(request)
    status: ItemStatus = chosen(request, "status", _STATUSES, "open")  # type: ignore[assignment]
    reason: Reason | None = chosen(request, "reason", REASONS) or None  # type: ignore[assignment]
    before = number(request.query_params.get("before"))
    rows = await review.items(status=status, reason=reason, before_id=before, limit=_PAGE + 1)
    older = ""
    if len(rows) > _PAGE:
        older = url(
            request, "review_questions", before=rows[_PAGE - 1].query.id, reason=reason,
            status=None if status == "open" else status,
        )  # fmt: skip
    return render(
        request, "review_questions.html", rows=rows[:_PAGE], older=older, state=status,
        statuses=_STATUSES, reason=reason, reasons=REASONS, begins=before is None,
        **entries_for(request),
    )  # fmt: skip


async def random(request: Request) -> Response:
    """Say what verdicts on random answers are for, and how the count stands."""
    since = request.app.state.console.now() - timedelta(days=30)
    insights = await review_of(request).insights(since)
    return render(request, "review_random.html", insights=insights, **entries_for(request))


async def draw(request: Request) -> Response:
    """Draw an answer and show it."""
    last = number(request.query_params.get("last"))
    drawn = await review_of(request).sample(() if last is None else (last,))
    if drawn is None:
        flash(request, say_in(request, "review-random-none"), "info")
        return redirect(request, "review_random")
    return redirect(request, "query", query=drawn.id, drawn=proof(request, drawn.id))


def proof(request: Request, query: int) -> str:
    """Return what shows that a query was drawn for this session, not picked."""
    console, session = request.app.state.console, request.state.session
    signed: str = console.sessions.csrf(f"{session.id} drew {query}")
    return signed


def is_drawn(request: Request, query: int, given: str) -> bool:
    """Tell whether a query was drawn for this session."""
    console, session = request.app.state.console, request.state.session
    return bool(given) and bool(console.sessions.is_csrf(f"{session.id} drew {query}", given))


ROUTES = (
    Page("GET", "/review/questions", "review_questions", Role.REVIEWER, questions),
    Page("GET", "/review/random", "review_random", Role.REVIEWER, random),
    Page("GET", "/review/random/draw", "draw", Role.REVIEWER, draw),
)
