"""A topic's files in the work tree and in the index: compare them with a commit, refresh them."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from bot.curation.git import Blob, Git, GitError
from bot.curation.journal import Desk
from bot.knowledge.files import FOLDERS, TOP_FILES


def is_topic_file(name: str) -> bool:
    """Tell whether a path relative to a topic's folder is one of the files that the bot reads."""
    parts = name.split("/")
    if len(parts) == 1:
        return name in TOP_FILES
    return (
        parts[0] in FOLDERS
        and name.endswith((".yaml", ".yml"))
        and not any(part in {"", ".", ".."} or part.startswith(".") for part in parts)
        and name.isprintable()
        and "\\" not in name
    )


def topic_paths(prefix: str) -> tuple[str, ...]:
    """Return the paths, relative to the work tree's root, that hold a topic's files."""
    return tuple(prefix + name for name in (*TOP_FILES, *FOLDERS))


def read_file(root: Path, path: str) -> bytes | None:
    """Return a file's bytes, None where there is none.

    Raises OSError where it cannot be read, is no regular file, or lies behind a link.
    """
    place = root / path
    if (
        os.path.realpath(place.parent)
        != os.path.join(  # noqa: PTH118 - resolve() fails on loops
            os.path.realpath(root), *PurePosixPath(path).parts[:-1]
        )
    ):
        raise OSError(f"{path} lies behind a link")
    try:
        status = place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{path} is not a file")
    return place.read_bytes()


def dirty(git: Git, commit: Mapping[str, Blob], prefix: str) -> list[str]:
    """Return the topic's files that differ from a commit in the index or in the work tree.

    Files that git was told to ignore or to assume unchanged count too: the bot reads them all
    the same. Paths are relative to the topic's folder, sorted.
    """
    staged = git.staged(topic_paths(prefix))
    names = {path.removeprefix(prefix) for path in (*commit, *staged)}
    names = {name for name in names if is_topic_file(name)} | set(_on_disk(git.root / prefix))
    return sorted(
        name
        for name in names
        if staged.get(prefix + name) != commit.get(prefix + name)
        or not _is_as(git.root, prefix + name, commit.get(prefix + name))
    )


def refresh(
    git: Git, desk: Desk, paths: Sequence[str], old: Mapping[str, Blob], new: Mapping[str, Blob]
) -> tuple[tuple[str, ...], bool]:
    """Bring files of the work tree and the index from one commit to another.

    Call with the lock of the index held. Returns the files that somebody edited or staged
    meanwhile, which stay as they are, and whether all others could be brought up to date.
    """
    data = git.blobs(new[path].id for path in paths if path in new)
    kept: set[str] = set()
    is_done = True
    for path in paths:
        temporary(git.root, path).unlink(missing_ok=True)
        try:
            if _is_as(git.root, path, new.get(path)):
                continue
            if not _is_as(git.root, path, old.get(path)):
                kept.add(path)
            elif path in new:
                _replace(git.root, path, data[new[path].id])
            else:
                _remove(git.root, path)
        except OSError:
            is_done = False
    try:
        kept |= _refresh_index(git, desk, paths, old, new)
    except (OSError, GitError):
        is_done = False
    return tuple(sorted(kept)), is_done


def temporary(root: Path, path: str) -> Path:
    """Return where a file's new bytes stand before they take its place."""
    place = root / path
    return place.with_name(f".{place.name}.rejoinder-tmp")


def _refresh_index(
    git: Git, desk: Desk, paths: Sequence[str], old: Mapping[str, Blob], new: Mapping[str, Blob]
) -> set[str]:
    index, fresh = git.index_file, desk.work / "fresh-index"
    fresh.unlink(missing_ok=True)
    if index.exists():
        # With its time: git tells by it which entries may have been edited in the same tick.
        shutil.copy2(index, fresh)
    private = git.using(index=fresh)
    staged = private.staged(paths)
    kept = {path for path in paths if staged.get(path) not in {old.get(path), new.get(path)}}
    wanted = {path: new.get(path) for path in paths if path not in kept}
    if wanted := {path: blob for path, blob in wanted.items() if blob != staged.get(path)}:
        lines = index_lines(wanted, len(next(iter({**old, **new}.values())).id))
        private.run("update-index", "-z", "--index-info", stdin=lines)
        if index.exists():
            shutil.copymode(index, fresh)
        fresh.replace(index)
    return kept


def index_lines(files: Mapping[str, Blob | None], digits: int) -> bytes:
    """Return what ``git update-index -z --index-info`` reads; None removes a file.

    ``digits`` is the length of the repository's ids.
    """
    lines = (
        f"{blob.mode} {blob.id}\t{path}\0" if blob else f"0 {'0' * digits}\t{path}\0"
        for path, blob in files.items()
    )
    return os.fsencode("".join(lines))


def _is_as(root: Path, path: str, blob: Blob | None) -> bool:
    try:
        if blob is not None and blob.mode == "120000":
            return blob.fits(os.fsencode((root / path).readlink()))
        data = read_file(root, path)
    except OSError:
        return False
    if blob is None or data is None:
        return blob is None and data is None
    return blob.is_file and blob.fits(data)


def _on_disk(folder: Path) -> Iterable[str]:
    yield from (name for name in TOP_FILES if os.path.lexists(folder / name))
    for sub in FOLDERS:
        for base, _, files in os.walk(folder / sub):
            relative = Path(base).relative_to(folder).as_posix()
            yield from (name for file in files if is_topic_file(name := f"{relative}/{file}"))


def _replace(root: Path, path: str, data: bytes) -> None:
    place, fresh = root / path, temporary(root, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    with fresh.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    with contextlib.suppress(FileNotFoundError):
        shutil.copymode(place, fresh)
    fresh.replace(place)


def _remove(root: Path, path: str) -> None:
    place = root / path
    place.unlink(missing_ok=True)
    # git keeps no empty folders; the topic's own stays because topic.yaml does.
    for folder in place.parents:
        if folder == root:
            break
        try:
            folder.rmdir()
        except OSError:
            break
