"""What is stored about a person: to be read, taken along and deleted, also in direct messages."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import views
from bot.channels.discord.asking import user_key
from bot.channels.discord.cooldown import Cooldown
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.errors import Refused
from bot.channels.discord.reading import Handler
from bot.channels.discord.responding import hold, show, turn
from bot.channels.discord.views import Button
from bot.channels.discord.words import language_of, say

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot


class Privacy:
    """Explain, export, forget. Everybody reaches their own data only."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        # Both read or rewrite the whole log.
        self._uses = Cooldown(2, 60)

    def _admit(self, interaction: discord.Interaction[Any], language: str) -> None:
        if (wait := self._uses.take(interaction.user.id)) > 0:
            raise Refused(say("slow-down", language, seconds=int(wait) + 1))

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of this feature's components does."""
        return {"export": self._export, "forget": self._forget, "forgetyes": self._forget_yes}

    def view(self, language: str) -> discord.ui.LayoutView:
        """Lay out what is stored, with the two buttons."""
        days = self._bot.settings.retention_days
        meaning = ButtonId("export", topic_mark(next(iter(self._bot.service.topics))), "", language)
        kept = say("privacy-days", language, days=days) if days else say("privacy-kept", language)
        body = f"### {say('privacy', language)}\n{say('privacy-text', language)}\n\n{kept}"
        forget = ButtonId("forget", meaning.topic, "", language)
        return views.page(
            body,
            [
                Button(meaning, say("export", language)),
                Button(forget, say("forget", language), discord.ButtonStyle.danger),
            ],
        )

    async def _export(
        self, interaction: discord.Interaction[Any], _: ButtonId, __: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        self._admit(interaction, language)
        await hold(interaction)
        data = await self._bot.service.log.export_person(user_key(interaction.user.id))
        body = json.dumps(data, ensure_ascii=False, indent=2).encode()
        file = discord.File(io.BytesIO(body), "rejoinder-my-data.json")
        words = say("exported", language, count=len(data["queries"]))
        if mine := [each for each in data["suggestions"] if each["pseudonym"]]:
            words += f" {say('suggestions-too', language, count=len(mine))}"
        await interaction.edit_original_response(content=words, attachments=[file])

    async def _forget(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        sure = ButtonId("forgetyes", meaning.topic, "", language)
        yes = Button(sure, say("forget-yes", language), discord.ButtonStyle.danger)
        await turn(interaction, views.page(say("forget-sure", language), [yes]))

    async def _forget_yes(
        self, interaction: discord.Interaction[Any], _: ButtonId, __: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        self._admit(interaction, language)
        await hold(interaction)
        user, log = user_key(interaction.user.id), self._bot.service.log
        # Nobody shall find out later that a moderator's work went, too.
        drafts = [await log.drafts.of(topic, user) for topic in self._bot.service.topics]
        named = await log.drafts.name(log.drafts.pseudonym(user))
        gone = await log.forget_person(user)
        self._bot.asking.conversations.forget(interaction.user.id)
        lines = [say("forgotten", language, count=gone.queries + gone.spooled)]
        if gone.suggestions:
            lines.append(say("suggestions-gone", language, count=gone.suggestions))
        if drafted := len(drafts) - drafts.count(None):
            lines.append(say("drafts-gone", language, count=drafted))
        if named is not None:
            lines.append(say("name-gone", language))
        if not gone.bytes_gone:
            lines.append(f"-# {say('forgotten-bytes', language)}")
        await show(interaction, views.note("\n".join(lines)))
