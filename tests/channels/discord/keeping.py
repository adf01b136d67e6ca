"""A topic that can be changed: the small one in a repository of its own, and forms to fill in."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from simcord import InteractionResult

from bot.advisor.advisor import Advisor
from bot.channels.discord.words import say
from bot.curation.repository import Repository
from bot.knowledge.canonical import format_folder
from bot.knowledge.load import load
from bot.querylog import open_log
from bot.querylog.curation import SuggestionRow
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.service import Service
from bot.settings import Settings
from tests.conftest import write_topic

from .world import TOPIC, Person, World, walk


@pytest.fixture(scope="session")
def kept_topic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository of the small topic, to be copied."""
    base = tmp_path_factory.mktemp("repository")
    shipped = write_topic(base / "shipped" / "bridge")
    format_folder(shipped)
    return Repository.create(base / "bridge", shipped).folder


@pytest.fixture
async def service(
    settings: Settings,
    kept_topic: Path,
    shared_cache: Path,
    raft: Advisor,
    encoder: OnnxEncoder,
    tmp_path: Path,
) -> AsyncIterator[Service]:
    """Return a service whose default topic can be changed; the other one cannot."""
    folder = shutil.copytree(kept_topic, tmp_path / TOPIC)
    advisor = Advisor(build(load(folder), encoder, cache=shared_cache / "cache"))
    async with open_log(settings.data, None, time_limit=settings.log_time_limit) as log:
        service = Service(settings, advisor, log, encoder, [raft])
        yield service
        await service.settled()


def objects(service: Service) -> bytes:
    """Return all that git keeps of the default topic, loose or packed, decompressed."""
    folder = service.moderation().curator.repository.folder
    done = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"],
        cwd=folder, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


async def suggest(
    world: World,
    who: Person,
    words: str,
    *,
    kind: str = "objection",
    about: str | None = None,
    tell: bool = False,
    link: str = "",
) -> InteractionResult:
    """Have somebody suggest something."""
    options = {"about": about} if about else {}
    opened = await who.slash(world.channel, "suggest", **options)  # type: ignore[call-arg, arg-type]
    assert opened.modal is not None, world.words(opened)
    values = {"kind": [kind], "words": words, "link": link, "tell": ["yes"] if tell else []}
    result: InteractionResult = await who.submit_modal(opened, values)
    return result


async def queue(world: World, who: Person | None = None) -> InteractionResult:
    """Open the queue, by default as the moderator."""
    result: InteractionResult = await (who or world.moderator).slash(world.channel, "suggestions")  # type: ignore[call-arg, arg-type]
    return result


async def press(world: World, seen: InteractionResult, key: str) -> InteractionResult:
    """Have the moderator press one of the queue's buttons, named by its key."""
    return await world.click(world.moderator, seen, say(key, "en"))


async def draft(world: World) -> Any:
    """Return what the moderator is preparing, a Draft whose operations may be of any kind."""
    return await world.bot.service.moderation(TOPIC).draft(f"discord:{world.moderator.id}")


async def publish(world: World) -> None:
    """Publish the moderator's draft, past all forms."""
    moderation, user = world.bot.service.moderation(TOPIC), f"discord:{world.moderator.id}"
    now = await moderation.draft(user)
    plan = await moderation.plan(now)
    await moderation.publish(now, plan, user=user, reason="It was missing.", confirmed=True)


async def stored(world: World) -> list[SuggestionRow]:
    """Return all suggestions on the small topic, oldest first."""
    return await world.bot.service.log.curation.suggestions(TOPIC)


def find_button(world: World, seen: InteractionResult, key: str) -> dict[str, Any]:
    """Return a button of a message as Discord keeps it, to be looked at or forged."""
    assert seen.response is not None
    message = world.env.backend.get_message(seen.response.channel_id, seen.response.id)
    # walk() gives copies.
    rows = [row for box in message.components for row in box["components"] if row["type"] == 1]
    buttons = [each for row in rows for each in row["components"]]
    [found] = [each for each in buttons if each["label"] == say(key, "en")]
    button: dict[str, Any] = found
    return button


def form_text(shown: InteractionResult) -> str:
    """Return what a form says above its fields."""
    assert shown.modal is not None
    texts = [c["content"] for c in walk(shown.modal["components"]) if c.get("type") == 10]
    return "\n".join(texts)


def form_options(shown: InteractionResult, field: str) -> list[str]:
    """Return the values that a form's menu offers."""
    assert shown.modal is not None
    inside = [label.get("component") or {} for label in shown.modal["components"]]
    [menu] = [each for each in inside if each.get("custom_id") == field]
    return [option["value"] for option in menu["options"]]


def form_values(shown: InteractionResult) -> dict[str, Any]:
    """Return what a form's fields hold when it opens: a text, or the chosen options."""
    assert shown.modal is not None
    inside = [c["component"] for c in shown.modal["components"] if "component" in c]
    return {
        each["custom_id"]: [o["value"] for o in each["options"] if o.get("default")]
        if "options" in each
        else each.get("value") or ""
        for each in inside
    }
