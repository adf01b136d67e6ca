"""Load a folder into a release: whole, or not at all."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot.knowledge.files import Snapshot, resolve_folder, snapshot
from bot.knowledge.lint import lint
from bot.knowledge.parse import parse
from bot.knowledge.problems import KnowledgeError, Problem
from bot.knowledge.release import Release

# What lint says of a field merely follows where one of these keys of it is mistyped.
_FOLLOWS_FROM = {
    "ground": ("sources", "basis", "rationale", "how"),
    "undated": ("as_of",),
    "no-reply": ("replies",),
    "lopsided": ("objections", "rationale"),
    "stale": ("of",),
}


def inspect(files: Snapshot) -> tuple[Release | None, list[Problem]]:
    """Validate a snapshot; return the release where there is one, and every finding."""
    parsed = parse(files)
    found = [
        problem
        for problem in lint(parsed.topic, parsed.texts, parsed.unread)
        if not any(
            (problem.file, problem.field, key) in parsed.mistyped
            for key in _FOLLOWS_FROM.get(problem.code, ())
        )
        # What a file holds that could not be read is not known to be missing.
        and not (files.problems and problem.code == "dangling")
    ]
    unreadable = {problem.file for problem in files.problems}
    said = [problem for problem in parsed.problems if problem.file not in unreadable]
    problems = sorted({*files.problems, *said, *found})
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return Release(files.digest, parsed.topic, files.folder, tuple(problems)), problems


def load(path: Path) -> Release:
    """Load the topic that a path means.

    Raises UsageError where there is no topic, and KnowledgeError with every problem where the
    topic is not valid.
    """
    return load_snapshot(snapshot(resolve_folder(path)))


def load_snapshot(files: Snapshot) -> Release:
    """Load the topic that a snapshot holds. Raises KnowledgeError as load() does."""
    release, problems = inspect(files)
    if release is None:
        raise KnowledgeError(
            str(files.folder), [problem for problem in problems if problem.severity == "error"]
        )
    return release


def commit_of(folder: Path) -> str | None:
    """Return the git commit that is checked out around a folder, None outside a repository.

    It is named beside a release for people; the hash of the content is what identifies it.
    """
    try:
        found = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None
