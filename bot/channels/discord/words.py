"""The channel's own words, from Fluent catalogues in English, Russian and Ukrainian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.channels import catalogue

if TYPE_CHECKING:
    from discord import Interaction

LANGUAGES = ("en", "ru", "uk")


def spoken(locale: str | None) -> str:
    """Return the language of ours for a platform's locale such as ``en-GB``; English otherwise."""
    language = (locale or "").split("-")[0].lower()
    return language if language in LANGUAGES else catalogue.FALLBACK


def say(key: str, language: str, **values: str | int) -> str:
    """Return the words for a key. Raises KeyError for one that no catalogue has."""
    return catalogue.say(__package__, LANGUAGES, key, language, **values)


def language_of(interaction: Interaction[Any]) -> str:
    """Return the language of ours in which a person has Discord."""
    return spoken(str(interaction.locale))
