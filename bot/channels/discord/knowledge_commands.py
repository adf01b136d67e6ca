"""``/knowledge``: what moderators call to change what the bot knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.channels.discord import views
from bot.channels.discord.commands import (
    BY_SERVERS,
    IN_SERVERS,
    MODERATE,
    Choices,
    Feature,
    options,
)
from bot.channels.discord.completing import suggest
from bot.channels.discord.errors import Refused
from bot.channels.discord.kinds import KINDS, PARENTS
from bot.channels.discord.sync import localised
from bot.channels.discord.words import language_of
from bot.curation.commits import first_line
from bot.curation.forms import withdrawn
from bot.curation.operations import AddEntry
from bot.errors import RejoinderError
from bot.knowledge.model import Kind

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

Interaction = discord.Interaction[Any]
_SHOWN = 25
_KINDS = [app_commands.Choice(name=localised(f"kind-{kind}"), value=kind) for kind in KINDS]


def add_knowledge_commands(bot: RejoinderBot) -> None:
    """Add ``/knowledge`` with its subcommands to the bot's tree."""
    moderates = _Knowledge(bot)
    group = app_commands.Group(
        name=localised("cmd-knowledge"),
        description=localised("cmd-knowledge-about"),
        allowed_contexts=IN_SERVERS,
        allowed_installs=BY_SERVERS,
        # Discord hides it from whoever lacks this; that they are refused is our work.
        default_permissions=MODERATE,
    )
    entries = {"entry": moderates.complete_entry}
    completions: dict[str, dict[str, Any]] = {
        "add": {"parent": moderates.complete_parent},
        "edit": entries,
        "phrase": entries,
        "withdraw": {"entry": moderates.complete_withdraw},
        "history": entries,
        "undo": {"commit": moderates.complete_commit},
    }
    for name in (
        "draft", "add", "edit", "phrase", "withdraw", "preview", "publish", "history", "undo",
        "check",
    ):  # fmt: skip
        command: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=localised(f"sub-{name}"),
            description=localised(f"sub-{name}-about"),
            callback=getattr(moderates, name),
        )
        named = {**completions.get(name, {}), "topic": moderates.complete_topic}
        for option, complete in named.items():
            command.autocomplete(option)(complete)
        group.add_command(command)
    bot.tree.add_command(group, override=True)


