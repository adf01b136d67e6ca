"""Errors that a person is meant to read: a sentence that says what is wrong and what to do next."""

from __future__ import annotations


class RejoinderError(Exception):
    """Carry one sentence for the user and, where there is one, a hint on what to do next.

    Channels print ``message`` and ``hint`` as they are, so neither may hold secrets or user text.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UsageError(RejoinderError):
    """Report input that the command line cannot accept (exit status 2)."""

    exit_code = 2
