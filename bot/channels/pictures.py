"""Have pictures drawn in a worker process: argument maps with the text beside them, and charts.

The worker starts with the first picture and ends after some idle minutes. A map is kept until newer
ones need its room, so that it costs its second asker nothing; a chart is of the moment.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Self

import structlog

from bot.background import in_background
from bot.channels import picture_worker
from bot.channels.chart_data import Chart, Figures
from bot.channels.map_content import Content, content, summary, text_alternative
from bot.errors import RejoinderError
from bot.knowledge.model import Proposal
from bot.knowledge.release import Release, short

DESCRIPTION_LIMIT: Final = 1024
"""Characters that Discord takes as the description of a picture."""

_ROOM: Final = 32 * 2**20
_IDLE: Final = 300.0
_TRIES: Final = 2

_Key = tuple[str, str, str]
_log = structlog.get_logger(__name__)


class PictureError(RejoinderError):
    """Report that something cannot be shown as a picture."""


class MapError(PictureError):
    """Report that a map cannot be shown as a picture."""


class ChartError(PictureError):
    """Report that a chart cannot be shown as a picture."""


class NoSuchMapError(MapError):
    """Report that a release has no such published proposal."""


class Pictures:
    """Draw maps and charts on demand; an async context manager, or end it with ``close``.

    ``room`` is how many bytes of maps are kept, ``idle`` after how many seconds without a drawing
    the worker process ends.
    """

    def __init__(self, *, room: int = _ROOM, idle: float = _IDLE) -> None:
        self._room = room
        self._idle = idle
        self._kept: OrderedDict[_Key, tuple[bytes, ...]] = OrderedDict()
        self._running: dict[_Key, asyncio.Task[tuple[bytes, ...]]] = {}
        self._charts = itertools.count()
        # One drawing at a time: one that brings the worker down fails alone.
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def draw(self, release: Release, proposal_id: str, language: str) -> tuple[bytes, ...]:
        """Return a proposal's map as one to ten PNGs, dark, at most 4,096 pixels a side.

        Whoever asks for a map that is being drawn waits for the same drawing. Raises
        NoSuchMapError where there is no such proposal and MapError where drawing failed twice.
        """
        key = (release.id, proposal_id, language)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._running.get(key)
        if task is None:
            shown = content(release.topic, _proposal(release, proposal_id), language)
            task = asyncio.create_task(self._make(key, shown))
            self._running[key] = task
            task.add_done_callback(lambda done: self._finish(key, done))
        # Who stops waiting does not stop the drawing: others may wait for it.
        return await asyncio.shield(task)

    async def chart(self, figures: Figures, language: str) -> bytes:
        """Return figures as one PNG, dark, at most 4,096 pixels a side.

        Raises ChartError where drawing failed twice.
        """
        key = ("chart", str(next(self._charts)), language)
        task = asyncio.create_task(self._chart(key, Chart(figures, language)))
        self._running[key] = task
        task.add_done_callback(lambda done: self._finish(key, done))
        [picture] = await asyncio.shield(task)
        return picture

    def description(self, release: Release, proposal_id: str, language: str) -> str:
        """Return what the picture shows in a line of at most 1,024 characters, as its alt text.

        Raises NoSuchMapError.
        """
        told = summary(release.topic, _proposal(release, proposal_id), language)
        return short(told, DESCRIPTION_LIMIT)

    def text(self, release: Release, proposal_id: str, language: str) -> str:
        """Return all that a map says as plain, indented text. Raises NoSuchMapError."""
        return text_alternative(release.topic, _proposal(release, proposal_id), language)

    async def close(self) -> None:
        """End the worker after the picture that it draws; who still waits gets a PictureError."""
        self._is_closed = True
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        if self._rest is not None:
            self._rest.cancel()
        pool, self._pool = self._pool, None
        if pool is not None:
            await in_background(pool.shutdown)

    async def _make(self, key: _Key, shown: Content) -> tuple[bytes, ...]:
        drawn = await self._drawn(key, shown)
        if drawn is None:
            raise MapError(
                "This map could not be drawn as a picture.", hint="It can still be read as text."
            )
        self._keep(key, drawn)
        return drawn

    async def _chart(self, key: _Key, shown: Chart) -> tuple[bytes, ...]:
        drawn = await self._drawn(key, shown)
        if drawn is None:
            raise ChartError("The chart could not be drawn.", hint="Ask for it again in a while.")
        return drawn

    async def _drawn(self, key: _Key, shown: Content | Chart) -> tuple[bytes, ...] | None:
        """Return what was drawn, None where that failed; one drawing at a time."""
        async with self._turn:
            if self._rest is not None:
                self._rest.cancel()
            try:
                return await self._tried(key, shown)
            finally:
                loop = asyncio.get_running_loop()
                self._rest = loop.call_later(self._idle, self._end_idle_worker)

    async def _tried(self, key: _Key, shown: Content | Chart) -> tuple[bytes, ...] | None:
        for tried in range(1, _TRIES + 1):
            if self._is_closed:
                stopping = ChartError if isinstance(shown, Chart) else MapError
                raise stopping("The bot is stopping and draws no more pictures.")
            try:
                # In a thread, since it starts a process where there is none.
                future = await asyncio.to_thread(self._submit, shown)
                return await asyncio.wrap_future(future)
            except Exception as error:  # noqa: BLE001 - a dead worker, no memory, a bad picture
                _log.warning(
                    "drawing a picture failed", picture=key[1], language=key[2], tried=tried,
                    error=f"{type(error).__name__}: {error}",
                )  # fmt: skip
                self._drop_worker()
        return None

    def _submit(self, shown: Content | Chart) -> Future[tuple[bytes, ...]]:
        if self._pool is None:
            # Spawned, not forked: this process has threads and an open database.
            self._pool = ProcessPoolExecutor(
                1, mp_context=get_context("spawn"), initializer=picture_worker.begin
            )
        return self._pool.submit(picture_worker.draw, shown)

    def _drop_worker(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _end_idle_worker(self) -> None:
        if not self._turn.locked():
            self._drop_worker()

    def _keep(self, key: _Key, drawn: tuple[bytes, ...]) -> None:
        self._kept[key] = drawn
        held = sum(len(page) for pages in self._kept.values() for page in pages)
        while held > self._room:
            _, oldest = self._kept.popitem(last=False)
            held -= sum(map(len, oldest))

    def _finish(self, key: _Key, task: asyncio.Task[tuple[bytes, ...]]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # seen, even where nobody waits any more


def _proposal(release: Release, proposal_id: str) -> Proposal:
    entry = release.entries.get(proposal_id)
    if entry is None or not isinstance(entry.item, Proposal):
        raise NoSuchMapError("There is no such proposal in the knowledge base now.")
    return entry.item
