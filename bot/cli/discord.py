"""`rejoinder discord`: set the bot up on Discord: its invitation and its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import Config, Data, Knowledge, err, out, refuse_options, run, settings_from
from bot.cli.serve import SETUP_STEPS, explaining, required_token
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="Set the bot up on Discord.",
    epilog="Examples: `rejoinder discord`, `rejoinder discord invite`, `rejoinder discord sync`.",
    rich_markup_mode="markdown",
)


@app.callback(invoke_without_command=True)
def steps(
    context: typer.Context,
    *,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Say how to set the bot up on Discord, and whether a token is given."""
    from bot.settings import discord_token  # noqa: PLC0415

    if context.invoked_subcommand is not None:
        refuse_options(context, context.invoked_subcommand)
        return
    settings = settings_from(config, knowledge, data)
    out.print(SETUP_STEPS, markup=False)
    given = discord_token(settings) is not None
    out.print("\nA token is given." if given else "\nNo token is given yet.", style="dim")


@app.command()
def invite(
    *,
    application: Annotated[
        int | None,
        typer.Option(min=1, help="The application's id (default: Discord is asked for it)."),
    ] = None,
    user: Annotated[
        bool, typer.Option("--user", help="The link by which a person installs it for themselves.")
    ] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Print the link that adds the bot to a server, with the least permissions it needs.

    Examples:

    `rejoinder discord invite`

    `rejoinder discord invite --application 1234567890123456789`
    """
    from bot.channels.discord.invite import guild_link, user_link  # noqa: PLC0415

    settings = settings_from(config, knowledge, data)
    if application is None:
        application = run(_application_id(required_token(settings)))
    out.print(user_link(application) if user else guild_link(application), soft_wrap=True)


async def _application_id(token: str) -> int:
    import discord  # noqa: PLC0415

    async with discord.Client(intents=discord.Intents.none()) as client:
        with explaining():
            await client.login(token)
        assert client.application_id is not None  # noqa: S101 - login sets it
        return client.application_id


@app.command()
def sync(
    *,
    guild: Annotated[
        int | None,
        typer.Option(min=1, help="Only in the server of this id, where they show at once."),
    ] = None,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Send the bot's commands to Discord now, whatever was sent before.

    `rejoinder serve` sends them by itself when they have changed.

    Examples:

    `rejoinder discord sync`

    `rejoinder discord sync --guild 1234567890123456789`
    """
    settings = settings_from(config, knowledge, data)
    where = "everywhere" if guild is None else f"to the server {guild}"
    sent = run(_sync(settings, required_token(settings), guild))
    out.print(f"The commands were sent {where}." if sent else "Nothing has changed.")
    if guild is None:
        err.print("Discord may take a while to show them; restart its app to see them.",
                  style="dim")  # fmt: skip


async def _sync(settings: Settings, token: str, guild: int | None) -> bool:
    import discord  # noqa: PLC0415

    from bot.channels.discord.bot import RejoinderBot  # noqa: PLC0415
    from bot.channels.discord.sync import sync_commands  # noqa: PLC0415
    from bot.cli.common import opened  # noqa: PLC0415
    from bot.metrics import Metrics  # noqa: PLC0415

    async with (
        opened(settings) as service,
        RejoinderBot(service, Metrics(), settings, syncs=False) as bot,
    ):
        with explaining():
            await bot.login(token)
            place = None if guild is None else discord.Object(guild)
            return await sync_commands(bot, place, force=True)


@app.command()
def release(
    topic: Annotated[
        str | None, typer.Argument(help="The topic's id (default: that of `--knowledge`).")
    ] = None,
    *,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take a topic's home away from its server, so that another one can claim it with /setup.

    For a server that was deleted or should not have it. Restart `rejoinder serve` afterwards.

    Examples:

    `rejoinder discord release`

    `rejoinder discord release million-carrots`
    """
    settings = settings_from(config, knowledge, data)
    run(_release(settings, topic))


async def _release(settings: Settings, topic: str | None) -> None:
    from bot.knowledge.load import load  # noqa: PLC0415
    from bot.querylog import open_log  # noqa: PLC0415

    topic = topic or load(settings.knowledge).topic.id
    async with open_log(settings.data, settings.database_url) as log:
        homes = {home.topic: home for home in await log.places.homes()}
        if topic not in homes:
            known = f"Those with a home: {', '.join(homes)}." if homes else "No topic has a home."
            raise UsageError(f"The topic {topic} has no home server.", hint=known)
        await log.places.remove_home(topic)
    out.print(f"{topic} had its home in the server {homes[topic].guild} and has none now.")
