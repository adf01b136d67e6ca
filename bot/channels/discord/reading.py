"""Look behind an answer: all of it, its objections and replies, sources, reasons; and browse."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer
from bot.advisor.compose import Composer
from bot.advisor.facets import Facet
from bot.channels.discord import text, views
from bot.channels.discord.asking import event_key
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.errors import Refused
from bot.channels.discord.responding import show, turn
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import language_of, say
from bot.channels.why import Why, titles_of, why_of
from bot.knowledge.model import Kind

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

Handler = Callable[["discord.Interaction[Any]", ButtonId, Sequence[str]], Awaitable[None]]
Fields = Mapping[str, Sequence[str]]
"""what a form was filled in with: values by the fields' custom ids"""
Form = Callable[["discord.Interaction[Any]", ButtonId, Fields], Awaitable[None]]
_MENU = 25
_EXPLAINED = 1_000
_BAR = 8


class Reading:
    """Pages that only their reader sees; nothing here is logged as a question."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        self._explained: OrderedDict[int, Answer] = OrderedDict()

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of this feature's components does."""
        return {
            "objections": self._objections,
            "read": self._read,
            "page": self._page,
            "sources": self._sources,
            "why": self._why,
            "browse": self._browse,
            "proposal": self._proposal,
            "argument": self._argument,
            "about": self._about,
        }

    def explain(self, event: int, answer: Answer) -> None:
        """Keep why an answer is what it is, for a while; no word of the question is in it."""
        if answer.explanation is not None:
            why = replace(answer.explanation, read=(), doubts=())
            self._explained[event] = replace(answer, blocks=(), explanation=why)
            while len(self._explained) > _EXPLAINED:
                self._explained.popitem(last=False)

    def advisor(self, meaning: ButtonId, language: str) -> tuple[str, Advisor]:
        """Return the topic that an id means, and its advisor. Raises Refused where it is gone."""
        for topic, advisor in self._bot.service.topics.items():
            if topic_mark(topic) == meaning.topic:
                return topic, advisor
        raise Refused(say("no-such-entry", language))

    def answer(self, meaning: ButtonId, language: str) -> Answer:
        """Compose the entry and facet that an id means. Raises Refused where it is gone."""
        _, advisor = self.advisor(meaning, language)
        if meaning.entry not in advisor.release.entries:
            raise Refused(say("no-such-entry", language))
        return advisor.show(meaning.entry, meaning.facet, language)

    def title(self, advisor: Advisor, entry: str, language: str) -> str:
        """Return an entry's title, translated where there is a translation."""
        release = advisor.release
        return Composer(release, language).title(release.entries[entry])

    def behind(self, answer: Answer) -> Facet:
        """Return the facet that shows objections and replies of what an answer is about."""
        return Facet.OBJECTIONS if answer.kind is Kind.PROPOSAL else Facet.OVERVIEW

    def pages_view(self, meaning: ButtonId, language: str) -> discord.ui.LayoutView:
        """Lay out a page of all that an entry's facet holds."""
        meaning = replace(meaning, action="page", language=language)
        shown = self.answer(meaning, language)
        sources = replace(meaning, action="sources", page=0, mark="s")
        row = [Button(sources, say("sources", language))]
        if (proposal := self.proposal_of(meaning)) is not None:
            row.append(
                Button(
                    replace(meaning, action="map", entry=proposal, mark="m"), say("map", language)
                )
            )
        if meaning.event is not None:
            row.append(Button(replace(meaning, action="wrong", mark="w"), say("wrong", language)))
        return views.paged(
            shown.title or meaning.entry, text.pages(text.paragraphs(shown)), meaning, row
        )

    def sources_view(self, meaning: ButtonId, language: str) -> discord.ui.LayoutView:
        """Lay out a page of the sources of an entry's facet."""
        meaning = replace(meaning, action="sources", language=language)
        shown = self.answer(meaning, language)
        return views.paged(
            shown.title or meaning.entry, text.pages(text.source_paragraphs(shown)), meaning
        )

    def proposal_of(self, meaning: ButtonId) -> str | None:
        """Return the proposal to which an id's entry belongs, None for facts and the like."""
        for topic, advisor in self._bot.service.topics.items():
            if topic_mark(topic) == meaning.topic:
                entry = advisor.release.entries.get(meaning.entry)
                return entry.proposal if entry is not None else None
        return None

    def about_view(self, topic: str, language: str, page: int = 0) -> discord.ui.LayoutView:
        """Lay out what a topic is about and how current it is."""
        known = self._bot.service.advisor_of(topic).release.topic
        info = known.info
        said = (known.own("description", language), known.own("notice", language))
        lines = [text.escape(each) for each in said if each]
        lines.append(
            say(
                "about-counts", language, entries=len(known.entries), sources=len(known.sources),
                proposals=sum(p.status == "published" for p in known.proposals),
                when=info.as_of or "–",
            )
        )  # fmt: skip
        lines.append(say("about-bot", language))
        pages = text.pages(text.Paragraph(line) for line in lines)
        meaning = ButtonId("about", topic_mark(topic), "", language, page=page)
        browse = ButtonId("browse", topic_mark(topic), "", language)
        title = known.title_in(language)
        return views.paged(title, pages, meaning, [Button(browse, say("browse", language))])

    def browse_view(self, topic: str, language: str, page: int = 0) -> discord.ui.LayoutView:
        """Lay out the menu of a topic's proposals."""
        advisor = self._bot.service.advisor_of(topic)
        composer_titles = [
            (p.id, self.title(advisor, p.id, language), p.statement)
            for p in advisor.release.topic.proposals
            if p.status == "published"
        ]
        meaning = ButtonId("browse", topic_mark(topic), "", language, page=page)
        rows: list[list[Button | Menu]] = []
        if composer_titles:
            chunks = [composer_titles[n : n + _MENU] for n in range(0, len(composer_titles), _MENU)]
            page = min(page, len(chunks) - 1)
            rows.append([self._menu("proposal", meaning, chunks[page], "choose-proposal")])
            if len(chunks) > 1:
                rows.append([*views.turn_buttons(meaning, page, len(chunks))])
        count = len(composer_titles)
        about = advisor.release.topic.title_in(language)
        body = f"### {text.escape(about)}\n{say('browse-intro', language, count=count)}"
        return views.page(body, *rows)

    def _start(self, advisor: Advisor, entry: str, language: str) -> str:
        """Return the beginning of an argument's text, for a menu's description."""
        own = (b for b in advisor.show(entry, language=language).blocks if b.entry == entry)
        return next((block.text for block in own), "")

    def _menu(
        self, action: Action, meaning: ButtonId, entries: Sequence[tuple[str, str, str]], key: str
    ) -> Menu:
        options = [
            discord.SelectOption(
                label=views.cut(title, 100), value=entry, description=views.cut(about, 100)
            )
            for entry, title, about in entries
        ]
        select: discord.ui.Select[Any] = discord.ui.Select(
            placeholder=say(key, meaning.language), options=options
        )
        return Menu(replace(meaning, action=action, entry=""), select)

    async def _objections(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        facet = self.behind(self.answer(meaning, language))
        meaning = replace(meaning, facet=facet, page=0, mark="")
        await show(interaction, self.pages_view(meaning, language))

    async def _read(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        await show(interaction, self.pages_view(replace(meaning, page=0, mark=""), language))

    async def _page(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        await turn(interaction, self.pages_view(meaning, meaning.language))

    async def _sources(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        if meaning.mark in {"a", "b"}:
            await turn(interaction, self.sources_view(meaning, meaning.language))
            return
        language = language_of(interaction)
        await show(interaction, self.sources_view(replace(meaning, page=0), language))

    async def _why(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        lines = await self._reasons(meaning, language)
        body = "\n".join([f"### {say('why', language)}", *lines])
        await show(interaction, views.page(body))

    async def _reasons(self, meaning: ButtonId, language: str) -> list[str]:
        event = meaning.event or 0
        if (known := self._explained.get(event)) is not None:
            _, advisor = self.advisor(meaning, language)
            titles = titles_of(advisor.release, language)
            # Others than the asker may read it.
            found = why_of(known, language, titles, question=False)
            if found is not None:
                ending = say("why-release", language, release=known.release)
                return [*_explained(found), ending]
        row = await self._bot.service.log.query_by_event(event_key(event))
        if row is None:
            raise Refused(say("not-in-log", language))
        lines = [say("why-from-log", language)]
        lines.append(
            say("why-candidates", language, names=", ".join(c.id for c in row.candidates[:5]))
        )
        lines.append(say("why-only-confidence", language, value=f"{row.confidence:.2f}"))
        return [*lines, say("why-release", language, release=row.release)]

    async def _browse(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        topic, _advisor = self.advisor(meaning, language)
        view = self.browse_view(topic, language, meaning.page)
        if meaning.mark:
            await turn(interaction, view)
        else:
            await show(interaction, view)

    async def _about(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        topic, _advisor = self.advisor(meaning, meaning.language)
        await turn(interaction, self.about_view(topic, meaning.language, meaning.page))

    async def _proposal(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        entry = values[0] if values else meaning.entry
        meaning = replace(meaning, entry=entry, language=language, facet=Facet.OVERVIEW, page=0)
        shown = self.answer(meaning, language)
        _, advisor = self.advisor(meaning, language)
        item = advisor.release.entries[entry]
        rows: list[list[Button | Menu]] = []
        objections = [
            (block.entry, block.text, self._start(advisor, block.entry, language))
            for block in shown.blocks
            if block.role == "objection" and block.entry is not None
        ]
        if objections and item.kind is Kind.PROPOSAL:
            # Three menus of 25; whoever has more finds them all under the button below.
            for number, start in enumerate(range(0, min(len(objections), 3 * _MENU), _MENU)):
                some = objections[start : start + _MENU]
                marked = replace(meaning, mark="xyz"[number])
                rows.append([self._menu("argument", marked, some, "choose-objection")])
        browse = replace(meaning, action="browse", entry="", mark="z")
        behind = replace(meaning, action="objections", mark="o")
        rows.append(
            [
                Button(browse, f"◀ {say('proposals', language)}"),
                Button(behind, say("objections-and-replies", language)),
                Button(replace(meaning, action="sources", mark="s"), say("sources", language)),
                Button(replace(meaning, action="map", mark="m"), say("map", language)),
            ]
        )
        body = f"### {text.escape(shown.title or entry)}\n{text.short(shown, text.PRIVATE)}"
        await turn(interaction, views.page(body, *rows))

    async def _argument(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        if values:
            meaning = replace(meaning, entry=values[0], page=0)
        meaning = replace(meaning, language=language, facet=Facet.OVERVIEW)
        shown = self.answer(meaning, language)
        back = self.proposal_of(meaning) or ""
        proposal = replace(meaning, action="proposal", entry=back, page=0, mark="z")
        row = [
            Button(proposal, f"◀ {say('proposal', language)}"),
            Button(replace(meaning, action="sources", page=0, mark="s"), say("sources", language)),
        ]
        pages = text.pages(text.paragraphs(shown))
        await turn(interaction, views.paged(shown.title or meaning.entry, pages, meaning, row))


def _explained(found: Why) -> Iterator[str]:
    yield text.escape(found.decision)
    for note in found.notes:
        yield f"-# {text.escape(note)}"
    if found.rows:
        yield f"**{text.escape(found.heading)}**"
    for row in found.rows:
        yield f"{text.escape(row.title)} · `{row.id}`"
        for bar in (row.likely, *row.parts):
            full = round(_BAR * bar.share)
            yield f"`{'█' * full}{'░' * (_BAR - full)}` {bar.percent} {text.escape(bar.label)}"
    if found.thresholds:
        yield f"-# {text.escape(found.thresholds)}"
