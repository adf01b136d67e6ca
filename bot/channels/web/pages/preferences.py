"""Language and colours, for everybody, kept in cookies of their own; and the topic to work on."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.guard import THEMES
from bot.channels.web.rendering import local
from bot.channels.web.routing import Page
from bot.channels.web.words import LANGUAGES

_YEAR = 31_536_000


async def prefer(request: Request) -> Response:
    """Keep a choice and go back to where it was made."""
    form = request.state.form
    response = RedirectResponse(local(str(form.get("from", "/"))), 303)
    secure = request.app.state.console.https
    for name, known in (("language", LANGUAGES), ("theme", THEMES)):
        chosen = form.get(name)
        if chosen in known:
            response.set_cookie(
                name, str(chosen), max_age=_YEAR, path="/", httponly=True, secure=secure,
                samesite="lax",
            )  # fmt: skip
        elif chosen == "auto":
            response.delete_cookie(name, path="/", httponly=True, secure=secure, samesite="lax")
    return response


ROUTES = (Page("POST", "/preferences", "preferences", None, prefer),)
