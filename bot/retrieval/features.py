"""What a match looks like: the numbers that its confidence is read from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.retrieval.overlap import Hashes, Overlap
from bot.retrieval.scoring import Signals

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

NAMES = (
    "score", "margin", "centroid", "outside", "family", "cosine", "chars", "overlap",
    "agreement", "length", "words_lead", "chars_lead",
)  # fmt: skip
# Those that tell how near a question is to the topic at all, whatever entry is first.
TOPICAL = (2, 3, 5, 7)


def describe(
    signals: Signals,
    score: Floats,
    rows: Ints,
    family: Ints,
    asked: Hashes,
    overlap: Overlap,
) -> npt.NDArray[np.float64]:
    """Return the features of taking ``rows``, entries that are shown together, as the answer.

    In the order of NAMES. ``score`` (entries,) is the blend; ``family`` (entries,) numbers the
    families; ``asked`` are the question's stems. The first of ``rows`` stands for all. ``margin``
    is the lead over the best of the rest, ``family`` what head and nearby texts give ``rows``,
    ``cosine`` the plain one, ``agreement`` the share of the signals that put one of them first,
    ``length`` the logarithm of how many stems are asked, the other leads those by one signal alone.
    """
    first = int(rows[np.argmax(score[rows])])
    each = np.stack(
        (score, signals.head, signals.near, signals.cosine, signals.chars, signals.words)
    )
    mine = each[:, rows].max(axis=1).astype(np.float64)
    each[:, rows] = -np.inf
    rest = each.max(axis=1) if len(rows) < len(score) else 0.0
    margin, *leads = (mine - rest).tolist()
    by_chars, by_words = leads[-2:]
    mass = float(signals.head[rows].sum() + signals.near[rows].sum()) / 2
    return np.array(
        [
            float(score[rows].max()),
            margin,
            float(signals.centroid.max()),
            signals.outside,
            mass,
            float(signals.plain[rows].max()),
            float(signals.chars[rows].max()),
            overlap.share(asked, int(family[first])),
            # A signal that says nothing, such as no word known, puts nobody first.
            sum(ahead > 0 for ahead in leads) / len(leads),
            float(np.log1p(len(asked))),
            by_words,
            by_chars,
        ]
    )
