"""Who may review: the topic's moderators in its home, by what Discord says at every click."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from simcord import SetupError, UserHandle

from bot.channels.discord.custom_id import Action, ButtonId, topic_mark
from bot.channels.discord.words import say
from bot.querylog.log import DATABASE_FILE

from .editing import kept_topic
from .keeping import service
from .reviewing import SNOW, ask_all, core, press, review
from .test_suggest_permissions import OUTSIDERS, outsider, slash
from .world import TOPIC, World

__all__ = ["kept_topic", "service"]

BUTTONS: tuple[Action, ...] = (
    "vshow", "vjudge", "vwrong", "vgap", "vkind", "vundo", "vall", "vsplit", "vlist", "vfilter",
    "vitem", "vsample", "vpost",
)  # fmt: skip
FORMS: tuple[Action, ...] = ("vwrong", "vadd", "vunder")
COMMANDS = ("next", "list", "sample", "stats")
REFUSED = say("moderators-only", "en")


def meaning(action: Action, mark: str = "q") -> str:
    """Return the id of a component about the first cluster."""
    about = {"vjudge": "i", "vkind": "q", "vadd": "q"}
    return str(
        ButtonId(action, topic_mark(TOPIC), "", "en", 3, page=1, mark=about.get(action, mark))
    )


async def untouched(world: World) -> bool:
    """Tell whether nothing is judged and nothing is in anybody's draft."""
    with contextlib.closing(sqlite3.connect(world.bot.settings.data / DATABASE_FILE)) as database:
        [drafts] = database.execute("SELECT count(*) FROM drafts").fetchone()
        [verdicts] = database.execute("SELECT count(*) FROM verdicts").fetchone()
    counts = await core(world).counts()
    return (drafts, verdicts, counts.open_clusters, counts.open_items) == (0, 0, 1, 3)


@pytest.fixture
async def asked(world: World) -> World:
    """Return the world with one cluster of questions to review."""
    await ask_all(world)
    assert await untouched(world)
    return world


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_forged_button_is_refused(asked: World, kind: str) -> None:
    world = asked
    who, channel = await outsider(world, kind)
    for action in BUTTONS:
        own = await slash(world, who, channel, "ask", question="what about the birds", private=True)
        message = world.env.backend.get_message(own.response.channel_id, own.response.id)
        row = next(c for c in message.components[0]["components"] if c["type"] == 1)
        row["components"][0]["custom_id"] = meaning(action)
        refused = await world.click(who, own, row["components"][0]["label"])
        assert world.words(refused) == REFUSED, action
        assert refused.modal is None
    assert await untouched(world)


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_forged_form_is_refused(asked: World, kind: str) -> None:
    world = asked
    who, channel = await outsider(world, kind)
    for action in FORMS:
        own = await slash(world, who, channel, "suggest")
        own._interaction.modal["custom_id"] = meaning(action)
        refused = await who.submit_modal(own, {"kind": ["other"], "words": "winter upkeep"})
        assert world.words(refused) == REFUSED, action
    assert await untouched(world)


async def test_every_component_and_form_of_the_review_is_tried_here(world: World) -> None:
    assert set(world.bot.reviewing.handlers()) == set(BUTTONS)
    assert set(world.bot.reviewing.forms()) == set(FORMS)


async def test_commands_are_hidden_and_refused_where_somebody_shows_them(asked: World) -> None:
    world = asked
    for name in COMMANDS:
        with pytest.raises(SetupError, match="not visible"):
            await review(world, name, world.ada)
    for command in await world.bot.tree.fetch_commands():
        if command.name == "review":
            world.guild.set_command_permissions(command, {world.guild.default_role: True})
    for name in COMMANDS:
        for options in ({}, {"topic": TOPIC}):
            refused = await review(world, name, world.ada, **options)
            assert refused.ephemeral
            assert world.words(refused) == REFUSED, name
    assert await untouched(world)


@pytest.mark.parametrize("kind", ["administrator elsewhere", "own elsewhere"])
async def test_in_another_guild_nobody_reviews(asked: World, kind: str) -> None:
    world = asked
    who, channel = await outsider(world, kind)
    assert not isinstance(who, UserHandle)
    for name in COMMANDS:
        for options in ({}, {"topic": TOPIC}):
            refused = await slash(world, who, channel, f"review {name}", **options)
            assert world.words(refused) == REFUSED
    assert await untouched(world)


async def test_commands_do_not_exist_in_direct_messages(asked: World) -> None:
    for name in COMMANDS:
        with pytest.raises(SetupError):
            await asked.moderator.user.slash(f"review {name}")


async def test_role_that_is_lost_between_two_clicks_is_gone(asked: World) -> None:
    world = asked
    shown, listed = await review(world), await review(world, "list")
    wrong = await press(world, await review(world), "review-wrong")
    what = await press(world, await review(world), "review-gap")
    add = await world.select(world.moderator, what, "q")
    world.env.backend.remove_member_role(world.guild.id, world.moderator.id, world.role.id)
    filled: dict[str, Any] = {"entry": ["new-bridge.cost"], "words": "winter upkeep"}
    assert world.words(await world.moderator.submit_modal(wrong, filled)) == REFUSED
    filled = {"question": "Snow?", "answer": "Volunteers clear it.", "sources": "gazette"}
    assert world.words(await world.moderator.submit_modal(add, filled)) == REFUSED
    for key in ("right", "wrong", "gap", "out-of-scope", "abuse", "ignore", "skip", "all"):
        refused = await press(world, shown, f"review-{key}")
        assert refused.modal is None
        assert world.words(refused) == REFUSED, key
    assert listed.response is not None
    refused = await world.moderator.select(listed.response, ["1"], custom_id=_menu(world, listed))
    assert world.words(refused) == REFUSED
    assert await untouched(world)


async def test_cluster_of_another_topic_is_out_of_reach(asked: World) -> None:
    world = asked
    home = world.bot.places.home(TOPIC)
    assert home is not None
    shown = await review(world)
    assert SNOW[0] in world.words(shown)
    message = world.env.backend.get_message(shown.response.channel_id, shown.response.id)  # type: ignore[union-attr]
    row = next(c for c in message.components[0]["components"] if c["type"] == 1)
    raft = ButtonId("vjudge", topic_mark("raft"), "", "en", 3, page=1, mark="i")
    row["components"][0]["custom_id"] = str(raft)
    refused = await press(world, shown, "review-right")
    assert world.words(refused) == REFUSED
    # Also for somebody who moderates both topics.
    await world.bot.places.save_home(replace(home, topic="raft"))
    gone = await press(world, shown, "review-right")
    assert say("review-gone", "en") in world.words(gone)
    assert SNOW[0] not in world.words(gone)
    assert await untouched(world)


async def test_whoever_may_manage_the_server_reviews_too(asked: World) -> None:
    assert SNOW[0] in asked.words(await review(asked, who=asked.manager))


def _menu(world: World, seen: Any) -> str:
    """Return the id of a message's first menu."""
    return str(next(c["custom_id"] for c in world.components(seen) if c.get("options")))
