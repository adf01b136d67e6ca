"""Tell how far long work is, in the deferred message, while it goes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import discord

from bot.channels.discord import views
from bot.channels.discord.responding import BROKEN
from bot.channels.discord.words import say
from bot.retrieval.encoder import Progress

T = TypeVar("T")
_TICK = 2.0  # seconds between two edits


async def ticking(
    interaction: discord.Interaction[Any],
    language: str,
    work: Callable[[Progress], Awaitable[T]],
) -> T:
    """Await work that tells its progress; the deferred message says how far it is."""
    now = (0, 0)

    def bar(done: int, total: int) -> None:
        nonlocal now
        now = (done, total)

    task = asyncio.ensure_future(work(bar))
    try:
        while not (await asyncio.wait({task}, timeout=_TICK))[0]:
            done, total = now
            key = "working" if total else "working-start"
            await tell(interaction, say(key, language, done=done, total=total))
        return await task
    finally:
        task.cancel()


class OneByOne:
    """Long work that takes all processors, one piece after the other."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def run(
        self,
        interaction: discord.Interaction[Any],
        language: str,
        work: Callable[[Progress], Awaitable[T]],
    ) -> T:
        """Await work as ticking() does, once it is its turn; the deferred message says so."""
        if self._lock.locked():
            await tell(interaction, say("preview-queued", language))
        async with self._lock:
            return await ticking(interaction, language, work)


async def tell(interaction: discord.Interaction[Any], words: str) -> None:
    """Show a sentence in the deferred message; best effort."""
    # How far it is may go unheard; what it comes to may not.
    with contextlib.suppress(*BROKEN):
        await interaction.edit_original_response(view=views.note(words))
