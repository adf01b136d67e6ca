"""Exports hold every published argument, in its place, whatever characters it has."""

from __future__ import annotations

import io
import json
import re

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

from bot.channels.terminal_map import to_rich_tree
from bot.knowledge.export import to_argdown, to_json, to_markdown, tree
from bot.knowledge.model import (
    Argument,
    Claim,
    Objection,
    Proposal,
    Source,
    SourceRef,
    Term,
    TopicInfo,
)
from bot.knowledge.names import display_name, display_names
from bot.knowledge.release import Topic

NASTY = [
    "a -- b --- c", "<b> and [x] and {y} z", "// not a comment /* no */ <!-- no -->",
    "#tag @[x] @<y> *b* _i_ `c` ~~s~~", "N.A.T.O. :smile: .A. 1:30:20", "-> x", "- x", "1. item",
    "2) item", "=== y ===", "back\\slash \\", "[red]markup[/red]", "end }", "a & b &amp; | c",
    "+ a",
]  # fmt: skip
REFERENCE = SourceRef(source="s", where="P5")
COUNTER = Argument(id="p.o.c1", text="Counter text.", basis="inference")
RESPONSE = Argument(
    id="p.o.1", text="Response text.", by=("ann", "Some Body"), sources=(REFERENCE,),
    replies=(COUNTER,),
)  # fmt: skip
GONE = Argument(id="p.o.2", text="Gone text.", status="withdrawn", replies=(COUNTER,))
PROPOSAL = Proposal(
    id="p",
    title="Do it",
    statement="Statement text.",
    proposed_by=("ann",),
    sources=(REFERENCE,),
    how=Claim(text="How text."),
    rationale=(Claim(text="Reason text.", sources=(REFERENCE,)),),
    since=Claim(text="Since text.", basis="common"),
    objections=(
        Objection(id="p.o", title="Too dear", text="Objection text.", replies=(RESPONSE, GONE)),
        Objection(id="p.q", title="Too dear", text="Other text."),
        Objection(id="p.r", title="Withdrawn", text="Gone text.", status="withdrawn"),
    ),
)


def topic_of(proposal: Proposal) -> Topic:
    return Topic(
        id="t",
        info=TopicInfo(title="T"),
        sources={"s": Source(id="s", title="A {Book}", author="B", url="https://example.org/a_b")},
        proposals=(proposal,),
        glossary=(Term(id="ann", name="Ann Ample", definition="A person."),),
    )


TOPIC = topic_of(PROPOSAL)


def nasty_proposal(text: str) -> Proposal:
    objection = Objection(
        id="p.o", title=text, text=text, by=(text,), replies=(Argument(id="p.o.1", text=text),)
    )
    return Proposal(id="p", title=text, statement=text, objections=(objection,))


def draw(proposal: Proposal, width: int, **options: bool) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
    console.print(to_rich_tree(topic_of(proposal), proposal, width=width, **options))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_names_are_those_of_the_glossary() -> None:
    assert display_name(TOPIC, "ann") == "Ann Ample"
    assert display_name(TOPIC, "Some Body") == "Some Body"
    assert display_names(TOPIC, ["ann", "x y"]) == ["Ann Ample", "x y"]


def test_argdown_relations_follow_the_tree() -> None:
    lines = to_argdown(TOPIC, PROPOSAL).splitlines()
    heads = [re.split(r" \{|\}", line)[0] for line in lines[4:]]
    assert heads == [
        "[Do it]: Statement text.",
        "  + <Reason 1>: Reason text.",
        "  - <Too dear>: Objection text.",
        "    - <p.o.1>: Response text.",
        "      - <p.o.c1>: Counter text.",
        "  - <Too dear (p.q)>: Other text.",
    ]
    assert 'by: ["Ann Ample", "Some Body"]' in lines[7]
    assert 'sources: ["A (Book), P5, https://example.org/a_b"]' in lines[7]
    assert 'basis: "inference"' in lines[8]


