"""A small but real bot, for testing the double itself."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from typing import Any, Self

import discord
from discord import app_commands, ui
from discord.ext import commands


class Question(ui.Modal, title="Follow up"):
    """A form with one field."""

    question: ui.Label[Any] = ui.Label(
        text="Question", component=ui.TextInput(custom_id="question")
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Answer the question in the form."""
        field = self.question.component
        assert isinstance(field, ui.TextInput)
        await interaction.response.send_message(f"form: {field.value}", ephemeral=True)


class More(ui.DynamicItem[ui.Button[Any]], template=r"more:(?P<what>[a-z]+)"):
    """A button whose id says all that it does."""

    def __init__(self, what: str) -> None:
        button: ui.Button[Any] = ui.Button(label=what.title(), custom_id=f"more:{what}")
        super().__init__(button)
        self.what = what

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button from its id."""
        return cls(match["what"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the id says."""
        match self.what:
            case "form":
                await interaction.response.send_modal(Question(custom_id="question-form"))
            case "rewrite":
                await interaction.response.edit_message(view=page("rewritten"))
            case "later":
                await interaction.response.defer()
                await interaction.edit_original_response(view=page("later"))
            case _:
                await interaction.response.send_message(f"more {self.what}", ephemeral=True)


class Choice(ui.ActionRow[Any]):
    """A menu."""

    @ui.select(
        custom_id="choice",
        placeholder="Choose",
        options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two")],
    )
    async def choose(self, interaction: discord.Interaction, select: ui.Select[Any]) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"chose {select.values}", ephemeral=True)


def page(text: str) -> ui.LayoutView:
    """Return an answer in components of version 2."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    for what in ("sources", "form", "rewrite", "later"):
        row.add_item(More(what))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.TextDisplay(text), row))
    view.add_item(Choice())
    return view


class TinyBot(commands.AutoShardedBot):
    """Answers mentions, direct messages, one slash command and one context menu."""

    def __init__(self, *, sync: bool = True, **options: Any) -> None:
        super().__init__(
            commands.when_mentioned,
            intents=options.pop("intents", discord.Intents.default()),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
            **options,
        )
        self.sync = sync
        self.events: Counter[str] = Counter()
        self.failures: list[BaseException] = []
        self.seen: list[tuple[int, str]] = []  # shard and content of each message
        self.answered: set[int] = set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing; discord.py's own hook sleeps 5 s."""

    async def setup_hook(self) -> None:
        """Register commands and buttons."""
        self.add_dynamic_items(More)
        self.add_view(page(""))
        ask: Any = app_commands.Command(
            name="ask",
            description="Ask.",
            callback=answer,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        ask.autocomplete("question")(suggest)
        self.tree.add_command(ask)
        self.tree.add_command(app_commands.ContextMenu(name="Answer this", callback=answer_this))
        group = app_commands.Group(name="topic", description="Topics.")
        group.command(name="show", description="Show one.")(show)
        self.tree.add_command(group)
        self.tree.error(self.failed)
        if self.sync:
            await self.tree.sync()

    async def failed(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Keep what went wrong."""
        self.failures.append(getattr(error, "original", error))

    async def on_error(self, event_method: str, *args: Any, **kwargs: Any) -> None:
        """Keep what went wrong."""
        del event_method, args, kwargs
        error = sys.exc_info()[1]
        if error is not None:
            self.failures.append(error)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Count."""
        self.events[f"resumed {shard_id}"] += 1

    async def on_shard_ready(self, shard_id: int) -> None:
        """Count."""
        self.events[f"ready {shard_id}"] += 1

    async def on_message(self, message: discord.Message) -> None:
        """Reply to mentions and direct messages, once each."""
        if message.author.bot:
            return
        guild = message.guild
        self.seen.append((guild.shard_id if guild else 0, message.content))
        assert self.user is not None
        if (guild and self.user not in message.mentions) or message.id in self.answered:
            return
        self.answered.add(message.id)
        text = message.clean_content.removeprefix(f"@{guild.me.name}" if guild else "").strip()
        if not message.content:
            await message.channel.send("empty")
        elif text == "type":
            async with message.channel.typing():
                await message.reply("typed", mention_author=False)
        elif guild:
            await message.reply(view=page(f"reply: {text}"))
        else:
            await message.channel.send(f"dm: {text}")


async def answer(interaction: discord.Interaction, question: str, private: bool = False) -> None:
    """Answer at once, later, with a file, or with a follow-up."""
    match question:
        case "slow":
            await interaction.response.defer(ephemeral=private, thinking=True)
            await interaction.edit_original_response(view=page("slow answer"))
        case "follow":
            await interaction.response.defer(thinking=True)
            await interaction.followup.send("first", wait=True)
            await interaction.followup.send("second", ephemeral=True, wait=True)
        case "file":
            file = discord.File(io.BytesIO(b"bytes of a map"), "map.png", description="A map")
            await interaction.response.send_message("a file", file=file)
        case "twice":
            await interaction.response.send_message("once")
            original = await interaction.original_response()
            await original.edit(content="edited")
            await interaction.delete_original_response()
        case "dm":
            await interaction.response.send_message("look there")
            await interaction.user.send("here")
        case _:
            where = interaction.guild.name if interaction.guild else "nowhere"
            await interaction.response.send_message(
                f"{interaction.user.name} in {where}: {question} ({interaction.locale})",
                ephemeral=private,
            )


async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest."""
    return [app_commands.Choice(name=f"{typed} {n}", value=f"{typed}{n}") for n in (1, 2)]


async def answer_this(interaction: discord.Interaction, message: discord.Message) -> None:
    """Answer a message privately."""
    await interaction.response.send_message(f"about: {message.content}", ephemeral=True)


async def show(interaction: discord.Interaction, number: int) -> None:
    """Show a topic."""
    await interaction.response.send_message(f"topic {number}")
