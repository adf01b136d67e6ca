"""The kinds of entries as `/knowledge` names them: in its options, and by a letter in ids."""

from __future__ import annotations

from collections.abc import Mapping

from bot.curation.operations import EntryKind
from bot.knowledge.model import Kind

LETTERS: Mapping[EntryKind, str] = {
    "proposal": "p", "objection": "o", "response": "r", "counter": "c", "fact": "f", "term": "t",
    "faq": "q", "boundary": "b", "source": "s",
}  # fmt: skip
KINDS: tuple[EntryKind, ...] = tuple(LETTERS)
BY_LETTER: Mapping[str, EntryKind] = {letter: kind for kind, letter in LETTERS.items()}
PARENTS: Mapping[EntryKind, tuple[Kind, ...]] = {
    "objection": (Kind.PROPOSAL,),
    "response": (Kind.OBJECTION,),
    "counter": (Kind.RESPONSE, Kind.COUNTER),
}
"""what an argument may stand under"""
