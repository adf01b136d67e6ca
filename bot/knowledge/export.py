"""Write a proposal with its tree of arguments as Argdown, Markdown or JSON.

What is withdrawn is left out with all that hangs under it, as in answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.knowledge.model import Argument, Basis, Claim, Proposal, SourceRef
from bot.knowledge.names import display_names
from bot.knowledge.release import Topic, argument_kind
from bot.knowledge.release import published as published  # noqa: PLC0414 - channels import it here

BASIS_NOTES = {
    "inference": "an inference, not found in a source",
    "common": "commonly raised, no source found",
}

# A backslash takes a character's meaning away, as in the lexer of @argdown/core 1.7. Full stops
# and colons are among them where `.name.` or `:name:` would be a shortcode.
_ARGDOWN = re.compile(r"[\\@#*_\[\]<>{}/]|[.:](?=[^\s.:]+[.:])|^[-+(=]|-(?=-)")
# Titles know no backslash, so what would end one is replaced by what looks like it.
_TITLE = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")"})
_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~&]|^[-+=]")
_NUMBERED = re.compile(r"^(\d+)([.)])")
_LINE_ENDS = re.compile(r"\s+")


def to_argdown(topic: Topic, proposal: Proposal) -> str:
    """Return the proposal as an Argdown document.

    Reasons support the proposal's statement, objections attack it; a response attacks its
    objection, a counter its response. Names, sources and basis stand in the metadata.
    """
    return "\n".join([*_front(proposal.title), *_argdown_tree(topic, proposal, set())]) + "\n"


def topic_to_argdown(topic: Topic) -> str:
    """Return all published proposals as one Argdown document, each under a heading."""
    titles: set[str] = set()
    lines = _front(topic.info.title)
    for proposal in topic.proposals:
        if proposal.status == "published":
            heading = f"# {_argdown(proposal.title)}"
            lines += [heading, "", *_argdown_tree(topic, proposal, titles), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _front(title: str) -> list[str]:
    return ["===", f"title: {json.dumps(title, ensure_ascii=False)}", "===", ""]


def _argdown_tree(topic: Topic, proposal: Proposal, titles: set[str]) -> Iterator[str]:
    """Yield a proposal's lines; ``titles`` are those that the document has already."""

    def title_of(wanted: str, fallback: str) -> str:
        # Equal titles mean one and the same argument in Argdown.
        title = _line(wanted.translate(_TITLE))
        if title in titles:
            title = f"{title} ({fallback})"
        titles.add(title)
        return title

    def metadata(**values: Any) -> str:
        kept = {name: value for name, value in values.items() if value}
        text = ", ".join(f"{name}: {_argdown_data(value)}" for name, value in kept.items())
        return f" {{{text}}}" if text else ""

    def grounds(claim: Claim | Proposal) -> dict[str, Any]:
        return {"sources": _citations(topic, claim.sources), "basis": claim.basis}

    def below(arguments: Sequence[Argument], indent: str) -> Iterator[str]:
        for argument in published(arguments):
            title = title_of(argument.title or argument.id, argument.id)
            data = metadata(
                id=argument.id, by=display_names(topic, argument.by), **grounds(argument)
            )
            yield f"{indent}- <{title}>: {_argdown(argument.text)}{data}"
            yield from below(argument.replies, indent + "  ")

    data = metadata(
        id=proposal.id, by=display_names(topic, proposal.proposed_by), **grounds(proposal)
    )
    yield f"[{title_of(proposal.title, proposal.id)}]: {_argdown(proposal.statement)}{data}"
    for number, claim in enumerate(proposal.rationale, start=1):
        name = title_of(f"Reason {number}", f"{proposal.id}, reason {number}")
        yield f"  + <{name}>: {_argdown(claim.text)}{metadata(**grounds(claim))}"
    yield from below(proposal.objections, "  ")


