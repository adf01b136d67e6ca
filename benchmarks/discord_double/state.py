"""What the double knows: users, guilds, channels, messages, and how they look on the wire."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

DISCORD_EPOCH = 1_420_070_400_000
# A multiple of 1 to 10, so that the n-th guild is on shard n modulo the number of shards.
FIRST_PLACE = 201_600_000_000

TEXT, DM, GROUP, THREAD = 0, 1, 3, 11
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
ADMINISTRATOR = 1 << 3
# View, send, embed, attach, read history, use commands, send in threads.
ORDINARY = (1 << 10) | (1 << 11) | (1 << 14) | (1 << 15) | (1 << 16) | (1 << 31) | (1 << 38)

_USER_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE_MENTION = re.compile(r"<@&(\d+)>")


class Ids:
    """Give snowflakes: places get the same at every run, events carry the clock's time."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._places: dict[str, int] = {}
        self._last = 0

    def place(self, kind: str) -> int:
        """Return the next id of a kind of thing that does not pass with time."""
        number = self._places.get(kind, 0)
        self._places[kind] = number + 1
        kinds = ("guild", "user", "channel", "role", "command", "application")
        return (FIRST_PLACE + number) << 22 | kinds.index(kind)

    def event(self) -> int:
        """Return the next id of a message or an interaction; discord.py reads its age off it."""
        now = (int(self.clock() * 1000) - DISCORD_EPOCH) << 22
        self._last = max(self._last + 1, now)
        return self._last


def moment(snowflake: int) -> str:
    """Return the time in a snowflake as Discord writes it."""
    seconds = ((snowflake >> 22) + DISCORD_EPOCH) / 1000
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


@dataclass(eq=False)
class User:
    """Somebody with an account; a bot, perhaps."""

    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    installed: bool = False  # has the bot's application installed for themselves
    refuses_dms: bool = False

    def wire(self) -> Json:
        """Return the user object."""
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Role:
    """A role of a guild."""

    id: int
    name: str
    permissions: int
    position: int

    def wire(self) -> Json:
        """Return the role object."""
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Guild:
    """A server with its roles, members and channels."""

    id: int
    name: str
    owner: User
    has_bot: bool = True
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, list[Role]] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def permissions(self, user: User, channel: Channel | None = None) -> int:
        """Return what a member may do; only the bot can be denied something in a channel."""
        if user is self.owner:
            return (1 << 53) - 1
        granted = self.roles[self.id].permissions
        for role in self.members.get(user.id, []):
            granted |= role.permissions
        if granted & ADMINISTRATOR:
            return (1 << 53) - 1
        return granted & ~channel.bot_denied if user.bot and channel else granted

    def member_wire(self, user: User) -> Json:
        """Return the member object of a user, with the user in it."""
        return {
            "user": user.wire(),
            "roles": [str(role.id) for role in self.members.get(user.id, [])],
            "nick": None,
            "avatar": None,
            "joined_at": moment(self.id),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "communication_disabled_until": None,
        }

    def wire(self) -> Json:
        """Return the guild object, without what only GUILD_CREATE has."""
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "banner": None,
            "description": None,
            "features": [],
            "emojis": [],
            "stickers": [],
            "roles": [role.wire() for role in self.roles.values()],
            "preferred_locale": self.locale,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "vanity_url_code": None,
            "application_id": None,
        }

    def create_wire(self, bot: User) -> Json:
        """Return the GUILD_CREATE event; of the members only the bot, as without their intent."""
        ordinary = [channel for channel in self.channels.values() if channel.kind != THREAD]
        threads = [channel for channel in self.channels.values() if channel.kind == THREAD]
        return self.wire() | {
            "joined_at": moment(self.id),
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "members": [self.member_wire(bot)],
            "channels": [channel.wire() for channel in ordinary],
            "threads": [channel.wire() for channel in threads],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


@dataclass(eq=False)
class Channel:
    """A channel or thread of a guild, a direct message, or a group without the bot."""

    id: int
    kind: int
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    recipients: list[User] = field(default_factory=list)
    bot: User | None = None
    bot_denied: int = 0
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def history(self) -> list[Message]:
        """Return the messages that everybody in the channel can read now, oldest first."""
        return [m for m in self.messages.values() if not m.deleted and not m.flags & EPHEMERAL]

    def wire(self) -> Json:
        """Return the channel object."""
        visible = self.history
        payload: Json = {
            "id": str(self.id),
            "type": self.kind,
            "last_message_id": str(visible[-1].id) if visible else None,
        }
        if self.guild is None:
            payload["recipients"] = [user.wire() for user in self.recipients]
            if self.kind == GROUP:
                payload |= {"name": self.name, "icon": None, "owner_id": payload["id"]}
            return payload
        payload |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        if self.parent is not None:
            return payload | {
                "parent_id": str(self.parent.id),
                "owner_id": str(self.guild.owner.id),
                "message_count": len(self.messages),
                "member_count": len(self.guild.members),
                "total_message_sent": len(self.messages),
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": moment(self.id),
                    "locked": False,
                },
            }
        denied = self.bot_denied and self.bot
        return payload | {
            "position": 0,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "permission_overwrites": [
                {"id": str(denied.id), "type": 1, "allow": "0", "deny": str(self.bot_denied)}
            ]
            if denied
            else [],
        }


