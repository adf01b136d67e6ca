"""check, show, list, map, fmt and schema on a topic that is being edited."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run
from .running import Place


def edit(file: Path, change: Callable[[str], str]) -> None:
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, "the edit changes nothing"
    file.write_text(after, encoding="utf-8")


def expect(place: Place, *lines: str) -> None:
    (place.topic / "expectations.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def floors(place: Place, **values: float) -> None:
    with (place.topic / "topic.yaml").open("a", encoding="utf-8") as file:
        file.write("floors:\n" + "".join(f"  {name}: {value}\n" for name, value in values.items()))


def test_a_good_topic_passes(run: Run, place: Place) -> None:
    result = run("check").calm()
    assert "✓ all good" in result.out
    assert "2 objections" in result.out
    found = json.loads(run("check", "--json").calm().out)
    assert found["ok"] is True
    assert found["release"]
    assert found["failed_musts"] == found["below_floors"] == []
    assert not place.database.exists()


UNANSWERED = """\
- id: new-bridge.herons
  title: It disturbs the herons
  text: Herons nest there.
  basis: common
"""


def test_a_warning_does_not_fail(run: Run, place: Place) -> None:
    edit(
        place.topic / "proposals" / "new-bridge.yaml",
        lambda text: text.split("- id: new-bridge.herons")[0] + UNANSWERED,
    )
    edit(
        place.topic / "questions" / "en" / "new-bridge.yaml",
        lambda text: text.split("new-bridge.herons.1:")[0],
    )
    result = run("check", "--fast").calm()
    assert "warning" in result.out
    assert "✓" in result.out
    found = json.loads(run("check", "--fast", "--json").calm().out)
    assert found["ok"] is True
    assert {problem["severity"] for problem in found["problems"]} == {"warning"}


def test_an_error_fails_and_names_its_place(run: Run, place: Place) -> None:
    edit(place.topic / "faq.yaml", lambda text: text.replace("answer:", "anser:"))
    edit(place.topic / "glossary.yaml", lambda text: text.replace("gazette", "gazete"))
    result = run("check").calm(1)
    assert "✗" in result.out
    assert "faq.yaml:3:" in result.out
    assert "did you mean 'answer'" in result.out
    found = json.loads(run("check", "--json").calm(1).out)
    assert found["ok"] is False
    assert found["release"] is None
    places = [(each["file"], each["line"]) for each in found["problems"]]
    assert ("faq.yaml", 3) in places
    assert all(line > 0 for _, line in places)


def test_a_failing_must_fails_and_a_failing_measure_does_not(run: Run, place: Place) -> None:
    wrong = "- ask: what about the birds\n  expect: [mill-race]\n  kind: "
    expect(place, wrong + "measured")
    assert "✓" in run("check").calm().out
    expect(place, wrong + "must")
    result = run("check", "--failures").calm(1)
    assert "must fails" in result.out
    assert "what about the birds" in result.out
    assert "expected mill-race" in result.out
    found = json.loads(run("check", "--json").calm(1).out)
    assert found["failed_musts"] == ["what about the birds"]
    assert found["expectations"]["cases"] == 1


def test_a_total_below_its_floor_fails(run: Run, place: Place) -> None:
    expect(
        place,
        "- ask: what about the birds\n  expect: [new-bridge.herons]\n  kind: measured",
        "- ask: what is a mill race\n  expect: [bridge-cost]\n  kind: measured",
    )
    floors(place, top1=0.5)
    run("check").calm()
    edit(place.topic / "topic.yaml", lambda text: text.replace("top1: 0.5", "top1: 0.9"))
    result = run("check").calm(1)
    assert "below the floor" in result.out
    assert "top1 is 0.500" in result.out
    found = json.loads(run("check", "--json").calm(1).out)
    assert len(found["below_floors"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "new-bridge.cots"], "no entry new-bridge.cots. Did you mean new-bridge.cost"),
        (["show", "zzzzzzzz"], "There is no entry zzzzzzzz. `rejoinder list` names them all."),
        (["map", "new-brigde"], "There is no proposal new-brigde. Did you mean new-bridge?"),
        (["map", "zzzzzzzz"], "There is no proposal zzzzzzzz. There are: new-bridge"),
    ],
)  # fmt: skip
def test_a_wrong_id_gets_a_guess(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments).calm(2)
    assert said in " ".join(result.err.split())
    assert not result.out


def test_show_gives_text_sources_and_phrasings(run: Run) -> None:
    result = run("show", "new-bridge.cost").calm()
    for text in (
        "The money is needed for the school roof. — Bo Miller [1]",
        "[1] The bridge debate — Ada Quill, River Gazette (2025-03-01) https://example.org/bridge",
        "Phrasings (3; proposals/new-bridge.yaml)",
        "  en  isn't the bridge a waste of money",
    ):
        assert text in result.out
    found = json.loads(run("show", "new-bridge.cost.1", "--json").calm().out)
    assert (found["id"], found["kind"]) == ("new-bridge.cost.1", "response")
    assert (found["proposal"], found["parent"]) == ("new-bridge", "new-bridge.cost")
    assert found["entry"]["text"] == "A county grant covers most of it."
    assert {"language": "en", "text": "what about the subsidy"} in found["phrasings"]


def test_show_marks_the_reply_that_was_named(run: Run) -> None:
    lines = run("show", "new-bridge.cost.1").calm().out.splitlines()
    assert [line.strip()[:10] for line in lines if "▶" in line] == ["▶ ↳ A coun"]


def test_list_can_be_narrowed_to_a_kind(run: Run) -> None:
    lines = run("list").calm().out.splitlines()
    assert len(lines) == 10
    assert any(line.split()[:2] == ["mill-race", "term"] for line in lines)
    found = json.loads(run("list", "--kind", "objection", "--json").calm().out)
    assert [entry["id"] for entry in found] == ["new-bridge.cost", "new-bridge.herons"]
    result = run("list", "--kind", "proposals")
    assert result.status == 2
    assert "proposal" in result.err


def test_map_draws_and_exports(run: Run) -> None:
    tree = run("map", "new-bridge").calm().out
    assert "├── − Objection: It is too expensive (Bo Miller)" in tree
    assert "└── ↯ Counter" in tree
    assert "The grant must be repaid" in run("map", "new-bridge", "-f", "argdown").calm().out
    assert run("map", "new-bridge", "-f", "markdown").calm().out.startswith("#")
    found: dict[str, Any] = json.loads(run("map", "new-bridge", "--format", "json").calm().out)
    assert "new-bridge.cost.c1" in json.dumps(found)


def test_map_as_a_picture_for_the_web(run: Run, tmp_path: Path) -> None:
    svg = run("map", "new-bridge", "-f", "svg").calm().out
    assert ET.fromstring(svg).get("width") == "720"
    assert "It is too expensive" in svg
    file = tmp_path / "bridge.svg"
    assert run("map", "new-bridge", "-f", "svg", "-o", str(file)).calm().out == f"wrote {file}\n"
    assert file.read_text("utf-8") == svg
    russian = run("map", "new-bridge", "-f", "svg", "--language", "ru").calm().out
    assert "Построить пешеходный мост" in russian
    assert "Возражение 1" in russian


def test_map_as_pictures_for_a_chat(run: Run, place: Place, tmp_path: Path) -> None:
    file = tmp_path / "bridge.png"
    assert run("map", "new-bridge", "-f", "png", "-o", str(file)).calm().out == f"wrote {file}\n"
    assert file.read_bytes().startswith(b"\x89PNG")
    more = "".join(
        f"- id: new-bridge.more-{n}\n  title: Objection {n}\n  text: {'Word ' * 30}{n}\n"
        "  basis: common\n"
        for n in range(6)
    )
    edit(place.topic / "proposals" / "new-bridge.yaml", lambda text: text + more)
    names = [file, tmp_path / "bridge-2.png", tmp_path / "bridge-3.png"]
    result = run("map", "new-bridge", "--format", "png", "--output", str(file)).calm()
    assert result.out.splitlines() == [f"wrote {name}" for name in names]
    assert len({name.read_bytes() for name in names}) == 3


def test_map_writes_text_to_a_file_too(run: Run, tmp_path: Path) -> None:
    for format_ in ("argdown", "markdown", "json"):
        file = tmp_path / format_
        printed = run("map", "new-bridge", "-f", format_).calm().out
        run("map", "new-bridge", "-f", format_, "-o", str(file)).calm()
        assert file.read_text("utf-8") == printed


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ("-f png", 2, "A PNG goes to a file. Name one with --output FILE."),
        ("-o x.png", 2, "Say it with --format: argdown, markdown, json, svg or png."),
        ("-l ru", 2, "--language goes with --format svg and --format png only."),
        ("-f svg -l fr", 2, "'fr' is not one of 'en', 'ru', 'uk'"),
        ("-f png -o nowhere/x.png", 1, "No such file or directory (nowhere/x.png)."),
        ("-f png -o .", 1, "Is a directory (.)."),
    ],
)
def test_map_says_what_it_cannot_write(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str, status: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = {*tmp_path.iterdir()}
    result = run("map", "new-bridge", *options.split()).calm(status)
    assert said in " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.err).split())
    assert not result.out
    assert {*tmp_path.iterdir()} == before


def test_fmt_checks_shows_and_changes(run: Run, place: Place) -> None:
    file = place.topic / "faq.yaml"
    edit(file, lambda text: "# kept\n" + text.replace("question: What", 'question:    "What', 1)
         .replace("this?", 'this?"'))  # fmt: skip
    before = file.read_bytes()
    result = run("fmt", "--check", "--diff").calm(1)
    assert "would change faq.yaml" in result.out
    assert "Run `rejoinder fmt`" in result.err
    assert file.read_bytes() == before
    run("fmt").calm()
    assert file.read_bytes() != before
    assert b"# kept" in file.read_bytes()
    assert "0 of " in run("fmt", "--check").calm().out


def test_schema_writes_what_editors_read(run: Run, place: Place) -> None:
    assert "wrote schema/proposal.schema.json" in run("schema").calm().out
    assert json.loads((place.topic / "schema" / "faq.schema.json").read_text())


@pytest.mark.parametrize("command", ["check", "list", "ask x", "chat", "health", "fmt", "schema"])
def test_a_folder_without_a_topic_is_said(
    run: Run, place: Place, tmp_path: Path, command: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    nowhere = tmp_path / "nowhere"
    for folder in (empty, nowhere):
        result = run(*command.split(), on=Place(folder, place.data))
        assert result.status in {1, 2}
        assert str(folder) in (result.err + result.out).replace("\n", "")
        assert "Traceback" not in result.err
        assert "Something went wrong" not in result.err
    assert not nowhere.exists()


def test_a_broken_topic_names_every_error_at_once(run: Run, place: Place) -> None:
    edit(place.topic / "faq.yaml", lambda text: text.replace("answer:", "anser:"))
    edit(place.topic / "sources.yaml", lambda text: text.replace("title:", "titel:"))
    result = run("ask", "what about the birds").calm(1)
    assert "faq.yaml:3:" in result.err
    assert "sources.yaml:2:" in result.err
    assert "`rejoinder check`" in result.err
    assert not result.out
