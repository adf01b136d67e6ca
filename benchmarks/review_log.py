"""Worker: make the log of a year, as large as one wants, by bulk insert; tell of it as JSON.

The tables are the real ones, with all that the log itself keeps beside each query: daily counts,
the full-text index (by its triggers), feedback, verdicts with their counts by day. Of the review
queue there are clusters that were judged, and open questions that belong to no cluster yet.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.review_texts import SEED, Texts, Zipf
from bot.knowledge.load import load
from bot.knowledge.release import Release
from bot.querylog import open_log
from bot.querylog.engine import create_engine
from bot.querylog.log import DATABASE_FILE
from bot.querylog.privacy import Pseudonymiser, read_key
from bot.querylog.tables import (
    clusters,
    daily,
    feedback,
    meta,
    queries,
    review_items,
    verdict_days,
    verdicts,
)
from bot.querylog.writes import add_up
from bot.reasons import WRONG
from bot.settings import load_settings

DAYS = 365
OUTCOMES = {"answered": 62, "clarify": 12, "gap": 14, "out_of_scope": 9, "boundary": 3}
_VERDICTS = {"right": 70, "wrong": 14, "gap": 8, "out_of_scope": 5, "ignore": 3}
_BATCH = 20_000
_REVIEWERS = 5
_JUDGED_MEMBERS = 4
_FACETS = ("overview", "objections", "why", "how", "sources", None)


@dataclass
class Made:
    """Count what was made: words by how often they occur, sums by day, who asked how often."""

    words: Counter[str] = field(default_factory=Counter)
    sums: dict[tuple[Any, ...], list[float]] = field(default_factory=dict)
    people: Counter[str] = field(default_factory=Counter)
    judged_days: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    open: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)


class Maker:
    """Make up queries one after the other, oldest first; the last is of ``until``."""

    def __init__(self, release: Release, key: Pseudonymiser, count: int, until: datetime) -> None:
        self._chance = random.Random(SEED)
        self._release = release.id
        self._topic = release.topic.id
        self._entries = [(entry.id, entry.kind.value) for entry in release.entries.values()]
        self._chance.shuffle(self._entries)
        self._key = key
        self._count = count
        self._until = until
        self._texts = Texts(release, count)
        people = max(10, count // 25)
        self._people = [f"discord:{300_000_000 + number}" for number in range(people)]
        self._pseudonyms = [key.pseudonym(user) for user in self._people]
        self._entry = Zipf(len(self._entries), self._chance)
        self._reviewers = [key.pseudonym(f"discord:{number}") for number in range(_REVIEWERS)]
        self._outcomes, self._weights = list(OUTCOMES), list(OUTCOMES.values())
        self.made = Made()

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the queries; what belongs to them is kept in ``made``."""
        chance, made = self._chance, self.made
        span = timedelta(days=DAYS).total_seconds()
        for number in range(1, self._count + 1):
            ago = span * (1 - number / self._count) + chance.random()
            at = self._until - timedelta(seconds=ago)
            language, text = self._texts.draw()
            outcome = chance.choices(self._outcomes, self._weights)[0]
            answered = outcome in ("answered", "boundary")
            likely = [self._entries[self._entry.draw()] for _ in range(5)]
            score = chance.uniform(0.5, 1) if answered else chance.uniform(0.2, 0.5)
            candidates = [
                {"id": entry, "kind": kind, "score": round(score * 0.9**place, 4)}
                for place, (entry, kind) in enumerate(dict(likely).items())
            ]
            person = self._person()
            row = {
                "id": number, "event_hash": self._key.event(f"discord:{number}"), "at": at,
                "channel": "discord",
                "place": f"1047239847239847239/10982374982374982{chance.randrange(40):02}",
                "pseudonym": self._pseudonyms[person], "author": None, "text": text,
                "private": False, "language": language, "topic": self._topic,
                "context_entry": likely[1][0] if chance.random() < 0.1 else None,
                "outcome": outcome, "entry": likely[0][0] if answered else None,
                "facet": chance.choice(_FACETS) if answered else None,
                "confidence": round(score, 4), "candidates": candidates,
                "release": self._release, "latency_ms": int(chance.lognormvariate(2.6, 0.5)),
                "delivered_at": at + timedelta(milliseconds=300),
            }  # fmt: skip
            made.people[self._people[person]] += 1
            made.words.update(set(text.split()))
            self._count_day(row)
            if chance.random() < 0.01:
                self._say_wrong(row)
            if chance.random() < 0.01:
                self._judge(row)
            if outcome == "gap" or (outcome == "answered" and score < 0.6):
                made.open.append({"query_id": number, "at": at, "text": text, "outcome": outcome})
            yield row

    def _person(self) -> int:
        # Three of ten people ask most: four of five questions.
        few = len(self._people) * 3 // 10
        if self._chance.random() < 0.8:
            return self._chance.randrange(few)
        return self._chance.randrange(few, len(self._people))

    def _count_day(self, row: dict[str, Any]) -> None:
        key = (row["at"].date(), self._topic, row["language"], row["outcome"], row["entry"] or "")
        total = self.made.sums.setdefault(key, [0, 0.0, 0])
        total[0] += 1
        total[1] += row["confidence"]
        total[2] += row["latency_ms"]

    def _say_wrong(self, row: dict[str, Any]) -> None:
        self.made.feedback.append(
            {
                "query_id": row["id"], "at": row["at"] + timedelta(minutes=1),
                "pseudonym": row["pseudonym"], "reason": self._chance.choice(WRONG), "entry": None,
            }
        )  # fmt: skip

    def _judge(self, row: dict[str, Any]) -> None:
        sampled = row["outcome"] == "answered"
        verdict = self._chance.choices(list(_VERDICTS), list(_VERDICTS.values()))[0]
        if not sampled and verdict == "right":
            verdict = "gap"
        self.made.verdicts.append(
            {
                "query_id": row["id"], "topic": self._topic, "at": row["at"] + timedelta(days=1),
                "pseudonym": self._chance.choice(self._reviewers), "verdict": verdict,
                "entry": None, "sampled": sampled, "cluster_id": None,
            }
        )  # fmt: skip
        day: date = row["at"].date()
        self.made.judged_days[day, self._topic, row["outcome"], verdict, sampled] += 1


