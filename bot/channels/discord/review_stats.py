"""What was asked and how well it was answered, as a picture with its description."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.chart_data import Figures
from bot.channels.chart_insights import figures
from bot.channels.chart_svg import description
from bot.channels.discord import text, views
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.reading import Handler
from bot.channels.discord.responding import hold, intend, show
from bot.channels.discord.words import say
from bot.querylog.insights import Insights
from bot.querylog.review_records import ReviewCounts

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

Interaction = discord.Interaction[Any]
_DAYS = 30
_ROWS = 5
_ALT = 1_000
_NAME = "insights.png"


@dataclass(frozen=True)
class Span:
    """What the log says of some days, and all that a picture of it shows in words."""

    figures: Figures
    insights: Insights
    counts: ReviewCounts
    language: str

    @property
    def named(self) -> list[tuple[str, str]]:
        """Return the attached picture's name with its description."""
        return [(_NAME, views.cut(description(self.figures, self.language), _ALT))]


class Charts:
    """Draw the last days for moderators, and show them in their channel where they want that.

    No picture has a word of a question in it.
    """

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what the button under a chart does."""
        return {"vpost": self._post}

    async def look(self, topic: str, language: str, first: date, last: date) -> Span:
        """Read a span of days (UTC, both ends in it). Raises LogUnavailable."""
        review = self._bot.service.review(topic)
        until, length = _start(last + timedelta(1)), last - first + timedelta(1)
        insights = await review.insights(_start(first), until)
        before = await review.insights(_start(first - length), _start(first))
        counts = await review.counts()
        shown = figures(
            insights, self._bot.service.advisor_of(topic).release, language, first, last,
            before=before, waiting=counts.open_clusters, rows=_ROWS,
        )  # fmt: skip
        return Span(shown, insights, counts, language)

    async def draw(self, span: Span) -> discord.File:
        """Draw it as a picture to be attached. Raises ChartError."""
        png = await self._bot.pictures.chart(span.figures, span.language)
        return discord.File(io.BytesIO(png), _NAME)

    async def _lately(self, topic: str, language: str) -> Span:
        today = datetime.now(UTC).date()
        return await self.look(topic, language, today - timedelta(_DAYS - 1), today)

    async def send(self, interaction: Interaction, desk: Desk) -> None:
        """Show the last 30 days to a moderator alone."""
        # Drawing may take a second or two the first time: Discord is told at once.
        intend(interaction)
        await hold(interaction)
        span = await self._lately(desk.topic, desk.language)
        file = await self.draw(span)
        row = [desk.button("vsample", "review-draw"), desk.button("vshow", "review-begin")]
        home = self._bot.places.home(desk.topic)
        if home is not None and home.moderator_channel is not None:
            row.append(desk.button("vpost", "review-post"))
        view = views.page(self._heading(desk.topic, desk.language), row, pictures=span.named)
        await show(interaction, view, files=[file])

    async def _post(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._bot.editing.desk(interaction, meaning)
        intend(interaction)
        await hold(interaction)
        language = self._bot.home_language(self._bot.places.home(desk.topic))
        span = await self._lately(desk.topic, language)
        posted = await self._bot.office(
            desk.topic,
            lambda words: views.page(self._heading(desk.topic, words), pictures=span.named),
            "stats",
            [await self.draw(span)],
        )
        key = "review-posted" if posted else "review-not-posted"
        await show(interaction, views.note(say(key, desk.language)))

    def _heading(self, topic: str, language: str) -> str:
        title = text.escape(self._bot.service.advisor_of(topic).release.topic.info.title)
        return f"### {say('review-stats', language, title=title)}"


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
