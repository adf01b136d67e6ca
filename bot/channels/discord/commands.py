"""The commands: what they are called, what they take, which feature does them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands

from bot.advisor.answer import Conversation
from bot.advisor.facets import Facet
from bot.channels.discord import views
from bot.channels.discord.asking import Asked
from bot.channels.discord.completing import suggest
from bot.channels.discord.custom_id import ButtonId, topic_mark
from bot.channels.discord.errors import Refused
from bot.channels.discord.messages import question_text
from bot.channels.discord.places import Where
from bot.channels.discord.responding import is_direct, show
from bot.channels.discord.sync import localised
from bot.channels.discord.words import language_of, say
from bot.knowledge.model import Kind

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_F = TypeVar("_F", bound=Callable[..., Any])
Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
_ARGUED = (Kind.PROPOSAL, Kind.OBJECTION)
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
BY_SERVERS = app_commands.AppInstallationType(guild=True, user=False)
_MANAGE = discord.Permissions(manage_guild=True)
MODERATE = discord.Permissions(manage_messages=True)


def add_commands(bot: RejoinderBot) -> None:
    """Add all commands to the bot's tree."""
    asks, browses, keeps = _Ask(bot), _Browse(bot), _Keep(bot)
    questions = {"question": asks.complete_any, "topic": asks.complete_topic}
    proposals = {"proposal": browses.complete_proposal}
    entries = {"entry": browses.complete_entry}
    add(bot, "ask", asks.ask, questions)
    add(bot, "proposals", browses.proposals)
    add(bot, "objections", browses.objections, proposals)
    add(bot, "sources", browses.sources, entries)
    add(bot, "map", browses.map, proposals)
    add(bot, "about", browses.about)
    add(bot, "help", browses.help)
    add(bot, "privacy", keeps.privacy)
    # Discord hides these from whoever lacks the permission; that they are refused is our work.
    add(bot, "setup", keeps.setup, {"topic": asks.complete_topic}, _MANAGE)
    add(bot, "pause", keeps.pause, None, MODERATE)
    add(bot, "resume", keeps.resume, None, MODERATE)
    menu = app_commands.ContextMenu(name=localised("cmd-answer-this"), callback=asks.answer_this)
    bot.tree.add_command(menu, override=True)


def add(
    bot: RejoinderBot,
    name: str,
    callback: Any,
    completions: dict[str, Any] | None = None,
    permissions: discord.Permissions | None = None,
) -> None:
    in_servers = permissions is not None
    command: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=localised(f"cmd-{name}"),
        description=localised(f"cmd-{name}-about"),
        callback=callback,
        allowed_contexts=IN_SERVERS if in_servers else None,
        allowed_installs=BY_SERVERS if in_servers else None,
    )
    command.default_permissions = permissions
    for option, complete in (completions or {}).items():
        command.autocomplete(option)(complete)
    bot.tree.add_command(command, override=True)


def options(**named: str) -> Callable[[_F], _F]:
    """Name and describe a command's options from the catalogue: parameter → key."""
    describe = {parameter: localised(f"{key}-about") for parameter, key in named.items()}
    rename = {parameter: localised(key) for parameter, key in named.items()}

    def both(function: _F) -> _F:
        return app_commands.describe(**describe)(app_commands.rename(**rename)(function))

    return both


