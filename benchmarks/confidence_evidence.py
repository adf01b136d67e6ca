"""Questions that show what a match's features say: what confidence.py's weights are fitted on.

The development questions about the shipped topic that stand alone, and the debates that the encoder
was not taught on, with five English phrasings a point and with the points alone. Each of the three
counts as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.quality_methods import as_release
from benchmarks.quality_sets import DEVELOPMENT, asked_of
from bot.knowledge.load import load
from bot.retrieval import confidence
from bot.retrieval.crossfit import FOLDS, fold_of
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.features import NAMES
from bot.retrieval.index import Index, build
from bot.retrieval.scoring import roots
from bot.settings import shipped_knowledge
from training import corpora
from training.measure import auroc

PHRASINGS = 5
# Points alone are the rarer case: every third debate shows it.
_EVERY = 3
_COUNTS = 2_000.0

KINDS = ("the topic's questions", "debates, five phrasings a point", "debates, points alone")

Floats = npt.NDArray[np.float64]
_Row = tuple[Floats, bool, int]


@dataclass(frozen=True)
class Evidence:
    """Matches: features (n, len(NAMES)), whether the family was right (n,), how much each counts.

    ``kind`` (n,) numbers KINDS, ``fold`` (n,) the folds of told_apart(): all of a debate is in one.
    """

    features: Floats
    right: Floats
    weight: Floats
    kind: npt.NDArray[np.int64]
    fold: npt.NDArray[np.int64]


def gather(cache: Path) -> Evidence:
    """Ask all of the questions and return what was found."""
    kinds = [list(_topic(cache)), list(_debates(PHRASINGS)), list(_debates(0, _EVERY))]
    for name, kind in zip(KINDS, kinds, strict=True):
        if not kind:
            raise ValueError(f"{name}: nothing to fit on; see corpora.debates('newer')")
    rows = [row for kind in kinds for row in kind]
    return Evidence(
        np.array([features for features, _, _ in rows]),
        np.array([right for _, right, _ in rows], float),
        np.concatenate([np.full(len(kind), _COUNTS / len(kind)) for kind in kinds]),
        np.concatenate([np.full(len(kind), number) for number, kind in enumerate(kinds)]),
        np.array([fold for _, _, fold in rows]),
    )


def told_apart(found: Evidence, standard: Floats) -> dict[str, float]:
    """Return how well right ones are told from wrong ones by weights from other folds, by kind.

    The area under the ROC curve, for features ``standard`` (n, len(NAMES)) on one scale.
    """
    said = np.zeros(len(found.right))
    start = (0.0,) * standard.shape[1]
    for fold in range(FOLDS):
        rest = found.fold != fold
        some = standard[rest], found.right[rest], found.weight[rest]
        slopes, bias = confidence.logistic(*some, start, 0.0)
        said[~rest] = standard[~rest] @ np.array(slopes) + bias
    areas: dict[str, float] = {}
    for number, name in enumerate(KINDS):
        mine = found.kind == number
        right, wrong = said[mine & (found.right == 1)], said[mine & (found.right == 0)]
        areas[name] = auroc(right.tolist(), wrong.tolist())
    return areas


def _topic(cache: Path) -> Iterator[_Row]:
    index = build(load(shipped_knowledge()), OnnxEncoder(), cache=cache)
    rows = [row for row in asked_of(DEVELOPMENT) if not row["context"]]
    asks = [(row["ask"], row["expect"], fold_of(row["ask"])) for row in rows]
    yield from _asked(index, asks)


def _debates(phrasings: int, every: int = 1) -> Iterator[_Row]:
    encoder = OnnxEncoder()
    for debate in corpora.debates("newer")[::every]:
        known: dict[str, list[str]] = {}
        asks = [(one.text, "") for one in debate.unanswered]
        for point in debate.points:
            learned, others = point.split(phrasings)
            known[point.id] = [point.text, *(one.text for one in learned)]
            asks += [(one.text, point.id) for one in others]
        release, labels = as_release(known)
        entry_of = {label: entry for entry, label in labels.items()}
        index = build(release, encoder)
        fold = fold_of(debate.name)
        yield from _asked(index, [(ask, [entry_of.get(point, "")], fold) for ask, point in asks])


def _asked(index: Index, asks: Sequence[tuple[str, Sequence[str], int]]) -> Iterator[_Row]:
    roots_of = roots(index.release.entries.values())
    for ask, wanted, fold in asks:
        match = index.search(ask)
        # Where a boundary is decided no confidence is asked for.
        if match.candidates and match.boundary is None:
            found = np.array([match.parts[name] for name in NAMES])
            families = {roots_of[entry] for entry in wanted if entry in roots_of}
            yield found, roots_of[match.candidates[0].id] in families, fold
