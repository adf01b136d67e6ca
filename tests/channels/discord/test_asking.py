"""Asking in a channel: commands, mentions, replies, threads; what is silent stays silent."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from bot.advisor.answer import Question
from bot.channels.discord.words import say
from bot.service import Asker, Reply, Service

from .world import World


def titles(words: str) -> str:
    return words.splitlines()[0].removeprefix("### ")


async def test_mention_is_answered_in_public_with_four_buttons(world: World) -> None:
    reply = await world.mention(world.ada, "what is the bridge plan?")

    assert reply is not None
    assert titles(world.words(reply)) == "Build a foot bridge"
    assert "beside the mill" in world.words(reply)
    assert world.labels(reply) == ["Objections and replies", "Sources", "Wrong or missing", "More"]
    assert len(world.words(reply)) < 800
    [row] = await world.rows()
    assert (row.text, row.entry, row.outcome) == (
        "what is the bridge plan?", "new-bridge", "answered",
    )  # fmt: skip
    assert row.delivered_at is not None
    assert row.place == f"{world.guild.id}/{world.channel.id}"
    assert str(world.ada.id) not in str(row)


async def test_reply_refers_to_the_question_and_survives_its_deletion(world: World) -> None:
    await world.mention(world.ada, "what about the birds")

    [sent] = world.sent("POST", "/messages")
    assert isinstance(sent.json, dict)
    reference = sent.json["message_reference"]
    assert reference["message_id"] == world.channel.history()[0].id
    assert reference["fail_if_not_exists"] is False


async def test_command_is_answered_in_public_where_the_channel_is_set_up(world: World) -> None:
    result = await world.ada.slash(world.channel, "ask", question="what about the birds")

    assert not result.ephemeral
    assert titles(world.words(result)) == "It disturbs the herons"
    assert "Building could wait until autumn" in world.words(result)
    [row] = await world.rows()
    assert row.entry == "new-bridge.herons"
    assert row.delivered_at is not None


@pytest.mark.parametrize("words", ["", "   ", "😀😀", "<:mill:123456789012345678>"])
async def test_nothing_to_answer_gets_help_and_no_error(world: World, words: str) -> None:
    reply = await world.mention(world.ada, words)

    assert reply is not None
    assert len(await world.rows()) == bool(words.strip())


async def test_question_that_nothing_fits_says_so_and_is_kept(world: World) -> None:
    reply = await world.mention(world.ada, "who won the football world cup in 1998")

    assert reply is not None
    [row] = await world.rows()
    assert row.outcome in {"gap", "out_of_scope"}
    assert world.labels(reply) == ["What is in here", "Wrong or missing", "More"]


async def test_hint_for_an_empty_mention_comes_once(world: World) -> None:
    first = await world.mention(world.ada, "")
    second = await world.mention(world.ada, "")

    assert first is not None
    assert world.words(first) == say("what-to-ask", "en")
    assert second is None
    assert await world.rows() == []


async def test_what_does_not_ask_the_bot_is_not_answered(world: World) -> None:
    await world.ada.send(world.channel, "what is the bridge plan?")
    await world.ada.send(world.channel, f"{world.bo.mention} what is the bridge plan?")
    await world.ada.send(world.channel, "@everyone what is the bridge plan?")

    assert world.public() == []
    assert await world.rows() == []


async def test_bots_and_webhooks_are_never_answered(world: World) -> None:
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    await robot.send(world.channel, f"{world.me} what is the bridge plan?")
    webhook = world.guild.create_webhook(world.channel)
    await webhook.send(f"{world.me} what is the bridge plan?")

    assert world.public() == []
    assert await world.rows() == []


async def test_bot_does_not_answer_itself(world: World) -> None:
    world.env.backend.create_message(
        world.channel.id, world.env.backend.bot_user.id, f"{world.me} what is the bridge plan?"
    )
    await world.env.settle()

    assert await world.rows() == []


async def test_follow_up_by_reply_takes_the_answer_that_is_replied_to(world: World) -> None:
    birds = await world.mention(world.bo, "what about the birds")
    await world.mention(world.ada, "what is the bridge plan")
    assert birds is not None
    # Ada was shown the proposal last; she replies to the answer about the birds, which is Bo's.
    followed = await world.mention(world.ada, "and what is replied?", reply_to=birds)

    assert followed is not None
    assert "Building could wait until autumn" in world.words(followed)
    rows = await world.rows()
    assert rows[-1].entry == "new-bridge.herons"
    assert rows[-1].context_entry == "new-bridge.herons"


async def test_follow_up_by_mention_takes_ones_own_last_answer(world: World) -> None:
    await world.mention(world.ada, "what about the birds")
    await world.mention(world.bo, "isn't the bridge a waste of money")
    await world.mention(world.ada, "and what is replied?")
    await world.mention(world.bo, "and what is replied?")

    assert [row.entry for row in await world.rows()] == [
        "new-bridge.herons", "new-bridge.cost", "new-bridge.herons", "new-bridge.cost",
    ]  # fmt: skip


async def test_two_who_ask_at_once_never_share_a_conversation(world: World) -> None:
    def ask(*said: tuple[Any, str]) -> None:
        for who, words in said:
            world.env.backend.create_message(world.channel.id, who.id, f"{world.me} {words}")

    ask((world.ada, "what about the birds"), (world.bo, "isn't the bridge a waste of money"))
    await world.env.settle()
    ask((world.bo, "and what is replied?"), (world.ada, "and what is replied?"))
    await world.env.settle()

    rows = await world.rows()
    people = {row.pseudonym for row in rows}
    assert len(people) == 2
    for person in people:
        assert len({row.entry for row in rows if row.pseudonym == person}) == 1
    assert len({row.entry for row in rows}) == 2


async def test_third_person_has_no_conversation(world: World) -> None:
    await world.mention(world.ada, "what about the birds")
    await world.mention(world.cy, "and what is replied?")

    row = (await world.rows())[-1]
    assert row.context_entry is None
    assert row.entry != "new-bridge.herons"


async def test_conversations_of_two_channels_are_apart(world: World) -> None:
    await world.bot.places.set_channels(
        "bridge", world.guild.id, {str(world.channel.id), str(world.other.id)}
    )
    await world.mention(world.ada, "what about the birds")
    await world.mention(world.ada, "and what is replied?", world.other)

    row = (await world.rows())[-1]
    assert row.context_entry is None
    assert row.entry != "new-bridge.herons"


async def test_reply_without_a_ping_gets_one_hint(world: World) -> None:
    answer = await world.mention(world.ada, "what about the birds")
    assert answer is not None
    for _ in range(2):
        await world.reply_without_ping(world.ada, answer, "and what is replied?")

    assert world.public()[1:] == [say("ping-to-follow-up", "en")]
    assert len(await world.rows()) == 1


async def test_reply_to_another_member_without_a_ping_is_left_alone(world: World) -> None:
    said = await world.bo.send(world.channel, "I like the mill")
    await world.reply_without_ping(world.ada, said, "so do I")

    assert world.public() == []


async def test_thread_is_what_its_channel_is(world: World) -> None:
    thread = world.thread(world.channel)
    lounge = world.thread(world.other)
    answered = await world.mention(world.ada, "what about the birds", thread)
    asked = await world.ada.slash(thread, "ask", question="what about the birds")
    private = await world.ada.slash(lounge, "ask", question="what about the birds")

    assert answered is not None
    assert titles(world.words(answered)) == "It disturbs the herons"
    assert not asked.ephemeral
    assert private.ephemeral
    assert [row.text is None for row in await world.rows()] == [False, False, True]


async def test_same_message_delivered_twice_is_answered_once(world: World) -> None:
    await world.mention(world.ada, "what about the birds")
    world.again("MESSAGE_CREATE", world.ada.id)
    await world.env.settle()

    assert len(world.public()) == 1
    assert len(await world.rows()) == 1


async def test_same_command_delivered_twice_is_answered_once(world: World) -> None:
    await world.ada.slash(world.channel, "ask", question="what about the birds")
    world.again("INTERACTION_CREATE", world.ada.id)
    await world.env.settle()

    assert len(world.sent("POST", "/callback")) == 1
    assert len(await world.rows()) == 1


async def test_slow_answer_is_deferred_and_then_filled_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(world.bot.service, monkeypatch)
    result = await world.ada.slash(world.channel, "ask", question="what about the birds")

    [first] = world.sent("POST", "/callback")
    assert isinstance(first.json, dict)
    assert first.json["type"] == 5
    assert len(world.sent("PATCH", "@original")) == 1
    assert titles(world.words(result)) == "It disturbs the herons"
    assert not result.ephemeral
    [row] = await world.rows()
    assert row.delivered_at is not None


async def test_slow_answer_to_a_message_shows_that_the_bot_types(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(world.bot.service, monkeypatch)
    reply = await world.mention(world.ada, "what about the birds")

    assert reply is not None
    assert world.sent("POST", "/typing")


def slowly(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = service.ask

    # The simulator's timers wait for threads, so that it is the waiting that is slow, not a thread.
    async def slow(question: Question, asker: Asker, topic: str | None = None) -> Reply:
        await asyncio.sleep(2.5)
        return await ask(question, asker, topic)

    monkeypatch.setattr(service, "ask", slow)


async def test_suggestions_are_real_entries_and_ask_for_them(world: World) -> None:
    for typed in ("", "her", "bridge"):
        choices = await world.ada.autocomplete(world.channel, "ask", "question", typed)
        entries = world.bot.service.advisor.release.entries
        assert choices
        assert {choice["value"] for choice in choices} <= set(entries)
    herons, *_ = await world.ada.autocomplete(world.channel, "ask", "question", "herons")
    result = await world.ada.slash(world.channel, "ask", question=herons["value"])

    assert titles(world.words(result)) == herons["name"] == "It disturbs the herons"
    [row] = await world.rows()
    assert (row.entry, row.text) == ("new-bridge.herons", "[chosen: new-bridge.herons]")


async def test_boundaries_are_not_suggested(world: World) -> None:
    choices = await world.ada.autocomplete(world.channel, "ask", "question", "legal advice")

    assert "legal-advice" not in {choice["value"] for choice in choices}


async def test_another_topic_is_suggested_and_answered_privately(world: World) -> None:
    [topic] = await world.ada.autocomplete(world.channel, "ask", "topic", "raf")
    result = await world.ada.slash(
        world.channel, "ask", question="could a raft cross the river", topic=topic["value"]
    )
    unknown = await world.ada.slash(world.channel, "ask", question="a raft", topic="boats")

    assert topic["name"] == "A raft"
    assert result.ephemeral
    assert titles(world.words(result)) == "Run a raft"
    assert world.words(unknown) == say("no-such-topic", "en")
    [row] = await world.rows()
    assert (row.topic, row.text) == ("raft", None)


async def test_answer_this_is_private_and_names_nobody(world: World) -> None:
    said = await world.bo.send(world.channel, "so what about the birds, I wonder")
    result = await world.ada.context_menu(world.channel, "Answer this", said)

    assert result.ephemeral
    assert titles(world.words(result)) == "It disturbs the herons"
    assert world.public() == []
    [row] = await world.rows()
    assert row.author is not None
    assert row.author != row.pseudonym
    assert row.text == "so what about the birds, I wonder"


async def test_answer_this_on_ones_own_message_has_no_author_beside(world: World) -> None:
    said = await world.ada.send(world.channel, "what about the birds")
    await world.ada.context_menu(world.channel, "Answer this", said)

    [row] = await world.rows()
    assert row.author is None


async def test_answer_this_needs_words_of_a_person(world: World) -> None:
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    messages: dict[str, discord.Message] = {
        "not-of-bots": await robot.send(world.channel, "what about the birds"),
        "no-words-in-message": await world.bo.send(world.channel, attachments=[("a.png", b"x")]),
    }
    for key, message in messages.items():
        result = await world.ada.context_menu(world.channel, "Answer this", message)
        assert result.ephemeral
        assert world.words(result) == say(key, "en")

    assert await world.rows() == []
