"""What a user sees when disk, database, key, model or clock are not as they should be.

The tests run as root too, for whom no file is read-only: folders below a regular file and limits of
the system on file sizes stand in for what must not be written.
"""

from __future__ import annotations

import contextlib
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.retrieval.encoder
import bot.service
from bot.retrieval.encoder import MODEL_FOLDER, OnnxEncoder

from .conftest import Run
from .running import Place

COST = "who is going to pay for that bridge"
BIRDS = "what about the birds"
ANSWER = "A county grant covers most of it."
SPOOLED = "waits in the spool"
KEY = "pseudonym.key"


@contextlib.contextmanager
def held(database: Path) -> Iterator[None]:
    """Lock a database as another program would, while the command has little patience."""
    other = sqlite3.connect(database, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REJOINDER_LOG_TIME_LIMIT", "0.3")
            yield
        other.execute("ROLLBACK")
    finally:
        other.close()


def spoil(database: Path, *, start: int = 0) -> None:
    """Overwrite a database from some byte on, as a failing disk would."""
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    with database.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * (database.stat().st_size - start))


def test_a_data_directory_is_made_where_it_is_missing(run: Run, place: Place) -> None:
    deep = Place(place.topic, place.data / "not" / "yet" / "there")
    assert ANSWER in run("ask", COST, on=deep).calm().out
    assert deep.rows() == [COST]
    assert deep.data.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("below", ["", "/data"])
@pytest.mark.parametrize("command", ["ask x", "chat", "log", "log stats", "log export", "health"])
def test_a_data_directory_that_cannot_be_made_is_said_at_once(
    run: Run, place: Place, tmp_path: Path, below: str, command: str
) -> None:
    (tmp_path / "file").write_text("a file, no directory")
    result = run(*command.split(), on=Place(place.topic, Path(f"{tmp_path}/file{below}"))).calm(1)
    assert "data directory" in result.out + result.err
    assert (tmp_path / "file").read_text() == "a file, no directory"


@pytest.mark.parametrize("command", ["list", "show new-bridge", "map new-bridge", "check"])
def test_reading_the_topic_needs_no_data_directory(
    run: Run, place: Place, tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").touch()
    run(*command.split(), on=Place(place.topic, tmp_path / "file" / "data")).calm()


def test_a_full_disk_from_the_start_answers_nothing_that_it_cannot_keep(
    run: Run, place: Place
) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    result = place.start("ask", "--json", preexec=full).finish(f"{COST}\n".encode()).calm(1)
    assert not result.out
    assert "cannot be opened" in result.err
    # With room again it works.
    assert ANSWER in run("ask", COST).calm().out


def test_a_disk_that_fills_up_keeps_every_answer_that_was_shown(run: Run, place: Place) -> None:
    run("ask", BIRDS).calm()

    def nearly_full() -> None:
        # As much as the database's write-ahead log and the spool may each still grow.
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))

    questions = f"{COST}\n" * 200
    result = place.start("ask", "--json", preexec=nearly_full).finish(questions.encode())
    assert "Traceback" not in result.err
    shown = [found["question"] for found in result.objects]
    assert 0 < len(shown) < 200
    assert result.status == 1
    assert "neither to its database nor to its spool" in result.err.replace("\n", " ")
    # Once there is room, what was spooled comes into the database, once.
    run("ask", "and the birds?").calm()
    rows = place.rows()
    assert rows.count(COST) in {len(shown), len(shown) + 1}
    assert rows.count(BIRDS) == 1
    with contextlib.closing(sqlite3.connect(place.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_locked_database_lets_people_be_answered(run: Run, place: Place) -> None:
    run("ask", BIRDS).calm()
    with held(place.database):
        result = run("ask", COST).calm()
        assert ANSWER in result.out
        assert SPOOLED in result.err
        result = run("chat", stdin=f"{COST}\n/wrong outdated\n").calm()
        assert ANSWER in result.out
        assert "Noted." in result.out
        assert BIRDS in run("log").calm().out
        result = run("health").calm(1)
        assert "locked" in result.out
        assert "spool" in result.out
    run("ask", "what is a mill race").calm()
    assert sorted(place.rows()) == sorted([BIRDS, COST, COST, "what is a mill race"])
    assert "The query log works." in run("health").calm().out


def test_a_corrupted_database_lets_people_be_answered(run: Run, place: Place) -> None:
    run("ask", BIRDS).calm()
    good = place.database.read_bytes()
    spoil(place.database)
    result = run("ask", COST).calm()
    assert ANSWER in result.out
    assert SPOOLED in result.err
    for command in ("log", "log stats", "log export", "log forget --yes", "log retain"):
        result = run(*command.split()).calm(1)
        assert "Error: The query log's database" in result.err
        assert not result.out
    result = run("health").calm(1)
    assert "not a database" in result.out
    # After the backup is back, nothing of either is missing.
    place.database.write_bytes(good)
    run("health").calm()
    run("ask", "what is a mill race").calm()
    assert sorted(place.rows()) == sorted([BIRDS, COST, "what is a mill race"])


def test_damage_inside_the_database_is_said(run: Run, place: Place) -> None:
    run("ask", "--json", stdin=f"{BIRDS}\n" * 30).calm()
    spoil(place.database, start=4096)
    for command in (["ask", COST], ["log"], ["health"]):
        result = run(*command)
        assert result.status in {0, 1}
        assert "Traceback" not in result.err
        assert "Something went wrong" not in result.err
        assert result.out or result.err


def test_a_corrupted_database_without_its_key_answers_nothing(run: Run, place: Place) -> None:
    run("ask", BIRDS).calm()
    spoil(place.database)
    (place.data / KEY).unlink()
    result = run("ask", COST).calm(1)
    assert not result.out
    assert "no pseudonym key" in result.err


@pytest.mark.parametrize("command", ["ask x", "chat", "log", "log stats", "log export"])
def test_a_lost_key_stops_the_start_and_is_not_replaced(
    run: Run, place: Place, command: str
) -> None:
    run("ask", BIRDS).calm()
    key = (place.data / KEY).read_bytes()
    (place.data / KEY).unlink()
    result = run(*command.split()).calm(1)
    assert not result.out
    assert f"{KEY} is missing" in result.err
    assert "backup" in result.err
    assert not (place.data / KEY).exists()
    health = run("health").calm(1)
    assert f"{KEY} is missing" in health.out
    (place.data / KEY).write_bytes(key)
    run("ask", COST).calm()
    assert place.rows() == [BIRDS, COST]


@pytest.mark.parametrize(
    ("key", "said"), [(b"", "is damaged"), (b"x" * 31, "is damaged"), (b"x" * 32, "is not the key")]
)
def test_a_damaged_or_foreign_key_stops_the_start(
    run: Run, place: Place, key: bytes, said: str
) -> None:
    run("ask", BIRDS).calm()
    (place.data / KEY).write_bytes(key)
    result = run("ask", COST).calm(1)
    assert not result.out
    assert f"{KEY} {said}" in result.err
    assert (place.data / KEY).read_bytes() == key
    assert place.rows() == [BIRDS]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "changed", "folder"])
