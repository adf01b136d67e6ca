"""The other endpoints that a bot of this kind uses."""

from __future__ import annotations

import re
from collections.abc import Callable

from .faults import ApiError, forbidden, unknown
from .messages import Messages
from .record import Request
from .state import Channel, Guild, Json, Message, User

Answer = tuple[int, object]
Handler = Callable[..., Answer]


class Table:
    """Routes by method and path; each ``*`` is a segment that the handler gets."""

    def __init__(self) -> None:
        self.routes: list[tuple[re.Pattern[str], Handler]] = []

    def route(self, pattern: str) -> Callable[[Handler], Handler]:
        """Register a handler."""
        compiled = re.compile(re.escape(pattern).replace(r"\*", "([^/]+)").replace(r"\ ", " "))

        def register(handler: Handler) -> Handler:
            self.routes.append((compiled, handler))
            return handler

        return register

    def find(self, request: Request) -> tuple[Handler, tuple[str, ...]] | None:
        """Return the handler of a request and the segments for it."""
        for pattern, handler in self.routes:
            if match := pattern.fullmatch(f"{request.method} {request.path}"):
                return handler, match.groups()
        return None


table = Table()


@table.route("GET /users/@me")
def me(messages: Messages, request: Request) -> Answer:
    """Give the bot's own user."""
    del request
    return 200, messages.bot.wire() | {"mfa_enabled": False, "verified": True, "locale": "en-US"}


@table.route("GET /oauth2/applications/@me")
@table.route("GET /applications/@me")
def application(messages: Messages, request: Request) -> Answer:
    """Give the application."""
    del request
    bot = messages.bot
    return 200, {
        "id": str(bot.id),
        "name": bot.name,
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": messages.double.person("owner").user.wire(),
        "team": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "integration_types_config": {"0": {}, "1": {}},
    }


@table.route("GET /gateway/bot")
def gateway(messages: Messages, request: Request) -> Answer:
    """Say where to connect and with how many shards."""
    del request
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    double = messages.double
    return 200, {
        "url": double.gateway.url,
        "shards": double.shards,
        "session_start_limit": limit,
    }


# Commands


def _scope(guild: str | None) -> int | None:
    return None if guild is None else int(guild)


@table.route("PUT /applications/*/commands")
@table.route("PUT /applications/*/guilds/*/commands")
def overwrite(messages: Messages, request: Request, app: str, guild: str | None = None) -> Answer:
    """Replace all commands; a command of the same name keeps its id."""
    before = {(c["type"], c["name"]): c["id"] for c in messages.double.commands_in(_scope(guild))}
    commands: list[Json] = []
    for sent in request.json or []:
        command = {"type": 1, "description": "", "options": []} | sent
        known = before.get((command["type"], command["name"]))
        command["id"] = known or str(messages.double.ids.place("command"))
        command |= {"application_id": app, "version": "1", "nsfw": command.get("nsfw", False)}
        permissions = command.get("default_member_permissions")
        command["default_member_permissions"] = None if permissions is None else str(permissions)
        commands.append(command)
    messages.double.command_sets[_scope(guild)] = commands
    return 200, commands


@table.route("GET /applications/*/commands")
@table.route("GET /applications/*/guilds/*/commands")
def commands(messages: Messages, request: Request, app: str, guild: str | None = None) -> Answer:
    """List the commands."""
    del request, app
    return 200, messages.double.commands_in(_scope(guild))


# Channels and messages


def _channel(messages: Messages, number: str) -> Channel:
    channel = messages.double.channels.get(int(number))
    if channel is None:
        raise unknown(10003)
    if channel.guild is not None and not channel.guild.has_bot:
        raise forbidden(50001, "Missing Access")
    return channel


def _message(messages: Messages, channel: str, number: str) -> Message:
    message = _channel(messages, channel).messages.get(int(number))
    if message is None or message.deleted or message.ephemeral:
        raise unknown(10008)
    return message


@table.route("GET /channels/*")
def get_channel(messages: Messages, request: Request, channel: str) -> Answer:
    """Give a channel."""
    del request
    return 200, _channel(messages, channel).wire()


