"""What all commands share: errors as sentences, statuses, settings, help, completion."""

from __future__ import annotations

import subprocess
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import bot.cli.app
from bot.cli.common import did_you_mean
from bot.errors import RejoinderError, UsageError

from .conftest import Run
from .running import COMMAND, Place, environment

COST = "who is going to pay for that bridge"


def commands() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, groups included."""
    root = typer.main.get_command(bot.cli.app.app)
    waiting: list[tuple[tuple[str, ...], object]] = [((), root)]
    while waiting:
        words, command = waiting.pop()
        yield words
        below = getattr(command, "commands", {})
        waiting += [((*words, name), each) for name, each in below.items()]


ALL = sorted(commands())


def test_there_are_the_documented_commands() -> None:
    names = {words[0] for words in ALL if words}
    assert names >= {"chat", "ask", "check", "show", "list", "map", "fmt", "schema", "eval", "log",
                     "health"}  # fmt: skip


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help", on=None).calm()
    plain = " ".join(result.out.split())
    assert "Example" in plain
    assert f"rejoinder {' '.join(words)}".strip() in plain.split("Example", 1)[1]
    assert run(*words, "-h", on=None).calm().out == result.out


@pytest.mark.parametrize("words", [words for words in ALL if words], ids=" ".join)
def test_every_command_takes_the_common_options(run: Run, words: tuple[str, ...]) -> None:
    out = run(*words, "--help", on=None).calm().out
    for option in ("--knowledge", "--data", "--config"):
        assert option in out


@pytest.mark.parametrize(
    "arguments",
    [["aks"], ["ask", "--jsno", "x"], ["show"], ["map", "x", "--format", "pdf"], ["log", "stat"]],
)
def test_a_slip_on_the_command_line_is_a_sentence(run: Run, arguments: list[str]) -> None:
    result = run(*arguments, on=None).calm(2)
    assert "Usage: rejoinder" in result.err
    assert not result.out


def test_without_a_command_it_says_what_there_is(run: Run) -> None:
    result = run(on=None)
    assert "Commands" in result.out + result.err
    assert "chat" in result.out + result.err


def test_the_version(run: Run) -> None:
    assert run("--version", on=None).calm().out.startswith("rejoinder ")


def test_debug_gives_the_traceback_and_nothing_else_does(
    place: Place, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Place(tmp_path / "nowhere", place.data)
    result = run("list", on=nowhere).calm(2)
    assert result.err.startswith("Error: ")
    assert not result.out
    debugged = nowhere.run("list", "--debug")
    assert debugged.status == 1
    assert "Traceback (most recent call last)" in debugged.err
    assert "UsageError" in debugged.err
    with pytest.raises(UsageError):
        run("--debug", "list", on=nowhere)
    monkeypatch.setenv("REJOINDER_DEBUG", "1")
    with pytest.raises(UsageError):
        run("list", on=nowhere)


def test_after_two_dashes_debug_is_a_question(run: Run, place: Place) -> None:
    result = run("ask", *place.options, "--", "--debug", on=None)
    assert result.status == 0
    assert place.rows() == ["--debug"]


def test_a_fault_of_ours_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("bot.knowledge.load.load", stumble)
    result = run("list")
    assert result.status == 70
    assert "Something went wrong inside Rejoinder (ZeroDivisionError" in result.err
    assert "--debug" in result.err
    assert "secret detail" not in result.err
    assert "Traceback" not in result.err
    monkeypatch.setenv("REJOINDER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("list")


def test_a_reader_that_leaves_early_is_no_error(place: Place) -> None:
    running = place.start("list", "--json")
    assert running.process.stdout is not None
    assert running.process.stderr is not None
    running.process.stdout.close()
    error = running.process.stderr.read().decode()
    running.process.wait(30)
    assert error == ""


def test_settings_come_from_command_line_environment_file_in_this_order(
    run: Run, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made() -> set[str]:
        return {path.parent.name for path in tmp_path.glob("from-*/querylog.sqlite3")}

    config = tmp_path / "config.yaml"
    config.write_text(f"knowledge: {place.topic.name}\ndata: from-file\n")
    # A path in the file counts from the file, not from where the command runs.
    run("log", "--config", str(config), on=None).calm()
    assert made() == {"from-file"}
    monkeypatch.setenv("REJOINDER_CONFIG", str(config))
    monkeypatch.setenv("REJOINDER_DATA", str(tmp_path / "from-environment"))
    run("log", on=None).calm()
    assert made() == {"from-file", "from-environment"}
    run("log", "--data", str(tmp_path / "from-option"), on=None).calm()
    assert made() == {"from-file", "from-environment", "from-option"}
    assert "10 entries" in run("health", on=None).calm().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("threads: many", ":1:1: threads: write a whole number."),
        ("# a comment\n\nthreds: 2", ":3:1: threds: unknown key 'threds'; did you mean 'threads'?"),
        ("log_level: verbose", ":1:1: log_level: 'verbose' is not allowed; write one of 'debug'"),
        ("threads: 0", ":1:1: threads: "),
        ("data: [a, b]", ":1:1: data: write one path."),
        ("retention_days: [1]", ":1:1: retention_days: write a whole number."),
        ("a: 1\na: 2", ":2:1: the key 'a' stands here twice"),
        ("- a\n- b", ":1:1: write settings as lines of `name: value`"),
        ("data: &x here", ":1:7: the anchor &x is not allowed"),
        ("data: 'open", ":1:7: this is not valid YAML"),
        ("data: \x07", ":1:7: the control or invisible character U+0007"),
    ],
)
def test_a_settings_file_is_faulted_by_line_and_column(
    run: Run, tmp_path: Path, content: str, said: str
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(content)
    result = run("list", "--config", str(config), on=None).calm(2)
    assert f"Error: {config}{said}" in result.err
    assert not result.out


def test_a_settings_file_that_cannot_be_read_is_said(run: Run, tmp_path: Path) -> None:
    for name, said in (("nowhere.yaml", "No such file or directory"), ("", "Is a directory")):
        result = run("list", "--config", str(tmp_path / name), on=None).calm(2)
        assert "cannot be read: " + said in result.err.replace("\n", " ")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"data: \xff\xfe")
    assert "not UTF-8" in run("list", "--config", str(binary), on=None).calm(2).err


@pytest.mark.parametrize(
    ("name", "value"),
    [("THREADS", "0"), ("LOG_LEVEL", "loud"), ("RETENTION_DAYS", "-1"), ("LOG_TIME_LIMIT", "x")],
)
def test_a_bad_variable_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"REJOINDER_{name}", value)
    assert f"Error: REJOINDER_{name} in the environment: " in run("list").calm(2).err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@127.0.0.1:1/nothing", "mysql://me:hunter2@localhost/x",
        "postgresql://me:hunter2@[broken/x", "hunter2", "postgresql://me:hunter2@127.0.0.1:x/y",
        "sqlite://:memory:hunter2",
    ],
)  # fmt: skip
def test_a_password_is_never_printed(
    place: Place, run: Run, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    config = place.data.parent / "secret.yaml"
    config.write_text(f"database_url: '{url}'\nlog_level: debug\nlog_time_limit: 1\n")
    for command in ("health", "ask", "log"):
        words = [command, "what about the birds"] if command == "ask" else [command]
        result = run(*words, "--config", str(config)).calm(1)
        assert "hunter2" not in result.out + result.err + caplog.text
    # Nor by the traceback that somebody pastes into a report.
    with pytest.raises(RejoinderError) as raised:
        run("--debug", "log", "--config", str(config))
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


def test_a_misspelt_secret_is_not_quoted(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "secret.yaml"
    for content in ("database_url: [hunter2]", "databse_url: postgresql://me:hunter2@h/x"):
        config.write_text(content)
        result = run("list", "--config", str(config), on=None).calm(2)
        assert "hunter2" not in result.err
        assert "database_url" in result.err


def test_completion_is_offered(tmp_path: Path) -> None:
    words = {"COMP_WORDS": "rejoinder he", "COMP_CWORD": "1"}
    env = environment(tmp_path, _REJOINDER_COMPLETE="complete_bash", **words)
    found = subprocess.run(COMMAND, env=env, capture_output=True, check=True, text=True)
    assert found.stdout.split() == ["health"]
    assert not found.stderr


def test_completion_can_be_shown_for_a_shell(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Which shell it is cannot be told inside a test; typer then takes the name that is given.
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    assert "complete -o default -F" in run("--show-completion", "bash", on=None).calm().out


@pytest.mark.parametrize(
    ("given", "hint"),
    [("cats", "Did you mean cat, cart?"), ("zebra", "none"), ("", "none"), ("\x00" * 50, "none")],
)
def test_did_you_mean(given: str, hint: str) -> None:
    assert did_you_mean(given, ["cart", "cat", "horse"], "none") == hint
