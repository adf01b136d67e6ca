"""The composition root: build the parts, own their lifetimes, answer and log as one act."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Question
from bot.advisor.facets import Facet
from bot.asked import Asker, Reply
from bot.background import in_background
from bot.errors import RejoinderError, UsageError
from bot.knowledge.load import load
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.release import Release
from bot.querylog import Candidate, Feedback, Logged, QueryLog, QueryRecord, open_log
from bot.retrieval.encoder import Encoder, LoadingEncoder, OnnxEncoder, Progress
from bot.retrieval.index import Index, build
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.curation.moderation import Moderation
    from bot.curation.news import News
    from bot.curation.review import Review

__all__ = [
    "Asker", "Reply", "Service", "cache_folder", "load_topics", "open_advisor", "open_service",
]  # fmt: skip

_log = structlog.get_logger(__name__)


class Service:
    """Answer questions from the releases in service, one a topic, and keep every query."""

    def __init__(
        self,
        settings: Settings,
        advisor: Advisor,
        log: QueryLog,
        encoder: Encoder,
        further: Iterable[Advisor] = (),
    ) -> None:
        self.settings = settings
        self.log = log
        # Replaced whole, never changed: whoever holds it sees one state of all topics.
        self._topics = _by_topic([advisor, *further])
        self._encoder = encoder
        self._reloading = asyncio.Lock()
        self._moderations: dict[str, Moderation] = {}
        self._reviews: dict[str, Review] = {}
        self._perfecting: dict[str, asyncio.Task[None]] = {}
        self._broken: dict[str, KnowledgeError] = {}
        self.listeners: list[Callable[[News], None]] = []

    async def open_moderation(self) -> None:
        """Open the repositories of all topics and complete what a dead process left in them."""
        for topic in self._topics:
            moderation = await asyncio.to_thread(self.moderation, topic)
            try:
                await moderation.curator.settle()
            except RejoinderError as error:
                _log.info("publishes_not_settled", topic=topic, problem=error.message)

    def moderation(self, topic: str | None = None) -> Moderation:
        """Return what changes a topic, the default's for None.

        The first call opens its repository, which blocks for some tens of milliseconds. Raises
        KeyError for an unknown topic.
        """
        name = self.advisor_of(topic).release.topic.id
        if name not in self._moderations:
            # Not above: whoever only asks is spared a tenth of a second.
            from bot.curation.opening import open_moderation  # noqa: PLC0415

            self._moderations[name] = open_moderation(
                name,
                self.log,
                advisor=lambda: self.advisor_of(name),
                reload=lambda fresh: self.reload_topic(name, published=fresh),
                cache=cache_folder(self.settings),
                two_people=self.settings.two_person_rule,
            )
        return self._moderations[name]

    def review(self, topic: str | None = None) -> Review:
        """Return what is reviewed of a topic, the default's for None. Raises KeyError."""
        name = self.advisor_of(topic).release.topic.id
        if name not in self._reviews:
            from bot.curation.review import Review  # noqa: PLC0415

            self._reviews[name] = Review(
                name,
                self.log,
                advisor=lambda: self.advisor_of(name),
                moderation=lambda: self.moderation(name),
            )
        return self._reviews[name]

    def tell(self, news: News) -> None:
        """Pass on to other channels what was done in one that cannot tell people itself."""
        for listener in self.listeners:
            listener(news)

    @property
    def encoder_name(self) -> str:
        """Return which model turns texts into vectors."""
        return self._encoder.name

    @property
    def topics(self) -> Mapping[str, Advisor]:
        """Return the advisors in service by topic id, the default topic first."""
        return self._topics

    def advisor_of(self, topic: str | None) -> Advisor:
        """Return a topic's advisor, the default's for None. Raises KeyError for an unknown one."""
        return self.advisor if topic is None else self._topics[topic]

    @property
    def release(self) -> Release:
        """Return the release of the default topic."""
        return self.advisor.release

    @property
    def advisor(self) -> Advisor:
        """Return the advisor of the default topic, which is that of the setting ``knowledge``."""
        return next(iter(self._topics.values()))

    async def ask(self, question: Question, asker: Asker, topic: str | None = None) -> Reply:
        """Answer a question from a topic; its row is durable before this returns.

        Raises LogUnavailable where the query can be kept nowhere: then no answer may be shown;
        KeyError for an unknown topic.
        """
        advisor = self.advisor_of(topic)
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
        topic: str | None = None,
    ) -> Reply:
        """Show an entry of a topic that the asker chose; logged like a question.

        Raises KeyError where topic or entry are not in service, and LogUnavailable.
        """
        started = time.perf_counter()
        answer = self.advisor_of(topic).show(entry, facet, conversation.language)
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
                author=asker.author,
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
        """Load all folders again and swap the releases that changed, each by itself.

        Returns the default topic's fresh release, or else another's; None where nothing changed.
        Every topic is tried; then the first error is raised (see reload_topic).
        """
        fresh: list[Release] = []
        errors: list[Exception] = []
        for topic in self._topics:
            try:
                release = await self.reload_topic(topic, progress)
            except Exception as error:  # noqa: BLE001 - raised below, after the other topics
                errors.append(error)
            else:
                fresh += [release] if release is not None else []
        if errors:
            raise errors[0]
        return fresh[0] if fresh else None

    async def reload_topic(
        self,
        topic: str,
        progress: Progress | None = None,
        *,
        published: Index | Release | None = None,
    ) -> Release | None:
        """Load a topic's folder again and swap its release; None where nothing changed.

        ``published`` is what was just committed for this topic, with its index where a preview has
        built it: it is put in service as it is, whatever else the folder may hold. Raises
        KnowledgeError, UsageError or ModelError, with the last good release still in service;
        KeyError for an unknown topic.
        """
        async with self._reloading:
            current = self._topics[topic].release
            built = published if isinstance(published, Index) else None
            release = built.release if built else published
            if not isinstance(release, Release):
                try:
                    release = await asyncio.to_thread(load, current.folder)
                except KnowledgeError as error:
                    self._broken[topic] = error
                    raise
            self._broken.pop(topic, None)
            if release.id == current.id:
                return None
            index = built or await self._build(release, progress, self._topics[topic].index)
            self._swap(topic, await self._warmed(index))
            self._perfect(release.topic.id)
            _log.info(
                "release_swapped", topic=release.topic.id, before=current.id, after=release.id
            )
            return release

    def broken(self, topic: str) -> KnowledgeError | None:
        """Return why a topic's folder cannot be loaded as it is now; None where it can.

        What it held before is in service meanwhile.
        """
        return self._broken.get(topic)

    async def _build(
        self, release: Release, progress: Progress | None = None, previous: Index | None = None
    ) -> Index:
        return await in_background(
            lambda: build(
                release, self._encoder, cache=cache_folder(self.settings), progress=progress,
                previous=previous, precision=self.settings.answer_precision,
            )
        )  # fmt: skip

    async def _warmed(self, index: Index) -> Advisor:
        """Return an advisor that keeps no question waiting."""
        return await in_background(lambda: Advisor(index, choices=self.settings.choices).warm())

    def _swap(self, topic: str, fresh: Advisor) -> None:
        # An edit may give the topic another id.
        self._topics = _by_topic(
            fresh if known == topic else advisor for known, advisor in self._topics.items()
        )

    def _perfect(self, topic: str) -> None:
        """See that a topic's index is exact in a while; one build at a time takes all cores."""
        under_way = self._perfecting.get(topic)
        if self._topics[topic].index.provisional and (under_way is None or under_way.done()):
            self._perfecting[topic] = asyncio.create_task(self._perfected(topic))

    async def _perfected(self, topic: str) -> None:
        while (advisor := self._topics.get(topic)) is not None and advisor.index.provisional:
            try:
                fresh = await self._warmed(await self._build(advisor.release))
            except Exception as error:  # noqa: BLE001 - the provisional one goes on serving
                _log.warning("index_stays_provisional", error=type(error).__name__)
                return
            # A release that came meanwhile is learned in the next round.
            if topic in self._topics and self._topics[topic].release.id == advisor.release.id:
                self._swap(topic, fresh)

    async def settled(self) -> None:
        """Wait until no index is provisional any more."""
        while waiting := [task for task in self._perfecting.values() if not task.done()]:
            await asyncio.wait(waiting)

    def close(self) -> None:
        """Give up what is under way in the background."""
        for task in self._perfecting.values():
            task.cancel()


