"""`rejoinder log` and its sub-commands: what moderators and operators read."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.log import parse_moment
from bot.cli.log_stats import sparkline
from bot.errors import UsageError
from bot.querylog import open_log

from .conftest import Run
from .running import Place, until

COST = "who is going to pay for that bridge"
BIRDS = "what about the birds"
FORMULAS = ["=1+1 bridge", "+1 bridge", "-1 bridge", "@ bridge", "\tbridge plan"]


@pytest.fixture
def asked(run: Run, place: Place) -> Iterator[Place]:
    """Return a place where five questions were asked, one without words."""
    questions = [COST, BIRDS, "!?", "what is a mill race", COST]
    run("ask", "--json", stdin="\n".join(questions)).calm()
    return place  # type: ignore[return-value]


def age(place: Place, row: int, days: float) -> None:
    """Make a row older, as time would."""
    with contextlib.closing(sqlite3.connect(place.database)) as connection, connection:
        (at,) = connection.execute("SELECT at FROM queries WHERE id = ?", (row,)).fetchone()
        moved = datetime.fromisoformat(at) - timedelta(days=days)
        connection.execute(
            "UPDATE queries SET at = ? WHERE id = ?",
            (moved.strftime("%Y-%m-%d %H:%M:%S.%f"), row),
        )
        connection.execute("DELETE FROM daily")
        connection.execute(
            "INSERT INTO daily SELECT date(at), topic, language, outcome, coalesce(entry, ''),"
            " count(*), sum(confidence), sum(latency_ms) FROM queries GROUP BY 1, 2, 3, 4, 5"
        )


def texts(run: Run, *options: str) -> list[str]:
    return [row["text"] for row in run("log", "--json", *options).calm().objects]


@pytest.mark.usefixtures("asked")
def test_the_tail_is_oldest_first(run: Run) -> None:
    lines = run("log").calm().out.splitlines()
    assert len(lines) == 5
    assert lines[0].endswith(f"  {COST}")
    assert "new-bridge.cost" in lines[0]
    assert "out_of_scope" in lines[2]
    assert texts(run, "-n", "2") == ["what is a mill race", COST]


@pytest.mark.usefixtures("asked")
def test_filters_narrow_and_combine(run: Run) -> None:
    assert texts(run, "--outcome", "out_of_scope") == ["!?"]
    assert texts(run, "--entry", "new-bridge.herons") == [BIRDS]
    assert texts(run, "--text", "BIRD") == [BIRDS]
    assert texts(run, "--text", "%") == []
    assert texts(run, "--entry", "new-bridge.cost", "--text", "birds") == []
    assert texts(run, "--entry", "new-bridge.cost", "-n", "1") == [COST]
    assert "No queries are logged that fit." in run("log", "--text", "nothing").calm().out


def test_since_and_until(run: Run, asked: Place) -> None:
    age(asked, 1, days=10)
    age(asked, 2, days=3)
    assert len(texts(run, "--since", "7d")) == 4
    assert len(texts(run, "--since", "24h")) == 3
    assert texts(run, "--until", "90m") == [COST, BIRDS]
    assert texts(run, "--since", "5d", "--until", "1d") == [BIRDS]
    tomorrow = (datetime.now() + timedelta(days=1)).date().isoformat()  # noqa: DTZ005 - local days
    assert texts(run, "--since", tomorrow) == []
    assert len(texts(run, "--since", "2020-01-01", "--until", tomorrow)) == 5
    assert len(texts(run, "--since", "2020-01-01T12:00:00+03:00")) == 5


@pytest.mark.parametrize(
    "moment",
    ["yesterday", "7", "d", "7w", "-7d", "2026-13-01", "2026-02-30", "", "7 d"],
)
def test_a_moment_that_is_none_is_said(run: Run, moment: str) -> None:
    result = run("log", f"--since={moment}").calm(2)
    assert f"--since: {moment!r} is no date. Write 2026-11-01, or a span" in (
        result.err.replace("\n", " ")
    )


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=30))])))
def test_any_moment_that_is_written_is_read(moment: datetime) -> None:
    assert parse_moment(moment.isoformat(), "--since") == moment


@given(st.text("0123456789-:TZ+.mhd٣ ", max_size=12) | st.text(max_size=12))
def test_any_text_is_a_moment_or_a_sentence(text: str) -> None:
    with contextlib.suppress(UsageError):
        read = parse_moment(text, "--since")
        assert read is not None
        assert read.tzinfo is not None


@pytest.mark.parametrize("options", [("--outcome", "good"), ("-n", "0"), ("-n", "x")])
def test_a_filter_that_makes_no_sense_is_refused(run: Run, options: tuple[str, ...]) -> None:
    run("log", *options).calm(2)


def test_csv_cannot_run_formulas(run: Run) -> None:
    run("ask", "--json", stdin="\n".join([*FORMULAS, 'a "quoted", text'])).calm()
    result = run("log", "--csv").calm()
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert len(rows) == len(FORMULAS) + 1
    for row in rows:
        for value in row.values():
            assert not str(value).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert [row["text"].lstrip("'") for row in rows[:4]] == FORMULAS[:4]
    assert rows[-1]["text"] == 'a "quoted", text'


@pytest.mark.usefixtures("asked")
def test_json_rows_have_all_that_is_stored(run: Run) -> None:
    row = run("log", "--json").calm().objects[0]
    assert row["entry"] == "new-bridge.cost"
    assert row["candidates"][0]["id"] == "new-bridge.cost"
    assert row["delivered_at"]
    # No name of anybody's.
    assert "terminal:" not in json.dumps(row)


def test_follow_shows_what_is_asked_meanwhile(run: Run, place: Place) -> None:
    run("ask", BIRDS).calm()
    following = place.start("log", "--follow", "--json")
    assert json.loads(following.line())["text"] == BIRDS
    run("ask", COST).calm()
    assert json.loads(following.line())["text"] == COST
    following.process.terminate()
    assert following.finish().status == 143


def test_stats(run: Run, asked: Place) -> None:
    result = run("log", "stats").calm()
    assert "5 queries, answer rate" in result.out
    assert "new-bridge.cost" in result.out
    assert datetime.now(UTC).date().isoformat() in result.out
    found = json.loads(run("log", "stats", "--json").calm().out)
    assert found["total"] == 5
    assert found["outcomes"]["answered"] == 4
    age(asked, 1, days=10)
    assert json.loads(run("log", "stats", "--json", "--since", "7d").calm().out)["total"] == 4


def test_stats_tell_precision_and_gaps(run: Run, asked: Place) -> None:
    plain = run("log", "stats").calm().out
    assert "precision  – (n = 0) of answers drawn at random" in plain
    assert "\x1b" not in plain
    with contextlib.closing(sqlite3.connect(asked.database)) as connection, connection:
        for verdict, count in (("right", 9), ("wrong", 1)):
            connection.execute(
                "INSERT INTO verdict_days SELECT date(at), topic, 'answered', ?, 1, ? FROM queries"
                " WHERE id = 1",
                (verdict, count),
            )
    result = run("log", "stats").calm()
    assert "90% (60% to 98%, n = 10) of answers drawn at random" in result.out
    assert "right 9, wrong 1" in result.out
    found = json.loads(run("log", "stats", "--json").calm().out)
    assert found["precision"]["n"] == 10
    assert found["precision"]["low"] == pytest.approx(0.596, abs=0.001)
    assert found["verdicts"] == {"right": 9, "wrong": 1}


def test_sparkline() -> None:
    assert sparkline([0.0, None, 1.0, 0.5, 1.7]) == "▁ █▅█"


@pytest.mark.usefixtures("asked")
def test_search_looks_up_words(run: Run) -> None:
    assert texts(run, "--search", "PAY bridge") == [COST, COST]
    assert texts(run, "--search", "bird") == [BIRDS]
    assert texts(run, "--search", "ridge") == []
    assert texts(run, "--search", 'what OR "') == []


def test_dictionary_explains_what_is_exported(run: Run, asked: Place) -> None:
    explained = json.loads(run("log", "dictionary", "--json").calm().out)
    names = [each["name"] for each in explained]
    assert list(run("log", "--json").calm().objects[0]) == names
    assert next(csv.reader(io.StringIO(run("log", "--csv").calm().out))) == names
    shown = run("log", "dictionary").calm().out
    assert all(name in shown for name in names)
    assert asked.database.exists()


def test_stats_of_nothing(run: Run) -> None:
    assert "No queries are logged yet." in run("log", "stats").calm().out


@pytest.mark.usefixtures("asked")
def test_a_person_can_have_their_data_and_have_it_deleted(run: Run, place: Place) -> None:
    found = json.loads(run("log", "export").calm().out)
    assert [query["text"] for query in found["queries"]][:2] == [COST, BIRDS]
    stranger: dict[str, Any] = json.loads(run("log", "export", "--user", "discord:1").calm().out)
    assert stranger["queries"] == []
    result = run("log", "forget").calm(2)
    assert "Add --yes." in result.err
    assert len(place.rows()) == 5
    nobody = run("log", "forget", "--user", "discord:1", "-y").calm().out
    assert "Nothing was stored about discord:1." in nobody
    # A number without its platform is nobody's id: "deleted" would be a lie to whoever asked.
    refused = run("log", "forget", "--user", "80351110224678912", "-y").calm(2)
    assert "Write the platform in front" in refused.err
    assert "Deleted 5 queries" in run("log", "forget", "--yes").calm().out
    assert place.rows() == []
    assert json.loads(run("log", "export").calm().out)["queries"] == []


def test_what_somebody_did_as_a_moderator_is_theirs_too(run: Run, place: Place) -> None:
    who = ("--user", "discord:1")

    async def do() -> None:
        async with open_log(place.data, time_limit=30.0) as log:
            await log.audit.record("discord:1", "web", "publish")

    asyncio.run(do())
    shown = run("log", "export", *who).calm()
    assert len(json.loads(shown.out)["audit"]) == 1
    assert "Nothing is stored" not in shown.err
    assert "1 other records" in run("log", "forget", *who, "-y").calm().out
    assert "Nothing is stored" in run("log", "export", *who).calm().err


def test_retain_turns_old_rows_into_counts(run: Run, asked: Place) -> None:
    age(asked, 1, days=100)
    age(asked, 2, days=40)
    assert "0 queries older than 365 days" in run("log", "retain").calm().out
    assert "1 queries older than 90 days" in run("log", "retain", "--days", "90").calm().out
    assert asked.rows()[0] == BIRDS
    assert json.loads(run("log", "stats", "--json").calm().out)["total"] == 5
    run("log", "retain", "--days", "0").calm(2)


def test_retain_respects_that_it_is_switched_off(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REJOINDER_RETENTION_DAYS", "null")
    assert "Retention is switched off" in run("log", "retain").calm(2).err


@pytest.mark.parametrize("command", ["stats", "export", "forget", "retain"])
def test_an_option_before_the_sub_command_is_not_ignored(
    run: Run, place: Place, command: str
) -> None:
    result = run("log", "--data", str(place.data), command, on=None).calm(2)
    assert f"stands before {command}" in result.err
    assert f"rejoinder log {command} --data" in result.err


def test_health(run: Run, place: Place) -> None:
    result = run("health").calm()
    assert "The query log works." in result.out
    found = json.loads(run("health", "--json").calm().out)
    assert found["ok"] is True
    assert found["release"]
    (place.topic / "faq.yaml").write_text("- [\n")
    found = json.loads(run("health", "--json").calm(1).out)
    assert found["ok"] is False
    assert found["database_ok"] is True
    assert "faq.yaml" in found["message"]


def test_the_log_can_be_read_while_somebody_asks(run: Run, place: Place) -> None:
    running = place.start("ask", "--json")
    running.write(f"{COST}\n".encode())
    running.line()
    until(lambda: None not in place.rows("delivered_at"))
    assert COST in run("log").calm().out
    running.finish(f"{BIRDS}\n".encode()).calm()
    assert place.rows() == [COST, BIRDS]
