"""How sure a match is: evidence, three logistic models and thresholds.

What a match's features say together is the same for every base: their weights come from development
questions, as those of the blend do. How likely that makes it right is fitted for each base by
cross-fitting: held-out phrasings show how right and wrong matches look; whole entries that are held
out, and texts that no base answers, how a question looks that this one does not answer. Which
threshold gives which precision was measured on development questions, once, and no user's text has
a part in anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.retrieval.features import NAMES, TOPICAL

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# The mix that is assumed in service, against a question that the base answers: held-out siblings
# stand for near misses, the texts that no base answers for what is far away.
SIBLINGS = 0.15
"""near misses assumed in service, to each question that the base answers"""
_OUTSIDE = 0.3
# So many cases' worth of trust in the defaults: a base of a few phrasings keeps them.
_TRUST = 20.0
_LEAST_GAIN = 0.1
_NEWTON_STEPS, _SMALLEST, _ENOUGH = 50, 1e-6, 1e-7
# Offering candidates in vain costs a glance; hiding the right one costs the answer.
_OFFER_GAIN = 3.0
# A topical question called off-topic is worse than the other way round.
_TOPICAL_RECALL = 0.95
# From how likely a call on a notice is given: one that gets none is four times as bad as a notice
# in vain. Chosen on the development questions.
NOTICED = 0.2
# Calls for a notice to each question that is none, assumed in service. A judgement.
_CALLS = 0.05
# With fewer phrasings of boundaries, or of other entries, the defaults stay.
_FEWEST = 10
# No notice is given so far behind the best entry, in score: nothing that called for one lay there
# among the development questions, and "isn't it wrong to pay deserters" did. A judgement.
_FAR_BEHIND = -0.05
# Asked for beyond the precision that is wanted, since the weights come from the questions that it
# was measured on: half a standard error of it.
_DOUBT = 0.0035
PRECISION = 0.95
"""the share of right ones that is wanted among direct answers, unless a setting says otherwise"""

# Mean and spread of the features as the shipped topic gives them; their weights, from development
# questions about it and about debates that the encoder was not taught on; the topical model; and
# thresholds with the share of what is then given that is right, notices included, on development
# questions. `python -m benchmarks.confidence_constants` prints all of them.
_MEAN = (0.479, 0.120, 0.819, 0.710, 0.282, 0.810, 0.254, 0.669, 0.666, 2.326, 0.097, 0.032)
_SPREAD = (0.141, 0.124, 0.043, 0.028, 0.237, 0.062, 0.154, 0.244, 0.309, 0.447, 0.169, 0.139)
_SLOPES = (0.802, 0.162, 0.176, 0.244, 0.284, 0.429, -0.209, 0.006, 0.239, 0.295, 0.723, 0.119)
_BIAS = 1.024
_TOPIC_SLOPES = (2.668, -1.645, 1.573, 0.984)
_TOPIC_BIAS = 4.288
_IN_SERVICE = (
    (0.3, 0.874),
    (0.5, 0.922),
    (0.6, 0.936),
    (0.65, 0.943),
    (0.7, 0.949),
    (0.75, 0.951),
    (0.8, 0.955),
    (0.9, 0.956),
    (0.95, 0.957),
)


@dataclass(frozen=True)
class Cases:
    """Cross-fitted matches, one row each.

    ``features`` (n, len(NAMES)); ``right``: the first candidate was the entry (or its family);
    ``listed``: it was among the first few; ``known``: its entry was in the index; ``outside``: no
    base answers it; ``boundary`` (n, len(NAMES)): the features of the best boundary; and
    ``is_boundary``: the phrasing belongs to a boundary.
    """

    features: Floats
    right: Flags
    listed: Flags
    known: Flags
    outside: Flags
    boundary: Floats
    is_boundary: Flags

    @property
    def weight(self) -> Floats:
        """Return how much each case counts, so that their kinds stand in the assumed mix."""
        known = max(1, int(self.known.sum()))
        siblings = ~self.known & ~self.outside
        weight = np.ones(len(self.right))
        for kind, share in ((siblings, SIBLINGS), (self.outside, _OUTSIDE)):
            if kind.any():
                weight[kind] = min(1.0, share * known / kind.sum())
        return weight


@dataclass(frozen=True)
class Confidence:
    """Turn a match's features into probabilities, and name the thresholds.

    ``gain`` and ``shift`` fit the evidence to a base (Platt 1999). The defaults are what
    development questions and the shipped topic gave; they serve bases too small to fit on.
    """

    gain: float = 1.0
    shift: float = 0.0
    topic_slopes: tuple[float, ...] = _TOPIC_SLOPES
    topic_bias: float = _TOPIC_BIAS
    answer: float = 0.8
    clarify: float = 0.281
    topical: float = 0.397
    boundary_slopes: tuple[float, ...] = _SLOPES
    boundary_bias: float = _BIAS

    def probability(self, features: Floats) -> float:
        """Return how likely what the features describe is right, between 0 and 1."""
        return float(_sigmoid(self.gain * evidence(features) + self.shift))

    def topicality(self, features: Floats) -> float:
        """Return how likely a question is about the topic at all, between 0 and 1."""
        chosen = _standard(features)[list(TOPICAL)]
        return float(_sigmoid(chosen @ np.array(self.topic_slopes) + self.topic_bias))

    def calls(self, features: Floats) -> float:
        """Return how likely a question calls for a notice, from the features of the boundaries.

        Those of taking all boundaries as the answer, as if they were one entry.
        """
        if features[NAMES.index("margin")] < _FAR_BEHIND:
            return 0.0
        return float(_sigmoid(_standard(features) @ self.boundary_slopes + self.boundary_bias))

    def wanting(self, precision: float) -> Confidence:
        """Return the same with the answer threshold that gives so much precision in service."""
        return replace(self, answer=max(threshold_for(precision), self.clarify))

    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the parameters as arrays for a cache file."""
        return {
            f"confidence_{name}": np.atleast_1d(np.array(value, np.float64))
            for name, value in vars(self).items()
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[np.generic]]) -> Confidence:
        """Restore parameters; raises KeyError where one is missing, ValueError where none fits."""
        values: dict[str, tuple[float, ...] | float] = {}
        for name, default in vars(cls()).items():
            found = np.asarray(arrays[f"confidence_{name}"], np.float64).tolist()
            if len(found) != (len(default) if isinstance(default, tuple) else 1):
                raise ValueError(f"{name} has another number of parameters")
            values[name] = tuple(found) if isinstance(default, tuple) else found[0]
        return cls(**values)  # type: ignore[arg-type]


