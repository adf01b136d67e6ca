"""Does a request that the bot made keep to Discord's own specification, and to its limits?

The specification is no part of this project: it is read where the environment variable
REJOINDER_DISCORD_OPENAPI says, or at ../shared/discord/openapi.json beside the repository.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from benchmarks.discord_double.limits import problems as beyond_the_specification

Json = dict[str, Any]
VARIABLE = "REJOINDER_DISCORD_OPENAPI"
BESIDE = Path(__file__).parents[4] / "shared" / "discord" / "openapi.json"
# Read here and now, as the tests' environment is cleaned of REJOINDER_ variables.
SPECIFICATION = Path(os.environ.get(VARIABLE) or BESIDE)
_ROOT = "urn:discord"
# The developer documentation has nsfw; discord.py sends tts with edits, too, where it says nothing.
_UNDESCRIBED = frozenset({"nsfw", "tts"})
_TYPES: dict[type, set[str]] = {
    dict: {"object"},
    list: {"array"},
    str: {"string"},
    bool: {"boolean"},
    int: {"integer", "number"},
    float: {"number"},
    type(None): {"null"},
}


class Recorded(Protocol):
    """What is looked at of a request: the double's Request has it, and Plain."""

    @property
    def method(self) -> str:
        """Return GET, POST, …"""

    @property
    def path(self) -> str:
        """Return the path, without /api/v10."""

    @property
    def json(self) -> Any:
        """Return the body."""

    @property
    def names(self) -> Sequence[str]:
        """Return the names of the files."""

    @property
    def query(self) -> Mapping[str, Any]:
        """Return the query's parameters."""


@dataclass(frozen=True)
class Plain:
    """A request from elsewhere, such as simcord's log: method, path, body, query."""

    method: str
    path: str
    json: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    names: Sequence[str] = ()


class Operation(NamedTuple):
    """One method of one path."""

    path: str
    pattern: re.Pattern[str]
    details: Json
    parameters: dict[str, Json]  # those in the path
    query: frozenset[str]


def contract() -> Contract:
    """Return the contract, or skip the test where the specification is absent."""
    if not SPECIFICATION.is_file():
        pytest.skip(f"Discord's specification is not at {SPECIFICATION}; set {VARIABLE}")
    return _load(SPECIFICATION)


@cache
def _load(path: Path) -> Contract:
    return Contract(json.loads(path.read_text(encoding="utf-8")))


