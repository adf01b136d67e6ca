"""What people write, and logging in."""

from __future__ import annotations

import discord
import pytest

from benchmarks.discord_double import (
    Channel,
    Double,
    NoAnswerError,
    Person,
    Server,
)

from .tiny_bot import TinyBot

MESSAGES = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*/*/callback"
ORIGINAL = "PATCH /webhooks/*/*/messages/@original"
COMMANDS = "PUT /applications/*/commands"


async def test_bot_logs_in_and_syncs_its_commands(double: Double, bot: TinyBot) -> None:
    assert [str(request.path) for request in double.requests[:2]] == [
        "/users/@me",
        "/oauth2/applications/@me",
    ]
    [sync] = double.sent(COMMANDS)
    assert {command["name"] for command in sync.json} == {"ask", "Answer this", "topic"}
    assert len(double.sent("GET /gateway/bot")) == 1
    assert bot.user is not None
    assert bot.user.id == double.bot.id
    assert [guild.name for guild in bot.guilds] == ["Home"]


async def test_commands_keep_their_ids(double: Double, bot: TinyBot) -> None:
    before = {command.name: command.id for command in await bot.tree.fetch_commands()}
    bot.tree.remove_command("topic")
    after = {command.name: command.id for command in await bot.tree.sync()}
    assert after == {name: number for name, number in before.items() if name != "topic"}


async def test_wrong_token_is_refused(double: Double) -> None:
    bot = TinyBot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("another-token")
    await bot.close()


async def test_privileged_intents_are_refused(double: Double) -> None:
    intents = discord.Intents.default()
    intents.message_content = True
    with pytest.raises(NoAnswerError) as failure:
        async with double.running(TinyBot(intents=intents)):
            pass
    assert isinstance(failure.value.__cause__, discord.PrivilegedIntentsRequired)


async def test_clients_talk_to_discord_again_afterwards() -> None:
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    async with Double() as double:
        assert double.address in discord.http.Route.BASE
    after = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    assert after == before


async def test_mention_is_answered(bot: TinyBot, channel: Channel, alice: Person) -> None:
    asked = await alice.mention(channel, "why?")
    assert asked.text == "reply: why?"
    assert asked.kinds == ["reply"]
    assert asked.answer.reference is asked.message
    assert asked.answer.pings == set()
    assert set(asked.answer.buttons) >= {"Sources", "Form", "Rewrite", "Later"}
    assert 0 < asked.first_response_after <= asked.answered_after


async def test_replies_belong_to_their_questions(
    double: Double, bot: TinyBot, guild: Server, channel: Channel, alice: Person
) -> None:
    # Until it knows a channel's rate limit, discord.py sends there one request at a time.
    await alice.mention(channel, "zero")
    hang = double.hang("POST /channels/*/messages")
    first = alice.mention(channel, "one")
    await hang.reached()
    second = await guild.member("bob").mention(channel, "two")
    assert not first.answered
    hang.release()
    assert ((await first).text, second.text) == ("reply: one", "reply: two")


async def test_direct_message_is_answered(bot: TinyBot, alice: Person) -> None:
    first, second = alice.dm("one"), alice.dm("two")
    assert (await first).text == "dm: one"
    assert (await second).text == "dm: two"


async def test_content_is_hidden_without_a_mention(
    bot: TinyBot, channel: Channel, alice: Person
) -> None:
    asked = await alice.mention(channel, "why?")
    alice.say(channel, "among us")
    silent = alice.reply(asked.answer, "no ping", ping=False)
    hint = await alice.reply(asked.answer, "with a ping")
    assert hint.text == "reply: with a ping"
    assert [content for _, content in bot.seen[1:]] == ["", "", "with a ping"]
    assert not silent.responses


