"""What a question names and an entry does not: another country, year or person, or another way.

A matcher gives the neighbour's answer to "asylum for Ukrainian deserters" or to "how many left in
2019", because all else fits. So names of closed kinds are compared between the question and all
texts of the entry with those around it (a proposal with all that is argued about it). What differs
is a reason to doubt the answer, never one to prefer another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock

from bot.advisor.nations import Mention, mentions
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import normalise
from bot.retrieval.texts import texts_of

_COUNTRY = re.compile(r"\bU\.?S\.?A?\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
# A capital letter after anything but the end of a sentence makes a name.
_NAME = re.compile(r"(?<=[^\W\d_,;] )[A-ZА-ЯЇІЄҐ][a-zß-ɏа-яёїієґ'’]{3,}(?:-[A-ZА-Я]\w+)?")
_STEM = 5
# A nation is common in a topic from this share of its entries.
_COMMON = 0.05
# Sentences in title case or capitals say nothing by a capital letter.
_MOST_CAPITALS = 0.5


@dataclass(frozen=True)
class Names:
    """What the texts around one entry name: years, and nations each with its part."""

    years: frozenset[str]
    mentions: frozenset[Mention]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Names:
        """Read the names in some texts."""
        joined = " . ".join(texts)
        return cls(
            frozenset(_YEAR.findall(joined)),
            frozenset(mention.plain for mention in _nations(joined)),
        )


@dataclass(frozen=True)
class _Whole:
    """What all of a release names.

    ``everywhere`` are the nations that are named all over the topic, whether an entry does or not;
    ``known`` the stems of all words: a name that the release has is no stranger.
    """

    everywhere: frozenset[str]
    known: frozenset[str]


class Mismatch:
    """Compare questions with the entries of one release; warm() reads its texts, or first need."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._facts = {fact.id: fact.statement for fact in release.topic.facts}
        self._members: dict[str, list[Entry]] = {}
        for entry in release.entries.values():
            self._members.setdefault(_group(entry), []).append(entry)
        self._names: dict[str, Names] = {}
        self._reading = Lock()
        self._read: _Whole | None = None

    def warm(self) -> None:
        """Read all that a question may be compared with."""
        _ = self._whole

    def doubts(self, text: str, entry: Entry) -> tuple[str, ...]:
        """Return what the question names and nothing around the entry does, in its own words."""
        nations, years, names = _nations(text), _YEAR.findall(text), list(_named(text))
        if not (nations or years or names):
            # Most questions: then nothing need be read.
            return ()
        around, whole = self._around(entry), self._whole
        found = list(_doubtful(nations, around, whole.everywhere))
        if around.years:
            found += [year for year in years if year not in around.years]
        found += [name for name in names if whole.known.isdisjoint(_stems(name))]
        return tuple(dict.fromkeys(found))

    def _around(self, entry: Entry) -> Names:
        key = _group(entry)
        if key not in self._names:
            self._names[key] = Names.of(self._texts(self._members[key]))
        return self._names[key]

    def _texts(self, entries: list[Entry]) -> Iterator[str]:
        for entry in entries:
            yield from (indexed.text for indexed in texts_of(self.release.topic, entry))
            yield from _strings(entry.item.model_dump(exclude={"objections", "replies"}))
            for fact in getattr(entry.item, "facts", ()):
                if fact in self._facts:
                    yield self._facts[fact]

    @property
    def _whole(self) -> _Whole:
        if self._read is None:
            with self._reading:
                if self._read is None:
                    self._read = self._read_all()
        return self._read

    def _read_all(self) -> _Whole:
        """Read every text once, for the names around each entry as well."""
        topic = self.release.topic
        count: Counter[str] = Counter()
        known: set[str] = set()
        for key, members in self._members.items():
            texts = list(self._texts(members))
            self._names[key] = Names.of(texts)
            known.update(_stems("\n".join(texts)))
            for entry in members:
                count.update({mention.nation for mention in _nations(entry.text)})
        for source in topic.sources.values():
            about = source.model_dump(include={"title", "author", "publisher"})
            known.update(_stems("\n".join(_strings(about))))
        known.update(_stems(f"{topic.info.title}\n{topic.info.description or ''}"))
        least = _COMMON * len(self.release.entries)
        everywhere = frozenset(nation for nation, n in count.items() if n >= least)
        return _Whole(everywhere, frozenset(known))


def _group(entry: Entry) -> str:
    return entry.proposal or entry.id


def _nations(text: str) -> tuple[Mention, ...]:
    # Capitals tell the country from the pronoun.
    return mentions(normalise(_COUNTRY.sub("usa", text)))


def _doubtful(
    asked: tuple[Mention, ...], names: Names, everywhere: frozenset[str]
) -> Iterator[str]:
    nations = {known.nation for known in names.mentions}
    alone = len({mention.nation for mention in asked}) == 1
    for mention in asked:
        if mention.nation not in nations:
            # Where an entry names no country at all, it is no sign that it does not name this one;
            # and what the whole topic is about, an entry need not name, unless it says of another
            # people what is asked of this one alone: "how many Ukrainians came back".
            others = alone and any(map(mention.rivals, names.mentions))
            if nations and (others or mention.nation not in everywhere):
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
