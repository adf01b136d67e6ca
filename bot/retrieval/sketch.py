"""Find the texts that are nearest to a question without reading the vectors of all of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Fewer vectors than these stay in a processor's cache, and are compared as quickly in full.
LEAST = 8_192
# A quarter of the encoder's numbers. Of the texts it finds likely so many are compared in full that
# of the fifty nearest ones hardly any is missed; tests hold it to that.
_WIDTH, _LIKELY = 96, 1_024
# As many vectors show the main directions as well as all do.
_SAMPLE = 4_096


class Sketch:
    """Vectors (n, dimensions) in their main directions (principal components, not centred).

    ``vectors`` themselves stay where they are. ``starts`` are the first rows of their groups.
    """

    def __init__(self, vectors: Floats, starts: npt.NDArray[np.int64]) -> None:
        some = vectors[:: max(1, len(vectors) // _SAMPLE)]
        _, directions = np.linalg.eigh(some.T @ some)
        self._basis = np.ascontiguousarray(directions[:, -_WIDTH:].T.astype(np.float32))
        self._short = vectors @ self._basis.T
        self._vectors = vectors
        self._starts = starts
        self._lengths = np.diff(np.append(starts, len(vectors)))

    def cosines(self, vector: Floats) -> Floats:
        """Return the cosines with all vectors, (n,): exact where likely among the greatest.

        Exact too for the one of each group that looks likeliest; a little off for all others.
        """
        found: Floats = self._short @ (self._basis @ vector)
        likely = min(_LIKELY, len(found))
        best = np.maximum.reduceat(found, self._starts)
        chosen = found == np.repeat(best, self._lengths)
        chosen[np.argpartition(found, -likely)[-likely:]] = True
        rows = np.flatnonzero(chosen)
        found[rows] = np.take(self._vectors, rows, axis=0) @ vector
        return found
