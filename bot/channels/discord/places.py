"""Where the bot may answer, and who may change that: the homes of topics and their channels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.querylog.places import Home, Place
from bot.service import Service

PLATFORM = "discord"


@dataclass(frozen=True)
class Where:
    """A place as an answer sees it.

    ``public`` tells whether answers may be seen by everybody; ``kept`` whether the words of a
    question may be stored; ``label`` is what the log calls the place, which for direct messages
    says nothing about the person.
    """

    topic: str
    public: bool
    kept: bool
    paused: bool
    label: str
    home: Home | None = None


class Places:
    """The configuration of all places, in memory, written through to the database."""

    def __init__(self, service: Service, only_home: int | None = None) -> None:
        """Keep the places of a service; ``only_home`` is the one guild that may be a home."""
        self._service = service
        self._only = None if only_home is None else str(only_home)
        self._homes: dict[str, Home] = {}
        self._places: dict[str, Place] = {}

    async def load(self) -> None:
        """Read what is stored. Raises LogUnavailable."""
        self._homes = {
            home.topic: home
            for home in await self._service.log.places.homes()
            if home.platform == PLATFORM
        }
        self._places = {
            place.channel: place
            for place in await self._service.log.places.places()
            if place.platform == PLATFORM
        }

    def home(self, topic: str) -> Home | None:
        """Return a topic's home guild with its roles, None while nobody has set it up."""
        home = self._homes.get(topic)
        # The operator's word counts for more than an earlier claim.
        return home if home is None or self._only in {None, home.guild} else None

    def topics_at(self, guild: int | None) -> list[str]:
        """Return the topics whose home a guild is."""
        return [
            topic
            for topic in self._service.topics
            if (home := self.home(topic)) and home.guild == str(guild)
        ]

    def channels(self, topic: str) -> list[Place]:
        """Return the channels in which a topic is answered publicly."""
        return [place for place in self._places.values() if place.topic == topic]

    def where(self, guild: int | None, channel: int | None, parent: int | None = None) -> Where:
        """Tell what holds in a channel; a thread is what its parent is."""
        default = next(iter(self._service.topics))
        if guild is None:
            return Where(default, public=False, kept=False, paused=False, label="direct")
        homes = self.topics_at(guild)
        found = [self._places.get(str(each)) for each in (channel, parent) if each is not None]
        # A thread may have a row of its own, for a pause that is over.
        topics = (p.topic for p in found if p is not None and p.guild == str(guild))
        topic = next((topic for topic in topics if topic in homes), None)
        paused = any(p is not None and is_paused(p) for p in found)
        shown = topic or (homes[0] if homes else default)
        return Where(
            shown,
            public=topic is not None,
            # A guild whose moderators have not asked for the bot has not agreed to a log either.
            kept=topic is not None,
            paused=paused,
            label=f"{guild}/{channel}",
            home=self.home(shown) if homes else None,
        )

    async def save_home(self, home: Home) -> None:
        """Make or change a topic's home. Raises LogUnavailable; then nothing has changed."""
        await self._service.log.places.save_home(home)
        self._homes[home.topic] = home

    async def set_channels(self, topic: str, guild: int, channels: set[str]) -> None:
        """Answer a topic publicly in just these channels of a guild. Raises LogUnavailable."""
        for place in self.channels(topic):
            if place.guild != str(guild) or place.channel in channels:
                continue
            if is_paused(place):
                await self._save(replace(place, topic=None))
            else:
                await self._remove(place.channel)
        for channel in channels:
            before = self._places.get(channel)
            await self._save(
                Place(
                    platform=PLATFORM, guild=str(guild), channel=channel, topic=topic,
                    paused=before.paused if before else False,
                    paused_until=before.paused_until if before else None,
                )
            )  # fmt: skip

    async def pause(self, guild: int, channel: int, minutes: int | None) -> datetime | None:
        """Silence a channel for some minutes, or until it is resumed where None.

        Returns the end in UTC. Raises LogUnavailable.
        """
        before = self._places.get(str(channel))
        until = discord.utils.utcnow() + timedelta(minutes=minutes) if minutes else None
        topic = before.topic if before else None
        await self._save(
            Place(
                platform=PLATFORM, guild=str(guild), channel=str(channel), topic=topic,
                paused=True, paused_until=until,
            )
        )  # fmt: skip
        return until

    async def resume(self, guild: int, channel: int) -> bool:
        """Answer again in a channel; False where it was not paused. Raises LogUnavailable."""
        before = self._places.get(str(channel))
        if before is None or not is_paused(before):
            return False
        if before.topic is None:
            await self._remove(str(channel))
        else:
            await self._save(
                Place(platform=PLATFORM, guild=str(guild), channel=str(channel), topic=before.topic)
            )
        return True

    async def left(self, guild: int) -> None:
        """Forget the channels of a guild that threw the bot out. Raises LogUnavailable."""
        await self._service.log.places.remove_guild(PLATFORM, str(guild))
        self._places = {k: p for k, p in self._places.items() if p.guild != str(guild)}

    async def _remove(self, channel: str) -> None:
        await self._service.log.places.remove_place(PLATFORM, channel)
        self._places.pop(channel, None)

    async def _save(self, place: Place) -> None:
        await self._service.log.places.save_place(place)
        self._places[place.channel] = place


def is_paused(place: Place) -> bool:
    """Tell whether a place is silenced now."""
    until = place.paused_until
    return place.paused and (until is None or discord.utils.utcnow() < until)


def is_moderator(interaction: discord.Interaction[Any], home: Home | None) -> bool:
    """Tell whether somebody moderates a topic, by the roles in this very event.

    Only in the topic's home guild; somebody who may manage that guild counts too. Never in
    direct messages, never by name.
    """
    if home is None or interaction.guild_id is None or str(interaction.guild_id) != home.guild:
        return False
    if interaction.permissions.manage_guild:
        return True
    roles = getattr(interaction.user, "roles", ())
    return home.moderator_role is not None and any(
        str(role.id) == home.moderator_role for role in roles
    )
