"""Turn files into a typed topic, collecting every problem of every file at once."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.knowledge import reader
from bot.knowledge.advice import advice, meant_key
from bot.knowledge.files import TOP_FILES, Snapshot
from bot.knowledge.model import (
    ID_SHAPE,
    PHRASING_MAX,
    Boundary,
    Expectation,
    Fact,
    Faq,
    Proposal,
    Source,
    Term,
    TopicInfo,
    TranslatedField,
    is_blank,
    is_id,
)
from bot.knowledge.problems import Problem
from bot.knowledge.release import RESERVED, Topic

MAX_ENTRIES = 50_000
MAX_PHRASINGS = 500_000
MAX_PROBLEMS_PER_FILE = 200

_QUESTIONS_FILE = re.compile(r"questions/([^/]+)/[^/]+")
_TRANSLATIONS_FILE = re.compile(r"translations/([^/]+)/[^/]+")
_PROPOSAL_FILE = re.compile(r"proposals/[^/]+")

_LISTS: Mapping[str, type[BaseModel]] = {
    "sources.yaml": Source,
    "facts.yaml": Fact,
    "glossary.yaml": Term,
    "faq.yaml": Faq,
    "boundaries.yaml": Boundary,
    "expectations.yaml": Expectation,
}
_RAW_ID = re.compile(rb"\bid[\"']?\s*:\s*[\"']?([a-z0-9.-]+)")
_M = TypeVar("_M", bound=BaseModel)


@dataclass
class Parsed:
    """A topic as far as it could be built, with all problems found on the way."""

    topic: Topic
    problems: list[Problem]
    texts: dict[str, str]
    """file → decoded text, to look up where a finding stands"""
    unread: frozenset[str]
    """ids that stand in files with a problem: whatever refers to one is not to blame"""
    mistyped: frozenset[tuple[str, str, str]] = frozenset()
    """(file, field, key) where a key of a field is probably there, but mistyped"""


@dataclass
class _Draft:
    info: TopicInfo | None = None
    lists: dict[str, list[Any]] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)
    questions: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    translations: dict[str, dict[str, dict[str, TranslatedField]]] = field(default_factory=dict)
    translators: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(language, entry id, field) → file that translates it"""
    files: dict[str, str] = field(default_factory=dict)
    mistyped: set[tuple[str, str, str]] = field(default_factory=set)


