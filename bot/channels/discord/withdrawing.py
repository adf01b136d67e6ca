"""Take an entry out of all answers now, or bring it back; no preview, no second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import discord

from bot.channels.discord import announcing, text
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_forms import keeping
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting
from bot.channels.discord.naming import shown_titles, the_one
from bot.channels.discord.responding import hold, show
from bot.channels.discord.words import say
from bot.curation.curator import Published
from bot.curation.forms import withdrawn
from bot.curation.news import Done
from bot.curation.operations import REASON_MIN
from bot.knowledge.model import Kind

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot
    from bot.channels.discord.editing import Editing

Interaction = discord.Interaction[Any]


class AtOnce:
    """`/knowledge withdraw`."""

    def __init__(self, bot: RejoinderBot, editing: Editing) -> None:
        self._bot = bot
        self._editing = editing

    async def withdraw(
        self, interaction: Interaction, topic: str | None, given: str, reason: str, *, back: bool
    ) -> None:
        """Take an entry, named by its id or title, out of all answers, or bring it ``back``."""
        desk = self._editing.desk(interaction, topic)
        reason = " ".join(reason.split())
        if len(reason) < REASON_MIN:
            raise Refused(say("publish-why", desk.language))
        await hold(interaction)

        async def work() -> tuple[str, Published]:
            entry = self._resolve(desk, given.strip(), back=back)
            return entry, await desk.moderation.curator.withdraw(
                entry, by=await desk.moderation.name(desk.user), reason=reason, user=desk.user,
                back=back,
            )  # fmt: skip

        entry, done = await keeping(work(), reason, desk.language)
        self._editing.publishing.forget()
        key: Literal["restored", "withdrawn"] = "restored" if back else "withdrawn"
        # It is done; whether or not its maker can still be told, the others hear of it.
        news = Done(desk.topic, key, done, entry=entry)
        await self._bot.suggesting.telling.announce(news)
        lines = [say(key, desk.language, entry=text.escape(entry))]
        lines += announcing.kept(done, desk.language)
        lines += [f"-# {fitting(note, 300)}" for note in done.notes]
        look = announcing.look(desk.topic, desk.language, done.commit.id)
        await show(interaction, desk.page("\n".join(lines), [look]))

    def _resolve(self, desk: Desk, given: str, *, back: bool) -> str:
        """Return the id of the entry that is meant.

        Nobody looks at it before it counts, so what may be one of several is refused. Raises
        Refused.
        """
        release = self._editing.advisor(desk).release
        gone = withdrawn(release)
        # What is withdrawn already, or not, or was never there is the engine's to say.
        if given in gone or given in release.entries:
            return given
        known: dict[str, tuple[str, ...]] = {entry: (title,) for entry, title in gone.items()}
        if not back:
            known = shown_titles(release, desk.language, tuple(Kind))
        return the_one(given, known, desk.language)
