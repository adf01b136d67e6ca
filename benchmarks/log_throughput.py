"""Worker: measure how many queries a second the log keeps durably, and print it as JSON.

Beside it the same rows through plain sqlite3 with a commit each, and the disk's own pace: the
smallest durable write there is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
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


def commits(folder: Path, records: int) -> float:
    """Return how many rows a second plain sqlite3 keeps with a durable commit each."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE plain (event TEXT PRIMARY KEY, body TEXT)")
    body = json.dumps({"text": _record(0).text, "candidates": ["cash-desertion"] * 5})
    begin = time.perf_counter()
    for number in range(records):
        connection.execute("INSERT INTO plain VALUES (?, ?)", (f"bench:{number}", body))
    seconds = time.perf_counter() - begin
    connection.close()
    return records / seconds


def synced_writes(folder: Path, writes: int) -> float:
    """Return how many 4 KiB appends a second the disk makes durable."""
    block = b"x" * 4096
    with (folder / "synced").open("wb", buffering=0) as file:
        begin = time.perf_counter()
        for _ in range(writes):
            file.write(block)
            os.fsync(file.fileno())
        return writes / (time.perf_counter() - begin)


async def _main(folder: Path, records: int, concurrency: int, url: str | None) -> None:
    async with open_log(folder, SecretStr(url) if url else None) as log:
        seconds, statuses = await measure(log, records, concurrency)
    alone = max(1, records // 20)
    print(
        json.dumps(
            {
                "rate": records / seconds,
                "seconds": seconds,
                "statuses": dict(statuses),
                "commits": commits(folder, alone),
                "synced": synced_writes(folder, alone),
                "alone": alone,
            }
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--url", help="a PostgreSQL address instead of an SQLite file")
    parser.add_argument("--folder", type=Path, help="on which disk (default: the working folder)")
    arguments = parser.parse_args()
    # Not in /tmp, which may be memory.
    with tempfile.TemporaryDirectory(dir=arguments.folder or Path.cwd(), prefix=".bench-") as place:
        asyncio.run(_main(Path(place), arguments.records, arguments.concurrency, arguments.url))