def _by_topic(advisors: Iterable[Advisor]) -> Mapping[str, Advisor]:
    found: dict[str, Advisor] = {}
    for advisor in advisors:
        _refuse_twin(advisor.release, (other.release for other in found.values()))
        found[advisor.release.topic.id] = advisor
    return MappingProxyType(found)


def _refuse_twin(release: Release, others: Iterable[Release]) -> None:
    for other in others:
        if other.topic.id == release.topic.id:
            raise UsageError(
                f"Two topics have the id {release.topic.id}: {other.folder} and {release.folder}.",
                hint="Rename a folder, or write another id into its topic.yaml.",
            )


def cache_folder(settings: Settings) -> Path:
    """Return where vectors and indexes are kept between runs."""
    return settings.data / "cache"


def load_topics(settings: Settings) -> list[Release]:
    """Load the releases of all topics of the settings, the default's first.

    Raises UsageError, also where two topics have the same id, or KnowledgeError.
    """
    releases: list[Release] = []
    for folder in (settings.knowledge, *settings.topics):
        release = load(folder)
        _refuse_twin(release, releases)
        releases.append(release)
    return releases


def open_advisor(settings: Settings, progress: Progress | None = None) -> Advisor:
    """Build the advisor of the settings' default topic.

    Raises UsageError, KnowledgeError or ModelError.
    """
    encoder = OnnxEncoder(threads=settings.threads)
    return _advisor(settings, load(settings.knowledge), encoder, progress)


def _advisor(
    settings: Settings, release: Release, encoder: Encoder, progress: Progress | None
) -> Advisor:
    index = build(
        release, encoder, cache=cache_folder(settings), progress=progress,
        precision=settings.answer_precision,
    )  # fmt: skip
    return Advisor(index, choices=settings.choices)


@contextlib.asynccontextmanager
async def open_service(
    settings: Settings,
    progress: Progress | None = None,
    loading: LoadingEncoder | None = None,
    *,
    warm: bool = True,
) -> AsyncIterator[Service]:
    """Build all parts in order and close them in reverse; the encoder may be loading already.

    Without ``warm`` the first questions wait for what they need: right for who asks only one.
    Raises RejoinderError in a sentence for whatever stops the start.
    """
    loading = loading or LoadingEncoder(threads=settings.threads)
    releases = await asyncio.to_thread(load_topics, settings)
    encoder = await asyncio.to_thread(loading.wait)

    def advisors() -> list[Advisor]:
        found = [_advisor(settings, release, encoder, progress) for release in releases]
        return [advisor.warm() for advisor in found] if warm else found

    # Before the topics are learned, which takes long the first time: a log that cannot be opened
    # should be known at once.
    async with open_log(
        settings.data, settings.database_url, time_limit=settings.log_time_limit
    ) as log:
        first, *further = await in_background(advisors)
        service = Service(settings, first, log, encoder, further)
        try:
            yield service
        finally:
            service.close()
