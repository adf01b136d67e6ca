"""What is told of a change of the knowledge, whichever channel it was made in; no word of users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.curation.curator import Plan, Published
from bot.curation.moderation import Draft


@dataclass(frozen=True)
class Done:
    """A publish, an undo among them, or an ``entry`` withdrawn or restored.

    ``words`` say what was changed, and ``counts`` what that did to past questions; None where
    nobody looked.
    """

    topic: str
    kind: Literal["published", "withdrawn", "restored"]
    result: Published
    words: tuple[str, ...] = ()
    counts: Mapping[str, int] | None = None
    entry: str = ""

    @classmethod
    def published(cls, topic: str, plan: Plan, result: Published) -> Done:
        """Return what is told of a plan that was published."""
        preview = plan.preview
        counts = preview.replay.summary() if preview.replay else {}
        return cls(topic, "published", result, preview.words, counts)


@dataclass(frozen=True)
class Handed:
    """A draft that waits for a second person; ``name`` is whose it is."""

    topic: str
    name: str
    draft: Draft


News = Done | Handed
