"""Print the constants of confidence.py: ``python -m benchmarks.confidence_constants``.

The features' scale and the default of the topical model are from the shipped topic's cross-fitted
phrasings and the texts that no base answers; the features' weights from development questions (see
confidence_evidence.py); what precision a threshold gives is measured on the development questions,
which were worded without sight of the phrasings.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import confidence_evidence
from benchmarks.quality_sets import DEVELOPMENT, as_cases, asked_of
from bot.advisor.advisor import Advisor
from bot.advisor.evaluation import evaluate
from bot.knowledge.load import load
from bot.retrieval import confidence
from bot.retrieval.chars import CharIndex
from bot.retrieval.crossfit import Material, cross_fit
from bot.retrieval.encoded import encoded, material_of
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.features import NAMES, TOPICAL
from bot.retrieval.index import build
from bot.retrieval.outside import outside_of
from bot.retrieval.overlap import Words
from bot.settings import shipped_knowledge

_THRESHOLDS = (0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9, 0.95)
_NO_TRUST = 0.01


def material(cache: Path | None) -> Material:
    """Return what the shipped topic's index is made of; vectors are kept in ``cache``."""
    known = encoded(load(shipped_knowledge()), OnnxEncoder(), cache)
    there = outside_of(known.away, known.vectors, known.labels)
    return material_of(known, Words.of(known.plain), CharIndex.build(known.plain), there)


def _levels(fitted: confidence.Confidence, cache: Path) -> Iterator[tuple[float, float]]:
    """Yield thresholds, and what share of what is given, notices included, is right with each."""
    release = load(shipped_knowledge())
    index = build(release, OnnxEncoder(), cache=cache)
    advisor = Advisor(index)
    cases = as_cases(asked_of(DEVELOPMENT))
    for level in _THRESHOLDS:
        index.confidence = replace(fitted, answer=level, clarify=min(level, fitted.clarify))
        results = evaluate(advisor, cases).results
        right = [one.right for one in results if one.given]
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
        found = confidence_evidence.gather(Path(cache))
        start = (0.0,) * len(NAMES)
        standard = (found.features - mean) / spread
        slopes, bias = confidence.logistic(standard, found.right, found.weight, start, 0.0)
        areas = confidence_evidence.told_apart(found, standard)
        slopes, bias = tuple(round(slope, 3) for slope in slopes), round(bias, 3)
        for name, value in (
            ("_MEAN", mean), ("_SPREAD", spread), ("_SLOPES", slopes), ("_BIAS", bias),
        ):  # fmt: skip
            setattr(confidence, name, value)
        # The default of the topical model anew, without trust in what stood there before.
        columns = ((cases.features - mean) / spread)[:, TOPICAL]
        about = (~cases.outside).astype(float)
        topic_slopes, topic_bias = confidence.logistic(
            columns, about, weight, (0.0,) * len(TOPICAL), 0.0, trust=_NO_TRUST
        )
        fitted = confidence.fit(cases)
        levels = list(_levels(fitted, Path(cache)))
    for name, values in (
        ("_MEAN", mean), ("_SPREAD", spread), ("_SLOPES", slopes), ("_BIAS", [bias]),
        ("_TOPIC_SLOPES", topic_slopes), ("_TOPIC_BIAS", [topic_bias]),
    ):  # fmt: skip
        print(f"{name} = ({', '.join(f'{value:.3f}' for value in values)})")
    print(f"_IN_SERVICE = ({', '.join(f'({level}, {share:.3f})' for level, share in levels)})")
    for name in ("gain", "shift", "clarify", "topical"):
        print(f"{name} = {getattr(fitted, name):.3f}")
    for kind, area in areas.items():
        print(f"# right told from wrong by other folds' weights, {kind}: AUROC {area:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
