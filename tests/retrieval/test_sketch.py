"""The nearest texts of a large base are found without comparing with all of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.index import Index
from bot.retrieval.metric import Measured, Metric
from bot.retrieval.sketch import _LIKELY, LEAST, Sketch, _likeliest

WIDTH = 384


def _texts(seed: int, count: int) -> npt.NDArray[np.float32]:
    """Return unit vectors that lie in clusters, as texts of entries do."""
    generator = np.random.default_rng(seed)
    middles = generator.normal(size=(40, WIDTH))
    found = middles[generator.integers(0, 40, count)] + 0.7 * generator.normal(size=(count, WIDTH))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(np.float32)


VECTORS = _texts(7, LEAST)
PLAIN = Metric.plain(WIDTH)
SKETCH = Sketch(Measured(VECTORS, PLAIN), np.arange(0, LEAST, 64))


@given(st.integers(0, 1_000), st.integers(0, LEAST - 1))
def test_the_nearest_text_is_found_and_its_cosine_is_exact(seed: int, near: int) -> None:
    vectors = VECTORS
    asked = vectors[near] + np.random.default_rng(seed).normal(0, 0.02, WIDTH).astype(np.float32)
    asked /= np.linalg.norm(asked)
    exact = vectors @ asked
    found = SKETCH.cosines(asked)
    assert int(found.argmax()) == int(exact.argmax())
    assert float(found.max()) == pytest.approx(float(exact.max()), abs=1e-5)


def test_fewer_texts_than_are_likely_are_all_compared() -> None:
    few = VECTORS[:500]
    sketch = Sketch(Measured(few, PLAIN), np.arange(0, 500, 50))
    assert sketch.cosines(few[3]) == pytest.approx(few @ few[3], abs=1e-5)


def test_few_of_the_nearest_texts_are_missed(shipped_index: Index) -> None:
    asked = [item.ask for item in shipped_index.release.topic.expectations]
    texts, missed = shipped_index.scorer.texts, 0
    assert len(texts.vectors) >= LEAST
    labels = [text.entry for text in shipped_index.texts]
    sketch = Sketch(texts, np.array([n for n, one in enumerate(labels) if labels[n - 1] != one]))
    off = 0
    for vector in texts.metric.of(shipped_index.encoder.encode(asked)):
        exact = texts.cosines(vector)
        nearest = np.argsort(-exact)[:50]
        found = sketch.cosines(vector)
        missed += int((np.abs(found[nearest] - exact[nearest]) > 1e-5).sum())
        off += float(found.max()) != pytest.approx(float(exact.max()), abs=1e-5)
    assert missed <= 0.05 * 50 * len(asked)
    assert off <= 0.03 * len(asked)


def test_one_question_gets_the_signals_that_many_at_once_get(shipped_index: Index) -> None:
    asked = [item.ask for item in shipped_index.release.topic.expectations][::8]
    vectors = shipped_index.encoder.encode(asked)
    scorer, every = shipped_index.scorer, np.arange(len(shipped_index.texts))
    near, cosine = [], []
    for vector, text, whole in zip(
        vectors, asked, scorer.signals_of(vectors, asked, every), strict=True
    ):
        found = scorer.signals(vector, text)
        near.append(float(np.abs(found.near - whole.near).max()))
        first = np.argsort(-whole.cosine)[:3]
        cosine.append(float(np.abs(found.cosine[first] - whole.cosine[first]).max()))
        assert found.head == pytest.approx(whole.head, abs=1e-3)
        assert found.words == pytest.approx(whole.words)
        assert found.chars == pytest.approx(whole.chars, abs=1e-4)
    # All but a few agree; those are off by what a few missed texts give.
    assert np.quantile(near, 0.8) <= 0.02
    assert np.quantile(cosine, 0.8) <= 0.02


@pytest.mark.parametrize("alike", [True, False], ids=["all alike", "every fourth alike"])
def test_so_many_texts_are_compared_in_full_and_no_more(alike: bool) -> None:
    found = np.linspace(0.4, 0.5, 20_000, dtype=np.float32)
    found[:: 1 if alike else 4] = 0.9
    if not alike:  # the part that is looked at has only these, or none of them
        for shift in range(4):
            assert len(_likeliest(np.roll(found, shift))) <= 2 * _LIKELY
    rows = _likeliest(found)
    assert _LIKELY // 2 <= len(rows) <= 2 * _LIKELY
    assert found[rows].min() >= np.partition(found, -2 * _LIKELY)[-2 * _LIKELY]
