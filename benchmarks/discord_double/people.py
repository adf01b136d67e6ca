"""The people and servers of a script, and what people do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .commands import Command, modal_components, options
from .exchange import Exchange
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL
from .state import DM, ORDINARY, TEXT, THREAD, Channel, Guild, Json, Message, Role, User

if TYPE_CHECKING:
    from .double import Double


class Server:
    """A guild in a script."""

    def __init__(self, double: Double, guild: Guild) -> None:
        self.double = double
        self.state = guild

    @property
    def id(self) -> int:
        """Return the guild's id."""
        return self.state.id

    def channel(self, name: str, *, bot_denied: int = 0) -> Channel:
        """Return the text channel of this name; make it where there is none."""
        for channel in self.state.channels.values():
            if channel.name == name:
                return channel
        return self._add(name, TEXT, bot_denied=bot_denied)

    def thread(self, parent: Channel, name: str) -> Channel:
        """Make a public thread in a channel."""
        return self._add(name, THREAD, parent=parent)

    def _add(
        self, name: str, kind: int, *, parent: Channel | None = None, bot_denied: int = 0
    ) -> Channel:
        channel = Channel(
            self.double.ids.place("channel"),
            kind,
            name,
            guild=self.state,
            parent=parent,
            bot=self.double.bot,
            bot_denied=bot_denied,
        )
        self.state.channels[channel.id] = self.double.channels[channel.id] = channel
        if self.state.has_bot:
            event = "CHANNEL_CREATE" if parent is None else "THREAD_CREATE"
            self.double.gateway.dispatch(event, channel.wire(), guild=self.state)
        return channel

    def delete(self, channel: Channel) -> None:
        """Delete a channel."""
        event = "CHANNEL_DELETE" if channel.parent is None else "THREAD_DELETE"
        del self.state.channels[channel.id], self.double.channels[channel.id]
        self.double.gateway.dispatch(event, channel.wire(), guild=self.state)

    def remove_bot(self) -> None:
        """Throw the bot out."""
        self.state.has_bot = False
        self.double.gateway.dispatch("GUILD_DELETE", {"id": str(self.id)}, guild=self.state)

    def role(self, name: str, *, permissions: int = 0) -> Role:
        """Return the role of this name; make it where there is none."""
        for role in self.state.roles.values():
            if role.name == name:
                return role
        number = self.double.ids.place("role")
        role = Role(number, name, permissions, len(self.state.roles))
        self.state.roles[number] = role
        if self.state.has_bot:
            event = {"guild_id": str(self.id), "role": role.wire()}
            self.double.gateway.dispatch("GUILD_ROLE_CREATE", event, guild=self.state)
        return role

    def member(self, name: str, *, roles: Sequence[Role] = (), **about: Any) -> Person:
        """Return the person of this name as a member with these roles; ``about`` as in person()."""
        person = self.double.person(name, **about)
        self.state.members[person.user.id] = list(roles)
        return person


