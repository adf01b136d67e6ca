"""Whether a question gets the notice of the boundary that it comes near."""

from __future__ import annotations

from collections.abc import Mapping

from bot.knowledge.release import Entry
from bot.retrieval.match import Candidate, Match

# So few words lean on the talk for what they are about ("and how many were sentenced?"), and alone
# look like what they are not. A judgement, made on the development questions.
_FEW_WORDS = 8
# How likely so few words must call for a notice then. A judgement, made on the same questions.
_SURE = 0.5


def notice(
    text: str, match: Match, entries: Mapping[str, Entry], *, talk: bool
) -> Candidate | None:
    """Return the boundary whose notice a question calls for; None where it calls for none.

    In a ``talk`` a few words call for one that alerts nobody only where they surely do.
    """
    found = match.boundary
    if found is None or not talk or getattr(entries[found.id].item, "alert", False):
        return found
    if len(text.split()) <= _FEW_WORDS and match.calls < _SURE:
        return None
    return found
