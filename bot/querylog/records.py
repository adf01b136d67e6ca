"""What callers hand to the query log and what they get back: frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

LogStatus = Literal["logged", "duplicate", "spooled", "unknown"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Name an entry that retrieval considered: its id, its kind and its score (unitless)."""

    id: str
    kind: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRecord:
    """Describe one query as it happened, before anything about the person is taken away.

    ``event`` and ``user`` are the platform's own ids with the platform in front
    (``discord:123``); only keyed hashes of them are stored. ``author`` is the id of whoever wrote
    the message that was asked about, where somebody asked about a message. ``at`` must know its
    time zone, ``latency_ms`` is in milliseconds. Raises ValueError for a naive ``at``.
    """

    event: str = field(repr=False)
    at: datetime
    channel: str
    place: str
    user: str = field(repr=False)
    # Not shown by repr: a traceback or a debug line must not become a second, unguarded log.
    text: str | None = field(repr=False)
    outcome: str
    private: bool = False
    language: str = ""
    topic: str = ""
    context_entry: str | None = None
    entry: str | None = None
    facet: str | None = None
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    release: str = ""
    latency_ms: int = 0
    author: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        require_zone(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRow:
    """Hold one query as stored: pseudonym and redacted text; times are in UTC.

    ``author`` is the pseudonym of whoever wrote the message that was asked about.
    """

    id: int
    at: datetime
    channel: str
    place: str
    pseudonym: str
    text: str | None = field(repr=False)
    private: bool
    language: str
    topic: str
    context_entry: str | None
    outcome: str
    entry: str | None
    facet: str | None
    confidence: float
    candidates: tuple[Candidate, ...]
    release: str
    latency_ms: int
    delivered_at: datetime | None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFilter:
    """Choose queries; what is None does not filter.

    ``since`` is inclusive, ``until`` exclusive; ``text`` is a substring, letter case aside.
    ``words`` are looked up in the full-text index: each must begin a word of the text. ``verdict``
    is one of a reviewer's; ``feedback`` a reason that somebody gave, or ``any``. ``before_id`` and
    ``after_id`` are exclusive, for reading page by page.
    The order is that of logging, which a clock set back does not change.
    """

    outcome: str | None = None
    entry: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = field(default=None, repr=False)
    topic: str | None = None
    words: str | None = field(default=None, repr=False)
    language: str | None = None
    channel: str | None = None
    verdict: str | None = None
    feedback: str | None = None
    before_id: int | None = None
    after_id: int | None = None
    limit: int | None = None
    newest_first: bool = False

    def __post_init__(self) -> None:
        for moment in (self.since, self.until):
            if moment is not None:
                require_zone(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Say what a person thought of an answer: names the query by its id or by its event.

    ``entry`` is the entry that they would have wanted, where they said so. Raises ValueError
    unless exactly one of ``query`` and ``event`` is given and ``at`` knows its time zone.
    """

    at: datetime
    user: str = field(repr=False)
    reason: str = field(repr=False)
    entry: str | None = None
    query: int | None = None
    event: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        require_zone(self.at)
        if (self.query is None) == (self.event is None):
            raise ValueError("feedback names its query by id or by event, one of the two")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRow:
    """Hold one stored feedback."""

    id: int
    query_id: int
    at: datetime
    pseudonym: str
    reason: str = field(repr=False)
    entry: str | None


@dataclass(frozen=True, slots=True)
class Logged:
    """Tell what became of a record.

    ``logged`` and ``spooled`` are durable; ``duplicate`` was already there; ``unknown`` is
    feedback on a query that does not exist. ``id`` is None unless the database gave one.
    """

    status: LogStatus
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Tell whether the log works: ``ok`` is the colour, ``message`` the sentence for people.

    ``spooled`` counts the records that wait in files for the database.
    """

    ok: bool
    database_ok: bool
    spool_ok: bool
    spooled: int
    message: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Count what a forgetting removed.

    ``others`` are drafts, names, and whatever else the person left as a moderator or waits for.
    ``bytes_gone`` tells that the deleted rows are overwritten too. It is False while a reader
    holds SQLite's old pages (forgetting once more then clears them), and on PostgreSQL, whose
    server clears its files when it vacuums.
    """

    queries: int
    feedback: int
    spooled: int
    bytes_gone: bool
    suggestions: int = 0
    others: int = 0


def require_zone(moment: datetime) -> None:
    """Refuse a time without time zone. Raises ValueError."""
    if moment.utcoffset() is None:
        raise ValueError("a time in the query log needs a time zone")
