"""What is served over HTTP, in the event loop of whoever serves the channels: health, metrics."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Protocol

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.errors import RejoinderError
from bot.metrics import Metrics
from bot.service import Service

_log = structlog.get_logger(__name__)


class Channel(Protocol):
    """What the health needs of a channel."""

    def state(self) -> dict[str, object]:
        """Return words and numbers on how it is, ``ready`` (bool) among them."""
        ...


class Health:
    """Answer ``/healthz`` and ``/metrics``.

    ``/healthz`` is 200 where the query log works and every channel is ready, 503 otherwise, with
    the reason in its JSON. Both probe the query log anew, which takes about twice its time limit
    at most.
    """

    def __init__(self, service: Service, metrics: Metrics, channels: Mapping[str, Channel]) -> None:
        self._service = service
        self._metrics = metrics
        self._channels = channels

    async def healthz(self, _: Request) -> Response:
        """Say how the log and the channels are."""
        log = await self._service.log.health()
        states = {name: channel.state() for name, channel in self._channels.items()}
        ok = log.ok and all(state.get("ready") is True for state in states.values())
        found = {
            "ok": ok,
            "log": {"ok": log.ok, "message": log.message, "spooled": log.spooled},
            "channels": {name: _plain(state) for name, state in states.items()},
            "releases": _releases(self._service),
        }
        return JSONResponse(found, 200 if ok else 503, {"Cache-Control": "no-store"})

    async def figures(self, _: Request) -> Response:
        """Give what Prometheus reads."""
        self._metrics.log_is(await self._service.log.health())
        self._metrics.releases_are(_releases(self._service))
        if (discord := self._channels.get("discord")) is not None:
            self._metrics.shards_are(_shards(discord.state()))
        content, media_type = self._metrics.render()
        return Response(content, headers={"Content-Type": media_type})


def health_app(service: Service, metrics: Metrics, channels: Mapping[str, Channel]) -> Starlette:
    """Make the application that answers ``/healthz`` and ``/metrics``, and nothing else."""
    health = Health(service, metrics, channels)
    return Starlette(routes=[Route("/healthz", health.healthz), Route("/metrics", health.figures)])


def _releases(service: Service) -> dict[str, str]:
    return {topic: advisor.release.id for topic, advisor in service.topics.items()}


def _shards(state: Mapping[str, object]) -> dict[str, int]:
    known, up = state.get("shards"), state.get("shards_up")
    if not isinstance(known, int) or not isinstance(up, int):
        return {}
    return {"up": up, "down": known - up}


def _plain(state: Mapping[str, object]) -> dict[str, object]:
    """Keep what JSON can say: a state that cannot be shown must not turn the health red."""
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in state.items()
    }


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program, which has more than this server to end."""
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve an application for the time of the context; yields its address (``http://…``).

    Port 0 takes any free port. Raises RejoinderError where the address cannot be had.
    """
    listener = await _listen(host, port)
    name, number = listener.getsockname()[:2]
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", proxy_headers=False,
        server_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]), name="http")
    try:
        # The socket listens already: whoever comes before the server runs, waits a moment.
        yield f"http://[{name}]:{number}" if ":" in name else f"http://{name}:{number}"
    finally:
        server.should_exit = True
        await asyncio.wait({task})
        listener.close()
        if error := task.exception():
            _log.error("http_failed", exc_info=error)


async def _listen(host: str, port: int) -> socket.socket:
    try:
        found: list[Any] = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, *_, address = found[0]
        return socket.create_server(address, family=family, backlog=128)
    except OSError as error:
        raise RejoinderError(
            f"The console and health cannot be served on {host}, port {port}: {_why(error)}.",
            hint="Choose another with http_host and http_port, or switch it off: http_port: null.",
        ) from error


def _why(error: OSError) -> str:
    # asyncio and socket put the address into the text as well.
    return (error.strerror or str(error)).partition(" (while")[0].lower()
