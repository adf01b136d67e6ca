"""Read the words of a question as the knowledge spells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.advisor.answer import Answer
from bot.advisor.followups import is_place
from bot.advisor.translit import from_latin, from_layout
from bot.retrieval.spelling import Reading, Speller, common_words, shipped_words

# What opens and ends messages, which the texts of a topic need not know.
_COURTESY = frozenset(
    (
        "привет привіт здравствуйте спасибо пожалуйста дякую вітаю підкажіть подскажите скажите"
    ).split()
)


class Reader:
    """Read questions with the vocabulary of an index's texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._speller = Speller(texts)

    def warm(self) -> None:
        """Gather the vocabulary now, so that no question waits for it."""
        self._speller.warm()

    def script(self, text: str) -> Reading:
        """Return a text in the script of its language, where it was typed in another."""
        found = from_latin(text, self._knows, self._knows_latin)
        if found is None:
            found = from_layout(text, self._knows, self._knows_latin)
        return Reading(text) if found is None else Reading(found, ((text, found),))

    def spelling(self, text: str) -> Reading:
        """Return a text with its slips put right; "the second one" in any language is none."""
        found = self._speller.correct(text)
        counts = any(is_place(typed) for typed, _ in found.changes)
        return Reading(text) if counts else found

    def _knows(self, word: str) -> bool:
        return word in self._speller.counts or word in common_words() or word in _COURTESY

    def _knows_latin(self, word: str) -> bool:
        return word in self._speller.counts or word in shipped_words()


def with_changes(answer: Answer, changes: tuple[tuple[str, str], ...]) -> Answer:
    """Return an answer that tells what of the question was read as what else."""
    why = answer.explanation
    if not changes or why is None:
        return answer
    return replace(answer, explanation=replace(why, read=(*changes, *why.read)))
