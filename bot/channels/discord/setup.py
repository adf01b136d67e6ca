"""Set-up in chat: a topic's home guild, its channels, its moderators; and pausing a channel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import text, views
from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.errors import Refused
from bot.channels.discord.places import PLATFORM, is_moderator
from bot.channels.discord.reading import Handler
from bot.channels.discord.responding import show, turn
from bot.channels.discord.views import Menu
from bot.channels.discord.words import language_of, say
from bot.querylog.places import Home

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_TEXT = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]


class SetUp:
    """The panel of ``/setup``; each change is checked and stored at once."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        # Two changes at once must not each write back what the other has just replaced.
        self._changing = asyncio.Lock()

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each of this feature's components does."""
        return {
            "topic": self._topic,
            "channels": self._channels,
            "role": self._role,
            "alerts": self._alerts,
        }

    async def open(self, interaction: discord.Interaction[Any], topic: str | None) -> None:
        """Show the panel. Raises Refused for whoever may not manage the topic here."""
        language = language_of(interaction)
        here = self._bot.places.topics_at(interaction.guild_id)
        wanted = topic or next(iter(here or self._bot.service.topics))
        if wanted not in self._bot.service.topics:
            raise Refused(say("no-such-topic", language))
        async with self._changing:
            await self._authorised(interaction, wanted)
        await show(interaction, self._panel(interaction, wanted, language))

    async def _authorised(self, interaction: discord.Interaction[Any], topic: str) -> Home:
        """Return the topic's home here; claim it where nobody has. Raises Refused."""
        language = language_of(interaction)
        guild = interaction.guild_id
        if guild is None or interaction.guild is None:
            raise Refused(say("setup-in-server", language))
        if not interaction.permissions.manage_guild:
            raise Refused(say("setup-permission", language))
        home = self._bot.places.home(topic)
        if home is None:
            wanted = self._bot.settings.discord_home
            if wanted is None:
                may_claim = interaction.user.id in self._bot.owners()
            else:
                may_claim = wanted == guild
            if not may_claim:
                raise Refused(say("setup-claim", language))
            home = Home(topic=topic, platform=PLATFORM, guild=str(guild))
            await self._bot.places.save_home(home)
        if home.guild != str(guild):
            raise Refused(say("setup-elsewhere", language))
        return home

    def _panel(
        self, interaction: discord.Interaction[Any], topic: str, language: str
    ) -> discord.ui.LayoutView:
        home = self._bot.places.home(topic)
        advisor = self._bot.service.advisor_of(topic)
        places = [
            p for p in self._bot.places.channels(topic) if p.guild == str(interaction.guild_id)
        ]
        meaning = ButtonId("topic", topic_mark(topic), "", language)
        rows: list[list[Menu]] = []
        if len(self._bot.service.topics) > 1:
            options = [
                discord.SelectOption(
                    label=views.cut(each.release.topic.info.title, 100),
                    value=topic_mark(name),
                    default=name == topic,
                )
                for name, each in self._bot.service.topics.items()
            ]
            which: discord.ui.Select[Any] = discord.ui.Select(
                placeholder=say("setup-topic", language), options=options[:25]
            )
            rows.append([Menu(meaning, which)])
        channels: discord.ui.ChannelSelect[Any] = discord.ui.ChannelSelect(
            placeholder=say("setup-channels", language),
            channel_types=_TEXT,
            min_values=0,
            max_values=25,
            default_values=[_default(p.channel, "channel") for p in places[:25]],
        )
        role: discord.ui.RoleSelect[Any] = discord.ui.RoleSelect(
            placeholder=say("setup-role", language),
            min_values=0,
            max_values=1,
            default_values=_defaults(home.moderator_role if home else None, "role"),
        )
        alerts: discord.ui.ChannelSelect[Any] = discord.ui.ChannelSelect(
            placeholder=say("setup-alerts", language),
            channel_types=_TEXT[:2],
            min_values=0,
            max_values=1,
            default_values=_defaults(home.moderator_channel if home else None, "channel"),
        )
        for action, select in (("channels", channels), ("role", role), ("alerts", alerts)):
            rows.append([Menu(replace(meaning, action=action), select)])  # type: ignore[arg-type]
        none = say("setup-none", language)
        moderators = f"<@&{home.moderator_role}>" if home and home.moderator_role else none
        alerted = f"<#{home.moderator_channel}>" if home and home.moderator_channel else none
        public = ", ".join(f"<#{place.channel}>" for place in places) or none
        title = text.escape(advisor.release.topic.info.title)
        lines = [
            f"### {say('setup', language)}",
            say("setup-intro", language, topic=title),
            f"**{say('setup-channels', language)}**: {public}",
            f"**{say('setup-role', language)}**: {moderators}",
            f"**{say('setup-alerts', language)}**: {alerted}",
            *self._warnings(interaction, [p.channel for p in places], home, language),
        ]
        return views.page("\n".join(lines), *rows)

    def _warnings(
        self,
        interaction: discord.Interaction[Any],
        channels: Sequence[str],
        home: Home | None,
        language: str,
    ) -> list[str]:
        """Say where the bot lacks permissions, while somebody who can mend it is looking."""
        guild = interaction.guild
        if guild is None or guild.me is None:
            return []
        wanted = [*channels, *([home.moderator_channel] if home and home.moderator_channel else [])]
        gone, denied = [], []
        for number in dict.fromkeys(wanted):
            channel = guild.get_channel(int(number))
            if channel is None:
                gone.append(number)
                continue
            allowed = channel.permissions_for(guild.me)
            if not (allowed.view_channel and allowed.send_messages):
                denied.append(f"<#{number}>")
        lines = [("setup-gone", gone), ("setup-denied", denied)]
        return [
            f"⚠ {say(key, language, channel=', '.join(which))}" for key, which in lines if which
        ]

    async def _topic(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        language = language_of(interaction)
        topic, _ = self._bot.reading.advisor(replace(meaning, topic=values[0]), language)
        async with self._changing:
            await self._authorised(interaction, topic)
        await turn(interaction, self._panel(interaction, topic, language))

    async def _channels(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        async with self._changing:
            topic, home = await self._checked(interaction, meaning)
            await self._bot.places.set_channels(topic, int(home.guild), set(values))
        await self._again(interaction, topic)

    async def _role(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        async with self._changing:
            topic, home = await self._checked(interaction, meaning)
            role = values[0] if values else None
            if role == home.guild:  # @everyone would make everybody a moderator
                raise Refused(say("setup-everyone", language_of(interaction)))
            await self._bot.places.save_home(replace(home, moderator_role=role))
        await self._again(interaction, topic)

    async def _alerts(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        async with self._changing:
            topic, home = await self._checked(interaction, meaning)
            channel = values[0] if values else None
            await self._bot.places.save_home(replace(home, moderator_channel=channel))
        await self._again(interaction, topic)

    async def _checked(
        self, interaction: discord.Interaction[Any], meaning: ButtonId
    ) -> tuple[str, Home]:
        topic, _ = self._bot.reading.advisor(meaning, language_of(interaction))
        return topic, await self._authorised(interaction, topic)

    async def _again(self, interaction: discord.Interaction[Any], topic: str) -> None:
        language = language_of(interaction)
        await turn(interaction, self._panel(interaction, topic, language))

    async def pause(self, interaction: discord.Interaction[Any], minutes: int | None) -> None:
        """Silence the bot in this channel. Raises Refused for whoever does not moderate here."""
        language, guild, channel = self._moderated(interaction)
        until = await self._bot.places.pause(guild, channel, minutes)
        if until is None:
            words = say("paused-now", language)
        else:
            words = say("paused-until", language, when=discord.utils.format_dt(until, "R"))
        await show(interaction, views.note(words))

    async def resume(self, interaction: discord.Interaction[Any]) -> None:
        """Answer again in this channel. Raises Refused for whoever does not moderate here."""
        language, guild, channel = self._moderated(interaction)
        resumed = await self._bot.places.resume(guild, channel)
        words = say("resumed" if resumed else "not-paused", language)
        await show(interaction, views.note(words))

    def _moderated(self, interaction: discord.Interaction[Any]) -> tuple[str, int, int]:
        language = language_of(interaction)
        homes = [
            self._bot.places.home(topic)
            for topic in self._bot.places.topics_at(interaction.guild_id)
        ]
        if not any(is_moderator(interaction, home) for home in homes):
            raise Refused(say("moderators-only", language))
        assert interaction.guild_id is not None  # noqa: S101 - moderators are in a guild
        return language, interaction.guild_id, interaction.channel_id or 0


def _default(number: str, kind: str) -> discord.SelectDefaultValue:
    of = discord.SelectDefaultValueType
    return discord.SelectDefaultValue(
        id=int(number), type=of.role if kind == "role" else of.channel
    )


def _defaults(number: str | None, kind: str) -> list[discord.SelectDefaultValue]:
    return [_default(number, kind)] if number else []
