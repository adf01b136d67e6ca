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
# Postings that one question may read, rarest n-grams first. A topic of a few thousand texts never
# comes near it; beyond, what is left out stands in so many texts that it hardly tells them apart.
_MAX_POSTINGS = 1 << 21
# From so many postings on, arrays of all of them cost more than a loop over the features.
_LOOPED_FROM = 1 << 17
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
        # Plain arrays, filled text by text: a hundred thousand counters would take gigabytes.
        found, times, sizes = array("i"), array("f"), array("i")
        buckets = _Buckets()
        for text in texts:
            bag = _features(text, buckets)
            found.extend(bag)
            times.extend(bag.values())
            sizes.append(len(bag))
        del buckets
        features = np.array(found, np.int32)
        counts = np.array(times, np.float32)
        del found, times
        count = len(texts)
        rows = np.repeat(np.arange(count, dtype=np.int32), np.array(sizes, np.int64))
        frequency = np.bincount(features, minlength=BUCKETS)
        idf = (np.log((1 + count) / (1 + frequency)) + 1).astype(np.float32)
        weights = (1 + np.log(np.maximum(counts, 1))) * idf[features]
        norms = np.sqrt(np.bincount(rows, weights**2, minlength=max(1, count)))
        weights = (weights / np.maximum(norms[rows], 1e-9)).astype(np.float32)
        order = np.argsort(features, kind="stable")
        starts = np.zeros(BUCKETS + 1, np.int64)
        np.cumsum(frequency, out=starts[1:])
        return cls(count, starts, rows[order], weights[order], idf)

    def scores(self, text: str) -> npt.NDArray[np.float32]:
        """Return the cosine of the query with every text, shape (count,)."""
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
        if total > _LOOPED_FROM:
            # Feature by feature: a text stands once in each, and the sums stay in the cache.
            sums = np.zeros(self._count)
            for start, end, weight in zip(starts.tolist(), ends.tolist(), weights, strict=True):
                sums[self._rows[start:end]] += self._weights[start:end] * weight
            return sums.astype(np.float32)
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
