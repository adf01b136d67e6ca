"""Read a question's misspelt words as words that the knowledge knows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from bot.knowledge.words import normalise
from bot.retrieval import shipped
from bot.retrieval.encoder import MODEL_FOLDER

_WORD = re.compile(r"(?<![\w@#/.-])[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*(?![\w@/])")
_LATIN, _CYRILLIC = re.compile("[a-z]+"), re.compile("[Ѐ-ӿ]+")
_STRETCHED = re.compile(r"(.)\1\1+")
_NAME = re.compile(r"(?<=[^\W_] )[^\W\d_a-zа-яіїєґё][^\W\d_]{3,}")
_SHORTEST, _LONGEST, _TWO_EDITS_FROM = 4, 24, 8
# From so many letters on, one letter more or less leaves little doubt of what is meant.
_LONG = 6
# A letter of these many hits its neighbour so rarely that another word is likelier.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъї", "фывапролджэє", "ячсмитьбюґ")
_VOWELS = frozenset("aeiouyаеиоуыэюяіїє")
# Of two candidates that differ in more than their endings, one must be this much more frequent.
_CLEARLY = 4
_SAME_STEM = _STEM = 3
_ENDINGS = (
    "s", "es", "ed", "d", "ing", "er", "ers", "r", "rs", "ly", "ness", "y", "ies", "ied", "al",
    "able", "ment", "ments", "ion", "ions", "ism", "ist", "ists", "ful", "less", "ish", "like",
)  # fmt: skip
# Latin letters that are typed for the Cyrillic ones that look like them.
_LOOKALIKES = str.maketrans("aceiopxyk", "асеіорхук")

Masks = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Reading:
    """A text as it is read, and which of its words were read as which others."""

    text: str
    changes: tuple[tuple[str, str], ...] = ()


@cache
def common_words() -> frozenset[str]:
    """Return words that are in common use, so that none of them is taken for a slip.

    They are the whole words of the encoder's vocabulary, which it keeps because they are frequent,
    and those of the texts that are shipped for any topic.
    """
    pieces = _pieces(MODEL_FOLDER / "tokenizer.json")
    whole = (piece[1:].casefold().replace("ё", "е") for piece in pieces if piece.startswith("▁"))
    return frozenset(chain(whole, shipped_words()))


@cache
def shipped_words() -> frozenset[str]:
    """Return the words of the shipped texts, which go with any topic."""
    texts = (text for name in shipped.NAMES for text in shipped.texts(name))
    return frozenset(normalise("\n".join(texts)).split())


def _pieces(path: Path) -> Iterator[str]:
    try:
        vocabulary = json.loads(path.read_bytes())["model"]["vocab"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # the encoder says what is wrong with its files; without them nothing is answered
    for piece in vocabulary:
        yield piece if isinstance(piece, str) else piece[0]


class Speller:
    """Correct words towards the vocabulary of some texts, gathered by warm() or the first need."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        # Its own: while one topic's words are gathered, others are asked.
        self._gathering = Lock()
        self._gathered: _Vocabulary | None = None

    def warm(self) -> None:
        """Gather all that the first question needs."""
        common_words()
        _ = self._vocabulary

    @property
    def _vocabulary(self) -> _Vocabulary:
        if self._gathered is None:
            with self._gathering:
                if self._gathered is None:
                    self._gathered = _Vocabulary(self._texts)
        return self._gathered

    @property
    def counts(self) -> Counter[str]:
        """Return how often each word stands in the texts."""
        return self._vocabulary.counts

    def knows(self, word: str) -> bool:
        """Tell whether a case-folded word needs no correction."""
        if word in self.counts or word in common_words():
            return True
        if not word.isascii():
            return False
        return any(
            word.endswith(ending) and self._is_stem(word[: -len(ending)], ending)
            for ending in _ENDINGS
        )

    def _is_stem(self, stem: str, ending: str) -> bool:
        if len(stem) < _STEM or stem[-1] == ending[0]:  # "policyy" is no form of "policy"
            return False
        if ending in {"d", "r", "rs"} and stem[-1] != "e":
            return False
        forms = [stem, stem + "e"] if ending[0] in "aeiy" else [stem]
        if ending in {"ies", "ied"}:
            forms = [stem + "y"]
        elif stem[-1] == stem[-2] and ending in {"ed", "ing", "er", "ers"}:
            forms.append(stem[:-1])
        return any(form in self.counts or form in common_words() for form in forms)

    def correct(self, text: str) -> Reading:
        """Return the text with what is surely misspelt put right; all else stays as it is."""
        changes: list[tuple[str, str]] = []

        def put(found: re.Match[str]) -> str:
            word = found.group()
            better = self._better(word, first=not text[: found.start()].strip(" \t\n\"'“«(.?!,-–—"))
            if better is None:
                return word
            better = _cased(better, word)
            changes.append((word, better))
            return better

        corrected = _WORD.sub(put, text)
        return Reading(corrected, tuple(dict.fromkeys(changes)))

    def _better(self, original: str, *, first: bool) -> str | None:
        word = normalise(original)
        if not _SHORTEST <= len(word) <= 2 * _LONGEST or " " in word or word in self.counts:
            return None
        if not (word.isascii() or _CYRILLIC.fullmatch(word)):
            word = word.translate(_LOOKALIKES)
            if not _CYRILLIC.fullmatch(word):
                return None
            if self.knows(word):
                return word
        if _STRETCHED.search(word):
            return self._shrunk(word)
        if len(word) > _LONGEST or word in common_words():
            return None
        # "McGilmore" and "SOLDIERSs" are written with care or not at all.
        named = original[0].isupper() and not first and not original.isupper()
        better = self._nearest(word, named=named)
        # "soliders" has the form of a word, and is none: only swapped letters speak against that.
        if better is not None and self.knows(word) and _edit(word, better)[0] != "swapped":
            return None
        return better

    def _shrunk(self, word: str) -> str | None:
        """Read "whyyyy" as "why" and "noooo" as "no"; None for what was a sign, like "xxx"."""
        if len(set(word)) == 1:
            return None
        once, twice = _STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word)
        for shorter in (once, twice):
            if shorter in self.counts or shorter in common_words():
                return shorter
        if len(once) >= _SHORTEST:
            return self._nearest(once, named=False) or once
        return None

    def _nearest(self, word: str, *, named: bool) -> str | None:
        near = self._vocabulary.targets[not word.isascii()].near(word)
        if not near:
            return None
        least = min(distance for distance, _ in near)
        ranked = sorted(
            (other for distance, other in near if distance == least and self._fits(word, other)),
            key=lambda other: (-self.counts[other], other),
        )
        if not ranked or (named and ranked[0] not in self._vocabulary.names):
            return None
        best = ranked[0]
        rivals = [other for other in ranked[1:] if other[:-_SAME_STEM] != best[:-_SAME_STEM]]
        if rivals and self.counts[best] < _CLEARLY * self.counts[rivals[0]]:
            return None
        return None if _is_form(word, best) else best

    def _fits(self, word: str, other: str) -> bool:
        """Tell whether a slip is likelier than another word that looks like this one."""
        if word[0] != other[0] and sorted(word[:2]) != sorted(other[:2]):
            return len(word) == len(other) >= _LONG and _adjacent(word[0], other[0])
        kind, (typed, meant) = _edit(word, other)
        if kind == "swapped" or (kind != "other" and typed == meant):
            return True
        vowels = set(typed + meant) <= _VOWELS
        if other in self._vocabulary.names and len(other) <= _LONG:
            # An unknown short name near a known one may be another person's.
            return vowels and kind != "other" and len(other) > _SHORTEST
        if kind == "other":
            # Two slips in the consonants make too different a word.
            return edit_distance(_consonants(word), _consonants(other), 1) <= 1
        if kind == "replaced":
            return vowels or _adjacent(typed, meant) or len(other) > _LONG
        return len(other) >= _LONG or (self.counts[other] > 1 and word[-1] == other[-1])


