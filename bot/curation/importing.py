"""Turn the rows of an imported file into the operations that make a topic say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from bot.curation.exchange import (
    FIELDS,
    Cited,
    ExchangeError,
    Flaw,
    Row,
    Table,
    distinct,
    items,
)
from bot.curation.fields import BASES
from bot.curation.identifiers import bare, slug, unique
from bot.curation.operations import (
    MAX_OPERATIONS,
    Operation,
    parse_operation,
)
from bot.curation.values import ChangeError
from bot.knowledge.model import ID_SHAPE, PHRASING_MAX, TEXT_MAX, TITLE_MAX, is_blank, is_id
from bot.knowledge.reader import brief
from bot.knowledge.release import Topic, short
from bot.knowledge.words import normalise

WHERE_MAX = 200
_NEW = ("faq", "fact", "term", "boundary")


@dataclass(frozen=True)
class Imported:
    """What a file would do. ``places`` say for each operation where in the file it comes from."""

    operations: tuple[Operation, ...]
    places: tuple[str, ...]
    added: int
    changed: int
    same: int
    notes: tuple[str, ...] = ()

    def blame(self, error: ChangeError, before: int = 0) -> ChangeError:
        """Return the error with the place in the file instead of an operation's number.

        ``before`` operations stood in front of these.
        """
        if error.operation is None or error.operation <= before:
            return error
        place = self.places[error.operation - 1 - before]
        return ChangeError(f"{place}: {error.reason}", hint=error.hint)


def import_rows(table: Table, known: Table, topic: Topic, name: str) -> Imported:
    """Return the operations by which a topic comes to say what a file says.

    ``known`` is what reading the same format's own export of the whole topic gives, by which is
    told what differs. A row with the id of an entry, or without one but with the question of an
    FAQ, edits that; any other is a new entry. Raises ExchangeError that names every problem.
    """
    importer = _Importer(known, topic)
    for row in table.rows:
        importer.take(row)
    importer.phrase()
    if len(importer.found) > MAX_OPERATIONS:
        message = f"makes {len(importer.found):,} changes; at most {MAX_OPERATIONS:,} go at once"
        importer.flaws.append(Flaw("", "", f"{message}, so split the file"))
    if importer.flaws:
        raise ExchangeError(name, importer.flaws)
    found = sorted(importer.found, key=lambda one: one[0])
    touched = {row for _, row, _ in found}
    new = importer.new
    return Imported(
        tuple(operation for _, _, operation in found),
        tuple(row for _, row, _ in found),
        len(new), len(touched - new), len(table.rows) - len(touched | new), table.notes,
    )  # fmt: skip


class _Importer:
    def __init__(self, known: Table, topic: Topic) -> None:
        self.flaws: list[Flaw] = []
        self.found: list[tuple[int, str, Operation]] = []
        """(order, place, operation): sources first, then entries, then phrasings, then status"""
        self.new: set[str] = set()
        self._topic = topic
        self._known = {row.id: row for row in known.rows if row.id}
        self._kinds = {item.id: kind for kind, item in items(topic)}
        self._asked = {
            _key(row.question): row.id
            for row in known.rows
            if row.id and self._kinds[row.id] == "faq"
        }
        self._addresses = {
            bare(address): source.id
            for source in topic.sources.values()
            for address in (source.url, source.read_url)
            if address
        }
        self._sources = set(topic.sources)
        self._taken = set(topic.files)
        self._seen: dict[str, str] = {}
        self._questions: dict[str, Row] = {}
        """new FAQ → its row"""
        self._removed: list[tuple[str, str, str, Row]] = []
        self._added: list[tuple[str, str, str, Row]] = []

    def take(self, row: Row) -> None:
        """Take up one row; what is wrong with it is among the flaws afterwards."""
        row = self._grounded(row)
        before = len(self.flaws)
        entry = self._entry(row)
        if entry is None:
            return
        if entry in self._seen:
            told = f"is the same entry as {self._seen[entry]}; keep one of the two"
            self.flaws.append(row.flaw("id" if row.id else "question", told))
            return
        self._seen[entry] = row.place
        kind = self._kinds.get(entry, row.kind or "faq")
        if row.kind not in {None, kind}:
            self.flaws.append(
                row.flaw("kind", f"{entry} is of the kind {kind}; that cannot change")
            )
            return
        old = self._known.get(entry)
        row = self._resolved(row, old)
        fields = self._fields(row, kind)
        if old is None and kind in {"fact", "term"} and not {"sources", "basis"} & set(fields):
            told = f"a {kind} needs sources, or as basis common or inference"
            self.flaws.append(row.flaw("sources", told))
        if len(self.flaws) > before:
            return
        if old is None:
            self.new.add(row.place)
            self._operation(1, row, op="add", kind=kind, fields={"id": entry, **fields})
        elif changed := self._changes(row, old, kind, fields):
            self._operation(1, row, op="edit", id=entry, kind=kind, set=changed)
        self._phrasings(row, entry, kind, old)
        status = old.status if old else "published"
        if row.status not in {None, status}:
            turn = "withdraw" if row.status == "withdrawn" else "restore"
            self._operation(4, row, op=turn, id=entry)

    def phrase(self) -> None:
        """Turn what the rows say of phrasings into operations, all removals first."""
        owners = {
            normalise(text): entry
            for said in self._topic.questions.values()
            for entry, texts in said.items()
            for text in texts
        }
        for entry, language, text, row in self._removed:
            owners.pop(normalise(text), None)
            self._operation(2, row, op="remove_phrasing", entry=entry, language=language, text=text)
        for entry, language, text, row in self._added:
            words = normalise(text)
            asked = self._asked.get(_key(text), entry)
            owner = owners.setdefault(words, entry)
            column = f"phrasings {language}"
            if owner != entry or asked != entry:
                other = owner if owner != entry else asked
                told = f"“{brief(text)}” is asked for {other} already; keep it on the one it means"
                self.flaws.append(row.flaw(column, told))
            elif len(text) > PHRASING_MAX:
                told = f"“{brief(text)}” has {len(text)} characters; shorten it to {PHRASING_MAX}"
                self.flaws.append(row.flaw(column, told))
            else:
                self._operation(
                    3, row, op="add_phrasing", entry=entry, language=language, text=text
                )
        for entry, row in self._questions.items():
            owner = owners.get(normalise(row.question), entry)
            if owner != entry:
                told = f"is a phrasing of {owner} already; remove it there, or leave this row out"
                self.flaws.append(row.flaw("question", told))

    def _operation(self, order: int, row: Row, **data: Any) -> None:
        try:
            self.found.append((order, row.place, parse_operation(data)))
        except ChangeError as error:
            self.flaws.append(Flaw(row.place, "", error.reason))

    def _entry(self, row: Row) -> str | None:
        """Return the id of the entry that a row means, a made one for a new entry."""
        asked = _key(row.question)
        if row.id is None:
            if row.kind in {None, "faq"} and (known := self._asked.get(asked)):
                return known
            if is_blank(row.question):
                self.flaws.append(row.flaw("question", "is empty; write it, or remove the row"))
                return None
            stem = slug(row.question) or f"faq-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
            entry = unique(stem, self._taken)
        elif row.id in self._kinds:
            return row.id
        elif not is_id(row.id):
            told = f"{brief(row.id)!r} is none: {ID_SHAPE}; leave it empty to have one made"
            self.flaws.append(row.flaw("id", told))
            return None
        else:
            entry = row.id
        kind = row.kind or "faq"
        if kind not in _NEW:
            told = (
                f"a new {kind} cannot be imported; add it with `rejoinder knowledge add {kind}`"
                if row.id is None
                else f"there is no {kind} {entry}; correct the id"
            )
            self.flaws.append(row.flaw("kind" if row.id is None else "id", told))
            return None
        if kind == "faq":
            if (other := self._asked.setdefault(asked, entry)) != entry:
                told = f"{other} asks this already; keep one of the two"
                self.flaws.append(row.flaw("question", told))
                return None
            self._questions[entry] = row
        self._taken.add(entry)
        return entry

    def _fields(self, row: Row, kind: str) -> dict[str, Any]:
        """Return what a row says of an entry's own fields."""
        heading, text = FIELDS[kind]
        fields: dict[str, Any] = {}
        for name, column, value in (
            (heading, "question", row.question),
            (text, "answer", row.answer),
        ):
            if is_blank(value):
                if name != "title" or kind in {"proposal", "objection", "boundary"}:
                    self.flaws.append(row.flaw(column, "is empty; write it, or remove the row"))
            else:
                limits = {"question": PHRASING_MAX, "answer": TEXT_MAX}
                limit = limits[column] if name in {"question", text} else TITLE_MAX
                if len(value) > limit:
                    told = f"has {len(value):,} characters; shorten it to {limit:,}"
                    self.flaws.append(row.flaw(column, told))
                fields[name] = value
        if kind == "boundary" and (row.sources or row.basis):
            column = "sources" if row.sources else "basis"
            self.flaws.append(row.flaw(column, "a boundary has none; leave it empty"))
        elif row.sources:
            fields["sources"] = [
                {"source": one.source, **({"where": one.where} if one.where else {})}
                for one in row.sources
            ]
        if row.basis:
            fields["basis"] = row.basis
        return fields

    def _changes(self, row: Row, old: Row, kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        heading, text = FIELDS[kind]
        changed: dict[str, Any] = {}
        if row.question != old.question:
            changed[heading] = fields.get(heading)
        if row.answer != old.answer:
            changed[text] = fields[text]
        for name, new, before in (
            ("sources", row.sources, old.sources), ("basis", row.basis, old.basis),
        ):  # fmt: skip
            if new is not None and new != before:
                changed[name] = fields.get(name)
        return changed

    def _grounded(self, row: Row) -> Row:
        """Return the row with a basis where that stands among its sources, as forms take it."""
        said = [
            one.source
            for one in row.sources or ()
            if one.source in BASES and one.source not in self._sources
        ]
        if not said or row.sources is None:
            return row
        left = tuple(one for one in row.sources if one.source not in said)
        return replace(row, sources=left, basis=row.basis or said[0])

    def _resolved(self, row: Row, old: Row | None) -> Row:
        """Return the row with ids for its sources; those of new addresses are added."""
        if row.sources is None or (old is not None and row.sources == old.sources):
            return row
        found = [
            Cited(source, one.where)
            for one in row.sources
            if (source := self._source(row, one)) is not None
        ]
        named = [one.source for one in old.sources or ()] if old else []
        bare = all(one.is_address and not one.where for one in row.sources)
        if bare and [one.source for one in found] == named:
            # An address says nothing of the place in the source, which stays.
            return replace(row, sources=old.sources if old else None)
        return replace(row, sources=tuple(found))

    def _source(self, row: Row, cited: Cited) -> str | None:
        """Return the id of a source, which is added where only its address is known."""
        if cited.where and len(cited.where) > WHERE_MAX:
            told = f"the place in {brief(cited.source)} is longer than {WHERE_MAX} characters"
            self.flaws.append(row.flaw("sources", told))
        if not cited.is_address:
            if cited.source in self._sources:
                return cited.source
            close = get_close_matches(cited.source, self._sources, n=1)
            guess = f"did you mean {close[0]}?" if close else "write a source's id, or its address"
            told = f"there is no source {brief(cited.source)}; {guess}"
            self.flaws.append(row.flaw("sources", told))
            return None
        address = bare(cited.source)
        if (known := self._addresses.get(address)) is not None:
            return known
        source = unique(slug(address) or "source", self._sources)
        fields = {"id": source, "title": short(cited.title or address, 300), "url": cited.source}
        self._operation(0, row, op="add", kind="source", fields=fields)
        self._sources.add(source)
        self._addresses[address] = source
        return source

    def _phrasings(self, row: Row, entry: str, kind: str, old: Row | None) -> None:
        for language, texts in row.phrasings.items():
            before = old.phrasings.get(language, ()) if old else ()
            known = {normalise(row.question)} if kind == "faq" else set()
            wanted = texts if texts == before else tuple(distinct(texts, known))
            if row.id is not None:  # without an id it is a table that knows only its own
                self._removed += [(entry, language, t, row) for t in before if t not in wanted]
            self._added += [(entry, language, t, row) for t in wanted if t not in before]


def _key(text: str) -> str:
    return normalise(text) or text  # what has no word, such as a lone emoji, is only itself
