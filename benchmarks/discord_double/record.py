"""The log of requests, and waiting for something to happen without sleeping."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .state import Json


class NoAnswerError(AssertionError):
    """What was waited for did not happen in time; says what did."""


@lru_cache
def _pattern(route: str) -> re.Pattern[str]:
    parts = [r"[^/]+" if part == "*" else re.escape(part) for part in re.split(r"(\*)", route)]
    return re.compile("".join(parts))


def matches(route: str, method: str, path: str) -> bool:
    """Tell whether ``"POST /channels/*/messages"`` names this request; ``*`` is one segment."""
    return _pattern(route).fullmatch(f"{method} {path}") is not None


@dataclass(eq=False)
class Request:
    """One request as it came in, and what it was answered."""

    method: str
    path: str  # without /api/v10
    query: dict[str, str]
    json: Any = None
    files: dict[str, bytes] = field(default_factory=dict)
    authorised: bool = False
    reason: str | None = None
    at: float = field(default_factory=time.perf_counter)
    status: int | None = None  # None while it is being answered, or when it never was
    answer: Any = None

    @property
    def names(self) -> list[str]:
        """Return the names of the files that came with it."""
        declared = {
            f"files[{attachment.get('id')}]": attachment.get("filename")
            for attachment in message_fields(self.json).get("attachments") or []
        }
        return [declared.get(field) or field for field in self.files]

    def matches(self, route: str) -> bool:
        """Tell whether a route pattern names this request."""
        return matches(route, self.method, self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status or 'no answer'}"


class Pulse:
    """Lets many wait for conditions that are looked at again whenever something happened."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.failure: BaseException | None = None  # why nothing more will happen
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Say that something happened."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def fail(self, error: BaseException) -> None:
        """End all waiting with this error."""
        self.failure = error
        self.beat()

    async def until(
        self,
        condition: Callable[[], object],
        what: str,
        *,
        patience: float = 10.0,
        look: float | None = None,
    ) -> None:
        """Return once the condition holds; raises NoAnswerError after patience (seconds).

        ``look`` is for what the double hears nothing of: look again after so many seconds.
        """
        try:
            async with asyncio.timeout(patience):
                while not condition():
                    if self.failure is not None:
                        raise NoAnswerError(f"{what}: the client has ended") from self.failure
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.add(future)
                    try:
                        await asyncio.wait([future], timeout=look)
                    finally:
                        self._waiting.discard(future)
        except TimeoutError:
            latest = "\n  ".join(str(request) for request in self.requests[-8:]) or "nothing"
            raise NoAnswerError(
                f"{what}: not within {patience:g} s. The last requests:\n  {latest}"
            ) from None

    async def quiet(self, seconds: float) -> None:
        """Return once nothing has happened for so long."""
        loop = asyncio.get_running_loop()
        while True:
            future = loop.create_future()
            self._waiting.add(future)
            try:
                async with asyncio.timeout(seconds):
                    await future
            except TimeoutError:
                return
            finally:
                self._waiting.discard(future)


def message_fields(body: Any) -> Json:
    """Return a message's fields from a request body, be it a callback or not."""
    if isinstance(body, dict) and isinstance(body.get("type"), int):
        body = body.get("data")
    return body if isinstance(body, dict) else {}
