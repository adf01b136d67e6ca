"""Events that come twice, requests that fail: one question, one answer, one row."""

from __future__ import annotations

import pytest

from benchmarks.discord_double import (
    ApiError,
    Exchange,
    cut,
    forbidden,
    rate_limited,
    server_error,
    unknown,
)

from .stage import BIRDS, CALLBACK, MESSAGES, Act, Stage, failures, refused, rows, shown

ACTS: dict[str, Act] = {
    "mention": lambda stage: stage.alice.mention(stage.channel, BIRDS),
    "direct message": lambda stage: stage.alice.dm(BIRDS),
    "command": lambda stage: stage.alice.slash(stage.channel, "ask", question=BIRDS),
    "private command": lambda stage: stage.alice.slash(
        stage.channel, "ask", question=BIRDS, private=True
    ),
    "objections": lambda stage: stage.alice.slash(
        stage.channel, "objections", proposal="new-bridge"
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_event_delivered_twice_is_answered_once(stage: Stage, act: Act) -> None:
    async with stage.running() as bot:
        asked = act(stage)
        asked.again()  # while the first is being answered
        await asked
        await shown(bot, 1)
        asked.again()
        await stage.double.quiet()
        assert len(asked.responses) == 1
        assert len(await rows(bot.service.log)) == 1
    assert not failures(bot)


async def test_form_and_choice_delivered_twice_are_answered_once(stage: Stage) -> None:
    async with stage.running() as bot:
        asked = await stage.alice.mention(stage.channel, BIRDS)
        more = await stage.alice.click(asked.answer, "More")
        form = await stage.alice.click(more.answer, "Follow up")
        sent = stage.alice.submit(form, {"question": "who says that"})
        sent.again()
        await sent
        await shown(bot, 2)
        sent.again()
        await stage.double.quiet()
        assert len(sent.responses) == 1
        assert len(await rows(bot.service.log)) == 2


async def test_second_delivery_uses_up_nobodys_questions(stage: Stage) -> None:
    async with stage.running(discord_user_limit=2) as bot:
        first = await stage.alice.mention(stage.channel, BIRDS)
        for _ in range(3):
            first.again()
        await stage.double.quiet()
        second = await stage.alice.mention(stage.channel, "is there a subsidy")
        # Now the limit is reached: still no word about what was answered already.
        first.again()
        await stage.double.quiet()
        assert [first.kinds, second.kinds] == [["reply"], ["reply"]]
        assert "grant" in second.text
        await shown(bot, 2)


async def test_rate_limited_reply_is_sent_once_the_wait_is_over(stage: Stage) -> None:
    async with stage.running() as bot:
        stage.double.fail(MESSAGES, rate_limited(0.05), times=2)
        asked = await stage.alice.mention(stage.channel, BIRDS)
        await shown(bot, 1)
    assert asked.kinds == ["reply"]
    assert [request.status for request in stage.double.sent(MESSAGES)] == [429, 429, 200]


async def test_global_rate_limit_holds_all_back_and_loses_nothing(stage: Stage) -> None:
    async with stage.running() as bot:
        stage.double.fail(MESSAGES, rate_limited(0.1, everywhere=True))
        asked = [
            who.mention(stage.channel, f"{BIRDS} {number}")
            for number, who in enumerate([stage.alice, stage.bob] * 2)
        ]
        for each in asked:
            await each
        assert len(await shown(bot, 4)) == 4
    assert [each.kinds for each in asked] == [["reply"]] * 4


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_server_error_is_tried_again(stage: Stage, status: int) -> None:
    async with stage.running() as bot:
        stage.double.fail(MESSAGES, server_error(status))
        stage.double.fail(CALLBACK, server_error(status))
        asked = stage.alice.mention(stage.channel, BIRDS)
        slash = stage.bob.slash(stage.channel, "ask", question=BIRDS)
        await asked
        await slash
        await shown(bot, 2)
    assert (asked.kinds, slash.kinds) == (["reply"], ["message"])
    assert [request.status for request in stage.double.sent(MESSAGES)] == [status, 200]
    assert [request.status for request in stage.double.sent(CALLBACK)] == [status, 200]


async def test_reply_whose_confirmation_is_lost_is_shown_once(stage: Stage) -> None:
    async with stage.running() as bot:
        hang = stage.double.hang(MESSAGES, after=True)
        asked = stage.alice.mention(stage.channel, BIRDS)
        await hang.reached()
        hang.release(drop=True)
        # Sent again under the same nonce, which Discord takes for the same message.
        [row] = await shown(bot, 1)
        asked.again()
        await stage.double.quiet()
        assert row.delivered_at is not None
    assert len(stage.double.sent(MESSAGES)) == 2
    assert asked.kinds == ["reply"]
    assert len(stage.channel.history) == 2
    assert not failures(bot)


async def test_command_whose_confirmation_is_lost_is_answered_once(stage: Stage) -> None:
    async with stage.running() as bot:
        hang = stage.double.hang(CALLBACK, after=True)
        asked = stage.alice.slash(stage.channel, "ask", question=BIRDS)
        await hang.reached()
        hang.release(drop=True)
        await stage.double.until(lambda: failures(bot), "the failure")
        asked.again()
        await stage.double.quiet()
    assert asked.kinds == ["message"]
    assert len(await stage.log()) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(forbidden(), "forbidden"), (unknown(10003), "gone"), (cut(), "platform")],
    ids=["forbidden", "channel gone", "cut"],
)
async def test_reply_that_fails_for_good_ends_in_the_funnel(
    stage: Stage, fault: ApiError, kind: str
) -> None:
    async with stage.running() as bot:
        stage.double.fail(MESSAGES, fault, times=2 if kind == "platform" else 1)
        lost = stage.alice.mention(stage.channel, BIRDS)
        await stage.double.until(lambda: failures(bot), "the failure")
        asked = await stage.bob.mention(stage.channel, BIRDS)
        kept = await shown(bot, 1)
    assert not lost.responses
    assert asked.kinds == ["reply"]
    assert [row.delivered_at is not None for row in kept] == [False, True]
    assert failures(bot) == {kind: 1}


