"""Moderators at work: who may, the draft they prepare, and the forms that add to it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.advisor.advisor import Advisor
from bot.channels.discord import text, views
from bot.channels.discord.asking import user_key
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_adding import Adding
from bot.channels.discord.editing_entry import Entries
from bot.channels.discord.editing_forms import (
    Sheet,
    Typed,
    give_back,
    in_words,
    modal,
)
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting
from bot.channels.discord.history import History
from bot.channels.discord.kinds import LETTERS
from bot.channels.discord.places import is_moderator
from bot.channels.discord.progressing import OneByOne
from bot.channels.discord.publishing import Publishing
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.responding import intend, send_form, show, turn
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.withdrawing import AtOnce
from bot.channels.discord.words import language_of, say
from bot.curation.forms import Field
from bot.curation.moderation import Draft
from bot.curation.operations import AddEntry, Operation, describe
from bot.errors import RejoinderError
from bot.knowledge.release import Release

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

Interaction = discord.Interaction[Any]
_PAGE, _LINE, _TITLE = 10, 260, 100
_RELEASES = 8
_NAME = Field("name", "", "", limit=100, shape="line", key="history-name")


class Editing:
    """The moderators' draft; see Entries, Publishing and History for the rest of `/knowledge`."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        self.typed = Typed()
        self.one_by_one = OneByOne()
        self.adding = Adding(self)
        self.entries = Entries(self)
        self.publishing = Publishing(bot, self)
        self.history = History(bot, self)
        self.at_once = AtOnce(bot, self)
        self._releases: OrderedDict[tuple[str, int, int, str], Release] = OrderedDict()

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each component of `/knowledge` does."""
        return {
            "kdraft": self._draft,
            "kremove": self._remove,
            "kdiscard": self._discard,
            "kname": self._name,
            "kretry": self._retry,
            **self.adding.handlers(),
            **self.entries.handlers(),
            **self.publishing.handlers(),
            **self.history.handlers(),
        }

    def forms(self) -> Mapping[Action, Form]:
        """Return what each submitted form of `/knowledge` does."""
        return {
            "kname": self._named,
            **self.adding.forms(),
            **self.entries.forms(),
            **self.publishing.forms(),
        }

    # Who

    def desk(self, interaction: Interaction, where: ButtonId | str | None = None) -> Desk:
        """Return who is at work on which topic, by the roles in this very event.

        ``where`` is a topic, a component's id, or None for the topic of the place. Raises Refused
        for everybody else than its moderators in its home guild, and for an unknown topic.
        """
        language = language_of(interaction)
        if isinstance(where, ButtonId):
            topic, _ = self._bot.reading.advisor(where, language)
        else:
            topic = where or self.topic(interaction)
            if topic not in self._bot.service.topics:
                raise Refused(say("no-such-topic", language))
        if not is_moderator(interaction, self._bot.places.home(topic)):
            raise Refused(say("moderators-only", language))
        return self._desk(topic, language, user_key(interaction.user.id))

    def _desk(self, topic: str, language: str, user: str) -> Desk:
        home = self._bot.places.home(topic)
        heading = ""
        if home is not None and len(self._bot.places.topics_at(int(home.guild))) > 1:
            title = self._bot.service.advisor_of(topic).release.topic.info.title
            heading = f"-# {fitting(title, _TITLE)}"
        return Desk(topic, language, user, self._bot.service.moderation(topic), heading)

    def topic(self, interaction: Interaction) -> str:
        """Return the topic whose moderators' channel this is, or its thread; else the place's."""
        parent = getattr(interaction.channel, "parent_id", None)
        here = {str(interaction.channel_id), str(parent)}
        for topic in self._bot.places.topics_at(interaction.guild_id):
            home = self._bot.places.home(topic)
            if home is not None and home.moderator_channel in here:
                return topic
        return self._bot.here(interaction).topic

    async def release(self, desk: Desk, draft: Draft | None = None) -> Release:
        """Return the knowledge with somebody's draft in it. Raises as Moderation.release."""
        draft = draft or await desk.moderation.draft(desk.user)
        current = self._bot.service.advisor_of(desk.topic).release
        if not draft.operations:
            return current
        key = (desk.topic, draft.id, draft.revision, current.id)
        if key not in self._releases:
            self._releases[key] = await desk.moderation.release(draft)
            while len(self._releases) > _RELEASES:
                self._releases.popitem(last=False)
        return self._releases[key]

    def advisor(self, desk: Desk) -> Advisor:
        """Return the advisor in service of the topic that somebody works on."""
        return self._bot.service.advisor_of(desk.topic)

    # Forms

    async def open_form(
        self, interaction: Interaction, sheet: Sheet, values: Mapping[str, str] | None = None
    ) -> None:
        """Send a form; it must be the first response. Raises Refused where it comes too late."""
        language = language_of(interaction)
        await send_form(interaction, modal(sheet, values or {}, language))
        if sheet.above:
            # Its submission brings back what was typed, not what stood above.
            self.typed.put(_opening(interaction, sheet), interaction.user.id, (sheet, {}))

    async def take(
        self,
        interaction: Interaction,
        desk: Desk,
        sheet: Sheet,
        filled: Fields,
        make: Callable[[Release, Mapping[str, str]], list[Operation]],
        *,
        suggestion: int | None = None,
        put: Callable[[list[Operation]], Awaitable[Draft]] | None = None,
    ) -> tuple[Draft, list[Operation]] | None:
        """Put what a form says into the draft; None where it was given back.

        ``put`` does that where there is more to it than adding. Whoever calls this shows what
        comes next.
        """
        values = sheet.values(filled)
        try:
            release = await self.release(desk)
            operations = make(release, values)
            if not operations:
                raise Refused(say("knowledge-nothing", desk.language))
            if put is not None:
                draft = await put(operations)
            else:
                draft = await desk.moderation.add(desk.user, operations, suggestion=suggestion)
        except RejoinderError as error:
            opened = self.typed.get(_opening(interaction, sheet), interaction.user.id)
            sheet = replace(sheet, above=opened[0].above) if opened else sheet
            await give_back(interaction, self.typed, sheet, values, error)
            return None
        return draft, operations

    async def _retry(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        found = self.typed.get(meaning.event or 0, interaction.user.id)
        if found is None:
            raise Refused(say("knowledge-retry-old", desk.language))
        await self.open_form(interaction, *found)

    # The draft

    async def draft_panel(
        self, topic: str, user: str, language: str, note: str = ""
    ) -> discord.ui.LayoutView:
        """Lay out somebody's draft, with a sentence of Markdown on top. Raises LogUnavailable."""
        desk = self._desk(topic, language, user)
        return await self.panel(desk, await desk.moderation.draft(user), note=note)

    async def open_draft(self, interaction: Interaction, topic: str | None) -> None:
        """Show the draft of whoever moderates here."""
        desk = self.desk(interaction, topic)
        await show(interaction, await self.draft_panel(desk.topic, desk.user, desk.language))

    async def panel(
        self, desk: Desk, draft: Draft, page: int = 0, note: str = "", added: AddEntry | None = None
    ) -> discord.ui.LayoutView:
        """Lay out a draft with what can be done to it, and to the entry just ``added``."""
        words = desk.language
        rows: list[Sequence[Button | Menu]] = []
        count = len(draft.operations)
        pages = max(1, -(-count // _PAGE))
        page = min(page, pages - 1)
        lines = [f"### {say('draft', words)}", *([note, ""] if note else [])]
        if not count:
            lines.append(say("draft-empty", words))
        first = page * _PAGE
        shown = draft.operations[first : first + _PAGE]
        for number, operation in enumerate(shown, start=first + 1):
            lines.append(f"{number}\\. {fitting(describe(operation), _LINE)}")
        if draft.suggestions:
            numbers = ", ".join(map(str, draft.suggestions))
            lines.append(f"-# {say('draft-suggestions', words, numbers=numbers)}")
        if draft.waiting:
            lines.append(f"-# {say('draft-waiting', words)}")
        if pages > 1:
            lines.append(f"-# {say('page', words, page=page + 1, pages=pages)}")
            rows.append(views.turn_buttons(desk.id("kdraft"), page, pages))
        if shown:
            rows.append([self._remove_menu(desk, draft, first, shown)])
        if added is not None:
            rows.append(self.entries.further(desk, added.kind, added.id))
        rows.append(
            [
                desk.button("kphrase", "add-phrasings", mark="d"),
                desk.button("ktest", "add-test", mark="d"),
                desk.button("kadd", "add-source", mark=LETTERS["source"]),
            ]
        )
        if count:
            rows.append(self._last_row(desk, draft))
        rows += await self._waiting(desk)
        return desk.page("\n".join(lines), *rows)

    def _last_row(self, desk: Desk, draft: Draft) -> list[Button]:
        primary = discord.ButtonStyle.primary
        target = f"d{draft.id}"
        return [
            desk.button("kpreview", "preview", primary, entry=target),
            self.publishing.last_button(desk, draft),
            desk.button("kdiscard", "discard", discord.ButtonStyle.danger),
            desk.button("kname", "my-name"),
        ]

    def _remove_menu(
        self, desk: Desk, draft: Draft, first: int, shown: Sequence[Operation]
    ) -> Menu:
        select: discord.ui.Select[Any] = discord.ui.Select(
            placeholder=say("draft-remove", desk.language),
            options=[
                discord.SelectOption(
                    label=views.cut(f"{first + n + 1}. {describe(operation)}", 100),
                    value=str(first + n),
                )
                for n, operation in enumerate(shown)
            ],
        )
        return Menu(desk.id("kremove", event=draft.revision), select)

    async def _waiting(self, desk: Desk) -> list[list[Menu | Button]]:
        """Return a button for each draft of somebody else that waits for approval."""
        waiting = [d for d in await desk.moderation.waiting(desk.user) if not d.own]
        words = desk.language
        return [
            [
                Button(
                    desk.id("kpreview", f"d{draft.id}", mark="w"),
                    say("draft-of-other", words, count=len(draft.operations)),
                )
                for draft in waiting[:5]
            ]
        ]

    async def _draft(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        draft = await desk.moderation.draft(desk.user)
        await turn(interaction, await self.panel(desk, draft, meaning.page))

    async def _remove(
        self, interaction: Interaction, meaning: ButtonId, values: Sequence[str]
    ) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        position = int(values[0]) if values and values[0].isdecimal() else -1
        work = desk.moderation.remove(desk.user, position, meaning.event or 0)
        draft = await in_words(work, desk.language)
        await turn(interaction, await self.panel(desk, draft, max(position, 0) // _PAGE))

    async def _discard(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        if meaning.mark != "y":
            yes = desk.button("kdiscard", "discard-yes", discord.ButtonStyle.danger, mark="y")
            back = desk.button("kdraft", "back")
            await turn(interaction, desk.page(say("discard-sure", desk.language), [yes, back]))
            return
        await in_words(desk.moderation.discard(desk.user), desk.language)
        await turn(interaction, views.note(say("discarded", desk.language)))

    # The name in the history

    async def _name(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self.desk(interaction, meaning)
        name = await desk.moderation.name(desk.user)
        await self.open_form(interaction, self._name_sheet(desk), {"name": name})

    def _name_sheet(self, desk: Desk) -> Sheet:
        return Sheet(say("my-name", desk.language), desk.id("kname"), (_NAME,))

    async def _named(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self.desk(interaction, meaning)
        intend(interaction, edits=True)
        sheet = self._name_sheet(desk)
        values = sheet.values(filled)
        wanted = values.get("name", "").strip() or None
        try:
            if wanted != await desk.moderation.name(desk.user):
                await desk.moderation.set_name(desk.user, wanted)
            name = await desk.moderation.name(desk.user)
        except RejoinderError as error:
            await give_back(interaction, self.typed, sheet, values, error)
            return
        note = say("name-now", desk.language, name=text.escape(name))
        await turn(interaction, await self.draft_panel(desk.topic, desk.user, desk.language, note))


def _opening(interaction: Interaction, sheet: Sheet) -> int:
    """Return a number that stands for a form that somebody has open."""
    said = f"{interaction.user.id} {sheet.meaning}"
    return int(hashlib.sha256(said.encode()).hexdigest()[:15], 16)
