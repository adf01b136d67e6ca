"""Signals of a question for every entry, and their blend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval.bm25 import Bm25
from bot.retrieval.chars import CharIndex
from bot.retrieval.head import MAX_TRAINED, Head
from bot.retrieval.metric import Measured, Metric
from bot.retrieval.overlap import stems
from bot.retrieval.sketch import LEAST, Sketch

Floats = npt.NDArray[np.float32]

# Fixed by cross-validation over development sets, the same for every base; docs/quality.md has the
# table that they were chosen from.
HEAD_WEIGHT, NEAR_WEIGHT, COSINE_WEIGHT, CHARS_WEIGHT, WORDS_WEIGHT = 0.15, 0.2, 0.4, 0.05, 0.2
# What is added to the score of entries that people mean less often than their texts suggest: a
# reply is shown under its objection anyway, and a notice that calls nobody should not rest on a
# hair. Chosen on the development questions, by the same program.
LEANING = {Kind.RESPONSE: -0.01, Kind.COUNTER: -0.01, Kind.BOUNDARY: -0.01}
# How fast a text's say fades with its distance, in cosine.
_REACH = 0.03
# As many of the texts that no base answers stand for how near a question is to them.
_OUTSIDE_NEAREST = 3
# Above MAX_TRAINED entries, every text is compared only of so many entries with the nearest
# centroids; of the others the centroid stands for the best text.
_NEAREST = 500
_BLOCK = 64


@dataclass(frozen=True)
class Signals:
    """Per entry: head, nearby texts, best cosine, characters, words, centroid, plain cosine.

    ``near`` weighs all texts by their distance and gives each entry its part of the sum (the
    Nadaraya-Watson estimator); ``chars`` is the best character cosine, ``words`` the BM25 score,
    ``centroid`` the cosine to the entry's mean vector. Up to MAX_TRAINED entries the first three
    are by the base's metric, which ranks; ``plain`` is the encoder's cosine of the text that is
    nearest by it, which says how near a question is at all. ``outside`` is one number: the cosine
    to what no base answers.
    """

    head: Floats
    near: Floats
    cosine: Floats
    chars: Floats
    words: Floats
    centroid: Floats
    plain: Floats
    outside: float


def leaning(entries: Sequence[Entry], of_kind: Mapping[Kind, float] = LEANING) -> Floats:
    """Return what is added to each entry's score for its kind, (entries,), never above zero.

    Boundaries that alert moderators score in full: there, rather once too often.
    """
    return np.array(
        [
            0.0 if getattr(entry.item, "alert", False) else of_kind.get(entry.kind, 0.0)
            for entry in entries
        ],
        np.float32,
    )


def blend(signals: Signals, leaning: Floats) -> Floats:
    """Return each entry's score, the signals weighed by the constants above, and its leaning().

    Above MAX_TRAINED entries no head is trained and the centroid cosine takes its place.
    """
    head = signals.head if len(signals.head) <= MAX_TRAINED else signals.centroid
    score: Floats = (
        HEAD_WEIGHT * head
        + NEAR_WEIGHT * signals.near
        + COSINE_WEIGHT * signals.cosine
        + CHARS_WEIGHT * signals.chars
        + WORDS_WEIGHT * signals.words
        + leaning
    ).astype(np.float32)
    return score


class Scorer:
    """Compute a question's signals over texts that are grouped by entry.

    ``texts`` hold vectors (texts, dimensions), and ``labels`` (texts,) ascend; entries without
    texts get the lowest scores. ``outside`` (any number, dimensions) are vectors of what no base
    answers.
    """

    def __init__(
        self,
        texts: Measured,
        labels: npt.NDArray[np.int64],
        head: Head,
        centroids: Floats,
        chars: CharIndex,
        words: Bm25,
        entries: int,
        outside: Floats,
    ) -> None:
        self.texts = texts
        self._outside = outside
        self.chars = chars
        self._words = words
        self.entries = entries
        self.head = head
        self._centroids = centroids
        self._labels = labels
        self._present, self._starts = np.unique(labels, return_index=True)
        self._ends = np.append(self._starts[1:], len(labels))

    def warm(self) -> None:
        """Have at hand what the first question would else wait for."""
        if len(self._labels) >= LEAST and self.entries <= MAX_TRAINED:
            _ = self._sketch

    @cached_property
    def _sketch(self) -> Sketch:
        # Made when a question first needs it: cross-fitting asks many at once and compares in full.
        return Sketch(self.texts, self._starts)

    def signals(
        self, vector: Floats, text: str, rows: npt.NDArray[np.int64] | None = None
    ) -> Signals:
        """Return the signals of one question: its vector (dimensions,) and its cleaned text.

        ``rows`` picks this scorer's texts out of a character index that holds more.
        """
        centroid = self._centroids @ vector
        asked = self.texts.metric.of(vector)
        near, cosine, plain = self._nearest(vector, asked, centroid)
        return Signals(
            self.head.probabilities(asked[None])[0],
            near,
            cosine,
            self._best_chars(text, rows),
            self._words.scores(stems(text)),
            centroid,
            plain,
            _mean_of_best(self._outside @ vector),
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
            asked = self.texts.metric.of(block)
            heads = self.head.probabilities(asked)
            cosines = self.texts.cosines_of(asked)
            centroids = block @ self._centroids.T
            outside = block @ self._outside.T
            for row, text in enumerate(texts[start : start + _BLOCK]):
                yield Signals(
                    heads[row],
                    self._shares(cosines[row], self._present, self._starts),
                    self._best(cosines[row], -1.0),
                    self._best_chars(text, rows),
                    self._words.scores(stems(text)),
                    centroids[row],
                    self._plain(cosines[row], block[row]),
                    _mean_of_best(outside[row]),
                )

    def _best_chars(self, text: str, rows: npt.NDArray[np.int64] | None) -> Floats:
        chars = self.chars.scores(text)
        return self._best(chars if rows is None else chars[rows], 0.0)

    def _nearest(
        self, vector: Floats, asked: Floats, centroid: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return each entry's share of the nearby texts, its best cosine and the plain one."""
        if self.entries <= MAX_TRAINED or len(self._present) <= _NEAREST:
            many = len(self._labels) >= LEAST
            cosines = self._sketch.cosines(asked) if many else self.texts.cosines(asked)
            near = self._shares(cosines, self._present, self._starts)
            return near, self._best(cosines, -1.0), self._plain(cosines, vector)
        best = np.full(self.entries, -1.0, np.float32)
        best[self._present] = centroid[self._present]
        near = np.sort(np.argpartition(-centroid[self._present], _NEAREST)[:_NEAREST])
        lengths = self._ends[near] - self._starts[near]
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        rows = np.arange(int(lengths.sum())) + np.repeat(self._starts[near] - offsets, lengths)
        # So large a base is compared by the encoder's own measure.
        cosines = self.texts.vectors[rows] @ vector
        best[self._present[near]] = np.maximum.reduceat(cosines, offsets)
        return self._shares(cosines, self._present[near], offsets), best, best

    def _plain(self, cosines: Floats, vector: Floats) -> Floats:
        """Return what the encoder makes of each entry's nearest text."""
        plain = np.full(self.entries, -1.0, np.float32)
        if len(cosines):
            best = np.maximum.reduceat(cosines, self._starts)
            rows = np.flatnonzero(cosines == np.repeat(best, self._ends - self._starts))
            plain[self._labels[rows]] = np.take(self.texts.vectors, rows, axis=0) @ vector
        return plain

    def _shares(
        self, cosines: Floats, present: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]
    ) -> Floats:
        shares = np.zeros(self.entries, np.float32)
        if len(cosines):
            shares[present] = nearness(cosines, starts, _REACH)
        return shares / max(float(shares.sum()), 1e-9)

    def _best(self, scores: Floats, absent: float) -> Floats:
        best = np.full(self.entries, absent, np.float32)
        if len(scores):
            best[self._present] = np.maximum.reduceat(scores, self._starts)
        return best

    def best_text(self, entry: int, vector: Floats) -> int | None:
        """Return the row of the text by which an entry is nearest to a question's vector."""
        at = int(np.searchsorted(self._present, entry))
        if at >= len(self._present) or self._present[at] != entry:
            return None
        start, end = int(self._starts[at]), int(self._ends[at])
        asked = self.texts.metric.of(vector)
        return start + int(self.texts.cosines(asked, np.arange(start, end)).argmax())


