"""Bring text to the form in which two phrasings count as the same."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"[^\w\s]|_", re.UNICODE)
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "ё": "е", "Ё": "Е"})
# Letters with more accents than any alphabet uses ("zalgo") carry no meaning beyond the base.
_STACKED = re.compile(r"([̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯])[̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]+")


def clean(text: str) -> str:
    """Return readable text: NFC, no control or invisible characters, single spaces.

    Stacked combining marks are reduced to one, so that text cannot climb out of its line.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(
        " " if character in "\t\n\r\v\f\x85\u2028\u2029" else character
        for character in text
        if character in "\t\n\r\v\f\x85\u2028\u2029"
        or (unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs", "Cn"})
        or character == "\u200d"
    )
    text = _STACKED.sub(r"\1", unicodedata.normalize("NFD", text))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def normalise(text: str) -> str:
    """Return text as it is compared: case-folded, without punctuation, single spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    folded = folded.replace("'", "")
    return _SPACES.sub(" ", _MARKS.sub(" ", folded)).strip()
