"""What people suggest: the form of ``/suggest``, and what becomes of it until moderators look."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, get_args

import discord

from bot.advisor.advisor import Advisor
from bot.channels.discord import text, views
from bot.channels.discord.asking import user_key
from bot.channels.discord.cooldown import Cooldown
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.editing_forms import told
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import chosen, filled, form, give_back, ticked, written
from bot.channels.discord.merging import Merging
from bot.channels.discord.queue import Queue
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.remembering import Remembered
from bot.channels.discord.responding import send_form, show
from bot.channels.discord.telling import Tellings
from bot.channels.discord.views import Button
from bot.channels.discord.words import language_of, say
from bot.curation.moderation import Suggested
from bot.knowledge.model import Kind
from bot.querylog import LogUnavailable
from bot.querylog.curation import SuggestionKind

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

LEAST, MOST, LINK = 10, 1_500, 300
KINDS: tuple[SuggestionKind, ...] = get_args(SuggestionKind)
_HOUR = 3_600
_PERSON, _PLACE = 5, 30
_SHOWN = 3
# Below this score, which moderators see too, people would not see any likeness.
_ALIKE = 0.4
_ADDRESS = re.compile(r"https?://[^\s/@]+\.[^\s/@]{2,}(?:[/?#]\S*)?")


class Suggesting:
    """Take suggestions, and hand them to the moderators' queue; see Queue, Merging, Tellings."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        self.telling = Tellings(bot)
        self.merging = Merging(bot)
        self.queue = Queue(bot, self.merging, self.telling)
        self.typed: Remembered[Fields] = Remembered()
        self._people = Cooldown(_PERSON, _HOUR)
        self._places = Cooldown(_PLACE, _HOUR)

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each component of suggestions does."""
        return {"suggest": self._suggest, **self.queue.handlers(), **self.merging.handlers()}

    def forms(self) -> Mapping[Action, Form]:
        """Return what each submitted form of suggestions does."""
        return {"suggest": self._submitted, **self.queue.forms(), **self.merging.forms()}

    async def open(
        self,
        interaction: discord.Interaction[Any],
        topic: str,
        entry: str | None,
        fields: Fields | None = None,
    ) -> None:
        """Show the form, with ``fields`` as it was filled in before.

        Raises Refused for whoever has suggested too much lately.
        """
        # A form must be the first response, so nothing is read or waited for before it.
        language = language_of(interaction)
        if (wait := max(self._waits(interaction))) > 0:
            raise Refused(say("suggest-slow", language, minutes=int(wait) // 60 + 1))
        meaning = ButtonId("suggest", topic_mark(topic), entry or "", language)
        lines = [f"-# {say('suggest-note', language)}"]
        if entry:
            advisor = self._bot.service.advisor_of(topic)
            title = text.escape(self._bot.reading.title(advisor, entry, language))
            lines.insert(0, say("suggest-about", language, title=title))
        kinds = [
            discord.SelectOption(label=say(f"suggest-kind-{kind}", language), value=kind)
            for kind in KINDS
        ]
        await send_form(
            interaction,
            form(
                say("suggest-title", language),
                meaning,
                discord.ui.TextDisplay("\n".join(lines)),
                chosen("kind", say("suggest-what", language), kinds),
                written(
                    "words", say("suggest-words", language), MOST, least=LEAST, lines=True,
                    example=say("suggest-words-example", language),
                ),
                written("link", say("suggest-link", language), LINK, example="https://"),
                ticked("tell", say("suggest-after", language), say("suggest-tell", language)),
                fields=fields,
            )
        )  # fmt: skip

    def _waits(self, interaction: discord.Interaction[Any]) -> tuple[float, float]:
        return (
            self._people.wait(interaction.user.id),
            self._places.wait(interaction.guild_id or "direct"),
        )

    async def _suggest(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        topic, advisor = self._bot.reading.advisor(meaning, language_of(interaction))
        entry = meaning.entry if meaning.entry in advisor.release.entries else None
        fields = self.typed.get(meaning.event or 0, interaction.user.id)
        await self.open(interaction, topic, entry, fields)

    async def _submitted(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, fields: Fields
    ) -> None:
        language = language_of(interaction)
        topic, advisor = self._bot.reading.advisor(meaning, language)
        words, link = filled(fields, "words"), filled(fields, "link")
        kind = cast("SuggestionKind", filled(fields, "kind"))
        wrong = ""
        if kind not in KINDS or not LEAST <= len(words) <= MOST:
            wrong = say("suggest-few-words", language, least=LEAST)
        elif link and (len(link) > LINK or not _ADDRESS.fullmatch(link)):
            wrong = say("suggest-bad-link", language)
        elif (wait := max(self._waits(interaction))) > 0:
            wrong = say("suggest-slow", language, minutes=int(wait) // 60 + 1)
        if wrong:
            await self._give_back(interaction, meaning, fields, wrong)
            return
        self._people.use(interaction.user.id)
        self._places.use(interaction.guild_id or "direct")
        entry = meaning.entry if meaning.entry in advisor.release.entries else None
        tell = bool(filled(fields, "tell"))
        moderation = self._bot.service.moderation(topic)
        try:
            kept = await moderation.suggest(
                user_key(interaction.user.id), kind, f"{words}\n{link}".strip(), entry, tell=tell
            )
        except LogUnavailable as error:
            self._people.refund(interaction.user.id)
            self._places.refund(interaction.guild_id or "direct")
            self._bot.funnel.log(error, "suggest")
            await self._give_back(interaction, meaning, fields, told(error, language))
            return
        try:
            await show(interaction, self._thanks(topic, advisor, kept, entry, language, tell=tell))
        finally:
            # It is stored, whether or not Discord lets its author be thanked.
            await self._bot.office(
                topic,
                lambda spoken: self._notice(topic, advisor, kept.id, kind, entry, spoken),
                "suggestion",
            )

    async def _give_back(
        self,
        interaction: discord.Interaction[Any],
        meaning: ButtonId,
        fields: Fields,
        sentence: str,
    ) -> None:
        self.typed.put(interaction.id, interaction.user.id, fields)
        labels = {"words": "suggest-words", "link": "suggest-link"}
        language = language_of(interaction)
        typed = [(say(key, language), filled(fields, name)) for name, key in labels.items()]
        again = replace(meaning, event=interaction.id)
        await give_back(interaction, sentence, *typed, again=again)

    def _thanks(
        self,
        topic: str,
        advisor: Advisor,
        kept: Suggested,
        about: str | None,
        language: str,
        *,
        tell: bool,
    ) -> discord.ui.LayoutView:
        lines = [say("suggest-thanks", language, number=kept.id)]
        if tell:
            lines.append(say("suggest-will-tell", language))
        entries = advisor.release.entries
        near = [
            each.entry
            for each in kept.near
            if each.score >= _ALIKE
            and each.entry != about
            and each.entry in entries
            and entries[each.entry].kind is not Kind.BOUNDARY
        ][:_SHOWN]
        row = []
        if near:
            lines.append(f"\n{say('suggest-near', language)}")
            meaning = ButtonId("read", topic_mark(topic), "", language)
            for number, entry in enumerate(near, start=1):
                title = self._bot.reading.title(advisor, entry, language)
                lines.append(f"{number}\\. {text.escape(title)}")
                # The button and the line above share their number.
                label = f"{number} · {views.cut(title, 40)}"
                row.append(Button(replace(meaning, entry=entry, mark="abc"[number - 1]), label))
        return views.page("\n".join(lines), row)

    def _notice(
        self,
        topic: str,
        advisor: Advisor,
        number: int,
        kind: SuggestionKind,
        entry: str | None,
        language: str,
    ) -> discord.ui.LayoutView:
        """Lay out what the moderators' channel hears: no word and no name of whoever wrote it."""
        lines = [
            say("suggest-new", language, number=number),
            f"**{say(f'suggest-kind-{kind}', language)}**",
        ]
        if entry is not None and entry in advisor.release.entries:
            title = text.escape(self._bot.reading.title(advisor, entry, language))
            lines.append(say("suggest-about", language, title=title))
        meaning = ButtonId("queue", topic_mark(topic), "", language, number)
        return views.page("\n".join(lines), [Button(meaning, say("queue-open", language))])
