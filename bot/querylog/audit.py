"""Who did what as a moderator or operator, and the links that sign them in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select

from bot.querylog.entries import NAME_LIMIT
from bot.querylog.redaction import clean
from bot.querylog.review_records import AuditRow
from bot.querylog.store import PersonalStore, Store
from bot.querylog.tables import audit, sign_ins


class Audit(PersonalStore):
    """Keep what moderators and operators did; reached as ``QueryLog.audit``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

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
        values = {
            "at": datetime.now(UTC), "topic": topic, "channel": channel, "action": action,
            "pseudonym": None if user is None else self._key().pseudonym(user),
            "target": None if target is None else clean(target)[:NAME_LIMIT],
        }  # fmt: skip
        kept = insert(audit).values(values).returning(audit.c.id)

        async def job() -> int:
            async with self._database.writer.begin() as connection:
                return int((await connection.execute(kept)).scalar_one())

        return await self._write(job)

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
        columns = audit.c
        chosen = select(audit).order_by(columns.id.desc()).limit(limit)
        if topic is not None:
            chosen = chosen.where(columns.topic == topic)
        if user is not None:
            chosen = chosen.where(columns.pseudonym == self._key().pseudonym(user))
        if action is not None:
            chosen = chosen.where(columns.action == action)
        if before_id is not None:
            chosen = chosen.where(columns.id < before_id)

        async def job() -> list[AuditRow]:
            async with self._database.reader.connect() as connection:
                rows = (await connection.execute(chosen)).all()
            return [AuditRow(**row._mapping) for row in rows]  # noqa: SLF001

        return await self._read(job)


class SignIns(Store):
    """Keep which one-time links are out; reached as ``QueryLog.sign_ins``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    async def issue(self, now: datetime, lasts: timedelta) -> str:
        """Make a token that signs in once within a time; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        values = {"hash": _hash(token), "at": now, "expires_at": now + lasts}

        async def job() -> None:
            async with self._database.writer.begin() as connection:
                await connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))
                await connection.execute(insert(sign_ins).values(values))

        await self._write(job)
        return token

    async def redeem(self, token: str, now: datetime) -> bool:
        """Take a token: True the first time and before it expires, however many try at once."""
        # Deleted by whoever is first: of two at the same moment only one finds it.
        this = sign_ins.c.hash == _hash(token)
        taken = delete(sign_ins).where(this).returning(sign_ins.c.expires_at)

        async def job() -> bool:
            async with self._database.writer.begin() as connection:
                expires_at: datetime | None = await connection.scalar(taken)
            return expires_at is not None and expires_at > now

        return await self._write(job)

    async def revoke_all(self) -> int:
        """Make every token that is out useless; give their number."""

        async def job() -> int:
            async with self._database.writer.begin() as connection:
                return int((await connection.execute(delete(sign_ins))).rowcount)

        return await self._write(job)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
