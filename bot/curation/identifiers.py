"""Make ids for new entries: from the words people gave them, valid and free in their topic."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterator

from bot.curation.operations import EntryKind
from bot.knowledge.model import ID_MAX, Kind
from bot.knowledge.release import Release

_WORDS_MAX = 40
_PARENT_MAX = 40
_NUMBER_MAX = 6
_SCHEME = re.compile(r"^https?://(?:www\.)?|/+$")
_NOT_ID = re.compile(r"[^a-z0-9]+")
_LEADING = frozenset({"a", "an", "the", "it", "is", "they", "are", "to", "of"})
_LETTERS = str.maketrans(
    dict(
        zip(
            "абвгґдеєёжзиіїйклмнопрстуўфхцчшщъыьэюя'’",
            [
                "a", "b", "v", "g", "g", "d", "e", "ie", "e", "zh", "z", "i", "i", "i", "i", "k",
                "l", "m", "n", "o", "p", "r", "s", "t", "u", "u", "f", "kh", "ts", "ch", "sh",
                "shch", "", "y", "", "e", "iu", "ia", "", "",
            ],
            strict=True,
        )
    )
)  # fmt: skip


def slug(text: str, limit: int = _WORDS_MAX) -> str:
    """Return a text's first words in lower-case ASCII joined by hyphens; empty where none is left.

    Russian and Ukrainian are spelled in Latin letters; other letters lose their marks or go.
    """
    text = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(character for character in text if not unicodedata.combining(character))
    words = _NOT_ID.sub(" ", text).split()
    while len(words) > 1 and words[0] in _LEADING:
        del words[0]
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word[:limit]
        if len(longer) > limit:
            break
        found = longer
    return found


def bare(address: str) -> str:
    """Return an address without what two of the same page may differ in: scheme, www, last /."""
    return _SCHEME.sub("", address)


def unique(stem: str, taken: Container[str]) -> str:
    """Return ``stem``, else with the first number from 2 that makes it a free id that fits."""
    return next(found for found in _numbered(stem) if found not in taken)


def new_id(release: Release, kind: EntryKind, heading: str, parent: str | None = None) -> str:
    """Return a free id for a new entry: ``proposal.its-title``, ``objection.1``, ``objection.c1``.

    ``parent`` is the proposal of an objection, and what a response or counter answers. An id that
    a withdrawn entry has is not free.
    """
    taken = release.topic.sources if kind == "source" else release.topic.files
    if kind in {"response", "counter"} and parent is not None:
        above = release.entries.get(parent)
        while above is not None and above.kind is not Kind.OBJECTION and above.parent:
            above = release.entries.get(above.parent)
        stem = (above.id if above else parent)[: ID_MAX - _NUMBER_MAX].rstrip(".-")
        mark = "c" if kind == "counter" else ""
        return next(i for n in range(1, 10_000) if (i := f"{stem}.{mark}{n}") not in taken)
    words = slug(heading) or f"{kind}-{hashlib.sha256(heading.encode()).hexdigest()[:8]}"
    if kind == "objection" and parent is not None:
        stem = parent[:_PARENT_MAX].rstrip(".-")
        words = f"{stem}.{words[: ID_MAX - _NUMBER_MAX - len(stem) - 1].rstrip('-')}"
    return unique(words, taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem[:ID_MAX].rstrip(".-")
    number = 2
    while True:
        end = f"-{number}"
        yield stem[: ID_MAX - len(end)].rstrip(".-") + end
        number += 1
