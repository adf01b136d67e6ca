"""Verdicts that were there before, counted as drawn when the lot falls on them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.querylog.tables import queries, verdict_days, verdicts
from bot.querylog.writes import add_up

SAMPLED_DAYS = 30


def answered_since(topic: str, since: datetime) -> ColumnElement[bool]:
    """Return the condition for the answers that a lot is drawn from."""
    columns = queries.c
    return and_(
        columns.topic == topic,
        columns.outcome == "answered",
        columns.at >= since,
        columns.text.is_not(None),
    )


async def draw_judged(connection: AsyncConnection, topic: str, now: datetime) -> int:
    """Count judged answers as drawn, as many as a draw that spares nobody would have hit.

    Reviewers are shown only what nobody has judged. To leave out what was judged before, mostly
    because it was wrong, would make the precision look better than it is. So with each judged draw
    the lot is cast over all answers, as often as it falls on one that has its verdict already, and
    each of those counts from then on. Call it in the transaction of that draw's verdict; gives how
    many it hit.
    """
    fit = answered_since(topic, now - timedelta(days=SAMPLED_DAYS))
    joined = verdicts.join(queries, queries.c.id == verdicts.c.query_id)
    rows = (
        await connection.execute(
            select(verdicts.c.query_id, verdicts.c.verdict, verdicts.c.sampled, queries.c.at)
            .select_from(joined)
            .where(verdicts.c.topic == topic, fit)
        )
    ).all()
    picked = [row for row in rows if not row.sampled]
    if not picked:
        return 0
    total = int(await connection.scalar(select(func.count()).where(fit)) or 0)
    # The one that was just judged is among those that are drawn already.
    unjudged = total - len(rows) + 1
    hit: list[Any] = []
    random.shuffle(picked)
    while picked and random.random() * (len(picked) + unjudged) < len(picked):  # noqa: S311 - no secret
        hit.append(picked.pop())
    if not hit:
        return 0
    await connection.execute(
        update(verdicts)
        .where(verdicts.c.query_id.in_([row.query_id for row in hit]))
        .values(sampled=True)
    )
    days: dict[tuple[Any, ...], int] = {}
    for row in hit:
        for sampled, step in ((False, -1), (True, 1)):
            key = (row.at.date(), topic, "answered", row.verdict, sampled)
            days[key] = days.get(key, 0) + step
    await add_up(connection, verdict_days, [(*key, count) for key, count in days.items()])
    return len(hit)
