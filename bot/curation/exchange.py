"""Exchange entries with other programs: topic → rows of a table or FAQ page → operations.

The formats themselves are in ``exchange_csv`` and ``exchange_markdown``. What a file says is held
against what the same format writes of the topic as it stands, so that a file that was only
exported changes nothing, whatever the format cannot express.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.curation.values import readable
from bot.errors import UsageError
from bot.knowledge.model import Argument, Boundary, Fact, Faq, SourceRef, Term
from bot.knowledge.release import Item, Topic, argument_kind
from bot.knowledge.words import clean, normalise

MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_ROWS = 5_000
# Invisible signs that web pages and spreadsheets leave in texts, and that mean nothing.
NOTHING = re.compile("[\u200b\u2060\ufeff]")
_SHOWN = 20

KINDS = ("proposal", "objection", "response", "counter", "fact", "term", "faq", "boundary")
FIELDS: Mapping[str, tuple[str, str]] = {
    "proposal": ("title", "statement"),
    "objection": ("title", "text"),
    "response": ("title", "text"),
    "counter": ("title", "text"),
    "fact": ("title", "statement"),
    "term": ("name", "definition"),
    "faq": ("question", "answer"),
    "boundary": ("title", "notice"),
}
"""kind → the fields that stand as question and answer"""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a file: ``place`` is a line or row, ``column`` a column or part of it."""

    place: str
    column: str
    message: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.place, self.column) if part)
        return f"{where}: {self.message}" if where else self.message


class ExchangeError(UsageError):
    """Report everything that keeps a file from being imported."""

    def __init__(self, name: str, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        count = len(self.flaws)
        more = f"\n  … and {count - _SHOWN} more" if count > _SHOWN else ""
        told = "".join(f"\n  {flaw}" for flaw in self.flaws[:_SHOWN])
        super().__init__(
            f"{name} cannot be imported; it has {count} problem{'s' * (count != 1)}:{told}{more}",
            hint="Nothing was changed. Correct the file and import it again.",
        )


@dataclass(frozen=True)
class Cited:
    """A source as a file names it: by the id of one, or by an address."""

    source: str
    where: str | None = None
    title: str | None = None

    @property
    def is_address(self) -> bool:
        """Tell whether it is an address rather than an id."""
        return self.source.startswith(("http://", "https://"))


@dataclass(frozen=True)
class Row:
    """One entry in a file. What is None, or a language that is missing, the file does not say.

    ``question`` and ``answer`` are the two fields of ``FIELDS``. ``phrasings`` are by language;
    where one is there, it is the whole list. ``basis`` is empty where there is none.
    """

    place: str
    question: str
    answer: str
    id: str | None = None
    kind: str | None = None
    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[Cited, ...] | None = None
    basis: str | None = None
    status: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """field → what its column is called in this file"""

    def flaw(self, name: str, message: str) -> Flaw:
        """Return what is wrong with one field of this row."""
        return Flaw(self.place, self.columns.get(name, name), message)


@dataclass(frozen=True)
class Table:
    """A file that was read: its rows and what a reader should know of how it was understood."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def languages(topic: Topic) -> list[str]:
    """Return the languages that phrasings are exported in, the topic's own first."""
    own = list(topic.info.languages) or ["en"]
    return own + sorted(set(topic.questions) - set(own))


def rows(topic: Topic, kinds: Collection[str] = KINDS) -> list[Row]:
    """Return a topic's entries of some kinds as rows, withdrawn ones included, as files have them.

    A phrasing of an FAQ that is its question again is left out, and so is one that differs from
    another in case or punctuation only: neither could be imported.
    """
    found = []
    for kind, item in items(topic):
        if kind not in kinds:
            continue
        heading, text = (readable(getattr(item, name) or "") for name in FIELDS[kind])
        said = {}
        for language in languages(topic):
            known = {normalise(heading)} if kind == "faq" else set()
            own = topic.questions.get(language, {}).get(item.id, ())
            said[language] = tuple(distinct(map(clean, own), known))
        references: Iterable[SourceRef] = () if isinstance(item, Boundary) else item.sources
        found.append(
            Row(
                "", heading, text, item.id, kind, said,
                tuple(Cited(one.source, one.where and clean(one.where)) for one in references),
                "" if isinstance(item, Boundary) else item.basis or "",
                item.status,
            )
        )  # fmt: skip
    return found


def items(topic: Topic) -> Iterator[tuple[str, Item]]:
    """Yield all entries with their kinds, withdrawn ones included, in the order of the files."""

    def below(arguments: Sequence[Argument], depth: int) -> Iterator[tuple[str, Item]]:
        for argument in arguments:
            yield argument_kind(depth).value, argument
            yield from below(argument.replies, depth + 1)

    for proposal in topic.proposals:
        yield "proposal", proposal
        yield from below(proposal.objections, 0)
    lists: Mapping[str, Sequence[Fact | Term | Faq | Boundary]] = {
        "fact": topic.facts, "term": topic.glossary, "faq": topic.faq,
        "boundary": topic.boundaries,
    }  # fmt: skip
    for kind, listed in lists.items():
        for item in listed:
            yield kind, item


def distinct(phrasings: Iterable[str], known: Collection[str] = ()) -> Iterator[str]:
    """Yield the phrasings that differ in more than case and punctuation from those before."""
    seen = set(known)
    for text in phrasings:
        if (words := normalise(text)) not in seen:
            seen.add(words)
            yield text


def too_large(data: bytes) -> Flaw | None:
    """Return what is wrong with a file that is larger than files to be imported may be."""
    if len(data) <= MAX_FILE_BYTES:
        return None
    limit = MAX_FILE_BYTES // 1024 // 1024
    return Flaw("", "", f"is larger than {limit} MiB; split it into several files")
