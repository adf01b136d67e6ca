"""What the bot shows: answers, pages, menus and forms as Discord's components."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol, Self, cast

import discord
from discord import ui

from bot.advisor import wording
from bot.advisor.answer import Answer, Outcome
from bot.advisor.facets import Facet
from bot.channels.discord import text
from bot.channels.discord.custom_id import PATTERN, Action, ButtonId, topic_mark
from bot.channels.discord.words import say
from bot.knowledge.model import Kind

LABEL = 80
TEXTS = 4_000
ARGUED = frozenset({Kind.PROPOSAL, Kind.OBJECTION, Kind.RESPONSE, Kind.COUNTER})
_COLOURS = {
    Outcome.ANSWERED: 0x4F6BED,
    Outcome.CLARIFY: 0x7A8699,
    Outcome.GAP: 0x7A8699,
    Outcome.OUT_OF_SCOPE: 0x7A8699,
    Outcome.BOUNDARY: 0xB7791F,
}
_PLAIN = 0x7A8699
_SELECT = PATTERN.replace("rj1:", "rs1:", 1)


class Handles(Protocol):
    """The client as buttons know it."""

    async def handle(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        """Do what a component means."""


class Button(ui.DynamicItem[ui.Button[Any]], template=PATTERN):
    """A button whose id says all; any process that knows this class can handle it."""

    def __init__(
        self,
        meaning: ButtonId,
        label: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        self.meaning = meaning
        super().__init__(ui.Button(label=cut(label, LABEL), style=style, custom_id=str(meaning)))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button from its id."""
        del interaction
        return cls(ButtonId.of(match.groupdict()), getattr(item, "label", None) or "·")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the click to the client."""
        await cast("Handles", interaction.client).handle(interaction, self.meaning, ())


AnySelect = ui.Select[Any] | ui.ChannelSelect[Any] | ui.RoleSelect[Any]


class Menu(ui.DynamicItem[AnySelect], template=_SELECT):
    """A select menu whose id says all."""

    def __init__(self, meaning: ButtonId, select: AnySelect) -> None:
        self.meaning = meaning
        select.custom_id = str(meaning).replace("rj1:", "rs1:", 1)
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the menu from its id."""
        del interaction
        return cls(ButtonId.of(match.groupdict()), cast("AnySelect", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand what was chosen to the client; from the payload, which is what was sent."""
        data: Any = interaction.data or {}
        values = [str(value) for value in data.get("values") or ()]
        await cast("Handles", interaction.client).handle(interaction, self.meaning, values)


def page(
    body: str,
    *rows: Iterable[Button | Menu],
    colour: int = _PLAIN,
    pictures: Sequence[tuple[str, str]] = (),
) -> ui.LayoutView:
    """Lay out text over rows of components; ``pictures`` are attached files with descriptions."""
    view = ui.LayoutView(timeout=None)
    container: ui.Container[Any] = ui.Container(accent_colour=colour)
    container.add_item(ui.TextDisplay(body))
    if pictures:
        gallery: ui.MediaGallery[Any] = ui.MediaGallery()
        for name, description in pictures:
            gallery.add_item(media=f"attachment://{name}", description=description)
        container.add_item(gallery)
    for row in rows:
        if items := list(row):
            line: ui.ActionRow[Any] = ui.ActionRow()
            for item in items:
                line.add_item(item)
            container.add_item(line)
    view.add_item(container)
    # Its buttons are known by their ids. A view that is not stopped would be kept in memory by
    # the library, with a task of its own, for a quarter of an hour.
    view.stop()
    return view


def note(words: str) -> ui.LayoutView:
    """Lay out one sentence of the bot's own."""
    return page(words)


def answer(shown: Answer, event: int, *, private: bool, kept: bool = False) -> ui.LayoutView:
    """Lay out an answer in its short form with its buttons; ``event`` is the question's.

    ``kept`` tells that the words of the question are, so that its asker can be told of an answer.
    """
    body = text.short(shown, text.PRIVATE if private else text.SHORT)
    if shown.title and shown.outcome in {Outcome.ANSWERED, Outcome.BOUNDARY}:
        body = f"### {text.escape(shown.title)}\n{body}"
    if shown.offered:
        titles = [f"{n}\\. {text.escape(title)}" for n, (_, title) in enumerate(shown.offered, 1)]
        if shown.outcome is Outcome.ANSWERED:
            titles.insert(0, f"\n**{wording.say('also.asked', shown.language)}**")
        aside = [] if private else [f"-# {say('clarify-private', shown.language)}"]
        body = "\n".join([body, *titles, *aside])
    return page(body, *_rows(shown, event, kept=kept), colour=_COLOURS[shown.outcome])


def _rows(shown: Answer, event: int, *, kept: bool) -> Iterable[list[Button]]:
    language = shown.language
    if shown.outcome is Outcome.CLARIFY:
        choices = _choices(shown, event)
        none = Button(_id(shown, "none", event, entry=""), say("none-of-these", language))
        # A row holds five.
        yield choices[:5] if len(choices) > 4 else [*choices, none]
        if len(choices) > 4:
            yield [none]
        return
    more = Button(_id(shown, "more", event), say("more", language))
    if shown.outcome is Outcome.BOUNDARY:
        yield [more]
        return
    if shown.outcome is not Outcome.ANSWERED:
        row = [Button(_id(shown, "browse", event, entry=""), say("browse", language))]
        if shown.outcome is Outcome.GAP:
            row.append(Button(_id(shown, "suggest", event), say("suggest", language)))
        if shown.outcome is Outcome.GAP and kept:
            row.append(Button(_id(shown, "await", event), say("await-tell", language)))
        yield [*row, Button(_id(shown, "wrong", event), say("wrong", language)), more]
        return
    row = []
    if shown.kind in ARGUED:
        row.append(
            Button(
                _id(shown, "objections", event),
                say("objections-and-replies", language),
                discord.ButtonStyle.primary,
            )
        )
    row += [
        Button(_id(shown, "sources", event), say("sources", language)),
        Button(_id(shown, "wrong", event), say("wrong", language)),
        more,
    ]
    yield row
    if shown.offered:
        # Its facet was asked of the entry that is shown, not of these.
        yield _choices(replace(shown, facet=Facet.OVERVIEW), event)


def _choices(shown: Answer, event: int) -> list[Button]:
    return [
        Button(
            _id(shown, "choose", event, entry=entry, mark=chr(97 + n)),
            f"{n + 1} · {title}" if len(title) < 36 else f"{n + 1} · {title[:34].rstrip()}…",
            discord.ButtonStyle.primary,
        )
        for n, (entry, title) in enumerate(shown.offered)
    ]


def _id(
    shown: Answer, action: Action, event: int, *, entry: str | None = None, mark: str = ""
) -> ButtonId:
    return ButtonId(
        action,
        topic_mark(shown.topic),
        (shown.entry or "") if entry is None else entry,
        shown.language,
        event,
        shown.facet or Facet.OVERVIEW,
        0,
        mark,
    )


def paged(
    title: str, pages: Sequence[str], meaning: ButtonId, *rows: Iterable[Button | Menu]
) -> ui.LayoutView:
    """Lay out one of several pages; ``meaning.page`` counts from 0 and turns at the ends."""
    number = min(meaning.page, len(pages) - 1)
    body = f"### {text.escape(title)}\n{pages[number]}"
    turning: list[Button] = []
    if len(pages) > 1:
        turning = turn_buttons(meaning, number, len(pages))
        body += f"\n-# {say('page', meaning.language, page=number + 1, pages=len(pages))}"
    return page(body, turning, *rows)


def turn_buttons(meaning: ButtonId, number: int, pages: int) -> list[Button]:
    """Return the buttons to the pages before and after, the first page following the last."""
    words = meaning.language
    before = _with_page(meaning, (number - 1) % pages, "b")
    after = _with_page(meaning, (number + 1) % pages, "a")
    return [Button(before, f"◀ {say('back', words)}"), Button(after, f"{say('next', words)} ▶")]


def _with_page(meaning: ButtonId, number: int, mark: str) -> ButtonId:
    return ButtonId(
        meaning.action, meaning.topic, meaning.entry, meaning.language, meaning.event,
        meaning.facet, number, mark,
    )  # fmt: skip


def cut(words: str, limit: int) -> str:
    """Shorten what only labels a thing that is shown whole elsewhere."""
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
