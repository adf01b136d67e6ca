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
from bot.curation.repository import Commit, NewerHeadError, PublishError, Repository
from bot.curation.workspace import arranged
from bot.errors import RejoinderError, UsageError
from bot.knowledge.files import Snapshot
from bot.knowledge.load import inspect
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.release import Release
from bot.querylog import QueryLog
from bot.querylog.curation import Publish, PublishKind
from bot.retrieval.encoder import Progress
from bot.retrieval.index import Index

REPLAYED = 2_000
_SEARCHED = 200
_ATTEMPTS = 10


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
    notes: tuple[str, ...] = ()
    """sentences on what nobody was told before, such as what went with a withdrawn entry"""


class Curator:
    """Change one topic's knowledge in its repository; one change at a time.

    ``advisor`` gives the advisor in service. ``reload`` brings into service what it is given, a
    release with its index where there is one already, or what the folder holds for None; it raises
    KnowledgeError or UsageError where that cannot be loaded.
    """

    def __init__(
        self,
        repository: Repository,
        log: QueryLog,
        *,
        advisor: Callable[[], Advisor],
        reload: Callable[[Index | Release | None], Awaitable[object]],
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
        head, files = await self.newest()
        if change.base != files.digest:
            await self.carry_over(change, files)
        edited = await asyncio.to_thread(apply, files, change.operations)
        words = [describe(operation) for operation in change.operations]
        shown = await self._preview(files.contents, edited.contents, words, progress)
        return Plan(head.id, edited.contents, shown, edited.notes)

    async def plan_undo(self, commit: str, progress: Progress | None = None) -> Plan:
        """Say what undoing a commit would do; publish it like any other plan.

        Raises UsageError for a commit that cannot be undone, UndoConflict, PublishError.
        """
        head, files = await self.newest()
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
        index = plan.preview.index
        assert index is not None  # noqa: S101 - what has none is refused above
        touched = [change.name for change in plan.preview.files]
        return await self._publish(
            plan.head, plan.contents, touched, index, by, reason, user, kind, counts, ()
        )

    async def withdraw(
        self, entry: str, *, by: str, reason: str, user: str | None = None, back: bool = False
    ) -> Published:
        """Take an entry out of all answers at once, or bring it ``back``: no preview, no waiting.

        Its own expectations are retired with it. Uncommitted edits of other files are left alone,
        and a file that is not in the canonical layout is laid out along with this; the notes tell.
        Raises ChangeError and PublishError.
        """
        operation: Operation = Restore(id=entry) if back else Withdraw(id=entry)
        kind: PublishKind = "restore" if back else "withdraw"
        attempt = 1
        while True:
            head, files = await asyncio.to_thread(self._read)
            edited = await asyncio.to_thread(apply, files, [operation])
            try:
                return await self._publish(
                    head.id, edited.contents, edited.touched, edited.release,
                    by, reason, user, kind, {}, edited.notes,
                )  # fmt: skip
            except NewerHeadError:
                # Somebody published in this moment; nobody has to look at it again for this.
                if attempt == _ATTEMPTS:
                    raise
                attempt += 1

    async def save(self, *, by: str, reason: str, user: str | None = None) -> Published:
        """Commit what somebody has edited by hand in the folder, and bring it into service.

        Raises KnowledgeError where it cannot be loaded, and PublishError where nothing is edited.
        """
        async with self._publishing:
            _, files = await asyncio.to_thread(self._read)
            await self._reload(None)
            commit = await asyncio.to_thread(lambda: self.repository.save(author=by, reason=reason))
            return await self._record(commit, files.digest, user, "publish", {}, ())

    async def newest(self) -> tuple[Commit, Snapshot]:
        """Return the newest commit with its files, which are in service then.

        Raises PublishError for uncommitted edits.
        """
        if dirty := await asyncio.to_thread(self.repository.dirty):
            raise PublishError(
                f"The knowledge has edits that were never committed: {', '.join(dirty)}.",
                hint="Keep them with `rejoinder knowledge save -m why` or take them back; they are "
                "not published along.",
            )
        head, files = await asyncio.to_thread(self._read)
        if files.digest != self._advisor().release.id:
            # Not from the folder: another process may be writing there in this moment.
            release, _ = await asyncio.to_thread(inspect, files)
            await self._reload(release)
        return head, files

    def _read(self) -> tuple[Commit, Snapshot]:
        head = self.repository.head()
        contents = arranged(self.repository.contents(head.id))
        return head, Snapshot(self.repository.folder, contents)

    async def carry_over(self, change: Change, files: Snapshot) -> None:
        """Check that a change made against an older release applies to these files too.

        Raises RebaseError, and PublishError for a release that is not in the history.
        """
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
        touched: Sequence[str],
        fresh: Index | Release,
        by: str,
        reason: str,
        user: str | None,
        kind: PublishKind,
        counts: Mapping[str, int],
        notes: Sequence[str],
    ) -> Published:
        async with self._publishing:
            before = self._advisor().release
            commit = await asyncio.to_thread(
                lambda: self.repository.publish(contents, base=head, author=by, reason=reason)
            )
            notes = [*notes, *await self._bring(fresh, touched)]
            return await self._record(commit, before.id, user, kind, counts, notes)

    async def _record(
        self,
        commit: Commit,
        before: str,
        user: str | None,
        kind: PublishKind,
        counts: Mapping[str, int],
        notes: Sequence[str],
    ) -> Published:
        after = self._advisor().release
        await self._log.curation.record_publish(
            Publish(
                topic=after.topic.id, at=datetime.now(UTC), by=commit.author, user=user,
                reason=commit.reason, release_before=before, release_after=after.id,
                commit=commit.id, kind=kind, replay=counts,
            )
        )  # fmt: skip
        return Published(commit, before, after.id, tuple(notes))

    async def _bring(self, fresh: Index | Release, touched: Sequence[str]) -> list[str]:
        """Bring what was published into service, beside edits that somebody has not committed."""
        edited = await asyncio.to_thread(self.repository.dirty)
        if not edited:
            await self._reload(fresh)
            return []
        told = f"Edits of {', '.join(edited)} were never committed"
        if not set(edited) & set(touched):
            try:
                # Whoever watches the folder has these edits in service already.
                await self._reload(None)
            except (KnowledgeError, UsageError):
                told += " and cannot be loaded (`rejoinder check` lists why)"
            else:
                return [f"{told}; they were left alone, and are answered from too."]
        await self._reload(fresh)
        return [f"{told}; they were left alone, and answers come from what is committed."]
