"""Files that take records while the database cannot, one line each, until they are replayed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
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
_PROBE_BYTES = 4_096  # more than a record: a nearly full disk must not look free


class Spool:
    """Append entries durably to this process's file and hand out files for replay.

    A file is locked while somebody appends, replays or rewrites it, so that any process may
    replay any file, a dead process's included. All methods block; errors are OSError.
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
        found: list[tuple[int, Path]] = []
        with contextlib.suppress(FileNotFoundError):
            for path in self.directory.iterdir():
                if path.suffix == _SUFFIX:
                    with contextlib.suppress(FileNotFoundError):
                        found.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(found)]

    def claim(self) -> Claim | None:
        """Lock the oldest file that nobody else holds, for replay; None where there is none."""
        for path in self.files():
            file = _open_locked(path, os.O_RDWR)
            if file is not None:
                return Claim(path, file)
        return None

    def entries(self) -> Iterator[Entry]:
        """Read the entries of all files without locking; torn lines are left out."""
        for path in self.files():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                for line in file:
                    entry = decode(line)
                    if entry is not None:
                        yield entry

    def count(self) -> int:
        """Count the lines that wait in all files."""
        total = 0
        for path in self.files():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                total += sum(1 for _ in file)
        return total

    def remove(self, unwanted: Callable[[Entry], bool], *, patience: float = 10.0) -> int:
        """Rewrite the files without the unwanted entries and tell how many there were.

        Waits up to ``patience`` seconds for each file in use. Raises TimeoutError after that.
        """
        removed = sum(self._remove(path, unwanted, patience) for path in self.files())
        # Left by a process that died while it rewrote a file that has been replayed since.
        for temporary in self.directory.glob(f".*{_SUFFIX}.new"):
            if not temporary.with_name(temporary.name[1:-4]).exists():
                temporary.unlink(missing_ok=True)
        return removed

    def _remove(self, path: Path, unwanted: Callable[[Entry], bool], patience: float) -> int:
        deadline = time.monotonic() + patience
        while (file := _open_locked(path, os.O_RDWR)) is None:
            if not path.exists():
                return 0
            if time.monotonic() > deadline:
                raise TimeoutError("a spool file is in use")
            time.sleep(0.01)
        with file:
            entries = [entry for line in file if (entry := decode(line)) is not None]
            kept = [entry for entry in entries if not unwanted(entry)]
            # Also without a match: a torn line may hold what must go and cannot be read.
            if len(kept) == len(entries) and file.tell() == len(b"".join(map(encode, entries))):
                return 0
            if kept:
                temporary = path.with_name(f".{path.name}.new")
                descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "wb") as target:
                    target.write(b"".join(map(encode, kept)))
                    target.flush()
                    os.fsync(target.fileno())
                temporary.replace(path)
            else:
                path.unlink()
            sync_directory(self.directory)
            return len(entries) - len(kept)

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

    def read(self, limit: int) -> list[Entry]:
        """Read up to ``limit`` further entries; an empty list means the end."""
        entries: list[Entry] = []
        while len(entries) < limit and (line := self._file.readline()):
            entry = decode(line)
            if entry is not None:
                entries.append(entry)
            elif line.strip():
                _log.warning("querylog.spool_line_unreadable", file=self.path.name, bytes=len(line))
        return entries

    def delete(self) -> None:
        """Delete the file, once all that it holds is committed."""
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