def parse(files: Snapshot) -> Parsed:
    """Validate a folder's files against the format; structure between files is lint's matter."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    unread: set[str] = set()
    draft = _Draft()
    if "topic.yaml" not in files.contents:
        problems.append(Problem("topic.yaml", 0, 0, "", "is missing; it names the topic's title"))
    for name in files.ignored:
        stem = name.rpartition(".")[0]
        close = get_close_matches(stem, [known.removesuffix(".yaml") for known in TOP_FILES], n=1)
        guess = f"did you mean {close[0]}.yaml?" if close else "the format knows no such file"
        problems.append(Problem(name, 0, 0, "", f"is not read; {guess}", "warning", "ignored"))
    for name, raw in files.contents.items():
        try:
            texts[name] = text = reader.decode(raw)
            data = reader.read(text)
        except reader.ReadError as error:
            place = error.place
            found = [Problem(name, place.line, place.column, error.field, error.message)]
        else:
            found = _FileParser(name, text, draft).parse(data)
        if found:
            unread.update(match.decode() for match in _RAW_ID.findall(raw))
        problems += found[:MAX_PROBLEMS_PER_FILE]
        if (more := len(found) - MAX_PROBLEMS_PER_FILE) > 0:
            problems.append(Problem(name, 0, 0, "", f"has {more:,} more errors"))
    phrasings = sum(len(p) for entries in draft.questions.values() for p in entries.values())
    if len(draft.files) > MAX_ENTRIES or phrasings > MAX_PHRASINGS:
        problems.append(
            Problem(
                "", 0, 0, "",
                f"a topic has at most {MAX_ENTRIES:,} entries and {MAX_PHRASINGS:,} phrasings",
            )
        )  # fmt: skip
    # Without a head the topic is invalid, which is reported; the rest can be checked all the same.
    info = draft.info or TopicInfo(title="?")
    lists = draft.lists
    topic = Topic(
        id=info.id or files.folder.name,
        info=info,
        sources={source.id: source for source in lists.get("sources.yaml", [])},
        proposals=tuple(draft.proposals),
        facts=tuple(lists.get("facts.yaml", [])),
        glossary=tuple(lists.get("glossary.yaml", [])),
        faq=tuple(lists.get("faq.yaml", [])),
        boundaries=tuple(lists.get("boundaries.yaml", [])),
        questions=draft.questions,
        translations=draft.translations,
        expectations=tuple(lists.get("expectations.yaml", [])),
        files=draft.files,
    )
    return Parsed(topic, problems, texts, frozenset(unread), frozenset(draft.mistyped))


class _FileParser:
    def __init__(self, name: str, text: str, draft: _Draft) -> None:
        self.name = name
        self.text = text
        self.draft = draft
        self.problems: list[Problem] = []
        self._places: dict[reader.Path, reader.Place] | None = None

    def parse(self, data: reader.Plain | None) -> list[Problem]:
        stem = self.name.removesuffix(".yaml").removesuffix(".yml")
        if self.name == "topic.yaml":
            self.draft.info = self._validate(TopicInfo, data or {}, ())
        elif self.name in _LISTS:
            self._list(_LISTS[self.name], data)
        elif _PROPOSAL_FILE.fullmatch(stem):
            self._proposal(data)
        elif match := _QUESTIONS_FILE.fullmatch(stem):
            self._questions(match.group(1), data)
        elif match := _TRANSLATIONS_FILE.fullmatch(stem):
            self._translations(match.group(1), data)
        else:
            self._report((), "is not where the format keeps files; see docs/knowledge-format.md")
        return self.problems

    def _list(self, model: type[BaseModel], data: reader.Plain | None) -> None:
        items: list[Any] = []
        self.draft.lists[self.name] = items
        if data is None or data == "":
            return
        if not isinstance(data, list):
            self._report((), "write a list here: each entry starts with `- `")
            return
        seen: set[str] = set()
        for number, raw in enumerate(data):
            item = self._validate(model, raw, (number,))
            if item is None:
                continue
            item_id = getattr(item, "id", None)
            if isinstance(item_id, str):
                if item_id in seen:
                    self._report(
                        (number, "id"),
                        f"the id {item_id} stands in this file twice; choose another or remove one",
                    )
                    continue
                seen.add(item_id)
                if model is not Source:
                    self._register(item_id, (number, "id"))
            items.append(item)

    def _proposal(self, data: reader.Plain | None) -> None:
        proposal = self._validate(Proposal, data or {}, ())
        if proposal is None:
            return
        self._register(proposal.id, ("id",))
        stack: list[tuple[Any, reader.Path]] = [
            (argument, ("objections", number))
            for number, argument in enumerate(proposal.objections)
        ]
        while stack:
            argument, path = stack.pop()
            self._register(argument.id, (*path, "id"))
            stack += [
                (reply, (*path, "replies", number)) for number, reply in enumerate(argument.replies)
            ]
        self.draft.proposals.append(proposal)

    def _questions(self, language: str, data: reader.Plain | None) -> None:
        if not self._language(language):
            return
        if data is None or data == "":
            return
        if not isinstance(data, dict):
            self._report((), "write `entry-id:` and under it the phrasings as a list")
            return
        known = self.draft.questions.setdefault(language, {})
        for entry_id, phrasings in data.items():
            if not is_id(entry_id):
                self._report(
                    (entry_id,), f"{reader.brief(entry_id)!r} is not an entry id: {ID_SHAPE}"
                )
                continue
            if not isinstance(phrasings, list):
                self._report((entry_id,), "write the phrasings as a list: each starts with `- `")
                continue
            good: list[str] = []
            for number, phrasing in enumerate(phrasings):
                if not isinstance(phrasing, str):
                    self._report((entry_id, number), "must be one text, not a list or a mapping")
                elif is_blank(phrasing):
                    self._report((entry_id, number), "is empty; write a phrasing or remove it")
                elif len(phrasing) > PHRASING_MAX:
                    self._report(
                        (entry_id, number),
                        f"{len(phrasing)} characters long; shorten it to {PHRASING_MAX}",
                    )
                else:
                    good.append(phrasing)
            known[entry_id] = (*known.get(entry_id, ()), *good)

    def _translations(self, language: str, data: reader.Plain | None) -> None:
        if not self._language(language) or data is None or data == "":
            return
        if not isinstance(data, dict):
            self._report((), "write `entry-id:` and under it `field:` with text and of")
            return
        known = self.draft.translations.setdefault(language, {})
        for entry_id, fields in data.items():
            if not isinstance(fields, dict):
                self._report((entry_id,), "write `field:` and under it text and of")
                continue
            for name, raw in fields.items():
                other = self.draft.translators.setdefault((language, entry_id, name), self.name)
                if other != self.name:
                    self._report(
                        (entry_id, name), f"is translated already in {other}; keep one of them"
                    )
                    continue
                value = {"text": raw} if isinstance(raw, str) else raw
                translated = self._validate(TranslatedField, value, (entry_id, name))
                if translated is not None:
                    known.setdefault(entry_id, {})[name] = translated

    def _language(self, language: str) -> bool:
        if re.fullmatch(r"[a-z]{2,3}", language):
            return True
        self._report((), f"the folder {language!r} is not a language code like en, ru or uk")
        return False

    def _register(self, entry_id: str, path: reader.Path) -> None:
        if (other := self.draft.files.get(entry_id)) is not None:
            where = "in this file" if other == self.name else f"in {other}"
            self._report(path, f"the id {entry_id} is taken already {where}; choose another", "id")
        elif entry_id in RESERVED:
            self._report(
                path, f"translations/ means something else by {entry_id}; choose another id", "id"
            )
        else:
            self.draft.files[entry_id] = self.name

    def _validate(self, model: type[_M], data: object, path: reader.Path) -> _M | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            unknown: list[reader.Path] | None = []
            for detail in error.errors(include_url=False, include_input=True):
                location = tuple(part for part in detail["loc"] if not _is_internal(part))
                self._report((*path, *location), advice(detail, model))
                if detail["type"] != "extra_forbidden":
                    unknown = None
                elif unknown is not None:
                    unknown.append(location)
                    if meant := meant_key(detail, model):
                        holder = reader.field_name((*path, *location[:-1]))
                        self.draft.mistyped.add((self.name, holder, meant))
            # Lint should see the rest of it now, not only after these keys are mended.
            rest = _without(data, unknown) if unknown else None
            return None if rest is None else self._validate(model, rest, path)

    def _report(self, path: reader.Path, message: str, code: str = "invalid") -> None:
        place = self._place(path)
        self.problems.append(
            Problem(
                self.name, place.line, place.column, reader.field_name(path), message, code=code
            )
        )

    def _place(self, path: reader.Path) -> reader.Place:
        if self._places is None:
            self._places = reader.places(self.text)
        return find_place(self._places, path)


def _without(data: object, paths: list[reader.Path]) -> object | None:
    rest = copy.deepcopy(data)
    for path in paths:
        holder: Any = rest
        try:
            for part in path[:-1]:
                holder = holder[part]
            del holder[path[-1]]
        except (LookupError, TypeError):
            return None
    return rest


def _is_internal(part: str | int) -> bool:
    # pydantic names the branch of a union or a validator in the location; people never wrote that
    return isinstance(part, str) and ("[" in part or "(" in part)


def find_place(places: Mapping[reader.Path, reader.Place], path: reader.Path) -> reader.Place:
    """Return where a path stands, or the nearest part of it that exists."""
    for end in range(len(path), -1, -1):
        head = path[:end]
        if end and (key := places.get((*head, "<key>"))) is not None:
            return key
        if (value := places.get(head)) is not None:
            return value
    return reader.Place(1, 1)
