"""What goes wrong ends in one sentence for whoever can still hear it, and never in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.cooldown import Cooldown
from bot.channels.discord.words import say
from bot.querylog.errors import LogUnavailable
from bot.settings import Settings

from .world import World

BIRDS = "what about the birds"
NewBot = Callable[[], RejoinderBot]


@pytest.fixture
def no_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let neither the database nor the spool take anything."""

    async def record(*_: Any) -> None:
        raise LogUnavailable("The log cannot be written.")

    monkeypatch.setattr(world.bot.service.log, "record", record)


@pytest.mark.usefixtures("no_log")
async def test_what_cannot_be_logged_is_not_answered(world: World) -> None:
    reply = await world.mention(world.ada, BIRDS)
    result = await world.ada.slash(world.channel, "ask", question=BIRDS)
    shown = await world.ada.slash(world.channel, "objections", proposal="new-bridge")
    await world.ada.user.send_dm(BIRDS)

    assert reply is not None
    said = [world.words(each) for each in (reply, result, shown)]
    assert said == [say("error-log", "en")] * 3
    assert world.public(world.ada.user.dm_channel) == [say("error-log", "en")]
    assert result.ephemeral
    world.failures = {"refused"}


@pytest.mark.usefixtures("no_log")
async def test_what_needs_no_log_goes_on_without_it(world: World) -> None:
    proposals = await world.ada.slash(world.channel, "proposals")
    sources = await world.ada.slash(world.channel, "sources", entry="new-bridge")

    assert world.options(proposals)
    assert "The bridge debate" in world.words(sources)


async def test_mistake_of_ours_has_an_id_that_the_log_line_has_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError(f"never shown: {BIRDS}")

    monkeypatch.setattr(world.bot.service, "ask", broken)
    with capture_logs() as lines:
        result = await world.ada.slash(world.channel, "ask", question=BIRDS)
        reply = await world.mention(world.ada, BIRDS)

    assert result.ephemeral
    ids = [line["id"] for line in lines if line["event"] == "discord_failed"]
    for said, error_id in zip((result, reply), ids, strict=True):
        assert world.words(said) == say("error-ours", "en", id=error_id)
    world.failures = {"ours"}


async def test_expired_interaction_is_left_alone(world: World) -> None:
    world.env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction"
    )
    result = await world.ada.slash(world.channel, "ask", question=BIRDS)

    assert not result.acknowledged
    assert len(world.sent("POST", "/callback")) == 1
    [row] = await world.rows()
    assert row.delivered_at is None
    world.failures = {"expired"}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(403, 50013, "forbidden"), (404, 10003, "gone"), (403, 50001, "forbidden")],
)
async def test_channel_that_takes_no_answer_gets_no_second_try(
    world: World, status: int, code: int, kind: str
) -> None:
    world.env.inject_error(
        "POST", "/channels/*/messages", status=status, code=code, message="No", times=None
    )
    with capture_logs() as lines:
        reply = await world.mention(world.ada, BIRDS)

    assert reply is None
    assert len(world.sent("POST", "/messages")) == 1
    [line] = [line for line in lines if line["event"] == "discord_failed"]
    assert (line["kind"], line["code"]) == (kind, code)
    assert BIRDS not in str(lines)
    [row] = await world.rows()
    assert row.delivered_at is None
    world.failures = {kind}


async def test_bot_without_permission_does_not_even_try(world: World) -> None:
    quiet = world.quiet_channel()
    await world.bot.places.set_channels("bridge", world.guild.id, {str(quiet.id)})
    reply = await world.mention(world.ada, BIRDS, quiet)

    assert reply is None
    assert not world.sent("POST", "/messages")
    assert await world.rows() == []
    # A command is answered by Discord's own way and needs no permission.
    result = await world.ada.slash(quiet, "ask", question=BIRDS)
    assert "It disturbs the herons" in world.words(result)


async def test_discord_that_refuses_an_answer_gets_a_sentence(world: World) -> None:
    world.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    result = await world.ada.slash(world.channel, "ask", question=BIRDS)

    assert result.ephemeral
    assert re.fullmatch(
        re.escape(say("error-platform", "en", id="X")).replace("X", "[0-9a-f]{8}"),
        world.words(result),
    )
    world.failures = {"platform"}


async def test_deferred_answer_that_fails_is_filled_with_the_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(world.bot.pictures, "draw", broken)
    result = await world.ada.slash(world.channel, "map", proposal="new-bridge", private=True)

    assert say("error-ours", "en", id="").split("error")[0] in world.words(result)
    assert not result.followups
    world.failures = {"ours"}


