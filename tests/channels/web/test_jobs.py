"""Work that takes longer than a page, as the person who started it sees it."""

from __future__ import annotations

import asyncio
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
from bot.channels.web.jobs import BusyError, Jobs
from bot.channels.web.rendering import redirect
from bot.channels.web.routing import Page, Role
from bot.errors import UsageError
from bot.retrieval.encoder import Progress

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
        while (await browser.http.get(f"{address}/state")).json()[name] != value:  # noqa: ASYNC110
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


async def test_results_are_forgotten_in_a_while_and_the_number_is_bounded() -> None:
    now = [0.0]
    jobs = Jobs(clock=lambda: now[0])

    async def work(_: Progress) -> int:
        return 1

    async def show(_: Request, result: Any) -> Response:
        return PlainTextResponse(str(result))

    first = jobs.start("a", "bridge", "t", work, show)
    await asyncio.sleep(0)
    assert jobs.get(first.id, "a") is first
    now[0] = 1_801
    assert jobs.get(first.id, "a") is None
    made = []
    for number in range(70):
        made.append(jobs.start(f"u{number}", "bridge", "t", work, show))
        await asyncio.sleep(0)
    assert jobs.get(made[0].id, "u0") is None
    assert jobs.get(made[-1].id, "u69") is made[-1]
    await jobs.close()


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
