"""A way of asking, in the moderator's own words, made of what somebody suggested or wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.advisor.advisor import Advisor
from bot.advisor.language import detect
from bot.channels.discord import views
from bot.channels.discord.asking import user_key
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.editing_forms import told
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import chosen, filled, form, give_back, quoted, written
from bot.channels.discord.messages import question_text
from bot.channels.discord.places import is_moderator
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.remembering import Remembered
from bot.channels.discord.responding import intend, send_form, show
from bot.channels.discord.words import language_of, say
from bot.curation.forms import phrasing
from bot.curation.moderation import Moderation
from bot.errors import RejoinderError
from bot.knowledge.model import ID_MAX, PHRASING_MAX
from bot.querylog.curation import SuggestionRow

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_ABOVE = 1_000
_OPTIONS = 24
_ANOTHER = "-"
# The mark of a button that opens a form as it was filled in.
_AGAIN = "r"
# The encoder may be busy; Discord waits three seconds for a form.
_PATIENCE = 1.0


class Merging:
    """Forms that add a phrasing to an entry; what others wrote is shown, and never copied."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        # What messages say that a form is open about, and what was typed into refused forms.
        self.remembered: Remembered[str] = Remembered()
        self.typed: Remembered[Fields] = Remembered()

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of this feature's components does."""
        return {"sphrase": self._phrase_again}

    def forms(self) -> Mapping[Action, Form]:
        """Return what each of this feature's submitted forms does."""
        return {"smerge": self._merged, "sphrase": self._phrased}

    def moderated(
        self, interaction: discord.Interaction[Any], meaning: ButtonId
    ) -> tuple[str, Advisor, Moderation]:
        """Return the topic that an id means, with what changes it.

        Raises Refused for whoever does not moderate it here and now.
        """
        language = language_of(interaction)
        topic, advisor = self._bot.reading.advisor(meaning, language)
        if not is_moderator(interaction, self._bot.places.home(topic)):
            raise Refused(say("moderators-only", language))
        return topic, advisor, self._bot.service.moderation(topic)

    async def open(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, row: SuggestionRow
    ) -> None:
        """Show the form for a suggestion. Raises Refused where the topic cannot be changed."""
        topic, advisor, _ = self.changeable(interaction, meaning)
        again = meaning.mark == _AGAIN
        fields = self.typed.get(row.id, interaction.user.id) if again else None
        meaning = ButtonId("smerge", topic_mark(topic), "", meaning.language, row.id)
        entries = likely(advisor, (row.entry, *(near.entry for near in row.near)))
        await self._send(interaction, meaning, advisor, row.text, entries, row.entry, fields)

    async def open_message(
        self, interaction: discord.Interaction[Any], topic: str, message: discord.Message
    ) -> None:
        """Show the form for a message. Raises Refused, for one without words too."""
        language = language_of(interaction)
        meaning = ButtonId("sphrase", topic_mark(topic), "", language, message.id)
        self.changeable(interaction, meaning)
        words = question_text(message.content)
        if not words:
            raise Refused(say("merge-no-words", language))
        if message.author.bot:
            raise Refused(say("not-of-bots", language))
        self.remembered.put(message.id, interaction.user.id, words)
        await self._open_words(interaction, meaning, words)

    async def _phrase_again(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        self.changeable(interaction, meaning)
        message, user = meaning.event or 0, interaction.user.id
        if (words := self.remembered.get(message, user)) is None:
            raise Refused(say("merge-too-old", language_of(interaction)))
        await self._open_words(interaction, meaning, words, self.typed.get(message, user))

    async def _open_words(
        self,
        interaction: discord.Interaction[Any],
        meaning: ButtonId,
        words: str,
        fields: Fields | None = None,
    ) -> None:
        _, advisor, moderation = self.changeable(interaction, meaning)
        found: Iterable[str] = ()
        try:
            async with asyncio.timeout(_PATIENCE):
                found = [near.entry for near in await moderation.near(words)]
        except TimeoutError:
            pass  # the form has a field for the entry's id
        entries = likely(advisor, (*(fields or {}).get("entry", ()), *found))
        await self._send(interaction, meaning, advisor, words, entries, None, fields)

    def changeable(
        self, interaction: discord.Interaction[Any], meaning: ButtonId
    ) -> tuple[str, Advisor, Moderation]:
        """Return the same as moderated(). Raises Refused where the topic cannot be changed, too."""
        topic, advisor, moderation = self.moderated(interaction, meaning)
        try:
            _ = moderation.curator
        except RejoinderError as error:
            raise Refused(told(error, language_of(interaction))) from None
        return topic, advisor, moderation

    async def _send(
        self,
        interaction: discord.Interaction[Any],
        meaning: ButtonId,
        advisor: Advisor,
        words: str,
        entries: Sequence[str],
        now: str | None,
        fields: Fields | None,
    ) -> None:
        language = language_of(interaction)
        spoken = advisor.release.topic.info.languages
        # Whoever reads something puts it into other words of the same language, mostly.
        guessed = (detect(words, language), language, spoken[0])
        default = next(each for each in guessed if each in spoken)
        languages = [
            discord.SelectOption(
                label=_language(each, language), value=each, default=each == default
            )
            for each in spoken[:25]
        ]
        await send_form(
            interaction,
            form(
                say("merge-title", language),
                meaning,
                discord.ui.TextDisplay(quoted(words, _ABOVE)),
                *entry_field(self._bot, advisor, entries, language, now=now),
                chosen("language", say("merge-language", language), languages),
                written(
                    "words", say("merge-words", language), PHRASING_MAX, least=1,
                    about=say("merge-words-help", language),
                ),
                fields=fields,
            )
        )  # fmt: skip

    async def _merged(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, fields: Fields
    ) -> None:
        await self._add(interaction, meaning, fields, suggestion=meaning.event)

    async def _phrased(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, fields: Fields
    ) -> None:
        self.moderated(interaction, meaning)
        words = self.remembered.get(meaning.event or 0, interaction.user.id)
        if words is None:
            language = language_of(interaction)
            await give_back(interaction, say("merge-too-old", language), *_typed(fields, language))
            return
        await self._add(interaction, meaning, fields, source=words)

    async def _add(
        self,
        interaction: discord.Interaction[Any],
        meaning: ButtonId,
        fields: Fields,
        *,
        suggestion: int | None = None,
        source: str | None = None,
    ) -> None:
        language = language_of(interaction)
        topic, _, moderation = self.moderated(interaction, meaning)
        # The draft is a message of its own; the queue stays where it is.
        intend(interaction)
        user = user_key(interaction.user.id)
        entry = filled(fields, "id") or filled(fields, "entry")
        if entry in {"", _ANOTHER}:
            await self._give_back(interaction, meaning, fields, say("merge-which", language))
            return
        try:
            # What is in the draft already can be asked for, too.
            release = await moderation.release(await moderation.draft(user))
            operations = phrasing(
                release, entry, filled(fields, "words"), filled(fields, "language")
            )
            await moderation.add(user, operations, suggestion=suggestion, source=source)
        except RejoinderError as error:
            await self._give_back(interaction, meaning, fields, told(error, language))
            return
        note = say("merge-done", language)
        await show(interaction, await self._bot.editing.draft_panel(topic, user, language, note))

    async def _give_back(
        self,
        interaction: discord.Interaction[Any],
        meaning: ButtonId,
        fields: Fields,
        sentence: str,
    ) -> None:
        self.typed.put(meaning.event or 0, interaction.user.id, fields)
        typed = _typed(fields, language_of(interaction))
        await give_back(interaction, sentence, *typed, again=replace(meaning, mark=_AGAIN))


def likely(advisor: Advisor, entries: Iterable[str | None]) -> list[str]:
    """Return the entries that there are, each once, as many as a menu holds beside its own item."""
    known = advisor.release.entries
    return [each for each in dict.fromkeys(entries) if each is not None and each in known][
        :_OPTIONS
    ]


def entry_field(
    bot: RejoinderBot,
    advisor: Advisor,
    entries: Sequence[str],
    language: str,
    *,
    now: str | None,
    none: bool = False,
) -> list[discord.ui.Label[Any]]:
    """Make the fields that name an entry: a menu of likely ones, and one for another's id.

    ``none`` says that no entry is a choice, too.
    """
    options = [
        discord.SelectOption(
            label=views.cut(bot.reading.title(advisor, entry, language), 100),
            value=entry,
            description=entry,
            default=entry == now or (now is None and not none and not number),
        )
        for number, entry in enumerate(entries)
    ]
    other = say("entry-none" if none else "entry-another", language)
    is_other = not any(option.default for option in options)
    options.append(discord.SelectOption(label=other, value=_ANOTHER, default=is_other))
    return [
        chosen("entry", say("merge-entry", language), options),
        written("id", say("merge-id", language), ID_MAX, about=say("merge-id-help", language)),
    ]


def _language(code: str, language: str) -> str:
    return say(f"language-{code}", language) if code in {"en", "ru", "uk"} else code


def _typed(fields: Fields, language: str) -> list[tuple[str, str]]:
    return [
        (say("merge-words", language), filled(fields, "words")),
        (say("merge-id", language), filled(fields, "id")),
    ]
