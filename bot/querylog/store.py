"""What the parts of the log that keep something of their own have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.querylog.engine import Database
from bot.querylog.privacy import Pseudonymiser

T = TypeVar("T")


class Runner(Protocol):
    """Run a job on the database, with what the log does about failures and time limits."""

    async def __call__(self, job: Callable[[], Awaitable[T]], /) -> T:
        """Return what the job returns. Raises LogUnavailable."""
        ...


class Store:
    """Read and write tables of the log's database; ``read`` and ``write`` run and name failures."""

    def __init__(self, database: Database, *, read: Runner, write: Runner) -> None:
        self._database = database
        self._read = read
        self._write = write


class PersonalStore(Store):
    """A store whose rows belong to people, under pseudonyms made with ``key``."""

    def __init__(
        self, database: Database, *, key: Callable[[], Pseudonymiser], read: Runner, write: Runner
    ) -> None:
        super().__init__(database, read=read, write=write)
        self._key = key
