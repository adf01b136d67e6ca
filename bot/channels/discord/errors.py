"""The one place where a failed event becomes a sentence with an id, and a line in the log."""

from __future__ import annotations

import secrets
from typing import Any, Literal

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.channels.discord.refusal import Refused
from bot.channels.discord.responding import apologise
from bot.channels.discord.views import note
from bot.channels.discord.words import language_of, say
from bot.channels.pictures import ChartError, MapError
from bot.metrics import Metrics
from bot.querylog.errors import LogUnavailable

__all__ = ["Funnel", "Kind", "Refused", "kind_of", "sentence"]

_log = structlog.get_logger(__name__)

Kind = Literal["expired", "gone", "forbidden", "refused", "platform", "ours"]
_EXPIRED = {10062, 10015, 50027, 40060}  # unknown interaction or webhook, bad token, answered
_GONE = {10003, 10004, 10008}  # channel, guild, message
_DENIED = {50001, 50013, 50007, 160002}  # access, permission, closed direct messages, read history


_QUESTIONS = {"message", "ask", "answer_this", "form", "choose", "objections"}


def kind_of(error: BaseException) -> Kind:
    """Tell what went wrong, by Discord's error codes."""
    if isinstance(error, Refused | LogUnavailable):
        return "refused"
    if isinstance(error, discord.InteractionResponded):
        return "expired"
    if isinstance(error, discord.HTTPException):
        if error.code in _EXPIRED:
            return "expired"
        if error.code in _GONE and error.status == 404:
            return "gone"
        if error.code in _DENIED or error.status == 403:
            return "forbidden"
        return "platform"
    # A connection that ends without an answer is no OSError of aiohttp's.
    if isinstance(
        error, OSError | aiohttp.ClientError | discord.DiscordException
    ) and not isinstance(error, app_commands.AppCommandError):
        return "platform"
    return "ours"


class Funnel:
    """Say what went wrong to whoever can still hear it, and log it."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def log(self, error: BaseException, where: str) -> str:
        """Log an error and return its id; what people wrote never gets into the line."""
        error = getattr(error, "original", error)
        kind = kind_of(error)
        error_id = secrets.token_hex(4)
        if not isinstance(error, Refused):
            self._metrics.failed(kind)
        details: dict[str, Any] = {"id": error_id, "kind": kind, "where": where}
        if isinstance(error, discord.HTTPException):
            details |= {"status": error.status, "code": error.code}
        if kind == "ours":
            _log.error("discord_failed", **details, exc_info=error)
        elif kind == "refused":
            _log.debug("discord_refused", **details)
        else:
            _log.warning("discord_failed", **details, error=type(error).__name__)
        return error_id

    async def interaction(
        self, interaction: discord.Interaction[Any], error: BaseException, where: str
    ) -> None:
        """Answer a failed interaction privately, where it can still be answered."""
        error = getattr(error, "original", error)
        error_id = self.log(error, where)
        kind = kind_of(error)
        if kind == "expired" or interaction.type is discord.InteractionType.autocomplete:
            return
        words = sentence(error, kind, error_id, language_of(interaction), where)
        try:
            await apologise(interaction, note(words))
        except Exception as second:  # noqa: BLE001 - then nothing more can be said
            self.log(second, f"{where}, and the error's own answer")


def sentence(
    error: BaseException, kind: Kind, error_id: str, language: str, where: str = "message"
) -> str:
    """Return what a user is told."""
    if isinstance(error, Refused):
        return error.message
    if isinstance(error, LogUnavailable):
        return say("error-log" if where in _QUESTIONS else "error-store", language)
    if isinstance(error, MapError):
        return say("error-map", language)
    if isinstance(error, ChartError):
        return say("error-chart", language)
    if kind == "gone":
        return say("error-gone", language)
    if kind == "forbidden":
        return say("error-forbidden", language)
    if kind == "platform":
        return say("error-platform", language, id=error_id)
    return say("error-ours", language, id=error_id)
