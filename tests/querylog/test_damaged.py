"""Spooled lines that cannot be replayed: kept, shown, and forgotten where they can be told."""

from __future__ import annotations

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.querylog import QueryLog
from bot.querylog.entries import query_entry
from bot.querylog.spool import Lines, Spool, encode

from .conftest import NOON, Store, record, until_replayed
from .test_failures import full_disk
from .test_person import ALICE, BOB, WORD, assert_no_bytes, pseudonym
from .test_spool import entry

TORN = b'ffffffff {"kind":"query","values":{"text":"torn"\n'


async def lines(store: Store, *numbers: int, user: str = BOB) -> list[bytes]:
    """Write the lines that a process would have spooled."""
    async with store.open(time_limit=30.0) as log:
        key = log._required_key()
    return [encode(query_entry(record(n, user=user, text=f"{WORD} {n}"), key)) for n in numbers]


def leave(store: Store, *content: bytes, name: str = "1-dead.jsonl") -> Path:
    """Leave a spool file behind as a process that died would."""
    spool = store.data / "spool"
    spool.mkdir(mode=0o700, exist_ok=True)
    path = spool / name
    path.write_bytes(b"".join(content))
    return path


def damaged(store: Store) -> bytes:
    return b"".join(path.read_bytes() for path in Spool(store.data / "spool").damaged_files())


async def test_a_damaged_line_is_kept_and_shown(store: Store) -> None:
    one, two = await lines(store, 1, 2)
    leave(store, one, TORN, b"\n", two, TORN[:-1])
    async with store.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        assert [row.text async for row in log.queries()] == [f"{WORD} 1", f"{WORD} 2"]
        health = await log.health()
    assert health.ok
    assert health.spooled == 0
    assert "could not be replayed: 2;" in health.message
    assert "spool/damaged-*" in health.message
    assert damaged(store) == TORN * 2
    (file,) = (store.data / "spool").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    # Once somebody has looked and cleared it away, the log is simply well again.
    file.unlink()
    async with store.open(time_limit=30.0) as log:
        assert (await log.health()).message == "The query log works."


async def test_what_the_database_refuses_at_replay_is_kept(store: Store) -> None:
    good, bad = await lines(store, 1, 2)
    spoilt = entry(3)
    leave(store, good, encode(spoilt), bad)
    async with store.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        assert await log.count() == 2
        assert ": 1;" in (await log.health()).message
    assert damaged(store) == encode(spoilt)


