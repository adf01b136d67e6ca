"""What each person was shown last in each place: in memory, bounded, soon forgotten."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from bot.advisor.answer import Conversation

_KEPT = 10_000
_MINUTES = 30


class Conversations:
    """Conversations by person and place; nobody's is ever anybody else's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[int, int], tuple[float, str, Conversation]] = OrderedDict()

    def get(self, user: int, place: int, topic: str) -> Conversation | None:
        """Return a person's conversation on a topic in a place, None where there is none."""
        at, about, conversation = self._kept.get((user, place), (0.0, "", None))
        if conversation is None or about != topic or self._clock() - at > _MINUTES * 60:
            return None
        return conversation

    def put(self, user: int, place: int, topic: str, conversation: Conversation) -> None:
        """Keep what a person was shown."""
        self._kept[user, place] = (self._clock(), topic, conversation)
        self._kept.move_to_end((user, place))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def forget(self, user: int) -> None:
        """Drop all of a person's conversations."""
        for key in [key for key in self._kept if key[0] == user]:
            del self._kept[key]
