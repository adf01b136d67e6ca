"""From a platform event to an answer that is logged, shown and marked as shown."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self

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

    @classmethod
    def by(
        cls,
        interaction: discord.Interaction[Any],
        where: Where,
        text: str = "",
        *,
        private: bool = False,
        **more: Any,
    ) -> Self:
        """Return what somebody asks by an interaction."""
        return cls(
            text=text,
            event=interaction.id,
            user=interaction.user.id,
            place=interaction.channel_id or 0,
            where=where,
            locale=str(interaction.locale),
            private=private,
            **more,
        )

    @property
    def public(self) -> bool:
        """Tell whether everybody may see the answer."""
        return self.where.public and not self.private

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

    async def once(
        self, asked: Asked, channel: discord.abc.Messageable | None = None
    ) -> Reply | None:
        """Answer an event the first time it comes, within the cool-downs; refund what fails.

        ``channel`` shows that the bot types where that takes long. Returns None for an event that
        was answered before: memory spares it the cool-downs, the log knows for sure. Raises
        Refused and LogUnavailable.
        """
        if asked.event in self._recent:
            return None
        self._recent[asked.event] = None
        while len(self._recent) > _RECENT:
            self._recent.popitem(last=False)
        try:
            self.admit(asked.user, asked.place, asked.locale, public=asked.public)
            try:
                work = self.reply(asked)
                reply = await (work if channel is None else _typing(channel, work))
            except BaseException:
                self.refund(asked.user, asked.place, public=asked.public)
                raise
        except BaseException:
            self._recent.pop(asked.event, None)  # it was not answered
            raise
        if reply.duplicate or is_slip(reply):
            self.refund(asked.user, asked.place, public=asked.public)
        return None if reply.duplicate else reply

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
            entry, facet = before.offered[int(text) - 1], before.offered_facet
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
        intend(interaction, ephemeral=not asked.public)
        reply = await self.once(asked)
        if reply is None:
            return None
        view = self._view(asked, reply)
        await show(interaction, view, ephemeral=not asked.public)
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
        reply = await self.once(asked, channel)
        if reply is None:
            return None
        sent = await send(reply, self._view(asked, reply))
        if sent is None:
            return None
        await self.shown(asked, reply, received)
        return reply, sent

    def _view(self, asked: Asked, reply: Reply) -> discord.ui.LayoutView:
        return views.answer(
            reply.answer, asked.event, private=not asked.public, kept=not asked.asker.private
        )

    async def shown(self, asked: Asked, reply: Reply, received: float) -> None:
        """Mark an answer as shown and count it."""
        self._metrics.answered(PLATFORM, reply.answer.outcome.value, time.perf_counter() - received)
        await self._service.delivered(asked.asker)


async def _typing(channel: discord.abc.Messageable, work: Coroutine[Any, Any, Reply]) -> Reply:
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done:
            async with channel.typing():
                await asyncio.wait({task})
        return task.result()
    except BaseException:
        task.cancel()
        raise


def is_slip(reply: Reply) -> bool:
    """Tell whether a question had nothing to answer in it: no words, manners, or far too many."""
    why = reply.answer.explanation
    return (
        reply.answer.outcome is Outcome.OUT_OF_SCOPE
        and why is not None
        and why.reason in {"too_long", "no_words", "courtesy"}
    )
