"""What stands before every page: who asks, may they, is the form ours; and what goes wrong."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import structlog
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive

from bot.channels.web.discord_people import SignInError, UnreachableError
from bot.channels.web.jobs import BusyError, ForgottenError
from bot.channels.web.rendering import flash, here, local, render, say_in
from bot.channels.web.routing import Endpoint, Page
from bot.channels.web.words import LANGUAGES, accepted
from bot.curation.draft import StaleError
from bot.errors import RejoinderError
from bot.querylog.errors import LogUnavailable

if TYPE_CHECKING:
    from bot.channels.web.console import Console
    from bot.channels.web.sessions import Session

_log = structlog.get_logger(__name__)

THEMES = ("light", "dark")
_CSRF = "csrf"
_FROM = "from"
_MOST_FIELDS = 500
_BODY_SECONDS = 30.0  # in which a form must have arrived
_ENCODED = "application/x-www-form-urlencoded"
_KNOWN = {404, 405, 408, 413, 429}
_UNREAD = {408, 413}
"""answers to a body that is not read to its end"""


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """End a request with a page that says why: ``key`` of the catalogue."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


class Guard:
    """Wrap the endpoints of the table."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def endpoint(self, page: Page) -> Endpoint:
        """Return what the router calls for a page."""
        if page.plain:
            return page.endpoint

        async def guarded(asked: Request) -> Response:
            encoded = asked.headers.get("content-type", "").strip().lower().startswith(_ENCODED)
            fields = _MOST_FIELDS if encoded else None
            request = Request(asked.scope, _counted(asked.receive, page.limit, fields))
            request.state.page = page.name
            self._know(request)
            try:
                response = await self._answer(request, page)
            except Exception as error:  # noqa: BLE001 - the one funnel of all pages
                response = failed(request, error)
            self._remember(request, response)
            return response

        return guarded

    async def missing(self, request: Request, error: Exception) -> Response:
        """Answer for an address, or a method, that the table does not have."""
        self._know(request)
        response = failed(request, error)
        self._remember(request, response)
        return response

    def _know(self, request: Request) -> None:
        """Put what is known of whoever asks into the request's state."""
        console, state = self._console, request.state
        cookie = console.sessions.read(request.cookies.get(console.cookie_name))
        state.session = console.sessions.get(cookie)
        state.cookie = cookie or console.sessions.visitor()
        state.new_visitor = cookie is None
        state.csrf = console.sessions.csrf(state.cookie)
        chosen = request.cookies.get("language", "")
        state.language = (
            chosen if chosen in LANGUAGES else accepted(request.headers.get("accept-language", ""))
        )
        theme = request.cookies.get("theme", "")
        state.theme = theme if theme in THEMES else "auto"
        state.topic = console.default_topic
        state.role = None
        state.form = FormData()
        state.section = None
        state.waiting = {}
        self._place(request)

    def _place(self, request: Request) -> None:
        """Say which topic is meant, and what the person may do there."""
        state = request.state
        session: Session | None = state.session
        if session is None:
            return
        named = request.query_params.get("topic")
        theirs = [topic for topic in self._console.topics if session.rights.on(topic)]
        state.topic = named or next(iter(theirs), self._console.default_topic)
        state.role = session.rights.on(state.topic) if state.topic in theirs else None

    async def _answer(self, request: Request, page: Page) -> Response:
        state = request.state
        if page.method == "POST":
            _require_same_origin(request)
            state.form = await _form(request, page)
            token = state.form.get(_CSRF)
            if not isinstance(token, str) or not self._console.sessions.is_csrf(
                state.cookie, token
            ):
                return self._form_of_before(request, page)
        if page.role is None:
            return await page.endpoint(request)
        if state.session is not None:
            state.session = await self._console.renew(state.session, fresh=page.fresh)
            self._place(request)
        if state.session is None:
            return self._sign_in_first(request, page)
        if state.topic not in self._console.topics:
            raise Refused(404, "error-topic")
        if state.role is None or state.role < page.role:
            raise Refused(403, "error-role")
        state.waiting = await self._console.waiting(state.topic, state.role)
        return await page.endpoint(request)

    def _form_of_before(self, request: Request, page: Page) -> Response:
        """Show a form again that was opened before its person signed in anew, with what it held.

        Nothing is done. Raises Refused where it may be another site's, or cannot be kept.
        """
        state = request.state
        back = _came_from(request)
        ours = page.role is not None and back is not None and _is_surely_ours(request)
        if (
            not ours
            or back is None
            or state.session is None
            or not self._console.sessions.keep(state.cookie, back, _typed(request))
        ):
            raise Refused(403, "error-csrf")
        flash(request, say_in(request, "form-of-before"), "warn")
        return RedirectResponse(back, 303)

    def _sign_in_first(self, request: Request, page: Page) -> Response:
        if page.method == "GET":
            query = urlencode({"next": here(request)})
            return RedirectResponse(f"/sign-in?{query}", 303)
        back = _came_from(request) or "/"
        kept = self._console.sessions.keep(request.state.cookie, back, _typed(request))
        return render(request, "sign_in.html", 401, next=back, token=None, ended=True, kept=kept)

    def _remember(self, request: Request, response: Response) -> None:
        """Give whoever has no cookie yet one that their forms are bound to."""
        if request.state.new_visitor:
            self.set_cookie(response, request.state.cookie)

    def set_cookie(self, response: Response, session_id: str) -> None:
        """Send the cookie that names a session or a visitor; it ends with the browser."""
        console = self._console
        response.set_cookie(
            console.cookie_name, console.sessions.cookie(session_id), path="/", httponly=True,
            secure=console.https, samesite="lax" if console.cross_site else "strict",
        )  # fmt: skip