class Feature:
    def __init__(self, bot: RejoinderBot) -> None:
        self.bot = bot

    def topic(self, interaction: Interaction, wanted: str | None = None) -> str:
        """Return the topic that is asked for, else that of the place. Raises Refused."""
        if wanted is None:
            return self.bot.here(interaction).topic
        if wanted not in self.bot.service.topics:
            raise Refused(say("no-such-topic", language_of(interaction)))
        return wanted

    def complete(
        self, interaction: Interaction, topic: str, typed: str, kinds: tuple[Kind, ...] | None
    ) -> Choices:
        """Return the entries of a topic that the words typed so far may mean."""
        advisor = self.bot.service.advisor_of(topic)
        found = suggest(advisor, typed, language_of(interaction), kinds)
        return [app_commands.Choice(name=each.label, value=each.entry) for each in found]

    async def complete_any(self, interaction: Interaction, typed: str) -> Choices:
        """Return entries of the topic that the command names, else of the place's."""
        wanted = str(getattr(interaction.namespace, "topic", None))
        topic = wanted if wanted in self.bot.service.topics else self.bot.here(interaction).topic
        return self.complete(interaction, topic, typed, None)

    async def complete_topic(self, interaction: Interaction, typed: str) -> Choices:
        """Return the topics whose titles hold the words typed so far."""
        del interaction
        titles = [(a.release.topic.info.title, t) for t, a in self.bot.service.topics.items()]
        return [
            app_commands.Choice(name=views.cut(title, 100), value=topic)
            for title, topic in titles
            if typed.casefold() in title.casefold()
        ][:25]


class _Ask(Feature):
    @options(question="opt-question", topic="opt-topic", private="opt-private")
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 2000],
        topic: str | None = None,
        private: bool = False,  # noqa: FBT001 - an option of the command
    ) -> None:
        received = time.perf_counter()

        async def work() -> None:
            where = self.place(interaction, topic)
            asked = Asked.by(interaction, where, question, private=private)
            await self.bot.answer(interaction, asked, received)

        await self.bot.guarded(interaction, "ask", work)

    async def answer_this(self, interaction: Interaction, message: discord.Message) -> None:
        received = time.perf_counter()

        async def work() -> None:
            language = language_of(interaction)
            words = question_text(message.content)
            if not words:
                raise Refused(say("no-words-in-message", language))
            if message.author.bot:
                raise Refused(say("not-of-bots", language))
            author = message.author.id if message.author.id != interaction.user.id else None
            # The words were said in the channel and are kept where its questions are; only the
            # answer is private. Nobody's conversation is behind them.
            where = replace(self.place(interaction, None), public=False)
            fresh = Conversation(language=language)
            asked = Asked.by(interaction, where, words, author=author, conversation=fresh)
            await self.bot.answer(interaction, asked, received)

        await self.bot.guarded(interaction, "answer_this", work)

    def place(self, interaction: Interaction, topic: str | None) -> Where:
        """Return the place with the topic asked for; another topic than its own is private."""
        where = self.bot.here(interaction)
        wanted = self.topic(interaction, topic)
        if wanted == where.topic:
            return where
        return replace(where, topic=wanted, public=False, kept=False, home=None)


