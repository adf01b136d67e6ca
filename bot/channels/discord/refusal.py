"""What is said to somebody who asks for what cannot be done."""

from __future__ import annotations

from bot.errors import RejoinderError


class Refused(RejoinderError):  # noqa: N818 - a refusal is no fault
    """What a user did cannot be done; the sentence says why and what can."""
