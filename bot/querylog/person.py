"""A person's right to see and to remove what is stored about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.querylog.engine import Database
from bot.querylog.entries import Entry
from bot.querylog.fulltext import forget_deleted
from bot.querylog.records import Forgotten
from bot.querylog.review_figures import clusters_of, recompute
from bot.querylog.spool import Spool
from bot.querylog.tables import (
    audit,
    awaiting,
    clusters,
    drafts,
    feedback,
    moderators,
    publishes,
    queries,
    review_items,
    suggestions,
    tellings,
    verdicts,
)

ROLES = {
    "asker": "You asked this.",
    "author": "Somebody else asked about a message that you wrote; who it was is left out.",
    "asker and author": "You asked about a message that you wrote.",
}
"""What an export calls a person's part in a query, and what that means."""


async def export(database: Database, spool: Spool, pseudonym: str) -> dict[str, Any]:
    """Give the rows and spooled lines of a pseudonym, ready for JSON.

    Each query has a ``role``, explained in ``roles``; other people's pseudonyms are left out. Of
    a suggestion that the person only decided, the text is left out too: somebody else wrote it.
    Spooled lines that cannot be read are not part of it. Raises SQLAlchemyError or OSError.
    """
    async with database.reader.connect() as connection:
        asked = await connection.execute(
            select(queries).where(_of(pseudonym)).order_by(queries.c.id)
        )
        said = await connection.execute(
            select(feedback).where(feedback.c.pseudonym == pseudonym).order_by(feedback.c.id)
        )
        suggested = await connection.execute(
            select(suggestions)
            .where(or_(suggestions.c.pseudonym == pseudonym, suggestions.c.decided_by == pseudonym))
            .order_by(suggestions.c.id)
        )
        published = await connection.execute(
            select(publishes).where(_published(pseudonym)).order_by(publishes.c.id)
        )
        drafted = await connection.execute(select(drafts).where(drafts.c.pseudonym == pseudonym))
        named = await connection.execute(
            select(moderators).where(moderators.c.pseudonym == pseudonym)
        )
        # Their own id, which they know, in a form that only this database's key opens.
        to_tell = await connection.execute(
            select(tellings.c.suggestion_id, tellings.c.at).where(tellings.c.pseudonym == pseudonym)
        )
        waits = await connection.execute(
            select(*(awaiting.c[name] for name in ("query_id", "topic", "at", "entry")))
            .where(awaiting.c.pseudonym == pseudonym)
            .order_by(awaiting.c.query_id)
        )
        # Of the review of their own questions: what was decided, not by whom.
        reviewed = await connection.execute(
            select(
                *(review_items.c[name] for name in ("query_id", "reasons", "status", "cluster_id"))
            )
            .join(queries, queries.c.id == review_items.c.query_id)
            .where(_of(pseudonym))
            .order_by(review_items.c.query_id)
        )
        judged = await connection.execute(
            select(verdicts)
            .join(queries, queries.c.id == verdicts.c.query_id)
            .where(or_(_of(pseudonym), verdicts.c.pseudonym == pseudonym))
            .order_by(verdicts.c.id)
        )
        decided = await connection.execute(
            select(clusters.c.id, clusters.c.topic, clusters.c.verdict, clusters.c.decided_at)
            .where(clusters.c.decided_by == pseudonym)
            .order_by(clusters.c.id)
        )
        done = await connection.execute(
            select(audit).where(audit.c.pseudonym == pseudonym).order_by(audit.c.id)
        )
    theirs = _concerns(pseudonym)
    waiting = await asyncio.to_thread(
        lambda: [entry.to_json() for entry in spool.entries(pseudonym) if theirs(entry)]
    )
    return {
        "pseudonym": pseudonym,
        "roles": dict(ROLES),
        "queries": [_seen_by(pseudonym, _plain(row)) for row in asked.mappings()],
        "feedback": [_plain(row) for row in said.mappings()],
        "suggestions": [_seen_part(pseudonym, _plain(row)) for row in suggested.mappings()],
        "publishes": [_seen_publish(pseudonym, _plain(row)) for row in published.mappings()],
        "drafts": [_plain(row) for row in drafted.mappings()],
        "names": [_plain(row) for row in named.mappings()],
        "to_be_told": [_plain(row) for row in to_tell.mappings()],
        "awaiting": [_plain(row) for row in waits.mappings()],
        "review": [_plain(row) for row in reviewed.mappings()],
        "verdicts": [_seen_verdict(pseudonym, _plain(row)) for row in judged.mappings()],
        "clusters_judged": [_plain(row) for row in decided.mappings()],
        "audit": [_plain(row) for row in done.mappings()],
        "spooled": [
            each | {"values": _seen_by(pseudonym, each["values"])}
            if each["kind"] == "query"
            else each
            for each in waiting
        ],
    }


