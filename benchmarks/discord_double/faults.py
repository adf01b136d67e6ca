"""What can be made to go wrong, route by route."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from .record import Pulse, Request
from .state import Json


class ApiError(Exception):
    """An error answer of Discord's."""

    def __init__(
        self, status: int, code: int, message: str, *, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: Json = {"message": message, "code": code}


class ConnectionCutError(Exception):
    """The connection ends without an answer."""


UNKNOWN = {
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
}


def unknown(code: int) -> ApiError:
    """Return a 404 with one of Discord's "Unknown …" codes."""
    return ApiError(404, code, UNKNOWN[code])


def forbidden(code: int = 50013, message: str = "Missing Permissions") -> ApiError:
    """Return a 403."""
    return ApiError(403, code, message)


def server_error(status: int = 502) -> ApiError:
    """Return a 5xx, which discord.py tries again after one second, then three."""
    return ApiError(status, 0, f"{status}: Server Error")


def rate_limited(retry_after: float, *, everywhere: bool = False, via: bool = True) -> ApiError:
    """Return a 429; without ``via`` it looks like Cloudflare's ban and is not tried again."""
    headers = {
        "Retry-After": str(max(1, round(retry_after))),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    if via:
        headers["Via"] = "1.1 google"
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    error = ApiError(429, 0, "You are being rate limited.", headers=headers)
    error.body |= {"retry_after": retry_after, "global": everywhere}
    return error


def cut() -> ConnectionCutError:
    """Return a connection that ends without an answer."""
    return ConnectionCutError()


@dataclass(eq=False)
class Hang:
    """A request that is kept waiting for its answer."""

    pulse: Pulse
    after: bool  # does Discord do what was asked before it falls silent?
    held: list[Request] = field(default_factory=list)
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    _dropped: bool = False

    async def reached(self) -> Request:
        """Return the request once it hangs."""
        await self.pulse.until(lambda: self.held, "a request to hang")
        return self.held[0]

    def release(self, *, drop: bool = False) -> None:
        """Answer it now, or end the connection without an answer."""
        self._dropped = drop
        self._free.set()

    async def hold(self, request: Request) -> None:
        """Wait for the release; raises ConnectionCutError where it drops the connection."""
        self.held.append(request)
        self.pulse.beat()
        await self._free.wait()
        if self._dropped:
            raise ConnectionCutError


Fault = ApiError | ConnectionCutError | Hang


@dataclass(eq=False)
class Rule:
    """A fault for the next so many requests of a route."""

    route: str
    fault: Fault
    times: int


class Faults:
    """The faults that still are to happen, oldest first."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def take(self, request: Request) -> Fault | None:
        """Return the fault that this request meets, if any, and count it."""
        for rule in self.rules:
            if rule.times > 0 and request.matches(rule.route):
                rule.times -= 1
                return rule.fault
        return None

    def release(self) -> None:
        """Drop every connection that hangs."""
        for rule in self.rules:
            if isinstance(rule.fault, Hang):
                rule.fault.release(drop=True)
