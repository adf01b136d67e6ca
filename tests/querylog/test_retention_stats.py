"""Aggregates that outlive retention, and the statistics over both."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from bot.querylog import Feedback, LogUnavailable, QueryLog, retention

from .conftest import NOON, Store, record

OUTCOMES = ("answered", "gap", "clarify")


async def fill(log: QueryLog, count: int = 300) -> None:
    await asyncio.gather(
        *(
            log.record(
                record(
                    n,
                    at=NOON + timedelta(days=n % 10, minutes=n),
                    outcome=OUTCOMES[n % 3],
                    entry=None if n % 3 == 1 else f"entry{n % 4}",
                    language="en" if n % 2 else "de",
                )
            )
            for n in range(count)
        )
    )


async def test_retention_keeps_every_count(log: QueryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention.delete_old, "__kwdefaults__", {"batch": 37})
    await fill(log)
    before = await log.statistics()
    assert before.total == 300
    now = NOON + timedelta(days=10)
    expected = sum([row.at < now - timedelta(days=5) async for row in log.queries()])
    moved = await log.retain(5, now)
    assert moved == expected > 37
    assert await log.count() == 300 - moved
    after = await log.statistics()
    for name in ("total", "outcomes", "answer_rate", "top_entries", "languages"):
        assert getattr(after, name) == getattr(before, name)
    assert {each.day: each.outcomes for each in after.days} == {
        each.day: each.outcomes for each in before.days
    }
    assert after.mean_confidence == pytest.approx(before.mean_confidence)
    assert after.mean_latency_ms == pytest.approx(before.mean_latency_ms)
    assert await log.retain(5, now) == 0
    assert await log.statistics() == after


async def test_two_processes_may_retain_at_once(store: Store) -> None:
    async with store.open(time_limit=30.0) as one, store.open(time_limit=30.0) as other:
        await fill(one)
        now = NOON + timedelta(days=100)
        moved = await asyncio.gather(
            one.retain(1, now, force=True), other.retain(1, now, force=True)
        )
        assert sum(moved) == 300
        assert (await one.statistics()).total == 300
        assert await one.count() == 0


async def test_a_failed_deletion_changes_nothing(
    log: QueryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(log, 50)
    before = await log.statistics()

    async def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        # After the deletion, in its transaction.
        patch.setattr(retention, "recompute", fail)
        with pytest.raises(LogUnavailable, match="could not do this now"):
            await log.retain(1, NOON + timedelta(days=100), force=True)
    assert await log.count() == 50
    assert await log.statistics() == before


async def test_feedback_goes_with_its_query(log: QueryLog) -> None:
    logged = await log.record(record())
    assert logged.id is not None
    await log.feedback(Feedback(at=NOON, user="a", reason="wrong", query=logged.id))
    await log.retain(1, NOON + timedelta(days=2), force=True)
    assert await log.feedback_on([logged.id]) == []
    with pytest.raises(ValueError, match="at least one day"):
        await log.retain(0, NOON)


async def test_statistics_of_a_span(log: QueryLog) -> None:
    empty = await log.statistics()
    assert (empty.total, empty.answer_rate, empty.latency_p50_ms) == (0, None, None)
    for number in range(1, 21):
        await log.record(record(number, at=NOON + timedelta(days=number), latency_ms=number))
    found = await log.statistics()
    assert (found.latency_p50_ms, found.latency_p95_ms) == (10, 19)
    assert found.answer_rate == 1.0
    assert found.mean_latency_ms == pytest.approx(10.5)
    midnight = NOON.replace(hour=0)
    two = await log.statistics(midnight + timedelta(days=3), midnight + timedelta(days=5))
    assert [(each.day, each.total) for each in two.days] == [
        (date(2026, 3, 4), 1),
        (date(2026, 3, 5), 1),
    ]
    await log.retain(1, NOON + timedelta(days=100), force=True)
    rolled = await log.statistics(midnight + timedelta(days=3), midnight + timedelta(days=5))
    assert rolled.days == two.days
    assert rolled.latency_p50_ms is None


async def test_days_are_counted_in_utc(log: QueryLog) -> None:
    await log.record(record(at=NOON.replace(hour=23, minute=59)))
    await log.record(record(2, at=NOON.replace(hour=0, minute=0)))
    before = (await log.statistics()).days
    assert [(each.day, each.total) for each in before] == [(date(2026, 3, 1), 2)]
    await log.retain(1, NOON + timedelta(days=9), force=True)
    assert (await log.statistics()).days == before


async def test_a_clock_that_jumped_ahead_deletes_nothing(log: QueryLog) -> None:
    await fill(log, 10)
    ahead = NOON + timedelta(days=4000)
    assert await log.retain(1, ahead) == 0
    assert await log.count() == 10
    assert await log.retain(1, ahead, force=True) == 10
    assert await log.count() == 0
