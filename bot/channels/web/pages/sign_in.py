"""Sign in by a one-time link, and sign out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.console import OPERATOR
from bot.channels.web.discord_people import CALLBACK, DiscordPeople
from bot.channels.web.guard import Refused
from bot.channels.web.limits import Attempts
from bot.channels.web.rendering import local, render, say_in
from bot.channels.web.routing import Page, Role
from bot.channels.web.sessions import Rights, Session
from bot.querylog.errors import LogUnavailable

_TOKEN_LIMIT = 200


async def sign_in(request: Request) -> Response:
    """Show how to sign in; a link is used by the button, so that a preview does not use it up."""
    token = request.query_params.get("token")
    back = local(request.query_params.get("next", "/"))
    if request.state.session is not None and not token:
        return RedirectResponse(back, 303)
    return render(request, "sign_in.html", next=back, token=token, ended=False)


async def take_link(request: Request) -> Response:
    """Take a one-time link and open a session as the operator."""
    console = request.app.state.console
    form = request.state.form
    _count(request, console.attempts)
    token = str(form.get("token", ""))
    good = 0 < len(token) <= _TOKEN_LIMIT
    if not good or not await console.service.log.sign_ins.redeem(token, console.now()):
        raise Refused(403, "error-link")
    try:
        # First, so that no session is opened where it cannot be kept that it was.
        await console.note("sign-in", topic=None, user=OPERATOR)
    except LogUnavailable:
        raise Refused(503, "error-link-spent") from None
    session = console.sessions.open(
        OPERATOR,
        say_in(request, "operator"),
        Rights(everywhere=Role.OPERATOR),
        before=request.state.cookie,
    )
    return entered(request, session, local(str(form.get("next", "/"))))


async def to_discord(request: Request) -> Response:
    """Send somebody to Discord to sign in there."""
    people = _people(request)
    _count(request, request.app.state.console.arrivals)
    back = local(request.query_params.get("next", "/"))
    return RedirectResponse(people.start(request.state.cookie, back), 303)


async def from_discord(request: Request) -> Response:
    """Take somebody whom Discord sends back, and open a session with the roles they have."""
    people, console = _people(request), request.app.state.console
    arrived = await people.finish(request.state.cookie, request.query_params)
    await console.note("sign-in", topic=None, user=arrived.user)
    session = console.sessions.open(
        arrived.user, arrived.name, arrived.rights,
        before=request.state.cookie, token=arrived.token,
    )  # fmt: skip
    return entered(request, session, arrived.back)


def _people(request: Request) -> DiscordPeople:
    people: DiscordPeople | None = request.app.state.console.people
    if people is None:
        raise Refused(404, "error-404")
    return people


def _count(request: Request, attempts: Attempts) -> None:
    """Count an attempt to sign in. Raises Refused for one too many."""
    address = request.client.host if request.client else ""
    # Only a proxy can speak https for us, and it appends the address that it sees.
    # Some append it in a line of its own.
    if request.app.state.console.https and (passed := request.headers.getlist("x-forwarded-for")):
        address = passed[-1].rpartition(",")[2].strip()[:64]
    if not attempts.allowed(address):
        raise Refused(429, "error-429")


def entered(request: Request, session: Session, back: str) -> Response:
    """Send the browser on, with the cookie of its new session."""
    kept = request.app.state.console.sessions.kept(session)
    response = RedirectResponse(kept.page if kept is not None else back, 303)
    request.app.state.guard.set_cookie(response, session.id)
    request.state.new_visitor = False
    return response


async def sign_out(request: Request) -> Response:
    """End this session, or with ``everywhere`` all of the person's, whatever they may do now."""
    console, session = request.app.state.console, request.state.session
    if session is None:
        return RedirectResponse("/sign-in", 303)
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
    Page("GET", "/sign-in/discord", "to_discord", None, to_discord),
    Page("GET", CALLBACK, "from_discord", None, from_discord),
    Page("POST", "/sign-out", "sign_out", None, sign_out, limit=8192),
)
