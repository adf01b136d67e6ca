"""How much of a question's wording an entry's texts have: rare words count, endings do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.overlap import Overlap, Words, stems

from .conftest import OWNERS, SOME_TEXT, TEXTS


@pytest.fixture
def overlap() -> Overlap:
    return Overlap.build(Words.of(TEXTS), OWNERS)


def test_what_a_family_says_itself_is_shared_whole(overlap: Overlap) -> None:
    for text, family in zip(TEXTS, OWNERS, strict=True):
        assert overlap.share(stems(text), int(family)) == pytest.approx(1)
    # Of all its texts together.
    assert overlap.share(stems("too dear, who pays?"), 0) == pytest.approx(1)


def test_a_word_that_nobody_has_gives_a_near_miss_away(overlap: Overlap) -> None:
    asked, changed = stems("who pays for the bridge"), stems("who pays for the airport")
    assert overlap.share(changed, 0) < overlap.share(asked, 0) - 0.2
    assert overlap.share(stems("airport"), 0) == 0


def test_rare_words_weigh_more_than_frequent_ones(overlap: Overlap) -> None:
    # "the" is everywhere; "herons" in one family only.
    asked = stems("the herons")
    assert overlap.share(asked, 1) == pytest.approx(1)
    assert overlap.share(asked, 0) < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [("bridges", "bridge"), ("стоимость", "стоимостью"), ("чаплями", "чаплям"), ("PAYS?", "pays")],
)
def test_case_endings_and_marks_do_not_matter(one: str, other: str) -> None:
    assert stems(one).tolist() == stems(other).tolist()


def test_only_kept_texts_count() -> None:
    words = Words.of(TEXTS)
    some = Overlap.build(words, OWNERS, np.array([0, 2]))
    assert some.share(stems("too dear"), 0) == 0
    assert some.share(stems("who pays"), 0) == pytest.approx(1)
    only = Overlap.build(Words.of([TEXTS[0], TEXTS[2]]), np.array([0, 1]))
    for text in TEXTS:
        for family in (0, 1):
            assert some.share(stems(text), family) == only.share(stems(text), family)


@given(st.lists(SOME_TEXT, max_size=6), SOME_TEXT, st.integers(0, 7))
def test_a_share_is_one_whatever_is_asked(texts: list[str], asked: str, family: int) -> None:
    overlap = Overlap.build(Words.of(texts), np.arange(len(texts)))
    share = overlap.share(stems(asked), family)
    assert 0 <= share <= 1 + 1e-9
    again = Overlap.from_arrays(overlap.arrays())
    assert again.share(stems(asked), family) == share


def test_nothing_to_ask_and_nothing_to_find_share_nothing(overlap: Overlap) -> None:
    assert overlap.share(stems("?!"), 0) == 0
    assert Overlap.build(Words.of([]), np.zeros(0, np.int64)).share(stems("bridge"), 0) == 0


@pytest.mark.parametrize("name", ["overlap_keys", "overlap_known", "overlap_rarity"])
def test_what_is_missing_in_a_cache_is_noticed(overlap: Overlap, name: str) -> None:
    arrays = overlap.arrays()
    del arrays[name]
    with pytest.raises(KeyError, match=name):
        Overlap.from_arrays(arrays)
    short = {**overlap.arrays(), "overlap_rarity": np.zeros(1, np.float32)}
    with pytest.raises(ValueError, match="not an overlap index"):
        Overlap.from_arrays({**short, "overlap_known": np.zeros(2, np.uint32)})
