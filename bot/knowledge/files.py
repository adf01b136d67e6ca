"""Find and read the files of a topic folder, within limits and without leaving the folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UsageError
from bot.knowledge.problems import KnowledgeError, Problem

MAX_FILES = 5_000
MAX_TOTAL_BYTES = 128 * 1024 * 1024
TOP_FILES = (
    "topic.yaml",
    "sources.yaml",
    "facts.yaml",
    "glossary.yaml",
    "faq.yaml",
    "boundaries.yaml",
    "expectations.yaml",
)
FOLDERS = ("proposals", "questions", "translations")
_READ_ATTEMPTS = 5


@dataclass(frozen=True)
class Snapshot:
    """The bytes of a folder's YAML files, by path relative to the folder (with ``/``)."""

    folder: Path
    contents: Mapping[str, bytes]
    ignored: tuple[str, ...] = ()
    """YAML files beside topic.yaml whose names mean nothing to the format"""
    problems: tuple[Problem, ...] = ()
    """files that could not be read; what could is in ``contents``, to be checked all the same"""

    @property
    def digest(self) -> str:
        """Return 12 hex digits that identify the content, independent of place and time."""
        total = hashlib.sha256()
        for name in sorted(self.contents):
            total.update(name.encode() + b"\0" + hashlib.sha256(self.contents[name]).digest())
        return total.hexdigest()[:12]


def resolve_folder(path: Path) -> Path:
    """Return the topic folder that a path means: itself, or the only topic inside it.

    Raises UsageError where there is no topic, or more than one to choose from.
    """
    try:
        if (path / "topic.yaml").is_file():
            return path.resolve()
        is_folder = path.is_dir()
    except OSError as error:
        raise UsageError(f"The folder {path} cannot be read: {error.strerror}.") from error
    if not is_folder:
        raise UsageError(
            f"There is no folder {path}.", hint="Give --knowledge a folder that holds topic.yaml."
        )
    try:
        found = sorted(child.parent for child in path.glob("*/topic.yaml"))
    except OSError as error:
        raise UsageError(f"The folder {path} cannot be read: {error.strerror}.") from error
    if len(found) == 1:
        return found[0].resolve()
    if found:
        names = ", ".join(str(folder) for folder in found)
        raise UsageError(
            f"{path} holds several topics.", hint=f"Give --knowledge one of them: {names}"
        )
    raise UsageError(
        f"{path} holds no topic.yaml, so it is not a topic.",
        hint="docs/knowledge-format.md describes the folder.",
    )


def snapshot(folder: Path) -> Snapshot:
    """Read all YAML files of a folder as of one moment.

    Reads again when files change meanwhile. Links that leave the folder, unreadable files and
    exceeded limits are among its ``problems``. Raises KnowledgeError for a folder that keeps
    changing or has too many files.
    """
    for attempt in range(_READ_ATTEMPTS):
        before = _stamp(folder)
        try:
            contents, problems = _read_all(folder)
        except FileNotFoundError as error:
            if attempt + 1 < _READ_ATTEMPTS:
                continue
            name = _relative(error.filename, folder)
            raise KnowledgeError(
                str(folder), [Problem(name, 0, 0, "", "the file vanished while it was read")]
            ) from error
        if _stamp(folder) == before:
            return Snapshot(folder, contents, _strangers(folder), tuple(problems))
    raise KnowledgeError(
        str(folder),
        [Problem("", 0, 0, "", "the files kept changing while they were read; try again")],
    )


def _stamp(folder: Path) -> list[tuple[str, int, int]]:
    stamp = []
    for name in _list(folder)[0]:
        try:
            status = (folder / name).stat()
        except OSError:
            continue
        stamp.append((name, status.st_mtime_ns, status.st_size))
    return stamp


def _relative(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _is_inside(path: Path, folder: Path) -> bool:
    # Path.resolve() raises RuntimeError where a link leads to itself; realpath() does not.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _list(folder: Path) -> tuple[list[str], list[Problem]]:
    """Return the YAML files of a folder, links included, and what keeps others from being found."""
    # A dangling link is listed too: it must not pass for a file that nobody wrote.
    names = [name for name in TOP_FILES if os.path.lexists(folder / name)]
    problems: list[Problem] = []

    def report(path: str, message: str) -> None:
        problems.append(Problem(_relative(path, folder), 0, 0, "", message))

    def unreadable(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            report(error.filename, f"cannot be read: {error.strerror}")

    for sub in FOLDERS:
        if not _is_inside(folder / sub, folder):
            report(str(folder / sub), "the folder is a link that leaves the topic")
            continue
        for base, folders, files in os.walk(folder / sub, onerror=unreadable):
            folders.sort()
            for name in folders:
                if (link := Path(base, name)).is_symlink():
                    report(str(link), "a link to a folder; put the folder itself here")
            relative = _relative(base, folder)
            names += [
                f"{relative}/{name}"
                for name in sorted(files)
                if name.endswith((".yaml", ".yml")) and not name.startswith(".")
            ]
            if len(names) > MAX_FILES:
                return names, problems
    return names, problems


def _strangers(folder: Path) -> tuple[str, ...]:
    found: list[str] = []
    with contextlib.suppress(OSError):  # a folder may be open to those who know its files' names
        found = [path.name for path in folder.iterdir() if path.suffix in {".yaml", ".yml"}]
    return tuple(
        sorted(name for name in found if name not in TOP_FILES and not name.startswith("."))
    )


def _read_all(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    names, problems = _list(folder)
    if len(names) > MAX_FILES:
        raise KnowledgeError(
            str(folder), [Problem("", 0, 0, "", f"more than {MAX_FILES:,} files in one topic")]
        )
    contents: dict[str, bytes] = {}
    total = 0
    for name in names:
        path = folder / name
        if not _is_inside(path, folder):
            problems.append(
                Problem(name, 0, 0, "", "a link that leaves the topic; put the file itself here")
            )
            continue
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):  # to read a pipe would wait for its writer
                problems.append(Problem(name, 0, 0, "", "is not a file"))
                continue
            total += status.st_size
            if total > MAX_TOTAL_BYTES:
                limit = MAX_TOTAL_BYTES // 1024 // 1024
                problems.append(Problem(name, 0, 0, "", f"the topic is larger than {limit} MiB"))
                break
            contents[name] = path.read_bytes()
        except FileNotFoundError:
            if not path.is_symlink():
                raise
            problems.append(Problem(name, 0, 0, "", "a link to a file that does not exist"))
        except OSError as error:
            problems.append(Problem(name, 0, 0, "", f"cannot be read: {error.strerror}"))
    return contents, problems
