"""What the navigation offers, in its order; a page shows where the table has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Name a page of the table, its words in the catalogue and its icon."""

    page: str
    key: str
    icon: str


NAVIGATION = (
    Item("review", "nav-review", "inbox"),
    Item("ask", "nav-ask", "chat"),
    Item("log", "nav-log", "list"),
    Item("insights", "nav-insights", "chart"),
    Item("knowledge", "nav-knowledge", "book"),
    Item("draft", "nav-draft", "pen"),
    Item("suggestions", "nav-suggestions", "bulb"),
    Item("history", "nav-history", "clock"),
    Item("settings", "nav-settings", "gear"),
)
