"""Which words count as somebody else's."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.curation.verbatim import copies
from bot.knowledge.words import normalise

THEIRS = "so who is going to foot the bill for all these deserters then, my nan in Leeds?"
words = st.lists(st.sampled_from("who pays for the bridge and why not a boat".split()), min_size=1)


@pytest.mark.parametrize(
    "mine",
    [
        THEIRS,
        "So who is going to foot the bill for all these deserters then my nan in leeds",
        "who is going to foot the bill for all these deserters",
        "so who's going to foot the bill for all those deserters then",
        "foot the bill for all these deserters",
        "Who is going to foot the bill for these deserters?",
        "for all these deserters then, who is going to foot the bill",
        "so who exactly is going to foot the whole bill for all of these deserters then",
    ],
)
def test_what_was_copied_is_seen(mine: str) -> None:
    assert copies(mine, THEIRS)


@pytest.mark.parametrize(
    "mine",
    [
        "who pays for it",
        "does the money come from taxpayers",
        "where would the twenty billion come from",
        "who bears the cost of paying soldiers to desert",
        "who foots what for these deserters",
        "nan",
    ],
)
def test_own_words_are_free(mine: str) -> None:
    assert not copies(mine, THEIRS)


def test_a_copy_is_seen_inside_a_long_message() -> None:
    message = f"{'Something else entirely was said before. ' * 20}{THEIRS}{' And more of it.' * 20}"
    assert copies("who is going to foot the bill for these deserters then", message)
    assert not copies("does the money come from taxpayers", message)


@given(words, st.randoms())
def test_order_case_and_signs_make_no_new_text(said: list[str], random: object) -> None:
    del random
    theirs = " ".join(said)
    mine = "  ".join(word.upper() for word in reversed(said)) + "?!"
    assume(normalise(theirs))
    assert copies(mine, theirs)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert copies(one, other) in {True, False}
    if normalise(one):
        assert copies(one, one)


def test_comparing_takes_no_time_that_anybody_would_notice() -> None:
    # Quadratic in Python, this would take minutes; the suite's limit would end it.
    for mine, theirs in (("a b " * 500, "a " * 1_000), ("x" * 2_000, "y" * 2_000)):
        for _ in range(40):
            assert not copies(mine, theirs)