async def test_interaction_that_has_expired(stage: Stage) -> None:
    async with stage.running() as bot:
        late = stage.alice.slash(stage.channel, "ask", question=BIRDS, expired=True)
        await stage.double.until(lambda: failures(bot), "the failure")
        asked = await stage.alice.slash(stage.channel, "ask", question=BIRDS)
        kept = await shown(bot, 1)
    assert not late.responses
    assert asked.kinds == ["message"]
    assert [row.delivered_at is not None for row in kept] == [False, True]
    assert failures(bot) == {"expired": 1}


async def test_channel_in_which_the_bot_may_not_send(stage: Stage) -> None:
    silent = stage.guild.channel("read-only", bot_denied=1 << 11)
    async with stage.running(silent) as bot:
        unheard = stage.alice.mention(silent, BIRDS)
        await stage.double.until(lambda: refused(bot), "the refusal")
        await stage.double.quiet()
        # A response to a command needs no permission of the bot's.
        slash = await stage.alice.slash(silent, "ask", question=BIRDS)
        await shown(bot, 1)
        assert not unheard.responses
        assert not stage.double.sent(MESSAGES)
        assert slash.kinds == ["message"]
        assert refused(bot) == {"permission": 1}


def texts(exchanges: list[Exchange]) -> list[str]:
    """Return what was answered."""
    return [exchange.text for exchange in exchanges]


async def test_many_questions_at_once_lose_nothing(stage: Stage) -> None:
    people = [stage.guild.member(f"member {number}") for number in range(12)]
    async with stage.running(discord_channel_limit=0) as bot:
        asked = [
            who.mention(stage.channel, BIRDS) if number % 2 else who.slash(
                stage.channel, "ask", question="is there a subsidy"
            )
            for number, who in enumerate(people)
        ]  # fmt: skip
        for each in asked:
            await each
        assert len(await shown(bot, 12)) == 12
    assert [len(each.responses) for each in asked] == [1] * 12
    assert all("Herons" in text for text in texts(asked[1::2]))
    assert all("grant" in text for text in texts(asked[::2]))
