"""What reviewers decide about queries and clusters; the first decision stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.querylog.engine import Database
from bot.querylog.review_figures import chunks, recompute
from bot.querylog.review_records import UNANSWERED, JudgeResult, Verdict
from bot.querylog.review_sampling import draw_judged
from bot.querylog.tables import clusters, queries, review_items, verdict_days, verdicts
from bot.querylog.writes import add_up, insert_into

_UNKNOWN = JudgeResult("unknown")
_STALE = JudgeResult("stale")


async def judge_cluster(
    database: Database,
    cluster_id: int,
    revision: int,
    pseudonym: str,
    verdict: Verdict,
    entry: str | None,
) -> JudgeResult:
    """Judge the open queries of a cluster. Raises SQLAlchemyError."""
    now = datetime.now(UTC)
    this = clusters.c.id == cluster_id
    async with database.writer.begin() as connection:
        decided = await connection.execute(
            update(clusters)
            .where(this, clusters.c.revision == revision, clusters.c.status != "judged")
            .values(
                status="judged", verdict=verdict, entry=entry, decided_at=now,
                decided_by=pseudonym, revision=revision + 1,
            )
        )  # fmt: skip
        if not decided.rowcount:
            found = await connection.scalar(select(clusters.c.id).where(this))
            return _UNKNOWN if found is None else _STALE
        columns = review_items.c
        chosen = select(columns.query_id).where(
            columns.cluster_id == cluster_id, columns.status.in_(("open", "answered"))
        )
        numbers = sorted(await connection.scalars(chosen))
        given = await _give(connection, numbers, pseudonym, verdict, entry, now, cluster=cluster_id)
        await _set_status(connection, numbers, "judged")
    return JudgeResult("judged", len(given))


async def judge_query(
    database: Database,
    query_id: int,
    pseudonym: str,
    verdict: Verdict,
    entry: str | None,
    *,
    sampled: bool,
) -> JudgeResult:
    """Judge one query. Raises SQLAlchemyError."""
    now = datetime.now(UTC)
    columns = review_items.c
    async with database.writer.begin() as connection:
        home = await connection.scalar(
            select(columns.cluster_id).where(columns.query_id == query_id)
        )
        await _lock(connection, home)
        given = await _give(connection, [query_id], pseudonym, verdict, entry, now, sampled=sampled)
        if not given:
            known = select(queries.c.id).where(queries.c.id == query_id)
            return _UNKNOWN if await connection.scalar(known) is None else _STALE
        await _set_status(connection, [query_id], "judged")
        if sampled:
            topic = await connection.scalar(select(queries.c.topic).where(queries.c.id == query_id))
            await draw_judged(connection, str(topic), now)
        if home is not None:
            still = select(func.count()).where(
                columns.cluster_id == home, columns.status.in_(("open", "answered"))
            )
            if not await connection.scalar(still):
                await connection.execute(
                    update(clusters)
                    .where(clusters.c.id == home, clusters.c.status != "judged")
                    .values(
                        status="judged", verdict=verdict, entry=entry, decided_at=now,
                        decided_by=pseudonym, revision=clusters.c.revision + 1,
                    )
                )  # fmt: skip
    return JudgeResult("judged", 1)


async def take_back_cluster(database: Database, cluster_id: int, pseudonym: str | None) -> bool:
    """Open a judged cluster again, without the verdicts that it gave. Raises SQLAlchemyError."""
    columns = clusters.c
    opened = update(clusters).where(columns.id == cluster_id, columns.status == "judged")
    if pseudonym is not None:
        opened = opened.where(columns.decided_by == pseudonym)
    async with database.writer.begin() as connection:
        if not (await connection.execute(opened.values(_OPEN))).rowcount:
            return False
        given = verdicts.c.cluster_id == cluster_id
        if pseudonym is not None:
            # Opened by what joined it, it may have been judged by somebody else before.
            given &= verdicts.c.pseudonym == pseudonym
        await _take_away(connection, given)
        await _unmute(connection, cluster_id)
    return True


async def take_back_query(database: Database, query_id: int, pseudonym: str | None) -> bool:
    """Open a judged query again, and with it its cluster. Raises SQLAlchemyError."""
    this = verdicts.c.query_id == query_id
    if pseudonym is not None:
        this &= verdicts.c.pseudonym == pseudonym
    async with database.writer.begin() as connection:
        home = await connection.scalar(
            select(review_items.c.cluster_id).where(review_items.c.query_id == query_id)
        )
        await _lock(connection, home)
        if not await _take_away(connection, this):
            return False
        opened = await connection.execute(
            update(clusters).where(clusters.c.id == home, clusters.c.status != "open").values(_OPEN)
        )
        if home is not None and opened.rowcount:
            await _unmute(connection, home)
    return True


async def split(database: Database, cluster_id: int, query_ids: Sequence[int]) -> int | None:
    """Move members into a cluster of their own. Raises SQLAlchemyError."""
    columns = review_items.c
    async with database.writer.begin() as connection:
        await _lock(connection, cluster_id)
        members = {
            row.query_id: row
            for row in await connection.execute(
                select(columns.query_id, columns.status, columns.at).where(
                    columns.cluster_id == cluster_id
                )
            )
        }
        moved = [number for number in dict.fromkeys(query_ids) if number in members]
        if not moved or len(moved) == len(members):
            return None
        old = (await connection.execute(select(clusters).where(clusters.c.id == cluster_id))).one()
        is_open = any(members[number].status == "open" for number in moved)
        values = {
            "topic": old.topic, "status": "open" if is_open else old.status, "leader": moved[0],
            "typical": moved[0], "people": 1, "queries": len(moved), "badness": old.badness,
            "reasons": old.reasons, "first_at": old.first_at, "last_at": old.last_at,
            "rank": old.rank, "verdict": old.verdict, "entry": old.entry,
            "decided_at": old.decided_at, "decided_by": old.decided_by, "revision": 1,
        }  # fmt: skip
        made = insert(clusters).values(values).returning(clusters.c.id)
        number = int((await connection.execute(made)).scalar_one())
        for some in chunks(moved):
            these = columns.query_id.in_(some)
            await connection.execute(
                update(review_items).where(these).values(cluster_id=number, similarity=None)
            )
            await connection.execute(
                update(verdicts)
                .where(verdicts.c.query_id.in_(some), verdicts.c.cluster_id == cluster_id)
                .values(cluster_id=number)
            )
        gone = {name: None for name in ("leader", "typical") if getattr(old, name) in set(moved)}
        await connection.execute(
            update(clusters)
            .where(clusters.c.id == cluster_id)
            .values({"revision": clusters.c.revision + 1} | gone)
        )
        await recompute(connection, [cluster_id, number])
    return number


def is_unanswered() -> Any:
    """Return the condition for clusters that an answer would settle."""
    columns = clusters.c
    return or_(
        columns.status == "open",
        and_(columns.status == "judged", columns.verdict.in_(UNANSWERED)),
    )


async def mark_answered(database: Database, cluster_id: int, release: str, entry: str) -> bool:
    """Note that a cluster is answered by now. Raises SQLAlchemyError."""
    columns = clusters.c
    async with database.writer.begin() as connection:
        answered = await connection.execute(
            update(clusters)
            .where(columns.id == cluster_id, is_unanswered())
            .values(status="answered", entry=entry, checked=release, revision=columns.revision + 1)
        )
        if not answered.rowcount:
            return False
        await connection.execute(
            update(review_items)
            .where(review_items.c.cluster_id == cluster_id, review_items.c.status == "open")
            .values(status="answered")
        )
    return True


_OPEN: dict[str, Any] = {
    "status": "open", "verdict": None, "entry": None, "decided_at": None, "decided_by": None,
    "revision": clusters.c.revision + 1,
}  # fmt: skip


async def _lock(connection: AsyncConnection, cluster_id: int | None) -> None:
    """Hold off other processes from a cluster until the commit."""
    this = select(clusters.c.id).where(clusters.c.id == cluster_id)
    await connection.execute(this.with_for_update())


async def _give(
    connection: AsyncConnection,
    query_ids: Sequence[int],
    pseudonym: str,
    verdict: Verdict,
    entry: str | None,
    now: datetime,
    *,
    cluster: int | None = None,
    sampled: bool = False,
) -> list[int]:
    """Keep a verdict on queries that have none yet, count it, and give their ids."""
    given: list[int] = []
    days: dict[tuple[Any, ...], int] = {}
    for some in chunks(query_ids):
        columns = queries.c
        chosen = select(columns.id, columns.topic, columns.at, columns.outcome)
        rows = {row.id: row for row in await connection.execute(chosen.where(columns.id.in_(some)))}
        if not rows:
            continue
        kept = insert_into(connection, verdicts).on_conflict_do_nothing(index_elements=["query_id"])
        values = [
            {
                "query_id": number, "topic": row.topic, "at": now, "pseudonym": pseudonym,
                "verdict": verdict, "entry": entry, "sampled": sampled, "cluster_id": cluster,
            }
            for number, row in sorted(rows.items())
        ]  # fmt: skip
        inserted = await connection.execute(kept.returning(verdicts.c.query_id), values)
        for number in inserted.scalars():
            given.append(number)
            row = rows[number]
            key = (row.at.date(), row.topic, row.outcome, verdict, sampled)
            days[key] = days.get(key, 0) + 1
    await add_up(connection, verdict_days, [(*key, count) for key, count in days.items()])
    return given


async def _take_away(connection: AsyncConnection, condition: Any) -> bool:
    """Delete verdicts, take them off the counts, and open their queries again."""
    gone = (
        await connection.execute(
            delete(verdicts)
            .where(condition)
            .returning(verdicts.c.query_id, verdicts.c.verdict, verdicts.c.sampled)
        )
    ).all()
    judged = {row.query_id: row for row in gone}
    days: dict[tuple[Any, ...], int] = {}
    for some in chunks(sorted(judged)):
        columns = queries.c
        chosen = select(columns.id, columns.topic, columns.at, columns.outcome)
        for row in await connection.execute(chosen.where(columns.id.in_(some))):
            one = judged[row.id]
            key = (row.at.date(), row.topic, row.outcome, one.verdict, one.sampled)
            days[key] = days.get(key, 0) - 1
        await _set_status(connection, some, "open")
    await add_up(connection, verdict_days, [(*key, count) for key, count in days.items()])
    await connection.execute(delete(verdict_days).where(verdict_days.c.count <= 0))
    return bool(gone)


async def _unmute(connection: AsyncConnection, cluster_id: int) -> None:
    """Open what joined a cluster while it was judged and was muted for the verdict's sake."""
    await connection.execute(
        update(review_items)
        .where(review_items.c.cluster_id == cluster_id, review_items.c.status == "muted")
        .values(status="open")
    )
    await recompute(connection, [cluster_id])


async def _set_status(connection: AsyncConnection, query_ids: Sequence[int], status: str) -> None:
    for some in chunks(query_ids):
        await connection.execute(
            update(review_items).where(review_items.c.query_id.in_(some)).values(status=status)
        )
