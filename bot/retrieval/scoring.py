"""Signals of a question for every entry, and their blend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval.chars import CharIndex
from bot.retrieval.head import MAX_TRAINED, Head

Floats = npt.NDArray[np.float32]

# Fixed before any measurement and never tuned to a base.
HEAD_WEIGHT, COSINE_WEIGHT, CHARS_WEIGHT = 0.5, 0.4, 0.1
# Above MAX_TRAINED entries, every text is compared only of so many entries with the nearest
# centroids; of the others the centroid stands for the best text.
_NEAREST = 500
_BLOCK = 64


@dataclass(frozen=True)
class Signals:
    """Per entry: head probability, best cosine, best character cosine, centroid cosine."""

    head: Floats
    cosine: Floats
    chars: Floats
    centroid: Floats


def blend(signals: Signals) -> Floats:
    """Return each entry's score: 0.5 · head + 0.4 · best cosine + 0.1 · character TF-IDF.

    Above MAX_TRAINED entries no head is trained and the centroid cosine takes its place.
    """
    head = signals.head if len(signals.head) <= MAX_TRAINED else signals.centroid
    score: Floats = (
        HEAD_WEIGHT * head + COSINE_WEIGHT * signals.cosine + CHARS_WEIGHT * signals.chars
    ).astype(np.float32)
    return score


class Scorer:
    """Compute a question's signals over texts that are grouped by entry.

    ``vectors`` (texts, dimensions) and ``labels`` (texts,) ascending; entries without texts get
    the lowest scores.
    """

    def __init__(
        self,
        vectors: Floats,
        labels: npt.NDArray[np.int64],
        head: Head,
        centroids: Floats,
        chars: CharIndex,
        entries: int,
    ) -> None:
        self.vectors = vectors
        self.chars = chars
        self.entries = entries
        self.head = head
        self._centroids = centroids
        self._present, self._starts = np.unique(labels, return_index=True)
        self._ends = np.append(self._starts[1:], len(labels))

    def signals(
        self, vector: Floats, text: str, rows: npt.NDArray[np.int64] | None = None
    ) -> Signals:
        """Return the signals of one question: its vector (dimensions,) and its cleaned text.

        ``rows`` picks this scorer's texts out of a character index that holds more.
        """
        centroid = self._centroids @ vector
        return Signals(
            self.head.probabilities(vector[None])[0],
            self._best_cosine(vector, centroid),
            self._best_chars(text, rows),
            centroid,
        )

    def signals_of(
        self, vectors: Floats, texts: Sequence[str], rows: npt.NDArray[np.int64]
    ) -> Iterator[Signals]:
        """Yield the signals of many questions: their vectors (n, dimensions) and cleaned texts.

        As signals(), but of blocks of questions in one product each.
        """
        if self.entries > MAX_TRAINED:
            for vector, text in zip(vectors, texts, strict=True):
                yield self.signals(vector, text, rows)
            return
        for start in range(0, len(texts), _BLOCK):
            block = vectors[start : start + _BLOCK]
            heads = self.head.probabilities(block)
            cosines = block @ self.vectors.T
            centroids = block @ self._centroids.T
            for row, text in enumerate(texts[start : start + _BLOCK]):
                yield Signals(
                    heads[row],
                    self._best(cosines[row], -1.0),
                    self._best_chars(text, rows),
                    centroids[row],
                )

    def _best_chars(self, text: str, rows: npt.NDArray[np.int64] | None) -> Floats:
        chars = self.chars.scores(text)
        return self._best(chars if rows is None else chars[rows], 0.0)

    def _best_cosine(self, vector: Floats, centroid: Floats) -> Floats:
        if self.entries <= MAX_TRAINED or len(self._present) <= _NEAREST:
            return self._best(self.vectors @ vector, -1.0)
        best = np.full(self.entries, -1.0, np.float32)
        best[self._present] = centroid[self._present]
        near = np.sort(np.argpartition(-centroid[self._present], _NEAREST)[:_NEAREST])
        lengths = self._ends[near] - self._starts[near]
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        rows = np.arange(int(lengths.sum())) + np.repeat(self._starts[near] - offsets, lengths)
        best[self._present[near]] = np.maximum.reduceat(self.vectors[rows] @ vector, offsets)
        return best

    def _best(self, scores: Floats, absent: float) -> Floats:
        best = np.full(self.entries, absent, np.float32)
        if len(scores):
            best[self._present] = np.maximum.reduceat(scores, self._starts)
        return best

    def best_text(self, entry: int, vector: Floats) -> int | None:
        """Return the row of the text by which an entry is nearest to a vector."""
        at = int(np.searchsorted(self._present, entry))
        if at >= len(self._present) or self._present[at] != entry:
            return None
        start, end = int(self._starts[at]), int(self._ends[at])
        return start + int((self.vectors[start:end] @ vector).argmax())


def families(entries: Sequence[Entry]) -> npt.NDArray[np.int64]:
    """Number the families: an objection with all that answers it is one, any other entry its own.

    They are shown as one document, so a match inside the family is not a wrong answer.
    """
    roots: dict[str, str] = {}
    numbers: dict[str, int] = {}
    result = np.zeros(len(entries), np.int64)
    for row, entry in enumerate(entries):
        root = entry.id
        if entry.kind in {Kind.RESPONSE, Kind.COUNTER} and entry.parent is not None:
            root = roots.get(entry.parent, entry.parent)
        roots[entry.id] = root
        result[row] = numbers.setdefault(root, len(numbers))
    return result
