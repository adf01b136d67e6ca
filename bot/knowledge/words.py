"""Bring text to the form in which two phrasings count as the same."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"[^\w\s]|_", re.UNICODE)
_SPACES = re.compile(r"\s+")
# The same as _MARKS and _INSIDE_WORDS for ASCII, several times as fast.
_ASCII_MARKS = {
    place: None if chr(place) in "'`" else " "
    for place in range(128)
    if not chr(place).isalnum() and not chr(place).isspace()
}
# What may stand inside a word without parting it: apostrophes, and accents that have no letter of
# their own, such as stress marks on Cyrillic vowels.
_INSIDE_WORDS = re.compile("['’‘ʼ`\u0300-\u036f]")
_LINE_ENDS = frozenset("\t\n\r\v\f\x85\u2028\u2029")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# More marks than one beside those that a letter is composed with ("zalgo") carry no meaning.
_STACKED = re.compile(r"([̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯])[̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]+")


def clean(text: str) -> str:
    """Return readable text: NFC, no control or invisible characters, single spaces.

    Combining marks that stack up on a letter are reduced to one, so that text cannot climb out of
    its line; letters that Unicode composes with several marks, as in Vietnamese, stay whole.
    """
    text = "".join(
        " " if character in _LINE_ENDS else character
        for character in text
        # U+200D joins emoji and letters into one sign.
        if character in _LINE_ENDS
        or character == "\u200d"
        or unicodedata.category(character) not in _UNSEEN
    )
    text = _STACKED.sub(r"\1", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", text).strip()


def normalise(text: str) -> str:
    """Return text as it is compared: case-folded, without punctuation, single spaces."""
    if text.isascii():
        # What Unicode adds below leaves ASCII as it is; large topics have many such phrasings.
        return " ".join(text.casefold().translate(_ASCII_MARKS).split())
    text = unicodedata.normalize("NFKC", text).casefold()
    # Folding takes some letters apart, and what stood between two parts of a letter is gone now.
    text = _INSIDE_WORDS.sub("", unicodedata.normalize("NFKC", text))
    text = unicodedata.normalize("NFKC", text).replace("ё", "е")
    return " ".join(_MARKS.sub(" ", text).split())
