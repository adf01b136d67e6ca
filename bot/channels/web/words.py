"""The console's own words, from Fluent catalogues in English, Russian and Ukrainian."""

from __future__ import annotations

import re

from bot.channels import catalogue

LANGUAGES = {"en": "English", "ru": "Русский", "uk": "Українська"}
"""the languages of ours with their own names"""


def say(key: str, language: str, **values: str | int | float) -> str:
    """Return the words for a key. Raises KeyError for one that no catalogue has."""
    return catalogue.say(__package__, LANGUAGES, key, language, **values)


def read_catalogues() -> None:
    """Read the words of all languages, which takes a second, so that no page has to."""
    for language in LANGUAGES:
        catalogue.bundle(__package__, language)


def accepted(header: str) -> str:
    """Return the language of ours that a browser's Accept-Language likes best, else English."""
    best, chosen = 0.0, catalogue.FALLBACK
    for part in header[:500].split(","):
        found = re.fullmatch(
            r"\s*([A-Za-z]{2,3})(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part
        )
        if found is None or (language := found[1].lower()) not in LANGUAGES:
            continue
        weight = float(found[2] or 1)
        if weight > best:
            best, chosen = weight, language
    return chosen
