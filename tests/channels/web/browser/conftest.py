"""One Chromium a worker, in an event loop of its own that all tests in it share."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from benchmarks.chromium import CHROMIUM, chromium
from bot.retrieval.encoder import OnnxEncoder
from bot.service import Service
from tests.curation.serving import serving

from .stage import People, Stage, staged


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start Chromium; whatever needs it is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (CONTRIBUTING.md)")
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def service(tmp_path: Path, encoder: OnnxEncoder, laid_ready: Path) -> AsyncIterator[Service]:
    """Serve the small topic from a repository of its own, in the loop of the browser."""
    for name in ("bridge", "data"):
        shutil.copytree(laid_ready / name, tmp_path / name)
    async with serving(tmp_path / "bridge", tmp_path / "data", encoder) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def stage(service: Service, browser: Browser) -> AsyncIterator[Stage]:
    """Serve a console; no page of it may complain of anything in the browser's console."""
    async with staged(service, browser) as stage:
        yield stage
    assert [problem for tab in stage.tabs for problem in tab.problems] == []


@pytest.fixture
def people(service: Service) -> People:
    """Return people who ask."""
    return People(service)
