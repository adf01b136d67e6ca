"""`rejoinder ask`: one question, many questions, and what people should not send but do."""

from __future__ import annotations

import io
import json
import sys
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.common import print_json

from .conftest import Run
from .running import Place, until

QUESTION = "who is going to pay for that bridge"
KEYS = {
    "question", "outcome", "entry", "kind", "facet", "confidence", "candidates", "text", "sources",
    "release", "language", "latency_ms",
}  # fmt: skip


def test_a_question_goes_in_an_answer_comes_out_a_row_stands_in_the_log(place: Place) -> None:
    result = place.run("ask", QUESTION).calm()
    assert "The money is needed for the school roof. — Bo Miller [1]" in result.out
    assert "↳ A county grant covers most of it." in result.out
    assert "https://example.org/bridge" in result.out
    assert "\x1b" not in result.out + result.err
    # Nothing is offered that needs a conversation.
    assert "who said that?" not in result.out
    [(text, outcome, entry, channel, at, delivered)] = place.rows(
        "text, outcome, entry, channel, at, delivered_at"
    )
    assert (text, outcome, entry, channel) == (QUESTION, "answered", "new-bridge.cost", "terminal")
    assert delivered is not None
    assert delivered >= at
    assert place.database.stat().st_mode & 0o077 == 0


def test_the_shipped_topic_answers_in_a_fresh_process(shipped_place: Place) -> None:
    result = shipped_place.run("ask", "--json", "--why", "why should anyone pay deserters").calm()
    [found] = result.objects
    assert found["outcome"] == "answered"
    assert found["entry"] == "cash-desertion"
    assert len(found["candidates"]) >= 5
    assert any("Release" in line for line in found["why"])


def test_json_has_every_documented_key(run: Run) -> None:
    [found] = run("ask", "--json", QUESTION).calm().objects
    assert found.keys() >= KEYS
    assert found["question"] == QUESTION
    assert (found["outcome"], found["entry"], found["kind"]) == (
        "answered", "new-bridge.cost", "objection",
    )  # fmt: skip
    assert found["facet"]
    assert 0 <= found["confidence"] <= 1
    scores = [candidate["score"] for candidate in found["candidates"]]
    assert len(scores) >= 5
    assert found["candidates"][0].keys() == {"id", "kind", "score"}
    assert found["candidates"][0]["id"] == found["entry"]
    assert scores == sorted(scores, reverse=True)
    assert found["sources"][0]["url"] == "https://example.org/bridge"
    assert found["language"] == "en"
    assert found["latency_ms"] > 0
    assert found["logged"] == "logged"


def test_json_keeps_its_keys_without_an_answer(run: Run) -> None:
    [found] = run("ask", "--json", "what is the best recipe for borscht").calm().objects
    assert found.keys() >= KEYS
    if found["outcome"] in {"gap", "out_of_scope", "clarify"}:
        assert found["entry"] is None
        assert found["kind"] is None
    assert len(found["candidates"]) >= 5


def test_a_batch_keeps_its_order_and_is_one_object_a_line(run: Run, place: Place) -> None:
    questions = [QUESTION, "what about the birds", "what is a mill race", "что это за мост"] * 3
    text = "\r\n\n   \n".join(questions) + "\n\n"
    result = run("ask", "--json", stdin=text).calm()
    assert [found["question"] for found in result.objects] == questions
    assert place.rows() == questions
    assert None not in place.rows("delivered_at")


def test_a_batch_in_words_says_which_question_each_answer_is_for(run: Run) -> None:
    result = run("ask", stdin=f"{QUESTION}\nwhat about the birds \x1b[2J").calm()
    first, second = result.out.split("\n\n› ")
    assert first.startswith(f"› {QUESTION}\n")
    assert "county grant" in first
    assert second.startswith("what about the birds")
    assert "Herons nest" in second
    assert "\x1b" not in result.out


@pytest.mark.parametrize("arguments", [("ask", ""), ("ask", "  \t ")])
def test_an_empty_question_is_refused_in_a_sentence(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments).calm(2)
    assert "The question is empty." in result.err
    assert not result.out


@pytest.mark.parametrize("stdin", [b"", b"\n \n\t\r\n"])
def test_empty_input_says_so(run: Run, place: Place, stdin: bytes) -> None:
    result = run("ask", "--json", stdin=stdin).calm()
    assert not result.out
    assert "no questions" in result.err
    assert place.rows() == []


