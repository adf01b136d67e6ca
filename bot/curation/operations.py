"""What a moderator can do to the knowledge, as typed operations that survive a round trip as JSON.

An operation says what shall happen, not where in which file: ``bot.curation.edit`` finds that out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.curation.git import signature
from bot.curation.values import (
    RESERVED,
    ChangeError,
    as_plain,
    check_entry,
    readable,
    sentences,
)
from bot.knowledge import reader
from bot.knowledge.model import Expectation, Id, Language, OutcomeName, Phrasing
from bot.knowledge.reader import Plain
from bot.knowledge.release import short
from bot.knowledge.words import clean

__all__ = [
    "Change", "ChangeError", "Operation", "describe", "name_of", "parse_change", "parse_operation",
]  # fmt: skip

MAX_OPERATIONS = 5_000
REASON_MIN, REASON_MAX = 3, 500
BY_MAX = 100

_BREAKS = frozenset("\t\n\x85\u2028\u2029")
_PATH = re.compile(r"[a-z_]+(?:\.(?:[a-z_]+|[0-9]{1,6}))*")
_RELEASE = re.compile(r"[0-9a-f]{12}")

EntryKind = Literal[
    "proposal", "objection", "response", "counter", "fact", "term", "faq", "boundary", "source"
]
ARGUMENTS = frozenset({"objection", "response", "counter"})


def _fields(value: dict[str, Any]) -> dict[str, Any]:
    plain = as_plain(value)
    assert isinstance(plain, dict)  # noqa: S101 - as_plain keeps a mapping one
    return plain


def _settings(value: dict[str, Any]) -> dict[str, Any]:
    if not value:
        raise ValueError("names no field to set")
    return {readable(path): None if new is None else as_plain(new) for path, new in value.items()}


def _line(text: str) -> str:
    text = readable(text)
    if _BREAKS.intersection(text):
        raise ValueError("must be one line without control characters")
    return text


def _reason(text: str) -> str:
    text = _line(text)
    if not REASON_MIN <= len(text) <= REASON_MAX:
        raise ValueError(f"say why in {REASON_MIN} to {REASON_MAX} characters")
    return text


def name_of(text: str) -> str:
    """Return a name for the history as it is kept. Raises ValueError that says what is wrong."""
    text = _line(text)
    if not 1 <= len(text) <= BY_MAX:
        raise ValueError(f"write a name of 1 to {BY_MAX} characters")
    if signature(text).name != text:
        raise ValueError("begin and end with a letter or digit, and leave out < and >")
    return text


def _release(text: str) -> str:
    if not _RELEASE.fullmatch(text):
        raise ValueError("must be the id of a release: 12 hex digits")
    return text


def _place(value: object) -> object:
    is_place = value == "last" or (isinstance(value, int) and value >= 0)
    if not is_place or isinstance(value, bool):
        raise ValueError("write last, or a position from 0")
    return value


def _filled(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    if not 1 <= len(operations) <= MAX_OPERATIONS:
        raise ValueError(f"a change has 1 to {MAX_OPERATIONS:,} operations")
    return operations


# Phrasings and questions are one line each; a line break from a chat box is a space.
_Words = Annotated[Phrasing, AfterValidator(clean), AfterValidator(_line)]


class _Operation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AddEntry(_Operation):
    """Add a proposal, argument, fact, term, FAQ, boundary or source."""

    op: Literal["add"] = "add"
    kind: EntryKind
    parent: Id | None = Field(
        default=None,
        description="The proposal of an objection; the argument that a response or counter answers",
    )
    fields: Annotated[dict[str, Any], AfterValidator(_fields)] = Field(
        description="As in the YAML format, with the id; without status, replies and objections."
    )
    at: Literal["last"] = "last"

    @property
    def id(self) -> str:
        """Return the new entry's id."""
        return str(self.fields["id"])

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind in ARGUMENTS and self.parent is None:
            wanted = "the proposal it objects to" if self.kind == "objection" else "what it answers"
            raise ValueError(f"parent is missing; name {wanted}")
        if self.kind not in ARGUMENTS and self.parent is not None:
            raise ValueError(f"a {self.kind} has no parent; leave it out")
        for key in ("status", "replies", "objections"):
            if key in self.fields:
                raise ValueError(f"fields.{key} is not for a new entry; {RESERVED[key]}")
        check_entry(self.kind, self.fields)
        return self


