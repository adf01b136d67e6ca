"""The review queue: what comes into it, how it is grouped, who decides, what is forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.querylog import Feedback, Placement, QueryLog, Verdict, review_reading
from bot.querylog.tables import metadata, verdict_days

from .conftest import NOON, Store, record
from .test_person import assert_no_bytes

VECTOR = bytes(range(128)) * 3
TODAY = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


async def ask(log: QueryLog, number: int, outcome: str = "gap", **changes: Any) -> int:
    logged = await log.record(
        record(number, outcome=outcome, entry=None if outcome == "gap" else "cash", **changes)
    )
    assert logged.id is not None
    return logged.id


async def grouped(log: QueryLog, count: int = 3, **changes: Any) -> int:
    """Make a cluster of so many queries, each of another person, and give its id."""
    for number in range(1, count + 1):
        await ask(log, number, user=f"discord:{number}", **changes)
    await log.review.collect("offers", doubtful_below=0.1)
    waiting = await log.review.unclustered("offers")
    first, *rest = [each.query_id for each in waiting]
    given = await log.review.place(
        "offers",
        [Placement(first, VECTOR)]
        + [Placement(each, VECTOR, with_query=first, similarity=0.9) for each in rest],
    )
    assert len(set(given)) == 1
    assert given[0] is not None
    return given[0]


async def join(log: QueryLog, cluster: int, number: int, **changes: Any) -> None:
    query = await ask(log, number, **changes)
    await log.review.collect("offers", doubtful_below=0.1)
    assert await log.review.place("offers", [Placement(query, VECTOR, cluster)]) == [cluster]


async def days(log: QueryLog) -> list[tuple[Any, ...]]:
    async with log._database.reader.connect() as connection:
        columns = verdict_days.c
        chosen = select(
            columns.day, columns.outcome, columns.verdict, columns.sampled, columns.count
        )
        return [tuple(row) for row in await connection.execute(chosen)]


async def test_what_deserves_eyes_is_collected_once(log: QueryLog) -> None:
    gap = await ask(log, 1)
    sure = await ask(log, 2, "answered", confidence=0.9)
    unsure = await ask(log, 3, "answered", confidence=0.2)
    notice = await ask(log, 4, "boundary")
    await ask(log, 5, private=True)
    await ask(log, 6, text="[replies: cash]")
    await ask(log, 7, topic="other")
    await ask(log, 8, "out_of_scope")
    assert (await log.review.collect("offers", doubtful_below=0.5)).added == 3
    assert (await log.review.collect("offers", doubtful_below=0.5)).added == 0
    for query, reason in ((sure, "outdated"), (gap, "none of these")):
        await log.feedback(Feedback(at=NOON, user="a", reason=reason, query=query))
    assert (await log.review.collect("offers", doubtful_below=0.5)).added == 1
    items = {row.query.id: row for row in await log.review.items("offers")}
    assert {number: (row.reasons, row.badness) for number, row in items.items()} == {
        gap: (("gap", "none"), 4.0),
        sure: (("reported",), 3.0),
        unsure: (("doubtful",), 1.0),
        notice: (("boundary",), 1.0),
    }
    assert [one.reason for one in items[sure].feedback] == ["outdated"]
    assert [row.query.id for row in await log.review.items("offers", reason="none")] == [gap]
    assert [row.query.id for row in await log.review.items("offers", before_id=unsure)] == [
        sure, gap,
    ]  # fmt: skip


async def test_collecting_goes_on_where_it_ended(log: QueryLog) -> None:
    for number in range(1, 8):
        await ask(log, number)
    steps = []
    while True:
        step = await log.review.collect("offers", doubtful_below=0.5, limit=3)
        steps.append(step.added)
        if not step.more:
            break
    assert steps == [3, 3, 1]


async def test_answers_of_a_changed_entry_come_in(log: QueryLog) -> None:
    for number in range(1, 5):
        await ask(log, number, "answered", confidence=0.9)
    await log.review.judge_query(4, by="a", verdict="right")
    later = NOON + timedelta(days=1)
    assert await log.review.mark_changed("offers", ["cash"], later, each=2) == 2
    assert await log.review.mark_changed("offers", ["cash"], later, each=2) == 0
    assert [row.query.id for row in await log.review.items("offers", reason="changed")] == [3, 2]


async def test_clusters_come_by_rank(log: QueryLog) -> None:
    cluster = await grouped(log, 3)
    alone = await ask(log, 9, user="discord:2", at=NOON + timedelta(seconds=9))
    await log.review.collect("offers", doubtful_below=0.1)
    (other,) = await log.review.place("offers", [Placement(alone, VECTOR)])
    first, second = await log.review.clusters("offers")
    assert (first.id, first.people, first.queries, first.reasons) == (cluster, 3, 3, ("gap",))
    assert second.id == other
    assert first.typical is not None
    assert first.typical.id == 1
    after = (first.rank, first.id)
    assert [row.id for row in await log.review.clusters("offers", after=after)] == [other]
    await log.review.set_typical(cluster, 2)
    await log.review.set_typical(cluster, alone)
    row = await log.review.cluster(cluster)
    assert row is not None
    assert row.typical is not None
    assert row.typical.id == 2
    assert [one.cluster_id for one in await log.review.leaders("offers")] == [cluster, other]
    assert await log.review.place("offers", [Placement(alone, VECTOR), Placement(99, b"")]) == [
        None, None,
    ]  # fmt: skip
    counts = await log.review.counts("offers")
    # Whoever asked in both is one person.
    assert (counts.open_clusters, counts.open_items, counts.people) == (2, 4, 3)
    assert await log.review.open_clusters("offers") == 2
    await log.review.judge_cluster(row.id, row.revision, by="a", verdict="gap")
    counts = await log.review.counts("offers")
    assert (counts.open_clusters, counts.open_items, counts.people) == (1, 1, 1)


async def test_people_of_a_very_long_queue_are_not_counted(
    log: QueryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grouped(log, 3)
    monkeypatch.setattr(review_reading, "_COUNTED", 3)
    assert (await log.review.counts("offers")).people == 3
    monkeypatch.setattr(review_reading, "_COUNTED", 2)
    assert (await log.review.counts("offers")).people is None


async def test_the_first_reviewer_decides(store: Store) -> None:
    async with store.open(time_limit=30.0) as one, store.open(time_limit=30.0) as other:
        cluster = await grouped(one, 3)
        tries: list[tuple[QueryLog, str, Verdict]] = [(one, "a", "gap"), (other, "b", "abuse")]
        results = await asyncio.gather(
            *(
                log.review.judge_cluster(cluster, 1, by=who, verdict=said)
                for log, who, said in tries
            )
        )
        assert sorted((each.status, each.count) for each in results) == [
            ("judged", 3),
            ("stale", 0),
        ]
        results = await asyncio.gather(
            *(log.review.judge_query(1, by="c", verdict="right") for log in (one, other))
        )
        assert [each.status for each in results] == ["stale", "stale"]
        assert (await one.review.judge_query(77, by="c", verdict="right")).status == "unknown"
        assert sum(row[-1] for row in await days(one)) == 3


async def test_a_verdict_is_taken_back_with_its_counts(log: QueryLog) -> None:
    cluster = await grouped(log, 3)
    await log.review.judge_query(1, by="a", verdict="wrong", sampled=True)
    await log.review.judge_cluster(cluster, 1, by="a", verdict="gap", entry="cash")
    assert sorted((row[2], row[3], row[4]) for row in await days(log)) == [
        ("gap", False, 2), ("wrong", True, 1),
    ]  # fmt: skip
    assert not await log.review.take_back(cluster=cluster, by="b")
    assert await log.review.take_back(cluster=cluster, by="a")
    assert not await log.review.take_back(cluster=cluster)
    assert [(row[2], row[4]) for row in await days(log)] == [("wrong", 1)]
    assert [row.query.id for row in await log.review.items("offers")] == [3, 2]
    assert await log.review.take_back(query=1)
    assert await days(log) == []
    for query in (1, 2, 3):
        await log.review.judge_query(query, by="a", verdict="right")
    row = await log.review.cluster(cluster)
    assert row is not None
    assert row.status == "judged"


async def test_what_joins_a_judged_cluster_is_muted_or_opens_it(log: QueryLog) -> None:
    cluster = await grouped(log, 2)
    await log.review.judge_cluster(cluster, 1, by="a", verdict="abuse")
    await join(log, cluster, 5)
    assert await log.review.items("offers") == []
    assert len(await log.review.items("offers", status="muted")) == 1
    assert await log.review.take_back(cluster=cluster)
    row = await log.review.cluster(cluster)
    assert row is not None
    assert (row.status, row.queries) == ("open", 3)
    assert await log.review.mark_answered(cluster, "r2", "cash")
    assert not await log.review.mark_answered(cluster, "r2", "cash")
    assert (await log.review.counts("offers")).answered_clusters == 1
    await join(log, cluster, 6)
    again = await log.review.cluster(cluster)
    assert again is not None
    assert again.status == "open"
    assert [row.id for row in await log.review.unchecked("offers", "r3")] == [cluster]
    await log.review.set_checked([cluster], "r3")
    assert await log.review.unchecked("offers", "r3") == []


async def test_members_are_split_off(log: QueryLog) -> None:
    cluster = await grouped(log, 4)
    assert await log.review.split(cluster, [99]) is None
    assert await log.review.split(cluster, [1, 2, 3, 4]) is None
    new = await log.review.split(cluster, [1, 3])
    assert new is not None
    for number, members in ((cluster, [4, 2]), (new, [3, 1])):
        assert [row.query.id for row in await log.review.members(number)] == members
        row = await log.review.cluster(number)
        assert row is not None
        assert row.typical is not None
        assert row.typical.id in members
        assert row.people == 2
    assert (await log.review.judge_cluster(cluster, 1, by="a", verdict="gap")).status == "stale"


async def test_a_sample_is_an_answer_that_nobody_judged(log: QueryLog) -> None:
    assert await log.review.sample("offers") is None
    await ask(log, 1, "gap", at=TODAY)
    await ask(log, 2, "answered", at=TODAY, private=True)
    await ask(log, 3, "answered", at=TODAY, text="[chosen: cash]")
    await ask(log, 4, "answered", at=TODAY - timedelta(days=40))
    for number in (5, 6, 7):
        await ask(log, number, "answered", at=TODAY)
    await log.review.judge_query(5, by="a", verdict="right", sampled=True)
    drawn = set()
    for _ in range(60):
        row = await log.review.sample("offers")
        assert row is not None
        drawn.add(row.id)
    assert drawn == {6, 7}
    row = await log.review.sample("offers", skip=[6])
    assert row is not None
    assert row.id == 7


async def test_who_waits_is_told_once(log: QueryLog) -> None:
    await ask(log, 1, user="discord:1")
    await ask(log, 2, user="discord:1", private=True)
    assert await log.review.await_answer("event:1", "discord:1")
    assert not await log.review.await_answer("event:1", "discord:2")
    assert not await log.review.await_answer("event:2", "discord:1")
    (waiting,) = await log.review.awaiting("offers", "r2")
    assert waiting.text == "question 1"
    await log.review.set_awaiting_checked(1, "r2")
    assert await log.review.awaiting("offers", "r2") == []
    assert await log.review.due("offers") == []
    await log.review.set_awaiting_checked(1, "r3", "cash")
    (due,) = await log.review.due("offers")
    assert (due.user, due.entry) == ("discord:1", "cash")
    assert "discord:1" not in repr(due)
    await log.review.told(1)
    assert await log.review.due("offers") == []
    assert await log.review.await_answer("event:1", "discord:1")
    assert await log.review.expire(datetime.now(UTC)) == 0
    assert await log.review.expire(datetime.now(UTC) + timedelta(days=31)) == 1


async def test_audit_and_links(log: QueryLog) -> None:
    first = await log.audit.record("discord:1", "web", "judge", topic="offers", target="cluster:1")
    await log.audit.record(None, "terminal", "publish")
    newest, oldest = await log.audit.recent()
    assert (newest.action, newest.pseudonym, oldest.id) == ("publish", None, first)
    assert [row.id for row in await log.audit.recent("offers", user="discord:1")] == [first]
    now = datetime.now(UTC)
    token = await log.sign_ins.issue(now, timedelta(minutes=5))
    assert sorted(await asyncio.gather(*(log.sign_ins.redeem(token, now) for _ in range(3)))) == [
        False,
        False,
        True,
    ]
    late = await log.sign_ins.issue(now, timedelta(minutes=5))
    assert not await log.sign_ins.redeem(late, now + timedelta(minutes=5))
    await log.sign_ins.issue(now, timedelta(minutes=5))
    assert await log.sign_ins.revoke_all() == 1


async def test_only_clusters_without_an_answer_are_wanted(log: QueryLog) -> None:
    asked = {
        "gap": await ask(log, 1), "boundary": await ask(log, 2, "boundary"),
        "doubtful": await ask(log, 3, "answered", confidence=0.2),
        "none": await ask(log, 4, "clarify"),
        "reported": await ask(log, 5, "answered", confidence=0.9),
    }  # fmt: skip
    for reason, said in (("none", "none of these"), ("reported", "outdated")):
        await log.feedback(Feedback(at=NOON, user="a", reason=said, query=asked[reason]))
    await log.review.collect("offers", doubtful_below=0.5)
    await log.review.place("offers", [Placement(query, VECTOR) for query in asked.values()])
    rows = await log.review.clusters("offers")
    assert {reason for row in rows for reason in row.reasons} == set(asked)
    for reason in asked:
        [row] = await log.review.clusters("offers", reason=reason)  # type: ignore[arg-type]
        assert row.reasons == (reason,)
    gaps = (await log.insights("offers")).gaps
    assert {reason for row in gaps for reason in row.reasons} == {"gap", "none"}


async def test_insights_sum_up_whole_days(log: QueryLog) -> None:
    for number in range(1, 11):
        await ask(log, number, "answered" if number % 2 else "gap")
    for number, verdict in ((1, "right"), (3, "right"), (5, "wrong")):
        await log.review.judge_query(number, by="a", verdict=verdict, sampled=True)  # type: ignore[arg-type]
    await log.review.judge_query(7, by="a", verdict="wrong")
    await log.retain(1, NOON + timedelta(days=9), force=True)
    found = await log.insights("offers")
    assert (found.total, found.answer_rate) == (10, 0.5)
    assert (found.precision.successes, found.precision.n) == (2, 3)
    assert found.precision.low == pytest.approx(0.2077, abs=0.001)
    assert found.precision.high == pytest.approx(0.9385, abs=0.001)
    assert (found.precision_other.successes, found.precision_other.n) == (0, 1)
    assert (await log.insights("other")).total == 0
    assert (await log.insights(since=NOON + timedelta(days=1))).total == 0


# How a person leaves each table; a table that is not here has no way, and the test fails.
LEAVING = {
    "meta": "nothing of people", "homes": "nothing of people", "places": "nothing of people",
    "daily": "counts", "verdict_days": "counts", "sign_ins": "nothing of people",
    "queries": "rows go", "feedback": "rows go", "suggestions": "rows go", "drafts": "rows go",
    "moderators": "rows go", "tellings": "rows go", "review_items": "rows go",
    "awaiting": "rows go", "publishes": "pseudonym goes", "verdicts": "pseudonym goes",
    "clusters": "pseudonym goes", "audit": "pseudonym goes",
}  # fmt: skip


def test_every_table_has_a_way_to_forget() -> None:
    assert set(metadata.tables) == set(LEAVING)


async def test_nothing_of_a_person_is_left(store: Store) -> None:
    me, word = "discord:2", "zyxwvunique"
    async with store.open(time_limit=30.0) as log:
        mine = bytes(reversed(range(1, 97))) * 4
        for number in (1, 2, 3):
            words = word if number == 2 else "bridge"
            await ask(log, number, user=f"discord:{number}", text=f"{words} question")
        await log.review.collect("offers", doubtful_below=0.1)
        placed = [Placement(2, mine), Placement(1, VECTOR, with_query=2, similarity=0.8)]
        cluster, _ = await log.review.place("offers", placed)
        assert cluster is not None
        assert await log.review.await_answer("event:2", me)
        await log.review.judge_query(3, by=me, verdict="gap")
        await log.audit.record(me, "web", "judge")
        shown = await log.export_person(me)
        assert [each["query_id"] for each in shown["awaiting"]] == [2]
        assert [each["query_id"] for each in shown["review"]] == [2]
        assert [each["action"] for each in shown["audit"]] == ["judge"]
        assert [each["query_id"] for each in shown["verdicts"]] == [3]
        await log.forget_person(me)
        row = await log.review.cluster(cluster)
        assert row is not None
        assert row.typical is not None
        assert (row.people, row.queries, row.typical.id) == (1, 1, 1)
        (leader,) = await log.review.leaders("offers")
        assert leader.vector == VECTOR
        assert [each.pseudonym for each in await log.audit.recent()] == [None]
        pseudonym = shown["pseudonym"]
        async with log._database.reader.connect() as connection:
            for table in metadata.sorted_tables:
                for values in await connection.execute(select(table)):
                    for value in values:
                        assert word not in str(value), table.name
                        assert pseudonym not in str(value), table.name
                        assert value != mine, table.name
    assert_no_bytes(store, word, pseudonym)
    for path in store.data.rglob("*"):
        if path.is_file():
            assert mine[:96] not in path.read_bytes(), path.name


async def test_old_members_leave_their_clusters(log: QueryLog) -> None:
    cluster = await grouped(log, 3)
    await join(log, cluster, 9, at=NOON + timedelta(days=50))
    await log.retain(30, NOON + timedelta(days=60), force=True)
    row = await log.review.cluster(cluster)
    assert row is not None
    assert (row.queries, row.first_at) == (1, NOON + timedelta(days=50))
    await log.retain(30, NOON + timedelta(days=90), force=True)
    assert await log.review.cluster(cluster) is None


async def test_a_second_delivery_is_counted_once(log: QueryLog) -> None:
    await asyncio.gather(*(log.record(record(1)) for _ in range(5)), log.record(record(2)))
    assert (await log.statistics()).total == 2
    await log.forget_query("event:1")
    assert (await log.statistics()).total == 2
