"""How sure a match is: a logistic model and thresholds, fitted by cross-fitting on the phrasings.

Held-out phrasings show how right and wrong matches look; whole entries that are held out show how
a question looks that the base does not answer. Nothing else is fitted on: no expectation and no
user's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEATURES = ("score", "margin", "centroid")
# Unanswerable questions are as common as answerable ones in live traffic (42 to 72 % in HINT3's
# three bots), but held-out siblings are nearer than most of them: half weight.
_NEGATIVE_WEIGHT = 0.5
# A held-out phrasing has lost the one text that says it, and real questions are nearer to what is
# left; so weighing right and wrong alike here is strict in service (docs/quality.md).
_WRONG_COST = 1.0
# Offering candidates in vain costs a glance; hiding the right one costs the answer.
_OFFER_GAIN = 1.5
_TOPICAL_QUANTILE = 0.02
_MIN_CASES = 60
MIN_BOUNDARY_RECALL = 0.95
MAX_BOUNDARY_ALARM = 0.03


@dataclass(frozen=True)
class Cases:
    """Cross-fitted matches, one row each.

    ``features`` (n, 3) in the order of FEATURES; ``right``: the first candidate was the entry (or
    its family); ``listed``: it was among the first five; ``known``: its entry was in the index;
    ``boundary_score`` and ``boundary_margin``: the best boundary's score, and that less the best
    other's; ``is_boundary``: the phrasing belongs to a boundary.
    """

    features: Floats
    right: npt.NDArray[np.bool_]
    listed: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    boundary_score: Floats
    boundary_margin: Floats
    is_boundary: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Confidence:
    """Turn a match's features into a probability, and name the thresholds.

    The defaults are what the shipped topic gave; they serve bases too small to fit on.
    """

    bias: float = -6.75
    score: float = 2.4
    margin: float = 6.4
    centroid: float = 5.7
    answer: float = 0.45
    clarify: float = 0.25
    topical: float = 0.70
    boundary_margin: float = 0.0
    boundary_floor: float = 0.25
    gate: float = 0.67
    """topicality below which nothing is answered, however far ahead of the others it is"""

    def probability(self, score: float, margin: float, centroid: float) -> float:
        """Return how likely the first candidate is right, between 0 and 1."""
        logit = self.bias + self.score * score + self.margin * margin + self.centroid * centroid
        probability = float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
        # In a small base one entry is always far ahead, also for a question about the weather.
        return probability if centroid >= self.gate else min(probability, self.clarify / 2)

    def as_dict(self) -> dict[str, float]:
        """Return the parameters as plain numbers."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, values: Mapping[str, float]) -> Confidence:
        """Restore parameters; raises KeyError where one is missing."""
        return cls(**{field.name: float(values[field.name]) for field in fields(cls)})


def fit(cases: Cases) -> Confidence:
    """Fit the logistic model and choose the thresholds; defaults where cases are too few."""
    count = len(cases.right)
    if count < _MIN_CASES or cases.right.all() or not cases.right.any():
        return Confidence()
    weight = np.where(cases.known, 1.0, _NEGATIVE_WEIGHT)
    bias, slopes = _logistic(cases.features, cases.right.astype(float), weight)
    probability = 1 / (1 + np.exp(-(bias + cases.features @ slopes)))
    topical = float(np.quantile(cases.features[cases.known, 2], _TOPICAL_QUANTILE))
    answer = _answer_threshold(probability, cases.right, weight)
    fitted = Confidence(
        bias=bias,
        score=float(slopes[0]),
        margin=float(slopes[1]),
        centroid=float(slopes[2]),
        answer=answer,
        clarify=min(answer, _clarify_threshold(probability, cases.listed, cases.known)),
        topical=topical,
        gate=min(Confidence.gate, topical),
    )
    margin = _boundary_margin(cases)
    return replace(
        fitted, boundary_margin=margin, boundary_floor=_boundary_floor(cases, fitted, margin)
    )


def _logistic(features: Floats, right: Floats, weight: Floats) -> tuple[float, Floats]:
    # Newton's method with a little ridge; a handful of parameters converges in a few steps.
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        estimate = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (weight * (estimate - right)) + 1e-2 * beta
        curvature = (design * (weight * estimate * (1 - estimate))[:, None]).T @ design
        beta -= np.linalg.solve(curvature + 1e-2 * np.eye(len(beta)), gradient)
    slopes = beta[:-1] / spread
    return float(beta[-1] - slopes @ mean), slopes


def _answer_threshold(probability: Floats, right: npt.NDArray[np.bool_], weight: Floats) -> float:
    # The threshold with the greatest sum of right answers less the cost of wrong ones.
    order = np.argsort(-probability)
    gain = np.where(right, 1.0, -_WRONG_COST) * weight
    total = np.cumsum(gain[order])
    best = int(total.argmax())
    return float(probability[order[best]]) if total[best] > 0 else 0.5


def _clarify_threshold(
    probability: Floats, listed: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]
) -> float:
    # Where offering candidates separates best what they hold from what the base does not know.
    useful, useless = probability[listed & known], probability[~known]
    if not len(useful) or not len(useless):
        return 0.2
    levels = np.quantile(probability, np.linspace(0.02, 0.98, 49))
    balance = [
        _OFFER_GAIN * (useful >= level).mean() + (useless < level).mean() for level in levels
    ]
    return float(levels[int(np.argmax(balance))])


def _boundary_margin(cases: Cases) -> float:
    # Decided for recall: the margin that lets MIN_BOUNDARY_RECALL of held-out boundary phrasings
    # through, unless that would catch more than MAX_BOUNDARY_ALARM of ordinary ones.
    inside = cases.boundary_margin[cases.is_boundary & cases.known]
    outside = cases.boundary_margin[~cases.is_boundary & cases.known]
    if len(inside) < 10 or len(outside) < 10:
        return 0.0
    wanted = float(np.quantile(inside, 1 - MIN_BOUNDARY_RECALL))
    allowed = float(np.quantile(outside, 1 - MAX_BOUNDARY_ALARM))
    return min(0.0, max(wanted, allowed))


def _boundary_floor(cases: Cases, fitted: Confidence, margin: float) -> float:
    # Off-topic chatter is always nearest to something, often to a boundary; a notice needs as much
    # confidence as all but a twentieth of the held-out boundary phrasings that came first.
    mine = cases.is_boundary & cases.known & cases.right & (cases.boundary_margin >= margin)
    if mine.sum() < 10:
        return min(0.15, fitted.clarify)
    confidence = [
        fitted.probability(score, max(0.0, gap), centroid)
        for score, gap, centroid in zip(
            cases.boundary_score[mine],
            cases.boundary_margin[mine],
            cases.features[mine, 2],
            strict=True,
        )
    ]
    return min(fitted.clarify, float(np.quantile(confidence, 1 - MIN_BOUNDARY_RECALL)))
