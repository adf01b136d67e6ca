"""Find and read the files of a topic folder, within limits and without leaving the folder."""

from __future__ import annotations

import hashlib
import os
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
    if (path / "topic.yaml").is_file():
        return path.resolve()
    if not path.is_dir():
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

    Reads again when files change meanwhile. Raises KnowledgeError for links that leave the
    folder, unreadable files and exceeded limits.
    """
    for attempt in range(_READ_ATTEMPTS):
        before = _stamp(folder)
        try:
            contents = _read_all(folder)
        except FileNotFoundError as error:
            if attempt + 1 < _READ_ATTEMPTS:
                continue
            name = Path(str(error.filename)).name
            raise KnowledgeError(
                str(folder), [Problem(name, 0, 0, "", "the file vanished while it was read")]
            ) from error
        if _stamp(folder) == before:
            return Snapshot(folder, contents)
    raise KnowledgeError(
        str(folder),
        [Problem("", 0, 0, "", "the files kept changing while they were read; try again")],
    )


def _stamp(folder: Path) -> list[tuple[str, int, int]]:
    stamp = []
    for name in _names(folder):
        try:
            status = (folder / name).stat()
        except OSError:
            continue
        stamp.append((name, status.st_mtime_ns, status.st_size))
    return stamp


def _names(folder: Path) -> list[str]:
    names = [name for name in TOP_FILES if (folder / name).is_file()]
    for sub in FOLDERS:
        for base, folders, files in os.walk(folder / sub):
            folders.sort()
            relative = Path(base).relative_to(folder).as_posix()
            names += [
                f"{relative}/{name}"
                for name in sorted(files)
                if name.endswith((".yaml", ".yml")) and not name.startswith(".")
            ]
    return names


def _read_all(folder: Path) -> dict[str, bytes]:
    root = folder.resolve()
    names = _names(folder)
    problems: list[Problem] = []
    if len(names) > MAX_FILES:
        raise KnowledgeError(
            str(folder), [Problem("", 0, 0, "", f"more than {MAX_FILES:,} files in one topic")]
        )
    contents: dict[str, bytes] = {}
    total = 0
    for sub in FOLDERS:
        target = (folder / sub).resolve()
        if not target.is_relative_to(root):
            problems.append(Problem(sub, 0, 0, "", "the folder is a link that leaves the topic"))
    for name in names:
        path = folder / name
        if not path.resolve().is_relative_to(root):
            problems.append(
                Problem(name, 0, 0, "", "a link that leaves the topic; put the file itself here")
            )
            continue
        try:
            total += path.stat().st_size
            if total > MAX_TOTAL_BYTES:
                limit = MAX_TOTAL_BYTES // 1024 // 1024
                problems.append(Problem(name, 0, 0, "", f"the topic is larger than {limit} MiB"))
                break
            contents[name] = path.read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            problems.append(Problem(name, 0, 0, "", f"cannot be read: {error.strerror}"))
    if problems:
        raise KnowledgeError(str(folder), problems)
    return contents
