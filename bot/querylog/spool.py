"""Files that take records while the database cannot, one line each, until they are replayed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from bot.querylog.entries import Entry
from bot.querylog.privacy import sync_directory

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: one process only, hence nothing to lock out
    fcntl = None  # type: ignore[assignment]

_log = structlog.get_logger(__name__)
_SUFFIX = ".jsonl"
_DAMAGED = "damaged-"
_TEMPORARY = ".new"
_PROBE_BYTES = 4_096  # more than a record: a nearly full disk must not look free


class Spool:
    """Append entries durably to this process's file and hand out files for replay.

    A file is locked while somebody appends, replays or rewrites it, so that any process may
    replay any file, a dead process's included. What cannot be replayed is kept in files of its
    own, ``damaged-*``, for a person to look at. All methods block; errors are OSError.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._name: str | None = None

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries and return once they are on the disk, all or none of them."""
        self._make_directory()
        with self._own_file() as file:
            start = file.seek(0, os.SEEK_END)
            block = b"".join(map(encode, entries))
            if start and _last_byte(file) != b"\n":
                # A write was torn here: a new line keeps its rest from swallowing ours.
                block = b"\n" + block
            try:
                _write_all(file.fileno(), block)
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(file.fileno(), start)
                raise
            if start == 0:
                sync_directory(self.directory)

    def probe(self) -> None:
        """Write a file durably and remove it, which is what an append needs."""
        self._make_directory()
        path = self.directory / f".probe-{os.getpid()}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write_all(descriptor, b"\0" * _PROBE_BYTES)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            path.unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """List the files there are, oldest first."""
        return self._listed(lambda path: path.suffix == _SUFFIX)

    def damaged_files(self) -> list[Path]:
        """List the files of lines that could not be replayed, oldest first."""
        return self._listed(lambda path: path.name.startswith(_DAMAGED))

    def claim(self) -> Claim | None:
        """Lock the oldest file that nobody else holds, for replay; None where there is none."""
        for path in self.files():
            file = _open_locked(path, os.O_RDWR)
            if file is not None:
                return Claim(path, file)
        return None

    def entries(self, containing: str = "") -> Iterator[Entry]:
        """Read the entries of all files without locking; torn lines are left out.

        ``containing`` (ASCII) gives only entries whose lines hold it, which is quick.
        """
        wanted = containing.encode()
        for path in self.files():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                for line in file:
                    if wanted in line and (entry := decode(line)) is not None:
                        yield entry

    def count(self) -> int:
        """Count the lines that wait in all files."""
        return _lines(self.files())

    def damaged(self) -> int:
        """Count the lines that could not be replayed."""
        return _lines(self.damaged_files())

    def remove(
        self, unwanted: Callable[[Entry], bool], trace: str, *, patience: float = 10.0
    ) -> int:
        """Rewrite the files without the unwanted lines and tell how many there were.

        Unwanted are entries of which ``unwanted`` says so, and lines that cannot be read and hold
        the bytes of ``trace``: nothing else tells whose such a line is. Waits up to ``patience``
        seconds for each file in use. Raises TimeoutError after that.
        """

        def goes(line: bytes) -> bool:
            entry = decode(line)
            return trace.encode() in line if entry is None else unwanted(entry)

        removed = sum(self._remove(path, goes, patience) for path in self.files())
        # Listed only now: a replay may have put lines there while its file was waited for.
        removed += sum(self._remove(path, goes, patience) for path in self.damaged_files())
        # Left by a process that died while it rewrote a file that has been replayed since.
        for temporary in self.directory.glob(f".*{_TEMPORARY}"):
            if not temporary.with_name(temporary.name[1 : -len(_TEMPORARY)]).exists():
                temporary.unlink(missing_ok=True)
        return removed

    def expire(self, before: datetime) -> int:
        """Delete the files of lines that could not be replayed before a time; give their number."""
        old = [path for path in self.damaged_files() if _modified(path) < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _listed(self, wanted: Callable[[Path], bool]) -> list[Path]:
        try:
            return sorted(filter(wanted, self.directory.iterdir()), key=_modified)
        except FileNotFoundError:
            return []

    def _remove(self, path: Path, goes: Callable[[bytes], bool], patience: float) -> int:
        deadline = time.monotonic() + patience
        while (file := _open_locked(path, os.O_RDWR)) is None:
            if not path.exists():
                return 0
            if time.monotonic() > deadline:
                raise TimeoutError("a spool file is in use")
            time.sleep(0.01)
        with file:
            lines = Lines(list(file))
            kept = Lines([line for line in lines.content if not goes(line)])
            removed = len(lines.content) - len(kept.content)
            if not removed:
                return 0
            if kept.content:
                # The age stays: by it a damaged file expires, and a spool file waits its turn.
                _replace(path, kept, age=os.fstat(file.fileno()))
            else:
                path.unlink()
                sync_directory(self.directory)
            return removed

    def _make_directory(self) -> None:
        existed = self.directory.is_dir()
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not existed:
            sync_directory(self.directory.parent)

    def _own_file(self) -> BinaryIO:
        flags = os.O_RDWR | os.O_APPEND
        if self._name is not None:
            # Another process may be replaying our file; it is then simply no longer ours.
            file = _open_locked(self.directory / self._name, flags)
            if file is not None:
                return file
        while True:
            self._name = f"{os.getpid()}-{secrets.token_hex(6)}{_SUFFIX}"
            file = _open_locked(self.directory / self._name, flags | os.O_CREAT | os.O_EXCL)
            if file is not None:
                return file


class Claim:
    """Hold one locked spool file during its replay."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self._file = file
        self._damaged = Lines([])

    def read(self, limit: int) -> list[Entry]:
        """Read up to ``limit`` further entries; an empty list means the end."""
        entries: list[Entry] = []
        while len(entries) < limit and (line := self._file.readline()):
            entry = decode(line)
            if entry is not None:
                entries.append(entry)
            elif line.strip():
                _log.warning("querylog.spool_line_unreadable", file=self.path.name, bytes=len(line))
                self._damaged.add(line)
        return entries

    def refuse(self, entry: Entry) -> None:
        """Keep an entry that the database does not take, like a line that cannot be read."""
        self._damaged.add(encode(entry))

    def delete(self) -> None:
        """Delete the file, once all that it holds is committed or set aside as damaged."""
        if self._damaged.content:
            # Under the file's own name: after a crash before the unlink, the next replay writes
            # the same lines there once more instead of adding them twice.
            _replace(self.path.with_name(f"{_DAMAGED}{self.path.stem}"), self._damaged)
        self.path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Let go of the file and leave it where it is."""
        self._file.close()


def encode(entry: Entry) -> bytes:
    """Write an entry as one line: a checksum (CRC-32, hexadecimal), a blank, JSON."""
    body = json.dumps(entry.to_json(), separators=(",", ":"), allow_nan=False).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def decode(line: bytes) -> Entry | None:
    """Read a line, or give None for one that is torn or damaged."""
    if not line.endswith(b"\n"):
        return None
    checksum, _, body = line[:-1].partition(b" ")
    if checksum != b"%08x" % zlib.crc32(body):
        return None
    try:
        return Entry.from_json(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class Lines:
    """Hold raw lines; people's words, which a traceback with local variables must not print."""

    content: list[bytes] = field(repr=False)

    def add(self, line: bytes) -> None:
        """Add a line, and the end of line that a torn one lacks."""
        self.content.append(line if line.endswith(b"\n") else line + b"\n")