def test_a_model_that_is_not_whole_never_answers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, damage: str
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in MODEL_FOLDER.iterdir():
        if file.is_file():
            (folder / file.name).symlink_to(file)
    broken = folder / name
    broken.unlink()
    if damage == "folder":
        broken.mkdir()
    elif damage != "missing":
        whole = (MODEL_FOLDER / name).read_bytes()
        changed = whole[:-1] + bytes([whole[-1] ^ 1])
        broken.write_bytes({"empty": b"", "cut": whole[:1000], "changed": changed}[damage])
    monkeypatch.setattr(bot.retrieval.encoder, "OnnxEncoder", lambda *_, **__: OnnxEncoder(folder))
    result = run("ask", COST).calm(1)
    assert not result.out
    assert f"The model file {broken}" in result.err
    assert "Reinstall the package" in result.err
    assert f"The model file {broken}" in run("health").calm(1).out
    # What needs no model still works.
    run("list").calm()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x93NUMPY\x01\x00"])
def test_a_damaged_cache_costs_time_only(run: Run, place: Place, content: bytes) -> None:
    caches = [file for file in (place.data / "cache").rglob("*") if file.is_file()]
    assert caches
    for file in caches:
        file.write_bytes(content)
    assert ANSWER in run("ask", COST).calm().out
    assert all(file.stat().st_size > len(content) for file in caches)


def test_a_cache_that_cannot_be_written_costs_time_only(run: Run, place: Place) -> None:
    shutil.rmtree(place.data / "cache")
    (place.data / "cache").write_text("no folder")
    assert ANSWER in run("ask", COST).calm().out


def test_two_processes_share_a_data_directory(place: Place) -> None:
    # A fresh one: both try to make key and tables at the same moment.
    questions = [f"{COST} {number}" for number in range(40)]
    halves = ["\n".join(questions[:20]).encode(), "\n".join(questions[20:]).encode()]
    running = [place.start("ask", "--json") for _ in halves]
    for process, half in zip(running, halves, strict=True):
        process.write(half)
    for process, half in zip(running, halves, strict=True):
        result = process.finish(b"").calm()
        assert [found["question"] for found in result.objects] == half.decode().split("\n")
        assert {found["logged"] for found in result.objects} == {"logged"}
    assert sorted(place.rows()) == sorted(questions)
    assert len(set(place.rows("pseudonym"))) == 1


def test_a_clock_that_jumps_back_loses_nothing(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    jumps = iter([now, now - timedelta(days=3), now + timedelta(days=2), now - timedelta(days=900)])

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return next(jumps, now).astimezone(tz)

    monkeypatch.setattr(bot.service, "datetime", Jumping)
    asked = [COST, BIRDS, "what is a mill race", COST]
    result = run("ask", "--json", stdin="\n".join(asked)).calm()
    assert all(found["latency_ms"] >= 0 for found in result.objects)
    # The order is that of asking, whatever the clock said.
    assert place.rows() == asked
    assert None not in place.rows("delivered_at")
    assert [row["text"] for row in run("log", "--json").calm().objects] == asked
    run("log", "stats").calm()
    run("log", "retain", "--days", "365").calm()


def test_a_spool_file_that_is_torn_gives_what_is_whole(run: Run, place: Place) -> None:
    run("ask", BIRDS).calm()
    with held(place.database):
        run("ask", COST).calm()
    [spooled] = (place.data / "spool").glob("*.jsonl")
    with spooled.open("ab") as file:
        file.write(b'deadbeef {"kind": "query", "torn')
    assert "Traceback" not in run("ask", "what is a mill race").calm().err
    assert sorted(place.rows()) == sorted([BIRDS, COST, "what is a mill race"])
