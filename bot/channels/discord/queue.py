"""The moderators' queue of suggestions: one at a time, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, get_args

import discord

from bot.advisor.advisor import Advisor
from bot.channels.discord import text, views
from bot.channels.discord.asking import user_key
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.editing_forms import told
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import chosen, filled, form, give_back, quoted, written
from bot.channels.discord.merging import Merging, entry_field, likely
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.responding import intend, send_form, show, turn
from bot.channels.discord.telling import Tellings
from bot.channels.discord.views import Button
from bot.channels.discord.words import language_of, say
from bot.curation.moderation import Moderation
from bot.curation.suggested import under
from bot.errors import RejoinderError
from bot.querylog.curation import Decision, SuggestionKind, SuggestionRow

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_QUEUED = 100
_WORDS = 2_600
_ABOVE = 1_000
_NEAR = 3
_TITLE = 60
REASON = 400
_OUTCOMES: Mapping[Decision, str] = {
    "unknown": "queue-gone", "closed": "queue-closed", "own": "queue-own",
}  # fmt: skip


class Queue:
    """Show what people suggest to a topic's moderators, who approve, edit or reject it."""

    def __init__(self, bot: RejoinderBot, merging: Merging, telling: Tellings) -> None:
        self._bot = bot
        self._merging = merging
        self._telling = telling

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of the queue's components does."""
        return {
            "queue": self._turn,
            "sapprove": self._approve,
            "sedit": self._edit,
            "sreject": self._reject,
            "smerge": self._merge,
        }

    def forms(self) -> Mapping[Action, Form]:
        """Return what each of the queue's submitted forms does."""
        return {
            "sapprove": self._approved,
            "sedit": self._edited,
            "sreject": self._rejected,
        }

    async def open(self, interaction: discord.Interaction[Any], topic: str) -> None:
        """Show the oldest suggestion that waits. Raises Refused for whoever moderates not here."""
        meaning = ButtonId("queue", topic_mark(topic), "", language_of(interaction))
        self._moderated(interaction, meaning)
        await show(interaction, await self._view(interaction, meaning))

    def _moderated(
        self, interaction: discord.Interaction[Any], meaning: ButtonId
    ) -> tuple[str, Advisor, Moderation]:
        return self._merging.moderated(interaction, meaning)

    async def _turn(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        self._moderated(interaction, meaning)
        intend(interaction, edits=True)
        await turn(interaction, await self._view(interaction, meaning))

    async def _view(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, note: str = ""
    ) -> discord.ui.LayoutView:
        """Lay out the suggestion that an id means, the oldest or next one where it is closed."""
        language = language_of(interaction)
        topic, advisor, moderation = self._moderated(interaction, meaning)
        wanted = meaning.event or 0
        if wanted and not note:
            asked = await moderation.suggestion(wanted)
            if asked is None or asked.status != "open":
                note = say("queue-gone" if asked is None else "queue-closed", language)
        rows, counted = await _around(moderation, wanted)
        if not rows:
            return views.note("\n\n".join(filter(None, (note, say("queue-empty", language)))))
        place = next((n for n, row in enumerate(rows) if row.id >= wanted), 0)
        row = rows[place]
        mine = await moderation.draft(user_key(interaction.user.id))
        lines = [note] if note else []
        heading = say("queue-heading", language, number=row.id)
        lines += [f"### {heading} · {place + 1} / {counted}", self._kind(advisor, row, language)]
        # A line right below a quotation is taken for a part of it by some clients.
        lines += [quoted(row.text, _WORDS), "", *self._near(advisor, row, language)]
        if row.id in mine.suggestions:
            lines.append(f"-# {say('queue-drafted', language)}")
        lines.append(f"-# {discord.utils.format_dt(row.at, 'R')}")
        meaning = ButtonId("queue", topic_mark(topic), "", language, row.id)
        decide = [
            Button(
                replace(meaning, action="sapprove"), say("queue-approve", language),
                discord.ButtonStyle.success,
            ),
            Button(replace(meaning, action="smerge"), say("queue-merge", language)),
            Button(replace(meaning, action="sedit"), say("queue-edit", language)),
            Button(
                replace(meaning, action="sreject"), say("queue-reject", language),
                discord.ButtonStyle.danger,
            ),
        ]  # fmt: skip
        around = []
        if len(rows) > 1:
            before, after = rows[place - 1], rows[(place + 1) % len(rows)]
            around = [
                Button(replace(meaning, event=before.id, mark="b"), f"◀ {say('back', language)}"),
                Button(replace(meaning, event=after.id, mark="a"), f"{say('next', language)} ▶"),
            ]
        return views.page("\n".join(lines), decide, around)

    def _kind(self, advisor: Advisor, row: SuggestionRow, language: str) -> str:
        kind = f"**{say(f'suggest-kind-{row.kind}', language)}**"
        if row.entry is None:
            return kind
        about = f"`{row.entry}`"
        if row.entry in advisor.release.entries:
            title = self._bot.reading.title(advisor, row.entry, language)
            about = f"{text.escape(title)} · {about}"
        return f"{kind}\n{about}"

    def _near(self, advisor: Advisor, row: SuggestionRow, language: str) -> list[str]:
        """Say what a suggestion may repeat: titles, ids, and how alike the wording is."""
        lines: list[str] = []
        for each in row.near:
            known = each.entry in advisor.release.entries and each.entry != row.entry
            if known and len(lines) < _NEAR:
                title = views.cut(self._bot.reading.title(advisor, each.entry, language), _TITLE)
                title = text.escape(title)
                lines.append(f"-# • {title} · `{each.entry}` · {each.score:.2f}")
        return [f"-# {say('queue-near', language)}", *lines] if lines else []

    async def _wanted(
        self, interaction: discord.Interaction[Any], meaning: ButtonId
    ) -> SuggestionRow | None:
        """Return the suggestion that a button means; where it is closed, say so and go on."""
        _, _, moderation = self._moderated(interaction, meaning)
        row = await moderation.suggestion(meaning.event or 0)
        if row is not None and row.status == "open":
            return row
        await turn(interaction, await self._view(interaction, meaning))
        return None

    async def _approve(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        if (row := await self._wanted(interaction, meaning)) is None:
            return
        language = language_of(interaction)
        topic, advisor, _moderation = self._moderated(interaction, meaning)
        above = quoted(row.text, _ABOVE)
        if row.kind == "other":
            done = written(
                "done", say("queue-done", language), REASON, least=3, lines=True,
                about=say("queue-done-help", language),
            )  # fmt: skip
            await send_form(
                interaction,
                form(say("queue-approve", language), meaning, discord.ui.TextDisplay(above), done),
            )
            return
        # Nobody shall fill in a form whose content can go nowhere.
        self._merging.changeable(interaction, meaning)
        if row.kind == "phrasing":
            await self._merging.open(interaction, meaning, row)
            return
        target = under(advisor.release, row.kind, row.entry)
        if target is None:
            raise Refused(say("queue-needs-entry", language))
        kind, parent = target
        await self._bot.editing.adding.open(
            interaction, topic, kind, parent, suggestion=row.id, above=above
        )

    async def _merge(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        if (row := await self._wanted(interaction, meaning)) is not None:
            await self._merging.open(interaction, meaning, row)

    async def _edit(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        if (row := await self._wanted(interaction, meaning)) is None:
            return
        language = language_of(interaction)
        _topic, advisor, _moderation = self._moderated(interaction, meaning)
        kinds = [
            discord.SelectOption(
                label=say(f"suggest-kind-{kind}", language), value=kind, default=kind == row.kind
            )
            for kind in get_args(SuggestionKind)
        ]
        entries = likely(advisor, (row.entry, *(near.entry for near in row.near)))
        await send_form(
            interaction,
            form(
                say("queue-edit-title", language),
                meaning,
                discord.ui.TextDisplay(quoted(row.text, _ABOVE)),
                chosen("kind", say("suggest-what", language), kinds),
                *entry_field(self._bot, advisor, entries, language, now=row.entry, none=True),
            ),
        )

    async def _reject(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        if (row := await self._wanted(interaction, meaning)) is None:
            return
        language = language_of(interaction)
        reason = written(
            "reason", say("queue-reason", language), REASON, least=3, lines=True,
            about=say("queue-reason-help", language),
        )  # fmt: skip
        above: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay(quoted(row.text, _ABOVE))
        await send_form(interaction, form(say("queue-reject", language), meaning, above, reason))

    async def _approved(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, fields: Fields
    ) -> None:
        await self._decide(interaction, meaning, filled(fields, "done"), approve=True)

    async def _rejected(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, fields: Fields
    ) -> None:
        await self._decide(interaction, meaning, filled(fields, "reason"), approve=False)

    async def _decide(
        self,
        interaction: discord.Interaction[Any],
        meaning: ButtonId,
        reason: str,
        *,
        approve: bool,
    ) -> None:
        language = language_of(interaction)
        _, _, moderation = self._moderated(interaction, meaning)
        intend(interaction, edits=True)
        user, number = user_key(interaction.user.id), meaning.event or 0
        try:
            if approve:
                decision = await moderation.approve(number, user, reason)
            else:
                decision = await moderation.reject(number, user, reason)
        except RejoinderError as error:
            label = say("queue-done" if approve else "queue-reason", language)
            await give_back(interaction, told(error, language), (label, reason))
            return
        if decision == "decided":
            self._telling.wake()
        key = _OUTCOMES.get(decision, "queue-approved" if approve else "queue-rejected")
        note = say(key, language, number=number)
        await turn(interaction, await self._view(interaction, meaning, note))

    async def _edited(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, fields: Fields
    ) -> None:
        language = language_of(interaction)
        _, _, moderation = self._moderated(interaction, meaning)
        intend(interaction, edits=True)
        kind = cast("SuggestionKind", filled(fields, "kind"))
        if kind not in get_args(SuggestionKind):
            raise Refused(say("queue-gone", language))
        entry = filled(fields, "id") or filled(fields, "entry").strip("-") or None
        try:
            changed = await moderation.readdress(meaning.event or 0, kind, entry)
        except RejoinderError as error:
            label = say("merge-id", language)
            await give_back(interaction, told(error, language), (label, filled(fields, "id")))
            return
        note = say("queue-edited", language) if changed else ""
        await turn(interaction, await self._view(interaction, meaning, note))


async def _around(moderation: Moderation, wanted: int) -> tuple[list[SuggestionRow], str]:
    """Return the open suggestions from the oldest to one after the wanted one, and how many."""
    limit = _QUEUED
    while True:
        rows = await moderation.open(limit)
        if len(rows) < limit:
            return rows, str(len(rows))
        if rows[-1].id > wanted:
            return rows, f"{len(rows)}+"
        limit *= 2
