"""Leader clustering: every question has its place, and keeps it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.clustering import (
    THRESHOLD,
    Place,
    assign,
    comparable,
    dequantise,
    medoid,
    quantise,
    rivals,
)
from bot.knowledge.words import clean, normalise
from bot.retrieval.encoder import DIMENSIONS, OnnxEncoder, Vectors

NONE = np.zeros((0, DIMENSIONS), np.float32)


def unit(rows: Any) -> Vectors:
    rows = np.asarray(rows, np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@st.composite
def questions(draw: st.DrawFn, least: int = 1, most: int = 40) -> Vectors:
    """Some vectors around a few directions, so that clusters with several members come up."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    middles = random.normal(size=(draw(st.integers(1, 6)), DIMENSIONS))
    count = draw(st.integers(least, most))
    spread = draw(st.sampled_from([0.1, 0.5, 0.8, 1.5]))
    rows = middles[random.integers(0, len(middles), count)]
    return unit(rows + spread * random.normal(size=(count, DIMENSIONS)))


class Growing:
    """Clusters as they grow step by step, with ids that count up."""

    def __init__(self) -> None:
        self.leaders = NONE
        self.count = 0

    def add(self, vectors: Vectors) -> list[int]:
        places = assign(vectors, self.leaders)
        found: list[int] = []
        for number, place in enumerate(places):
            if place.leader is not None:
                found.append(place.leader)
            elif place.earlier is not None:
                assert place.earlier < number
                found.append(found[place.earlier])
            else:
                found.append(self.count)
                self.count += 1
        new = [row for row, p in enumerate(places) if p.leader is None and p.earlier is None]
        self.leaders = np.concatenate((self.leaders, vectors[new]))
        return found


@given(questions())
def test_a_rounded_vector_points_nearly_where_it_did(vectors: Vectors) -> None:
    stored = quantise(vectors)
    assert {len(each) for each in stored} == {DIMENSIONS}
    back = dequantise(stored)
    assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-5)
    assert float((back * vectors).sum(axis=1).min()) > 0.9995
    # Rounding twice is rounding once, so that a stored vector can be compared with itself.
    assert quantise(back) == stored


def test_what_is_no_vector_is_near_to_nothing() -> None:
    back = dequantise([b"", b"short", bytes(DIMENSIONS)])
    assert back.shape == (3, DIMENSIONS)
    assert not back.any()
    assert dequantise([]).shape == (0, DIMENSIONS)


@given(questions(), questions(0, 10))
def test_every_question_is_placed_with_a_leader_that_is_near_enough(
    vectors: Vectors, leaders: Vectors
) -> None:
    places = assign(vectors, leaders)
    assert len(places) == len(vectors)
    for number, (vector, place) in enumerate(zip(vectors, places, strict=True)):
        assert (place.leader is None) or (place.earlier is None)
        if place.leader is not None:
            assert float(vector @ leaders[place.leader]) == pytest.approx(
                place.similarity, abs=1e-5
            )
            assert place.similarity >= THRESHOLD - 1e-6
        elif place.earlier is not None:
            assert places[place.earlier] == Place(None, None, 1.0)
            similarity = float(vector @ vectors[place.earlier])
            assert similarity == pytest.approx(place.similarity, abs=1e-5)
            assert place.similarity >= THRESHOLD - 1e-6
        else:
            founders = [n for n in range(number) if places[n] == Place(None, None, 1.0)]
            others = np.concatenate((leaders, vectors[founders]))
            assert not len(others) or float((others @ vector).max()) < THRESHOLD + 1e-6


@given(questions(2), st.data())
def test_what_arrives_later_moves_nothing_in_whatever_order(
    vectors: Vectors, data: st.DataObject
) -> None:
    before = data.draw(st.integers(1, len(vectors) - 1))
    early, late = vectors[:before], vectors[before:]
    alone = Growing()
    placed = alone.add(early)
    order = data.draw(st.permutations(range(len(late))))
    one, other = Growing(), Growing()
    assert one.add(early) == placed == other.add(early)
    first, second = one.add(late), other.add(late[order])
    # Those that join what was there do so in any order.
    for row, cluster in enumerate(first):
        again = second[order.index(row)]
        if cluster < alone.count and again < alone.count:
            assert cluster == again
    assert np.array_equal(one.leaders[: alone.count], other.leaders[: alone.count])


@given(questions(2), st.integers(1, 39))
def test_it_makes_no_difference_in_how_many_steps_they_arrive(vectors: Vectors, cut: int) -> None:
    cut = min(cut, len(vectors) - 1)
    whole, steps = Growing(), Growing()
    at_once = whole.add(vectors)
    assert at_once == steps.add(vectors[:cut]) + steps.add(vectors[cut:])


@given(questions(1, 10))
def test_the_same_vector_again_is_in_the_same_cluster(vectors: Vectors) -> None:
    clusters = Growing()
    first = clusters.add(np.concatenate((vectors, vectors)))
    # A leader that came later may be nearer: whoever places them asks for twins then.
    near = rivals(vectors, clusters.leaders)
    for row in range(len(vectors)):
        assert first[row] in near[row]
        if len(near[row]) == 1:
            assert first[row] == first[row + len(vectors)]
    assert rivals(vectors, NONE) == [[] for _ in vectors]


def test_the_most_typical_question_is_the_one_nearest_to_all_others() -> None:
    middle, left, right = np.eye(3, DIMENSIONS)
    vectors = unit([middle + left, middle, middle + right])
    assert medoid(vectors, ["a", "b", "c"]) == 1
    assert medoid(vectors[:1], ["a"]) == 0


def test_of_two_equally_typical_the_one_that_more_people_asked() -> None:
    one, other = unit(np.eye(2, DIMENSIONS) + 1)
    vectors = np.stack([one, other, other, one, one])
    # Somebody who asks again and again is one person.
    assert medoid(vectors, ["a", "b", "c", "a", "a"]) == 1
    assert medoid(vectors, ["a", "b", "b", "c", "d"]) == 0
    assert medoid(vectors, ["a", "b", "b", "a", "a"]) == 0


@given(st.text())
def test_what_reads_the_same_is_compared_as_the_same(text: str) -> None:
    if normalise(text):
        assert comparable(f" {text}?") == comparable(f"{text} ")
    else:
        # What has signs only, such as emoji, is compared as it stands.
        assert comparable(text) == clean(text)


def test_paraphrases_share_a_cluster_and_other_questions_do_not(encoder: OnnxEncoder) -> None:
    texts = [
        "is there wheelchair access to the bridge",
        "can a wheelchair get onto the bridge",
        "will the bridge have wheelchair access",
        "what is the best pizza recipe",
        "есть ли на мосту доступ для инвалидных колясок",
    ]
    clusters = Growing()
    first, second, third, pizza, russian = clusters.add(
        encoder.encode([comparable(text) for text in texts])
    )
    assert first == second == third == russian
    assert pizza != first
