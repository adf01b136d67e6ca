"""Log lines of `serve`: one JSON object each, and nothing in them that is nobody's business."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.log_lines import json_lines

BOT = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.hunter2hunter2hunter2hunter2hunter2"
OF_INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OmFiY2RlZmdoaWprbG1ub3A"
ADDRESS = "postgresql://me:hunter2@localhost/db"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _set_up() -> Iterator[None]:
    """Set the lines up, and give the standard library's logging back as it was."""
    root = logging.getLogger()
    named = ("discord", "asyncio", "aiohttp", "aiosqlite", "alembic", "sqlalchemy", "uvicorn",
             "watchfiles")  # fmt: skip
    before = root.handlers[:], root.level, {n: logging.getLogger(n).level for n in named}
    json_lines("info", [BOT, ADDRESS])
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], level, levels = before
    root.setLevel(level)
    for name, number in levels.items():
        logging.getLogger(name).setLevel(number)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return a function that reads what was written since, each line as JSON."""

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    return read


def stumble(secret: str) -> None:
    question = f"my question {secret}"
    raise ValueError(len(question))


def test_lines_of_the_program_and_of_libraries_are_alike(lines: Lines) -> None:
    structlog.get_logger("bot.x").info("swapped", topic="bridge", count=2)
    logging.getLogger("discord.client").warning("shard %s is %s", 1, "gone")
    ours, theirs = lines()
    assert (ours["event"], ours["topic"], ours["count"]) == ("swapped", "bridge", 2)
    assert (ours["level"], ours["logger"]) == ("info", "bot.x")
    assert (theirs["event"], theirs["level"]) == ("shard 1 is gone", "warning")
    assert theirs["logger"] == "discord.client"
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("log", [structlog.get_logger("bot.x"), logging.getLogger("discord.x")])
def test_a_traceback_shows_where_and_no_variable(lines: Lines, log: Any) -> None:
    try:
        stumble("nobody's business")
    except ValueError:
        log.exception("failed")
    [line] = lines()
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert line["exception"][0]["frames"][-1]["name"] == "stumble"
    assert "business" not in json.dumps(line["exception"][0]["frames"][-1])
    assert "locals" not in json.dumps(line)


def test_tokens_are_hidden_wherever_they_stand(lines: Lines) -> None:
    log = structlog.get_logger("bot.x")
    log.info(BOT, key=[BOT], url=ADDRESS)
    # Of another bot, which nobody told us of.
    log.info("token", value=BOT.replace("hunter2", "HuNtEr3"))
    url = f"https://discord.com/api/v10/webhooks/123456789012345678/{OF_INTERACTION}"
    logging.getLogger("discord.http").warning("We are limited. %s", f"{url}/messages/@original")
    logging.getLogger("discord.http").warning(
        "%s", {"url": f"/interactions/5/{OF_INTERACTION}/callback"}
    )
    error = RuntimeError(f"cannot post to {url}?wait=true with {BOT}")
    log.error("failed", exc_info=error)
    shown = json.dumps(lines()).lower()
    assert shown.count("[hidden]") == 8
    assert "hunter" not in shown
    assert OF_INTERACTION.lower() not in shown
    assert "/webhooks/123456789012345678/[hidden]/messages/@original" in shown


def test_what_libraries_say_of_messages_stays_off_at_debug(lines: Lines) -> None:
    json_lines("debug")
    for name in ("discord.http", "discord.gateway", "sqlalchemy.engine", "aiosqlite", "asyncio"):
        logging.getLogger(name).debug("For Shard ID 0: received {'content': 'my question'}")
    logging.getLogger("sqlalchemy.engine").info("INSERT")
    structlog.get_logger("bot.x").debug("ours")
    assert [line["event"] for line in lines()] == ["ours"]


def test_the_level_holds_for_all(lines: Lines) -> None:
    json_lines("error")
    structlog.get_logger("bot.x").warning("no")
    logging.getLogger("discord").warning("no")
    structlog.get_logger("bot.x").error("yes")
    logging.getLogger("discord").error("yes")
    assert [line["event"] for line in lines()] == ["yes", "yes"]


def test_what_is_meant_to_be_so_is_not_warned_of(lines: Lines) -> None:
    logging.getLogger("discord.client").warning("PyNaCl is not installed, voice will NOT be …")
    logging.getLogger("discord.client").warning("another")
    assert [line["event"] for line in lines()] == ["another"]


def test_a_line_that_cannot_be_written_says_so_and_shows_nothing(lines: Lines) -> None:
    json_lines("info")  # without pytest's own handler, which would raise
    logging.getLogger("discord.http").warning("%d seconds", BOT)
    [line] = lines()
    assert (line["event"], line["logger"]) == ("unwritable_line", "discord.http")


def test_warnings_are_lines_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    [line] = lines()
    assert "DeprecationWarning: old" in line["event"]


@given(st.text(), st.text() | st.binary() | st.floats() | st.lists(st.text()) | st.none())
def test_whatever_is_logged_is_one_line_of_json(
    capsys: pytest.CaptureFixture[str], event: str, value: Any
) -> None:
    json_lines("info")
    capsys.readouterr()
    structlog.get_logger("bot.x").info(event, value=value)
    [line] = capsys.readouterr().err.splitlines()
    assert "value" in json.loads(line)
