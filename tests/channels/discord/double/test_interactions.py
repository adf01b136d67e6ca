"""Commands, buttons, menus, forms and their tokens."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from benchmarks.discord_double import (
    Channel,
    Double,
    Exchange,
    NotOfferedError,
    Person,
)

from .tiny_bot import TinyBot

MESSAGES = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*/*/callback"
ORIGINAL = "PATCH /webhooks/*/*/messages/@original"
COMMANDS = "PUT /applications/*/commands"


@pytest.mark.parametrize("private", [False, True])
async def test_slash_command(bot: TinyBot, channel: Channel, alice: Person, private: bool) -> None:
    asked = await alice.slash(channel, "ask", question="why?", private=private, locale="uk")
    assert asked.text == "alice in Home: why? (uk)"
    assert asked.kinds == ["message"]
    assert asked.answer.ephemeral is private
    assert (asked.answer in channel.history) is not private


async def test_deferred_answer_is_awaited_to_its_end(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    hang = double.hang(ORIGINAL)
    asked = alice.slash(channel, "ask", question="slow", private=True)
    await asked.acknowledged()
    assert not asked.answered
    await hang.reached()
    hang.release()
    await asked
    assert asked.kinds == ["deferred", "edit"]
    assert asked.text == "slow answer"
    assert asked.answer.ephemeral
    assert asked.first_response_after < asked.answered_after
    assert double.sent(CALLBACK)[0].json["type"] == 5


async def test_follow_ups(bot: TinyBot, channel: Channel, alice: Person) -> None:
    asked = alice.slash(channel, "ask", question="follow")
    await asked.until(lambda exchange: len(exchange.messages) == 2)
    assert [m.text for m in asked.messages] == ["first", "second"]
    assert asked.kinds == ["deferred", "follow-up", "follow-up"]
    assert [m.ephemeral for m in asked.messages] == [False, True]


async def test_files(double: Double, bot: TinyBot, channel: Channel, alice: Person) -> None:
    asked = await alice.slash(channel, "ask", question="file")
    assert asked.answer.files == {"map.png": b"bytes of a map"}
    assert asked.answer.attachments[0]["filename"] == "map.png"
    assert double.sent(CALLBACK)[0].names == ["map.png"]
    said = alice.mention(channel, "look", files={"a.txt": b"read me"})
    place = bot.get_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    seen = await place.fetch_message((await said).id)
    assert [await attachment.read() for attachment in seen.attachments] == [b"read me"]


async def test_original_response_is_edited_and_deleted(
    bot: TinyBot, channel: Channel, alice: Person
) -> None:
    asked = alice.slash(channel, "ask", question="twice")
    await asked.until(lambda exchange: "delete" in exchange.kinds)
    assert asked.kinds == ["message", "edit", "delete"]
    assert asked.messages == []
    assert channel.history == []


async def test_autocomplete_and_subcommand(bot: TinyBot, channel: Channel, alice: Person) -> None:
    typed = await alice.complete(channel, "ask", "question", "cas")
    assert typed.choices == {"cas 1": "cas1", "cas 2": "cas2"}
    assert (await alice.slash(channel, "topic show", number=3)).text == "topic 3"


async def test_buttons_menu_and_form(bot: TinyBot, channel: Channel, alice: Person) -> None:
    asked = await alice.mention(channel, "why?")
    answer = asked.answer
    assert (await alice.click(answer, "Sources")).text == "more sources"
    assert (await alice.choose(answer, "Choose", "1")).text == "chose ['1']"
    form = await alice.click(answer, "more:form")
    assert form.modal["title"] == "Follow up"
    assert (await alice.submit(form, {"question": "and then?"})).text == "form: and then?"
    await alice.click(answer, "Rewrite")
    assert answer.text == "rewritten"
    later = alice.click(answer, "Later")
    assert (await later).kinds[0] == "deferred update"
    await later.until(lambda exchange: exchange.kinds == ["deferred update", "edit"])
    assert answer.text == "later"


async def test_buttons_survive_a_restart(double: Double, channel: Channel, alice: Person) -> None:
    async with double.running(TinyBot()):
        asked = await alice.mention(channel, "why?")
    async with double.running(TinyBot(sync=False)):
        assert (await alice.click(asked.answer, "Sources")).text == "more sources"
    assert len(double.sent(COMMANDS)) == 1


async def test_context_menu(double: Double, bot: TinyBot, channel: Channel, alice: Person) -> None:
    said = alice.say(channel, "what about the families?")
    assert said.message is not None
    bob = double.guild().member("bob")
    asked = await bob.menu(said.message, "Answer this")
    assert asked.text == "about: what about the families?"
    with pytest.raises(AssertionError, match="does not see"):
        alice.click(asked.answer, "anything")


async def test_direct_message_and_user_install(double: Double, bot: TinyBot) -> None:
    carol = double.person("carol", installed=True, locale="ru")
    assert (await carol.slash(carol.dms, "ask", question="a")).text == "carol in nowhere: a (ru)"
    elsewhere = double.guild("Elsewhere", has_bot=False)
    elsewhere.member("carol")
    there = await carol.slash(elsewhere.channel("main"), "ask", question="b")
    assert there.text == "carol in : b (ru)"  # discord.py knows no name of such a server
    between = double.private_channel(carol, double.person("dave"))
    asked = await carol.slash(between, "ask", question="c")
    assert asked.payload["context"] == 2
    assert (await carol.click((await carol.slash(between, "ask", question="slow")).answer,
                              "Sources")).text == "more sources"  # fmt: skip


async def test_people_cannot_do_what_discord_does_not_offer(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    with pytest.raises(NotOfferedError, match="no command 'sak'"):
        alice.slash(channel, "sak", question="x")
    with pytest.raises(NotOfferedError, match=r"no option \['qestion'\]"):
        alice.slash(channel, "ask", qestion="x")
    with pytest.raises(NotOfferedError, match="'question' is required"):
        alice.slash(channel, "ask")
    elsewhere = double.guild("Elsewhere", has_bot=False)
    elsewhere.member("alice")
    with pytest.raises(NotOfferedError, match="installations"):
        alice.slash(elsewhere.channel("main"), "ask", question="x")
    form = await alice.click((await alice.mention(channel, "why?")).answer, "Form")
    with pytest.raises(NotOfferedError, match="must be filled in"):
        alice.submit(form, {})


async def test_direct_messages_that_are_closed(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    alice.user.refuses_dms = True
    await alice.slash(channel, "ask", question="dm")
    await double.until(lambda: bot.failures, "the failure")
    [error] = bot.failures
    assert isinstance(error, discord.Forbidden)
    assert error.code == 50007


async def test_expired_before_the_first_response(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    asked = alice.slash(channel, "ask", question="why?", expired=True)
    await double.until(lambda: bot.failures, "the failure")
    [error] = bot.failures
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    assert not asked.responses


async def test_only_one_first_response_and_only_of_the_right_kind(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    hang = double.hang(CALLBACK)  # the bot's own response

    async def respond(exchange: Exchange, kind: int) -> tuple[int, int]:
        url = f"{double.address}/api/v10/interactions/{exchange.id}/{exchange.token}/callback"
        body = {"type": kind, "data": {"content": "x"} if kind == 4 else {}}
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
            answer = await response.json() if response.status != 204 else {}
            double.requests.remove(double.sent(CALLBACK)[-1])  # not the bot's
            return response.status, answer.get("code", 0)

    asked = alice.slash(channel, "ask", question="x")
    await hang.reached()
    assert [await respond(asked, kind) for kind in (6, 7, 8, 4)] == [(400, 50035)] * 3 + [(204, 0)]
    hang.release()
    await double.until(lambda: bot.failures, "the failure")
    assert isinstance(bot.failures[0], discord.HTTPException)
    assert bot.failures[0].code == 40060
    hang = double.hang(CALLBACK)
    typed = alice.complete(channel, "ask", "question", "x")
    await hang.reached()
    assert await respond(typed, 4) == (400, 50035)
    hang.release()
    assert len((await typed).choices) == 2


async def test_three_seconds_are_over(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    double.deadline = 0.0
    alice.slash(channel, "ask", question="why?")
    await double.until(lambda: bot.failures, "the failure")
    assert isinstance(bot.failures[0], discord.NotFound)


async def test_expired_after_deferring(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    hang = double.hang(ORIGINAL)
    asked = await alice.slash(channel, "ask", question="slow").acknowledged()
    await hang.reached()
    asked.expire()
    hang.release()
    await double.until(lambda: bot.failures, "the failure")
    assert isinstance(bot.failures[0], discord.HTTPException)
    assert bot.failures[0].code == 50027
