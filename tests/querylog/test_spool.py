"""The spool's files themselves."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.querylog.entries import Entry
from bot.querylog.spool import Spool, decode, encode

from .conftest import NOON


def entry(number: int, pseudonym: str = "p") -> Entry:
    return Entry(
        "query",
        {
            "event_hash": f"h{number}",
            "at": NOON,
            "pseudonym": pseudonym,
            "author": None,
            "text": "ё\u2028\n",
        },
    )


def test_a_line_survives_and_any_damage_is_seen() -> None:
    line = encode(entry(1))
    assert decode(line) == entry(1)
    assert line.count(b"\n") == 1
    for position in range(len(line)):
        assert decode(line[:position]) is None
        damaged = bytearray(line)
        damaged[position] ^= 0x01
        assert decode(bytes(damaged)) is None
    for junk in (b"", b"\n", b" \n", b"00000000 \n", b"\xff\n"):
        assert decode(junk) is None


def test_files_are_claimed_once_and_given_back(tmp_path: Path) -> None:
    one, other = Spool(tmp_path / "s"), Spool(tmp_path / "s")
    one.append([entry(1), entry(2)])
    one.append([entry(3)])
    assert len(one.files()) == 1
    claim = other.claim()
    assert claim is not None
    assert one.claim() is None
    # While it is replayed, its owner goes on in another file.
    one.append([entry(4)])
    assert len(one.files()) == 2
    assert claim.read(2) == [entry(1), entry(2)]
    assert claim.read(2) == [entry(3)]
    assert claim.read(2) == []
    claim.delete()
    assert list(one.entries()) == [entry(4)]
    assert one.count() == 1
    one.append([entry(5)])
    assert len(one.files()) == 1


def test_an_append_after_a_torn_line_loses_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s")
    spool.append([entry(1)])
    with spool.files()[0].open("ab") as file:
        file.write(b"12345678 {torn")
    spool.append([entry(2)])
    assert list(spool.entries()) == [entry(1), entry(2)]


def test_a_failed_append_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "s")
    spool.append([entry(1)])
    write = os.write

    def short(descriptor: int, data: bytes) -> int:
        if len(data) < 50:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[:-30])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", short)
        with pytest.raises(OSError, match="No space"):
            spool.append([entry(2)])
    assert list(spool.entries()) == [entry(1)]
    spool.append([entry(3)])
    assert spool.files()[0].read_bytes() == encode(entry(1)) + encode(entry(3))


def test_removal_rewrites_and_deletes(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s")
    spool.append([entry(1, "alice"), entry(2, "bob")])
    Spool(tmp_path / "s").append([entry(3, "alice")])
    with spool.files()[0].open("ab") as file:
        file.write(b'alice{"torn')
    (tmp_path / "s" / ".1-gone.jsonl.new").write_bytes(b"alice")
    assert spool.remove(lambda each: each.values["pseudonym"] == "alice", "alice") == 3
    assert list(spool.entries()) == [entry(2, "bob")]
    assert not any(b"alice" in path.read_bytes() for path in (tmp_path / "s").iterdir())
    assert len(spool.files()) == 1


def test_removal_does_not_wait_for_ever(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s")
    spool.append([entry(1)])
    claim = spool.claim()
    assert claim is not None
    with pytest.raises(TimeoutError):
        spool.remove(lambda _: True, "p", patience=0.05)
    claim.release()
    assert spool.remove(lambda _: True, "p") == 1


def test_no_directory_is_an_empty_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "none")
    assert spool.files() == []
    assert spool.count() == 0
    assert spool.claim() is None
    assert spool.remove(lambda _: True, "p") == 0


def test_simultaneous_first_appends_all_succeed(tmp_path: Path) -> None:
    for turn in range(20):
        folder = tmp_path / str(turn)
        barrier = threading.Barrier(4)

        def first(number: int, folder: Path = folder, barrier: threading.Barrier = barrier) -> None:
            spool = Spool(folder)
            barrier.wait(timeout=30)
            spool.append([entry(number)])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(first, range(4)))
        assert Spool(folder).count() == 4
