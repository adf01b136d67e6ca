"""Work that takes longer than a page, as the person who started it sees it."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.web.access import ROUTES
from bot.channels.web.app import console_app
from bot.channels.web.console import Console
from bot.channels.web.jobs import BusyError, Job, Jobs
from bot.channels.web.rendering import redirect
from bot.channels.web.routing import Page, Role
from bot.errors import UsageError
from bot.retrieval.encoder import Progress
from bot.service import Service

from .asking import ask
from .browsing import ADDRESS, Browser


@dataclass
class Work:
    """What the page of the test does when its form is sent."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None

    async def run(self, progress: Progress) -> str:
        progress(3, 7)
        await self.let_go.wait()
        if self.error is not None:
            raise self.error
        return "the result"


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def browse(console: Console, work: Work) -> AsyncIterator[Callable[[], Browser]]:
    """Return a function that opens a browser on a console with a page that starts a job."""

    async def start(request: Request) -> Response:
        async def show(_: Request, result: Any) -> Response:
            return PlainTextResponse(f"Here is {result}")

        user = request.state.session.user
        job = console.jobs.start(user, request.state.topic, "Count <all>", work.run, show)
        return redirect(request, "job", job=job.id)

    routes = [*ROUTES, Page("POST", "/count", "count", Role.REVIEWER, start)]
    app, clients = console_app(console, routes), []

    def open_one() -> Browser:
        transport = httpx.ASGITransport(app=app)
        clients.append(httpx.AsyncClient(transport=transport, base_url=ADDRESS))
        return Browser(console, clients[-1])

    yield open_one
    for client in clients:
        await client.aclose()


async def started(browser: Browser) -> str:
    response = await browser.http.post("/count", data={"csrf": browser.csrf})
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


async def until(browser: Browser, address: str, name: str, value: int) -> None:
    """Ask as the script does until the job's state is so."""
    async with asyncio.timeout(30):
        while (await browser.http.get(f"{address}/state")).json()[name] != value:  # noqa: ASYNC110 - polls
            await asyncio.sleep(0)


async def test_it_is_watched_and_then_its_result_is_shown(reviewer: Browser, work: Work) -> None:
    address = await started(reviewer)
    await until(reviewer, address, "done", 3)
    page = await reviewer.get(address)
    assert "Count <all>" in page.text
    assert "3 of 7" in page.text
    assert '<meta http-equiv="refresh" content="1">' in page.html
    state = (await reviewer.http.get(f"{address}/state")).json()
    assert state == {"over": False, "done": 3, "total": 7}
    work.let_go.set()
    await until(reviewer, address, "over", 1)
    for _ in range(2):
        assert (await reviewer.get(address)).text == "Here is the result"


async def test_nobody_else_sees_it(
    reviewer: Browser, moderator: Browser, visitor: Browser, work: Work
) -> None:
    address = await started(reviewer)
    work.let_go.set()
    page = await moderator.get(address, status=404)
    assert "not known any more" in page.text
    await moderator.get(f"{address}/state", status=404)
    assert "/sign-in" in (await visitor.get(address)).url


async def test_what_it_raises_is_a_sentence(reviewer: Browser, work: Work) -> None:
    work.error = UsageError("The draft is empty.", hint="Add an entry first.")
    work.let_go.set()
    address = await started(reviewer)
    await until(reviewer, address, "over", 1)
    page = await reviewer.get(address, status=400)
    assert "The draft is empty." in page.text
    assert "Add an entry first." in page.text


async def test_what_nobody_foresaw_is_an_id(reviewer: Browser, work: Work) -> None:
    work.error = RuntimeError("private words")
    work.let_go.set()
    address = await started(reviewer)
    await until(reviewer, address, "over", 1)
    page = await reviewer.get(address, status=500)
    assert "private words" not in page.html


async def test_nobody_has_many_at_once(reviewer: Browser, moderator: Browser) -> None:
    for _ in range(5):
        await started(reviewer)
    response = await reviewer.http.post("/count", data={"csrf": reviewer.csrf})
    assert response.status_code == 429
    assert "several such jobs under way" in response.text
    await started(moderator)


