"""*Tell me*: whoever asked what has no answer yet hears once that there is one, and is forgotten.

The message itself goes out with those of suggestions (``telling``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import text, views
from bot.channels.discord.asking import event_key, user_key
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import quoted
from bot.channels.discord.reading import Handler
from bot.channels.discord.responding import show
from bot.channels.discord.views import Button
from bot.channels.discord.words import language_of, say, spoken
from bot.querylog.review_records import Due

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_QUOTED = 700


class Awaiting:
    """Remember who waits for an answer, and lay out what they are told."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what the button does."""
        return {"await": self._await}

    async def can_tell(self, interaction: discord.Interaction[Any], meaning: ButtonId) -> bool:
        """Tell whether whoever uses a component asked its question, and its words are kept."""
        log, event = self._bot.service.log, event_key(meaning.event or 0)
        if not await log.is_theirs(event, user_key(interaction.user.id)):
            return False
        row = await log.query_by_event(event)
        return row is not None and row.text is not None

    async def _await(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, _: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        topic, _advisor = self._bot.reading.advisor(meaning, language)
        waits = await self._bot.service.review(topic).await_answer(
            event_key(meaning.event or 0), user_key(interaction.user.id)
        )
        if not waits:
            raise Refused(say("await-not-yours", language))
        await show(interaction, views.note(say("await-kept", language)))

    def view(self, topic: str, due: Due) -> discord.ui.LayoutView:
        """Lay out that a question can be answered now, in the language in which it was asked."""
        language = spoken(due.language)
        advisor = self._bot.service.advisor_of(topic)
        about = text.escape(advisor.release.topic.title_in(language))
        title = text.escape(self._bot.reading.title(advisor, due.entry, language))
        lines = [
            say("await-answered", language, topic=about),
            quoted(due.text, _QUOTED),
            "",
            say("await-now", language, title=title),
            f"-# {say('told-forgotten', language)}",
        ]
        read = ButtonId("read", topic_mark(topic), due.entry, language)
        return views.page("\n".join(lines), [Button(read, say("told-read", language))])
