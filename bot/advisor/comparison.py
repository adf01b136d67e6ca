"""Find what a message wants to have compared: "what is the difference between X and Y?"."""

from __future__ import annotations

import re

from bot.knowledge.words import clean, normalise

_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"^(?:(?:so|and|but|please|now) )*(?:compare|contrast) (?P<one>.+?)"
        r" (?:and|with|to|vs|versus|against) (?P<other>.+)$",
        r"^(?:.{0,24} )?differences? between (?P<one>.+?) (?:and|vs|versus) (?P<other>.+)$",
        r"^(?:(?:so|and|but) )*how (?:is|are|does|do) (?P<one>.+?)"
        r" (?:different from|differ from|compare (?:to|with)) (?P<other>.+)$",
        r"^(?P<one>.+?) (?:vs|versus) (?P<other>.+)$",
        r"^(?:(?:а|и|ну) )*сравни(?:те|ть)? (?P<one>.+?) (?:и|с|со) (?P<other>.+)$",
        r"^(?:.{0,16} )?(?:разница|отличи[ея]) (?:между )?(?P<one>.+?) (?:и|от) (?P<other>.+)$",
        r"^(?:(?:а|и|ну) )*чем (?P<one>.+?) отлича\w+ от (?P<other>.+)$",
        r"^(?:(?:а|і|та|ну) )*порівня(?:й|йте|ти) (?P<one>.+?) (?:і|й|та|з|із|зі) (?P<other>.+)$",
        r"^(?:.{0,16} )?різниця між (?P<one>.+?) (?:і|й|та) (?P<other>.+)$",
        r"^(?:(?:а|і|та|ну) )*чим (?P<one>.+?) відрізня\w+ від (?P<other>.+)$",
    )
)
# What is longer tells a story, and one of the words above stands in it by chance.
_LONGEST = 8
_WHAT_THEY_ARE = re.compile(
    r"\b(?:the|both|proposals?|plans?|ideas?|approach(?:es)?|предложени\w+|план\w*|пропозиці\w+"
    r"|please|pls|пожалуйста|будь ласка)\b"
)


def compared(text: str) -> tuple[str, ...]:
    """Return the two things that a question compares, or nothing where it compares none."""
    plain = normalise(text)
    for shape in _SHAPES:
        if found := shape.match(plain):
            sides = tuple(clean(_WHAT_THEY_ARE.sub(" ", found[side])) for side in ("one", "other"))
            if all(0 < len(side.split()) <= _LONGEST for side in sides):
                return sides
    return ()
