"""Build the console's application from the table of routes."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.channels.web.access import ROUTES
from bot.channels.web.console import Console
from bot.channels.web.guard import Guard
from bot.channels.web.headers import Surroundings
from bot.channels.web.pages.files import Files
from bot.channels.web.rendering import Renderer


def console_app(console: Console) -> ASGIApp:
    """Return the application that answers for a console."""
    guard = Guard(console)
    app = Starlette(
        routes=[
            Route(page.path, guard.endpoint(page), methods=[page.method], name=page.name)
            for page in ROUTES
        ],
        exception_handlers={404: guard.missing, 405: guard.missing},
    )
    app.state.console = console
    app.state.files = Files.read()
    app.state.guard = guard
    app.state.renderer = Renderer({page.name: page for page in ROUTES}, app.state.files.address)
    return Surroundings(app, console.hosts, https=console.https)
