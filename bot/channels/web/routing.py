"""What a row of the table of routes says: who may do what under which address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]

BODY_LIMIT = 256 * 1024


class Role(IntEnum):
    """What somebody may do; each role may do what those before it may."""

    REVIEWER = 1
    MODERATOR = 2
    OPERATOR = 3


@dataclass(frozen=True)
class Page:
    """Bind an endpoint to a method and a path, for people of a role at least.

    ``role`` None lets everybody in. ``limit`` is the most bytes of a body. ``fresh`` asks the
    platform anew for the person's role before the endpoint runs: for publishing. ``plain`` is for
    programs (health, metrics, static files): neither session nor page.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    role: Role | None
    endpoint: Endpoint
    limit: int = BODY_LIMIT
    fresh: bool = False
    plain: bool = False
