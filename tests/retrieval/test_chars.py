"""Character n-grams: the cosine of a plain TF-IDF, whatever the texts."""

from __future__ import annotations

import math
import zlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge.words import normalise
from bot.retrieval.chars import BUCKETS, CharIndex

WORDS = st.sampled_from(
    "deserters desert dessert money мост міст Kuzminov 100,000 $47,000 don't ёлка ! 👍 a".split()
)
SENTENCES = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=30)
BASES = st.lists(SENTENCES, max_size=8)


def _bag(text: str) -> Counter[int]:
    padded = f" {normalise(text)} "
    return Counter(
        zlib.crc32(padded[start : start + size].encode()) % BUCKETS
        for size in (3, 4, 5)
        for start in range(len(padded) - size + 1)
    )


def _naive(texts: list[str], query: str) -> list[float]:
    bags = [_bag(text) for text in texts]
    frequency = Counter(gram for bag in bags for gram in bag)

    def weigh(bag: Counter[int]) -> dict[int, float]:
        return {
            gram: (1 + math.log(count)) * (math.log((1 + len(texts)) / (1 + frequency[gram])) + 1)
            for gram, count in bag.items()
        }

    def cosine(one: dict[int, float], two: dict[int, float]) -> float:
        norms = math.hypot(*one.values()) * math.hypot(*two.values())
        return sum(one[gram] * two[gram] for gram in one.keys() & two.keys()) / (norms or 1)

    asked = weigh(_bag(query))
    return [cosine(asked, weigh(bag)) for bag in bags]


@given(BASES, SENTENCES)
@example([], "anything")
@example(["", "!", "a"], "")
@example(["aaaa aaaa", "aaa"], "aaaa")
def test_scores_are_those_of_a_plain_implementation(texts: list[str], query: str) -> None:
    scores = CharIndex.build(texts).scores(query)
    assert scores.shape == (len(texts),)
    assert scores.tolist() == pytest.approx(_naive(texts, query), abs=1e-4)
    assert all(-1e-6 <= score <= 1 + 1e-5 for score in scores)


@given(st.lists(SENTENCES, min_size=1, max_size=8), st.data())
def test_an_exact_text_scores_highest(texts: list[str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(texts))
    scores = CharIndex.build(texts).scores(text)
    if _bag(text):
        assert scores[texts.index(text)] == pytest.approx(1, abs=1e-4)
        assert scores.max() <= scores[texts.index(text)] + 1e-5
    else:
        assert not scores.any()


@given(BASES, SENTENCES)
def test_an_index_survives_being_stored(texts: list[str], query: str) -> None:
    index = CharIndex.build(texts)
    arrays = index.arrays()
    again = CharIndex.from_arrays(arrays)
    assert np.array_equal(again.scores(query), index.scores(query))
    stored = again.arrays()
    assert stored.keys() == arrays.keys()
    assert all(np.array_equal(stored[name], arrays[name]) for name in arrays)


@pytest.mark.parametrize("name", list(CharIndex.build([]).arrays()))
def test_arrays_with_one_missing_are_refused(name: str) -> None:
    arrays = CharIndex.build(["one text"]).arrays()
    del arrays[name]
    with pytest.raises((KeyError, ValueError)):
        CharIndex.from_arrays(arrays)


@pytest.mark.parametrize("name", ["chars_starts", "chars_rows", "chars_weights", "chars_idf"])
def test_arrays_that_do_not_fit_are_refused(name: str) -> None:
    arrays = CharIndex.build(["one text"]).arrays()
    arrays[name] = arrays[name][:-1]
    with pytest.raises(ValueError, match="not a character index"):
        CharIndex.from_arrays(arrays)


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("asylum for soldeirs", 0),
        ("KUZMINOV???", 1),
        ("kuzminovs helicopter", 1),
        ("the 300bn", 2),
        ("візова заборона", 3),
    ],
)
def test_typos_names_and_numbers_find_their_text(query: str, nearest: int) -> None:
    texts = ["Asylum for soldiers", "Who was Maxim Kuzminov?", "Where is the 300bn?",
             "Що таке візова заборона"]  # fmt: skip
    assert int(CharIndex.build(texts).scores(query).argmax()) == nearest


def test_case_punctuation_and_apostrophes_do_not_matter() -> None:
    index = CharIndex.build(["Isn't the bridge a waste?", "something else"])
    one, two = index.scores("isnt the bridge a waste"), index.scores("ISN’T THE BRIDGE — A WASTE!")
    assert np.array_equal(one, two)


def test_a_very_long_question_is_scored() -> None:
    scores = CharIndex.build(["the bridge", "the grant"]).scores("the bridge " * 10_000)
    assert scores[0] > scores[1] > 0


@given(BASES, st.lists(SENTENCES | st.integers(0, 7), max_size=10), SENTENCES)
@example(["a mill"], [], "mill")
@example([], ["a mill", "mill"], "mill")
@example(["a mill", "a mill"], [1, "mill", 0], "mill")
def test_a_revised_index_scores_like_a_new_one(
    texts: list[str], wanted: list[str | int], query: str
) -> None:
    # A number takes a text of the old index along, wherever it stands; each goes once.
    rows: list[int] = []
    for one in wanted:
        if isinstance(one, str):
            rows.append(-1)
        elif one < len(texts) and one not in rows:
            rows.append(one)
    new = [one for one in wanted if isinstance(one, str)]
    added = iter(new)
    now = [texts[row] if row >= 0 else next(added) for row in rows]
    revised = CharIndex.build(texts).revised(np.array(rows, np.int64), new)
    assert revised.scores(query) == pytest.approx(CharIndex.build(now).scores(query), abs=1e-5)
    # Once more, and back to where it came from.
    again = revised.revised(np.arange(len(now)), [])
    assert again.scores(query) == pytest.approx(revised.scores(query), abs=1e-6)
