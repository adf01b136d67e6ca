"""The statements that write entries, the same for a first try and for a replay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.querylog.entries import Entry
from bot.querylog.records import Logged
from bot.querylog.tables import daily, feedback, meta, queries

_UNKNOWN = Logged("unknown")
_HEARTBEAT = "heartbeat"


async def heartbeat(writer: AsyncEngine) -> None:
    """Write the time durably, to prove that the database takes more than questions to read.

    Raises what SQLAlchemy raises where the database fails.
    """
    now = datetime.now(UTC).isoformat()
    async with writer.begin() as connection:
        await connection.execute(
            insert_into(connection, meta)
            .values(key=_HEARTBEAT, value=now)
            .on_conflict_do_update(index_elements=["key"], set_={"value": now})
        )


async def commit(writer: AsyncEngine, entries: Sequence[Entry]) -> list[Logged | None]:
    """Write entries in one transaction and tell, in their order, what became of each.

    None stands for an entry that the database refuses by itself, whatever is beside it. Raises
    what SQLAlchemy raises where the database fails.
    """
    try:
        async with writer.begin() as connection:
            return list(await _write(connection, entries))
    except Exception as error:
        if not _refused(error):
            raise
        if len(entries) == 1:
            return [None]
    # One refused entry must not take its neighbours along.
    return [(await commit(writer, [entry]))[0] for entry in entries]


def _refused(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        # asyncpg reports a value that it cannot encode as an error of its own interface.
        unfit = isinstance(error.orig, BaseException) and isinstance(
            error.orig.__cause__, ValueError
        )
        return unfit or isinstance(error, (DataError, IntegrityError))
    return isinstance(error, (StatementError, ValueError, TypeError, OverflowError))


async def _write(connection: AsyncConnection, entries: Sequence[Entry]) -> list[Logged]:
    # Queries first: a delivery or feedback in the same batch is about one of them.
    logged = await _queries(connection, [entry for entry in entries if entry.kind == "query"])
    delivered = [entry.values for entry in entries if entry.kind == "delivered"]
    if delivered:
        await _deliveries(connection, delivered)
    results: list[Logged] = []
    for entry in entries:
        if entry.kind == "feedback":
            results.append(await _feedback(connection, entry.values))
        elif entry.kind == "query":
            # The second of two equal events in one batch finds the first already taken.
            event_hash = str(entry.event_hash)
            result = logged[event_hash]
            results.append(result)
            logged[event_hash] = Logged("duplicate", result.id)
        else:
            results.append(Logged("logged"))
    return results


async def _queries(connection: AsyncConnection, entries: Sequence[Entry]) -> dict[str, Logged]:
    if not entries:
        return {}
    statement = (
        insert_into(connection, queries)
        .on_conflict_do_nothing(index_elements=["event_hash"])
        .returning(queries.c.event_hash, queries.c.id)
    )
    unique = {str(entry.event_hash): entry.values for entry in entries}
    rows = await connection.execute(statement, list(unique.values()))
    logged = {row.event_hash: Logged("logged", row.id) for row in rows}
    # Only what this very transaction inserted: a second delivery or a replay counts nothing.
    await _count(connection, [unique[event_hash] for event_hash in logged])
    missing = [event_hash for event_hash in unique if event_hash not in logged]
    if missing:
        known = await connection.execute(
            select(queries.c.event_hash, queries.c.id).where(queries.c.event_hash.in_(missing))
        )
        logged |= {row.event_hash: Logged("duplicate", row.id) for row in known}
        # Gone between the two statements: forgotten by another process, and so it stays.
        for event_hash in missing:
            logged.setdefault(event_hash, Logged("duplicate"))
    return logged


async def _count(connection: AsyncConnection, values: Sequence[dict[str, Any]]) -> None:
    sums: dict[tuple[Any, ...], list[float]] = {}
    for each in values:
        key = (
            each["at"].astimezone(UTC).date(), each["topic"], each["language"], each["outcome"],
            each["entry"] or "",
        )  # fmt: skip
        total = sums.setdefault(key, [0, 0.0, 0])
        total[0] += 1
        total[1] += each["confidence"]
        total[2] += each["latency_ms"]
    await add_up(
        connection,
        daily,
        [
            (*key, int(count), confidence, int(latency))
            for key, (count, confidence, latency) in sums.items()
        ],
    )


async def add_up(
    connection: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add rows to a table of sums: to what stands under the same primary key, or as new ones.

    The values are in the order of the table's columns, each key at most once. Raises
    SQLAlchemyError.
    """
    if not rows:
        return
    added = insert_into(connection, table)
    keys = list(table.primary_key.columns)
    statement = added.on_conflict_do_update(
        index_elements=keys,
        set_={
            column.name: column + added.excluded[column.name]
            for column in table.columns
            if not column.primary_key
        },
    )
    names = [column.name for column in table.columns]
    # In one order everywhere, so that two processes cannot wait for each other's rows.
    values = [
        dict(zip(names, row, strict=True)) for row in sorted(rows, key=lambda row: row[: len(keys)])
    ]
    await connection.execute(statement, values)


async def _deliveries(connection: AsyncConnection, values: Sequence[dict[str, Any]]) -> None:
    statement = (
        update(queries)
        .where(queries.c.event_hash == bindparam("which"), queries.c.delivered_at.is_(None))
        .values(delivered_at=bindparam("moment"))
    )
    await connection.execute(
        statement, [{"which": each["event_hash"], "moment": each["at"]} for each in values]
    )


async def _feedback(connection: AsyncConnection, values: dict[str, Any]) -> Logged:
    if values["query_id"] is None:
        this = queries.c.event_hash == values["event_hash"]
    else:
        this = queries.c.id == values["query_id"]
    columns = ["at", "pseudonym", "reason", "entry"]
    chosen = select(
        queries.c.id,
        *(literal(values[name], feedback.c[name].type).label(name) for name in columns),
    ).where(this)
    inserted = await connection.scalar(
        insert_into(connection, feedback)
        .from_select(["query_id", *columns], chosen)
        .on_conflict_do_nothing()
        .returning(feedback.c.id)
    )
    if inserted is not None:
        return Logged("logged", inserted)
    if await connection.scalar(select(queries.c.id).where(this)) is None:
        return _UNKNOWN
    return Logged("duplicate")


def insert_into(connection: AsyncConnection, table: Any) -> Any:
    """Begin an insertion of the database's own kind, which knows what to do on a conflict."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
