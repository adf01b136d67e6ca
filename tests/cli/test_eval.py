"""`rejoinder eval` on small files, good and bad."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run
from .running import Place

BIRDS = {"text": "what about the birds", "expect": ["new-bridge.herons"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def write(file: Path, *cases: Any) -> str:
    lines = [case if isinstance(case, str) else json.dumps(case) for case in cases]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def test_metrics_are_counted_by_hand(run: Run, place: Place, file: Path) -> None:
    name = write(
        file,
        BIRDS,
        {"text": "what is a mill race", "expect": ["mill-race", "about-this"]},
        # Wrong on purpose: the bot will answer with the cost.
        {"text": "who is going to pay for that bridge", "expect": ["mill-race"]},
        {"text": "and what do critics say?", "expect": ["new-bridge"], "context": "new-bridge"},
        {"text": "!?", "expect": [], "scope": "far"},
        {"text": "price of the bridge", "expect": [], "scope": "near"},
    )
    found = json.loads(run("eval", name, "--json").calm().out)
    assert (found["cases"], found["in_scope"], found["out_of_scope"]) == (6, 4, 2)
    assert found["top1"] == pytest.approx(3 / 4)
    assert found["precision"] == pytest.approx(3 / 5)
    assert found["coverage"] == 1.0
    assert found["out_of_scope_recall"] == pytest.approx(1 / 2)
    assert (found["near_recall"], found["far_recall"]) == (0.0, 1.0)
    assert found["confusions"] == [
        {"expected": "mill-race", "given": "new-bridge.cost", "count": 1}
    ]
    assert [failure["text"] for failure in found["failures"]] == [
        "who is going to pay for that bridge",
        "price of the bridge",
    ]
    # Nothing of a measurement is logged.
    assert not place.database.exists()


def test_the_table_and_the_failures_for_people(run: Run, file: Path) -> None:
    wrong = {"text": "price of the \u001b[31mbridge", "expect": ["mill-race"]}
    result = run("eval", write(file, BIRDS, wrong), "--failures").calm()
    assert "top-1" in result.out
    assert "0.500" in result.out
    assert "1×  mill-race → " in result.out
    assert "expected mill-race; answered bridge-cost" in result.out
    assert "\x1b" not in result.out
    # Nothing to count is a dash, not a perfect score.
    assert "out of scope, not answered" in result.out
    assert "–" in result.out


@pytest.mark.parametrize(
    "bad",
    [
        "not json", "[]", '"text"', "{}", '{"text": "x"}', '{"text": 5, "expect": []}',
        '{"text": "x", "expect": "id"}', '{"text": "x", "expect": [5]}',
        '{"text": "x", "expect": [], "scope": "neer"}', '{"text": "x", "expect": [], "context": 5}',
        "[" * 100_000, "NaN",
    ],
)  # fmt: skip
def test_a_bad_line_is_named(run: Run, file: Path, bad: str) -> None:
    result = run("eval", write(file, BIRDS, "", bad, BIRDS)).calm(2)
    assert f"{file}:3: write each line as" in result.err


def test_an_unknown_entry_is_named_with_its_line(run: Run, file: Path) -> None:
    unknown = {"text": "x", "expect": ["new-bridge.heron"]}
    result = run("eval", write(file, BIRDS, unknown)).calm(2)
    assert f"{file}:2: there is no entry new-bridge.heron." in result.err
    assert "Did you mean new-bridge.herons" in result.err
    stranger = {"text": "x", "expect": [], "context": "nobody-knows"}
    assert "nobody-knows" in run("eval", write(file, stranger)).calm(2).err


def test_separators_inside_a_text_do_not_end_a_line(run: Run, file: Path) -> None:
    odd = json.dumps({**BIRDS, "text": "what about\u2028the\u0085birds"}, ensure_ascii=False)
    found = json.loads(run("eval", write(file, odd, "\ufeff".strip("\ufeff")), "--json").calm().out)
    assert found["cases"] == 1
    assert found["top1"] == 1.0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "holds no questions"), (b"\n\n", "holds no questions"), (b"\xff\xfe\x00", "not UTF-8")],
)
def test_a_file_that_is_none_is_said(run: Run, file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    assert said in run("eval", str(file)).calm(2).err


def test_a_missing_file_is_said(run: Run, tmp_path: Path) -> None:
    result = run("eval", str(tmp_path / "nowhere.jsonl")).calm(2)
    assert "nowhere.jsonl cannot be read: No such file or directory." in result.err
