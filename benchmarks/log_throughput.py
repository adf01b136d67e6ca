"""Measure how many queries a second the log keeps durably: ``log_throughput.py [records]``."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot.querylog import Candidate, QueryLog, QueryRecord, open_log


async def measure(log: QueryLog, records: int, concurrency: int) -> tuple[float, Counter[str]]:
    """Keep records from several tasks at once; give the seconds and the statuses."""
    numbers = iter(range(records))
    statuses: Counter[str] = Counter()

    async def ask() -> None:
        for number in numbers:
            logged = await log.record(_record(number))
            statuses[logged.status] += 1

    begin = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(concurrency)))
    return time.perf_counter() - begin, statuses


def _record(number: int) -> QueryRecord:
    return QueryRecord(
        event=f"bench:{number}",
        at=datetime.now(UTC),
        channel="terminal",
        place="bench",
        user=f"bench:{number % 500}",
        text="and what do the critics say about paying soldiers who surrender?",
        language="en",
        topic="offers",
        outcome="answered",
        entry="cash-desertion",
        facet="objections",
        confidence=0.9,
        candidates=(Candidate("cash-desertion", "proposal", 0.9),) * 5,
        release="0123456789abcdef",
        latency_ms=42,
    )


async def _main(records: int, concurrency: int, url: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_log(Path(folder), SecretStr(url) if url else None) as log:
            seconds, statuses = await measure(log, records, concurrency)
    rate = records / seconds
    print(
        f"{rate:,.0f} records/s durable "
        f"({records:,} records, {concurrency} at a time, {seconds:.1f} s; {dict(statuses)})"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--url", help="a PostgreSQL address instead of an SQLite file")
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.records, arguments.concurrency, arguments.url))