def evidence(features: Floats) -> Floats:
    """Return what features (…, len(NAMES)) say for a match, in log odds, shape (…)."""
    return np.asarray(_standard(features) @ np.array(_SLOPES) + _BIAS, np.float64)


def threshold_for(precision: float) -> float:
    """Return the lowest measured threshold from which on answers are as often right as wanted.

    And _DOUBT more.

    Held-out phrasings have lost what says the same, so they are harder than what people ask, and
    the mean confidence of answers says too little of their precision. It was measured once, on
    development questions about the shipped topic, which were worded without sight of the phrasings,
    though the evidence's weights are from most of them. There is one threshold a
    precision, the same for each base, as its own model says what a confidence means there.
    """
    levels, precisions = zip(*_IN_SERVICE, strict=True)
    rising = np.maximum.accumulate(precisions)
    if precision + _DOUBT > rising[-1]:
        return float(max(precision, levels[-1]))
    return float(levels[int(np.argmax(rising >= precision + _DOUBT))])


def fit(cases: Cases) -> Confidence:
    """Fit three models and choose the thresholds; cases that are few hardly move the defaults."""
    start = Confidence()
    if not len(cases.right):
        return start.wanting(PRECISION)
    weight = cases.weight
    said, right = evidence(cases.features), cases.right.astype(float)
    (gain,), shift = logistic(said[:, None], right, weight, (start.gain,), start.shift)
    if gain < _LEAST_GAIN:
        # More evidence never makes a match less likely, whatever few cases seem to say.
        _, level = logistic(np.empty((len(said), 0)), right, weight, (), start.shift)
        gain, shift = _LEAST_GAIN, level - _LEAST_GAIN * float(np.average(said, weights=weight))
    topic_slopes, topic_bias = logistic(
        _standard(cases.features)[:, TOPICAL], (~cases.outside).astype(float), weight,
        start.topic_slopes, start.topic_bias,
    )  # fmt: skip
    fitted = replace(
        start, gain=gain, shift=shift, topic_slopes=topic_slopes, topic_bias=topic_bias
    )
    probability = np.array([fitted.probability(row) for row in cases.features])
    topicality = np.array([fitted.topicality(row) for row in cases.features])
    answer = threshold_for(PRECISION)
    clarify = _clarify_threshold(probability, cases.listed, cases.known, weight)
    about = topicality[~cases.outside]
    fitted = replace(
        fitted,
        answer=answer,
        clarify=min(answer, clarify),
        topical=float(np.quantile(about, 1 - _TOPICAL_RECALL)) if len(about) else start.topical,
    )
    return _with_boundaries(fitted, cases)