class _Browse(Feature):
    async def proposals(self, interaction: Interaction) -> None:
        async def work() -> None:
            language = language_of(interaction)
            topic = self.topic(interaction)
            await show(interaction, self.bot.reading.browse_view(topic, language))

        await self.bot.guarded(interaction, "proposals", work)

    @options(proposal="opt-proposal")
    async def objections(self, interaction: Interaction, proposal: str) -> None:
        received = time.perf_counter()

        async def work() -> None:
            entry = self.find(interaction, proposal, _ARGUED)
            await self._show(interaction, entry, Facet.OBJECTIONS, received)

        await self.bot.guarded(interaction, "objections", work)

    @options(entry="opt-entry")
    async def sources(self, interaction: Interaction, entry: str) -> None:
        async def work() -> None:
            found = self.find(interaction, entry, None)
            meaning = self._meaning(interaction, found, self._facet(interaction, found))
            view = self.bot.reading.sources_view(meaning, meaning.language)
            await show(interaction, view)

        await self.bot.guarded(interaction, "sources", work)

    @options(proposal="opt-proposal", private="opt-private")
    async def map(
        self,
        interaction: Interaction,
        proposal: str,
        private: bool = False,  # noqa: FBT001 - an option of the command
    ) -> None:
        async def work() -> None:
            topic = self.topic(interaction)
            entry = self.find(interaction, proposal, (Kind.PROPOSAL,))
            where = self.bot.here(interaction)
            public = where.public and not private
            await self.bot.maps.send(interaction, topic, entry, public=public)

        await self.bot.guarded(interaction, "map", work)

    async def about(self, interaction: Interaction) -> None:
        async def work() -> None:
            language = language_of(interaction)
            view = self.bot.reading.about_view(self.topic(interaction), language)
            await show(interaction, view)

        await self.bot.guarded(interaction, "about", work)

    async def help(self, interaction: Interaction) -> None:
        async def work() -> None:
            language = language_of(interaction)
            where = self.bot.here(interaction)
            key = "help-here-public" if where.public else "help-here-private"
            if is_direct(interaction):
                key = "help-here-direct"
            me = self.bot.user.mention if self.bot.user else "@Rejoinder"
            said = say("help-text", language, me=me)
            body = f"### {say('help', language)}\n{said}\n\n{say(key, language)}"
            await show(interaction, views.page(body, [self._browse(interaction)]))

        await self.bot.guarded(interaction, "help", work)

    def find(self, interaction: Interaction, given: str, kinds: tuple[Kind, ...] | None) -> str:
        """Return the entry that was chosen, or that what was typed names best. Raises Refused."""
        language = language_of(interaction)
        advisor = self.bot.service.advisor_of(self.topic(interaction))
        entry = advisor.release.entries.get(given.strip())
        if entry is not None and entry.kind is not Kind.BOUNDARY:
            return entry.proposal or entry.id if kinds == (Kind.PROPOSAL,) else entry.id
        found = suggest(advisor, given, language, kinds) if given.strip() else []
        if not found:
            raise Refused(say("no-such-entry", language))
        return found[0].entry

    def _facet(self, interaction: Interaction, entry: str) -> Facet:
        item = self.bot.service.advisor_of(self.topic(interaction)).release.entries[entry]
        return Facet.SOURCES if item.kind is Kind.PROPOSAL else Facet.OVERVIEW

    async def _show(
        self, interaction: Interaction, entry: str, facet: Facet, received: float
    ) -> None:
        """Show pages, logged like the question that the command stands for."""
        asked = Asked.by(
            interaction, replace(self.bot.here(interaction), public=False), entry=entry,
            facet=facet, conversation=Conversation(language=language_of(interaction)),
        )  # fmt: skip
        reply = await self.bot.asking.once(asked)
        if reply is None:
            return
        meaning = self._meaning(interaction, entry, reply.answer.facet or facet, interaction.id)
        await show(interaction, self.bot.reading.pages_view(meaning, meaning.language))
        await self.bot.asking.shown(asked, reply, received)

    def _meaning(
        self, interaction: Interaction, entry: str, facet: Facet, event: int | None = None
    ) -> ButtonId:
        language = language_of(interaction)
        mark = topic_mark(self.topic(interaction))
        return ButtonId("page", mark, entry, language, event, facet)

    def _browse(self, interaction: Interaction) -> views.Button:
        language = language_of(interaction)
        meaning = ButtonId("browse", topic_mark(self.topic(interaction)), "", language)
        return views.Button(meaning, say("browse", language))

    async def complete_proposal(self, interaction: Interaction, typed: str) -> Choices:
        return self.complete(interaction, self.topic(interaction), typed, (Kind.PROPOSAL,))

    async def complete_entry(self, interaction: Interaction, typed: str) -> Choices:
        return self.complete(interaction, self.topic(interaction), typed, None)


class _Keep(Feature):
    async def privacy(self, interaction: Interaction) -> None:
        async def work() -> None:
            await show(interaction, self.bot.privacy.view(language_of(interaction)))

        await self.bot.guarded(interaction, "privacy", work)

    @options(topic="opt-topic")
    async def setup(self, interaction: Interaction, topic: str | None = None) -> None:
        await self.bot.guarded(
            interaction, "setup", lambda: self.bot.set_up.open(interaction, topic)
        )

    @options(minutes="opt-minutes")
    async def pause(
        self, interaction: Interaction, minutes: app_commands.Range[int, 1, 10_080] | None = None
    ) -> None:
        await self.bot.guarded(
            interaction, "pause", lambda: self.bot.set_up.pause(interaction, minutes)
        )

    async def resume(self, interaction: Interaction) -> None:
        await self.bot.guarded(interaction, "resume", lambda: self.bot.set_up.resume(interaction))
