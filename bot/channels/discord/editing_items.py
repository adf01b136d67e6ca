"""The forms for the items of an entry's long lists, and for its place among others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import text
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_forms import Sheet, in_words
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.responding import intend, turn
from bot.channels.discord.words import say
from bot.curation.forms import Field, FormError, phrasing, rephrasing
from bot.curation.items import below
from bot.curation.moderation import Draft
from bot.curation.operations import (
    AddEntry,
    Move,
    Operation,
    parse_operation,
)
from bot.knowledge.model import ID_MAX, PHRASING_MAX
from bot.knowledge.release import Release, short

if TYPE_CHECKING:
    from bot.channels.discord.editing import Editing
    from bot.channels.discord.editing_entry import Entries

Interaction = discord.Interaction[Any]
_ENTRY = Field("entry", "", "", required=True, limit=ID_MAX, shape="line")
_LINES = Field("phrasings", "", "", required=True, limit=4_000, shape="lines")
_ONE = Field("phrasing", "", "", required=True, limit=PHRASING_MAX, shape="line")
_ASK = Field("ask", "", "", required=True, limit=PHRASING_MAX, shape="line")
_EXPECT = Field("expect", "", "", limit=1_000, shape="lines")
_MUST = Field("must", "", "", choices=("measured", "must"))
_CONTEXT = Field("context", "", "", limit=ID_MAX, shape="line")
_PARENT = Field("parent", "", "", required=True, limit=ID_MAX, shape="line")
_POSITION = Field("position", "", "", limit=4, shape="line")
_ABOVE = 1_000


class ItemForms:
    """Add and change phrasings and test questions, and move arguments."""

    def __init__(self, editing: Editing, entries: Entries) -> None:
        self._editing = editing
        self._entries = entries

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what opens each form."""
        return {
            "kphrase": self._phrase,
            "kreword": self._reword,
            "ktest": self._test,
            "kaim": self._aim,
            "kmove": self._move,
        }

    def forms(self) -> Mapping[Action, Form]:
        """Return what each submitted form does."""
        return {
            "kphrase": self._phrased,
            "kreword": self._reworded,
            "ktest": self._tested,
            "kaim": self._aimed,
            "kmove": self._moved,
        }

    # Phrasings

    async def open_phrase(self, interaction: Interaction, desk: Desk, meaning: ButtonId) -> None:
        """Send the form that adds phrasings: to the entry of the id, or to one that it asks for."""
        sheet, given = self._phrase_sheet(desk, meaning), {}
        if not meaning.entry:
            draft = await in_words(desk.moderation.draft(desk.user), desk.language)
            given = {"entry": _last_added(draft)}
        await self._editing.open_form(interaction, sheet, given)

    def _phrase_sheet(self, desk: Desk, meaning: ButtonId) -> Sheet:
        languages = self._editing.advisor(desk).release.topic.info.languages
        # The moderator's own language first: it is what a select shows as chosen.
        ordered = sorted(languages, key=lambda one: one != desk.language)
        language = Field("language", "", "", choices=tuple(ordered))
        asked = (_ENTRY,) if not meaning.entry else ()
        title = say("add-phrasings", desk.language)
        above = "" if asked else f"**{text.escape(meaning.entry)}**"
        return Sheet(title, meaning, (*asked, language, _LINES), above)

    async def _phrase(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        await self.open_phrase(interaction, desk, meaning)

    async def _phrased(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)
        taken = await self._editing.take(
            interaction, desk, self._phrase_sheet(desk, meaning), filled,
            lambda release, given: phrasing(
                release, meaning.entry or given.get("entry", "").strip(),
                given.get("phrasings", ""), given.get("language"),
            ),
        )  # fmt: skip
        await self._after(interaction, desk, meaning, taken)

    async def _reword(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        release = await in_words(self._editing.release(desk), desk.language)
        item = self._entries.item(desk, release, meaning)
        sheet = self._reword_sheet(desk, meaning)
        await self._editing.open_form(interaction, sheet, {"phrasing": item.label})

    def _reword_sheet(self, desk: Desk, meaning: ButtonId) -> Sheet:
        return Sheet(say("item-phrasing", desk.language), meaning, (_ONE,))

    async def _reworded(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)

        def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
            item = self._entries.item(desk, release, meaning)
            new = given.get("phrasing", "")
            return rephrasing(release, meaning.entry, item.language, item.label, new)

        sheet = self._reword_sheet(desk, meaning)
        taken = await self._editing.take(interaction, desk, sheet, filled, make)
        await self._after(interaction, desk, meaning, taken)

    # Test questions

    def _test_sheet(self, desk: Desk, meaning: ButtonId) -> Sheet:
        return Sheet(say("add-test", desk.language), meaning, (_ASK, _EXPECT, _MUST, _CONTEXT))

    async def _test(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        entry = meaning.entry
        if not entry:
            draft = await in_words(desk.moderation.draft(desk.user), desk.language)
            entry = _last_added(draft)
        sheet = self._test_sheet(desk, meaning)
        await self._editing.open_form(interaction, sheet, {"expect": entry})

    async def _tested(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)

        def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
            del release
            found = {
                "op": "add_expectation",
                "ask": given.get("ask", ""),
                "expect": _ids(given.get("expect", "")),
                "kind": given.get("must", "measured"),
                "context": given.get("context", "").strip() or None,
            }
            return [parse_operation(found)]

        sheet = self._test_sheet(desk, meaning)
        taken = await self._editing.take(interaction, desk, sheet, filled, make)
        await self._after(interaction, desk, meaning, taken)

    def _aim_sheet(self, desk: Desk, meaning: ButtonId, ask: str = "") -> Sheet:
        above = fitting(f"“{ask}”", _ABOVE) if ask else ""
        return Sheet(say("item-test", desk.language), meaning, (_EXPECT,), above)

    async def _aim(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        release = await in_words(self._editing.release(desk), desk.language)
        item = self._entries.item(desk, release, meaning)
        expected = item.expectation.expect if item.expectation else ()
        sheet = self._aim_sheet(desk, meaning, item.label)
        await self._editing.open_form(interaction, sheet, {"expect": "\n".join(expected)})

    async def _aimed(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)

        def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
            one = self._entries.item(desk, release, meaning).expectation
            if one is None:
                raise Refused(say("item-gone", desk.language))
            expect = _ids(given.get("expect", ""))
            if tuple(expect) == one.expect:
                return []
            wanted = {"ask": one.ask, "context": one.context, "expect": expect}
            return [parse_operation({"op": "retarget_expectation", **wanted})]

        sheet = self._aim_sheet(desk, meaning)
        taken = await self._editing.take(interaction, desk, sheet, filled, make)
        await self._after(interaction, desk, meaning, taken)

    # The place of an argument

    async def _move(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        release = await in_words(self._editing.release(desk), desk.language)
        entry = release.entries.get(meaning.entry)
        if entry is None or entry.parent is None:
            raise Refused(say("no-such-entry", desk.language))
        beside = below(release, entry.parent)
        lines = [
            f"{n}\\. {text.escape(short(one.title or one.text, 70))}"
            for n, one in enumerate(beside, start=1)
        ]
        number = next(n for n, one in enumerate(beside, start=1) if one.id == entry.id)
        sheet = self._move_sheet(desk, meaning, "\n".join(lines)[:_ABOVE])
        given = {"parent": entry.parent, "position": str(number)}
        await self._editing.open_form(interaction, sheet, given)

    def _move_sheet(self, desk: Desk, meaning: ButtonId, above: str = "") -> Sheet:
        return Sheet(say("move", desk.language), meaning, (_PARENT, _POSITION), above)

    async def _moved(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)

        def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
            entry = release.entries.get(meaning.entry)
            parent, place = given.get("parent", "").strip(), given.get("position", "").strip()
            if parent not in release.entries:
                said = say("move-no-entry", desk.language, entry=parent)
                raise FormError([("parent", said)])
            beside = [one.id for one in below(release, parent)]
            count = len([one for one in beside if one != meaning.entry]) + 1
            if place and not (place.isdecimal() and 1 <= int(place) <= count):
                said = say("move-position", desk.language, count=count)
                raise FormError([("position", said)])
            number = int(place) if place else count
            same = entry is not None and entry.parent == parent
            if same and beside.index(meaning.entry) + 1 == number:
                return []
            at: Any = "last" if number == count else number - 1
            return [Move(id=meaning.entry, parent=parent, at=at)]

        sheet = self._move_sheet(desk, meaning)
        taken = await self._editing.take(interaction, desk, sheet, filled, make)
        await self._after(interaction, desk, meaning, taken)

    async def _after(
        self,
        interaction: Interaction,
        desk: Desk,
        meaning: ButtonId,
        taken: tuple[Draft, list[Operation]] | None,
    ) -> None:
        """Show where the form was opened from, once it is taken."""
        if taken is None:
            return
        if meaning.entry and meaning.mark != "c":
            await self._entries.back(interaction, desk, meaning.entry, taken[0])
            return
        note = say("draft-taken", desk.language)
        view = await self._editing.draft_panel(desk.topic, desk.user, desk.language, note)
        await turn(interaction, view)


def _last_added(draft: Draft) -> str:
    added = [o.id for o in draft.operations if isinstance(o, AddEntry) and o.kind != "source"]
    return added[-1] if added else ""


def _ids(lines: str) -> list[str]:
    return [line.strip() for line in lines.replace(",", "\n").split("\n") if line.strip()]
