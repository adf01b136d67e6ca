"""What `rejoinder serve` does beside answering: it keeps the retention and follows edits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cli.serve import retain_daily, review_regularly, watch
from bot.metrics import Metrics
from bot.querylog import QueryRecord
from bot.service import Service, open_service
from bot.settings import Settings

from .running import PATIENCE, Place


@pytest.fixture
async def service(place: Place) -> AsyncIterator[Service]:
    settings = Settings(knowledge=place.topic, data=place.data, log_time_limit=30)
    async with open_service(settings) as opened:
        yield opened


@contextlib.asynccontextmanager
async def beside(job: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(job)
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait({task})


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)


async def test_old_queries_go_every_day(service: Service) -> None:
    async def keep(event: str, age: timedelta) -> None:
        await service.log.record(
            QueryRecord(
                event=event, at=datetime.now(UTC) - age, channel="test", place="room",
                user="test:1", text="who pays?", outcome="gap",
            )
        )  # fmt: skip

    async def one_is_left() -> bool:
        return await service.log.count() == 1

    await keep("old", timedelta(days=40))
    await keep("new", timedelta())
    async with beside(retain_daily(service, 30, first=0, every=0.05)):
        await until(one_is_left)
        await keep("older", timedelta(days=50))
        await until(one_is_left)
    assert (await service.log.statistics()).total == 3


async def test_a_folder_that_went_away_is_watched_again_when_it_is_back(
    service: Service, place: Place
) -> None:
    before = service.release
    away = place.topic.with_name("away")
    place.topic.rename(away)
    async with beside(watch(service, Metrics(), pause=0.05)):
        await asyncio.sleep(0.3)
        faq = away / "faq.yaml"
        faq.write_text(faq.read_text().replace("about the bridge", "about a bridge"))
        away.rename(place.topic)

        async def swapped() -> bool:
            # Watching begins at some moment after the folder is back.
            (place.topic / "faq.yaml").touch()
            return service.release is not before

        await until(swapped)


async def test_the_review_queue_fills_by_itself(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep(event: str) -> None:
        await service.log.record(
            QueryRecord(
                event=event, at=datetime.now(UTC), channel="test", place="room",
                user=event, text="is it open at night?", outcome="gap",
                topic=service.release.topic.id,
            )
        )  # fmt: skip

    async def queued() -> list[int]:
        return [row.queries for row in await service.review().queue()]

    async def both() -> bool:
        return await queued() == [2]

    await keep("test:1")
    async with beside(review_regularly(service, every=0.05)):
        await until(queued)
        # What fails once is tried again.
        failing = service.review().refresh
        monkeypatch.setattr(service.review(), "refresh", _broken)
        await asyncio.sleep(0.1)
        monkeypatch.setattr(service.review(), "refresh", failing)
        await keep("test:2")
        await until(both)


async def _broken() -> None:
    raise OSError("no database")
