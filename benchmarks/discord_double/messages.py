"""Messages as they are written, edited and deleted, and the events that tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from itertools import count
from typing import TYPE_CHECKING, Any

from .exchange import Exchange
from .faults import ApiError, forbidden
from .state import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    Channel,
    Json,
    Message,
    User,
    mentioned,
    moment,
    walk,
)

if TYPE_CHECKING:
    from .double import Double


class Messages:
    """All that is written in the double's channels."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.bot = double.bot
        self._said: dict[int, list[Exchange]] = {}  # by channel, what people wrote there
        self._answers: dict[int, Exchange] = {}  # by the bot's message
        # By channel and nonce. Discord forgets them after some minutes, this double never.
        self.nonces: dict[tuple[int, str], Message] = {}

    def create(
        self,
        channel: Channel,
        author: User,
        data: Json,
        files: dict[str, bytes],
        *,
        invoked_by: Exchange | None = None,
        reference: Message | None = None,
    ) -> Message:
        """Write a message and send its event."""
        if author.bot and not channel.guild and any(u.refuses_dms for u in channel.recipients):
            raise forbidden(50007, "Cannot send messages to this user")
        message = Message(
            self.double.ids.event(),
            channel,
            author,
            content=data.get("content") or "",
            embeds=deepcopy(data.get("embeds") or []),
            components=_numbered(data.get("components") or []),
            flags=int(data.get("flags") or 0),
            reference=reference or self._reference(channel, data.get("message_reference")),
        )
        if invoked_by is not None:
            message.invoked = _invoked(invoked_by)
            message.visible_to = invoked_by.user if message.ephemeral else None
        self._attach(message, data, files)
        self._mention(message, data.get("allowed_mentions"))
        channel.messages[message.id] = message
        self._tell("MESSAGE_CREATE", message)
        if author is self.bot and invoked_by is None:
            self._attribute(message)
        return message

    def edit(self, message: Message, data: Json, files: dict[str, bytes]) -> None:
        """Change what the data names."""
        flags = message.flags | (int(data.get("flags") or 0) & COMPONENTS_V2)
        if flags & COMPONENTS_V2 and (data.get("content") or data.get("embeds")):
            raise ApiError(400, 50035, "Invalid Form Body: content beside components of version 2")
        kept = {
            key: data[key] if key in data else getattr(message, key)
            for key in ("content", "embeds", "components")
        }
        keeps_files = files or data.get("attachments", message.attachments)
        if not any(kept.values()) and not keeps_files:
            raise ApiError(400, 50006, "Cannot send an empty message")
        message.versions.append(message.text)
        message.content = kept["content"] or ""
        message.embeds = deepcopy(kept["embeds"] or [])
        message.components = _numbered(kept["components"] or [])
        message.flags = flags & ~LOADING
        message.edited = moment(self.double.ids.event())
        self._attach(message, data, files)
        self._tell("MESSAGE_UPDATE", message)
        if exchange := self._answers.get(message.id):
            exchange.note("edit", message)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        gone: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
        guild = message.channel.guild
        if guild is not None:
            gone["guild_id"] = str(guild.id)
        if not message.ephemeral and _hears(message.channel):
            self.double.gateway.dispatch("MESSAGE_DELETE", gone, guild=guild)
        if exchange := self._answers.get(message.id):
            exchange.note("delete", message)

    def said(self, exchange: Exchange) -> None:
        """Remember what a person wrote, so that the bot's reply can be told to belong to it."""
        self._said.setdefault(exchange.channel.id, []).append(exchange)

    def event(self, message: Message) -> Json:
        """Return a message as its event has it."""
        payload = message.wire()
        guild = message.channel.guild
        if guild is not None:
            payload["guild_id"] = str(guild.id)
            if message.author.id in guild.members:
                member = guild.member_wire(message.author)
                del member["user"]
                payload["member"] = member
        return payload

    def _tell(self, event: str, message: Message) -> None:
        # What people write is delivered by their exchange.
        by_exchange = event == "MESSAGE_CREATE" and message.author is not self.bot
        if not by_exchange and not message.ephemeral and _hears(message.channel):
            payload = self.event(message)
            self.double.gateway.dispatch(event, payload, guild=message.channel.guild)

    def _attribute(self, message: Message) -> None:
        """Tell the exchange that a reply of the bot's belongs to, by reference or by order."""
        said = self._said.get(message.channel.id, [])
        if message.reference is not None:
            found = [e for e in said if e.message is message.reference][:1]
        else:
            found = [e for e in said if not e.responses][:1] or said[-1:]
        for exchange in found:
            self._answers[message.id] = exchange
            exchange.note("reply", message)

    def _reference(self, channel: Channel, wanted: Any) -> Message | None:
        if not isinstance(wanted, dict):
            return None
        message = channel.messages.get(int(wanted["message_id"]))
        if message is not None and not message.deleted:
            return message
        if wanted.get("fail_if_not_exists", True):
            raise ApiError(400, 50035, "Invalid Form Body: message_reference: Unknown message")
        return None

    def _attach(self, message: Message, data: Json, files: dict[str, bytes]) -> None:
        if "attachments" not in data and not files:
            return
        kept = []
        for declared in data.get("attachments") or [{"id": n} for n in range(len(files))]:
            field = f"files[{declared['id']}]"
            if field not in files:
                kept += [a for a in message.attachments if a["id"] == str(declared["id"])]
                continue
            name = declared.get("filename") or field
            kept.append(self.double.upload(name, files[field]))
            message.files[name] = files[field]
        message.attachments = kept
        urls = {f"attachment://{a['filename']}": a["url"] for a in kept}
        for component in walk(message.components):
            media = [component.get("file"), component.get("media")]
            for item in media + [item.get("media") for item in component.get("items") or []]:
                if item and item.get("url") in urls:
                    item["url"] = urls[item["url"]]

    def _mention(self, message: Message, allowed: Json | None) -> None:
        users, roles, everyone = mentioned(message.text)
        parse = {"users", "roles", "everyone"}
        replied = True
        if allowed is not None:
            parse = set(allowed.get("parse") or [])
            replied = bool(allowed.get("replied_user"))
            if "users" not in parse:
                users &= {int(number) for number in allowed.get("users") or []}
            if "roles" not in parse:
                roles &= {int(number) for number in allowed.get("roles") or []}
        if message.reference is not None and replied:
            users.add(message.reference.author.id)
        message.mentions = [u for u in self.double.users.values() if u.id in users]
        message.pings = {user.name for user in message.mentions}
        guild = message.channel.guild
        if guild is not None:
            message.pings |= {guild.roles[role].name for role in roles if role in guild.roles}
        if everyone and "everyone" in parse:
            message.pings.add("everyone")
        if message.flags & EPHEMERAL:
            message.pings = set()


def _numbered(components: Sequence[Json]) -> list[Json]:
    """Return a copy in which every component has an id, as Discord gives them."""
    copied = deepcopy(list(components))
    taken = {component.get("id") for component in walk(copied)}
    free = (number for number in count(1) if number not in taken)
    for component in walk(copied):
        if component.get("id") is None:
            component["id"] = next(free)
    return copied


def _hears(channel: Channel) -> bool:
    """Tell whether the bot is in a channel."""
    if channel.guild is not None:
        return channel.guild.has_bot
    return channel.bot is not None


def _invoked(exchange: Exchange) -> Json:
    return {
        "id": str(exchange.id),
        "type": exchange.payload["type"],
        "user": exchange.user.wire(),
        "authorizing_integration_owners": exchange.payload["authorizing_integration_owners"],
    }
