"""How much the words of a question speak for an entry: BM25 over all of an entry's texts.

Okapi BM25 (Robertson, Walker, Jones, Hancock-Beaulieu and Gatford 1994). An encoder sees what a
question means as a whole; the rare word that only one entry has, in whichever of its texts, it
hardly sees. Words count by their stems, as in overlap.py.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from bot.retrieval.overlap import Hashes, Ints, Words, find

Floats = npt.NDArray[np.float32]

# What the literature commonly takes; not fitted.
_K1, _B = 1.2, 0.75


class Bm25:
    """Score entries by a question's stems.

    ``known`` are the sorted stems; those from ``starts[i]`` to ``starts[i + 1]`` of ``entries`` and
    ``weights`` are the entries that have stem ``i``, and what it is worth in each.
    """

    def __init__(
        self,
        known: Hashes,
        starts: Ints,
        entries: Ints,
        weights: Floats,
        count: int,
    ) -> None:
        self._known = known
        self._starts = starts
        self._entries = entries
        self._weights = weights
        self._count = count
        spread = np.diff(starts)
        self._rarity = np.log((count + 1) / (spread + 0.5)).astype(np.float32)

    @classmethod
    def build(cls, words: Words, labels: Ints, count: int, keep: Ints | None = None) -> Bm25:
        """Index words by the entries (texts,) of their texts, ``count`` in all.

        ``keep`` picks some of the texts.
        """
        hashes, rows = words.of_texts(keep)
        pairs = (hashes.astype(np.uint64) << np.uint64(32)) | labels[rows].astype(np.uint64)
        found, times = np.unique(pairs, return_counts=True)
        entries = (found & np.uint64(0xFFFFFFFF)).astype(np.int64)
        known, starts, spread = np.unique(
            (found >> np.uint64(32)).astype(np.uint32), return_index=True, return_counts=True
        )
        length = np.bincount(entries, times, minlength=count)
        usual = max(float(length[length > 0].mean()) if len(entries) else 1.0, 1.0)
        rarity = np.repeat(np.log((count + 1) / (spread + 0.5)), spread)
        room = _K1 * (1 - _B + _B * length[entries] / usual)
        weights = (rarity * times * (_K1 + 1) / (times + room)).astype(np.float32)
        return cls(known, np.append(starts, len(entries)).astype(np.int64), entries, weights, count)

    def scores(self, asked: Hashes) -> Floats:
        """Return each entry's score of a question's stems(), 1 where nothing could be greater."""
        total = np.zeros(self._count, np.float32)
        if not len(self._known) or not len(asked):
            return total
        at, there = find(self._known, asked)
        for place in at[there]:
            start, end = self._starts[place], self._starts[place + 1]
            total[self._entries[start:end]] += self._weights[start:end]
        unknown = (len(asked) - int(there.sum())) * np.log((self._count + 1) / 0.5)
        most = (float(self._rarity[at[there]].sum()) + unknown) * (_K1 + 1)
        return np.asarray(total / np.float32(most), np.float32)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the index as arrays for a cache file."""
        return {
            "bm25_known": self._known, "bm25_starts": self._starts, "bm25_entries": self._entries,
            "bm25_weights": self._weights, "bm25_count": np.array([self._count]),
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Bm25:
        """Restore an index from arrays(). Raises KeyError or ValueError where they do not fit."""
        known = np.asarray(arrays["bm25_known"], np.uint32)
        starts = np.asarray(arrays["bm25_starts"], np.int64)
        entries = np.asarray(arrays["bm25_entries"], np.int64)
        weights = np.asarray(arrays["bm25_weights"], np.float32)
        count = int(np.asarray(arrays["bm25_count"], np.int64)[0])
        rising = len(starts) == len(known) + 1 and bool((np.diff(starts) >= 0).all())
        if not rising or int(starts[-1]) != len(entries) or len(entries) != len(weights):
            raise ValueError("these arrays are not a BM25 index")
        if len(entries) and not 0 <= int(entries.min()) <= int(entries.max()) < count:
            raise ValueError("these arrays are of another number of entries")
        return cls(known, starts, entries, weights, count)
