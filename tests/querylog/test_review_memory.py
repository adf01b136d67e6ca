"""What a refresh of the review queue goes by, in both databases."""

from __future__ import annotations

from bot.querylog import Placement, QueryLog

from .conftest import record

ONE, OTHER = bytes(384), bytes([1]) * 384


async def queued(log: QueryLog, *numbers: int) -> list[int]:
    """Log questions that nobody answered and give the ids that are queued."""
    for number in numbers:
        await log.record(record(number, outcome="gap", entry=None))
    await log.review.collect("offers", doubtful_below=0.5)
    return [item.query_id for item in await log.review.unclustered("offers")]


async def test_what_was_seen_of_a_topic_is_kept_until_it_is_seen_anew(log: QueryLog) -> None:
    memory = log.review_memory
    assert await memory.seen("offers") is None
    await memory.set_seen("offers", {"cash": "1f", "каса": "2e"})
    await memory.set_seen("others", {})
    assert await memory.seen("offers") == {"cash": "1f", "каса": "2e"}
    assert await memory.seen("others") == {}
    await memory.set_seen("offers", {"cash": "3d"})
    assert await memory.seen("offers") == {"cash": "3d"}


async def test_twins_are_members_of_the_newest_of_the_clusters_named(log: QueryLog) -> None:
    one, two, three, four = await queued(log, 1, 2, 3, 4)
    first, _, second, third = await log.review.place(
        "offers",
        [
            Placement(one, ONE),
            Placement(two, OTHER, with_query=one),
            Placement(three, OTHER),
            Placement(four, ONE),
        ],
    )
    assert first is not None
    assert second is not None
    assert third is not None
    twins = log.review_memory.twins
    assert await twins([first, second, third], [ONE, OTHER]) == {ONE: third, OTHER: second}
    assert await twins([first, second], [ONE]) == {ONE: first}
    assert await twins([second], [ONE]) == {}
    assert await twins([], [ONE]) == {}
    assert await twins([first], []) == {}


async def test_a_judged_gap_is_settled_by_a_later_release_and_a_rejected_one_is_not(
    log: QueryLog,
) -> None:
    numbers = await queued(log, 1, 2, 3)
    clusters = await log.review.place("offers", [Placement(number, ONE) for number in numbers])
    gap, scope, left = [cluster for cluster in clusters if cluster is not None]
    await log.review.judge_cluster(gap, 1, by="discord:9", verdict="gap")
    await log.review.judge_cluster(scope, 1, by="discord:9", verdict="out_of_scope")
    asked = [row.id for row in await log.review.unchecked("offers", "second")]
    assert sorted(asked) == sorted([gap, left])
    await log.review.set_checked([left], "second")
    assert [row.id for row in await log.review.unchecked("offers", "second")] == [gap]
    assert await log.review.mark_answered(gap, "second", "cash")
    assert not await log.review.mark_answered(gap, "second", "cash")
    assert not await log.review.mark_answered(scope, "second", "cash")
    (row,) = await log.review.clusters("offers", status="answered")
    assert (row.id, row.entry, row.verdict) == (gap, "cash", "gap")


async def test_whose_answer_is_withdrawn_waits_on(log: QueryLog) -> None:
    (number,) = await queued(log, 1)
    assert await log.review.await_answer("event:1", "discord:1")
    (waiting,) = await log.review.awaiting("offers", "second")
    assert (waiting.query_id, waiting.context_entry, waiting.entry) == (number, "cash", None)
    await log.review.set_awaiting_checked(number, "second", "cash")
    assert [due.entry for due in await log.review.due("offers")] == ["cash"]
    await log.review.wait_again(number)
    assert await log.review.due("offers") == []
    assert [one.query_id for one in await log.review.awaiting("offers", "second")] == [number]