async def forget(database: Database, spool: Spool, pseudonym: str) -> Forgotten:
    """Remove the rows and spooled lines of a pseudonym and what others said on those queries.

    Rows that they asked go, and rows about a message that they wrote, with all that the review
    made of them, and their suggestions, drafts and chosen name. What they decided, published or
    did as a moderator stays, without them. Of the spooled lines that cannot be read those go that
    hold the pseudonym's bytes. Raises SQLAlchemyError or
    OSError; what was removed until then stays removed.
    """
    # The spool first: once the database is clean, nothing may be replayed into it again.
    spooled = await asyncio.to_thread(spool.remove, _concerns(pseudonym), pseudonym)
    async with database.writer.begin() as connection:
        torn = await clusters_of(connection, _of(pseudonym))
        said = await connection.execute(delete(feedback).where(feedback.c.pseudonym == pseudonym))
        asked = await connection.execute(delete(queries).where(_of(pseudonym)))
        suggested = await connection.execute(
            delete(suggestions).where(suggestions.c.pseudonym == pseudonym)
        )
        others = 0
        for table in (tellings, awaiting, drafts, moderators):
            gone = await connection.execute(delete(table).where(table.c.pseudonym == pseudonym))
            others += gone.rowcount
        named = update(publishes).where(_named(pseudonym)).values(by=None, author=None)
        others += (await connection.execute(named)).rowcount
        for column in (
            suggestions.c.decided_by, publishes.c.pseudonym, verdicts.c.pseudonym,
            clusters.c.decided_by, audit.c.pseudonym,
        ):  # fmt: skip
            theirs = update(column.table).where(column == pseudonym)
            others += (await connection.execute(theirs.values({column: None}))).rowcount
        # People, vectors, leaders: what is left of the clusters without them.
        await recompute(connection, torn)
        if database.is_sqlite:
            await forget_deleted(connection)
    clear = await _erase_bytes(database.writer, vacuum=True) if database.is_sqlite else False
    return Forgotten(asked.rowcount, said.rowcount, spooled, clear, suggested.rowcount, others)


async def forget_query(database: Database, spool: Spool, event_hash: str) -> bool:
    """Remove the query of an event, what was said on it, and its spooled lines, if there are any.

    Raises SQLAlchemyError or OSError; what was removed until then stays removed.
    """
    this = queries.c.event_hash == event_hash
    async with database.reader.connect() as connection:
        row = await connection.scalar(select(queries.c.id).where(this))

    def theirs(entry: Entry) -> bool:
        about = entry.values.get("query_id") if entry.kind == "feedback" else None
        return entry.event_hash == event_hash or (about is not None and about == row)

    spooled = await asyncio.to_thread(spool.remove, theirs, event_hash)
    async with database.writer.begin() as connection:
        torn = await clusters_of(connection, this)
        deleted = await connection.execute(delete(queries).where(this))
        await recompute(connection, torn)
        if database.is_sqlite and deleted.rowcount:
            await forget_deleted(connection)
    if database.is_sqlite:
        await _erase_bytes(database.writer, vacuum=False)
    return bool(deleted.rowcount or spooled)


