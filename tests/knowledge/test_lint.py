"""Lint finds what no single file can show, and blames the file and line that is at fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.canonical import format_folder
from bot.knowledge.files import snapshot
from bot.knowledge.load import inspect
from bot.knowledge.problems import Problem
from bot.knowledge.release import text_hash

Edit = Callable[..., None]
Check = Callable[[], list[Problem]]
NO_HASH = "has no `of`"


@pytest.fixture
def edit(small_topic: Path) -> Edit:
    """Return a function that replaces text in a file of the small topic, or writes a new file."""

    def replace(name: str, old: str = "", new: str = "", *, add: str = "") -> None:
        path = small_topic / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text.count(old) >= 1 or not old, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1) + add, encoding="utf-8")

    return replace


@pytest.fixture
def check(small_topic: Path) -> Check:
    """Return a function that lists the findings on the small topic as it stands now.

    That its translations were never formatted is left out; a test of its own asks for that.
    """
    return lambda: [
        problem for problem in inspect(snapshot(small_topic))[1] if NO_HASH not in problem.message
    ]


def line_of(topic: Path, name: str, part: str, nth: int = 1) -> int:
    """Return the line of a file on which a text stands for the nth time."""
    lines = (topic / name).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if part in line][nth - 1]


PROPOSAL = "proposals/new-bridge.yaml"
REPLY = """\
  replies:
  - id: new-bridge.herons.1
    text: Building could wait until autumn.
    sources: [{source: gazette}]
