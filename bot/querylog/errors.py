"""Errors of the query log, each a sentence that says what is wrong and what to do."""

from __future__ import annotations

from bot.errors import RejoinderError


class LogUnavailable(RejoinderError):  # noqa: N818 - it names a state, and callers read it as one
    """Report that neither the database nor the spool could take a record durably."""


class LogKeyError(RejoinderError):
    """Report a pseudonym key that is missing, damaged or not the database's own."""


class LogTooNew(RejoinderError):  # noqa: N818 - it names a state
    """Report a database that a newer version of the program has migrated."""


def sentence(error: BaseException) -> str:
    """Say what went wrong without parameters, addresses or passwords."""
    if isinstance(error, RejoinderError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "It did not answer within the time limit."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}."
    # Of SQLAlchemy's errors only the driver's own sentence: the rest quotes the statement.
    original = getattr(error, "orig", None) or error
    name = type(original).__name__
    message = str(original).splitlines()[0] if type(original).__module__ == "sqlite3" else ""
    return f"{message} ({name})." if message else f"{name}."
