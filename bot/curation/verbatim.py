"""Tell a near-verbatim copy of what a user wrote, which must not get into the knowledge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from bot.curation.operations import AddEntry, AddExpectation, AddPhrasing, EditEntry, Operation
from bot.errors import RejoinderError
from bot.knowledge.words import normalise

# Words in a row that nobody writes the same by chance, and the share of words that may agree.
_RUN = 6
_ALIKE = 0.8
# Fewer words than these are in everybody's mouth, unless they are all that somebody said.
_OWN = 4
_SENTENCE = 8
_STEM = 5  # letters: endings are soon changed
_LONGEST = 2_000
# What identifies a thing, or is a fact about it, reads the same whoever writes it.
_FACTS = frozenset({"url", "read_url", "date", "as_of", "author", "publisher", "basis"})


class VerbatimError(RejoinderError):
    """Report words that are a near-verbatim copy of what a user wrote."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"“{words}” is nearly what somebody else wrote.",
            hint="What users write does not get into the knowledge. Say it in your own words.",
        )
        self.words = words


def refuse_copies(words: Iterable[str], theirs: Collection[str]) -> None:
    """Raise VerbatimError for the first of some words that copies one of users' texts."""
    for own in words:
        if any(copies(own, text) for text in theirs):
            raise VerbatimError(own)


def copies(mine: str, theirs: str) -> bool:
    """Tell whether words are those of somebody else, but for small changes.

    They are where the two read the same apart from case, signs and order of words, where six
    words in a row are the other's, or where four fifths of the words of one stand close together
    in the other, endings aside. Takes time in proportion to the lengths multiplied, in C.
    """
    own, other = _stems(mine), _stems(theirs)
    if not own or not other:
        return False
    if sorted(own) == sorted(other):
        return True
    if min(len(own), len(other)) < _OWN:
        return False
    runs = {tuple(other[n : n + _RUN]) for n in range(len(other) - _RUN + 1)}
    if any(tuple(own[n : n + _RUN]) in runs for n in range(len(own) - _RUN + 1)):
        return True
    return _gathered(own, other) or _gathered(other, own)


def _stems(text: str) -> list[str]:
    return [word[:_STEM] for word in normalise(text[:_LONGEST]).split()]


def _gathered(few: Sequence[str], many: Sequence[str]) -> bool:
    """Tell whether most of some words stand in a stretch of others half as long again."""
    wanted = Counter(few)
    # Of a short text all words: most of those are small ones.
    needed = len(few) if len(few) < _SENTENCE else _ALIKE * len(few)
    width = len(few) * 3 // 2
    inside: Counter[str] = Counter()
    found = 0
    for place, word in enumerate(many):
        inside[word] += 1
        found += inside[word] <= wanted[word]
        if place >= width:
            gone = many[place - width]
            found -= inside[gone] <= wanted[gone]
            inside[gone] -= 1
        if found >= needed:
            return True
    # What differs in single letters of a short text, such as typing errors.
    matcher = SequenceMatcher(None, " ".join(few), " ".join(many), autojunk=False)
    short = len(many) <= width
    return short and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def words_of(operations: Sequence[Operation], sources: Collection[str] = ()) -> Iterator[str]:
    """Yield the sentences that operations would bring into the knowledge.

    ``sources`` are ids of sources that there are: what those are called is a fact about them.
    """
    for operation in operations:
        match operation:
            case AddEntry():
                facts = _FACTS | {"title"} if operation.kind == "source" else _FACTS
                yield from _strings(operation.fields, facts)
            case EditEntry():
                yield from _strings(
                    operation.set, _FACTS | {"title"} if operation.id in sources else _FACTS
                )
            case AddPhrasing():
                yield operation.text
            case AddExpectation():
                yield operation.ask
            case _:
                pass


def _strings(value: Any, left_out: frozenset[str], key: str = "") -> Iterator[str]:
    if isinstance(value, str):
        yield value.replace("-", " ").replace(".", " ") if key == "id" else value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            field = str(name).rpartition(".")[2]
            if field not in left_out:
                yield from _strings(each, left_out, field)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each, left_out)
