"""Changes arrive as plain data and survive a round trip; mistakes are told in sentences."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.operations import (
    OPERATIONS,
    Change,
    ChangeError,
    describe,
    parse_change,
    parse_operation,
)

EVERY: list[dict[str, Any]] = [
    {
        "op": "add",
        "kind": "objection",
        "parent": "new-bridge",
        "fields": {
            "id": "new-bridge.flood",
            "title": "It may flood",
            "text": "The river rose in 2021.",
            "sources": [{"source": "gazette", "where": "p. 3"}],
        },
    },
    {"op": "edit", "id": "new-bridge", "set": {"how.text": "By volunteers.", "since": None}},
    {"op": "add_phrasing", "entry": "mill-race", "language": "en", "text": "the old channel"},
    {"op": "remove_phrasing", "entry": "mill-race", "language": "en", "text": "the old channel"},
    {"op": "add_expectation", "ask": "will it flood", "expect": ["a", "b"], "kind": "must"},
    {"op": "retarget_expectation", "ask": "will it flood", "expect": []},
    {"op": "retire_expectation", "ask": "will it flood", "context": "new-bridge"},
    {"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge.herons", "at": 0},
    {"op": "withdraw", "id": "new-bridge.cost"},
    {"op": "restore", "id": "new-bridge.cost"},
]
HEAD = {"reason": "The flood was left out.", "by": "Ada Quill", "base": "0123456789ab"}


def complain(data: object) -> str:
    with pytest.raises(ChangeError) as caught:
        parse_change(data)
    return str(caught.value)


def fact(**fields: object) -> dict[str, Any]:
    return {"op": "add", "kind": "fact", "fields": fields}


def test_every_operation_survives_json_and_has_words() -> None:
    assert {data["op"] for data in EVERY} == set(OPERATIONS)
    change = parse_change({**HEAD, "operations": EVERY})
    again = parse_change(json.loads(change.model_dump_json()))
    assert again == change == Change.model_validate_json(change.model_dump_json())
    assert [describe(operation) for operation in change.operations] == [
        "Add the objection new-bridge.flood under new-bridge: “It may flood”",
        "Edit new-bridge: set how.text to “By volunteers.”; remove since",
        "Add to mill-race the phrasing (en) “the old channel”",
        "Remove from mill-race the phrasing (en) “the old channel”",
        "Expect a or b for “will it flood” (must)",
        "Expect no answer from now on for “will it flood”",
        "Retire the expectation “will it flood”",
        "Move new-bridge.cost.1 under new-bridge.herons, as number 1",
        "Withdraw new-bridge.cost",
        "Restore new-bridge.cost",
    ]


def test_a_parsed_change_cannot_be_altered() -> None:
    change = parse_change({**HEAD, "operations": EVERY[:1]})
    with pytest.raises(ValueError, match="frozen"):
        change.reason = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("withdraw", "Operation 1: must be a mapping"),
        ({}, "Operation 1: op is missing; write one of add, edit,"),
        ({"op": "delete"}, "Operation 1: there is no op 'delete'; write one of"),
        ({"op": ["add"]}, "Operation 1: there is no op"),
        ({"op": "withdraw"}, "Operation 1: id: is missing"),
        ({"op": "withdraw", "id": "Caps"}, "id: an id has lower-case letters"),
        ({"op": "withdraw", "id": "a", "why": "x"}, "why: unknown key 'why'; allowed here: op, id"),
        ({"op": "move", "id": "a", "parent": "b", "at": -1}, "at: write last, or a position"),
        ({"op": "move", "id": "a", "parent": "b", "at": True}, "at: write last, or a position"),
        ({"op": "edit", "id": "a", "set": {}}, "set: names no field"),
        ({"op": "edit", "id": "a", "set": {"id": "b"}}, "an id never changes"),
        ({"op": "edit", "id": "a", "set": {"status": "withdrawn"}}, "use withdraw or restore"),
        ({"op": "edit", "id": "a", "set": {"replies.0.text": "b"}}, "by their own ids"),
        ({"op": "edit", "id": "a", "set": {"how..text": "b"}}, "'how..text' is not a field"),
        ({"op": "edit", "id": "a", "set": {"how\ntext": "b"}}, "is not a field"),
        ({"op": "edit", "id": "a", "set": {"by": [None]}}, "write texts, lists or mappings"),
        ({"op": "edit", "id": "a", "set": {"text": 1.5}}, "put numbers with a point in quotes"),
        ({"op": "edit", "id": "a", "set": {"text": "x\u202ey"}}, "U+202E is not allowed"),
        ({"op": "edit", "id": "a", "set": {"text": "\ud800"}}, "half a character"),
        ({"op": "add_phrasing", "entry": "a", "language": "en", "text": " \u200b"}, "is empty"),
        ({"op": "add_phrasing", "entry": "a", "language": "English", "text": "b"}, "ISO 639"),
        ({"op": "add_phrasing", "entry": "a", "language": "en", "text": "b" * 301}, "to 300"),
        (
            {"op": "add_expectation", "ask": "a", "expect": ["b"], "scope": "far"},
            "scope is for questions that expect nothing",
        ),
        ({**EVERY[0], "parent": None}, "parent is missing; name the proposal it objects to"),
        ({**fact(id="a", statement="b"), "parent": "c"}, "a fact has no parent"),
        (fact(id="a", statment="b"), "unknown key 'statment'; did you mean 'statement'?"),
        (fact(statement="b"), "id: is missing"),
        (fact(id="a", statement="b" * 1501), "statement: 1501 characters long; shorten it to 1500"),
        (fact(id="a", statement="b", as_of="soon"), "as_of: write a date as 2022"),
        (fact(id="a", statement="b", status="withdrawn"), "use withdraw or restore"),
        ({**fact(id="a", statement="b"), "kind": "fcat"}, "'fcat' is not allowed"),
        ({**fact(id="a", statement="b"), "at": "first"}, "'first' is not allowed"),
    ],
)
def test_mistakes_of_an_operation_are_told_in_sentences(operation: object, said: str) -> None:
    told = complain({**HEAD, "operations": [operation]})
    assert said in told
    assert "Input should" not in told
    assert "Value error" not in told


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"reason": "ab"}, "reason: say why in 3 to 500 characters"),
        ({"reason": "a" * 501}, "reason: say why in 3 to 500 characters"),
        ({"reason": "two\nlines"}, "reason: must be one line"),
        ({"reason": "bell\x07 rings"}, "reason: the control or invisible character U+0007"),
        ({"by": "  "}, "by: write a name of 1 to 100 characters"),
        ({"base": "HEAD"}, "base: must be the id of a release: 12 hex digits"),
        ({"operations": []}, "operations: a change has 1 to 5,000 operations"),
        ({"operations": {"op": "withdraw"}}, "operations must be a list"),
        ({"operations": [{}] * 5_001}, "at most 5,000 operations, this one has 5,001"),
        ({"operator": "x"}, "unknown key 'operator'"),
    ],
)
def test_mistakes_of_the_change_itself_are_told(head: dict[str, object], said: str) -> None:
    assert said in complain({"operations": EVERY[-1:], **HEAD, **head})


def test_a_change_must_be_a_mapping() -> None:
    assert "must be a mapping" in complain(["withdraw"])


def test_the_number_of_the_faulty_operation_is_named() -> None:
    assert complain({**HEAD, "operations": [*EVERY[:2], {"op": "x"}]}).startswith("Operation 3: ")


def test_texts_are_brought_to_the_form_of_the_files() -> None:
    added = parse_operation(fact(id="a", statement=" e\u0301 \r\n", as_of=2022, basis="common"))
    assert added.model_dump()["fields"] == {
        "id": "a", "statement": "é", "as_of": "2022", "basis": "common"
    }  # fmt: skip
    edit = parse_operation({"op": "edit", "id": "a", "set": {"alert": True, "caution": None}})
    assert edit.model_dump()["set"] == {"alert": "yes", "caution": None}
    phrasing = {"op": "add_phrasing", "entry": "a", "language": "en", "text": "two\n lines\u200b "}
    assert parse_operation(phrasing).model_dump()["text"] == "two lines"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from(["", *OPERATIONS]),
    st.sampled_from(["fields", "set", "text", "id", "parent", "at", "expect", "operations", "x"]),
)
def test_no_data_breaks_the_parser(value: object, op: str, key: str) -> None:
    base = next((data for data in EVERY if data["op"] == op), {})
    for data in (value, {**HEAD, "operations": [{**base, key: value}]}, {**HEAD, key: value}):
        try:
            change = parse_change(data)
        except ChangeError:
            continue
        assert parse_change(json.loads(change.model_dump_json())) == change
        assert all(len(describe(one).splitlines()) == 1 for one in change.operations)