class Contract:
    """Discord's OpenAPI description, and what it leaves out."""

    def __init__(self, document: Json) -> None:
        self.document: Json = _absolute(document)
        # One tolerance: discord.py and others send snowflakes as numbers too.
        self.document["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        self._registry: Registry[Any] = Registry().with_resource(
            _ROOT, Resource.from_contents(self.document, default_specification=DRAFT202012)
        )
        extend: Any = validators.extend  # it has no annotations
        keywords = {"oneOf": self._alternatives, "anyOf": self._alternatives}
        self._dialect = extend(Draft202012Validator, keywords)
        self._validators: dict[int, Any] = {}

    def check(self, requests: Iterable[Recorded]) -> None:
        """Raise AssertionError with all that is wrong with the requests."""
        wrong = [
            f"{request.method} {request.path}: {problem}"
            for request in requests
            for problem in self.problems(
                request.method, request.path, request.json, request.names, request.query
            )
        ]
        assert not wrong, "\n".join(wrong)

    def problems(
        self,
        method: str,
        path: str,
        body: Any = None,
        files: Sequence[str] = (),
        query: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """Return what is wrong with a request; an empty list is a good one."""
        operation = self._operation(method, path)
        if operation is None:
            return ["there is no such endpoint"]
        found = [
            f"unknown parameter {name!r}" for name in query or {} if name not in operation.query
        ]
        wanted = operation.details.get("requestBody")
        if wanted is None:
            found += ["a body where none belongs"] * (body is not None)
        elif body is not None:
            schema = wanted["content"]["application/json"]["schema"]
            found += self._invalid(schema, body)
            found += self._unknown(schema, body, "body")
        elif wanted.get("required") and not files:
            found.append("no body")
        return found + beyond_the_specification(method, path, body, files)

    def _operation(self, method: str, path: str) -> Operation | None:
        for operation in self._operations.get((method, path.count("/")), []):
            if match := operation.pattern.fullmatch(path):
                values = match.groupdict()
                if all(self._valid(s, values[name]) for name, s in operation.parameters.items()):
                    return operation
        return None

    @cached_property
    def _operations(self) -> dict[tuple[str, int], list[Operation]]:
        """All operations by method and depth, those with most literal segments first."""
        found: dict[tuple[str, int], list[Operation]] = {}
        paths = sorted(self.document["paths"], key=lambda path: (path.count("{"), path))
        for path in paths:
            methods = self.document["paths"][path]
            pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))
            for method, details in methods.items():
                if method == "parameters":
                    continue
                parameters = methods.get("parameters", []) + details.get("parameters", [])
                operation = Operation(
                    path,
                    pattern,
                    details,
                    {p["name"]: p["schema"] for p in parameters if p["in"] == "path"},
                    frozenset(p["name"] for p in parameters if p["in"] == "query"),
                )
                found.setdefault((method.upper(), path.count("/")), []).append(operation)
        return found

    def _validator(self, schema: Json) -> Any:
        """Return the validator of a part of the document."""
        if id(schema) not in self._validators:
            self._validators[id(schema)] = self._dialect(schema, registry=self._registry)
        return self._validators[id(schema)]

    def _valid(self, schema: Json, value: Any) -> bool:
        return bool(self._validator(schema).is_valid(value))

    def _invalid(self, schema: Json, body: Any) -> Iterator[str]:
        for error in self._validator(schema).iter_errors(body):
            place = "".join(f"[{part!r}]" for part in error.absolute_path)
            yield f"body{place}: {error.message[-300:]}"

    def _alternatives(
        self, validator: Any, branches: Sequence[Json], value: Any, schema: Json
    ) -> Iterator[ValidationError]:
        """Check oneOf and anyOf by the alternative that is meant: faster, and says what is wrong.

        The branches exclude each other by their ``type``, so that this is no other check.
        """
        del schema
        if all("const" in branch for branch in branches):
            if not any(branch["const"] == value for branch in branches):
                yield ValidationError(f"{value!r} is not among the values allowed")
            return
        resolved = [self._resolved(branch) for branch in branches]
        meant = [branch for branch in resolved if _is_meant(branch, value)]
        if len(meant) == 1:
            yield from validator.descend(value, meant[0])
        elif not any(validator.evolve(schema=branch).is_valid(value) for branch in meant):
            yield ValidationError(f"nothing of what is allowed here: {value!r}")

    # Unknown fields: JSON Schema lets them pass.

    def _unknown(self, schema: Json, value: Any, place: str) -> list[str]:
        if isinstance(value, list):
            views = [view for view in self._views(schema, value) if "items" in view]
            results = [
                [
                    problem
                    for number, item in enumerate(value)
                    for problem in self._unknown(view["items"], item, f"{place}[{number}]")
                ]
                for view in views
            ]
            return min(results, key=len, default=[])
        if not isinstance(value, dict):
            return []
        results = []
        for view in self._views(schema, value):
            properties = view.get("properties", {})
            extra = view.get("additionalProperties", {} if not properties else None)
            found = []
            for name, inner in value.items():
                if name in properties:
                    found += self._unknown(properties[name], inner, f"{place}.{name}")
                elif extra is None and name not in _UNDESCRIBED:
                    found.append(f"unknown field {place}.{name}")
            results.append(found)
        return min(results, key=len, default=[])

    def _views(self, schema: Json, value: Any) -> list[Json]:
        """Return what a schema says of a value, once for each alternative that is meant."""
        schema = self._resolved(schema)
        said = ("properties", "items", "additionalProperties")
        views: list[Json] = [{str(k): schema[k] for k in said if k in schema}]
        for part in schema.get("allOf", []):
            views = [_merged(a, b) for a in views for b in self._views(part, value)]
        for key in ("oneOf", "anyOf"):
            branches = [self._resolved(branch) for branch in schema.get(key, [])]
            meant = [branch for branch in branches if _is_meant(branch, value)]
            if len(meant) > 1:
                meant = [branch for branch in meant if self._valid(branch, value)] or meant
            if meant:
                inner = [view for branch in meant for view in self._views(branch, value)]
                views = [_merged(a, b) for a in views for b in inner]
        return views

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            target: Any = self.document
            for part in schema["$ref"].split("#/")[1].split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            schema = target
        return schema


def _absolute(schema: Any) -> Any:
    """Return the document with references that hold wherever a part of it is used."""
    if isinstance(schema, dict):
        return {
            key: f"{_ROOT}{value}" if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema


def _merged(first: Json, second: Json) -> Json:
    properties = {**first.get("properties", {}), **second.get("properties", {})}
    return {**first, **second, **({"properties": properties} if properties else {})}


def _is_meant(branch: Json, value: Any) -> bool:
    """Tell whether an alternative can be the one for a value, by its type and its kind."""
    kinds = branch.get("type", [])
    if kinds and not _TYPES[type(value)] & set([kinds] if isinstance(kinds, str) else kinds):
        return False
    kind = branch.get("properties", {}).get("type", {}).get("enum")
    return not (isinstance(value, dict) and kind and value.get("type", kind[0]) not in kind)
