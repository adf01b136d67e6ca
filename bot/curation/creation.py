"""Make a knowledge repository: a copy of a topic, as the first commit of a branch main."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.curation.git import Git, signature
from bot.curation.journal import LOCK_PATIENCE, Desk
from bot.curation.objects import adopt, store
from bot.curation.worktree import index_lines
from bot.errors import UsageError
from bot.knowledge.files import resolve_folder

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: one process only, hence nothing to lock out
    fcntl = None  # type: ignore[assignment]

_POLL = 0.02  # seconds
_BRANCH = "refs/heads/main"


def create(folder: Path, shipped: Path) -> None:
    """Make a repository in an empty or missing folder; one that was interrupted is completed.

    Raises UsageError where the folder holds anything else, cannot be written, or where
    ``shipped`` is not a topic.
    """
    source = resolve_folder(shipped)
    try:
        files = {
            path.relative_to(source).as_posix(): path.read_bytes()
            for path in sorted(source.rglob("*"))
            if path.is_file() and not path.is_symlink() and _is_shown(path.relative_to(source))
        }
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}.") from error
    create_with(folder, files, f"Start from the topic {source.name}")


def create_with(folder: Path, files: Mapping[str, bytes], message: str) -> None:
    """Make a repository of these files, by relative path, with one commit of this message.

    Raises UsageError as ``create`` does.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder) as lock:
            _create(folder.resolve(), files, message, lock)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.") from error


def is_finished(folder: Path) -> bool:
    """Tell whether a folder holds a topic whose making was not cut off."""
    mark = folder / ".git" / "rejoinder" / "creating"
    return (folder / "topic.yaml").is_file() and not mark.exists()


def _is_shown(path: Path) -> bool:
    return not any(part.startswith(".") for part in path.parts)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[int | None]:
    """Hold a lock of the folder itself, which leaves no file behind; yields its descriptor.

    git keeps it as long as it runs. Where folders cannot be locked nothing is.
    """
    descriptor = os.open(folder, os.O_RDONLY) if fcntl is not None else None
    try:
        if descriptor is not None:
            _wait(descriptor, folder)
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _wait(descriptor: int, folder: Path) -> None:
    end = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise UsageError(
                    f"Something else has been making a topic in {folder} for "
                    f"{LOCK_PATIENCE:.0f} s.",
                    hint="Try again; if this stays, look for a hanging `git` process.",
                ) from None
            time.sleep(_POLL)
        except OSError:
            return  # some network file systems lock no folders
        else:
            return


def _create(folder: Path, files: Mapping[str, bytes], message: str, lock: int | None) -> None:
    begun = folder / ".git" / "rejoinder" / "creating"
    others = any(path.name != ".git" for path in folder.iterdir())
    if others and not begun.exists():
        raise UsageError(
            f"{folder} is not empty, so no repository is made there.",
            hint="Name another folder, a new or an empty one.",
        )
    here = Git(folder, folder, folder).using(lock=lock)
    here.run("init", "-q", "--template=")
    git = Git.find(folder)
    desk = Desk(git.folder)
    with desk.locked() as descriptor:
        git = git.using(lock=descriptor)
        if git.run("rev-parse", "--verify", "-q", "HEAD", accept=(0, 1)).returncode == 0:
            begun.unlink(missing_ok=True)
            if others:
                return  # only the mark was left to be removed
            raise UsageError(
                f"{folder} is a repository already, with its files removed.",
                hint=f"Bring them back: git -C {folder} checkout .",
            )
        begun.touch()
        git.run("symbolic-ref", "HEAD", _BRANCH)
        # topic.yaml last: a folder that has it is a whole topic.
        for path, data in sorted(files.items(), key=lambda file: file[0] == "topic.yaml"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        _first_commit(git, desk, files, f"{message}\n")
        begun.unlink()


def _first_commit(git: Git, desk: Desk, files: Mapping[str, bytes], message: str) -> None:
    desk.begin()
    scratch = git.using(index=desk.work / "index", objects=desk.objects)
    blobs = store(scratch, files, {})
    digits = len(next(iter(blobs.values())).id)
    scratch.run("update-index", "-z", "--index-info", stdin=index_lines(blobs, digits))
    author = signature("Rejoinder")
    arguments = ("commit-tree", scratch.line("write-tree"), "-F", "-")
    commit = scratch.line(*arguments, stdin=message.encode(), by=author)
    adopt(desk.objects, git.common / "objects")
    (desk.work / "index").replace(git.index_file)
    git.run("update-ref", "-m", "rejoinder: create", _BRANCH, commit, "", by=author)
    desk.end()
