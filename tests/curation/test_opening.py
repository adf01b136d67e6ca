"""The copy of the shipped topic that moderators change: made once, and used from then on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from bot.curation.opening import with_own_knowledge
from bot.curation.repository import Repository
from bot.errors import UsageError
from bot.knowledge.files import resolve_folder, snapshot
from bot.settings import Settings, load_settings, own_knowledge, shipped_knowledge

from .racing import at_once
from .repositories import git


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KNOWLEDGE", "CONFIG", "DATA"):
        monkeypatch.delenv(f"REJOINDER_{name}", raising=False)


def test_the_copy_is_the_shipped_topic_and_every_command_finds_it(tmp_path: Path) -> None:
    before = load_settings(data=tmp_path)
    assert before.knowledge == shipped_knowledge()
    own = with_own_knowledge(before)
    assert own.knowledge == own_knowledge(tmp_path)
    folder = resolve_folder(own.knowledge)
    assert snapshot(folder).digest == snapshot(resolve_folder(shipped_knowledge())).digest
    assert load_settings(data=tmp_path).knowledge == own.knowledge
    assert load_settings(data=tmp_path, knowledge=tmp_path).knowledge == tmp_path

    repository = Repository.open(own.knowledge)
    git(folder, "rm", "-q", "expectations.yaml")
    git(folder, "commit", "-q", "-m", "Not needed")
    again = with_own_knowledge(load_settings(data=tmp_path))
    assert again.knowledge == own.knowledge
    assert repository.head().reason == "Not needed"


def test_a_folder_that_somebody_chose_stays_what_it_is(tmp_path: Path) -> None:
    chosen = Settings(knowledge=tmp_path / "mine", data=tmp_path / "data")
    assert with_own_knowledge(chosen) is chosen
    assert not own_knowledge(chosen.data).exists()


def test_without_git_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git"):
        with_own_knowledge(load_settings(data=tmp_path / "data"))
    monkeypatch.undo()
    assert load_settings(data=tmp_path / "data").knowledge == shipped_knowledge()


def test_a_copy_that_was_cut_off_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("bot.curation.creation._first_commit", _die)
        with pytest.raises(KeyboardInterrupt):
            with_own_knowledge(load_settings(data=tmp_path))
    own = with_own_knowledge(load_settings(data=tmp_path))
    assert Repository.open(own.knowledge).dirty() == ()


def test_several_that_start_at_once_make_one_copy(tmp_path: Path) -> None:
    for attempt in range(3):
        settings = load_settings(data=tmp_path / str(attempt))
        made = at_once(partial(with_own_knowledge, settings), 4)
        own = [each.knowledge for each in made if isinstance(each, Settings)]
        assert own == [own_knowledge(settings.data)] * 4, made
        repository = Repository.open(own_knowledge(settings.data))
        assert repository.dirty() == ()
        assert len(repository.history()) == 1
        assert not [path for path in repository.folder.parent.iterdir() if "lock" in path.name]


def _die(*_: object) -> None:
    raise KeyboardInterrupt
