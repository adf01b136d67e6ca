"""The first response to an interaction, in time whatever happens, and what follows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import Any

import aiohttp
import discord

from bot.channels.discord.refusal import Refused
from bot.channels.discord.words import language_of, say

# Discord waits three seconds for the first response; what takes longer than this is deferred.
PATIENCE = 2.0
_LOCK, _EDITS, _EPHEMERAL, _FILLED = "rj.lock", "rj.edits", "rj.ephemeral", "rj.filled"


def is_direct(interaction: discord.Interaction[Any]) -> bool:
    """Tell whether an interaction happens between one person and the bot alone.

    A group's direct messages, where the bot is installed by one of them, have other readers.
    """
    return interaction.guild_id is None and interaction.context.dm_channel


def is_private(interaction: discord.Interaction[Any]) -> bool:
    """Tell whether the message whose component was used is seen by nobody else."""
    message = interaction.message
    return is_direct(interaction) or (message is not None and message.flags.ephemeral)


def intend(
    interaction: discord.Interaction[Any], *, edits: bool = False, ephemeral: bool = True
) -> None:
    """Say what the response will be, for a deferral: an edit of the message, or a new one."""
    interaction.extras[_EDITS] = edits and is_private(interaction)
    interaction.extras[_EPHEMERAL] = ephemeral and not is_direct(interaction)


async def in_time(
    interaction: discord.Interaction[Any], work: Awaitable[None], received: float
) -> None:
    """Await work, deferring the response once PATIENCE seconds have gone since the receipt."""
    task = asyncio.ensure_future(work)
    try:
        left = max(0.05, PATIENCE - (time.perf_counter() - received))
        done, _ = await asyncio.wait({task}, timeout=left)
        if not done:
            await hold(interaction)
        await task
    except BaseException:
        task.cancel()
        raise


async def hold(interaction: discord.Interaction[Any]) -> None:
    """Defer, unless something was answered; as intend() said."""
    async with _lock(interaction):
        if interaction.response.is_done():
            return
        if interaction.extras.get(_EDITS):
            await interaction.response.defer()
        else:
            ephemeral = interaction.extras.get(_EPHEMERAL, not is_direct(interaction))
            await interaction.response.defer(ephemeral=ephemeral, thinking=True)


async def show(
    interaction: discord.Interaction[Any],
    view: discord.ui.LayoutView,
    *,
    ephemeral: bool = True,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer with a message of its own, or fill the deferred one.

    In direct messages with the bot nothing is ephemeral.
    """
    async with _lock(interaction):
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view, attachments=files)
        else:
            await interaction.response.send_message(
                view=view,
                ephemeral=ephemeral and not is_direct(interaction),
                files=files or discord.utils.MISSING,
            )
        interaction.extras[_FILLED] = True


async def turn(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> None:
    """Change a message that only its reader sees; leave a public one and answer privately."""
    async with _lock(interaction):
        # Without files: what was attached to the message before belongs to what it showed.
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view, attachments=[])
        elif is_private(interaction):
            await interaction.response.edit_message(view=view, attachments=[])
        else:
            await interaction.response.send_message(view=view, ephemeral=True)
        interaction.extras[_FILLED] = True


async def apologise(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> None:
    """Say privately what went wrong; an answer that was shown before stays as it is."""
    async with _lock(interaction):
        if not interaction.response.is_done():
            await interaction.response.send_message(view=view, ephemeral=not is_direct(interaction))
        elif interaction.extras.get(_FILLED) or interaction.extras.get(_EDITS):
            await interaction.followup.send(view=view, ephemeral=not is_direct(interaction))
        else:
            await interaction.edit_original_response(view=view)


async def send_form(interaction: discord.Interaction[Any], form: discord.ui.Modal) -> None:
    """Send a form, which only a first response can be. Raises Refused where that was given."""
    async with _lock(interaction):
        if interaction.response.is_done():
            raise Refused(say("knowledge-slow", language_of(interaction)))
        await interaction.response.send_modal(form)


def _lock(interaction: discord.Interaction[Any]) -> asyncio.Lock:
    # A deferral and an answer that is ready at the same moment must not both be the first.
    lock: asyncio.Lock = interaction.extras.setdefault(_LOCK, asyncio.Lock())
    return lock


BROKEN = (discord.HTTPException, aiohttp.ClientError, OSError)
"""what Discord, or the way to it, may raise for one request"""
