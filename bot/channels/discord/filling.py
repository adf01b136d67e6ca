"""Forms: what they are made of, what was filled in, and how it is given back where it failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import discord
from discord import ui

from bot.channels.discord import text, views
from bot.channels.discord.custom_id import ButtonId
from bot.channels.discord.reading import Fields
from bot.channels.discord.responding import apologise
from bot.channels.discord.words import language_of, say
from bot.curation.moderation import StaleError, VerbatimError
from bot.errors import RejoinderError
from bot.querylog import LogUnavailable

# Discord's limits: a form's title and a field's label, what stands under a label.
_TITLE, _HELP = 45, 100
_GIVEN_BACK = 3_300


def form(title: str, meaning: ButtonId, *items: ui.Item[Any]) -> ui.Modal:
    """Make a form of at most five items, whose submission is found by its id."""
    modal = ui.Modal(title=views.cut(title, _TITLE), custom_id=str(meaning), timeout=None)
    for item in items:
        modal.add_item(item)
    # A form may outlive a restart; a finished modal is not kept in memory either.
    modal.stop()
    return modal


def written(
    name: str,
    label: str,
    limit: int,
    *,
    least: int = 0,
    lines: bool = False,
    about: str | None = None,
    example: str | None = None,
) -> ui.Label[Any]:
    """Make a field for words; it may stay empty where ``least`` is 0."""
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph if lines else discord.TextStyle.short,
        placeholder=example,
        required=least > 0,
        min_length=least or None,
        max_length=limit,
    )
    return _labelled(label, field, about)


def chosen(
    name: str, label: str, options: Sequence[discord.SelectOption], about: str | None = None
) -> ui.Label[Any]:
    """Make a field to choose one of 1 to 25 options in."""
    select: ui.Select[Any] = ui.Select(custom_id=name, options=list(options), required=True)
    return _labelled(label, select, about)


def ticked(name: str, label: str, option: str, about: str | None = None) -> ui.Label[Any]:
    """Make a field to tick or leave; it has the value ``yes`` or none."""
    box: ui.CheckboxGroup[Any] = ui.CheckboxGroup(
        custom_id=name,
        required=False,
        min_values=0,
        max_values=1,
        options=[discord.CheckboxGroupOption(label=option, value="yes")],
    )
    return _labelled(label, box, about)


def _labelled(label: str, component: ui.Item[Any], about: str | None) -> ui.Label[Any]:
    shown = views.cut(about, _HELP) if about else None
    return ui.Label(text=views.cut(label, _TITLE), description=shown, component=component)


def filled(fields: Fields, name: str) -> str:
    """Return what was filled into a field; empty where nothing was, or there was no such field."""
    return "".join(fields.get(name, ())).strip()


def fitting(words: str, limit: int, shown: Callable[[str], str] = text.escape) -> str:
    """Write words as Discord's Markdown in at most ``limit`` characters, cut with a mark."""
    done = shown(words)
    while len(done) > limit and words:
        words = words[: min(len(words) - 1, len(words) * (limit - 8) // len(done))].rstrip()
        done = shown(f"{words}…")
    return done


def quoted(words: str, limit: int) -> str:
    """Write words as a quotation in at most ``limit`` characters, cut with a mark."""
    return fitting(words, limit, _quoted)


def _quoted(words: str) -> str:
    lines = text.escape(words.strip()).split("\n")
    # Blank lines in a row are a page of nothing.
    kept = [line for n, line in enumerate(lines) if line.strip() or (n and lines[n - 1].strip())]
    return "\n".join(f"> {line}" for line in kept or ["–"])


async def give_back(
    interaction: discord.Interaction[Any], sentence: str, *typed: tuple[str, str]
) -> None:
    """Say why a form was not taken, with all that was typed, so that nothing has to be recalled.

    ``typed`` are labels with what stood under them.
    """
    language = language_of(interaction)
    parts = [f"**{label}**\n{text.escape(words)}" for label, words in typed if words]
    room = _GIVEN_BACK - len(sentence)
    if sum(map(len, parts)) > room:
        parts = [
            f"**{label}**\n{fitting(words, room // len(parts) - 100)}"
            for label, words in typed
            if words
        ]
    before = [f"-# {say('typed-back', language)}"] if parts else []
    await apologise(interaction, views.note("\n".join([sentence, *before, *parts])))


def told(error: RejoinderError, language: str) -> str:
    """Say what the engine refused; its own sentences are English."""
    match error:
        case LogUnavailable():
            return say("error-store", language)
        case VerbatimError():
            # Its message has the words in it, which stand below anyway.
            return say("suggest-verbatim", language)
        case StaleError():
            return say("suggest-stale", language)
    return f"{say('suggest-refused', language)}\n{quoted(str(error), 1_000)}"
