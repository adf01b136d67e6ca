"""``/review``: what moderators call to see what was asked and to judge how it was answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.channels.discord.commands import BY_SERVERS, IN_SERVERS, MODERATE, Feature, options
from bot.channels.discord.review import reason_of
from bot.channels.discord.sync import localised
from bot.querylog.review_records import REASONS

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

Interaction = discord.Interaction[Any]
_REASONS = [
    app_commands.Choice(name=localised(f"review-reason-{reason}"), value=reason)
    for reason in REASONS
]


def add_review_commands(bot: RejoinderBot) -> None:
    """Add ``/review`` with its subcommands to the bot's tree."""
    reviews = _Reviews(bot)
    group = app_commands.Group(
        name=localised("cmd-review"),
        description=localised("cmd-review-about"),
        allowed_contexts=IN_SERVERS,
        allowed_installs=BY_SERVERS,
        # Discord hides it from whoever lacks this; that they are refused is our work.
        default_permissions=MODERATE,
    )
    callbacks: dict[str, Any] = {
        "next": reviews.next, "list": reviews.list, "sample": reviews.sample,
        "stats": reviews.stats,
    }  # fmt: skip
    for name, callback in callbacks.items():
        command: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=localised(f"sub-{name}"),
            description=localised(f"sub-{name}-about"),
            callback=callback,
        )
        command.autocomplete("topic")(reviews.complete_topic)
        group.add_command(command)
    bot.tree.add_command(group, override=True)


class _Reviews(Feature):
    @options(topic="opt-topic")
    async def next(self, interaction: Interaction, topic: str | None = None) -> None:
        await self._guarded(interaction, lambda: self.bot.reviewing.open_next(interaction, topic))

    @options(reason="opt-listed", topic="opt-topic")
    @app_commands.choices(reason=_REASONS)
    async def list(
        self, interaction: Interaction, reason: str | None = None, topic: str | None = None
    ) -> None:
        wanted = reason_of(reason or "")
        await self._guarded(
            interaction, lambda: self.bot.reviewing.open_list(interaction, topic, wanted)
        )

    @options(topic="opt-topic")
    async def sample(self, interaction: Interaction, topic: str | None = None) -> None:
        await self._guarded(interaction, lambda: self.bot.reviewing.open_sample(interaction, topic))

    @options(topic="opt-topic")
    async def stats(self, interaction: Interaction, topic: str | None = None) -> None:
        await self._guarded(interaction, lambda: self.bot.reviewing.open_stats(interaction, topic))

    async def _guarded(self, interaction: Interaction, work: Callable[[], Awaitable[None]]) -> None:
        await self.bot.guarded(interaction, "review", work)
