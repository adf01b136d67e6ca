"""Cool-downs: how many questions a person and a channel may ask in a while."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_KEPT = 20_000


class Cooldown:
    """Count uses of a key within a sliding window; bounded in memory.

    ``limit`` uses within ``window`` seconds; a limit of 0 allows everything.
    """

    def __init__(
        self, limit: int, window: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._window = window
        self._clock = clock
        self._uses: OrderedDict[int | str, deque[float]] = OrderedDict()

    def wait(self, key: int | str) -> float:
        """Return how many seconds the key must wait; 0 means that it may go on now."""
        uses = self._fresh(key)
        if not self._limit or len(uses) < self._limit:
            return 0.0
        return max(0.0, uses[0] + self._window - self._clock())

    def use(self, key: int | str) -> None:
        """Count one use."""
        if self._limit:
            self._fresh(key).append(self._clock())

    def take(self, key: int | str) -> float:
        """Count one use where that is allowed now; return how many seconds it must wait else."""
        if (wait := self.wait(key)) <= 0:
            self.use(key)
        return wait

    def refund(self, key: int | str) -> None:
        """Take the last use back: it was an error of the user's, or of ours."""
        if uses := self._uses.get(key):
            uses.pop()

    def _fresh(self, key: int | str) -> deque[float]:
        uses = self._uses.setdefault(key, deque())
        self._uses.move_to_end(key)
        while len(self._uses) > _KEPT:
            self._uses.popitem(last=False)
        oldest = self._clock() - self._window
        while uses and uses[0] <= oldest:
            uses.popleft()
        return uses
