"""Forms: what they are made of, what was filled in, and how it is given back where it failed."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import discord
from discord import ui

from bot.channels.discord import text, views
from bot.channels.discord.custom_id import ButtonId
from bot.channels.discord.reading import Fields
from bot.channels.discord.responding import apologise, is_direct
from bot.channels.discord.views import Button
from bot.channels.discord.words import language_of, say

# Discord's limits: a form's title and a field's label, what stands under a label.
_TITLE, _HELP = 45, 100
# More than this of what was typed comes back as a file.
_TYPED = 2_000


def form(
    title: str, meaning: ButtonId, *items: ui.Item[Any], fields: Fields | None = None
) -> ui.Modal:
    """Make a form of at most five items, whose submission is found by its id.

    With ``fields`` it opens as it was filled in before.
    """
    modal = ui.Modal(title=views.cut(title, _TITLE), custom_id=str(meaning), timeout=None)
    for item in items:
        if fields is not None and isinstance(item, ui.Label):
            _fill_in(item.component, fields)
        modal.add_item(item)
    # A form may outlive a restart; a finished modal is not kept in memory either.
    modal.stop()
    return modal


def _fill_in(field: ui.Item[Any], fields: Fields) -> None:
    if isinstance(field, ui.TextInput):
        field.default = "".join(fields.get(field.custom_id, ()))[: field.max_length] or None
    elif isinstance(field, ui.Select | ui.CheckboxGroup):
        given = fields.get(field.custom_id, ())
        for option in field.options:
            option.default = option.value in given


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
    interaction: discord.Interaction[Any],
    sentence: str,
    *typed: tuple[str, str],
    again: ButtonId | None = None,
) -> None:
    """Say why a form was not taken, with all that was typed, so that nothing has to be recalled.

    ``typed`` are labels with what stood under them; ``again`` opens the form as it was filled in.
    """
    language = language_of(interaction)
    given = [(label, words) for label, words in typed if words]
    parts = [f"**{label}**\n{fenced(words)}" for label, words in given]
    files = []
    if sum(map(len, parts)) > _TYPED:
        whole = "\n\n".join(f"{label}\n{words}" for label, words in given)
        files = [discord.File(io.BytesIO(whole.encode()), "typed.txt")]
        parts = []
    before = [f"\n-# {say('typed-back', language)}"] if given else []
    rows = []
    if again is not None:
        retry = say("knowledge-retry", language)
        rows.append([Button(again, retry, discord.ButtonStyle.primary)])
    view = views.page("\n".join([sentence, *before, *parts]), *rows)
    await _apologise(interaction, view, files)


async def _apologise(
    interaction: discord.Interaction[Any], view: ui.LayoutView, files: Sequence[discord.File]
) -> None:
    if not files:
        await apologise(interaction, view)
        return
    for file in files:
        view.add_item(ui.File(file))
    view.stop()
    private = not is_direct(interaction)
    if interaction.response.is_done():
        await interaction.followup.send(view=view, files=list(files), ephemeral=private)
    else:
        await interaction.response.send_message(view=view, files=list(files), ephemeral=private)


def fenced(words: str) -> str:
    """Write words between fences, where they stand as they were typed and are copied as one."""
    return "\n".join(("```", words.replace("```", "`\u200b`\u200b`"), "```"))
