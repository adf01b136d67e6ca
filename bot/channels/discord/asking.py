"""From a platform event to an answer that is logged, shown and marked as shown."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord

from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.facets import Facet
from bot.channels.discord import views
from bot.channels.discord.conversations import Conversations
from bot.channels.discord.cooldown import Cooldown
from bot.channels.discord.errors import Refused
from bot.channels.discord.places import PLATFORM, Where
from bot.channels.discord.responding import PATIENCE, intend, show
from bot.channels.discord.words import say, spoken
from bot.metrics import Metrics
from bot.service import Asker, Reply, Service
from bot.settings import Settings

_RECENT = 10_000


@dataclass(frozen=True)
class Asked:
    """A question as it reached the bot.

    ``event`` is the snowflake of the message or interaction, the same in a second delivery;
    ``entry`` an entry that was chosen instead of asked for; ``author`` who wrote the message
    that is asked about, where that is somebody else.
    """

    text: str
    event: int
    user: int
    place: int
    where: Where
    locale: str
    private: bool
    conversation: Conversation | None = None
    entry: str | None = None
    facet: Facet = Facet.OVERVIEW
    author: int | None = None

    @property
    def asker(self) -> Asker:
        """Return who asks, for the log."""
        return Asker(
            event=event_key(self.event),
            user=user_key(self.user),
            channel=PLATFORM,
            place=self.where.label,
            private=self.private or not self.where.kept,
            author=None if self.author is None else user_key(self.author),
        )


def event_key(snowflake: int) -> str:
    """Return an event's name for the log, which keeps only a keyed hash of it."""
    return f"{PLATFORM}:{snowflake}"


def user_key(snowflake: int) -> str:
    """Return a person's name for the log, which keeps only a keyed hash of it."""
    return f"{PLATFORM}:{snowflake}"


class Asking:
    """Answer questions for all ways in: commands, mentions, direct messages, menus, forms."""

    def __init__(self, service: Service, metrics: Metrics, settings: Settings) -> None:
        self._service = service
        self._metrics = metrics
        self.conversations = Conversations()
        window = settings.discord_window
        self._people = Cooldown(settings.discord_user_limit, window)
        self._channels = Cooldown(settings.discord_channel_limit, window)
        self._recent: OrderedDict[int, None] = OrderedDict()

    def admit(self, user: int, place: int, locale: str, *, public: bool) -> None:
        """Count a use against the cool-downs; only public answers fill a channel.

        Raises Refused with the seconds to wait.
        """
        waits = [self._people.wait(user)]
        if public:
            waits.append(self._channels.wait(place))
        if (wait := max(waits)) > 0:
            self._metrics.refused("cooldown")
            raise Refused(say("slow-down", spoken(locale), seconds=int(wait) + 1))
        self._people.use(user)
        if public:
            self._channels.use(place)

    def refund(self, user: int, place: int, *, public: bool) -> None:
        """Take a counted use back."""
        self._people.refund(user)
        if public:
            self._channels.refund(place)

    def begin(self, event: int) -> bool:
        """Take an event up; False where it is being answered or was, as far as memory goes.

        The log knows for sure; this spares a second delivery the cool-downs and their words.
        """
        if event in self._recent:
            return False
        self._recent[event] = None
        while len(self._recent) > _RECENT:
            self._recent.popitem(last=False)
        return True

    def drop(self, event: int) -> None:
        """Forget that an event was taken up: it was not answered."""
        self._recent.pop(event, None)

    async def reply(self, asked: Asked) -> Reply:
        """Answer and log; keep the conversation. Raises LogUnavailable, or Refused."""
        advisor = self._service.advisor_of(asked.where.topic)
        language = spoken(asked.locale)
        before = asked.conversation or self.conversations.get(
            asked.user, asked.place, asked.where.topic
        )
        before = before or Conversation(language=language)
        entry, facet, text = asked.entry, asked.facet, asked.text.strip()
        if entry is None and text in advisor.release.entries:
            entry = text  # a suggestion that was chosen while typing
        elif entry is None and text.isdecimal() and 0 < int(text) <= len(before.offered):
            entry, facet = before.offered[int(text) - 1], before.facet
        if entry is None:
            question = Question(asked.text, None, before)
            reply = await self._service.ask(question, asked.asker, asked.where.topic)
        elif entry not in advisor.release.entries:
            raise Refused(say("no-such-entry", language))
        else:
            reply = await self._service.show(
                entry, facet, asked.asker, conversation=before, asked=f"[chosen: {entry}]",
                topic=asked.where.topic,
            )  # fmt: skip
        if not reply.duplicate:
            after = reply.answer.conversation(before)
            self.conversations.put(asked.user, asked.place, asked.where.topic, after)
        return reply

    async def interaction(
        self, interaction: discord.Interaction[Any], asked: Asked, *, received: float
    ) -> Reply | None:
        """Answer an interaction in time: at once, or deferred where the answer takes long.

        Returns None where this event was answered before.
        """
        if not self.begin(asked.event):
            return None
        public = asked.where.public and not asked.private
        intend(interaction, ephemeral=not public)
        try:
            self.admit(asked.user, asked.place, asked.locale, public=public)
        except Refused:
            self.drop(asked.event)
            raise
        try:
            reply = await self.reply(asked)
        except BaseException:
            self.drop(asked.event)
            self.refund(asked.user, asked.place, public=public)
            raise
        if reply.duplicate:
            self.refund(asked.user, asked.place, public=public)
            return None
        self._refund_errors(asked, reply, public=public)
        view = views.answer(reply.answer, asked.event, private=not public)
        await show(interaction, view, ephemeral=not public)
        await self.shown(asked, reply, received)
        return reply

    async def message(
        self,
        asked: Asked,
        channel: discord.abc.Messageable,
        send: Callable[[Reply, discord.ui.LayoutView], Awaitable[discord.Message | None]],
        *,
        received: float,
    ) -> tuple[Reply, discord.Message] | None:
        """Answer a message; the channel shows that the bot types where that takes long.

        ``send`` may keep an answer back and give None. Returns None where nothing was shown, as
        for an event that was answered before.
        """
        public = asked.where.public and not asked.private
        work = asyncio.ensure_future(self.reply(asked))
        try:
            done, _ = await asyncio.wait({work}, timeout=PATIENCE)
            if not done:
                async with channel.typing():
                    await asyncio.wait({work})
            reply = work.result()
        except BaseException:
            work.cancel()
            self.drop(asked.event)
            self.refund(asked.user, asked.place, public=public)
            raise
        if reply.duplicate:
            self.refund(asked.user, asked.place, public=public)
            return None
        self._refund_errors(asked, reply, public=public)
        sent = await send(reply, views.answer(reply.answer, asked.event, private=not public))
        if sent is None:
            return None
        await self.shown(asked, reply, received)
        return reply, sent

    async def shown(self, asked: Asked, reply: Reply, received: float) -> None:
        """Mark an answer as shown and count it."""
        self._metrics.answered(PLATFORM, reply.answer.outcome.value, time.perf_counter() - received)
        await self._service.delivered(asked.asker)

    def _refund_errors(self, asked: Asked, reply: Reply, *, public: bool) -> None:
        if is_slip(reply):
            self.refund(asked.user, asked.place, public=public)


def is_slip(reply: Reply) -> bool:
    """Tell whether a question had nothing to answer in it: no words, or far too many."""
    why = reply.answer.explanation
    return (
        reply.answer.outcome is Outcome.OUT_OF_SCOPE
        and why is not None
        and why.reason in {"too_long", "no_words"}
    )
