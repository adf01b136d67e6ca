"""One Chromium a worker, in an event loop of its own that all tests in it share."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.retrieval.encoder import OnnxEncoder
from bot.service import Service
from tests.curation.serving import serving

from .stage import CHROMIUM, FLAGS, People, Stage, staged


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium; whatever needs it is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (CONTRIBUTING.md)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def service(tmp_path: Path, encoder: OnnxEncoder, laid_ready: Path) -> AsyncIterator[Service]:
    """Serve the small topic from a repository of its own, in the loop of the browser."""
    for name in ("bridge", "data"):
        shutil.copytree(laid_ready / name, tmp_path / name)
    async with serving(tmp_path / "bridge", tmp_path / "data", encoder) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def stage(service: Service, chromium: Browser) -> AsyncIterator[Stage]:
    """Serve a console; no page of it may complain of anything in the browser's console."""
    async with staged(service, chromium) as stage:
        yield stage
    assert [problem for tab in stage.tabs for problem in tab.problems] == []


@pytest.fixture
def people(service: Service) -> People:
    """Return people who ask."""
    return People(service)
