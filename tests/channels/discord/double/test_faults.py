"""What goes wrong with requests, and a bot in a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import discord
import pytest

from benchmarks.discord_double import (
    Channel,
    Double,
    Person,
    cut,
    forbidden,
    rate_limited,
    server_error,
    unknown,
)

from .tiny_bot import TinyBot, page

MESSAGES = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*/*/callback"
ORIGINAL = "PATCH /webhooks/*/*/messages/@original"
COMMANDS = "PUT /applications/*/commands"


async def test_rate_limit_and_server_error_are_tried_again(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    double.fail(MESSAGES, rate_limited(0.02), times=2)
    double.fail(CALLBACK, server_error(503))
    asked, slash = alice.mention(channel, "why?"), alice.slash(channel, "ask", question="x")
    await asked
    await slash
    assert [request.status for request in double.sent(MESSAGES)] == [429, 429, 200]
    assert [request.status for request in double.sent(CALLBACK)] == [503, 200]
    assert len(channel.history) == 3


async def test_global_rate_limit_and_ban(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    double.fail(MESSAGES, rate_limited(0.02, everywhere=True))
    await alice.mention(channel, "why?")
    double.fail(MESSAGES, rate_limited(0.02, via=False))
    alice.mention(channel, "and then?")
    await double.until(lambda: bot.failures, "the failure")
    assert [request.status for request in double.sent(MESSAGES)] == [429, 200, 429]


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (forbidden(), discord.Forbidden, 50013),
        (unknown(10008), discord.NotFound, 10008),
        (cut(), ConnectionError, None),
    ],
)
async def test_refusals(
    double: Double,
    bot: TinyBot,
    channel: Channel,
    alice: Person,
    fault: Exception,
    kind: type[Exception],
    code: int | None,
) -> None:
    double.fail(MESSAGES, fault)  # type: ignore[arg-type]  # one of the kinds of faults
    alice.mention(channel, "why?")
    await double.until(lambda: bot.failures, "the failure")
    [error] = bot.failures
    if code is not None:
        assert isinstance(error, kind)
        assert getattr(error, "code", None) == code
    assert (await alice.mention(channel, "again?")).text == "reply: again?"


async def test_hanging_after_the_effect(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    hang = double.hang(MESSAGES, after=True)
    asked = await alice.mention(channel, "why?")
    assert (await hang.reached()).status is None
    assert [message.text for message in channel.history][1:] == ["reply: why?"]
    hang.release(drop=True)
    await double.until(lambda: bot.failures, "the failure")
    assert asked.kinds == ["reply"]


@pytest.mark.parametrize(
    ("content", "reason"), [("x" * 2001, "2001 characters"), ("   ", "message is empty")]
)
async def test_what_discord_refuses(
    double: Double, bot: TinyBot, channel: Channel, content: str, reason: str
) -> None:
    place = bot.get_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    with pytest.raises(discord.HTTPException) as refused:
        await place.send(content)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert reason in str(refused.value)
    double.requests.pop()  # which the contract rightly refuses


async def test_bot_in_a_process_of_its_own(tmp_path: Path) -> None:
    script = tmp_path / "other_bot.py"
    script.write_text(
        "import asyncio, sys\n"
        "from tests.channels.discord.double.tiny_bot import TinyBot\n"
        "asyncio.run(TinyBot().start(sys.argv[1]))\n"
    )
    async with Double(seams=False, patience=30) as double:
        command = ("-m", "benchmarks.discord_double", double.address, "other_bot", double.token)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            cwd=tmp_path,
            stderr=subprocess.PIPE,
        )
        try:
            channel = double.guild().channel("general")
            alice = double.guild().member("alice")
            await double.until(double.gateway.connected, "the process to connect")
            assert (await alice.mention(channel, "why?")).text == "reply: why?"
            process.kill()
            await process.wait()
            await double.until(lambda: not double.gateway.connected(), "the connection to end")
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def test_ids_are_the_same_at_every_run() -> None:
    runs = []
    for _ in range(2):
        double = Double(clock=lambda: 1_800_000_000.0)
        guild = double.guild()
        alice = guild.member("alice", roles=[guild.role("moderators")])
        message = double.server.messages.create(
            guild.channel("general"), alice.user, {"content": "hello"}, {}
        )
        runs.append(json.dumps([guild.state.create_wire(double.bot), message.wire()]))
    assert runs[0] == runs[1]
    assert page("text") is not None
