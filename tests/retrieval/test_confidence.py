"""Thresholds: fitted where there is enough to fit on, ordered, and for recall at boundaries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.confidence import (
    FEATURES,
    MAX_BOUNDARY_ALARM,
    MIN_BOUNDARY_RECALL,
    Cases,
    Confidence,
    fit,
)


def _cases(
    seed: int = 0, count: int = 400, *, contrast: float = 0.3, boundary_gap: float = 0.2
) -> Cases:
    """Return cases in which the right matches score higher by about ``contrast``."""
    generator = np.random.default_rng(seed)
    known = generator.random(count) < 0.6
    right = known & (generator.random(count) < 0.8)
    listed = right | (known & (generator.random(count) < 0.5))
    features = np.clip(
        generator.normal(0.5, 0.1, (count, len(FEATURES))) + contrast * right[:, None], -1, 1
    )
    is_boundary = generator.random(count) < 0.2
    margin = generator.normal(-boundary_gap, 0.1, count) + 2 * boundary_gap * is_boundary
    score = np.clip(generator.normal(0.6, 0.1, count), 0, 1)
    return Cases(features, right, listed, known, score, margin, is_boundary)


@given(st.integers(0, 500), st.integers(0, 300), st.floats(-0.3, 0.6), st.floats(-0.3, 0.6))
def test_thresholds_are_ordered_and_finite(
    seed: int, count: int, contrast: float, boundary_gap: float
) -> None:
    fitted = fit(_cases(seed, count, contrast=contrast, boundary_gap=boundary_gap))
    assert all(np.isfinite(value) for value in fitted.as_dict().values())
    assert 0 <= fitted.clarify <= fitted.answer <= 1
    assert 0 <= fitted.boundary_floor <= fitted.clarify
    assert fitted.boundary_margin <= 0


@pytest.mark.parametrize("count", [0, 1, 59])
def test_too_few_cases_give_the_defaults(count: int) -> None:
    assert fit(_cases(count=count)) == Confidence()


@pytest.mark.parametrize("right", [True, False])
def test_cases_of_one_kind_give_the_defaults(right: bool) -> None:
    cases = _cases()
    everything = np.full_like(cases.right, right)
    one_kind = replace(cases, right=everything)
    assert fit(one_kind) == Confidence()


def test_sixty_cases_are_enough() -> None:
    assert fit(_cases(count=60)) != Confidence()


def test_what_separates_is_learnt() -> None:
    cases = _cases(contrast=0.4)
    fitted = fit(cases)
    given_answer = np.array([fitted.probability(*row) >= fitted.answer for row in cases.features])
    assert cases.right[given_answer].mean() > 0.95
    assert given_answer[cases.right].mean() > 0.95
    assert fitted.probability(0.9, 0.9, 0.9) > 0.95
    assert fitted.probability(0.3, 0.3, 0.3) < 0.05


def test_the_order_of_cases_does_not_matter() -> None:
    cases = _cases(3)
    order = np.random.default_rng(1).permutation(len(cases.right))
    shuffled = Cases(
        cases.features[order], cases.right[order], cases.listed[order], cases.known[order],
        cases.boundary_score[order], cases.boundary_margin[order], cases.is_boundary[order],
    )  # fmt: skip
    one, two = fit(cases).as_dict(), fit(shuffled).as_dict()
    assert one == pytest.approx(two, abs=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_probability_is_one(score: float, margin: float, centroid: float) -> None:
    assert 0 <= Confidence().probability(score, margin, centroid) <= 1


def test_more_score_and_margin_make_surer() -> None:
    sure = [Confidence().probability(level, level, 0.8) for level in np.linspace(0, 1, 11)]
    assert sure == sorted(sure)
    assert sure[0] < Confidence().clarify < Confidence().answer < sure[-1]


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 50))
def test_what_is_far_from_everything_is_not_even_offered(
    score: float, margin: float, seed: int
) -> None:
    for confidence in (Confidence(), fit(_cases(seed))):
        assert confidence.probability(score, margin, confidence.gate - 0.01) < max(
            confidence.clarify, 1e-9
        )


def _boundary_shares(cases: Cases, fitted: Confidence) -> tuple[float, float]:
    """Return which share of boundary phrasings gets through the margin, and of ordinary ones."""
    through = cases.boundary_margin >= fitted.boundary_margin
    inside = cases.known & cases.is_boundary
    outside = cases.known & ~cases.is_boundary
    return float(through[inside].mean()), float(through[outside].mean())


@given(st.integers(0, 500), st.floats(0.02, 0.5))
def test_boundaries_are_decided_for_recall(seed: int, gap: float) -> None:
    cases = _cases(seed, 600, boundary_gap=gap)
    fitted = fit(cases)
    recall, alarm = _boundary_shares(cases, fitted)
    at_zero, _ = _boundary_shares(cases, Confidence(boundary_margin=0.0))
    # The margin is lowered below "nearest of all" to reach the recall, as far as alarms allow.
    assert recall >= at_zero
    if fitted.boundary_margin < 0:
        assert alarm <= MAX_BOUNDARY_ALARM + 0.01
        assert recall <= MIN_BOUNDARY_RECALL + 0.02 or recall == at_zero


@pytest.mark.parametrize(("inside", "outside"), [(0.1, -0.5), (0.0, -0.4)])
def test_the_margin_sinks_until_the_recall_is_reached(inside: float, outside: float) -> None:
    cases = _cases(1, 2000)
    middle = np.where(cases.is_boundary, inside, outside)
    margin = np.random.default_rng(2).normal(middle, 0.1)
    fitted = fit(replace(cases, boundary_margin=margin))
    recall, alarm = _boundary_shares(replace(cases, boundary_margin=margin), fitted)
    assert fitted.boundary_margin < 0
    assert recall == pytest.approx(MIN_BOUNDARY_RECALL, abs=0.01)
    assert alarm <= MAX_BOUNDARY_ALARM


def test_the_margin_stops_sinking_where_alarms_begin() -> None:
    cases = _cases(1, 2000)
    middle = np.where(cases.is_boundary, -0.2, -0.25)
    margin = np.random.default_rng(2).normal(middle, 0.1)
    fitted = fit(replace(cases, boundary_margin=margin))
    recall, alarm = _boundary_shares(replace(cases, boundary_margin=margin), fitted)
    assert recall < MIN_BOUNDARY_RECALL
    assert alarm == pytest.approx(MAX_BOUNDARY_ALARM, abs=0.01)


def test_few_boundary_phrasings_leave_the_margin_alone() -> None:
    cases = _cases(2)
    few = np.zeros_like(cases.is_boundary)
    few[:9] = True
    cases = replace(cases, is_boundary=few)
    assert fit(cases).boundary_margin == 0


@given(st.integers(0, 100))
def test_parameters_survive_being_stored(seed: int) -> None:
    fitted = fit(_cases(seed))
    assert Confidence.from_mapping(fitted.as_dict()) == fitted


@pytest.mark.parametrize("name", list(Confidence().as_dict()))
def test_a_missing_parameter_is_noticed(name: str) -> None:
    values = Confidence().as_dict()
    del values[name]
    with pytest.raises(KeyError, match=name):
        Confidence.from_mapping(values)
