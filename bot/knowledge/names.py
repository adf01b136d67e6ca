"""Say who somebody is: entries name people by a glossary term's id or by a name as shown."""

from __future__ import annotations

from collections.abc import Iterable

from bot.knowledge.release import NAMES, Topic


def display_name(topic: Topic, by_item: str) -> str:
    """Return the name of the term that an item of ``by`` means, else the item's own text."""
    return topic.term_names.get(by_item, by_item)


def name_in(topic: Topic, by_item: str, language: str) -> str:
    """Return the same name in a language, where a translation is in force."""
    name = display_name(topic, by_item)
    entry, field = (by_item, "name") if by_item in topic.term_names else (NAMES, by_item)
    return topic.translated(entry, field, name, language) or name


def display_names(topic: Topic, items: Iterable[str]) -> list[str]:
    """Return the names for all items, in their order."""
    return [display_name(topic, item) for item in items]
