"""Who may change the knowledge: the topic's moderators in its home, by what Discord says now."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord import InteractionResult, SetupError
from sqlalchemy import select

from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.editing import Editing
from bot.channels.discord.words import say
from bot.querylog import tables

from .editing import (
    BOATS,
    add_boats,
    call,
    choose,
    fill,
    forge,
    kept_topic,
    press,
    repository,
)
from .keeping import service
from .world import TOPIC, Person, World, walk

__all__ = ["kept_topic", "service"]

REFUSED = say("moderators-only", "en")
COMMANDS: dict[str, dict[str, Any]] = {
    "draft": {},
    "add": {"kind": "objection", "parent": "new-bridge"},
    "edit": {"entry": "new-bridge"},
    "phrase": {"entry": "new-bridge"},
    "withdraw": {"entry": "new-bridge", "reason": "Because I say so"},
    "preview": {},
    "publish": {"reason": "Because I say so"},
    "history": {},
    "undo": {"publish": "0123456"},
    "check": {},
}
BUTTONS: tuple[Action, ...] = (
    "kdraft", "kadd", "kedit", "kentry", "kitem", "kphrase", "kreword", "ktest", "kaim", "kdrop",
    "kmove", "kremove", "kdiscard", "kname", "kpreview", "kpublish", "kask", "khistory",
    "kcommit", "kundo", "kretry",
)  # fmt: skip
FORMS: tuple[Action, ...] = (
    "kadd", "kedit", "kphrase", "kreword", "ktest", "kaim", "kmove", "kname", "kpublish", "kask",
)  # fmt: skip
OUTSIDERS = ("member", "former", "administrator elsewhere", "own elsewhere")


async def outsider(world: World, kind: str) -> tuple[Person, Any]:
    """Return somebody who may change nothing, and the channel where they try."""
    if kind == "member":
        return world.ada, world.channel
    if kind == "former":
        dismiss(world)
        return world.moderator, world.channel
    foreign = world.env.create_guild("Elsewhere")
    role = foreign.create_role("Keepers", permissions=discord.Permissions.all())
    who = world.moderator.user if kind == "own elsewhere" else world.env.create_user("eve")
    return foreign.add_member(who, roles=[role]), foreign.create_text_channel("general")


def dismiss(world: World) -> None:
    """Take the moderator's role away."""
    world.env.backend.remove_member_role(world.guild.id, world.moderator.id, world.role.id)


async def untouched(world: World, drafts: int = 0) -> bool:
    """Tell whether nothing was published, and nobody's draft or name says more than before."""
    stored = world.bot.service.log.drafts
    rows = await stored._rows(select(tables.drafts))
    async with stored._database.reader.connect() as connection:
        names = (await connection.execute(select(tables.moderators))).all()
    held = sum(len(row.operations) for row in rows)
    waits = any(row.waiting for row in rows)
    return len(repository(world).history()) == 1 and held == drafts and not names and not waits


def meaning(action: Action, mark: str = "") -> ButtonId:
    """Return the id of a component that would do something for a moderator."""
    entry = {"kpreview": "d1", "kpublish": "d1.1", "kask": "d1.1", "kundo": "0" * 40}
    mark = mark or ("o" if action == "kadd" else "")
    return ButtonId(action, topic_mark(TOPIC), entry.get(action, "new-bridge"), "en", 1, mark=mark)


async def forged(world: World, who: Person, channel: Any, action: Action) -> InteractionResult:
    """Have somebody press a component that they made up, on a message of the bot's."""
    own = await who.slash(channel, "help")  # type: ignore[call-arg]
    assert own.response is not None
    stored = world.env.backend.get_message(own.response.channel_id, own.response.id)
    button = next(c for c in walk(stored.components) if c.get("type") == 2)
    wanted = str(meaning(action))
    _replace(stored.components, button["custom_id"], wanted)
    result: InteractionResult = await who.click(own.response, custom_id=wanted)
    return result


def _replace(components: list[dict[str, Any]], old: str, new: str) -> None:
    for component in components:
        if component.get("custom_id") == old:
            component["custom_id"] = new
        _replace(component.get("components") or [], old, new)


def test_all_components_and_forms_are_tried_here(world: World) -> None:
    editing: Editing = world.bot.editing
    assert set(editing.handlers()) == set(BUTTONS)
    assert set(editing.forms()) == set(FORMS)


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_commands_are_refused(world: World, kind: str) -> None:
    await add_boats(world)
    who, channel = await outsider(world, kind)
    for name, options in COMMANDS.items():
        try:
            seen = await call(world, name, who, channel, **options)
        except SetupError:
            # Discord hides it from them.
            assert kind in {"member", "former"}
            continue
        assert world.words(seen) == REFUSED, name
        assert seen.ephemeral
    assert await untouched(world, drafts=4)


@pytest.mark.parametrize("name", COMMANDS)
async def test_commands_are_refused_to_members_who_can_see_them(world: World, name: str) -> None:
    helpers = world.guild.create_role(
        "Helpers", permissions=discord.Permissions(manage_messages=True)
    )
    helper = world.member("helper", helpers)
    seen = await call(world, name, helper, **COMMANDS[name])

    assert world.words(seen) == REFUSED
    assert await untouched(world)


async def test_commands_are_not_there_in_direct_messages(world: World) -> None:
    for name, options in COMMANDS.items():
        with pytest.raises(SetupError):
            await world.moderator.user.slash(f"knowledge {name}", **options)


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_forged_components_are_refused(world: World, kind: str) -> None:
    await add_boats(world)
    who, channel = await outsider(world, kind)
    for action in BUTTONS:
        seen = await forged(world, who, channel, action)
        assert seen.modal is None, action
        assert world.words(seen) == REFUSED, action
    assert await untouched(world, drafts=4)


