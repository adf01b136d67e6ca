"""Messages that ask the bot: mentions, replies that ping it, direct messages."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.advisor.answer import Conversation, Outcome
from bot.channels.discord import views
from bot.channels.discord.asking import Asked, is_slip
from bot.channels.discord.cooldown import Cooldown
from bot.channels.discord.custom_id import ButtonId, read_id, topic_mark
from bot.channels.discord.errors import Refused, kind_of, sentence
from bot.channels.discord.places import Where
from bot.channels.discord.words import say, spoken
from bot.service import Reply

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_MENTION = re.compile(r"<(?:@[!&]?|#|/[^:>]{1,80}:)\d{15,21}>")
_EMOJI = re.compile(r"<a?:(\w{2,32}):\d{15,21}>")


class Messages:
    """Answer messages; silent for all that does not ask the bot."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        # One hint a person and place in ten minutes is help; more would be noise.
        self._hints = Cooldown(1, 600)
        self._hinted = Cooldown(5, 600)

    async def take(self, message: discord.Message) -> None:
        """Handle one message; whatever goes wrong ends in the funnel."""
        received = time.perf_counter()
        try:
            await self._take(message, received)
        except Refused as refused:
            if self._may_hint(message):
                await self._say(message, refused.message)
        except Exception as error:  # noqa: BLE001 - one message must not end the bot
            error_id = self._bot.funnel.log(error, "message")
            kind = kind_of(error)
            if kind in {"ours", "refused"} and self._may_hint(message):
                await self._say(message, sentence(error, kind, error_id, self._locale(message)))

    async def _take(self, message: discord.Message, received: float) -> None:
        me = self._bot.user
        if me is None or message.author.bot or message.webhook_id is not None:
            return
        guild = message.guild
        mentioned = any(user.id == me.id for user in message.mentions)
        answered = _answered_by(message, me.id)
        parent = getattr(message.channel, "parent_id", None)
        where = self._bot.places.where(guild.id if guild else None, message.channel.id, parent)
        if where.paused:
            if mentioned:
                self._bot.metrics.refused("paused")
            return
        if guild is None and not isinstance(message.channel, discord.DMChannel):
            return  # a guild that the client does not know yet
        if guild is not None and not mentioned:
            # Without the privileged intent a reply that does not ping arrives without its words.
            if answered is not None and not message.content and not message.attachments:
                await self._hint(message, "ping-to-follow-up")
            return
        if message.type not in {discord.MessageType.default, discord.MessageType.reply}:
            return
        if not self._can_answer(message):
            self._bot.metrics.refused("permission")
            return
        text = question_text(message.content)
        if not text:
            await self._hint(message, "what-to-ask", where)
            return
        if guild is not None and not where.public:
            await self._hint(message, "only-private-here", where)
            return
        conversation = self._conversation(answered, where)
        asking = self._bot.asking
        asked = Asked(
            text=text,
            event=message.id,
            user=message.author.id,
            place=message.channel.id,
            where=where,
            locale=self._locale(message),
            private=guild is None,
            conversation=conversation,
        )

        async def send(reply: Reply, view: discord.ui.LayoutView) -> discord.Message | None:
            # What costs its writer nothing must not fill a channel.
            if is_slip(reply) and not self._may_hint(message):
                return None
            return await self._reply(message, view)

        shown = await asking.message(asked, message.channel, send, received=received)
        if shown is None:
            return
        reply, sent = shown
        self._bot.reading.explain(message.id, reply.answer)
        if reply.answer.outcome is Outcome.BOUNDARY:
            await self._bot.alert(where, reply.answer, sent.jump_url)

    def _conversation(self, answered: discord.Message | None, where: Where) -> Conversation | None:
        """Read what is replied to from its own buttons; None leaves it to what was shown last."""
        if answered is None:
            return None
        ids = [meaning for custom_id in custom_ids(answered) if (meaning := read_id(custom_id))]
        ids = [meaning for meaning in ids if meaning.topic == topic_mark(where.topic)]
        offered = tuple(meaning.entry for meaning in ids if meaning.action == "choose")
        about = next((meaning for meaning in ids if meaning.entry), None)
        if about is None:
            return None
        # A choice beside an answer leaves the answer what is talked about.
        shown = next((each for each in ids if each.entry and each.action != "choose"), None)
        if offered and shown is not None:
            return Conversation(shown.entry, shown.facet, shown.language, offered, beside=True)
        if offered:
            return Conversation(None, about.facet, about.language, offered)
        return Conversation(about.entry, about.facet, about.language)

    def _can_answer(self, message: discord.Message) -> bool:
        guild = message.guild
        if guild is None:
            return True
        allowed = message.channel.permissions_for(guild.me)
        if isinstance(message.channel, discord.Thread):
            return allowed.view_channel and allowed.send_messages_in_threads
        return allowed.view_channel and allowed.send_messages

    def _locale(self, message: discord.Message) -> str:
        # A message does not tell its author's language; the server's is the best guess.
        return str(message.guild.preferred_locale) if message.guild else "en"

    def _may_hint(self, message: discord.Message) -> bool:
        key = f"{message.author.id}/{message.channel.id}"
        if self._hints.wait(key) > 0 or self._hinted.wait(message.channel.id) > 0:
            return False
        self._hints.use(key)
        self._hinted.use(message.channel.id)
        return True

    async def restarting(self, message: discord.Message) -> None:
        """Tell whoever asks while the bot shuts down that it is about to be back."""
        me = self._bot.user
        asks = message.guild is None or any(me and user.id == me.id for user in message.mentions)
        if asks and not message.author.bot and self._can_answer(message):
            await self._hint(message, "restarting")

    async def _hint(self, message: discord.Message, key: str, where: Where | None = None) -> None:
        if not self._can_answer(message) or not self._may_hint(message):
            return
        locale = spoken(self._locale(message))
        rows: list[list[views.Button]] = []
        if where is not None and message.guild is not None:
            follow = ButtonId("follow", topic_mark(where.topic), "", locale)
            rows = [[views.Button(follow, say("ask-privately", locale))]]
        await self._reply(message, views.page(say(key, locale), *rows))

    async def _say(self, message: discord.Message, words: str) -> None:
        try:
            await self._reply(message, views.note(words))
        except Exception as error:  # noqa: BLE001 - then nothing more can be said there
            self._bot.funnel.log(error, "the error's own answer")

    async def _reply(
        self, message: discord.Message, view: discord.ui.LayoutView
    ) -> discord.Message:
        guild = message.guild
        reference = message.to_reference(fail_if_not_exists=False)
        # Discord lets nobody reply to what they may not read; an answer is better than none.
        blind = guild and not message.channel.permissions_for(guild.me).read_message_history

        async def send() -> discord.Message:
            # Discord takes a message with the same nonce once, so that trying again is safe.
            if blind:
                return await message.channel.send(view=view, nonce=message.id)
            return await message.channel.send(
                view=view, reference=reference, mention_author=False, nonce=message.id
            )

        try:
            return await send()
        except (discord.DiscordServerError, aiohttp.ClientError, OSError):
            # discord.py tries most server errors again by itself, a cut connection it does not.
            await asyncio.sleep(1)
        return await send()


def question_text(content: str) -> str:
    """Return the words of a message without mentions of anybody; emoji by their names."""
    words = _EMOJI.sub(r":\1:", _MENTION.sub(" ", content))
    return re.sub(r"[ \t]+", " ", words).strip()


def _answered_by(message: discord.Message, me: int) -> discord.Message | None:
    reference = message.reference
    resolved = reference.resolved if reference else None
    if isinstance(resolved, discord.Message) and resolved.author.id == me:
        return resolved
    return None


def custom_ids(message: discord.Message) -> list[str]:
    """Return the custom ids of all components of a message, in order."""
    found: list[str] = []

    def walk(component: Any) -> None:
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str):
            found.append(custom_id)
        for child in getattr(component, "children", None) or ():
            walk(child)

    for component in message.components:
        walk(component)
    return found
