"""A place to run commands on, and a way to run them inside the test's own process."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import bot.retrieval.encoder
import bot.service
from bot.cli.app import main
from bot.knowledge.load import load
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import Index, build

from .running import Place, Result, git

Run = Callable[..., Result]


@pytest.fixture
def place(
    small_topic: Path, encoder: OnnxEncoder, shared_cache: Path, tmp_path: Path
) -> Iterator[Place]:
    """Return the small topic and a fresh data directory that has its index in the cache."""
    cache = shared_cache / "small"
    with FileLock(shared_cache / "small.lock"):
        build(load(small_topic), encoder, cache=cache)
        shutil.copytree(cache, tmp_path / "data" / "cache")
    made = Place(small_topic, tmp_path / "data")
    yield made
    made.end()


@pytest.fixture
def shipped_place(data_with_cache: Path, tmp_path: Path) -> Place:
    """Return the shipped topic and a fresh data directory that has its index in the cache."""
    from bot.settings import shipped_knowledge  # noqa: PLC0415

    data = tmp_path / "data"
    data.mkdir()
    (data / "cache").symlink_to(data_with_cache / "cache", target_is_directory=True)
    return Place(shipped_knowledge(), data)


@pytest.fixture
def run(
    place: Place,
    encoder: OnnxEncoder,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Return a function that runs the command in this process, with the model already loaded.

    ``on`` is the place whose options are appended, None for none.
    """

    def loaded(*_: Any, **__: Any) -> OnnxEncoder:
        return encoder

    monkeypatch.setenv("REJOINDER_LOG_TIME_LIMIT", "30")  # see environment()
    monkeypatch.setattr(bot.service, "OnnxEncoder", loaded)
    monkeypatch.setattr(bot.retrieval.encoder, "OnnxEncoder", loaded)

    def command(*arguments: str, stdin: bytes | str = b"", on: Place | None = place) -> Result:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        options = on.options if on is not None else []
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
            patch.setattr(sys, "argv", ["rejoinder", *arguments, *options])
            try:
                main()
                status: Any = 0
            except SystemExit as left:
                status = left.code
        captured = capfd.readouterr()
        return Result(int(status or 0), captured.out, captured.err)

    return command


@pytest.fixture
def kept(run: Run, place: Place) -> Place:
    """Return a place whose topic is a knowledge repository, laid out as `rejoinder fmt` does."""
    run("fmt").calm()
    git(place, "init", "-q", "-b", "main")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "Start")
    return place


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot ask back wherever it would else have answered."""

    def cautious(*arguments: Any, **options: Any) -> Index:
        index = build(*arguments, **options)
        index.confidence = replace(index.confidence, answer=2.0)
        return index

    monkeypatch.setattr(bot.service, "build", cautious)
