"""What a question means that leans on the one before it."""

from __future__ import annotations

from bot.advisor.answer import Conversation
from bot.advisor.choice import Choice
from bot.advisor.facets import Cue, Facet, is_elliptical
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry, Release
from bot.retrieval.index import Match


class FollowUps:
    """Read follow-ups with the entries of one release."""

    def __init__(self, release: Release) -> None:
        self.release = release

    def follow(
        self, text: str, cue: Cue | None, conversation: Conversation, match: Match
    ) -> Choice | None:
        """Read "and what do critics say?" with the entry of the conversation.

        Only a question that names nothing of its own leans on the context, and only where the
        index does not know it as a question in its own right.
        """
        entry = self.release.entries.get(conversation.entry or "")
        if entry is None or match.parts.get("cosine", 0.0) > 0.97:
            return None
        if cue is not None and (cue.bare or is_elliptical(text)):
            target = self._facet_owner(entry, cue.facet)
            return Choice(target, cue.facet, 1.0, "follow_up", match, cue, entry.id)
        return None

    def _facet_owner(self, entry: Entry, facet: Facet) -> Entry:
        # "how would it work?" after an objection asks about the proposal it objects to.
        if (
            facet in {Facet.HOW, Facet.SINCE}
            and entry.proposal is not None
            and entry.kind is not Kind.PROPOSAL
        ):
            return self.release.entries[entry.proposal]
        return entry