HOSTILE = {
    "emoji": "😀🎉😀",
    "emoji joined": "👩‍👩‍👧‍👦 🏳️‍🌈",
    "control": "\x1b[31mred\x07 bridge\x00 \x08\x7f plan",
    "overrides": "\u202eegdirb eht si tahw\u2066\u2069",
    "zero width": "\u200b\u200b\ufeff",
    "zero width inside": "what\u200b about the bi\u200brds",
    "zalgo": "w" + "\u0300\u0301\u0302" * 40 + "hat about the b" + "\u0489" * 60 + "irds",
    "sql": "'; DROP TABLE queries; --",
    "markdown": "**bold** [red]bridge[/red] [x](javascript:alert(1)) `code` | table |",
    "format": "%s %n {0} {entry} ${HOME} $(id)",
    "separators": "bridge\x0bvertical\x85next\u2028line\u2029paragraph",
    "no characters": "\U0010ffff\ufffe\U000e0001",
    "digits": "9" * 5000,
    "marks": "?!?!?!",
}


def test_hostile_text_gets_answers_and_loses_nothing(place: Place) -> None:
    lines = [text.encode() for text in HOSTILE.values()]
    lines += [b"\xff\xfe\xc3( bridge", b"bridge " * 1_500_000, QUESTION.encode()]
    result = place.run("ask", "--json", stdin=b"\n".join(lines)).calm()
    found = result.objects
    assert len(found) == len(lines)
    assert [item["question"] for item in found[: len(HOSTILE)]] == list(HOSTILE.values())
    by_name = dict(zip(HOSTILE, found, strict=False))
    for name in ("emoji", "emoji joined", "zero width", "marks"):
        assert by_name[name]["outcome"] == "out_of_scope", name
        assert "words" in by_name[name]["text"]
    for name in ("zero width inside", "zalgo"):
        assert by_name[name]["candidates"][0]["id"] == "new-bridge.herons", name
    huge = found[-2]
    assert huge["outcome"] == "out_of_scope"
    assert "10,500,000 characters" in huge["text"]
    assert found[-3]["question"].endswith("( bridge")
    assert found[-1]["entry"] == "new-bridge.cost"
    rows = place.rows()
    assert len(rows) == len(lines)
    # A question too long to be read is kept shortened.
    assert max(map(len, filter(None, rows))) <= 10_000
    assert place.run("log", "-n", "100").calm().out.count("\x1b") == 0


def test_an_argument_that_is_not_utf8_is_answered_and_logged(run: Run, place: Place) -> None:
    # This is how Python hands over the bytes FF FE.
    [found] = run("ask", "--json", "\udcff\udcfe what about the birds").calm().objects
    assert found["question"] == "\ufffd\ufffd what about the birds"
    assert found["entry"] == "new-bridge.herons"
    assert len(place.rows()) == 1


def test_output_that_is_not_utf8_stays_readable(place: Place) -> None:
    result = place.run("ask", QUESTION, PYTHONIOENCODING="ascii").calm()
    assert "? A county grant covers most of it." in result.out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251", "utf-8", "UTF8", "utf-16"])
def test_json_is_whole_in_every_encoding(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding))
    value = {"question": "кто заплатит за мост 😀 é", "at": datetime(2026, 3, 1)}  # noqa: DTZ001
    print_json(value)
    written = raw.getvalue().decode(encoding)
    assert json.loads(written) == value | {"at": "2026-03-01 00:00:00"}
    assert ("😀" in written) == (encoding.lower().startswith("utf") and "16" not in encoding)


def test_a_reader_that_goes_away_ends_it_quietly(place: Place) -> None:
    running = place.start("ask", "--json")
    running.write(f"{QUESTION}\n".encode())
    assert json.loads(running.line())["entry"] == "new-bridge.cost"
    assert running.process.stdout is not None
    running.process.stdout.close()
    running.write(f"{QUESTION}\n".encode() * 3)
    assert running.process.stdin is not None
    assert running.process.stderr is not None
    errors = running.process.stderr.read().decode()
    running.process.stdin.close()
    running.process.stderr.close()
    running.process.wait(30)
    assert "Traceback" not in errors
    assert "Exception ignored" not in errors
    # The question whose answer could not be shown is in the log, without a mark of delivery.
    delivered = place.rows("delivered_at")
    assert len(delivered) >= 2
    assert delivered[0] is not None


def test_delivery_is_marked_while_the_next_question_is_awaited(place: Place) -> None:
    running = place.start("ask", "--json")
    running.write(f"{QUESTION}\n".encode())
    running.line()
    until(lambda: place.rows("delivered_at") != [None])
    running.finish(b"").calm()


def test_time_of_the_log_is_utc(run: Run, place: Place) -> None:
    run("ask", QUESTION).calm()
    found = json.loads(run("log", "--json").calm().out)
    assert datetime.fromisoformat(found["at"]).utcoffset() is not None


@settings(max_examples=40)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_text_comes_back_in_one_line(run: Run, text: str) -> None:
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    result = run("ask", "--json", stdin=text.replace("\r", "")).calm()
    assert [found["question"] for found in result.objects] == lines
