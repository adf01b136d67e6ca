"""A draft: what one moderator prepares for one topic, and what may stand in its way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from bot.curation.operations import Operation, parse_operation
from bot.errors import RejoinderError
from bot.querylog.drafts import DraftRow


class NoRepositoryError(RejoinderError):
    """Report that a topic cannot be changed here, and what would have to be done."""


class OwnWorkError(RejoinderError):
    """Report that the two-person rule asks for somebody else."""


class StaleError(RejoinderError):
    """Report that a draft is not any more what it was when it was looked at.

    ``why`` is changed; gone for one that was published or discarded; suggestion where what it
    takes up was decided or deleted; empty where that is not known.
    """

    why: Literal["", "changed", "gone", "suggestion"] = ""

    def __init__(self, why: Literal["", "changed", "gone", "suggestion"] = "") -> None:
        super().__init__(
            "The draft has changed meanwhile, or was published or discarded.",
            hint="Look at it as it is now.",
        )
        self.why = why


@dataclass(frozen=True)
class Draft:
    """What one moderator prepares for one topic; ``id`` is 0 for one that is not stored yet.

    ``taken`` holds for each operation the suggestion that it takes up, or None. ``base`` is the
    id of the release it is made against, ``revision`` grows with each change, ``waiting`` tells
    that a second person is asked to publish it, ``own`` that whoever reads it made it.
    """

    id: int
    topic: str
    operations: tuple[Operation, ...] = ()
    taken: tuple[int | None, ...] = ()
    base: str = ""
    revision: int = 0
    waiting: bool = False
    reason: str = ""
    own: bool = True
    author: str = field(default="", repr=False)
    """pseudonym of whoever made it"""

    @property
    def suggestions(self) -> tuple[int, ...]:
        """Return the suggestions that it takes up, each once."""
        return tuple(dict.fromkeys(each for each in self.taken if each is not None))

    @classmethod
    def read(cls, row: DraftRow, pseudonym: str) -> Self:
        """Build a stored draft, as read by somebody. Raises ChangeError for one of another age."""
        taken, operations = [], []
        for number, data in enumerate(row.operations, start=1):
            plain = dict(data)
            taken.append(plain.pop("suggestion", None))
            operations.append(parse_operation(plain, number))
        return cls(
            row.id, row.topic, tuple(operations), tuple(taken), row.base, row.revision,
            row.waiting, row.reason, row.pseudonym == pseudonym, row.pseudonym,
        )  # fmt: skip

    def stored(self) -> list[dict[str, Any]]:
        """Return the operations as they are kept."""
        return [
            operation.model_dump(mode="json") | ({} if taken is None else {"suggestion": taken})
            for operation, taken in zip(self.operations, self.taken, strict=True)
        ]

    def with_more(self, operations: tuple[Operation, ...], suggestion: int | None) -> Self:
        """Return the draft with operations appended, for nobody's approval yet."""
        return replace(
            self,
            operations=(*self.operations, *operations),
            taken=(*self.taken, *(suggestion for _ in operations)),
            waiting=False,
        )

    def without(self, position: int) -> Self:
        """Return the draft without one operation, by its place from 0."""
        return replace(
            self,
            operations=self.operations[:position] + self.operations[position + 1 :],
            taken=self.taken[:position] + self.taken[position + 1 :],
            waiting=False,
        )
