"""Who wants to know when their question is answered; their ids are kept encrypted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from bot.querylog.engine import Database
from bot.querylog.privacy import Pseudonymiser
from bot.querylog.review_records import Due, Waiting
from bot.querylog.tables import awaiting, queries
from bot.querylog.writes import insert_into

KEPT = timedelta(days=30)


async def await_answer(database: Database, key: Pseudonymiser, event: str, user: str) -> bool:
    """Remember who waits for an answer. Raises SQLAlchemyError."""
    columns = queries.c
    pseudonym = key.pseudonym(user)
    theirs = select(columns.id, columns.topic).where(
        columns.event_hash == key.event(event), columns.pseudonym == pseudonym,
        columns.text.is_not(None),
    )  # fmt: skip
    async with database.writer.begin() as connection:
        row = (await connection.execute(theirs)).first()
        if row is None:
            return False
        values = {
            "query_id": row.id, "topic": row.topic, "pseudonym": pseudonym,
            "sealed": key.seal(user), "at": datetime.now(UTC),
        }  # fmt: skip
        kept = insert_into(connection, awaiting).values(values)
        await connection.execute(kept.on_conflict_do_nothing(index_elements=["query_id"]))
    return True


async def unanswered(database: Database, topic: str, not_checked: str, limit: int) -> list[Waiting]:
    """Read the questions to ask again. Raises SQLAlchemyError."""
    columns = awaiting.c
    chosen = (
        select(
            columns.query_id,
            queries.c.text,
            queries.c.language,
            queries.c.at,
            queries.c.context_entry,
            queries.c.entry,
        )
        .join(queries, queries.c.id == columns.query_id)
        .where(columns.topic == topic, columns.entry.is_(None))
        .where(or_(columns.checked.is_(None), columns.checked != not_checked))
        .where(columns.at > datetime.now(UTC) - KEPT)
        .order_by(columns.query_id)
        .limit(limit)
    )
    async with database.reader.connect() as connection:
        rows = (await connection.execute(chosen)).all()
    return [Waiting(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


async def set_checked(database: Database, query_id: int, release: str, entry: str | None) -> None:
    """Note what a release says to a waiting question. Raises SQLAlchemyError."""
    checked = update(awaiting).where(awaiting.c.query_id == query_id, awaiting.c.entry.is_(None))
    async with database.writer.begin() as connection:
        await connection.execute(checked.values(checked=release, entry=entry))


async def due(database: Database, key: Pseudonymiser, topic: str) -> list[Due]:
    """Read whom to tell. Raises SQLAlchemyError."""
    columns = awaiting.c
    chosen = (
        select(
            columns.query_id, columns.sealed, columns.entry, queries.c.text, queries.c.language,
            queries.c.at.label("asked_at"),
        )
        .join(queries, queries.c.id == columns.query_id)
        .where(columns.topic == topic, columns.entry.is_not(None))
        .where(columns.at > datetime.now(UTC) - KEPT)
        .order_by(columns.query_id)
    )  # fmt: skip
    async with database.reader.connect() as connection:
        rows = [dict(row._mapping) for row in await connection.execute(chosen)]  # noqa: SLF001
    found = []
    for row in rows:
        user = key.unseal(row.pop("sealed"))
        if user is not None:
            found.append(Due(user=user, **row))
    return found


async def told(database: Database, query_id: int) -> None:
    """Forget somebody who was told. Raises SQLAlchemyError."""
    async with database.writer.begin() as connection:
        await connection.execute(delete(awaiting).where(awaiting.c.query_id == query_id))


async def expire(database: Database, now: datetime) -> int:
    """Forget who waited too long. Raises SQLAlchemyError."""
    old = awaiting.c.at <= now - KEPT
    async with database.reader.connect() as connection:
        if not await connection.scalar(select(func.count()).where(old)):
            return 0
    async with database.writer.begin() as connection:
        return int((await connection.execute(delete(awaiting).where(old))).rowcount)
