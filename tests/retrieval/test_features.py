"""What a match looks like in numbers: of the entries that are shown together, beside the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.features import NAMES, TOPICAL, describe
from bot.retrieval.overlap import Overlap, Words, stems
from bot.retrieval.scoring import Signals

FAMILY = np.array([0, 0, 1, 2])
TEXTS = ["who pays for it", "the county pays", "herons nest here", "what is a leat"]
OVERLAP = Overlap.build(Words.of(TEXTS), FAMILY)


def _signals(*, outside: float = 0.2) -> Signals:
    def row(*values: float) -> npt.NDArray[np.float32]:
        return np.array(values, np.float32)

    return Signals(
        row(0.5, 0.2, 0.2, 0.1), row(0.6, 0.2, 0.1, 0.1), row(0.9, 0.8, 0.7, 0.6),
        row(0.4, 0.5, 0.1, 0.0), row(0.3, 0.2, 0.0, 0.0), row(0.7, 0.6, 0.85, 0.3),
        row(0.92, 0.81, 0.72, 0.63), outside,
    )  # fmt: skip


def _described(rows: list[int], score: list[float], asked: str = "who pays") -> dict[str, float]:
    found = describe(
        _signals(), np.array(score, np.float32), np.array(rows), FAMILY, stems(asked), OVERLAP
    )
    return dict(zip(NAMES, found.tolist(), strict=True))


def test_entries_that_are_shown_together_are_no_rivals_of_each_other() -> None:
    score = [0.8, 0.75, 0.5, 0.3]
    together, alone = _described([0, 1], score), _described([0], score)
    assert together["score"] == alone["score"] == pytest.approx(0.8)
    assert together["margin"] == pytest.approx(0.3)
    assert alone["margin"] == pytest.approx(0.05)
    assert together["family"] == pytest.approx(0.75)
    assert alone["family"] == pytest.approx(0.55)


def test_each_signal_is_the_best_of_those_shown() -> None:
    found = _described([1, 2], [0.8, 0.75, 0.5, 0.3])
    assert found["margin"] < 0, "another one leads"
    assert found["cosine"] == pytest.approx(0.81), "by the encoder's own measure"
    assert found["chars"] == pytest.approx(0.5)


def test_how_near_the_topic_is_does_not_depend_on_which_entry_is_meant() -> None:
    one, other = _described([0, 1], [0.8, 0.7, 0.5, 0.3]), _described([3], [0.8, 0.7, 0.5, 0.3])
    for name in ("centroid", "outside"):
        assert one[name] == other[name]
    assert one["centroid"] == pytest.approx(0.85)
    assert one["outside"] == pytest.approx(0.2)
    assert {"centroid", "outside"} <= {NAMES[place] for place in TOPICAL}


def test_overlap_is_that_of_the_family_that_leads() -> None:
    assert _described([0, 1], [0.8, 0.7, 0.5, 0.3])["overlap"] == pytest.approx(1)
    assert _described([2], [0.8, 0.7, 0.5, 0.3])["overlap"] == 0


def test_signals_that_agree_are_counted_and_lead_each_by_itself() -> None:
    score = [0.8, 0.7, 0.5, 0.3]
    alone, together = _described([0], score), _described([0, 1], score)
    assert alone["agreement"] == pytest.approx(0.8), "the characters put the second one first"
    assert together["agreement"] == 1
    assert _described([3], score)["agreement"] == 0
    nothing = np.zeros(4, np.float32)
    silent = replace(_signals(), words=nothing, chars=nothing)
    found = describe(
        silent, np.array(score, np.float32), np.array([0, 1]), FAMILY, stems(""), OVERLAP
    )
    assert found[NAMES.index("agreement")] == pytest.approx(0.6), (
        "what says nothing agrees with nobody"
    )
    assert alone["words_lead"] == pytest.approx(0.1)
    assert together["words_lead"] == pytest.approx(0.3)
    assert alone["chars_lead"] == pytest.approx(-0.1)


def test_the_length_is_that_of_the_question() -> None:
    score = [0.8, 0.7, 0.5, 0.3]
    long = _described([0], score, "who pays for the bridge that nobody in the county wanted")
    assert _described([0], score)["length"] < long["length"]


def test_a_lone_entry_leads_by_its_whole_score() -> None:
    found = _described([0, 1, 2, 3], [0.8, 0.7, 0.5, 0.3])
    assert found["margin"] == found["score"]


@given(
    st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4),
    st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True),
    st.text(max_size=30),
)
def test_whatever_is_asked_all_features_are_finite(
    score: list[float], rows: list[int], asked: str
) -> None:
    found = _described(rows, score, asked)
    assert list(found) == list(NAMES)
    assert np.isfinite(list(found.values())).all()
