"""A moderator at work on the small topic: its repository with expectations, forms and panels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import InteractionResult, ResponseMessage

from bot.channels.discord.words import say
from bot.curation.moderation import Draft, Moderation
from bot.curation.operations import describe
from bot.curation.repository import Repository
from tests.curation.topics import bridge

from .world import TOPIC, Person, Seen, World

BOATS = {
    "title": "It blocks the boats",
    "text": "Rowers need three metres of height, and the plan has two.",
    "sources": "gazette, p. 3",
    "phrasings": "would boats still get through\nru: пройдут ли лодки под ним",
    "test": "and what about rowers",
}


@pytest.fixture(scope="session")
def kept_topic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository of the small topic with comments and expectations, to be copied."""
    base = tmp_path_factory.mktemp("knowledge")
    shipped = base / "shipped" / TOPIC
    for name, data in bridge().contents.items():
        path = shipped / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Repository.create(base / TOPIC, shipped).folder


def desk(world: World) -> Moderation:
    """Return what changes the small topic."""
    return world.bot.service.moderation(TOPIC)


def repository(world: World) -> Repository:
    """Return the small topic's repository."""
    return desk(world).curator.repository


async def draft_of(world: World, who: Person | None = None) -> Draft:
    """Return somebody's draft, by default the moderator's."""
    return await desk(world).draft(f"discord:{(who or world.moderator).id}")


async def drafted(world: World, who: Person | None = None) -> list[str]:
    """Return what is in somebody's draft, in words."""
    return [describe(operation) for operation in (await draft_of(world, who)).operations]


async def call(
    world: World, name: str, who: Person | None = None, channel: Any = None, **options: Any
) -> InteractionResult:
    """Have somebody use a subcommand of ``/knowledge``, by default the moderator."""
    person: Any = who or world.moderator
    result: InteractionResult = await person.slash(
        channel or world.channel, f"knowledge {name}", **options
    )
    return result


async def fill(
    world: World,
    shown: InteractionResult,
    values: Mapping[str, Any],
    who: Person | None = None,
) -> InteractionResult:
    """Have somebody submit a form; what is not named stays as it was prefilled."""
    assert shown.modal is not None, world.words(shown)
    given = {**prefilled(shown), **values}
    result: InteractionResult = await (who or world.moderator).submit_modal(shown, given)
    return result


def prefilled(shown: InteractionResult) -> dict[str, Any]:
    """Return what stands in a form's fields when it opens."""
    found: dict[str, Any] = {}
    for field in inputs(shown):
        if field["type"] == 4:
            if field.get("value"):
                found[field["custom_id"]] = field["value"]
        else:
            chosen = [o["value"] for o in field["options"] if o.get("default")]
            found[field["custom_id"]] = chosen
    return found


def inputs(shown: InteractionResult) -> list[dict[str, Any]]:
    """Return the fields of a form."""
    assert shown.modal is not None
    labels = [c for c in shown.modal["components"] if c.get("type") == 18]
    return [label["component"] for label in labels]


def forge(shown: InteractionResult, **parts: Any) -> InteractionResult:
    """Change the form that somebody is about to submit, as only a client of their own could."""
    shown._interaction.modal = {**(shown.modal or {}), **parts}
    return shown


async def press(
    world: World, seen: Seen | None, key: str, who: Person | None = None
) -> InteractionResult:
    """Have somebody press a button, named by its key in the catalogue."""
    return await world.click(who or world.moderator, seen, say(key, "en"))


async def choose(
    world: World, seen: Seen | None, text: str, who: Person | None = None
) -> InteractionResult:
    """Have somebody choose the option of a panel's menus whose label has a text in it."""
    for menu in world.components(seen):
        for option in menu.get("options") or ():
            if text in option["label"]:
                result: InteractionResult = await (who or world.moderator).select(
                    _message(seen), [option["value"]], custom_id=menu["custom_id"]
                )
                return result
    raise AssertionError((text, world.options(seen)))


async def add_boats(world: World, who: Person | None = None, **values: str) -> InteractionResult:
    """Have somebody add an objection to their draft; return the draft's panel."""
    form = await call(world, "add", who, kind="objection", parent="new-bridge")
    return await fill(world, form, {**BOATS, **values}, who)


async def publish_boats(
    world: World, who: Person | None = None, **values: str
) -> InteractionResult:
    """Have somebody add an objection and publish it."""
    await add_boats(world, who, **values)
    return await call(world, "publish", who, reason="Rowers raised it at the meeting")


def office(world: World) -> list[str]:
    """Return what the moderators' channel was told."""
    return world.public(world.office)


def attached(world: World, seen: Seen | None) -> list[str]:
    """Return the texts of the files under a message."""
    stored = _stored(world, seen)
    found = [world.env.backend.cdn.get(each["url"]) for each in stored.attachments]
    return [(data or b"").decode() for data in found]


def _stored(world: World, seen: Seen | None) -> Any:
    message = _message(seen)
    place = message.channel_id if isinstance(message, ResponseMessage) else message.channel.id
    return world.env.backend.get_message(place, message.id)


def _message(seen: Seen | None) -> discord.Message | ResponseMessage:
    message = seen.response if isinstance(seen, InteractionResult) else seen
    assert message is not None
    return message
