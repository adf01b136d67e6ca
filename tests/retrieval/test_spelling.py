"""Misspelt words are read as words of the texts, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.release import Release
from bot.knowledge.words import normalise
from bot.retrieval.spelling import Speller, common_words, edit_distance
from bot.retrieval.texts import texts_of

TEXTS = (
    "Why pay deserters who leave the army",
    "do the deserters get asylum in Europe",
    "soldiers who refuse to fight get asylum",
    "what does Scott Gilmore propose for soldiers",
    "the criticism by Ilya Somin of what Putin says",
    "почему платить дезертирам и давать им убежище",
    "убежище дезертирам в Европе",
    "чому платити дезертирам і давати їм притулок",
    "притулок дезертирам у Європі",
)
WORDS = sorted({word for text in TEXTS for word in normalise(text).split()})


@pytest.fixture(scope="module")
def speller() -> Speller:
    """Return a speller of a few texts."""
    return Speller(TEXTS)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("dezerters", "deserters"),
        ("desertres", "deserters"),
        ("Dezerters", "Deserters"),
        ("assylum", "asylum"),
        ("soliders", "soldiers"),
        ("critisism", "criticism"),
        ("what do soldeirs get", "what do soldiers get"),
        ("who is Scott Gilmroe", "who is Scott Gilmore"),
        ("who is gillmore", "who is gilmore"),
        ("Somina said so", "Somin said so"),
        ("дизертирам", "дезертирам"),
        ("убижище", "убежище"),
        ("прітулок", "притулок"),
        ("whyyyyy pay", "why pay"),
        ("nooooo", "no"),
    ],
)
def test_slips_are_put_right(speller: Speller, typed: str, read: str) -> None:
    reading = speller.correct(typed)
    assert reading.text == read
    assert reading.changes


@pytest.mark.parametrize(
    "text",
    [
        "what does Putkin say",
        "what does putkin say",
        "room 1992x and f16s",
        "see https://example.org/dezerters or @dezerters",
        "weather in Lisbon",
        "pyy the army",
        "cat",
        "дезертиров",
        "xxxx",
        "",
        "?!",
    ],
)
def test_what_may_be_meant_stays(speller: Speller, text: str) -> None:
    assert speller.correct(text).text == text


@given(st.text(st.characters(), max_size=80))
def test_corrections_are_words_that_are_known(speller: Speller, text: str) -> None:
    reading = speller.correct(text)
    assert len(reading.text) <= 2 * len(text) + 10
    for typed, read in reading.changes:
        assert typed in text
        plain = normalise(read)
        assert speller.knows(plain) or len(plain) < len(normalise(typed))


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_known_words_stay(speller: Speller, text: str) -> None:
    assert speller.correct(text).text == text


@given(st.sampled_from([word for word in WORDS if len(word) > 7]), st.integers(1, 6))
def test_swapped_letters_do_not_matter(speller: Speller, word: str, place: int) -> None:
    typed = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    once = speller.correct(typed).text
    assert once in {word, typed}
    assert speller.correct(once).text == once


def test_common_words_are_no_slips() -> None:
    assert {"weather", "because", "почему", "когда", "тільки", "sourdough"} <= common_words()


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("ab", "ba", 1), ("abc", "abc", 0), ("abcd", "acbd", 1), ("abc", "axyc", 2), ("a", "xyz", 3)],
)
def test_edits_are_counted(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, 2) == distance == edit_distance(other, one, 2)


def test_clean_phrasings_stay_as_they_are(shipped: Release) -> None:
    # Each phrasing is held against the words of all others.
    entries = list(shipped.entries.values())
    texts = [text for entry in entries for text in texts_of(shipped.topic, entry)]
    held = [text.text for text in texts if text.role == "phrasing"][::7]
    out = set(held)
    speller = Speller([text.text for text in texts if text.text not in out])
    words = [word for text in held for word in text.split()]
    changes = [change for text in held for change in speller.correct(text).changes]
    assert len(changes) < 0.01 * len(words), changes
