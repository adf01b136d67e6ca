"""Confidence: a probability that is fitted where there is enough to fit on, and its thresholds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from bot.retrieval.confidence import (
    NOTICED,
    PRECISION,
    Cases,
    Confidence,
    fit,
    threshold_for,
)
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.features import NAMES
from bot.retrieval.index import build
from tests.conftest import write_topic

MARGIN = NAMES.index("margin")
ANY = st.floats(-1e6, 1e6)
FEATURES = arrays_of.arrays(np.float64, len(NAMES), elements=ANY)


def _cases(
    seed: int = 0, count: int = 400, *, contrast: float = 0.3, boundary_gap: float = 0.2
) -> Cases:
    """Return cases in which the right matches score higher by about ``contrast``."""
    generator = np.random.default_rng(seed)
    known = generator.random(count) < 0.6
    outside = ~known & (generator.random(count) < 0.5)
    right = known & (generator.random(count) < 0.8)
    listed = right | (known & (generator.random(count) < 0.5))
    noise = generator.normal(0.5, 0.1, (count, len(NAMES)))
    features = np.clip(noise + contrast * (right[:, None] - 0.5 * outside[:, None]), -1, 1)
    is_boundary = generator.random(count) < 0.2
    boundary = generator.normal(0.5, 0.1, (count, len(NAMES)))
    boundary[:, MARGIN] = generator.normal(-boundary_gap, 0.1, count)
    boundary[:, MARGIN] += 2 * boundary_gap * is_boundary
    return Cases(features, right, listed, known, outside, boundary, is_boundary)


def _some(cases: Cases, rows: npt.NDArray[np.int64]) -> Cases:
    return Cases(**{name: value[rows] for name, value in vars(cases).items()})


def _flat(confidence: Confidence) -> npt.NDArray[np.float64]:
    return np.concatenate(list(confidence.arrays().values()))


@given(st.integers(0, 500), st.integers(0, 300), st.floats(-0.3, 0.6), st.floats(-0.3, 0.6))
def test_thresholds_are_ordered_and_finite(
    seed: int, count: int, contrast: float, boundary_gap: float
) -> None:
    fitted = fit(_cases(seed, count, contrast=contrast, boundary_gap=boundary_gap))
    assert np.isfinite(_flat(fitted)).all()
    assert 0 <= fitted.clarify <= fitted.answer <= 1
    assert 0 <= fitted.topical <= 1


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("right", [None, True, False])
def test_the_fit_never_runs_away(right: bool | None, scale: float) -> None:
    cases = _cases(4, 300, contrast=0.6)
    cases = replace(cases, features=scale * cases.features)
    if right is not None:  # nothing holds the gain but what it is drawn to
        cases = replace(cases, right=np.full_like(cases.right, right))
    fitted = fit(cases)
    assert np.isfinite(_flat(fitted)).all()
    for row in cases.features[:20]:
        assert 0 <= fitted.probability(row) <= 1


def test_the_fit_explains_its_cases_better_than_the_defaults() -> None:
    for seed in range(5):
        cases = _cases(seed, 200)

        def misfit(confidence: Confidence, cases: Cases = cases) -> float:
            likely = np.array([confidence.probability(row) for row in cases.features])
            return float(-cases.weight @ np.log(np.where(cases.right, likely, 1 - likely)))

        assert misfit(fit(cases)) <= misfit(Confidence())


def test_few_cases_hardly_move_the_defaults_and_many_do() -> None:
    start = Confidence()
    assert fit(_cases(count=0)) == start.wanting(PRECISION)
    moved = []
    for count in (2, 10, 400):
        fitted = fit(_cases(1, count))
        moved.append(max(abs(fitted.gain - start.gain), abs(fitted.shift - start.shift)))
    assert moved[0] < 0.3
    assert moved == sorted(moved)


def test_what_separates_is_learnt() -> None:
    cases = _cases(contrast=0.4)
    fitted = fit(cases)
    probability = np.array([fitted.probability(row) for row in cases.features])
    assert probability[cases.right].mean() > 0.9
    assert probability[~cases.right].mean() < 0.1
    about = np.array([fitted.topicality(row) for row in cases.features])
    assert about[~cases.outside].mean() > about[cases.outside].mean() + 0.3


def test_evidence_never_counts_against_a_match() -> None:
    cases = _cases(2, 4000, contrast=0.4)
    reversed_ = fit(replace(cases, right=~cases.right & cases.known, listed=cases.known))
    assert reversed_.gain > 0
    likely = np.array([reversed_.probability(row) for row in cases.features])
    right = ~cases.right & cases.known
    assert np.average(likely, weights=cases.weight) == pytest.approx(
        np.average(right, weights=cases.weight), abs=0.1
    )


def test_confidence_is_as_often_right_as_it_says() -> None:
    cases, new = _cases(5, 3000, contrast=0.15), _cases(6, 3000, contrast=0.15)
    # All kinds count the same where they come in the mix that is assumed.
    every = np.arange(len(new.right))
    drawn = np.random.default_rng(0).choice(every, 3000, p=new.weight / new.weight.sum())
    asked = _some(new, drawn)
    fitted = fit(cases)
    probability = np.array([fitted.probability(row) for row in asked.features])
    bins = np.digitize(probability, np.linspace(0, 1, 11)[1:-1])
    error = sum(
        abs(probability[bins == each].mean() - asked.right[bins == each].mean())
        * (bins == each).mean()
        for each in np.unique(bins)
    )
    assert error < 0.05


def test_the_order_of_cases_does_not_matter() -> None:
    cases = _cases(3)
    order = np.random.default_rng(1).permutation(len(cases.right))
    one, two = fit(cases), fit(_some(cases, order))
    assert _flat(one) == pytest.approx(_flat(two), abs=1e-5)


@given(FEATURES, st.integers(0, 20))
def test_a_probability_is_one(features: npt.NDArray[np.float64], seed: int) -> None:
    for confidence in (Confidence(), fit(_cases(seed, 60))):
        assert 0 <= confidence.probability(features) <= 1
        assert 0 <= confidence.topicality(features) <= 1


def test_more_margin_and_overlap_make_surer() -> None:
    for name in ("margin", "overlap"):
        features = np.array([0.5, 0.1, 0.84, 0.8, 0.4, 0.86, 0.3, 0.4, 0.6, 2.2, 0.1, 0.0])
        sure = []
        for level in np.linspace(-0.5, 1, 16):
            features[NAMES.index(name)] = level
            sure.append(Confidence().probability(features))
        assert sure == sorted(sure)
        assert sure[0] < sure[-1]


@given(st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_who_wants_more_precision_gets_no_lower_threshold(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert 0 < threshold_for(less) <= threshold_for(more) <= 1


def test_the_default_precision_has_a_threshold_that_was_measured() -> None:
    assert 0.3 < threshold_for(PRECISION) < threshold_for(0.999)
    assert threshold_for(0.5) < threshold_for(PRECISION)


@given(st.floats(0.5, 0.99), st.floats(0.5, 0.99), st.integers(0, 20))
def test_whoever_wants_more_right_answers_gets_fewer(one: float, two: float, seed: int) -> None:
    low, high = sorted((one, two))
    assert threshold_for(low) <= threshold_for(high)
    fitted = fit(_cases(seed, 100))
    bold, careful = fitted.wanting(low), fitted.wanting(high)
    assert fitted.clarify <= bold.answer <= careful.answer <= 1
    # Only the answers' threshold is of that wish.
    assert replace(bold, answer=0.9) == replace(careful, answer=0.9) == replace(fitted, answer=0.9)


def _boundary_shares(cases: Cases, fitted: Confidence) -> tuple[float, float]:
    """Return which share of boundary phrasings would get a notice, and of ordinary ones."""
    noticed = np.array([fitted.calls(row) >= NOTICED for row in cases.boundary])
    mine, ordinary = cases.known & cases.is_boundary, cases.known & ~cases.is_boundary
    return float(noticed[mine].mean()), float(noticed[ordinary].mean())


@given(st.integers(0, 500), st.floats(0.02, 0.5))
def test_hardly_any_notice_is_given_in_vain(seed: int, gap: float) -> None:
    cases = _cases(seed, 600, boundary_gap=gap)
    recall, alarm = _boundary_shares(cases, fit(cases))
    assert alarm <= 0.05
    assert recall > 0.5 or gap < 0.3


def test_calls_for_a_notice_that_stand_apart_get_theirs() -> None:
    cases = _cases(1, 2000, boundary_gap=0.5)
    recall, alarm = _boundary_shares(cases, fit(cases))
    assert recall >= 0.95
    assert alarm <= 0.01


def test_the_less_they_stand_apart_the_fewer_get_theirs() -> None:
    recalls = []
    for gap in (0.02, 0.1, 0.3, 0.5):
        cases = _cases(1, 2000, boundary_gap=gap)
        recalls.append(_boundary_shares(cases, fit(cases))[0])
    assert recalls == sorted(recalls)
    assert recalls[0] < 0.95


def test_the_margin_is_not_all_that_calls_for_a_notice() -> None:
    cases = _cases(1, 2000, boundary_gap=0.02)
    told = cases.boundary.copy()
    told[:, NAMES.index("cosine")] += 0.5 * cases.is_boundary
    telling = replace(cases, boundary=told)
    recall, _ = _boundary_shares(cases, fit(cases))
    better, _ = _boundary_shares(telling, fit(telling))
    assert better > recall + 0.3


def test_no_notice_is_given_far_behind_an_entry() -> None:
    near = np.full(len(NAMES), 0.9)
    near[MARGIN] = 0.0
    behind = near.copy()
    behind[MARGIN] = -0.1
    assert Confidence().calls(near) > NOTICED > Confidence().calls(behind) == 0


def test_few_boundary_phrasings_leave_the_defaults_alone() -> None:
    cases = _cases(2)
    few = np.zeros_like(cases.is_boundary)
    few[:9] = True
    fitted = fit(replace(cases, is_boundary=few))
    # What is evidence of any entry is evidence of a boundary then.
    assert fitted.calls(cases.features[0]) == pytest.approx(fitted.probability(cases.features[0]))


@given(st.integers(0, 100))
def test_parameters_survive_being_stored(seed: int) -> None:
    fitted = fit(_cases(seed, 60))
    assert Confidence.from_arrays(dict(fitted.arrays())) == fitted


@pytest.mark.parametrize("name", list(Confidence().arrays()))
def test_a_missing_or_misshapen_parameter_is_noticed(name: str) -> None:
    values: dict[str, npt.NDArray[np.generic]] = dict(Confidence().arrays())
    longer = {**values, name: np.zeros(len(values[name]) + 1)}
    with pytest.raises(ValueError, match="another number of parameters"):
        Confidence.from_arrays(longer)
    del values[name]
    with pytest.raises(KeyError, match=name):
        Confidence.from_arrays(values)


def test_a_tiny_topic_does_not_answer_what_it_does_not_know(
    encoder: OnnxEncoder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from bot.knowledge.load import load  # noqa: PLC0415 - only here

    folder = write_topic(
        tmp_path_factory.mktemp("tiny"),
        {
            "topic.yaml": "title: The school garden\n",
            "faq.yaml": """\
                - {id: what, question: What is this?, answer: A plan for a garden.}
                - {id: who, question: Who waters the garden?, answer: The pupils do.}
                - {id: cost, question: What does the garden cost?, answer: Very little.}
                """,
        },
    )
    index = build(load(folder), encoder)
    for text in (
        "what will the weather be tomorrow?", "who won the match last night",
        "какая завтра погода?", "порадь фільм на вечір", "is my landlord allowed to do that",
    ):  # fmt: skip
        assert index.search(text).confidence < index.confidence.answer, text
    assert index.search("Who waters the garden?").confidence >= index.confidence.answer
