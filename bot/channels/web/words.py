"""The console's own words, from Fluent catalogues in English, Russian and Ukrainian."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

LANGUAGES = {"en": "English", "ru": "Русский", "uk": "Українська"}
"""the languages of ours with their own names"""
_FALLBACK = "en"


def say(key: str, language: str, **values: str | int | float) -> str:
    """Return the words for a key. Raises KeyError for one that no catalogue has."""
    for catalogue in dict.fromkeys((language, _FALLBACK)):
        if catalogue not in LANGUAGES:
            continue
        bundle = _bundle(catalogue)
        if bundle.has_message(key) and (pattern := bundle.get_message(key).value) is not None:
            text, errors = bundle.format_pattern(pattern, values)
            if errors:
                raise errors[0]
            return str(text)
    raise KeyError(key)


def read_catalogues() -> None:
    """Read the words of all languages, which takes a second, so that no page has to."""
    for language in LANGUAGES:
        _bundle(language)


def accepted(header: str) -> str:
    """Return the language of ours that a browser's Accept-Language likes best, else English."""
    best, chosen = 0.0, _FALLBACK
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


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    from fluent.runtime import FluentBundle, FluentResource  # noqa: PLC0415 - half a second's worth

    bundle = FluentBundle([language], use_isolating=False)
    folder = files(__package__).joinpath("locale")
    # Every page group has a part of its own: en.ftl, en.review.ftl, …
    names = sorted(part.name for part in folder.iterdir() if part.name.endswith(".ftl"))
    for name in names:
        if name.split(".")[0] == language:
            bundle.add_resource(FluentResource(folder.joinpath(name).read_text("utf-8")))
    return bundle
