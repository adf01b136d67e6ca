"""Only files of the folder are read, within limits, and as of one moment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.knowledge import files
from bot.knowledge.files import snapshot
from bot.knowledge.load import inspect, load
from bot.knowledge.problems import KnowledgeError, Problem

PROPOSAL = "proposals/new-bridge.yaml"


def refused(folder: Path) -> list[str]:
    """Return what a folder is refused for."""
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


# Links, pipes and other things that are no files


def test_a_link_to_a_file_outside_is_refused(small_topic: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.yaml"
    outside.write_text("secret: 42")
    (small_topic / "proposals/secret.yaml").symlink_to(outside)
    (small_topic / "faq.yaml").unlink()
    (small_topic / "faq.yaml").symlink_to("/etc/passwd")
    found = refused(small_topic)
    assert found == [
        "faq.yaml: a link that leaves the topic; put the file itself here",
        "proposals/secret.yaml: a link that leaves the topic; put the file itself here",
    ]


@pytest.mark.parametrize("name", ["proposals", "questions", "translations"])
@pytest.mark.parametrize("target", ["/", "..", "../../bridge-too"])
def test_a_link_to_a_folder_outside_is_refused(name: str, target: str, small_topic: Path) -> None:
    shutil.rmtree(small_topic / name)
    (small_topic / name).symlink_to(target)
    assert f"{name}: the folder is a link that leaves the topic" in refused(small_topic)


def test_a_link_to_a_folder_further_down_is_refused(small_topic: Path, tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (small_topic / "questions/de").symlink_to(tmp_path / "de")
    assert refused(small_topic) == ["questions/de: a link to a folder; put the folder itself here"]


def test_a_link_inside_the_topic_is_followed(small_topic: Path) -> None:
    (small_topic / "faq.yaml").rename(small_topic / "faq.txt")
    (small_topic / "faq.yaml").symlink_to("faq.txt")
    assert "about-this" in load(small_topic).entries


def test_the_topic_itself_may_be_reached_by_a_link(small_topic: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(small_topic)
    assert load(tmp_path / "current").id == load(small_topic).id


@pytest.mark.parametrize("target", ["gone.yaml", "faq.yaml", "proposals"])
def test_a_link_to_nothing_is_refused(target: str, small_topic: Path) -> None:
    (small_topic / "faq.yaml").unlink()
    (small_topic / "faq.yaml").symlink_to(target)
    (line,) = refused(small_topic)
    assert line.startswith("faq.yaml: ")


def test_a_folder_that_links_to_itself_is_refused(small_topic: Path) -> None:
    (small_topic / "questions/en/loop.yaml").symlink_to("loop.yaml")
    shutil.rmtree(small_topic / "translations")
    (small_topic / "translations").symlink_to("translations")
    assert {line.split(":")[0] for line in refused(small_topic)} == {
        "questions/en/loop.yaml", "translations",
    }  # fmt: skip


def test_a_pipe_is_refused_without_waiting_for_its_writer(small_topic: Path) -> None:
    os.mkfifo(small_topic / "proposals/pipe.yaml")
    (small_topic / "faq.yaml").unlink()
    (small_topic / "faq.yaml").mkdir()
    assert refused(small_topic) == ["faq.yaml: is not a file", "proposals/pipe.yaml: is not a file"]


def test_a_file_in_the_place_of_a_folder_is_refused(small_topic: Path) -> None:
    shutil.rmtree(small_topic / "translations")
    (small_topic / "translations").touch()
    (line,) = refused(small_topic)
    assert line.startswith("translations: cannot be read")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("name", ["faq.yaml", "proposals"])
def test_what_must_not_be_read_is_named(name: str, small_topic: Path) -> None:
    (small_topic / name).chmod(0)
    try:
        (line,) = refused(small_topic)
    finally:
        (small_topic / name).chmod(0o700)
    assert line.startswith(f"{name}: cannot be read")


def test_a_file_beside_the_known_ones_is_a_warning(small_topic: Path) -> None:
    (small_topic / "facts.yaml").rename(small_topic / "facts.yml")
    (small_topic / "questions/en/facts.yaml").unlink()
    (small_topic / "translations/ru/new-bridge.yaml").unlink()
    path = small_topic / PROPOSAL
    path.write_text(path.read_text(encoding="utf-8").replace("facts: [bridge-cost]\n", ""))
    release = load(small_topic)
    assert [str(problem) for problem in release.warnings] == [
        "facts.yml: is not read; did you mean facts.yaml?"
    ]


# Limits


def test_a_topic_has_a_greatest_number_of_files(
    small_topic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(snapshot(small_topic).contents)
    monkeypatch.setattr(files, "MAX_FILES", count)
    load(small_topic)
    monkeypatch.setattr(files, "MAX_FILES", count - 1)
    assert refused(small_topic) == [f"more than {count - 1} files in one topic"]


def test_a_topic_has_a_greatest_size(small_topic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A sparse file takes no room on the disk.
    with (small_topic / "proposals/huge.yaml").open("wb") as stream:
        stream.truncate(files.MAX_TOTAL_BYTES)
    assert refused(small_topic) == ["proposals/huge.yaml: the topic is larger than 128 MiB"]


def test_a_large_file_is_refused_beside_all_other_errors(small_topic: Path) -> None:
    (small_topic / "proposals/large.yaml").write_bytes(b"#" * (16 * 1024 * 1024 + 1))
    (small_topic / "faq.yaml").write_text("- {id: x}\n")
    found = refused(small_topic)
    assert "proposals/large.yaml:1:1: the file is larger than 16 MiB" in found
    assert sum(line.startswith("faq.yaml") for line in found) == 2


# Files that change while they are read


def interfere(monkeypatch: pytest.MonkeyPatch, path: Path, *acts: object) -> list[Path]:
    """Do the next act each time a file is about to be read; return the reads so far."""
    real = Path.read_bytes
    waiting = list(acts)
    reads: list[Path] = []

    def read_bytes(self: Path) -> bytes:
        if self == path:
            reads.append(self)
            if waiting:
                act = waiting.pop(0)
                assert callable(act)
                act()
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    return reads


def test_a_file_removed_while_loading_is_as_if_it_never_was(
    small_topic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_topic.resolve() / "translations/ru/new-bridge.yaml"
    reads = interfere(monkeypatch, path, path.unlink)
    release = load(small_topic)
    assert len(reads) == 1
    assert release.topic.translations == {}
    assert release.id == load(small_topic).id


def test_a_file_changed_while_loading_is_read_again(
    small_topic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_topic.resolve()

    def edit() -> None:
        for name in ("topic.yaml", PROPOSAL):
            path = folder / name
            path.write_text(path.read_text(encoding="utf-8").replace("foot bridge", "footbridge"))

    # The proposal was edited after topic.yaml had been read as it was before.
    reads = interfere(monkeypatch, folder / "sources.yaml", edit)
    release = load(small_topic)
    assert len(reads) == 2
    assert release.entries["new-bridge"].title == "Build a footbridge"
    assert release.id == load(small_topic).id


def test_a_file_added_while_loading_is_read_too(
    small_topic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_topic.resolve()
    new = folder / "questions/en/zzz.yaml"
    interfere(monkeypatch, folder / PROPOSAL, lambda: new.write_text("mill-race:\n- a leat?\n"))
    assert ("en", "a leat?") in load(small_topic).topic.phrasings("mill-race")


def test_files_that_never_rest_are_given_up_in_a_sentence(
    small_topic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_topic.resolve() / "faq.yaml"
    text = path.read_text(encoding="utf-8")

    def grow() -> None:
        path.write_text(f"{text}{'#' * len(reads)}\n", encoding="utf-8")

    reads = interfere(monkeypatch, path, *[grow] * 100)
    assert refused(small_topic) == ["the files kept changing while they were read; try again"]
    assert len(reads) < 100


def test_a_file_that_vanishes_each_time_is_named(
    small_topic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_topic.resolve() / "questions/en/faq.yaml"
    path.unlink()
    listed = files._list

    def stale_listing(folder: Path) -> tuple[list[str], list[Problem]]:
        names, problems = listed(folder)
        return [*names, "questions/en/faq.yaml"], problems

    monkeypatch.setattr(files, "_list", stale_listing)
    assert refused(small_topic) == ["questions/en/faq.yaml: the file vanished while it was read"]


def test_an_unreadable_file_hides_nothing_else_and_sets_off_nothing(
    small_topic: Path, tmp_path: Path
) -> None:
    """A link that leaves the topic is reported beside the other files' errors, and only itself."""
    outside = tmp_path / "sources.yaml"
    (small_topic / "sources.yaml").rename(outside)
    (small_topic / "sources.yaml").symlink_to(outside)
    with (small_topic / "facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write("- id: odd\n  statment: misspelt\n")
    release, problems = inspect(snapshot(small_topic))
    errors = [problem for problem in problems if problem.severity == "error"]
    assert release is None
    assert {problem.file for problem in errors} == {"sources.yaml", "facts.yaml"}
    assert any("leaves the topic" in problem.message for problem in errors)
    assert any("statment" in problem.message for problem in errors)
    with pytest.raises(KnowledgeError, match="leaves the topic"):
        load(small_topic)
