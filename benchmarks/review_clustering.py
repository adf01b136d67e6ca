"""Measure how well questions that mean the same are put together, on texts whose topics are known.

Run it as `python -m benchmarks.review_clustering --bench DIR --debates training/debates`. What is
not there is left out: the public sets are no part of the project.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml

from benchmarks.report import table
from bot.curation.clustering import THRESHOLD, assign, comparable, dequantise, quantise
from bot.retrieval.encoder import DIMENSIONS, OnnxEncoder, Vectors

HELD_OUT = ("sugar-tax", "monorepo-migration", "citizens-assembly", "airbnb-cap")
"""debates that trained no part of the encoder"""
_ORDERS = 5
_AT_ONCE = 512
_INTENTS, _EACH = 20, 15

Labelled = tuple[Vectors, list[str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of all that can be measured here; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.review_clustering", description=__doc__
    )
    parser.add_argument("--bench", type=Path, help="folder of banking77.jsonl and clinc150.jsonl")
    parser.add_argument("--debates", type=Path, help="folder of debates in YAML")
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="cosine to a leader")
    given = parser.parse_args(arguments)
    encoder = OnnxEncoder()
    rows = []
    for name, questions, topics, drawn in _measured(given.bench, given.debates, encoder):
        print(f"{name} ...", file=sys.stderr, flush=True)
        found = np.mean([_scores(labelled, given.threshold, order) for labelled, order in drawn], 0)
        rows.append(
            [name, f"{questions:,} / {topics}", f"{found[0]:.0%}", f"{found[1]:.0%}",
             f"{found[2]:.2f} / {found[3]:.2f}"]
        )  # fmt: skip
    if not rows:
        parser.error("there is nothing to measure: name --bench or --debates")
    columns = (
        "measured on", "questions / topics", "topics found",
        "clusters of 3 or more with a majority topic", "pairs: precision / recall",
    )  # fmt: skip
    print(table(columns, rows))
    return 0


Drawn = list[tuple[Labelled, np.random.Generator]]


def _measured(
    bench: Path | None, debates: Path | None, encoder: OnnxEncoder
) -> Iterator[tuple[str, int, int, Drawn]]:
    """Yield each set's name, size, number of topics, and its draws with the order's generator."""
    for file, name in (("clinc150", "CLINC150"), ("banking77", "BANKING77")):
        path = None if bench is None else bench / f"{file}.jsonl"
        if path is None or not path.is_file():
            continue
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        chosen = [(each["text"], each["label"]) for each in lines if each["split"] == "test"]
        whole = _encoded(chosen, encoder)
        small: Drawn = []
        for seed in range(_ORDERS):
            generator = np.random.default_rng(seed)
            small.append((_some(whole, generator), generator))
        yield (
            f"{_INTENTS} random intents of {name}, up to {_EACH} questions each",
            len(small[0][0][1]),
            _INTENTS,
            small,
        )
        yield f"{name}'s test set, whole", len(chosen), len(set(whole[1])), _orders([whole])
    found = [] if debates is None else [debates / f"{name}.yaml" for name in HELD_OUT]
    found = [path for path in found if path.is_file()]
    each = [_encoded(_debate(path), encoder) for path in found]
    if each:
        size, topics = len(each[0][1]), len(set(each[0][1]))
        yield f"{len(each)} held-out debates, each by itself", size, topics, _orders(each)
        together = (
            np.concatenate([vectors for vectors, _ in each]),
            [label for _, labels in each for label in labels],
        )
        yield (
            "the same debates together",
            len(together[1]),
            len(set(together[1])),
            _orders([together]),
        )


def _orders(sets: Sequence[Labelled]) -> Drawn:
    return [(one, np.random.default_rng(seed)) for one in sets for seed in range(_ORDERS)]


def _debate(path: Path) -> list[tuple[str, str]]:
    points = yaml.safe_load(path.read_text("utf-8"))["points"]
    return [
        (question, f"{path.stem}/{point['id']}")
        for point in points
        for language in ("questions", "ru", "uk")
        for question in point.get(language, ())
    ]


def _encoded(rows: Sequence[tuple[str, str]], encoder: OnnxEncoder) -> Labelled:
    vectors = encoder.encode([comparable(text) for text, _ in rows])
    # As they are kept, not as they come.
    return dequantise(quantise(vectors)), [label for _, label in rows]


def _some(whole: Labelled, generator: np.random.Generator) -> Labelled:
    vectors, labels = whole
    kept: list[int] = []
    for label in generator.choice(sorted(set(labels)), _INTENTS, replace=False):
        rows = [row for row, other in enumerate(labels) if other == label]
        kept += generator.choice(rows, min(_EACH, len(rows)), replace=False).tolist()
    return vectors[kept], [labels[row] for row in kept]


def _scores(
    labelled: Labelled, threshold: float, generator: np.random.Generator
) -> tuple[float, float, float, float]:
    """Cluster in a random order; give topics found, clusters with a majority, pairs' P and R.

    A topic is found where a cluster of three or more has more than half of its questions from it.
    """
    vectors, labels = labelled
    order = generator.permutation(len(labels))
    clusters = _clustered(vectors[order], threshold)
    topics = [labels[row] for row in order]
    both = Counter(zip(clusters, topics, strict=True))
    pairs = sum(map(_pairs, both.values()))
    precision = pairs / max(1, sum(map(_pairs, Counter(clusters).values())))
    recall = pairs / max(1, sum(map(_pairs, Counter(topics).values())))
    members: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for cluster, topic in zip(clusters, topics, strict=True):
        members[cluster][topic] += 1
    big = [counts for counts in members.values() if counts.total() >= 3]
    major = [
        topic
        for counts in big
        for topic, count in counts.most_common(1)
        if count > counts.total() / 2
    ]
    return len(set(major)) / len(set(topics)), len(major) / max(1, len(big)), precision, recall


def _clustered(vectors: Vectors, threshold: float) -> list[int]:
    """Return each question's cluster, taken in portions as a refresh takes them."""
    leaders = np.zeros((0, DIMENSIONS), np.float32)
    numbers: list[int] = []
    placed: list[int] = []
    count = 0
    for start in range(0, len(vectors), _AT_ONCE):
        portion = vectors[start : start + _AT_ONCE]
        made: dict[int, int] = {}
        for row, place in enumerate(assign(portion, leaders, threshold)):
            if place.leader is not None:
                placed.append(numbers[place.leader])
            elif place.earlier is not None:
                placed.append(made[place.earlier])
            else:
                made[row] = count
                placed.append(count)
                count += 1
        leaders = np.concatenate([leaders, portion[sorted(made)]])
        numbers += [made[row] for row in sorted(made)]
    return placed


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


if __name__ == "__main__":
    sys.exit(main())
