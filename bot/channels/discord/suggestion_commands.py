"""The commands of suggestions: who may use them where, and what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.channels.discord.commands import (
    BY_SERVERS,
    IN_SERVERS,
    MODERATE,
    Feature,
    Interaction,
    add,
    options,
)
from bot.channels.discord.completing import suggest
from bot.channels.discord.errors import Refused
from bot.channels.discord.sync import localised
from bot.channels.discord.words import language_of, say

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot


def add_suggestion_commands(bot: RejoinderBot) -> None:
    """Add the commands of suggestions, and the message menu, to the bot's tree."""
    feature = _Suggestions(bot)
    topics = {"topic": feature.complete_topic}
    add(bot, "suggest", feature.suggest, {"about": feature.complete_any, **topics})
    add(bot, "suggestions", feature.suggestions, topics, MODERATE)
    menu = app_commands.ContextMenu(
        name=localised("menu-add-phrasing"),
        callback=feature.add_phrasing,
        allowed_contexts=IN_SERVERS,
        allowed_installs=BY_SERVERS,
    )
    menu.default_permissions = MODERATE
    bot.tree.add_command(menu, override=True)


class _Suggestions(Feature):
    @options(about="opt-about", topic="opt-topic")
    async def suggest(
        self, interaction: Interaction, about: str | None = None, topic: str | None = None
    ) -> None:
        async def work() -> None:
            wanted = self.topic(interaction, topic)
            entry = self._find(interaction, wanted, about) if about else None
            await self.bot.suggesting.open(interaction, wanted, entry)

        await self.bot.guarded(interaction, "suggest", work)

    @options(topic="opt-topic")
    async def suggestions(self, interaction: Interaction, topic: str | None = None) -> None:
        async def work() -> None:
            # In a topic's moderators' channel it is that topic's queue.
            wanted = self.topic(interaction, topic or self.bot.editing.topic(interaction))
            await self.bot.suggesting.queue.open(interaction, wanted)

        await self.bot.guarded(interaction, "suggestions", work)

    async def add_phrasing(self, interaction: Interaction, message: discord.Message) -> None:
        async def work() -> None:
            topic = self.bot.editing.topic(interaction)
            await self.bot.suggesting.merging.open_message(interaction, topic, message)

        await self.bot.guarded(interaction, "sphrase", work)

    def _find(self, interaction: Interaction, topic: str, given: str) -> str:
        """Return the entry that was chosen, or that what was typed names best. Raises Refused."""
        advisor = self.bot.service.advisor_of(topic)
        if given.strip() in advisor.release.entries:
            return given.strip()
        found = suggest(advisor, given, language_of(interaction)) if given.strip() else []
        if not found:
            raise Refused(say("no-such-entry", language_of(interaction)))
        return found[0].entry
