"""The real bot and a small server of the double's, for the tests of this folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.discord_double import Channel, Double, Exchange, Person, Server
from bot.advisor.advisor import Advisor
from bot.channels.discord.bot import RejoinderBot
from bot.metrics import Metrics
from bot.querylog import QueryLog, QueryRow, open_log
from bot.querylog.places import Home, Place
from bot.retrieval.encoder import OnnxEncoder
from bot.service import Service
from bot.settings import Settings

MESSAGES = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*/*/callback"
COMMANDS = "PUT /applications/*/commands"
TOPIC = "bridge"
BIRDS = "what about the birds"


class Bot(RejoinderBot):
    """The bot, without the five seconds that discord.py sleeps before each later IDENTIFY."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""


@dataclass
class Stage:
    """A server with a channel where the bot answers, and the means to start the bot in it."""

    double: Double
    data: Path
    advisor: Advisor
    encoder: OnnxEncoder
    guild: Server = field(init=False)
    channel: Channel = field(init=False)
    alice: Person = field(init=False)
    bob: Person = field(init=False)

    def __post_init__(self) -> None:
        self.guild = self.double.guild()
        self.channel = self.guild.channel("general")
        self.alice = self.guild.member("alice")
        self.bob = self.guild.member("bob")

    async def set_up(self, log: QueryLog, *further: tuple[Server, Channel]) -> None:
        """Have the bot answer in the channel and in further ones."""
        places = [(self.guild, self.channel), *further]
        await log.places.save_home(Home(topic=TOPIC, platform="discord", guild=str(self.guild.id)))
        for guild, channel in places:
            await log.places.save_place(
                Place(platform="discord", guild=str(guild.id), channel=str(channel.id), topic=TOPIC)
            )

    @asynccontextmanager
    async def running(self, *more: Channel, **options: Any) -> AsyncIterator[Bot]:
        """Run the bot in this process; settings may be given beside options of the client."""
        limits = {k: options.pop(k) for k in list(options) if k.startswith("discord_")}
        settings = Settings.model_validate(
            {"knowledge": self.advisor.release.folder, "data": self.data, **limits}
        )
        async with open_log(self.data) as log:
            service = Service(settings, self.advisor, log, self.encoder)
            await self.set_up(log, *((self.guild, channel) for channel in more))
            bot = Bot(service, Metrics(), settings, guild_ready_timeout=0.05, **options)
            async with self.double.running(bot):
                yield bot
            # Only now: what is under way has been let finish.
            assert not self.double.server.unhandled

    async def log(self) -> list[QueryRow]:
        """Return the rows of the log, in order."""
        async with open_log(self.data) as log:
            return await rows(log)


async def rows(log: QueryLog) -> list[QueryRow]:
    """Return the rows of a log, in order."""
    return [row async for row in log.queries()]


async def shown(bot: RejoinderBot, count: int) -> list[QueryRow]:
    """Return the rows of the log once so many are marked as shown."""
    async with asyncio.timeout(10):
        while True:
            found = await rows(bot.service.log)
            if sum(row.delivered_at is not None for row in found) >= count:
                return found
            await asyncio.sleep(0.01)


def failures(bot: RejoinderBot) -> dict[str, float]:
    """Return how many events ended in an error, by kind."""
    return samples(bot, "rejoinder_failures_total", "kind")


def refused(bot: RejoinderBot) -> dict[str, float]:
    """Return how many questions were not taken, by reason."""
    return samples(bot, "rejoinder_refused_total", "reason")


def samples(bot: RejoinderBot, name: str, label: str) -> dict[str, float]:
    """Return the values of a metric by a label."""
    found: dict[str, float] = {}
    for line in bot.metrics.render()[0].decode().splitlines():
        if line.startswith(f"{name}{{"):
            labels, value = line.rsplit(" ", 1)
            found[labels.split(f'{label}="')[1].split('"')[0]] = float(value)
    return found


Act = Callable[[Stage], Exchange]
