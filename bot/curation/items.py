"""The items of an entry's long lists: its reasons, its phrasings, its test questions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.curation.forms import removing
from bot.curation.operations import Operation, RemovePhrasing, RetireExpectation
from bot.knowledge.model import Argument, Claim, Expectation, Proposal
from bot.knowledge.release import Release


@dataclass(frozen=True)
class Item:
    """One of an entry's reasons (``r``), phrasings (``p``) or test questions (``x``).

    ``place`` is its position among the entry's reasons, ``nth`` that among those that say the same.
    ``key`` tells it from the others, whatever is added or removed beside it.
    """

    mark: str
    label: str
    place: int = 0
    language: str = ""
    expectation: Expectation | None = None
    nth: int = 0

    @property
    def key(self) -> int:
        """Return a number made of what it says."""
        said = "\0".join((*self.said, *([str(self.nth)] if self.nth else [])))
        return int(hashlib.sha256(said.encode()).hexdigest()[:12], 16)

    @property
    def said(self) -> tuple[str, ...]:
        """Return what it says; several reasons may say the same."""
        context = self.expectation.context if self.expectation else None
        return self.mark, self.language, self.label, context or ""


def items(release: Release, entry_id: str) -> Iterator[Item]:
    """Yield the items of an entry's lists, in their order."""
    known: Counter[tuple[str, ...]] = Counter()
    for one in _items(release, entry_id):
        yield replace(one, nth=known[one.said])
        known[one.said] += 1


def _items(release: Release, entry_id: str) -> Iterator[Item]:
    entry = release.entries.get(entry_id)
    if entry is None:
        return
    if isinstance(entry.item, Proposal):
        reasons: Sequence[Claim] = entry.item.rationale
        yield from (Item("r", claim.text, place) for place, claim in enumerate(reasons))
    for language, phrasing in release.topic.phrasings(entry_id):
        yield Item("p", phrasing, language=language)
    for one in release.topic.expectations:
        if entry_id in one.expect:
            yield Item("x", one.ask, expectation=one)


def dropping(release: Release, entry_id: str, item: Item) -> list[Operation]:
    """Return the operations that remove an item."""
    if item.mark == "r":
        return removing(release, entry_id, "rationale", item.place)
    if item.mark == "p":
        return [RemovePhrasing(entry=entry_id, language=item.language, text=item.label)]
    assert item.expectation is not None  # noqa: S101 - the only kind left
    return [RetireExpectation(ask=item.expectation.ask, context=item.expectation.context)]


def below(release: Release, parent: str) -> Sequence[Argument]:
    """Return all arguments right under a parent, withdrawn ones too, as positions count them."""
    item = release.entries[parent].item
    found: Iterable[Argument] = ()
    if isinstance(item, Proposal):
        found = item.objections
    elif isinstance(item, Argument):
        found = item.replies
    return tuple(found)
