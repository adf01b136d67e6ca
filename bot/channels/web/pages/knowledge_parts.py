"""What pages about entries show beside their texts: kinds, names, counts, what a draft touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bot.curation.forms import withdrawn
from bot.curation.moderation import Draft
from bot.knowledge.model import Argument, Claim, Kind, Proposal, SourceRef
from bot.knowledge.names import display_name
from bot.knowledge.release import Entry, Release, Topic, argument_kind, published
from bot.knowledge.words import normalise

LISTS: Mapping[str, Kind] = {
    "proposals": Kind.PROPOSAL, "facts": Kind.FACT, "glossary": Kind.TERM, "faq": Kind.FAQ,
    "boundaries": Kind.BOUNDARY,
}  # fmt: skip
"""the parts of a topic whose entries stand alone"""
PARTS = (*LISTS, "sources", "withdrawn")
_MOST = 40


@dataclass(frozen=True)
class Counted:
    """How much is said for and against a proposal; ``bare`` objections have no reply."""

    objections: int
    replies: int
    counters: int
    reasons: int
    bare: int


def counted(proposal: Proposal) -> Counted:
    """Count a proposal's published arguments by kind."""
    kinds: dict[Kind, int] = dict.fromkeys(
        (Kind.OBJECTION, Kind.RESPONSE, Kind.COUNTER), 0
    )  # fmt: skip

    def walk(arguments: Iterable[Argument], depth: int) -> None:
        for one in published(arguments):
            kinds[argument_kind(depth)] += 1
            walk(one.replies, depth + 1)

    walk(proposal.objections, 0)
    bare = sum(not list(published(one.replies)) for one in published(proposal.objections))
    return Counted(
        kinds[Kind.OBJECTION], kinds[Kind.RESPONSE], kinds[Kind.COUNTER],
        len(proposal.rationale), bare,
    )  # fmt: skip


def sizes(release: Release) -> dict[str, int]:
    """Return how many entries each part of a topic has."""
    found = dict.fromkeys(PARTS, 0)
    for entry in release.entries.values():
        name = next((part for part, kind in LISTS.items() if kind == entry.kind), None)
        if name is not None:
            found[name] += 1
    found["sources"] = len(release.topic.sources)
    found["withdrawn"] = len(withdrawn(release))
    return found


def search(release: Release, words: str) -> list[Entry]:
    """Return the entries that have words beginning like all those given, titles before texts."""
    wanted = normalise(words).split()
    if not wanted:
        return []
    found: list[tuple[int, int, Entry]] = []
    for place, entry in enumerate(release.entries.values()):
        title = _words(f"{entry.id} {entry.title}")
        if _has(title, wanted):
            found.append((0, place, entry))
            continue
        asked = " ".join(text for _, text in release.topic.phrasings(entry.id))
        if _has(title | _words(f"{entry.text} {asked}"), wanted):
            found.append((1, place, entry))
    found.sort(key=lambda one: one[:2])
    return [entry for _, _, entry in found[:_MOST]]


def _words(text: str) -> set[str]:
    return set(normalise(text.replace("-", " ").replace(".", " ")).split())


def _has(known: set[str], wanted: Iterable[str]) -> bool:
    return all(any(each.startswith(word) for each in known) for word in wanted)


def uses(topic: Topic) -> dict[str, list[str]]:
    """Return the ids of the published entries that rest on each source."""
    found: dict[str, list[str]] = {key: [] for key in topic.sources}
    for entry in topic.entries.values():
        for key in dict.fromkeys(ref.source for ref in _references(entry)):
            if key in found:
                found[key].append(entry.id)
    return found


def _references(entry: Entry) -> Iterable[SourceRef]:
    item = entry.item
    own: Iterable[SourceRef] = getattr(item, "sources", ())
    claims: list[Claim | None] = []
    if isinstance(item, Proposal):
        claims = [item.how, item.since, *item.rationale]
    return chain(own, *(claim.sources for claim in claims if claim is not None))


def touched(draft: Draft) -> frozenset[str]:
    """Return the ids of what a draft's operations are about."""
    ids: set[str] = set()
    for one in draft.operations:
        ids |= {getattr(one, name) for name in ("id", "entry") if hasattr(one, name)}
        ids |= set(getattr(one, "expect", ()))
    return frozenset(ids)


def kind_at(release: Release, entry_id: str) -> str:
    """Return the kind of an entry or source; empty for neither."""
    if entry_id in release.entries:
        return release.entries[entry_id].kind.value
    return "source" if entry_id in release.topic.sources else ""


def helpers(release: Release) -> dict[str, Any]:
    """Return what templates ask about the entries of a release."""
    topic = release.topic

    def named(by: str) -> tuple[str, str]:
        return display_name(topic, by), by if by in topic.term_names else ""

    title: Callable[[str], str] = lambda key: (  # noqa: E731 - a template's function
        release.entries[key].title if key in release.entries else key
    )
    return {
        "known": topic,
        "release": release,
        "named": named,
        "title_of": title,
        "argument_kind": lambda depth: argument_kind(depth).value,
        "counted": counted,
    }
