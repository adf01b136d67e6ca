"""The forms in which moderators write; nothing that they typed is lost where one is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import discord
from discord import ui

from bot.channels.discord import filling, text, views
from bot.channels.discord.custom_id import ButtonId
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting, form
from bot.channels.discord.reading import Fields
from bot.channels.discord.remembering import Remembered
from bot.channels.discord.words import LANGUAGES, language_of, say
from bot.curation.curator import RebaseError, RefusedError, UnconfirmedError
from bot.curation.filling import FormError
from bot.curation.forms import Field
from bot.curation.moderation import NoRepositoryError, OwnWorkError, StaleError, VerbatimError
from bot.curation.repository import PublishError
from bot.errors import RejoinderError
from bot.querylog import LogUnavailable

_T = TypeVar("_T")
# Discord's limits of a form: its fields, what stands in one, the sentence under a label.
FIELDS, _VALUE, _HELP = 5, 4_000, 100
_SAID = 1_500
_CHOICES = frozenset(
    {"for", "against", "mixed", "report", "text", "copy", "mention", "yes", "no"}
    | {"must", "measured", *LANGUAGES}
)


@dataclass(frozen=True)
class Sheet:
    """A form: its title, what its submission means, its fields, and Markdown above them."""

    title: str
    meaning: ButtonId
    fields: tuple[Field, ...]
    above: str = ""

    def values(self, fields: Fields) -> dict[str, str]:
        """Return what was filled in by field; a list of several values is one a line."""
        names = {field.name for field in self.fields}
        return {name: "\n".join(fields[name]) for name in names if name in fields}


def modal(sheet: Sheet, values: Mapping[str, str], language: str) -> ui.Modal:
    """Lay a form out, prefilled. Raises Refused for a text that Discord cannot hold."""
    items: list[ui.Item[Any]] = [_field(f, values.get(f.name, ""), language) for f in sheet.fields]
    if sheet.above:
        items.insert(0, ui.TextDisplay(sheet.above))
    return form(sheet.title, sheet.meaning, *items)


def _field(field: Field, value: str, language: str) -> ui.Label[Any]:
    label = say(f"field-{field.key}", language)
    about = views.cut(say(f"field-{field.key}-help", language), _HELP)
    if field.choices:
        options = [
            discord.SelectOption(
                label=say(f"choice-{choice}", language) if choice in _CHOICES else choice,
                value=choice,
                default=choice == (value or field.choices[0]),
            )
            for choice in field.choices[:25]
        ]
        select: ui.Select[Any] = ui.Select(custom_id=field.name, options=options)
        select.required = True
        return ui.Label(text=label, description=about, component=select)
    if len(value) > _VALUE:
        raise Refused(say("knowledge-too-long", language, field=label))
    entry: ui.TextInput[Any] = ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.short if field.shape == "line" else discord.TextStyle.paragraph,
        default=value or None,
        required=field.required,
        max_length=max(field.limit, len(value)),
    )
    return ui.Label(text=label, description=about, component=entry)


Typed = Remembered[tuple[Sheet, dict[str, str]]]
"""what was typed into refused forms, by the event of their submission and the user"""


async def give_back(
    interaction: discord.Interaction[Any],
    typed: Typed,
    sheet: Sheet,
    values: Mapping[str, str],
    error: Exception,
) -> None:
    """Say why a form was not taken, with all that was typed and a button that opens it again."""
    language = language_of(interaction)
    typed.put(interaction.id, interaction.user.id, (sheet, dict(values)))
    again = replace(sheet.meaning, action="kretry", entry="", event=interaction.id, page=0, mark="")
    labels = {field.name: say(f"field-{field.key}", language) for field in sheet.fields}
    sentence = error.message if isinstance(error, Refused) else told(error, language, labels)
    written = [
        (labels[field.name], values.get(field.name, ""))
        for field in sheet.fields
        if not field.choices
    ]
    await filling.give_back(interaction, sentence, *written, again=again)


_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (NoRepositoryError, "knowledge-no-repository"),
    (RebaseError, "knowledge-rebase"),
    (RefusedError, "knowledge-refused"),
    (UnconfirmedError, "knowledge-unconfirmed"),
    (StaleError, "knowledge-stale"),
    (OwnWorkError, "knowledge-own-work"),
    (VerbatimError, "suggest-verbatim"),
    (PublishError, "knowledge-not-published"),
    (FormError, "knowledge-form"),
)
_WHOLE = frozenset({"knowledge-stale", "knowledge-own-work", "suggest-verbatim"})


def told(error: Exception, language: str, labels: Mapping[str, str] | None = None) -> str:
    """Say what the engine refused, as Markdown: what to do in one's language, then its own words.

    ``labels`` are those of a form's fields.
    """
    if isinstance(error, LogUnavailable):
        return say("error-store", language)
    key = next((key for kind, key in _KINDS if isinstance(error, kind)), "knowledge-cannot")
    sentence = say(key, language)
    if key in _WHOLE:
        return sentence
    if isinstance(error, FormError):
        lines = [f"{(labels or {}).get(name, name)}: {said}" for name, said in error.problems]
    elif isinstance(error, RebaseError):
        lines = [str(conflict) for conflict in error.conflicts]
    else:
        hint = getattr(error, "hint", None)
        lines = [getattr(error, "message", str(error)), *([hint] if hint else [])]
    said = fitting("\n".join(lines), _SAID, _bulleted)
    return f"{sentence}\n{said}"


def _bulleted(words: str) -> str:
    return "\n".join(f"> {text.escape(line)}" for line in words.split("\n"))


async def in_words(work: Awaitable[_T], language: str) -> _T:
    """Await work; what the engine refuses is raised as Refused."""
    try:
        return await work
    except (LogUnavailable, Refused):
        raise
    except RejoinderError as error:
        raise Refused(told(error, language)) from error


async def keeping(work: Awaitable[_T], reason: str, language: str) -> _T:
    """Await work; what is refused is raised as Refused, with the reason to be copied."""
    try:
        return await work
    except RejoinderError as error:
        said = error.message if isinstance(error, Refused) else told(error, language)
        kept = f"-# {say('publish-reason-kept', language)}\n{filling.fenced(reason)}"
        raise Refused(f"{said}\n{kept}") from error


async def unread(interaction: discord.Interaction[Any], fields: Fields) -> None:
    """Say that a form was not understood, with all that was typed into it."""
    typed = [(str(n), "\n".join(given)) for n, given in enumerate(fields.values(), start=1)]
    await filling.give_back(interaction, say("form-unread", language_of(interaction)), *typed)
