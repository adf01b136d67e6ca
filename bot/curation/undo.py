"""Take one commit's change of a file out of a later version of it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.curation.git import Blob, Changed, Git, Logged
from bot.errors import RejoinderError


class UndoConflict(RejoinderError):  # noqa: N818 - a conflict is no error of anybody's
    """Report that a later commit changed the same lines: the file ``name``, the id ``later``."""

    def __init__(self, name: str, later: Logged) -> None:
        super().__init__(
            f"{name} cannot be undone: {later.author} changed the same lines since "
            f"({later.id[:12]}, {later.message.strip()!r}).",
            hint="Undo that one first, or edit the entry by hand.",
        )
        self.name = name
        self.later = later.id


def undone(
    git: Git,
    name: str,
    change: Changed,
    current: bytes | None,
    later: Sequence[tuple[Logged, Changed]],
) -> bytes | None:
    """Return a file's bytes without a change; None where the file is then gone.

    ``current`` is the file as it is now, ``later`` the commits that changed it since, oldest
    first. Raises UndoConflict where both changed the same lines.
    """
    wanted = [blob.id for blob in change[1:] if blob]
    wanted += [step.after.id for _, step in later if step.after]
    data = git.blobs(wanted)

    def text(blob: Blob | None) -> bytes | None:
        return None if blob is None else data[blob.id]

    before, after = text(change.before), text(change.after)
    if current == after:
        return before
    if current == before:
        return current
    if before is None or after is None or current is None:
        raise UndoConflict(name, later[0][0])
    merged = _merge(git, current, after, before)
    if merged is not None:
        return merged
    for commit, step in later:
        version = text(step.after)
        if version is None or _merge(git, version, after, before) is None:
            raise UndoConflict(name, commit)
    raise UndoConflict(name, later[-1][0])


def _merge(git: Git, current: bytes, base: bytes, other: bytes) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="rejoinder-") as folder:
        for name, data in (("current", current), ("base", base), ("other", other)):
            Path(folder, name).write_bytes(data)
        # The status is the number of conflicts, or 255 for what is no text at all.
        arguments = ("merge-file", "-p", "-q", "current", "base", "other")
        done = git.run(*arguments, accept=range(256), folder=Path(folder))
    return done.stdout if done.returncode == 0 else None
