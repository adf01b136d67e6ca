"""Bring values that people or programs send to the form of the YAML files, or say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from bot.errors import RejoinderError
from bot.knowledge import reader
from bot.knowledge.advice import advice
from bot.knowledge.model import (
    Argument,
    Boundary,
    Fact,
    Faq,
    Objection,
    Proposal,
    Source,
    Term,
)
from bot.knowledge.reader import Plain

_MAX_DEPTH = 12

MODELS: Mapping[str, type[BaseModel]] = {
    "proposal": Proposal,
    "objection": Objection,
    "response": Argument,
    "counter": Argument,
    "fact": Fact,
    "term": Term,
    "faq": Faq,
    "boundary": Boundary,
    "source": Source,
}
"""kind → the model of the YAML format that its fields have to fit"""

# What an edit must not set, and what to do instead.
RESERVED: Mapping[str, str] = {
    "id": "an id never changes; withdraw the entry and add another",
    "status": "use withdraw or restore",
    "replies": "add, edit or move replies by their own ids",
    "objections": "add, edit or move objections by their own ids",
}


class ChangeError(RejoinderError):
    """Report a change that cannot be read or applied.

    ``operation`` counts from 1; it is None where no single operation is to blame. ``reason`` is
    the message without that number.
    """

    def __init__(
        self, message: str, *, operation: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(f"Operation {operation}: {message}" if operation else message, hint=hint)
        self.operation = operation
        self.reason = message


def readable(text: str) -> str:
    """Return a text as the YAML files can hold it: NFC, ``\\n`` line ends, no space around it.

    Raises ValueError for control and invisible characters, with what to do about them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return reader.decode(text.strip().encode()).strip()
    except UnicodeEncodeError:
        raise ValueError("holds half a character; delete it and type the text again") from None
    except reader.ReadError as error:
        raise ValueError(error.message) from None


def as_plain(value: object, depth: int = 0) -> Plain:
    """Return a value of JSON as the YAML files hold it: texts, lists and mappings only.

    Raises ValueError for what they cannot hold, such as null inside a list.
    """
    if depth > _MAX_DEPTH:
        raise ValueError("is nested too deep")
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return [as_plain(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {readable(str(key)): as_plain(item, depth + 1) for key, item in value.items()}
    raise ValueError("write texts, lists or mappings; put numbers with a point in quotes")


def check_entry(kind: str, fields: Mapping[str, Plain]) -> None:
    """Check an entry's own fields against the format; structure between files is lint's matter.

    Raises ValueError with one sentence a problem.
    """
    model = MODELS[kind]
    try:
        model.model_validate(fields)
    except ValidationError as error:
        raise ValueError("; ".join(sentences(error, model))) from None


def sentences(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Say each problem of a validation in a sentence that begins with its field."""
    found = []
    for detail in error.errors(include_url=False, include_input=True):
        place = tuple(p for p in detail["loc"] if not (isinstance(p, str) and "[" in p))
        where = reader.field_name(place)
        told = advice(detail, model)
        found.append(f"{where}: {told}" if where else told)
    return found
