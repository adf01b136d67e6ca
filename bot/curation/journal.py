"""What a publish leaves in the git folder: a lock, a note of what it is doing, a place to work.

All of it is in ``.git/rejoinder/``. The lock's file stays; the rest is gone after a publish, or
after the ``recover`` that follows a crash.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from bot.errors import RejoinderError
from bot.querylog.privacy import sync_directory

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: one process only, hence nothing to lock out
    fcntl = None  # type: ignore[assignment]

LOCK_PATIENCE = 60.0
"""Seconds to wait for another publish; each takes a fraction of one."""
INDEX_PATIENCE = 5.0
"""Seconds to wait for another git command, such as a commit, to release the index."""
_POLL = 0.02
_STALE_AFTER = 2.0  # seconds; git holds the lock of a ref for milliseconds
_log = structlog.get_logger(__name__)


class PublishError(RejoinderError):
    """Report why nothing was published, and what to do."""


@dataclass(frozen=True)
class Journal:
    """A publish under way; ``paths`` are relative to the work tree's root."""

    branch: str
    base: str
    commit: str
    paths: tuple[str, ...]


class Desk:
    """The folder ``.git/rejoinder`` of one work tree."""

    def __init__(self, git_folder: Path) -> None:
        self._git_folder = git_folder
        self.folder = git_folder / "rejoinder"
        self.work = self.folder / "work"
        """where temporary files of the one publish at a time are kept"""
        self.objects = self.work / "objects"
        self.index_lock = git_folder / "index.lock"
        """git's own lock of the index"""
        self._journal = self.folder / "journal.json"
        self._token = self.work / "token"

    @contextlib.contextmanager
    def locked(self) -> Iterator[int | None]:
        """Hold the lock of publishing; yields its descriptor, to be handed to git.

        git keeps the lock as long as it runs, even where this process is killed, so whoever has
        the lock knows that no command of an earlier publish is running any more. Raises
        PublishError where the folder cannot be written or the lock is not had within
        LOCK_PATIENCE seconds.
        """
        try:
            self.folder.mkdir(exist_ok=True)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise PublishError(
                f"{self.folder} cannot be written ({error.strerror}), so nothing can be published.",
                hint="Give the account that runs Rejoinder the right to write there.",
            ) from error
        try:
            _wait(descriptor)
            yield descriptor if fcntl is not None else None
        finally:
            os.close(descriptor)

    def begin(self) -> None:
        """Make the place for temporary files, empty."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.objects.mkdir(parents=True)

    def write(self, journal: Journal) -> None:
        """Note durably what is about to happen."""
        fresh = self.work / "journal"
        with fresh.open("w", encoding="ascii") as stream:
            json.dump(asdict(journal), stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._journal)
        sync_folder(self.folder)

    def read(self) -> Journal | None:
        """Return the note that a publish left behind; None where there is none."""
        try:
            noted = json.loads(self._journal.read_bytes())
            return Journal(
                str(noted["branch"]),
                str(noted["base"]),
                str(noted["commit"]),
                tuple(str(path) for path in noted["paths"]),
            )
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, LookupError):
            # Written whole or not at all, so a failing disk or a person did this. The files it
            # named show up as uncommitted edits now, which the next publish names.
            _log.warning("publish_journal_unreadable", file=str(self._journal))
            return None

    def end(self, *, keep_journal: bool = False) -> None:
        """Remove what a publish needed; the note too, unless it is to be finished later."""
        if not keep_journal:
            self._journal.unlink(missing_ok=True)
        shutil.rmtree(self.work, ignore_errors=True)

    @contextlib.contextmanager
    def index_locked(self) -> Iterator[None]:
        """Hold git's own lock of the index.

        Raises TimeoutError where somebody else holds it for INDEX_PATIENCE seconds.
        """
        # A link to a file of ours says, after a crash, whose lock it was.
        self._token.unlink(missing_ok=True)
        self._token.touch()
        end = time.monotonic() + INDEX_PATIENCE
        while True:
            try:
                os.link(self._token, self.index_lock)
                break
            except FileExistsError:
                if time.monotonic() > end:
                    raise TimeoutError from None
                time.sleep(_POLL)
        try:
            yield
        finally:
            self.index_lock.unlink(missing_ok=True)

    def break_own_locks(self, common: Path, journal: Journal | None) -> None:
        """Remove the locks that a killed publish left on the index, the branch and HEAD.

        Call with the lock of publishing held: then no command of ours is running any more.
        """
        with contextlib.suppress(OSError):
            if self.index_lock.samefile(self._token):
                self.index_lock.unlink()
        if journal is None:
            return
        for lock in (common / f"{journal.branch}.lock", self._git_folder / "HEAD.lock"):
            with contextlib.suppress(OSError):
                if self._is_stale(lock, journal):
                    lock.unlink()

    def _is_stale(self, lock: Path, journal: Journal) -> bool:
        # What git writes into the lock of a ref is the new id, into that of HEAD nothing.
        before = lock.stat()
        if lock.read_bytes().strip() not in {b"", journal.commit.encode()}:
            return False
        if before.st_mtime_ns < self._journal.stat().st_mtime_ns:
            return False
        end = time.monotonic() + _STALE_AFTER
        while time.monotonic() < end:
            time.sleep(_POLL)
            if lock.stat().st_ino != before.st_ino:
                return False
        return True


def sync_folder(folder: Path) -> None:
    """Make durable what was renamed into a folder, where the system has a way to."""
    with contextlib.suppress(OSError):
        sync_directory(folder)


def _wait(descriptor: int) -> None:
    end = time.monotonic() + LOCK_PATIENCE
    while fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise PublishError(
                    f"Something else has been publishing for {LOCK_PATIENCE:.0f} s.",
                    hint="Try again; if this stays, look for a hanging `git` process.",
                ) from None
            time.sleep(_POLL)
        else:
            return
