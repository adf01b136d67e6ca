"""A console on the small topic in a repository of its own, and browsers for it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.channels.health import Health
from bot.channels.web.app import console_app
from bot.channels.web.console import Console
from bot.channels.web.routing import Role
from bot.knowledge.load import load
from bot.metrics import Metrics
from bot.querylog import open_log
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.service import Service
from tests.curation.serving import laid_out, serving

from .browsing import ADDRESS, Browser


@pytest.fixture(scope="session")
def laid_ready(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Path:
    """Return what each test's service is copied from: a repository, and data with a cache."""
    base = tmp_path_factory.mktemp("web")
    folder = laid_out(base / "bridge")
    build(load(folder), encoder, cache=base / "data" / "cache")

    async def migrate() -> None:
        async with open_log(base / "data"):
            pass

    asyncio.run(migrate())
    return base


@pytest.fixture(scope="session")
def bridge_cache(laid_ready: Path) -> Path:
    """Return a cache that knows the small topic, so that a service starts at once."""
    return laid_ready / "data" / "cache"


@pytest.fixture
async def service(tmp_path: Path, encoder: OnnxEncoder, laid_ready: Path) -> AsyncIterator[Service]:
    """Serve the small topic from a repository of its own."""
    for name in ("bridge", "data"):
        shutil.copytree(laid_ready / name, tmp_path / name)
    async with serving(tmp_path / "bridge", tmp_path / "data", encoder) as service:
        yield service


@pytest.fixture
async def console(service: Service) -> AsyncIterator[Console]:
    """Make a console, as `rejoinder serve` does."""
    metrics = Metrics()
    console = Console(
        service, service.settings, metrics=metrics, health=Health(service, metrics, {})
    )
    yield console
    await console.close()


@pytest.fixture
async def browse(console: Console) -> AsyncIterator[Callable[[], Browser]]:
    """Return a function that opens another browser, not signed in."""
    app = console_app(console)
    clients: list[httpx.AsyncClient] = []

    def open_one() -> Browser:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        client = httpx.AsyncClient(transport=transport, base_url=ADDRESS)
        clients.append(client)
        return Browser(console, client)

    yield open_one
    for client in clients:
        await client.aclose()


@pytest.fixture
async def public(service: Service) -> AsyncIterator[Callable[[str], Browser]]:
    """Return a function that opens a browser for a console with an address of its own."""
    clients: list[httpx.AsyncClient] = []

    def open_one(address: str) -> Browser:
        settings = service.settings.model_copy(update={"console_url": address})
        metrics = Metrics()
        health = Health(service, metrics, {})
        console = Console(service, settings, metrics=metrics, health=health)
        transport = httpx.ASGITransport(app=console_app(console))
        clients.append(httpx.AsyncClient(transport=transport, base_url=address))
        return Browser(console, clients[-1])

    yield open_one
    for client in clients:
        await client.aclose()


@pytest.fixture
def visitor(browse: Callable[[], Browser]) -> Browser:
    """Return a browser that is not signed in."""
    return browse()


@pytest.fixture
def reviewer(browse: Callable[[], Browser]) -> Browser:
    """Return a browser signed in as a reviewer of the small topic."""
    browser = browse()
    browser.sign_in(Role.REVIEWER, "bridge", "discord:301")
    return browser


@pytest.fixture
def moderator(browse: Callable[[], Browser]) -> Browser:
    """Return a browser signed in as a moderator of the small topic."""
    browser = browse()
    browser.sign_in(Role.MODERATOR, "bridge", "discord:302")
    return browser


@pytest.fixture
def operator(browse: Callable[[], Browser]) -> Browser:
    """Return a browser signed in as the operator."""
    browser = browse()
    browser.sign_in(Role.OPERATOR)
    return browser
