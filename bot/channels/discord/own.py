"""The *More* menu, and what people may do with answers of their own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.advisor.answer import Conversation, Outcome
from bot.channels.discord import text, views
from bot.channels.discord.asking import Asked, event_key, is_direct, respond, user_key
from bot.channels.discord.custom_id import Action, ButtonId, base36
from bot.channels.discord.errors import Refused
from bot.channels.discord.places import is_moderator
from bot.channels.discord.reading import Handler, turn
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import say, spoken

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

FIELD = "question"


class Own:
    """More, follow up, choose, delete, show to everyone."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of this feature's components does."""
        return {
            "more": self._more,
            "follow": self._follow,
            "choose": self._choose,
            "delete": self._delete,
            "show": self._show,
        }

    async def _more(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = spoken(str(interaction.locale))
        topic, advisor = self._bot.reading.advisor(meaning, language)
        meaning = replace(meaning, language=language, mark="")
        message = interaction.message
        private = message is not None and message.flags.ephemeral
        entry = advisor.release.entries.get(meaning.entry)
        boundary = entry is not None and entry.kind == "boundary"
        first: list[Button | Menu] = []
        second: list[Button | Menu] = []
        if entry is not None and not boundary:
            first.append(Button(replace(meaning, action="read"), say("read-all", language)))
        if not boundary:
            first.append(Button(replace(meaning, action="follow"), say("follow-up", language)))
        if entry is not None and entry.proposal is not None:
            first.append(
                Button(replace(meaning, action="map", entry=entry.proposal), say("map", language))
            )
        first.append(Button(replace(meaning, action="why"), say("why", language)))
        where = self._bot.here(interaction)
        if private and where.public and where.topic == topic and entry is not None and not boundary:
            second.append(Button(replace(meaning, action="show"), say("show-everyone", language)))
        shown = "" if private or message is None else base36(message.id)
        second.append(
            Button(
                replace(meaning, action="delete", entry=shown),
                say("delete", language),
                discord.ButtonStyle.danger,
            )
        )
        body = say("more-intro", language)
        if entry is not None:
            title = advisor.show(entry.id, language=language).title or entry.title
            body = f"### {text.escape(title)}\n{body}"
        view = views.page(body, first, second)
        await interaction.response.send_message(view=view, ephemeral=not is_direct(interaction))

    async def _follow(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        # A modal must be the first response, so nothing is read or waited for before it.
        language = spoken(str(interaction.locale))
        modal = discord.ui.Modal(
            title=say("ask", language),
            custom_id=str(replace(meaning, action="follow", language=language)),
            timeout=None,
        )
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=FIELD,
            style=discord.TextStyle.paragraph,
            placeholder=say("follow-example" if meaning.entry else "ask-example", language),
            min_length=2,
            max_length=500,
        )
        modal.add_item(discord.ui.Label(text=say("your-question", language), component=field))
        # Its submission is read from its id, so that a form may outlive a restart; a finished
        # modal is not kept in memory either.
        modal.stop()
        await interaction.response.send_modal(modal)

    async def submitted(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, words: str
    ) -> None:
        """Answer what was written into the form of *Follow up*."""
        received = time.perf_counter()
        locale = str(interaction.locale)
        topic, _ = self._bot.reading.advisor(meaning, spoken(locale))
        before = None
        if meaning.entry:
            before = Conversation(meaning.entry, meaning.facet, meaning.language)
        # Only its asker sees the answer; the words are kept where a channel's questions are.
        where = replace(self._bot.here(interaction), topic=topic, public=False)
        if where.paused:
            raise Refused(say("paused", spoken(locale)))
        asked = Asked(
            text=words,
            event=interaction.id,
            user=interaction.user.id,
            place=interaction.channel_id or 0,
            where=where,
            locale=locale,
            private=False,
            conversation=before,
        )
        await self._bot.answer(interaction, asked, received)

    async def _choose(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        received = time.perf_counter()
        topic, _advisor = self._bot.reading.advisor(meaning, spoken(str(interaction.locale)))
        # In public the choice is its maker's own business: the answer is private.
        asked = Asked(
            text="",
            event=interaction.id,
            user=interaction.user.id,
            place=interaction.channel_id or 0,
            where=replace(self._bot.here(interaction), topic=topic, public=False),
            locale=str(interaction.locale),
            private=False,
            conversation=Conversation(None, meaning.facet, spoken(str(interaction.locale))),
            entry=meaning.entry,
            facet=meaning.facet,
        )
        await self._bot.answer(interaction, asked, received)

    async def _delete(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = spoken(str(interaction.locale))
        topic, _advisor = self._bot.reading.advisor(meaning, language)
        event = event_key(meaning.event or 0)
        log = self._bot.service.log
        theirs = await log.is_theirs(event, user_key(interaction.user.id))
        if not theirs and not is_moderator(interaction, self._bot.places.home(topic)):
            raise Refused(say("not-yours", language))
        if meaning.entry and interaction.channel_id is not None:
            channel = self._bot.get_partial_messageable(interaction.channel_id)
            with contextlib.suppress(discord.NotFound):  # somebody was quicker
                await channel.get_partial_message(int(meaning.entry, 36)).delete()
        if theirs:
            await log.forget_query(event)
        await turn(interaction, views.note(say("deleted-own" if theirs else "deleted", language)))

    async def _show(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = spoken(str(interaction.locale))
        if not await self._bot.service.log.is_theirs(
            event_key(meaning.event or 0), user_key(interaction.user.id)
        ):
            raise Refused(say("not-yours", language))
        where = self._bot.here(interaction)
        if not where.public or where.paused:
            raise Refused(say("only-private-here", language))
        self._bot.asking.admit(
            interaction.user.id, interaction.channel_id or 0, str(interaction.locale), public=True
        )
        shown = self._bot.reading.answer(meaning, meaning.language)
        if shown.outcome is not Outcome.ANSWERED:
            raise Refused(say("no-such-entry", language))
        view = views.answer(shown, meaning.event or 0, private=False)
        await respond(interaction, view, ephemeral=False)
