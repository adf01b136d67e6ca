"""What the pages of the console work with: the service, who is signed in, jobs, the audit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.channels.health import Health
from bot.channels.web.discord_people import DiscordPeople, TokenGoneError, UnreachableError
from bot.channels.web.headers import LOOPBACK
from bot.channels.web.jobs import Jobs
from bot.channels.web.limits import Attempts
from bot.channels.web.links import own_host
from bot.channels.web.routing import Role
from bot.channels.web.sessions import Session, Sessions
from bot.metrics import Metrics
from bot.querylog.errors import LogUnavailable
from bot.querylog.privacy import read_key
from bot.service import Service
from bot.settings import Settings

OPERATOR = "web:operator"
"""whoever signed in by a link from the program's own terminal"""

_RENEW_AFTER = 180.0  # seconds for which the roles that a platform told are taken as they were
_BELIEVED = 900.0  # and for which they are where it does not answer
_PAUSE = 30.0  # seconds before it is asked again then, as each page would wait for it


class Console:
    """Hold what all pages share; reached as ``request.app.state.console``."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        *,
        metrics: Metrics,
        health: Health,
        people: DiscordPeople | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Share a service. ``people`` lets them sign in through Discord."""
        self.service = service
        self.settings = settings
        self.metrics = metrics
        self.health = health
        self.people = people
        self._clock = clock
        self.jobs = Jobs()
        service.log.on_forget.append(self.jobs.forget)
        self.attempts = Attempts(clock=clock)
        # Nobody guesses anything there; it only must not be a way to flood us or Discord.
        self.arrivals = Attempts(each=20, overall=600, clock=clock)
        key = read_key(settings.data)
        if key is None:
            raise RuntimeError("the query log is opened before the console is made")
        self.sessions = Sessions(
            key.derive("web console"),
            idle=settings.console_idle_minutes * 60,
            absolute=settings.console_session_hours * 3600,
            clock=clock,
        )

    @property
    def https(self) -> bool:
        """Tell whether people reach the console by https."""
        return urlsplit(self.settings.console_url or "").scheme == "https"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the names under which the console may be asked."""
        public = urlsplit(self.settings.console_url or "").hostname
        named = [f"[{public}]" if ":" in public else public] if public else []
        return (*LOOPBACK, own_host(self.settings), *named)

    @property
    def cookie_name(self) -> str:
        """Return the cookie's name; with the prefix a browser takes it by https alone."""
        return "__Host-rejoinder" if self.https else "rejoinder"

    @property
    def cross_site(self) -> bool:
        """Tell whether another site sends people here when they sign in."""
        return self.people is not None

    @property
    def default_topic(self) -> str:
        """Return the id of the topic that is meant where none is named."""
        return next(iter(self.service.topics))

    @property
    def topics(self) -> Mapping[str, str]:
        """Return the titles of all topics by id, the default topic first."""
        return {
            topic: advisor.release.topic.info.title
            for topic, advisor in self.service.topics.items()
        }

    async def renew(self, session: Session, *, fresh: bool) -> Session | None:
        """Ask the platform anew what somebody may do, where that is due or ``fresh`` is wanted.

        None where they must sign in again. Raises UnreachableError where the platform does not
        answer and what it said last is too old, or not enough.
        """
        if self.people is None or session.token is None:
            return session
        async with session.renewing:
            now = self._clock()
            age = now - session.checked
            if not fresh and age < _RENEW_AFTER:
                return session
            paused = session.asked is not None and now - session.asked < _PAUSE
            if not fresh and paused and age <= _BELIEVED:
                return session
            try:
                session.rights = await self.people.rights(session.token)
            except TokenGoneError:
                self.sessions.revoke(session)
                return None
            except UnreachableError:
                session.asked = self._clock()
                if fresh or age > _BELIEVED:
                    raise
                return session
            session.checked = self._clock()
            return session

    async def audit(self, request: Request, action: str, target: str | None = None) -> None:
        """Leave a row on what somebody did. ``target`` is an id, never words of anybody."""
        session: Session | None = request.state.session
        await self.note(
            action, target, topic=request.state.topic, user=session.user if session else None
        )

    async def note(
        self, action: str, target: str | None = None, *, topic: str | None, user: str | None
    ) -> None:
        """Leave a row on what was done outside of a page that somebody signed in sees."""
        await self.service.log.audit.record(user, "web", action, topic=topic, target=target)

    async def waiting(self, topic: str, role: Role) -> dict[str, int]:
        """Count what waits for somebody by the page that shows it; nothing where that fails."""
        log = self.service.log
        try:
            found = {"review": await log.review.open_clusters(topic)}
            if role >= Role.MODERATOR:
                found["suggestions"] = await log.curation.open_suggestions(topic)
        except LogUnavailable:
            # Whether the page needs the log is for the page to say.
            return {}
        return found

    @staticmethod
    def now() -> datetime:
        """Return the time."""
        return datetime.now(UTC)

    async def close(self) -> None:
        """Give up what is under way, and close connections."""
        self.service.log.on_forget.remove(self.jobs.forget)
        await self.jobs.close()
        self.sessions.close()
        if self.people is not None:
            await self.people.close()
