"""How connections end, and what is missed meanwhile."""

from __future__ import annotations

import pytest

from benchmarks.discord_double import (
    Channel,
    Double,
    Person,
    Server,
)

from .tiny_bot import TinyBot

MESSAGES = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*/*/callback"
ORIGINAL = "PATCH /webhooks/*/*/messages/@original"
COMMANDS = "PUT /applications/*/commands"


async def test_dropped_socket_resumes_and_the_missed_question_is_answered_once(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    double.gateway.drop()
    missed = alice.mention(channel, "missed?")
    slash = alice.slash(channel, "ask", question="missed, too?")
    await missed
    await slash
    await double.quiet(0.05)
    assert double.gateway.seen["resumed"] == 1
    assert double.gateway.seen["identify"] == 1
    assert bot.events["resumed 0"] == 1
    assert missed.kinds == ["reply"]
    assert slash.kinds == ["message"]
    assert len(bot.seen) == 1


async def test_reconnect_request_resumes(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    double.gateway.reconnect()
    assert (await alice.mention(channel, "missed?")).text == "reply: missed?"
    assert double.gateway.seen == {"identify": 1, "resume": 1, "resumed": 1} | {
        "heartbeat": double.gateway.seen["heartbeat"]
    }


@pytest.mark.parametrize("resumable", [True, False])
async def test_invalid_session(
    double: Double, bot: TinyBot, channel: Channel, alice: Person, resumable: bool
) -> None:
    double.gateway.invalidate(resumable=resumable)
    if resumable:
        asked = alice.mention(channel, "missed?")
    else:
        await double.until(double.gateway.connected, "a new session")
        asked = alice.mention(channel, "after that?")
    assert (await asked).kinds == ["reply"]
    seen = double.gateway.seen
    assert (seen["identify"], seen["resumed"]) == ((1, 1) if resumable else (2, 0))


async def test_lost_session_is_identified_anew(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    double.gateway.drop()
    double.gateway.forget()
    await double.until(double.gateway.connected, "a new session")
    await alice.mention(channel, "after that?")
    seen = double.gateway.seen
    assert (seen["identify"], seen["resume"], seen["resumed"]) == (2, 1, 0)


async def test_closed_connection_and_gateway_that_refuses(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    double.gateway.refusals = 1
    await double.gateway.close(code=4000)
    asked = alice.mention(channel, "missed?")
    await double.until(lambda: double.gateway.seen["refused"], "the refusal")
    # discord.py waits up to 2 s and identifies anew: what was missed is lost, as with Discord.
    await double.until(double.gateway.connected, "a new session")
    assert (await alice.mention(channel, "after that?")).answered
    assert not asked.answered


async def test_missed_heartbeats(guild: Server, alice: Person) -> None:
    double = alice.double
    double.gateway.heartbeat = 0.05
    async with double.running(TinyBot(heartbeat_timeout=0.3)) as bot:
        beats = double.gateway.seen["heartbeat"]
        await double.until(lambda: double.gateway.seen["heartbeat"] > beats + 1, "heartbeats")
        await double.until(lambda: bot.latency < 10, "their acknowledgement")
        double.gateway.freeze()
        missed = alice.mention(guild.channel("general"), "missed?")
        assert (await missed).kinds == ["reply"]
        assert double.gateway.seen["resumed"] == 1


async def test_two_shards(channel: Channel, alice: Person) -> None:
    double = alice.double
    double.shards = 2
    second = double.guild("Second")
    second.member("alice")
    async with double.running(TinyBot()) as bot:
        await alice.mention(channel, "one")
        await alice.mention(second.channel("main"), "two")
        await alice.dm("three")
        assert [shard for shard, _ in bot.seen] == [0, 1, 0]
        double.gateway.drop(1)
        assert (await alice.mention(channel, "still here")).answered
        missed = alice.slash(second.channel("main"), "ask", question="missed?")
        assert (await missed).text == "alice in Second: missed? (en-US)"
        assert bot.events == {"ready 0": 1, "ready 1": 1, "resumed 1": 1}


async def test_servers_can_be_joined_later(double: Double, bot: TinyBot, alice: Person) -> None:
    late = double.guild("Late")
    late.member("alice")
    asked = await alice.slash(late.channel("main"), "ask", question="x")
    assert asked.text == "alice in Late: x (en-US)"
    assert {guild.name for guild in bot.guilds} == {"Home", "Late"}
