"""What a chat platform keeps about its guilds and channels, on both databases."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.querylog import Home, LogUnavailable, Place, QueryLog

from .conftest import NOON, Store, record
from .test_failures import locked

HOME = Home("offers", "discord", "111", moderator_role="222", moderator_channel="333")
PLACE = Place("discord", "111", "444", topic="offers")


async def test_what_is_saved_is_there_at_the_next_start(store: Store) -> None:
    later = NOON.astimezone(timezone(timedelta(hours=3)))
    paused = Place("discord", "111", "445", paused=True, paused_until=later)
    async with store.open(time_limit=30.0) as log:
        assert await log.places.homes() == []
        assert await log.places.places() == []
        await log.places.save_home(HOME)
        await log.places.save_home(Home("bridge", "discord", "112"))
        await log.places.save_place(paused)
        await log.places.save_place(PLACE)
    async with store.open(time_limit=30.0) as log:
        assert await log.places.homes() == [Home("bridge", "discord", "112"), HOME]
        found = await log.places.places()
        assert found == [PLACE, paused]
        assert found[1].paused_until is not None
        assert found[1].paused_until.utcoffset() == timedelta(0)


async def test_the_last_word_counts(log: QueryLog) -> None:
    await log.places.save_home(HOME)
    moved = Home("offers", "discord", "999")
    await log.places.save_home(moved)
    assert await log.places.homes() == [moved]
    await log.places.save_place(replace(PLACE, paused=True, paused_until=NOON))
    await log.places.save_place(PLACE)
    assert await log.places.places() == [PLACE]


async def test_removing_takes_one_and_only_that(log: QueryLog) -> None:
    elsewhere = Place("other", "111", "444")
    beside = Place("discord", "111", "445")
    for place in (PLACE, elsewhere, beside):
        await log.places.save_place(place)
    await log.places.remove_place("discord", "444")
    await log.places.remove_place("discord", "444")
    assert await log.places.places() == [beside, elsewhere]
    await log.places.save_home(HOME)
    await log.places.remove_home("unknown")
    assert await log.places.homes() == [HOME]
    await log.places.remove_home("offers")
    assert await log.places.homes() == []


async def test_a_guild_that_throws_the_bot_out_stays_a_home(log: QueryLog) -> None:
    await log.places.save_home(HOME)
    neighbour = Place("discord", "112", "500")
    namesake = Place("other", "111", "444")
    for place in (PLACE, replace(PLACE, channel="445"), neighbour, namesake):
        await log.places.save_place(place)
    await log.places.remove_guild("discord", "111")
    assert await log.places.places() == [neighbour, namesake]
    assert await log.places.homes() == [HOME]


async def test_many_at_once_beside_questions(log: QueryLog) -> None:
    places = [Place("discord", "111", str(1000 + n)) for n in range(20)]
    await asyncio.gather(
        *(log.places.save_place(place) for place in places),
        *(log.record(record(n)) for n in range(20)),
    )
    assert await log.places.places() == places
    assert await log.count() == 20


async def test_forgetting_a_person_leaves_the_places(log: QueryLog) -> None:
    await log.places.save_home(HOME)
    await log.places.save_place(PLACE)
    await log.forget_person("discord:111")
    assert (await log.places.homes(), await log.places.places()) == ([HOME], [PLACE])


async def test_a_locked_database_is_said_in_a_sentence(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=0.3, retry=0.02) as log:
        await log.places.save_place(PLACE)
        with locked(sqlite_store.file), pytest.raises(LogUnavailable, match="could not do this"):
            await log.places.save_place(replace(PLACE, paused=True))
        assert await log.places.places() == [PLACE]


async def test_a_damaged_database_is_said_in_a_sentence(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0):
        pass
    sqlite_store.file.write_bytes(b"this is not a database at all" * 500)
    async with sqlite_store.open(time_limit=2.0) as log:
        with pytest.raises(LogUnavailable, match="cannot be read now"):
            await log.places.homes()
        with pytest.raises(LogUnavailable, match="cannot be read now"):
            await log.places.places()
        with pytest.raises(LogUnavailable, match="could not do this"):
            await log.places.remove_guild("discord", "111")
        with pytest.raises(LogUnavailable, match="cannot be read now"):
            await log.query_by_event("event:1")
        with pytest.raises(LogUnavailable, match="cannot be read now"):
            await log.is_theirs("event:1", "discord:1")
        # What waits in the spool is known without a database.
        await log.record(record(1, user="discord:1", author="discord:2"))
        assert await log.is_theirs("event:1", "discord:1")
        assert await log.is_theirs("event:1", "discord:2")
        assert not await log.is_theirs("event:1", "discord:3")


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Place("discord", "1", "2", paused=True, paused_until=NOON.replace(tzinfo=None))
    for values in (("", "1", "2"), ("discord", "", "2"), ("discord", "1", "")):
        with pytest.raises(ValueError, match="empty"):
            Place(*values)
        with pytest.raises(ValueError, match="empty"):
            Home(*values)


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.builds(
            Place,
            st.sampled_from(["discord", "other"]),
            st.sampled_from(["1", "2"]),
            TEXT,
            st.none() | TEXT,
            st.booleans(),
            st.none() | st.datetimes(timezones=st.just(NOON.tzinfo)),
        ),
        max_size=8,
    )
)
def test_whatever_is_saved_comes_back(sqlite_store: Store, wanted: list[Place]) -> None:
    async def save_and_read() -> list[Place]:
        async with sqlite_store.open(time_limit=30.0) as log:
            for known in await log.places.places():
                await log.places.remove_place(known.platform, known.channel)
            for place in wanted:
                await log.places.save_place(place)
            return await log.places.places()

    last = {(place.platform, place.channel): place for place in wanted}
    assert set(asyncio.run(save_and_read())) == set(last.values())


async def test_a_closed_log_takes_no_place(store: Store) -> None:
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(store.open(time_limit=30.0))
    with pytest.raises(LogUnavailable, match="closed"):
        await log.places.save_place(PLACE)
