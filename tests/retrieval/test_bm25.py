"""What a question's words say for an entry: rare ones much, those of all its texts together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.bm25 import Bm25
from bot.retrieval.overlap import Words, stems

from .conftest import OWNERS, SOME_TEXT, TEXTS


@pytest.fixture
def bm25() -> Bm25:
    return Bm25.build(Words.of(TEXTS), OWNERS, 4)


@pytest.mark.parametrize(
    ("asked", "entry"),
    [("who pays, is it dear?", 0), ("the herons", 1), ("мосты сколько", 2), ("ЧАПЛІ зникли?", 3)],
)
def test_words_of_all_of_an_entrys_texts_count_together(bm25: Bm25, asked: str, entry: int) -> None:
    scores = bm25.scores(stems(asked))
    assert int(scores.argmax()) == entry
    assert 0 < scores[entry] <= 1


def test_a_word_that_nobody_has_takes_away_from_all(bm25: Bm25) -> None:
    known = bm25.scores(stems("herons nest"))
    assert bm25.scores(stems("herons nest at airports"))[1] < known[1]
    assert not bm25.scores(stems("airports")).any()
    assert not bm25.scores(stems("?!")).any()


def test_a_rare_word_outweighs_a_common_one(bm25: Bm25) -> None:
    scores = bm25.scores(stems("the herons"))
    assert scores[1] > 2 * scores[0] > 0


def test_only_what_is_kept_is_known() -> None:
    some = Bm25.build(Words.of(TEXTS), OWNERS, 4, np.array([0, 3, 4]))
    alone = Bm25.build(Words.of([TEXTS[0], TEXTS[3], TEXTS[4]]), np.array([0, 2, 3]), 4)
    for text in TEXTS:
        assert some.scores(stems(text)).tolist() == alone.scores(stems(text)).tolist()
    assert not some.scores(stems("herons")).any()


@given(st.lists(SOME_TEXT, max_size=8), SOME_TEXT)
def test_any_texts_give_scores_between_nought_and_one(texts: list[str], asked: str) -> None:
    labels = np.arange(len(texts)) // 2
    count = len(texts) // 2 + 1
    built = Bm25.build(Words.of(texts), labels, count)
    restored = Bm25.from_arrays(built.arrays())
    scores = built.scores(stems(asked))
    assert scores.shape == (count,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert restored.scores(stems(asked)).tolist() == scores.tolist()


def test_arrays_that_do_not_fit_are_refused(bm25: Bm25) -> None:
    arrays = bm25.arrays()
    for name in arrays:
        with pytest.raises(KeyError):
            Bm25.from_arrays({key: value for key, value in arrays.items() if key != name})
    for name in ("bm25_starts", "bm25_weights", "bm25_entries"):
        with pytest.raises(ValueError, match="BM25"):
            Bm25.from_arrays({**arrays, name: arrays[name][:-1]})
    with pytest.raises(ValueError, match="another number"):
        Bm25.from_arrays({**arrays, "bm25_count": np.array([2])})
