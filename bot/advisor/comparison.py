"""Find what a message wants to have compared: "what is the difference between X and Y?"."""

from __future__ import annotations

import re

from bot.knowledge.words import clean, normalise

_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"^(?:(?:so|and|but|please|now) )*(?:compare(?: and contrast)?|contrast)"
        r" (?:the )?(?P<one>.+?) (?:and|with|to|vs|versus|against) (?:the )?(?P<other>.+)$",
        r"^(?:.{0,24} )?differences? between (?:the )?(?P<one>.+?)"
        r" (?:and|vs|versus) (?:the )?(?P<other>.+)$",
        r"^(?:(?:so|and|but) )*how (?:is|are|does|do) (?:the )?(?P<one>.+?)"
        r" (?:different from|differ from|compare (?:to|with)) (?:the )?(?P<other>.+)$",
        r"^(?:the )?(?P<one>.+?) (?:vs|versus) (?:the )?(?P<other>.+)$",
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
_MARKS = ' .,;:!?…"“”«»()'


def compared(text: str) -> tuple[str, ...]:
    """Return the two things that a question compares, as typed, or nothing where there are none."""
    typed = clean(text).split()
    # Each word as it is compared, and where it was typed: a name keeps its capital letter.
    words = [(word, place) for place, one in enumerate(typed) for word in normalise(one).split()]
    plain = " ".join(word for word, _ in words)
    for shape in _SHAPES:
        if found := shape.match(plain):
            spans = found.span("one"), found.span("other")
            sides = tuple(_typed(typed, words, plain, span) for span in spans)
            if all(0 < len(side.split()) <= _LONGEST for side in sides):
                return sides
    return ()


def _typed(
    typed: list[str], words: list[tuple[str, int]], plain: str, span: tuple[int, int]
) -> str:
    """Return the words as typed that stand at ``span`` of ``plain``, their normalised text."""
    first = len(plain[: span[0]].split())
    last = first + len(plain[span[0] : span[1]].split()) - 1
    return " ".join(typed[words[first][1] : words[last][1] + 1]).strip(_MARKS)