async def make(data: Path, release: Release, count: int, waiting: int) -> dict[str, Any]:
    """Make the log in an empty data directory; ``waiting`` questions are open in the queue."""
    async with open_log(data):
        pass
    key = read_key(data)
    assert key is not None
    maker = Maker(release, key, count, datetime.now(UTC))
    engine = create_engine(data / DATABASE_FILE, write=True, timeout=600)
    try:
        batch: list[dict[str, Any]] = []
        for row in maker.rows():
            batch.append(row)
            if len(batch) == _BATCH:
                await _insert(engine, queries, batch)
                batch = []
        await _insert(engine, queries, batch)
        await _finish(engine, release.topic.id, count, maker.made, waiting)
    finally:
        await engine.dispose()
    return _told(maker.made)


async def _insert(engine: AsyncEngine, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        async with engine.begin() as connection:
            await connection.execute(insert(table), list(rows))


async def _finish(engine: AsyncEngine, topic: str, count: int, made: Made, waiting: int) -> None:
    chance = random.Random(SEED)
    await _insert(engine, feedback, made.feedback)
    members = [row for row in made.verdicts if not row["sampled"]]
    await _insert(engine, clusters, list(_judged(topic, members)))
    await _insert(engine, verdicts, made.verdicts)
    items = [
        _item(topic, row["query_id"], row["at"], "judged", row["cluster_id"], chance)
        for row in members
    ]
    taken = {row["query_id"] for row in members}
    distinct = {row["text"]: row for row in made.open if row["query_id"] not in taken}
    newest = sorted(distinct.values(), key=lambda row: int(row["query_id"]))[-waiting:]
    items += [
        _item(topic, row["query_id"], row["at"], "open", None, chance, row["outcome"])
        for row in newest
    ]
    await _insert(engine, review_items, items)
    async with engine.begin() as connection:
        sums = [(*key, int(n), score, int(ms)) for key, (n, score, ms) in made.sums.items()]
        await add_up(connection, daily, sums)
        judged = [(*key, number) for key, number in made.judged_days.items()]
        await add_up(connection, verdict_days, judged)
        seen = f"{count},{len(made.feedback)}"
        await connection.execute(insert(meta).values(key=f"review_collected:{topic}", value=seen))


def _judged(topic: str, members: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield clusters of some judged queries each, and tell these which one is theirs."""
    for number, start in enumerate(range(0, len(members), _JUDGED_MEMBERS), 1):
        some = members[start : start + _JUDGED_MEMBERS]
        for one in some:
            one["cluster_id"] = number
        last = some[-1]
        yield {
            "id": number, "topic": topic, "status": "judged", "leader": some[0]["query_id"],
            "typical": some[0]["query_id"], "people": len(some), "queries": len(some),
            "badness": 2.0, "reasons": "gap", "first_at": some[0]["at"], "last_at": last["at"],
            "rank": last["at"].timestamp() / 86_400 / 14, "verdict": last["verdict"],
            "entry": None, "decided_at": last["at"], "decided_by": last["pseudonym"],
            "revision": 2, "checked": None,
        }  # fmt: skip


def _item(
    topic: str, query: int, at: datetime, status: str, cluster: int | None,
    chance: random.Random, outcome: str = "gap",
) -> dict[str, Any]:  # fmt: skip
    is_gap = outcome == "gap"
    return {
        "query_id": query, "topic": topic, "at": at, "status": status, "cluster_id": cluster,
        "reasons": "gap" if is_gap else "doubtful", "badness": 2.0 if is_gap else 1.0,
        "similarity": None if cluster is None else 0.8,
        "vector": None if cluster is None else chance.randbytes(384),
    }  # fmt: skip


def _told(made: Made) -> dict[str, Any]:
    """Return words of each frequency to search for, and people to forget."""
    often = [word for word, _ in made.words.most_common(20)]
    total = sum(made.sums[key][0] for key in made.sums)
    middle = [word for word, n in made.words.items() if n > total / 2_000 and len(word) > 4]
    rare = [word for word, n in made.words.items() if n <= 5 and len(word) > 4]
    asked = made.people.most_common()
    return {
        "rows": int(total),
        "distinct_words": len(made.words),
        "often": often,
        "middle": sorted(middle)[:200],
        "rare": sorted(rare)[:200],
        "people": len(asked),
        "asks_most": asked[0],
        "asks_some": asked[len(asked) // 2],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--waiting", type=int, required=True)
    given = parser.parse_args()
    settings = load_settings(knowledge=given.knowledge, data=given.data)
    done = asyncio.run(make(given.data, load(settings.knowledge), given.count, given.waiting))
    print(json.dumps(done))
