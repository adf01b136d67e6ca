"""Sign in by a one-time link, and sign out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.console import OPERATOR
from bot.channels.web.guard import Refused
from bot.channels.web.rendering import local, render, say_in
from bot.channels.web.routing import Page, Role
from bot.channels.web.sessions import Rights, Session

_TOKEN_LIMIT = 200


async def sign_in(request: Request) -> Response:
    """Show how to sign in; a link is used by the button, so that a preview does not use it up."""
    token = request.query_params.get("token")
    back = local(request.query_params.get("next", "/"))
    if request.state.session is not None and not token:
        return RedirectResponse(back, 303)
    return render(request, "sign_in.html", next=back, token=token, kept_words=False)


async def take_link(request: Request) -> Response:
    """Take a one-time link and open a session as the operator."""
    console = request.app.state.console
    form = request.state.form
    if not console.attempts.allowed(request.client.host if request.client else ""):
        raise Refused(429, "error-429")
    token = str(form.get("token", ""))
    good = 0 < len(token) <= _TOKEN_LIMIT
    if not good or not await console.service.log.sign_ins.redeem(token, console.now()):
        raise Refused(403, "error-link")
    session = console.sessions.open(
        OPERATOR,
        say_in(request, "operator"),
        Rights(everywhere=Role.OPERATOR),
        before=request.state.cookie,
    )
    await console.note("sign-in", topic=None, user=session.user)
    return entered(request, session, local(str(form.get("next", "/"))))


def entered(request: Request, session: Session, back: str) -> Response:
    """Send the browser on, with the cookie of its new session."""
    kept = request.app.state.console.sessions.kept(session)
    response = RedirectResponse(kept.page if kept is not None else back, 303)
    request.app.state.guard.set_cookie(response, session.id)
    request.state.new_visitor = False
    return response


async def sign_out(request: Request) -> Response:
    """End this session, or with ``everywhere`` all of the person's."""
    console, session = request.app.state.console, request.state.session
    if request.state.form.get("everywhere"):
        console.sessions.end_all(session.user)
    else:
        console.sessions.end(session.id)
    await console.note("sign-out", topic=None, user=session.user)
    response = RedirectResponse("/sign-in", 303)
    request.app.state.guard.set_cookie(response, console.sessions.visitor())
    return response


ROUTES = (
    Page("GET", "/sign-in", "sign_in", None, sign_in),
    Page("POST", "/sign-in", "take_link", None, take_link, limit=8192),
    Page("POST", "/sign-out", "sign_out", Role.REVIEWER, sign_out, limit=8192),
)
