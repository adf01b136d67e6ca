"""Load a folder into a release, and keep the last good release in service."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.knowledge.files import Snapshot, resolve_folder, snapshot
from bot.knowledge.lint import lint
from bot.knowledge.parse import parse
from bot.knowledge.problems import KnowledgeError, Problem
from bot.knowledge.release import Release

_log = structlog.get_logger(__name__)


def inspect(files: Snapshot) -> tuple[Release | None, list[Problem]]:
    """Validate a snapshot; return the release where there is one, and every finding."""
    parsed = parse(files)
    problems = list(parsed.problems)
    if parsed.topic is not None:
        problems += lint(parsed.topic, parsed.texts)
    problems = sorted(set(problems))
    if parsed.topic is None or any(problem.severity == "error" for problem in problems):
        return None, problems
    return Release(files.digest, parsed.topic, files.folder, tuple(problems)), problems


def load(path: Path) -> Release:
    """Load the topic that a path means.

    Raises UsageError where there is no topic, and KnowledgeError with every problem where the
    topic is not valid.
    """
    folder = resolve_folder(path)
    release, problems = inspect(snapshot(folder))
    if release is None:
        raise KnowledgeError(
            str(folder), [problem for problem in problems if problem.severity == "error"]
        )
    return release


def git_commit(folder: Path) -> str | None:
    """Return the commit that is checked out around a folder, or None outside a repository.

    Only named beside a release; the content's hash is what identifies it.
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


class ReleaseHolder:
    """Hold the release in service; a reload swaps it whole or leaves it."""

    def __init__(self, release: Release, loader: Callable[[Path], Release] = load) -> None:
        self.current = release
        self._loader = loader

    def reload(self) -> Release | None:
        """Load the folder again; return the new release, or None where nothing changed.

        Raises KnowledgeError, with the last good release still in service.
        """
        fresh = self._loader(self.current.folder)
        if fresh.id == self.current.id:
            return None
        self.current = fresh
        return fresh
