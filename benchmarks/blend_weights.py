"""Compare weights of the blend on development data: ``python -m benchmarks.blend_weights``.

The shipped topic's held-out phrasings, in five folds, and the four debates that are neither trained
on nor a benchmark, each with five English phrasings a point; and the development questions about
the shipped topic that stand alone and have an answer. Prints a table, best mean first, and what
leanings towards kinds of entries give with the weights in use.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.confidence_constants import material
from benchmarks.quality_sets import DEVELOPMENT, asked_of
from benchmarks.report import table
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.knowledge.words import clean
from bot.retrieval.bm25 import Bm25
from bot.retrieval.chars import CharIndex
from bot.retrieval.crossfit import FOLDS, fold_of
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.head import centroids, train
from bot.retrieval.metric import Measured
from bot.retrieval.overlap import Words
from bot.retrieval.scoring import Scorer, Signals, blend, families, leaning, metric_of
from bot.settings import shipped_knowledge
from training import corpora

Weights = tuple[float, float, float, float, float]
Asked = tuple[Signals, frozenset[int]]

# Head, nearby texts, best cosine, characters, words.
_GRID: tuple[Weights, ...] = tuple(
    (head, near, round(1 - head - near - chars - words, 2), chars, words)
    for head in (0.0, 0.1, 0.15, 0.2, 0.3)
    for near in (0.0, 0.15, 0.2, 0.25, 0.4)
    for chars in (0.0, 0.05, 0.1, 0.2)
    for words in (0.0, 0.1, 0.2, 0.3, 0.4)
    if head + near + chars + words <= 1
)
# What a reply or counter and a boundary score less than other entries.
_LEANINGS: tuple[tuple[float, float], ...] = tuple(
    (reply, boundary) for reply in (0.0, -0.01, -0.02) for boundary in (0.0, -0.01, -0.02)
)
_PHRASINGS = 5
_EVERY = 3  # of the topic's held-out phrasings


def main() -> int:
    """Print the table; return the exit status."""
    with tempfile.TemporaryDirectory() as cache:
        sets = asked_in(Path(cache))
    rows: list[tuple[float, list[str]]] = []
    for weights in _GRID:
        shares = [share_right(asked, weights) for asked in sets.values()]
        mean = sum(shares) / len(shares)
        rows.append((mean, [*(f"{w:.2f}" for w in weights), *(f"{s:.3f}" for s in shares)]))
    rows.sort(key=lambda row: -row[0])
    columns = ("head", "nearby", "cosine", "characters", "words", *sets, "mean")
    print(table(columns, [[*cells, f"{mean:.3f}"] for mean, cells in rows]))
    entries = list(load(shipped_knowledge()).entries.values())
    of_topic = {name: asked for name, asked in sets.items() if name != "debates"}
    lines = [
        [*(f"{part:.2f}" for part in leanings)]
        + [f"{_leaning(asked, entries, leanings):.3f}" for asked in of_topic.values()]
        for leanings in _LEANINGS
    ]
    print("\n" + table(("replies", "boundaries", *of_topic), lines))
    return 0


def asked_in(cache: Path) -> dict[str, list[Asked]]:
    """Return the questions of each set with their signals and the entries that are right."""
    return {
        "shipped topic": list(_topic(cache)),
        "development": list(_development(cache)),
        "debates": list(_debates()),
    }


def _leaning(
    asked: Sequence[Asked], entries: Sequence[Entry], leanings: tuple[float, float]
) -> float:
    """Return how often the first is right if these kinds of entries score so much more."""
    reply, boundary = leanings
    of_kind = {Kind.RESPONSE: reply, Kind.COUNTER: reply, Kind.BOUNDARY: boundary}
    more = leaning(entries, of_kind)
    right = [int(np.argmax(blend(signals, more))) in wanted for signals, wanted in asked]
    return sum(right) / len(right)


def share_right(asked: Sequence[Asked], weights: Weights) -> float:
    """Return how often the first is right with these weights."""
    right = 0
    for signals, wanted in asked:
        parts = (signals.head, signals.near, signals.cosine, signals.chars, signals.words)
        score = sum(weight * part for weight, part in zip(weights, parts, strict=True))
        right += int(np.argmax(score)) in wanted
    return right / len(asked)


def _topic(cache: Path) -> Iterator[Asked]:
    topic = material(cache)
    family = families(topic.entries)
    of_fold = np.array([fold_of(text.text) for text in topic.texts])
    phrasing = np.array([text.role == "phrasing" for text in topic.texts])
    members = [frozenset(np.flatnonzero(family == one).tolist()) for one in range(family.max() + 1)]
    for fold in range(FOLDS):
        held = phrasing & (of_fold == fold)
        keep = np.flatnonzero(~held)
        rows = np.flatnonzero(held)[::_EVERY]
        known = topic.labels[keep]
        words = Bm25.build(topic.words, topic.labels, len(topic.entries), keep)
        scorer = _scorer(topic.vectors[keep], known, topic.chars, words, len(topic.entries))
        texts = [topic.texts[row].text for row in rows]
        for row, signals in zip(
            rows, scorer.signals_of(topic.vectors[rows], texts, keep), strict=True
        ):
            yield signals, members[family[topic.labels[row]]]


def _development(cache: Path) -> Iterator[Asked]:
    topic = material(cache)
    count = len(topic.entries)
    words = Bm25.build(topic.words, topic.labels, count)
    scorer = _scorer(topic.vectors, topic.labels, topic.chars, words, count)
    row_of = {entry.id: row for row, entry in enumerate(topic.entries)}
    asked = [row for row in asked_of(DEVELOPMENT) if row["expect"] and not row["context"]]
    texts = [clean(row["ask"]) for row in asked]
    every = np.arange(len(topic.texts))
    found = scorer.signals_of(OnnxEncoder().encode(texts), texts, every)
    for row, signals in zip(asked, found, strict=True):
        yield signals, frozenset(row_of[entry] for entry in row["expect"])


def _debates() -> Iterator[Asked]:
    encoder = OnnxEncoder()
    for debate in corpora.debates("development"):
        texts: list[str] = []
        labels: list[int] = []
        rest: list[tuple[str, int]] = []
        for number, point in enumerate(debate.points):
            known, others = point.split(_PHRASINGS)
            texts += [point.text, *(one.text for one in known)]
            labels += [number] * (1 + len(known))
            rest += [(one.text, number) for one in others]
        numbers, count = np.array(labels), len(debate.points)
        words = Bm25.build(Words.of(texts), numbers, count)
        scorer = _scorer(encoder.encode(texts), numbers, CharIndex.build(texts), words, count)
        vectors = encoder.encode([text for text, _ in rest])
        every = np.arange(len(texts))
        found = scorer.signals_of(vectors, [text for text, _ in rest], every)
        for (_, number), signals in zip(rest, found, strict=True):
            yield signals, frozenset((number,))


def _scorer(
    vectors: npt.NDArray[np.float32],
    labels: npt.NDArray[np.int64],
    chars: CharIndex,
    words: Bm25,
    entries: int,
) -> Scorer:
    metric = metric_of(vectors, labels, entries)
    head = train(metric.of(vectors), labels, entries)
    middle = centroids(vectors, labels, entries)
    texts = Measured(vectors, metric)
    return Scorer(texts, labels, head, middle, chars, words, entries, vectors[:0])


if __name__ == "__main__":
    sys.exit(main())
