"""A guild with several topics: which one a panel means, and how another one is chosen."""

from __future__ import annotations

from dataclasses import replace

from simcord import ChannelHandle

from bot.channels.discord.custom_id import topic_mark
from bot.channels.discord.words import say

from .editing import add_boats, call, kept_topic, press
from .keeping import service
from .world import TOPIC, Seen, World

__all__ = ["kept_topic", "service"]

COMMANDS = (
    "draft", "add", "edit", "phrase", "withdraw", "preview", "publish", "history", "undo", "check",
)  # fmt: skip


async def second(world: World) -> ChannelHandle:
    """Make the guild the home of the other topic, too; return that one's moderators' channel."""
    home = world.bot.places.home(TOPIC)
    assert home is not None
    channel = world.guild.create_text_channel("raft-office")
    await world.env.settle()
    other = replace(home, topic="raft", moderator_channel=str(channel.id))
    await world.bot.places.save_home(other)
    return channel


def topics(world: World, seen: Seen | None) -> set[str]:
    """Return the topics that a message's components mean, as their ids have them."""
    ids = [str(c["custom_id"]) for c in world.components(seen) if "custom_id" in c]
    return {each.split(":")[4] for each in ids}


async def test_a_thread_of_a_moderators_channel_means_its_topic(world: World) -> None:
    channel = await second(world)
    for place in (channel, world.thread(channel)):
        seen = await call(world, "draft", None, place)
        assert topics(world, seen) == {topic_mark("raft")}
        assert "A raft" in world.words(seen)
    here = await call(world, "draft", None, world.thread(world.office))
    assert topics(world, here) == {topic_mark(TOPIC)}


async def test_every_panel_says_its_topic_where_there_are_several(world: World) -> None:
    title = world.bot.service.advisor_of(TOPIC).release.topic.info.title
    alone = await call(world, "draft")
    await second(world)
    panel = await add_boats(world)
    entry = await call(world, "edit", entry="new-bridge")
    preview = await call(world, "preview")
    check = await call(world, "check")
    history = await call(world, "history")
    discard = await press(world, panel, "discard")
    done = await call(world, "publish", reason="Rowers raised it")

    assert title not in world.words(alone)
    for seen in (panel, entry, preview, check, history, discard, done):
        assert world.words(seen).startswith(f"-# {title}\n"), world.words(seen)[:80]


async def test_another_topic_is_chosen_by_the_option(world: World) -> None:
    await second(world)
    seen = await call(world, "draft", topic="raft")
    form = await call(world, "add", kind="fact", topic="raft")
    found = await world.moderator.autocomplete(
        world.channel, "knowledge edit", "entry", "", topic="raft"
    )
    for command in COMMANDS:
        given = await world.moderator.autocomplete(
            world.channel, f"knowledge {command}", "topic", "raft"
        )
        assert [each["value"] for each in given] == ["raft"], command

    assert topics(world, seen) == {topic_mark("raft")}
    assert form.modal is not None
    assert topic_mark("raft") in form.modal["custom_id"]
    assert {each["value"] for each in found} <= {*world.bot.service.topics["raft"].release.entries}
    assert found


async def test_a_topic_that_is_not_there_or_not_ones_own_is_refused(world: World) -> None:
    unknown = await call(world, "draft", topic="boats")
    elsewhere = await call(world, "draft", topic="raft")

    assert world.words(unknown) == say("no-such-topic", "en")
    assert world.words(elsewhere) == say("moderators-only", "en")
