"""Keep the figures of clusters true, whatever becomes of their members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.querylog.review_records import Reason, rank
from bot.querylog.tables import clusters, queries, review_items

AT_ONCE = 5_000
"""Values of one IN (…): both databases limit how many variables a statement has."""


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Read the reasons of a row."""
    return tuple(text.split(",")) if text else ()  # type: ignore[arg-type]


async def recompute(connection: AsyncConnection, cluster_ids: Iterable[int]) -> None:
    """Count clusters anew, mend those whose leader is gone, delete the empty ones."""
    columns = review_items.c
    cluster_ids = set(cluster_ids)
    # Two processes at once would each count what the other takes away.
    await locked(connection, cluster_ids)
    for some in chunks(sorted(cluster_ids)):
        await _mend(connection, some)
        counted = (
            select(
                columns.cluster_id,
                func.count().label("queries"),
                func.count(queries.c.pseudonym.distinct()).label("people"),
                func.avg(columns.badness).label("badness"),
                func.min(columns.at).label("first_at"),
                func.max(columns.at).label("last_at"),
            )
            .join(queries, queries.c.id == columns.query_id)
            .where(columns.cluster_id.in_(some), columns.status != "muted")
            .group_by(columns.cluster_id)
            .order_by(columns.cluster_id)
        )
        rows = (await connection.execute(counted)).all()
        union: dict[int, set[str]] = {}
        kinds = select(columns.cluster_id, columns.reasons).distinct()
        kinds = kinds.where(columns.cluster_id.in_(some), columns.status != "muted")
        for row in await connection.execute(kinds):
            union.setdefault(row.cluster_id, set()).update(reasons_of(row.reasons))
        figures = [
            {
                "which": row.cluster_id, "people": row.people, "queries": row.queries,
                "badness": row.badness, "first_at": row.first_at, "last_at": row.last_at,
                "rank": rank(row.people, row.badness, row.last_at),
                "reasons": ",".join(sorted(union[row.cluster_id])),
            }
            for row in rows
        ]  # fmt: skip
        if figures:
            names = [name for name in figures[0] if name != "which"]
            await connection.execute(
                update(clusters)
                .where(clusters.c.id == bindparam("which"))
                .values({name: bindparam(f"new_{name}") for name in names}),
                [
                    {"which": each["which"]} | {f"new_{name}": each[name] for name in names}
                    for each in figures
                ],
            )
        # Those with muted members only: they stay, so that what joins them stays muted.
        left = [number for number in some if number not in union]
        await connection.execute(
            update(clusters).where(clusters.c.id.in_(left)).values(people=0, queries=0)
        )
        inhabited = select(columns.cluster_id).where(columns.cluster_id.in_(left))
        await connection.execute(
            delete(clusters).where(clusters.c.id.in_(left), clusters.c.id.not_in(inhabited))
        )


def chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    """Split values into parts that fit into a statement."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


async def clusters_of(connection: AsyncConnection, condition: Any) -> set[int]:
    """Name the clusters of which queries under a condition are members.

    Other processes are held off from them until the commit: whoever judges takes clusters before
    queries, and two that take them in different orders would wait for each other.
    """
    chosen = (
        select(review_items.c.cluster_id)
        .join(queries, queries.c.id == review_items.c.query_id)
        .where(condition, review_items.c.cluster_id.is_not(None))
        .distinct()
    )
    found = set((await connection.scalars(chosen)).all())
    await locked(connection, found)
    return found


async def locked(connection: AsyncConnection, cluster_ids: Collection[int]) -> dict[int, Any]:
    """Read clusters and hold off other processes from judging them until the commit."""
    found: dict[int, Any] = {}
    for some in chunks(sorted(cluster_ids)):
        chosen = select(clusters.c.id, clusters.c.status, clusters.c.verdict)
        chosen = chosen.where(clusters.c.id.in_(some)).order_by(clusters.c.id).with_for_update()
        found |= {row.id: row for row in await connection.execute(chosen)}
    return found


async def _mend(connection: AsyncConnection, cluster_ids: Sequence[int]) -> None:
    """Give clusters whose leader or typical member is gone another one of their members."""
    columns = review_items.c
    torn = select(clusters.c.id, clusters.c.leader, clusters.c.typical).where(
        clusters.c.id.in_(cluster_ids), clusters.c.leader.is_(None) | clusters.c.typical.is_(None)
    )
    for row in (await connection.execute(torn)).all():
        nearest = (
            select(columns.query_id)
            .where(columns.cluster_id == row.id)
            .order_by(columns.similarity.is_(None), columns.similarity.desc(), columns.query_id)
            .limit(1)
        )
        found = await connection.scalar(nearest)
        if found is None:
            continue
        if row.leader is None:
            # How like the others are to a leader that is gone says nothing any more.
            mine = update(review_items).where(columns.cluster_id == row.id)
            await connection.execute(mine.values(similarity=None))
            await connection.execute(mine.where(columns.query_id == found).values(similarity=1.0))
        await connection.execute(
            update(clusters)
            .where(clusters.c.id == row.id)
            .values(leader=row.leader or found, typical=row.typical or row.leader or found)
        )
