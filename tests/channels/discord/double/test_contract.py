"""What of a request is found to be wrong, by Discord's specification and beyond it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.discord_double.limits import problems
from benchmarks.discord_double.record import matches

from .. import openapi

CREATE = ("POST", "/channels/1/messages")
CALLBACK = ("POST", "/interactions/1/token/callback")
ORIGINAL = ("PATCH", "/webhooks/1/token/messages/@original")
COMMANDS = ("PUT", "/applications/1/commands")
V2 = 1 << 15


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Go", "custom_id": "go", **more}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def page(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"flags": V2, "components": [{"type": 17, "components": list(components)}], **more}


def command(**more: Any) -> dict[str, Any]:
    return {"type": 1, "name": "ask", "description": "Ask.", **more}


def option(**more: Any) -> dict[str, Any]:
    return {"type": 3, "name": "question", "description": "It.", **more}


GOOD: list[tuple[tuple[str, str], Any]] = [
    (CREATE, {"content": "x" * 2000}),
    (CREATE, {"content": "reply", "message_reference": {"message_id": 5, "channel_id": "1"}}),
    (CREATE, page(*(text("x" * 100) for _ in range(39)))),
    (CREATE, page(text("x" * 4000))),
    (CREATE, page(text("x"), row(button(), button(custom_id="b"), button(custom_id="c")))),
    (CALLBACK, {"type": 5, "data": {"flags": 64}}),
    (CALLBACK, {"type": 5}),
    (CALLBACK, {"type": 6}),
    (CALLBACK, {"type": 4, "data": {"content": "hi", "flags": 64}}),
    (CALLBACK, {"type": 7, "data": page(text("x"))}),
    (CALLBACK, {"type": 8, "data": {"choices": [{"name": "a", "value": "b"}]}}),
    (ORIGINAL, page(text("x"))),
    (ORIGINAL, {"components": []}),
    (COMMANDS, [command(options=[option(required=True), option(name="private", type=5)])]),
    (
        COMMANDS,
        [command(name_localizations={"ru": "спросить"}), {"type": 3, "name": "Answer this"}],
    ),
]

# What is wrong, and what the specification would let pass.
BEYOND: list[tuple[tuple[str, str], Any, str]] = [
    (CREATE, {"content": "x" * 2001}, "2001 characters"),
    (CREATE, {"content": "x" * 4000}, "4000 characters"),
    (CREATE, {}, "empty"),
    (CREATE, {"content": " \n", "embeds": [], "components": []}, "empty"),
    (CREATE, {"content": "x", "flags": 64}, "flags 64"),
    (CALLBACK, {"type": 4, "data": {"content": ""}}, "empty"),
    (CALLBACK, {"type": 5, "data": {"flags": 64, "content": "x"}}, "only be flagged ephemeral"),
    (CALLBACK, {"type": 5, "data": {"flags": V2}}, "only be flagged ephemeral"),
    (CREATE, page(row(button(custom_id=None))), "no custom_id"),
    (CREATE, page(row(button(style=5))), "needs an address"),
    (CREATE, page(row(button(label=None))), "neither label nor emoji"),
    (CREATE, page(row(button(), button())), "used 2 times"),
    (CREATE, page(*(text("x") for _ in range(40))), "41 components"),
    (CREATE, page(text("x" * 2500), text("y" * 1501)), "4001 characters of text"),
    (CREATE, page(text(" ")), "empty text display"),
    (CREATE, page(text("x"), content="beside"), "content beside"),
    (CREATE, page({"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}), "not among"),
    (CREATE, {"components": [text("x")]}, "need the flag"),
    (CREATE, {"content": "x", "components": [row(button(custom_id=str(n))) for n in range(6)]},
     "5 action rows"),
    (CREATE, {"embeds": [{"description": "x" * 3001} for _ in range(2)]}, "6002 characters"),
    (CREATE, {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "parses"),
    (COMMANDS, [command(name="Ask")], "'Ask' is no name"),
    (COMMANDS, [command(name_localizations={"ru": "Спросить"})], "'Спросить' is no name"),
    (COMMANDS, [command(options=[option(name="My question")])], "no name"),
    (COMMANDS, [command(options=[option(), option(name="b", required=True)])], "required option"),
    (COMMANDS, [command(), command()], "2 times"),
    (COMMANDS, [command(description="")], "description"),
    (COMMANDS, [command(options=[option(choices=[{"name": "a" * 100, "value": "b" * 100}] * 25)
                                 | {"name": f"o{n}"} for n in range(2)])], "over 8000"),
]  # fmt: skip

# What the specification itself refuses, or does not know.
WITHIN: list[tuple[tuple[str, str], Any, str]] = [
    (CREATE, {"content": "x", "colour": 1}, "unknown field body.colour"),
    (CREATE, page(row(button(hue=1))), "unknown field body.components[0].components[0].compon"),
    (CREATE, {"content": 5}, "not of type"),
    (CREATE, page({"type": 10}), "'content' is a required property"),
    (CREATE, page(row(button(style=9))), "9 is not among"),
    (CREATE, page(row(button(custom_id="x" * 101))), "too long"),
    (CREATE, {"content": "x", "message_reference": {"message_id": "me"}}, "does not match"),
    (ORIGINAL, {"content": "x" * 2001}, "too long"),
    (CALLBACK, {"type": 11}, "nothing of what is allowed"),
    (CALLBACK, {"type": 9, "data": {"custom_id": "f", "title": "t" * 46, "components": [
        text("x")]}}, "too long"),
    (COMMANDS, [command(options=[option(colour=1)])], "unknown field body[0].options[0].colour"),
    (COMMANDS, [command(contexts=[])], "non-empty"),
    (("POST", "/channels/1/message"), {}, "no such endpoint"),
    (("GET", "/channels/general"), None, "no such endpoint"),
    (("GET", "/users/@me"), {"x": 1}, "a body where none belongs"),
    (CREATE, None, "no body"),
]  # fmt: skip


@pytest.fixture(scope="module")
def contract() -> openapi.Contract:
    """Return the contract, where the specification is there."""
    return openapi.contract()


@pytest.mark.parametrize(("where", "body"), GOOD)
def test_good_requests(where: tuple[str, str], body: Any, contract: openapi.Contract) -> None:
    assert contract.problems(*where, body) == []


@pytest.mark.parametrize(("where", "body", "reason"), BEYOND)
def test_what_the_specification_misses(where: tuple[str, str], body: Any, reason: str) -> None:
    found = problems(*where, body)
    assert any(reason in problem for problem in found), found


@pytest.mark.parametrize(("where", "body", "reason"), WITHIN)
def test_what_the_specification_refuses(
    where: tuple[str, str], body: Any, reason: str, contract: openapi.Contract
) -> None:
    found = contract.problems(*where, body)
    assert any(reason in problem for problem in found), found


def test_queries_and_files(contract: openapi.Contract) -> None:
    assert contract.problems(*CALLBACK, {"type": 6}, query={"with_response": "1"}) == []
    assert "unknown parameter 'wait'" in contract.problems(
        *CALLBACK, {"type": 6}, query={"wait": 1}
    )
    declared = {"attachments": [{"id": 0, "filename": "a.png"}]}
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}
    assert contract.problems(*CREATE, page(gallery, **declared), files=["a.png"]) == []
    assert contract.problems(*CREATE, {"content": "x"}, files=["a.png"]) != []


def test_all_that_is_wrong_is_said_at_once(contract: openapi.Contract) -> None:
    requests = [openapi.Plain("POST", "/channels/1/messages", {"content": "x" * 2001, "y": 1})] * 2
    with pytest.raises(AssertionError) as failure:
        contract.check(requests)
    assert len(str(failure.value).splitlines()) == 4


def test_missing_specification_skips(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(openapi, "SPECIFICATION", tmp_path / "nowhere.json")
    with pytest.raises(pytest.skip.Exception, match="REJOINDER_DISCORD_OPENAPI"):
        openapi.contract()


anything = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1 << 20) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["content", "components", "type", "custom_id", "data", "options", "name"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(body=anything, where=st.sampled_from([CREATE, CALLBACK, ORIGINAL, COMMANDS]))
def test_no_body_breaks_the_contract(
    contract: openapi.Contract, where: tuple[str, str], body: Any
) -> None:
    assert all(isinstance(problem, str) for problem in contract.problems(*where, body))


@given(parts=st.lists(st.from_regex(r"[a-z0-9@]{1,5}", fullmatch=True), min_size=1, max_size=4))
def test_a_star_is_one_segment(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    assert matches(f"GET {path}", "GET", path)
    assert matches("GET /" + "/".join("*" * len(parts)), "GET", path)
    assert not matches("GET /" + "/".join("*" * (len(parts) + 1)), "GET", path)
    assert not matches(f"GET {path}", "POST", path)
