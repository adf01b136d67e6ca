"""Values mean what they say: dates, ids, yes and no, lengths, and text that can be seen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.knowledge.model import ID_MAX, PHRASING_MAX, TEXT_MAX, TITLE_MAX

from .checking import FACT, PROPOSAL, errors, valid


@pytest.mark.parametrize("value", ["2022", "2022-03", "2022-03-01", "'2022'", "2024-02-29"])
def test_a_date_may_be_partial_and_stays_as_written(value: str) -> None:
    topic = valid({"facts.yaml": FACT.replace("2022", value)})
    assert topic.facts[0].as_of == value.strip("'")


@pytest.mark.parametrize(
    "value",
    ["March 2022", "2022-3", "2022-13", "2022-02-30", "2023-02-29", "01.03.2022", "22", "0000",
     "2022-03-01T10:00", "٢٠٢٢", "' '"],
)  # fmt: skip
def test_no_other_date_is_taken(value: str) -> None:
    (problem,) = errors({"facts.yaml": FACT.replace("2022", value)})
    assert (problem.line, problem.field) == (4, "[0].as_of")
    assert "2022-03" in problem.message or "not a date in the calendar" in problem.message


@pytest.mark.parametrize(
    ("value", "meant"),
    [("yes", True), ("no", False), ("Yes", True), ("true", True), ("FALSE", False)],
)
def test_yes_and_no_mean_what_they_say(value: str, meant: bool) -> None:
    topic = valid({"boundaries.yaml": f"- {{id: b, title: no, notice: yes, alert: {value}}}\n"})
    assert topic.boundaries[0].alert is meant
    assert (topic.boundaries[0].title, topic.boundaries[0].notice) == ("no", "yes")


@pytest.mark.parametrize(
    "item_id", ["a", "450-times", "cash-desertion.cost.c1", "2022", "a" * ID_MAX, "x.1-2.y"]
)
def test_ids_have_one_shape(item_id: str) -> None:
    assert item_id in valid({"facts.yaml": FACT.replace("id: a", f"id: {item_id}")}).entries


@pytest.mark.parametrize(
    "item_id",
    ["A", "a_b", "a b", "-a", "a.", "a..b", "a--b", "a.-b", "ä", "а", "a/b", "../a", "''", "a:",
     "a" * (ID_MAX + 1), "٣"],
)  # fmt: skip
def test_no_other_id_is_taken(item_id: str) -> None:
    found = errors({"facts.yaml": FACT.replace("id: a", f'id: "{item_id}"')})
    assert [(problem.line, problem.field) for problem in found] == [(1, "[0].id")]
    assert "an id has" in found[0].message


@pytest.mark.parametrize(
    ("first", "second", "where"),
    [
        ("facts.yaml", "faq.yaml", "in facts.yaml"),
        ("facts.yaml", "proposals/p.yaml", "in facts.yaml"),
        ("proposals/p.yaml", "proposals/q.yaml", "in proposals/p.yaml"),
    ],
)
def test_an_id_is_taken_across_all_kinds(first: str, second: str, where: str) -> None:
    texts = {
        "facts.yaml": FACT,
        "faq.yaml": "- {id: a, question: q, answer: x}\n",
        "proposals/p.yaml": PROPOSAL.replace("id: p", "id: a"),
        "proposals/q.yaml": PROPOSAL.replace("id: p", "id: a"),
    }
    found = errors({first: texts[first], second: texts[second]})
    assert [(problem.file, problem.line, problem.code) for problem in found] == [(second, 1, "id")]
    assert f"the id a is taken already {where}; choose another" in found[0].message


def test_an_id_is_taken_within_a_proposal_too() -> None:
    reply = "  - {id: p, text: y, basis: common}\n"
    objection = "objections:\n- id: p.a\n  title: t\n  text: x\n  basis: common\n  replies:\n"
    (problem,) = errors({"proposals/p.yaml": PROPOSAL + objection + reply})
    assert (problem.line, problem.field) == (11, "objections[0].replies[0].id")
    assert "in this file" in problem.message


def test_sources_have_ids_of_their_own() -> None:
    topic = valid({"facts.yaml": FACT, "sources.yaml": "- {id: a, title: t}\n"})
    assert "a" in topic.sources
    assert topic.entries["a"].text == "s"


@pytest.mark.parametrize(
    ("name", "field", "limit"),
    [("facts.yaml", "statement", TEXT_MAX), ("facts.yaml", "title", TITLE_MAX),
     ("facts.yaml", "caution", TEXT_MAX), ("sources.yaml", "title", 300),
     ("faq.yaml", "question", PHRASING_MAX), ("expectations.yaml", "ask", PHRASING_MAX)],
)  # fmt: skip
def test_a_field_has_a_greatest_length(name: str, field: str, limit: int) -> None:
    base: dict[str, dict[str, Any]] = {
        "facts.yaml": {"id": "a", "statement": "s", "basis": "common"},
        "sources.yaml": {"id": "a", "title": "t"},
        "faq.yaml": {"id": "a", "question": "q", "answer": "x"},
        "expectations.yaml": {"ask": "q", "expect": []},
    }

    def text_of(length: int) -> str:
        return json.dumps([{**base[name], field: "ж" * length}], ensure_ascii=False)

    valid({name: text_of(limit)})
    (problem,) = errors({name: text_of(limit + 1)})
    assert problem.field == f"[0].{field}"
    assert f"{limit + 1} characters long; shorten it to {limit}" in problem.message


@pytest.mark.parametrize("blank", ["''", "' '", '"\\t\\n"', "'\u00a0\u3000'", "'\u200d'", "|\n\n"])
@pytest.mark.parametrize("field", ["title", "statement", "caution"])
def test_a_text_of_nothing_to_see_is_empty(blank: str, field: str) -> None:
    lines = {"id": "b", "statement": "s", "basis": "common", field: blank}
    text = "- " + "\n  ".join(f"{key}: {value}" for key, value in lines.items())
    (problem,) = errors({"facts.yaml": text})
    assert problem.field == f"[0].{field}"
    assert problem.message == "is empty; write its text or remove the line"


def test_blank_names_and_places_are_empty_too() -> None:
    found = errors(
        {
            "sources.yaml": "- {id: s, title: t, author: ' ', publisher: '', date: ' ', note: ' '}",
            "facts.yaml": "- {id: a, statement: s, sources: [{source: s, where: ' '}]}",
            "glossary.yaml": "- {id: g, name: n, definition: d, basis: common, aliases: [' ']}",
            "translations/ru/x.yaml": "g:\n  name: ' '\n",
        }
    )
    assert [problem.field for problem in found] == [
        "[0].sources[0].where", "[0].aliases[0]",
        "[0].author", "[0].publisher", "[0].date", "[0].note", "g.name.text",
    ]  # fmt: skip


def test_a_bare_sentence_says_how() -> None:
    topic = valid({"proposals/p.yaml": PROPOSAL + "how: In one go.\nobjections: []\n"})
    assert topic.proposals[0].how is not None
    assert topic.proposals[0].how.text == "In one go."