class EditEntry(_Operation):
    """Set or remove fields of an entry or source."""

    op: Literal["edit"] = "edit"
    id: Id
    kind: EntryKind | None = Field(
        default=None, description="Needed only where a source and an entry have the same id."
    )
    set: Annotated[dict[str, Any], AfterValidator(_settings)] = Field(
        description="Field → new value, null to remove it; inside claims as rationale.0.text. "
        "Positions are those before the edit; one past the end appends."
    )

    @model_validator(mode="after")
    def _allowed(self) -> Self:
        for path in self.set:
            parts = path.split(".")
            if not _PATH.fullmatch(path):
                raise ValueError(f"{reader.brief(path)!r} is not a field; write it as how.text")
            if (why := RESERVED.get(parts[0])) is not None:
                raise ValueError(f"{parts[0]} cannot be set; {why}")
        return self


class AddPhrasing(_Operation):
    """Add one way in which people ask for an entry."""

    op: Literal["add_phrasing"] = "add_phrasing"
    entry: Id
    language: Language
    text: _Words


class RemovePhrasing(_Operation):
    """Take a phrasing off an entry."""

    op: Literal["remove_phrasing"] = "remove_phrasing"
    entry: Id
    language: Language
    text: _Words


class AddExpectation(_Operation):
    """Add a test question of the topic."""

    op: Literal["add_expectation"] = "add_expectation"
    ask: _Words
    expect: tuple[Id, ...]
    outcome: tuple[OutcomeName, ...] = ()
    kind: Literal["must", "measured"] = "measured"
    scope: Literal["near", "far"] | None = None
    context: Id | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.scope and self.expect:
            raise ValueError("scope is for questions that expect nothing; leave it out here")
        return self

    @property
    def expectation(self) -> Expectation:
        """Return it as the YAML format knows it."""
        return Expectation.model_validate(self.model_dump(exclude={"op"}))


class RetargetExpectation(_Operation):
    """Let a test question expect other entries."""

    op: Literal["retarget_expectation"] = "retarget_expectation"
    ask: _Words
    expect: tuple[Id, ...]
    context: Id | None = Field(
        default=None, description="Needed only where the question stands with several contexts."
    )


class RetireExpectation(_Operation):
    """Take a test question out of the topic."""

    op: Literal["retire_expectation"] = "retire_expectation"
    ask: _Words
    context: Id | None = Field(
        default=None, description="Needed only where the question stands with several contexts."
    )


class Move(_Operation):
    """Hang an argument, with all that answers it, under another parent; its id stays."""

    op: Literal["move"] = "move"
    id: Id
    parent: Id
    at: Annotated[Literal["last"] | int, BeforeValidator(_place)] = Field(
        default="last", description="Position among the parent's arguments, from 0."
    )


class Withdraw(_Operation):
    """Take an entry, with all that hangs under it, out of every answer."""

    op: Literal["withdraw"] = "withdraw"
    id: Id


class Restore(_Operation):
    """Bring a withdrawn entry back; expectations that went with it do not come back."""

    op: Literal["restore"] = "restore"
    id: Id


Operation = Annotated[
    AddEntry
    | EditEntry
    | AddPhrasing
    | RemovePhrasing
    | AddExpectation
    | RetargetExpectation
    | RetireExpectation
    | Move
    | Withdraw
    | Restore,
    Field(discriminator="op"),
]
OPERATIONS: Mapping[str, type[_Operation]] = {
    model.model_fields["op"].default: model for model in get_args(get_args(Operation)[0])
}
"""the value of ``op`` → the operation's model"""

_ANY: TypeAdapter[Operation] = TypeAdapter(Operation)


