"""Somebody who moderates a topic, at work on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord

from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.views import Button
from bot.channels.discord.words import say
from bot.curation.moderation import Moderation


@dataclass(frozen=True)
class Desk:
    """Somebody who moderates a topic, at work on it."""

    topic: str
    language: str
    user: str
    moderation: Moderation

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
