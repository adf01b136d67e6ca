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
from bot.channels.discord.asking import Asked, event_key, user_key
from bot.channels.discord.custom_id import Action, ButtonId, base36
from bot.channels.discord.errors import Refused
from bot.channels.discord.places import is_moderator
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.responding import BROKEN, intend, send_form, show, turn
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import language_of, say, spoken

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

    def forms(self) -> Mapping[Action, Form]:
        """Return what each of this feature's submitted forms does."""
        return {"follow": self._submitted}

    async def _more(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        topic, advisor = self._bot.reading.advisor(meaning, language)
        # Labels are in the reader's language; the ids keep the answer's, for what is shown to all.
        meaning = replace(meaning, mark="")
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
            title = self._bot.reading.title(advisor, entry.id, language)
            body = f"### {text.escape(title)}\n{body}"
        view = views.page(body, first, second)
        await show(interaction, view)

    async def _follow(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        # A modal must be the first response, so nothing is read or waited for before it.
        language = language_of(interaction)
        modal = discord.ui.Modal(
            title=say("ask", language),
            custom_id=str(replace(meaning, action="follow")),
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
        await send_form(interaction, modal)

    async def _submitted(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, fields: Fields
    ) -> None:
        words = "".join(fields.get(FIELD, ()))
        received = time.perf_counter()
        locale = str(interaction.locale)
        topic, _ = self._bot.reading.advisor(meaning, spoken(locale))
        before = None
        if meaning.entry:
            before = Conversation(meaning.entry, meaning.facet, meaning.language)
        # Only its asker sees the answer; the words are kept where a channel's questions are.
        where = replace(self._bot.here(interaction), topic=topic, public=False)
        asked = Asked.by(interaction, where, words, conversation=before)
        await self._bot.answer(interaction, asked, received)

    async def _choose(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        received = time.perf_counter()
        topic, _advisor = self._bot.reading.advisor(meaning, language_of(interaction))
        # In public the choice is its maker's own business: the answer is private.
        where = replace(self._bot.here(interaction), topic=topic, public=False)
        asked = Asked.by(
            interaction, where, entry=meaning.entry, facet=meaning.facet,
            conversation=Conversation(None, meaning.facet, language_of(interaction)),
        )  # fmt: skip
        await self._bot.answer(interaction, asked, received)

    async def _delete(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        topic, _advisor = self._bot.reading.advisor(meaning, language)
        event = event_key(meaning.event or 0)
        log = self._bot.service.log
        user, channel_id = interaction.user.id, interaction.channel_id
        message = None
        if meaning.entry and channel_id is not None:
            channel = self._bot.get_partial_messageable(channel_id)
            message = channel.get_partial_message(int(meaning.entry, 36))
        logged = await log.is_theirs(event, user_key(user))
        theirs = logged or (message is not None and await asker_of(message) == user)
        if not theirs and not is_moderator(interaction, self._bot.places.home(topic)):
            raise Refused(say("not-yours", language))
        if message is not None:
            with contextlib.suppress(discord.NotFound):  # somebody was quicker
                await message.delete()
        if logged:
            await log.forget_query(event)
        key = "deleted" if not theirs else "deleted-own" if message is not None else "deleted-log"
        await turn(interaction, views.note(say(key, language)))

    async def _show(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        if not await self._bot.service.log.is_theirs(
            event_key(meaning.event or 0), user_key(interaction.user.id)
        ):
            raise Refused(say("not-yours", language))
        topic, _advisor = self._bot.reading.advisor(meaning, language)
        where = self._bot.here(interaction)
        if not where.public or where.topic != topic:
            raise Refused(say("only-private-here", language))
        shown = self._bot.reading.answer(meaning, meaning.language)
        if shown.outcome is not Outcome.ANSWERED:
            raise Refused(say("no-such-entry", language))
        intend(interaction, ephemeral=False)
        self._bot.asking.admit(
            interaction.user.id, interaction.channel_id or 0, str(interaction.locale), public=True
        )
        view = views.answer(shown, meaning.event or 0, private=False)
        await show(interaction, view, ephemeral=False)


async def asker_of(message: discord.PartialMessage) -> int | None:
    """Return who asked for a public answer, as Discord knows it; None where it cannot tell.

    That is who used the command or button, or who wrote the message that was replied to.
    """
    try:
        shown = await message.fetch()
        if shown.interaction_metadata is not None:
            return shown.interaction_metadata.user.id
        if shown.reference is None or shown.reference.message_id is None:
            return None
        asked = shown.reference.resolved
        if not isinstance(asked, discord.Message):
            asked = await message.channel.fetch_message(shown.reference.message_id)
    except BROKEN:
        return None
    return asked.author.id
