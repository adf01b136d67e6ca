"""Tell a near-verbatim copy of what a user wrote, which must not get into the knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from bot.curation.operations import AddEntry, AddExpectation, AddPhrasing, EditEntry, Operation
from bot.knowledge.words import normalise

# Words in a row that nobody writes the same by chance, and the share of letters that may agree.
_RUN = 6
_ALIKE = 0.8
_LONGEST = 2_000
_SENTENCE = 30
# What identifies a thing, or is a fact about it, reads the same whoever writes it.
_FACTS = frozenset({"id", "url", "read_url", "date", "as_of", "author", "publisher", "basis"})


def copies(mine: str, theirs: str) -> bool:
    """Tell whether words are those of somebody else, but for small changes.

    They are where the two read the same apart from case, signs and order of words, where four
    fifths of the letters agree, or where six words in a row are the other's.
    """
    own, other = normalise(mine[:_LONGEST]).split(), normalise(theirs[:_LONGEST]).split()
    if not own or not other:
        return False
    if sorted(own) == sorted(other):
        return True
    if _longest_run(own, other) >= _RUN:
        return True
    # A window as long as the own words, so that a long message hides no copied part of it; what
    # is copied of longer texts has six words in a row.
    step = len(own)
    starts = range(max(1, len(other) - step + 1)) if step <= _SENTENCE else (0,)
    windows = [other[n : n + step] for n in starts]
    text = " ".join(own)
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(text)
    for window in windows:
        matcher.set_seq1(" ".join(window))
        # Single words of a longer text are in everybody's mouth.
        enough = step > 3 or len(other) <= step + 1
        if enough and matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
            return True
    return False


def _longest_run(own: list[str], other: list[str]) -> int:
    match = SequenceMatcher(None, own, other, autojunk=False).find_longest_match()
    return match.size


def words_of(operations: Sequence[Operation]) -> Iterator[str]:
    """Yield the sentences that operations would bring into the knowledge."""
    for operation in operations:
        match operation:
            case AddEntry():
                # What a source is called is a fact about it; what is noted there is somebody's.
                facts = _FACTS | {"title"} if operation.kind == "source" else _FACTS
                yield from _strings(operation.fields, facts)
            case EditEntry():
                yield from _strings(operation.set, _FACTS)
            case AddPhrasing():
                yield operation.text
            case AddExpectation():
                yield operation.ask
            case _:
                pass


def _strings(value: Any, left_out: frozenset[str]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if str(key).rpartition(".")[2] not in left_out:
                yield from _strings(each, left_out)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each, left_out)
