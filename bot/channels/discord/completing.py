"""Suggestions while typing: real entries of the topic, by the words typed so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.advisor.advisor import Advisor
from bot.advisor.compose import Composer
from bot.channels.discord.views import cut
from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.knowledge.words import normalise

SHOWN = 25
# Autocompletion must be quick with each key: what is scanned is titles, not all phrasings.
_LABEL = 100


@dataclass(frozen=True)
class Suggestion:
    """An entry to offer: its id and the label shown."""

    entry: str
    label: str


@dataclass(frozen=True)
class _Titled:
    entry: str
    kind: Kind
    title: str
    words: tuple[str, ...]


def suggest(
    advisor: Advisor, typed: str, language: str, kinds: Iterable[Kind] | None = None
) -> list[Suggestion]:
    """Return the entries whose titles have words that begin like the words typed, best first.

    With nothing typed: the proposals, or all of the kinds wanted, in their order.
    """
    wanted = set(kinds) if kinds is not None else None
    titles = _titles(_Held(advisor.release), language)
    titled = [
        each
        for each in titles
        if (each.kind in wanted if wanted is not None else each.kind is not Kind.BOUNDARY)
    ]
    words = normalise(typed).split()
    if not words:
        first = titled if wanted is not None else [t for t in titled if t.kind is Kind.PROPOSAL]
        return [_suggestion(each) for each in first[:SHOWN]]
    scored = []
    for number, each in enumerate(titled):
        hits = sum(any(known.startswith(word) for known in each.words) for word in words)
        if hits:
            scored.append((-hits / len(words), number, each))
    scored.sort(key=lambda row: row[:2])
    return [_suggestion(each) for _, _, each in scored[:SHOWN]]


def titles(release: Release, language: str, kinds: Iterable[Kind]) -> dict[str, str]:
    """Return the titles of a release's entries of some kinds in a language, by id."""
    wanted = set(kinds)
    return {
        each.entry: each.title for each in _titles(_Held(release), language) if each.kind in wanted
    }


def _suggestion(each: _Titled) -> Suggestion:
    return Suggestion(each.entry, cut(each.title, _LABEL))


class _Held:
    """A release as a key of the cache: equal by its id, as its content is."""

    def __init__(self, release: Release) -> None:
        self.release = release

    def __hash__(self) -> int:
        return hash(self.release.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.release.id == self.release.id


@lru_cache(maxsize=12)
def _titles(held: _Held, language: str) -> tuple[_Titled, ...]:
    composer = Composer(held.release, language)
    found = []
    for entry in held.release.entries.values():
        title = composer.title(entry)
        found.append(
            _Titled(
                entry.id, entry.kind, title,
                tuple(normalise(f"{title} {entry.title} {entry.id.replace('-', ' ')}").split()),
            )
        )  # fmt: skip
    order = list(Kind)
    return tuple(sorted(found, key=lambda each: order.index(each.kind)))
