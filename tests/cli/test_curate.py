"""A moderator at the command line: preview, publish, take back, and what is refused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .conftest import Run
from .running import Place, git

WORDS = "does the ferry man lose his job"
NEW = """\
- op: add
  kind: objection
  parent: new-bridge
  fields:
    id: new-bridge.ferry
    title: The ferry man loses his work
    text: He has rowed people over for thirty years.
    basis: common
- {op: add_phrasing, entry: new-bridge.ferry, language: en, text: does the ferry man lose his job}
- {op: add_phrasing, entry: new-bridge.ferry, language: en, text: what becomes of the ferry}
"""


def test_init_makes_a_repository_that_answers(run: Run, place: Place, tmp_path: Path) -> None:
    made = tmp_path / "own"
    assert str(made) in run("knowledge", "init", str(made)).calm().out
    log = ["git", "-C", str(made), "log", "--format=%s"]
    done = subprocess.run(log, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Start from the topic bridge"
    # Where there is no repository it is said how to make one.
    assert "rejoinder knowledge init" in run("knowledge", "history").calm(2).err


def test_change_is_previewed_published_found_and_undone(
    run: Run, kept: Place, tmp_path: Path
) -> None:
    file = tmp_path / "ferry.yaml"
    file.write_text(NEW)
    seen = run("knowledge", "apply", str(file), "--preview").calm().out
    assert "Add the objection new-bridge.ferry under new-bridge" in seen
    assert "+  title: The ferry man loses his work" in seen
    assert "Published" not in seen
    assert git(kept, "log", "--format=%s").split("\n")[0] == "Start"

    refused = run("knowledge", "apply", str(file)).calm(2)
    assert "needs a reason" in refused.err
    published = run("knowledge", "apply", str(file), "-m", "Raised on Monday", "-y").calm().out
    assert "Published as" in published
    assert git(kept, "log", "-1", "--format=%an|%s").startswith("moderator-")
    assert "Raised on Monday" in git(kept, "log", "-1", "--format=%s")
    assert git(kept, "status", "--porcelain") == ""
    assert "He has rowed people over" in run("ask", WORDS).calm().out
    run("check").calm()

    [commit, *_] = json.loads(run("knowledge", "history", "--json").calm().out)
    assert commit["reason"] == "Raised on Monday"
    assert "ferry" in run("knowledge", "diff", "HEAD~1").calm().out
    undone = run("knowledge", "undo", commit["commit"], "--yes", "--accept-changed-answers")
    assert "Published as" in undone.calm().out
    assert git(kept, "diff", "HEAD~2", "HEAD") == ""


def test_published_objection_is_withdrawn_at_once_and_comes_back(run: Run, kept: Place) -> None:
    entry = "new-bridge.herons"
    run("knowledge", "withdraw", entry, "-m", "The herons have moved").calm()
    assert "status: withdrawn" in git(kept, "show", "HEAD")
    assert entry not in run("list").calm().out
    run("knowledge", "withdraw", entry, "--back", "-m", "They are back").calm()
    assert entry in run("list").calm().out
    assert entry in run("list").out
    assert "They are back" in run("knowledge", "history", entry).calm().out


def test_edits_of_somebody_are_never_published_along(run: Run, kept: Place) -> None:
    proposal = kept.topic / "proposals" / "new-bridge.yaml"
    proposal.write_text(proposal.read_text() + "# a note to myself\n")
    refused = run("knowledge", "phrase", "new-bridge", WORDS, "-m", "asked", "-y").calm(1)
    assert "proposals/new-bridge.yaml" in refused.err
    assert "a note to myself" in proposal.read_text()
    assert git(kept, "log", "--format=%s").strip() == "Start"


def test_change_that_breaks_a_must_expectation_is_refused(run: Run, kept: Place) -> None:
    (kept.topic / "expectations.yaml").write_text(
        "- ask: what about the birds\n  expect: [new-bridge.herons]\n  kind: must\n"
    )
    run("fmt").calm()
    git(kept, "add", ".")
    git(kept, "commit", "-q", "-m", "Expect")
    file = kept.data.parent / "change.yaml"
    file.write_text("- {op: edit, id: new-bridge.herons, set: {status: withdrawn}}\n")
    result = run("knowledge", "apply", str(file), "-m", "Try", "-y")
    assert result.status != 0
    assert git(kept, "log", "-1", "--format=%s").strip() == "Expect"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("phrase", "no-such-entry", WORDS, "-m", "why", "-y"), "no-such-entry"),
        (("phrase", "new-bridge", WORDS, "-m", "why"), "--yes"),
        (("undo", "0000000", "-y"), "0000000"),
        (("history", "new-bridge.heron"), "Did you mean new-bridge.herons"),
        (("history", "nonsense"), "There is no entry nonsense"),
        (("phrase", "new-bridge", WORDS, "-m", "ok", "-y"), "at least 3 characters"),
        (("apply", "nowhere.yaml", "-m", "why"), "nowhere.yaml"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, kept: Place, arguments: tuple[str, ...], said: str
) -> None:
    result = run("knowledge", *arguments)
    assert result.status in {1, 2}
    assert said in result.err
    assert git(kept, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "command",
    [
        ("phrase", "mill-race", "the old channel", "-y"),
        ("phrase", "mill-race", "the old channel", "--preview"),
        ("undo", "HEAD", "-y"),
        ("withdraw", "new-bridge.herons"),
        ("save", "-y"),
        ("publish", "-y"),
    ],
    ids=lambda command: f"{command[0]} {command[-1]}",
)
def test_names_and_reasons_that_the_history_cannot_keep_are_said(
    run: Run, kept: Place, command: tuple[str, ...]
) -> None:
    for name in ("<x>", "", "Ada\nQuill", "x" * 101):
        refused = run("knowledge", *command, "-m", "Asked twice", "--by", name).calm(2)
        assert "That name cannot be used" in refused.err
        assert refused.out == ""
    refused = run("knowledge", *command, "-m", "x" * 501).calm(2)
    assert "at most 500 characters, this one has 501" in refused.err
    assert "cannot be used" in run("knowledge", *command, "-m", "a\x07b c").calm(2).err
    assert git(kept, "log", "--format=%s").strip() == "Start"


def test_a_reason_of_several_lines_becomes_one(run: Run, kept: Place) -> None:
    run("knowledge", "withdraw", "new-bridge.herons", "-m", "They moved.\n\n Seen\tby Ada. ").calm()
    assert git(kept, "log", "-1", "--format=%B").strip() == "They moved. Seen by Ada."


def test_json_publishes_only_what_was_agreed_to(run: Run, kept: Place) -> None:
    phrase = ("knowledge", "phrase", "mill-race", "the old channel", "-m", "Asked twice")
    for command in (phrase, ("knowledge", "undo", "HEAD"), ("knowledge", "publish", "-m", "Why")):
        refused = run(*command, "--json").calm(2)
        assert "With --json nobody is asked" in refused.err
        assert refused.out == ""
    assert json.loads(run(*phrase, "--json", "--preview").calm().out)["ok"]
    assert git(kept, "log", "--format=%s").strip() == "Start"
    assert json.loads(run(*phrase, "--json", "--yes").calm().out)["commit"]


def test_operations_come_from_standard_input_too(run: Run, kept: Place) -> None:
    apply = ("knowledge", "apply", "-", "--preview")
    assert "+  title: The ferry" in run(*apply, stdin=NEW).calm().out
    wrong = run(*apply, stdin="- {op: [add}\n").calm(2)
    assert "-:1:" in wrong.err


def test_edits_by_hand_are_kept_as_a_version_and_broken_ones_are_not(run: Run, kept: Place) -> None:
    faq = kept.topic / "faq.yaml"
    before = faq.read_text()
    assert "needs a reason" in run("knowledge", "save").calm(2).err
    assert "No file" in run("knowledge", "save", "-m", "Nothing yet", "-y").calm(1).err
    faq.write_text(f"{before}- id: ferry\n  question: Is there a ferry?\n  answer:Yes.\n")
    broken = run("knowledge", "save", "-m", "The ferry", "-y").calm(1)
    assert "faq.yaml" in broken.err
    faq.write_text(f"{before}- id: ferry\n  question: Is there a ferry?\n  answer: Yes.\n")
    (kept.topic / "questions/en/extra.yaml").write_text("ferry:\n- does a boat go over\n")
    done = run("knowledge", "save", "-m", "The ferry", "--by", "Ada Quill", "-y").calm().out
    assert "Published as" in done
    assert git(kept, "log", "-1", "--format=%an|%s").strip() == "Ada Quill|The ferry"
    assert git(kept, "status", "--porcelain") == ""
    assert "Yes." in run("ask", "is there a ferry").calm().out
    shown = json.loads(run("knowledge", "diff", "HEAD~1", "--json").calm().out)
    assert [each["name"] for each in shown] == ["faq.yaml", "questions/en/extra.yaml"]
    assert "+- id: ferry" in shown[0]["diff"]
    # What was kept by hand is taken back like any publish.
    run("knowledge", "undo", "HEAD", "-y", "--accept-changed-answers").calm()
    assert faq.read_text() == before
