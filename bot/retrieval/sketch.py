"""Find the texts that are nearest to a question without reading the vectors of all of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.retrieval.metric import Measured

Floats = npt.NDArray[np.float32]

# Fewer vectors than these stay in a processor's cache, and are compared as quickly in full.
LEAST = 8_192
# A quarter of the encoder's numbers. Of the texts it finds likely about so many are compared in
# full that few of the fifty nearest ones are missed; those count by a cosine that is a little off.
# Tests hold it to that.
_WIDTH, _LIKELY = 96, 1_280
# From one text in so many it is read how great the likeliest are.
_PART = 4
# As many vectors show the main directions as well as all do.
_SAMPLE = 4_096
# How much more than texts' own differences those between the middles of groups count.
_BETWEEN = 3


class Sketch:
    """Texts in the main directions of their metric: principal components, of groups above all.

    The vectors themselves stay where they are. ``starts`` are the first rows of their groups.
    """

    def __init__(self, texts: Measured, starts: npt.NDArray[np.int64]) -> None:
        step = max(1, len(texts.vectors) // _SAMPLE)
        some = texts.metric.of(texts.vectors[::step])
        groups = np.searchsorted(starts, np.arange(0, len(texts.vectors), step), "right") - 1
        _, first, counts = np.unique(groups, return_index=True, return_counts=True)
        middles = np.add.reduceat(some, first, axis=0) / counts[:, None]
        between, all_of_it = middles.T @ middles, some.T @ some
        _, directions = np.linalg.eigh(
            all_of_it / np.trace(all_of_it) + _BETWEEN * between / np.trace(between)
        )
        self._basis = np.ascontiguousarray(directions[:, -_WIDTH:].T.astype(np.float32))
        self._short = texts.along(self._basis)
        self._texts = texts
        self._starts = starts
        self._lengths = np.diff(np.append(starts, len(texts.vectors)))

    def cosines(self, asked: Floats) -> Floats:
        """Return the cosines of all texts, (n,), with a question's Metric.of(), (dimensions,).

        Exact where likely among the greatest, and for the one of each group that looks likeliest; a
        little off for all others.
        """
        found = self._texts.metric.cosines(self._short @ (self._basis @ asked))
        best = np.maximum.reduceat(found, self._starts)
        chosen = found == np.repeat(best, self._lengths)
        chosen[_likeliest(found)] = True
        rows = np.flatnonzero(chosen)
        found[rows] = self._texts.cosines(asked, rows)
        return found


def _likeliest(found: Floats) -> npt.NDArray[np.int64]:
    """Return rows of about the _LIKELY greatest, never of more than twice so many."""
    if len(found) <= _LIKELY:
        return np.arange(len(found))
    # The rank of one among a part of the texts tells about its rank among all, and sooner.
    likely = _LIKELY // _PART
    rows = np.flatnonzero(found >= np.partition(found[::_PART], -likely)[-likely])
    if len(rows) > 2 * _LIKELY:
        rows = np.argpartition(found, -_LIKELY)[-_LIKELY:]
    return rows
