"""How the bot starts, and how connections end under it."""

from __future__ import annotations

import json

import pytest

from benchmarks.discord_double import forbidden
from bot.channels.discord.bot import RejoinderBot

from .stage import BIRDS, COMMANDS, MESSAGES, Stage, failures, shown


def sessions(bot: RejoinderBot, stage: Stage) -> tuple[int, int]:
    """Return how often the bot has identified and resumed."""
    seen = stage.double.gateway.seen
    return seen["identify"], seen["resumed"]


async def test_log_in_sync_ask_answer(stage: Stage) -> None:
    async with stage.running() as bot:
        asked = await stage.alice.mention(stage.channel, BIRDS)
        [row] = await shown(bot, 1)
        assert bot.state()["ready"]
    assert "Herons nest where the bridge would stand" in asked.text
    assert asked.answer.reference is asked.message
    assert not asked.answer.pings
    assert (row.text, row.outcome, row.entry) == (BIRDS, "answered", "new-bridge.herons")
    [sync] = stage.double.sent(COMMANDS)
    assert {command["name"] for command in sync.json} >= {"ask", "map", "privacy", "Answer this"}


async def test_commands_are_sent_again_only_when_they_have_changed(stage: Stage) -> None:
    for _ in range(2):
        async with stage.running():
            await stage.alice.slash(stage.channel, "ask", question=BIRDS)
    assert len(stage.double.sent(COMMANDS)) == 1
    [kept] = (stage.data / "discord").iterdir()
    # As after an upgrade with another set of commands.
    kept.write_text(json.dumps({"global": "of another version"}), "utf-8")
    async with stage.running():
        pass
    assert len(stage.double.sent(COMMANDS)) == 2


async def test_commands_that_were_not_taken_are_sent_at_the_next_start(stage: Stage) -> None:
    stage.double.fail(COMMANDS, forbidden())
    async with stage.running() as bot:
        # Old commands are no reason to leave mentions unanswered.
        assert (await stage.alice.mention(stage.channel, BIRDS)).kinds == ["reply"]
        assert failures(bot) == {"forbidden": 1}
    async with stage.running():
        asked = await stage.alice.slash(stage.channel, "ask", question=BIRDS)
    assert "Herons" in asked.text
    assert [request.status for request in stage.double.sent(COMMANDS)] == [403, 200]


async def test_question_asked_while_the_socket_was_down_is_answered_once(stage: Stage) -> None:
    async with stage.running() as bot:
        stage.double.gateway.drop()
        missed = stage.alice.mention(stage.channel, BIRDS)
        slash = stage.bob.slash(stage.channel, "ask", question="is there a subsidy")
        await missed
        await slash
        await stage.double.quiet()
        assert sessions(bot, stage) == (1, 1)
        assert len(await shown(bot, 2)) == 2
    assert (missed.kinds, slash.kinds) == (["reply"], ["message"])


async def test_socket_dropped_in_mid_answer(stage: Stage) -> None:
    async with stage.running() as bot:
        hang = stage.double.hang(MESSAGES)
        asked = stage.alice.mention(stage.channel, BIRDS)
        await hang.reached()
        stage.double.gateway.drop()
        await stage.double.until(lambda: sessions(bot, stage) == (1, 1), "the session to resume")
        hang.release()
        await asked
        await stage.double.quiet()
        [row] = await shown(bot, 1)
    assert asked.kinds == ["reply"]
    assert row.text == BIRDS


async def test_reconnect_request_resumes(stage: Stage) -> None:
    async with stage.running() as bot:
        stage.double.gateway.reconnect()
        asked = await stage.alice.mention(stage.channel, BIRDS)
        assert asked.kinds == ["reply"]
        assert sessions(bot, stage) == (1, 1)


@pytest.mark.parametrize("resumable", [True, False])
async def test_invalid_session(stage: Stage, resumable: bool) -> None:
    async with stage.running() as bot:
        before = await stage.alice.mention(stage.channel, BIRDS)
        stage.double.gateway.invalidate(resumable=resumable)
        if not resumable:
            await stage.double.until(stage.double.gateway.connected, "a new session")
        asked = await stage.bob.mention(stage.channel, "is there a subsidy")
        # What was shown before still works in the new session.
        more = await stage.bob.click(before.answer, "Sources")
        assert asked.kinds == ["reply"]
        assert "The bridge debate" in more.text
        assert sessions(bot, stage) == ((1, 1) if resumable else (2, 0))


async def test_lost_session_is_identified_anew(stage: Stage) -> None:
    async with stage.running() as bot:
        stage.double.gateway.drop()
        stage.double.gateway.forget()
        await stage.double.until(stage.double.gateway.connected, "a new session")
        assert (await stage.alice.mention(stage.channel, BIRDS)).kinds == ["reply"]
        assert sessions(bot, stage) == (2, 0)
    assert len(stage.double.sent(COMMANDS)) == 1


async def test_missed_heartbeat_acknowledgement(stage: Stage) -> None:
    stage.double.gateway.heartbeat = 0.05
    async with stage.running(heartbeat_timeout=0.3) as bot:
        beats = stage.double.gateway.seen["heartbeat"]
        await stage.double.until(
            lambda: stage.double.gateway.seen["heartbeat"] > beats + 1, "heartbeats"
        )
        stage.double.gateway.freeze()
        missed = await stage.alice.mention(stage.channel, BIRDS)
        await shown(bot, 1)
        assert missed.kinds == ["reply"]
        assert sessions(bot, stage)[1] >= 1


async def test_two_shards(stage: Stage) -> None:
    stage.double.shards = 2
    second = stage.double.guild("Second")
    second.member("alice")
    lobby = second.channel("lobby")
    async with stage.running() as bot:
        assert bot.state() | {"shards": 2, "shards_up": 2, "guilds": 2, "ready": True} == (
            bot.state()
        )
        assert (await stage.alice.mention(stage.channel, BIRDS)).kinds == ["reply"]
        there = await stage.alice.slash(lobby, "ask", question=BIRDS)
        direct = await stage.alice.dm("is there a subsidy")
        assert there.answer.ephemeral  # nobody has set that server up
        assert "grant" in direct.text
        stage.double.gateway.drop(1)
        missed = stage.alice.slash(lobby, "ask", question="who said that")
        assert (await stage.bob.mention(stage.channel, BIRDS)).kinds == ["reply"]
        assert (await missed).kinds == ["message"]
        kept = await shown(bot, 5)
    assert stage.double.gateway.seen["resumed"] == 1
    assert [row.text for row in kept if row.place.startswith(str(second.id))] == [None, None]
    assert not failures(bot)
