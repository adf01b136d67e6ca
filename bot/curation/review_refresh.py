"""Keep a topic's review queue up to date: collect, cluster, ask again what nobody answered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.background import in_background
from bot.curation.clustering import assign, comparable, dequantise, medoid, quantise, rivals
from bot.curation.review_views import Refreshed
from bot.knowledge.release import Release
from bot.querylog import QueryLog
from bot.querylog.review_records import ClusterRow, Placement, Reason, ToCluster, Waiting
from bot.retrieval.encoder import Progress, Vectors

DOUBTFUL_MARGIN = 0.15
"""How far above the threshold of answering a confidence is still doubtful; docs/review.md says
how often such answers are wrong."""

_TAKEN = 20_000  # questions that are read at a time: their texts stay below 10 MB
_STEP = 512  # questions that are placed at a time
_TYPICAL_OF = 200
# Of a changed entry, and of all of them; entries that are looked up in one step.
_CHANGED_EACH, _CHANGED, _CHANGED_AT_ONCE = 200, 2_000, 100
# What an answer settles; somebody should look at anything else.
_SETTLED: frozenset[Reason] = frozenset({"gap", "none"})


@dataclass
class _Clusters:
    """The leaders of a topic's clusters as they are known while questions are placed."""

    ids: list[int]
    vectors: Vectors
    grown: set[int] = field(default_factory=set)
    """clusters that something joined"""

    def note(self, placements: Sequence[Placement], given: Sequence[int | None]) -> None:
        """Learn from what was placed which clusters are new and which have grown."""
        known = set(self.ids)
        new: list[bytes] = []
        for placement, cluster in zip(placements, given, strict=True):
            if cluster is None:
                continue
            if cluster in known:
                self.grown.add(cluster)
            else:
                known.add(cluster)
                self.ids.append(cluster)
                new.append(placement.vector)
        self.vectors = np.concatenate((self.vectors, dequantise(new)))


