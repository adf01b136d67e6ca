"""The bot cannot be made noisy, late, forgetful or disobedient by whoever tries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.querylog.errors import LogUnavailable
from bot.querylog.places import Home

from .world import TOPIC, World

BIRDS = "what about the birds"
NewBot = Callable[[], RejoinderBot]


@pytest.mark.parametrize("nothing", ["???", "... !!! ...", "x" * 1_900 + " y"])
async def test_questions_without_a_question_do_not_fill_a_channel(
    world: World, nothing: str
) -> None:
    if len(nothing) > 100:
        world.longer = "z" * 1_000
    for _ in range(6):
        await world.mention(world.ada, nothing)
    assert len(world.public()) == 1
    # All of them stand in the log, for whoever wonders what happened.
    assert len(await world.rows()) == 6


async def test_broken_log_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def record(*_: Any) -> None:
        raise LogUnavailable("The log cannot be written.")

    monkeypatch.setattr(world.bot.service.log, "record", record)
    for _ in range(4):
        await world.mention(world.ada, BIRDS)
    assert world.public() == [say("error-log", "en")]
    world.failures = {"refused"}


async def test_crowd_gets_few_hints_in_a_channel_that_is_not_set_up(world: World) -> None:
    for number in range(9):
        await world.mention(world.member(f"guest {number}"), BIRDS, world.other)
    assert len(world.public(world.other)) == 5


async def test_paused_thread_is_public_again_when_the_time_is_over(world: World) -> None:
    thread = world.thread(world.channel)
    await world.moderator.slash(thread, "pause", minutes=1)
    assert await world.mention(world.ada, BIRDS, thread) is None
    await world.env.advance_time(61)
    reply = await world.mention(world.ada, BIRDS, thread)
    assert reply is not None
    assert "Objections and replies" in world.labels(reply)


async def test_paused_channel_refuses_buttons_and_commands_but_not_ones_own_data(
    world: World,
) -> None:
    reply = await world.mention(world.ada, BIRDS)
    assert reply is not None
    await world.moderator.slash(world.channel, "pause")
    paused = say("paused", "en")
    for command in ("ask", "objections", "sources", "map", "proposals"):
        given = {"ask": {"question": BIRDS}, "proposals": {}, "sources": {"entry": "new-bridge"}}
        options = given.get(command, {"proposal": "new-bridge"})
        result = await world.ada.slash(world.channel, command, **options)
        assert world.words(result) == paused
    clicked = await world.click(world.ada, reply, "Objections and replies")
    assert world.words(clicked) == paused
    assert say("export", "en") in world.labels(await world.ada.slash(world.channel, "privacy"))
    more = await world.click(world.ada, reply, "More")
    gone = await world.click(world.ada, more, "Delete")
    assert world.words(gone) == say("deleted-own", "en")


async def test_slow_database_defers_clicks_instead_of_losing_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = await world.mention(world.ada, BIRDS)
    assert reply is not None
    service = world.bot.service
    wrong = service.wrong

    async def slowly(*args: Any, **more: Any) -> Any:
        await asyncio.sleep(2.5)
        return await wrong(*args, **more)

    monkeypatch.setattr(service, "wrong", slowly)
    menu = await world.click(world.bo, reply, "Wrong or missing")
    world.env.http_requests.clear()
    chosen = await world.select(world.bo, menu, "outdated")
    [first, *_] = world.sent("POST", "/callback")
    assert isinstance(first.json, dict)
    assert first.json["type"] == 6  # a deferred edit of the private message
    assert world.words(chosen) == say("noted", "en")
    assert await world.feedback() == [("outdated", None)]


async def test_shown_copy_can_be_deleted_when_the_log_has_forgotten_the_question(
    world: World,
) -> None:
    private = await world.ada.slash(world.channel, "ask", question=BIRDS, private=True)
    more = await world.click(world.ada, private, "More")
    await world.click(world.ada, more, "Show to everyone")
    [copy] = [m for m in world.channel.history() if not m.flags.ephemeral]
    await world.bot.service.log.forget_person(f"discord:{world.ada.id}")
    menu = await world.click(world.ada, copy, "More")
    gone = await world.click(world.ada, menu, "Delete")
    assert world.words(gone) == say("deleted-own", "en")
    assert not world.public()


async def test_strangers_cannot_delete_what_the_log_has_forgotten(world: World) -> None:
    reply = await world.mention(world.ada, BIRDS)
    assert reply is not None
    await world.bot.service.log.forget_person(f"discord:{world.ada.id}")
    menu = await world.click(world.bo, reply, "More")
    refused = await world.click(world.bo, menu, "Delete")
    assert world.words(refused) == say("not-yours", "en")
    assert world.public()


async def test_shown_answer_keeps_its_own_language(world: World) -> None:
    world.locales[world.ada.id] = "ru"
    private = await world.ada.slash(world.channel, "ask", question=BIRDS, private=True)
    more = await world.click(world.ada, private, "More")
    await world.click(world.ada, more, say("show-everyone", "ru"))
    [copy] = [m for m in world.channel.history() if not m.flags.ephemeral]
    assert "Objections and replies" in world.labels(copy)


async def test_deleting_everything_is_not_a_toy(world: World) -> None:
    for _ in range(2):
        sure = await world.ada.slash(world.channel, "privacy")
        asked = await world.click(world.ada, sure, "Delete my data")
        await world.click(world.ada, asked, "Yes, delete it")
    sure = await world.ada.slash(world.channel, "privacy")
    third = await world.click(world.ada, sure, "Export my data")
    assert "Too many" in world.words(third)


async def test_private_messages_leave_no_tasks_behind(world: World) -> None:
    await world.ada.slash(world.channel, "help")
    before = len(asyncio.all_tasks())
    for _ in range(10):
        await world.ada.slash(world.channel, "help")
    assert len(asyncio.all_tasks()) <= before


async def test_panel_fits_when_the_bot_may_write_nowhere(world: World) -> None:
    channels = [world.guild.create_text_channel(f"a-long-channel-name-{n}") for n in range(25)]
    await world.bot.places.set_channels(TOPIC, world.guild.id, {str(c.id) for c in channels})
    for channel in channels:
        world.env.backend.delete_channel(channel.id)
    for locale in ("en-US", "ru", "uk"):
        world.locales[world.manager.id] = locale
        panel = await world.manager.slash(world.channel, "setup")
        assert sum(len(c.get("content") or "") for c in world.components(panel)) <= 4_000


async def test_operators_setting_overrules_an_earlier_claim(world: World, new_bot: NewBot) -> None:
    bot = new_bot()
    object.__setattr__(bot.places, "_only", "4242")
    await bot.places.load()
    assert bot.places.home(TOPIC) is None
    assert bot.places.topics_at(world.guild.id) == []
    assert not bot.places.where(world.guild.id, world.channel.id).public
    await bot.pictures.close()


async def test_places_that_cannot_be_read_at_the_start_are_private_until_they_can(
    world: World, new_bot: NewBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = world.bot.service.log.places
    homes = places.homes
    broken = True

    async def sometimes() -> list[Home]:
        if broken:
            raise LogUnavailable("The database is away.")
        return await homes()

    monkeypatch.setattr(places, "homes", sometimes)
    await world.restart(new_bot())
    assert not world.bot.places.where(world.guild.id, world.channel.id).public
    broken = False
    await world.env.advance_time(11)
    assert world.bot.places.where(world.guild.id, world.channel.id).public
    world.failures = {"refused"}


async def test_invited_and_reading_team_members_own_nothing(world: World) -> None:
    def member(number: int, state: str, role: str) -> Any:
        return SimpleNamespace(
            id=number,
            membership_state=getattr(discord.TeamMembershipState, state),
            role=getattr(discord.TeamMemberRole, role),
        )

    members = [
        member(1, "accepted", "admin"),
        member(2, "invited", "admin"),
        member(3, "accepted", "read_only"),
        member(4, "accepted", "developer"),
    ]
    world.bot._application = SimpleNamespace(team=SimpleNamespace(members=members))  # type: ignore[assignment]
    assert world.bot.owners() == {1, 4}


async def test_mention_while_the_bot_leaves_gets_a_word(world: World) -> None:
    world.bot._draining = True
    reply = await world.mention(world.ada, BIRDS)
    assert world.words(reply) == say("restarting", "en")
    assert await world.rows() == []
