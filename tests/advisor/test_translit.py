"""Russian and Ukrainian in Latin letters, or typed with the wrong layout on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.reading import Reader
from bot.knowledge.release import Release
from bot.retrieval.texts import texts_of


@pytest.fixture(scope="module")
def reader(shipped: Release) -> Reader:
    """Return a reader of the shipped topic's words."""
    entries = shipped.entries.values()
    return Reader([text.text for entry in entries for text in texts_of(shipped.topic, entry)])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("pochemu by ne dat vizy uchenym", "почему бы не дать визы ученым"),
        ("kto predlozhil platit dezertiram?", "кто предложил платит дезертирам?"),
        ("a kak zhe shpiony", "а как же шпионы"),
        ("shcho kazhut krytyky", "що кажуть критики"),
        ("privet", "привет"),
        ("gjxtve yt gkfnbnm ltpthnbhfv", "почему не платить дезертирам"),
        ("рщц цщгдв ше цщкл", "how would it work"),
    ],
)
def test_it_is_read_in_its_own_letters(reader: Reader, typed: str, read: str) -> None:
    assert reader.script(typed).text == read


@pytest.mark.parametrize(
    "text",
    [
        "why not give visas to scientists",
        "what do critics say about it",
        "dat is not good",
        "zelensky plan",
        "somin",
        "kadyrov fighters",
        "chto dumayut kritiki pro visa ban",
        "was meinen die kritiker dazu",
        "sources",
        "почему не платить",
        "чому",
        "300 000",
        "",
    ],
)
def test_what_is_no_transliteration_stays(reader: Reader, text: str) -> None:
    reading = reader.script(text)
    assert reading.text == text
    assert reading.changes == ()


def test_english_phrasings_stay(reader: Reader, shipped: Release) -> None:
    topic = shipped.topic
    for entry in shipped.entries:
        for language, text in topic.phrasings(entry):
            if language == "en":
                assert reader.script(text).text == text


@given(st.text(st.one_of(st.characters(), st.sampled_from("shchyaeiou' ")), max_size=60))
def test_any_text_is_read(reader: Reader, text: str) -> None:
    read = reader.script(text).text
    assert len(read) <= 2 * len(text) + 2