@pytest.mark.parametrize("text", NASTY)
def test_argdown_escapes_its_own_signs(text: str) -> None:
    lines = to_argdown(TOPIC, nasty_proposal(text)).splitlines()[4:]
    assert len(lines) == 3
    body = lines[2].partition(">: ")[2].rpartition(" {")[0]
    assert re.sub(r"\\(.)", r"\1", body) == text
    assert not re.search(r"(?<!\\)[@#*_\[\]<>{}/]", body.replace("\\\\", ""))
    # The argument's title ends at the first >: and holds no bracket of its own.
    assert re.match(r"  - <[^<>\[\]]+>: ", lines[1])


def test_markdown_nests_and_numbers_sources() -> None:
    text = to_markdown(TOPIC, PROPOSAL)
    assert "- **Objection: Too dear**" in text
    assert "\n  - **Response** (Ann Ample, Some Body)" in text
    assert "\n    - **Counter**" in text
    assert "Response text. \\[1, P5\\]" in text
    assert "Counter text. *(an inference, not found in a source)*" in text
    assert "\n1. [A {Book}](<https://example.org/a_b>), B\n" in text
    assert "Gone" not in text
    html = MarkdownIt().render(text)
    assert html.count("<ul>") == 4
    for part in ("How text.", "Reason text.", "Since text.", "Proposed by Ann Ample."):
        assert part in text


@pytest.mark.parametrize("text", NASTY)
def test_markdown_escapes_its_own_signs(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(to_markdown(TOPIC, nasty_proposal(text)))
    shown = [
        "".join(child.content for child in token.children or () if child.type == "text")
        for token in tokens
        if token.type == "inline"
    ]
    assert shown[0] == shown[1] == text
    assert shown[-1] == f"Response{text}"


def test_json_is_nested_and_resolved() -> None:
    data = json.loads(to_json(TOPIC, PROPOSAL))
    assert data == tree(TOPIC, PROPOSAL)
    response = data["objections"][0]["replies"][0]
    assert response["kind"] == "response"
    assert response["title"] is None
    assert response["by"] == ["Ann Ample", "Some Body"]
    assert response["basis"] == "sourced"
    assert response["sources"] == [
        {"id": "s", "title": "A {Book}", "url": "https://example.org/a_b", "where": "P5"}
    ]
    assert [item["id"] for item in response["replies"]] == ["p.o.c1"]
    assert response["replies"][0]["kind"] == "counter"
    assert len(data["objections"]) == 2
    assert data["how"] == {"text": "How text.", "sources": [], "basis": None}


def test_a_dangling_source_is_named_by_its_id() -> None:
    bare = Topic(id="t", info=TopicInfo(title="T"), sources={}, proposals=(PROPOSAL,))
    assert tree(bare, PROPOSAL)["sources"][0]["title"] == "s"
    assert "1. s\n" in to_markdown(bare, PROPOSAL)
    assert '"s, P5"' in to_argdown(bare, PROPOSAL)


@pytest.mark.parametrize("width", [30, 60, 120])
def test_the_terminal_tree_fits_and_tells_kinds_without_colour(width: int) -> None:
    shown = draw(PROPOSAL, width, full=True)
    assert all(cell_len(line) <= width for line in shown.splitlines())
    for part in ("− Objection: Too dear", "↳ Response", "↯ Counter", "+ Reason", "Ann Ample"):
        assert part in " ".join(shown.replace("│", " ").split())
    assert "Gone" not in shown


def test_the_terminal_tree_cuts_texts_to_a_line() -> None:
    objection = Objection(id="p.o", title="t", text="漢字 word " * 40)
    proposal = Proposal(id="p", title="t", statement="s", objections=(objection,))
    cut, full = draw(proposal, 60), draw(proposal, 60, full=True)
    assert len(cut.splitlines()) < len(full.splitlines())
    assert "…" in cut
    assert max(map(cell_len, cut.splitlines())) <= 60


def test_the_terminal_tree_can_do_without_signs() -> None:
    shown = draw(PROPOSAL, 80, ascii_only=True)
    assert "> Response" in shown
    assert "↳" not in shown


@pytest.mark.parametrize("text", NASTY)
def test_the_terminal_tree_reads_no_markup(text: str) -> None:
    assert draw(nasty_proposal(text), 120, full=True).count(text) == 6
