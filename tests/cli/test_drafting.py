"""A moderator collects changes in a draft at the command line, looks at them and publishes them."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from .conftest import Run
from .running import Place, git, terminal

FAQ = ("add", "faq", "--set", "question=Is there a toll?", "--set", "answer=No.",
       "--set", "phrasings=do I pay to cross\\nwhat is the fare")  # fmt: skip


def test_draft_is_filled_seen_corrected_published_and_answers(run: Run, kept: Place) -> None:
    assert "draft is empty" in run("knowledge", "draft").calm().out
    assert "Your draft has 3 changes" in run("knowledge", *FAQ).calm().out
    run("knowledge", "edit", "bridge-cost", "--set", "caution=").calm()
    run("knowledge", "phrase", "mill-race", "the old channel", "--draft").calm()
    listed = run("knowledge", "draft").calm().out
    assert "4. Edit bridge-cost: remove caution" in listed
    assert "5. Add to mill-race the phrasing" in listed
    # Second thoughts.
    assert "caution" not in run("knowledge", "draft", "--remove", "4").calm().out
    seen = run("knowledge", "preview").calm().out
    assert "+- id: there-a-toll" in seen
    assert "+- the old channel" in seen
    assert "caution" not in seen
    assert git(kept, "log", "--format=%s").strip() == "Start"

    assert "needs a reason" in run("knowledge", "publish", "-y").calm(2).err
    published = run(
        "knowledge", "publish", "-y", "--accept-changed-answers", "-m", "Asked twice",
        "--by", "Ada Quill", "--json",
    ).calm()  # fmt: skip
    assert json.loads(published.out)["author"] == "Ada Quill"
    assert git(kept, "log", "-1", "--format=%an: %s").strip() == "Ada Quill: Asked twice"
    assert "No." in run("ask", "what is the fare").calm().out
    assert "draft is empty" in run("knowledge", "draft").calm().out
    # The name is kept for what comes later.
    run("knowledge", "withdraw", "there-a-toll", "-m", "It was wrong").calm()
    assert git(kept, "log", "-1", "--format=%an").strip() == "Ada Quill"


def test_the_preview_names_test_questions_that_are_not_met(run: Run, kept: Place) -> None:
    (kept.topic / "expectations.yaml").write_text(
        "- ask: who won the football match\n  expect: []\n"
    )
    run("fmt").calm()
    git(kept, "add", ".")
    git(kept, "commit", "-q", "-m", "Expect")
    run("knowledge", *FAQ, "--set", "test=a poem about the moon").calm()
    run("knowledge", "phrase", "there-a-toll", "who won that football match", "--draft").calm()
    seen = run("knowledge", "preview").calm().out
    assert "new and not met yet: “a poem about the moon” should get there-a-toll, gets " in seen
    told = "no longer met: “who won the football match” should get no answer, gets there-a-toll"
    assert told in seen
    assert seen.index("no longer met") < seen.index("new and not met")


def test_what_was_asked_and_is_told_otherwise_is_called_reworded(run: Run, kept: Place) -> None:
    run("ask", "what is this collection").calm()
    run("knowledge", "edit", "about-this", "--set", "answer=Arguments for and against.").calm()
    seen = run("knowledge", "preview").calm().out
    assert "reworded: “what is this collection”" in seen
    assert "answered differently: “" not in seen


def test_looking_at_a_draft_copies_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "fresh"
    monkeypatch.setenv("REJOINDER_DATA", str(data))
    monkeypatch.setattr("bot.service.open_service", None)  # nor is the topic learned
    assert "draft is empty" in run("knowledge", "draft", on=None).calm().out
    assert "No draft waits" in run("knowledge", "draft", "--waiting", on=None).calm().out
    assert "no draft" in run("knowledge", "discard", "-y", on=None).calm().out
    assert "empty" in run("knowledge", "preview", on=None).calm(2).err
    assert "empty" in run("knowledge", "publish", "-y", "-m", "Why", on=None).calm(2).err
    assert "no change number 1" in run("knowledge", "draft", "--remove", "1", on=None).calm(2).err
    assert not (data / "knowledge").exists()


def test_an_objection_from_a_file_brings_all_its_parts(
    run: Run, kept: Place, tmp_path: Path
) -> None:
    file = tmp_path / "ferry.yaml"
    file.write_text(
        "parent: new-bridge\ntitle: The ferry man loses his work\n"
        "text: He has rowed people over for thirty years.\nsources: [gazette, common]\n"
        "phrasings:\n- what becomes of the ferry\n- 'ru: что будет с паромщиком'\n"
        "test: does the ferry man lose his job\n"
    )
    added = run("knowledge", "add", "objection", "--from", str(file), "--json").calm()
    [entry, *others] = json.loads(added.out)["operations"]
    assert entry["parent"] == "new-bridge"
    assert entry["fields"]["id"].startswith("new-bridge.")
    assert [one["op"] for one in others] == ["add_phrasing", "add_phrasing", "add_expectation"]
    assert others[1]["language"] == "ru"
    assert "ok" in json.loads(run("knowledge", "preview", "--json").calm().out)
    assert json.loads(run("knowledge", "discard", "-y", "--json").calm().out)["discarded"] is True
    assert run("knowledge", "discard", "-y").calm().out == "There was no draft.\n"
    assert git(kept, "status", "--porcelain") == ""


def test_two_people_where_that_is_the_rule(
    run: Run, kept: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REJOINDER_TWO_PERSON_RULE", "true")
    monkeypatch.setenv("LOGNAME", "ada")
    run("knowledge", *FAQ).calm()
    refused = run("knowledge", "phrase", "mill-race", "the old channel", "-y", "-m", "Asked").calm(
        2
    )
    assert "into your draft" in refused.err
    refused = run("knowledge", "publish", "-y", "-m", "Asked twice").calm(1)
    assert "Ask another" in refused.err
    assert refused.out == "", "no preview is made for whoever may not publish"
    run("knowledge", "publish", "--ask", "-m", "Asked twice").calm()
    # One that is changed is another one.
    again = ("knowledge", "phrase", "mill-race", "the old channel", "--draft")
    assert "It waited for a second person" in run(*again).calm().err
    run("knowledge", "draft", "--remove", "4").calm()
    run("knowledge", "publish", "--ask", "-m", "Asked twice").calm()
    [waiting] = json.loads(run("knowledge", "draft", "--waiting", "--json").calm().out)
    assert (waiting["reason"], waiting["own"], waiting["changes"]) == ("Asked twice", True, 3)
    monkeypatch.setenv("LOGNAME", "bo")
    number = str(waiting["draft"])
    assert "Is there a toll?" in run("knowledge", "preview", number).calm().out
    run("knowledge", "publish", number, "-y", "--accept-changed-answers").calm()
    message = git(kept, "log", "-1", "--format=%B")
    assert message.startswith("Asked twice")
    assert "approved by moderator-" in message


def test_a_lone_hyphen_removes_a_field_in_a_script_too(
    run: Run, kept: Place, tmp_path: Path
) -> None:
    edit = ("knowledge", "edit", "bridge-cost")
    removed = run(*edit, "--set", "caution=-").calm()
    assert "1. Edit bridge-cost: remove caution" in removed.out
    run("knowledge", "discard", "-y").calm()
    file = tmp_path / "fact.yaml"
    file.write_text("caution: '-'\n")
    assert "remove caution" in run(*edit, "--from", str(file)).calm().out
    del kept


def test_what_was_typed_outlives_an_error_that_passes(kept: Place) -> None:
    proposal = kept.topic / "proposals" / "new-bridge.yaml"
    before = proposal.read_text()
    with terminal(["knowledge", "add", "faq", *kept.options], kept.data.parent) as screen:
        for field, keys in (
            ("Question", ["Is there a toll?\r"]),
            # As it is pasted: the lines of one text are not those of the next fields.
            ("End with an empty line.", ["No.\r", "It is free.\r", "\r"]),
            ("Sources", ["\r"]), ("How people ask", ["\r"]), ("Test question", ["\r"]),
        ):  # fmt: skip
            screen.expect(field)
            for key in keys:
                screen.expect("> ")
                if field == "Test question":
                    proposal.write_text(f"{before}# a note to myself\n")
                screen.type(key)
        screen.expect("proposals/new-bridge.yaml")
        screen.expect("Try again? [Y/n]: ")
        proposal.write_text(before)
        screen.type("\r")
        screen.expect("Your draft has 1 change")
        assert screen.end() == 0
    shown = kept.run("knowledge", "preview").calm().out
    assert '+  answer: "No.\\nIt is free."' in shown


def test_what_was_typed_is_left_on_the_screen_when_it_is_broken_off(kept: Place) -> None:
    options = ["knowledge", "add", "objection", *kept.options]
    with terminal(options, kept.data.parent) as screen:
        for asked, keys in (
            ("object to?: ", ["new-bridge\r"]), ("> ", ["The ferry man\r"]),
            ("> ", ["He loses\r"]), ("> ", ["his work.\r"]), ("> ", ["\r"]),
            ("> ", ["\r"]),
        ):  # fmt: skip
            screen.expect(asked)
            for key in keys:
                screen.type(key)
        # Nobody can guess what an argument may rest on.
        said = screen.expect("knowledge add source").replace("\n", " ")
        assert "Write common or inference, or the id of a source: gazette" in said
        screen.expect("> ")
        screen.type("\x04")
        assert screen.end() == 1
        left = screen.screen[screen.screen.index("{") : screen.screen.rindex("}") + 1]
    typed = json.loads(left)
    assert typed == {
        "parent": "new-bridge", "title": "The ferry man", "text": "He loses\nhis work."
    }  # fmt: skip
    file = kept.data.parent / "again.json"
    file.write_text(json.dumps(typed | {"sources": "common"}))
    again = kept.run("knowledge", "add", "objection", "--from", str(file)).calm()
    assert "Add the objection" in again.out


def test_fields_are_asked_for_in_a_terminal(kept: Place) -> None:
    options = ["knowledge", "add", "faq", *kept.options]
    with terminal(options, kept.data.parent) as screen:
        screen.expect("Question")
        screen.expect("> ")
        screen.type("\r")  # needed, so it is asked for again
        screen.expect("This one is needed.")
        screen.type("Is there a toll?\r")
        screen.expect("Answer")
        screen.expect("> ")
        screen.type("No.\r")
        screen.expect("> ")
        screen.type("\r")
        screen.expect("may be left out")
        screen.expect("> ")
        screen.type("the-paper\r")
        screen.expect("> ")
        screen.type("\r")
        screen.expect("How people ask for it")
        screen.expect("> ")
        screen.type("do I pay to cross\r")
        screen.expect("> ")
        screen.type("what about the birds\r")
        screen.expect("> ")
        screen.type("\r")
        screen.expect("Test question")
        screen.expect("> ")
        screen.type("must I pay\r")
        # There is no such source, which is asked for again by itself.
        screen.expect("the-paper")
        screen.expect("| the-paper")
        screen.expect("> ")
        screen.type("gazette, p. 3\r")
        screen.expect("> ")
        screen.type("\r")
        # Another entry has that phrasing; what was typed is still there to be corrected.
        screen.expect("new-bridge.herons")
        screen.expect("[Y/n]: ")
        screen.type("\r")
        for standing, keys in (
            ("| Is there a toll?", ["\r"]), ("| No.", ["\r"]),
            ("| gazette, p. 3", ["\r"]),
            ("| what about the birds", ["do I pay to cross\r", "what is the fare\r", "\r"]),
            ("| must I pay", ["\r"]),
        ):  # fmt: skip
            screen.expect(standing)
            for key in keys:
                screen.expect("> ")
                screen.type(key)
        screen.expect("Your draft has 4 changes")
        assert screen.end() == 0
    options = ["knowledge", "add", "response", *kept.options]
    with terminal(options, kept.data.parent) as screen:
        screen.expect("new-bridge.herons")
        screen.expect("answer?: ")
        screen.type("new-bridge.heron\r")
        screen.expect("Did you mean new-bridge.herons")
        screen.expect("answer?: ")
        screen.signal(signal.SIGINT)
        assert screen.end() in {1, 130}
    options = ["knowledge", "edit", "bridge-cost", "--group", "more", *kept.options]
    with terminal(options, kept.data.parent) as screen:
        screen.expect("| Estimated cost")
        screen.expect("> ")
        screen.type("\r")
        screen.expect("| The estimate leaves out maintenance.")
        screen.expect("> ")
        screen.type("-\r")
        screen.expect("5. Edit bridge-cost: remove caution")
        assert screen.end() == 0


@pytest.mark.parametrize("answer", ["n\r", "\x04", signal.SIGINT, signal.SIGTERM])
def test_nothing_is_published_without_a_yes(
    kept: Place, run: Run, answer: str | signal.Signals
) -> None:
    run("knowledge", *FAQ).calm()
    with terminal(
        ["knowledge", "publish", "-m", "Asked twice", *kept.options], kept.data.parent
    ) as screen:
        screen.expect("Publish this? [y/N]: ")
        if isinstance(answer, signal.Signals):
            screen.signal(answer)
        else:
            screen.type(answer)
        assert screen.end() in {1, 130, 143}
        assert "Traceback" not in screen.screen
    assert git(kept, "log", "--format=%s").strip() == "Start"
    assert "Your draft has 3 changes" in run("knowledge", "draft").calm().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "faq"), "--set field=value"),
        (("add", "faq", "--set", "question"), "FIELD=VALUE"),
        (("add", "faq", "--set", "question=Q?"), "Answer"),
        (("add", "faq", "--set", "question=Q?", "--set", "answer=A", "--set", "x=y"), "x"),
        (("add", "objection", "--set", "title=T", "--set", "text=X"), "parent"),
        (("add", "faq", "--from", "nowhere.yaml"), "cannot be read"),
        (("edit", "new-brigde", "--set", "title=T"), "new-bridge"),
        (("edit", "bridge-cost", "--set", "answer=A"), "as_of, caution"),
        (("edit", "new-bridge", "--remove"), "--group rationale"),
        (("draft", "--remove", "7"), "no change number 7"),
        (("draft", "--waiting", "--remove", "1"), "--remove is for your own"),
        (("publish", "--ask", "7", "-m", "why"), "no number goes with it"),
        (("preview",), "empty"),
        (("publish", "9", "-y"), "no draft 9"),
        (("discard",), "--yes"),
    ],
)
def test_what_cannot_be_drafted_is_said(
    run: Run, kept: Place, arguments: tuple[str, ...], said: str
) -> None:
    result = run("knowledge", *arguments)
    assert result.status in {1, 2}
    assert said in result.calm(result.status).err
    assert git(kept, "status", "--porcelain") == ""