@table.route("POST /channels/*/typing")
def typing(messages: Messages, request: Request, channel: str) -> Answer:
    """Show that the bot is typing."""
    del request
    _channel(messages, channel)
    return 204, None


@table.route("POST /channels/*/messages")
def create(messages: Messages, request: Request, channel: str) -> Answer:
    """Write a message; the one that is there where its nonce was enforced before."""
    place = _channel(messages, channel)
    nonce = request.json.get("nonce") if request.json.get("enforce_nonce") else None
    message = messages.nonces.get((place.id, str(nonce))) if nonce is not None else None
    if message is None:
        message = messages.create(place, messages.bot, request.json, request.files)
        if nonce is not None:
            messages.nonces[place.id, str(nonce)] = message
    return 200, message.wire()


@table.route("GET /channels/*/messages")
def history(messages: Messages, request: Request, channel: str) -> Answer:
    """List the latest messages, newest first."""
    found = _channel(messages, channel).history[::-1]
    if before := request.query.get("before"):
        found = [message for message in found if message.id < int(before)]
    return 200, [message.wire() for message in found[: int(request.query.get("limit", 50))]]


@table.route("GET /channels/*/messages/*")
def get_message(messages: Messages, request: Request, channel: str, number: str) -> Answer:
    """Give a message."""
    del request
    return 200, _message(messages, channel, number).wire()


@table.route("PATCH /channels/*/messages/*")
def edit_message(messages: Messages, request: Request, channel: str, number: str) -> Answer:
    """Edit a message of the bot's."""
    message = _message(messages, channel, number)
    if message.author is not messages.bot:
        raise forbidden(50005, "Cannot edit a message authored by another user")
    messages.edit(message, request.json, request.files)
    return 200, message.wire()


@table.route("DELETE /channels/*/messages/*")
def delete_message(messages: Messages, request: Request, channel: str, number: str) -> Answer:
    """Delete a message."""
    del request
    messages.delete(_message(messages, channel, number))
    return 204, None


@table.route("POST /users/@me/channels")
def open_dm(messages: Messages, request: Request) -> Answer:
    """Open a direct message."""
    user = _user(messages, str(request.json["recipient_id"]))
    return 200, messages.double.dm_channel(user).wire()


# Guilds and users


def _user(messages: Messages, number: str) -> User:
    user = messages.double.users.get(int(number))
    if user is None:
        raise unknown(10013)
    return user


def _guild(messages: Messages, number: str) -> Guild:
    guild = messages.double.guilds.get(int(number))
    if guild is None or not guild.has_bot:
        raise unknown(10004)
    return guild


@table.route("GET /users/*")
def get_user(messages: Messages, request: Request, number: str) -> Answer:
    """Give a user."""
    del request
    return 200, _user(messages, number).wire()


@table.route("GET /guilds/*")
def get_guild(messages: Messages, request: Request, number: str) -> Answer:
    """Give a guild."""
    del request
    return 200, _guild(messages, number).wire()


@table.route("GET /guilds/*/roles")
def get_roles(messages: Messages, request: Request, number: str) -> Answer:
    """List a guild's roles."""
    del request
    return 200, [role.wire() for role in _guild(messages, number).roles.values()]


@table.route("GET /guilds/*/channels")
def get_channels(messages: Messages, request: Request, number: str) -> Answer:
    """List a guild's channels."""
    del request
    return 200, [channel.wire() for channel in _guild(messages, number).channels.values()]


@table.route("GET /guilds/*/members/*")
def get_member(messages: Messages, request: Request, number: str, user: str) -> Answer:
    """Give a member."""
    del request
    guild = _guild(messages, number)
    if int(user) not in guild.members:
        raise unknown(10007)
    return 200, guild.member_wire(_user(messages, user))


@table.route("DELETE /users/@me/guilds/*")
def leave(messages: Messages, request: Request, number: str) -> Answer:
    """Leave a guild."""
    del request
    guild = _guild(messages, number)
    guild.has_bot = False
    messages.double.gateway.dispatch("GUILD_DELETE", {"id": number}, guild=guild)
    return 204, None


def not_found() -> ApiError:
    """Return what an endpoint that the double does not have answers."""
    return ApiError(404, 0, "404: Not Found")