async def test_silence_can_be_waited_for(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    said = alice.say(channel, "good morning")
    await double.quiet()
    assert bot.seen == [(0, "")]
    assert not said.answered


async def test_waiting_ends_and_says_what_was_asked(
    double: Double, bot: TinyBot, channel: Channel, alice: Person
) -> None:
    said = alice.say(channel, "good morning")
    with pytest.raises(NoAnswerError, match="alice's MESSAGE_CREATE 'good morning'"):
        await said.until(lambda exchange: exchange.answered, patience=0.05)


async def test_waiting_ends_when_the_client_does(
    double: Double, channel: Channel, alice: Person
) -> None:
    async with double.running(TinyBot()) as bot:
        said = alice.say(channel, "good morning")
        await bot.close()
        with pytest.raises(NoAnswerError, match="the client has ended"):
            await said


async def test_event_delivered_twice(bot: TinyBot, channel: Channel, alice: Person) -> None:
    asked = alice.mention(channel, "why?")
    asked.again()
    await asked
    await alice.mention(channel, "and then?")
    assert asked.kinds == ["reply"]
    assert [content.split("> ")[1] for _, content in bot.seen] == ["why?", "why?", "and then?"]


async def test_pings_are_what_a_message_allows(
    double: Double, bot: TinyBot, guild: Server, channel: Channel, alice: Person
) -> None:
    place = bot.get_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    role = guild.role("moderators")
    text = f"<@{alice.id}> <@&{role.id}> @everyone"
    await place.send(text)
    await place.send(text, allowed_mentions=discord.AllowedMentions.all())
    await place.send(
        text, allowed_mentions=discord.AllowedMentions(roles=[discord.Object(role.id)])
    )
    pings = [message.pings for message in channel.history]
    assert pings == [set(), {"alice", "moderators", "everyone"}, {"moderators"}]


async def test_reading_and_moderating(double: Double, bot: TinyBot, channel: Channel) -> None:
    bob = double.guild().member("bob")
    said = await bob.mention(channel, "type")
    place = bot.get_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    assert len(double.sent("POST /channels/*/typing")) >= 1
    assert "typed" in [message.content async for message in place.history()]
    member = await place.guild.fetch_member(bob.id)
    assert (member.name, place.permissions_for(place.guild.me).send_messages) == ("bob", True)
    own = await place.fetch_message(said.answer.id)
    await own.edit(content="edited")
    assert (said.answer.text, said.answer.versions) == ("edited", ["typed"])
    await own.delete()
    assert said.kinds == ["reply", "edit", "delete"]
    assert said.message is not None
    with pytest.raises(discord.Forbidden) as refused:
        await (await place.fetch_message(said.message.id)).edit(content="no")
    assert refused.value.code == 50005
    with pytest.raises(discord.NotFound) as gone:
        await place.fetch_message(own.id)
    assert gone.value.code == 10008
    quiet = await bot.fetch_channel(double.guild().channel("quiet", bot_denied=1 << 11).id)
    assert isinstance(quiet, discord.TextChannel)
    assert not quiet.permissions_for(quiet.guild.me).send_messages


async def test_channels_and_servers_vanish(
    double: Double, bot: TinyBot, guild: Server, channel: Channel, alice: Person
) -> None:
    hang = double.hang("POST /channels/*/messages")
    alice.mention(channel, "why?")
    await hang.reached()
    guild.delete(channel)
    hang.release()
    await double.until(lambda: bot.failures, "the failure")
    assert isinstance(bot.failures[0], discord.NotFound)
    assert bot.failures[0].code == 10003
    guild.remove_bot()
    await double.until(lambda: not bot.guilds, "the bot to know")


async def test_thread_and_replied_message(
    bot: TinyBot, guild: Server, channel: Channel, alice: Person
) -> None:
    thread = guild.thread(channel, "details")
    assert (await alice.mention(thread, "why?")).text == "reply: why?"
    known = bot.get_channel(thread.id)
    assert isinstance(known, discord.Thread)
    assert known.parent_id == channel.id
