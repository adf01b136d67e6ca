"""A release: an immutable snapshot of a validated topic, with its entries by id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from bot.knowledge.model import (
    Argument,
    Boundary,
    Expectation,
    Fact,
    Faq,
    Kind,
    Proposal,
    Source,
    Term,
    TopicInfo,
    TranslatedField,
)
from bot.knowledge.problems import Problem

Item = Proposal | Argument | Fact | Term | Faq | Boundary


@dataclass(frozen=True)
class Entry:
    """One thing a question can mean, with its place in the topic.

    ``title`` is always filled (a reply without one takes the start of its text), ``text`` is the
    entry's main text. ``parent`` is the argument or proposal that an argument answers.
    """

    id: str
    kind: Kind
    title: str
    text: str
    item: Item
    file: str
    proposal: str | None = None
    parent: str | None = None


def short(text: str, limit: int = 80) -> str:
    """Cut text at a word's end so that it fits ``limit`` characters, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:–- ")
    return (cut or text[: limit - 1]) + "…"


def text_hash(text: str) -> str:
    """Return the first 8 hex digits of a text's sha256, as translations record it."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


OWN = "topic"
"""the key under which translations hold what a topic says of itself"""
NAMES = "names"
"""the key under which they hold the names that stand beside what people said"""
RESERVED = frozenset({OWN, NAMES})
"""keys of translations that no entry may have as its id"""


@dataclass(frozen=True)
class Topic:
    """Everything a topic folder holds, typed; equal folders give equal topics."""

    id: str
    info: TopicInfo
    sources: Mapping[str, Source]
    proposals: tuple[Proposal, ...]
    facts: tuple[Fact, ...] = ()
    glossary: tuple[Term, ...] = ()
    faq: tuple[Faq, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    questions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """language → entry id → phrasings"""
    translations: Mapping[str, Mapping[str, Mapping[str, TranslatedField]]] = field(
        default_factory=dict
    )
    """language → entry id → field → translation"""
    expectations: tuple[Expectation, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """entry id → file that holds it, relative to the folder"""

    @property
    def language(self) -> str:
        """Return the language that the texts are written in."""
        return self.info.languages[0] if self.info.languages else "en"

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Return the published entries by id, in the order of the files."""
        return MappingProxyType({entry.id: entry for entry in self._walk()})

    @cached_property
    def term_names(self) -> Mapping[str, str]:
        """Return the names of the glossary's terms by id."""
        return MappingProxyType({term.id: term.name for term in self.glossary})

    def _walk(self) -> Iterator[Entry]:
        def file_of(item_id: str) -> str:
            return self.files.get(item_id, "")

        for proposal in self.proposals:
            if proposal.status == "withdrawn":
                continue
            yield Entry(
                proposal.id, Kind.PROPOSAL, proposal.title, proposal.statement, proposal,
                file_of(proposal.id), proposal.id,
            )  # fmt: skip
            for argument, depth, parent in walk_arguments(proposal):
                yield Entry(
                    argument.id,
                    argument_kind(depth),
                    argument.title or short(argument.text),
                    argument.text,
                    argument,
                    file_of(argument.id),
                    proposal.id,
                    parent,
                )
        for fact in self.facts:
            if fact.status == "published":
                title = fact.title or short(fact.statement)
                yield Entry(fact.id, Kind.FACT, title, fact.statement, fact, file_of(fact.id))
        for term in self.glossary:
            if term.status == "published":
                yield Entry(term.id, Kind.TERM, term.name, term.definition, term, file_of(term.id))
        for faq in self.faq:
            if faq.status == "published":
                title = short(faq.question, 100)
                yield Entry(faq.id, Kind.FAQ, title, faq.answer, faq, file_of(faq.id))
        for boundary in self.boundaries:
            if boundary.status == "published":
                yield Entry(
                    boundary.id, Kind.BOUNDARY, boundary.title, boundary.notice, boundary,
                    file_of(boundary.id),
                )  # fmt: skip

    def phrasings(self, entry_id: str) -> tuple[tuple[str, str], ...]:
        """Return an entry's phrasings in all languages as (language, phrasing)."""
        return tuple(
            (language, phrasing)
            for language, entries in self.questions.items()
            for phrasing in entries.get(entry_id, ())
        )

    def own(self, name: Literal["title", "description", "notice"], language: str) -> str | None:
        """Return what the topic says of itself, translated where a translation is in force."""
        original: str | None = getattr(self.info, name)
        if original is None:
            return None
        return self.translated(OWN, name, original, language) or original

    def title_in(self, language: str) -> str:
        """Return the topic's title, translated where a translation is in force."""
        return self.own("title", language) or self.info.title

    def translated(self, entry_id: str, name: str, original: str, language: str) -> str | None:
        """Return a field's translation, or None where there is none or it is stale.

        A translation of an older text must not be shown as what the entry says now, nor one into
        the language that it is written in.
        """
        if language == self.language:
            return None
        found = self.translations.get(language, {}).get(entry_id, {}).get(name)
        if found is None or (found.of is not None and found.of != text_hash(original)):
            return None
        return found.text


def published(arguments: Iterable[Argument]) -> Iterator[Argument]:
    """Yield the arguments that are not withdrawn."""
    return (argument for argument in arguments if argument.status == "published")


def walk_arguments(proposal: Proposal) -> Iterator[tuple[Argument, int, str]]:
    """Yield a proposal's published arguments depth first as (argument, depth, parent's id).

    Depth 0 is an objection. What hangs under a withdrawn argument is left out with it.
    """

    def below(
        arguments: tuple[Argument, ...], depth: int, parent: str
    ) -> Iterator[tuple[Argument, int, str]]:
        for argument in published(arguments):
            yield argument, depth, parent
            yield from below(argument.replies, depth + 1, argument.id)

    yield from below(proposal.objections, 0, proposal.id)


def argument_kind(depth: int) -> Kind:
    """Name an argument by its depth: objection, response, then counter."""
    return (Kind.OBJECTION, Kind.RESPONSE, Kind.COUNTER)[min(depth, 2)]


@dataclass(frozen=True)
class Release:
    """A validated topic under the hash of its content; loads whole or not at all."""

    id: str
    topic: Topic
    folder: Path
    warnings: tuple[Problem, ...] = ()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Return the published entries by id."""
        return self.topic.entries
