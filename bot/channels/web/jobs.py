"""Work that takes longer than a page: started by a form, watched on a page of its own."""

from __future__ import annotations

import asyncio
import secrets
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
_MOST_RESULTS = 6  # each may hold an index
_TRIES = 3


class BusyError(Exception):
    """Refuse a job of somebody who has several under way, or of one too many people."""


class ForgottenError(Exception):
    """Say that what a job read was deleted again and again while it worked."""


@dataclass
class Job:
    """Work under way or done. ``title`` is shown; ``show`` makes the page of its result."""

    id: str
    user: str
    topic: str
    title: str
    show: Show = field(repr=False)
    done: int = 0
    total: int = 0
    result: Any = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=False)
    task: asyncio.Task[None] | None = field(default=None, repr=False)
    end: asyncio.TimerHandle | None = field(default=None, repr=False)
    """when it goes, set once it is over"""

    @property
    def over(self) -> bool:
        """Tell whether it has ended, well or not."""
        return self.task is not None and self.task.done()


class Jobs:
    """Run jobs in the event loop, each seen by nobody but whoever started it.

    Their results may hold what people asked: each goes ``life`` seconds after it is there, whether
    anybody comes for it or not, earlier where several newer ones are there, and with ``forget``.
    """

    def __init__(self, life: float = _LIFE) -> None:
        self._life = life
        self._jobs: dict[str, Job] = {}
        self._forgotten = 0

    def start(self, user: str, topic: str, title: str, work: Work, show: Show) -> Job:
        """Start a job. ``work`` is given a callback (done, total). Raises BusyError.

        It must do no harm to call ``work`` again: that is done where something was forgotten
        while it ran.
        """
        ended = [job for job in self._jobs.values() if job.over]
        for job in ended[: max(0, len(self._jobs) - _MOST + 1)]:
            self._drop(job.id)
        running = [job for job in self._jobs.values() if not job.over]
        theirs = [job for job in running if job.user == user]
        if len(theirs) >= _MOST_EACH or len(self._jobs) >= _MOST:
            raise BusyError
        job = Job(secrets.token_urlsafe(12), user, topic, title, show)
        loop = asyncio.get_running_loop()

        def progress(done: int, total: int) -> None:
            # It may be called from the thread that does the work.
            loop.call_soon_threadsafe(_note, job, done, total)

        async def run() -> None:
            for _ in range(_TRIES):
                forgotten = self._forgotten
                try:
                    job.result = await work(progress)
                except Exception as error:  # noqa: BLE001 - shown on the job's page, with an id
                    job.error = error
                if forgotten == self._forgotten:
                    return
                # It may have read what is deleted now.
                job.result = job.error = None
            job.error = ForgottenError()

        job.task = asyncio.create_task(run(), name=f"job {job.id}")
        job.task.add_done_callback(lambda _: self._keep(job))
        self._jobs[job.id] = job
        return job

    def get(self, job_id: str, user: str) -> Job | None:
        """Return a job of somebody's own."""
        job = self._jobs.get(job_id)
        return job if job is not None and job.user == user else None

    def of(self, user: str) -> list[Job]:
        """Return somebody's jobs, the oldest first."""
        return [job for job in self._jobs.values() if job.user == user]

    def forget(self) -> None:
        """Let go of all that is worked out, as somebody's questions were deleted just now.

        What is under way begins anew.
        """
        self._forgotten += 1
        for job in [job for job in self._jobs.values() if job.over]:
            self._drop(job.id)

    async def close(self) -> None:
        """Give up what is under way."""
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for job_id in list(self._jobs):
            self._drop(job_id)

    def _keep(self, job: Job) -> None:
        """Keep a job that is over for a while, and few with a result."""
        if job.id not in self._jobs:
            return
        job.end = asyncio.get_running_loop().call_later(self._life, self._drop, job.id)
        held = [
            (one.end.when(), one.id)
            for one in self._jobs.values()
            if one.end and one.result is not None
        ]
        for _, job_id in sorted(held)[:-_MOST_RESULTS]:
            self._drop(job_id)

    def _drop(self, job_id: str) -> None:
        job = self._jobs.pop(job_id)
        if job.end is not None:
            job.end.cancel()


def _note(job: Job, done: int, total: int) -> None:
    job.done, job.total = done, total
