"""Worker: measure the console's pages, searches and clustering on a copy of a log, as JSON.

Pages go through the real application with a signed-in session, without a socket between: what is
measured is the server's time. Figures of time are lists of seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from bot.channels.health import Health
from bot.channels.web.app import console_app
from bot.channels.web.console import OPERATOR, Console
from bot.channels.web.routing import Role
from bot.channels.web.sessions import Rights
from bot.metrics import Metrics
from bot.querylog import QueryFilter
from bot.service import Service, open_service
from bot.settings import load_settings

_ADDRESS = "http://127.0.0.1:8080"
_PAGE = 51  # rows that the log's page reads


class Reader:
    """Read pages of the console as somebody who is signed in, and time each."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def page(self, path: str) -> tuple[float, str]:
        """Return the seconds that a page takes, and its text. Raises HTTPStatusError."""
        started = time.perf_counter()
        response = await self._http.get(path)
        taken = time.perf_counter() - started
        response.raise_for_status()
        return taken, response.text

    async def on_and_on(self, path: str, times: int) -> list[float]:
        """Return the seconds of a list's pages, from its first one on to older ones."""
        found, at = [], path
        for _ in range(times):
            taken, text = await self.page(at)
            found.append(taken)
            at = _link(text, "next") or path
        return found

    async def each(self, paths: Iterable[str], times: int) -> list[float]:
        """Return the seconds of some pages, again from the first one after the last."""
        known = list(paths)
        return [(await self.page(known[n % len(known)]))[0] for n in range(times)] if known else []


@contextlib.asynccontextmanager
async def reading(service: Service) -> AsyncIterator[Reader]:
    """Make the console as `rejoinder serve` does, and sign in as the operator."""
    metrics = Metrics()
    health = Health(service, metrics, {})
    console = Console(service, service.settings, metrics=metrics, health=health)
    session = console.sessions.open(OPERATOR, "Operator", Rights(everywhere=Role.OPERATOR))
    cookie = {console.cookie_name: console.sessions.cookie(session.id)}
    transport = httpx.ASGITransport(app=console_app(console))
    async with httpx.AsyncClient(
        transport=transport, base_url=_ADDRESS, cookies=cookie, timeout=600
    ) as http:
        yield Reader(http)
    await console.close()


async def measure(service: Service, words: dict[str, Any], times: int) -> dict[str, Any]:
    """Measure everything, in the order of a day: the queue fills, people read, rows go."""
    log, topic = service.log, service.release.topic.id
    found: dict[str, Any] = {}
    async with reading(service) as reader:
        # What only the first page of a process does (templates, catalogues) is not a page's time.
        await reader.page("/settings/audit")
        found["clustering"] = await _clustering(service, reader)
        found["pages"] = await _pages(service, reader, times)
        found["searched"] = {
            name: {
                "page": await reader.each([f"/log?words={word}" for word in some], times),
                "log": [await _search(service, topic, word) for word in _turn(some, times)],
            }
            for name, some in _searches(words).items()
        }
    found["size"] = await log.size()
    return found | await _removing(service, words)


async def _clustering(service: Service, reader: Reader) -> dict[str, Any]:
    """Refresh the queue in the background while somebody reads the log."""
    told: list[tuple[float, int, int]] = []
    meanwhile: list[float] = []
    started = time.perf_counter()

    def progress(done: int, total: int) -> None:
        told.append((time.perf_counter() - started, done, total))

    work = asyncio.create_task(service.review().refresh(progress))
    while not work.done():
        meanwhile.append((await reader.page("/log"))[0])
        await asyncio.wait({work}, timeout=0.5)
    done = work.result()
    whole = time.perf_counter() - started
    counts = await service.review().counts()
    return {
        "questions": done.clustered,
        "clusters": counts.open_clusters,
        "seconds": max((at for at, _, _ in told), default=whole),
        "whole": whole,
        "answered": done.answered,
        "told": len(told),
        "meanwhile": meanwhile,
    }


async def _pages(service: Service, reader: Reader, times: int) -> dict[str, list[float]]:
    queue = await service.review().queue(limit=max(times, 1))
    entry = next(iter(service.release.entries))
    filters = (
        "outcome=gap", "outcome=boundary", f"entry={entry}", "language=uk", "feedback=any",
        "verdict=wrong", "channel=discord", "outcome=gap&language=ru",
        f"since={datetime.now(UTC) - timedelta(days=90):%Y-%m-%d}",
        f"until={datetime.now(UTC) - timedelta(days=200):%Y-%m-%d}",
    )  # fmt: skip
    return {
        "queue": await reader.on_and_on("/review", times),
        "questions": await reader.on_and_on("/review/questions", times),
        "cluster": await reader.each((f"/review/clusters/{row.id}" for row in queue), times),
        "log": await reader.on_and_on("/log", times),
        "filtered": await reader.each((f"/log?{one}" for one in filters), times),
        "insights": await reader.each(("/insights?span=30",), times),
        "insights_all": await reader.each(("/insights?span=all",), times),
    }


def _searches(words: dict[str, Any]) -> dict[str, list[str]]:
    often, middle, rare = words["often"], words["middle"], words["rare"]
    return {
        "rare": rare,
        "often": often,
        "prefix": [word[:3] for word in middle],
        "two": [f"{one} {other}" for one, other in zip(often, middle, strict=False)],
    }


def _turn(some: list[str], times: int) -> list[str]:
    return [some[number % len(some)] for number in range(times)] if some else []


async def _search(service: Service, topic: str, words: str) -> float:
    wanted = QueryFilter(topic=topic, words=words, newest_first=True, limit=_PAGE)
    started = time.perf_counter()
    async for _ in service.log.queries(wanted):
        pass
    return time.perf_counter() - started


async def _removing(service: Service, words: dict[str, Any]) -> dict[str, Any]:
    """Let a day go by retention, and somebody on request."""
    log = service.log
    oldest = [row async for row in log.queries(QueryFilter(limit=1))]
    found: dict[str, Any] = {}
    if oldest:
        days = 30
        now = oldest[0].at + timedelta(days=days + 1)
        started = time.perf_counter()
        found["retained"] = await log.retain(days, now)
        found["retain"] = time.perf_counter() - started
    user, asked = words["asks_some"]
    started = time.perf_counter()
    forgotten = await log.forget_person(user)
    found["forget"] = time.perf_counter() - started
    return found | {"forgotten": forgotten.queries, "asked": asked, "bytes": forgotten.bytes_gone}


class _Links(HTMLParser):
    def __init__(self, relation: str) -> None:
        super().__init__()
        self.relation = relation
        self.found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("rel") == self.relation:
            self.found = given.get("href") or ""


def _link(text: str, relation: str) -> str:
    reader = _Links(relation)
    reader.feed(text)
    return reader.found


def stats(arguments: list[str], times: int) -> list[float]:
    """Return the seconds of `rejoinder log stats`, whole processes."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bot", "log", "stats", *arguments],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        found.append(time.perf_counter() - started)
    return found


async def _main(
    knowledge: Path | None, data: Path, words: dict[str, Any], times: int
) -> None:  # fmt: skip
    settings = load_settings(knowledge=knowledge, data=data)
    chosen = ["--data", str(data), *(["--knowledge", str(knowledge)] if knowledge else [])]
    by_process = stats(chosen, 1 if times < 5 else 3)
    async with open_service(settings) as service:
        found = await measure(service, words, times)
    print(json.dumps(found | {"stats": by_process}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--made", type=Path, required=True)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    known = json.loads(given.made.read_text(encoding="utf-8"))
    asyncio.run(_main(given.knowledge, given.data, known, given.times))
