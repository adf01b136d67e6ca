"""Build the console's application from the table of routes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.channels.health import Health
from bot.channels.web.access import ROUTES
from bot.channels.web.console import Console
from bot.channels.web.discord_people import CALLBACK, DiscordPeople
from bot.channels.web.guard import Guard
from bot.channels.web.headers import Surroundings
from bot.channels.web.pages.files import Files
from bot.channels.web.rendering import Renderer
from bot.channels.web.routing import Page
from bot.errors import UsageError
from bot.metrics import Metrics
from bot.querylog.places import Home
from bot.service import Service
from bot.settings import Settings, discord_client_secret


@asynccontextmanager
async def open_console(
    service: Service, settings: Settings, metrics: Metrics, health: Health
) -> AsyncIterator[Console]:
    """Make a console as the settings say. Raises UsageError for settings that do not fit."""
    console = Console(
        service, settings, metrics=metrics, health=health, people=_people(service, settings)
    )
    try:
        yield console
    finally:
        await console.close()


def _people(service: Service, settings: Settings) -> DiscordPeople | None:
    secret = discord_client_secret(settings)
    if settings.discord_client_id is None:
        return None
    if secret is None:
        raise UsageError(
            "discord_client_id is set, but there is no client secret.",
            hint="Copy it from the developer portal (OAuth2, Reset Secret) and set "
            "REJOINDER_DISCORD_CLIENT_SECRET, or name its file: discord_client_secret_file.",
        )
    if settings.console_url is None:
        raise UsageError(
            "To sign in through Discord, the console needs an address that Discord can send "
            "people back to.",
            hint="Set console_url; docs/console.md says what else is needed.",
        )
    only = None if settings.discord_home is None else str(settings.discord_home)

    async def homes() -> list[Home]:
        known = await service.log.places.homes()
        # As for the bot: the operator's word counts for more than an earlier claim.
        return [home for home in known if only in {None, home.guild}]

    return DiscordPeople(
        settings.discord_client_id,
        secret.get_secret_value(),
        f"{settings.console_url.rstrip('/')}{CALLBACK}",
        homes=homes,
        reviewer_role=settings.discord_reviewer_role,
    )


def console_app(console: Console, routes: Sequence[Page] = ROUTES) -> ASGIApp:
    """Return the application that answers for a console; only a test names other routes."""
    guard = Guard(console)
    app = Starlette(
        routes=[
            Route(page.path, guard.endpoint(page), methods=[page.method], name=page.name)
            for page in routes
        ],
        exception_handlers={404: guard.missing, 405: guard.missing},
    )
    # Starlette would redirect to an address of its own making, which knows no proxy's https.
    app.router.redirect_slashes = False
    app.state.console = console
    app.state.files = Files.read()
    app.state.guard = guard
    app.state.renderer = Renderer({page.name: page for page in routes}, app.state.files.address)
    return Surroundings(app, console.hosts, https=console.https)
