"""The argument map in the channel: a picture with a description, and the same as text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import text, views
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.errors import Refused
from bot.channels.discord.reading import Handler
from bot.channels.discord.responding import hold, intend, show, turn
from bot.channels.discord.views import Button
from bot.channels.discord.words import language_of, say

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot


class Maps:
    """Draw a proposal's arguments."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of this feature's components does."""
        return {"map": self._map, "maptext": self._as_text}

    async def send(
        self, interaction: discord.Interaction[Any], topic: str, proposal: str, *, public: bool
    ) -> None:
        """Answer an interaction with a map. Raises Refused where there is no such proposal."""
        language = language_of(interaction)
        advisor = self._bot.service.advisor_of(topic)
        release = advisor.release
        entry = release.entries.get(proposal)
        if entry is None or entry.proposal is None:
            raise Refused(say("no-such-entry", language))
        # All that is said of it before the wait: the release may change meanwhile.
        title = self._bot.reading.title(advisor, entry.proposal, language)
        about = views.cut(self._bot.pictures.description(release, entry.proposal, language), 1_000)
        self._bot.asking.admit(
            interaction.user.id, interaction.channel_id or 0, str(interaction.locale), public=public
        )
        # Drawing may take a second or two the first time: Discord is told at once.
        intend(interaction, ephemeral=not public)
        await hold(interaction)
        try:
            drawn = await self._bot.pictures.draw(release, entry.proposal, language)
        except BaseException:
            self._bot.asking.refund(interaction.user.id, interaction.channel_id or 0, public=public)
            raise
        files = [
            discord.File(io.BytesIO(picture), f"map-{number}.png")
            for number, picture in enumerate(drawn, start=1)
        ]
        meaning = ButtonId("maptext", topic_mark(topic), entry.proposal, language)
        behind = replace(meaning, action="objections")
        row = [
            Button(meaning, say("as-text", language)),
            Button(behind, say("objections-and-replies", language)),
        ]
        body = f"### {text.escape(title)}"
        if public and len(files) > 1:
            # A map of seven tall pages would push a conversation out of sight.
            body += f"\n-# {say('map-first', language, pages=len(files))}"
            row.insert(0, Button(replace(meaning, action="map"), say("map", language)))
            files = files[:1]
        named = [
            (file.filename, f"{about} ({number}/{len(drawn)})" if len(drawn) > 1 else about)
            for number, file in enumerate(files, start=1)
        ]
        view = views.page(body, row, pictures=named)
        await show(interaction, view, ephemeral=not public, files=files)

    async def _map(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        topic, _advisor = self._bot.reading.advisor(meaning, language_of(interaction))
        await self.send(interaction, topic, meaning.entry, public=False)

    async def _as_text(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = meaning.language if meaning.mark else language_of(interaction)
        meaning = replace(meaning, language=language)
        topic, advisor = self._bot.reading.advisor(meaning, language)
        shown = self._bot.reading.answer(meaning, language)
        words = self._bot.pictures.text(advisor.release, meaning.entry, language)
        parts = [text.Paragraph(text.plain(line)) for line in words.split("\n") if line.strip()]
        view = views.paged(shown.title or meaning.entry, text.pages(parts), meaning)
        if meaning.mark:
            await turn(interaction, view)
        else:
            await show(interaction, view)
        del topic
