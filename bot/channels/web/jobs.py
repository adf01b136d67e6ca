"""Work that takes longer than a page: started by a form, watched on a page of its own."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.retrieval.encoder import Progress

Work = Callable[[Progress], Awaitable[Any]]
Show = Callable[[Request, Any], Awaitable[Response]]

_LIFE = 1800.0  # seconds that a result is kept
_MOST = 50
_MOST_EACH = 5


class BusyError(Exception):
    """Refuse a job of somebody who has several under way, or of one too many people."""


@dataclass
class Job:
    """Work under way or done. ``title`` is shown; ``show`` makes the page of its result."""

    id: str
    user: str
    topic: str
    title: str
    show: Show = field(repr=False)
    started: float
    done: int = 0
    total: int = 0
    result: Any = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=False)
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        """Tell whether it has ended, well or not."""
        return self.task is not None and self.task.done()


class Jobs:
    """Run jobs in the event loop, each seen by nobody but whoever started it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}

    def start(self, user: str, topic: str, title: str, work: Work, show: Show) -> Job:
        """Start a job. ``work`` is given a callback (done, total). Raises BusyError."""
        self._tidy()
        running = [job for job in self._jobs.values() if not job.over]
        theirs = [job for job in running if job.user == user]
        if len(theirs) >= _MOST_EACH or len(self._jobs) >= _MOST:
            raise BusyError
        job = Job(secrets.token_urlsafe(12), user, topic, title, show, self._clock())
        loop = asyncio.get_running_loop()

        def progress(done: int, total: int) -> None:
            # It may be called from the thread that does the work.
            loop.call_soon_threadsafe(_note, job, done, total)

        async def run() -> None:
            try:
                job.result = await work(progress)
            except Exception as error:  # noqa: BLE001 - shown on the job's page, with an id
                job.error = error

        job.task = asyncio.create_task(run(), name=f"job {job.id}")
        self._jobs[job.id] = job
        return job

    def get(self, job_id: str, user: str) -> Job | None:
        """Return a job of somebody's own."""
        self._tidy()
        job = self._jobs.get(job_id)
        return job if job is not None and job.user == user else None

    def of(self, user: str) -> list[Job]:
        """Return somebody's jobs, the oldest first."""
        return [job for job in self._jobs.values() if job.user == user]

    async def close(self) -> None:
        """Give up what is under way."""
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._jobs.clear()

    def _tidy(self) -> None:
        now = self._clock()
        for job in list(self._jobs.values()):
            if job.over and now - job.started > _LIFE:
                del self._jobs[job.id]
        over = [job for job in self._jobs.values() if job.over]
        for job in over[: max(0, len(self._jobs) - _MOST + 1)]:
            del self._jobs[job.id]


def _note(job: Job, done: int, total: int) -> None:
    job.done, job.total = done, total
