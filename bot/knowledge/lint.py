"""Check what no single file can show: dangling ids, clashes, groundless claims, lopsided sides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.knowledge import reader
from bot.knowledge.model import Claim, Proposal, SourceRef, is_id
from bot.knowledge.parse import find_place
from bot.knowledge.problems import Problem, Severity
from bot.knowledge.release import Topic, text_hash
from bot.knowledge.words import normalise

# Words that take a side when the collection itself uses them; quoted speech may be attributed.
LOADED_WORDS = (
    "obviously", "clearly", "of course", "so-called", "needless to say", "everyone knows",
    "outrageous", "shameful", "ridiculous", "absurd", "naive", "hysterical", "undeniably",
    "appeasement", "orcs", "brainwashed", "sheeple",
)  # fmt: skip
_LOADED = re.compile(r"\b(" + "|".join(map(re.escape, LOADED_WORDS)) + r")\b", re.IGNORECASE)
_LOPSIDED = 4  # times as much text for one side as for the other


@dataclass
class _Walker:
    topic: Topic
    texts: dict[str, str]
    problems: list[Problem]
    _places: dict[str, dict[reader.Path, reader.Place]]

    def report(
        self,
        file: str,
        path: reader.Path,
        message: str,
        code: str,
        severity: Severity = "error",
    ) -> None:
        if file not in self._places:
            self._places[file] = reader.places(self.texts.get(file, ""))
        place = find_place(self._places[file], path)
        self.problems.append(
            Problem(
                file, place.line, place.column, reader.field_name(path), message, severity, code
            )
        )


def lint(topic: Topic, texts: dict[str, str]) -> list[Problem]:
    """Return all structural findings of a topic; ``texts`` maps file to decoded text for places."""
    walker = _Walker(topic, texts, [], {})
    _proposals(walker)
    _lists(walker)
    _questions(walker)
    _translations(walker)
    _expectations(walker)
    return sorted(walker.problems)


def _proposals(walker: _Walker) -> None:
    topic = walker.topic
    facts = {fact.id for fact in topic.facts}
    for proposal in topic.proposals:
        file = topic.files[proposal.id]
        if file != f"proposals/{proposal.id}.yaml":
            walker.report(
                file, ("id",), f"rename the file to proposals/{proposal.id}.yaml",
                "file-name", "warning",
            )  # fmt: skip
        _sources(walker, file, ("sources",), proposal.sources)
        _people(walker, file, ("proposed_by",), proposal.proposed_by)
        for number, fact in enumerate(proposal.facts):
            if fact not in facts:
                walker.report(
                    file, ("facts", number), f"there is no fact {fact} in facts.yaml", "dangling"
                )
        sourced = bool(proposal.sources or proposal.basis)
        for path, claim in _proposal_claims(proposal):
            _sources(walker, file, (*path, "sources"), claim.sources)
            _loaded(walker, file, (*path, "text"), claim.text)
            if path == ("how",) and not claim.grounded:
                continue  # `how` may rest on the proposal's own sources
            sourced = sourced or claim.grounded
            _grounded(walker, file, path, claim)
        if not sourced:
            walker.report(
                file, (), "the proposal names no source; add sources: or basis:", "ground"
            )
        _loaded(walker, file, ("statement",), proposal.statement)
        _arguments(walker, file, proposal)
        _balance(walker, file, proposal)


def _proposal_claims(proposal: Proposal) -> Iterator[tuple[reader.Path, Claim]]:
    if proposal.how:
        yield ("how",), proposal.how
    for number, claim in enumerate(proposal.rationale):
        yield ("rationale", number), claim
    if proposal.since:
        yield ("since",), proposal.since


def _arguments(walker: _Walker, file: str, proposal: Proposal) -> None:
    stack: list[tuple[reader.Path, object]] = []
    for number, objection in enumerate(proposal.objections):
        path: reader.Path = ("objections", number)
        stack.append((path, objection))
        if not objection.replies and objection.status == "published":
            walker.report(
                file, path, "this objection has no reply; is there none on record?",
                "no-reply", "warning",
            )  # fmt: skip
        if not objection.id.startswith(f"{proposal.id}."):
            walker.report(
                file, (*path, "id"), f"ids under {proposal.id} usually start with {proposal.id}.",
                "id-prefix", "warning",
            )  # fmt: skip
    while stack:
        path, argument = stack.pop()
        assert isinstance(argument, Claim)  # noqa: S101 - narrows the type for the checker
        _grounded(walker, file, path, argument)
        _sources(walker, file, (*path, "sources"), argument.sources)
        _people(walker, file, (*path, "by"), getattr(argument, "by", ()))
        _loaded(walker, file, (*path, "text"), argument.text)
        replies = getattr(argument, "replies", ())
        stack += [((*path, "replies", number), reply) for number, reply in enumerate(replies)]


def _grounded(walker: _Walker, file: str, path: reader.Path, claim: Claim) -> None:
    if claim.basis == "sourced" and not claim.sources:
        walker.report(file, path, "basis says sourced, but no sources are given", "ground")
    elif not claim.grounded:
        walker.report(
            file, path,
            "a claim needs sources: [{source: …}], or basis: inference, or basis: common",
            "ground",
        )  # fmt: skip


def _sources(
    walker: _Walker, file: str, path: reader.Path, references: Iterable[SourceRef]
) -> None:
    for number, reference in enumerate(references):
        if reference.source not in walker.topic.sources:
            walker.report(
                file,
                (*path, number, "source"),
                f"there is no source {reference.source} in sources.yaml",
                "dangling",
            )


def _people(walker: _Walker, file: str, path: reader.Path, names: Iterable[str]) -> None:
    terms = {term.id for term in walker.topic.glossary}
    for number, name in enumerate(names):
        if is_id(name) and name not in terms:
            walker.report(
                file, (*path, number),
                f"there is no term {name} in glossary.yaml; add it, or write the name as shown "
                "(with a capital letter)",
                "dangling",
            )  # fmt: skip


def _loaded(walker: _Walker, file: str, path: reader.Path, text: str) -> None:
    if found := _LOADED.search(text):
        walker.report(
            file, path, f"{found.group()!r} takes a side; say it plainly", "loaded", "warning"
        )


def _balance(walker: _Walker, file: str, proposal: Proposal) -> None:
    against = sum(len(objection.text) for objection in proposal.objections)
    replies = sum(
        len(reply.text) for objection in proposal.objections for reply in objection.replies
    )
    case = len(proposal.statement) + sum(len(claim.text) for claim in proposal.rationale)
    if not proposal.objections:
        walker.report(
            file, (), "no objection is recorded: one side is missing", "lopsided", "warning"
        )
    elif against > _LOPSIDED * (case + replies) or case + replies > _LOPSIDED * against * 2:
        walker.report(
            file, (), f"lopsided: {case + replies} characters for, {against} against",
            "lopsided", "warning",
        )  # fmt: skip


def _lists(walker: _Walker) -> None:
    topic = walker.topic
    for number, fact in enumerate(topic.facts):
        _sources(walker, "facts.yaml", (number, "sources"), fact.sources)
        if not fact.sources and fact.basis not in {"inference", "common"}:
            walker.report("facts.yaml", (number,), "a fact needs sources: or basis:", "ground")
        if fact.as_of is None:
            walker.report(
                "facts.yaml", (number,), "no as_of: readers cannot tell how old it is",
                "undated", "warning",
            )  # fmt: skip
        _loaded(walker, "facts.yaml", (number, "statement"), fact.statement)
    names: dict[str, str] = {}
    for number, term in enumerate(topic.glossary):
        _sources(walker, "glossary.yaml", (number, "sources"), term.sources)
        for name in (term.name, *term.aliases):
            other = names.setdefault(normalise(name), term.id)
            if other != term.id:
                walker.report(
                    "glossary.yaml", (number,), f"{name!r} names {other} already", "clash"
                )
    for number, faq in enumerate(topic.faq):
        _sources(walker, "faq.yaml", (number, "sources"), faq.sources)


def _questions(walker: _Walker) -> None:
    topic = walker.topic
    all_ids = set(topic.files)
    owner: dict[str, tuple[str, str]] = {}
    for language, entries in topic.questions.items():
        for entry_id, phrasings in entries.items():
            file, path = _question_place(walker, language, entry_id)
            if entry_id not in all_ids:
                walker.report(file, path, f"there is no entry {entry_id} to ask for", "dangling")
                continue
            for number, phrasing in enumerate(phrasings):
                key = normalise(phrasing)
                taken, first_file = owner.setdefault(key, (entry_id, file))
                if taken != entry_id:
                    walker.report(
                        file, (*path, number),
                        f"{phrasing!r} stands on {taken} too ({first_file}); "
                        "keep it on the one it means",
                        "phrasing-clash",
                    )  # fmt: skip


def _question_place(walker: _Walker, language: str, entry_id: str) -> tuple[str, reader.Path]:
    for file in walker.texts:
        if file.startswith(f"questions/{language}/"):
            if file not in walker._places:  # noqa: SLF001 - same module
                walker._places[file] = reader.places(walker.texts[file])  # noqa: SLF001
            if (entry_id,) in walker._places[file]:  # noqa: SLF001
                return file, (entry_id,)
    return f"questions/{language}", (entry_id,)


def _translations(walker: _Walker) -> None:
    topic = walker.topic
    originals = translatable(topic)
    for language, entries in topic.translations.items():
        for entry_id, fields in entries.items():
            file = next(
                (
                    name
                    for name, text in walker.texts.items()
                    if name.startswith(f"translations/{language}/") and f"{entry_id}:" in text
                ),
                f"translations/{language}",
            )
            if entry_id not in topic.files:
                walker.report(
                    file, (entry_id,), f"there is no entry {entry_id} to translate", "dangling"
                )
                continue
            for name, translated in fields.items():
                original = originals.get(entry_id, {}).get(name)
                if original is None:
                    walker.report(
                        file, (entry_id, name), f"{entry_id} has no field {name}", "dangling"
                    )
                elif translated.of and translated.of != text_hash(original):
                    walker.report(
                        file, (entry_id, name),
                        "the original has changed since; translate again, then remove `of` and "
                        "run `rejoinder fmt`",
                        "stale", "warning",
                    )  # fmt: skip


def translatable(topic: Topic) -> dict[str, dict[str, str]]:
    """Return the fields of each entry that may be translated: entry id → field → original.

    Fields inside lists are named by position: ``rationale.0``.
    """
    fields: dict[str, dict[str, str]] = {}

    def note(entry_id: str, **values: str | None) -> None:
        fields.setdefault(entry_id, {}).update(
            {name: value for name, value in values.items() if value}
        )

    for proposal in topic.proposals:
        note(
            proposal.id,
            title=proposal.title,
            statement=proposal.statement,
            how=proposal.how.text if proposal.how else None,
            since=proposal.since.text if proposal.since else None,
        )
        for number, claim in enumerate(proposal.rationale):
            fields[proposal.id][f"rationale.{number}"] = claim.text
        stack = list(proposal.objections)
        while stack:
            argument = stack.pop()
            note(argument.id, title=argument.title, text=argument.text)
            stack += argument.replies  # type: ignore[arg-type]
    for fact in topic.facts:
        note(fact.id, title=fact.title, statement=fact.statement, caution=fact.caution)
    for term in topic.glossary:
        note(term.id, name=term.name, definition=term.definition)
    for faq in topic.faq:
        note(faq.id, question=faq.question, answer=faq.answer)
    for boundary in topic.boundaries:
        note(boundary.id, title=boundary.title, notice=boundary.notice)
    return fields


def _expectations(walker: _Walker) -> None:
    known = set(walker.topic.files)
    asked: set[str] = set()
    for number, expectation in enumerate(walker.topic.expectations):
        for position, entry_id in enumerate(expectation.expect):
            if entry_id not in known:
                walker.report(
                    "expectations.yaml", (number, "expect", position),
                    f"there is no entry {entry_id} to expect", "dangling",
                )  # fmt: skip
        if expectation.context and expectation.context not in known:
            walker.report(
                "expectations.yaml", (number, "context"),
                f"there is no entry {expectation.context}", "dangling",
            )  # fmt: skip
        if expectation.ask in asked and not expectation.context:
            walker.report(
                "expectations.yaml", (number, "ask"), "this question stands here twice", "twice"
            )
        asked.add(expectation.ask)
