"""Check lists, phrasings, translations and expectations against the entries they mean."""

from __future__ import annotations

from bot.knowledge import reader
from bot.knowledge.findings import Findings
from bot.knowledge.release import NAMES, OWN, RESERVED, Topic, text_hash
from bot.knowledge.words import normalise

_FIELDS = 12  # as many of an entry's fields as a message names


def lists(findings: Findings) -> None:
    """Check facts, terms and plain questions."""
    topic = findings.topic
    for number, fact in enumerate(topic.facts):
        findings.sources("facts.yaml", (number, "sources"), fact.sources)
        findings.grounded("facts.yaml", (number,), fact, "a fact needs sources: or basis:")
        if fact.as_of is None:
            findings.report(
                "facts.yaml", (number,), "no as_of: readers cannot tell how old it is",
                "undated", "warning",
            )  # fmt: skip
        findings.loaded("facts.yaml", (number, "statement"), fact.statement)
    names: dict[str, str] = {}
    for number, term in enumerate(topic.glossary):
        findings.sources("glossary.yaml", (number, "sources"), term.sources)
        findings.grounded("glossary.yaml", (number,), term, "a term needs sources: or basis:")
        for name in (term.name, *term.aliases):
            other = names.setdefault(normalise(name), term.id)
            if other != term.id:
                findings.report(
                    "glossary.yaml",
                    (number,),
                    f"{reader.brief(name)!r} names {other} already",
                    "clash",
                )
    for number, faq in enumerate(topic.faq):
        findings.sources("faq.yaml", (number, "sources"), faq.sources)
        findings.grounded("faq.yaml", (number,), faq, None)


def questions(findings: Findings) -> None:
    """Check that phrasings lead to an entry, and to one only."""
    topic = findings.topic
    owner: dict[str, tuple[str, str, str]] = {}
    for language, entries in topic.questions.items():
        for entry_id, phrasings in entries.items():
            if entry_id not in topic.files:
                for file, _ in findings.holders(f"questions/{language}", entry_id):
                    findings.dangling(
                        file, (entry_id,), entry_id, topic.files,
                        f"there is no entry {entry_id} to ask for",
                    )  # fmt: skip
                continue
            for phrasing in phrasings:
                first = owner.setdefault(normalise(phrasing), (language, entry_id, phrasing))
                if first[1] != entry_id:
                    file, path = _phrasing_place(findings, language, entry_id, phrasing)
                    first_file, _ = _phrasing_place(findings, *first)
                    findings.report(
                        file, path,
                        f"{reader.brief(phrasing)!r} stands on {first[1]} too ({first_file}); "
                        "keep it on the one it means",
                        "phrasing-clash",
                    )  # fmt: skip


def _phrasing_place(
    findings: Findings, language: str, entry_id: str, phrasing: str
) -> tuple[str, reader.Path]:
    # An entry's phrasings may stand in several files of one language.
    folder = f"questions/{language}"
    for file, value in findings.holders(folder, entry_id):
        if isinstance(value, list) and phrasing in value:
            return file, (entry_id, value.index(phrasing))
    return folder, (entry_id,)


def translations(findings: Findings) -> None:
    """Check that translations have an original, and the one that stands there now."""
    topic = findings.topic
    originals = translatable(topic)
    for language, entries in topic.translations.items():
        for entry_id, fields in entries.items():
            holders = findings.holders(f"translations/{language}", entry_id)
            if entry_id not in topic.files and entry_id not in RESERVED:
                for file, _ in holders:
                    findings.dangling(
                        file, (entry_id,), entry_id, topic.files,
                        f"there is no entry {reader.brief(entry_id)} to translate",
                    )  # fmt: skip
                continue
            for name, translated in fields.items():
                path = (entry_id, name)
                file = next(f for f, value in holders if isinstance(value, dict) and name in value)
                known = originals.get(entry_id, {})
                original = known.get(name)
                if original is None and entry_id == NAMES:
                    # Whoever takes away the last argument of somebody need not look for this.
                    findings.report(
                        file, path,
                        "nobody is named so beside an argument; remove this, or write the name as "
                        "it stands there",
                        "stale", "warning",
                    )  # fmt: skip
                elif original is None:
                    findings.report(
                        file, path,
                        f"{entry_id} has no text {reader.brief(name)}; "
                        f"it has {', '.join(list(known)[:_FIELDS])}",
                        "dangling",
                    )  # fmt: skip
                elif translated.of is None:
                    findings.report(
                        file, path,
                        "has no `of`, so nobody will notice when the original changes; run "
                        "`rejoinder fmt`",
                        "stale", "warning",
                    )  # fmt: skip
                elif translated.of != text_hash(original):
                    findings.report(
                        file, path,
                        "the original has changed since; translate again, then remove `of` and "
                        "run `rejoinder fmt`",
                        "stale", "warning",
                    )  # fmt: skip


def translatable(topic: Topic) -> dict[str, dict[str, str]]:
    """Return the fields of each entry that may be translated: entry id → field → original.

    Fields inside lists are named by position: ``rationale.0``; what the topic says of itself stands
    under OWN, the names beside arguments, which are no terms of the glossary, under NAMES.
    """
    fields: dict[str, dict[str, str]] = {}

    def note(entry_id: str, **values: str | None) -> None:
        fields.setdefault(entry_id, {}).update(
            {name: value for name, value in values.items() if value}
        )

    info = topic.info
    note(OWN, title=info.title, description=info.description, notice=info.notice)
    people: list[str] = []
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
        people += proposal.proposed_by
        stack = list(proposal.objections)
        while stack:
            argument = stack.pop()
            note(argument.id, title=argument.title, text=argument.text)
            people += argument.by
            stack += argument.replies  # type: ignore[arg-type]
    for fact in topic.facts:
        note(fact.id, title=fact.title, statement=fact.statement, caution=fact.caution)
    for term in topic.glossary:
        note(term.id, name=term.name, definition=term.definition)
    for faq in topic.faq:
        note(faq.id, question=faq.question, answer=faq.answer)
    for boundary in topic.boundaries:
        note(boundary.id, title=boundary.title, notice=boundary.notice)
    fields[NAMES] = {name: name for name in people if name not in topic.term_names}
    return fields


def expectations(findings: Findings) -> None:
    """Check that what is expected exists and that nothing is expected twice."""
    known = findings.topic.files
    shown = findings.topic.entries
    file = "expectations.yaml"

    def withdrawn(path: reader.Path, entry_id: str) -> None:
        findings.report(
            file, path, f"{entry_id} is withdrawn, so no answer shows it; expect another entry, "
            "or remove this", "dangling", "warning",
        )  # fmt: skip

    asked: set[tuple[str, str | None]] = set()
    for number, expectation in enumerate(findings.topic.expectations):
        for position, entry_id in enumerate(expectation.expect):
            if entry_id not in known:
                findings.dangling(
                    file, (number, "expect", position), entry_id, known,
                    f"there is no entry {entry_id} to expect",
                )  # fmt: skip
            elif entry_id not in shown:
                withdrawn((number, "expect", position), entry_id)
        context = expectation.context
        if context and context not in known:
            findings.dangling(
                file, (number, "context"), context, known, f"there is no entry {context}"
            )
        elif context and context not in shown:
            withdrawn((number, "context"), context)
        # After another entry the same words are another question.
        if (expectation.ask, context) in asked:
            findings.report(file, (number, "ask"), "this question stands here twice", "twice")
        asked.add((expectation.ask, context))
