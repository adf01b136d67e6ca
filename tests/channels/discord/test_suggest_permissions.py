"""Who may decide on suggestions: the topic's moderators in its home, by what Discord says now."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

import discord
import pytest
from simcord import InteractionResult, SetupError, UserHandle

from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.words import say
from bot.curation.operations import AddPhrasing
from bot.querylog.log import DATABASE_FILE

from .keeping import kept_topic, press, queue, service, stored, suggest
from .world import TOPIC, Person, World

__all__ = ["kept_topic", "service"]  # the fixtures of these tests

WORDS = "nobody ever asked the ferryman what becomes of his living"
BUTTONS: tuple[Action, ...] = ("queue", "sapprove", "sedit", "sreject", "smerge", "sphrase")
FORMS: tuple[Action, ...] = ("sapprove", "sedit", "sreject", "smerge", "sphrase")
MENU = say("menu-add-phrasing", "en")
REFUSED = say("moderators-only", "en")


async def slash(world: World, who: Person, channel: Any, name: str, **options: Any) -> Any:
    """Have somebody use a command in a channel, directly where that is None."""
    del world
    if isinstance(who, UserHandle):
        return await who.slash(name, **options)
    return await who.slash(channel, name, **options)


async def outsider(world: World, kind: str) -> tuple[Person, Any]:
    """Return somebody who may decide nothing, and the channel where they try."""
    if kind == "member":
        return world.ada, world.channel
    if kind == "direct":
        return world.moderator.user, None
    foreign = world.env.create_guild("Elsewhere")
    role = foreign.create_role("Keepers", permissions=discord.Permissions.all())
    who = world.moderator.user if kind == "own elsewhere" else world.env.create_user("eve")
    return foreign.add_member(who, roles=[role]), foreign.create_text_channel("general")


OUTSIDERS = ("member", "direct", "administrator elsewhere", "own elsewhere")


def meaning(action: Action) -> str:
    """Return the id of a component about the first suggestion."""
    return str(ButtonId(action, topic_mark(TOPIC), "", "en", 1))


async def untouched(world: World) -> bool:
    """Tell whether the suggestion waits as it came and nothing is in anybody's draft."""
    [row] = await stored(world)
    with contextlib.closing(sqlite3.connect(world.bot.settings.data / DATABASE_FILE)) as database:
        [drafts] = database.execute("SELECT count(*) FROM drafts").fetchone()
    seen = (row.kind, row.entry, row.text, row.status)
    return drafts == 0 and seen == ("phrasing", "new-bridge.cost", WORDS, "open")


@pytest.fixture
async def suggested(world: World) -> World:
    """Return the world with one suggestion in the queue."""
    await suggest(world, world.bo, WORDS, kind="phrasing", about="new-bridge.cost")
    return world


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_forged_button_is_refused(suggested: World, kind: str) -> None:
    world = suggested
    who, channel = await outsider(world, kind)
    for action in BUTTONS:
        own = await slash(world, who, channel, "ask", question="what about the birds", private=True)
        message = world.env.backend.get_message(own.response.channel_id, own.response.id)
        button = next(c for c in message.components[0]["components"] if c["type"] == 1)
        button["components"][0]["custom_id"] = meaning(action)
        refused = await world.click(who, own, button["components"][0]["label"])
        assert world.words(refused) == REFUSED, action
        assert refused.modal is None

    assert await untouched(world)


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_forged_form_is_refused(suggested: World, kind: str) -> None:
    world = suggested
    who, channel = await outsider(world, kind)
    for action in FORMS:
        own = await slash(world, who, channel, "suggest")
        own._interaction.modal["custom_id"] = meaning(action)
        refused = await who.submit_modal(own, {"kind": ["other"], "words": WORDS})
        assert world.words(refused) == REFUSED, action

    assert await untouched(world)


async def test_look_at_all_drafts_sees_those_of_anybody(suggested: World) -> None:
    assert await untouched(suggested)
    eve = f"discord:{suggested.env.create_user('eve').id}"
    phrasing = AddPhrasing(entry="new-bridge.cost", language="en", text="who pays him")
    await suggested.bot.service.moderation(TOPIC).add(eve, [phrasing])

    assert not await untouched(suggested)


