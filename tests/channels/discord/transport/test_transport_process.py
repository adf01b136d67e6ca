"""`rejoinder serve` told to end, and killed, in mid-answer: no answer twice, no row lost."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.discord_double import Double, Exchange, Hang
from benchmarks.discord_double.served import serving
from bot.advisor.advisor import Advisor
from bot.knowledge.load import load
from bot.querylog import open_log
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build

from .. import openapi
from .stage import BIRDS, CALLBACK, COMMANDS, MESSAGES, Stage

COST = "who is going to pay for that bridge"


@pytest.fixture
async def stage(tmp_path: Path, bridge: Advisor, encoder: OnnxEncoder) -> AsyncIterator[Stage]:
    """Yield a server of a double that a process can connect to, set up in the log."""
    data = tmp_path / "data"
    # Learned here, where the encoder is loaded already.
    build(load(bridge.release.folder), encoder, cache=data / "cache")
    async with Double(seams=False, patience=30, deadline=None) as double:
        stage = Stage(double, data, bridge, encoder)
        async with open_log(data) as log:
            await stage.set_up(log)
        yield stage
    assert not double.server.unhandled
    if openapi.SPECIFICATION.is_file():
        openapi.contract().check(double.requests)


def whole(data: Path) -> None:
    """Raise where the database is damaged."""
    with contextlib.closing(sqlite3.connect(data / "querylog.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_sigterm_in_mid_answer_finishes_it(stage: Stage) -> None:
    double, folder = stage.double, stage.advisor.release.folder
    async with serving(double, stage.data, knowledge=folder) as served:
        await served.connected()
        # From here on the client knows the channel's rate limit and sends at the same time.
        await stage.bob.mention(stage.channel, COST)
        hang = double.hang(MESSAGES)
        asked = stage.alice.mention(stage.channel, BIRDS)
        await hang.reached()
        served.signal(signal.SIGTERM)
        await served.told("draining")
        # Nothing new is taken, and whoever asks is told so.
        late = [
            await stage.bob.mention(stage.channel, BIRDS),
            await stage.bob.slash(stage.channel, "ask", question=BIRDS),
        ]
        hang.release()
        await asked
        assert await served.ended() == 0
    kept = await stage.log()
    assert [row.text for row in kept] == [COST, BIRDS]
    assert all(row.delivered_at is not None for row in kept)
    assert asked.kinds == ["reply"]
    assert all("restarting" in exchange.text for exchange in late)
    assert not [line for line in served.events if line["level"] in {"error", "critical"}]


async def test_sigterm_while_nothing_happens_and_a_second_start(stage: Stage) -> None:
    for _ in range(2):
        async with serving(
            stage.double, stage.data, knowledge=stage.advisor.release.folder
        ) as served:
            await served.connected()
            served.signal(signal.SIGTERM)
            assert await served.ended() == 0
    assert len(stage.double.sent(COMMANDS)) == 1


def begun(stage: Stage, kind: str) -> tuple[Exchange, Hang]:
    """Have somebody ask, and the reply hang before Discord has taken it."""
    if kind == "mention":
        hang = stage.double.hang(MESSAGES)
        return stage.alice.mention(stage.channel, BIRDS), hang
    hang = stage.double.hang(CALLBACK)
    return stage.alice.slash(stage.channel, "ask", question=BIRDS), hang


@pytest.mark.parametrize("kind", ["mention", "command"])
async def test_sigkill_in_mid_answer(stage: Stage, kind: str) -> None:
    double, folder = stage.double, stage.advisor.release.folder
    async with serving(double, stage.data, knowledge=folder) as served:
        await served.connected()
        logged, hang = begun(stage, kind)
        await hang.reached()
        # It gets what comes now into its socket, but not as far as the log.
        served.signal(signal.SIGSTOP)
        lost = stage.bob.mention(stage.channel, "is there a subsidy")
        served.signal(signal.SIGKILL)
        assert await served.ended() == -signal.SIGKILL
        hang.release(drop=True)
        await double.until(lambda: not double.gateway.connected(), "the connection to end")
    whole(stage.data)
    [row] = await stage.log()
    assert (row.text, row.delivered_at) == (BIRDS, None)
    async with serving(double, stage.data, knowledge=folder) as served:
        await served.connected()
        logged.again()
        lost.again()
        await lost
        await stage.alice.mention(stage.channel, COST)
        await double.quiet()
        served.signal(signal.SIGTERM)
        assert await served.ended() == 0
    whole(stage.data)
    # At most once: that it was logged is known, that it was shown is not.
    assert not logged.responses
    assert lost.kinds == ["reply"]
    kept = await stage.log()
    assert [row.text for row in kept] == [
        BIRDS,
        "is there a subsidy",
        COST,
    ]
    assert [row.delivered_at is not None for row in kept] == [False, True, True]


async def test_killed_again_and_again_while_many_ask(stage: Stage) -> None:
    """Whatever is redelivered after each kill, nothing is answered twice or shown unlogged."""
    double, folder = stage.double, stage.advisor.release.folder
    people = [stage.guild.member(f"member {number}") for number in range(24)]
    asked: list[Exchange] = []
    for round_ in range(3):
        async with serving(
            double, stage.data, knowledge=folder, discord_channel_limit="0"
        ) as served:
            await served.connected()
            for exchange in asked:
                exchange.again()
            fresh = [
                who.mention(stage.channel, f"{BIRDS} {who.name}")
                for who in people[round_ * 8 : round_ * 8 + 8]
            ]
            asked += fresh
            # In the midst of it: some are answered, some are not yet logged.
            await double.until(lambda: sum(e.answered for e in fresh) > 2, "some answers")  # noqa: B023
            served.signal(signal.SIGKILL)
            await served.ended()
        await double.until(lambda: not double.gateway.connected(), "the connection to end")
        whole(stage.data)
    async with serving(double, stage.data, knowledge=folder, discord_channel_limit="0") as served:
        await served.connected()
        for exchange in asked:
            exchange.again()
        await double.quiet(0.5)
        served.signal(signal.SIGTERM)
        assert await served.ended() == 0
    kept = {row.text: row for row in await stage.log()}
    assert len(kept) == len(await stage.log()) == len(asked)
    for exchange in asked:
        row = kept[str(exchange.payload["content"]).split("> ", 1)[1]]
        assert len(exchange.responses) <= 1
        # Shown at most once; what is marked as shown was shown.
        assert exchange.answered or row.delivered_at is None