def metric_of(vectors: Floats, labels: npt.NDArray[np.int64], entries: int) -> Metric:
    """Return the metric of a base; above MAX_TRAINED entries the encoder's own measure."""
    if entries > MAX_TRAINED:
        return Metric.plain(vectors.shape[1])
    return Metric.learn(vectors, labels)


def nearness(cosines: Floats, starts: npt.NDArray[np.int64], reach: float) -> Floats:
    """Return what each group of texts has of the nearness to a question, (groups,).

    ``starts`` are the groups' first rows; a text's say fades by ``reach``, in cosine, from the
    nearest one's, which is 1 (an exponential kernel; Nadaraya 1964, Watson 1964).
    """
    weights = np.exp((cosines - cosines.max()) / np.float32(reach))
    return np.asarray(np.add.reduceat(weights, starts), np.float32)


def _mean_of_best(cosines: Floats) -> float:
    """Return the mean of the greatest few cosines; the least possible where there are none."""
    if len(cosines) < _OUTSIDE_NEAREST:
        return float(cosines.mean()) if len(cosines) else -1.0
    return float(np.partition(cosines, -_OUTSIDE_NEAREST)[-_OUTSIDE_NEAREST:].mean())


def roots(entries: Iterable[Entry]) -> dict[str, str]:
    """Return each entry's root: of an argument the objection that it is shown with, else itself."""
    found: dict[str, str] = {}
    for entry in entries:
        under = entry.kind in {Kind.RESPONSE, Kind.COUNTER} and entry.parent is not None
        found[entry.id] = found.get(str(entry.parent), str(entry.parent)) if under else entry.id
    return found


def families(entries: Sequence[Entry]) -> npt.NDArray[np.int64]:
    """Number the families: an objection with all that answers it is one, any other entry its own.

    They are shown as one document, so a match inside the family is not a wrong answer.
    """
    numbers: dict[str, int] = {}
    family = [numbers.setdefault(root, len(numbers)) for root in roots(entries).values()]
    return np.array(family, np.int64)
