"""What is stored of a person can be read, taken along and deleted; answers can be taken back."""

from __future__ import annotations

import json

import pytest
from simcord import InteractionResult

from bot.channels.discord.words import say

from .world import Person, World

BIRDS = "what about the birds"


async def export(world: World, who: Person, opened: InteractionResult) -> dict[str, object]:
    """Return the file that somebody gets, as they would read it."""
    result = await world.click(who, opened, say("export", "en"))
    assert result.response is not None
    [file] = result.response.attachments
    assert file.filename == "rejoinder-my-data.json"
    data = json.loads(await file.read())
    assert isinstance(data, dict)
    return data


async def test_privacy_says_what_is_stored_and_for_how_long(world: World) -> None:
    result = await world.ada.slash(world.channel, "privacy")

    assert result.ephemeral
    assert "Never your name" in world.words(result)
    assert say("privacy-days", "en", days=365) in world.words(result)
    assert world.labels(result) == [say("export", "en"), say("forget", "en")]


async def test_export_holds_ones_own_data_only(world: World) -> None:
    await world.mention(world.ada, BIRDS)
    await world.mention(world.bo, "isn't the bridge a waste of money")
    opened = await world.ada.slash(world.channel, "privacy")
    data = await export(world, world.ada, opened)

    assert BIRDS in json.dumps(data)
    assert "waste of money" not in json.dumps(data)
    queries = data["queries"]
    assert isinstance(queries, list)
    assert len(queries) == 1


async def test_forgetting_asks_first_and_leaves_others_alone(world: World) -> None:
    await world.mention(world.ada, BIRDS)
    await world.mention(world.bo, "isn't the bridge a waste of money")
    opened = await world.ada.slash(world.channel, "privacy")
    sure = await world.click(world.ada, opened, say("forget", "en"))
    assert len(await world.rows()) == 2
    done = await world.click(world.ada, sure, say("forget-yes", "en"))

    assert done.ephemeral
    assert say("forgotten", "en", count=1) in world.words(done)
    [row] = await world.rows()
    assert row.entry == "new-bridge.cost"
    # The conversation is forgotten, too.
    await world.mention(world.ada, "and what is replied?")
    assert (await world.rows())[-1].context_entry is None


async def forget(world: World, who: Person) -> str:
    """Have somebody delete their data; return what they read before and after."""
    opened = await who.slash(world.channel, "privacy")  # type: ignore[call-arg, arg-type]
    sure = await world.click(who, opened, say("forget", "en"))
    done = await world.click(who, sure, say("forget-yes", "en"))
    return f"{world.words(sure)}\n\n{world.words(done)}"


async def test_deleted_suggestions_are_said_to_be_deleted(world: World) -> None:
    for _ in range(2):
        form = await world.ada.slash(world.channel, "suggest")
        await world.ada.submit_modal(form, {"kind": ["other"], "words": "it needs a handrail"})
    said = await forget(world, world.ada)

    assert say("suggestions-gone", "en", count=2) in said
    assert say("name-gone", "en") not in said
    assert "one draft" not in said
    assert await world.bot.service.log.curation.suggestions() == []


async def test_all_of_it_works_in_direct_messages(world: World) -> None:
    ada = world.ada.user
    await ada.send_dm(BIRDS)
    opened = await ada.slash("privacy")
    data = await export(world, ada, opened)
    assert data["queries"]
    sure = await world.click(ada, opened, say("forget", "en"))
    done = await world.click(ada, sure, say("forget-yes", "en"))

    assert say("forgotten", "en", count=1) in world.words(done)
    assert await world.rows() == []


async def test_author_of_a_message_reaches_what_others_asked_about_it(world: World) -> None:
    said = await world.bo.send(world.channel, f"{BIRDS}, say I")
    await world.ada.context_menu(world.channel, "Answer this", said)
    opened = await world.bo.slash(world.channel, "privacy")
    assert "say I" in json.dumps(await export(world, world.bo, opened))
    sure = await world.click(world.bo, opened, say("forget", "en"))
    await world.click(world.bo, sure, say("forget-yes", "en"))

    assert await world.rows() == []


async def test_asker_deletes_answer_and_question(world: World) -> None:
    reply = await world.mention(world.ada, BIRDS)
    more = await world.click(world.ada, reply, "More")
    result = await world.click(world.ada, more, "Delete")

    assert world.words(result) == say("deleted-own", "en")
    assert world.public() == []
    assert await world.rows() == []


async def test_moderator_deletes_the_answer_and_the_question_stays(world: World) -> None:
    for who in (world.moderator, world.manager):
        reply = await world.mention(world.ada, BIRDS)
        more = await world.click(who, reply, "More")
        result = await world.click(who, more, "Delete")
        assert world.words(result) == say("deleted", "en")
        assert world.public() == []

    assert len(await world.rows()) == 2


async def test_author_of_the_message_may_delete_what_was_shown_of_it(world: World) -> None:
    said = await world.bo.send(world.channel, f"{BIRDS}, say I")
    answered = await world.ada.context_menu(world.channel, "Answer this", said)
    more = await world.click(world.ada, answered, "More")
    shown = await world.click(world.ada, more, "Show to everyone")
    theirs = await world.click(world.cy, shown, "More")
    refused = await world.click(world.cy, theirs, "Delete")
    mine = await world.click(world.bo, shown, "More")
    deleted = await world.click(world.bo, mine, "Delete")

    assert world.words(refused) == say("not-yours", "en")
    assert world.words(deleted) == say("deleted-own", "en")
    assert world.public() == []
    assert await world.rows() == []


async def test_others_cannot_delete(world: World) -> None:
    reply = await world.mention(world.ada, BIRDS)
    more = await world.click(world.bo, reply, "More")
    result = await world.click(world.bo, more, "Delete")

    assert result.ephemeral
    assert world.words(result) == say("not-yours", "en")
    assert len(world.public()) == 1
    assert len(await world.rows()) == 1


async def test_moderator_who_lost_the_role_cannot_delete(world: World) -> None:
    reply = await world.mention(world.ada, BIRDS)
    more = await world.click(world.moderator, reply, "More")
    world.env.backend.remove_member_role(world.guild.id, world.moderator.id, world.role.id)
    result = await world.click(world.moderator, more, "Delete")

    assert world.words(result) == say("not-yours", "en")
    assert len(world.public()) == 1


async def test_answer_that_somebody_else_deleted_first_is_no_error(world: World) -> None:
    reply = await world.mention(world.ada, BIRDS)
    assert reply is not None
    more = await world.click(world.ada, reply, "More")
    await world.moderator.delete(reply)
    result = await world.click(world.ada, more, "Delete")

    assert world.words(result) == say("deleted-own", "en")
    assert await world.rows() == []


@pytest.mark.parametrize("private", [True, False])
async def test_log_never_has_a_name_or_an_id_of_a_person(world: World, private: bool) -> None:
    await world.ada.slash(world.channel, "ask", question=BIRDS, private=private)
    folder = world.bot.settings.data
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    assert str(world.ada.id).encode() not in held
    assert (BIRDS.encode() in held) is not private
