"""Worker: replay a synthetic log of past questions against a small change, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.curation.preview import preview
from bot.curation.replay import distinct_queries, replay
from bot.knowledge.files import snapshot
from bot.querylog import QueryLog, QueryRecord, open_log
from bot.service import Service, open_service
from bot.settings import load_settings

_SEED = 20_260_301
_BATCH = 500


def questions_like(phrasings: Sequence[str], count: int) -> list[str]:
    """Return distinct questions made of a topic's phrasings with words lost, doubled, foreign."""
    chance = random.Random(_SEED)
    found: dict[str, None] = {}
    while len(found) < count:
        words = chance.choice(phrasings).split()
        place = chance.randrange(len(words))
        other = chance.choice(chance.choice(phrasings).split())
        words[place : place + 1] = chance.choice([[], [words[place]] * 2, [other, words[place]]])
        if words:
            found[" ".join(words).lower()] = None
    return list(found)


def with_a_phrasing(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a topic's files with one more phrasing of the first entry."""
    name = min(name for name in contents if name.startswith("questions/"))
    head, mark, rest = contents[name].partition(b"\n- ")
    added = b"and what is there to say about this one"
    return {**contents, name: head + mark + added + mark + rest}


async def _fill(log: QueryLog, topic: str, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), _BATCH):
        await asyncio.gather(
            *(
                log.record(
                    QueryRecord(
                        event=f"bench:{number}", at=datetime.now(UTC), channel="terminal",
                        place="bench", user=f"bench:{number % 50}", text=texts[number],
                        language="en", topic=topic, outcome="gap",
                    )
                )
                for number in range(start, min(start + _BATCH, len(texts)))
            )
        )  # fmt: skip


async def _measure(service: Service, count: int, cache: Path) -> dict[str, object]:
    advisor = service.advisor
    topic = advisor.release.topic
    texts = questions_like(
        [text.text for text in advisor.index.texts if text.role == "phrasing"], count
    )
    with tempfile.TemporaryDirectory() as folder:
        async with open_log(Path(folder), time_limit=60.0) as log:
            await _fill(log, topic.id, texts)
            started = time.perf_counter()
            past = await distinct_queries(log, count, topic=topic.id)
            read = time.perf_counter() - started
    encoder = advisor.index.encoder
    contents = with_a_phrasing(snapshot(advisor.release.folder).contents)
    started = time.perf_counter()
    without = preview(advisor, contents, [], encoder=encoder, cache=cache)
    previewed = time.perf_counter() - started
    started = time.perf_counter()
    found = replay(past, advisor, advisor)
    return {
        "entries": len(advisor.release.entries),
        "expectations": len(topic.expectations),
        "questions": found.total,
        "read": read,
        "preview": previewed,
        "replay": time.perf_counter() - started,
        "differ": found.total - found.unchanged,
        "refusals": len(without.refusals),
    }


async def _main(knowledge: Path | None, data: Path, count: int) -> None:
    async with open_service(load_settings(knowledge=knowledge, data=data)) as service:
        print(json.dumps(await _measure(service, count, data / "cache")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=2_000)
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.knowledge, arguments.data, arguments.count))
