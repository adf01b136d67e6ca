"""What no topic answers: texts by which each topic learns to tell what is not its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.retrieval import shipped

# As many texts of a base show how near its entries' own texts are to each other.
_SAMPLE = 500
# Where no entry has two texts: what paraphrases have in the shipped encoder.
_NEAR = 0.88

_BLOCK = 64

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def out_of_scope() -> tuple[str, ...]:
    """Return the shipped texts that lie outside any topic, in the order of their file.

    They are general: one that is about a topic's own matter can stand among them all the same;
    outside_of() finds those.
    """
    return shipped.texts(shipped.OUT_OF_SCOPE)


def outside_of(away: Floats, vectors: Floats, labels: Ints) -> npt.NDArray[np.bool_]:
    """Tell which of the texts outside any topic lie outside this one, (len(away),).

    ``away`` are their vectors, ``vectors`` and ``labels`` the base's texts and their entries. One
    that is as near to the base as its entries' texts commonly are to each other may well be
    answered by it: a base about school meals should not learn that they are none of its business.
    """
    if not len(vectors) or not len(away):
        return np.ones(len(away), bool)
    paired: list[float] = []
    for row in range(0, len(vectors), max(1, len(vectors) // _SAMPLE)):
        same = np.flatnonzero(labels == labels[row])
        if len(same) > 1:
            paired.append(float((vectors[same[same != row]] @ vectors[row]).max()))
    near = float(np.median(paired)) if paired else _NEAR
    # Block by block: all of a large base at once would take hundreds of megabytes.
    blocks = (away[start : start + _BLOCK] @ vectors.T for start in range(0, len(away), _BLOCK))
    return np.concatenate([block.max(axis=1) < near for block in blocks])
