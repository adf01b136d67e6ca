"""Who is signed in: sessions in memory, named by a random id in a signed cookie."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from itsdangerous import BadSignature, Signer

from bot.channels.web.routing import Role

_KEPT_SECONDS = 15 * 60.0
_KEPT_BYTES = 64 * 1024
_MOST_KEPT = 50


@dataclass(frozen=True)
class Rights:
    """Say what somebody may do, by topic; ``everywhere`` holds for all topics."""

    everywhere: Role | None = None
    topics: Mapping[str, Role] = field(default_factory=dict)

    def on(self, topic: str) -> Role | None:
        """Return the role on a topic, None for no right at all."""
        return self.everywhere or self.topics.get(topic)

    @property
    def any(self) -> bool:
        """Tell whether there is any right on any topic."""
        return self.everywhere is not None or bool(self.topics)


@dataclass
class Session:
    """Somebody signed in. ``user`` is a platform's id such as ``web:operator``.

    ``token`` opens the platform that says what they may do, where there is one; ``checked`` is
    when it answered last, ``asked`` when it last did not. All times are of the monotonic clock.
    """

    id: str
    user: str
    name: str
    rights: Rights
    created: float
    used: float
    token: str | None = field(default=None, repr=False)
    checked: float = 0.0
    asked: float | None = None
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    notices: list[tuple[str, str]] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Kept:
    """What somebody had typed in another session; ``page`` is where the form stands."""

    user: str
    page: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    at: float


class Sessions:
    """Open, find and end sessions. A bounded number lives; the longest unused goes first.

    ``idle`` and ``absolute`` are seconds, and ``keeps`` how long typed text waits for its person.
    ``key`` signs the cookies; a restart ends all sessions.
    """

    def __init__(
        self,
        key: bytes,
        *,
        idle: float,
        absolute: float,
        most: int = 500,
        keeps: float = _KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._signer = Signer(key, salt="session", digest_method=hashlib.sha256)
        self._idle = idle
        self._absolute = absolute
        self._most = most
        self._keeps = keeps
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        # Whose session ended lately, so that what they typed can be given back.
        self._ended: dict[str, tuple[str, float]] = {}
        self._kept: dict[str, Kept] = {}
        self._sweep: asyncio.TimerHandle | None = None

    def cookie(self, session_id: str) -> str:
        """Return what the cookie says for an id."""
        return self._signer.sign(session_id).decode()

    def read(self, cookie: str | None) -> str | None:
        """Return the id that a cookie of ours names; None for anything else."""
        if not cookie or len(cookie) > 200:
            return None
        try:
            return self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeError):
            return None

    def csrf(self, session_id: str) -> str:
        """Return the token that forms must carry beside this id's cookie."""
        return hmac.new(self._key, f"csrf\0{session_id}".encode(), hashlib.sha256).hexdigest()

    def is_csrf(self, session_id: str, token: str) -> bool:
        """Tell in constant time whether a form's token belongs to an id."""
        return hmac.compare_digest(self.csrf(session_id).encode(), token.encode("utf-8", "replace"))

    def visitor(self) -> str:
        """Return an id for somebody who is not signed in, so that their forms can be told apart."""
        return f"v-{secrets.token_urlsafe(24)}"

    def open(
        self,
        user: str,
        name: str,
        rights: Rights,
        *,
        before: str | None = None,
        token: str | None = None,
    ) -> Session:
        """Open a session under a new id; ``before`` is the id of the cookie that was sent.

        What the same person had typed before their last session ended goes to the new one.
        """
        now = self._clock()
        kept = None
        if before is not None:
            kept = self._kept.pop(before, None)
            self.end(before)
        session = Session(
            secrets.token_urlsafe(32), user, name, rights, now, now, token=token, checked=now
        )
        self._sessions[session.id] = session
        while len(self._sessions) > self._most:
            self._drop(min(self._sessions.values(), key=lambda one: one.used))
        if kept is not None and kept.user == user and now - kept.at < self._keeps:
            self._kept[session.id] = kept
        return session

    def get(self, session_id: str | None) -> Session | None:
        """Return a session that is alive, and note that it was used."""
        session = self._sessions.get(session_id or "")
        if session is None:
            return None
        now = self._clock()
        if now - session.used > self._idle or now - session.created > self._absolute:
            self._drop(session)
            return None
        session.used = now
        return session

    def alive(self) -> list[tuple[Session, float, float]]:
        """Return who is signed in, last used first: (session, its age, seconds since its use)."""
        now = self._clock()
        return sorted(
            (
                (session, now - session.created, now - session.used)
                for session in self._sessions.values()
                if now - session.used <= self._idle and now - session.created <= self._absolute
            ),
            key=lambda one: one[2],
        )

    def end(self, session_id: str) -> None:
        """End a session, if it lives."""
        if (session := self._sessions.pop(session_id, None)) is not None:
            self._kept.pop(session.id, None)

    def end_all(self, user: str) -> int:
        """End all sessions of a person; return how many there were."""
        theirs = [session.id for session in self._sessions.values() if session.user == user]
        for session_id in theirs:
            self.end(session_id)
        return len(theirs)

    def revoke(self, session: Session) -> None:
        """End a session whose rights are gone; its person may sign in again."""
        self._drop(session)

    def keep(self, session_id: str, page: str, fields: tuple[tuple[str, str], ...]) -> bool:
        """Keep what was typed under a session that ended lately, for its person to come back.

        Of one that is alive it waits for the next look at the page. False where nobody knows whose
        session that was, or where it is too much. Call it in the event loop.
        """
        now = self._clock()
        alive = self._sessions.get(session_id)
        user, ended = (alive.user, now) if alive else self._ended.get(session_id, ("", 0.0))
        if not user or now - ended > self._absolute:
            return False
        if sum(len(name) + len(value) for name, value in fields) > _KEPT_BYTES:
            return False
        self._kept[session_id] = Kept(user, page, fields, now)
        while len(self._kept) > _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._sweep_in_time()
        return True

    def kept(self, session: Session) -> Kept | None:
        """Return what a person had typed before they signed in again."""
        return self._kept.get(session.id)

    def give_back(self, session: Session, page: str) -> tuple[tuple[str, str], ...]:
        """Return what was typed into a page's form, once, and forget it."""
        kept = self._kept.get(session.id)
        if kept is None or kept.page != page:
            return ()
        del self._kept[session.id]
        return kept.fields if self._clock() - kept.at < self._keeps else ()

    def close(self) -> None:
        """Let go of what people had typed."""
        self._kept.clear()
        if self._sweep is not None:
            self._sweep.cancel()

    def _sweep_in_time(self) -> None:
        """See that what is kept goes when its time is over, whether anybody comes or not."""
        if self._sweep is None and self._kept:
            oldest = min(kept.at for kept in self._kept.values())
            wait = max(0.0, oldest + self._keeps - self._clock())
            self._sweep = asyncio.get_running_loop().call_later(wait, self._swept)

    def _swept(self) -> None:
        self._sweep = None
        now = self._clock()
        for session_id, kept in list(self._kept.items()):
            if now - kept.at >= self._keeps:
                del self._kept[session_id]
        self._sweep_in_time()

    def _drop(self, session: Session) -> None:
        self.end(session.id)
        self._ended[session.id] = (session.user, self._clock())
        while len(self._ended) > self._most:
            self._ended.pop(next(iter(self._ended)))
