"""Text is shown clean and compared in one form, whatever people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge.words import clean, normalise

ANY = st.text(st.characters(), max_size=40)
MARKED = st.text(
    st.sampled_from("aeoеиᾳΐ가가'’`ё\u0301\u0306\u0308\u0316\u0323\u0345\u0489\u200d \t")
)


@given(ANY | MARKED)
@example("q\u0323\u0301\u0302")
@example("e\u200b\u0301")
def test_cleaning_settles_at_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(ANY)
def test_cleaned_text_has_nothing_that_acts_unseen(text: str) -> None:
    cleaned = clean(text)
    unseen = {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"}}
    assert unseen <= {"\u200d"}
    assert not any(unicodedata.category(c) in {"Zl", "Zp"} for c in cleaned)
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()


@given(ANY | MARKED)
@example("ᄀ'ᅡ")
@example("İstanbul ΐ ŉ ǰ")
def test_normalising_settles_at_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(ANY)
def test_comparison_overlooks_case_spaces_and_marks_at_the_ends(text: str) -> None:
    assert normalise(f"  {text} ?!") == normalise(f"«{text}»\n") == normalise(text)


@pytest.mark.parametrize("text", ["No money!", "Łódź", "ПРИВЕТ, Їжак", "Straße"])
def test_capitals_compare_as_small_letters(text: str) -> None:
    assert normalise(text.upper()) == normalise(text.lower()) == normalise(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\nc\u2028d\x85e", "a b c d e"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("\ufeffzero\u200bwidth\u200e\u2060", "zerowidth"),
        ("bell\x07 null\x00 esc\x1b[31m", "bell null esc[31m"),
        ("\U000e0041tag\U000e007f", "tag"),
        ("  many \u00a0\u3000 spaces  ", "many spaces"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("й" + "\u0301" * 40 + "o" + "\u0336\u0353" * 20, "й\u0301o\u0336"),
        ("cafe\u0301", "café"),
        ("👩\u200d👧 ❤\ufe0f 🇺🇦", "👩\u200d👧 ❤\ufe0f 🇺🇦"),
        ("ậ ấ Việt Nam ᾧ", "ậ ấ Việt Nam ᾧ"),
        ("за́мок", "за́мок"),
        ("хто ще? it's — «так»", "хто ще? it's — «так»"),
        ("", ""),
        ("\u200b\u200e \n", ""),
    ],
)
def test_what_is_shown_of_odd_text(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Who pays?", "who  PAYS"),
        ("it's", "its"),
        ("it’s", "it`s"),
        ("п’ять", "П'ЯТЬ"),
        ("ещё", "ЕЩЕ"),
        ("за́мок", "замок"),
        ("ﬁne", "fine"),
        ("ＡＢＣ", "abc"),
        ("cafe\u0301", "CAFÉ"),
        ("snake_case", "snake case"),
        ("a-b/c", "a b c"),
        ("100%", "100"),
    ],
)
def test_what_counts_as_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("pay them", "paythem"), ("їжа", "іжа"), ("йод", "иод"), ("5 million", "50 million")],
)
def test_what_does_not_count_as_the_same(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("text", ["", " ", "?!…", "🥕🥕", "\u200b", "—'—", "___", "\u0301"])
def test_text_without_words_leaves_nothing_to_compare(text: str) -> None:
    assert normalise(text) == ""
