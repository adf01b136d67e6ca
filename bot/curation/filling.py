"""Read what was filled into a form, and say field by field what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.advisor.language import SUPPORTED, detect
from bot.curation.fields import BASES, GROUPS, Field
from bot.curation.identifiers import bare, slug, unique
from bot.curation.operations import AddEntry, EntryKind
from bot.curation.values import MODELS, readable
from bot.errors import RejoinderError
from bot.knowledge.advice import advice
from bot.knowledge.model import PHRASING_MAX, TITLE_MAX
from bot.knowledge.reader import Plain
from bot.knowledge.release import Release, short
from bot.knowledge.words import clean, normalise

CLAIMS = {"how": "how_sources", "since": "since_sources"}
"""fields that are a text with sources of its own, and the field of those"""
UNGROUNDED = "is empty; name a source, or write common or inference."
_PREFIX_MAX = 4


class FormError(RejoinderError):
    """Report fields that were filled in wrongly; ``field`` and ``sentence`` are the first of them.

    ``problems`` are all, as (field's name, sentence).
    """

    def __init__(self, problems: Sequence[tuple[str, str]], kind: EntryKind | None = None) -> None:
        groups = GROUPS[kind].values() if kind else ()
        labels = {field.name: field.label for group in groups for field in group}
        super().__init__(" ".join(f"{labels.get(name, name)}: {said}" for name, said in problems))
        self.problems = tuple(problems)
        self.field, self.sentence = problems[0]


class Filled:
    """Read what was filled in, and collect what is wrong with it."""

    def __init__(self, release: Release, kind: EntryKind | None = None) -> None:
        self._release = release
        self._kind = kind
        self._problems: list[tuple[str, str]] = []
        self._new: dict[str, AddEntry] = {}
        """bare address → the source that is added for it"""

    @property
    def new_sources(self) -> list[AddEntry]:
        """Return what adds the sources of which only an address was given."""
        return [*self._new.values()]

    def wrong(self, field: str, sentence: str) -> None:
        if (field, sentence) not in self._problems:
            self._problems.append((field, sentence))

    def done(self) -> None:
        if self._problems:
            raise FormError(self._problems, self._kind)

    def read(self, wanted: Iterable[Field], given: Mapping[str, str]) -> dict[str, str]:
        """Return the texts in the form that the files keep; without those that are not given."""
        texts: dict[str, str] = {}
        for field in wanted:
            raw = given.get(field.name)
            if raw is None and not field.required:
                continue
            try:
                text = readable(raw or "")
            except ValueError as error:
                self.wrong(field.name, f"{error}.")
                continue
            if field.shape == "line":
                text = " ".join(text.split())
            elif field.shape == "lines":
                text = "\n".join(filter(None, map(str.strip, text.split("\n"))))
            if field.required and not text:
                sourced = field.name.endswith("sources")
                self.wrong(
                    field.name, UNGROUNDED if sourced else "is empty; it cannot be left out."
                )
            if len(text) > field.limit:
                self.wrong(field.name, f"is {len(text)} characters long; {field.limit} fit.")
            if field.choices and not text:
                continue  # what is one of several has a value, if only its default
            if field.choices and text not in field.choices:
                self.wrong(field.name, f"write one of {', '.join(field.choices)}.")
            texts[field.name] = text
        unknown = sorted({*given} - {field.name for field in wanted} - {"id"})
        for name in unknown:
            self.wrong(name, "there is no such field.")
        return texts

    def plain(self, kind: EntryKind, texts: Mapping[str, str]) -> dict[str, Plain | None]:
        """Return the fields of the YAML format; None for one that is empty."""
        found: dict[str, Plain | None] = {}
        empty: dict[str, Plain | None] = {"sources": None, "basis": None}
        known = {field.name: field for group in GROUPS[kind].values() for field in group}
        for name, text in texts.items():
            if known[name].new or name in CLAIMS.values():
                continue
            if name in CLAIMS:
                found[name] = self.claim(text, texts.get(CLAIMS[name], ""), CLAIMS[name])
            elif name == "sources":
                found |= empty | self._sources(text, name)
            elif known[name].shape == "lines":
                items: list[Plain] = [*text.split("\n")] if text else []
                found[name] = items or None
            else:
                found[name] = text or None
        for name, companion in CLAIMS.items():
            if texts.get(companion) and not texts.get(name):
                self.wrong(name, "is empty, but its sources are given.")
        # How it would work may rest on what the proposal rests on.
        if texts.get("since") and not texts.get("since_sources"):
            self.wrong("since_sources", UNGROUNDED)
        return found

    def claim(self, text: str, sources: str, field: str) -> dict[str, Plain] | None:
        return {"text": text, **self._sources(sources, field)} if text else None

    def phrasings(
        self, text: str, language: str, field: str = "phrasings", *, told: bool = False
    ) -> list[tuple[str, str]]:
        """Return (language, phrasing) for each line; ``told``: the language was chosen."""
        languages = self._release.topic.info.languages
        if language not in languages:
            if told:
                self.wrong(field, f"{language} is not a language of this topic.")
            language = languages[0]
        found: dict[tuple[str, str], tuple[str, str]] = {}
        for raw in text.split("\n"):
            prefix, colon, rest = raw.strip().partition(":")
            if colon and prefix.strip().lower() in languages and len(prefix) <= _PREFIX_MAX:
                spoken, words = prefix.strip().lower(), clean(rest)
            else:
                words = clean(raw)
                spoken = language if told else _spoken(words, language, languages)
            if not words:
                continue
            if len(words) > PHRASING_MAX:
                self.wrong(field, f"a line is {len(words)} characters long; {PHRASING_MAX} fit.")
            elif not normalise(words):
                self.wrong(field, f"“{words}” has no words.")
            found.setdefault((spoken, normalise(words)), (spoken, words))
        return list(found.values())

    def model(self, kind: EntryKind, entry: Mapping[str, Any]) -> None:
        """Check an entry's fields against the format."""
        model = MODELS[kind]
        try:
            model.model_validate(entry)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=True):
                name = _field_of([str(part) for part in detail["loc"]])
                if not any(name == field for field, _ in self._problems):
                    self.wrong(name, f"{advice(detail, model)}.")

    def _sources(self, text: str, field: str) -> dict[str, Plain]:
        known = self._release.topic.sources
        refs: list[Plain] = []
        found: dict[str, Plain] = {}
        for line in filter(None, text.split("\n")):
            source, _, where = (part.strip() for part in line.partition(","))
            if source.startswith(("http://", "https://")):
                # An address may have commas of its own; before the place stands a space, too.
                address, _, place = (part.strip() for part in line.partition(", "))
                if " " not in address:
                    source, where = address.rstrip(","), place
                source = self._source_at(source, field)
                refs.append({"source": source, **({"where": where} if where else {})})
            elif not where and source.lower() in BASES:
                found["basis"] = source.lower()
            elif source in known:
                refs.append({"source": source, **({"where": where} if where else {})})
            else:
                near = difflib.get_close_matches(source, [*known, *BASES], n=3)
                more = (
                    f"did you mean {', '.join(near)}?"
                    if near
                    else "add it first, or write its address."
                )
                self.wrong(field, f"there is no source {source}; {more}")
        return {"sources": refs, **found} if refs else found

    def _source_at(self, address: str, field: str) -> str:
        """Return the id of the source with an address; where none has it, one is added."""
        plain = bare(address)
        for known in self._release.topic.sources.values():
            if plain in {bare(one) for one in (known.url, known.read_url) if one}:
                return known.id
        if plain not in self._new:
            taken = {*self._release.topic.sources, *(one.id for one in self._new.values())}
            fields = {
                "id": unique(slug(plain) or "source", taken),
                "title": short(plain, TITLE_MAX),
                "url": address,
            }
            try:
                self._new[plain] = AddEntry(kind="source", fields=fields)
            except ValidationError:
                self.wrong(field, f"{address} is no full address; write one like https://….")
                return fields["id"]
        return self._new[plain].id


def _field_of(place: Sequence[str]) -> str:
    first = place[0] if place else ""
    last = place[-1] if place else ""
    in_sources = "sources" in place or last in {"basis", "where"}
    if first == "rationale":
        return "reason_sources" if in_sources else "reason"
    if first in CLAIMS:
        return CLAIMS[first] if in_sources else first
    return "sources" if first == "basis" else first


def _spoken(words: str, language: str, languages: Sequence[str]) -> str:
    found = detect(words, fallback=language)
    # It tells three languages apart, so it must not overrule a fourth.
    return found if found in languages and language in SUPPORTED else language
