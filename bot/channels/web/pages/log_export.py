"""Download what a filter of the log chooses, row by row, however much it is."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.channels.web.guard import Refused
from bot.channels.web.pages.log import wanted_by
from bot.channels.web.pages.review_parts import said
from bot.channels.web.routing import Page, Role
from bot.querylog import QueryFilter, QueryLog, QueryRow, write_csv, write_jsonl

_AT_ONCE = 500
_MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


async def export(request: Request) -> Response:
    """Send all rows of a filter as CSV or JSONL."""
    console = request.app.state.console
    kind = said(request, "format")
    if kind not in _MEDIA:
        raise Refused(400, "error-400")
    wanted = wanted_by(request, sent=True)
    await console.audit(request, "log.export", kind)
    name = f"{request.state.topic}-log-{console.now():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    parts = _parts(console.service.log, wanted.filter(request.state.topic), csv=kind == "csv")
    return StreamingResponse(parts, media_type=_MEDIA[kind], headers=headers)


async def _parts(log: QueryLog, wanted: QueryFilter, *, csv: bool) -> AsyncIterator[str]:
    first = True
    some: list[QueryRow] = []
    async for row in log.queries(wanted):
        some.append(row)
        if len(some) == _AT_ONCE:
            yield await _part(log, some, csv=csv, first=first)
            some, first = [], False
    if some or first:
        yield await _part(log, some, csv=csv, first=first)


async def _part(log: QueryLog, rows: list[QueryRow], *, csv: bool, first: bool) -> str:
    file = io.StringIO(newline="")
    exported = await log.exported(rows)
    if not csv:
        await write_jsonl(exported, file)
        return file.getvalue()
    await write_csv(exported, file)
    # Each part of a CSV begins with the line of its columns.
    return file.getvalue() if first else file.getvalue().partition("\n")[2]


ROUTES = (Page("POST", "/log/export", "log_export", Role.REVIEWER, export),)
