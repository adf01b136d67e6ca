"""Check what no single file can show: dangling ids, clashes, groundless claims, lopsided sides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.knowledge import lint_lists, reader
from bot.knowledge.findings import Findings
from bot.knowledge.model import Claim, Proposal, is_id
from bot.knowledge.problems import Problem
from bot.knowledge.release import Topic

_LOPSIDED = 4  # times as much text for one side as for the other


def lint(
    topic: Topic, texts: Mapping[str, str], unread: Collection[str] = frozenset()
) -> list[Problem]:
    """Return all structural findings of a topic.

    ``texts`` maps file to decoded text, for places. What leads to an id in ``unread`` is not
    reported: the id stands in something that could not be read.
    """
    findings = Findings(topic, texts, unread)
    _proposals(findings)
    lint_lists.lists(findings)
    lint_lists.questions(findings)
    lint_lists.translations(findings)
    lint_lists.expectations(findings)
    return sorted(findings.problems)


def _proposals(findings: Findings) -> None:
    topic = findings.topic
    facts = {fact.id for fact in topic.facts}
    for proposal in topic.proposals:
        file = topic.files[proposal.id]
        if file != f"proposals/{proposal.id}.yaml":
            findings.report(
                file, ("id",), f"rename the file to proposals/{proposal.id}.yaml",
                "file-name", "warning",
            )  # fmt: skip
        findings.sources(file, ("sources",), proposal.sources)
        _people(findings, file, ("proposed_by",), proposal.proposed_by)
        for number, fact in enumerate(proposal.facts):
            if fact not in facts:
                findings.dangling(
                    file, ("facts", number), fact, facts, f"there is no fact {fact} in facts.yaml"
                )
        for path, claim in _proposal_claims(proposal):
            findings.sources(file, (*path, "sources"), claim.sources)
            findings.loaded(file, (*path, "text"), claim.text)
            if path == ("how",) and not claim.basis:
                continue  # a plain `how` rests on what the statement rests on
            findings.grounded(file, path, claim)
        # What is proposed may rest on the proposal's own sources, or on those of its reasons.
        supports = (*proposal.rationale, *([proposal.how] if proposal.how else []))
        stands = any(claim.grounded for claim in supports)
        findings.grounded(
            file, (), proposal,
            None if stands else "the proposal names no source; add sources: or basis:",
        )  # fmt: skip
        findings.loaded(file, ("statement",), proposal.statement)
        _arguments(findings, file, proposal)
        _balance(findings, file, proposal)


def _proposal_claims(proposal: Proposal) -> Iterator[tuple[reader.Path, Claim]]:
    if proposal.how:
        yield ("how",), proposal.how
    for number, claim in enumerate(proposal.rationale):
        yield ("rationale", number), claim
    if proposal.since:
        yield ("since",), proposal.since


def _arguments(findings: Findings, file: str, proposal: Proposal) -> None:
    stack: list[tuple[reader.Path, object]] = []
    for number, objection in enumerate(proposal.objections):
        path: reader.Path = ("objections", number)
        stack.append((path, objection))
        if not objection.replies and objection.status == "published":
            findings.report(
                file, path, "this objection has no reply; is there none on record?",
                "no-reply", "warning",
            )  # fmt: skip
        if not objection.id.startswith(f"{proposal.id}."):
            findings.report(
                file, (*path, "id"), f"ids under {proposal.id} usually start with {proposal.id}.",
                "id-prefix", "warning",
            )  # fmt: skip
    while stack:
        path, argument = stack.pop()
        assert isinstance(argument, Claim)  # noqa: S101 - narrows the type for the checker
        findings.grounded(file, path, argument)
        findings.sources(file, (*path, "sources"), argument.sources)
        _people(findings, file, (*path, "by"), getattr(argument, "by", ()))
        findings.loaded(file, (*path, "text"), argument.text)
        replies = getattr(argument, "replies", ())
        stack += [((*path, "replies", number), reply) for number, reply in enumerate(replies)]


def _people(findings: Findings, file: str, path: reader.Path, names: Iterable[str]) -> None:
    terms = {term.id for term in findings.topic.glossary}
    for number, name in enumerate(names):
        if is_id(name) and name not in terms:
            findings.dangling(
                file, (*path, number), name, terms,
                f"there is no term {name} in glossary.yaml; add it, or write the name as shown "
                "(with a capital letter)",
            )  # fmt: skip


def _balance(findings: Findings, file: str, proposal: Proposal) -> None:
    against = sum(len(objection.text) for objection in proposal.objections)
    replies = sum(
        len(reply.text) for objection in proposal.objections for reply in objection.replies
    )
    case = len(proposal.statement) + sum(len(claim.text) for claim in proposal.rationale)
    if not proposal.objections:
        findings.report(
            file, (), "no objection is recorded: one side is missing", "lopsided", "warning"
        )
    elif against > _LOPSIDED * (case + replies) or case + replies > _LOPSIDED * against * 2:
        findings.report(
            file, (), f"lopsided: {case + replies} characters for, {against} against",
            "lopsided", "warning",
        )  # fmt: skip
