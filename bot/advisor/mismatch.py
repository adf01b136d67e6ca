"""What a question names and an entry does not: another country, year or person, or another way.

A matcher gives the neighbour's answer to "asylum for Ukrainian deserters" or to "how many left in
2019", because all else fits. So names of closed kinds are compared between the question and all
texts of the entry with those around it (a proposal with all that is argued about it). What differs
is a reason to doubt the answer, never one to prefer another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from bot.advisor.nations import Mention, mentions
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import normalise
from bot.retrieval.texts import texts_of

_COUNTRY = re.compile(r"\bU\.?S\.?A?\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
# A capital letter after anything but the end of a sentence makes a name.
_NAME = re.compile(r"(?<=[^\W\d_,;] )[A-ZА-ЯЇІЄҐ][a-zа-яёїієґ'’]{3,}(?:-[A-ZА-Я]\w+)?")
_STEM = 5
# A nation is common in a topic from this share of its entries.
_COMMON, _SAMPLE = 0.05, 500
# Sentences in title case or capitals say nothing by a capital letter.
_MOST_CAPITALS = 0.5


class Names:
    """What the texts around one entry name."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts

    @cached_property
    def years(self) -> frozenset[str]:
        """Return the years."""
        return frozenset(year for text in self._texts for year in _YEAR.findall(text))

    @cached_property
    def mentions(self) -> frozenset[Mention]:
        """Return the countries and peoples, each with its part."""
        texts = " . ".join(self._texts)
        # Capitals tell the country from the pronoun.
        texts = _COUNTRY.sub("usa", texts)
        return frozenset(mention.plain for mention in mentions(normalise(texts)))


class Mismatch:
    """Compare questions with the entries of one release; texts are read when they are needed."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._names: dict[str, Names] = {}

    def doubts(self, text: str, entry: Entry) -> tuple[str, ...]:
        """Return what the question names and nothing around the entry does, in its own words."""
        names = self._around(entry)
        asked = mentions(normalise(_COUNTRY.sub("usa", text)))
        found = list(_doubtful(asked, names, self._everywhere))
        if names.years:
            found += [year for year in _YEAR.findall(text) if year not in names.years]
        found += [name for name in _named(text) if self._known.isdisjoint(_stems(name))]
        return tuple(dict.fromkeys(found))

    def _around(self, entry: Entry) -> Names:
        key = entry.proposal or entry.id
        if key not in self._names:
            members = [
                one for one in self.release.entries.values() if (one.proposal or one.id) == key
            ]
            self._names[key] = Names(tuple(self._texts(members)))
        return self._names[key]

    def _texts(self, entries: list[Entry]) -> Iterator[str]:
        topic = self.release.topic
        for entry in entries:
            yield from (indexed.text for indexed in texts_of(topic, entry))
            yield from _strings(entry.item.model_dump(exclude={"objections", "replies"}))
            facts = {fact.id: fact for fact in topic.facts}
            for fact in getattr(entry.item, "facts", ()):
                if fact in facts:
                    yield facts[fact].statement

    @cached_property
    def _everywhere(self) -> frozenset[str]:
        """Return the nations that are named all over the topic, whether an entry does or not."""
        count: Counter[str] = Counter()
        sample = list(self.release.entries.values())[:_SAMPLE]
        for entry in sample:
            found = mentions(normalise(_COUNTRY.sub("usa", entry.text)))
            count.update({mention.nation for mention in found})
        return frozenset(nation for nation, n in count.items() if n >= _COMMON * len(sample))

    @cached_property
    def _known(self) -> frozenset[str]:
        """Return the stems of all words of the release: a name that it has is no stranger."""
        topic = self.release.topic
        texts = list(self._texts(list(self.release.entries.values())))
        texts += [text for source in topic.sources.values() for text in _strings(
            source.model_dump(include={"title", "author", "publisher"})
        )]  # fmt: skip
        texts += [topic.info.title, topic.info.description or ""]
        return frozenset(stem for text in texts for stem in _stems(text))


def _doubtful(
    asked: tuple[Mention, ...], names: Names, everywhere: frozenset[str]
) -> Iterator[str]:
    nations = {known.nation for known in names.mentions}
    for mention in asked:
        if mention.nation not in nations:
            # Where an entry names no country at all, it is no sign that it does not name this one;
            # and what the whole topic is about, an entry need not name.
            if nations and mention.nation not in everywhere:
                yield mention.word
        elif mention.plain not in names.mentions and any(map(mention.rivals, names.mentions)):
            # "Armenians moved to Russia" of an entry on Russians that moved to Armenia.
            yield mention.word


def _named(text: str) -> Iterator[str]:
    words = text.split()
    capitals = sum(word[:1].isupper() for word in words)
    if len(words) > 2 and capitals <= _MOST_CAPITALS * len(words):
        for name in _NAME.findall(text):
            if not mentions(normalise(name)):
                yield name


def _stems(text: str) -> Iterator[str]:
    return (word[:_STEM] for word in _WORD.findall(normalise(text)))


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _strings(value)
