"""*Wrong or missing*: what people say of an answer. It counts once a person and is no vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.advisor.facets import Facet
from bot.channels.discord import text, views
from bot.channels.discord.asking import event_key, user_key
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.errors import Refused
from bot.channels.discord.reading import Handler
from bot.channels.discord.responding import show, turn
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import language_of, say
from bot.knowledge.model import Kind
from bot.reasons import MEANT, NONE, WRONG
from bot.service import Asker

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

# The values of the menu, in the order of what they stand for.
REASONS = dict(zip(("another", "outdated", "source", "one-sided", "else"), WRONG, strict=True))
_OFFERED = 4


class WrongOrMissing:
    """Ask why, keep it, and where another entry was meant show that one."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of this feature's components does."""
        return {
            "wrong": self._wrong,
            "reason": self._reason,
            "meant": self._meant,
            "none": self._none,
        }

    async def _wrong(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        select: discord.ui.Select[Any] = discord.ui.Select(
            placeholder=say("wrong-choose", language),
            options=[
                discord.SelectOption(label=say(f"wrong-{key}", language), value=key)
                for key in REASONS
            ],
        )
        menu = Menu(replace(meaning, action="reason", language=language, mark=""), select)
        view = views.page(say("wrong-why", language), [menu])
        await show(interaction, view)

    async def _reason(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        key = values[0] if values else ""
        if key not in REASONS:
            raise Refused(say("no-such-entry", language))
        status = await self._keep(interaction, meaning, REASONS[key])
        if status == "unknown":
            raise Refused(say("not-in-log", language))
        if key != "another":
            words = say("noted-before" if status == "duplicate" else "noted", language)
            await turn(interaction, views.note(words))
            return
        choices = await self._others(meaning, language)
        meaning = replace(meaning, facet=Facet.OVERVIEW)
        row = [
            Button(
                replace(meaning, action="meant", entry=entry, mark=chr(97 + n)),
                f"{n + 1} · {views.cut(title, 40)}",
            )
            for n, (entry, title) in enumerate(choices)
        ]
        none = replace(meaning, action="none", entry="", mark="n")
        row.append(Button(none, say("none-of-these", language)))
        titles = [f"{n}\\. {text.escape(title)}" for n, (_, title) in enumerate(choices, start=1)]
        body = "\n".join(
            [say("wrong-which" if choices else "wrong-nothing-near", language), *titles]
        )
        await turn(interaction, views.page(body, row))

    async def _others(self, meaning: ButtonId, language: str) -> list[tuple[str, str]]:
        """Return the entries that came next when the question was answered."""
        if meaning.event is None:
            return []
        row = await self._bot.service.log.query_by_event(event_key(meaning.event))
        _, advisor = self._bot.reading.advisor(meaning, language)
        entries = advisor.release.entries
        found = []
        for candidate in row.candidates if row is not None else ():
            entry = entries.get(candidate.id)
            if entry is None or entry.id == meaning.entry or entry.kind is Kind.BOUNDARY:
                continue
            found.append((entry.id, self._bot.reading.title(advisor, entry.id, language)))
        return found[:_OFFERED]

    async def _meant(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        await self._keep(interaction, meaning, MEANT, meaning.entry)
        language = language_of(interaction)
        view = self._bot.reading.pages_view(replace(meaning, page=0, mark=""), language)
        await turn(interaction, view)

    async def _none(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        status = await self._keep(interaction, meaning, NONE)
        if status == "unknown":
            raise Refused(say("not-in-log", language))
        row = [
            Button(replace(meaning, action="browse", entry="", mark=""), say("browse", language))
        ]
        if await self._bot.awaiting.can_tell(interaction, meaning):
            waiting = replace(meaning, action="await", entry="", mark="")
            row.append(Button(waiting, say("await-tell", language)))
        await turn(interaction, views.page(say("noted-gap", language), row))

    async def _keep(
        self,
        interaction: discord.Interaction[Any],
        meaning: ButtonId,
        reason: str,
        entry: str | None = None,
    ) -> str:
        if meaning.event is None:
            return "unknown"
        asker = Asker(
            event_key(meaning.event), user_key(interaction.user.id), "discord", "", private=True
        )
        kept = await self._bot.service.wrong(asker, reason, entry)
        if kept.status not in {"unknown", "duplicate"}:
            self._bot.metrics.said_wrong(reason)
        return kept.status