def _lines(paths: Sequence[Path]) -> int:
    total = 0
    for path in paths:
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            total += sum(1 for _ in file)
    return total


def _modified(path: Path) -> float:
    """Give the time of a file's last change; one that is gone has only just gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _replace(path: Path, lines: Lines, *, age: os.stat_result | None = None) -> None:
    """Write a file in place of the one there is, durably and whole or not at all."""
    temporary = path.with_name(f".{path.name}{_TEMPORARY}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.writelines(lines.content)
        target.flush()
        os.fsync(target.fileno())
    if age is not None:
        os.utime(temporary, ns=(age.st_atime_ns, age.st_mtime_ns))
    temporary.replace(path)
    sync_directory(path.parent)


def _open_locked(path: Path, flags: int) -> BinaryIO | None:
    """Open and lock a file, or give None where it is in use or gone."""
    try:
        descriptor = os.open(path, flags, 0o600)
    except (FileNotFoundError, FileExistsError):
        if flags & os.O_CREAT and not path.exists():
            raise
        return None
    if _lock(descriptor, path):
        return os.fdopen(descriptor, "r+b")
    os.close(descriptor)
    return None


def _lock(descriptor: int, path: Path) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held the lock may have deleted or replaced the file meanwhile.
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _last_byte(file: BinaryIO) -> bytes:
    file.seek(-1, os.SEEK_END)
    return file.read(1)


def _write_all(descriptor: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]
