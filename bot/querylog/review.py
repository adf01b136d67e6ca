"""What deserves the eyes of a reviewer: collected, clustered, judged and answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.querylog.curation import Runner
from bot.querylog.engine import Database
from bot.querylog.privacy import Pseudonymiser
from bot.querylog.records import QueryRow
from bot.querylog.review_records import (
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
    Waiting,
)


class ReviewStore:
    """Keep the review queue; reached as ``QueryLog.review``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    def __init__(
        self, database: Database, *, key: Callable[[], Pseudonymiser], read: Runner, write: Runner
    ) -> None:
        self._database = database
        self._key = key
        self._read = read
        self._write = write

    # Collecting and clustering

    async def collect(self, topic: str, *, doubtful_below: float, limit: int = 5_000) -> Collected:
        """Put what deserves eyes into the queue, going on where the last step ended.

        Looks at up to ``limit`` queries and as much feedback; call it again while there is more.
        """

    async def mark_changed(
        self, topic: str, entries: Sequence[str], before: datetime, each: int = 200
    ) -> int:
        """Queue the newest ``each`` unjudged queries that each entry answered before a time.

        Gives how many items there are that had not been marked.
        """

    async def unclustered(self, topic: str, limit: int = 2_000) -> list[ToCluster]:
        """Read open queries that belong to no cluster yet, oldest first."""

    async def leaders(self, topic: str) -> list[Leader]:
        """Read the leaders of all clusters of a topic, whatever their status, oldest first."""

    async def place(self, topic: str, placements: Sequence[Placement]) -> list[int | None]:
        """Put queries into clusters and give, in their order, the clusters' ids.

        None stands for a query that is gone or was placed by another process. A cluster that is
        gone by now is made anew. What joins a cluster that was judged as out of scope, abuse or
        to be ignored is muted; any other judged or answered cluster is opened again.
        """

    async def members_vectors(self, cluster_id: int, limit: int = 200) -> list[tuple[int, bytes]]:
        """Read query id and vector of a cluster's newest members that are not muted."""

    async def set_typical(self, cluster_id: int, query_id: int) -> None:
        """Let a member stand for its cluster; nothing happens where it is none."""

    # Reading

    async def clusters(
        self,
        topic: str,
        *,
        status: ClusterStatus = "open",
        after: tuple[float, int] | None = None,
        limit: int = 50,
    ) -> list[ClusterRow]:
        """Read clusters by rank, highest first; ``after`` is (rank, id) of the last one seen."""

    async def cluster(self, cluster_id: int) -> ClusterRow | None:
        """Read one cluster by its id, or give None where there is none."""

    async def members(
        self, cluster_id: int, *, after: int | None = None, limit: int = 50
    ) -> list[ItemRow]:
        """Read a cluster's members, newest first; ``after`` is the query id last seen."""

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

    async def item(self, query_id: int) -> ItemRow | None:
        """Read one query of the queue; None for one that is not in it."""

    async def counts(self, topic: str) -> ReviewCounts:
        """Count a topic's queue."""

    async def sample(self, topic: str, *, skip: Collection[int] = ()) -> QueryRow | None:
        """Draw one of the answered, unjudged queries with text of the last 30 days.

        Each is as likely as any other, so that verdicts on them tell the precision.
        """

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

    async def take_back(
        self, *, cluster: int | None = None, query: int | None = None, by: str | None = None
    ) -> bool:
        """Undo the verdict on a cluster or on a query and open it again; False without one.

        With ``by`` (a user id) only what that person judged.
        """

    async def split(self, cluster_id: int, query_ids: Sequence[int]) -> int | None:
        """Move some members into a cluster of their own and give its id.

        None where they are no members, or all of them.
        """

    # Asking again what nobody had answered

    async def unchecked(self, topic: str, release: str, limit: int = 500) -> list[ClusterRow]:
        """Read open clusters that another release than this was last asked about, by rank."""

    async def set_checked(self, cluster_ids: Sequence[int], release: str) -> None:
        """Note that a release was asked about clusters."""

    async def mark_answered(self, cluster_id: int, release: str, entry: str) -> bool:
        """Note that an entry of a release answers an open cluster by now, and its open queries."""

    async def await_answer(self, query_event: str, user: str) -> bool:
        """Remember that an asker wants to know when their own question is answered.

        Their id is kept encrypted. False where the log has no such question of theirs with its
        words: private ones cannot be asked again.
        """

    async def awaiting(self, topic: str, not_checked: str, limit: int = 500) -> list[Waiting]:
        """Read unanswered questions that somebody waits for and this release was not asked."""

    async def set_awaiting_checked(
        self, query_id: int, release: str, entry: str | None = None
    ) -> None:
        """Note that a release was asked for a waiting question, and the entry that answers it."""

    async def due(self, topic: str) -> list[Due]:
        """Read who is to be told now, oldest first."""

    async def told(self, query_id: int) -> None:
        """Forget somebody who has been told, or cannot be."""

    async def expire(self, now: datetime) -> int:
        """Forget who was not told within 30 days; give their number."""
