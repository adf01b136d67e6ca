"""Character n-gram TF-IDF over texts: what catches names, numbers and typos.

A plain inverted index in numpy; n-grams are hashed into a fixed number of buckets, so no
vocabulary has to be stored (the "hashing trick", Weinberger et al. 2009).
"""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.knowledge.words import normalise

BUCKETS = 1 << 18
_SIZES = (3, 4, 5)
_MAX_CHARACTERS = 400
# Postings that one question may read, rarest n-grams first. A topic of a few thousand texts hardly
# comes near it; in larger ones such as the shipped one, whose answers stay the same with twice as
# many, the commonest n-grams of a question are left out, which stand in so
# many texts that they hardly tell them apart.
_MAX_POSTINGS = 1 << 15
_REMEMBERED = 500_000


class _Buckets(dict[str, int]):
    """Remember the buckets of n-grams: a topic's texts share most of theirs."""

    def __missing__(self, gram: str) -> int:
        bucket = zlib.crc32(gram.encode()) % BUCKETS
        if len(self) < _REMEMBERED:
            self[gram] = bucket
        return bucket


def _features(text: str, buckets: _Buckets) -> Counter[int]:
    padded = f" {normalise(text)[:_MAX_CHARACTERS]} "
    return Counter(
        [
            buckets[padded[start : start + size]]
            for size in _SIZES
            for start in range(len(padded) - size + 1)
        ]
    )


Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


def _counted(texts: Sequence[str]) -> tuple[Ints, Floats, npt.NDArray[np.int64]]:
    """Return the features of all texts one after another, how often each stands there, how many."""
    # Plain arrays, filled text by text: a hundred thousand counters would take gigabytes.
    found, times, sizes = array("i"), array("f"), array("q")
    buckets = _Buckets()
    for text in texts:
        bag = _features(text, buckets)
        found.extend(bag)
        times.extend(bag.values())
        sizes.append(len(bag))
    return np.array(found, np.int32), np.array(times, np.float32), np.array(sizes, np.int64)


def _weighed(
    count: int, features: Ints, rows: Ints, terms: Floats
) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Weigh the terms of ``count`` rows by their rarity, rows at length one; idf; frequency."""
    frequency = np.bincount(features, minlength=BUCKETS)
    idf = (np.log((1 + count) / (1 + frequency)) + 1).astype(np.float32)
    weights = terms * idf[features]
    norms = np.sqrt(np.bincount(rows, weights**2, minlength=max(1, count)))
    return (weights / np.maximum(norms[rows], 1e-9)).astype(np.float32), idf, frequency


def _starts(frequency: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    starts = np.zeros(BUCKETS + 1, np.int64)
    np.cumsum(frequency, out=starts[1:])
    return starts


class CharIndex:
    """Score a query against texts by the cosine of their n-gram TF-IDF vectors."""

    def __init__(
        self,
        count: int,
        starts: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
        weights: npt.NDArray[np.float32],
        idf: npt.NDArray[np.float32],
    ) -> None:
        self._count = count
        self._starts = starts
        self._rows = rows
        self._weights = weights
        self._idf = idf

    @classmethod
    def build(cls, texts: Sequence[str]) -> CharIndex:
        """Index texts; row numbers are their positions."""
        features, counts, sizes = _counted(texts)
        rows = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)
        terms = 1 + np.log(np.maximum(counts, 1))
        weights, idf, frequency = _weighed(len(texts), features, rows, terms)
        order = np.argsort(features, kind="stable")
        return cls(len(texts), _starts(frequency), rows[order], weights[order], idf)

    def revised(self, rows: npt.NDArray[np.int64], texts: Sequence[str]) -> CharIndex:
        """Return the index of other texts, many of which this one holds: quicker than build().

        ``rows`` (n,) tells for each text its row here, each row at most once, and -1 for those that
        are new, which are ``texts`` in their order. Scores differ from build()'s by rounding only.
        """
        place = np.full(self._count, -1, np.int32)
        place[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
        kept = place[self._rows] >= 0
        features = np.repeat(np.arange(BUCKETS, dtype=np.int32), np.diff(self._starts))[kept]
        # A weight is a term's count times its rarity then, over the text's norm: rows have lost
        # their scale, which the new norm makes up for.
        terms = self._weights[kept] / self._idf[features]
        fresh, counts, sizes = _counted(texts)
        order = np.argsort(fresh, kind="stable")
        at = np.searchsorted(features, fresh[order], "right")
        added = np.repeat(np.flatnonzero(rows < 0).astype(np.int32), sizes)
        found = np.insert(place[self._rows[kept]], at, added[order])
        terms = np.insert(terms, at, 1 + np.log(np.maximum(counts[order], 1)))
        features = np.insert(features, at, fresh[order])
        weights, idf, frequency = _weighed(len(rows), features, found, terms)
        return CharIndex(len(rows), _starts(frequency), found, weights, idf)

    def scores(self, text: str) -> npt.NDArray[np.float32]:
        """Return the cosine of the query with every text, (count,), less what was left out."""
        bag = _features(text, _Buckets())
        if not bag or not self._count:
            return np.zeros(self._count, np.float32)
        features = np.fromiter(bag, np.int64, len(bag))
        weights = 1 + np.log(np.fromiter(bag.values(), np.float32, len(bag)))
        weights = weights * self._idf[features]
        weights /= max(float(np.linalg.norm(weights)), 1e-9)
        starts, ends = self._starts[features], self._starts[features + 1]
        lengths = ends - starts
        total = int(lengths.sum())
        if total > _MAX_POSTINGS:
            rarest = np.argsort(lengths, kind="stable")
            read = rarest[np.cumsum(lengths[rarest]) <= _MAX_POSTINGS]
            starts, ends, weights = starts[read], ends[read], weights[read]
            lengths, total = lengths[read], int(lengths[read].sum())
        if total == 0:
            return np.zeros(self._count, np.float32)
        # Positions of all postings of all features, without a Python loop over features.
        offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        positions = np.arange(total) + offsets
        contributions = self._weights[positions] * np.repeat(weights, lengths)
        found = np.bincount(self._rows[positions], contributions, minlength=self._count)
        return found.astype(np.float32)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the index as arrays for a cache file."""
        return {
            "chars_count": np.array(self._count),
            "chars_starts": self._starts,
            "chars_rows": self._rows,
            "chars_weights": self._weights,
            "chars_idf": self._idf,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> CharIndex:
        """Restore an index from arrays(). Raises KeyError or ValueError where they do not fit."""
        count = int(np.asarray(arrays["chars_count"], np.int64))
        starts = np.asarray(arrays["chars_starts"], np.int64)
        rows = np.asarray(arrays["chars_rows"], np.int32)
        weights = np.asarray(arrays["chars_weights"], np.float32)
        idf = np.asarray(arrays["chars_idf"], np.float32)
        if len(starts) != BUCKETS + 1 or len(idf) != BUCKETS or len(rows) != len(weights):
            raise ValueError("these arrays are not a character index")
        return cls(count, starts, rows, weights, idf)