def _standard(features: Floats) -> Floats:
    # The same scale for every base, so that the defaults mean the same in all of them.
    return np.asarray((features - np.array(_MEAN)) / np.array(_SPREAD), np.float64)


def _sigmoid(logit: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))), np.float64)


def logistic(
    columns: Floats,
    right: Floats,
    weight: Floats,
    slopes: tuple[float, ...],
    bias: float,
    *,
    trust: float = _TRUST,
) -> tuple[tuple[float, ...], float]:
    """Fit a logistic model by Newton's method and return its slopes and bias.

    ``columns`` (n, m), ``right`` (n,) 0 or 1, ``weight`` (n,). It is drawn to the slopes (m,) and
    bias that it starts from as by ``trust`` cases.
    """
    design = np.column_stack([columns, np.ones(len(columns))])
    prior = np.array([*slopes, bias])
    beta = prior.copy()

    def loss(beta: Floats) -> float:
        logit = design @ beta
        misfit = np.logaddexp(0, logit) - right * logit
        return float(weight @ misfit + trust / 2 * ((beta - prior) ** 2).sum())

    before = loss(beta)
    for _ in range(_NEWTON_STEPS):
        estimate = _sigmoid(design @ beta)
        gradient = design.T @ (weight * (estimate - right)) + trust * (beta - prior)
        curvature = (design * (weight * estimate * (1 - estimate))[:, None]).T @ design
        step = np.linalg.solve(curvature + trust * np.eye(len(beta)), gradient)
        # Far from the optimum a whole step may overshoot; half of it, and so on, does not.
        size = 1.0
        while size > _SMALLEST and loss(beta - size * step) > before:
            size /= 2
        beta = beta - size * step
        now = loss(beta)
        if before - now < _ENOUGH:
            break
        before = now
    return tuple(float(value) for value in beta[:-1]), float(beta[-1])


def _clarify_threshold(probability: Floats, listed: Flags, known: Flags, weight: Floats) -> float:
    # Where offering candidates separates best what they hold from what the base does not know.
    useful, useless = listed & known, ~known
    if not useful.any() or not useless.any():
        return Confidence.clarify
    levels = np.quantile(probability, np.linspace(0.02, 0.98, 49))
    balance = [
        _OFFER_GAIN * (probability[useful] >= level).mean()
        + float(np.average(probability[useless] < level, weights=weight[useless]))
        for level in levels
    ]
    return float(levels[int(np.argmax(balance))])


def _with_boundaries(fitted: Confidence, cases: Cases) -> Confidence:
    """Fit what calls for a notice; its line starts from that of any entry's evidence.

    Phrasings of a boundary that is held out itself tell nothing of it.
    """
    fitted = replace(
        fitted,
        boundary_slopes=tuple(fitted.gain * slope for slope in _SLOPES),
        boundary_bias=fitted.gain * _BIAS + fitted.shift,
    )
    mine = cases.is_boundary & cases.known
    others = ~cases.is_boundary
    if min(mine.sum(), (others & cases.known).sum()) < _FEWEST:
        return fitted
    weight = cases.weight
    weight[mine] *= _CALLS * weight[others].sum() / weight[mine].sum()
    some = mine | others
    slopes, bias = logistic(
        _standard(cases.boundary)[some], mine[some].astype(float), weight[some],
        fitted.boundary_slopes, fitted.boundary_bias,
    )  # fmt: skip
    return replace(fitted, boundary_slopes=slopes, boundary_bias=bias)
