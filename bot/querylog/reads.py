"""Read queries and feedback back, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.querylog import fulltext
from bot.querylog.export import Exported
from bot.querylog.records import Candidate, FeedbackRow, QueryFilter, QueryRow
from bot.querylog.review_records import VerdictRow
from bot.querylog.tables import feedback, queries, verdicts

_PAGE = 500
_RECENT = timedelta(days=90)
COLUMNS = [column for column in queries.c if column.name != "event_hash"]


async def queries_matching(reader: AsyncEngine, wanted: QueryFilter) -> AsyncIterator[QueryRow]:
    """Read the queries that a filter chooses.

    Each page is a transaction of its own: a long export would else keep SQLite from shrinking
    its write-ahead log.
    """
    left = wanted.limit
    after: int | None = None
    while left is None or left > 0:
        size = _PAGE if left is None else min(_PAGE, left)
        rows = await _page(reader, wanted, after, size)
        for row in rows:
            yield query_row(row)
        if len(rows) < size:
            return
        after = rows[-1].id
        left = None if left is None else left - len(rows)


async def size(reader: AsyncEngine) -> int:
    """Give how many bytes the database takes. Raises SQLAlchemyError."""
    async with reader.connect() as connection:
        asked = text(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            if connection.dialect.name == "sqlite"
            else "SELECT pg_database_size(current_database())"
        )
        return int((await connection.execute(asked)).scalar_one())


async def query_by_id(reader: AsyncEngine, query_id: int) -> QueryRow | None:
    """Read one query, or give None where there is none."""
    async with reader.connect() as connection:
        row = (await connection.execute(select(*COLUMNS).where(queries.c.id == query_id))).first()
    return None if row is None else query_row(row)


async def query_by_event(reader: AsyncEngine, event_hash: str) -> QueryRow | None:
    """Read the query of an event, or give None where there is none."""
    chosen = select(*COLUMNS).where(queries.c.event_hash == event_hash)
    async with reader.connect() as connection:
        row = (await connection.execute(chosen)).first()
    return None if row is None else query_row(row)


async def count_matching(reader: AsyncEngine, wanted: QueryFilter) -> int:
    """Count the queries that a filter chooses."""
    chosen = _choose(reader, select(queries.c.id), wanted)
    if wanted.limit is not None:
        chosen = chosen.limit(wanted.limit)
    async with reader.connect() as connection:
        total = await connection.scalar(select(func.count()).select_from(chosen.subquery()))
    return int(total or 0)


async def feedback_on(reader: AsyncEngine, query_ids: Sequence[int]) -> list[FeedbackRow]:
    """Read the feedback on some queries, oldest first."""
    statement = select(feedback).where(feedback.c.query_id.in_(query_ids)).order_by(feedback.c.id)
    async with reader.connect() as connection:
        rows = (await connection.execute(statement)).all()
    return [FeedbackRow(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


async def verdicts_on(
    connection: AsyncConnection, query_ids: Collection[int]
) -> dict[int, VerdictRow]:
    """Read the verdicts on some queries."""
    columns = [column for column in verdicts.c if column.name not in {"id", "topic"}]
    chosen = select(*columns).where(verdicts.c.query_id.in_(query_ids))
    rows = (await connection.execute(chosen)).all()
    return {row.query_id: VerdictRow(**row._mapping) for row in rows}  # noqa: SLF001


async def exports_matching(reader: AsyncEngine, wanted: QueryFilter) -> AsyncIterator[Exported]:
    """Read the queries that a filter chooses with what was decided and said about them."""
    page: list[QueryRow] = []
    async for row in queries_matching(reader, wanted):
        page.append(row)
        if len(page) == _PAGE:
            for one in await with_remarks(reader, page):
                yield one
            page.clear()
    for one in await with_remarks(reader, page):
        yield one


async def with_remarks(reader: AsyncEngine, rows: Sequence[QueryRow]) -> list[Exported]:
    """Add the verdict and the feedback to each of some queries."""
    found = []
    for start in range(0, len(rows), _PAGE):
        some = rows[start : start + _PAGE]
        numbers = [row.id for row in some]
        async with reader.connect() as connection:
            judged = await verdicts_on(connection, numbers)
        said: defaultdict[int, list[FeedbackRow]] = defaultdict(list)
        for one in await feedback_on(reader, numbers):
            said[one.query_id].append(one)
        found += [Exported(row, judged.get(row.id), tuple(said[row.id])) for row in some]
    return found


def query_row(row: Row[Any]) -> QueryRow:
    """Make the public form of a row of the table."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    values["candidates"] = tuple(
        Candidate(each["id"], each["kind"], each["score"]) for each in values["candidates"]
    )
    return QueryRow(**values)