class Refresher:
    """Bring one topic's queue up to date, step by step; one run at a time.

    What a run has done is kept, so that it may end at any moment.
    """

    def __init__(self, topic: str, log: QueryLog, advisor: Callable[[], Advisor]) -> None:
        self._topic = topic
        self._log = log
        self._advisor = advisor
        self._seen: str | None = None
        self.progress: tuple[int, int] | None = None

    async def run(self, progress: Progress | None = None) -> Refreshed:
        """Do all steps; ``progress`` is told how many questions are clustered.

        Raises LogUnavailable.
        """
        try:
            collected = await self._mark_changed() + await self._collect()
            clustered = await self._cluster(progress)
            answered, waiting = await self._ask_again()
        finally:
            self.progress = None
        return Refreshed(collected, clustered, answered, waiting)

    async def _mark_changed(self) -> int:
        """Queue what was answered from entries that have another content now, or none."""
        release = self._advisor().release
        if self._seen == release.id:
            return 0
        now = await in_background(lambda: fingerprints(release))
        before = await self._log.review_memory.seen(self._topic)
        marked = 0
        if before is not None and before != now:
            changed = [entry for entry, content in before.items() if now.get(entry) != content]
            if changed:
                each = max(1, min(_CHANGED_EACH, _CHANGED // len(changed)))
                since = await self._since(release)
                # A few at a time, so that questions are logged in between.
                for start in range(0, min(len(changed), _CHANGED), _CHANGED_AT_ONCE):
                    some = changed[start : start + _CHANGED_AT_ONCE]
                    marked += await self._log.review.mark_changed(self._topic, some, since, each)
        if before != now:
            await self._log.review_memory.set_seen(self._topic, now)
        self._seen = release.id
        return marked

    async def _since(self, release: Release) -> datetime:
        for row in await self._log.curation.publishes(self._topic, limit=1):
            if row.release_after == release.id:
                return row.at
        return datetime.now(UTC)

    async def _collect(self) -> int:
        below = self._advisor().index.confidence.answer + DOUBTFUL_MARGIN
        total = 0
        more = True
        while more:
            step = await self._log.review.collect(self._topic, doubtful_below=below)
            total, more = total + step.added, step.more
        return total

    async def _cluster(self, progress: Progress | None) -> int:
        total = 0
        clusters: _Clusters | None = None
        while waiting := await self._log.review.unclustered(self._topic, _TAKEN):
            if clusters is None:
                leaders = await self._log.review.leaders(self._topic)
                clusters = _Clusters(
                    [leader.cluster_id for leader in leaders],
                    dequantise([leader.vector for leader in leaders]),
                )
            placed = 0
            for start in range(0, len(waiting), _STEP):
                self._tell(progress, start, len(waiting))
                placed += await self._place(waiting[start : start + _STEP], clusters)
            self._tell(progress, len(waiting), len(waiting))
            total += placed
            if not placed:
                break  # another process is at it
        for cluster in sorted(clusters.grown) if clusters else ():
            await self._name(cluster)
        return total

    def _tell(self, progress: Progress | None, done: int, total: int) -> None:
        self.progress = done, total
        if progress is not None:
            progress(done, total)

    async def _place(self, questions: Sequence[ToCluster], clusters: _Clusters) -> int:
        """Place some questions and give how many of them are in a cluster now."""
        groups: dict[str, list[int]] = {}
        for question in questions:
            groups.setdefault(comparable(question.text), []).append(question.query_id)
        encoder = self._advisor().index.encoder
        encoded = await in_background(lambda: quantise(encoder.encode(list(groups))))
        # Compared as they are stored, so that it makes no difference when something arrives.
        vectors = dequantise(encoded)
        twins = await self._twins(encoded, vectors, clusters)
        alone = [row for row in range(len(encoded)) if encoded[row] not in twins]
        found = await in_background(lambda: assign(vectors[alone], clusters.vectors))
        places = dict(zip(alone, found, strict=True))
        firsts = [ids[0] for ids in groups.values()]
        placements: list[Placement] = []
        for row, ids in enumerate(groups.values()):
            cluster: int | None
            founder: int | None = None
            place = places.get(row)
            if place is None:
                cluster, similarity = twins[encoded[row]]
            else:
                similarity = place.similarity
                cluster = None if place.leader is None else clusters.ids[place.leader]
                founder = None if place.earlier is None else firsts[alone[place.earlier]]
            for query in ids:
                # Who asks a new cluster's first question again joins whoever asked it first.
                first = firsts[row] if cluster is None and query != ids[0] else None
                placements.append(
                    Placement(query, encoded[row], cluster, founder or first, round(similarity, 4))
                )
        given = await self._log.review.place(self._topic, placements)
        clusters.note(placements, given)
        return sum(cluster is not None for cluster in given)

    async def _twins(
        self, encoded: Sequence[bytes], vectors: Vectors, clusters: _Clusters
    ) -> dict[bytes, tuple[int, float]]:
        """Find the clusters of questions that read the same, where several could take them.

        A leader that came later may be nearer than the one they joined.
        """
        near = await in_background(lambda: rivals(vectors, clusters.vectors))
        doubtful = [row for row, rows in enumerate(near) if len(rows) > 1]
        if not doubtful:
            return {}
        known = {clusters.ids[rival]: rival for row in doubtful for rival in near[row]}
        found = await self._log.review_memory.twins(list(known), [encoded[row] for row in doubtful])
        return {
            encoded[row]: (cluster, float(vectors[row] @ clusters.vectors[known[cluster]]))
            for row in doubtful
            if (cluster := found.get(encoded[row])) is not None
        }

    async def _name(self, cluster: int) -> None:
        """Let the most typical question stand for a cluster."""
        rows = await self._log.review.members_vectors(cluster, _TYPICAL_OF)
        if not rows:
            return
        members = await self._log.review.members(cluster, limit=_TYPICAL_OF)
        people = {member.query.id: member.query.pseudonym for member in members}
        vectors = dequantise([vector for _, vector in rows])
        askers = [people.get(query, "") for query, _ in rows]
        row = await in_background(lambda: medoid(vectors, askers))
        await self._log.review.set_typical(cluster, rows[row][0])

    async def _ask_again(self) -> tuple[int, int]:
        """Ask the release in service what had no answer; count clusters and people answered."""
        advisor = self._advisor()
        # An index that is about to be exact is not the last word of its release.
        key = advisor.release.id + ("~" if advisor.index.provisional else "")
        answered = waiting = 0
        seen: set[int] = set()
        while rows := await self._log.review.unchecked(self._topic, key):
            if seen.issuperset(row.id for row in rows):
                break  # another process serves another release
            seen.update(row.id for row in rows)
            entries = await in_background(
                lambda asked=rows: [_answers_cluster(advisor, row) for row in asked]  # type: ignore[misc]
            )
            for row, entry in zip(rows, entries, strict=True):
                if entry is not None:
                    answered += await self._log.review.mark_answered(
                        row.id, advisor.release.id, entry
                    )
            await self._log.review.set_checked([row.id for row in rows], key)
        seen.clear()
        while asked := await self._log.review.awaiting(self._topic, key):
            if seen.issuperset(one.query_id for one in asked):
                break
            seen.update(one.query_id for one in asked)
            entries = await in_background(
                lambda asked=asked: [_answers_waiting(advisor, one) for one in asked]  # type: ignore[misc]
            )
            for one, entry in zip(asked, entries, strict=True):
                waiting += entry is not None
                await self._log.review.set_awaiting_checked(one.query_id, key, entry)
        return answered, waiting


def fingerprints(release: Release) -> dict[str, str]:
    """Return 12 hex digits for each published entry that change with what it says.

    Neither its replies nor its phrasings are part of that.
    """
    topic = release.topic
    found = {}
    for entry in release.entries.values():
        said = entry.item.model_dump_json(exclude={"replies", "objections"})
        translated = [
            f"{language}\0{name}\0{text.text}"
            for language, entries in sorted(topic.translations.items())
            for name, text in sorted(entries.get(entry.id, {}).items())
        ]
        whole = "\0\0".join((said, *translated))
        found[entry.id] = hashlib.blake2b(whole.encode(), digest_size=6).hexdigest()
    return found


def _answers_cluster(advisor: Advisor, row: ClusterRow) -> str | None:
    """Return the entry that settles a cluster, None where nothing does."""
    typical = row.typical
    if typical is None or typical.text is None:
        return None
    entry = _answers(advisor, typical.text, typical.language, typical.context_entry)
    if row.status == "judged" and row.entry is not None:
        return entry if entry == row.entry else None
    if row.status == "open" and not set(row.reasons) <= _SETTLED:
        return None
    # What was answered wrongly is not answered by the same entry once more.
    return entry if entry != typical.entry else None


def _answers_waiting(advisor: Advisor, waiting: Waiting) -> str | None:
    entry = _answers(advisor, waiting.text, waiting.language, waiting.context_entry)
    return entry if entry != waiting.entry else None


def _answers(advisor: Advisor, text: str, language: str, context: str | None) -> str | None:
    conversation = Conversation(context, language=language or "en")
    answer = advisor.answer(Question(text, language or None, conversation))
    return answer.entry if answer.outcome is Outcome.ANSWERED else None
