"""Send the commands to Discord only when they have changed, or when told to."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import discord
import structlog
from discord import app_commands

from bot.channels.discord.words import say
from bot.knowledge.canonical import write_atomically

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

_log = structlog.get_logger(__name__)
_LANGUAGES = {discord.Locale.russian: "ru", discord.Locale.ukrainian: "uk"}


class CatalogueTranslator(app_commands.Translator):
    """Translate names and descriptions of commands from the catalogues."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the words for a locale of ours, None for others: Discord then shows English."""
        del context
        key, language = string.extras.get("key"), _LANGUAGES.get(locale)
        return say(key, language) if key and language else None


def localised(key: str) -> app_commands.locale_str:
    """Return the English words for a key, translated when the commands are sent."""
    return app_commands.locale_str(say(key, "en"), key=key)


async def sync_commands(
    bot: RejoinderBot, guild: discord.abc.Snowflake | None = None, *, force: bool = True
) -> bool:
    """Send the commands, globally or to one guild; tell whether they were sent.

    Without ``force`` only a payload that differs from the last one sent goes out: Discord allows
    200 creations of commands a day. Its hash stands in the data directory. Raises
    discord.HTTPException.
    """
    commands = bot.tree.get_commands(guild=None)
    translator = bot.tree.translator
    assert translator is not None  # noqa: S101 - set in setup_hook, before any sync
    payload = [await each.get_translated_payload(bot.tree, translator) for each in commands]
    fingerprint = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    place = f"guild {guild.id}" if guild else "global"
    path = bot.settings.data / "discord" / f"commands-{bot.application_id}.json"
    known = await asyncio.to_thread(_read, path)
    if not force and known.get(place) == fingerprint:
        return False
    if guild is not None:
        bot.tree.copy_global_to(guild=guild)
    sent = await bot.tree.sync(guild=guild)
    await asyncio.to_thread(_write, path, known | {place: fingerprint})
    _log.info("commands_synced", place=place, commands=len(sent))
    return True


def _read(path: Path) -> dict[str, str]:
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(path: Path, known: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(known, indent=1))
