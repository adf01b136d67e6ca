"""Match held-out phrasings against the rest of the base, to see what right and wrong look like."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval.bm25 import Bm25
from bot.retrieval.chars import CharIndex
from bot.retrieval.confidence import Cases
from bot.retrieval.features import NAMES, describe
from bot.retrieval.head import centroids, train
from bot.retrieval.metric import Measured
from bot.retrieval.overlap import Overlap, Words, stems
from bot.retrieval.scoring import Scorer, Signals, blend, families, leaning, metric_of
from bot.retrieval.texts import Indexed

FOLDS = 5
_MAX_PER_FOLD = 400
# A fold trains a head of its own; above so many entries that takes long, and the cases of two
# folds are as many as are needed.
_MANY_ENTRIES = 500
_FOLDS_OF_MANY = 2
_LISTED = 5
_LEAST_ENTRIES = 2
_LEAST_OUTSIDE = 24

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Material:
    """What an index is made of: its texts with vectors and words, and what no base answers.

    ``vectors`` (texts, dimensions), ``labels`` (texts,) the entry of each, ``outside`` texts and
    ``outside_vectors``.
    """

    texts: Sequence[Indexed]
    entries: Sequence[Entry]
    vectors: Floats
    labels: Ints
    words: Words
    chars: CharIndex
    outside: Sequence[str]
    outside_vectors: Floats


@dataclass(frozen=True)
class _Asked:
    """One held-out text: its entry's row, or -1; whether its entry is in the index."""

    text: str
    label: int
    known: bool


def cross_fit(material: Material) -> Cases:
    """Return cross-fitted cases of at most 5 · 800 held-out phrasings and as many texts outside.

    In each fold a fifth of the phrasings is held out, and a fifth of the families wholly: the
    phrasings of those are questions that the remaining base does not answer; a fifth of the texts
    that no base answers is asked too, and the others stand for what is outside. Folds are chosen by
    hash, so that one changed phrasing does not deal the others anew. Characters are scored by the
    full index with the held-out rows masked.
    """
    texts, entries, labels = material.texts, material.entries, material.labels
    family = families(entries)
    is_phrasing = np.array([text.role == "phrasing" for text in texts], bool)
    text_fold = np.array([fold_of(text.text) for text in texts], np.int64)
    outside_fold = np.array([fold_of(text) for text in material.outside], np.int64)
    _, roots = np.unique(family, return_index=True)
    family_fold = np.array([fold_of(f"family {entries[root].id}") for root in roots], np.int64)
    rows = _Rows(entries, family)
    if not len(texts):
        return rows.cases()
    label_family = family[labels]
    for fold in range(FOLDS if len(entries) <= _MANY_ENTRIES else _FOLDS_OF_MANY):
        gone = family_fold[label_family] == fold
        if len(np.unique(labels[~gone])) < _LEAST_ENTRIES:
            gone = np.zeros(len(labels), bool)
        held = is_phrasing & (text_fold == fold)
        keep = np.flatnonzero(~gone & ~held)
        if not len(keep):
            continue
        test = _sample(np.flatnonzero(held & ~gone), fold, _MAX_PER_FOLD)
        unknown = _sample(np.flatnonzero(is_phrasing & gone), fold, _MAX_PER_FOLD)
        # As many as of the phrasings are enough, as they are weighed against them anyway.
        away = np.flatnonzero(outside_fold == fold)
        away = _sample(away, fold, max(_LEAST_OUTSIDE, len(test)))
        kept = labels[keep]
        vectors = material.vectors[keep]
        metric = metric_of(vectors, kept, len(entries))
        scorer = Scorer(
            Measured(vectors, metric),
            kept,
            train(metric.of(vectors), kept, len(entries)),
            centroids(vectors, kept, len(entries)),
            material.chars,
            Bm25.build(material.words, labels, len(entries), keep),
            len(entries),
            material.outside_vectors[outside_fold != fold],
        )
        overlap = Overlap.build(material.words, label_family, keep)
        absent = np.bincount(kept, minlength=len(entries)) == 0
        inside = np.concatenate((test, unknown))
        asked = [_Asked(texts[row].text, int(labels[row]), not gone[row]) for row in inside]
        asked += [_Asked(material.outside[int(row)], -1, known=False) for row in away]
        asked_vectors = np.concatenate((material.vectors[inside], material.outside_vectors[away]))
        found = scorer.signals_of(asked_vectors, [one.text for one in asked], keep)
        for one, signals in zip(asked, found, strict=True):
            rows.add(one, signals, absent, overlap)
    return rows.cases()


class _Rows:
    """Collect the cases of all folds."""

    def __init__(self, entries: Sequence[Entry], family: Ints) -> None:
        self._family = family
        self._leaning = leaning(entries)
        self._boundary = np.array([entry.kind is Kind.BOUNDARY for entry in entries], bool)
        self._features: list[npt.NDArray[np.float64]] = []
        self._boundaries: list[npt.NDArray[np.float64]] = []
        self._flags: list[tuple[bool, bool, bool, bool, bool]] = []

    def add(
        self, one: _Asked, signals: Signals, absent: npt.NDArray[np.bool_], overlap: Overlap
    ) -> None:
        """Add a held-out text's case: what is found first, and the best boundary."""
        family = self._family
        score = blend(signals, self._leaning)
        score[absent] = -1
        asked = stems(one.text)
        order = np.argsort(-score)[:_LISTED]
        first = int(order[0])

        def described(rows: Ints) -> npt.NDArray[np.float64]:
            return describe(signals, score, rows, family, asked, overlap)

        # An entry whose texts are all held out can still come first, where all scores are low.
        same = np.flatnonzero((family == family[first]) & ~absent)
        self._features.append(described(same if len(same) else order[:1]))
        boundaries = np.flatnonzero(self._boundary & ~absent)
        if len(boundaries):
            self._boundaries.append(described(boundaries))
        else:
            self._boundaries.append(np.full(len(NAMES), -1.0))
        mine = family[one.label] if one.label >= 0 else -1
        self._flags.append(
            (
                bool(one.known and family[first] == mine),
                bool(one.known and (family[order] == mine).any()),
                one.known,
                one.label < 0,
                bool(one.label >= 0 and self._boundary[one.label]),
            )
        )

    def cases(self) -> Cases:
        """Return what was added."""
        right, listed, known, outside, boundary = (
            np.array([flags[place] for flags in self._flags], bool) for place in range(5)
        )
        shape = (-1, len(NAMES))
        return Cases(
            np.array(self._features, np.float64).reshape(shape), right, listed, known, outside,
            np.array(self._boundaries, np.float64).reshape(shape), boundary,
        )  # fmt: skip


def fold_of(text: str) -> int:
    """Return the fold that a text is dealt to, by hash."""
    return zlib.crc32(text.encode()) % FOLDS


def _sample(rows: Ints, seed: int, count: int) -> Ints:
    if len(rows) <= count:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, count, replace=False))
