"""`rejoinder console`: the web console without a Discord bot, and links that sign in to it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from bot.cli.common import Config, Data, Knowledge, limit_numpy_threads, run, settings_from
from bot.errors import RejoinderError, UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.channels.health import Channel
    from bot.metrics import Metrics
    from bot.service import Service
    from bot.settings import Settings

_log = structlog.get_logger(__name__)


def console(
    *,
    link: Annotated[
        bool,
        typer.Option("--link", help="Print a fresh sign-in link for a console that runs, and end."),
    ] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Run the web console, with health and metrics, but no Discord bot, until it is told to end.

    It prints a link that signs you in once, within 15 minutes. `rejoinder serve` runs the same
    console beside the bot; for either, `--link` makes another link, also inside a container.

    Examples:

    `rejoinder console`

    `docker compose exec rejoinder rejoinder console --link`
    """
    limit_numpy_threads()
    settings = settings_from(config, knowledge, data)
    if not settings.console:
        raise UsageError(
            "The console is switched off.", hint="Set console: true, or leave the setting out."
        )
    if settings.http_port is None:
        raise UsageError(
            "The console needs a port, and http_port is null.", hint="Set http_port to a number."
        )
    if link:
        print(run(_link(settings)), flush=True)
        return
    from bot.cli.log_lines import plain_lines  # noqa: PLC0415
    from bot.cli.serve import until_told  # noqa: PLC0415

    # The first start learns the topic for a while, and should say so.
    plain_lines(settings.log_level if "log_level" in settings.model_fields_set else "info")
    asyncio.run(until_told(settings, None))


async def _link(settings: Settings) -> str:
    from bot.channels.web.links import sign_in_link  # noqa: PLC0415
    from bot.querylog import open_log  # noqa: PLC0415

    async with open_log(
        settings.data, settings.database_url, time_limit=settings.log_time_limit
    ) as log:
        return await sign_in_link(log, settings)


@asynccontextmanager
async def http_app(
    service: Service, settings: Settings, metrics: Metrics, channels: Mapping[str, Channel]
) -> AsyncIterator[ASGIApp]:
    """Make what is served over HTTP: the console with health and metrics, or only those."""
    from bot.channels.health import Health, health_app  # noqa: PLC0415

    if not settings.console:
        yield health_app(service, metrics, channels)
        return
    from bot.channels.web.app import console_app, open_console  # noqa: PLC0415
    from bot.channels.web.words import read_catalogues  # noqa: PLC0415

    await asyncio.to_thread(read_catalogues)
    health = Health(service, metrics, channels)
    async with open_console(service, settings, metrics, health) as console:
        yield console_app(console)


async def announce(service: Service, settings: Settings, address: str) -> None:
    """Print a link that signs in to the console, and warn where others could read along."""
    from bot.channels.web.links import exposed, sign_in_link  # noqa: PLC0415

    if exposed(settings):
        _log.warning(
            "console_without_https",
            hint="Publish the port to this machine only, or set console_url to an https address "
            "(docs/console.md).",
        )
    try:
        link = await sign_in_link(service.log, settings, port=int(address.rpartition(":")[2]))
    except RejoinderError as error:
        # The bot answers all the same, and a link can be made later.
        _log.warning("no_sign_in_link", problem=str(error), hint="rejoinder console --link")
        return
    said = f"Sign in to the console (once, within 15 minutes): {link}"
    # Never through the log lines. But where no person reads standard output, something keeps it
    # as it keeps those: a container's log, the journal of the system.
    if not sys.stdout.isatty():
        said += (
            "\nWhoever reads what collects this output, such as a container's log, can use that "
            "link until you do. A link that stands nowhere else: rejoinder console --link"
        )
    print(said, flush=True)
