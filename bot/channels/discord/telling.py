"""Tell people what they wait for: one direct message each, then their id is gone.

That is what became of a suggestion, and that a question can be answered which could not be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import announcing, text, views
from bot.channels.discord.custom_id import ButtonId, topic_mark
from bot.channels.discord.filling import quoted
from bot.channels.discord.places import PLATFORM
from bot.channels.discord.responding import BROKEN
from bot.channels.discord.views import Button
from bot.channels.discord.words import say
from bot.curation.news import News
from bot.querylog.tellings import Telling

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

# Seconds between two looks; a decision made here wakes the loop, one made elsewhere does not.
_PERIOD = 60.0
_LATER = 300.0
# Opened too many at once, or flagged by Discord: that passes, and says nothing about the person.
_PASSING = {40003, 20026}


class Tellings:
    """Send the messages that are due, in the background, until the bot is closed."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        self._tasks: set[asyncio.Task[object]] = set()
        # Two rounds at once would send the same message twice.
        self._sending = asyncio.Lock()
        # Sent, and the database could not take that down yet.
        self._sent: set[str] = set()

    def start(self) -> None:
        """Begin to look for messages that are due, once the bot is connected."""
        self._bot.service.listeners.append(self._hear)
        self._begin(self._run())

    def wake(self) -> None:
        """Look now: something has been decided."""
        self._begin(self.send())

    async def announce(self, news: News) -> None:
        """Tell the moderators' channel what was done, and look for who waits for it."""
        self.wake()
        await self._bot.office(news.topic, lambda language: announcing.view(news, language))

    def _hear(self, news: News) -> None:
        """Tell the same of what was done in another channel, which does not wait for that."""
        self._begin(self.announce(news))

    async def close(self) -> None:
        """End all rounds; what is due is sent after the next start."""
        if self._hear in self._bot.service.listeners:
            self._bot.service.listeners.remove(self._hear)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        await self._bot.wait_until_ready()
        while True:
            good = await self.send()
            await asyncio.sleep(_PERIOD if good else _LATER)

    async def send(self) -> bool:
        """Send all that is due now; False where Discord or the database could not take it.

        Whoever takes no direct messages is forgotten like somebody who was told. Never raises.
        """
        good = True
        async with self._sending:
            for topic in self._bot.service.topics:
                try:
                    good = await self._send(topic) and good
                except Exception as error:  # noqa: BLE001 - the next round may go better
                    self._bot.funnel.log(error, "telling")
                    good = False
        return good

    async def _send(self, topic: str) -> bool:
        moderation = self._bot.service.moderation(topic)
        good = True
        for telling in await moderation.to_tell():
            good = await self._once(
                telling.user, f"told-{telling.id}",
                partial(self.view, topic, telling),
                partial(moderation.told, telling.id),
            ) and good  # fmt: skip
        review = self._bot.service.review(topic)
        for due in await review.answered():
            good = await self._once(
                due.user, f"now-{due.query_id}",
                partial(self._bot.awaiting.view, topic, due),
                partial(review.told, due.query_id),
            ) and good  # fmt: skip
        return good

    async def _once(
        self,
        user: str,
        name: str,
        view: Callable[[], discord.ui.LayoutView],
        told: Callable[[], Awaitable[None]],
    ) -> bool:
        """Send one message and forget who it was for; False where that has to wait."""
        if not user.startswith(f"{PLATFORM}:"):
            return True
        if name not in self._sent and not await self._tell(user, name, view()):
            return False
        self._sent.add(name)
        await told()
        self._sent.discard(name)
        return True

    async def _tell(self, user: str, name: str, view: discord.ui.LayoutView) -> bool:
        """Send one message; True where it was sent, or never can be."""
        person = discord.Object(int(user.removeprefix(f"{PLATFORM}:")))
        try:
            channel = await self._bot.create_dm(person)
            # Discord takes a message with the same nonce once, should the process end right here.
            await channel.send(view=view, nonce=name)
        except (discord.Forbidden, discord.NotFound) as error:
            if error.code not in _PASSING:
                return True
            self._bot.funnel.log(error, "telling")
            return False
        except BROKEN as error:
            self._bot.funnel.log(error, "telling")
            return False
        return True

    def view(self, topic: str, telling: Telling) -> discord.ui.LayoutView:
        """Lay out what became of a suggestion, with a way to read or ask on.

        It is in the home server's language: which one the person speaks is not kept.
        """
        language = self._bot.home_language(self._bot.places.home(topic))
        advisor = self._bot.service.advisor_of(topic)
        row = telling.suggestion
        title = text.escape(advisor.release.topic.title_in(language))
        approved = row.status == "approved"
        key = "told-approved" if approved else "told-rejected"
        lines = [say(key, language, number=row.id, topic=title)]
        entry = advisor.release.entries.get(row.entry or "")
        if entry is not None:
            about = text.escape(self._bot.reading.title(advisor, entry.id, language))
            lines.append(say("suggest-about", language, title=about))
        if row.decision_reason:
            why = say("told-done" if approved else "told-why", language)
            lines += [why, quoted(row.decision_reason, 1_500), ""]
        lines.append(f"-# {say('told-forgotten', language)}")
        mark = topic_mark(topic)
        buttons = []
        if approved and entry is not None:
            meaning = ButtonId("read", mark, entry.id, language)
            buttons = [Button(meaning, say("told-read", language))]
        elif approved:
            buttons = [Button(ButtonId("follow", mark, "", language), say("ask", language))]
        return views.page("\n".join(lines), buttons)
