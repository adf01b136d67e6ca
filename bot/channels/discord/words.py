"""The channel's own words, from Fluent catalogues in English, Russian and Ukrainian."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from discord import Interaction
    from fluent.runtime import FluentBundle

LANGUAGES = ("en", "ru", "uk")
CATALOGUES = ("", "knowledge", "suggest", "review")
"""the parts of each language's catalogue: the first is everybody's"""
_FALLBACK = "en"


def spoken(locale: str | None) -> str:
    """Return the language of ours for a platform's locale such as ``en-GB``; English otherwise."""
    language = (locale or "").split("-")[0].lower()
    return language if language in LANGUAGES else _FALLBACK


def say(key: str, language: str, **values: str | int) -> str:
    """Return the words for a key. Raises KeyError for one that no catalogue has."""
    for catalogue in (language, _FALLBACK):
        if catalogue not in LANGUAGES:
            continue
        bundle = _bundle(catalogue)
        if bundle.has_message(key) and (pattern := bundle.get_message(key).value) is not None:
            text, errors = bundle.format_pattern(pattern, values)
            if errors:
                raise errors[0]
            return str(text)
    raise KeyError(key)


def language_of(interaction: Interaction[Any]) -> str:
    """Return the language of ours in which a person has Discord."""
    return spoken(str(interaction.locale))


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    from fluent.runtime import FluentBundle, FluentResource  # noqa: PLC0415 - half a second's worth

    # Isolation marks around values would be shown as odd signs by some phones.
    bundle = FluentBundle([language], use_isolating=False)
    for part in CATALOGUES:
        name = f"{language}.{part}.ftl" if part else f"{language}.ftl"
        text = files(__package__).joinpath("locale", name).read_text("utf-8")
        bundle.add_resource(FluentResource(text))
    return bundle
