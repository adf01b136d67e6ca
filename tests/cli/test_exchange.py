"""Tables and pages at the command line: written, edited by hand, read back and published."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from .conftest import Run
from .running import Place, git


@pytest.mark.parametrize("name", ["faq.csv", "faq.md"])
def test_a_file_that_was_only_exported_changes_nothing(
    run: Run, kept: Place, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    assert "10 entries" in run("knowledge", "export", str(file), "--kind", "all").calm().out
    result = run("knowledge", "import", str(file), "-y", "-m", "Once more").calm()
    assert "0 new entries, 0 changed, 10 as they are" in result.err
    assert "Nothing to change" in result.out
    assert git(kept, "log", "--format=%s").strip() == "Start"
    # Somebody's edits of the file are not lost to a second export.
    again = run("knowledge", "export", str(file)).calm(2)
    assert "--force" in again.err
    run("knowledge", "export", str(file), "--force").calm()
    assert "about-this" in file.read_text("utf-8")


def test_a_table_edited_in_a_spreadsheet_is_published_and_answers(
    run: Run, kept: Place, tmp_path: Path
) -> None:
    file = tmp_path / "faq.csv"
    run("knowledge", "export", str(file)).calm()
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")  # Excel needs the mark
    with file.open(encoding="utf-8-sig", newline="") as stream:
        [header, *rows] = csv.reader(stream)
    new = dict.fromkeys(header, "") | {
        "question": "When is the ferry running?",
        "answer": "'=every day, from six to ten.",
        "phrasings (en)": "ferry timetable\nlast boat in the evening",
        "sources": "https://example.org/bridge",
    }
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([header, *rows, list(new.values())])
    file.write_text(out.getvalue(), encoding="utf-8", newline="")
    seen = run("knowledge", "import", str(file), "--preview").calm()
    assert "Add the faq when-is-the-ferry-running" in seen.out
    assert "1 new entry, 0 changed, 1 as they are" in seen.err
    agreed = ("knowledge", "import", str(file), "-y", "--accept-changed-answers")
    assert "needs a reason" in run(*agreed).calm(2).err
    run(*agreed, "-m", "The town's table").calm()
    assert git(kept, "log", "-1", "--format=%s").strip() == "The town's table"
    answer = run("ask", "--json", "ferry timetable").calm().objects[0]
    assert answer["entry"] == "when-is-the-ferry-running"
    assert "=every day, from six to ten." in answer["text"] + json.dumps(answer)
    # In the next export the cell is as the spreadsheet may have it.
    shown = run("knowledge", "export", "-", "--format", "csv").calm().out
    assert "'=every day" in shown


def test_standard_input_and_a_draft_take_a_file_too(run: Run, kept: Place) -> None:
    page = "## Is there a toll?\nNo.\n\nAlso asked: do I pay to cross\n"
    import_ = ("knowledge", "import", "-", "--format", "markdown", "--draft")
    added = run(*import_, stdin=page).calm()
    assert "Your draft has 2 changes" in added.out
    # What is in the draft is there already.
    assert "1 as they are" in run(*import_, stdin=page).calm().err
    found = json.loads(run("knowledge", "draft", "--json").calm().out)
    assert [one["op"] for one in found["operations"]] == ["add", "add_phrasing"]
    assert git(kept, "log", "--format=%s").strip() == "Start"


def test_a_broken_file_is_refused_with_its_places(run: Run, kept: Place, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text("question,answer,sources\nWhy?,,\nHow?,So.,the-paper\n")
    refused = run("knowledge", "import", str(file), "-y").calm(2)
    assert "row 2, answer: is empty" in refused.err
    assert "row 3, sources: there is no source the-paper" in refused.err
    assert "Nothing was changed" in refused.err
    # Only the checker of the whole topic sees this; the row is named all the same.
    file.write_text("kind,question,answer,basis\nterm,Leat,A channel.,common\nfaq,Why?,So.,\n")
    refused = run("knowledge", "import", str(file), "-y", "-m", "Why not").calm(1)
    assert "row 2: " in refused.err
    assert git(kept, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "faq.txt"), "--format"),
        (("export", "nowhere/faq.csv"), "There is no folder nowhere."),
        (("export", ".", "--format", "csv", "--force"), ". is a folder."),
        (("import", "faq.csv"), "cannot be read"),
        (("import", "new.yaml"), "rejoinder knowledge apply new.yaml"),
        (("import", "debate.argdown"), "CSV or Markdown"),
        (("export", "debate.argdown", "--kind", "fact"), "no --kind"),
        (("import", "faq.csv", "--draft", "-y"), "--draft publishes nothing"),
    ],
)
def test_what_cannot_be_exchanged_is_said(
    run: Run, place: Place, arguments: tuple[str, ...], said: str
) -> None:
    del place
    assert said in run("knowledge", *arguments).calm(2).err


def test_all_proposals_go_into_one_argdown_document(run: Run, place: Place, tmp_path: Path) -> None:
    other = place.topic / "proposals" / "repair-ferry.yaml"
    other.write_text(
        "id: repair-ferry\ntitle: Build a foot bridge\n"
        "statement: Repair the ferry.\nbasis: common\n"
    )
    file = tmp_path / "debate.argdown"
    assert "2 proposals" in run("knowledge", "export", str(file)).calm().out
    lines = file.read_text("utf-8").splitlines()
    assert lines[:3] == ["===", 'title: "A bridge over the river"', "==="]
    assert lines.count("===") == 2
    assert lines.count("# Build a foot bridge") == 2
    # Equal titles would be one and the same statement in Argdown.
    assert [line.partition(":")[0] for line in lines if line.startswith("[")] == [
        "[Build a foot bridge]",
        "[Build a foot bridge (repair-ferry)]",
    ]
    assert any(line.startswith("    - <new-bridge.cost.1>") for line in lines)
