"""The schemas accept what ships, in an editor's eyes, and refuse what the loader refuses."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge.canonical import file_kind
from bot.knowledge.files import snapshot
from bot.knowledge.schema import schemas, write_schemas

SHIPPED = Path(__file__).parents[2] / "knowledge" / "million-carrots"


def as_editor(text: str) -> Any:
    """Read YAML with guessed types, as editors do; JSON has no dates and only text keys."""

    def convert(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): convert(item) for key, item in value.items()}
        if isinstance(value, list):
            return [convert(item) for item in value]
        return value.isoformat() if isinstance(value, date | datetime) else value

    return convert(yaml.safe_load(text))


def errors(kind: str, text: str) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schemas()[f"{kind}.schema.json"])
    return [error.message for error in validator.iter_errors(as_editor(text))]


def test_there_is_a_schema_for_every_kind_of_file() -> None:
    assert sorted(name.removesuffix(".schema.json") for name in schemas()) == [
        "boundaries", "expectations", "facts", "faq", "glossary", "proposal", "questions",
        "sources", "topic", "translations",
    ]  # fmt: skip


def test_every_field_is_described() -> None:
    for schema in schemas().values():
        assert schema["title"]
        assert schema["description"]
        for part in (schema, *schema.get("$defs", {}).values()):
            for name, field in part.get("properties", {}).items():
                assert field.get("description"), name
    assert "null" not in json.dumps(schemas()["proposal.schema.json"])
    assert "``" not in json.dumps(schemas())


def test_schemas_are_written_beside_the_topic(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path)
    assert {path.parent for path in paths} == {tmp_path / "schema"}
    assert {path.name: json.loads(path.read_text()) for path in paths} == schemas()
    assert write_schemas(tmp_path) == paths
    assert len(list((tmp_path / "schema").iterdir())) == len(paths)


def test_the_schemas_are_valid_themselves() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for schema in schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_shipped_file_fits_its_schema() -> None:
    found = {}
    for name, raw in snapshot(SHIPPED).contents.items():
        kind = file_kind(name)
        assert kind, name
        found[name] = errors(kind, raw.decode())
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("topic", "title: 2022\nas_of: 2022\nlanguages: [en, no]\nfloors: {top1: 0.8, top3: 1}"),
        ("facts", "- {id: 2022, statement: 5, as_of: 2022-03-01}\n- {id: a, statement: no}"),
        ("facts", "# none yet"),
        ("boundaries", "[{id: a, title: t, notice: n, alert: no}]"),
        ("boundaries", "[{id: b, title: t, notice: n, alert: 'yes'}]"),
        ("proposal", "{id: p, title: t, statement: s, how: In one go.}"),
        ("proposal", "{id: p, title: t, statement: s, how: {text: x, basis: common}}"),
        ("questions", "a:\n- 450\n- 1:30\n- no\n- why?"),
        ("translations", "a:\n  title: Имя\n  text: {text: т, of: 12345678}"),
        ("expectations", "- {ask: who, expect: []}\n- {ask: w, expect: [], scope: far}"),
    ],
)  # fmt: skip
def test_what_the_reader_accepts_is_accepted(kind: str, text: str) -> None:
    assert errors(kind, text) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("topic", "titel: x"),
        ("topic", "title: x\nfloors: {top1: 2}"),
        ("facts", "- {id: Upper Case, statement: s}"),
        ("facts", "- {id: a, statement: s, as_of: March 2022}"),
        ("facts", "- {id: a, statement: }"),
        ("boundaries", "- {id: a, title: t, notice: n, alert: maybe}"),
        ("sources", "- {id: a, title: t, url: example.org}"),
        ("proposal", "{id: p, title: t, statement: s, objections: [{id: p.o, text: no title}]}"),
        ("proposal", "{id: p, title: t, statement: s, basis: hearsay}"),
        ("questions", "a: why?"),
        ("translations", "a:\n  text: {txt: т}"),
        ("expectations", "- {ask: w, expect: [a], scope: far}"),
    ],
)
def test_what_the_loader_refuses_is_underlined(kind: str, text: str) -> None:
    assert errors(kind, text)