class Change(_Operation):
    """Operations that are validated and published as one, by somebody, for a reason."""

    operations: Annotated[tuple[Operation, ...], AfterValidator(_filled)]
    reason: Annotated[str, AfterValidator(_reason)]
    by: Annotated[str, AfterValidator(name_of)] = Field(
        description="The name that the moderator chose, or a pseudonym."
    )
    base: Annotated[str, AfterValidator(_release)] = Field(
        description="Id of the release that the change was made against."
    )


def parse_operation(data: object, number: int = 1) -> Operation:
    """Build one operation from plain data; ``number`` is its place in the change, from 1.

    Raises ChangeError with sentences that name the fields.
    """
    if not isinstance(data, Mapping):
        raise ChangeError("must be a mapping with `op` and its fields.", operation=number)
    name = data.get("op")
    model = OPERATIONS.get(name) if isinstance(name, str) else None
    if model is None:
        said = "op is missing" if name is None else f"there is no op {reader.brief(name)!r}"
        raise ChangeError(f"{said}; write one of {', '.join(OPERATIONS)}.", operation=number)
    try:
        return _ANY.validate_python(dict(data))
    except ValidationError as error:
        # The union puts the tag before each place.
        details = sentences(error, model)
        tag = f"{name}."
        told = [text.removeprefix(tag).removeprefix(f"{name}: ") for text in details]
        raise ChangeError(f"{'; '.join(told)}.", operation=number) from None


def parse_change(data: object) -> Change:
    """Build a change from plain data, such as parsed JSON.

    Raises ChangeError with one sentence for every problem of its first faulty part.
    """
    if not isinstance(data, Mapping):
        raise ChangeError("A change must be a mapping with operations, reason, by and base.")
    raw = data.get("operations")
    if not isinstance(raw, list | tuple):
        raise ChangeError("operations must be a list of operations.")
    if len(raw) > MAX_OPERATIONS:
        raise ChangeError(
            f"A change has at most {MAX_OPERATIONS:,} operations, this one has {len(raw):,}.",
            hint="Split it into several changes.",
        )
    operations = [parse_operation(item, number) for number, item in enumerate(raw, start=1)]
    try:
        return Change.model_validate({**data, "operations": operations})
    except ValidationError as error:
        raise ChangeError(f"{'; '.join(sentences(error, Change))}.") from None


def describe(operation: Operation) -> str:
    """Say in one line what an operation does, for a preview or a list."""
    match operation:
        case AddEntry():
            under = f" under {operation.parent}" if operation.parent else ""
            return f"Add the {operation.kind} {operation.id}{under}: {_heading(operation.fields)}"
        case EditEntry():
            changes = [
                f"remove {path}" if new is None else f"set {path} to {_shown(new)}"
                for path, new in operation.set.items()
            ]
            return f"Edit {operation.id}: {'; '.join(changes)}"
        case AddPhrasing():
            return (
                f"Add to {operation.entry} the phrasing ({operation.language}) “{operation.text}”"
            )
        case RemovePhrasing():
            return (
                f"Remove from {operation.entry} the phrasing ({operation.language}) "
                f"“{operation.text}”"
            )
        case AddExpectation():
            return f"Expect {_expected(operation.expect)} for “{operation.ask}” ({operation.kind})"
        case RetargetExpectation():
            return f"Expect {_expected(operation.expect)} from now on for “{operation.ask}”"
        case RetireExpectation():
            return f"Retire the expectation “{operation.ask}”"
        case Move():
            place = "" if operation.at == "last" else f", as number {operation.at + 1}"
            return f"Move {operation.id} under {operation.parent}{place}"
        case Withdraw():
            return f"Withdraw {operation.id}"
        case Restore():
            return f"Restore {operation.id}"


def _expected(ids: tuple[str, ...]) -> str:
    return " or ".join(ids) or "no answer"


def _heading(fields: Mapping[str, Any]) -> str:
    names = ("title", "name", "question", "statement", "text")
    found = next((fields[name] for name in names if name in fields), "")
    return _shown(str(found))


def _shown(value: Plain) -> str:
    if isinstance(value, str):
        return f"“{short(clean(value))}”"
    if isinstance(value, list):
        return f"[{', '.join(_shown(item) for item in value)}]"
    return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
