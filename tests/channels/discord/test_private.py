"""Private answers: by choice, where nothing is set up, in direct messages, by own install."""

from __future__ import annotations

import pytest

from bot.channels.discord.words import say

from .world import World

BIRDS = "what about the birds"


async def test_private_question_is_seen_by_its_asker_and_stored_without_words(world: World) -> None:
    result = await world.ada.slash(world.channel, "ask", question=BIRDS, private=True)

    assert result.ephemeral
    assert world.public() == []
    [row] = await world.rows()
    assert (row.text, row.private, row.entry) == (None, True, "new-bridge.herons")


async def test_channel_that_is_not_set_up_is_private(world: World) -> None:
    result = await world.ada.slash(world.other, "ask", question=BIRDS)
    hint = await world.mention(world.ada, BIRDS, world.other)
    again = await world.mention(world.ada, BIRDS, world.other)

    assert result.ephemeral
    assert hint is not None
    assert world.words(hint) == say("only-private-here", "en")
    assert again is None
    [row] = await world.rows()
    assert row.text is None
    form = await world.click(world.ada, hint, "Ask privately")
    answered = await world.ada.submit_modal(form, {"question": "isn't the bridge a waste of money"})
    assert answered.ephemeral
    assert "It is too expensive" in world.words(answered)


async def test_direct_messages_are_all_questions_and_keep_no_words(world: World) -> None:
    ada = world.ada.user
    await ada.send_dm(BIRDS)
    await ada.send_dm("and what is replied?")
    result = await ada.slash("ask", question="what is the bridge plan")

    answers = world.public(ada.dm_channel)
    assert len(answers) == 3
    assert "It disturbs the herons" in answers[0]
    assert "Building could wait until autumn." in answers[1]
    # Nobody else is there, so that nothing needs to be ephemeral.
    assert not result.ephemeral
    rows = await world.rows()
    assert [row.entry for row in rows] == ["new-bridge.herons", "new-bridge.herons", "new-bridge"]
    assert {(row.text, row.private, row.place) for row in rows} == {(None, True, "direct")}
    assert rows[1].context_entry == "new-bridge.herons"


async def test_buttons_work_in_direct_messages(world: World) -> None:
    ada = world.ada.user
    await ada.send_dm("what is the bridge plan")
    answer = ada.dm_channel.last_message
    assert answer is not None
    sources = await world.click(ada, answer, "Sources")
    assert "The bridge debate" in world.words(sources)
    more = await world.click(ada, answer, "More")
    assert "Show to everyone" not in world.labels(more)
    form = await world.click(ada, more, "Follow up")
    answered = await ada.submit_modal(form, {"question": "what about the birds"})
    assert "It disturbs the herons" in world.words(answered)
    deleted = await world.click(ada, more, "Delete")

    assert world.words(deleted) == say("deleted-own", "en")
    assert answer.id not in {message.id for message in ada.dm_channel.history()}
    assert [row.entry for row in await world.rows()] == ["new-bridge.herons"]


async def test_nobody_has_a_say_in_direct_messages(world: World) -> None:
    available = world.manager.user.available_commands()

    assert "ask" in available
    assert not {"setup", "pause", "resume"} & set(available)


@pytest.mark.parametrize("command", ["proposals", "about", "help", "privacy"])
async def test_commands_work_in_direct_messages(world: World, command: str) -> None:
    result = await world.ada.user.slash(command)

    assert world.words(result)
    assert not result.ephemeral


async def test_group_of_several_people_sees_nothing(world: World) -> None:
    world.groups.add(world.ada.id)
    result = await world.ada.user.slash("ask", question=BIRDS)

    assert result.ephemeral
    [row] = await world.rows()
    assert row.text is None


async def test_own_install_is_private_even_in_a_channel_that_is_set_up(world: World) -> None:
    world.installed.add(world.ada.id)
    result = await world.ada.slash(world.channel, "ask", question=BIRDS)

    assert result.ephemeral
    [row] = await world.rows()
    assert (row.text, row.private, row.place) == (None, True, "direct")


async def test_own_install_in_a_foreign_guild_is_private(world: World) -> None:
    foreign = world.env.create_guild("Elsewhere")
    channel = foreign.create_text_channel("general")
    dora = foreign.add_member(world.env.create_user("dora"))
    world.installed.add(dora.id)
    result = await dora.slash(channel, "ask", question=BIRDS)
    sources = await world.click(dora, result, "Sources")

    assert result.ephemeral
    assert sources.ephemeral
    assert world.public(channel) == []


async def test_guild_that_nobody_set_up_is_private_and_keeps_no_words(world: World) -> None:
    foreign = world.env.create_guild("Elsewhere")
    channel = foreign.create_text_channel("general")
    dora = foreign.add_member(world.env.create_user("dora"))
    await world.env.settle()
    result = await dora.slash(channel, "ask", question=BIRDS)

    assert result.ephemeral
    [row] = await world.rows()
    assert row.text is None


async def test_own_private_answer_can_be_shown_to_everyone(world: World) -> None:
    result = await world.ada.slash(world.channel, "ask", question=BIRDS, private=True)
    more = await world.click(world.ada, result, "More")
    assert "Show to everyone" in world.labels(more)
    shown = await world.click(world.ada, more, "Show to everyone")

    assert not shown.ephemeral
    [words] = world.public()
    assert "It disturbs the herons" in words
    assert BIRDS not in words
    assert world.labels(shown)[-1] == "More"
    # The one who showed it may also take it back.
    more = await world.click(world.ada, shown, "More")
    await world.click(world.ada, more, "Delete")
    assert world.public() == []


async def test_answer_this_can_be_shown_to_everyone_without_the_words(world: World) -> None:
    said = await world.bo.send(world.channel, f"{BIRDS}, say I")
    result = await world.ada.context_menu(world.channel, "Answer this", said)
    more = await world.click(world.ada, result, "More")
    await world.click(world.ada, more, "Show to everyone")

    [words] = world.public()
    assert "say I" not in words
    assert "bo" not in words.split()


async def test_somebody_elses_answer_cannot_be_shown(world: World) -> None:
    result = await world.ada.slash(world.channel, "ask", question=BIRDS, private=True)
    own = await world.bo.slash(world.channel, "ask", question=BIRDS, private=True)
    theirs = await world.click(world.ada, result, "More")
    more = await world.click(world.bo, own, "More")
    # Nobody else sees that button; whoever sends its id all the same is refused.
    forge(world, more.response, theirs.response, "Show to everyone")
    refused = await world.click(world.bo, more, "Show to everyone")

    assert world.words(refused) == say("not-yours", "en")
    assert refused.ephemeral
    assert world.public() == []


def forge(world: World, mine: object, theirs: object, label: str) -> None:
    """Give a button of one message the id of another's."""
    found = {
        id(each): world.env.backend.get_message(each.channel_id, each.id)  # type: ignore[attr-defined]
        for each in (mine, theirs)
    }
    rows = [found[id(each)].components[0]["components"] for each in (mine, theirs)]
    target, source = (
        next(b for row in part for b in row.get("components", ()) if b.get("label") == label)
        for part in rows
    )
    target["custom_id"] = source["custom_id"]


async def test_nothing_is_shown_in_a_channel_that_was_taken_back(world: World) -> None:
    result = await world.ada.slash(world.channel, "ask", question=BIRDS, private=True)
    more = await world.click(world.ada, result, "More")
    await world.bot.places.set_channels("bridge", world.guild.id, set())
    refused = await world.click(world.ada, more, "Show to everyone")

    assert world.words(refused) == say("only-private-here", "en")
    assert world.public() == []
