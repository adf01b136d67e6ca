"""Say what would come of a suggestion: which kind of entry, and where it belongs."""

from __future__ import annotations

from bot.curation.operations import EntryKind
from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.querylog.curation import SuggestionKind


def under(
    release: Release, kind: SuggestionKind, entry: str | None
) -> tuple[EntryKind, str | None] | None:
    """Return the kind of entry that a suggestion asks for, and its parent.

    None where it does not say what it is about, or that takes no such thing.
    """
    if kind == "source":
        return "source", None
    about = release.entries.get(entry or "")
    if about is None:
        return None
    if kind == "objection":
        return ("objection", about.proposal) if about.proposal else None
    if about.kind is Kind.OBJECTION:
        return "response", about.id
    return ("counter", about.id) if about.kind in {Kind.RESPONSE, Kind.COUNTER} else None
