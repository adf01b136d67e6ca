"""How often somebody may try to sign in, by address and over all."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Attempts:
    """Count attempts over a window of seconds; memory stays bounded."""

    def __init__(
        self,
        *,
        each: int = 10,
        overall: int = 60,
        window: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._each = each
        self._overall = overall
        self._window = window
        self._clock = clock
        self._made: deque[tuple[float, str]] = deque()

    def allowed(self, address: str) -> bool:
        """Count an attempt and tell whether it may be made; a refused one is not counted."""
        now = self._clock()
        while self._made and now - self._made[0][0] >= self._window:
            self._made.popleft()
        theirs = sum(known == address for _, known in self._made)
        if theirs >= self._each or len(self._made) >= self._overall:
            return False
        self._made.append((now, address))
        return True
