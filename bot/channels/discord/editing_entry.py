"""One entry to edit: a form for each group of its fields, and its long lists item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import text, views
from bot.channels.discord.completing import suggest
from bot.channels.discord.custom_id import Action, ButtonId, base36
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_forms import Sheet, in_words
from bot.channels.discord.editing_items import ItemForms
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting
from bot.channels.discord.kinds import BY_LETTER, LETTERS
from bot.channels.discord.previewing import digest
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.responding import intend, show, turn
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import say
from bot.curation.forms import GROUPS, ITEMS, editing, fields, find, values
from bot.curation.items import Item, dropping, items
from bot.curation.moderation import Draft
from bot.curation.operations import ARGUMENTS, EntryKind, Operation
from bot.knowledge.model import Kind
from bot.knowledge.release import Release

if TYPE_CHECKING:
    from bot.channels.discord.editing import Editing

Interaction = discord.Interaction[Any]
_MENU, _MENUS = 25, 8
_TEXT = 900
_SHOWN = 300


class Entries:
    """The panel of ``/knowledge edit``; what it changes goes into the draft."""

    def __init__(self, editing: Editing) -> None:
        self._editing = editing
        self._items = ItemForms(editing, self)

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of the panel's components does."""
        return {
            "kentry": self._entry,
            "kedit": self._edit,
            "kitem": self._item,
            "kdrop": self._drop,
            **self._items.handlers(),
        }

    def forms(self) -> Mapping[Action, Form]:
        """Return what each submitted form of the panel does."""
        return {"kedit": self._edited, **self._items.forms()}

    async def open(self, interaction: Interaction, given: str, topic: str | None) -> None:
        """Show the panel of an entry or source, named by its id or title."""
        desk = self._editing.desk(interaction, topic)
        draft = await in_words(desk.moderation.draft(desk.user), desk.language)
        release = await in_words(self._editing.release(desk, draft), desk.language)
        found = self.resolve(desk, release, given)
        await show(interaction, await self.panel(desk, found, draft=draft))

    async def open_phrase(self, interaction: Interaction, given: str, topic: str | None) -> None:
        """Send the form that adds phrasings to an entry."""
        desk = self._editing.desk(interaction, topic)
        draft = await in_words(desk.moderation.draft(desk.user), desk.language)
        release = await in_words(self._editing.release(desk, draft), desk.language)
        found = self.resolve(desk, release, given)
        await self._items.open_phrase(interaction, desk, desk.id("kphrase", found, mark="c"))

    def resolve(self, desk: Desk, release: Release, given: str) -> str:
        """Return the id of the entry or source that is meant. Raises Refused."""
        wanted = given.strip()
        if wanted in release.entries or wanted in release.topic.sources:
            return wanted
        advisor = self._editing.advisor(desk)
        found = suggest(advisor, wanted, desk.language, tuple(Kind)) if wanted else []
        if not found:
            raise Refused(say("no-such-entry", desk.language))
        return found[0].entry

    async def panel(
        self,
        desk: Desk,
        entry_id: str,
        *,
        page: int = 0,
        source: bool = False,
        note: str = "",
        draft: Draft | None = None,
    ) -> discord.ui.LayoutView:
        """Lay out an entry as it is with the draft, with what can be changed. Raises Refused."""
        if draft is None:
            draft = await in_words(desk.moderation.draft(desk.user), desk.language)
        release = await in_words(self._editing.release(desk, draft), desk.language)
        kind = find_or_refuse(desk, release, entry_id, "source" if source else None)
        words, is_source = desk.language, kind == "source"
        held = release.topic.sources if is_source else release.entries
        heading = held[entry_id].title
        lines = [
            f"### {fitting(heading, 200)}",
            *([note] if note else []),
            f"-# {say(f'kind-{kind}', words)} · {text.escape(entry_id)}",
        ]
        if not is_source:
            lines.append(fitting(release.entries[entry_id].text, _TEXT))
        if draft.operations:
            lines.append(f"-# {say('draft-has', words, count=len(draft.operations))}")
        rows: list[list[Button | Menu]] = [[*self._groups(desk, kind, entry_id)]]
        known = list(items(release, entry_id))
        most = max((len(part) for _, part in _lists(known)), default=0)
        pages = max(1, -(-most // _MENU))
        page = min(page, pages - 1)
        for number, (key, part) in enumerate(_lists(known)[:_MENUS]):
            if shown := part[page * _MENU : (page + 1) * _MENU]:
                rows.append([_menu(desk, entry_id, key, shown, len(part), number)])
        if pages > 1:
            rows.append([*views.turn_buttons(desk.id("kentry", entry_id), page, pages)])
        buttons: list[Button | Menu] = []
        if kind == "proposal":
            at = list(GROUPS[kind]).index("rationale")
            buttons.append(desk.button("kedit", "add-reason", entry=entry_id, page=at, mark="n"))
        if not is_source:
            buttons.append(desk.button("kphrase", "add-phrasings", entry=entry_id))
            buttons.append(desk.button("ktest", "add-test", entry=entry_id))
        if kind in ARGUMENTS:
            buttons.append(desk.button("kmove", "move", entry=entry_id))
        buttons.append(desk.button("kdraft", "draft"))
        return desk.page("\n".join(lines), *rows, buttons)

    def further(self, desk: Desk, kind: EntryKind, entry_id: str) -> list[Button]:
        """Return a button for each group of fields beyond those that an entry is added with."""
        first = next(iter(GROUPS[kind]))
        return [
            *self._groups(desk, kind, entry_id, without=first),
            desk.button("kentry", "edit-it", entry=entry_id, mark="s" if kind == "source" else ""),
        ]

    def _groups(
        self, desk: Desk, kind: EntryKind, entry_id: str, without: str = ""
    ) -> Iterator[Button]:
        for number, group in enumerate(GROUPS[kind]):
            if group not in {without, *ITEMS}:
                yield desk.button(
                    "kedit", f"group-{group}", entry=entry_id, page=number, mark=LETTERS[kind]
                )

    async def _entry(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)
        source = meaning.mark == "s"
        await turn(
            interaction,
            await self.panel(desk, meaning.entry, page=meaning.page, source=source),
        )

    # A group of fields

    async def _edit(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        release = await in_words(self._editing.release(desk), desk.language)
        sheet, kind, group = self._sheet(desk, meaning)
        find_or_refuse(desk, release, meaning.entry, kind)
        at = self.place(desk, release, meaning)
        now = values(release, meaning.entry, group, at=at, kind=kind)
        if meaning.mark in BY_LETTER:
            # What was looked at, so that nobody's newer words are written over unseen.
            sheet = replace(sheet, meaning=replace(meaning, event=digest([*now.values()])))
        await self._editing.open_form(interaction, sheet, now)

    def _sheet(self, desk: Desk, meaning: ButtonId) -> tuple[Sheet, EntryKind, str]:
        """Return a group's form by its id alone, so that it can be given back when all is gone."""
        # Reasons, whose forms have other marks, are a proposal's.
        kind = BY_LETTER.get(meaning.mark, "proposal")
        groups = list(GROUPS[kind])
        group = groups[min(meaning.page, len(groups) - 1)]
        title = say(f"group-{group}", desk.language)
        return Sheet(title, meaning, fields(kind, group)), kind, group

    async def _edited(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)
        sheet, kind, group = self._sheet(desk, meaning)

        def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
            find_or_refuse(desk, release, meaning.entry, kind)
            at = self.place(desk, release, meaning)
            if meaning.mark in BY_LETTER and meaning.event is not None:
                now = values(release, meaning.entry, group, kind=kind)
                if digest([*now.values()]) != meaning.event:
                    raise Refused(say("knowledge-overtaken", desk.language, now=_shown(now)))
            return editing(release, meaning.entry, group, given, at=at, kind=kind)

        taken = await self._editing.take(interaction, desk, sheet, filled, make)
        if taken is not None:
            source = kind == "source"
            await self.back(interaction, desk, meaning.entry, taken[0], source=source)

    def place(self, desk: Desk, release: Release, meaning: ButtonId) -> int | None:
        """Return where the item stands that an id means; None where it means none."""
        if meaning.event is None or meaning.mark in BY_LETTER:
            return None
        return self.item(desk, release, meaning).place

    async def back(
        self,
        interaction: Interaction,
        desk: Desk,
        entry_id: str,
        draft: Draft,
        *,
        source: bool = False,
    ) -> None:
        """Show the entry's panel again once something of it is in the draft."""
        note = say("draft-taken", desk.language)
        view = await self.panel(desk, entry_id, source=source, note=note, draft=draft)
        await turn(interaction, view)

    # An item of a list

    def item(self, desk: Desk, release: Release, meaning: ButtonId) -> Item:
        """Return the item that an id means. Raises Refused where it is gone."""
        found = (one for one in items(release, meaning.entry) if one.key == meaning.event)
        if (one := next(found, None)) is None:
            raise Refused(say("item-gone", desk.language))
        return one

    async def _item(
        self, interaction: Interaction, meaning: ButtonId, chosen: Sequence[str]
    ) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)
        release = await in_words(self._editing.release(desk), desk.language)
        digits = chosen[0] if chosen else ""
        meaning = replace(meaning, event=int(digits, 36) if digits.isalnum() else None)
        one = self.item(desk, release, meaning)
        more: dict[str, Any] = {"entry": meaning.entry, "event": meaning.event}
        edits: dict[str, Action] = {"p": "kreword", "x": "kaim", "r": "kedit"}
        if one.mark == "r":
            more["page"] = list(GROUPS["proposal"]).index("rationale")
        name = say(f"item-{_NAMES[one.mark]}", desk.language)
        body = f"**{name}**\n{fitting(one.label, 2_000)}"
        if one.expectation is not None:
            expected = ", ".join(one.expectation.expect)
            body += f"\n-# {say('item-expects', desk.language, entries=text.escape(expected))}"
        view = desk.page(
            body,
            [
                desk.button(edits[one.mark], "edit-it", discord.ButtonStyle.primary, **more),
                Button(
                    desk.id("kdrop", meaning.entry, event=meaning.event),
                    say("remove", desk.language),
                    discord.ButtonStyle.danger,
                ),
                desk.button("kentry", "back", entry=meaning.entry),
            ],
        )
        await turn(interaction, view)

    async def _drop(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)
        release = await in_words(self._editing.release(desk), desk.language)
        operations = dropping(release, meaning.entry, self.item(desk, release, meaning))
        draft = await in_words(desk.moderation.add(desk.user, operations), desk.language)
        await self.back(interaction, desk, meaning.entry, draft)


_NAMES = {"r": "reason", "p": "phrasing", "x": "test"}


def find_or_refuse(
    desk: Desk, release: Release, entry_id: str, wanted: EntryKind | None = None
) -> EntryKind:
    """Return an entry's kind. Raises Refused where it is gone, or is not of the ``wanted`` kind."""
    if entry_id not in release.entries and entry_id not in release.topic.sources:
        raise Refused(say("no-such-entry", desk.language))
    kind, _ = find(release, entry_id, wanted)
    if wanted is not None and kind != wanted:
        raise Refused(say("item-gone", desk.language))
    return kind


def _lists(known: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    lists: dict[str, list[Item]] = {}
    for one in known:
        lists.setdefault(one.mark + one.language, []).append(one)
    return sorted(lists.items(), key=lambda pair: "rpx".index(pair[0][0]))


def _menu(
    desk: Desk, entry_id: str, key: str, shown: Sequence[Item], count: int, number: int
) -> Menu:
    name = say(f"items-{_NAMES[key[0]]}", desk.language, count=count)
    select: discord.ui.Select[Any] = discord.ui.Select(
        placeholder=f"{name} ({key[1:]})" if key[1:] else name,
        options=[
            discord.SelectOption(label=views.cut(one.label, 100), value=base36(one.key))
            for one in shown
        ],
    )
    # The page keeps the ids in one message apart.
    return Menu(desk.id("kitem", entry_id, page=number), select)


def _shown(now: Mapping[str, str]) -> str:
    return "\n".join(fitting(each, _SHOWN) for each in now.values() if each)
