"""The chart for moderators, and the week that their channel hears of once."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.channels.chart_data import Figures
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.channels.pictures import ChartError
from bot.querylog.places import Home
from bot.settings import Settings

from .editing import kept_topic, office
from .keeping import service
from .reviewing import SNOW, ask_all, has, press, review
from .world import TOPIC, World

__all__ = ["kept_topic", "service"]

TITLE = "A bridge over the river"
PICTURE = b"\x89PNG\r\n\x1a\nnot drawn here"
# Monday of the week after the one in which everything here happens.
MONDAY = datetime.combine(
    (now := datetime.now(UTC)).date() + timedelta(days=7 - now.weekday()), time(7, 30), UTC
)


@pytest.fixture
def drawn(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Figures, str]]:
    """Draw nothing and return what would have been drawn: one test draws."""
    found: list[tuple[Figures, str]] = []

    async def chart(figures: Figures, language: str) -> bytes:
        found.append((figures, language))
        return PICTURE

    monkeypatch.setattr(world.bot.pictures, "chart", chart)
    return found


async def first_week(world: World) -> None:
    """Have the bot see the week in which it was set up."""
    await world.bot.digests.send(MONDAY - timedelta(days=7))


async def test_stats_are_a_picture_with_a_description(world: World) -> None:
    await ask_all(world)
    await world.mention(world.ada, "what about the birds")
    await world.rows()
    shown = await review(world, "stats")
    assert shown.ephemeral
    assert has(world, shown, "review-stats", title=TITLE)
    [file] = shown.response.attachments  # type: ignore[union-attr]
    assert file.filename == "insights.png"
    [media] = [c["items"][0] for c in world.components(shown) if c.get("type") == 12]
    assert "Questions: 4" in media["description"]
    assert "No verdicts yet" in media["description"]
    assert not any(words in media["description"] for words in SNOW)
    data = world.env.backend.cdn.get(file.url) or b""
    assert data.startswith(b"\x89PNG")
    assert struct.unpack_from(">I", data, 16) == (1080,)


async def test_stats_are_posted_where_moderators_want_them(
    world: World, drawn: list[tuple[Figures, str]]
) -> None:
    await ask_all(world)
    shown = await review(world, "stats")
    assert office(world) == []
    posted = await press(world, shown, "review-post")
    assert posted.ephemeral
    assert has(world, posted, "review-posted")
    [said] = office(world)
    assert said == f"### {say('review-stats', 'en', title=TITLE)}"
    assert len(world.office.history()[-1].attachments) == 1
    assert len(drawn) == 2


async def test_without_a_channel_nothing_can_be_posted(
    world: World, drawn: list[tuple[Figures, str]]
) -> None:
    shown = await review(world, "stats")
    quiet = world.quiet_channel()
    await set_office(world, str(quiet.id))
    assert has(world, await press(world, shown, "review-post"), "review-not-posted")
    await set_office(world, None)
    assert say("review-post", "en") not in world.labels(await review(world, "stats"))
    assert drawn
    world.failures = {"forbidden"}


async def test_picture_that_cannot_be_drawn_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def chart(figures: Figures, language: str) -> bytes:
        raise ChartError(f"{figures.title} {language}")

    monkeypatch.setattr(world.bot.pictures, "chart", chart)
    assert world.words(await review(world, "stats")) == say("error-chart", "en")
    world.failures = {"ours"}


async def set_office(world: World, channel: str | None) -> None:
    """Choose another moderators' channel, or none."""
    home = Home(
        topic=TOPIC, platform="discord", guild=str(world.guild.id),
        moderator_role=str(world.role.id), moderator_channel=channel,
    )  # fmt: skip
    await world.bot.places.save_home(home)


# The digest


