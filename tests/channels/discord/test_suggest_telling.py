"""Whoever asked is told once what became of their suggestion, and then their id is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simcord import UserHandle

from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.querylog.errors import LogUnavailable

from .keeping import kept_topic, press, publish, queue, service, suggest
from .world import World

__all__ = ["kept_topic", "service"]  # the fixtures of these tests

WORDS = "nobody ever asked the ferryman what becomes of his living"
TITLE = "A bridge over the river"


def heard(world: World, who: UserHandle) -> list[str]:
    """Return what the bot wrote to somebody directly."""
    return world.public(who.dm_channel)


async def waiting(world: World) -> list[str]:
    """Return the ids of those who are still to be told of what is decided."""
    return [each.user for each in await world.bot.service.moderation("bridge").to_tell()]


async def reject(world: World, reason: str = "It is there already, see *cost*.") -> None:
    """Have the moderator reject the oldest suggestion."""
    form = await press(world, await queue(world), "queue-reject")
    await world.moderator.submit_modal(form, {"reason": reason})


async def approve(world: World) -> None:
    """Have the moderator approve the oldest suggestion, without a change of the knowledge."""
    form = await press(world, await queue(world), "queue-approve")
    await world.moderator.submit_modal(form, {"done": "The date was corrected."})


async def test_rejected_with_the_reason_once(world: World) -> None:
    await suggest(world, world.ada, WORDS, about="new-bridge.cost", tell=True)
    await suggest(world, world.bo, WORDS)
    await reject(world)
    await reject(world)
    await world.env.advance_time(600)

    [told] = heard(world, world.ada.user)
    assert say("told-rejected", "en", number=1, topic=TITLE) in told
    assert say("suggest-about", "en", title="It is too expensive") in told
    assert "> It is there already, see \\*cost\\*." in told
    assert say("told-forgotten", "en") in told
    assert "ferryman" not in told
    assert heard(world, world.bo.user) == []
    assert await waiting(world) == []


async def test_approved_with_a_button_to_read_on(world: World) -> None:
    done = await suggest(world, world.ada, WORDS, kind="other", about="new-bridge.cost", tell=True)
    assert say("suggest-will-tell", "en") in world.words(done)
    assert heard(world, world.ada.user) == []
    await approve(world)
    [message] = world.ada.user.dm_channel.history()
    assert say("told-approved", "en", number=1, topic=TITLE) in world.words(message)
    assert "> The date was corrected." in world.words(message)
    read = await world.click(world.ada.user, message, say("told-read", "en"))

    assert "The money is needed for the school roof." in world.words(read)
    assert await waiting(world) == []


async def test_approved_without_an_entry_can_be_asked_about(world: World) -> None:
    await suggest(world, world.ada, WORDS, kind="other", tell=True)
    await approve(world)
    [message] = world.ada.user.dm_channel.history()
    form = await world.click(world.ada.user, message, say("ask", "en"))
    answer = await world.ada.user.submit_modal(form, {"question": "what about the birds"})

    assert "Herons nest" in world.words(answer)


async def test_published_draft_tells_within_a_minute_whoever_published_it(world: World) -> None:
    await suggest(world, world.ada, WORDS, kind="phrasing", about="new-bridge.cost", tell=True)
    form = await press(world, await queue(world), "queue-merge")
    await world.moderator.submit_modal(
        form, {"entry": ["new-bridge.cost"], "id": "", "language": ["en"], "words": "who pays him"}
    )
    await publish(world)
    await world.env.advance_time(61)

    [told] = heard(world, world.ada.user)
    assert say("told-approved", "en", number=1, topic=TITLE) in told


@pytest.mark.parametrize(("status", "code"), [(403, 50007), (403, 50278), (404, 10013)])
async def test_who_takes_no_messages_is_forgotten_all_the_same(
    world: World, status: int, code: int
) -> None:
    await suggest(world, world.ada, WORDS, tell=True)
    await suggest(world, world.bo, "another thing that is missing here", tell=True)
    world.env.inject_error(
        "POST", f"/channels/{world.ada.user.dm_channel.id}/messages", status=status, code=code,
        message="Cannot send messages to this user", times=None,
    )  # fmt: skip
    await reject(world)
    await reject(world)

    assert heard(world, world.ada.user) == []
    assert len(heard(world, world.bo.user)) == 1
    assert await waiting(world) == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/channels/*/messages", 500, 0), ("/channels/*/messages", 403, 40003),
     ("/users/@me/channels", 403, 40003)],
)  # fmt: skip
async def test_trouble_that_passes_is_waited_for(
    world: World, path: str, status: int, code: int
) -> None:
    await suggest(world, world.ada, WORDS, tell=True)
    with world.env.time_context():
        world.env.inject_error("POST", path, status=status, code=code, message="No", times=None)
    await reject(world)
    await world.env.advance_time(120)
    assert await waiting(world) == [f"discord:{world.ada.id}"]
    world.env.backend.faults.clear()
    await world.env.advance_time(600)

    assert len(heard(world, world.ada.user)) == 1
    assert await waiting(world) == []
    world.failures = {"platform" if status == 500 else "forbidden"}


async def test_decided_before_a_restart_and_told_after_it(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    await suggest(world, world.ada, WORDS, tell=True)
    await world.bot.service.moderation("bridge").reject(1, "discord:7", "It is there already.")
    assert heard(world, world.ada.user) == []
    await world.restart(new_bot())
    await world.env.settle()

    assert len(heard(world, world.ada.user)) == 1
    assert await waiting(world) == []


async def test_told_once_even_if_that_cannot_be_taken_down(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_database(*_: Any, **__: Any) -> None:
        raise LogUnavailable("The database cannot be written.")

    await suggest(world, world.ada, WORDS, tell=True)
    with monkeypatch.context() as patched:
        patched.setattr(world.bot.service.log.tellings, "done", no_database)
        await reject(world)
        await world.env.advance_time(1_000)
    assert len(heard(world, world.ada.user)) == 1
    assert await waiting(world) == [f"discord:{world.ada.id}"]
    await world.env.advance_time(400)

    assert len(heard(world, world.ada.user)) == 1
    assert await waiting(world) == []
    world.failures = {"refused"}


async def test_forgotten_before_the_decision_hears_nothing(world: World) -> None:
    await suggest(world, world.ada, WORDS, tell=True)
    await suggest(world, world.bo, "another thing that is missing here")
    await world.bot.service.log.forget_person(f"discord:{world.ada.id}")
    await reject(world)
    await world.env.advance_time(600)

    assert heard(world, world.ada.user) == []


async def test_message_is_in_the_home_servers_language(world: World) -> None:
    world.env.backend.edit_guild(world.guild.id, {"preferred_locale": "uk"})
    await world.env.settle()
    await suggest(world, world.ada, WORDS, tell=True)
    await reject(world)

    [told] = heard(world, world.ada.user)
    assert say("told-rejected", "uk", number=1, topic=TITLE) in told


async def test_no_id_and_no_word_of_it_is_in_the_log_lines(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await suggest(world, world.ada, WORDS, tell=True)
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=40003, message="No")
    await reject(world)
    lines = capsys.readouterr().out

    assert "telling" in lines
    assert str(world.ada.id) not in lines
    assert "ferryman" not in lines
    world.failures = {"forbidden"}
