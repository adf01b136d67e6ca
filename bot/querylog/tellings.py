"""Who wants to be told what became of a suggestion: the one place that keeps ids, encrypted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from bot.querylog.curation import SuggestionRow, suggestion_row
from bot.querylog.store import PersonalStore
from bot.querylog.tables import suggestions, tellings

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Hold whom to tell of a decided suggestion; ``user`` is the platform's id."""

    id: int
    user: str = field(repr=False)
    suggestion: SuggestionRow


class Tellings(PersonalStore):
    """Read and forget who wants to be told; reached as ``QueryLog.tellings``.

    They are kept together with their suggestion, by ``QueryLog.curation.suggest``.

    All methods raise LogUnavailable where the database cannot do it now.
    """

    async def due(self, topic: str) -> list[Telling]:
        """Read who is to be told now: what they suggested is decided, and not too long ago."""
        chosen = (
            select(tellings.c.id.label("telling"), tellings.c.sealed, suggestions)
            .join(suggestions, suggestions.c.id == tellings.c.suggestion_id)
            .where(suggestions.c.topic == topic, suggestions.c.status != "open")
            .where(tellings.c.at > datetime.now(UTC) - KEPT)
            .order_by(tellings.c.id)
        )

        async def job() -> list[Telling]:
            async with self._database.reader.connect() as connection:
                rows = [dict(row._mapping) for row in (await connection.execute(chosen)).all()]  # noqa: SLF001 - SQLAlchemy's public name
            found = []
            for row in rows:
                number, user = row.pop("telling"), self._key().unseal(row.pop("sealed"))
                if user is not None:
                    found.append(Telling(id=number, user=user, suggestion=suggestion_row(row)))
            return found

        return await self._read(job)

    async def done(self, telling_id: int) -> None:
        """Forget somebody who has been told, or cannot be."""

        async def job() -> None:
            async with self._database.writer.begin() as connection:
                await connection.execute(delete(tellings).where(tellings.c.id == telling_id))

        await self._write(job)

    async def expire(self, now: datetime) -> int:
        """Forget who was not told within 30 days; give their number."""

        async def job() -> int:
            async with self._database.writer.begin() as connection:
                old = delete(tellings).where(tellings.c.at <= now - KEPT)
                return int((await connection.execute(old)).rowcount)

        return await self._write(job)
