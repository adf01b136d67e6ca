"""Write queries to files that other programs open, spreadsheets included."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import TextIO

from bot.querylog.records import QueryRow
from bot.spreadsheet import protected

Rows = AsyncIterable[QueryRow] | Iterable[QueryRow]

_COLUMNS = [field.name for field in fields(QueryRow)]


async def write_jsonl(rows: Rows, file: TextIO) -> int:
    """Write one JSON object a line, times in ISO 8601, and give their number."""
    total = 0
    async for row in _each(rows):
        values = {key: _iso(value) for key, value in asdict(row).items()}
        file.write(json.dumps(values, ensure_ascii=False) + "\n")
        total += 1
    return total


async def write_csv(rows: Rows, file: TextIO) -> int:
    """Write a header and one line a query, safe to open in a spreadsheet; give their number.

    The file must be opened with ``newline=""``. A text that a spreadsheet would take for a
    formula gets an apostrophe in front; numbers stay numbers.
    """
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    total = 0
    async for row in _each(rows):
        writer.writerow([_cell(value) for value in (getattr(row, name) for name in _COLUMNS)])
        total += 1
    return total


async def _each(rows: Rows) -> AsyncIterator[QueryRow]:
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
    if isinstance(value, tuple):
        return " ".join(f"{each.id}:{each.score:.4g}" for each in value)
    return protected(str(value))


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
