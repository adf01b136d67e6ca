"""A base measures its texts by what tells its entries apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import metric as module
from bot.retrieval.metric import Measured, Metric

WIDTH = 16


def _base(
    seed: int, entries: int, texts: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return texts that differ in manner more than in matter: the first numbers say nothing."""
    generator = np.random.default_rng(seed)
    matter = 0.3 * generator.normal(size=(entries, WIDTH))
    matter[:, :4] = 0
    labels = np.repeat(np.arange(entries), texts)
    noise = 0.1 * generator.normal(size=(len(labels), WIDTH))
    noise[:, :4] *= 8
    return _unit(0.5 + matter[labels] + noise), labels


def _unit(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _right(
    texts: npt.NDArray[np.float32],
    labels: npt.NDArray[np.int64],
    asked: npt.NDArray[np.float32],
    wanted: npt.NDArray[np.int64],
) -> float:
    return float((labels[(asked @ texts.T).argmax(axis=1)] == wanted).mean())


def test_what_entries_texts_differ_in_anyway_counts_less() -> None:
    vectors, labels = _base(1, 30, 40)
    known, asked = np.arange(len(labels)) % 4 > 0, np.arange(len(labels)) % 4 == 0
    metric = Metric.learn(vectors[known], labels[known])
    plain = _right(vectors[known], labels[known], vectors[asked], labels[asked])
    seen = _right(
        metric.of(vectors[known]), labels[known], metric.of(vectors[asked]), labels[asked]
    )
    assert seen > plain + 0.1


def test_a_few_texts_keep_the_encoders_own_measure() -> None:
    vectors, labels = _base(2, 4, 3)
    metric = Metric.learn(vectors, labels)
    seen = metric.cosines(metric.of(vectors) @ metric.of(vectors).T)
    assert seen == pytest.approx(vectors @ vectors.T, abs=0.02)
    assert metric.scale == pytest.approx(1, abs=0.05)


@given(st.integers(0, 50), st.integers(1, 12), st.integers(1, 6))
def test_texts_come_half_the_way_back_to_the_distance_that_they_had(
    seed: int, entries: int, texts: int
) -> None:
    vectors, labels = _base(seed, entries, texts)
    metric = Metric.learn(vectors, labels)
    assert np.linalg.norm(metric.of(vectors), axis=1) == pytest.approx(1, abs=1e-4)
    middles = np.stack([vectors[labels == entry].mean(axis=0) for entry in range(entries)])
    middles = _unit(middles)[labels]
    seen = metric.cosines((metric.of(vectors) * metric.of(middles)).sum(axis=1))
    plain = 1 - float((vectors * middles).sum(axis=1).mean())
    own = 1 - float((metric.of(vectors) * metric.of(middles)).sum(axis=1).mean())
    if min(plain, own) > 1e-4:
        assert 1 - float(seen.mean()) == pytest.approx((plain * own) ** 0.5, rel=0.01)


@given(st.integers(0, 50), st.sampled_from([3, 40]))
def test_texts_are_compared_without_a_copy_as_with_one(seed: int, entries: int) -> None:
    vectors, labels = _base(seed, entries, 30)
    asked = vectors[::7]
    metric = Metric.learn(vectors, labels)
    texts = Measured(vectors, metric)
    wanted = metric.cosines(metric.of(asked) @ metric.of(vectors).T)
    assert np.allclose(texts.cosines_of(metric.of(asked)), wanted, atol=1e-4)
    assert np.allclose(texts.cosines(metric.of(asked[0])), wanted[0], atol=1e-4)
    some = np.array([5, 1, 8])
    assert np.allclose(texts.cosines(metric.of(asked[0]), some), wanted[0][some], atol=1e-4)
    along = texts.along(np.eye(WIDTH, dtype=np.float32))
    assert np.allclose(along, metric.of(vectors), atol=1e-4)


@given(st.integers(0, 50))
def test_fewer_texts_than_numbers_are_measured_as_more_are(seed: int) -> None:
    vectors, _ = _base(seed, 3, 4)
    middles = vectors.reshape(3, 4, WIDTH).mean(axis=1)
    apart = np.asarray(vectors - np.repeat(middles, 4, axis=0), np.float32)
    # The same spread in more rows, of which the others lie at nothing.
    more = np.concatenate((apart, np.zeros((WIDTH, WIDTH), np.float32)))
    assert np.allclose(module._turn(apart, 0.4), module._turn(more, 0.4), atol=1e-4)


def test_nothing_known_and_one_text_an_entry_are_measured_plainly() -> None:
    nothing = np.zeros((0, WIDTH), np.float32)
    metric = Metric.learn(nothing, np.zeros(0, np.int64))
    assert np.array_equal(metric.turn, Metric.plain(WIDTH).turn)
    assert Measured(nothing, metric).cosines(np.ones(WIDTH, np.float32)).shape == (0,)
    vectors, _ = _base(3, 5, 1)
    alone = Metric.learn(vectors, np.arange(5))
    assert alone.scale == 1
    assert np.isfinite(alone.of(vectors)).all()


def test_a_kept_metric_is_the_same() -> None:
    metric = Metric.learn(*_base(4, 9, 9))
    again = Metric.from_arrays(metric.arrays(), WIDTH)
    assert np.array_equal(again.turn, metric.turn)
    assert np.array_equal(again.mean, metric.mean)
    assert again.scale == metric.scale
    with pytest.raises(ValueError, match="not a metric"):
        Metric.from_arrays({**metric.arrays(), "metric_mean": np.zeros(3, np.float32)}, WIDTH)
    with pytest.raises(ValueError, match="not a metric"):
        Metric.from_arrays(metric.arrays(), WIDTH + 1)


def test_nothing_is_further_than_an_entry_without_texts() -> None:
    metric = Metric(np.zeros(WIDTH, np.float32), np.eye(WIDTH, dtype=np.float32), 3.0)
    found = metric.cosines(np.array([1.0, 0.9, -1.0], np.float32))
    assert found.tolist() == pytest.approx([1.0, 0.7, -1.0], abs=1e-6)
