"""Worker: time publishes and withdrawals in a copy of the shipped topic, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import time
from collections import defaultdict
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import structlog

from bot.curation.curator import Curator
from bot.curation.operations import Change, parse_operation
from bot.curation.repository import Repository
from bot.knowledge.files import resolve_folder
from bot.service import Service, open_service
from bot.settings import load_settings, shipped_knowledge

_BY, _REASON = "Benchmark", "To see how long it takes"
_PHRASINGS = (
    "has anybody thought of the paperwork", "who fills in all these forms",
    "the offices will drown in paper", "how long does such an application take",
    "is there staff enough to handle it",
)  # fmt: skip


async def _measure(service: Service, rounds: int) -> dict[str, Any]:
    curator = service.moderation().curator
    proposal = next(p.id for p in service.release.topic.proposals if p.status == "published")
    taken: dict[str, list[float]] = defaultdict(list)

    async def timed(name: str, work: Awaitable[Any]) -> Any:
        await service.settled()
        started = time.perf_counter()
        done = await work
        taken[name].append(time.perf_counter() - started)
        return done

    for number in range(rounds):
        objection = f"{proposal}.bench-{number}"
        phrasing = [{"op": "add_phrasing", "entry": proposal, "language": "en",
                     "text": f"benchmark wording number {number}"}]  # fmt: skip
        plan = await curator.plan(_change(curator, phrasing))
        await timed("phrasing", curator.publish(plan, by=_BY, reason=_REASON, confirmed=True))
        await service.settled()
        plan = await timed("preview", curator.plan(_change(curator, _objection(objection))))
        await timed("objection", curator.publish(plan, by=_BY, reason=_REASON, confirmed=True))
        for entry, kind in ((objection, ""), (proposal, "_proposal")):
            await timed(f"withdraw{kind}", curator.withdraw(entry, by=_BY, reason=_REASON))
            await timed(
                f"restore{kind}", curator.withdraw(entry, by=_BY, reason=_REASON, back=True)
            )
    return {"entries": len(service.release.entries), **taken}


def _objection(entry: str) -> list[dict[str, Any]]:
    fields = {"id": entry, "title": f"It is too much paper ({entry})", "basis": "common",
              "text": "Nobody has said who handles the applications."}  # fmt: skip
    parent, _, number = entry.rpartition(".bench-")
    return [
        {"op": "add", "kind": "objection", "parent": parent, "fields": fields},
        *({"op": "add_phrasing", "entry": entry, "language": "en", "text": f"{words} {number}"}
          for words in _PHRASINGS),
    ]  # fmt: skip


def _change(curator: Curator, operations: list[dict[str, Any]]) -> Change:
    parsed = tuple(parse_operation(each) for each in operations)
    return Change(operations=parsed, reason=_REASON, by=_BY, base=curator.release)


async def _main(data: Path, rounds: int) -> None:
    topic = data / "topic"
    shutil.rmtree(topic, ignore_errors=True)
    Repository.create(topic, resolve_folder(shipped_knowledge()))
    async with open_service(load_settings(knowledge=topic, data=data)) as service:
        print(json.dumps(await _measure(service, rounds)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    # Standard output is the figures'.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_main(arguments.data, arguments.rounds))
