"""Where people arrive: the page that their role has most use for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.rendering import Renderer, redirect, render
from bot.channels.web.routing import Page, Role

_FIRST = ("review", "ask")


async def home(request: Request) -> Response:
    """Go on to the review queue, or to what there is."""
    renderer: Renderer = request.app.state.renderer
    for name in _FIRST:
        page = renderer.pages.get(name)
        if page is not None and (page.role is None or request.state.role >= page.role):
            return redirect(request, name)
    return render(request, "home.html")


ROUTES = (Page("GET", "/", "home", Role.REVIEWER, home),)
