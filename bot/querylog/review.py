"""What deserves the eyes of a reviewer: collected, clustered, judged and answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from bot.querylog import (
    reads,
    review_awaiting,
    review_figures,
    review_judging,
    review_queue,
    review_reading,
)
from bot.querylog.records import QueryRow
from bot.querylog.review_records import (
    VERDICTS,
    ClusterRow,
    ClusterStatus,
    Collected,
    Due,
    ItemRow,
    ItemStatus,
    JudgeResult,
    Leader,
    Placement,
    Reason,
    ReviewCounts,
    ToCluster,
    Verdict,
    VerdictRow,
    Waiting,
)
from bot.querylog.store import PersonalStore
from bot.querylog.tables import awaiting, clusters, queries, review_items

_MAX_ID = 2**63 - 1


class ReviewStore(PersonalStore):
    """Keep the review queue; reached as ``QueryLog.review``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    # Collecting and clustering

    async def collect(self, topic: str, *, doubtful_below: float, limit: int = 5_000) -> Collected:
        """Put what deserves eyes into the queue, going on where the last step ended.

        Looks at up to ``limit`` queries and as much feedback; call it again while there is more.
        """
        return await self._write(
            lambda: review_queue.collect(self._database, topic, doubtful_below, limit)
        )

    async def mark_changed(
        self, topic: str, entries: Sequence[str], before: datetime, each: int = 200
    ) -> int:
        """Queue the newest ``each`` unjudged queries that each entry answered before a time.

        Gives how many items there are that had not been marked.
        """
        return await self._write(
            lambda: review_queue.mark_changed(self._database, topic, entries, before, each)
        )

    async def unclustered(self, topic: str, limit: int = 2_000) -> list[ToCluster]:
        """Read open queries that belong to no cluster yet, oldest first."""
        columns = review_items.c
        chosen = (
            select(columns.query_id, queries.c.text)
            .join(queries, queries.c.id == columns.query_id)
            # The index of clusters finds the few; that of the status would read the whole queue.
            .where(func.coalesce(columns.topic, "") == topic)
            .where(func.coalesce(columns.status, "") == "open")
            .where(columns.cluster_id.is_(None), queries.c.text.is_not(None))
            .order_by(columns.query_id)
            .limit(limit)
        )

        async def job() -> list[ToCluster]:
            async with self._database.reader.connect() as connection:
                return [ToCluster(*row) for row in await connection.execute(chosen)]

        return await self._read(job)

    async def leaders(self, topic: str) -> list[Leader]:
        """Read the leaders of all clusters of a topic, whatever their status, oldest first."""
        chosen = (
            select(clusters.c.id, review_items.c.vector)
            .join(review_items, review_items.c.query_id == clusters.c.leader)
            .where(clusters.c.topic == topic, review_items.c.vector.is_not(None))
            .order_by(clusters.c.id)
        )

        async def job() -> list[Leader]:
            async with self._database.reader.connect() as connection:
                return [Leader(*row) for row in await connection.execute(chosen)]

        return await self._read(job)

    async def place(self, topic: str, placements: Sequence[Placement]) -> list[int | None]:
        """Put queries into clusters and give, in their order, the clusters' ids.

        None stands for a query that is gone or was placed by another process. A cluster that is
        gone by now is made anew. What joins a cluster that was judged as out of scope, abuse or
        to be ignored is muted; any other judged or answered cluster is opened again.
        """
        return await self._write(lambda: review_queue.place(self._database, topic, placements))

    async def members_vectors(self, cluster_id: int, limit: int = 200) -> list[tuple[int, bytes]]:
        """Read query id and vector of a cluster's newest members that are not muted."""
        columns = review_items.c
        chosen = (
            select(columns.query_id, columns.vector)
            .where(columns.cluster_id == cluster_id, columns.status != "muted")
            .where(columns.vector.is_not(None))
            .order_by(columns.query_id.desc())
            .limit(limit)
        )

        async def job() -> list[tuple[int, bytes]]:
            async with self._database.reader.connect() as connection:
                return [(row.query_id, row.vector) for row in await connection.execute(chosen)]

        return await self._read(job)

    async def set_typical(self, cluster_id: int, query_id: int) -> None:
        """Let a member stand for its cluster; nothing happens where it is none."""
        member = select(review_items.c.query_id).where(
            review_items.c.cluster_id == cluster_id, review_items.c.query_id == query_id
        )
        chosen = update(clusters).where(clusters.c.id == cluster_id, member.exists())
        await self._execute(chosen.values(typical=query_id))

    # Reading

    async def clusters(
        self,
        topic: str,
        *,
        status: ClusterStatus = "open",
        after: tuple[float, int] | None = None,
        limit: int = 50,
        reason: Reason | None = None,
    ) -> list[ClusterRow]:
        """Read clusters by rank, highest first; ``after`` is (rank, id) of the last one seen."""
        chosen = review_reading.ranked(topic, status, after, limit, reason)
        return await self._read(lambda: review_reading.cluster_rows(self._database.reader, chosen))

    async def cluster(self, cluster_id: int) -> ClusterRow | None:
        """Read one cluster by its id, or give None where there is none."""
        if not 0 < cluster_id <= _MAX_ID:
            return None
        chosen = review_reading.choose_clusters().where(clusters.c.id == cluster_id)
        found = await self._read(lambda: review_reading.cluster_rows(self._database.reader, chosen))
        return found[0] if found else None

    async def members(
        self, cluster_id: int, *, after: int | None = None, limit: int = 50
    ) -> list[ItemRow]:
        """Read a cluster's members, newest first; ``after`` is the query id last seen."""
        conditions = [review_items.c.cluster_id == cluster_id]
        if after is not None:
            conditions.append(review_items.c.query_id < after)
        return await self._items(conditions, limit)

    async def items(
        self,
        topic: str,
        *,
        status: ItemStatus = "open",
        reason: Reason | None = None,
        before_id: int | None = None,
        limit: int = 50,
    ) -> list[ItemRow]:
        """Read the queue as a plain list, newest first."""
        columns = review_items.c
        conditions = [columns.topic == topic, columns.status == status]
        if reason is not None:
            conditions.append(columns.reasons.contains(reason))
        if before_id is not None:
            conditions.append(columns.query_id < before_id)
        return await self._items(conditions, limit)

    async def item(self, query_id: int) -> ItemRow | None:
        """Read one query of the queue; None for one that is not in it."""
        if not 0 < query_id <= _MAX_ID:
            return None
        return next(iter(await self._items([review_items.c.query_id == query_id], 1)), None)

    async def verdicts_on(self, query_ids: Collection[int]) -> dict[int, VerdictRow]:
        """Read the verdicts on some queries, in the queue or not."""

        async def job() -> dict[int, VerdictRow]:
            async with self._database.reader.connect() as connection:
                return await reads.verdicts_on(connection, query_ids)

        return await self._read(job)

    async def counts(self, topic: str) -> ReviewCounts:
        """Count a topic's queue."""
        return await self._read(lambda: review_reading.counts(self._database.reader, topic))

    async def open_clusters(self, topic: str) -> int:
        """Count a topic's open clusters alone, which is cheap."""
        return await self._read(lambda: review_reading.open_clusters(self._database.reader, topic))

    async def sample(self, topic: str, *, skip: Collection[int] = ()) -> QueryRow | None:
        """Draw one of the answered, unjudged queries with text of the last 30 days.

        Each is as likely as any other, so that verdicts on them tell the precision: of answers
        that nobody picked, which are rather the right ones.
        """
        return await self._read(lambda: review_reading.sample(self._database.reader, topic, skip))

    # Judging

    async def judge_cluster(
        self,
        cluster_id: int,
        revision: int,
        *,
        by: str,
        verdict: Verdict,
        entry: str | None = None,
    ) -> JudgeResult:
        """Judge all open queries of a cluster, once: ``stale`` for another revision than its own.

        ``by`` is the reviewer's user id. Raises ValueError for an unknown verdict.
        """
        require_verdict(verdict)
        if not 0 < cluster_id <= _MAX_ID:
            return JudgeResult("unknown")
        who = self._key().pseudonym(by)
        return await self._write(
            lambda: review_judging.judge_cluster(
                self._database, cluster_id, revision, who, verdict, entry
            )
        )

    async def judge_query(
        self,
        query_id: int,
        *,
        by: str,
        verdict: Verdict,
        entry: str | None = None,
        sampled: bool = False,
    ) -> JudgeResult:
        """Judge one query; the first verdict stands. Raises ValueError for an unknown verdict.

        A cluster whose last open query this was is judged with it.
        """
        require_verdict(verdict)
        if not 0 < query_id <= _MAX_ID:
            return JudgeResult("unknown")
        who = self._key().pseudonym(by)
        return await self._write(
            lambda: review_judging.judge_query(
                self._database, query_id, who, verdict, entry, sampled=sampled
            )
        )

    async def take_back(
        self, *, cluster: int | None = None, query: int | None = None, by: str | None = None
    ) -> bool:
        """Undo the verdict on a cluster or on a query and open it again; False without one.

        With ``by`` (a user id) only what that person judged. Raises ValueError unless exactly one
        of the two is named.
        """
        if (cluster is None) == (query is None):
            raise ValueError("a verdict is taken back from a cluster or from a query")
        who = None if by is None else self._key().pseudonym(by)
        if cluster is not None:
            return await self._write(
                lambda: review_judging.take_back_cluster(self._database, cluster, who)
            )
        return await self._write(
            lambda: review_judging.take_back_query(self._database, query or 0, who)
        )

    async def split(self, cluster_id: int, query_ids: Sequence[int]) -> int | None:
        """Move some members into a cluster of their own and give its id.

        None where they are no members, or all of them.
        """
        return await self._write(
            lambda: review_judging.split(self._database, cluster_id, query_ids)
        )

    # Asking again what nobody had answered

    async def unchecked(self, topic: str, release: str, limit: int = 500) -> list[ClusterRow]:
        """Read clusters that another release than this was last asked about, by rank.

        They are open, or somebody judged that they have no answer or a wrong one.
        """
        columns = clusters.c
        chosen = (
            review_reading.choose_clusters()
            .where(columns.topic == topic, review_judging.is_unanswered())
            .where(or_(columns.checked.is_(None), columns.checked != release))
            .order_by(columns.rank.desc(), columns.id.desc())
            .limit(limit)
        )
        return await self._read(lambda: review_reading.cluster_rows(self._database.reader, chosen))

    async def set_checked(self, cluster_ids: Sequence[int], release: str) -> None:
        """Note that a release was asked about clusters."""
        for some in review_figures.chunks(sorted(cluster_ids)):
            chosen = update(clusters).where(clusters.c.id.in_(some))
            await self._execute(chosen.values(checked=release))

    async def mark_answered(self, cluster_id: int, release: str, entry: str) -> bool:
        """Note that an entry of a release answers a cluster by now, and its open queries.

        False for one that is answered or was judged to need no answer.
        """
        return await self._write(
            lambda: review_judging.mark_answered(self._database, cluster_id, release, entry)
        )

    async def await_answer(self, query_event: str, user: str) -> bool:
        """Remember that an asker wants to know when their own question is answered.

        Their id is kept encrypted. False where the log has no such question of theirs with its
        words: private ones cannot be asked again.
        """
        key = self._key()
        return await self._write(
            lambda: review_awaiting.await_answer(self._database, key, query_event, user)
        )

    async def awaiting(self, topic: str, not_checked: str, limit: int = 500) -> list[Waiting]:
        """Read unanswered questions that somebody waits for and this release was not asked."""
        return await self._read(
            lambda: review_awaiting.unanswered(self._database, topic, not_checked, limit)
        )

    async def set_awaiting_checked(
        self, query_id: int, release: str, entry: str | None = None
    ) -> None:
        """Note that a release was asked for a waiting question, and the entry that answers it."""
        await self._write(
            lambda: review_awaiting.set_checked(self._database, query_id, release, entry)
        )

    async def due(self, topic: str) -> list[Due]:
        """Read who is to be told now, oldest first."""
        key = self._key()
        return await self._read(lambda: review_awaiting.due(self._database, key, topic))

    async def wait_again(self, query_id: int) -> None:
        """Let somebody wait on whose answer is withdrawn."""
        again = update(awaiting).where(awaiting.c.query_id == query_id)
        await self._execute(again.values(entry=None, checked=None))

    async def told(self, query_id: int) -> None:
        """Forget somebody who has been told, or cannot be."""
        await self._write(lambda: review_awaiting.told(self._database, query_id))

    async def expire(self, now: datetime) -> int:
        """Forget who was not told within 30 days; give their number."""
        return await self._write(lambda: review_awaiting.expire(self._database, now))

    async def _items(self, conditions: Sequence[Any], limit: int) -> list[ItemRow]:
        return await self._read(
            lambda: review_reading.item_rows(self._database.reader, conditions, limit)
        )

    async def _execute(self, statement: Any) -> None:
        async def job() -> None:
            async with self._database.writer.begin() as connection:
                await connection.execute(statement)

        await self._write(job)


def require_verdict(verdict: str) -> None:
    """Refuse what is no verdict. Raises ValueError."""
    if verdict not in VERDICTS:
        raise ValueError(f"there is no verdict {verdict!r}")
