"""The language of a question: by script, then by what only one of two languages has."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome, Question
from bot.advisor.language import SUPPORTED, detect, own_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what do critics say?", "en"),
        ("Was meinen die Kritiker?", "en"),
        ("что говорят критики?", "ru"),
        ("що кажуть критики?", "uk"),
        ("почему", "ru"),
        ("чому", "uk"),
        ("А ЧТО ЭТО ТАКОЕ", "ru"),
        ("ЩО ЦЕ ТАКЕ", "uk"),
        ("їх", "uk"),
        ("съезд", "ru"),
        ("ґрунт", "uk"),
        ("источники?", "ru"),
        ("доказательства", "ru"),
        ("а против?", "ru"),
        ("джерела?", "uk"),
        ("докази", "uk"),
        ("а проти?", "uk"),
        ("кто такой Зеленський", "ru"),
        ("хто такий Путин", "uk"),
        ("что такое Visa", "ru"),
        ("що таке парольні програми USA", "uk"),
        ("what does Зеленский offer to them", "en"),
        ("пароль? what is parole", "en"),
    ],
)
def test_a_question_tells_its_language(text: str, language: str) -> None:
    assert detect(text) == language
    other = {"en": "uk", "ru": "uk", "uk": "ru"}[language]
    assert detect(text, other) == language


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_form_of_accents_does_not_matter(form: str) -> None:
    assert detect(unicodedata.normalize(form, "його їжа"), "ru") == "uk"  # type: ignore[arg-type]
    assert detect(unicodedata.normalize(form, "его ёж был съеден"), "uk") == "ru"  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["банк", "про виза", "Сомин", "санкции?"])
def test_ambiguous_cyrillic_stays_in_the_language_of_the_conversation(text: str) -> None:
    assert detect(text, "uk") == "uk"
    assert detect(text, "ru") == "ru"
    assert detect(text, "en") == "ru"


@pytest.mark.parametrize("text", ["", "???", "300 000", "👍", "为什么"])
@pytest.mark.parametrize("fallback", SUPPORTED)
def test_no_sign_keeps_the_language_of_the_conversation(text: str, fallback: str) -> None:
    assert detect(text, fallback) == fallback


@given(st.text(st.characters(), max_size=60), st.sampled_from(SUPPORTED))
def test_any_text_has_one_of_the_languages(text: str, fallback: str) -> None:
    assert detect(text, fallback) in SUPPORTED


def test_words_of_the_topic_tell_where_letters_do_not() -> None:
    own = own_words([("хочу померти", "uk"), ("хочу умереть", "ru"), ("want to die", "en")])
    assert own == {"ru": {"умереть"}, "uk": {"померти"}}
    assert detect("померти", own=own) == "uk"
    assert detect("умереть", "uk", own) == "ru"
    assert detect("хочу", "uk", own) == "uk"
    assert detect("хочу", own=own) == "ru"
    assert detect("що померти умереть", own=own) == "uk"


@pytest.mark.parametrize("text", ["хочу померти нема сил", "хочу вмерти"])
def test_a_call_for_help_is_met_in_its_language(advisor: Advisor, text: str) -> None:
    answer = advisor.answer(Question(text))
    assert (answer.outcome, answer.language) == (Outcome.BOUNDARY, "uk")
    assert answer.entry == "danger-now"
