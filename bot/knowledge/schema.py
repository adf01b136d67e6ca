"""Describe every file of a topic as JSON Schema, so that editors check it while people type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from bot.knowledge.canonical import key_order, write_atomically
from bot.knowledge.model import (
    PHRASING_MAX,
    TEXT_MAX,
    Argument,
    Boundary,
    Claim,
    Expectation,
    Fact,
    Faq,
    Floors,
    Objection,
    Proposal,
    Source,
    SourceRef,
    Term,
    TopicInfo,
    TranslatedField,
)

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ID = "^[a-z0-9]+([.-][a-z0-9]+)*$"
# An editor sees 2022, 1.5 and no as a number or a boolean; the reader sees the text as written.
_TEXT_TYPES = ["string", "number", "boolean"]
_FIELD_TYPES: dict[str, Any] = {
    "as_of": ["string", "integer"],
    "url": "string",
    "read_url": "string",
}
_LIMITS = {"ge": "minimum", "le": "maximum"}
_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_URL = r"^https?://[^\s<>\"]+$"

_MODELS: tuple[type[BaseModel], ...] = (
    SourceRef, Claim, Argument, Objection, Proposal, Fact, Term, Faq, Boundary, Source, Floors,
    TopicInfo, Expectation, TranslatedField,
)  # fmt: skip
_ORDERS = {model.__name__: key_order(model) for model in _MODELS}

_PATTERNS = {
    "id": _ID, "source": _ID, "context": _ID, "facts": _ID, "expect": _ID,
    "as_of": _DATE, "url": _URL, "read_url": _URL, "languages": "^[a-z]{2,3}$",
}  # fmt: skip

# What to say about a field where the models say nothing; "Model.field" goes before "field".
_DESCRIPTIONS = {
    "id": "Lower-case letters and digits, joined by dots or hyphens. Never reused, never changed.",
    "title": "A short claim or name in plain words, as people see it.",
    "text": f"Complete, plain sentences, at most {TEXT_MAX:,} characters; shown word for word.",
    "sources": "Where it comes from, like [{source: somin-0306, where: p. 2}].",
    "basis": "What a claim without sources stands on: inference (follows from what is sourced) or "
    "common (commonly raised, no source found). Leave it out where sources are given.",
    "status": "withdrawn takes it out of all answers at once; its id stays taken.",
    "replies": "What answers this: responses to an objection, counters to a response, and so on.",
    "as_of": "The date to which this refers: 2022, 2022-03 or 2022-03-01.",
    "statement": "What is asserted, in complete sentences, with who says so.",
    "proposed_by": "Who proposes it: the id of a glossary term, or a name as shown.",
    "objections": "What is said against it, each with its replies.",
    "name": "The name as people see it.",
    "aliases": "Other names that people type; each belongs to one term only.",
    "definition": "What or who it is, in one to three sentences.",
    "question": "The question as people would put it.",
    "answer": "The plain answer.",
    "covers": "For editors: what must not be answered.",
    "notice": "What the bot says instead: short, kind, final.",
    "author": "Who wrote it.",
    "publisher": "Where it was published.",
    "date": "When it was published, as the source gives it.",
    "url": "The address of the source.",
    "stance": "Where the source stands: for, against, mixed, or report (it only reports).",
    "seen": "In what form it was read: its text, a copy, or only a mention of it elsewhere.",
    "note": "What a reader of the source should know, for instance how much of it was read.",
    "ask": "The question, as somebody would type it.",
    "expect": "The entries of which any may answer; [] where nothing may.",
    "outcome": "The outcomes that are allowed.",
    "kind": "must fails the check when it is missed; measured only counts.",
    "top1": "Least share of questions whose first candidate is right, like 0.80.",
    "top3": "Least share of questions with a right one among the first three.",
    "precision": "Least share of given answers that are right.",
    "coverage": "Least share of answerable questions that get an answer.",
    "out_of_scope_recall": "Least share of foreign questions that are turned away.",
    "of": "First 8 hex digits of the original's sha256; leave it out and `rejoinder fmt` fills it.",
    "TopicInfo.title": "What the topic is called.",
    "TopicInfo.description": "What the debate is about and what the collection holds.",
    "TopicInfo.languages": "ISO 639 codes of the languages in which people may ask.",
    "TopicInfo.floors": "Totals below which `rejoinder check` fails.",
    "TopicInfo.as_of": "How current the collection is: 2022, 2022-03 or 2022-03-01.",
    "Boundary.title": "What must not be answered, in a few words.",
    "Source.title": "The title of the page, article or book.",
    "TranslatedField.text": "The translation, in complete, plain sentences.",
}

_LISTS: dict[str, tuple[type[BaseModel], str, str]] = {
    "sources": (Source, "Sources", "All sources that entries refer to by id."),
    "facts": (Fact, "Facts", "Dated figures and events."),
    "glossary": (Term, "Glossary", "People, bodies and words that people ask about."),
    "faq": (Faq, "Plain questions", "Plain questions with their plain answers."),
    "boundaries": (Boundary, "Boundaries", "What must not be answered, and what is said instead."),
    "expectations": (
        Expectation,
        "Expectations",
        "Questions with the entries that may answer them: the topic's own tests.",
    ),
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schemas (draft 2020-12) of all files by file name."""
    found = {
        "topic": _of(TopicInfo, "Topic", "What a topic is about and how current it is."),
        "proposal": _of(
            Proposal, "Proposal", "One proposal with its objections and their replies."
        ),
        "questions": _questions(),
        "translations": _translations(),
    }
    for name, (model, title, description) in _LISTS.items():
        # A file that holds nothing yet is fine, and an editor sees it as null.
        schema = _of(tuple[model, ...], title, description)  # type: ignore[valid-type]
        found[name] = {**schema, "type": ["array", "null"]}
    return {f"{name}.schema.json": found[name] for name in sorted(found)}


