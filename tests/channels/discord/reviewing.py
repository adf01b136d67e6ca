"""A moderator who reviews what was asked of the small topic."""

from __future__ import annotations

from typing import Any

from simcord import InteractionResult

from bot.channels.discord.words import say
from bot.curation.review import Review

from .keeping import draft
from .world import TOPIC, Person, World

SNOW = (
    "who clears the snow from the bridge in winter",
    "who clears snow from the bridge in the winter",
    "who clears the snow and ice from the bridge in winter",
)
"""three ways of asking what nothing here answers"""


def core(world: World) -> Review:
    """Return the small topic's review, past all channels."""
    return world.bot.service.review(TOPIC)


async def review(
    world: World, name: str = "next", who: Person | None = None, **options: Any
) -> InteractionResult:
    """Have somebody use a subcommand of ``/review``, by default the moderator."""
    person: Any = who or world.moderator
    result: InteractionResult = await person.slash(world.channel, f"review {name}", **options)
    return result


async def ask_all(world: World, words: tuple[str, ...] = SNOW) -> list[Any]:
    """Have three people ask, each in their own words; return the answers, and sort them in."""
    asked = [
        await world.mention(who, each)
        for who, each in zip((world.ada, world.bo, world.cy), words, strict=False)
    ]
    await world.rows()  # all is written
    await core(world).refresh()
    return asked


async def press(
    world: World, seen: Any, key: str, who: Person | None = None, **values: Any
) -> InteractionResult:
    """Have somebody press a button, named by its key in the catalogue."""
    return await world.click(who or world.moderator, seen, say(key, "en", **values))


async def drafted(world: World) -> list[Any]:
    """Return what the moderator's draft holds."""
    return list((await draft(world)).operations)


def has(world: World, seen: Any, key: str, **values: Any) -> bool:
    """Tell whether a message says something of the catalogue."""
    return say(key, "en", **values) in world.words(seen)
