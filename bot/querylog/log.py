"""The query log: every query durably kept before its answer is shown."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import RejoinderError
from bot.querylog import person, reads, retention, stats, writes
from bot.querylog.audit import Audit, SignIns
from bot.querylog.curation import Curation
from bot.querylog.drafts import Drafts
from bot.querylog.engine import Database, make_private_file
from bot.querylog.entries import Entry, delivered_entry, feedback_entry, query_entry
from bot.querylog.errors import LogUnavailable, sentence
from bot.querylog.export import Exported
from bot.querylog.filelock import file_lock
from bot.querylog.health import described
from bot.querylog.insights import Insights, insights
from bot.querylog.marks import Marks
from bot.querylog.places import Places
from bot.querylog.privacy import Pseudonymiser, obtain_key, read_key
from bot.querylog.records import (
    Feedback,
    FeedbackRow,
    Forgotten,
    Health,
    Logged,
    QueryFilter,
    QueryRecord,
    QueryRow,
)
from bot.querylog.review import ReviewStore
from bot.querylog.review_memory import ReviewMemory
from bot.querylog.schema import migrate
from bot.querylog.spool import Spool
from bot.querylog.store import Runner
from bot.querylog.tables import meta
from bot.querylog.tellings import Tellings
from bot.querylog.writer import Writer

T = TypeVar("T")

DATABASE_FILE = "querylog.sqlite3"
SPOOL_DIRECTORY = "spool"

_log = structlog.get_logger(__name__)


class _Parts(TypedDict):
    key: Callable[[], Pseudonymiser]
    read: Runner
    write: Runner


class QueryLog:
    """Record queries and read them back; made by ``open_log``, safe for many tasks of one loop."""

    def __init__(
        self,
        data: Path,
        database: Database,
        spool: Spool,
        *,
        time_limit: float = 2.0,
        retry: float = 1.0,
    ) -> None:
        self._data = data
        self._database = database
        self._spool = spool
        self._time_limit = time_limit
        self._writer = Writer(self._commit, spool, time_limit=time_limit, retry=retry)
        self.places = Places(database, read=self._read, write=self._write)
        parts: _Parts = {"key": self._required_key, "read": self._read, "write": self._write}
        self.curation = Curation(database, **parts)
        self.drafts = Drafts(database, **parts)
        self.tellings = Tellings(database, **parts)
        self.review = ReviewStore(database, **parts)
        self.review_memory = ReviewMemory(database, read=self._read, write=self._write)
        self.audit = Audit(database, **parts)
        self.sign_ins = SignIns(database, read=self._read, write=self._write)
        self.marks = Marks(database, read=self._read, write=self._write)
        self.on_forget: list[Callable[[], None]] = []
        """called when somebody or a query was forgotten: for whoever holds questions in memory"""
        self._key: Pseudonymiser | None = None
        self._ready = False
        self._file: tuple[int, int] | None = None

    async def open(self) -> None:
        """Prepare database and key and begin to write; a failed database is tried again later.

        Raises RejoinderError where starting would do harm: a key or a version that do not fit.
        """
        failure: Exception | None = None
        try:
            await self._prepare()
        except RejoinderError:
            raise
        except Exception as error:
            self._key = read_key(self._data)
            if self._key is None:
                # Without the database nobody can tell whether a new key would be the right one.
                raise LogUnavailable(
                    "The query log's database cannot be opened, and there is no pseudonym key.",
                    hint="Check the database's address, its file and the data directory's rights.",
                ) from error
            failure = error
        with contextlib.suppress(OSError):
            self._writer.remember_spooled(await asyncio.to_thread(self._spooled_events))
        self._writer.start(failure)

    async def close(self) -> None:
        """Write what is queued and close all connections."""
        await self._writer.close()
        await self._database.close()

    async def record(self, record: QueryRecord) -> Logged:
        """Keep a query and return once that is durable, in the database or in the spool.

        Gives ``duplicate`` for an event that is already kept, also by a call still under way.
        Raises LogUnavailable where neither can be written.
        """
        return await self._writer.submit(query_entry(record, self._required_key()))

    async def delivered(self, event: str, at: datetime) -> None:
        """Note that the answer to an event was shown; does not wait.

        What cannot be written is dropped and shows in the health. Raises LogUnavailable only
        for a log that was never opened.
        """
        self._writer.enqueue(delivered_entry(event, at, self._required_key()))

    async def feedback(self, feedback: Feedback) -> Logged:
        """Keep feedback once per person, query and reason, and return once it is durable.

        Gives ``unknown`` where there is no such query. Raises LogUnavailable.
        """
        return await self._writer.submit(feedback_entry(feedback, self._required_key()))

    def queries(self, wanted: QueryFilter | None = None) -> AsyncIterator[QueryRow]:
        """Read queries page by page in the order of logging; holds no lock between pages."""
        return reads.queries_matching(self._database.reader, wanted or QueryFilter())

    async def query(self, query_id: int) -> QueryRow | None:
        """Read one query by its id. Raises LogUnavailable."""
        return await self._read(lambda: reads.query_by_id(self._database.reader, query_id))

    async def query_by_event(self, event: str) -> QueryRow | None:
        """Read the query of a platform's event; one that still waits in the spool has no row.

        Raises LogUnavailable where the database cannot be read within the time limit.
        """
        event_hash = self._required_key().event(event)
        return await self._read(lambda: reads.query_by_event(self._database.reader, event_hash))

    async def is_theirs(self, event: str, user: str) -> bool:
        """Tell whether a user id asked the query of an event or wrote the message it is about.

        A query in the spool counts too, one that is not known is nobody's. Raises LogUnavailable
        where the database cannot be read within the time limit and the spool does not know it.
        """
        key = self._required_key()
        event_hash, pseudonym = key.event(event), key.pseudonym(user)
        found = await self._read(
            lambda: person.is_theirs(self._database, self._spool, event_hash, pseudonym)
        )
        return found is True

    async def count(self, wanted: QueryFilter | None = None) -> int:
        """Count the queries that a filter chooses, at most its limit."""
        return await reads.count_matching(self._database.reader, wanted or QueryFilter())

    async def size(self) -> int:
        """Give how many bytes the database takes. Raises LogUnavailable."""
        return await self._read(lambda: reads.size(self._database.reader))

    async def feedback_on(self, query_ids: Sequence[int]) -> list[FeedbackRow]:
        """Read the feedback on some queries, oldest first."""
        return await reads.feedback_on(self._database.reader, query_ids)

    def exports(self, wanted: QueryFilter | None = None) -> AsyncIterator[Exported]:
        """Read queries like ``queries`` does, each with the verdict and the feedback on it."""
        return reads.exports_matching(self._database.reader, wanted or QueryFilter())

    async def exported(self, rows: Sequence[QueryRow]) -> list[Exported]:
        """Add verdicts and feedback to queries, for an export."""
        return await reads.with_remarks(self._database.reader, rows)

    async def health(self) -> Health:
        """Tell whether the log works by writing to both of its places; never raises.

        Takes about twice the time limit at most, one for the database and one for the spool.
        """
        failure = self._writer.failure
        if failure is None:
            try:
                async with asyncio.timeout(self._time_limit):
                    # A long job is no illness: the database is then only read.
                    await (self._probe() if self._writer.busy() else self._heartbeat())
            except Exception as error:  # noqa: BLE001 - whatever it is, it is bad health
                failure = sentence(error)
        spooled, damaged, spool_failure = 0, 0, None
        try:
            async with asyncio.timeout(self._time_limit):
                await asyncio.to_thread(self._spool.probe)
                self._writer.spool_failure = None
                spooled = await asyncio.to_thread(self._spool.count)
                damaged = await asyncio.to_thread(self._spool.damaged)
        except OSError as error:  # a TimeoutError too
            spool_failure = sentence(error)
        return described(
            failure, spool_failure, self._writer.replay_failure,
            spooled=spooled, damaged=damaged, directory=SPOOL_DIRECTORY,
        )  # fmt: skip

    async def export_person(self, user: str) -> dict[str, Any]:
        """Give all that is stored about a user id, ready for JSON.

        Each query has a ``role``: the person asked it, or wrote the message that somebody asked
        about; ``roles`` explains them. Other people's pseudonyms are left out, and so are
        spooled lines that cannot be read. Raises LogUnavailable.
        """
        pseudonym = self._required_key().pseudonym(user)
        return await self._work(lambda: person.export(self._database, self._spool, pseudonym))

    async def forget_person(self, user: str) -> Forgotten:
        """Remove all that is stored about a user id, down to the bytes of the files.

        What others asked about the person's messages goes as well. Of spooled lines that cannot
        be read, those go that hold the pseudonym's bytes: one whose pseudonym itself is damaged
        cannot be told from others' and stays until an operator or ``retain`` deletes it. Daily
        aggregates stay. Raises LogUnavailable where the database cannot do it now.
        """
        pseudonym = self._required_key().pseudonym(user)
        return await self._forget(lambda: person.forget(self._database, self._spool, pseudonym))

    async def forget_query(self, event: str) -> bool:
        """Remove the query of an event with its feedback and spooled lines; tell if there were any.

        On SQLite the row's bytes are overwritten; copies that it left while it moved rows go with
        the next ``forget_person``. Raises LogUnavailable where the database cannot do it.
        """
        hashed = self._required_key().event(event)
        return await self._forget(lambda: person.forget_query(self._database, self._spool, hashed))

    async def _forget(self, job: Callable[[], Awaitable[T]]) -> T:
        async def forgetting() -> T:
            try:
                return await job()
            finally:  # in the job, which may outlive who waits; and where parts are done only
                for listener in self.on_forget:
                    listener()

        return await self._work(forgetting)

    async def retain(self, days: int, now: datetime, *, force: bool = False) -> int:
        """Delete queries older than ``days``, which stay in the daily counts; give their number.

        Spooled lines that could not be replayed for as long go too, suggestions that were
        decided, drafts that nobody touched and the audit trail. Where it would be every
        query, a clock may have jumped ahead: without ``force`` none goes, with a warning in the
        log. Raises ValueError for less than one day, LogUnavailable where the database fails.
        """
        before = retention.cutoff(days, now)
        total = 0

        async def step() -> int:
            if not force and await retention.is_beyond_all(self._database, before):
                _log.warning("querylog.retention_refused", before=before.isoformat())
                return -1
            if expired := await asyncio.to_thread(self._spool.expire, before):
                _log.info("querylog.damaged_spool_expired", files=expired)
            return await retention.delete_old(self._database, before)

        # Batch by batch through the writer, so that questions are logged in between.
        while (batch := await self._work(step)) > 0:
            total += batch
        if batch == 0:
            await self._work(lambda: retention.expire_others(self._database, before, now))
            await self._write(lambda: retention.forget_words(self._database, first=True))
            while await self._write(lambda: retention.forget_words(self._database, first=False)):
                pass
        return total

    async def statistics(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        topic: str | None = None,
    ) -> stats.Statistics:
        """Compute statistics of a span of time, of one topic or of all."""
        return await stats.statistics(self._database.reader, topic, since, until)

    async def insights(
        self,
        topic: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Insights:
        """Compute what reviewers want to know of a span, in whole days (UTC).

        Raises LogUnavailable, but not for taking longer than an answer may.
        """
        return await self._read(
            lambda: insights(self._database.reader, topic, since, until), hasty=False
        )

    async def _commit(self, entries: Sequence[Entry]) -> list[Logged | None]:
        await self._ensure_ready()
        if not entries:
            await writes.heartbeat(self._database.writer)
            return []
        return await writes.commit(self._database.writer, entries)

    async def _prepare(self) -> None:
        waiting = 0
        async with file_lock(self._data / "open.lock"):
            if self._database.path is not None:
                make_private_file(self._database.path)
            await migrate(self._database.writer)
            with contextlib.suppress(OSError):
                waiting = await asyncio.to_thread(self._spool.count)
            key = await obtain_key(self._data, self._database.writer, spooled=waiting)
        self._key = key
        self._file = self._identity()
        self._ready = True

    async def _ensure_ready(self) -> None:
        if self._ready and self._identity() != self._file:
            # Somebody restored a backup over it: what is open is a file that nobody will find.
            self._ready = False
            await self._database.close()
        if not self._ready:
            await self._prepare()

    def _identity(self) -> tuple[int, int] | None:
        path = self._database.path
        if path is None:
            return None
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    async def _heartbeat(self) -> None:
        await self._writer.run(lambda: self._commit([]), rewrites_spool=False)

    async def _probe(self) -> None:
        async with self._database.reader.connect() as connection:
            await connection.execute(select(meta.c.key).limit(1))

    async def _read(self, job: Callable[[], Awaitable[T]], *, hasty: bool = True) -> T:
        try:
            async with asyncio.timeout(self._time_limit if hasty else None):
                return await job()
        except (SQLAlchemyError, OSError) as error:  # a TimeoutError too
            raise LogUnavailable(
                "The query log's database cannot be read now.",
                hint="Try again when the health check is green.",
            ) from error

    async def _write(self, job: Callable[[], Awaitable[T]]) -> T:
        return await self._work(job, rewrites_spool=False)

    async def _work(self, job: Callable[[], Awaitable[T]], *, rewrites_spool: bool = True) -> T:
        async def prepared() -> T:
            await self._ensure_ready()
            return await job()

        try:
            return await self._writer.run(prepared, rewrites_spool=rewrites_spool)
        except RejoinderError:
            raise
        except Exception as error:
            raise LogUnavailable(
                "The query log's database could not do this now; parts may be undone.",
                hint="Try again when the health check is green.",
            ) from error

    def _spooled_events(self) -> set[str]:
        return {
            entry.event_hash
            for entry in self._spool.entries()
            if entry.kind == "query" and entry.event_hash is not None
        }

    def _required_key(self) -> Pseudonymiser:
        if self._key is None:
            raise LogUnavailable("The query log is not open.")
        return self._key
