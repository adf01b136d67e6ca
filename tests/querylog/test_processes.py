"""Several processes on one log, and processes that die in the middle."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from .conftest import Store

# Prints each event once it is durable, as a channel would show the answer.
CHILD = """
import asyncio, os, pathlib, sys
from datetime import datetime, UTC
from pydantic import SecretStr
from bot.querylog import QueryRecord, open_log

async def main(data, url, name, count):
    secret = SecretStr(url) if url else None
    async with open_log(pathlib.Path(data), secret, time_limit=30.0) as log:
        numbers = iter(range(int(count)))
        async def ask():
            for number in numbers:
                event = f"{name}:{number}"
                logged = await log.record(QueryRecord(
                    event=event, at=datetime.now(UTC), channel="t", place="p", user=name,
                    text=event, outcome="answered"))
                assert logged.status != "duplicate", logged
                os.write(1, f"{event}\\n".encode())
        await asyncio.gather(*(ask() for _ in range(8)))

asyncio.run(main(*sys.argv[1:]))
"""
ROOT = Path(__file__).parents[2]


async def child(store: Store, name: str, count: int) -> asyncio.subprocess.Process:
    url = store.url.get_secret_value() if store.url else ""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(store.data), url, name, str(count),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip


async def test_two_processes_share_a_log(store: Store) -> None:
    children = [await child(store, name, 200) for name in ("one", "two")]
    outputs = [(await each.communicate())[0] for each in children]
    assert [each.returncode for each in children] == [0, 0]
    printed = sorted(line for output in outputs for line in output.decode().split())
    assert len(printed) == 400
    async with store.open(time_limit=30.0) as log:
        assert sorted([str(row.text) async for row in log.queries()]) == printed


@pytest.mark.timeout(300)
async def test_nothing_printed_is_lost_to_a_kill(sqlite_store: Store) -> None:
    chance = random.Random()
    printed: set[str] = set()
    for turn in range(20):
        process = await child(sqlite_store, f"turn{turn}", 100_000)
        assert process.stdout is not None
        # The first lines show that it works; then it dies anywhere.
        for _ in range(chance.randrange(1, 40)):
            printed.add((await process.stdout.readline()).decode().strip())
        await asyncio.sleep(chance.random() * 0.02)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        rest = (await process.stdout.read()).decode()
        printed.update(rest[: rest.rfind("\n") + 1].split())
        await process.wait()
    async with sqlite_store.open(time_limit=30.0) as log:
        rows = [row.text async for row in log.queries()]
    assert len(rows) == len(set(rows))
    assert printed <= set(rows)
    with contextlib.closing(sqlite3.connect(sqlite_store.file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
