"""Open the query log of a data directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.querylog.engine import open_database
from bot.querylog.errors import LogUnavailable
from bot.querylog.log import DATABASE_FILE, SPOOL_DIRECTORY, QueryLog
from bot.querylog.spool import Spool


@asynccontextmanager
async def open_log(
    data: Path,
    url: SecretStr | None = None,
    *,
    time_limit: float = 2.0,
    retry: float = 1.0,
) -> AsyncIterator[QueryLog]:
    """Open the query log of a data directory for the time of the context.

    Without ``url`` the database is an SQLite file in the directory. ``time_limit`` (seconds) is
    how long a commit may take before its records go to the spool, ``retry`` (seconds) how soon a
    failed database is tried again. Raises RejoinderError for an unreadable address, a key that
    is not the database's, a database of a newer version, a directory that cannot be made.
    """
    _make_directory(data)
    target: str | Path = data / DATABASE_FILE if url is None else url.get_secret_value()
    database = open_database(target, time_limit=time_limit)
    log = QueryLog(
        data, database, Spool(data / SPOOL_DIRECTORY), time_limit=time_limit, retry=retry
    )
    try:
        await log.open()
        yield log
    finally:
        await log.close()


def _make_directory(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LogUnavailable(
            f"The data directory {data} cannot be made ({error.strerror}).",
            hint="Check the path and the rights of the directories above it.",
        ) from error
