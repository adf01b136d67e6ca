"""What a verdict is on, as a component's id says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.curation.review import Subject
from bot.querylog.review_records import Verdict

Kind = Literal["cluster", "query", "sample"]
_KINDS: tuple[Kind, ...] = ("cluster", "query", "sample")
# A page of an id has four digits.
_PAGES = 10_000
MARKS: Mapping[str, Verdict] = {
    "r": "right", "w": "wrong", "g": "gap", "o": "out_of_scope", "a": "abuse", "i": "ignore",
}  # fmt: skip
"""what a mark in an id stands for"""


@dataclass(frozen=True)
class About:
    """A cluster of questions as it was at a revision, a query of the list, or one drawn at random.

    In an id its number and kind are the ``event``, its revision, as far as there is room, the
    ``page``.
    """

    kind: Kind
    number: int
    revision: int = 0

    @classmethod
    def of(cls, meaning: ButtonId) -> About:
        """Read an id."""
        number, kind = divmod(meaning.event or 0, len(_KINDS))
        return cls(_KINDS[kind], number, meaning.page)

    def id(self, desk: Desk, action: Action, entry: str = "", mark: str = "") -> ButtonId:
        """Return a component's id about this."""
        event = self.number * len(_KINDS) + _KINDS.index(self.kind)
        return desk.id(action, entry, event=event, page=self.revision % _PAGES, mark=mark)

    def is_at(self, revision: int) -> bool:
        """Tell whether a cluster is as it was when the id was made."""
        return revision % _PAGES == self.revision % _PAGES

    @property
    def subject(self) -> Subject:
        """Return what a draft is about."""
        return {"cluster": self.number} if self.kind == "cluster" else {"query": self.number}

    @property
    def sampled(self) -> bool:
        """Tell whether a verdict on it says something about all answers."""
        return self.kind == "sample"


def button_words(verdict: Verdict) -> str:
    """Return the key of a verdict's word in the catalogue."""
    return f"review-{verdict.replace('_', '-')}"
