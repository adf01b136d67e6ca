"""How much of a question's wording an entry's texts share: what a near miss gives away.

"How many Armenians moved?" is near to an entry about how many Russians did; that nobody there
speaks of Armenians is what tells them apart.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.knowledge.words import normalise

# Words count by their first letters, which stay when they are inflected, in all three languages;
# short ones lose what their endings change.
_STEM = 5
_SHORTEST = 4
_ENDINGS = frozenset("sаеиоуыьэюяєії")

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Sorted = npt.NDArray[np.uint32] | npt.NDArray[np.uint64]


class Words:
    """The stems of many texts, one after another: hashes, and of each its text's row."""

    def __init__(self, hashes: Hashes, rows: Ints, texts: int) -> None:
        self.hashes = hashes
        self.rows = rows
        self.texts = texts

    @classmethod
    def of(cls, texts: Sequence[str]) -> Words:
        """Read the stems of texts, each once a text."""
        found = [stems(text) for text in texts]
        sizes = [len(one) for one in found]
        rows = np.repeat(np.arange(len(texts)), sizes)
        hashes = np.concatenate(found) if found else np.zeros(0, np.uint32)
        return cls(hashes, rows, len(texts))

    def of_texts(self, keep: Ints | None) -> tuple[Hashes, Ints]:
        """Return the hashes, and of each its text's row, of some texts; of all where None."""
        if keep is None:
            return self.hashes, self.rows
        kept = np.zeros(self.texts, bool)
        kept[keep] = True
        chosen = kept[self.rows]
        return self.hashes[chosen], self.rows[chosen]


def find(known: Sorted, wanted: Sorted) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return where in sorted ``known``, not empty, each of ``wanted`` would stand, and if it does.

    A place means nothing where the flag is not set, but can be looked up all the same.
    """
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return at, known[at] == wanted


def stems(text: str) -> Hashes:
    """Return the hashes of a text's stems, each once."""
    found = {zlib.crc32(_stem(word).encode()) for word in normalise(text).split()}
    return np.array(sorted(found), np.uint32)


def _stem(word: str) -> str:
    if _SHORTEST <= len(word) <= _STEM and word[-1] in _ENDINGS and word[-2:] != "ss":
        return word[:-1]
    return word[:_STEM]


class Overlap:
    """Tell the share of a question's wording that a family's texts have, rare words weighing more.

    ``keys`` are sorted pairs of family and stem; ``known`` the sorted stems, ``rarity`` theirs.
    """

    def __init__(
        self, keys: npt.NDArray[np.uint64], known: Hashes, rarity: npt.NDArray[np.float32]
    ) -> None:
        self._keys = keys
        self._known = known
        self._rarity = rarity
        self._unknown = float(rarity.max(initial=1.0))

    @classmethod
    def build(cls, words: Words, families: Ints, keep: Ints | None = None) -> Overlap:
        """Index words by the families (texts,) of their texts; ``keep`` picks some of the texts."""
        hashes, rows = words.of_texts(keep)
        texts = words.texts if keep is None else len(keep)
        pairs = (families[rows].astype(np.uint64) << np.uint64(32)) | hashes.astype(np.uint64)
        known, counts = np.unique(hashes, return_counts=True)
        rarity = np.log((1 + texts) / (1 + counts)).astype(np.float32)
        return cls(np.unique(pairs), known, rarity)

    def share(self, asked: Hashes, family: int) -> float:
        """Return the share, 0 to 1, of a question's stems(); 0 where it has none."""
        if not len(asked) or not len(self._known):
            return 0.0
        at, there = find(self._known, asked)
        rarity = np.where(there, self._rarity[at], self._unknown)
        pairs = (np.uint64(family) << np.uint64(32)) | asked.astype(np.uint64)
        _, shared = find(self._keys, pairs)
        total = float(rarity.sum())
        return float(rarity[shared].sum()) / total if total > 0 else 0.0

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the index as arrays for a cache file."""
        return {
            "overlap_keys": self._keys, "overlap_known": self._known, "overlap_rarity": self._rarity
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Overlap:
        """Restore an index from arrays(). Raises KeyError or ValueError where they do not fit."""
        known = np.asarray(arrays["overlap_known"], np.uint32)
        rarity = np.asarray(arrays["overlap_rarity"], np.float32)
        if len(known) != len(rarity):
            raise ValueError("these arrays are not an overlap index")
        return cls(np.asarray(arrays["overlap_keys"], np.uint64), known, rarity)
