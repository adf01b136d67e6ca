"""By which texts an entry can be found: title, text, phrasings and facet templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.knowledge.model import Boundary, Fact, Faq, Kind, Proposal, Term
from bot.knowledge.release import Entry, Topic

_OPENING = 400
Role = Literal["title", "text", "phrasing", "alias", "facet"]

# The plainest way to ask for each facet, so that an entry with no phrasing of its own for a facet
# can still be reached through it.
_PROPOSAL_TEMPLATES = (
    "what do critics say about {}",
    "who proposed {}",
    "how would {} work",
    "why {}",
    "what has happened since with {}",
)
_OBJECTION_TEMPLATES = ("what is the answer to: {}", "who says: {}")


@dataclass(frozen=True)
class Indexed:
    """A text by which an entry can be found."""

    entry: str
    text: str
    role: Role
    language: str | None = None


def texts_of(topic: Topic, entry: Entry) -> Iterator[Indexed]:
    """Yield an entry's texts; ``phrasing`` texts are the ones that cross-validation holds out."""
    item = entry.item
    seen: set[str] = set()

    def new(text: str) -> bool:
        fresh = text not in seen
        seen.add(text)
        return fresh

    if new(entry.title):
        yield Indexed(entry.id, entry.title, "title")
    text = (item.covers or "") if isinstance(item, Boundary) else _opening(entry.text)
    if text and new(text):
        yield Indexed(entry.id, text, "text")
    if isinstance(item, Term):
        for alias in item.aliases:
            if new(alias):
                yield Indexed(entry.id, alias, "alias")
    if isinstance(item, Faq) and new(item.question):
        yield Indexed(entry.id, item.question, "title")
    if isinstance(item, Fact) and item.title and new(item.title):
        yield Indexed(entry.id, item.title, "title")
    for language, phrasing in topic.phrasings(entry.id):
        if new(phrasing):
            yield Indexed(entry.id, phrasing, "phrasing", language)
    for language, entries in topic.translations.items():
        for name in ("title", "name", "question", "statement", "text"):
            if name in entries.get(entry.id, {}):
                translated = entries[entry.id][name].text
                if new(translated):
                    role: Role = "title" if name in {"title", "name", "question"} else "text"
                    yield Indexed(entry.id, translated, role, language)
    yield from _templates(entry, item)


def _templates(entry: Entry, item: object) -> Iterator[Indexed]:
    templates: tuple[str, ...] = ()
    if isinstance(item, Proposal):
        templates = _PROPOSAL_TEMPLATES
    elif entry.kind is Kind.OBJECTION:
        templates = _OBJECTION_TEMPLATES
    title = entry.title[:1].lower() + entry.title[1:]
    for template in templates:
        yield Indexed(entry.id, template.format(title), "facet")


def _opening(text: str) -> str:
    # A long text is found better by its opening than by the mean of all it says.
    if len(text) <= _OPENING:
        return text
    sentences = re.split(r"(?<=[.!?])\s+", text)
    taken = sentences[0]
    for sentence in sentences[1:]:
        if len(taken) + len(sentence) > _OPENING:
            break
        taken += " " + sentence
    return taken[:_OPENING]
