"""Which side of an entry a follow-up asks for that names nothing of its own: "sell me on it".

The cues of facets.py are what many say; the shipped follow-ups are how people say it otherwise. A
question that is nearer to one of those than to anything of the topic asks for that side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from bot.advisor.facets import Facet
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval import shipped
from bot.retrieval.match import Match
from bot.retrieval.overlap import Hashes, stems
from bot.retrieval.scoring import nearness

# How near a shipped follow-up must be, chosen by `python -m benchmarks.follow_up_constants`; and
# how much nearer than any boundary's text where a notice would be given otherwise, a judgement.
LEAST = 0.8
BEFORE_BOUNDARY = 0.06
# So many words a follow-up may have that no shipped one has; with more, it has a matter of its own.
# None where a cue has been found already: what is beside it would be the matter.
_STRANGE = 1
# How fast a text's say fades with its distance, in cosine.
_REACH = 0.015

_Known = tuple[tuple[Facet, ...], npt.NDArray[np.int64], npt.NDArray[np.float32], Hashes]


class Sides:
    """Tell which side a follow-up asks for, among the entries of one release.

    The constants are those of the shipped encoder; with another one no side is told.
    """

    def __init__(self, entries: Sequence[Entry], encoder: str) -> None:
        self._encoder = encoder
        # The entries about the bot itself are asked for in the same words ("any source?").
        self._rivals = np.array([entry.kind is not Kind.FAQ for entry in entries], bool)
        self._boundaries = np.array([entry.kind is Kind.BOUNDARY for entry in entries], bool)

    def warm(self) -> None:
        """Have the vectors of the shipped follow-ups at hand."""
        _known(self._encoder)

    def read(self, match: Match, *, cued: bool = False) -> Facet | None:
        """Return the side that a question asks for; None where it has a matter of its own."""
        known = _known(self._encoder)
        if known is None or match.vector is None or match.signals is None or match.asked is None:
            return None
        facets, starts, vectors, words = known
        if len(np.setdiff1d(match.asked, words)) > (0 if cued else _STRANGE):
            return None
        cosine = vectors @ match.vector
        best = float(cosine.max())
        own = match.signals.plain
        if best < LEAST or best < float(own[self._rivals].max(initial=-1.0)):
            return None
        noticed = float(own[self._boundaries].max(initial=-1.0))
        if match.boundary is not None and best < noticed + BEFORE_BOUNDARY:
            return None
        return facets[int(nearness(cosine, starts, _REACH).argmax())]


@cache
def _known(encoder: str) -> _Known | None:
    """Return what is known of the shipped follow-ups; None without vectors by this encoder.

    The sides, the first row of each, a vector a row, and all stems.
    """
    groups = shipped.groups(shipped.FOLLOW_UPS)
    texts = [text for group in groups.values() for text in group]
    vectors = shipped.kept_vectors(shipped.FOLLOW_UPS, encoder, texts)
    if vectors is None:
        return None
    lengths = [len(group) for group in groups.values()]
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return tuple(map(Facet, groups)), starts, vectors, stems("\n".join(texts))
