"""*Tell me*: who asked may wait for the answer, is told once, and is forgotten."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.querylog.log import DATABASE_FILE

from .editing import kept_topic
from .keeping import service
from .reviewing import SNOW, ask_all, core, press
from .test_suggest_telling import heard
from .world import TOPIC, World

__all__ = ["kept_topic", "service"]

TELL = say("await-tell", "en")


async def answer_it(world: World, phrasing: str = "who clears away snow and ice in winter") -> None:
    """Publish what answers the question, past all forms, and sort the questions in."""
    moderation, user = world.bot.service.moderation(TOPIC), "discord:7"
    await core(world).draft_phrasing(
        user, "new-bridge.cost", f"{phrasing}\nsnow clearing on the bridge\nwinter service",
        channel="terminal", query=1,
    )  # fmt: skip
    draft = await moderation.draft(user)
    plan = await moderation.plan(draft)
    await moderation.publish(draft, plan, user=user, reason="Asked for.", confirmed=True)
    await core(world).refresh()


def waiting(world: World) -> int:
    """Return how many questions somebody waits for."""
    file = world.bot.settings.data / DATABASE_FILE
    with contextlib.closing(sqlite3.connect(file)) as database:
        [count] = database.execute("SELECT count(*) FROM awaiting").fetchone()
    return int(count)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
async def test_told_once_in_the_language_of_the_question(world: World, language: str) -> None:
    [asked] = await ask_all(world, SNOW[:1])
    await press(world, asked, "await-tell", world.ada)
    await press(world, asked, "await-tell", world.ada)
    assert waiting(world) == 1
    await answer_it(world)
    [due] = await core(world).answered()
    view = world.bot.awaiting.view(TOPIC, replace(due, language=language))
    assert say("told-read", language) in str(view.to_components())  # type: ignore[no-untyped-call]
    await world.env.advance_time(61)
    await world.env.advance_time(61)
    [told] = heard(world, world.ada.user)
    assert f"> {SNOW[0]}" in told
    assert say("await-now", "en", title="It is too expensive") in told
    assert say("told-forgotten", "en") in told
    assert waiting(world) == 0


async def test_nobody_is_told_of_what_is_not_answered(world: World) -> None:
    [asked] = await ask_all(world, SNOW[:1])
    await press(world, asked, "await-tell", world.ada)
    await core(world).refresh()
    await world.env.advance_time(600)
    assert heard(world, world.ada.user) == []
    assert waiting(world) == 1


async def test_only_whoever_asked_can_be_told(world: World) -> None:
    [asked] = await ask_all(world, SNOW[:1])
    refused = await press(world, asked, "await-tell", world.bo)
    assert world.words(refused) == say("await-not-yours", "en")
    assert refused.ephemeral
    assert waiting(world) == 0


async def test_button_is_there_where_words_are_kept_and_nowhere_else(world: World) -> None:
    private = await world.ada.slash(world.channel, "ask", question=SNOW[0], private=True)
    direct = await world.ada.user.slash("ask", question=SNOW[0])
    elsewhere = await world.ada.slash(world.other, "ask", question=SNOW[0])
    for shown in (private, direct, elsewhere):
        assert say("suggest", "en") in world.labels(shown)
        assert TELL not in world.labels(shown)
    kept = await world.ada.slash(world.channel, "ask", question=SNOW[0])
    assert TELL in world.labels(kept)
    answered = await world.ada.slash(world.channel, "ask", question="what about the birds")
    assert TELL not in world.labels(answered)


async def test_forged_button_of_a_private_question_keeps_nothing(world: World) -> None:
    private = await world.ada.slash(world.channel, "ask", question=SNOW[0], private=True)
    kept = await world.ada.slash(world.channel, "ask", question=SNOW[0])
    button = _button(world, kept)
    event = next(
        c["custom_id"].split(":")[5] for c in world.components(private) if "custom_id" in c
    )
    parts = button["custom_id"].split(":")
    button["custom_id"] = ":".join([*parts[:5], event, *parts[6:]])
    refused = await world.click(world.ada, kept, TELL)
    assert world.words(refused) == say("await-not-yours", "en")
    assert waiting(world) == 0


async def test_none_of_these_can_wait_too(world: World) -> None:
    unsure = "will the bridge be pretty"
    shown = await world.mention(world.ada, unsure)
    noted = await press(world, shown, "none-of-these", world.ada)
    kept = await press(world, noted, "await-tell", world.ada)
    assert world.words(kept) == say("await-kept", "en")
    assert waiting(world) == 1
    noted = await press(world, shown, "none-of-these", world.bo)
    assert TELL not in world.labels(noted)
    private = await world.cy.slash(world.channel, "ask", question=unsure, private=True)
    noted = await press(world, private, "none-of-these", world.cy)
    assert TELL not in world.labels(noted)


async def test_who_is_forgotten_waits_no_longer(world: World) -> None:
    [asked] = await ask_all(world, SNOW[:1])
    await press(world, asked, "await-tell", world.ada)
    await world.bot.service.log.forget_person(f"discord:{world.ada.id}")
    await world.env.advance_time(600)
    assert heard(world, world.ada.user) == []
    assert waiting(world) == 0


async def test_who_takes_no_messages_is_forgotten(world: World) -> None:
    [asked] = await ask_all(world, SNOW[:1])
    await press(world, asked, "await-tell", world.ada)
    world.env.inject_error(
        "POST", f"/channels/{world.ada.user.dm_channel.id}/messages", status=403, code=50007,
        message="Cannot send messages to this user", times=None,
    )  # fmt: skip
    await answer_it(world)
    await world.env.advance_time(61)
    assert waiting(world) == 0


async def test_answered_before_a_restart_and_told_after_it(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    [asked] = await ask_all(world, SNOW[:1])
    await press(world, asked, "await-tell", world.ada)
    await answer_it(world)
    await world.restart(new_bot())
    await world.env.settle()
    assert len(heard(world, world.ada.user)) == 1
    assert waiting(world) == 0


def _button(world: World, shown: Any) -> dict[str, Any]:
    """Return the button as Discord keeps it, to be forged."""
    message = world.env.backend.get_message(shown.response.channel_id, shown.response.id)
    rows = [row for box in message.components for row in box["components"] if row["type"] == 1]
    [found] = [each for row in rows for each in row["components"] if each["label"] == TELL]
    button: dict[str, Any] = found
    return button
