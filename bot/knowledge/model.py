"""What a topic holds: typed, frozen models of the documented YAML format.

Every scalar arrives as a string (the reader never guesses types), so ``no``, ``1:30`` and
``2022-03-01`` mean what they say; the models here do the typing.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

TITLE_MAX = 100
TEXT_MAX = 1_500
PHRASING_MAX = 300
ID_MAX = 60
ID_SHAPE = (
    "an id has lower-case letters and digits, joined by single dots or hyphens, "
    "like cash-desertion.cost.1"
)

_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def is_id(text: str) -> bool:
    """Tell whether the text has the shape of an entry id (lower case, digits, ``.`` and ``-``)."""
    return len(text) <= ID_MAX and _ID.fullmatch(text) is not None


def is_blank(text: str) -> bool:
    """Tell whether a text has nothing to see: no character, or only spaces and joiners."""
    return not any(character.isprintable() and character != " " for character in text)


def _check_seen(text: str) -> str:
    if is_blank(text):
        raise ValueError("is empty; write its text or remove the line")
    return text


def _check_id(text: str) -> str:
    if len(text) > ID_MAX:
        raise ValueError(f"an id has at most {ID_MAX} characters, this one has {len(text)}")
    if not _ID.fullmatch(text):
        raise ValueError(ID_SHAPE)
    return text


def _check_date(text: str) -> str:
    if not _PARTIAL_DATE.fullmatch(text):
        raise ValueError("write a date as 2022, 2022-03 or 2022-03-01")
    parts = [int(part) for part in text.split("-")] + [1, 1]
    try:
        date(parts[0], parts[1], parts[2])
    except ValueError as error:
        raise ValueError(f"{text} is not a date in the calendar") from error
    return text


def _check_language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("write a language as its ISO 639 code, like en, ru or uk")
    return text


def _check_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"]+", text):
        raise ValueError("write a full address that starts with https:// or http://")
    return text


def _yes_no(value: object) -> object:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if isinstance(value, str):
        if value.lower() not in words:
            raise ValueError("write yes or no")
        return words[value.lower()]
    return value


def _ratio(value: object) -> object:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise ValueError("write a number between 0 and 1, like 0.80") from None
    return value


# Editors read an unquoted 2022 as a number and an unquoted yes as a boolean; the schema lets them.
Id = Annotated[str, AfterValidator(_check_id), WithJsonSchema({"type": "string", "maxLength": 60})]
PartialDate = Annotated[
    str, AfterValidator(_check_date), WithJsonSchema({"type": ["string", "integer"]})
]
Language = Annotated[str, AfterValidator(_check_language)]
Url = Annotated[str, AfterValidator(_check_url)]
YesNo = Annotated[
    bool,
    BeforeValidator(_yes_no),
    WithJsonSchema({"enum": ["yes", "no", True, False]}),
]
Ratio = Annotated[float, BeforeValidator(_ratio), Field(ge=0, le=1)]
_SEEN = AfterValidator(_check_seen)
Title = Annotated[str, Field(min_length=1, max_length=TITLE_MAX), _SEEN]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_MAX), _SEEN]
Phrasing = Annotated[str, Field(min_length=1, max_length=PHRASING_MAX), _SEEN]

Basis = Literal["sourced", "inference", "common"]
Status = Literal["published", "withdrawn"]


class Kind(StrEnum):
    """The kinds of entries that a question can mean."""

    PROPOSAL = "proposal"
    OBJECTION = "objection"
    RESPONSE = "response"
    COUNTER = "counter"
    FACT = "fact"
    TERM = "term"
    FAQ = "faq"
    BOUNDARY = "boundary"


class Model(BaseModel):
    """Base of all parts: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceRef(Model):
    """Point to a source and, where it helps, to the place in it."""

    source: Id = Field(description="Id of an entry of sources.yaml.")
    where: Annotated[str, Field(min_length=1, max_length=200), _SEEN] | None = Field(
        default=None, description="Place in the source: page, paragraph, minute."
    )


def is_grounded(sources: tuple[SourceRef, ...], basis: Basis | None) -> bool:
    """Tell whether what has these sources and this basis says what it rests on."""
    return bool(sources) or basis in {"inference", "common"}


class Claim(Model):
    """Something asserted, with its sources or the basis it stands on."""

    text: Text
    sources: tuple[SourceRef, ...] = ()
    basis: Basis | None = Field(
        default=None,
        description="sourced (default where sources are given), inference, or common.",
    )

    @property
    def grounded(self) -> bool:
        """Tell whether the claim names a source or says what it rests on."""
        return is_grounded(self.sources, self.basis)


class Argument(Claim):
    """One move in the debate; its replies answer it, theirs answer them, at any depth."""

    id: Id
    title: Title | None = None
    by: tuple[Title, ...] = Field(
        default=(), description="Who says it: the id of a glossary term, or a name as shown."
    )
    replies: tuple[Argument, ...] = ()
    status: Status = "published"


