"""The head learns which entry a vector belongs to; above a size, centroids stand in for it."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import head as head_module
from bot.retrieval.head import (
    MAX_TRAINED,
    Floats,
    Head,
    Labels,
    _batches,
    adapt,
    centroids,
    train,
)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _clusters(seed: int, entries: int, each: int, spread: float) -> tuple[Floats, Labels]:
    generator = np.random.default_rng(seed)
    middles = _unit(generator.standard_normal((entries, 32)).astype(np.float32))
    labels = np.repeat(np.arange(entries), each)
    noise = generator.standard_normal((len(labels), 32)).astype(np.float32)
    return _unit(middles[labels] + spread * _unit(noise)), labels


@given(st.integers(0, 1000), st.integers(2, 12), st.integers(1, 6))
def test_separable_entries_are_learnt(seed: int, entries: int, each: int) -> None:
    vectors, labels = _clusters(seed, entries, each, 0.2)
    probabilities = train(vectors, labels, entries).probabilities(vectors)
    assert probabilities.shape == (len(labels), entries)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(len(labels)), abs=1e-4)
    assert np.array_equal(probabilities.argmax(axis=1), labels)


def test_it_learns_what_centroids_cannot() -> None:
    # Two phrasings at opposite corners: their mean is nothing, and lies nearer to the neighbour.
    vectors = _unit(np.array([[1, 0.2, 0], [-1, 0.2, 0], [0.3, 1, 0]], np.float32))
    labels = np.array([0, 0, 1])
    middle = centroids(vectors, labels, 2)
    assert (vectors[0] @ middle.T).argmax() == 1
    head = train(vectors[[0, 2]], labels[[0, 2]], 2)
    assert head.probabilities(vectors[[0, 2]]).argmax(axis=1).tolist() == [0, 1]


def test_unseen_neighbours_are_recognised() -> None:
    vectors, labels = _clusters(7, 20, 8, 0.6)
    seen = np.arange(len(labels)) % 8 < 6
    head = train(vectors[seen], labels[seen], 20)
    guessed = head.probabilities(vectors[~seen]).argmax(axis=1)
    assert (guessed == labels[~seen]).mean() > 0.9


@given(st.integers(0, 1000))
def test_training_twice_gives_the_same_head(seed: int) -> None:
    vectors, labels = _clusters(seed, 5, 4, 0.5)
    one, two = train(vectors, labels, 5), train(vectors, labels, 5)
    assert np.array_equal(one.weights, two.weights)
    assert np.array_equal(one.bias, two.bias)


@given(st.integers(0, 1000), st.integers(1, 60), st.integers(1, 60))
def test_each_text_comes_once_a_round(seed: int, texts: int, size: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((texts, 8)).astype(np.float32)
    size = min(size, texts)
    dealt = list(itertools.islice(_batches(vectors, size), 3 * texts))
    assert all(len(batch) == size for batch in dealt)
    rows = np.concatenate(dealt)
    for turn in range(len(rows) // texts):
        assert sorted(rows[turn * texts : (turn + 1) * texts]) == list(range(texts))
    again = list(itertools.islice(_batches(vectors.copy(), size), 3 * texts))
    assert np.array_equal(rows, np.concatenate(again))


def test_one_text_more_leaves_the_order_of_the_others() -> None:
    vectors = np.random.default_rng(3).standard_normal((40, 8)).astype(np.float32)
    fewer = np.concatenate(list(itertools.islice(_batches(vectors[:-1], 13), 3)))
    more = np.concatenate(list(itertools.islice(_batches(vectors, 20), 2)))
    assert more[more < 39].tolist() == fewer.tolist()


def test_batches_learn_what_all_texts_at_once_do(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, labels = _clusters(11, 30, 8, 0.6)
    seen = np.arange(len(labels)) % 8 < 6
    whole = train(vectors[seen], labels[seen], 30)
    monkeypatch.setattr(head_module, "_BATCH", 64)
    parts = train(vectors[seen], labels[seen], 30)
    assert not np.array_equal(whole.weights, parts.weights)
    assert np.array_equal(parts.weights, train(vectors[seen], labels[seen], 30).weights)

    def right(head: Head) -> float:
        guessed = head.probabilities(vectors[~seen]).argmax(axis=1)
        return float((guessed == labels[~seen]).mean())

    assert right(parts) >= right(whole) - 0.02


def test_an_entry_without_texts_is_never_likely() -> None:
    vectors, labels = _clusters(1, 3, 4, 0.2)
    probabilities = train(vectors, labels, 5).probabilities(vectors)
    assert not probabilities[:, 3:].any()
    assert not centroids(vectors, labels, 5)[3:].any()


def test_no_texts_at_all_raise_nothing() -> None:
    head = train(np.zeros((0, 32), np.float32), np.zeros(0, np.int64), 3)
    assert np.isfinite(head.probabilities(np.ones((1, 32), np.float32))).all()


@given(st.integers(0, 1000))
def test_centroids_are_unit_means(seed: int) -> None:
    vectors, labels = _clusters(seed, 4, 5, 0.5)
    middle = centroids(vectors, labels, 4)
    assert np.linalg.norm(middle, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    for entry in range(4):
        mean = vectors[labels == entry].mean(axis=0)
        assert middle[entry] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_above_the_limit_centroids_decide() -> None:
    entries = MAX_TRAINED + 1
    vectors, labels = _clusters(3, entries, 1, 0.0)
    head = train(vectors, labels, entries)
    middle = centroids(vectors, labels, entries)
    asked = _clusters(4, 50, 1, 0.0)[0]
    assert np.array_equal(
        head.probabilities(asked).argmax(axis=1), (asked @ middle.T).argmax(axis=1)
    )


def test_at_the_limit_the_head_is_trained() -> None:
    vectors, labels = _clusters(3, MAX_TRAINED, 1, 0.0)
    vectors = vectors[:, :4]
    middle = centroids(vectors, labels, MAX_TRAINED)
    weights = train(vectors, labels, MAX_TRAINED).weights
    directions = (_unit(weights) * middle).sum(axis=1)
    assert directions.min() < 0.999


def test_extreme_logits_stay_probabilities() -> None:
    head = Head(np.array([[1e4], [-1e4]], np.float32), np.zeros(2, np.float32))
    assert head.probabilities(np.array([[1.0]], np.float32)).tolist() == [[1.0, 0.0]]


def _flags(entries: int, *rows: int) -> npt.NDArray[np.bool_]:
    return np.isin(np.arange(entries), rows)


def _with_room(head: Head, entries: int) -> Head:
    """Return a head with rows for more entries, of which it knows nothing."""
    room = np.full((entries - len(head.weights), head.weights.shape[1]), 7, np.float32)
    return Head(np.vstack((head.weights, room)), np.zeros(entries, np.float32))


@given(st.integers(0, 1000), st.integers(1, 3))
def test_new_entries_are_learnt_beside_the_others(seed: int, fresh: int) -> None:
    entries = 8 + fresh
    vectors, labels = _clusters(seed, entries, 6, 0.5)
    known = labels < 8
    old = train(vectors[known], labels[known], 8)
    new = _flags(entries, *range(8, entries))
    head = adapt(
        _with_room(old, entries), vectors, labels, entries, new=new, changed=_flags(entries)
    )
    assert np.array_equal(head.weights[:8], old.weights)
    assert np.array_equal(head.probabilities(vectors).argmax(axis=1), labels)
    exact = train(vectors, labels, entries)
    asked = _unit(vectors[::2] + vectors[np.arange(0, len(labels), 2) // 6 * 6 + 1])
    agree = head.probabilities(asked).argmax(axis=1) == exact.probabilities(asked).argmax(axis=1)
    assert agree.mean() > 0.95


@given(st.integers(0, 1000))
def test_an_entry_takes_up_what_it_is_given_and_the_others_stay(seed: int) -> None:
    vectors, labels = _clusters(seed, 9, 6, 0.5)
    # The last cluster is said to be one more way to ask for entry 0.
    old = train(vectors[labels < 8], labels[labels < 8], 8)
    labels = np.where(labels == 8, 0, labels)
    head = adapt(old, vectors, labels, 8, new=_flags(8), changed=_flags(8, 0))
    assert np.array_equal(head.weights[1:], old.weights[1:])
    before, after = (each.probabilities(vectors[-6:])[:, 0] for each in (old, head))
    assert (after > before).all()
    assert np.array_equal(head.probabilities(vectors[:-6]).argmax(axis=1), labels[:-6])


def test_what_is_neither_new_nor_changed_is_kept_as_it_is() -> None:
    vectors, labels = _clusters(5, 6, 4, 0.5)
    old = train(vectors, labels, 6)
    same = adapt(old, vectors, labels, 6, new=_flags(6), changed=_flags(6))
    assert np.array_equal(same.weights, old.weights)
    assert np.array_equal(same.bias, old.bias)


def test_adapting_knows_entries_without_texts_and_no_others() -> None:
    vectors, labels = _clusters(1, 3, 4, 0.2)
    start = Head(np.zeros((4, 32), np.float32), np.zeros(4, np.float32))
    head = adapt(start, vectors, labels, 4, new=_flags(4, 0, 1, 2, 3), changed=_flags(4))
    assert np.array_equal(head.probabilities(vectors).argmax(axis=1), labels)
    assert not head.probabilities(vectors)[:, 3].any()
    nothing = adapt(start, vectors[:0], labels[:0], 4, new=_flags(4, 1), changed=_flags(4))
    assert np.isfinite(nothing.probabilities(vectors)).all()


def test_adapting_above_the_limit_leaves_the_centroids() -> None:
    entries = MAX_TRAINED + 1
    vectors, labels = _clusters(3, entries, 1, 0.0)
    whole = train(vectors, labels, entries)
    head = adapt(whole, vectors, labels, entries, new=_flags(entries, 5), changed=_flags(entries))
    assert np.array_equal(head.weights, whole.weights)