async def is_theirs(
    database: Database, spool: Spool, event_hash: str, pseudonym: str
) -> bool | None:
    """Tell whether a person asked the query of an event or wrote the message it is about.

    Gives None where there is no such query. Raises SQLAlchemyError or OSError where one of the
    two cannot be read and the other has no such query.
    """

    def spooled() -> bool | None:
        for entry in spool.entries(event_hash):
            if entry.kind == "query" and entry.event_hash == event_hash:
                return _concerns(pseudonym)(entry)
        return None

    failure: OSError | None = None
    # The spool first: from there a query moves to the database, never back.
    try:
        found = await asyncio.to_thread(spooled)
    except OSError as error:
        found, failure = None, error
    if found is not None:
        return found
    people = select(queries.c.pseudonym, queries.c.author).where(queries.c.event_hash == event_hash)
    async with database.reader.connect() as connection:
        row = (await connection.execute(people)).first()
    if row is None and failure is not None:
        raise failure
    return None if row is None else pseudonym in row


async def _erase_bytes(writer: AsyncEngine, *, vacuum: bool) -> bool:
    """Empty the write-ahead log, after rewriting the SQLite file without its free space.

    secure_delete clears a deleted row, but not the copies of it that SQLite leaves behind in a
    page when it moves rows to another one; only VACUUM does.
    """
    try:
        async with writer.connect() as connection:
            await connection.execution_options(sqlite_begin=None)
            if vacuum:
                await connection.exec_driver_sql("VACUUM")
            result = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = result.scalar()
    except OperationalError:
        return False
    return busy == 0


def _of(pseudonym: str) -> ColumnElement[bool]:
    return or_(queries.c.pseudonym == pseudonym, queries.c.author == pseudonym)


def _named(pseudonym: str) -> ColumnElement[bool]:
    """Choose the publishes that name a person: as their author, or as who published them."""
    columns = publishes.c
    unsaid = and_(columns.author.is_(None), columns.pseudonym == pseudonym)
    # Whoever chose no name stands in the repository as one that is made of the pseudonym.
    made = or_(columns.by.contains(pseudonym), columns.by == f"moderator-{pseudonym[:8]}")
    return or_(columns.author == pseudonym, unsaid, made)


def _published(pseudonym: str) -> ColumnElement[bool]:
    return or_(publishes.c.pseudonym == pseudonym, publishes.c.author == pseudonym)


def _seen_publish(pseudonym: str, publish: dict[str, Any]) -> dict[str, Any]:
    """Leave out who else took part in a publish."""
    hidden: dict[str, Any] = {
        name: None for name in ("pseudonym", "author") if publish[name] != pseudonym
    }
    if publish["author"] not in {None, pseudonym}:
        hidden["by"] = None
    return publish | hidden


def _concerns(pseudonym: str) -> Callable[[Entry], bool]:
    return lambda entry: pseudonym in (entry.values.get("pseudonym"), entry.values.get("author"))


def _seen_by(pseudonym: str, query: dict[str, Any]) -> dict[str, Any]:
    people = {"asker": query["pseudonym"], "author": query["author"]}
    own = [role for role, who in people.items() if who == pseudonym]
    shown = {
        name: query[name] if query[name] == pseudonym else None for name in ("pseudonym", "author")
    }
    return query | shown | {"role": " and ".join(own)}


def _seen_part(pseudonym: str, suggestion: dict[str, Any]) -> dict[str, Any]:
    """Leave out who else took part in a suggestion, and the words of whoever else wrote it."""
    shown = {
        name: suggestion[name] if suggestion[name] == pseudonym else None
        for name in ("pseudonym", "decided_by")
    }
    if shown["pseudonym"] is None:
        shown["text"] = None
    return suggestion | shown


def _seen_verdict(pseudonym: str, verdict: dict[str, Any]) -> dict[str, Any]:
    """Leave out which reviewer judged somebody's question."""
    who = verdict["pseudonym"]
    return verdict | {"pseudonym": who if who == pseudonym else None}


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(key): value.isoformat() if isinstance(value, datetime) else value
        for key, value in row.items()
    }
