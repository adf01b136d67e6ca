"""A double with a small bot, a server, a channel and a member."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from benchmarks.discord_double import (
    Channel,
    Double,
    Person,
    Server,
)

from .. import openapi
from .tiny_bot import TinyBot


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    """Yield a double; afterwards every request must have been one that Discord takes."""
    async with Double() as double:
        yield double
    assert not double.server.unhandled
    if openapi.SPECIFICATION.is_file():
        openapi.contract().check(double.requests)


@pytest.fixture
async def bot(double: Double, channel: Channel, alice: Person) -> AsyncIterator[TinyBot]:
    """Yield the small bot, ready; it knows the channel."""
    del channel, alice
    async with double.running(TinyBot()) as bot:
        yield bot


@pytest.fixture
def guild(double: Double) -> Server:
    """Return the server that the bot is in."""
    return double.guild()


@pytest.fixture
def channel(guild: Server) -> Channel:
    """Return a channel there."""
    return guild.channel("general")


@pytest.fixture
def alice(guild: Server) -> Person:
    """Return a member."""
    return guild.member("alice", roles=[guild.role("moderators")])
