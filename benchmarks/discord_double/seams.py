"""Where the unmodified discord.py is told to talk to the double."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from .server import API


def gateway_url(base: str) -> str:
    """Return the address of the gateway beside the REST interface."""
    return base.replace("http", "ws", 1) + "/gateway"


@contextmanager
def connected_to(base: str) -> Iterator[None]:
    """Have every client of this process talk to the double at ``http://host:port``."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = base + API
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url(base))
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
