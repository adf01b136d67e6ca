"""What was done already, for jobs that must run once, whatever process or start does them."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.querylog.store import Store
from bot.querylog.tables import meta
from bot.querylog.writes import insert_into

_PREFIX = "mark:"


class Marks(Store):
    """Keep a word for each job; reached as ``QueryLog.marks``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    async def get(self, job: str) -> str | None:
        """Return what was set last, None for a job without a mark."""
        chosen = select(meta.c.value).where(meta.c.key == _PREFIX + job)

        async def read() -> str | None:
            async with self._database.reader.connect() as connection:
                value: str | None = await connection.scalar(chosen)
                return value

        return await self._read(read)

    async def swap(self, job: str, old: str | None, new: str) -> bool:
        """Set a job's mark where it is still the old one; True for one of all who try that."""
        key = _PREFIX + job

        async def write() -> bool:
            async with self._database.writer.begin() as connection:
                if old is None:
                    row = insert_into(connection, meta).values(key=key, value=new)
                    kept = row.on_conflict_do_nothing(index_elements=["key"])
                    done = await connection.execute(kept.returning(meta.c.key))
                    return done.first() is not None
                changed = update(meta).where(meta.c.key == key, meta.c.value == old)
                return (await connection.execute(changed.values(value=new))).rowcount > 0

        return await self._write(write)
