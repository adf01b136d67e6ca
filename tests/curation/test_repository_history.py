"""History of an entry, differences between releases, and undo, in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.curation.nodes import entry_view
from bot.curation.repository import Repository, UndoConflict
from bot.errors import UsageError

from .repositories import edited, git, leftovers, made, on_disk, published, within

PROPOSAL = "proposals/new-bridge.yaml"
QUESTIONS = "questions/en/new-bridge.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return within(tmp_path / "kb")


def _change(repository: Repository, name: str, old: str, new: str, reason: str) -> str:
    return published(repository, edited(repository, name, old, new), reason=reason).id


def test_the_history_of_an_entry_is_its_own(repository: Repository) -> None:
    _change(repository, PROPOSAL, "school roof.", "new school roof.", "cost: text")
    _change(repository, PROPOSAL, "most of it", "half of it", "reply to cost")
    _change(
        repository, QUESTIONS, "new-bridge.cost:\n", "new-bridge.cost:\n- too dear\n", "phrasing"
    )
    _change(repository, PROPOSAL, "foot bridge beside", "bridge beside", "statement")
    _change(
        repository, PROPOSAL, "- id: new-bridge.cost\n", "# dear\n- id: new-bridge.cost\n", "note"
    )
    _change(repository, "facts.yaml", "90,000", "95,000", "fact")
    _change(repository, "sources.yaml", "Ada Quill", "A. Quill", "source")
    _change(repository, "translations/ru/new-bridge.yaml", "мельницы", "Мельницы", "russian")

    def reasons(entry: str | None, limit: int = 20) -> list[str]:
        return [commit.reason for commit in repository.history(entry, limit)]

    first = "All of it"
    assert reasons("new-bridge.cost") == ["phrasing", "cost: text", first]
    assert reasons("new-bridge.cost", limit=1) == ["phrasing"]
    assert reasons("new-bridge.cost.1") == ["reply to cost", first]
    assert reasons("new-bridge.cost.c1") == [first]
    assert reasons("new-bridge") == ["russian", "statement", first]
    assert reasons("bridge-cost") == ["fact", first]
    assert reasons("gazette") == ["source", first]
    assert reasons("nobody") == []
    assert reasons(None, limit=3) == ["russian", "source", "fact"]
    assert len(reasons(None)) == 9
    authors = {commit.author for commit in repository.history()}
    assert authors == {"moderator-7f3a", "Somebody"}


def test_what_does_not_concern_the_topic_is_no_history_of_it(repository: Repository) -> None:
    root = repository.folder.parents[1]
    (root / "notes.txt").write_text("more\n")
    (repository.folder / "proposals" / "README.md").write_text("how to write one\n")
    (root / "topic.yaml").write_text("another one\n")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Notes")
    assert [commit.reason for commit in repository.history()] == ["All of it"]
    assert repository.head().reason == "Notes"
    with pytest.raises(UsageError, match="changed nothing of this topic"):
        repository.revert("HEAD")


def test_a_file_that_was_broken_for_a_while_is_in_the_history(repository: Repository) -> None:
    whole = (repository.folder / "facts.yaml").read_bytes()
    for reason, data in (("broken", b"- id: bridge-cost\n  {"), ("mended", whole)):
        (repository.folder / "facts.yaml").write_bytes(data)
        git(repository.folder, "commit", "-q", "-am", reason)
    reasons = [commit.reason for commit in repository.history("bridge-cost")]
    assert reasons == ["mended", "broken", "All of it"]


def test_a_merge_is_one_step_and_can_be_undone(repository: Repository) -> None:
    before = repository.contents("HEAD")
    git(repository.folder, "switch", "-q", "-c", "side")
    side = [
        _change(repository, "facts.yaml", "90,000", "95,000", "first"),
        _change(repository, "facts.yaml", "95,000", "97,000", "second"),
    ]
    git(repository.folder, "switch", "-q", "work")
    git(repository.folder, "merge", "-q", "--no-ff", "-m", "Merged", "side")
    assert [commit.reason for commit in repository.history("bridge-cost")] == [
        "Merged",
        "All of it",
    ]
    with pytest.raises(UsageError, match="changed nothing of this topic on its branch"):
        repository.revert(side[0])
    assert repository.revert(repository.head().id) == before


def test_the_diff_between_two_releases(repository: Repository) -> None:
    old = repository.head().id
    contents = edited(repository, "facts.yaml", "90,000", "95,000")
    contents["proposals/tunnel.yaml"] = contents.pop("translations/ru/new-bridge.yaml")
    contents["topic.yaml"] = contents["topic.yaml"].rstrip(b"\n")
    new = published(repository, contents).id
    assert repository.diff(old, old) == []
    files = {file.name: file for file in repository.diff(old[:10], "HEAD")}
    assert list(files) == [
        "facts.yaml", "proposals/tunnel.yaml", "topic.yaml", "translations/ru/new-bridge.yaml",
    ]  # fmt: skip
    assert (
        "\n-  statement: The bridge was estimated at 90,000 crowns.\n" in files["facts.yaml"].text
    )
    assert (
        "\n+  statement: The bridge was estimated at 95,000 crowns.\n" in files["facts.yaml"].text
    )
    added = files["proposals/tunnel.yaml"]
    assert (added.before, added.after) == (None, contents["proposals/tunnel.yaml"])
    assert added.text.startswith("--- /dev/null\n+++ b/proposals/tunnel.yaml\n@@ -0,0 +1,")
    assert files["topic.yaml"].text.endswith("\\ No newline at end of file\n")
    back = {file.name: (file.after, file.before) for file in repository.diff(new, old)}
    assert back == {name: (file.before, file.after) for name, file in files.items()}


@pytest.mark.parametrize(
    "revision", ["", "0000000", "--all", "-h", "a b", "HEAD:facts.yaml", "x\n"]
)
def test_what_is_no_commit_is_said(repository: Repository, revision: str) -> None:
    for ask in (repository.contents, repository.revert, lambda r: repository.diff("HEAD", r)):
        with pytest.raises(UsageError, match="There is no commit"):
            ask(revision)


def test_an_undo_takes_one_publish_back_and_keeps_the_later(repository: Repository) -> None:
    wrong = _change(repository, PROPOSAL, "school roof.", "pool.", "wrong")
    _change(repository, PROPOSAL, "until autumn", "until winter", "elsewhere in the file")
    _change(repository, "facts.yaml", "90,000", "95,000", "another file")
    contents = edited(repository, PROPOSAL, "pool.", "school roof.")
    assert repository.revert(wrong) == contents
    undo = published(repository, dict(repository.revert(wrong)), reason="Undo: wrong")
    assert on_disk(repository) == contents
    assert [c.reason for c in repository.history("new-bridge.cost", 2)] == ["Undo: wrong", "wrong"]
    # What is undone can be undone, and an undo of what is undone already changes nothing.
    assert repository.revert(wrong) == repository.contents("HEAD")
    assert b"pool." in repository.revert(undo.id)[PROPOSAL]


def test_an_undo_that_meets_a_later_change_names_it(repository: Repository) -> None:
    wrong = _change(repository, PROPOSAL, "school roof.", "pool.", "wrong")
    _change(repository, PROPOSAL, "until autumn", "until winter", "harmless")
    theirs = _change(repository, PROPOSAL, "for the pool.", "for the town's pool.", "on top")
    _change(repository, PROPOSAL, "until winter", "until spring", "harmless too")
    with pytest.raises(UndoConflict) as caught:
        repository.revert(wrong)
    assert (caught.value.name, caught.value.later) == (PROPOSAL, theirs)
    assert "'on top'" in caught.value.message
    assert theirs[:12] in caught.value.message


def test_an_undo_of_files_that_appeared_or_went(repository: Repository) -> None:
    start = repository.contents("HEAD")
    tunnel, russian = "proposals/tunnel.yaml", "translations/ru/new-bridge.yaml"
    contents = dict(start)
    contents[tunnel] = b"id: tunnel\n"
    added = published(repository, contents).id
    contents.pop(russian)
    removed = published(repository, contents).id
    assert tunnel not in repository.revert(added)
    assert repository.revert(removed)[russian] == start[russian]
    edit = _change(repository, tunnel, "id: tunnel\n", "id: tunnel\ntitle: A tunnel\n", "title")
    with pytest.raises(UndoConflict) as caught:
        repository.revert(added)
    assert (caught.value.name, caught.value.later) == (tunnel, edit)
    assert tunnel not in repository.revert(added, onto=removed)


def test_the_commit_that_made_the_topic_stays(repository: Repository) -> None:
    _change(repository, "facts.yaml", "90,000", "95,000", "later")
    with pytest.raises(UsageError, match="made the topic"):
        repository.revert(repository.history()[-1].id)


@settings(max_examples=8)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["facts.yaml", PROPOSAL, QUESTIONS, "proposals/tunnel.yaml"]),
            st.binary(max_size=40) | st.none(),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_publish_and_undo_is_the_identity(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bytes | None]]
) -> None:
    repository = made(tmp_path_factory.mktemp("undo") / "kb")
    states, commits = [dict(repository.contents("HEAD"))], []
    for name, data in steps:
        contents = dict(states[-1])
        if data is None:
            contents.pop(name, None)
        else:
            contents[name] = data
        # Line ends alone are no change, as git for Windows makes them.
        if contents != states[-1] and not _same_but_for_line_ends(contents, states[-1]):
            commits.append(published(repository, contents).id)
            states.append(contents)
    for before, commit in zip(states[-2::-1], commits[::-1], strict=True):
        assert repository.revert(commit) == before
        published(repository, dict(repository.revert(commit)))
        assert on_disk(repository) == before
    assert leftovers(repository.folder) == []
    assert git(repository.folder, "status", "--porcelain") == ""


def _same_but_for_line_ends(one: dict[str, bytes], other: dict[str, bytes]) -> bool:
    return {name: data.replace(b"\r\n", b"\n") for name, data in one.items()} == other


@given(st.text("abc: -#{}[]'\"\n\t&", max_size=60))
def test_any_file_can_be_looked_into(text: str) -> None:
    files = {name: text.encode() for name in ("facts.yaml", PROPOSAL, QUESTIONS, "sources.yaml")}
    assert entry_view(files, "a") == entry_view(dict(reversed(files.items())), "a")
    assert entry_view({"facts.yaml": b"- id: b\n"}, "a") == []
