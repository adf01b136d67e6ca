"""What reviewers do with one topic: read the queue, judge, draft what follows, tell who waited.

Who may review is for the channel to check, at each call. Every write leaves a row in the audit
that says through which channel it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.advisor.advisor import Advisor
from bot.curation import forms
from bot.curation.moderation import Moderation
from bot.curation.review_drafts import Drafting, Subject, unknown
from bot.curation.review_refresh import Refresher
from bot.curation.review_views import ClusterView, Judged, JudgedError, Meant, Refreshed, meant
from bot.errors import UsageError
from bot.querylog import QueryLog, QueryRow
from bot.querylog.insights import Insights
from bot.querylog.review_records import (
    UNANSWERED,
    VERDICTS,
    ClusterRow,
    ClusterStatus,
    Due,
    ItemRow,
    ItemStatus,
    Reason,
    ReviewCounts,
    Verdict,
    VerdictRow,
)
from bot.retrieval.encoder import Progress

__all__ = ["ClusterView", "Judged", "JudgedError", "Meant", "Refreshed", "Review", "Subject"]

_SHOWN = 10
_MEANT = 8


class Review(Drafting):
    """Let reviewers work on one topic's queue. Users are named by the platform's ids.

    All methods raise LogUnavailable where the database cannot do it now.
    """

    def __init__(
        self,
        topic: str,
        log: QueryLog,
        *,
        advisor: Callable[[], Advisor],
        moderation: Callable[[], Moderation],
    ) -> None:
        super().__init__(topic, log, moderation)
        self._advisor = advisor
        self._refresher = Refresher(topic, log, advisor)
        self._refreshing = asyncio.Lock()

    @property
    def progress(self) -> tuple[int, int] | None:
        """Return how many questions a refresh has clustered, and of how many; None for no work."""
        return self._refresher.progress

    async def refresh(self, progress: Progress | None = None) -> Refreshed:
        """Collect and cluster what is new, and ask a new release what had no answer.

        One runs at a time; where nothing is new it takes some milliseconds.
        """
        async with self._refreshing:
            return await self._refresher.run(progress)

    # Reading

    async def counts(self) -> ReviewCounts:
        """Count the queue."""
        return await self._store.counts(self.topic)

    async def open_clusters(self) -> int:
        """Count the open clusters alone, which is cheap."""
        return await self._store.open_clusters(self.topic)

    async def queue(
        self,
        limit: int = 50,
        after: tuple[float, int] | None = None,
        status: ClusterStatus = "open",
        reason: Reason | None = None,
    ) -> list[ClusterRow]:
        """Return clusters, what most people asked and what is worst first.

        ``after`` is (rank, id) of the last one seen; ``reason`` why one of their questions is here.
        """
        return await self._store.clusters(
            self.topic, status=status, after=after, limit=limit, reason=reason
        )

    async def next(self, skip: Collection[int] = ()) -> ClusterRow | None:
        """Return the first open cluster that is not skipped."""
        after: tuple[float, int] | None = None
        while rows := await self.queue(after=after):
            for row in rows:
                if row.id not in skip:
                    return row
            after = rows[-1].rank, rows[-1].id
        return None

    async def cluster(self, cluster_id: int, limit: int = _SHOWN) -> ClusterView | None:
        """Return a cluster of this topic with its first members and what they may mean."""
        row = await self._row(cluster_id)
        if row is None:
            return None
        members = await self._store.members(cluster_id, limit=limit)
        text = row.typical.text if row.typical is not None else None
        return ClusterView(row, tuple(members), await self._meant(text, members))

    async def members(
        self, cluster_id: int, *, after: int | None = None, limit: int = 50
    ) -> list[ItemRow]:
        """Return a cluster's members, newest first; ``after`` is the query id last seen."""
        if await self._row(cluster_id) is None:
            return []
        return await self._store.members(cluster_id, after=after, limit=limit)

    async def items(
        self,
        *,
        status: ItemStatus = "open",
        reason: Reason | None = None,
        before_id: int | None = None,
        limit: int = 50,
    ) -> list[ItemRow]:
        """Return the queue as a plain list, newest first."""
        return await self._store.items(
            self.topic, status=status, reason=reason, before_id=before_id, limit=limit
        )

    async def item(self, query_id: int) -> ItemRow | None:
        """Return one query of this topic's queue."""
        row = await self._store.item(query_id)
        return row if row is not None and row.query.topic == self.topic else None

    async def verdicts(self, query_ids: Collection[int]) -> dict[int, VerdictRow]:
        """Return the verdicts on some queries, also on those outside of the queue."""
        return await self._store.verdicts_on(query_ids)

    async def candidates(self, query: QueryRow) -> tuple[Meant, ...]:
        """Return the entries that a query may mean in the release in service."""
        return await self._meant(query.text, ())

    async def sample(self, skip: Collection[int] = ()) -> QueryRow | None:
        """Draw an answered, unjudged query: only verdicts on such tell the precision."""
        return await self._store.sample(self.topic, skip=skip)

    async def insights(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Insights:
        """Sum up a span of whole days (UTC)."""
        return await self._log.insights(self.topic, since, until)

    # Judging

    async def judge(
        self,
        user: str,
        *,
        channel: str,
        verdict: Verdict,
        cluster: int | None = None,
        revision: int | None = None,
        query: int | None = None,
        entry: str | None = None,
        sampled: bool = False,
    ) -> Judged:
        """Judge a cluster as it was at a revision, or one query; the first verdict stands.

        ``entry`` is the one that should have answered. ``sampled`` tells that the query came from
        ``sample``. Raises JudgedError where another reviewer was first, and UsageError for what
        does not exist in this topic.
        """
        self._check(verdict, entry)
        if cluster is not None and query is None:
            row = await self._required(cluster)
            result = await self._store.judge_cluster(
                cluster, row.revision if revision is None else revision,
                by=user, verdict=verdict, entry=entry,
            )  # fmt: skip
        elif query is not None and cluster is None:
            await self._asked(query)
            result = await self._store.judge_query(
                query, by=user, verdict=verdict, entry=entry, sampled=sampled
            )
        else:
            raise UsageError("A verdict is on a cluster or on a query.", hint="Name one of them.")
        if result.status == "stale":
            raise JudgedError
        if result.status == "unknown":
            raise unknown(cluster, query)
        await self._note(user, channel, f"judge_{verdict}", cluster, query)
        return Judged(result.count)

    async def take_back(
        self,
        user: str,
        *,
        channel: str,
        cluster: int | None = None,
        query: int | None = None,
        own: bool = False,
    ) -> bool:
        """Undo a verdict and open again what it was on; False where there is none.

        With ``own`` only what the user judged. Raises UsageError for what does not exist here.
        """
        if cluster is not None and query is None:
            await self._required(cluster)
        elif query is not None and cluster is None:
            await self._asked(query)
        else:
            raise UsageError("A verdict is on a cluster or on a query.", hint="Name one of them.")
        done = await self._store.take_back(cluster=cluster, query=query, by=user if own else None)
        if done:
            await self._note(user, channel, "take_back", cluster, query)
        return done

    async def split(
        self, user: str, cluster: int, queries: Sequence[int], *, channel: str
    ) -> int | None:
        """Move members into a cluster of their own and return its id.

        None where they are no members, or all of them.
        """
        await self._required(cluster)
        made = await self._store.split(cluster, queries)
        if made is not None:
            await self._note(user, channel, "split", cluster, None)
        return made

    # Who waits for an answer

    async def await_answer(self, event: str, user: str) -> bool:
        """Remember that an asker wants to know when their own question is answered.

        False for a private question, whose words are not kept, and for one that is not theirs.
        """
        return await self._store.await_answer(event, user)

    async def answered(self) -> list[Due]:
        """Return who is to be told now that their question is answered; then call ``told``.

        Nobody is told of an entry that is withdrawn by now: they wait on.
        """
        release = self._advisor().release
        found = []
        for due in await self._store.due(self.topic):
            if due.entry in release.entries:
                found.append(due)
            else:
                await self._store.wait_again(due.query_id)
        return found

    async def told(self, query_id: int) -> None:
        """Forget somebody who has been told, or cannot be."""
        await self._store.told(query_id)

    async def _meant(self, text: str | None, members: Sequence[ItemRow]) -> tuple[Meant, ...]:
        index = self._advisor().index
        scores: list[tuple[str, float]] = []
        if text:
            match = await asyncio.to_thread(index.search, text, limit=_MEANT)
            scores = [(candidate.id, candidate.score) for candidate in match.candidates]
        return meant(index.release, scores, members, _MEANT)

    def _check(self, verdict: Verdict, entry: str | None) -> None:
        if verdict not in VERDICTS:
            raise UsageError("There is no such verdict.", hint=f"Use one of {', '.join(VERDICTS)}.")
        if entry is None:
            return
        if verdict not in UNANSWERED:
            raise UsageError(
                "Only what was answered wrongly or not at all has another entry.",
                hint="Leave the entry empty.",
            )
        forms.kind_of(self._advisor().release, entry)
