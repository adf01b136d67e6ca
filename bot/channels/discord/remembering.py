"""What a form is open about, or was typed into one: in memory only, a few, for 15 minutes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")
_KEPT, _SECONDS = 200, 15 * 60.0


class Remembered(Generic[V]):
    """Keep people's words by an event and a user; a timer drops them, whether asked for or not."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], tuple[float, V]] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def put(self, event: int, user: int, value: V) -> None:
        """Keep something for one user, in place of what was kept under the same event."""
        self._kept[event, user] = (asyncio.get_running_loop().time() + _SECONDS, value)
        self._kept.move_to_end((event, user))
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._wait()

    def get(self, event: int, user: int) -> V | None:
        """Return what was kept for this user, None where that is forgotten."""
        self._drop()
        return self._kept.get((event, user), (0.0, None))[1]

    def _drop(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._kept and next(iter(self._kept.values()))[0] <= now:
            self._kept.popitem(last=False)
        self._wait()

    def _wait(self) -> None:
        """Set the timer to the moment when the oldest is due, if there is one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._kept:
            due = next(iter(self._kept.values()))[0]
            self._timer = asyncio.get_running_loop().call_at(due, self._drop)
