"""The composition root: build the parts, own their lifetimes, answer and log as one act."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Question
from bot.advisor.facets import Facet
from bot.background import in_background
from bot.knowledge.load import load
from bot.knowledge.release import Release
from bot.querylog import Candidate, Feedback, Logged, QueryLog, QueryRecord, open_log
from bot.retrieval.encoder import Encoder, LoadingEncoder, OnnxEncoder, Progress
from bot.retrieval.index import build
from bot.settings import Settings

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asker:
    """Who asks, where and by which event, in the platform's own ids.

    ``event`` must be unique for a question and equal for a second delivery of it; only keyed
    hashes of ``event`` and ``user`` are stored.
    """

    event: str
    user: str
    channel: str
    place: str
    private: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer with what became of its log row; ``duplicate`` replies must not be shown."""

    answer: Answer
    logged: Logged
    latency_ms: float

    @property
    def duplicate(self) -> bool:
        """Tell whether this event was answered before."""
        return self.logged.status == "duplicate"


class Service:
    """Answer questions from the release in service and keep every query."""

    def __init__(
        self, settings: Settings, advisor: Advisor, log: QueryLog, encoder: Encoder
    ) -> None:
        self.settings = settings
        self.log = log
        self._advisor = advisor
        self._encoder = encoder
        self._reloading = asyncio.Lock()

    @property
    def release(self) -> Release:
        """Return the release in service."""
        return self._advisor.release

    @property
    def advisor(self) -> Advisor:
        """Return the advisor of the release in service."""
        return self._advisor

    async def ask(self, question: Question, asker: Asker) -> Reply:
        """Answer a question; its row is durable before this returns.

        Raises LogUnavailable where the query can be kept nowhere: then no answer may be shown.
        """
        advisor = self._advisor
        started = time.perf_counter()
        # A few milliseconds of arithmetic that releases the GIL for most of it.
        answer = await asyncio.to_thread(advisor.answer, question)
        return await self._keep(answer, question.text, asker, started)

    async def show(
        self,
        entry: str,
        facet: Facet,
        asker: Asker,
        *,
        conversation: Conversation,
        asked: str = "",
    ) -> Reply:
        """Show an entry that the asker chose; logged like a question.

        Raises KeyError where the entry is not in the release, and LogUnavailable.
        """
        started = time.perf_counter()
        answer = self._advisor.show(entry, facet, conversation.language)
        answer = replace(answer, context_entry=conversation.entry)
        return await self._keep(answer, asked or f"[{facet.value}: {entry}]", asker, started)

    async def _keep(self, answer: Answer, text: str, asker: Asker, started: float) -> Reply:
        latency = (time.perf_counter() - started) * 1000
        logged = await self.log.record(
            QueryRecord(
                event=asker.event,
                at=datetime.now(UTC),
                channel=asker.channel,
                place=asker.place,
                user=asker.user,
                text=text,
                private=asker.private,
                language=answer.language,
                topic=answer.topic,
                context_entry=answer.context_entry,
                outcome=answer.outcome.value,
                entry=answer.entry,
                facet=answer.facet.value if answer.facet else None,
                confidence=answer.confidence,
                candidates=tuple(
                    Candidate(candidate.id, candidate.kind.value, candidate.score)
                    for candidate in answer.candidates
                ),
                release=answer.release,
                latency_ms=round(latency),
            )
        )
        return Reply(answer, logged, latency)

    async def delivered(self, asker: Asker) -> None:
        """Mark that an answer was shown; best effort."""
        await self.log.delivered(asker.event, datetime.now(UTC))

    async def wrong(self, asker: Asker, reason: str, entry: str | None = None) -> Logged:
        """Keep what a person found wrong or missing about the answer to an event."""
        return await self.log.feedback(
            Feedback(
                at=datetime.now(UTC), user=asker.user, reason=reason, entry=entry,
                event=asker.event,
            )
        )  # fmt: skip

    async def reload(self, progress: Progress | None = None) -> Release | None:
        """Load the folder again and swap the release; None where nothing changed.

        Raises KnowledgeError or UsageError, with the last good release still in service.
        """
        async with self._reloading:
            current = self._advisor.release
            release = await asyncio.to_thread(load, current.folder)
            if release.id == current.id:
                return None
            index = await in_background(
                lambda: build(
                    release, self._encoder, cache=cache_folder(self.settings), progress=progress
                )
            )
            self._advisor = Advisor(index)
            _log.info("release_swapped", before=current.id, after=release.id)
            return release


def cache_folder(settings: Settings) -> Path:
    """Return where vectors and indexes are kept between runs."""
    return settings.data / "cache"


def open_advisor(settings: Settings, progress: Progress | None = None) -> Advisor:
    """Build the advisor of the settings' topic.

    Raises UsageError, KnowledgeError or ModelError.
    """
    encoder = OnnxEncoder(threads=settings.threads)
    release = load(settings.knowledge)
    return Advisor(build(release, encoder, cache=cache_folder(settings), progress=progress))


@contextlib.asynccontextmanager
async def open_service(
    settings: Settings, progress: Progress | None = None, loading: LoadingEncoder | None = None
) -> AsyncIterator[Service]:
    """Build all parts in order and close them in reverse; the encoder may be loading already.

    Raises RejoinderError in a sentence for whatever stops the start.
    """
    loading = loading or LoadingEncoder(threads=settings.threads)
    release = await asyncio.to_thread(load, settings.knowledge)
    encoder = await asyncio.to_thread(loading.wait)
    # Before the topic is learned, which takes long the first time: a log that cannot be opened
    # should be known at once.
    async with open_log(
        settings.data, settings.database_url, time_limit=settings.log_time_limit
    ) as log:
        index = await in_background(
            lambda: build(release, encoder, cache=cache_folder(settings), progress=progress)
        )
        yield Service(settings, Advisor(index), log, encoder)
