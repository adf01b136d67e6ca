"""What a refresh of the review queue goes by: the entries it saw last, and who asked the same."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from sqlalchemy import func, select

from bot.querylog.store import Store
from bot.querylog.tables import meta, review_items
from bot.querylog.writes import insert_into

# Below SQLite's limit of variables in a statement.
_AT_ONCE = 10_000


class ReviewMemory(Store):
    """Remember for the review queue; reached as ``QueryLog.review_memory``.

    All methods raise LogUnavailable where the database cannot do it now.
    """

    async def seen(self, topic: str) -> dict[str, str] | None:
        """Read the fingerprints of a topic's entries by id, as last seen; None for never."""
        chosen = select(meta.c.value).where(meta.c.key == _key(topic))

        async def job() -> str | None:
            async with self._database.reader.connect() as connection:
                return await connection.scalar(chosen)

        found = await self._read(job)
        return None if found is None else dict(json.loads(found))

    async def set_seen(self, topic: str, fingerprints: Mapping[str, str]) -> None:
        """Keep the fingerprints of a topic's entries."""
        value = json.dumps(dict(fingerprints))

        async def job() -> None:
            async with self._database.writer.begin() as connection:
                await connection.execute(
                    insert_into(connection, meta)
                    .values(key=_key(topic), value=value)
                    .on_conflict_do_update(index_elements=["key"], set_={"value": value})
                )

        await self._write(job)

    async def twins(
        self, clusters: Collection[int], vectors: Collection[bytes]
    ) -> dict[bytes, int]:
        """Tell for some vectors which of some clusters has a member of the same vector.

        Of several the newest cluster: it was made by taking members out of an older one. Hand in
        some hundred vectors at a time.
        """
        column = review_items.c
        wanted, ids = sorted(set(vectors)), sorted(clusters)
        found: dict[bytes, int] = {}

        async def job(some: list[int]) -> None:
            chosen = (
                select(column.vector, func.max(column.cluster_id))
                .where(column.cluster_id.in_(some), column.vector.in_(wanted))
                .group_by(column.vector)
            )
            async with self._database.reader.connect() as connection:
                for vector, cluster in await connection.execute(chosen):
                    found[bytes(vector)] = max(cluster, found.get(bytes(vector), 0))

        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            await self._read(lambda some=some: job(some))  # type: ignore[misc]
        return found


def _key(topic: str) -> str:
    return f"review_seen:{topic}"
