"""Carry a change from its operations to a release in service: plan, confirm, publish, record.

No channel is in it: a command line, a chat or a page hands in a Change and shows what comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.advisor.advisor import Advisor
from bot.background import in_background
from bot.curation.edit import apply, conflicts
from bot.curation.operations import Change, Operation, Restore, Withdraw, describe
from bot.curation.preview import Preview, preview
from bot.curation.rebase import Conflict
from bot.curation.replay import distinct_queries
from bot.curation.repository import Commit, PublishError, Repository
from bot.errors import RejoinderError
from bot.knowledge.files import Snapshot
from bot.querylog import QueryLog
from bot.querylog.curation import Publish, PublishKind
from bot.retrieval.encoder import Progress

REPLAYED = 2_000
_SEARCHED = 200


class RefusedError(RejoinderError):
    """Report why a change must not be published as it is."""

    def __init__(self, refusals: Sequence[str]) -> None:
        super().__init__(
            f"This must not be published: {' '.join(refusals)}",
            hint="Change it until the preview refuses nothing.",
        )
        self.refusals = tuple(refusals)


class UnconfirmedError(RejoinderError):
    """Report the past answers that a change alters and that nobody has agreed to yet."""

    def __init__(self, confirmations: Sequence[str]) -> None:
        super().__init__(f"This changes past answers: {' '.join(confirmations)}")
        self.confirmations = tuple(confirmations)


class RebaseError(RejoinderError):
    """Report that somebody else has changed the same fields since."""

    def __init__(self, found: Sequence[Conflict]) -> None:
        super().__init__(
            f"Somebody has changed the same since: {' '.join(map(str, found))}",
            hint="Look at the newer version and make the change again on top of it.",
        )
        self.conflicts = tuple(found)


@dataclass(frozen=True)
class Plan:
    """A change as it would be published on top of the commit ``head``."""

    head: str
    contents: Mapping[str, bytes]
    preview: Preview
    notes: tuple[str, ...] = ()
    """sentences on what else happens, such as what goes with a withdrawn entry"""


@dataclass(frozen=True)
class Published:
    """A commit that is in service."""

    commit: Commit
    release_before: str
    release_after: str


class Curator:
    """Change one topic's knowledge in its repository; one change at a time.

    ``advisor`` gives the advisor in service and ``reload`` brings the folder's files into service.
    """

    def __init__(
        self,
        repository: Repository,
        log: QueryLog,
        *,
        advisor: Callable[[], Advisor],
        reload: Callable[[], Awaitable[object]],
        cache: Path | None = None,
    ) -> None:
        self.repository = repository
        self._log = log
        self._advisor = advisor
        self._reload = reload
        self._cache = cache
        self._publishing = asyncio.Lock()

    @property
    def release(self) -> str:
        """Return the id of the release in service, which a change is made against."""
        return self._advisor().release.id

    async def plan(self, change: Change, progress: Progress | None = None) -> Plan:
        """Apply a change to the newest files and say what it would do.

        A change made against an older release is carried over where it touches other fields.
        Raises ChangeError, RebaseError, PublishError for uncommitted edits, LogUnavailable.
        """
        head, files = await self._newest()
        if change.base != files.digest:
            await self._carry_over(change, files)
        edited = await asyncio.to_thread(apply, files, change.operations)
        words = [describe(operation) for operation in change.operations]
        shown = await self._preview(files.contents, edited.contents, words, progress)
        return Plan(head.id, edited.contents, shown, edited.notes)

    async def plan_undo(self, commit: str, progress: Progress | None = None) -> Plan:
        """Say what undoing a commit would do; publish it like any other plan.

        Raises UsageError for a commit that cannot be undone, UndoConflict, PublishError.
        """
        head, files = await self._newest()
        contents = await asyncio.to_thread(self.repository.revert, commit, onto=head.id)
        words = [f"Undo {commit[:12]}"]
        return Plan(
            head.id, contents, await self._preview(files.contents, contents, words, progress)
        )

    async def publish(
        self,
        plan: Plan,
        *,
        by: str,
        reason: str,
        user: str | None = None,
        confirmed: bool = False,
        kind: PublishKind = "publish",
    ) -> Published:
        """Commit a plan, bring it into service and record it.

        Raises RefusedError, UnconfirmedError unless ``confirmed``, and PublishError, also where
        somebody published since the plan was made; then nothing has changed.
        """
        if plan.preview.refusals:
            raise RefusedError(plan.preview.refusals)
        if plan.preview.confirmations and not confirmed:
            raise UnconfirmedError(plan.preview.confirmations)
        counts = plan.preview.replay.summary() if plan.preview.replay else {}
        return await self._publish(plan.head, plan.contents, by, reason, user, kind, counts)

    async def withdraw(
        self, entry: str, *, by: str, reason: str, user: str | None = None, back: bool = False
    ) -> Published:
        """Take an entry out of all answers at once, or bring it ``back``: no preview, no waiting.

        Its own expectations are retired with it. Raises ChangeError and PublishError.
        """
        head, files = await self._newest()
        operation: Operation = Restore(id=entry) if back else Withdraw(id=entry)
        edited = await asyncio.to_thread(apply, files, [operation])
        kind: PublishKind = "restore" if back else "withdraw"
        return await self._publish(head.id, edited.contents, by, reason, user, kind, {})

    async def _newest(self) -> tuple[Commit, Snapshot]:
        head, contents, dirty = await asyncio.to_thread(self._read)
        if dirty:
            raise PublishError(
                f"The knowledge has edits that were never committed: {', '.join(dirty)}.",
                hint="Commit them with git, or take them back; they are not published along.",
            )
        files = Snapshot(self.repository.folder, contents)
        if files.digest != self._advisor().release.id:
            await self._reload()
        return head, files

    def _read(self) -> tuple[Commit, Mapping[str, bytes], tuple[str, ...]]:
        head = self.repository.head()
        return head, self.repository.contents(head.id), self.repository.dirty()

    async def _carry_over(self, change: Change, files: Snapshot) -> None:
        base = await asyncio.to_thread(self._find, change.base)
        if base is None:
            raise PublishError(
                f"The release {change.base}, which the change was made against, is not in the "
                "history.",
                hint="Make the change again on top of the newest release.",
            )
        if found := await asyncio.to_thread(conflicts, base, change.operations, files):
            raise RebaseError(found)

    def _find(self, release: str) -> Snapshot | None:
        for commit in self.repository.history(limit=_SEARCHED):
            found = Snapshot(self.repository.folder, self.repository.contents(commit.id))
            if found.digest == release:
                return found
        return None

    async def _preview(
        self,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes],
        words: Sequence[str],
        progress: Progress | None,
    ) -> Preview:
        advisor = self._advisor()
        past = await distinct_queries(self._log, REPLAYED, topic=advisor.release.topic.id)
        return await in_background(
            lambda: preview(
                advisor, after, past, encoder=advisor.index.encoder, cache=self._cache,
                progress=progress, words=words, base=before,
            )
        )  # fmt: skip

    async def _publish(
        self,
        head: str,
        contents: Mapping[str, bytes],
        by: str,
        reason: str,
        user: str | None,
        kind: PublishKind,
        counts: Mapping[str, int],
    ) -> Published:
        async with self._publishing:
            before = self._advisor().release
            commit = await asyncio.to_thread(
                lambda: self.repository.publish(contents, base=head, author=by, reason=reason)
            )
            await self._reload()
            after = self._advisor().release
            await self._log.curation.record_publish(
                Publish(
                    topic=after.topic.id, at=datetime.now(UTC), by=by, user=user, reason=reason,
                    release_before=before.id, release_after=after.id, commit=commit.id, kind=kind,
                    replay=counts,
                )
            )  # fmt: skip
            return Published(commit, before.id, after.id)