class _Vocabulary:
    """The words of some texts: how often each stands there, and which of them are names.

    ``targets`` is what may be corrected to, by script: Cyrillic or not.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        text = "\n".join(texts)
        self.counts = Counter(normalise(text).split())
        # A name is capitalised where a sentence does not begin, in one text at least.
        found = Counter(map(str.casefold, _NAME.findall(text)))
        self.names = frozenset(
            word for word, times in found.items() if 8 * times >= self.counts.get(word, 0)
        )
        words = [word for word in self.counts if _SHORTEST <= len(word) <= _LONGEST]
        self.targets = {
            False: _Targets([word for word in words if _LATIN.fullmatch(word)]),
            True: _Targets([word for word in words if _CYRILLIC.fullmatch(word)]),
        }


class _Targets:
    """Words by which letters and pairs of letters they hold, to find the near ones quickly."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._lengths = np.array([len(word) for word in words], np.int64)
        self._letters, self._pairs = _masks(words)

    def near(self, word: str) -> list[tuple[int, str]]:
        """Return the words within one edit, or two of long ones, with their distance."""
        if not self._words:
            return []
        furthest = 2 if len(word) >= _TWO_EDITS_FROM else 1
        letters, pairs = _masks([word])
        possible = np.abs(self._lengths - len(word)) <= furthest
        # An edit changes at most two letters and six pairs.
        possible &= np.bitwise_count(self._letters ^ letters[0]) <= 2 * furthest
        possible &= np.bitwise_count(self._pairs ^ pairs[0]) <= 6 * furthest
        found = []
        for row in np.flatnonzero(possible):
            other = self._words[int(row)]
            distance = edit_distance(word, other, furthest)
            if distance <= furthest and (distance == 1 or len(other) >= _TWO_EDITS_FROM):
                found.append((distance, other))
        return found


