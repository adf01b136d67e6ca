"""The topic that somebody starts from is valid, explained, and answers at once."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome, Question
from bot.advisor.evaluation import Case, evaluate
from bot.curation.repository import Repository
from bot.curation.starting import start_topic
from bot.errors import UsageError
from bot.knowledge.canonical import format_folder
from bot.knowledge.files import snapshot
from bot.knowledge.load import inspect
from bot.knowledge.schema import schemas
from bot.retrieval.audit import near_identical, unreachable
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build

from .racing import at_once


def test_a_new_topic_is_valid_committed_and_explained_in_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "Town Hall"
    made = start_topic(folder, "What is to become of the town hall: a debate")
    release, problems = inspect(snapshot(folder))
    assert problems == []
    assert release is not None
    assert release.topic.id == "town-hall"
    assert release.topic.info.title == "What is to become of the town hall: a debate"
    kinds = {entry.kind.value for entry in release.entries.values()}
    assert kinds == {"proposal", "objection", "response", "fact", "faq", "boundary"}
    assert release.topic.expectations
    assert release.topic.sources
    assert not any(result.changed for result in format_folder(folder, check=True))
    files = sorted(folder.rglob("*.yaml"))
    assert len(files) == 11
    for file in files:
        assert "\n# " in file.read_text("utf-8"), f"{file.name} says nothing to its reader"
    assert {path.name for path in (folder / "schema").iterdir()} == set(schemas())
    assert made.dirty() == ()
    assert made.head().reason == f"Start the topic {release.topic.info.title}"


def test_a_new_topic_passes_its_own_check_and_answers(
    tmp_path: Path, encoder: OnnxEncoder, shared_cache: Path
) -> None:
    folder = start_topic(tmp_path / "example").folder
    release, _ = inspect(snapshot(folder))
    assert release is not None
    assert release.topic.info.title == "Example"
    index = build(release, encoder, cache=shared_cache / "starter")
    assert near_identical(index) + unreachable(index) == []
    advisor = Advisor(index)
    report = evaluate(advisor, [Case.of(one) for one in release.topic.expectations])
    assert [result for result in report.results if not result.passed] == []
    assert advisor.answer(Question("librarians need a day off")).entry == "sunday-opening.staff"
    far = advisor.answer(Question("who won the football match"))
    assert far.outcome is not Outcome.ANSWERED


@pytest.mark.parametrize("title", ["", " \u200b", "x" * 101])
def test_a_title_must_be_one(tmp_path: Path, title: str) -> None:
    with pytest.raises(UsageError, match="1 to 100"):
        start_topic(tmp_path / "a", title)
    assert not (tmp_path / "a").exists()


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        start_topic(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_of_two_that_start_in_one_folder_the_second_is_refused(tmp_path: Path) -> None:
    for _ in range(3):
        made = at_once(partial(start_topic, tmp_path / "a"), 2)
        [refused] = [each for each in made if isinstance(each, Exception)]
        assert isinstance(refused, UsageError)
        assert "not empty" in refused.message
        assert Repository.open(tmp_path / "a").dirty() == ()
        shutil.rmtree(tmp_path / "a")
