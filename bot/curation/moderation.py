"""What a topic's moderators do: prepare a draft, have it published, decide on suggestions.

Drafts, suggestions and names live in the database, so that they outlive a restart and never get
into answers; who may act is for the channel to check, at each call.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.advisor.advisor import Advisor
from bot.curation.curator import Closing, Curator, Plan, Published
from bot.curation.draft import Draft, NoRepositoryError, OwnWorkError, StaleError
from bot.curation.edit import apply
from bot.curation.operations import (
    REASON_MAX,
    REASON_MIN,
    Change,
    ChangeError,
    Operation,
    name_of,
)
from bot.curation.verbatim import VerbatimError, refuse_copies, words_of
from bot.errors import UsageError
from bot.knowledge.release import Release
from bot.querylog import QueryLog
from bot.querylog.curation import Decision, Near, Suggestion, SuggestionKind, SuggestionRow
from bot.querylog.drafts import DraftRow
from bot.querylog.tellings import Telling
from bot.retrieval.encoder import Progress

__all__ = [
    "Draft", "Moderation", "NoRepositoryError", "OwnWorkError", "StaleError", "Suggested",
    "VerbatimError",
]  # fmt: skip

_NEAR = 5
# A blended score below this is no likeness that anybody would see.
_ALIKE = 0.3
# As the history calls the program itself, and whoever chose no name.
_RESERVED = ("moderator-", "rejoinder")


@dataclass(frozen=True)
class Suggested:
    """A suggestion that is stored, and the entries that it may repeat."""

    id: int
    near: tuple[Near, ...]


class Moderation:
    """Let moderators work on one topic. Users are named by the platform's ids (``discord:123``)."""

    def __init__(
        self,
        topic: str,
        log: QueryLog,
        *,
        advisor: Callable[[], Advisor],
        curator: Curator | NoRepositoryError,
        two_people: bool = False,
    ) -> None:
        self.topic = topic
        self.two_people = two_people
        self._log = log
        self._advisor = advisor
        self._curator = curator

    @property
    def curator(self) -> Curator:
        """Return what changes the topic. Raises NoRepositoryError where nothing can."""
        if isinstance(self._curator, NoRepositoryError):
            raise self._curator
        return self._curator

    async def name(self, user: str) -> str:
        """Return a person's name for the history: as chosen, else made of their pseudonym."""
        return await self._named(self._log.drafts.pseudonym(user))

    async def author(self, draft: Draft) -> str:
        """Return the name for the history of whoever made a draft."""
        return await self._named(draft.author)

    async def _named(self, pseudonym: str) -> str:
        return await self._log.drafts.name(pseudonym) or f"moderator-{pseudonym[:8]}"

    async def set_name(self, user: str, name: str | None) -> str:
        """Keep a name for the history, None for the pseudonym; return what is in force.

        Raises UsageError for what git cannot keep as a name, and for one that is somebody else's.
        """
        if name is not None:
            try:
                name = name_of(name)
            except ValueError as error:
                raise UsageError(f"That name cannot be used: {error}.") from None
            begins = name.casefold().startswith(_RESERVED)
            if begins or await self._log.drafts.is_taken(name, user):
                raise UsageError(
                    "That name is taken, or looks like the program's own.", hint="Choose another."
                )
        await self._log.drafts.choose_name(user, name)
        return await self.name(user)

    async def draft(self, user: str) -> Draft:
        """Return what somebody is preparing, an empty draft where that is nothing."""
        row = await self._log.drafts.of(self.topic, user)
        return Draft(0, self.topic) if row is None else self._read(row, user)

    async def draft_by_id(self, draft_id: int, user: str) -> Draft | None:
        """Return one's own draft of this topic, or somebody's that waits for a second person."""
        row = await self._log.drafts.get(draft_id)
        if row is None or row.topic != self.topic:
            return None
        draft = self._read(row, user)
        return draft if draft.own or draft.waiting else None

    async def waiting(self, user: str) -> list[Draft]:
        """Return the drafts that wait for a second person, oldest first."""
        found = []
        for row in await self._log.drafts.waiting(self.topic):
            with contextlib.suppress(ChangeError):  # of an older version: its author discards it
                found.append(self._read(row, user))
        return found

    async def release(self, draft: Draft) -> Release:
        """Return the newest knowledge with a draft's changes in it. Raises ChangeError."""
        _, files = await self.curator.newest()
        return (await asyncio.to_thread(apply, files, draft.operations)).release

    async def add(
        self,
        user: str,
        operations: Sequence[Operation],
        *,
        suggestion: int | None = None,
        source: str | Sequence[str] | None = None,
        base: str | None = None,
    ) -> Draft:
        """Append to somebody's draft, once it is known that all of it applies.

        ``suggestion`` is one that it takes up; neither the words of those that the draft takes up
        nor ``source``, users' words too, may be copied. ``base`` is the id of the release that
        was looked at, where that may have been an older one. Raises ChangeError, RebaseError,
        VerbatimError, PublishError, StaleError, NoRepositoryError.
        """
        draft = await self.draft(user)
        if suggestion is not None:
            row = await self.suggestion(suggestion)
            if row is None or row.status != "open":
                raise StaleError("suggestion")
        new = tuple(operations)
        changed = draft.with_more(new, suggestion)
        await self._refuse_copies(new, changed.suggestions, source)
        _, files = await self.curator.newest()
        if draft.operations and draft.base != files.digest:
            await self.curator.carry_over(self._change(draft.operations, draft.base), files)
        if base is not None and base != files.digest:
            await self.curator.carry_over(self._change(new, base), files)
        await asyncio.to_thread(apply, files, changed.operations)
        return await self._save(user, replace(changed, base=files.digest))

    async def remove(self, user: str, position: int, revision: int) -> Draft:
        """Take one operation out of somebody's draft, by its place from 0.

        Raises StaleError where the draft is another by now, and ChangeError where the rest needs
        what is taken out.
        """
        draft = await self.draft(user)
        if draft.revision != revision or not 0 <= position < len(draft.operations):
            raise StaleError("changed" if draft.operations else "gone")
        left = draft.without(position)
        if left.operations:
            _, files = await self.curator.newest()
            # One that others have overtaken must not be kept from being mended.
            if draft.base == files.digest:
                await asyncio.to_thread(apply, files, left.operations)
            return await self._save(user, left)
        if not await self._log.drafts.remove(draft.id, revision):
            raise StaleError
        return Draft(0, self.topic)

    async def discard(self, user: str) -> bool:
        """Throw somebody's draft away, also one that cannot be read; False where there is none."""
        row = await self._log.drafts.of(self.topic, user)
        return row is not None and await self._log.drafts.remove(row.id, row.revision)

    async def submit(self, user: str, draft: Draft, reason: str) -> Draft:
        """Ask a second person to publish a draft of one's own.

        Raises StaleError, VerbatimError for a reason that copies a suggestion, UsageError for an
        empty draft.
        """
        self._require(draft)
        if not draft.own:
            raise StaleError
        said = await self._own_words(reason, draft.suggestions)
        return await self._save(user, replace(draft, reason=said, waiting=True))

    async def plan(self, draft: Draft, progress: Progress | None = None) -> Plan:
        """Say what publishing a draft would do. Raises as Curator.plan does, and UsageError."""
        self._require(draft)
        await self.curator.settle()
        return await self.curator.plan(self._change(draft.operations, draft.base), progress)

    async def publish(
        self, draft: Draft, plan: Plan, *, user: str, reason: str, confirmed: bool = False
    ) -> Published:
        """Publish a draft as it was planned; its suggestions are approved, and it is gone.

        It goes under its author's name. Raises OwnWorkError where the two-person rule asks for
        somebody else, VerbatimError for words that copy a suggestion, StaleError, UsageError for
        a suggestion that somebody has decided on, and what Curator.publish raises.
        """
        if self.two_people and draft.own:
            raise OwnWorkError(
                "Whoever wrote a change may not publish it here: two people are the rule.",
                hint="Ask another moderator to look at it and to publish it.",
            )
        now = await self.draft_by_id(draft.id, user)
        if now is None or now.revision != draft.revision:
            raise StaleError("changed" if now is not None else "gone")
        await self._check_suggestions(draft, user)
        await self._refuse_copies(draft.operations, draft.suggestions)
        said, by = await self._own_words(reason, draft.suggestions), await self.name(user)
        approver = None if draft.own else by
        return await self.curator.publish(
            plan,
            by=await self._named(draft.author),
            reason=said,
            user=user,
            confirmed=confirmed,
            closing=Closing(draft.id, draft.suggestions, draft.author, approver),
        )

    async def suggest(
        self,
        user: str,
        kind: SuggestionKind,
        text: str,
        entry: str | None = None,
        *,
        tell: bool = False,
    ) -> Suggested:
        """Keep what somebody suggests, with the entries that it may repeat.

        With ``tell`` their id is kept encrypted until they have been told what became of it.
        Raises LogUnavailable and ValueError for a text with nothing in it.
        """
        near = await self.near(text)
        suggestion = Suggestion(
            topic=self.topic, at=datetime.now(UTC), user=user, kind=kind, text=text, entry=entry,
            near=near,
        )  # fmt: skip
        number = await self._log.curation.suggest(suggestion, tell=tell)
        return Suggested(number, near)

    async def near(self, text: str, limit: int = _NEAR) -> tuple[Near, ...]:
        """Return the entries whose wording is nearest to a text, best first."""
        index = self._advisor().index
        match = await asyncio.to_thread(index.search, text, limit=limit)
        return tuple(Near(c.id, c.score) for c in match.candidates if c.score >= _ALIKE)

    async def open(self, limit: int = 100) -> list[SuggestionRow]:
        """Return the suggestions that nobody has decided on, oldest first."""
        return await self._log.curation.suggestions(self.topic, "open", limit)

    async def suggestion(self, suggestion_id: int) -> SuggestionRow | None:
        """Return a suggestion of this topic."""
        row = await self._log.curation.suggestion(suggestion_id)
        return row if row is not None and row.topic == self.topic else None

    async def readdress(self, suggestion_id: int, kind: SuggestionKind, entry: str | None) -> bool:
        """Say anew what an open suggestion is about; False where there is no such one.

        Raises UsageError for an entry that does not exist.
        """
        if entry is not None and entry not in self._advisor().release.entries:
            raise UsageError(f"There is no entry {entry}.", hint="Leave it empty, or choose one.")
        if await self.suggestion(suggestion_id) is None:
            return False
        return await self._log.curation.readdress(suggestion_id, kind, entry)

    async def approve(self, suggestion_id: int, user: str, reason: str = "") -> Decision:
        """Approve a suggestion without a change of the knowledge."""
        return await self._decide(suggestion_id, "approved", user, reason)

    async def reject(self, suggestion_id: int, user: str, reason: str) -> Decision:
        """Reject a suggestion for a reason. Raises UsageError where none is said."""
        return await self._decide(suggestion_id, "rejected", user, _said(reason))

    async def to_tell(self) -> list[Telling]:
        """Return who asked to be told of what is decided now."""
        return await self._log.tellings.due(self.topic)

    async def told(self, telling_id: int) -> None:
        """Forget the id of somebody who was told, or cannot be."""
        await self._log.tellings.done(telling_id)

    async def _decide(self, suggestion_id: int, status: Any, user: str, reason: str) -> Decision:
        if await self.suggestion(suggestion_id) is None:
            return "unknown"
        own = user if self.two_people else None
        return await self._log.curation.decide(suggestion_id, status, user, reason, not_by=own)

    async def _check_suggestions(self, draft: Draft, user: str) -> None:
        own = self._log.drafts.pseudonym(user)
        for number in draft.suggestions:
            row = await self.suggestion(number)
            if row is None or row.status != "open":
                raise UsageError(
                    f"Somebody has decided on suggestion {number} meanwhile.",
                    hint="Take its change out of the draft, or make it anew without the "
                    "suggestion.",
                )
            if self.two_people and row.pseudonym == own:
                raise OwnWorkError(
                    "This draft takes up a suggestion of your own: two people are the rule.",
                    hint="Ask another moderator to publish it.",
                )

    async def _refuse_copies(
        self,
        operations: Sequence[Operation],
        taken: Sequence[int],
        source: str | Sequence[str] | None = None,
    ) -> None:
        further = [source] if isinstance(source, str) else source or ()
        theirs = [*await self._texts(taken), *filter(None, further)]
        if theirs:
            words = list(words_of(operations, self._advisor().release.topic.sources))
            await asyncio.to_thread(refuse_copies, words, theirs)

    async def _texts(self, taken: Sequence[int]) -> list[str]:
        rows = [await self.suggestion(number) for number in taken]
        return [row.text for row in rows if row is not None]

    async def _own_words(self, reason: str, taken: Sequence[int]) -> str:
        """Return a reason for the history. Raises VerbatimError, and UsageError for none."""
        said = _said(reason)
        await asyncio.to_thread(refuse_copies, [said], await self._texts(taken))
        return said

    async def _save(self, user: str, draft: Draft) -> Draft:
        row = await self._log.drafts.save(
            self.topic, user, draft=draft.id, revision=draft.revision, base=draft.base,
            operations=draft.stored(), waiting=draft.waiting, reason=draft.reason,
        )  # fmt: skip
        if row is None:
            raise StaleError
        return self._read(row, user)

    def _read(self, row: DraftRow, user: str) -> Draft:
        return Draft.read(row, self._log.drafts.pseudonym(user))

    @staticmethod
    def _require(draft: Draft) -> None:
        if not draft.operations:
            raise UsageError("The draft is empty.", hint="Add or edit an entry first.")

    @staticmethod
    def _change(operations: Sequence[Operation], base: str) -> Change:
        # Name and reason come with the publish; a preview has neither.
        return Change(operations=tuple(operations), reason="A draft.", by="draft", base=base)


def _said(reason: str) -> str:
    said = " ".join(reason.split())
    if len(said) < REASON_MIN:
        raise UsageError("Say why, in a sentence.")
    return said[:REASON_MAX]
