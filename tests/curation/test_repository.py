"""Publish to real git repositories as moderators and their co-authors use them."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.curation.repository import NewerHeadError, PublishError, Repository
from bot.errors import UsageError
from bot.knowledge.words import clean
from tests.conftest import write_topic

from .repositories import edited, git, leftovers, made, on_disk, published, within

COST = ("facts.yaml", "90,000", "95,000")


def test_a_publish_is_one_commit_with_its_author_and_reason(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    before = repository.head()
    commit = published(
        repository, edited(repository, *COST), author="Ada Quill", reason="The estimate rose"
    )
    assert repository.head() == commit
    assert (commit.author, commit.reason, commit.kept) == ("Ada Quill", "The estimate rose", ())
    assert repository.history() == [commit, before]
    shown = git(tmp_path / "kb", "log", "-1", "--format=%P %an <%ae> %cn <%ce> %B").strip()
    who = "Ada Quill <ada-quill@rejoinder.invalid>"
    assert shown == f"{before.id} {who} {who} The estimate rose"
    assert b"95,000" in (tmp_path / "kb" / "facts.yaml").read_bytes()
    assert on_disk(repository) == repository.contents(commit.id)
    assert git(tmp_path / "kb", "status", "--porcelain") == ""
    assert leftovers(tmp_path / "kb") == []
    assert git(tmp_path / "kb", "count-objects").startswith(
        f"{len(git(tmp_path / 'kb', 'rev-list', '--objects', '--all').splitlines())} objects"
    )


def test_files_appear_and_disappear_with_their_folders(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    contents = dict(repository.contents("HEAD"))
    moved = contents.pop("translations/ru/new-bridge.yaml")
    contents["translations/uk/new-bridge.yaml"] = moved
    published(repository, contents)
    assert on_disk(repository) == contents
    assert not (tmp_path / "kb" / "translations" / "ru").exists()
    assert git(tmp_path / "kb", "status", "--porcelain") == ""


def test_permissions_of_files_are_kept(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    facts = tmp_path / "kb" / "facts.yaml"
    facts.chmod(0o640)
    published(repository, edited(repository, *COST))
    assert stat.S_IMODE(facts.stat().st_mode) == 0o640


def test_nothing_else_of_a_repository_is_touched(tmp_path: Path) -> None:
    repository = within(tmp_path)
    (tmp_path / "notes.txt").write_text("staged\n")
    (tmp_path / "new.txt").write_text("staged as new\n")
    faq = repository.folder / "faq.yaml"
    faq.write_bytes(faq.read_bytes() + b"# staged by somebody\n")
    git(tmp_path, "add", ".")
    (tmp_path / "notes.txt").write_text("and edited again\n")
    (tmp_path / "untracked.txt").write_text("?\n")
    glossary = repository.folder / "glossary.yaml"
    glossary.write_bytes(glossary.read_bytes() + b"# edited by somebody\n")
    before = git(tmp_path, "status", "--porcelain"), git(tmp_path, "diff", "--cached")

    commit = published(repository, edited(repository, *COST))
    assert (git(tmp_path, "status", "--porcelain"), git(tmp_path, "diff", "--cached")) == before
    changed = git(tmp_path, "show", "--name-only", "--format=", commit.id)
    assert changed == "texts/bridge/facts.yaml\n"
    assert (tmp_path / "notes.txt").read_text() == "and edited again\n"
    assert repository.dirty() == ("faq.yaml", "glossary.yaml")


def test_an_edit_in_the_moment_of_staging_stays_visible(tmp_path: Path) -> None:
    # git knows such an edit only by the index being no younger than the file ("racy git").
    repository = within(tmp_path)
    git(tmp_path, "config", "core.trustctime", "false")
    notes, index = tmp_path / "notes.txt", tmp_path / ".git" / "index"
    a_while_ago = (notes.stat().st_mtime - 100,) * 2
    notes.write_text("staged\n")
    os.utime(notes, a_while_ago)
    git(tmp_path, "add", "notes.txt")
    notes.write_text("edited\n")
    for path in (notes, index):
        os.utime(path, a_while_ago)
    published(repository, edited(repository, *COST))
    assert git(tmp_path, "status", "--porcelain") == "MM notes.txt\n"


def _edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"# mine\n")


def _stage(path: Path) -> None:
    text = path.read_bytes()
    _edit(path)
    git(path.parent, "add", path.name)
    path.write_bytes(text)


def _hide(path: Path) -> None:
    git(path.parent, "update-index", "--assume-unchanged", path.name)
    _edit(path)


def _link(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    path.replace(elsewhere)
    path.symlink_to(elsewhere.name)


@pytest.mark.parametrize("how", [_edit, _stage, _hide, _link, Path.unlink])
@pytest.mark.parametrize("place", [made, within])
def test_uncommitted_edits_are_never_swept_along(
    tmp_path: Path, how: Callable[[Path], None], place: Callable[[Path], Repository]
) -> None:
    repository = place(tmp_path / "kb")
    contents = edited(repository, *COST)
    how(repository.folder / "facts.yaml")
    head, disk = repository.head(), on_disk(repository)
    index = git(repository.folder, "ls-files", "-s")
    assert repository.dirty() == ("facts.yaml",)
    with pytest.raises(PublishError, match=r"^facts\.yaml has edits that were never committed"):
        published(repository, contents)
    assert (repository.head(), on_disk(repository)) == (head, disk)
    assert git(repository.folder, "ls-files", "-s") == index
    # What is not in their way goes out all the same, without their edits.
    commit = published(repository, edited(repository, "faq.yaml", "What is this?", "What's this?"))
    assert [file.name for file in repository.diff(head.id, commit.id)] == ["faq.yaml"]
    assert on_disk(repository)["faq.yaml"] == repository.contents("HEAD")["faq.yaml"]


def test_contents_read_from_an_edited_folder_are_refused(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    _edit(repository.folder / "faq.yaml")
    extra = repository.folder / "proposals" / "half-written.yaml"
    extra.write_text("id: half-written\n")
    contents = on_disk(repository)
    contents["facts.yaml"] += b"# ours\n"
    with pytest.raises(PublishError, match=r"^faq\.yaml, proposals/half-written\.yaml have edits"):
        published(repository, contents)
    assert repository.dirty() == ("faq.yaml", "proposals/half-written.yaml")


def test_a_folder_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    outside = tmp_path / "outside"
    (tmp_path / "kb" / "proposals").rename(outside)
    (tmp_path / "kb" / "proposals").symlink_to(outside)
    name = "proposals/new-bridge.yaml"
    with pytest.raises(PublishError, match=r"new-bridge\.yaml has edits"):
        published(repository, edited(repository, name, "foot bridge beside", "bridge beside"))
    assert b"foot bridge beside" in (outside / "new-bridge.yaml").read_bytes()


@pytest.mark.parametrize("name", [
    "../escape.yaml", "/tmp/escape.yaml", "proposals/../../escape.yaml", ".git/config",
    "proposals/.git/hooks.yaml", "README.md", "proposals/a\n.yaml", "proposals//a.yaml",
])  # fmt: skip
def test_only_files_of_a_topic_are_written(tmp_path: Path, name: str) -> None:
    repository = made(tmp_path / "kb")
    contents = {**repository.contents("HEAD"), name: b"x: y\n"}
    with pytest.raises(PublishError, match="is not a file of a topic"):
        published(repository, contents)


def test_a_change_made_on_an_older_release_is_refused_with_both_ids(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    base = repository.head().id
    mine = edited(repository, "faq.yaml", "What is this?", "What's this?")
    theirs = published(repository, edited(repository, *COST))
    with pytest.raises(NewerHeadError) as caught:
        repository.publish(mine, base=base, author="Bo", reason="Shorter")
    assert (caught.value.base, caught.value.head) == (base, theirs.id)
    assert repository.head() == theirs
    assert leftovers(tmp_path / "kb") == []


def test_what_is_no_change_is_refused(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    contents = dict(repository.contents("HEAD"))
    with pytest.raises(PublishError, match="nothing to publish"):
        published(repository, contents)
    with pytest.raises(PublishError, match="reason"):
        published(repository, edited(repository, *COST), reason=" \x00\n")
    with pytest.raises(PublishError, match="not a whole topic"):
        published(repository, {"facts.yaml": b"[]\n"})


@pytest.mark.parametrize(
    "arguments",
    [("merge", "-q", "--no-commit", "--no-ff", "side"), ("cherry-pick", "-n", "side"), None],
)
def test_a_half_done_merge_is_left_alone(tmp_path: Path, arguments: tuple[str, ...] | None) -> None:
    repository = within(tmp_path)
    git(tmp_path, "switch", "-q", "-c", "side")
    (tmp_path / "notes.txt").write_text("theirs\n")
    git(tmp_path, "commit", "-q", "-am", "Notes")
    git(tmp_path, "switch", "-q", "work")
    contents = edited(repository, *COST)
    if arguments is None:
        git(tmp_path, "switch", "-q", "--detach")
        with pytest.raises(UsageError, match="No branch is checked out"):
            published(repository, contents)
        return
    git(tmp_path, *arguments)
    if arguments[0] == "cherry-pick":  # -n leaves no mark, and needs none: its changes are staged
        published(repository, contents)
        assert git(tmp_path, "diff", "--cached", "--name-only") == "notes.txt\n"
        return
    with pytest.raises(PublishError, match="in the middle of a merge"):
        published(repository, contents)


HOOKS = (
    "pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-checkout",
    "post-index-change", "prepare-commit-msg", "update", "fsmonitor",
)  # fmt: skip


def test_the_users_configuration_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks, ran = tmp_path / "hooks", tmp_path / "ran"
    for place in (hooks, tmp_path / "templates" / "hooks"):
        place.mkdir(parents=True)
        for name in HOOKS:
            hook = place / name
            hook.write_text(f"#!/bin/sh\necho {name} >> {ran}\nexit 1\n")
            hook.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    hostile = f"""\
