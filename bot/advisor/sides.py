"""Which side of an entry a follow-up asks for that names nothing of its own: "sell me on it".

The cues of facets.py are what many say; the shipped follow-ups are how people say it otherwise. A
question that is nearer to one of those than to anything of the topic asks for that side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.advisor.facets import Facet
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.knowledge.words import clean
from bot.retrieval import shipped
from bot.retrieval.encoder import Encoder
from bot.retrieval.match import Match

# Chosen on the follow-ups of benchmarks/data/topic-dev.jsonl: how near a shipped one must be, and
# how much nearer than a call for help, which is to be heard rather once too often.
_LEAST = 0.8
_ALERTED = 0.05
# How fast a text's say fades with its distance, in cosine.
_REACH = 0.015


class Sides:
    """Tell which side a follow-up asks for, among the entries of one release."""

    def __init__(self, entries: Sequence[Entry], encoder: Encoder) -> None:
        self._encoder = encoder
        self._facets: list[Facet] = []
        self._vectors: npt.NDArray[np.float32] | None = None
        # The entries about the bot itself are asked for in the same words ("any source?").
        self._rivals = np.array([entry.kind is not Kind.FAQ for entry in entries], bool)
        self._alerts = np.array([bool(getattr(entry.item, "alert", False)) for entry in entries])

    def warm(self) -> None:
        """Have the vectors of the shipped follow-ups at hand."""
        if self._vectors is None:
            groups = shipped.groups(shipped.FOLLOW_UPS)
            self._facets = [Facet(name) for name, texts in groups.items() for _ in texts]
            texts = [text for group in groups.values() for text in group]
            vectors = shipped.kept_vectors(shipped.FOLLOW_UPS, self._encoder.name, texts)
            if vectors is None:
                vectors = self._encoder.encode([clean(text) for text in texts])
            self._vectors = vectors

    def read(self, match: Match) -> Facet | None:
        """Return the side that a question asks for; None where it has a matter of its own."""
        if match.vector is None or match.signals is None:
            return None
        self.warm()
        assert self._vectors is not None  # noqa: S101 - warm() has seen to it
        cosine = self._vectors @ match.vector
        best = float(cosine.max())
        own = match.signals.cosine
        if best < _LEAST or best < float(own[self._rivals].max(initial=-1.0)):
            return None
        if best < float(own[self._alerts].max(initial=-1.0)) + _ALERTED:
            return None
        weight = np.exp((cosine - best) / _REACH)
        shares = dict.fromkeys(self._facets, 0.0)
        for facet, share in zip(self._facets, weight, strict=True):
            shares[facet] += float(share)
        return max(shares, key=lambda facet: shares[facet])
