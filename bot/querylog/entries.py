"""What goes into the database or the spool: plain values without anything that names a person."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.querylog.privacy import Pseudonymiser
from bot.querylog.records import Feedback, QueryRecord
from bot.querylog.redaction import clean, redact

Kind = Literal["query", "delivered", "feedback"]

NAME_LIMIT = 200
"""Characters of an id, a channel or a reason; ids of entries have at most 60."""

_MAX_INT = 2**31 - 1
_MAX_ID = 2**63 - 1
# What any channel offers afterwards, the answer's own entry and four others: most of a row.
_MAX_CANDIDATES = 5
_TIMES = frozenset({"at"})


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one thing to write; ``values`` are the columns of its kind."""

    kind: Kind
    # People's words: a traceback that shows local variables must not print them.
    values: dict[str, Any] = field(repr=False)

    @property
    def event_hash(self) -> str | None:
        """Give the hash of the event this is about, where it is known."""
        value: str | None = self.values.get("event_hash")
        return value

    def to_json(self) -> dict[str, Any]:
        """Give what JSON can hold."""
        values = {
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in self.values.items()
        }
        return {"kind": self.kind, "values": values}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Entry:
        """Read what ``to_json`` gave. Raises ValueError, KeyError or TypeError for other things."""
        if data["kind"] not in {"query", "delivered", "feedback"}:
            raise ValueError("unknown kind")
        values = {
            key: datetime.fromisoformat(value) if key in _TIMES else value
            for key, value in data["values"].items()
        }
        if data["kind"] == "query":
            # Lines of a version that knew no authors; one statement writes lines of both.
            values.setdefault("author", None)
        return cls(data["kind"], values)


def query_entry(record: QueryRecord, key: Pseudonymiser) -> Entry:
    """Turn a record into what is stored: pseudonym, redacted text or none, bounded numbers."""
    text = None if record.private or record.text is None else redact(record.text)
    return Entry(
        "query",
        {
            "event_hash": key.event(record.event),
            "at": record.at.astimezone(UTC),
            "channel": _name(record.channel),
            "place": _name(record.place),
            "pseudonym": key.pseudonym(record.user),
            "author": None if record.author is None else key.pseudonym(record.author),
            "text": text,
            "private": record.private,
            "language": _name(record.language),
            "topic": _name(record.topic),
            "context_entry": _optional(record.context_entry),
            "outcome": _name(record.outcome),
            "entry": _optional(record.entry),
            "facet": _optional(record.facet),
            "confidence": _finite(record.confidence),
            "candidates": [
                {"id": _name(each.id), "kind": _name(each.kind), "score": _finite(each.score)}
                for each in record.candidates[:_MAX_CANDIDATES]
            ],
            "release": _name(record.release),
            "latency_ms": max(0, min(int(record.latency_ms), _MAX_INT)),
        },
    )


def delivered_entry(event: str, at: datetime, key: Pseudonymiser) -> Entry:
    """Turn a delivery into what is stored."""
    return Entry("delivered", {"event_hash": key.event(event), "at": at.astimezone(UTC)})


def feedback_entry(feedback: Feedback, key: Pseudonymiser) -> Entry:
    """Turn feedback into what is stored."""
    return Entry(
        "feedback",
        {
            "query_id": _row_id(feedback.query),
            "event_hash": None if feedback.event is None else key.event(feedback.event),
            "at": feedback.at.astimezone(UTC),
            "pseudonym": key.pseudonym(feedback.user),
            "reason": redact(feedback.reason)[:NAME_LIMIT],
            "entry": _optional(feedback.entry),
        },
    )


def _row_id(value: int | None) -> int | None:
    # No row has the id 0: what no database could even look up is simply not there.
    return value if value is None or 0 < value <= _MAX_ID else 0


def _name(value: str) -> str:
    return clean(value[:NAME_LIMIT])


def _optional(value: str | None) -> str | None:
    return None if value is None else _name(value)


def _finite(value: float) -> float:
    # SQLite stores a NaN as NULL and PostgreSQL's JSON refuses it: either would lose the query.
    number = float(value)
    return number if math.isfinite(number) else 0.0