def write_schemas(folder: Path) -> list[Path]:
    """Write all schemas into ``<folder>/schema/`` and return their paths."""
    target = folder / "schema"
    target.mkdir(exist_ok=True)
    written: list[Path] = []
    for name, schema in schemas().items():
        path = target / name
        write_atomically(path, json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
        written.append(path)
    return written


def _of(kind: Any, title: str, description: str) -> dict[str, Any]:
    generated = TypeAdapter(kind).json_schema(schema_generator=_Generator)
    head = {"$schema": _DIALECT, "title": title, "description": description}
    return {**head, **{key: value for key, value in _mend(generated).items() if key not in head}}


class _Generator(GenerateJsonSchema):
    """Leaves out the titles that pydantic makes from names, which only repeat them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def _questions() -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": "Phrasings",
        "description": "The words in which people ask for each entry, by the entry's id.",
        "type": ["object", "null"],
        "propertyNames": {"pattern": _ID, "maxLength": 60},
        "additionalProperties": {
            "type": "array",
            "description": "One way of asking on each line, in other words than the others.",
            "items": {
                "type": _TEXT_TYPES,
                "minLength": 1,
                "maxLength": PHRASING_MAX,
            },
        },
    }


def _translations() -> dict[str, Any]:
    translated = _of(TranslatedField, "", "")
    del translated["$schema"], translated["title"], translated["description"]
    return {
        "$schema": _DIALECT,
        "title": "Translations",
        "description": "Translated fields by the entry's id, then by the field's name.",
        "type": ["object", "null"],
        "propertyNames": {"pattern": _ID, "maxLength": 60},
        "additionalProperties": {
            "type": "object",
            "description": "The fields of this entry: title, text, statement, rationale.0 …; under "
            "`topic`, the title, description and notice of topic.yaml; under `names`, the names "
            "of people who are no terms.",
            "additionalProperties": {
                "anyOf": [
                    translated,
                    {"type": _TEXT_TYPES, "minLength": 1, "maxLength": TEXT_MAX},
                ]
            },
        },
    }


def _mend(schema: dict[str, Any]) -> dict[str, Any]:
    """Adapt pydantic's schema to what people may write and what editors understand."""
    if "$defs" in schema:
        schema["$defs"] = {
            name: _mend_object(name, part) if "properties" in part else _mend_part(part)
            for name, part in schema["$defs"].items()
        }
    if "properties" in schema:
        return _mend_object(schema.get("title", ""), schema)
    return _mend_part(schema)


def _mend_object(model: str, schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema["properties"]
    order = _ORDERS[model]
    schema["properties"] = {
        name: _mend_field(model, name, properties[name]) for name in order if name in properties
    }
    if "description" in schema:
        schema["description"] = schema["description"].replace("``", "`")
    if model == Proposal.__name__:
        how = schema["properties"]["how"]
        text = {"type": _TEXT_TYPES, "minLength": 1, "maxLength": TEXT_MAX}
        reference = {key: how.pop(key) for key in ("$ref", "anyOf") if key in how}
        how["anyOf"] = [reference, text]
    if model == Expectation.__name__:
        schema["if"] = {"required": ["scope"]}
        schema["then"] = {"properties": {"expect": {"maxItems": 0}}}
    return schema


def _mend_field(model: str, name: str, field: dict[str, Any]) -> dict[str, Any]:
    field = _mend_part(field)
    if (pattern := _PATTERNS.get(name)) is not None:
        target = field.get("items", field)
        if isinstance(target, dict):
            target["pattern"] = pattern
            target["type"] = _FIELD_TYPES.get(name, _TEXT_TYPES)
    own = _DESCRIPTIONS.get(f"{model}.{name}")
    said = own or field.get("description") or _DESCRIPTIONS.get(name)
    if said:
        field["description"] = said.replace("``", "`")
    return field


def _mend_part(part: dict[str, Any]) -> dict[str, Any]:
    """Drop null, which no file can hold, and let scalars be what an editor takes them for."""
    options = [option for option in part.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        del part["anyOf"]
        part = {**options[0], **part}
    if isinstance(part.get("default"), bool):
        part["default"] = "yes" if part["default"] else "no"
    elif not isinstance(part.get("default"), str):
        part.pop("default", None)  # an editor would type `[]` or `null` for people
    if part.get("type") in ("string", ["string", "integer"]) and "enum" not in part:
        part["type"] = _TEXT_TYPES
    elif part.get("type") == "number":
        part["type"] = ["number", "string"]
    part = {_LIMITS.get(key, key): value for key, value in part.items()}
    if isinstance(part.get("items"), dict):
        part["items"] = _mend_part(part["items"])
    return part