async def test_commands_are_hidden_and_refused_where_somebody_shows_them(suggested: World) -> None:
    world = suggested
    with pytest.raises(SetupError, match="not visible"):
        await slash(world, world.ada, world.channel, "suggestions")
    for command in await world.bot.tree.fetch_commands():
        if command.name in {"suggestions", MENU}:
            world.guild.set_command_permissions(command, {world.guild.default_role: True})
    said = await world.bo.send(world.channel, "who pays for all that")
    refused = [
        await world.ada.slash(world.channel, "suggestions"),
        await world.ada.slash(world.channel, "suggestions", topic=TOPIC),
        await world.ada.context_menu(world.channel, MENU, said),
    ]

    assert [world.words(each) for each in refused] == [REFUSED] * 3
    assert all(each.ephemeral for each in refused)


@pytest.mark.parametrize("kind", ["administrator elsewhere", "own elsewhere"])
async def test_in_another_guild_nobody_has_a_queue(suggested: World, kind: str) -> None:
    world = suggested
    who, channel = await outsider(world, kind)
    assert not isinstance(who, UserHandle)
    said = await who.send(channel, "who pays for all that")
    refused: list[InteractionResult] = [
        await slash(world, who, channel, "suggestions"),
        await slash(world, who, channel, "suggestions", topic=TOPIC),
        await who.context_menu(channel, MENU, said),
    ]

    assert [world.words(each) for each in refused] == [REFUSED] * 3
    assert [each.modal for each in refused] == [None] * 3
    assert await untouched(world)


async def test_moderators_commands_do_not_exist_in_direct_messages(suggested: World) -> None:
    with pytest.raises(SetupError):
        await suggested.moderator.user.slash("suggestions")


async def test_role_that_is_lost_between_two_clicks_is_gone(suggested: World) -> None:
    world = suggested
    shown = await queue(world)
    keys = ("queue-approve", "queue-merge", "queue-edit", "queue-reject")
    forms = {key: await press(world, shown, key) for key in keys}
    said = await world.bo.send(world.channel, "who pays for all that")
    forms["menu"] = await world.moderator.context_menu(world.channel, MENU, said)
    world.env.backend.remove_member_role(world.guild.id, world.moderator.id, world.role.id)
    merge = {"entry": ["new-bridge.cost"], "id": "", "language": ["en"], "words": "who pays him"}
    filled: dict[str, dict[str, Any]] = {
        "queue-approve": merge,
        "queue-merge": merge,
        "queue-edit": {"kind": ["other"], "entry": ["-"], "id": ""},
        "queue-reject": {"reason": "It is there already."},
        "menu": merge,
    }
    for key, form in forms.items():
        refused = await world.moderator.submit_modal(form, filled[key])
        assert world.words(refused) == REFUSED, key
    for key in keys:
        refused = await press(world, shown, key)
        assert refused.modal is None
        assert world.words(refused) == REFUSED, key
    notice = world.office.history()[-1]
    opened = await world.click(world.moderator, notice, say("queue-open", "en"))

    assert world.words(opened) == REFUSED
    assert await untouched(world)


async def test_whoever_may_manage_the_server_decides_too(suggested: World) -> None:
    shown = await queue(suggested, suggested.manager)

    assert WORDS in suggested.words(shown)


async def test_suggestion_of_another_topic_is_out_of_reach(suggested: World) -> None:
    world = suggested
    opened = await world.ada.slash(world.channel, "suggest", topic="raft")
    await world.ada.submit_modal(opened, {"kind": ["other"], "words": "the raft has no rail"})
    shown = await queue(world)
    message = world.env.backend.get_message(shown.response.channel_id, shown.response.id)  # type: ignore[union-attr]
    row = next(c for c in message.components[0]["components"] if c["type"] == 1)
    row["components"][0]["custom_id"] = str(ButtonId("sreject", topic_mark(TOPIC), "", "en", 2))
    gone = await world.click(world.moderator, shown, row["components"][0]["label"])

    assert gone.modal is None
    assert say("queue-gone", "en") in world.words(gone)
    [other] = await world.bot.service.log.curation.suggestions("raft")
    assert other.status == "open"