class Person:
    """Somebody who uses Discord; the same one in all servers."""

    def __init__(self, double: Double, user: User) -> None:
        self.double = double
        self.user = user

    @property
    def name(self) -> str:
        """Return the name."""
        return self.user.name

    @property
    def id(self) -> int:
        """Return the user id."""
        return self.user.id

    @property
    def dms(self) -> Channel:
        """Return the direct messages with the bot."""
        return self.double.dm_channel(self.user)

    # Messages

    def say(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Mapping[str, bytes] | None = None,
    ) -> Exchange:
        """Write in a channel; a reply pings its author unless told otherwise."""
        messages = self.double.server.messages
        named = {f"files[{n}]": body for n, body in enumerate((files or {}).values())}
        declared = [{"id": n, "filename": name} for n, name in enumerate(files or {})]
        data: Json = {"content": text, "attachments": declared}
        data["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        message = messages.create(channel, self.user, data, named, reference=reply_to)
        exchange = Exchange(
            self.double, self.user, channel, "MESSAGE_CREATE", messages.event(message), message
        )
        messages.said(exchange)
        self.double.deliver(exchange)
        return exchange

    def mention(self, channel: Channel, text: str, **more: Any) -> Exchange:
        """Write to the bot by mentioning it."""
        return self.say(channel, f"<@{self.double.bot.id}> {text}", **more)

    def dm(self, text: str, **more: Any) -> Exchange:
        """Write to the bot in direct messages."""
        return self.say(self.dms, text, **more)

    def reply(self, message: Message, text: str, *, ping: bool = True) -> Exchange:
        """Reply to a message."""
        return self.say(message.channel, text, reply_to=message, ping=ping)

    def edit(self, message: Message, text: str) -> None:
        """Edit a message."""
        self.double.server.messages.edit(message, {"content": text}, {})

    def delete(self, message: Message) -> None:
        """Delete a message."""
        self.double.server.messages.delete(message)

    # Interactions

    def slash(
        self,
        channel: Channel,
        command: str,
        *,
        expired: bool = False,
        locale: str | None = None,
        **values: Any,
    ) -> Exchange:
        """Use a slash command; ``"group command"`` names one in a group."""
        found = self._command(channel, 1, command)
        data = found.data(options(found, values))
        return self._interact(channel, COMMAND, data, expired=expired, locale=locale)

    def complete(
        self, channel: Channel, command: str, option: str, typed: str, **values: Any
    ) -> Exchange:
        """Type into an option that suggests."""
        found = self._command(channel, 1, command)
        given = options(found, {**values, option: typed}, focused=option)
        return self._interact(channel, AUTOCOMPLETE, found.data(given))

    def menu(self, message: Message, command: str, *, locale: str | None = None) -> Exchange:
        """Use a context menu on a message."""
        found = self._command(message.channel, 3, command)
        data = found.data([]) | {
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): message.wire()}},
        }
        return self._interact(message.channel, COMMAND, data, locale=locale)

    def click(self, message: Message, button: str, *, expired: bool = False) -> Exchange:
        """Click a button, given by its custom id or its label."""
        custom_id = message.buttons.get(button, button)
        self._sees(message)
        component = message.component(custom_id)
        if component.get("disabled"):
            raise AssertionError(f"the button {button!r} is disabled")
        data: Json = {"custom_id": custom_id, "component_type": component["type"]}
        return self._interact(message.channel, COMPONENT, data, message=message, expired=expired)

    def choose(self, message: Message, menu: str, *values: str) -> Exchange:
        """Choose in a select menu, given by its custom id or its placeholder."""
        custom_id = message.buttons.get(menu, menu)
        self._sees(message)
        component = message.component(custom_id)
        offered = {option["value"] for option in component.get("options") or []}
        if component["type"] == 3 and not set(values) <= offered:
            raise AssertionError(f"{values} not among {sorted(offered)}")
        data: Json = {
            "custom_id": custom_id,
            "component_type": component["type"],
            "values": list(values),
        }
        return self._interact(message.channel, COMPONENT, data, message=message)

    def submit(self, opened: Exchange, values: Mapping[str, Any]) -> Exchange:
        """Submit the form that an exchange opened: custom id → value."""
        data: Json = {
            "custom_id": opened.modal["custom_id"],
            "components": modal_components(opened.modal, values),
        }
        return self._interact(opened.channel, MODAL, data, message=opened.message)

    def _sees(self, message: Message) -> None:
        if message.deleted or message.visible_to not in (None, self.user):
            raise AssertionError(f"{self.name} does not see this message")

    def _command(self, channel: Channel, kind: int, name: str) -> Command:
        context = 0 if channel.guild else 1 if channel.bot else 2
        by_guild = channel.guild.has_bot if channel.guild else context == 1
        types = {0} if by_guild else set()
        if self.user.installed:
            types.add(1)
        guild = channel.guild.id if channel.guild else None
        return self.double.command(kind, name, guild=guild, context=context, types=types)

    def _interact(
        self,
        channel: Channel,
        kind: int,
        data: Json,
        *,
        message: Message | None = None,
        expired: bool = False,
        locale: str | None = None,
    ) -> Exchange:
        double = self.double
        number = double.ids.event()
        owners: dict[str, str] = {}
        if self.user.installed:
            owners["1"] = str(self.id)
        guild = channel.guild
        if guild is not None and guild.has_bot:
            owners["0"] = str(guild.id)
        elif channel.kind == DM and channel.bot is not None:
            owners["0"] = "0"
        payload: Json = {
            "id": str(number),
            "application_id": str(double.bot.id),
            "type": kind,
            "token": f"token-{number}",
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": channel.wire(),
            "locale": locale or self.user.locale,
            "app_permissions": str(ORDINARY),
            "entitlements": [],
            "authorizing_integration_owners": owners,
            "context": 0 if guild else 1 if channel.bot else 2,
            "attachment_size_limit": 10 << 20,
        }
        if guild is None:
            payload["user"] = self.user.wire()
        else:
            member = guild.member_wire(self.user)
            member["permissions"] = str(guild.permissions(self.user, channel))
            payload["channel"]["permissions"] = member["permissions"]
            payload |= {
                "member": member,
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
                "guild_locale": guild.locale,
                "app_permissions": str(guild.permissions(double.bot, channel)),
            }
        if message is not None:
            payload["message"] = message.wire()
        exchange = Exchange(
            double,
            self.user,
            channel,
            "INTERACTION_CREATE",
            payload,
            message,
            token=payload["token"],
            expired=expired,
        )
        double.interactions[exchange.token] = exchange
        double.deliver(exchange)
        return exchange
