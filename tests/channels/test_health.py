"""Health and metrics over HTTP, asked as a monitor asks, of a real service."""

from __future__ import annotations

import contextlib
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.advisor.advisor import Advisor
from bot.channels.health import health_app, serving
from bot.errors import RejoinderError
from bot.metrics import Metrics
from bot.querylog import open_log
from bot.retrieval.encoder import OnnxEncoder
from bot.service import Service
from bot.settings import Settings


class Platform:
    """A channel whose state the test decides."""

    def __init__(self, **state: object) -> None:
        self.now = state

    def state(self) -> dict[str, object]:
        return dict(self.now)


@pytest.fixture
async def service(
    small_advisor: Callable[[], Advisor], small_topic: Path, tmp_path: Path, encoder: OnnxEncoder
) -> AsyncIterator[Service]:
    settings = Settings(knowledge=small_topic, data=tmp_path / "data", log_time_limit=1)
    async with open_log(settings.data, time_limit=1) as log:
        yield Service(settings, small_advisor(), log, encoder)


@pytest.fixture
def discord() -> Platform:
    return Platform(ready=True, shards=2, shards_up=2)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def address(service: Service, metrics: Metrics, discord: Platform) -> AsyncIterator[str]:
    app = health_app(service, metrics, {"discord": discord})
    async with serving(app, "127.0.0.1", 0) as address:
        yield address


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the database as another program would."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


async def get(url: str) -> tuple[int, Any, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        body = await response.text()
        kind = response.content_type
        return response.status, await response.json() if "json" in kind else None, body


async def figure(address: str, name: str) -> float:
    status, _, body = await get(f"{address}/metrics")
    assert status == 200
    [value] = [
        sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
        if sample.name == name
    ]
    return value


async def test_all_is_well(address: str, service: Service) -> None:
    status, found, _ = await get(f"{address}/healthz")
    assert status == 200
    assert found == {
        "ok": True,
        "log": {"ok": True, "message": "The query log works.", "spooled": 0},
        "channels": {"discord": {"ready": True, "shards": 2, "shards_up": 2}},
        "releases": {"bridge": service.release.id},
    }


async def test_a_channel_that_is_not_ready_is_no_health(address: str, discord: Platform) -> None:
    discord.now = {"ready": False, "shards": 2, "shards_up": 1}
    status, found, _ = await get(f"{address}/healthz")
    assert (status, found["ok"], found["log"]["ok"]) == (503, False, True)
    assert found["channels"]["discord"]["shards_up"] == 1
    _, _, body = await get(f"{address}/metrics")
    assert 'rejoinder_discord_shards{state="up"} 1.0' in body
    assert 'rejoinder_discord_shards{state="down"} 1.0' in body
    discord.now = {"ready": True}
    assert (await get(f"{address}/healthz"))[0] == 200


async def test_a_state_that_says_nothing_counts_as_not_ready(
    address: str, discord: Platform
) -> None:
    discord.now = {"since": object(), "ready": "yes"}
    status, found, _ = await get(f"{address}/healthz")
    assert status == 503
    assert isinstance(found["channels"]["discord"]["since"], str)


async def test_a_database_that_is_held_is_no_health_until_it_is_free(
    address: str, service: Service
) -> None:
    with locked(service.settings.data / "querylog.sqlite3"):
        status, found, _ = await get(f"{address}/healthz")
        assert (status, found["ok"], found["log"]["ok"]) == (503, False, False)
        assert "database fails" in found["log"]["message"]
        assert await figure(address, "rejoinder_log_healthy") == 0
    assert (await get(f"{address}/healthz"))[0] == 200
    assert await figure(address, "rejoinder_log_healthy") == 1


async def test_figures_can_be_scraped(address: str, metrics: Metrics, service: Service) -> None:
    metrics.answered("discord", "answered", 0.01)
    status, _, body = await get(f"{address}/metrics")
    assert status == 200
    names = {family.name for family in text_string_to_metric_families(body)}
    assert {"rejoinder_questions", "rejoinder_answer_seconds", "rejoinder_log_spooled"} <= names
    assert f'release="{service.release.id}",topic="bridge"' in body


async def test_an_edit_shows_in_both(address: str, service: Service, small_topic: Path) -> None:
    before = service.release.id
    with (small_topic / "faq.yaml").open("a") as faq:
        faq.write("- {id: dogs, question: May dogs cross it?, answer: On a lead.}\n")
    await service.reload()
    _, found, _ = await get(f"{address}/healthz")
    assert found["releases"] == {"bridge": service.release.id}
    _, _, body = await get(f"{address}/metrics")
    assert service.release.id in body
    assert before not in body


async def test_there_is_nothing_else(address: str) -> None:
    assert (await get(f"{address}/"))[0] == 404
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{address}/healthz") as response:
            assert response.status == 405
        async with session.head(f"{address}/healthz") as response:
            assert response.status == 200


async def test_it_leaves_signals_alone_and_the_port_free(
    service: Service, metrics: Metrics
) -> None:
    app = health_app(service, metrics, {})
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with serving(app, "127.0.0.1", 0) as address:
        assert (await get(f"{address}/healthz"))[0] == 200
        assert [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)] == before
    port = int(address.rpartition(":")[2])
    async with serving(app, "127.0.0.1", port) as again:
        assert again == address
    with pytest.raises(aiohttp.ClientConnectionError):
        await get(f"{address}/healthz")


async def test_a_kept_connection_does_not_hold_up_the_end(
    service: Service, metrics: Metrics
) -> None:
    async with aiohttp.ClientSession() as session:
        app = health_app(service, metrics, {})
        async with (
            serving(app, "127.0.0.1", 0) as address,
            session.get(f"{address}/healthz") as response,
        ):
            await response.read()
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"{address}/healthz")


async def test_an_address_that_cannot_be_had_is_a_sentence(
    service: Service, metrics: Metrics
) -> None:
    app = health_app(service, metrics, {})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RejoinderError, match=f"on 127.0.0.1, port {port}: .*in use") as caught:
            async with serving(app, "127.0.0.1", port):
                pass
    assert "http_port" in (caught.value.hint or "")
    with pytest.raises(RejoinderError, match=r"cannot be served on 203\.0\.113\.1, port 0: "):
        async with serving(app, "203.0.113.1", 0):
            pass
    with pytest.raises(RejoinderError, match="cannot be served on no such host"):
        async with serving(app, "no such host", 0):
            pass


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 here")
async def test_it_serves_ipv6(service: Service, metrics: Metrics) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6 here")
    async with serving(health_app(service, metrics, {}), "::1", 0) as address:
        assert address.startswith("http://[::1]:")
        assert (await get(f"{address}/healthz"))[0] == 200
