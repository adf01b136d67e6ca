"""What stands in columns in another form than in the program."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Store an aware time in UTC and give it back aware; SQLite itself knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into what the database stores. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a time in the query log needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back a stored time as an aware one in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_SHORT = {
    "proposal": "p", "objection": "o", "response": "r", "counter": "c", "fact": "f", "term": "t",
    "faq": "q", "boundary": "b",
}  # fmt: skip
_LONG = {letter: kind for kind, letter in _SHORT.items()}


class Candidates(TypeDecorator[list[dict[str, Any]]]):
    """Store candidates as short lists and give them back with their names.

    A list is id, kind, score and so on, without the kind where it is that of the one before. They
    are most of a row, and so a kind is one letter. Rows of older versions hold objects.
    """

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Leave out names and kinds that repeat."""
        short: list[Any] = []
        before = None
        for each in value or ():
            short.append(each["id"])
            if each["kind"] != before:
                before = each["kind"]
                short.append(_SHORT.get(before, before))
            short.append(each["score"])
        return short

    def process_result_value(self, value: Any, dialect: Dialect) -> list[dict[str, Any]]:  # noqa: ARG002
        """Add what was left out."""
        if not value or isinstance(value[0], dict):
            return list(value)
        found: list[dict[str, Any]] = []
        kind = ""
        parts = iter(value)
        for name in parts:
            part = next(parts)
            if isinstance(part, str):
                kind = _LONG.get(part, part)
                part = next(parts)
            found.append({"id": name, "kind": kind, "score": part})
        return found