class Objection(Argument):
    """An argument against a proposal; unlike a reply it needs a title."""

    title: Title  # pyright: ignore[reportIncompatibleVariableOverride]


class Proposal(Model):
    """One thing somebody proposes to do, in prose only."""

    id: Id
    title: Title
    statement: Text = Field(description="What is proposed, in one or two sentences.")
    proposed_by: tuple[Title, ...] = ()
    sources: tuple[SourceRef, ...] = Field(default=(), description="Where it was proposed.")
    basis: Basis | None = None
    how: Claim | None = Field(default=None, description="How it would work.")
    rationale: tuple[Claim, ...] = Field(default=(), description="Why its proponents want it.")
    facts: tuple[Id, ...] = Field(default=(), description="Ids of entries of facts.yaml.")
    since: Claim | None = Field(default=None, description="What has happened since.")
    objections: tuple[Objection, ...] = ()
    status: Status = "published"

    @model_validator(mode="before")
    @classmethod
    def _plain_how(cls, data: object) -> object:
        # A bare sentence is enough for `how`; it then rests on the proposal's own sources.
        if isinstance(data, dict) and isinstance(data.get("how"), str):
            return {**data, "how": {"text": data["how"]}}
        return data


class Fact(Model):
    """A dated figure or event."""

    id: Id
    title: Title | None = None
    statement: Text
    as_of: PartialDate | None = None
    caution: Text | None = Field(default=None, description="What a reader must keep in mind.")
    sources: tuple[SourceRef, ...] = ()
    basis: Basis | None = None
    status: Status = "published"


class Term(Model):
    """A person, body or word that people ask about."""

    id: Id
    name: Title
    aliases: tuple[Title, ...] = ()
    definition: Text
    sources: tuple[SourceRef, ...] = ()
    basis: Basis | None = None
    status: Status = "published"


class Faq(Model):
    """A plain question with its plain answer; sources are optional here."""

    id: Id
    question: Phrasing
    answer: Text
    sources: tuple[SourceRef, ...] = ()
    basis: Basis | None = None
    status: Status = "published"


class Boundary(Model):
    """What must not be answered, and what is said instead."""

    id: Id
    title: Title
    covers: Text | None = Field(default=None, description="For editors: what falls under it.")
    notice: Text
    alert: YesNo = Field(default=False, description="yes: tell the community's moderators.")
    status: Status = "published"


class Source(Model):
    """Where a claim comes from."""

    id: Id
    title: Annotated[str, Field(min_length=1, max_length=300), _SEEN]
    author: Annotated[str, Field(min_length=1, max_length=200), _SEEN] | None = None
    publisher: Annotated[str, Field(min_length=1, max_length=200), _SEEN] | None = None
    date: Annotated[str, Field(min_length=1, max_length=100), _SEEN] | None = None
    url: Url | None = None
    read_url: Url | None = Field(default=None, description="Address of the copy that was read.")
    stance: Literal["for", "against", "mixed", "report"] = "report"
    seen: Literal["text", "copy", "mention"] = "text"
    note: Annotated[str, Field(min_length=1, max_length=500), _SEEN] | None = None


class Floors(Model):
    """Totals below which ``rejoinder check`` fails."""

    top1: Ratio | None = None
    top3: Ratio | None = None
    precision: Ratio | None = None
    coverage: Ratio | None = None
    out_of_scope_recall: Ratio | None = None


class TopicInfo(Model):
    """The head of a topic: what it is about and how current it is."""

    id: Id | None = Field(default=None, description="Defaults to the folder's name.")
    title: Title
    description: Text | None = None
    languages: tuple[Language, ...] = ("en",)
    as_of: PartialDate | None = None
    notice: Text | None = Field(default=None, description="Shown once under a first answer.")
    floors: Floors = Floors()


OutcomeName = Literal["answered", "clarify", "gap", "out_of_scope", "boundary"]


class Expectation(Model):
    """A question with the entries that may answer it; none means it must not be answered."""

    ask: Phrasing
    expect: tuple[Id, ...]
    outcome: tuple[OutcomeName, ...] = ()
    kind: Literal["must", "measured"] = "measured"
    scope: Literal["near", "far"] | None = Field(
        default=None, description="For questions with no answer: near the topic, or far from it."
    )
    context: Id | None = Field(default=None, description="The entry a follow-up follows.")

    @model_validator(mode="after")
    def _scope_needs_nothing_expected(self) -> Self:
        if self.scope and self.expect:
            raise ValueError("scope is for questions that expect nothing; leave it out here")
        return self


class TranslatedField(Model):
    """A translated text and the hash of the text that it translates."""

    text: Text
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")] | None = Field(
        default=None, description="First 8 hex digits of the original's sha256; `fmt` fills it in."
    )


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field's annotation holds, None where it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)