def _counted(receive: Receive, limit: int, fields: int | None = None) -> Receive:
    """Return a receive that refuses a body of more than ``limit`` bytes, or ``fields`` of a form.

    The parser counts only fields with a name, and works on the others for a long time.
    """
    seen = ends = 0

    async def counting() -> Message:
        nonlocal seen, ends
        message = await receive()
        body = message.get("body", b"")
        seen += len(body)
        ends += 0 if fields is None else body.count(b"&") + body.count(b";")
        if seen > limit or (fields is not None and ends > fields):
            raise Refused(413, "error-413")
        return message

    return counting


async def _form(request: Request, page: Page) -> FormData:
    """Read a form. Raises Refused for one that takes too long to arrive."""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            return await request.form(
                max_files=4, max_fields=_MOST_FIELDS, max_part_size=page.limit
            )
    except TimeoutError:
        raise Refused(408, "error-408") from None


def _typed(request: Request) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, value in request.state.form.multi_items()
        if isinstance(value, str) and name not in (_CSRF, _FROM)
    )


def _came_from(request: Request) -> str | None:
    """Return the page of ours on which a form says that it stands."""
    said = request.state.form.get(_FROM)
    return local(said, "") or None if isinstance(said, str) else None


def _is_surely_ours(request: Request) -> bool:
    """Tell whether the browser says that a form stands on this site.

    Where it says nothing, the form might be another site's, filled in by that.
    """
    return "origin" in request.headers or request.headers.get("sec-fetch-site") == "same-origin"


def _require_same_origin(request: Request) -> None:
    """Refuse a form that stands on another site. Raises Refused."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "error-origin")
    origin = request.headers.get("origin")
    # Without a parser, which would fail at addresses that are none.
    if origin is not None and origin.lower().partition("://")[2] != request.headers["host"].lower():
        raise Refused(403, "error-origin")


def failed(request: Request, error: Exception) -> Response:
    """Return the page that says what went wrong, and log what nobody foresaw."""
    error_id = secrets.token_hex(4)
    context: dict[str, Any] = {"error_id": error_id, "hint": None}
    if isinstance(error, Refused):
        status, message = error.status, say_in(request, error.key)
    elif isinstance(error, SignInError):
        status, message = 403, say_in(request, error.key)
    elif isinstance(error, UnreachableError):
        status, message = 503, say_in(request, "error-discord")
    elif isinstance(error, BusyError):
        status, message = 429, say_in(request, "error-busy")
    elif isinstance(error, ForgottenError):
        status, message = 409, say_in(request, "error-forgotten")
    elif isinstance(error, StaleError):
        status, message = 409, say_in(request, "error-stale")
    elif isinstance(error, LogUnavailable):
        status, message = 503, say_in(request, "error-log")
    elif isinstance(error, RejoinderError):
        status, message = 400, error.message
        context["hint"] = error.hint
    elif isinstance(error, ClientDisconnect):
        status, message = 400, say_in(request, "error-400")
    elif isinstance(error, HTTPException):
        status = error.status_code
        message = say_in(request, f"error-{status}" if status in _KNOWN else "error-400")
    else:
        status, message = 500, say_in(request, "error-500")
    if status >= 500:
        _log.error(
            "console_failed", id=error_id, page=getattr(request.state, "page", None),
            exc_info=error if status == 500 else None, error=type(error).__name__,
        )  # fmt: skip
    else:
        _log.info("console_refused", id=error_id, status=status, error=type(error).__name__)
    response = render(request, "error.html", status, code=status, message=message, **context)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    if status in _UNREAD:
        # Or the server would wait for the rest.
        response.headers["Connection"] = "close"
    return response


__all__ = ["THEMES", "Guard", "Refused", "failed"]
