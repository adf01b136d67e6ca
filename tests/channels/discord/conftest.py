"""A Discord to test against: the real bot in simcord's simulator, over the small topic.

Whatever a test does, every request that the bot made is looked at when it ends: nobody may be
pinged, Discord's specification must hold, and nothing may have failed that was not meant to.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.advisor.advisor import Advisor
from bot.channels.discord.bot import RejoinderBot
from bot.knowledge.load import load
from bot.metrics import Metrics
from bot.querylog import open_log
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.service import Service
from bot.settings import Settings
from tests.conftest import SMALL_TOPIC, write_topic

from .world import World

RAFT = {
    "topic.yaml": "title: A raft\nlanguages: [en]\nas_of: 2025-04\n",
    "sources.yaml": SMALL_TOPIC["sources.yaml"],
    "proposals/raft.yaml": (
        "id: raft\ntitle: Run a raft\nstatement: A raft could cross the river twice a day.\n"
        "sources: [{source: gazette}]\n"
    ),
    "boundaries.yaml": (
        "- id: swimming\n  title: Swimming across\n  covers: Whether somebody should swim.\n"
        "  notice: The current is strong; this bot gives no advice on swimming.\n"
    ),
    "questions/en/boundaries.yaml": (
        "swimming:\n- can I swim across the river\n- should I swim to the other side\n"
        "- is it safe to swim\n"
    ),
    "questions/en/raft.yaml": "raft:\n- could a raft cross the river\n- when does the raft run\n",
}


@pytest.fixture(scope="session")
def bridge(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Advisor:
    """Return an advisor on the small topic, which is the default one; it is never changed."""
    return Advisor(build(load(write_topic(tmp_path_factory.mktemp("topics") / "bridge")), encoder))


@pytest.fixture(scope="session")
def raft(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Advisor:
    """Return an advisor on a second topic."""
    folder = tmp_path_factory.mktemp("topics") / "raft"
    return Advisor(build(load(write_topic(folder, RAFT)), encoder))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings without cool-downs, which have tests of their own."""
    return Settings(
        knowledge=tmp_path / "unused",
        data=tmp_path / "data",
        discord_user_limit=0,
        discord_channel_limit=0,
    )


@pytest.fixture
async def service(
    settings: Settings, bridge: Advisor, raft: Advisor, encoder: OnnxEncoder
) -> AsyncIterator[Service]:
    """Return a service over both topics with a log of its own."""
    async with open_log(settings.data, None, time_limit=settings.log_time_limit) as log:
        yield Service(settings, bridge, log, encoder, [raft])


@pytest.fixture
def new_bot(service: Service, settings: Settings) -> Callable[[], RejoinderBot]:
    """Return a function that makes a bot, as a start of the program does."""

    def make() -> RejoinderBot:
        return RejoinderBot(service, Metrics(), settings, guild_ready_timeout=0.05, shard_count=1)

    return make


@pytest.fixture
async def world(new_bot: Callable[[], RejoinderBot]) -> AsyncIterator[World]:
    """Return a running bot in a home guild that is set up; see World."""
    world = World(new_bot())
    await world.open()
    try:
        yield world
    finally:
        await world.close()
    world.check()
