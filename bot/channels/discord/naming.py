"""What somebody means who types a title where an entry's id is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.channels.discord.completing import titles
from bot.channels.discord.filling import fitting
from bot.channels.discord.refusal import Refused
from bot.channels.discord.words import say
from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.knowledge.words import normalise

_OFFERED, _TITLE = 5, 100


def shown_titles(
    release: Release, language: str, kinds: Iterable[Kind]
) -> dict[str, tuple[str, ...]]:
    """Return the titles of a release's entries by id: in one's language, and as they are kept."""
    found = titles(release, language, kinds)
    return {entry: (title, release.entries[entry].title) for entry, title in found.items()}


def the_one(given: str, known: Mapping[str, Sequence[str]], language: str) -> str:
    """Return the id of what is meant by an id, a title, or words that only one of them has.

    ``known`` are titles by id. Raises Refused where it is none or could be several, which are
    named then.
    """
    if given in known:
        return given
    whole, words = normalise(given), normalise(given).split()
    found = [
        entry for entry, titled in known.items() if whole and whole in map(normalise, titled)
    ] or [entry for entry, titled in known.items() if words and _has((entry, *titled), words)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(say("no-such-entry", language))
    lines = [f"• {fitting(known[each][0], _TITLE)} · `{each}`" for each in found[:_OFFERED]]
    raise Refused("\n".join((say("knowledge-which", language), *lines)))


def _has(said: Iterable[str], words: Iterable[str]) -> bool:
    known = normalise(" ".join(said).replace("-", " ").replace(".", " ")).split()
    return all(any(each.startswith(word) for each in known) for word in words)