@dataclass(eq=False)
class Message:
    """A message with all that was done to it."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    flags: int = 0
    reference: Message | None = None
    pings: set[str] = field(default_factory=set)  # names of users and roles, "everyone"
    mentions: list[User] = field(default_factory=list)
    visible_to: User | None = None  # of an ephemeral message
    invoked: Json | None = None  # interaction_metadata
    versions: list[str] = field(default_factory=list)  # its text before each edit
    edited: str | None = None
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        """Tell whether only one person sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def text(self) -> str:
        """Return all that can be read in it: content, text displays, embeds."""
        parts = [self.content]
        parts += [c["content"] for c in walk(self.components) if c.get("type") == 10]
        for embed in self.embeds:
            parts += [embed.get("title") or "", embed.get("description") or ""]
            parts += [f"{f['name']}\n{f['value']}" for f in embed.get("fields") or []]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> dict[str, str]:
        """Return the custom ids of its buttons and menus by label, placeholder or emoji."""
        found = {}
        for component in walk(self.components):
            if custom_id := component.get("custom_id"):
                emoji = (component.get("emoji") or {}).get("name")
                label = component.get("label") or component.get("placeholder") or emoji
                found[str(label or custom_id)] = str(custom_id)
        return found

    def component(self, custom_id: str) -> Json:
        """Return the component with this custom id; raises LookupError."""
        for component in walk(self.components):
            if component.get("custom_id") == custom_id:
                return component
        raise LookupError(f"no component {custom_id!r} in this message; there is {self.buttons}")

    def wire(self, *, depth: int = 1) -> Json:
        """Return the message object, with the message it refers to."""
        payload: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.wire(),
            "content": self.content,
            "timestamp": moment(self.id),
            "edited_timestamp": self.edited,
            "tts": False,
            "mention_everyone": "everyone" in self.pings,
            "mentions": [user.wire() for user in self.mentions],
            "mention_roles": [],
            "attachments": self.attachments,
            "embeds": self.embeds,
            "components": self.components,
            "pinned": False,
            "type": 0,
            "flags": self.flags,
        }
        if self.invoked is not None:
            payload["interaction_metadata"] = self.invoked
            payload["application_id"] = str(self.author.id)
        if self.reference is not None:
            payload["type"] = 19
            where: Json = {
                "type": 0,
                "message_id": str(self.reference.id),
                "channel_id": str(self.reference.channel.id),
            }
            if self.channel.guild is not None:
                where["guild_id"] = str(self.channel.guild.id)
            payload["message_reference"] = where
            if depth:
                gone = self.reference.deleted
                payload["referenced_message"] = None if gone else self.reference.wire(depth=0)
        return payload


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Yield all components, those inside others too."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        yield from walk([part for k in ("component", "accessory") if (part := component.get(k))])


def mentioned(text: str) -> tuple[set[int], set[int], bool]:
    """Return the users and roles that a text mentions and whether it calls everyone."""
    users = {int(found) for found in _USER_MENTION.findall(text)}
    roles = {int(found) for found in _ROLE_MENTION.findall(text)}
    return users, roles, "@everyone" in text or "@here" in text
