"""Carry a change from its operations to a release in service: plan, confirm, publish, record.

No channel is in it: a command line, a chat or a page hands in a Change and shows what comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.advisor.advisor import Advisor
from bot.background import in_background
from bot.curation.edit import apply, conflicts
from bot.curation.operations import Change, Operation, Restore, Withdraw, describe
from bot.curation.plan import (
    Closing,
    Plan,
    Published,
    RebaseError,
    RefusedError,
    Step,
    Told,
    UnconfirmedError,
)
from bot.curation.preview import Preview, preview
from bot.curation.replay import distinct_queries
from bot.curation.repository import Commit, NewerHeadError, PublishError, Repository
from bot.curation.verbatim import refuse_copies
from bot.curation.workspace import arranged
from bot.errors import UsageError
from bot.knowledge.files import Snapshot, snapshot
from bot.knowledge.load import inspect, load_snapshot
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.release import Release
from bot.knowledge.words import normalise
from bot.querylog import LogUnavailable, QueryLog, redact
from bot.querylog.curation import Publish, PublishKind
from bot.retrieval.encoder import Progress
from bot.retrieval.index import Index, build

__all__ = [
    "Closing", "Curator", "Plan", "Published", "RebaseError", "RefusedError", "UnconfirmedError",
]  # fmt: skip

REPLAYED = 2_000
# Shorter questions are in everybody's mouth.
_LONG = 5
_UNDER_WAY = timedelta(minutes=5)
_SEARCHED = 200
_ATTEMPTS = 10


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
        self._running: set[asyncio.Task[Published]] = set()

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
        return Plan(head.id, edited.contents, shown, (*edited.notes, *_provisional(shown)))

    async def plan_undo(self, commit: str, progress: Progress | None = None) -> Plan:
        """Say what undoing a commit would do; publish it like any other plan.

        Raises UsageError for a commit that cannot be undone, UndoConflict, PublishError.
        """
        head, files = await self.newest()
        contents = await asyncio.to_thread(self.repository.revert, commit, onto=head.id)
        words = [f"Undo {commit[:12]}"]
        shown = await self._preview(files.contents, contents, words, progress)
        return Plan(head.id, contents, shown, _provisional(shown))

    async def plan_edits(self, progress: Progress | None = None) -> Plan:
        """Say what keeping would do that somebody has edited by hand in the folder.

        Raises PublishError where nothing is edited, and KnowledgeError.
        """
        if not await asyncio.to_thread(self.repository.dirty):
            raise PublishError("No file of the topic is edited; all of it is committed.")
        head, files = await asyncio.to_thread(self._read)
        edited = await asyncio.to_thread(snapshot, self.repository.folder)
        before = await asyncio.to_thread(load_snapshot, files)
        advisor = self._advisor()
        index = advisor.index
        if before.id != index.release.id:
            # A running channel follows the files, so that the edits may be in service already.
            index = await in_background(
                lambda: build(
                    before,
                    advisor.index.encoder,
                    cache=self._cache,
                    previous=advisor.index,
                    precision=advisor.index.precision,
                )
            )
        shown = await self._preview(
            files.contents,
            edited.contents,
            ["Edits by hand"],
            progress,
            Advisor(index, choices=advisor.choices),
        )
        return Plan(head.id, edited.contents, shown, _provisional(shown), by_hand=True)

    async def publish(
        self,
        plan: Plan,
        *,
        by: str,
        reason: str,
        user: str | None = None,
        confirmed: bool = False,
        kind: PublishKind = "publish",
        closing: Closing | None = None,
    ) -> Published:
        """Commit a plan, bring it into service and record it, with what it closes.

        Raises RefusedError, UnconfirmedError unless ``confirmed``, LogUnavailable, and
        PublishError, also where somebody published since the plan was made; then nothing has
        changed. Once the commit is made it is finished, also where the caller is cancelled.
        """
        if plan.preview.refusals:
            raise RefusedError(plan.preview.refusals)
        if plan.preview.confirmations and not confirmed:
            raise UnconfirmedError(plan.preview.confirmations)
        index = plan.preview.index
        assert index is not None  # noqa: S101 - what has none is refused above
        step = Step(
            plan.head,
            plan.contents,
            tuple(change.name for change in plan.preview.files),
            index,
            Told(by, redact(reason), user, kind, closing),
            plan.preview.replay.summary() if plan.preview.replay else {},
            by_hand=plan.by_hand,
            before=plan.preview.release_before,
        )
        return await self._shielded(step)

    async def withdraw(
        self, entry: str, *, by: str, reason: str, user: str | None = None, back: bool = False
    ) -> Published:
        """Take an entry out of all answers at once, or bring it ``back``: no preview, no waiting.

        Its own expectations are retired with it. Uncommitted edits of other files are left alone,
        and a file that is not in the canonical layout is laid out along with this; the notes tell.
        Raises ChangeError, VerbatimError for a reason that copies a suggestion, and PublishError.
        """
        operation: Operation = Restore(id=entry) if back else Withdraw(id=entry)
        told = Told(by, redact(reason), user, "restore" if back else "withdraw", None)
        await self._refuse_suggested(reason)
        attempt = 1
        while True:
            head, files = await asyncio.to_thread(self._read)
            edited = await asyncio.to_thread(apply, files, [operation])
            step = Step(
                head.id, edited.contents, edited.touched, edited.release, told, {}, edited.notes
            )
            try:
                return await self._shielded(step)
            except NewerHeadError:
                # Somebody published in this moment; nobody has to look at it again for this.
                if attempt == _ATTEMPTS:
                    raise
                attempt += 1

    async def settle(self) -> None:
        """Record publishes whose process ended between their commit and its record.

        Raises LogUnavailable.
        """
        topic = self._advisor().release.topic.id
        now = datetime.now(UTC)
        for row in await self._log.curation.unfinished(topic):
            commit = await asyncio.to_thread(self._made, row.release_after, row.at)
            if commit is not None:
                await self._log.curation.finish_publish(row.id, commit)
            elif now - row.at > _UNDER_WAY:
                await self._log.curation.drop_publish(row.id)

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
        return next((found for _, found in self._releases() if found.digest == release), None)

    def _made(self, release: str, announced: datetime) -> str | None:
        # An undo makes a release that the history had before; only what came since counts.
        since = announced.replace(microsecond=0)
        for commit, found in self._releases():
            if commit.when < since:
                break
            if found.digest == release:
                return commit.id
        return None

    def _releases(self) -> Iterator[tuple[Commit, Snapshot]]:
        for commit in self.repository.history(limit=_SEARCHED):
            contents = self.repository.contents(commit.id)
            yield commit, Snapshot(self.repository.folder, contents)

    async def _preview(
        self,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes],
        words: Sequence[str],
        progress: Progress | None,
        advisor: Advisor | None = None,
    ) -> Preview:
        advisor = advisor or self._advisor()
        past = await distinct_queries(self._log, REPLAYED, topic=advisor.release.topic.id)
        shown = await in_background(
            lambda: preview(
                advisor, after, past, encoder=advisor.index.encoder, cache=self._cache,
                progress=progress, words=words, base=before,
            )
        )  # fmt: skip
        asked = {normalise(each.text) for each in past}
        copied = [text for text in _new_words(shown) if normalise(text) in asked]
        refusals = [f"“{text}” is word for word what somebody asked." for text in copied]
        return replace(shown, refusals=(*shown.refusals, *refusals))

    async def _refuse_suggested(self, reason: str) -> None:
        """Raise VerbatimError for a reason that copies what somebody suggests."""
        topic = self._advisor().release.topic.id
        try:
            rows = await self._log.curation.suggestions(topic, "open")
        except LogUnavailable:
            return  # what has to go at once does not wait for the database
        await asyncio.to_thread(refuse_copies, [reason], [row.text for row in rows])

    async def _shielded(self, step: Step) -> Published:
        task = asyncio.create_task(self._publish(step))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _publish(self, step: Step) -> Published:
        async with self._publishing:
            before = step.before or self._advisor().release.id
            number = await self._announce(step, before)
            try:
                commit = await asyncio.to_thread(self._commit, step)
            except Exception:
                if number is not None:
                    with contextlib.suppress(LogUnavailable):
                        await self._log.curation.drop_publish(number)
                raise
            notes = [*step.notes, *await self._bring(step.fresh, step.touched)]
            try:
                if number is not None:
                    await self._log.curation.finish_publish(number, commit.id)
            except LogUnavailable:
                notes.append("The database could not note this yet; it does so later.")
            return Published(commit, before, self._advisor().release.id, tuple(notes))

    async def _announce(self, step: Step, before: str) -> int | None:
        """Note what is about to be published, so that it is recorded whatever happens then."""
        told, closing = step.told, step.told.closing
        release = step.fresh.release if isinstance(step.fresh, Index) else step.fresh
        try:
            await self.settle()
            return await self._log.curation.record_publish(
                Publish(
                    topic=release.topic.id, at=datetime.now(UTC), by=told.by, user=told.user,
                    reason=told.reason, release_before=before, release_after=release.id,
                    kind=told.kind, replay=step.counts,
                    author=closing.author if closing else None,
                    draft=closing.draft if closing else None,
                    suggestions=closing.suggestions if closing else (),
                )
            )  # fmt: skip
        except LogUnavailable:
            if told.kind != "withdraw":
                raise
            return None  # what has to go at once does not wait for the database

    def _commit(self, step: Step) -> Commit:
        approver = step.told.closing.approver if step.told.closing else None
        said = f" (approved by {approver})" if approver else ""
        return self.repository.publish(
            step.contents, base=step.head, author=step.told.by,
            reason=f"{step.told.reason}{said}", by_hand=step.by_hand,
        )  # fmt: skip

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


def _new_words(shown: Preview) -> Iterator[str]:
    """Yield the longer lines that a change would bring into phrasings and expectations."""
    for change in shown.files:
        if not change.name.startswith(("questions/", "expectations.yaml")):
            continue
        for line in change.diff.split("\n"):
            text = line[1:].strip().removeprefix("- ").removeprefix("ask: ").strip("'\"")
            if line.startswith("+") and not line.startswith("+++") and len(text.split()) >= _LONG:
                yield text


def _provisional(shown: Preview) -> tuple[str, ...]:
    if shown.index is None or not shown.index.provisional:
        return ()
    return ("Some answers may shift once the topic is learned exactly, soon after publishing.",)
