"""The week that is over, told once to each topic's moderators' channel on Monday morning.

More people may read a channel than the review, so that no word of a question is in it.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import discord

from bot.channels.chart_data import Figures, Total
from bot.channels.chart_insights import nearest
from bot.channels.chart_words import number, percent, span_name
from bot.channels.discord import text, views
from bot.channels.discord.custom_id import ButtonId, topic_mark
from bot.channels.discord.review_stats import Span
from bot.channels.discord.views import Button
from bot.channels.discord.words import say

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_PERIOD = 600.0  # seconds between two looks at the calendar
_HOUR = 7  # UTC
_WEEK = timedelta(days=7)
_WANTED = 3


class Digests:
    """Send the digests that are due, in the background, until the bot is closed."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look at the calendar, once the bot is connected."""
        if self._bot.settings.discord_digest:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End that; a digest that is due is sent after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await self._bot.wait_until_ready()
        while True:
            await self.send(datetime.now(UTC))
            await asyncio.sleep(_PERIOD)

    async def send(self, now: datetime) -> None:
        """Send each topic's digest that is due at a time; what fails is tried again. Never raises.

        ``now`` is in UTC.
        """
        monday = (now - timedelta(hours=_HOUR)).date()
        monday -= timedelta(days=monday.weekday())
        for topic in self._bot.service.topics:
            try:
                await self._send(topic, monday)
            except Exception as error:  # noqa: BLE001 - the next round may go better
                self._bot.funnel.log(error, "digest")

    async def _send(self, topic: str, monday: date) -> None:
        home = self._bot.places.home(topic)
        if home is None or home.moderator_channel is None:
            return
        marks, job = self._bot.service.log.marks, f"digest:{topic}"
        sent = await marks.get(job)
        if sent is None:
            # The first week of all is not over; who sets the bot up is not told of it at once.
            await marks.swap(job, None, monday.isoformat())
            return
        # Of several processes one gets the mark. It may die with it: a week is told once or not.
        if sent >= monday.isoformat() or not await marks.swap(job, sent, monday.isoformat()):
            return
        try:
            done = await self._tell(topic, self._bot.home_language(home), monday)
        except BaseException:
            await marks.swap(job, monday.isoformat(), sent)
            raise
        if not done:
            await marks.swap(job, monday.isoformat(), sent)

    async def _tell(self, topic: str, language: str, monday: date) -> bool:
        charts = self._bot.reviewing.charts
        span = await charts.look(topic, language, monday - _WEEK, monday - timedelta(days=1))
        if not span.figures.total.questions and not span.counts.open_clusters:
            return True  # there is nothing to tell
        file = await charts.draw(span)
        return await self._bot.office(
            topic, lambda words: self._view(topic, span, words), "digest", [file]
        )

    def _view(self, topic: str, week: Span, language: str) -> discord.ui.LayoutView:
        figures = week.figures
        days = span_name(figures.first, figures.last, language)
        title = text.escape(figures.title)
        lines = [f"### {say('digest-title', language, title=title, span=days)}"]
        lines += _counted(figures, language)
        waiting = [say("review-clusters", language, clusters=week.counts.open_clusters)]
        if week.counts.people is not None:
            waiting.append(say("review-people", language, people=week.counts.people))
        lines.append(say("digest-waiting", language, waiting=", ".join(waiting)))
        if wanted := self._wanted(topic, week, language):
            lines += [f"\n**{say('digest-wanted', language)}**", *wanted]
        lines.append(f"-# {say('digest-private', language)}")
        meaning = ButtonId("vshow", topic_mark(topic), "", language)
        begin = Button(meaning, say("review-begin", language), discord.ButtonStyle.primary)
        return views.page("\n".join(lines), [begin], pictures=week.named)

    def _wanted(self, topic: str, week: Span, language: str) -> list[str]:
        """Say what most people wait for by the title of what is nearest to it."""
        advisor = self._bot.service.advisor_of(topic)
        lines = []
        for row in week.insights.gaps[:_WANTED]:
            people = say("review-people", language, people=row.people)
            entry = nearest(row, advisor.release)
            if entry is None:
                near = say("digest-unlike", language)
            else:
                title = text.escape(self._bot.reading.title(advisor, entry, language))
                near = say("digest-near", language, title=title)
            lines.append(f"• {near} · {people}")
        return lines


def _counted(figures: Figures, language: str) -> list[str]:
    total, before = figures.total, figures.before or Total(0, 0)

    def rate(of: Total) -> str:
        return "–" if of.rate is None else percent(of.rate, language)

    return [
        say(
            "digest-total", language, count=number(total.questions, language),
            before=number(before.questions, language),
        ),
        say("digest-rate", language, share=rate(total), before=rate(before)),
    ]  # fmt: skip
