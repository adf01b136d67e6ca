"""Say who somebody is: entries name people by a glossary term's id or by a name as shown."""

from __future__ import annotations

from collections.abc import Iterable

from bot.knowledge.release import Topic


def display_name(topic: Topic, by_item: str) -> str:
    """Return the name of the term that an item of ``by`` means, else the item's own text."""
    return next((term.name for term in topic.glossary if term.id == by_item), by_item)


def display_names(topic: Topic, items: Iterable[str]) -> list[str]:
    """Return the names for all items, in their order."""
    names = {term.id: term.name for term in topic.glossary}
    return [names.get(item, item) for item in items]
