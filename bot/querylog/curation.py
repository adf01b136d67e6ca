"""What moderators published, and what people suggest to them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from sqlalchemy import Row, Select, delete, func, insert, select, update

from bot.querylog.entries import NAME_LIMIT
from bot.querylog.records import require_zone
from bot.querylog.redaction import clean, redact
from bot.querylog.store import PersonalStore
from bot.querylog.tables import drafts, publishes, suggestions, tellings

PublishKind = Literal["publish", "undo", "withdraw", "restore"]
SuggestionKind = Literal["objection", "reply", "source", "phrasing", "other"]
Status = Literal["open", "approved", "rejected"]
Decision = Literal["decided", "unknown", "closed", "own"]
"""What became of a decision: ``closed`` was decided before, ``own`` needs a second person"""

_MAX_NEAR = 20
_MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Describe a publish as it happened, before the person's id is taken away.

    ``user`` is the platform's id (``discord:123``), None where nobody asked for it; ``by`` is the
    name that stands in the repository. ``replay`` holds counts only, because it outlives the
    questions that were counted. ``commit`` is empty for one that is about to be made; ``draft``
    and ``suggestions`` are what is finished with it. Raises ValueError for a naive ``at``, an
    unknown ``kind``, an empty topic or release and for other things than counts.
    """

    topic: str
    at: datetime
    by: str
    user: str | None = field(default=None, repr=False)
    reason: str
    release_before: str
    release_after: str
    commit: str = ""
    kind: PublishKind = "publish"
    replay: Mapping[str, int] = field(default_factory=dict)
    author: str | None = field(default=None, repr=False)
    """pseudonym of whoever ``by`` names, where that is not ``user``"""
    draft: int | None = None
    suggestions: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require_zone(self.at)
        _require_choice(self.kind, PublishKind)
        if not all((self.topic, self.release_before, self.release_after)):
            raise ValueError("a publish names its topic and both releases")
        if any(type(count) is not int for count in self.replay.values()):
            raise ValueError("of a replay only counts are kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRow:
    """Hold one stored publish; ``by`` and ``pseudonym`` are None for a forgotten person."""

    id: int
    topic: str
    at: datetime
    by: str | None
    pseudonym: str | None
    reason: str
    release_before: str
    release_after: str
    commit: str
    kind: PublishKind
    replay: Mapping[str, int]
    author: str | None = None
    draft: int | None = None
    suggestions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """Name an entry that a suggestion may repeat, with its score (unitless)."""

    entry: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Describe what somebody suggests, before it is redacted and their id taken away.

    ``entry`` is what it is about, ``near`` what it may repeat. Raises ValueError for a naive
    ``at``, an unknown ``kind`` and for a text or topic with nothing in it.
    """

    topic: str
    at: datetime
    user: str = field(repr=False)
    kind: SuggestionKind
    # Not shown by repr: a traceback or a debug line must not become a second, unguarded log.
    text: str = field(repr=False)
    entry: str | None = None
    near: tuple[Near, ...] = ()

    def __post_init__(self) -> None:
        require_zone(self.at)
        _require_choice(self.kind, SuggestionKind)
        if not self.topic or not self.text.strip():
            raise ValueError("a suggestion has a topic and a text")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRow:
    """Hold one stored suggestion: pseudonyms and redacted texts; times are in UTC.

    ``decided_by`` is None while it is open, and for a forgotten person.
    """

    id: int
    topic: str
    at: datetime
    pseudonym: str
    kind: SuggestionKind
    entry: str | None
    text: str
    near: tuple[Near, ...]
    status: Status
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None


class Curation(PersonalStore):
    """Keep publishes and suggestions; reached as ``QueryLog.curation``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    async def record_publish(self, publish: Publish) -> int:
        """Keep a publish, made or about to be made, and return its id."""
        who = None if publish.user is None else self._key().pseudonym(publish.user)
        values = {
            "topic": _name(publish.topic),
            "at": publish.at,
            "by": _name(publish.by),
            "pseudonym": who,
            "author": publish.author or who,
            "draft": publish.draft,
            "suggestions": list(publish.suggestions),
            "reason": redact(publish.reason),
            "release_before": _name(publish.release_before),
            "release_after": _name(publish.release_after),
            "commit": _name(publish.commit),
            "kind": publish.kind,
            "replay": dict(publish.replay),
        }
        kept = insert(publishes).values(values).returning(publishes.c.id)

        async def job() -> int:
            async with self._database.writer.begin() as connection:
                return int((await connection.execute(kept)).scalar_one())

        return await self._write(job)

    async def finish_publish(self, publish_id: int, commit: str) -> None:
        """Note the commit of a publish that was about to be made, and all that goes with it.

        In one step its suggestions are approved, unless somebody has decided, and its draft is
        gone. Done once, however often it is called.
        """
        columns = publishes.c
        this = update(publishes).where(columns.id == publish_id, columns.commit == "")
        told = (columns.draft, columns.suggestions, columns.pseudonym)
        marked = this.values(commit=commit, draft=None, suggestions=None)

        async def job() -> None:
            async with self._database.writer.begin() as connection:
                row = (
                    await connection.execute(select(*told).where(columns.id == publish_id))
                ).first()
                if row is None or not (await connection.execute(marked)).rowcount:
                    return
                await connection.execute(
                    update(suggestions)
                    .where(suggestions.c.id.in_(row.suggestions or ()))
                    .where(suggestions.c.status == "open")
                    .values(
                        status="approved", decided_at=datetime.now(UTC), decided_by=row.pseudonym
                    )
                )
                if row.draft is not None:
                    await connection.execute(delete(drafts).where(drafts.c.id == row.draft))

        await self._write(job)

    async def drop_publish(self, publish_id: int) -> None:
        """Forget a publish that was about to be made and was not."""
        gone = delete(publishes).where(publishes.c.id == publish_id, publishes.c.commit == "")

        async def job() -> None:
            async with self._database.writer.begin() as connection:
                await connection.execute(gone)

        await self._write(job)

    async def unfinished(self, topic: str) -> list[PublishRow]:
        """Read the publishes of a topic whose commit was never noted, oldest first."""
        chosen = select(publishes).where(publishes.c.topic == topic, publishes.c.commit == "")
        return [_publish(row) for row in await self._rows(chosen.order_by(publishes.c.id))]

    async def publishes(self, topic: str | None = None, limit: int = 20) -> list[PublishRow]:
        """Read the last publishes of a topic or of all, newest first."""
        made = select(publishes).where(publishes.c.commit != "")
        chosen = made.order_by(publishes.c.id.desc()).limit(limit)
        if topic is not None:
            chosen = chosen.where(publishes.c.topic == topic)
        return [_publish(row) for row in await self._rows(chosen)]

    async def suggest(self, suggestion: Suggestion, *, tell: bool = False) -> int:
        """Keep a suggestion as open and return its id.

        With ``tell`` its author's id is kept as well, encrypted; see QueryLog.tellings.
        """
        key = self._key()
        values = {
            "topic": _name(suggestion.topic),
            "at": suggestion.at,
            "pseudonym": key.pseudonym(suggestion.user),
            "kind": suggestion.kind,
            "entry": None if suggestion.entry is None else _name(suggestion.entry),
            "text": redact(suggestion.text),
            "near": [
                {"entry": _name(near.entry), "score": _finite(near.score)}
                for near in suggestion.near[:_MAX_NEAR]
            ],
            "status": "open",
        }
        kept = insert(suggestions).values(values).returning(suggestions.c.id)

        async def job() -> int:
            async with self._database.writer.begin() as connection:
                number = int((await connection.execute(kept)).scalar_one())
                if tell:
                    whom = {
                        "suggestion_id": number, "pseudonym": values["pseudonym"],
                        "sealed": key.seal(suggestion.user), "at": datetime.now(UTC),
                    }  # fmt: skip
                    await connection.execute(insert(tellings).values(whom))
                return number

        return await self._write(job)

    async def suggestions(
        self, topic: str | None = None, status: Status | None = None, limit: int = 100
    ) -> list[SuggestionRow]:
        """Read suggestions, oldest first; of one topic or all, of one status or all."""
        columns = suggestions.c
        chosen = select(suggestions).order_by(columns.id).limit(limit)
        if topic is not None:
            chosen = chosen.where(columns.topic == topic)
        if status is not None:
            chosen = chosen.where(columns.status == status)
        return [suggestion_row(row._mapping) for row in await self._rows(chosen)]  # noqa: SLF001

    async def open_suggestions(self, topic: str) -> int:
        """Count a topic's suggestions that nobody has decided on."""
        columns = suggestions.c
        [counted] = await self._rows(
            select(func.count()).where(columns.topic == topic, columns.status == "open")
        )
        return int(counted[0])

    async def suggestion(self, suggestion_id: int) -> SuggestionRow | None:
        """Read one suggestion by its id, or give None where there is none."""
        if not 0 < suggestion_id <= _MAX_ID:
            return None
        rows = await self._rows(select(suggestions).where(suggestions.c.id == suggestion_id))
        return suggestion_row(rows[0]._mapping) if rows else None  # noqa: SLF001

    async def readdress(self, suggestion_id: int, kind: SuggestionKind, entry: str | None) -> bool:
        """Say anew what an open suggestion is about; False where there is no such one."""
        _require_choice(kind, SuggestionKind)
        if not 0 < suggestion_id <= _MAX_ID:
            return False
        open_one = (suggestions.c.id == suggestion_id) & (suggestions.c.status == "open")
        about = {"kind": kind, "entry": None if entry is None else _name(entry)}

        async def job() -> bool:
            async with self._database.writer.begin() as connection:
                changed = await connection.execute(
                    update(suggestions).where(open_one).values(about)
                )
                return bool(changed.rowcount)

        return await self._write(job)

    async def decide(
        self,
        suggestion_id: int,
        status: Literal["approved", "rejected"],
        by: str,
        reason: str = "",
        *,
        not_by: str | None = None,
    ) -> Decision:
        """Approve or reject an open suggestion, once, however many try at the same moment.

        ``by`` is the decider's user id. Where the two-person rule holds, ``not_by`` is the user
        id whose own suggestions may not be decided here, so the decider's. Raises ValueError for
        another status.
        """
        if status not in {"approved", "rejected"}:
            raise ValueError("a suggestion is approved or rejected")
        if not 0 < suggestion_id <= _MAX_ID:
            return "unknown"
        columns = suggestions.c
        author = None if not_by is None else self._key().pseudonym(not_by)
        wanted = update(suggestions).where(columns.id == suggestion_id, columns.status == "open")
        if author is not None:
            wanted = wanted.where(columns.pseudonym != author)
        wanted = wanted.values(
            status=status,
            decided_at=datetime.now(UTC),
            decided_by=self._key().pseudonym(by),
            decision_reason=redact(reason) or None,
        )

        async def job() -> Decision:
            async with self._database.writer.begin() as connection:
                if (await connection.execute(wanted)).rowcount:
                    return "decided"
                found = select(columns.status).where(columns.id == suggestion_id)
                now = await connection.scalar(found)
            if now is None:
                return "unknown"
            return "own" if now == "open" else "closed"

        return await self._write(job)

    async def _rows(self, statement: Select[Any]) -> list[Row[Any]]:
        async def job() -> list[Row[Any]]:
            async with self._database.reader.connect() as connection:
                return list((await connection.execute(statement)).all())

        return await self._read(job)


def _publish(row: Row[Any]) -> PublishRow:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    values["suggestions"] = tuple(values["suggestions"] or ())
    return PublishRow(**values)


def suggestion_row(mapping: Mapping[Any, Any]) -> SuggestionRow:
    """Build a suggestion from its row."""
    values = dict(mapping)
    values["near"] = tuple(Near(each["entry"], each["score"]) for each in values["near"])
    return SuggestionRow(**values)


def _require_choice(value: str, choices: Any) -> None:
    if value not in get_args(choices):
        raise ValueError(f"there is no kind {value!r}")


def _name(value: str) -> str:
    return clean(value)[:NAME_LIMIT]


def _finite(value: float) -> float:
    number = float(value)
    return number if math.isfinite(number) else 0.0
