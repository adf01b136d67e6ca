"""The websocket side: sessions, shards, dispatches, RESUME, and how connections end."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from .record import Pulse
from .state import Guild, Json, User

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = (
    0, 1, 2, 6, 7, 9, 10, 11,
)  # fmt: skip
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
AUTHENTICATION_FAILED, DISALLOWED_INTENTS = 4004, 4014
_HIDDEN: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


@dataclass(eq=False)
class Line:
    """One connection: what is to be sent to it, in order."""

    socket: web.WebSocketResponse
    request: web.Request
    outbox: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    frozen: bool = False
    session: Session | None = None

    def put(self, message: Json) -> None:
        """Have a message sent; a frozen line swallows it."""
        if not self.frozen:
            self.outbox.put_nowait(message)

    async def write(self) -> None:
        """Send what is put, until the connection ends."""
        with contextlib.suppress(ConnectionError):
            while True:
                await self.socket.send_str(json.dumps(await self.outbox.get()))

    def cut(self) -> None:
        """End the connection as a broken cable does."""
        if self.request.transport is not None:
            self.request.transport.abort()


@dataclass(eq=False)
class Session:
    """What IDENTIFY begins and RESUME continues."""

    id: str
    shard: int
    shards: int
    intents: int
    sequence: int = 0
    history: deque[Json] = field(default_factory=deque)
    line: Line | None = None

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event now, or once the session is resumed."""
        self.sequence += 1
        message: Json = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.history.append(message)
        if self.line is not None:
            self.line.put(message)

    def received(self, sequence: int | None) -> None:
        """Forget the events that the client has said it has."""
        while self.history and self.history[0]["s"] <= (sequence or 0):
            self.history.popleft()


