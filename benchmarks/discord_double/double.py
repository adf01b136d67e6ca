"""The double of Discord: one application, its servers and its people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Protocol, Self, TypeVar

from . import commands
from .exchange import Exchange
from .faults import Fault, Faults, Hang, Rule
from .gateway import Gateway
from .people import Person
from .people import Server as ScriptServer
from .record import Pulse, Request
from .seams import connected_to, gateway_url
from .server import Server
from .state import DM, GROUP, ORDINARY, Channel, Guild, Ids, Json, Role, User


class Client(Protocol):
    """What the double needs to know of a bot: discord.py's clients and bots have it."""

    async def start(self, token: str) -> None:
        """Log in, connect and serve."""

    async def close(self) -> None:
        """Disconnect."""

    async def wait_until_ready(self) -> None:
        """Return once all shards are ready."""


ClientT = TypeVar("ClientT", bound=Client)


class Double:
    """A Discord on a port of this machine, for one bot.

    As a context manager it listens, and has every discord.py client of this process talk to it
    (unless ``seams`` is off, for a bot in a process of its own).
    """

    def __init__(
        self,
        *,
        shards: int = 1,
        token: str = "token-of-the-double",
        heartbeat: float = 41.25,
        deadline: float | None = 3.0,
        privileged: int = 0,
        patience: float = 10.0,
        seams: bool = True,
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.shards = shards  # what /gateway/bot recommends
        self.token = token
        self.deadline = deadline  # seconds for the first response to an interaction
        self.patience = patience  # seconds that waiting lasts at most
        self.ids = Ids(clock)
        self.pulse = Pulse()
        self.requests: list[Request] = self.pulse.requests
        self.faults = Faults()
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.users: dict[int, User] = {}
        self.interactions: dict[str, Exchange] = {}
        self.command_sets: dict[int | None, list[Json]] = {}
        self.address = ""
        self.bot = self._user("Rejoinder", bot=True)
        self.server = Server(self)
        self.gateway = Gateway(
            self.pulse,
            self.bot,
            token,
            self.guilds.values,
            heartbeat=heartbeat,
            privileged=privileged,
        )
        self._people: dict[str, Person] = {}
        self._dms: dict[int, Channel] = {}
        self._seams = seams
        self._port = port
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.address = await self.server.start(self._port)
        self.gateway.url = gateway_url(self.address)
        if self._seams:
            self._stack.enter_context(connected_to(self.address))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()
        self.faults.release()
        await self.gateway.stop()
        await self.server.stop()

    @asynccontextmanager
    async def running(self, client: ClientT) -> AsyncIterator[ClientT]:
        """Run a client against the double; yield it once it is ready, and close it at the end."""
        identified = self.gateway.seen["identify"]
        self.pulse.failure = None
        task = asyncio.create_task(client.start(self.token))
        task.add_done_callback(self._ended)
        try:
            await self.until(
                lambda: self.gateway.seen["identify"] > identified, "the client to connect"
            )
            await asyncio.wait_for(client.wait_until_ready(), self.patience)
            yield client
        finally:
            task.remove_done_callback(self._ended)
            await client.close()
            await asyncio.gather(task, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self.pulse.fail(task.exception() or RuntimeError("the client has stopped"))

    async def until(
        self, condition: Callable[[], object], what: str, *, patience: float | None = None
    ) -> None:
        """Return once a condition holds, on the bot's side too; raises NoAnswerError."""
        await self.pulse.until(condition, what, patience=patience or self.patience, look=0.02)

    async def quiet(self, seconds: float = 0.1) -> None:
        """Return once the bot has received everything and has not asked for so long."""
        await self.gateway.flush()
        await self.pulse.quiet(seconds)

    def sent(self, route: str) -> list[Request]:
        """Return the requests of a route such as ``"POST /channels/*/messages"``, in order."""
        return [request for request in self.requests if request.matches(route)]

    # What goes wrong

    def fail(self, route: str, fault: Fault, *, times: int = 1) -> None:
        """Have the next requests of a route meet a fault (see faults.py)."""
        self.faults.rules.append(Rule(route, fault, times))

    def hang(self, route: str, *, after: bool = False) -> Hang:
        """Keep the next request of a route waiting, before or after it has its effect."""
        fault = Hang(self.pulse, after)
        self.fail(route, fault)
        return fault

    # Who and what there is

    def guild(
        self,
        name: str = "Home",
        *,
        has_bot: bool = True,
        bot_permissions: int = 0,
        locale: str = "en-US",
    ) -> ScriptServer:
        """Return the server of this name; make it where there is none.

        ``bot_permissions`` is what the bot may beyond what everyone may.
        """
        for known in self.guilds.values():
            if known.name == name:
                return ScriptServer(self, known)
        number = self.ids.place("guild")
        guild = Guild(number, name, self.person("owner").user, has_bot, locale)
        guild.roles[number] = Role(number, "@everyone", ORDINARY, 0)
        guild.members[guild.owner.id] = []
        if has_bot:
            role = Role(self.ids.place("role"), "bots", bot_permissions, 1)
            guild.roles[role.id] = role
            guild.members[self.bot.id] = [role]
        self.guilds[number] = guild
        if has_bot:
            self.gateway.dispatch("GUILD_CREATE", guild.create_wire(self.bot), guild=guild)
        return ScriptServer(self, guild)

    def person(
        self, name: str, *, locale: str = "en-US", installed: bool = False, bot: bool = False
    ) -> Person:
        """Return the person of this name; make them where there is none."""
        if name not in self._people:
            user = self._user(name, bot=bot)
            user.locale, user.installed = locale, installed
            self._people[name] = Person(self, user)
        return self._people[name]

    def _user(self, name: str, *, bot: bool) -> User:
        user = User(self.ids.place("user"), name, bot)
        self.users[user.id] = user
        return user

    def dm_channel(self, user: User) -> Channel:
        """Return the direct messages of somebody with the bot."""
        if user.id not in self._dms:
            number = self.ids.place("channel")
            channel = Channel(number, DM, "", recipients=[user], bot=self.bot)
            self._dms[user.id] = self.channels[number] = channel
        return self._dms[user.id]

    def private_channel(self, *people: Person) -> Channel:
        """Make direct messages between people, where only user-installed applications are."""
        number = self.ids.place("channel")
        kind = DM if len(people) < 3 else GROUP
        channel = Channel(number, kind, "", recipients=[person.user for person in people])
        self.channels[number] = channel
        return channel

    def commands_in(self, guild: int | None) -> list[Json]:
        """Return the commands of a guild, or the global ones."""
        return self.command_sets.get(guild, [])

    def command(
        self, kind: int, name: str, *, guild: int | None, context: int, types: set[int]
    ) -> commands.Command:
        """Return what a person finds under a name; raises NotOfferedError."""
        known = self.commands_in(None) + (self.commands_in(guild) if guild else [])
        return commands.find(known, kind, name, context=context, types=types)

    # Used by the parts

    def deliver(self, exchange: Exchange) -> None:
        """Send the event of an exchange to the shard that it belongs to."""
        if not self.gateway.sessions:
            raise AssertionError(f"nobody hears {exchange}: no client has a session")
        guild = exchange.channel.guild
        self.gateway.dispatch(exchange.event, exchange.payload, guild=guild)

    def upload(self, name: str, body: bytes) -> Json:
        """Keep a file and return it as an attachment."""
        number = str(self.ids.event())
        path = f"{number}/{name}"
        self.server.uploads[path] = body
        url = f"{self.address}/cdn/{path}"
        return {"id": number, "filename": name, "size": len(body), "url": url, "proxy_url": url}
