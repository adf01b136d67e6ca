"""Print the constants of confidence.py: ``python -m benchmarks.confidence_constants``.

Both models are fitted on the shipped topic's cross-fitted phrasings and the texts that no base
answers; what precision a threshold gives is measured on its expectations, which were worded without
sight of the phrasings.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality_sets import DEVELOPMENT, as_cases, asked_of
from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome
from bot.advisor.evaluation import Case, evaluate
from bot.knowledge.load import load
from bot.retrieval import confidence
from bot.retrieval.chars import CharIndex
from bot.retrieval.crossfit import Material, cross_fit
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build, encoded, material_of
from bot.retrieval.outside import outside_of
from bot.retrieval.overlap import Words
from bot.settings import shipped_knowledge

_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def material(cache: Path | None) -> Material:
    """Return what the shipped topic's index is made of; vectors are kept in ``cache``."""
    known = encoded(load(shipped_knowledge()), OnnxEncoder(), cache)
    there = outside_of(known.away, known.vectors, known.labels)
    return material_of(known, Words.of(known.plain), CharIndex.build(known.plain), there)


def _levels(fitted: confidence.Confidence, cache: Path) -> Iterator[tuple[float, float]]:
    """Yield thresholds, and what share of the direct answers is right with each of them."""
    release = load(shipped_knowledge())
    index = build(release, OnnxEncoder(), cache=cache)
    advisor = Advisor(index)
    cases = [Case.of(expectation) for expectation in release.topic.expectations]
    cases += as_cases(asked_of(DEVELOPMENT))
    for level in _THRESHOLDS:
        index.confidence = replace(fitted, answer=level, clarify=min(level, fitted.clarify))
        results = evaluate(advisor, cases).results
        right = [one.right for one in results if one.outcome is Outcome.ANSWERED]
        if right:
            yield level, sum(right) / len(right)


def main() -> int:
    """Print the constants as they stand in the code; return the exit status."""
    with tempfile.TemporaryDirectory() as cache:
        cases = cross_fit(material(Path(cache)))
        weight = cases.weight
        mean = np.average(cases.features, axis=0, weights=weight)
        spread = np.sqrt(np.average((cases.features - mean) ** 2, axis=0, weights=weight))
        mean, spread = mean.round(3), spread.round(3)
        # Without trust in what stood there before, and on the new scale.
        for name, value in (("_MEAN", mean), ("_SPREAD", spread), ("_PRIOR", 0.01)):
            setattr(confidence, name, value)
        found = confidence.fit(cases)
        levels = list(_levels(found, Path(cache)))
    for name, values in (
        ("_MEAN", mean), ("_SPREAD", spread), ("_SLOPES", found.slopes), ("_BIAS", [found.bias]),
        ("_TOPIC_SLOPES", found.topic_slopes), ("_TOPIC_BIAS", [found.topic_bias]),
    ):  # fmt: skip
        print(f"{name} = ({', '.join(f'{value:.3f}' for value in values)})")
    print(f"_IN_SERVICE = ({', '.join(f'({level}, {share:.3f})' for level, share in levels)})")
    for name in ("clarify", "topical", "boundary_margin", "boundary_floor"):
        print(f"{name} = {getattr(found, name):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
