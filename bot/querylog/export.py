"""Write queries to files that other programs open, spreadsheets included."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, TextIO

from bot.querylog.records import FeedbackRow, QueryRow
from bot.querylog.review_records import VerdictRow
from bot.spreadsheet import protected


@dataclass(frozen=True, slots=True)
class Exported:
    """Hold a query with the verdict and the feedback on it."""

    query: QueryRow
    verdict: VerdictRow | None = None
    feedback: tuple[FeedbackRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """Say what an exported column holds."""

    name: str
    type: str
    meaning: str


Rows = AsyncIterable[Exported] | Iterable[Exported]

_QUERY = tuple(field.name for field in fields(QueryRow))
COLUMNS: tuple[Column, ...] = (
    Column("id", "number", "a running number, never given out twice"),
    Column("at", "time", "when it was asked, in UTC"),
    Column("channel", "text", "terminal, discord or another kind of channel"),
    Column("place", "text", "where in the channel"),
    Column("pseudonym", "text", "keyed hash of the asker's id"),
    Column("text", "text", "the question, redacted; empty for a private one"),
    Column("private", "true or false", "whether the question was private"),
    Column("language", "text", "of the question: en, ru, uk"),
    Column("topic", "text", "the topic's id"),
    Column("context_entry", "text", "the entry that a follow-up followed"),
    Column("outcome", "text", "answered, clarify, gap, out_of_scope or boundary"),
    Column("entry", "text", "id of the entry that answered"),
    Column("facet", "text", "the side of the entry that was asked for"),
    Column("confidence", "number", "how sure the answer was, between 0 and 1"),
    Column("candidates", "list", "the entries considered, best first: id, kind, score"),
    Column("release", "text", "the content of the knowledge that answered"),
    Column("latency_ms", "number", "how long the answer took, in milliseconds"),
    Column("delivered_at", "time", "when the answer was shown, in UTC"),
    Column("author", "text", "keyed hash of whoever wrote the message asked about"),
    Column("verdict", "text", "of a reviewer: right, wrong, gap, out_of_scope, abuse or ignore"),
    Column("verdict_entry", "text", "the entry that the reviewer would have wanted"),
    Column("verdict_at", "time", "when it was judged, in UTC"),
    Column("sampled", "true or false", "whether it was judged because it was drawn at random"),
    Column("feedback", "list", "what people said was wrong or missing: reason, wanted entry"),
)
"""What an export holds of each query, in this order."""


async def write_jsonl(rows: Rows, file: TextIO) -> int:
    """Write one JSON object a line, times in ISO 8601, and give their number."""
    total = 0
    async for row in _each(rows):
        values = {key: _iso(value) for key, value in _values(row).items()}
        file.write(json.dumps(values, ensure_ascii=False) + "\n")
        total += 1
    return total


async def write_csv(rows: Rows, file: TextIO) -> int:
    """Write a header and one line a query, safe to open in a spreadsheet; give their number.

    The file must be opened with ``newline=""``. A text that a spreadsheet would take for a
    formula gets an apostrophe in front; numbers stay numbers.
    """
    writer = csv.writer(file)
    writer.writerow([column.name for column in COLUMNS])
    total = 0
    async for row in _each(rows):
        writer.writerow([_cell(value) for value in _values(row).values()])
        total += 1
    return total


def _values(row: Exported) -> dict[str, Any]:
    judged = row.verdict
    values = {name: getattr(row.query, name) for name in _QUERY}
    values["candidates"] = [asdict(candidate) for candidate in row.query.candidates]
    return values | {
        "verdict": judged and judged.verdict,
        "verdict_entry": judged and judged.entry,
        "verdict_at": judged and judged.at,
        "sampled": judged and judged.sampled,
        "feedback": [{"reason": one.reason, "entry": one.entry} for one in row.feedback],
    }


async def _each(rows: Rows) -> AsyncIterator[Exported]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row


def _cell(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return protected("; ".join(_short(each) for each in value))
    return protected(str(value))


def _short(value: dict[str, Any]) -> str:
    if "score" in value:
        return f"{value['id']}:{value['score']:.4g}"
    return f"{value['reason']} ({value['entry']})" if value["entry"] else str(value["reason"])


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