class Result:
    """What a job finds, which tells whether anything still holds it."""


async def show_nothing(_: Request, __: Any) -> Response:
    return PlainTextResponse("")


async def find(_: Progress) -> Result:
    return Result()


async def ended(job: Job) -> weakref.ref[Result]:
    """Wait for a job, and for what the loop does about it; return its result, held weakly."""
    assert job.task is not None
    await job.task
    await asyncio.sleep(0)
    return weakref.ref(job.result)


async def gone(held: weakref.ref[Result]) -> None:
    """Wait until nothing holds a result."""
    async with asyncio.timeout(30):
        while held() is not None:
            await asyncio.sleep(0.01)
            gc.collect()


async def test_a_result_goes_in_time_though_nobody_comes() -> None:
    jobs = Jobs(life=0.05)
    held = await ended(jobs.start("a", "bridge", "t", find, show_nothing))
    [job] = jobs.of("a")
    assert jobs.get(job.id, "a") is job
    del job
    await gone(held)
    assert jobs.of("a") == []


async def test_its_time_begins_when_it_is_there() -> None:
    jobs, let_go = Jobs(life=60), asyncio.Event()

    async def slow(_: Progress) -> Result:
        await let_go.wait()
        return Result()

    job = jobs.start("a", "bridge", "t", slow, show_nothing)
    await asyncio.sleep(0.05)
    came = asyncio.get_running_loop().time()
    let_go.set()
    await ended(job)
    assert job.end is not None
    assert job.end.when() >= came + 60
    await jobs.close()


async def test_few_results_are_kept() -> None:
    jobs = Jobs()
    held = [await ended(jobs.start(f"u{n}", "bridge", "t", find, show_nothing)) for n in range(70)]
    assert [len(jobs.of(f"u{n}")) for n in range(70)] == [0] * 64 + [1] * 6
    await gone(held[0])
    assert held[-1]() is not None
    await jobs.close()


@pytest.mark.parametrize("deleted", ["the person", "the question"])
async def test_nothing_found_outlives_the_questions_it_holds(
    reviewer: Browser, service: Service, work: Work, deleted: str
) -> None:
    asker = await ask(service, "are dogs allowed on the bridge")
    work.let_go.set()
    address = await started(reviewer)
    await until(reviewer, address, "over", 1)
    assert (await reviewer.get(address)).text == "Here is the result"
    if deleted == "the person":
        await service.log.forget_person(asker.user)
    else:
        await service.log.forget_query(asker.event)
    page = await reviewer.get(address, status=404)
    assert "when somebody has their data deleted" in page.text


async def test_what_is_under_way_reads_again_what_is_left() -> None:
    jobs, asked, read = Jobs(), ["mine", "theirs"], asyncio.Event()
    let_go = asyncio.Event()

    async def work(_: Progress) -> list[str]:
        found = list(asked)
        read.set()
        await let_go.wait()
        return found

    job = jobs.start("a", "bridge", "t", work, show_nothing)
    await read.wait()
    asked.remove("mine")
    jobs.forget()
    let_go.set()
    assert job.task is not None
    await job.task
    assert job.result == ["theirs"]
    await jobs.close()


async def test_a_job_that_is_overtaken_again_and_again_says_so(
    reviewer: Browser, console: Console, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_: Progress) -> str:
        console.jobs.forget()
        raise RuntimeError("private words")

    monkeypatch.setattr(work, "run", run)
    address = await started(reviewer)
    await until(reviewer, address, "over", 1)
    page = await reviewer.get(address, status=409)
    assert "had their questions deleted while this was worked out" in page.text


async def test_the_end_of_the_program_ends_them() -> None:
    jobs = Jobs()

    async def work(_: Progress) -> None:
        await asyncio.Event().wait()

    async def show(_: Request, __: Any) -> Response:
        return PlainTextResponse("")

    job = jobs.start("a", "bridge", "t", work, show)
    for _ in range(4):
        jobs.start("a", "bridge", "t", work, show)
    with pytest.raises(BusyError):
        jobs.start("a", "bridge", "t", work, show)
    await jobs.close()
    assert job.over
