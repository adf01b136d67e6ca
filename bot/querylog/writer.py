"""The one task that writes: group commit, a time limit on the database, the spool behind it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog

from bot.querylog.entries import Entry
from bot.querylog.errors import LogUnavailable, sentence
from bot.querylog.records import Logged
from bot.querylog.spool import Claim, Spool

T = TypeVar("T")
Outcome = Logged | LogUnavailable
CommitEntries = Callable[[Sequence[Entry]], Awaitable[list[Logged | None]]]

_log = structlog.get_logger(__name__)

_MAX_BATCH = 1_000
_REPLAY_BATCH = 500
_MAX_RETRY = 30.0  # seconds
_IDLE = 60.0  # seconds between looks for spool files that a dead process left
# Nobody waits for a mark that an answer was shown: it goes along with the next query's commit, or
# after this many seconds. A commit of its own would double the work of each question.
_LINGER = 0.05
_REMEMBERED = 20_000  # events, so that a redelivery is known while the database is away
_CLOSING = 10.0  # seconds for a commit that hangs while the program ends


class _DatabaseError(Exception):
    """Say inside this module that the database did not take something in time."""


@dataclass(slots=True)
class _Pending:
    entry: Entry = field(repr=False)
    # A value, not an exception: a caller that was cancelled never looks at it.
    outcome: asyncio.Future[Outcome]


@dataclass(slots=True)
class _Job:
    action: Callable[[], Awaitable[Any]]
    result: asyncio.Future[Any]
    # The number of entries that were queued before it and must be written first.
    after: int
    rewrites_spool: bool


class Writer:
    """Commit what is queued, all of it at once, and queue what arrives meanwhile.

    ``commit`` writes entries in one transaction. ``time_limit`` and ``retry`` are in seconds;
    after ``retry`` a failed database is tried again, then ever more rarely.
    """

    def __init__(
        self, commit: CommitEntries, spool: Spool, *, time_limit: float, retry: float
    ) -> None:
        self._commit = commit
        self._spool = spool
        self._time_limit = time_limit
        self._retry = retry
        self._wait = retry
        self._queue: deque[_Pending] = deque()
        self._jobs: deque[_Job] = deque()
        self._submitted = 0
        self._handled = 0
        self._queued: dict[str, asyncio.Future[Outcome]] = {}
        self._spooled: set[str] = set()
        self._seen: OrderedDict[str, int | None] = OrderedDict()
        self._wake = asyncio.Event()
        self._unfinished: asyncio.Task[Any] | None = None
        self._claim: Claim | None = None
        self._to_replay = True
        self._try_at = 0.0
        self._replay_at = 0.0
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self.failure: str | None = None
        self.spool_failure: str | None = None
        self.replay_failure: str | None = None

    def start(self, failure: BaseException | None = None) -> None:
        """Begin to work; ``failure`` is why the database could not be opened."""
        if failure is not None:
            self._failed(failure)
        self._task = asyncio.create_task(self._run(), name="querylog-writer")

    def remember_spooled(self, event_hashes: set[str]) -> None:
        """Know events that wait in the spool since before this process."""
        self._spooled |= event_hashes

    async def submit(self, entry: Entry) -> Logged:
        """Write an entry and return once it is durable. Raises LogUnavailable."""
        known = entry.event_hash if entry.kind == "query" else None
        if known is not None:
            if known in self._queued:
                first = await asyncio.shield(self._queued[known])
                if isinstance(first, LogUnavailable):
                    raise first
                return Logged("duplicate", first.id)
            if known in self._spooled or known in self._seen:
                return Logged("duplicate", self._seen.get(known))
        outcome = await asyncio.shield(self.enqueue(entry))
        if isinstance(outcome, LogUnavailable):
            raise outcome
        return outcome

    def enqueue(self, entry: Entry) -> asyncio.Future[Outcome]:
        """Queue an entry without waiting for it."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if self._closing or self._task is None or self._task.done():
            outcome.set_result(LogUnavailable("The query log is closed."))
            return outcome
        self._queue.append(_Pending(entry, outcome))
        self._submitted += 1
        if entry.kind == "query" and entry.event_hash is not None:
            self._queued[entry.event_hash] = outcome
        if entry.kind == "delivered":
            asyncio.get_running_loop().call_later(_LINGER, self._wake.set)
        else:
            self._wake.set()
        return outcome

    async def run(self, job: Callable[[], Awaitable[T]], *, rewrites_spool: bool = True) -> T:
        """Run a job that has the database to itself, after all that was queued before it.

        Raises what the job raises and LogUnavailable when the log is closed before its turn.
        """
        if self._closing or self._task is None or self._task.done():
            raise LogUnavailable("The query log is closed.")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.append(_Job(job, future, self._submitted, rewrites_spool))
        self._wake.set()
        return await future

    async def close(self) -> None:
        """Write what is queued, end the task, let go of a commit that hangs."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task
        if self._unfinished is not None and not self._unfinished.done():
            await asyncio.wait({self._unfinished}, timeout=_CLOSING)
            self._unfinished.cancel()
            await asyncio.wait({self._unfinished}, timeout=_CLOSING)
        await self._release()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._sleep()
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), _MAX_BATCH))]
            try:
                if self._available() and loop.time() >= self._replay_at:
                    await self._replay()
            except Exception as error:  # noqa: BLE001 - nor may a spool file end the task
                # Files that cannot be read must not keep new records from the database.
                self.replay_failure = sentence(error)
                _log.exception("querylog.replay_failed", error=self.replay_failure)
                self._replay_at = loop.time() + _MAX_RETRY
                await self._release()
            try:
                if batch:
                    await self._store(batch)
            except Exception:  # noqa: BLE001 - the task must outlive it, or every question hangs
                _log.exception("querylog.writer_error")
            for pending in batch:
                self._settle(pending, LogUnavailable("The query log failed unexpectedly."))
            self._handled += len(batch)
            await self._run_jobs()
            if self._closing and not self._queue:
                break
        while self._jobs:
            result = self._jobs.popleft().result
            if not result.done():
                result.set_exception(LogUnavailable("The query log is closed."))

    async def _sleep(self) -> None:
        """Wait for work: something queued, a retry that is due, the rest of a replay."""
        loop = asyncio.get_running_loop()
        if self._closing or any(pending.entry.kind != "delivered" for pending in self._queue):
            return
        if self._jobs and not self.busy():
            return
        timeout = _IDLE
        if self._to_replay or self.failure is not None:
            timeout = max(0.0, max(self._try_at, self._replay_at) - loop.time())
            if self.busy():
                timeout = _IDLE
        if self._queue:
            timeout = min(timeout, _LINGER)
        self._wake.clear()
        if timeout:
            try:
                async with asyncio.timeout(timeout):
                    await self._wake.wait()
            except TimeoutError:
                self._to_replay = self._to_replay or not self._queue
        else:
            await asyncio.sleep(0)

    def busy(self) -> bool:
        """Tell whether something with the database is still under way."""
        return self._unfinished is not None and not self._unfinished.done()

    def _available(self) -> bool:
        return not self.busy() and asyncio.get_running_loop().time() >= self._try_at

    async def _store(self, batch: Sequence[_Pending]) -> None:
        if self._available():
            # What is about a query in the spool follows it there, or it would find no query.
            follows = [self._follows(pending.entry) for pending in batch]
            now = [each for each, follow in zip(batch, follows, strict=True) if not follow]
            try:
                outcomes = await self._attempt([each.entry for each in now]) if now else []
            except _DatabaseError:
                pass
            else:
                for pending, outcome in zip(now, outcomes, strict=True):
                    self._settle(pending, outcome or _refused(pending.entry))
                batch = [each for each, follow in zip(batch, follows, strict=True) if follow]
        if batch:
            await self._spool_away(batch)

    def _follows(self, entry: Entry) -> bool:
        return entry.kind != "query" and entry.event_hash in self._spooled

    async def _spool_away(self, batch: Sequence[_Pending]) -> None:
        entries = [pending.entry for pending in batch]
        try:
            async with asyncio.timeout(self._time_limit):
                await asyncio.to_thread(self._spool.append, entries)
        except (OSError, TimeoutError) as error:
            self.spool_failure = sentence(error)
            _log.error("querylog.spool_failed", error=self.spool_failure, entries=len(entries))
            gone = LogUnavailable(
                "The query log can be written neither to its database nor to its spool.",
                hint="An operator finds the reason in the health check.",
            )
            for pending in batch:
                self._settle(pending, gone)
            return
        self.spool_failure = None
        self._to_replay = True
        for pending in batch:
            self._settle(pending, Logged("spooled"))

    def _settle(self, pending: _Pending, outcome: Outcome) -> None:
        if pending.outcome.done():
            return
        pending.outcome.set_result(outcome)
        event_hash = pending.entry.event_hash
        if pending.entry.kind != "query" or event_hash is None:
            return
        if self._queued.get(event_hash) is pending.outcome:
            del self._queued[event_hash]
        if isinstance(outcome, Logged):
            if outcome.status == "spooled":
                self._spooled.add(event_hash)
            else:
                self._remember(event_hash, outcome.id)

    def _remember(self, event_hash: str, row: int | None) -> None:
        self._seen[event_hash] = row
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def _attempt(self, entries: Sequence[Entry]) -> list[Logged | None]:
        """Commit entries within the time limit; none of them probe. Raises _DatabaseError.

        What takes longer is left to end by itself: breaking it off would neither tell whether
        it was committed nor free SQLite's thread.
        """

        async def action() -> list[Logged | None]:
            outcomes = await self._commit(entries)
            if entries and self.failure is not None:
                # Entries that were there already prove nothing: nothing was written.
                await self._commit([])
            return outcomes

        task = self._begin(action)
        await asyncio.wait({task}, timeout=self._time_limit)
        if not task.done():
            self._failed(TimeoutError())
            raise _DatabaseError
        self._unfinished = None
        error = task.exception()
        if error is not None:
            self._failed(error)
            raise _DatabaseError
        if self.failure is not None:
            _log.info("querylog.database_back")
        self.failure, self._wait = None, self._retry
        return task.result()

    def _begin(self, action: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        async def act() -> T:
            return await action()

        task = asyncio.create_task(act(), name="querylog-database")
        task.add_done_callback(self._ended)
        self._unfinished = task
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        # Also reads the error of what ended too late, which asyncio would else complain about.
        if not task.cancelled() and task is self._unfinished and task.exception() is None:
            self._try_at = 0.0
        self._wake.set()

    def _failed(self, error: BaseException) -> None:
        reason = sentence(error)
        if reason != self.failure:
            _log.error("querylog.database_failed", error=reason)
        self.failure = reason
        self._to_replay = True
        self._try_at = asyncio.get_running_loop().time() + self._wait
        self._wait = min(self._wait * 2, _MAX_RETRY)

    async def _replay(self) -> None:
        """Commit the next part of the spool, or only try the database where that is red."""
        if not self._to_replay:
            return
        if self._claim is None:
            self._claim = await asyncio.to_thread(self._spool.claim)
        if self._claim is None:
            if self.failure is not None:
                try:
                    await self._attempt([])
                except _DatabaseError:
                    return
            self._to_replay, self.replay_failure = False, None
            if not await asyncio.to_thread(self._spool.files):
                # Another process may have replayed what this one remembers.
                self._spooled.clear()
            return
        claim = self._claim
        entries = await asyncio.to_thread(claim.read, _REPLAY_BATCH)
        if not entries:
            await asyncio.to_thread(claim.delete)
            self._claim = None
            return
        try:
            outcomes = await self._attempt(entries)
        except _DatabaseError:
            await self._release()
            return
        for entry, outcome in zip(entries, outcomes, strict=True):
            if outcome is None:
                _refused(entry)
                claim.refuse(entry)
            if entry.kind == "query" and entry.event_hash is not None:
                self._spooled.discard(entry.event_hash)
                if outcome is not None:
                    self._remember(entry.event_hash, outcome.id)
        _log.info("querylog.replayed", entries=len(entries))

    async def _release(self) -> None:
        if self._claim is not None:
            claim, self._claim = self._claim, None
            await asyncio.to_thread(claim.release)

    async def _run_jobs(self) -> None:
        while self._jobs and self._jobs[0].after <= self._handled and not self.busy():
            job = self._jobs.popleft()
            if job.rewrites_spool:
                # Nobody may hold the spool's files meanwhile.
                await self._release()
                self._to_replay = True
            if job.result.cancelled():
                continue
            task = self._begin(job.action)
            task.add_done_callback(partial(_hand_over, job.result))
            # A long job does not hold up questions: they go to the spool until it has ended.
            await asyncio.wait({task}, timeout=None if self._closing else self._time_limit)


def _hand_over(future: asyncio.Future[Any], task: asyncio.Task[Any]) -> None:
    if future.done():
        return
    if task.cancelled():
        future.set_exception(LogUnavailable("The query log was closed during the work."))
    elif (error := task.exception()) is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())


def _refused(entry: Entry) -> LogUnavailable:
    _log.error("querylog.entry_refused", kind=entry.kind)
    return LogUnavailable("The query log's database refuses this record.")
