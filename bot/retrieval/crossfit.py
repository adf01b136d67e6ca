"""Match held-out phrasings against the rest of the base, to see what right and wrong look like."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval.confidence import Cases
from bot.retrieval.head import centroids, train
from bot.retrieval.scoring import Scorer, blend, families
from bot.retrieval.texts import Indexed

FOLDS = 5
_MAX_PER_FOLD = 400
# A fold trains a head of its own; above so many entries that takes long, and the cases of two
# folds are as many as are needed.
_MANY_ENTRIES = 500
_FOLDS_OF_MANY = 2
_LISTED = 5

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


def cross_fit(
    texts: Sequence[Indexed],
    entries: Sequence[Entry],
    vectors: Floats,
    labels: Ints,
    full: Scorer,
) -> Cases:
    """Return cross-fitted cases of at most 5 · 800 held-out phrasings.

    In each fold a fifth of the phrasings is held out, and a fifth of the families wholly: the
    phrasings of those are questions that the remaining base does not answer. Folds are chosen by
    hash, so that one changed phrasing does not deal the others anew. Characters are scored by the
    full index with the held-out rows masked.
    """
    family = families(entries)
    is_phrasing = np.array([text.role == "phrasing" for text in texts], bool)
    text_fold = np.array([_fold(text.text) for text in texts], np.int64)
    _, roots = np.unique(family, return_index=True)
    family_fold = np.array([_fold(f"family {entries[root].id}") for root in roots], np.int64)
    rows: list[tuple[float, float, float, bool, bool, bool, float, float, bool]] = []
    if not is_phrasing.any() or len(entries) < FOLDS:
        return _cases(rows)
    label_family = family[labels]
    boundary = np.array([entry.kind is Kind.BOUNDARY for entry in entries])
    for fold in range(FOLDS if len(entries) <= _MANY_ENTRIES else _FOLDS_OF_MANY):
        gone = family_fold[label_family] == fold
        held = is_phrasing & (text_fold == fold)
        keep = np.flatnonzero(~gone & ~held)
        test = _sample(np.flatnonzero(held & ~gone), fold, _MAX_PER_FOLD)
        unknown = _sample(np.flatnonzero(is_phrasing & gone), fold, _MAX_PER_FOLD)
        if not len(keep) or not len(test):
            continue
        kept = labels[keep]
        head = train(vectors[keep], kept, len(entries))
        middle = centroids(vectors[keep], kept, len(entries))
        scorer = Scorer(vectors[keep], kept, head, middle, full.chars, len(entries))
        absent = np.bincount(kept, minlength=len(entries)) == 0
        asked = np.concatenate((test, unknown))
        asked_texts = [texts[row].text for row in asked]
        for row, signals in zip(
            asked, scorer.signals_of(vectors[asked], asked_texts, keep), strict=True
        ):
            score = blend(signals)
            score[absent] = -1
            label = int(labels[row])
            order = np.argsort(-score)[:_LISTED]
            first = int(order[0])
            outside = score[family != family[first]]
            known = not gone[row]
            others = score[~boundary]
            inside = score[boundary]
            rows.append(
                (
                    float(score[first]),
                    float(score[first] - outside.max()) if len(outside) else 0.0,
                    float(signals.centroid[~absent].max()),
                    bool(known and family[first] == family[label]),
                    bool(known and (family[order] == family[label]).any()),
                    bool(known),
                    float(inside.max()) if len(inside) else -1.0,
                    float(inside.max() - others.max()) if len(inside) and len(others) else -1.0,
                    bool(boundary[label]),
                )
            )
    return _cases(rows)


def _fold(text: str) -> int:
    return zlib.crc32(text.encode()) % FOLDS


def _sample(rows: Ints, seed: int, count: int) -> Ints:
    if len(rows) <= count:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, count, replace=False))


def _cases(rows: list[tuple[float, float, float, bool, bool, bool, float, float, bool]]) -> Cases:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 9
    return Cases(
        np.array(columns[:3], np.float64).T.reshape(-1, 3),
        np.array(columns[3], bool),
        np.array(columns[4], bool),
        np.array(columns[5], bool),
        np.array(columns[6], np.float64),
        np.array(columns[7], np.float64),
        np.array(columns[8], bool),
    )
