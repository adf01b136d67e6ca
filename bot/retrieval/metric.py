"""How texts are compared: a base's own measure of what tells its entries apart.

Within-class covariance normalisation (Hatch, Kajarekar and Stolcke 2006): along directions in which
the texts of one entry differ among each other, a difference says little; they are shortened. What
all texts of a base have in common says nothing, and up to half of it is taken off. The more texts a
base has, the more its own measure counts; one of a few keeps the encoder's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

# So many texts' worth of trust in the encoder's own measure, and how far directions are made alike,
# where 0.5 would be wholly; `python -m benchmarks.metric` compares others.
_TRUST = 1_000
_POWER = 0.25
# The least trust in the encoder's measure, however many the texts. A judgement.
_LEAST_TRUST = 0.2
# The most of their mean that is taken off texts.
_CENTRED = 0.5
_BLOCK = 4_096
# Where texts differ by less, no two of an entry's do.
_NOTHING = 1e-6


@dataclass(frozen=True)
class Metric:
    """A measure of texts' vectors: ``mean`` (dimensions,) is taken off, then ``turn`` applied.

    ``turn`` (dimensions, dimensions) is symmetric. ``scale`` brings distances half the way, in the
    logarithm, to the size that the encoder's have: how far texts are apart tells more than it did.
    """

    mean: Floats
    turn: Floats
    scale: float

    @classmethod
    def learn(cls, vectors: Floats, labels: Labels) -> Metric:
        """Learn the measure of a base: unit vectors (texts, dimensions), ascending labels."""
        if not len(vectors):
            return cls.plain(vectors.shape[1])
        share = len(vectors) / (len(vectors) + _TRUST)
        mean = np.asarray(_CENTRED * share * vectors.mean(axis=0), np.float32)
        present, starts, counts = np.unique(labels, return_index=True, return_counts=True)
        middles = np.add.reduceat(vectors, starts, axis=0) / counts[:, None].astype(np.float32)
        place = np.searchsorted(present, labels)
        apart = vectors - middles[place]
        turn = _turn(np.asarray(apart, np.float32), max(_LEAST_TRUST, 1 - share))
        # How far texts are from the middle of their entry's, by either measure.
        middle, found = _unit(middles), cls(mean, turn, 1.0)
        plain = float(1 - (vectors * middle[place]).sum(axis=1).mean())
        own = float(1 - (found.of(vectors) * found.of(middle)[place]).sum(axis=1).mean())
        return cls(mean, turn, (plain / own) ** 0.5 if min(plain, own) > _NOTHING else 1.0)

    def of(self, vectors: Floats) -> Floats:
        """Return unit vectors, by whose products this measure compares; same shape."""
        return _unit((vectors - self.mean) @ self.turn)

    @classmethod
    def plain(cls, width: int) -> Metric:
        """Return the encoder's own measure."""
        return cls(np.zeros(width, np.float32), np.eye(width, dtype=np.float32), 1.0)

    def cosines(self, products: npt.NDArray[np.floating]) -> Floats:
        """Return products of of() as cosines of about the encoder's size."""
        # Never below what an entry without texts gets.
        found = 1 - np.float32(self.scale) * (1 - products)
        return np.asarray(np.maximum(found, -1.0), np.float32)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the measure as arrays for a cache file."""
        return {
            "metric_mean": self.mean, "metric_turn": self.turn,
            "metric_scale": np.array([self.scale]),
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]], width: int) -> Metric:
        """Restore a measure of ``width`` numbers from arrays().

        Raises KeyError or ValueError where they do not fit.
        """
        mean = np.asarray(arrays["metric_mean"], np.float32)
        turn = np.asarray(arrays["metric_turn"], np.float32)
        if turn.shape != (len(mean), len(mean)) or len(mean) != width:
            raise ValueError("these arrays are not a metric")
        return cls(mean, turn, float(np.asarray(arrays["metric_scale"], np.float64)[0]))


class Measured:
    """Texts' vectors (n, dimensions), compared by a metric without a second copy of them.

    ``lengths`` (n,) are those that Metric.of() brings to one; computed where None.
    """

    def __init__(self, vectors: Floats, metric: Metric, lengths: Floats | None = None) -> None:
        self.vectors = vectors
        self.metric = metric
        self.lengths = self._measure() if lengths is None else lengths

    def _measure(self) -> Floats:
        parts = [
            np.linalg.norm((block - self.metric.mean) @ self.metric.turn, axis=1)
            for block in self._blocks()
        ]
        return np.maximum(np.concatenate(parts), 1e-9) if parts else np.zeros(0, np.float32)

    def _blocks(self) -> Iterator[Floats]:
        for start in range(0, len(self.vectors), _BLOCK):
            yield self.vectors[start : start + _BLOCK]

    def cosines(self, asked: Floats, rows: Labels | None = None) -> Floats:
        """Return the cosines of all texts, or of some, with a question's of(), (dimensions,)."""
        vectors = self.vectors if rows is None else np.take(self.vectors, rows, axis=0)
        lengths = self.lengths if rows is None else self.lengths[rows]
        turned = self.metric.turn @ asked
        return self.metric.cosines((vectors @ turned - self.metric.mean @ turned) / lengths)

    def cosines_of(self, asked: Floats) -> Floats:
        """Return the cosines of all texts with many questions' of(), (questions, n)."""
        turned = asked @ self.metric.turn
        off = (turned @ self.metric.mean)[:, None]
        return self.metric.cosines((turned @ self.vectors.T - off) / self.lengths)

    def along(self, directions: Floats) -> Floats:
        """Return all texts' of() in the directions (k, dimensions), (n, k)."""
        turned = self.metric.turn @ directions.T
        parts = [(block - self.metric.mean) @ turned for block in self._blocks()]
        return np.asarray(np.concatenate(parts) / self.lengths[:, None], np.float32)


def _turn(apart: Floats, trust: float) -> Floats:
    """Return what shortens the directions in which rows (texts, dimensions) are spread."""
    count, width = apart.shape
    if count < width:
        # As many directions as there are texts, at most, are spread at all.
        _, sizes, directions = np.linalg.svd(apart.astype(np.float64), full_matrices=False)
        spread, directions = sizes**2, directions.T
    else:
        spread, directions = np.linalg.eigh((apart.T @ apart).astype(np.float64))
    spread = (1 - trust) * spread / max(float(spread.sum()) / width, 1e-12) + trust
    rest = trust**-_POWER
    turn = (directions * (spread**-_POWER - rest)) @ directions.T
    return np.asarray(turn + rest * np.eye(width), np.float32)


def _unit(vectors: npt.NDArray[np.floating]) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
