"""Group questions that mean the same: leader clustering over the encoder's vectors.

A cluster grows around its first question, the leader, and never moves: whatever arrives later,
what was placed stays where it is and clusters keep their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.words import clean, normalise
from bot.retrieval.encoder import DIMENSIONS, Vectors

THRESHOLD = 0.72
"""Cosine to a leader from which a question joins its cluster; docs/review.md says how it was
measured."""

# Equally typical but for rounding.
_SAME = 1e-4


@dataclass(frozen=True, slots=True)
class Place:
    """Say where a question belongs: with a known leader, with an earlier question, or alone.

    ``leader`` is a row of the leaders, ``earlier`` a row of the questions that were placed with
    it; both None for one that leads a cluster of its own. ``similarity`` is the cosine to the
    leader.
    """

    leader: int | None
    earlier: int | None
    similarity: float


def comparable(text: str) -> str:
    """Return a question as it is encoded: what reads the same has the same vector."""
    return normalise(text) or clean(text)


def quantise(vectors: Vectors) -> list[bytes]:
    """Round each vector to signed bytes, DIMENSIONS of them; only its direction is kept."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled = np.rint(vectors * (127 / np.maximum(largest, 1e-12)))
    return [row.tobytes() for row in scaled.astype(np.int8)]


def dequantise(stored: Sequence[bytes]) -> Vectors:
    """Return unit vectors of shape (len(stored), DIMENSIONS), zeros for what is no vector."""
    blank = bytes(DIMENSIONS)
    whole = b"".join(each if len(each) == DIMENSIONS else blank for each in stored)
    rows = np.frombuffer(whole, np.int8).reshape(-1, DIMENSIONS).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)


def assign(vectors: Vectors, leaders: Vectors, threshold: float = THRESHOLD) -> list[Place]:
    """Place questions one after the other, each with the nearest leader that is near enough.

    What is near to none leads a cluster of its own, which later ones may join. Takes memory for
    len(vectors) by len(leaders) similarities: hand in some hundred questions at a time.
    """
    best = np.full(len(vectors), -1.0, np.float32)
    rows = np.zeros(len(vectors), np.int64)
    if len(leaders):
        similar = vectors @ leaders.T
        rows = similar.argmax(axis=1)
        best = similar[np.arange(len(vectors)), rows]
    new = np.zeros_like(vectors)
    leads: list[int] = []
    places: list[Place] = []
    for number, vector in enumerate(vectors):
        nearest, row = float(best[number]), int(rows[number])
        fresh = new[: len(leads)] @ vector
        # A leader that was known before wins where both are equally near.
        if leads and float(fresh.max()) > max(nearest, threshold - 1e-9):
            at = int(fresh.argmax())
            places.append(Place(None, leads[at], float(fresh[at])))
        elif nearest >= threshold:
            places.append(Place(row, None, nearest))
        else:
            new[len(leads)] = vector
            leads.append(number)
            places.append(Place(None, None, 1.0))
    return places


def rivals(vectors: Vectors, leaders: Vectors, threshold: float = THRESHOLD) -> list[list[int]]:
    """Return for each question the rows of all leaders that are near enough to take it."""
    if not len(leaders):
        return [[] for _ in vectors]
    return [np.flatnonzero(row >= threshold).tolist() for row in vectors @ leaders.T]


def medoid(vectors: Vectors, people: Sequence[str]) -> int:
    """Return the row of the most typical question, which needs one row at least.

    It is the one whose wording is nearest to all others', each wording counted once. Of several
    equally near, that which the most different people asked wins, then the first. ``people``
    names for each row who asked it.
    """
    wordings, first, which = np.unique(
        np.round(vectors, 6), axis=0, return_index=True, return_inverse=True
    )
    nearness = (wordings @ wordings.T).mean(axis=1)
    askers: list[set[str]] = [set() for _ in wordings]
    for row, wording in enumerate(which.reshape(-1).tolist()):
        askers[wording].add(people[row])
    likely = np.flatnonzero(nearness >= nearness.max() - _SAME).tolist()
    best = min(likely, key=lambda wording: (-len(askers[wording]), int(first[wording])))
    return int(first[best])
