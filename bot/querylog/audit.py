"""Who did what as a moderator or operator, and the links that sign them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.querylog.curation import Runner
from bot.querylog.engine import Database
from bot.querylog.privacy import Pseudonymiser
from bot.querylog.review_records import AuditRow


class Audit:
    """Keep what moderators and operators did; reached as ``QueryLog.audit``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    def __init__(
        self, database: Database, *, key: Callable[[], Pseudonymiser], read: Runner, write: Runner
    ) -> None:
        self._database = database
        self._key = key
        self._read = read
        self._write = write

    async def record(
        self,
        user: str | None,
        channel: str,
        action: str,
        *,
        topic: str | None = None,
        target: str | None = None,
    ) -> int:
        """Keep that somebody did something and return its id.

        ``user`` is the platform's id, None for nobody in particular; ``target`` is an id of what
        it was done to, never anybody's words.
        """

    async def recent(
        self,
        topic: str | None = None,
        *,
        user: str | None = None,
        action: str | None = None,
        before_id: int | None = None,
        limit: int = 50,
    ) -> list[AuditRow]:
        """Read what was done, newest first; of one topic, person or action, or all."""


class SignIns:
    """Keep which one-time links are out; reached as ``QueryLog.sign_ins``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    def __init__(self, database: Database, *, read: Runner, write: Runner) -> None:
        self._database = database
        self._read = read
        self._write = write

    async def issue(self, now: datetime, lasts: timedelta) -> str:
        """Make a token that signs in once within a time; only its hash is kept."""

    async def redeem(self, token: str, now: datetime) -> bool:
        """Take a token: True the first time and before it expires, however many try at once."""

    async def revoke_all(self) -> int:
        """Make every token that is out useless; give their number."""
