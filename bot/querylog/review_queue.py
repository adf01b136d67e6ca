"""Put queries into the review queue and into clusters."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.querylog.engine import Database
from bot.querylog.review_figures import chunks, locked, reasons_of, recompute
from bot.querylog.review_records import (
    BADNESS,
    BADNESS_LIMIT,
    MUTING,
    Collected,
    Placement,
    Reason,
)
from bot.querylog.tables import clusters, feedback, meta, queries, review_items, verdicts
from bot.querylog.writes import insert_into
from bot.reasons import NONE

# Another process may commit queries after one with a higher id was seen: twice what one writes in
# a transaction.
_OVERLAP = 2_000
# What the channels log where somebody chose from a list instead of asking.
_CHOICE = re.compile(r"\[[\w -]{1,40}: [^\[\]\n]{0,200}\]")


def is_question(text: str | None) -> bool:
    """Tell whether a text is what somebody wrote: a choice from a list is none."""
    return text is not None and bool(text.strip()) and _CHOICE.fullmatch(text) is None


async def collect(database: Database, topic: str, doubtful_below: float, limit: int) -> Collected:
    """Look at the queries and the feedback since the last time. Raises SQLAlchemyError."""
    async with database.writer.begin() as connection:
        seen, heard = await _watermark(connection, topic)
        overlap = 0 if database.is_sqlite else _OVERLAP
        new_seen, more = await _bound(
            connection, select(queries.c.id).where(queries.c.topic == topic), queries.c.id, seen,
            limit,
        )  # fmt: skip
        new_heard, more_heard = await _bound(
            connection, select(feedback.c.id), feedback.c.id, heard, limit
        )
        columns = queries.c
        found: dict[int, set[Reason]] = {}
        asked = select(columns.id, columns.text, columns.outcome, columns.confidence).where(
            columns.topic == topic, columns.id > seen - overlap, columns.id <= new_seen
        )
        # Chosen here: SQLite would go through all queries of the outcomes, each time.
        for row in await connection.execute(asked):
            reason = _reason(row.outcome, row.confidence, doubtful_below)
            if reason is not None and is_question(row.text):
                found.setdefault(row.id, set()).add(reason)
        said = (
            select(feedback.c.query_id, feedback.c.reason, columns.text)
            .join(queries, columns.id == feedback.c.query_id)
            .where(columns.topic == topic)
            .where(feedback.c.id > heard - overlap, feedback.c.id <= new_heard)
        )
        for number, why, text in await connection.execute(said):
            if is_question(text):
                found.setdefault(number, set()).add("none" if why == NONE else "reported")
        added = await _queue(connection, topic, found)
        await connection.execute(
            update(meta).where(meta.c.key == _key(topic)).values(value=f"{new_seen},{new_heard}")
        )
    return Collected(added, more or more_heard)


async def mark_changed(
    database: Database, topic: str, entries: Sequence[str], before: datetime, each: int
) -> int:
    """Queue what entries answered before a time. Raises SQLAlchemyError."""
    columns = queries.c
    async with database.writer.begin() as connection:
        await _watermark(connection, topic)
        found: dict[int, set[Reason]] = {}
        for entry in entries:
            chosen = (
                select(columns.id, columns.text)
                .where(columns.entry == entry, columns.topic == topic, columns.at < before)
                .where(columns.outcome == "answered", columns.text.is_not(None))
                # Asked of each row: a list of all verdicts would be made for every entry.
                .where(~select(verdicts.c.id).where(verdicts.c.query_id == columns.id).exists())
                .order_by(columns.id.desc())
                .limit(each)
            )
            for row in await connection.execute(chosen):
                if is_question(row.text):
                    found[row.id] = {"changed"}
        return await _queue(connection, topic, found)


async def place(
    database: Database, topic: str, placements: Sequence[Placement]
) -> list[int | None]:
    """Put queries into clusters. Raises SQLAlchemyError."""
    columns = review_items.c
    async with database.writer.begin() as connection:
        # One process at a time: another one's new clusters would else be made twice.
        await _watermark(connection, topic)
        items: dict[int, Any] = {}
        for some in chunks(sorted({each.query_id for each in placements})):
            chosen = select(columns.query_id, columns.cluster_id, columns.status, columns.at)
            chosen = chosen.where(columns.query_id.in_(some), columns.topic == topic)
            items |= {row.query_id: row for row in await connection.execute(chosen)}
        known = await locked(
            connection, {each.cluster_id for each in placements if each.cluster_id is not None}
        )
        homes = await _make_clusters(connection, topic, placements, items, known)
        changes: list[dict[str, Any]] = []
        reopened: set[int] = set()
        given: list[int | None] = []
        for each in placements:
            item, home = items.get(each.query_id), homes.get(each.query_id)
            if item is None or home is None or item.cluster_id is not None:
                given.append(None)
                continue
            given.append(home)
            cluster = known.get(home)
            status = item.status
            if cluster is not None and status == "open" and cluster.status != "open":
                if cluster.status == "judged" and cluster.verdict in MUTING:
                    status = "muted"
                else:
                    reopened.add(home)
            changes.append(
                {
                    "which": each.query_id, "home": home, "alike": each.similarity,
                    "given": each.vector, "now": status,
                }
            )  # fmt: skip
        if changes:
            moved = update(review_items).where(columns.query_id == bindparam("which"))
            moved = moved.values(
                cluster_id=bindparam("home"), similarity=bindparam("alike"),
                vector=bindparam("given"), status=bindparam("now"),
            )  # fmt: skip
            await connection.execute(moved, changes)
        for some in chunks(sorted(reopened)):
            await connection.execute(
                update(clusters)
                .where(clusters.c.id.in_(some))
                .values(status="open", revision=clusters.c.revision + 1)
            )
        await recompute(connection, {change["home"] for change in changes})
    return given


async def _watermark(connection: AsyncConnection, topic: str) -> tuple[int, int]:
    """Read how far a topic was collected; holds off other processes until the commit."""
    row = insert_into(connection, meta).values(key=_key(topic), value="0,0")
    kept = row.on_conflict_do_update(index_elements=["key"], set_={"value": meta.c.value})
    value: str = (await connection.execute(kept.returning(meta.c.value))).scalar_one()
    seen, _, heard = value.partition(",")
    return int(seen), int(heard)


async def _bound(
    connection: AsyncConnection, chosen: Any, number: Any, after: int, limit: int
) -> tuple[int, bool]:
    """Give the id up to which ``limit`` rows follow an id, and whether there may be more."""
    rest = chosen.where(number > after).order_by(number)
    last = await connection.scalar(rest.offset(limit - 1).limit(1))
    if last is not None:
        return int(last), True
    newest = await connection.scalar(select(func.max(rest.subquery().c.id)))
    return int(newest or after), False


def _reason(outcome: str, confidence: float, doubtful_below: float) -> Reason | None:
    if outcome == "answered":
        return "doubtful" if confidence < doubtful_below else None
    return "gap" if outcome == "gap" else "boundary" if outcome == "boundary" else None


async def _queue(connection: AsyncConnection, topic: str, found: dict[int, set[Reason]]) -> int:
    """Add reasons to items, make those that are missing, and give their number."""
    columns = review_items.c
    added, touched = 0, set()
    for some in chunks(sorted(found)):
        chosen = select(columns.query_id, columns.reasons, columns.cluster_id)
        known = {
            row.query_id: row
            for row in await connection.execute(chosen.where(columns.query_id.in_(some)))
        }
        judged = set(
            await connection.scalars(
                select(verdicts.c.query_id).where(verdicts.c.query_id.in_(some))
            )
        )
        when = select(queries.c.id, queries.c.at).where(queries.c.id.in_(some))
        new, merged = [], []
        for row in await connection.execute(when):
            reasons = found[row.id]
            item = known.get(row.id)
            if item is None:
                status = "judged" if row.id in judged else "open"
                new.append(
                    {"query_id": row.id, "topic": topic, "at": row.at, "status": status}
                    | _reasoned(reasons)
                )
            elif not reasons <= set(reasons_of(item.reasons)):
                merged.append(
                    {"which": row.id}
                    | {
                        f"new_{name}": value
                        for name, value in _reasoned(
                            reasons | set(reasons_of(item.reasons))
                        ).items()
                    }
                )
                touched.add(item.cluster_id)
        await locked(connection, touched - {None})
        if new:
            await connection.execute(insert(review_items), new)
        if merged:
            await connection.execute(
                update(review_items)
                .where(columns.query_id == bindparam("which"))
                .values(reasons=bindparam("new_reasons"), badness=bindparam("new_badness")),
                merged,
            )
        added += len(new)
    await recompute(connection, touched - {None})
    return added


def _reasoned(reasons: Collection[Reason]) -> dict[str, Any]:
    bad = min(sum(BADNESS[reason] for reason in reasons), BADNESS_LIMIT)
    return {"reasons": ",".join(sorted(reasons)), "badness": bad}


async def _make_clusters(
    connection: AsyncConnection,
    topic: str,
    placements: Sequence[Placement],
    items: dict[int, Any],
    known: dict[int, Any],
) -> dict[int, int]:
    """Give each query's cluster; new ones are made for those that have none to go to."""
    homes: dict[int, int] = {}
    founders: dict[int, int] = {}
    for each in placements:
        item = items.get(each.query_id)
        if item is None:
            continue
        if item.cluster_id is not None:
            homes[each.query_id] = item.cluster_id
        elif each.cluster_id in known:
            homes[each.query_id] = each.cluster_id
        elif each.with_query in homes:
            homes[each.query_id] = homes[each.with_query]
        else:
            founders[each.query_id] = founders.get(each.with_query or 0, each.query_id)
    new = [
        {
            "topic": topic, "status": "open", "leader": number, "typical": number, "people": 1,
            "queries": 1, "badness": 0.0, "reasons": "", "first_at": items[number].at,
            "last_at": items[number].at, "rank": 0.0, "revision": 1,
        }
        for number, founder in founders.items()
        if number == founder
    ]  # fmt: skip
    if new:
        made = insert(clusters).returning(clusters.c.id, clusters.c.leader)
        own = {row.leader: row.id for row in await connection.execute(made, new)}
        homes |= {number: own[founder] for number, founder in founders.items()}
    return homes


def _key(topic: str) -> str:
    return f"review_collected:{topic}"