async def test_forged_components_are_refused_in_direct_messages(world: World) -> None:
    await add_boats(world)
    who: Any = world.moderator.user
    for action in BUTTONS:
        own = await who.slash("help")
        assert own.response is not None
        stored = world.env.backend.get_message(own.response.channel_id, own.response.id)
        button = next(c for c in walk(stored.components) if c.get("type") == 2)
        _replace(stored.components, button["custom_id"], str(meaning(action)))
        seen = await who.click(own.response, custom_id=str(meaning(action)))
        assert seen.modal is None, action
        assert world.words(seen) == REFUSED, action
    assert await untouched(world, drafts=4)


@pytest.mark.parametrize("action", FORMS)
async def test_forms_of_a_former_moderator_are_refused(world: World, action: Action) -> None:
    panel = await add_boats(world)
    form = await opened(world, panel, action)
    assert form.modal is not None
    dismiss(world)
    refused = await fill(world, form, ANSWERS.get(action, {}))

    assert world.words(refused) == REFUSED
    assert await untouched(world, drafts=4)


@pytest.mark.parametrize("kind", [*OUTSIDERS, "direct"])
async def test_forged_forms_are_refused(world: World, kind: str) -> None:
    panel = await add_boats(world)
    forms = {action: await opened(world, panel, action) for action in FORMS}
    who, channel = (world.moderator.user, None) if kind == "direct" else await outsider(world, kind)
    person: Any = who
    places = [] if channel is None else [channel]
    seen = await person.slash(*places, "ask", question="what is the bridge plan")
    more = await world.click(who, seen, "More")
    for action, form in forms.items():
        # A form of their own, whose submission they change to one of the moderators'.
        own = await world.click(who, more, "Follow up")
        refused = await fill(world, forge(own, **(form.modal or {})), ANSWERS[action], who)
        assert world.words(refused) == REFUSED, action
    assert await untouched(world, drafts=4)


ANSWERS: dict[Action, dict[str, str]] = {
    "kadd": BOATS, "kedit": {"title": "Mine"}, "kphrase": {"phrasings": "mine, all mine"},
    "kreword": {"phrasing": "mine, all mine"}, "ktest": {"ask": "whose is it"},
    "kaim": {"expect": "new-bridge"}, "kmove": {"position": "1"}, "kname": {"name": "Me"},
    "kpublish": {"reason": "Because I say so"}, "kask": {"reason": "Because I say so"},
}  # fmt: skip


async def opened(world: World, panel: InteractionResult, action: Action) -> InteractionResult:
    """Open one of the forms as the moderator."""
    keys: dict[Action, str] = {
        "kname": "my-name", "kpublish": "publish", "kphrase": "add-phrasings", "ktest": "add-test",
    }  # fmt: skip
    if action == "kadd":
        return await call(world, "add", kind="objection", parent="new-bridge")
    if action in keys:
        return await press(world, panel, keys[action])
    if action == "kask":
        # The rule is off, so that only a forged button opens this one.
        stored = world.env.backend.get_message(
            panel.response.channel_id, panel.response.id  # type: ignore[union-attr]
        )  # fmt: skip
        publish = next(
            c["custom_id"]
            for c in walk(stored.components)
            if str(c.get("custom_id")).startswith("rj1:kp:")
        )
        _replace(stored.components, publish, publish.replace("rj1:kp:", "rj1:kq:"))
        return await press(world, panel, "publish")
    entry = await call(world, "edit", entry="new-bridge.herons")
    if action == "kedit":
        return await press(world, entry, "group-main")
    if action == "kmove":
        return await press(world, entry, "move")
    label = "what about the birds" if action == "kreword" else "would the birds suffer"
    return await press(world, await choose(world, entry, label), "edit-it")


async def test_a_role_taken_between_two_clicks_counts_at_once(world: World) -> None:
    panel = await add_boats(world)
    seen = await call(world, "preview")
    dismiss(world)

    for key in ("preview", "publish", "discard", "my-name", "add-source", "edit-it"):
        assert world.words(await press(world, panel, key)) == REFUSED, key
    assert world.words(await choose(world, panel, "1. Add")) == REFUSED
    assert world.words(await press(world, seen, "publish")) == REFUSED
    assert await untouched(world, drafts=4)


async def test_nobody_looks_into_a_draft_that_was_not_handed_in(world: World) -> None:
    await add_boats(world)
    for action in ("kpreview", "kpublish", "kask"):
        seen = await forged(world, world.manager, world.channel, action)
        assert world.words(seen) == say("knowledge-stale", "en")


async def test_suggestions_while_typing_are_for_moderators(world: World) -> None:
    helpers = world.guild.create_role(
        "Helpers", permissions=discord.Permissions(manage_messages=True)
    )
    helper = world.member("helper", helpers)
    for name, option in (("edit", "entry"), ("withdraw", "entry"), ("undo", "publish")):
        found = await helper.autocomplete(world.channel, f"knowledge {name}", option, "")
        assert found == []


async def test_the_office_buttons_are_for_moderators(world: World) -> None:
    await add_boats(world)
    await call(world, "publish", reason="Rowers raised it")
    seen = await press(world, world.office.history()[-1], "look-at-it", world.ada)

    assert world.words(seen) == REFUSED


async def test_it_goes_on_in_a_paused_channel(world: World) -> None:
    await world.moderator.slash(world.channel, "pause")
    panel = await add_boats(world)
    done = await call(world, "publish", reason="Rowers raised it")

    assert BOATS["title"] in world.words(panel)
    assert say("published", "en") in world.words(done)
