"""Health and metrics, for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.routing import Page


async def healthz(request: Request) -> Response:
    """Say how the program is."""
    response: Response = await request.app.state.console.health.healthz(request)
    return response


async def metrics(request: Request) -> Response:
    """Give what Prometheus reads."""
    response: Response = await request.app.state.console.health.figures(request)
    return response


ROUTES = (
    Page("GET", "/healthz", "healthz", None, healthz, plain=True),
    Page("GET", "/metrics", "metrics", None, metrics, plain=True),
)
