"""The forms in which moderators write; nothing that they typed is lost where one is refused."""

from __future__ import annotations

import io
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import discord
from discord import ui

from bot.channels.discord import text, views
from bot.channels.discord.custom_id import ButtonId
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting, form
from bot.channels.discord.reading import Fields
from bot.channels.discord.responding import apologise
from bot.channels.discord.views import Button
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
_KEPT, _MINUTES = 200, 15
_SAID, _TYPED = 1_500, 2_000
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


class Typed:
    """What was typed into refused forms: in memory only, bounded, dropped after 15 minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[int, tuple[float, int, Sheet, dict[str, str]]] = OrderedDict()

    def put(self, event: int, user: int, sheet: Sheet, values: Mapping[str, str]) -> None:
        """Keep what a user typed, by the event of its submission."""
        self._kept[event] = (self._clock(), user, sheet, dict(values))
        while len(self._kept) > _KEPT or self._is_old(next(iter(self._kept.values()))[0]):
            self._kept.popitem(last=False)

    def get(self, event: int, user: int) -> tuple[Sheet, dict[str, str]] | None:
        """Return what this user typed then; None where that is forgotten."""
        at, whose, sheet, values = self._kept.get(event, (0.0, 0, None, {}))
        if sheet is None or whose != user or self._is_old(at):
            return None
        return sheet, values

    def _is_old(self, at: float) -> bool:
        return self._clock() - at > _MINUTES * 60


async def give_back(
    interaction: discord.Interaction[Any],
    typed: Typed,
    sheet: Sheet,
    values: Mapping[str, str],
    error: Exception,
) -> None:
    """Say why a form was not taken, with all that was typed and a button that opens it again."""
    language = language_of(interaction)
    typed.put(interaction.id, interaction.user.id, sheet, values)
    meaning = replace(
        sheet.meaning, action="kretry", entry="", event=interaction.id, page=0, mark=""
    )
    labels = {field.name: say(f"field-{field.key}", language) for field in sheet.fields}
    sentence = error.message if isinstance(error, Refused) else told(error, language, labels)
    parts = [
        f"**{labels[field.name]}**\n{_fenced(values[field.name])}"
        for field in sheet.fields
        if values.get(field.name) and not field.choices
    ]
    files = []
    if sum(map(len, parts)) > _TYPED:
        whole = "\n\n".join(f"{labels[name]}\n{value}" for name, value in values.items() if value)
        files = [discord.File(io.BytesIO(whole.encode()), "typed.txt")]
        parts = []
    before = [f"\n-# {say('typed-back', language)}"] if parts or files else []
    view = views.page(
        "\n".join([sentence, *before, *parts]),
        [Button(meaning, say("knowledge-retry", language), discord.ButtonStyle.primary)],
    )
    await respond(interaction, view, files, apology=True)


async def respond(
    interaction: discord.Interaction[Any],
    view: ui.LayoutView,
    files: Sequence[discord.File] = (),
    *,
    apology: bool = False,
) -> None:
    """Show a private message with files of text under it, whether or not it was deferred."""
    for file in files:
        view.add_item(ui.File(file))
    view.stop()
    if apology and not files:
        await apologise(interaction, view)
    elif interaction.response.is_done():
        await interaction.followup.send(view=view, files=list(files), ephemeral=True)
    else:
        await interaction.response.send_message(view=view, files=list(files), ephemeral=True)


def _fenced(words: str) -> str:
    # Between fences everything stands as it was typed, and can be copied as one.
    return "\n".join(("```", words.replace("```", "`\u200b`\u200b`"), "```"))


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