class Gateway:
    """Discord's gateway for one application."""

    def __init__(
        self,
        pulse: Pulse,
        bot: User,
        token: str,
        guilds: Callable[[], Iterable[Guild]],
        *,
        heartbeat: float,
        privileged: int,
    ) -> None:
        self.pulse = pulse
        self.bot = bot
        self.token = token
        self.guilds = guilds
        self.heartbeat = heartbeat  # seconds between the client's heartbeats
        self.privileged = privileged  # the privileged intents that are switched on
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.lines: list[Line] = []
        self.seen: Counter[str] = Counter()  # identify, resume, heartbeat, resumed, refused
        self.refusals = 0  # how many connections to turn away from now on
        self._numbers = 0

    def connected(self, shard: int | None = None) -> list[Session]:
        """Return the sessions with a live connection."""
        return [s for s in self._of(shard) if s.line is not None]

    def _of(self, shard: int | None) -> list[Session]:
        return [s for s in self.sessions.values() if shard in (None, s.shard)]

    def dispatch(self, event: str, data: Json, *, guild: Guild | None = None) -> None:
        """Send an event to the shard that it belongs to; direct messages go to shard 0."""
        for session in self.sessions.values():
            if session.shard != ((guild.id >> 22) % session.shards if guild else 0):
                continue
            shown = self._shown(session, event, data, guild)
            if shown is not None:
                session.dispatch(event, shown)

    def _shown(self, session: Session, event: str, data: Json, guild: Guild | None) -> Json | None:
        """Return an event as the session's intents let it see it."""
        if not event.startswith("MESSAGE_"):
            return data
        if not session.intents & (GUILD_MESSAGES if guild else DIRECT_MESSAGES):
            return None
        if guild is None or session.intents & MESSAGE_CONTENT or "content" not in data:
            return data
        me = str(self.bot.id)
        if data["author"]["id"] == me or any(user["id"] == me for user in data["mentions"]):
            return data
        return data | _HIDDEN

    # What goes wrong on purpose

    def drop(self, shard: int | None = None) -> None:
        """Break connections without a word; the client resumes."""
        for line in self._detach(shard):
            line.cut()

    async def close(self, shard: int | None = None, *, code: int = 4000) -> None:
        """Close connections with a code."""
        for line in self._detach(shard):
            await line.socket.close(code=code)

    def reconnect(self, shard: int | None = None) -> None:
        """Send op 7: connect again and resume."""
        for line in self._detach(shard):
            line.put({"op": RECONNECT, "d": None})

    def invalidate(self, shard: int | None = None, *, resumable: bool) -> None:
        """Send op 9; what is not resumable is forgotten with all its events."""
        sessions = self._of(shard)
        for line in self._detach(shard):
            line.put({"op": INVALID_SESSION, "d": resumable})
        if not resumable:
            self.forget(sessions)

    def forget(self, sessions: Iterable[Session] | None = None) -> None:
        """Lose sessions, so that RESUME is answered with op 9."""
        for session in list(self.sessions.values()) if sessions is None else sessions:
            self.sessions.pop(session.id, None)

    def freeze(self, shard: int | None = None) -> None:
        """Keep connections open but send nothing more on them, not even heartbeat ACKs."""
        for line in self._detach(shard):
            line.frozen = True

    def _detach(self, shard: int | None) -> list[Line]:
        lines = []
        for session in self._of(shard):
            if session.line is not None:
                lines.append(session.line)
                session.line = None
        return lines

    async def flush(self) -> None:
        """Return once the clients have received all that was sent, by asking for heartbeats."""
        lines = [session.line for session in self.connected()]
        wanted = self.seen["heartbeat"] + len(lines)
        for line in lines:
            if line is not None:
                line.put({"op": HEARTBEAT, "d": None})
        await self.pulse.until(lambda: self.seen["heartbeat"] >= wanted, "the clients' heartbeats")

    # The protocol

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self.refusals > 0:
            self.refusals -= 1
            self._count("refused")
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        line = Line(socket, request)
        self.lines.append(line)
        writer = asyncio.create_task(line.write())
        line.put({"op": HELLO, "d": {"heartbeat_interval": round(self.heartbeat * 1000)}})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(line, json.loads(message.data))
        finally:
            writer.cancel()
            self.lines.remove(line)
            if line.session is not None and line.session.line is line:
                line.session.line = None
                if socket.close_code in (1000, 1001):  # a client that closes so is not coming back
                    self.forget([line.session])
            self.pulse.beat()
        return socket

    async def _received(self, line: Line, message: Json) -> None:
        data: Any = message.get("d")
        match message.get("op"):
            case 1:
                if line.session is not None and not line.frozen:
                    line.session.received(data)
                line.put({"op": ACK})
                self._count("heartbeat")
            case 2:
                await self._identify(line, data)
            case 6:
                self._resume(line, data)

    async def _identify(self, line: Line, data: Json) -> None:
        if data["token"] != self.token:
            await line.socket.close(code=AUTHENTICATION_FAILED)
            return
        if data["intents"] & PRIVILEGED & ~self.privileged:
            await line.socket.close(code=DISALLOWED_INTENTS)
            return
        shard, shards = data.get("shard") or (0, 1)
        self._numbers += 1
        self.forget([s for s in self._of(shard) if s.line is None])
        session = Session(f"session-{self._numbers}", shard, shards, data["intents"])
        self.sessions[session.id] = session
        line.session, session.line = session, line
        guilds = [g for g in self.guilds() if g.has_bot and (g.id >> 22) % shards == shard]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": self.bot.wire(),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": [shard, shards],
                "application": {"id": str(self.bot.id), "flags": 0},
            },
        )
        for guild in guilds:
            session.dispatch("GUILD_CREATE", guild.create_wire(self.bot))
        self._count("identify")

    def _resume(self, line: Line, data: Json) -> None:
        self._count("resume")
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            line.put({"op": INVALID_SESSION, "d": False})
            return
        if session.line is not None:
            session.line.cut()
        line.session, session.line = session, line
        session.received(data["seq"])
        for missed in session.history:
            line.put(missed)
        session.dispatch("RESUMED", {"_trace": []})
        self._count("resumed")

    def _count(self, what: str) -> None:
        self.seen[what] += 1
        self.pulse.beat()

    async def stop(self) -> None:
        """End all connections."""
        for line in list(self.lines):
            await line.socket.close(code=1001)
