"""A restart leaves nothing dead behind: buttons, menus and open forms go on working."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.advisor.answer import Question
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.service import Asker, Reply

from .world import World

NewBot = Callable[[], RejoinderBot]
BIRDS = "what about the birds"


async def test_buttons_of_an_old_answer_work_after_a_restart(world: World, new_bot: NewBot) -> None:
    reply = await world.mention(world.ada, BIRDS)
    await world.restart(new_bot())
    pages = await world.click(world.bo, reply, "Objections and replies")
    sources = await world.click(world.bo, reply, "Sources")
    more = await world.click(world.ada, reply, "More")
    why = await world.click(world.ada, more, "Why this answer?")
    menu = await world.click(world.bo, reply, "Wrong or missing")

    assert "Building could wait until autumn." in world.words(pages)
    assert "The bridge debate" in world.words(sources)
    # What was in memory is gone; the log knows enough.
    assert say("why-from-log", "en") in world.words(why)
    assert "new-bridge.herons" in world.words(why)
    await world.restart(new_bot())
    assert world.words(await world.select(world.bo, menu, "outdated")) == say("noted", "en")
    deleted = await world.click(world.ada, more, "Delete")
    assert world.words(deleted) == say("deleted-own", "en")
    assert world.public() == []


async def test_form_opened_before_a_restart_is_answered_after_it(
    world: World, new_bot: NewBot
) -> None:
    reply = await world.mention(world.ada, BIRDS)
    more = await world.click(world.bo, reply, "More")
    form = await world.click(world.bo, more, "Follow up")
    await world.restart(new_bot())
    answered = await world.bo.submit_modal(form, {"question": "and what is replied?"})

    assert answered.ephemeral
    assert "Building could wait until autumn." in world.words(answered)
    row = (await world.rows())[-1]
    assert row.context_entry == "new-bridge.herons"


async def test_reply_to_an_answer_from_before_a_restart_follows_it(
    world: World, new_bot: NewBot
) -> None:
    reply = await world.mention(world.ada, BIRDS)
    await world.restart(new_bot())
    followed = await world.mention(world.bo, "and what is replied?", reply_to=reply)

    assert followed is not None
    assert (await world.rows())[-1].context_entry == "new-bridge.herons"


async def test_event_from_before_a_restart_is_not_answered_again(
    world: World, new_bot: NewBot
) -> None:
    await world.mention(world.ada, BIRDS)
    await world.restart(new_bot())
    world.again("MESSAGE_CREATE", world.ada.id)
    await world.env.settle()

    assert len(world.public()) == 1
    assert len(await world.rows()) == 1


async def test_browsing_goes_on_after_a_restart(world: World, new_bot: NewBot) -> None:
    result = await world.ada.slash(world.channel, "proposals")
    await world.restart(new_bot())
    shown = await world.select(world.ada, result, "new-bridge")

    assert "beside the mill" in world.words(shown)


async def test_privacy_asked_before_a_restart_is_done_after_it(
    world: World, new_bot: NewBot
) -> None:
    await world.mention(world.ada, BIRDS)
    opened = await world.ada.slash(world.channel, "privacy")
    sure = await world.click(world.ada, opened, say("forget", "en"))
    await world.restart(new_bot())
    done = await world.click(world.ada, sure, say("forget-yes", "en"))

    assert say("forgotten", "en", count=1) in world.words(done)
    assert await world.rows() == []


async def test_answers_under_way_finish_before_the_bot_leaves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, ask = world.bot.service, world.bot.service.ask
    asked = asyncio.Event()

    async def slow(question: Question, asker: Asker, topic: str | None = None) -> Reply:
        asked.set()
        await asyncio.sleep(0.2)
        return await ask(question, asker, topic)

    monkeypatch.setattr(service, "ask", slow)
    world.env.backend.create_message(world.channel.id, world.ada.id, f"{world.me} {BIRDS}")
    await asked.wait()
    await world.bot.drain()

    assert len(world.public()) == 1
    [row] = await world.rows()
    assert row.entry == "new-bridge.herons"
    assert world.bot.state()["draining"] is True


async def test_draining_bot_takes_nothing_new(world: World) -> None:
    world.bot._draining = True
    result = await world.ada.slash(world.channel, "ask", question=BIRDS)
    reply = await world.mention(world.ada, BIRDS)

    assert world.words(result) == say("restarting", "en")
    assert reply is not None
    assert world.words(reply) == say("restarting", "en")
    assert await world.rows() == []
