"""The matchers that Rejoinder is measured beside: each answers with the nearest known text.

What they are made of is in peers.lock, which `make bench-quality` installs; nothing here is
imported before it is asked for.
"""

from __future__ import annotations

import importlib
import math
import re
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bot.errors import RejoinderError
from bot.knowledge.words import normalise
from bot.retrieval.encoder import Encoder

Scores = npt.NDArray[np.float64]


class PeerError(RejoinderError):
    """Report a peer that is not installed."""


class Matcher(Protocol):
    """Score a question against every known text; higher is nearer, 0 is nothing in common."""

    def scores(self, text: str) -> Scores:
        """Return one score a known text."""
        ...


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise PeerError(
            f"{package} is not installed.", hint="Run this by `make bench-quality`."
        ) from error


class Fuzzy:
    """RapidFuzz's ``token_set_ratio`` or ``WRatio`` of texts prepared by ``default_process``."""

    def __init__(self, texts: Sequence[str], scorer: str) -> None:
        self._process = _library("rapidfuzz.process")
        self._prepare = _library("rapidfuzz.utils").default_process
        self._scorer = getattr(_library("rapidfuzz.fuzz"), scorer)
        self._texts = [self._prepare(text) for text in texts]

    def scores(self, text: str) -> Scores:
        """Return the ratios, 0 to 100."""
        found = self._process.cdist([self._prepare(text)], self._texts, scorer=self._scorer)
        return np.asarray(found[0], np.float64)


class CharacterTfIdf:
    """TF-IDF over runs of 3 to 5 characters inside words, cosine (scikit-learn's ``char_wb``)."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [_grams(text) for text in texts]
        documents = Counter(gram for grams in counted for gram in grams)
        self._idf = {
            gram: math.log((1 + len(texts)) / (1 + count)) + 1 for gram, count in documents.items()
        }
        rows: dict[str, array[int]] = {gram: array("l") for gram in self._idf}
        weights: dict[str, array[float]] = {gram: array("d") for gram in self._idf}
        for row, grams in enumerate(counted):
            for gram, weight in self._weighed(grams).items():
                rows[gram].append(row)
                weights[gram].append(weight)
        self._postings = {
            gram: (np.array(rows[gram], np.int64), np.array(weights[gram])) for gram in self._idf
        }
        self._count = len(texts)

    def _weighed(self, grams: Counter[str]) -> dict[str, float]:
        weights = {
            gram: count * self._idf[gram] for gram, count in grams.items() if gram in self._idf
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}

    def scores(self, text: str) -> Scores:
        """Return the cosines."""
        total = np.zeros(self._count)
        for gram, weight in self._weighed(_grams(text)).items():
            rows, weights = self._postings[gram]
            total[rows] += weight * weights
        return total


def _grams(text: str) -> Counter[str]:
    return Counter(
        word[start : start + size]
        for word in (f" {word} " for word in normalise(text).split())
        for size in (3, 4, 5)
        for start in range(len(word) - size + 1)
    )


class Bm25:
    """BM25 as bm25s has it by default; Snowball stems, Russian ones for Cyrillic words."""

    def __init__(self, texts: Sequence[str]) -> None:
        stemmer = _library("Stemmer").Stemmer
        self._english, self._russian = stemmer("english"), stemmer("russian")
        self._index = _library("bm25s").BM25()
        known = [self._words(text) for text in texts]
        self._known = {word for words in known for word in words}
        self._count = len(texts)
        self._index.index(known, show_progress=False)

    def _words(self, text: str) -> list[str]:
        # Never empty: the library wants a word of every text.
        return [
            (self._russian if re.search("[а-яіїєґ]", word) else self._english).stemWord(word)
            for word in re.findall(r"\w+", text.lower())
        ] or [""]

    def scores(self, text: str) -> Scores:
        """Return BM25's scores, which have no upper end."""
        # A question of unknown words alone makes the library fail.
        words = [word for word in self._words(text) if word in self._known]
        if not words:
            return np.zeros(self._count)
        return np.asarray(self._index.get_scores(words), np.float64)


class Chatterbot:
    """What ChatterBot compares by unless told otherwise: difflib's ratio of the letters.

    Its ``LevenshteinDistance`` is difflib's SequenceMatcher over both texts in small letters,
    rounded to two digits; its search stops at the first text from .95 up. ChatterBot itself is not
    installed, since it brings spaCy along. With spaCy's tags it compares only the statements that
    share a pair of words with the question; here it compares all, so it misses none.
    """

    _ENOUGH = 0.95

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [text.lower() for text in texts]

    def scores(self, text: str) -> Scores:
        """Return the ratios, 0 to 1."""
        asked = text.lower()
        found = np.array(
            [round(SequenceMatcher(None, asked, known).ratio(), 2) for known in self._texts]
        )
        if (enough := np.flatnonzero(found >= self._ENOUGH)).size:
            found[enough[0]] = 1.0
        return found


class Nearest:
    """The nearest known text by an encoder's cosine."""

    def __init__(self, texts: Sequence[str], encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors = encoder.encode(texts)

    def scores(self, text: str) -> Scores:
        """Return the cosines."""
        return np.asarray(self._vectors @ self._encoder.encode([text])[0], np.float64)


Maker = Callable[[Sequence[str]], Matcher]
