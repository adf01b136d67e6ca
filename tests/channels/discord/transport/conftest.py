"""A double for the real bot; afterwards each of its requests must be one that Discord takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.discord_double import Double
from bot.advisor.advisor import Advisor
from bot.retrieval.encoder import OnnxEncoder

from .. import openapi
from .stage import Stage


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    """Yield a double."""
    async with Double() as double:
        yield double
    assert not double.server.unhandled
    if openapi.SPECIFICATION.is_file():
        openapi.contract().check(double.requests)


@pytest.fixture
def stage(double: Double, tmp_path: Path, bridge: Advisor, encoder: OnnxEncoder) -> Stage:
    """Return a server with a channel, and the means to run the bot in it."""
    return Stage(double, tmp_path / "data", bridge, encoder)