async def _page(
    reader: AsyncEngine, wanted: QueryFilter, after: int | None, size: int
) -> Sequence[Row[Any]]:
    statement = _choose(reader, select(*COLUMNS), wanted).limit(size)
    number = _number(reader, wanted)
    if wanted.newest_first:
        statement = statement.order_by(number.desc())
        if after is not None:
            statement = statement.where(number < after)
    else:
        statement = statement.order_by(number)
        if after is not None:
            statement = statement.where(number > after)
    async with reader.connect() as connection:
        rows: Sequence[Row[Any]] = (await connection.execute(statement)).all()
    return rows


def _number(reader: AsyncEngine, wanted: QueryFilter) -> ColumnElement[int]:
    """Give the id by which rows are ordered: SQLite's index gives its rows in this order itself."""
    if wanted.words is not None and reader.dialect.name == "sqlite":
        return fulltext.INDEX.c.rowid
    return queries.c.id


def _choose(reader: AsyncEngine, statement: Select[Any], wanted: QueryFilter) -> Select[Any]:
    sqlite = reader.dialect.name == "sqlite"
    if wanted.words is not None:
        statement = _with_words(statement, wanted.words, sqlite=sqlite)
    columns = _columns(wanted, sqlite=sqlite)
    # SQLite may not take the index of times: then it would have to sort all that it finds.
    at = literal_column("+queries.at", queries.c.at.type) if sqlite else queries.c.at
    for name in ("outcome", "entry", "topic", "language", "channel"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(columns[name] == value)
    number = _number(reader, wanted)
    if wanted.since is not None:
        statement = statement.where(at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(at < wanted.until)
    if sqlite:
        statement = statement.where(*_bounds(number, wanted))
    if wanted.before_id is not None:
        statement = statement.where(number < wanted.before_id)
    if wanted.after_id is not None:
        statement = statement.where(number > wanted.after_id)
    if wanted.verdict is not None:
        judged = select(verdicts.c.query_id).where(verdicts.c.verdict == wanted.verdict)
        statement = statement.where(columns["id"].in_(judged))
    if wanted.feedback is not None:
        reported = select(feedback.c.query_id)
        if wanted.feedback != "any":
            reported = reported.where(feedback.c.reason == wanted.feedback)
        statement = statement.where(columns["id"].in_(reported))
    if wanted.text:
        # Python lowers the pattern: it knows all letters. A PostgreSQL database of the locale C
        # does not, and there at least the same letter case must find the text.
        statement = statement.where(
            func.lower(queries.c.text).contains(wanted.text.lower(), autoescape=True)
            | queries.c.text.contains(wanted.text, autoescape=True)
        )
    return statement


def _columns(wanted: QueryFilter, *, sqlite: bool) -> dict[str, ColumnElement[Any]]:
    """Give the columns to compare; a sign in front keeps SQLite from taking their indexes.

    It knows nothing of how many rows have a value, and would go through a whole topic for what
    another index names at once.
    """
    plain: set[str] = set()
    named = (wanted.entry, wanted.verdict, wanted.feedback)
    if sqlite and wanted.words is not None:
        # It would take an index of the table and look into the full-text index for each row.
        plain = {"outcome", "entry", "topic", "id"}
    elif sqlite and any(value is not None for value in named):
        plain = {"outcome", "topic"}
    return {
        name: literal_column(f"+queries.{name}", queries.c[name].type)
        if name in plain
        else queries.c[name]
        for name in ("outcome", "entry", "topic", "language", "channel", "id")
    }


def _bounds(number: ColumnElement[int], wanted: QueryFilter) -> list[ColumnElement[bool]]:
    """Say by ids what the times say, so that SQLite need not go through the rows in between.

    Only where few rows have to be looked at for it. The sum keeps SQLite from looking for the
    least and the greatest id row by row.
    """
    recent = datetime.now(UTC) - _RECENT
    bounds = []
    if wanted.since is not None and wanted.since > recent:
        least = select(func.min(queries.c.id + 0)).where(queries.c.at >= wanted.since)
        bounds.append(number >= least.scalar_subquery())
    if wanted.until is not None and wanted.until < recent:
        greatest = select(func.max(queries.c.id + 0)).where(queries.c.at < wanted.until)
        bounds.append(number <= greatest.scalar_subquery())
    return bounds


def _with_words(statement: Select[Any], text: str, *, sqlite: bool) -> Select[Any]:
    words = fulltext.words_of(text)
    if not words:
        # Joined all the same, because rows are ordered by it.
        statement = statement.where(false())
        index = fulltext.INDEX
        return statement.join(index, index.c.rowid == queries.c.id) if sqlite else statement
    if not sqlite:
        return statement.where(fulltext.postgres_condition(words))
    index, condition = fulltext.sqlite_source(words)
    return statement.join(index, index.c.rowid == queries.c.id).where(condition)
