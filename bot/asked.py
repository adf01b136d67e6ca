"""Who asked, and what they got: what channels hand to the service and get back from it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.advisor.answer import Answer
from bot.querylog import Logged


@dataclass(frozen=True)
class Asker:
    """Who asks, where and by which event, in the platform's own ids.

    ``event`` must be unique for a question and equal for a second delivery of it. ``author`` is
    who wrote the message that is asked about, where that is another person. Only keyed hashes of
    ``event``, ``user`` and ``author`` are stored.
    """

    event: str
    user: str
    channel: str
    place: str
    private: bool = False
    author: str | None = None


@dataclass(frozen=True)
class Reply:
    """An answer with what became of its log row; ``duplicate`` replies must not be shown."""

    answer: Answer
    logged: Logged
    latency_ms: float

    @property
    def duplicate(self) -> bool:
        """Tell whether this event was answered before."""
        return self.logged.status == "duplicate"
