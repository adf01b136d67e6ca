"""The words of a channel, from the Fluent catalogues beside its package."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

FALLBACK = "en"


def say(
    package: str, languages: Collection[str], key: str, language: str, **values: str | int | float
) -> str:
    """Return the words for a key, in English where a language has none.

    ``package`` has a folder ``locale``; what errors a message meets are raised. Raises KeyError for
    a key that no catalogue has.
    """
    for catalogue in dict.fromkeys((language, FALLBACK)):
        if catalogue not in languages:
            continue
        found = bundle(package, catalogue)
        if found.has_message(key) and (pattern := found.get_message(key).value) is not None:
            text, errors = found.format_pattern(pattern, values)
            if errors:
                raise errors[0]
            return str(text)
    raise KeyError(key)


@lru_cache
def bundle(package: str, language: str) -> FluentBundle:
    """Return a language's catalogue, all parts of it: en.ftl, en.review.ftl, …"""
    from fluent.runtime import FluentBundle, FluentResource  # noqa: PLC0415 - half a second's worth

    # Isolation marks around values would be shown as odd signs by some phones.
    found = FluentBundle([language], use_isolating=False)
    folder = files(package).joinpath("locale")
    names = sorted(part.name for part in folder.iterdir() if part.name.endswith(".ftl"))
    for name in names:
        if name.split(".")[0] == language:
            found.add_resource(FluentResource(folder.joinpath(name).read_text("utf-8")))
    return found
