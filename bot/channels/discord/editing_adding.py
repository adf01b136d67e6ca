"""The form that adds an entry to a moderator's draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import text
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_forms import FIELDS, Sheet, in_words
from bot.channels.discord.errors import Refused
from bot.channels.discord.kinds import BY_LETTER, LETTERS, PARENTS
from bot.channels.discord.naming import shown_titles, the_one
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.responding import intend, show, turn
from bot.channels.discord.words import say
from bot.curation.forms import adding, fields
from bot.curation.operations import ARGUMENTS, AddEntry, EntryKind

if TYPE_CHECKING:
    from bot.channels.discord.editing import Editing

Interaction = discord.Interaction[Any]


class Adding:
    """`/knowledge add`, and what adds an entry from elsewhere."""

    def __init__(self, editing: Editing) -> None:
        self._editing = editing

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what opens the form."""
        return {"kadd": self._add}

    def forms(self) -> Mapping[Action, Form]:
        """Return what the submitted form does."""
        return {"kadd": self._added}

    async def open(
        self,
        interaction: Interaction,
        topic: str | None,
        kind: EntryKind,
        parent: str | None,
        *,
        suggestion: int | None = None,
        above: str | None = None,
    ) -> None:
        """Send the form that adds an entry, as the first response.

        ``parent`` is named by its id or title. ``above`` is Markdown to show over the fields. The
        submission goes into the draft as taking up ``suggestion``. Raises Refused.
        """
        desk = self._editing.desk(interaction, topic)
        under = await self.parent(desk, kind, parent or "") if kind in ARGUMENTS else ""
        meaning = desk.id("kadd", under, event=suggestion, mark=LETTERS[kind])
        if above:
            meaning = replace(meaning, page=1)
        await self._editing.open_form(interaction, self._sheet(meaning, above or ""))

    async def parent(self, desk: Desk, kind: EntryKind, given: str) -> str:
        """Return the id of what an argument shall stand under, named so. Raises Refused."""
        wanted = Refused(say(f"knowledge-parent-{kind}", desk.language))
        if not given.strip():
            raise wanted
        release = await in_words(self._editing.release(desk), desk.language)
        entry = release.entries.get(given.strip())
        if entry is not None and entry.kind not in PARENTS[kind]:
            raise wanted
        known = shown_titles(release, desk.language, PARENTS[kind])
        return the_one(given.strip(), known, desk.language)

    def _sheet(self, meaning: ButtonId, above: str = "") -> Sheet:
        return adding_sheet(meaning, above, is_below=bool(meaning.page))

    async def _add(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        kind = BY_LETTER.get(meaning.mark, "source")
        await self.open(interaction, desk.topic, kind, meaning.entry or None)

    async def _added(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=meaning.event is None)
        if (kind := BY_LETTER.get(meaning.mark)) is None:
            raise Refused(say("knowledge-retry-old", desk.language))
        taken = await self._editing.take(
            interaction, desk, self._sheet(meaning), filled,
            lambda release, values: adding(
                release, kind, meaning.entry or None, values, desk.language
            ),
            suggestion=meaning.event,
        )  # fmt: skip
        if taken is None:
            return
        draft, operations = taken
        (added, *_) = (o for o in operations if isinstance(o, AddEntry))
        note = say("draft-added", desk.language, entry=text.escape(added.id))
        view = await self._editing.panel(desk, draft, note=note, added=added)
        # What a suggestion was taken up from stays beside it.
        await (show if meaning.event is not None else turn)(interaction, view)


def adding_sheet(meaning: ButtonId, above: str = "", *, is_below: bool) -> Sheet:
    """Return the form that adds an entry of the kind that the id's mark stands for.

    ``is_below`` tells that something stands above its fields, which takes the place of one.
    """
    kind = BY_LETTER[meaning.mark]
    wanted = fields(kind, "main", new=True)[: FIELDS - is_below]
    return Sheet(say(f"add-{kind}", meaning.language), meaning, wanted, above)
