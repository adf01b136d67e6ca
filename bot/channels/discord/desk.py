"""Somebody who moderates a topic, at work on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import discord

from bot.channels.discord import views
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import say
from bot.curation.moderation import Moderation


@dataclass(frozen=True)
class Desk:
    """Somebody who moderates a topic, at work on it.

    ``heading`` is Markdown that says which topic that is, empty where their guild has no other.
    """

    topic: str
    language: str
    user: str
    moderation: Moderation
    heading: str = ""

    def id(self, action: Action, entry: str = "", **more: Any) -> ButtonId:
        """Return a component's id for this topic."""
        return ButtonId(action, topic_mark(self.topic), entry, self.language, **more)

    def button(
        self,
        action: Action,
        key: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        **more: Any,
    ) -> Button:
        """Return a button with words of the catalogue."""
        return Button(self.id(action, **more), say(key, self.language), style)

    def page(self, body: str, *rows: Iterable[Button | Menu]) -> discord.ui.LayoutView:
        """Lay out text over rows of components, headed by the topic where there are several."""
        return views.page("\n".join(filter(None, (self.heading, body))), *rows)
