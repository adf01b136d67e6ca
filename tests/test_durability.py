"""Kill the command while it answers: whatever was shown is in the log, once.

REJOINDER_KILL_ROUNDS sets how many processes are killed; the benchmark runs more of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from bot.knowledge.load import load
from bot.querylog import open_log
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build

# Read here, as the tests' own environment is emptied of such names.
ROUNDS = int(os.environ.get("REJOINDER_KILL_ROUNDS", "12"))
_LONGEST = 0.4  # seconds after the first answer; some hundred answers


def _ask(topic: Path, data: Path) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--json", "-k", str(topic), "-d", str(data)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=kept,
    )  # fmt: skip


def _feed(process: subprocess.Popen[bytes], round_: int) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        for number in range(100_000):
            process.stdin.write(f"what about the birds {round_} {number}\n".encode())
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()


def _kill_while_answering(
    process: subprocess.Popen[bytes], round_: int, delay: float
) -> tuple[list[str], str]:
    """Return the questions whose answers reached standard output, and standard error."""
    assert process.stdout is not None
    assert process.stderr is not None
    feeder = threading.Thread(target=_feed, args=(process, round_), daemon=True)
    feeder.start()
    first = process.stdout.readline()
    killer = threading.Timer(delay, process.send_signal, [signal.SIGKILL])
    killer.start()
    lines = (first + process.stdout.read()).split(b"\n")
    errors = process.stderr.read().decode()
    process.wait()
    killer.join()
    feeder.join()
    process.stdout.close()
    process.stderr.close()
    # What comes after the last end of line is an answer that was torn off.
    return [json.loads(line)["question"] for line in lines[:-1]], errors


async def _replay(data: Path) -> None:
    """Let what waits in the spool come into the database, as the next start would."""
    async with open_log(data, time_limit=30) as log, asyncio.timeout(60):
        while (await log.health()).spooled:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


async def test_every_answer_that_was_shown_is_in_the_log(
    small_topic: Path, tmp_path: Path, encoder: OnnxEncoder
) -> None:
    data = tmp_path / "data"
    build(load(small_topic), encoder, cache=data / "cache")
    seed = time.time_ns()
    chance = random.Random(seed)
    shown: list[str] = []
    # The next process starts before the one before is killed: two write at the same time, and the
    # later one finds what the earlier left behind.
    process = _ask(small_topic, data)
    for number in range(ROUNDS):
        following = _ask(small_topic, data) if number + 1 < ROUNDS else None
        questions, errors = _kill_while_answering(process, number, chance.uniform(0, _LONGEST))
        assert process.returncode == -signal.SIGKILL, errors
        assert "Traceback" not in errors
        assert questions
        shown += questions
        if following is not None:
            process = following
    await _replay(data)
    with contextlib.closing(sqlite3.connect(data / "querylog.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = Counter(text for (text,) in connection.execute("SELECT text FROM queries"))
    assert len(set(shown)) == len(shown)
    assert [question for question in shown if rows[question] != 1] == [], f"seed {seed}"
    assert [text for text, count in rows.items() if count != 1] == [], f"seed {seed}"
    # A killed process may have logged what it could not show any more, but hardly much.
    assert len(rows) - len(shown) <= ROUNDS