[core]
    hooksPath = {hooks}
    fsmonitor = {hooks}/fsmonitor
    autocrlf = true
    eol = crlf
    editor = {hooks}/pre-commit
    pager = {hooks}/pre-commit
    quotePath = true
    splitIndex = true
    attributesFile = {tmp_path}/attributes
    excludesFile = {tmp_path}/attributes
[commit]
    gpgSign = true
    template = {tmp_path}/attributes
    verbose = true
[gpg]
    program = {hooks}/pre-commit
[user]
    name = Real Name
    email = real.name@example.org
    useConfigOnly = true
[filter "loud"]
    clean = {hooks}/update
    smudge = {hooks}/update
    required = true
[diff]
    external = {hooks}/pre-commit
    noprefix = true
    renames = copies
[log]
    showSignature = true
    date = relative
    follow = true
[color]
    ui = always
[init]
    templateDir = {tmp_path}/templates
    defaultBranch = trunk
[i18n]
    commitEncoding = ISO-8859-1
    logOutputEncoding = UTF-16
[index]
    version = 4
[alias]
    log = !exit 1
"""
    (home / ".gitconfig").write_text(hostile)
    (tmp_path / "attributes").write_text("*.yaml text eol=crlf filter=loud ident\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(home / ".gitconfig"))
    for name, value in {
        "GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index", "GIT_AUTHOR_NAME": "Real Name",
        "GIT_COMMITTER_DATE": "1999-01-01T00:00:00+05:00", "GIT_TRACE": str(ran),
        "GIT_EDITOR": "false", "EDITOR": "false", "GIT_PAGER": "false", "TZ": "Asia/Tbilisi",
        "GIT_TEMPLATE_DIR": str(tmp_path / "templates"), "GIT_EXTERNAL_DIFF": "false",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(hooks),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    repository = made(tmp_path / "kb")
    # A repository's own configuration is read by git whatever we say, so it is hostile as well.
    with (tmp_path / "kb" / ".git" / "config").open("a") as config:
        config.write(hostile)
    (tmp_path / "kb" / ".git" / "info").mkdir()
    (tmp_path / "kb" / ".git" / "info" / "attributes").write_text(
        "*.yaml text eol=crlf filter=loud ident\n"
    )
    first = repository.head()
    contents = edited(repository, *COST)
    contents["facts.yaml"] += "# $Id$ наши правки\n".encode()
    commit = published(repository, contents, author="moderator-7f3a", reason="Выросла смета")
    with pytest.raises(PublishError):
        published(repository, contents)
    undone = published(repository, dict(repository.revert(commit.id)))
    repository.recover()

    assert repository.history("bridge-cost") == [undone, commit, first]
    assert commit.reason == "Выросла смета"
    assert repository.contents(commit.id) == contents
    assert "95,000" in repository.diff(first.id, commit.id)[0].text
    assert on_disk(repository) == repository.contents(first.id)
    assert repository.dirty() == ()
    assert not ran.exists(), ran.read_text()
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_TRACE"):
        monkeypatch.delenv(name)
    raw = subprocess.run(
        ["git", "cat-file", "-p", commit.id], cwd=tmp_path / "kb", capture_output=True, check=True
    ).stdout.decode()
    assert "moderator-7f3a <moderator-7f3a@rejoinder.invalid>" in raw
    assert not {"Real", "gpgsig", "1999", "+0400", "encoding"} & set(
        raw.replace("\n", " ").split(" ")
    )
    assert (tmp_path / "kb" / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert not (tmp_path / "kb" / ".git" / "hooks").exists()


def test_a_work_tree_with_windows_line_ends_is_not_an_edited_one(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    for path in (tmp_path / "kb").rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert repository.dirty() == ()
    contents = on_disk(repository) | {"facts.yaml": edited(repository, *COST)["facts.yaml"]}
    base = repository.head().id
    commit = published(repository, contents)
    assert [file.name for file in repository.diff(base, commit.id)] == ["facts.yaml"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may chown")
def test_a_folder_that_somebody_else_owns_can_be_published_to(tmp_path: Path) -> None:
    repository = made(tmp_path / "kb")
    for path in [tmp_path / "kb", *(tmp_path / "kb").rglob("*")]:
        os.chown(path, 4242, 4242)
    assert published(Repository.open(tmp_path / "kb"), edited(repository, *COST))


@settings(max_examples=25)
@given(
    reason=st.text(min_size=1, max_size=60)
    | st.sampled_from(["#12", "# gone?", "a\n\n#b", "-m x"]),
    author=st.text(max_size=30) | st.sampled_from(["<>", "...", "a\nb <c@d>", "moderator-1"]),
)
def test_no_reason_or_name_does_harm(
    tmp_path_factory: pytest.TempPathFactory, reason: str, author: str
) -> None:
    repository = _shared(tmp_path_factory)
    contents = dict(repository.contents("HEAD"))
    contents["faq.yaml"] += b"# once more\n"
    if not clean(reason):
        with pytest.raises(PublishError, match="reason"):
            published(repository, contents, author=author, reason=reason)
        return
    commit = published(repository, contents, author=author, reason=reason)
    assert repository.head() == commit
    raw = git(repository.folder, "cat-file", "-p", commit.id)
    headers, body = raw.split("\n\n", 1)
    assert [line.split(" ", 1)[0] for line in headers.splitlines()] == [
        "tree", "parent", "author", "committer",
    ]  # fmt: skip
    # One line, which git's editor would not strip as a comment; nothing that is not printable.
    assert body == body.rstrip("\n") + "\n"
    assert body[0] == " " or body[0].isalnum()
    assert "\n" not in body[:-1]
    assert body.strip() == commit.reason
    assert headers.count("@rejoinder.invalid>") == 2
    if reason.isascii() and reason.isalnum():
        assert commit.reason == reason
    if author.isascii() and author.isalnum():
        assert commit.author == author


_repositories: dict[Path, Repository] = {}


def _shared(factory: pytest.TempPathFactory) -> Repository:
    base = factory.getbasetemp()
    if base not in _repositories:
        _repositories[base] = made(factory.mktemp("reasons") / "kb")
    return _repositories[base]


def test_no_repository_no_commit_a_bare_one_and_no_git_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = write_topic(tmp_path / "bridge")
    with pytest.raises(UsageError, match="not in a git repository") as caught:
        Repository.open(topic)
    assert caught.value.hint is not None
    assert "rejoinder knowledge init" in caught.value.hint
    git(tmp_path, "init", "-q")
    with pytest.raises(UsageError, match="never committed"):
        Repository.open(topic)
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "Start")
    with pytest.raises(UsageError, match="never committed"):
        Repository.open(topic)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "The topic")
    assert Repository.open(tmp_path).folder == topic  # the only topic of the folder
    git(tmp_path, "checkout", "-q", "--detach")
    with pytest.raises(UsageError, match="No branch is checked out"):
        Repository.open(topic)
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "-q", "--bare", str(bare))
    write_topic(bare)
    with pytest.raises(UsageError, match="a bare one"):
        Repository.open(bare)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        Repository.open(topic)
    with pytest.raises(UsageError, match="git is not installed"):
        Repository.create(tmp_path / "fresh", topic)


def test_a_linked_work_tree_is_a_repository_too(tmp_path: Path) -> None:
    made(tmp_path / "kb")
    git(tmp_path / "kb", "worktree", "add", "-q", "-b", "drafts", str(tmp_path / "drafts"))
    drafts = Repository.open(tmp_path / "drafts")
    commit = published(drafts, edited(drafts, *COST))
    assert git(tmp_path / "kb", "rev-parse", "drafts").strip() == commit.id
    assert git(tmp_path / "drafts", "status", "--porcelain") == ""
    assert git(tmp_path / "kb", "status", "--porcelain") == ""


def test_a_repository_with_longer_ids(tmp_path: Path) -> None:
    topic = write_topic(tmp_path / "bridge")
    git(topic, "init", "-q", "--object-format=sha256")
    git(topic, "add", ".")
    git(topic, "commit", "-q", "-m", "Start")
    repository = Repository.open(topic)
    contents = edited(repository, *COST)
    del contents["translations/ru/new-bridge.yaml"]
    commit = published(repository, contents)
    assert len(commit.id) == 64
    assert on_disk(repository) == contents
    assert git(topic, "status", "--porcelain") == ""


def test_a_locked_index_is_waited_for_and_then_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = made(tmp_path / "kb")
    monkeypatch.setattr("bot.curation.journal.INDEX_PATIENCE", 0.1)
    lock = tmp_path / "kb" / ".git" / "index.lock"
    lock.touch()
    with pytest.raises(PublishError, match="Another git command is at work"):
        published(repository, edited(repository, *COST))
    assert lock.exists()
    lock.unlink()
    published(repository, edited(repository, *COST))


def test_create_wants_an_empty_folder_and_resumes_its_own(tmp_path: Path) -> None:
    shipped = write_topic(tmp_path / "bridge")
    (shipped / ".hidden").write_text("not the topic's\n")
    target = tmp_path / "kb"
    target.mkdir()
    (target / "letter.txt").write_text("mine\n")
    with pytest.raises(UsageError, match="not empty"):
        Repository.create(target, shipped)
    assert [path.name for path in target.iterdir()] == ["letter.txt"]
    (target / "letter.txt").unlink()
    repository = Repository.create(target, shipped)
    assert git(target, "branch", "--show-current") == "main\n"
    assert len(repository.history()) == 1
    assert repository.history()[0].author == "Rejoinder"
    assert on_disk(repository) == on_disk_of(shipped)
    assert not (target / ".hidden").exists()
    with pytest.raises(UsageError, match="not empty"):
        Repository.create(target, shipped)


def on_disk_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")
    }
