"""Errors of the query log, each a sentence that says what is wrong and what to do."""

from __future__ import annotations

from bot.errors import RejoinderError


class LogUnavailable(RejoinderError):  # noqa: N818 - it names a state, and callers read it as one
    """Report that neither the database nor the spool could take a record durably."""


class LogKeyError(RejoinderError):
    """Report a pseudonym key that is missing, damaged or not the database's own."""


class LogTooNew(RejoinderError):  # noqa: N818 - it names a state
    """Report a database that a newer version of the program has migrated."""