async def test_question_deleted_while_it_is_answered_gets_its_answer(world: World) -> None:
    backend = world.env.backend
    sent = backend.create_message(world.channel.id, world.ada.id, f"{world.me} {BIRDS}")
    backend.delete_message(world.channel.id, sent.id)
    await world.env.settle()

    assert len(world.public()) == 1


async def test_entry_taken_down_is_not_shown_by_its_old_menu(world: World) -> None:
    result = await world.ada.slash(world.channel, "proposals")
    assert result.response is not None
    stored = world.env.backend.get_message(result.response.channel_id, result.response.id)
    stored.components[0]["components"][1]["components"][0]["options"][0]["value"] = "old-one"
    shown = await world.select(world.ada, result, "old-one")

    assert world.words(shown) == say("no-such-entry", "en")


# Cool-downs.


@pytest.fixture
def limited(world: World, new_bot: NewBot, settings: Settings) -> Callable[..., RejoinderBot]:
    """Return a function that makes a bot with cool-downs."""

    def make(**limits: Any) -> RejoinderBot:
        wanted = settings.model_copy(update={"discord_window": 3600.0, **limits})
        return RejoinderBot(
            world.bot.service, world.bot.metrics, wanted, guild_ready_timeout=0.05, shard_count=1
        )

    return make


Limited = Callable[..., RejoinderBot]


async def test_person_who_asks_too_much_is_told_to_wait_and_others_are_not(
    world: World, limited: Limited
) -> None:
    await world.restart(limited(discord_user_limit=2))
    for _ in range(2):
        assert not (await world.ada.slash(world.channel, "ask", question=BIRDS)).ephemeral
    third = await world.ada.slash(world.channel, "ask", question=BIRDS)
    other = await world.bo.slash(world.channel, "ask", question=BIRDS)

    assert third.ephemeral
    assert world.words(third).startswith("Too many questions at once.")
    assert not other.ephemeral
    assert len(await world.rows()) == 3


async def test_mentions_too_much_get_one_hint(world: World, limited: Limited) -> None:
    await world.restart(limited(discord_user_limit=1))
    for _ in range(4):
        await world.mention(world.ada, BIRDS)

    assert len(world.public()) == 2
    assert world.public()[1].startswith("Too many questions at once.")


async def test_full_channel_still_answers_privately(world: World, limited: Limited) -> None:
    await world.restart(limited(discord_channel_limit=1))
    await world.mention(world.ada, BIRDS)
    full = await world.bo.slash(world.channel, "ask", question=BIRDS)
    private = await world.bo.slash(world.channel, "ask", question=BIRDS, private=True)

    assert world.words(full).startswith("Too many questions at once.")
    assert "It disturbs the herons" in world.words(private)


@pytest.mark.parametrize("mistake", ["emoji", "topic", "entry", "twice", "log"])
async def test_mistake_costs_nothing(
    world: World, limited: Limited, mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.restart(limited(discord_user_limit=1, discord_channel_limit=1))
    if mistake == "emoji":
        await world.ada.slash(world.channel, "ask", question="🔥🔥")
    elif mistake == "topic":
        await world.ada.slash(world.channel, "ask", question=BIRDS, topic="boats")
    elif mistake == "entry":
        await world.ada.slash(world.channel, "map", proposal="zeppelins")
    elif mistake == "twice":
        await world.restart(limited(discord_user_limit=2, discord_channel_limit=2))
        await world.ada.slash(world.channel, "ask", question="what is the bridge plan")
        world.again("INTERACTION_CREATE", world.ada.id)
        await world.env.settle()
    else:
        with monkeypatch.context() as patch:

            async def record(*_: Any) -> None:
                raise LogUnavailable("The log cannot be written.")

            patch.setattr(world.bot.service.log, "record", record)
            await world.ada.slash(world.channel, "ask", question=BIRDS)
    world.failures = {"refused"} if mistake == "log" else set()

    answered = await world.ada.slash(world.channel, "ask", question=BIRDS)
    assert "It disturbs the herons" in world.words(answered)


def test_cooldown_counts_within_a_sliding_window() -> None:
    now = [0.0]
    cooldown = Cooldown(2, 10.0, clock=lambda: now[0])
    cooldown.use("a")
    now[0] = 4.0
    cooldown.use("a")
    assert cooldown.wait("a") == 6.0
    assert cooldown.wait("b") == 0.0
    now[0] = 10.0
    assert cooldown.wait("a") == 0.0
    cooldown.use("a")
    assert cooldown.wait("a") == 4.0
    cooldown.refund("a")
    assert cooldown.wait("a") == 0.0


def test_cooldown_of_zero_allows_everything_and_refunds_nothing() -> None:
    cooldown = Cooldown(0, 10.0)
    for _ in range(100):
        cooldown.use(1)
        cooldown.refund(1)
        cooldown.refund(1)
    assert cooldown.wait(1) == 0.0