def to_markdown(topic: Topic, proposal: Proposal) -> str:
    """Return the proposal as a Markdown page with nested lists and numbered sources."""
    numbers: dict[str, int] = {}

    def cited(claim: Claim | Proposal) -> str:
        marks = []
        for reference in claim.sources:
            number = numbers.setdefault(reference.source, len(numbers) + 1)
            place = f", {as_markdown(reference.where)}" if reference.where else ""
            marks.append(f"\\[{number}{place}\\]")
        note = BASIS_NOTES.get(claim.basis or "")
        return "".join(f" {part}" for part in (*marks, *([f"*({note})*"] if note else [])))

    def by(names: Sequence[str]) -> str:
        return f" ({as_markdown(', '.join(display_names(topic, names)))})" if names else ""

    def below(arguments: Sequence[Argument], depth: int) -> Iterator[str]:
        pad = "  " * depth
        for argument in published(arguments):
            kind = argument_kind(depth).value.capitalize()
            title = f": {as_markdown(argument.title)}" if argument.title else ""
            yield f"{pad}- **{kind}{title}**{by(argument.by)}  "
            yield f"{pad}  {as_markdown(argument.text)}{cited(argument)}"
            yield from below(argument.replies, depth + 1)

    lines = [
        f"# {as_markdown(proposal.title)}",
        "",
        as_markdown(proposal.statement) + cited(proposal),
    ]
    if proposal.proposed_by:
        names = ", ".join(display_names(topic, proposal.proposed_by))
        lines += ["", f"Proposed by {as_markdown(names)}."]
    if proposal.how:
        lines += [
            "",
            "## How it would work",
            "",
            as_markdown(proposal.how.text) + cited(proposal.how),
        ]
    if proposal.rationale:
        lines += ["", "## Why", ""]
        lines += [f"- {as_markdown(claim.text)}{cited(claim)}" for claim in proposal.rationale]
    if arguments := list(below(proposal.objections, 0)):
        lines += ["", "## Objections", "", *arguments]
    if proposal.since:
        lines += ["", "## What has happened since", ""]
        lines.append(as_markdown(proposal.since.text) + cited(proposal.since))
    if numbers:
        lines += ["", "## Sources", ""]
        lines += [f"{number}. {_link(topic, key)}" for key, number in numbers.items()]
    return "\n".join(lines) + "\n"


def to_json(topic: Topic, proposal: Proposal) -> str:
    """Return ``tree`` as indented JSON text."""
    return json.dumps(tree(topic, proposal), indent=2, ensure_ascii=False) + "\n"


def tree(topic: Topic, proposal: Proposal) -> dict[str, Any]:
    """Return the proposal as nested plain data: names resolved, sources with titles and addresses.

    Every argument has ``id``, ``kind``, ``title`` (null where it has none), ``text``, ``by``,
    ``sources``, ``basis`` and ``replies``.
    """

    def claim(item: Claim | None) -> dict[str, Any] | None:
        return None if item is None else {"text": item.text, **_ground(topic, item)}

    def below(arguments: Sequence[Argument], depth: int) -> list[dict[str, Any]]:
        return [
            {
                "id": argument.id,
                "kind": argument_kind(depth).value,
                "title": argument.title,
                "text": argument.text,
                "by": display_names(topic, argument.by),
                **_ground(topic, argument),
                "replies": below(argument.replies, depth + 1),
            }
            for argument in published(arguments)
        ]

    return {
        "id": proposal.id,
        "kind": "proposal",
        "title": proposal.title,
        "statement": proposal.statement,
        "proposed_by": display_names(topic, proposal.proposed_by),
        **_ground(topic, proposal),
        "how": claim(proposal.how),
        "rationale": [claim(item) for item in proposal.rationale],
        "facts": list(proposal.facts),
        "objections": below(proposal.objections, 0),
        "since": claim(proposal.since),
    }


def _ground(topic: Topic, item: Claim | Proposal) -> dict[str, Any]:
    sources = [_source(topic, reference) for reference in item.sources]
    basis: Basis | None = item.basis or ("sourced" if sources else None)
    return {"sources": sources, "basis": basis}


def _source(topic: Topic, reference: SourceRef) -> dict[str, Any]:
    source = topic.sources.get(reference.source)
    return {
        "id": reference.source,
        "title": source.title if source else reference.source,
        "url": (source.url or source.read_url) if source else None,
        "where": reference.where,
    }


def _citations(topic: Topic, references: Iterable[SourceRef]) -> list[str]:
    found = []
    for reference in references:
        source = _source(topic, reference)
        parts = (source["title"], source["where"], source["url"])
        found.append(", ".join(part for part in parts if part))
    return found


def _link(topic: Topic, source_id: str) -> str:
    source = topic.sources.get(source_id)
    if source is None:
        return as_markdown(source_id)
    url = source.url or source.read_url
    title = as_markdown(source.title)
    parts = [f"[{title}](<{url}>)" if url else title]
    parts += [as_markdown(part) for part in (source.author, source.publisher, source.date) if part]
    return ", ".join(parts)


def _line(text: str) -> str:
    return _LINE_ENDS.sub(" ", text).strip()


def _argdown(text: str) -> str:
    return _ARGDOWN.sub(lambda found: "\\" + found.group(), _line(text))


def _argdown_data(value: Any) -> str:
    # The lexer ends metadata at a closing brace whatever quotes it stands in.
    return json.dumps(value, ensure_ascii=False).translate(str.maketrans("{}", "()"))


def as_markdown(text: str) -> str:
    """Return a text as one line of Markdown in which none of its characters is markup."""
    escaped = _MARKDOWN.sub(lambda found: "\\" + found.group(), _line(text))
    return _NUMBERED.sub(r"\1\\\2", escaped)
