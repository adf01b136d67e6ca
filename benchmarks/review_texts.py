"""Questions as people might have asked them over a year, for a log of any size.

They are made of a topic's phrasings, cut, mixed and with words of their own: some come again and
again, and so do words, as Zipf's law has it.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate

from bot.knowledge.release import Release

SEED = 20_260_301
LANGUAGES = {"en": 0.6, "ru": 0.25, "uk": 0.15}
_POPULAR = 0.4
"""the share of queries whose text was asked before"""
_OWN_WORDS = (0, 0, 0, 1, 1, 2, 3, 5, 8)
_ALPHABETS = {
    "en": ("b br c ch d dr f g gr h j k l m n p pl r s st t th v w", "a e i o u ea oo ai"),
    "ru": ("б бр в г д др ж з к кр л м н п пр р с ст т тр ч ш", "а е и о у я ю ы"),
    "uk": ("б бр в г д др ж з к кр л м н п пр р с ст т тр ч ш", "а е и о у я ю і"),
}


class Zipf:
    """Draw the numbers 0 to n - 1, each with a chance that falls with its place."""

    def __init__(self, n: int, chance: random.Random, exponent: float = 1.0) -> None:
        self._sums = list(accumulate(1 / (place + 2) ** exponent for place in range(n)))
        self._chance = chance

    def draw(self) -> int:
        """Return a number."""
        return bisect(self._sums, self._chance.random() * self._sums[-1])


class Texts:
    """Make up questions for a release; equal seeds give equal questions."""

    def __init__(self, release: Release, count: int, seed: int = SEED) -> None:
        self._chance = random.Random(seed)
        known: dict[str, list[str]] = {name: [] for name in LANGUAGES}
        for entry in release.entries:
            for language, text in release.topic.phrasings(entry):
                known.setdefault(language, []).append(text.lower())
        # A made-up topic speaks English only.
        self._phrasings = {name: texts or known["en"] for name, texts in known.items()}
        size = max(100, min(30_000, count // 20))
        self._words = {name: self._coined(name, size) for name in LANGUAGES}
        self._word = Zipf(size, self._chance)
        self._popular: list[tuple[str, str]] = []
        self._again = Zipf(max(20, min(30_000, count // 30)), self._chance)
        self._languages = list(LANGUAGES)
        self._weights = list(LANGUAGES.values())

    def draw(self) -> tuple[str, str]:
        """Return the language and the text of what is asked next."""
        if self._chance.random() < _POPULAR:
            place = self._again.draw()
            while len(self._popular) <= place:
                self._popular.append(self.fresh())
            return self._popular[place]
        return self.fresh()

    def fresh(self) -> tuple[str, str]:
        """Return a language and a text that most likely nobody asked yet."""
        chance = self._chance
        language = chance.choices(self._languages, self._weights)[0]
        words = chance.choice(self._phrasings[language]).split()
        if len(words) > 4:
            del words[chance.randrange(len(words))]
        if chance.random() < 0.15:
            words += chance.choice(self._phrasings[language]).split()
        for _ in range(chance.choice(_OWN_WORDS)):
            own = self._words[language][self._word.draw()]
            words.insert(chance.randrange(len(words) + 1), own)
        return language, " ".join(words)

    def _coined(self, language: str, count: int) -> list[str]:
        begins, vowels = (part.split() for part in _ALPHABETS[language])
        return list(_some(_word_of(self._chance, begins, vowels), count))


def _word_of(
    chance: random.Random, begins: Sequence[str], vowels: Sequence[str]
) -> Iterator[str]:  # fmt: skip
    while True:
        syllables = chance.choice((2, 2, 3, 3, 4))
        yield "".join(chance.choice(begins) + chance.choice(vowels) for _ in range(syllables))


def _some(words: Iterator[str], count: int) -> Iterator[str]:
    """Yield that many different words."""
    seen: set[str] = set()
    for word in words:
        if len(seen) == count:
            return
        if word not in seen:
            seen.add(word)
            yield word