"""


def test_a_sound_topic_has_no_findings(check: Check) -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "said"),
    [
        (PROPOSAL, "source: gazette, where: p. 2", "source: gazete", "sources[0].source",
         "there is no source gazete in sources.yaml; did you mean gazette?"),
        (PROPOSAL, "how: {text: Volunteers and the council share the work., sources: [{source: gaz",
         "how: {text: Some., sources: [{source: x", "how.sources[0].source", "no source x"),
        (PROPOSAL, "main road.\n  sources: [{source: gazette", "road.\n  sources: [{source: nobody",
         "rationale[0].sources[0].source", "there is no source nobody"),
        (PROPOSAL, "a survey., sources: [{source: gazette", "it., sources: [{source: nobody",
         "since.sources[0].source", "there is no source nobody"),
        (PROPOSAL, "of it.\n    by: [Ada Quill]\n    sources: [{source: gazette",
         "of it.\n    sources: [{source: nobody",
         "objections[0].replies[0].sources[0].source", "there is no source nobody"),
        (PROPOSAL, "[bridge-cost]", "[bridge-costs]", "facts[0]",
         "there is no fact bridge-costs in facts.yaml; did you mean bridge-cost?"),
        (PROPOSAL, "[Bo Miller]", "[Bo Miller, mill-rase]", "objections[0].by[1]",
         "there is no term mill-rase in glossary.yaml; add it, or write the name"),
        (PROPOSAL, "proposed_by: [Ada Quill]", "proposed_by: [quill]", "proposed_by[0]",
         "there is no term quill"),
        ("facts.yaml", "source: gazette", "source: gazzette", "[0].sources[0].source", "gazette?"),
        ("glossary.yaml", "source: gazette", "source: nobody", "[0].sources[0].source", "nobody"),
        ("faq.yaml", "answer:", "sources: [{source: nobody}]\n  answer:", "[0].sources[0].source",
         "there is no source nobody"),
        ("questions/en/new-bridge.yaml", "new-bridge.herons:", "new-bridge.heron:",
         "new-bridge.heron", "there is no entry new-bridge.heron to ask for; did you mean"),
        ("translations/ru/new-bridge.yaml", "new-bridge:", "new-brige:", "new-brige",
         "there is no entry new-brige to translate; did you mean new-bridge?"),
        ("translations/ru/new-bridge.yaml", "statement:", "text:", "new-bridge.text",
         "new-bridge has no text text; it has title, statement, how, since, rationale.0"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_an_error(
    file: str, old: str, new: str, field: str, said: str, edit: Edit, check: Check
) -> None:
    edit(file, old, new)
    (problem,) = check()
    assert (problem.file, problem.field) == (file, field)
    assert said in problem.message
    assert (problem.code, problem.severity) == ("dangling", "error")
    assert problem.line > 0


def test_expectations_lead_to_entries(edit: Edit, check: Check) -> None:
    edit(
        "expectations.yaml",
        add="- {ask: a, expect: [new-bridge, new-bridge.kost]}\n"
        "- {ask: and critics, expect: [], context: nowhere}\n",
    )
    assert [str(problem) for problem in check()] == [
        "expectations.yaml:1:33: [0].expect[1]: there is no entry new-bridge.kost to expect; "
        "did you mean new-bridge.cost?",
        "expectations.yaml:2:34: [1].context: there is no entry nowhere",
    ]


def test_only_the_first_mistyped_ids_are_guessed(edit: Edit, check: Check) -> None:
    edit("expectations.yaml", add="".join(
        f"- {{ask: q{number}, expect: [bridge-costs]}}\n" for number in range(30)
    ))  # fmt: skip
    found = check()
    assert len(found) == 30
    assert sum("did you mean bridge-cost?" in problem.message for problem in found) == 20


def test_a_mistyped_id_is_guessed_among_very_many(edit: Edit, check: Check) -> None:
    facts = "".join(
        f"- {{id: fact-{number}, statement: s, as_of: 2022, basis: common}}\n"
        for number in range(2_500)
    )
    edit("facts.yaml", add=facts)
    edit("expectations.yaml", add="- {ask: a, expect: [bridge-costs]}\n")
    assert "did you mean bridge-cost?" in check()[0].message


def test_an_expectation_stands_once_but_may_follow_up_elsewhere(edit: Edit, check: Check) -> None:
    edit(
        "expectations.yaml",
        add="- {ask: and critics, expect: [new-bridge], context: new-bridge}\n"
        "- {ask: and critics, expect: [bridge-cost], context: bridge-cost}\n"
        "- {ask: who pays, expect: []}\n- {ask: who pays, expect: [new-bridge]}\n",
    )
    (problem,) = check()
    assert (problem.line, problem.field) == (4, "[3].ask")
    assert "stands here twice" in problem.message


def test_same_words_after_another_entry_are_another_question(edit: Edit, check: Check) -> None:
    alone = "- {ask: and critics, expect: [new-bridge]}\n"
    after = "- {ask: and critics, expect: [new-bridge], context: bridge-cost}\n"
    edit("expectations.yaml", add=after + alone)
    assert check() == []
    edit("expectations.yaml", add=after)
    (problem,) = check()
    assert (problem.line, problem.field, problem.code) == (3, "[2].ask", "twice")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("  sources: [{source: gazette}]\nfacts:", "facts:", "rationale[0]"),
        ("since: {text: The council asked for a survey., sources: [{source: gazette}]}",
         "since: {text: The council asked for a survey.}", "since"),
        ("      basis: inference\n", "", "objections[0].replies[0].replies[0]"),
        ("basis: inference\n", "basis: sourced\n", "objections[0].replies[0].replies[0]"),
        ("  basis: common\n", "", "objections[1]"),
    ],
)  # fmt: skip
def test_a_claim_needs_a_source_or_a_basis(
    old: str, new: str, field: str, edit: Edit, check: Check
) -> None:
    edit(PROPOSAL, old, new)
    (problem,) = check()
    assert (problem.code, problem.field) == ("ground", field)
    assert "sources" in problem.message


def test_how_may_rest_on_the_sources_of_the_proposal(edit: Edit, check: Check) -> None:
    edit(PROPOSAL, "how: {text: Volunteers and the council share the work., "
                   "sources: [{source: gazette}]}", "how: Together.")  # fmt: skip
    assert check() == []


def test_a_proposal_needs_a_source_somewhere(small_topic: Path, check: Check) -> None:
    (small_topic / PROPOSAL).write_text("id: new-bridge\ntitle: t\nstatement: s\nhow: x\n")
    found = [problem for problem in check() if problem.file == PROPOSAL]
    assert [(problem.code, problem.line) for problem in found if problem.severity == "error"] == [
        ("ground", 1)
    ]


@pytest.mark.parametrize(
    ("file", "text", "fields"),
    [
        ("glossary.yaml", "- {id: a, name: A, definition: d}\n", ["[0]"]),
        ("glossary.yaml", "- {id: a, name: A, definition: d, basis: common}\n", []),
        ("faq.yaml", "- {id: a, question: q, answer: a}\n", []),
        ("faq.yaml", "- {id: a, question: q, answer: a, basis: sourced}\n", ["[0]"]),
        (PROPOSAL, "id: p\ntitle: t\nstatement: s\nbasis: sourced\nhow: x\n", [""]),
        (PROPOSAL, "id: p\ntitle: t\nstatement: s\nhow: x\n"
         "rationale:\n- {text: y, sources: [{source: gazette}]}\n", []),
        (PROPOSAL, "id: p\ntitle: t\nstatement: s\nhow: {text: x, basis: sourced}\n"
         "rationale:\n- {text: y, sources: [{source: gazette}]}\n", ["how"]),
        (PROPOSAL, "id: p\ntitle: t\nstatement: s\n"
         "since: {text: x, sources: [{source: gazette}]}\n", [""]),
    ],
)  # fmt: skip
def test_whatever_is_asserted_rests_on_something(
    file: str, text: str, fields: list[str], small_topic: Path, check: Check
) -> None:
    (small_topic / file).write_text(text)
    assert [problem.field for problem in check() if problem.code == "ground"] == fields


def test_a_fact_needs_a_source_or_a_basis_and_a_date(edit: Edit, check: Check) -> None:
    edit("facts.yaml", "  sources: [{source: gazette}]\n", "  basis: sourced\n")
    assert [(problem.code, problem.field) for problem in check()] == [("ground", "[0]")]
    edit("facts.yaml", "  basis: sourced\n", "  basis: common\n")
    edit("facts.yaml", "  as_of: 2025-03\n")
    assert [(problem.code, problem.severity) for problem in check()] == [("undated", "warning")]


def test_a_phrasing_means_one_entry_however_it_is_written(
    small_topic: Path, edit: Edit, check: Check
) -> None:
    edit("questions/en/facts.yaml", add="- How much?\n- Isnt the BRIDGE a waste of  money\n")
    (problem,) = check()
    name = "questions/en/new-bridge.yaml"
    line = line_of(small_topic, name, "waste of money")
    assert str(problem).startswith(f"{name}:{line}:3: new-bridge.cost[1]:")
    assert problem.code == "phrasing-clash"
    assert "stands on bridge-cost too (questions/en/facts.yaml)" in problem.message


def test_a_phrasing_means_one_entry_across_languages(edit: Edit, check: Check) -> None:
    edit("questions/ru/facts.yaml", add="bridge-cost:\n- сколько стоит\n- What about the birds?\n")
    (problem,) = check()
    assert (problem.file, problem.line) == ("questions/ru/facts.yaml", 3)
    assert "new-bridge.herons" in problem.message


def test_a_clash_names_the_file_of_the_phrasing_where_an_entry_has_several(
    edit: Edit, check: Check
) -> None:
    edit("questions/en/zzz.yaml", add="new-bridge.herons:\n- any ducks\n- what is a mill race\n")
    (problem,) = check()
    assert str(problem).startswith("questions/en/zzz.yaml:3:3: new-bridge.herons[1]:")
    assert "mill-race too (questions/en/glossary.yaml)" in problem.message


def test_an_unknown_entry_is_named_in_each_file_that_asks_for_it(edit: Edit, check: Check) -> None:
    edit("questions/en/faq.yaml", add="nobody:\n- who\n")
    edit("questions/en/zzz.yaml", add="nobody:\n- what\n")
    assert [(problem.file, problem.line) for problem in check()] == [
        ("questions/en/faq.yaml", 4),
        ("questions/en/zzz.yaml", 1),
    ]


def test_a_name_belongs_to_one_term(edit: Edit, check: Check) -> None:
    edit("glossary.yaml", add="- {id: weir, name: Weir, aliases: [The Leat, LEAT], definition: d,"
                              " sources: [{source: gazette}]}\n")  # fmt: skip
    (problem,) = check()
    assert (problem.code, problem.line) == ("clash", 6)
    assert "'LEAT' names mill-race already" in problem.message


def test_a_stale_translation_is_a_warning_in_its_own_file(
    small_topic: Path, edit: Edit, check: Check
) -> None:
    original = "The town should build a foot bridge beside the mill."
    recorded = f"у мельницы., of: {text_hash(original)}}}"
    edit("translations/ru/new-bridge.yaml", "у мельницы.}", recorded)
    # Names new-bridge first, but only as a text.
    edit("translations/ru/a.yaml", add="bridge-cost:\n  title: {text: 'new-bridge: statement:'}\n")
    assert check() == []
    edit(PROPOSAL, "beside the mill", "above the mill")
    (problem,) = check()
    assert (problem.file, problem.line) == ("translations/ru/new-bridge.yaml", 3)
    assert (problem.field, problem.severity, problem.code) == (
        "new-bridge.statement", "warning", "stale",
    )  # fmt: skip
    assert "translate again" in problem.message


def test_a_translation_that_does_not_say_of_what_is_a_warning(small_topic: Path) -> None:
    found = inspect(snapshot(small_topic))[1]
    assert [(problem.field, problem.code, problem.severity) for problem in found] == [
        ("new-bridge.title", "stale", "warning"),
        ("new-bridge.statement", "stale", "warning"),
    ]
    assert all("run `rejoinder fmt`" in problem.message for problem in found)
    format_folder(small_topic)
    assert inspect(snapshot(small_topic))[1] == []


def test_a_topic_and_the_people_in_it_have_translations(edit: Edit, check: Check) -> None:
    edit("translations/ru/topic.yaml", add="topic:\n  title: Мост через реку\n")
    edit("translations/ru/people.yaml", add="names:\n  Ada Quill: Ада Квилл\n")
    assert check() == []
    edit("translations/ru/people.yaml", "Ada Quill: ", "Ada Quil: ")
    edit("translations/ru/topic.yaml", "title", "name")
    said = {problem.file: problem for problem in check()}
    # A name may go with the last argument that bore it; a mistyped field is a mistake.
    assert said["translations/ru/people.yaml"].severity == "warning"
    assert "nobody is named so" in said["translations/ru/people.yaml"].message
    assert said["translations/ru/topic.yaml"].severity == "error"


@pytest.mark.parametrize("name", ["topic", "names"])
def test_what_translations_mean_otherwise_is_no_id(edit: Edit, check: Check, name: str) -> None:
    edit("facts.yaml", "id: bridge-cost", f"id: {name}")
    found = [problem for problem in check() if "choose another id" in problem.message]
    assert [(problem.file, problem.severity) for problem in found] == [("facts.yaml", "error")]


def test_translations_of_one_entry_may_stand_in_several_files(edit: Edit, check: Check) -> None:
    old = "{text: x, of: 00000000}"
    edit("translations/ru/a.yaml", add=f"new-bridge:\n  rationale.0: Дети.\n  how: {old}\n")
    edit("translations/ru/zzz.yaml", add=f"new-bridge:\n  since: {old}\n")
    assert [(problem.file, problem.line, problem.code) for problem in check()] == [
        ("translations/ru/a.yaml", 3, "stale"),
        ("translations/ru/zzz.yaml", 2, "stale"),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "said"),
    [
        (PROPOSAL, REPLY, "", "no-reply", "has no reply"),
        (PROPOSAL, "The town", "Obviously the town", "loaded", "'Obviously' takes a side"),
        (PROPOSAL, "The money is", "The shameful money is", "loaded", "say it plainly"),
        (PROPOSAL, "The grant must", "Of course the grant must", "loaded", "'Of course'"),
        (PROPOSAL, "The council asked", "The so-called council asked", "loaded", "'so-called'"),
        ("facts.yaml", "The bridge was", "The absurd bridge was", "loaded", "'absurd'"),
        (PROPOSAL, "is needed", "is " + "very " * 200 + "needed", "lopsided", "characters for"),
    ],
)
def test_what_an_editor_should_look_at_is_a_warning(
    file: str, old: str, new: str, code: str, said: str, edit: Edit, check: Check, small_topic: Path
) -> None:
    edit(file, old, new)
    (small_topic / "questions/en/new-bridge.yaml").unlink()
    (problem,) = check()
    assert (problem.file, problem.code, problem.severity) == (file, code, "warning")
    assert said in problem.message


def test_one_side_missing_is_a_warning(small_topic: Path, check: Check) -> None:
    (small_topic / PROPOSAL).write_text(
        "id: new-bridge\ntitle: t\nstatement: s\nsources: [{source: gazette}]\n"
    )
    (small_topic / "questions/en/new-bridge.yaml").unlink()
    (small_topic / "translations/ru/new-bridge.yaml").unlink()
    (problem,) = check()
    assert (problem.code, problem.severity) == ("lopsided", "warning")
    assert "no objection is recorded" in problem.message


def test_ids_and_files_that_surprise_are_warnings(
    small_topic: Path, edit: Edit, check: Check
) -> None:
    edit(PROPOSAL, "id: new-bridge.herons\n", "id: herons\n")
    edit("questions/en/new-bridge.yaml", "new-bridge.herons:", "herons:")
    (small_topic / PROPOSAL).rename(small_topic / "proposals/bridge.yaml")
    assert [(problem.code, problem.severity, problem.field) for problem in check()] == [
        ("file-name", "warning", "id"),
        ("id-prefix", "warning", "objections[1].id"),
    ]


def test_a_withdrawn_entry_keeps_its_id_and_all_that_leads_to_it(edit: Edit, check: Check) -> None:
    edit(PROPOSAL, "id: new-bridge.herons\n", "id: new-bridge.herons\n  status: withdrawn\n")
    assert check() == []
    edit(
        "expectations.yaml",
        add="- {ask: birds, expect: [new-bridge.cost, new-bridge.herons]}\n"
        "- {ask: why, expect: [], context: new-bridge.herons.1}\n",
    )
    assert [(problem.field, problem.severity) for problem in check()] == [
        ("[0].expect[1]", "warning"),
        ("[1].context", "warning"),
    ]
    assert all("is withdrawn" in problem.message for problem in check())
    edit("faq.yaml", add="- {id: new-bridge.herons, question: q, answer: a}\n")
    assert [problem.code for problem in check() if problem.severity == "error"] == ["id"]


def test_warnings_do_not_stop_a_release(edit: Edit, small_topic: Path) -> None:
    edit(PROPOSAL, "The council asked", "The so-called council asked")
    format_folder(small_topic)
    release, problems = inspect(snapshot(small_topic))
    assert release is not None
    assert list(release.warnings) == problems
    assert [problem.code for problem in problems] == ["loaded"]
