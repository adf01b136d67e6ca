"""Lay out an entry's approved text, verbatim, for the facet that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bot.advisor.answer import Block, Role, SourceLine
from bot.advisor.facets import Facet
from bot.advisor.wording import say
from bot.knowledge.model import (
    Argument,
    Boundary,
    Claim,
    Fact,
    Faq,
    Kind,
    Proposal,
    SourceRef,
    Term,
)
from bot.knowledge.names import name_in
from bot.knowledge.release import Entry, Item, Release, short


class Composer:
    """Turn entries of one release into blocks in one language."""

    def __init__(self, release: Release, language: str) -> None:
        self.release = release
        self.topic = release.topic
        self.language = language

    def compose(self, entry: Entry, facet: Facet) -> tuple[tuple[Block, ...], Facet]:
        """Return the blocks for an entry's facet, and the facet that is shown.

        Where nothing is recorded on the facet, the overview is shown and says so first.
        """
        blocks = tuple(self._facet(entry, facet))
        if not blocks:
            blocks = (self._own("facet.none"), *self._facet(entry, Facet.OVERVIEW))
            facet = Facet.OVERVIEW
        if self._untranslated(blocks):
            blocks = (self._own("untranslated"), *blocks)
        elif entry.kind is not Kind.BOUNDARY and self._translated(blocks):
            blocks = (*blocks, self._own("translated"))
        return blocks, facet

    def _facet(self, entry: Entry, facet: Facet) -> Iterator[Block]:
        item = entry.item
        if isinstance(item, Proposal):
            yield from self._proposal(item, facet)
        elif isinstance(item, Argument):
            yield from self._argument(entry, item, facet)
        elif facet is Facet.SOURCES:
            references = () if isinstance(item, Boundary) else item.sources
            yield from self._source_list(references, item.id)
        elif facet in _OF_ARGUED or (facet is not Facet.OVERVIEW and not _has_sources(item)):
            return
        elif isinstance(item, Fact):
            yield from self._fact(item)
        elif isinstance(item, Term):
            text, language = self._text(item.id, "definition", item.definition)
            yield Block(
                "definition", text, item.id, None, (), self.sources(item.sources),
                item.basis, language=language,
            )  # fmt: skip
        elif isinstance(item, Faq):
            text, language = self._text(item.id, "answer", item.answer)
            yield Block(
                "answer", text, item.id, None, (), self.sources(item.sources), language=language
            )
        else:
            text, language = self._text(item.id, "notice", item.notice)
            yield Block("notice", text, item.id, language=language)

    def _proposal(self, proposal: Proposal, facet: Facet) -> Iterator[Block]:
        by = self._names(proposal.proposed_by)
        if facet is Facet.OVERVIEW:
            text, language = self._text(proposal.id, "statement", proposal.statement)
            yield Block(
                "statement", text, proposal.id, None, by, self.sources(proposal.sources),
                proposal.basis, language=language,
            )  # fmt: skip
            yield from self._rationale(proposal)
            yield from self._objection_titles(proposal)
        elif facet is Facet.HOW and proposal.how:
            how = proposal.how
            if not how.grounded:  # a bare sentence rests on what the proposal rests on
                base = {"sources": proposal.sources, "basis": proposal.basis}
                how = how.model_copy(update=base)
            yield self._claim(proposal.id, "how", how, "how", "heading.how")
        elif facet is Facet.WHY:
            yield from self._rationale(proposal)
        elif facet is Facet.SINCE and proposal.since:
            yield self._claim(proposal.id, "since", proposal.since, "since", "heading.since")
        elif facet is Facet.PROPOSERS and by:
            yield Block(
                "people", ", ".join(by), proposal.id, say("heading.proposers", self.language),
                (), self.sources(proposal.sources), language=self.language,
            )  # fmt: skip
        elif facet in {Facet.OBJECTIONS, Facet.REPLIES}:
            heading = say(f"heading.{facet}", self.language)
            for objection in _published(proposal.objections):
                yield self._said(objection, 0, heading)
                yield from self._below(objection, 1, heading)
        elif facet is Facet.EVIDENCE:
            facts = {fact.id: fact for fact in self.topic.facts if fact.status == "published"}
            for fact_id in proposal.facts:
                if fact_id in facts:
                    yield from self._fact(facts[fact_id], say("heading.evidence", self.language))
        elif facet is Facet.SOURCES:
            references = list(proposal.sources)
            claims = [proposal.how, *proposal.rationale, proposal.since]
            for claim in claims:
                references += claim.sources if claim else ()
            yield from self._source_list(references, proposal.id)

    def _argument(self, entry: Entry, argument: Argument, facet: Facet) -> Iterator[Block]:
        if facet is Facet.PROPOSERS:
            by = self._names(argument.by)
            yield Block(
                "people",
                ", ".join(by) if by else say("proposers.none", self.language),
                argument.id,
                say("heading.raised", self.language),
                (),
                self.sources(argument.sources),
                argument.basis,
                language=self.language,
            )
        elif facet in {Facet.SOURCES, Facet.EVIDENCE}:
            if facet is Facet.EVIDENCE and argument.sources:
                # Addresses alone would not tell what they are evidence of.
                yield self._said(argument, 0, None)
            yield from self._source_list(argument.sources, argument.id)
        elif facet in {Facet.REPLIES, Facet.OBJECTIONS}:
            yield from self._replies_to(entry, argument)
        elif facet not in {Facet.HOW, Facet.SINCE}:
            yield from self._document(entry)

    def _replies_to(self, entry: Entry, argument: Argument) -> Iterator[Block]:
        key = "heading.replies" if entry.kind is Kind.OBJECTION else "heading.counters"
        heading = say(key, self.language)
        yield self._said(argument, 0, None)
        replies = list(_published(argument.replies))
        if not replies:
            yield self._own("replies.none")
        for reply in replies:
            yield self._said(reply, 1, heading)
            yield from self._below(reply, 2, heading)

    def _document(self, entry: Entry) -> Iterator[Block]:
        """Yield an objection with its replies and their counters, the asked one highlighted."""
        root = entry
        while root.kind is not Kind.OBJECTION and root.parent is not None:
            root = self.release.entries[root.parent]
        objection = root.item
        assert isinstance(objection, Argument)  # noqa: S101 - roots of arguments are objections
        mark = entry.id if entry.id != root.id else None
        yield self._said(objection, 0, None, mark)
        heading = say("heading.replies", self.language)
        replies = list(_published(objection.replies))
        if not replies:
            yield self._own("replies.none")
        for reply in replies:
            yield self._said(reply, 1, heading, mark)
            yield from self._below(reply, 2, heading, mark)

    def _below(
        self, argument: Argument, depth: int, heading: str | None, mark: str | None = None
    ) -> Iterator[Block]:
        for reply in _published(argument.replies):
            yield self._said(reply, depth, heading, mark)
            yield from self._below(reply, depth + 1, heading, mark)

    def _said(
        self, argument: Argument, depth: int, heading: str | None, mark: str | None = None
    ) -> Block:
        role: Role = _ROLES[self.release.entries[argument.id].kind]
        text, language = self._text(argument.id, "text", argument.text)
        title = None
        if heading and depth == 0 and argument.title:  # one of several: its title lets eyes skip
            title = self._text(argument.id, "title", argument.title)[0]
        return Block(
            role,
            text,
            argument.id,
            heading,
            self._names(argument.by),
            self.sources(argument.sources),
            argument.basis,
            depth,
            argument.id == mark,
            language=language,
            title=title,
        )

    def _rationale(self, proposal: Proposal) -> Iterator[Block]:
        for number, claim in enumerate(proposal.rationale):
            yield self._claim(proposal.id, f"rationale.{number}", claim, "why", "heading.why")

    def _objection_titles(self, proposal: Proposal) -> Iterator[Block]:
        heading = say("heading.objections", self.language)
        for objection in _published(proposal.objections):
            title, language = self._text(objection.id, "title", objection.title or objection.text)
            yield Block("objection", title, objection.id, heading, language=language)

    def _claim(self, entry_id: str, name: str, claim: Claim, role: Role, heading: str) -> Block:
        text, language = self._text(entry_id, name, claim.text)
        return Block(
            role,
            text,
            entry_id,
            say(heading, self.language),
            (),
            self.sources(claim.sources),
            claim.basis,
            language=language,
        )

    def _fact(self, fact: Fact, heading: str | None = None) -> Iterator[Block]:
        text, language = self._text(fact.id, "statement", fact.statement)
        yield Block(
            "fact", text, fact.id, heading, (), self.sources(fact.sources), fact.basis,
            as_of=fact.as_of, language=language,
        )  # fmt: skip
        if fact.caution:
            caution, language = self._text(fact.id, "caution", fact.caution)
            yield Block("caution", caution, fact.id, heading, depth=1, language=language)

    def _source_list(self, references: Iterable[SourceRef], entry_id: str) -> Iterator[Block]:
        heading = say("heading.sources", self.language)
        for line in self.sources(references):
            yield Block("source", str(line), entry_id, heading, (), (line,), language=self.language)

    def _own(self, key: str) -> Block:
        return Block("bot", say(key, self.language), language=self.language)

    def _text(self, entry_id: str, name: str, original: str) -> tuple[str, str]:
        found = self.topic.translated(entry_id, name, original, self.language)
        return (original, self.topic.language) if found is None else (found, self.language)

    def _translated(self, blocks: Iterable[Block]) -> bool:
        """Tell whether something is shown in another language than it was written in."""
        quoted = (block for block in blocks if block.role not in {"bot", "source", "people"})
        return self.language != self.topic.language and any(
            block.language == self.language for block in quoted
        )

    def _untranslated(self, blocks: Iterable[Block]) -> bool:
        quoted = [block for block in blocks if block.role not in {"bot", "source", "people"}]
        return bool(quoted) and all(block.language != self.language for block in quoted)

    def _names(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name_in(self.topic, name, self.language) for name in names)

    def hints(self, entry: Entry, facet: Facet) -> tuple[str, ...]:
        """Return what may be asked next about an entry of which a facet is shown."""
        if entry.kind is Kind.PROPOSAL:
            keys = ["objections", "how", "proposers", "since", "evidence", "sources"]
            keys = [key for key in keys if key != facet.value]
        elif entry.kind in {Kind.OBJECTION, Kind.RESPONSE, Kind.COUNTER}:
            shown = {Facet.SOURCES: "sources", Facet.PROPOSERS: "said"}.get(facet, "replies")
            keys = [key for key in ("said", "sources", "replies") if key != shown]
        elif entry.kind in {Kind.FACT, Kind.TERM} and facet is not Facet.SOURCES:
            keys = ["sources"]
        else:
            keys = []
        return tuple(say(f"hint.{key}", self.language) for key in keys[:3])

    def title(self, entry: Entry) -> str:
        """Return an entry's title, translated where a translation exists."""
        name: Literal["title", "name", "question"] = "title"
        original = entry.title
        if isinstance(entry.item, Term):
            name = "name"
        elif isinstance(entry.item, Faq):
            name, original = "question", entry.item.question
        elif isinstance(entry.item, Argument | Fact) and not entry.item.title:
            # The start of what is shown stands for a title.
            field = "statement" if isinstance(entry.item, Fact) else "text"
            return short(self._text(entry.id, field, entry.text)[0])
        return self._text(entry.id, name, original)[0]

    def sources(self, references: Iterable[SourceRef]) -> tuple[SourceLine, ...]:
        """Resolve references to what is shown of a source, each once."""
        lines: dict[tuple[str, str | None], SourceLine] = {}
        for reference in references:
            source = self.topic.sources[reference.source]
            lines.setdefault(
                (source.id, reference.where),
                SourceLine(
                    source.id,
                    source.title,
                    source.publisher,
                    source.author,
                    source.date,
                    source.url or source.read_url,
                    reference.where,
                    source.seen,
                ),
            )
        return tuple(lines.values())


# Only what is argued for or against has these sides.
_OF_ARGUED = {Facet.HOW, Facet.WHY, Facet.OBJECTIONS, Facet.REPLIES, Facet.SINCE}
_ROLES: dict[Kind, Role] = {
    Kind.OBJECTION: "objection",
    Kind.RESPONSE: "reply",
    Kind.COUNTER: "counter",
}


def _published(arguments: Iterable[Argument]) -> Iterator[Argument]:
    return (argument for argument in arguments if argument.status == "published")


def _has_sources(item: Item) -> bool:
    return not isinstance(item, Boundary) and bool(item.sources)
