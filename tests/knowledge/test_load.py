"""A folder loads whole and as of one moment, or not at all and with a reason."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.knowledge.files import resolve_folder, snapshot
from bot.knowledge.load import inspect, load
from bot.knowledge.model import Kind
from bot.knowledge.problems import KnowledgeError, Problem
from bot.knowledge.release import short, text_hash

PROPOSAL = "proposals/new-bridge.yaml"


def test_a_topic_loads_with_all_its_entries(small_topic: Path) -> None:
    release = load(small_topic)
    assert {entry.id: (entry.kind, entry.parent) for entry in release.entries.values()} == {
        "new-bridge": (Kind.PROPOSAL, None),
        "new-bridge.cost": (Kind.OBJECTION, "new-bridge"),
        "new-bridge.cost.1": (Kind.RESPONSE, "new-bridge.cost"),
        "new-bridge.cost.c1": (Kind.COUNTER, "new-bridge.cost.1"),
        "new-bridge.herons": (Kind.OBJECTION, "new-bridge"),
        "new-bridge.herons.1": (Kind.RESPONSE, "new-bridge.herons"),
        "bridge-cost": (Kind.FACT, None),
        "mill-race": (Kind.TERM, None),
        "about-this": (Kind.FAQ, None),
        "legal-advice": (Kind.BOUNDARY, None),
    }
    cost = release.entries["new-bridge.cost.1"]
    assert (cost.proposal, cost.file) == ("new-bridge", PROPOSAL)
    assert cost.title == cost.text == "A county grant covers most of it."
    assert release.topic.phrasings("new-bridge.herons") == (
        ("en", "what about the birds"),
        ("en", "the herons will leave their nests"),
    )


def test_the_folder_may_be_meant_by_the_one_that_holds_it(
    small_topic: Path, tmp_path: Path
) -> None:
    assert load(tmp_path).id == load(small_topic).id
    shutil.copytree(small_topic, tmp_path / "other")
    with pytest.raises(UsageError, match=r"several topics.*bridge.*other"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "x" * 5000, "empty", "file.txt"])
def test_no_topic_is_said_in_a_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").touch()
    with pytest.raises(UsageError) as caught:
        resolve_folder(tmp_path / name)
    assert caught.value.exit_code == 2
    assert str(caught.value)


# The identity of a release


def test_a_release_is_its_content_and_nothing_else(small_topic: Path, tmp_path: Path) -> None:
    release = load(small_topic)
    copy = shutil.copytree(small_topic, tmp_path / "elsewhere")
    for path in copy.rglob("*.yaml"):
        os.utime(path, (0, 0))
        path.chmod(0o600)
    (copy / "README.md").write_text("not knowledge")
    (copy / "schema").mkdir()
    (copy / "schema/facts.schema.json").write_text("{}")
    (copy / "proposals/.new-bridge.yaml.swp").write_text("an editor's")
    assert load(copy).id == release.id
    assert len(release.id) == 12


@pytest.mark.parametrize("name", [PROPOSAL, "topic.yaml", "questions/en/facts.yaml"])
def test_any_edit_makes_another_release(name: str, small_topic: Path) -> None:
    before = load(small_topic).id
    path = small_topic / name
    text = path.read_bytes()
    path.write_bytes(text + b"# a comment\n")
    assert load(small_topic).id != before
    path.write_bytes(text)
    assert load(small_topic).id == before


def test_moving_a_file_makes_another_release(small_topic: Path) -> None:
    before = load(small_topic)
    (small_topic / "questions/en/facts.yaml").rename(small_topic / "questions/en/facts-2.yaml")
    after = load(small_topic)
    assert after.id != before.id
    assert after.topic.phrasings("bridge-cost") == before.topic.phrasings("bridge-cost")


# What an edit takes away


def test_what_is_withdrawn_vanishes_with_all_that_hangs_below(small_topic: Path) -> None:
    path = small_topic / PROPOSAL
    text = path.read_text(encoding="utf-8")
    before = set(load(small_topic).entries)
    path.write_text(
        text.replace("id: new-bridge.cost\n", "id: new-bridge.cost\n  status: withdrawn\n")
    )
    after = load(small_topic)
    assert before - set(after.entries) == {
        "new-bridge.cost", "new-bridge.cost.1", "new-bridge.cost.c1",
    }  # fmt: skip
    path.write_text(text.replace("text: A county", "status: withdrawn\n    text: A county"))
    assert before - set(load(small_topic).entries) == {"new-bridge.cost.1", "new-bridge.cost.c1"}
    path.write_text(f"{text}status: withdrawn\n")
    assert not [entry for entry in load(small_topic).entries if entry.startswith("new-bridge")]


@pytest.mark.parametrize("name", ["facts.yaml", "glossary.yaml", "faq.yaml", "boundaries.yaml"])
def test_what_is_withdrawn_from_a_list_vanishes(name: str, small_topic: Path) -> None:
    before = load(small_topic).entries
    path = small_topic / name
    path.write_text(path.read_text(encoding="utf-8") + "  status: withdrawn\n", encoding="utf-8")
    (gone,) = set(before) - set(load(small_topic).entries)
    assert before[gone].file == name


def test_a_stale_translation_is_not_shown(small_topic: Path) -> None:
    path = small_topic / "translations/ru/new-bridge.yaml"
    text = path.read_text(encoding="utf-8")
    original = load(small_topic).entries["new-bridge"].text

    def shown() -> str | None:
        topic = load(small_topic).topic
        return topic.translated("new-bridge", "statement", topic.entries["new-bridge"].text, "ru")

    assert shown() == "Город должен построить пешеходный мост у мельницы."
    path.write_text(text.replace("мельницы.}", "мельницы., of: 0a1b2c3d}"), encoding="utf-8")
    assert shown() is None
    path.write_text(text.replace("мельницы.}", f"мельницы., of: {text_hash(original)}}}"))
    assert shown() == "Город должен построить пешеходный мост у мельницы."
    topic = load(small_topic).topic
    assert topic.translated("new-bridge", "statement", original, "uk") is None
    assert topic.translated("new-bridge", "since", "x", "ru") is None


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [("short", 10, "short"), ("cut at a word", 8, "cut at…"), ("x" * 20, 5, "xxxx…"),
     ("a, b, and more", 7, "a, b…")],
)  # fmt: skip
def test_a_title_is_cut_at_a_word(text: str, limit: int, cut: str) -> None:
    assert short(text, limit) == cut
    assert len(cut) <= limit


# What people see of it


def snapshot_problems(folder: Path) -> list[Problem]:
    """Return all findings on a folder."""
    return inspect(snapshot(folder))[1]


@pytest.mark.parametrize(
    "name", ["facts.yaml", "questions/en/facts.yaml", "translations/ru/x.yaml"]
)
def test_an_empty_file_is_no_error_of_its_own(name: str, small_topic: Path) -> None:
    (small_topic / name).write_bytes(b"")
    for problem in snapshot_problems(small_topic):
        assert problem.file != name


def test_an_error_says_how_many_there_are_and_shows_the_first(small_topic: Path) -> None:
    (small_topic / "faq.yaml").write_text("- only text\n" * 30)
    with pytest.raises(KnowledgeError) as caught:
        load(small_topic)
    text = str(caught.value)
    assert "has 31 errors" in text
    assert "faq.yaml:1:3: [0]: must be a mapping" in text
    assert "… and 11 more" in text
    assert "`rejoinder check`" in text
    assert len(caught.value.problems) == 31


def test_problems_are_plain_data_for_programs(small_topic: Path) -> None:
    (small_topic / "faq.yaml").write_text("- {id: a, question: q, answr: x, answer: x}\n")
    problem = next(p for p in snapshot_problems(small_topic) if p.file == "faq.yaml")
    assert problem.as_dict() == {
        "file": "faq.yaml", "line": 1, "column": 24, "field": "[0].answr",
        "message": "unknown key 'answr'; did you mean 'answer'? Allowed here: id, question, "
        "answer, sources, basis, status",
        "severity": "error", "code": "invalid",
    }  # fmt: skip
