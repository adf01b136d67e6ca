"""The moderators' review: what was asked without a good answer, one cluster of questions at a time.

Nothing is kept between two clicks: an id says what is shown, and who is next is looked up anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.places import PLATFORM
from bot.channels.discord.reading import Form, Handler
from bot.channels.discord.responding import intend, show, turn
from bot.channels.discord.review_about import MARKS, About, button_words
from bot.channels.discord.review_filling import Filling
from bot.channels.discord.review_panel import PAGE, Around, Panels
from bot.channels.discord.review_stats import Charts
from bot.channels.discord.words import say
from bot.curation.review import Judged, JudgedError, Review
from bot.errors import UsageError
from bot.querylog.review_records import REASONS, ClusterRow, Reason, Verdict

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

Interaction = discord.Interaction[Any]


class Reviewing:
    """Show what waits for a look and take verdicts; see Filling for the forms, Charts, Panels."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        self.panels = Panels(bot)
        self.filling = Filling(bot, self)
        self.charts = Charts(bot)

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of the review's components does."""
        return {
            "vshow": self._show,
            "vjudge": self._judge,
            "vundo": self._undo,
            "vall": self._all,
            "vsplit": self._split,
            "vlist": self._list,
            "vfilter": self._filter,
            "vitem": self._item,
            "vsample": self._sample,
            **self.filling.handlers(),
            **self.charts.handlers(),
        }

    def forms(self) -> Mapping[Action, Form]:
        """Return what each of the review's submitted forms does."""
        return self.filling.forms()

    def desk(self, interaction: Interaction, where: ButtonId | str | None = None) -> Desk:
        """Return who reviews which topic. Raises Refused for all but its moderators at home."""
        return self._bot.editing.desk(interaction, where)

    def review(self, desk: Desk) -> Review:
        """Return what is reviewed of a topic."""
        return self._bot.service.review(desk.topic)

    # Commands

    async def open_next(self, interaction: Interaction, topic: str | None) -> None:
        """Show the cluster that most people asked. Raises Refused."""
        desk = self.desk(interaction, topic)
        await show(interaction, await self.following(desk, None, Around()))

    async def open_list(
        self, interaction: Interaction, topic: str | None, reason: Reason | None
    ) -> None:
        """Show the plain list. Raises Refused."""
        desk = self.desk(interaction, topic)
        await show(interaction, await self._page(desk, reason, None, await self.around(desk)))

    async def open_sample(self, interaction: Interaction, topic: str | None) -> None:
        """Show an answered question drawn at random. Raises Refused."""
        desk = self.desk(interaction, topic)
        await show(interaction, await self.following(desk, About("sample", 0), Around()))

    async def open_stats(self, interaction: Interaction, topic: str | None) -> None:
        """Show the chart of the last 30 days. Raises Refused."""
        await self.charts.send(interaction, self.desk(interaction, topic))

    # What is shown

    async def around(self, desk: Desk, note: str = "", undo: About | None = None) -> Around:
        """Return what stands around what is shown to somebody."""
        draft = await desk.moderation.draft(desk.user)
        return Around(note, undo, len(draft.operations))

    async def shown(self, desk: Desk, about: About, note: str = "") -> discord.ui.LayoutView:
        """Lay out what an id means; what is decided or gone gives way to what comes next."""
        review, around = self.review(desk), await self.around(desk, note)
        if about.kind == "cluster":
            view = await review.cluster(about.number)
            if view is not None and view.row.status == "open":
                return self.panels.cluster(desk, view, around)
        else:
            found = await self._query(desk, about, around)
            if found is not None:
                return found
        return await self.following(desk, about, around)

    async def following(
        self, desk: Desk, about: About | None, around: Around
    ) -> discord.ui.LayoutView:
        """Lay out what comes after something: the next cluster, question or draw.

        None stands for the first cluster.
        """
        if not around.drafted:
            around = await self.around(desk, around.note, around.undo)
        if about is not None and about.kind == "query":
            return await self._next_query(desk, about, around)
        if about is not None and about.kind == "sample":
            return await self._draw(desk, about.number, around)
        row, again = await self._next_cluster(desk, about)
        view = await self.review(desk).cluster(row.id) if row is not None else None
        if view is None:
            return self.panels.empty(desk, "review-empty", around)
        if again and not around.note:
            around = Around(say("review-again", desk.language), around.undo, around.drafted)
        return self.panels.cluster(desk, view, around)

    async def _next_cluster(
        self, desk: Desk, about: About | None
    ) -> tuple[ClusterRow | None, bool]:
        """Return the open cluster after another one by rank, and whether that starts again."""
        review = self.review(desk)
        before = await review.cluster(about.number, limit=1) if about is not None else None
        if before is not None:
            after = before.row.rank, before.row.id
            if rows := await review.queue(limit=1, after=after):
                return rows[0], False
        rows = await review.queue(limit=1)
        return (rows[0] if rows else None), before is not None

    async def _next_query(self, desk: Desk, about: About, around: Around) -> discord.ui.LayoutView:
        review = self.review(desk)
        items = await review.items(before_id=about.number or None, limit=1)
        items = items or await review.items(limit=1)
        if not items:
            return self.panels.empty(desk, "review-empty", around)
        found = About("query", items[0].query.id)
        candidates = await review.candidates(items[0].query)
        return self.panels.query(desk, found, items[0].query, candidates, around, items[0])

    async def _draw(self, desk: Desk, skip: int, around: Around) -> discord.ui.LayoutView:
        review = self.review(desk)
        row = await review.sample(skip=(skip,) if skip else ())
        if row is None:
            return self.panels.empty(desk, "review-sample-none", around)
        about = About("sample", row.id)
        return self.panels.query(desk, about, row, await review.candidates(row), around)

    async def _query(
        self, desk: Desk, about: About, around: Around
    ) -> discord.ui.LayoutView | None:
        review = self.review(desk)
        item = await review.item(about.number)
        if about.kind == "query":
            if item is None or item.status != "open":
                return None
            row = item.query
        else:
            found = await self._bot.service.log.query(about.number)
            if found is None or found.topic != desk.topic or found.text is None:
                return None
            row = found
        candidates = await review.candidates(row)
        return self.panels.query(desk, about, row, candidates, around, item)

    # Deciding

    async def decide(
        self, desk: Desk, about: About, verdict: Verdict, entry: str | None = None
    ) -> tuple[str, bool]:
        """Judge, and return a sentence on what became of it, and whether it counts.

        Somebody else may have been first, or the asker may have had it deleted.
        """
        words = desk.language
        try:
            judged = await self._judged(desk, about, verdict, entry)
        except JudgedError:
            return say("review-stale", words), False
        except UsageError:
            return say("review-gone", words), False
        questions = say("review-questions", words, questions=judged.count)
        said = say(button_words(verdict), words)
        return say("review-judged", words, verdict=said, questions=questions), True

    async def _judged(
        self, desk: Desk, about: About, verdict: Verdict, entry: str | None
    ) -> Judged:
        review = self.review(desk)
        if about.kind != "cluster":
            return await review.judge(
                desk.user, channel=PLATFORM, verdict=verdict, entry=entry, query=about.number,
                sampled=about.sampled,
            )  # fmt: skip
        view = await review.cluster(about.number, limit=1)
        # A whole revision has no room in an id, so it is told by its last digits.
        if view is not None and not about.is_at(view.row.revision):
            raise JudgedError
        return await review.judge(
            desk.user, channel=PLATFORM, verdict=verdict, entry=entry, cluster=about.number,
            revision=view.row.revision if view is not None else None,
        )  # fmt: skip

    async def after(
        self, desk: Desk, about: About, sentence: str, *, counts: bool
    ) -> discord.ui.LayoutView:
        """Lay out what follows a verdict; one that does not count shows again what it was on."""
        if not counts:
            return await self.shown(desk, about, sentence)
        return await self.following(desk, about, await self.around(desk, sentence, about))

    async def _judge(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        about = About.of(meaning)
        sentence, counts = await self.decide(desk, about, MARKS.get(meaning.mark, "ignore"))
        await turn(interaction, await self.after(desk, about, sentence, counts=counts))

    async def _undo(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        about = About.of(meaning)
        try:
            done = await self.review(desk).take_back(
                desk.user, channel=PLATFORM, own=True, **about.subject
            )
        except UsageError:
            done = False
        note = say("review-undone" if done else "review-undo-none", desk.language)
        await turn(interaction, await self.shown(desk, about, note))

    # Going about

    async def _show(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        about = About.of(meaning) if meaning.event else None
        if about is None or meaning.mark == "n":
            view = await self.following(desk, about, Around())
        else:
            view = await self.shown(desk, about)
        await turn(interaction, view)

    async def _sample(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        await turn(interaction, await self.following(desk, About("sample", 0), Around()))

    async def _all(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        about = About.of(meaning)
        await turn(interaction, await self._members(desk, about, seen_in(meaning.entry)))

    async def _members(
        self, desk: Desk, about: About, seen: int | None = None, note: str = ""
    ) -> discord.ui.LayoutView:
        items = await self.review(desk).members(about.number, after=seen, limit=PAGE + 1)
        if not items and seen is None:
            return await self.shown(desk, about, note or say("review-gone", desk.language))
        return self.panels.members(desk, about, items, note)

    async def _split(
        self, interaction: Interaction, meaning: ButtonId, values: Sequence[str]
    ) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        about = About.of(meaning)
        chosen = [int(value) for value in values if value.isdecimal()]
        try:
            made = await self.review(desk).split(desk.user, about.number, chosen, channel=PLATFORM)
        except UsageError:
            made = None
        if made is None:
            note = say("review-split-none", desk.language)
            await turn(interaction, await self._members(desk, about, note=note))
            return
        questions = say("review-questions", desk.language, questions=len(chosen))
        note = say("review-split-done", desk.language, questions=questions)
        await turn(interaction, await self.shown(desk, about, note))

    async def _page(
        self, desk: Desk, reason: Reason | None, seen: int | None, around: Around
    ) -> discord.ui.LayoutView:
        items = await self.review(desk).items(reason=reason, before_id=seen, limit=PAGE + 1)
        return self.panels.listed(desk, items, reason, around, is_first=seen is None)

    async def _list(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        reason = reason_of(meaning.entry.partition(".")[0])
        view = await self._page(desk, reason, seen_in(meaning.entry), await self.around(desk))
        await turn(interaction, view)

    async def _filter(
        self, interaction: Interaction, meaning: ButtonId, values: Sequence[str]
    ) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        reason = reason_of(values[0] if values else "")
        await turn(interaction, await self._page(desk, reason, None, await self.around(desk)))

    async def _item(
        self, interaction: Interaction, meaning: ButtonId, values: Sequence[str]
    ) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        number = int(values[0]) if values and values[0].isdecimal() else 0
        await turn(interaction, await self.shown(desk, About("query", number)))


def reason_of(given: str) -> Reason | None:
    """Return the reason that is named, None for all."""
    return given if given in REASONS else None


def seen_in(entry: str) -> int | None:
    """Return the query that was seen last, as an id's entry says it."""
    _, _, seen = entry.partition(".")
    return int(seen, 36) if seen and seen.isalnum() else None
