"""Marks of jobs that run once: one process wins, whatever was set before."""

from __future__ import annotations

import asyncio

from .conftest import Store


async def test_one_of_all_who_try_sets_a_mark(store: Store) -> None:
    async with store.open() as one, store.open() as other:
        assert await one.marks.get("digest:bridge") is None
        tried = [log.marks.swap("digest:bridge", None, "2026-W48") for log in (one, other, one)]
        assert sorted(await asyncio.gather(*tried)) == [False, False, True]
        assert await other.marks.get("digest:bridge") == "2026-W48"
        again = [log.marks.swap("digest:bridge", "2026-W48", "2026-W49") for log in (one, other)]
        assert sorted(await asyncio.gather(*again)) == [False, True]
        assert await one.marks.get("digest:raft") is None


async def test_mark_outlives_a_restart_and_an_old_one_is_refused(store: Store) -> None:
    async with store.open() as log:
        assert await log.marks.swap("digest:bridge", None, "2026-W48")
    async with store.open() as log:
        assert not await log.marks.swap("digest:bridge", "2026-W47", "2026-W49")
        assert await log.marks.get("digest:bridge") == "2026-W48"
