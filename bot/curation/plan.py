"""What is planned and published, and why it may not be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.curation.preview import Preview
from bot.curation.rebase import Conflict
from bot.curation.repository import Commit
from bot.errors import RejoinderError
from bot.knowledge.release import Release
from bot.querylog.curation import PublishKind
from bot.retrieval.index import Index


class RefusedError(RejoinderError):
    """Report why a change must not be published as it is."""

    def __init__(self, refusals: Sequence[str]) -> None:
        super().__init__(
            f"This must not be published: {' '.join(refusals)}",
            hint="Change it until the preview refuses nothing.",
        )
        self.refusals = tuple(refusals)


class UnconfirmedError(RejoinderError):
    """Report the past answers that a change alters and that nobody has agreed to yet."""

    def __init__(self, confirmations: Sequence[str]) -> None:
        super().__init__(f"This changes past answers: {' '.join(confirmations)}")
        self.confirmations = tuple(confirmations)


class RebaseError(RejoinderError):
    """Report that somebody else has changed the same fields since."""

    def __init__(self, found: Sequence[Conflict]) -> None:
        super().__init__(
            f"Somebody has changed the same since: {' '.join(map(str, found))}",
            hint="Look at the newer version. Take a change of yours out of the draft, then make it "
            "again.",
        )
        self.conflicts = tuple(found)


@dataclass(frozen=True)
class Plan:
    """A change as it would be published on top of the commit ``head``."""

    head: str
    contents: Mapping[str, bytes]
    preview: Preview
    notes: tuple[str, ...] = ()
    """sentences on what else happens, such as what goes with a withdrawn entry"""
    by_hand: bool = False
    """the folder's files are like this already"""


@dataclass(frozen=True)
class Closing:
    """What is finished by a publish: a draft of somebody's, and the suggestions it takes up.

    ``author`` is the pseudonym of whoever the commit names, ``approver`` the name of whoever
    published it for them.
    """

    draft: int
    suggestions: tuple[int, ...]
    author: str
    approver: str | None = None


@dataclass(frozen=True)
class Published:
    """A commit that is in service."""

    commit: Commit
    release_before: str
    release_after: str
    notes: tuple[str, ...] = ()
    """sentences on what nobody was told before, such as what went with a withdrawn entry"""


@dataclass(frozen=True)
class Told:
    """Who publishes, why, and what it finishes; ``by`` is the name for the history."""

    by: str
    reason: str
    user: str | None
    kind: PublishKind
    closing: Closing | None


@dataclass(frozen=True)
class Step:
    """A publish that is ready: files on top of the commit ``head``, and what will serve them."""

    head: str
    contents: Mapping[str, bytes]
    touched: Sequence[str]
    fresh: Index | Release
    told: Told
    counts: Mapping[str, int]
    notes: Sequence[str] = ()
    by_hand: bool = False
    before: str = ""
    """id of the release that it takes the place of, where that is not the one in service"""
