"""Repositories to try things on, and git as its users run it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bot.curation.repository import Commit, Repository
from tests.conftest import write_topic

_USER = {
    "GIT_AUTHOR_NAME": "Somebody",
    "GIT_AUTHOR_EMAIL": "somebody@example.org",
    "GIT_COMMITTER_NAME": "Somebody",
    "GIT_COMMITTER_EMAIL": "somebody@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Run git as somebody at the keyboard would; returns what it prints."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=os.environ | _USER,
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout.decode(errors="replace")


def made(folder: Path) -> Repository:
    """Return a fresh repository whose root is the small topic."""
    shipped = write_topic(folder.with_name(f"{folder.name}-shipped") / "bridge")
    return Repository.create(folder, shipped)


def within(folder: Path) -> Repository:
    """Return the small topic inside somebody's repository, beside other things of theirs."""
    topic = write_topic(folder / "texts" / "bridge")
    (folder / "notes.txt").write_text("mine\n")
    git(folder, "init", "-q", "-b", "work")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "All of it")
    return Repository.open(topic)


def edited(repository: Repository, name: str, old: str, new: str) -> dict[str, bytes]:
    """Return HEAD's files with one text replaced, which must be there once."""
    contents = dict(repository.contents(repository.head().id))
    assert contents[name].count(old.encode()) == 1
    contents[name] = contents[name].replace(old.encode(), new.encode())
    return contents


def published(
    repository: Repository,
    contents: dict[str, bytes],
    *,
    author: str = "moderator-7f3a",
    reason: str = "Because it was wrong",
) -> Commit:
    """Publish on top of HEAD."""
    return repository.publish(contents, base=repository.head().id, author=author, reason=reason)


def on_disk(repository: Repository) -> dict[str, bytes]:
    """Return the topic's files as they lie in the work tree."""
    return {
        path.relative_to(repository.folder).as_posix(): path.read_bytes()
        for path in repository.folder.rglob("*.yaml")
        if ".git" not in path.parts
    }


def leftovers(root: Path) -> list[str]:
    """Return what a publish should not leave behind: temporary files, locks, its journal."""
    stray = [path for path in root.rglob("*") if "rejoinder-tmp" in path.name]
    stray += [*root.joinpath(".git").rglob("*.lock"), *root.joinpath(".git").rglob("tmp_*")]
    own = root / ".git" / "rejoinder"
    stray += [path for path in own.iterdir() if path.name != "lock"] if own.exists() else []
    return [str(path) for path in stray]