def _masks(words: Sequence[str]) -> tuple[Masks, Masks]:
    """Return for each word a bit set of its letters and one of its pairs of letters."""
    if not words:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    width = max(len(word) for word in words)
    codes = np.array(words, f"<U{width}").view(np.uint32).reshape(len(words), width)
    bits = np.uint64(1) << (codes & 63).astype(np.uint64)
    pair = (codes[:, :-1] * 31 + codes[:, 1:]) & 63
    pairs = np.uint64(1) << pair.astype(np.uint64)
    letters = np.bitwise_or.reduce(np.where(codes > 0, bits, np.uint64(0)), axis=1)
    inside = codes[:, 1:] > 0
    return letters, np.bitwise_or.reduce(np.where(inside, pairs, np.uint64(0)), axis=1)


def edit_distance(one: str, other: str, most: int) -> int:
    """Return how many letters to add, drop, change or swap; ``most`` + 1 where it is more.

    Optimal string alignment (Damerau 1964): no part of a word is edited twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _edit(word: str, other: str) -> tuple[str, tuple[str, str]]:
    """Return what the one edit between two words is, and the letters that it is about.

    ``added`` and ``dropped`` go with the letter and its neighbour where that is the same.
    """
    start = _common_start(word, other)
    one, two = word[start:], other[start:]
    if len(one) == len(two):
        if one[1:] == two[1:]:
            return "replaced", (one[0], two[0])
        if one[:2] == two[1::-1] and one[2:] == two[2:]:
            return "swapped", (one[0], two[0])
        return "other", (one[0], two[0])
    longer, shorter, kind = (one, two, "added") if len(one) > len(two) else (two, one, "dropped")
    if longer[1:] != shorter:
        return "other", (longer[0], shorter[:1])
    neighbour = word[start - 1] if start and word[start - 1] == longer[0] else ""
    return kind, (longer[0], neighbour)


def _common_start(one: str, other: str) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _is_form(word: str, other: str) -> bool:
    """Tell whether two words may differ in their endings only, which is no slip."""
    if word.isascii():
        longer, shorter = (other, word) if len(other) > len(word) else (word, other)
        ending = longer[len(shorter) :]
        return longer.startswith(shorter) and ending in _ENDINGS and ending[0] != shorter[-1]
    # Russian and Ukrainian words have many forms.
    return _common_start(word, other) >= min(len(word), len(other)) - 2


def _consonants(word: str) -> str:
    return "".join(
        letter
        for letter, before in zip(word, " " + word, strict=False)
        if letter not in _VOWELS and letter != before
    )


def _adjacent(one: str, other: str) -> bool:
    return any(
        one in row and other in row and abs(row.index(one) - row.index(other)) == 1 for row in _ROWS
    )


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
