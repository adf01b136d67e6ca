"""Read a topic's history: what a commit is called, and what it changed."""

from __future__ import annotations

from bot.curation.repository import Commit, Repository

FAR = 500
"""commits that are looked through, the newest first"""


def first_line(commit: Commit) -> str:
    """Return the first line of a commit's reason."""
    return commit.reason.partition("\n")[0].strip() or commit.id[:12]


def changed(repository: Repository, wanted: str) -> tuple[Commit, str] | None:
    """Return a commit of the topic with what it changed as a diff, empty for the first one.

    Blocks for some tens of milliseconds. None where there is no such commit of this topic.
    """
    history = repository.history(limit=FAR)
    place = next((n for n, commit in enumerate(history) if commit.id == wanted), None)
    if place is None:
        return None
    commit = history[place]
    if place + 1 == len(history):
        return commit, ""
    return commit, "".join(file.text for file in repository.diff(f"{wanted}^", wanted))
