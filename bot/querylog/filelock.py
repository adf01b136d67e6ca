"""A lock between processes on one data directory, for the seconds of opening."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: one process only, hence nothing to lock out
    fcntl = None  # type: ignore[assignment]

_POLL = 0.02  # seconds


@contextlib.asynccontextmanager
async def file_lock(path: Path) -> AsyncIterator[None]:
    """Hold an exclusive lock on a file, made where it is missing.

    Where the file cannot be written nothing is locked: neither could anything be changed.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        while fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                await asyncio.sleep(_POLL)
            else:
                break
        yield
    finally:
        os.close(descriptor)
