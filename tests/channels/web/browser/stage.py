"""A console on a loopback port, tabs of a real browser before it, and people who ask."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from bot.advisor.answer import Question
from bot.channels.health import Health
from bot.channels.health import serving as http
from bot.channels.web.app import console_app
from bot.channels.web.console import Console
from bot.channels.web.routing import Role
from bot.channels.web.sessions import Rights
from bot.metrics import Metrics
from bot.service import Asker, Service

Size = Literal["desktop", "phone"]
SIZES: dict[Size, tuple[int, int]] = {"desktop": (1280, 800), "phone": (390, 844)}
_MOST_TABS = 90
_FOCUSED = """(() => {
  const at = document.activeElement;
  const label = at.labels && at.labels[0];
  const name = label ? label.innerText : at.getAttribute("aria-label") || at.innerText || "";
  return [at.tagName.toLowerCase(), name.trim()];
})()"""
WAIT = 20_000.0  # milliseconds until a step is given up: the machine may be busy


@dataclass
class Tab:
    """A tab of a browser, and all that it complained of."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """statuses of pages that a test means to meet"""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        # What Chromium says of a status is what _answered says better.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.problems.append(f"console at {self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"{response.status} for {response.request.method} {response.url}")

    async def open(self, path: str) -> Page:
        """Open a page of the console."""
        await self.page.goto(self.base + path)
        return self.page

    async def words(self) -> str:
        """Return what the page says."""
        return " ".join((await self.page.locator("body").inner_text()).split())

    async def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        found: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return found

    async def focused(self) -> tuple[str, str]:
        """Return the tag of what has the focus, and the name by which it is called out."""
        tag, name = await self.page.evaluate(_FOCUSED)
        return tag, name

    async def tab_to(self, name: str, tag: str = "") -> None:
        """Press Tab until something whose name begins like this has the focus."""
        met = []
        for _ in range(_MOST_TABS):
            await self.page.keyboard.press("Tab")
            focused, called = await self.focused()
            if called.startswith(name) and focused == (tag or focused):
                return
            met.append(f"{focused} {called[:40]}")
        raise AssertionError(f"Tab does not lead to {name} on {self.page.url}, but to {met}")


@dataclass
class Ahead:
    """The console's clock; a test may have it go ahead by so many seconds."""

    by: float = 0.0

    def __call__(self) -> float:
        """Return seconds of a clock that never goes back."""
        return time.monotonic() + self.by


class Stage:
    """A console that is served, with as many browsers before it as a test wants."""

    def __init__(self, console: Console, chromium: Browser, base: str, clock: Ahead) -> None:
        self.console = console
        self.base = base
        self.clock = clock
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.tabs: list[Tab] = []

    @property
    def service(self) -> Service:
        """Return the service that the console belongs to."""
        return self.console.service

    async def tab(
        self,
        role: Role | None = Role.MODERATOR,
        user: str = "discord:302",
        *,
        size: Size = "desktop",
        name: str = "Ada",
        **options: Any,
    ) -> Tab:
        """Open a browser of its own, signed in unless the role is None; ``options`` are of it."""
        width, height = SIZES[size]
        given = {"viewport": {"width": width, "height": height}, "locale": "en-GB"} | options
        context = await self._chromium.new_context(**given)
        self._contexts.append(context)
        if role is not None:
            await self.sign_in(context, role, user, name)
        tab = Tab(await context.new_page(), self.base)
        self.tabs.append(tab)
        return tab

    async def sign_in(
        self, context: BrowserContext, role: Role, user: str, name: str = "Ada"
    ) -> None:
        """Give a browser the cookie of a session."""
        session = self.console.sessions.open(user, name, Rights(everywhere=role))
        cookie = self.console.sessions.cookie(session.id)
        await context.add_cookies(
            [{"name": self.console.cookie_name, "value": cookie, "url": self.base}]
        )

    async def close(self) -> None:
        """Close the browsers."""
        for context in self._contexts:
            await context.close()


@asynccontextmanager
async def staged(service: Service, chromium: Browser) -> AsyncIterator[Stage]:
    """Serve a console for a service; at the end no tab may have complained of anything."""
    metrics = Metrics()
    health = Health(service, metrics, {})
    ahead = Ahead()
    console = Console(service, service.settings, metrics=metrics, health=health, clock=ahead)
    async with http(console_app(console), "127.0.0.1", 0) as base:
        stage = Stage(console, chromium, base, ahead)
        try:
            yield stage
        finally:
            await stage.close()
            await console.close()


class People:
    """People who ask the service; each question is an event of its own."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._events: Iterator[int] = count(1)

    async def ask(self, person: int, text: str, **more: Any) -> Asker:
        """Ask as a person; return how the question is known."""
        asker = Asker(f"test:{next(self._events)}", f"discord:{person}", "discord", "room", **more)
        await self.service.ask(Question(text), asker)
        return asker

    async def all_ask(self, texts: Sequence[str]) -> list[Asker]:
        """Ask as many people as there are texts, then let the queue take it up."""
        asked = [await self.ask(person, text) for person, text in enumerate(texts, start=1)]
        await self.service.review().refresh()
        return asked