class _Knowledge(Feature):
    @options(topic="opt-topic")
    async def draft(self, interaction: Interaction, topic: str | None = None) -> None:
        await self._guarded(interaction, lambda: self.bot.editing.open_draft(interaction, topic))

    @options(kind="opt-kind", parent="opt-parent", topic="opt-topic")
    @app_commands.choices(kind=_KINDS)
    async def add(
        self,
        interaction: Interaction,
        kind: str,
        parent: str | None = None,
        topic: str | None = None,
    ) -> None:
        async def work() -> None:
            wanted = next(each for each in KINDS if each == kind)
            await self.bot.editing.adding.open(interaction, topic, wanted, parent)

        await self._guarded(interaction, work)

    @options(entry="opt-edited", topic="opt-topic")
    async def edit(self, interaction: Interaction, entry: str, topic: str | None = None) -> None:
        entries = self.bot.editing.entries
        await self._guarded(interaction, lambda: entries.open(interaction, entry, topic))

    @options(entry="opt-phrased", topic="opt-topic")
    async def phrase(self, interaction: Interaction, entry: str, topic: str | None = None) -> None:
        entries = self.bot.editing.entries
        await self._guarded(interaction, lambda: entries.open_phrase(interaction, entry, topic))

    @options(entry="opt-withdrawn", reason="opt-reason", back="opt-back", topic="opt-topic")
    async def withdraw(
        self,
        interaction: Interaction,
        entry: str,
        reason: app_commands.Range[str, 3, 500],
        back: bool = False,  # noqa: FBT001 - an option of the command
        topic: str | None = None,
    ) -> None:
        at_once = self.bot.editing.at_once
        await self._guarded(
            interaction, lambda: at_once.withdraw(interaction, topic, entry, reason, back=back)
        )

    @options(topic="opt-topic")
    async def preview(self, interaction: Interaction, topic: str | None = None) -> None:
        publishing = self.bot.editing.publishing
        await self._guarded(interaction, lambda: publishing.preview_own(interaction, topic))

    @options(reason="opt-reason", topic="opt-topic")
    async def publish(
        self,
        interaction: Interaction,
        reason: app_commands.Range[str, 3, 500] | None = None,
        topic: str | None = None,
    ) -> None:
        publishing = self.bot.editing.publishing
        await self._guarded(interaction, lambda: publishing.publish_own(interaction, reason, topic))

    @options(entry="opt-of-entry", topic="opt-topic")
    async def history(
        self, interaction: Interaction, entry: str | None = None, topic: str | None = None
    ) -> None:
        history = self.bot.editing.history
        await self._guarded(interaction, lambda: history.open(interaction, entry, topic))

    @options(commit="opt-commit", topic="opt-topic")
    async def undo(self, interaction: Interaction, commit: str, topic: str | None = None) -> None:
        publishing = self.bot.editing.publishing
        await self._guarded(
            interaction, lambda: publishing.preview_undo(interaction, commit, topic)
        )

    @options(topic="opt-topic")
    async def check(self, interaction: Interaction, topic: str | None = None) -> None:
        await self._guarded(interaction, lambda: self.bot.editing.history.check(interaction, topic))

    async def _guarded(self, interaction: Interaction, work: Any) -> None:
        await self.bot.guarded(interaction, "knowledge", work)

    async def complete_entry(self, interaction: Interaction, typed: str) -> Choices:
        return await self._entries(interaction, typed, tuple(Kind), sources=True)

    async def complete_parent(self, interaction: Interaction, typed: str) -> Choices:
        kind = str(getattr(interaction.namespace, "kind", ""))
        kinds = next((kinds for known, kinds in PARENTS.items() if known == kind), None)
        if kinds is None:
            return []
        return await self._entries(interaction, typed, kinds, sources=False)

    async def _entries(
        self, interaction: Interaction, typed: str, kinds: tuple[Kind, ...], *, sources: bool
    ) -> Choices:
        """Return what the words typed so far may mean, the moderator's own new entries first."""
        try:
            desk = self.bot.editing.desk(interaction, _named(interaction))
            draft = await desk.moderation.draft(desk.user)
        except (Refused, RejoinderError):
            return []
        advisor = self.bot.service.advisor_of(desk.topic)
        wanted = typed.casefold().strip()
        found = {
            operation.id: operation.id
            for operation in draft.operations
            if isinstance(operation, AddEntry)
            and (operation.kind in kinds or (sources and operation.kind == "source"))
            and wanted in operation.id
        }
        for each in suggest(advisor, typed, language_of(interaction), kinds):
            found.setdefault(each.entry, each.label)
        # Who knows an id may type it.
        found |= {e: e for e in advisor.release.entries if wanted and e == wanted}
        if sources and wanted:
            found |= {
                source.id: source.title
                for source in advisor.release.topic.sources.values()
                if wanted in source.id or wanted in source.title.casefold()
            }
        return _choices(found)

    async def complete_withdraw(self, interaction: Interaction, typed: str) -> Choices:
        if not getattr(interaction.namespace, "back", False):
            return await self._entries(interaction, typed, tuple(Kind), sources=False)
        try:
            desk = self.bot.editing.desk(interaction, _named(interaction))
        except Refused:
            return []
        gone = withdrawn(self.bot.service.advisor_of(desk.topic).release)
        wanted = typed.casefold().strip()
        return _choices({i: t for i, t in gone.items() if wanted in f"{i} {t.casefold()}"})

    async def complete_commit(self, interaction: Interaction, typed: str) -> Choices:
        try:
            commits = await self.bot.editing.history.complete(
                interaction, typed, _named(interaction)
            )
        except (Refused, RejoinderError):
            return []
        return _choices({commit.id: first_line(commit) for commit in commits}, cut=12)


def _named(interaction: Interaction) -> str | None:
    """Return the topic that a command names so far."""
    topic = getattr(interaction.namespace, "topic", None)
    return topic if isinstance(topic, str) and topic else None


def _choices(found: dict[str, str], cut: int = 60) -> Choices:
    choices = []
    for value, label in list(found.items())[:_SHOWN]:
        known = value[:cut]
        name = known if label == value else f"{views.cut(label, 97 - len(known))} · {known}"
        choices.append(app_commands.Choice(name=name, value=value))
    return choices
