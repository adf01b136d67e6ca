"""Read the review queue: clusters by rank, their members, the plain list, a random answer."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.querylog.reads import COLUMNS, feedback_on, query_row, verdicts_on
from bot.querylog.records import FeedbackRow, QueryRow
from bot.querylog.review_figures import reasons_of
from bot.querylog.review_queue import is_question
from bot.querylog.review_records import ClusterRow, ItemRow, Reason, ReviewCounts
from bot.querylog.tables import clusters, queries, review_items, verdicts

_SAMPLED_DAYS = 30
_DRAWN = 200
_ROUNDS = 5
# Open questions up to which the people behind them are told apart: ten microseconds each.
_COUNTED = 20_000

_CLUSTER = [column for column in clusters.c if column.name not in {"leader", "typical"}]
_ITEM = [review_items.c[name] for name in
         ("reasons", "badness", "status", "cluster_id", "similarity")]  # fmt: skip


async def cluster_rows(reader: AsyncEngine, statement: Select[Any]) -> list[ClusterRow]:
    """Read the clusters that a statement chooses (see ``choose_clusters``)."""
    async with reader.connect() as connection:
        rows = (await connection.execute(statement)).all()
        typical = {row.typical for row in rows if row.typical is not None}
        shown = await _queries(connection, typical)
    found = []
    for row in rows:
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        values["typical"] = shown.get(values["typical"])
        values["reasons"] = reasons_of(values["reasons"])
        found.append(ClusterRow(**values))
    return found


def choose_clusters() -> Select[Any]:
    """Begin a statement for ``cluster_rows``."""
    return select(*_CLUSTER, clusters.c.typical)


def for_reasons(reasons: Collection[Reason]) -> ColumnElement[bool]:
    """Return the condition for clusters of which a member is there for one of some reasons."""
    # No reason is a part of another one's name.
    return or_(*(clusters.c.reasons.contains(each) for each in reasons))


def ranked(
    topic: str | None,
    status: str,
    after: tuple[float, int] | None,
    limit: int,
    reason: Reason | None = None,
) -> Select[Any]:
    """Choose clusters by rank, highest first, after one that was seen; of a reason or of all."""
    columns = clusters.c
    chosen = choose_clusters().where(columns.status == status)
    if topic is not None:
        chosen = chosen.where(columns.topic == topic)
    if reason is not None:
        chosen = chosen.where(for_reasons([reason]))
    if after is not None:
        chosen = chosen.where(tuple_(columns.rank, columns.id) < tuple_(*after))
    return chosen.order_by(columns.rank.desc(), columns.id.desc()).limit(limit)


async def item_rows(reader: AsyncEngine, condition: Any, limit: int) -> list[ItemRow]:
    """Read items under conditions, newest first, with verdict and feedback."""
    number = review_items.c.query_id
    chosen = select(number, *_ITEM).where(*condition).order_by(number.desc()).limit(limit)
    async with reader.connect() as connection:
        rows = (await connection.execute(chosen)).all()
        numbers = [row.query_id for row in rows]
        shown = await _queries(connection, numbers)
        judged = await verdicts_on(connection, numbers)
    said: dict[int, list[FeedbackRow]] = {}
    for one in await feedback_on(reader, numbers):
        said.setdefault(one.query_id, []).append(one)
    return [
        ItemRow(
            query=shown[row.query_id],
            reasons=reasons_of(row.reasons),
            badness=row.badness,
            status=row.status,
            cluster_id=row.cluster_id,
            similarity=row.similarity,
            verdict=judged.get(row.query_id),
            feedback=tuple(said.get(row.query_id, ())),
        )
        for row in rows
        # Gone between two statements: forgotten.
        if row.query_id in shown
    ]


async def counts(reader: AsyncEngine, topic: str) -> ReviewCounts:
    """Count a topic's queue."""
    async with reader.connect() as connection:
        by_cluster = await _by_status(connection, clusters, topic)
        by_item = await _by_status(connection, review_items, topic)
        people = None
        if by_item.get("open", 0) <= _COUNTED:
            people = await connection.scalar(
                select(func.count(queries.c.pseudonym.distinct()))
                .join(review_items, review_items.c.query_id == queries.c.id)
                .where(review_items.c.topic == topic, review_items.c.status == "open")
            )
    return ReviewCounts(
        open_clusters=by_cluster.get("open", 0),
        open_items=by_item.get("open", 0),
        people=people,
        judged_items=by_item.get("judged", 0),
        answered_clusters=by_cluster.get("answered", 0),
    )


async def open_clusters(reader: AsyncEngine, topic: str) -> int:
    """Count a topic's open clusters alone, by their index."""
    mine = clusters.c
    counted = select(func.count()).where(mine.topic == topic, mine.status == "open")
    async with reader.connect() as connection:
        return int(await connection.scalar(counted) or 0)


async def _by_status(connection: AsyncConnection, table: Table, topic: str) -> dict[str, int]:
    columns = table.c
    counted = select(columns.status, func.count().label("number")).where(columns.topic == topic)
    rows = await connection.execute(counted.group_by(columns.status))
    return {row.status: row.number for row in rows}


async def sample(reader: AsyncEngine, topic: str, skip: Collection[int]) -> QueryRow | None:
    """Draw one of the answered, unjudged queries of the last 30 days."""
    columns = queries.c
    since = datetime.now(UTC) - timedelta(days=_SAMPLED_DAYS)
    fit = (
        select(*COLUMNS)
        .where(columns.topic == topic, columns.outcome == "answered", columns.at >= since)
        .where(columns.text.is_not(None))
        .where(~select(verdicts.c.id).where(verdicts.c.query_id == columns.id).exists())
    )
    unwanted = set(skip)
    async with reader.connect() as connection:
        low, high = (
            await connection.execute(
                select(func.min(columns.id), func.max(columns.id)).where(columns.at >= since)
            )
        ).one()
        if low is None:
            return None
        # Ids drawn at random and thrown away unless they fit: every one that fits is as likely.
        # Sorting all by a random number would take seconds where there are many.
        for _ in range(_ROUNDS if high - low >= _DRAWN else 0):
            drawn = {random.randint(low, high) for _ in range(_DRAWN)} - unwanted  # noqa: S311
            rows = [
                row
                for row in await connection.execute(fit.where(columns.id.in_(drawn)))
                if is_question(row.text)
            ]
            if rows:
                return query_row(random.choice(rows))  # noqa: S311 - no secret
        numbers = [
            number
            for number in await connection.scalars(fit.with_only_columns(columns.id))
            if number not in unwanted
        ]
        random.shuffle(numbers)
        for number in numbers:
            row = (await connection.execute(fit.where(columns.id == number))).first()
            if row is not None and is_question(row.text):
                return query_row(row)
    return None


async def _queries(connection: AsyncConnection, query_ids: Collection[int]) -> dict[int, QueryRow]:
    chosen = select(*COLUMNS).where(queries.c.id.in_(query_ids))
    rows: Sequence[Row[Any]] = (await connection.execute(chosen)).all()
    return {row.id: query_row(row) for row in rows}