async def test_week_is_told_once_and_without_a_word_of_anybody(
    world: World, drawn: list[tuple[Figures, str]], new_bot: Callable[[], RejoinderBot]
) -> None:
    await first_week(world)
    await ask_all(world)
    await world.mention(world.ada, "what about the birds")
    await world.rows()
    assert office(world) == []
    other = new_bot()  # another process: it shares the database alone
    other.places = world.bot.places
    await world.bot.digests.send(MONDAY - timedelta(hours=1))  # not seven yet
    assert office(world) == []
    await world.bot.digests.send(MONDAY)
    await other.digests.send(MONDAY)
    await world.bot.digests.send(MONDAY + timedelta(days=3))
    [said] = office(world)
    assert say("digest-total", "en", count="4", before="0") in said
    assert say("digest-rate", "en", share="25%", before="–") in said
    assert say("digest-waiting", "en", waiting="1 cluster, 3 people") in said
    assert say("digest-near", "en", title="It is too expensive") in said
    assert say("digest-private", "en") in said
    message = world.office.history()[-1]
    assert len(message.attachments) == 1
    assert not any(word in str(world.components(message)) for word in ("snow", "birds"))
    [(figures, language)] = drawn
    assert language == "en"
    assert (figures.first.weekday(), figures.last) == (0, (MONDAY - timedelta(days=1)).date())
    assert not any("snow" in row.label for row in figures.gaps)
    # From the channel, which others may read too, the review opens for its reader alone.
    opened = await press(world, message, "review-begin")
    assert opened.ephemeral
    assert SNOW[0] in world.words(opened)
    refused = await press(world, message, "review-begin", world.ada)
    assert world.words(refused) == say("moderators-only", "en")


async def test_restart_does_not_tell_it_again(
    world: World,
    drawn: list[tuple[Figures, str]],
    new_bot: Callable[[], RejoinderBot],
) -> None:
    await first_week(world)
    await ask_all(world)
    await world.bot.digests.send(MONDAY)
    await world.restart(new_bot())
    await world.bot.digests.send(MONDAY)
    assert len(office(world)) == len(drawn) == 1


async def test_first_week_of_all_and_one_without_questions_are_not_told(
    world: World, drawn: list[tuple[Figures, str]]
) -> None:
    home = world.bot.places.home(TOPIC)
    assert home is not None
    await set_office(world, None)
    # Of this topic nothing is marked yet: who sets the bot up is not told of a week at once.
    await world.bot.places.save_home(replace(home, topic="raft"))
    await world.bot.places.set_channels("raft", world.guild.id, {str(world.other.id)})
    await world.mention(world.ada, "could a raft cross the river", world.other)
    await world.rows()
    await world.bot.digests.send(MONDAY)
    await world.bot.digests.send(MONDAY + timedelta(days=7))
    assert office(world) == []
    assert drawn == []


async def test_what_fails_is_told_later(
    world: World, monkeypatch: pytest.MonkeyPatch, drawn: list[tuple[Figures, str]]
) -> None:
    await first_week(world)
    await ask_all(world)
    channel = f"/channels/{world.office.id}/messages"
    with world.env.time_context():
        world.env.inject_error("POST", channel, status=403, code=50013, message="No", times=None)
    await world.bot.digests.send(MONDAY)
    world.env.backend.faults.clear()
    await world.bot.digests.send(MONDAY)
    assert len(office(world)) == 1

    async def chart(figures: Figures, language: str) -> bytes:
        raise ChartError(f"{figures.title} {language}")

    with monkeypatch.context() as broken:
        broken.setattr(world.bot.pictures, "chart", chart)
        await world.bot.digests.send(MONDAY + timedelta(days=7))
    await world.bot.digests.send(MONDAY + timedelta(days=7))
    assert len(office(world)) == 2
    assert len(drawn) == 3
    world.failures = {"forbidden", "ours"}


async def test_switched_off_nothing_looks_at_the_calendar(settings: Settings, service: Any) -> None:
    from bot.metrics import Metrics  # noqa: PLC0415 - with the one test that starts no client

    quiet = RejoinderBot(service, Metrics(), settings.model_copy(update={"discord_digest": False}))
    quiet.digests.start()
    await quiet.digests.close()
    assert await service.log.marks.get(f"digest:{TOPIC}") is None