async def test_damaged_lines_that_cannot_be_kept_stay_in_the_spool(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = await lines(sqlite_store, 1)
    path = leave(sqlite_store, one, TORN)
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if "damaged-" in self.name:
            full_disk()
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
            while "No space left" not in (await log.health()).message:
                pass
            assert (await log.record(record(5))).status == "logged"
        assert path.read_bytes() == one + TORN
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        assert {row.text async for row in log.queries()} == {"question 5", f"{WORD} 1"}
    assert damaged(sqlite_store) == TORN


async def test_forgetting_clears_damaged_lines_that_name_the_person(sqlite_store: Store) -> None:
    (hers,) = await lines(sqlite_store, 1, user=ALICE)
    (his,) = await lines(sqlite_store, 2, user=BOB)
    spoilt = [b"0" * 8 + line[8:] for line in (hers, his)]
    leave(sqlite_store, *spoilt)
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        assert damaged(sqlite_store) == b"".join(spoilt)
        # And such a line that is not yet set aside, in a file that is not yet replayed.
        leave(sqlite_store, spoilt[0][:-10], name="2-dead.jsonl")
        gone = await log.forget_person(ALICE)
        assert gone.spooled == 2
        assert_no_bytes(sqlite_store, pseudonym(sqlite_store, ALICE), f"{WORD} 1")
        assert damaged(sqlite_store) == spoilt[1]
        assert (await log.forget_person(BOB)).spooled == 1
    assert list((sqlite_store.data / "spool").iterdir()) == []


async def test_forgetting_one_query_clears_its_damaged_lines(sqlite_store: Store) -> None:
    spoilt = [b"0" * 8 + line[8:] for line in await lines(sqlite_store, 1, 2)]
    leave(sqlite_store, *spoilt)
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        await until_replayed(log)
        assert await log.forget_query("event:1") is True
        assert damaged(sqlite_store) == spoilt[1]


async def test_forgetting_somebody_else_loses_no_torn_line(sqlite_store: Store) -> None:
    (hers,) = await lines(sqlite_store, 1, user=ALICE)
    async with sqlite_store.open(time_limit=30.0, retry=0.02) as log:
        path = leave(sqlite_store, hers, TORN)
        # Before the file is replayed or after: the line of nobody known is still there.
        await log.forget_person(ALICE)
        await until_replayed(log)
        assert damaged(sqlite_store) == TORN
    assert not path.exists()


async def test_retention_ends_damaged_lines_too(log: QueryLog, store: Store) -> None:
    folder = store.data / "spool"
    folder.mkdir(exist_ok=True)
    for name, days in (("damaged-old", 30), ("damaged-new", 1)):
        path = folder / name
        path.write_bytes(TORN)
        then = (NOON - timedelta(days=days)).timestamp()
        os.utime(path, (then, then))
    await log.record(record(1, at=NOON))
    # A clock that jumped ahead would take every query: then these stay as well.
    assert await log.retain(7, NOON + timedelta(days=1000)) == 0
    assert len(list(folder.glob("damaged-*"))) == 2
    assert await log.retain(7, NOON) == 0
    assert [path.name for path in folder.glob("damaged-*")] == ["damaged-new"]


async def test_forgetting_keeps_the_age_of_what_it_rewrites(sqlite_store: Store) -> None:
    (hers,) = await lines(sqlite_store, 1, user=ALICE)
    path = leave(sqlite_store, b"0" + hers[1:], TORN, name="damaged-1-dead")
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    async with sqlite_store.open(time_limit=30.0) as log:
        await log.forget_person(ALICE)
    assert path.read_bytes() == TORN
    assert path.stat().st_mtime == NOON.timestamp()


JUNK = st.binary(min_size=1, max_size=60).filter(lambda b: b"\n" not in b and b.strip() != b"")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 99).map(entry) | JUNK, max_size=12), st.booleans())
def test_replay_loses_and_doubles_nothing(
    content: list[object],
    crash_before_the_end: bool,
) -> None:
    def line(each: object) -> bytes:
        return each + b"\n" if isinstance(each, bytes) else encode(each)  # type: ignore[arg-type]

    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder))
        path = Path(folder) / "1-dead.jsonl"
        written = b"".join(map(line, content))
        path.write_bytes(written)
        if crash_before_the_end:
            # It died between writing the damaged file and deleting this one.
            claim = spool.claim()
            assert claim is not None
            claim.read(1000)
            claim.delete()
            path.write_bytes(written)
        claim = spool.claim()
        assert claim is not None
        read = []
        while part := claim.read(3):
            read += part
        claim.delete()
        bad = [line(each) for each in content if isinstance(each, bytes)]
        assert read == [each for each in content if not isinstance(each, bytes)]
        assert b"".join(each.read_bytes() for each in spool.damaged_files()) == b"".join(bad)
        assert spool.damaged() == len(bad)
        assert spool.files() == []


@settings(max_examples=60, deadline=None)
@given(st.lists(JUNK | st.sampled_from([b"hers", b"x hers y", b"his"]), max_size=8))
def test_only_lines_with_the_trace_go(content: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder))
        for name in ("damaged-1", "1-dead.jsonl"):
            (Path(folder) / name).write_bytes(b"".join(each + b"\n" for each in content))
        kept = [each for each in content if b"hers" not in each]
        assert spool.remove(lambda _: True, "hers") == 2 * (len(content) - len(kept))
        left = b"".join(each + b"\n" for each in kept)
        for path in (*spool.files(), *spool.damaged_files()):
            assert path.read_bytes() == left
        assert not list(Path(folder).glob(".*"))


def test_no_traceback_shows_lines() -> None:
    lines = Lines([])
    lines.add(b"my words")
    assert lines.content == [b"my words\n"]
    assert "my words" not in repr(lines)
