"""Whoever edits a file is told of every mistake: where it is and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import parse as parse_module
from bot.knowledge.files import TOP_FILES, Snapshot
from bot.knowledge.load import inspect
from bot.knowledge.model import Fact, Source

from .checking import FACT, PROPOSAL, errors, valid

LONG = "x" * 5_000
UNBOUNDED = {
    "faq.yaml": [
        f"- {{id: a, question: q, answer: a, ? {LONG} : x}}\n",
        f"- {{id: a, question: q, answer: a, status: {LONG}}}\n",
        f"- {{id: {LONG}, question: q, answer: a}}\n",
        f"- {{id: a, question: q, answer: a, sources: [{{source: {LONG}}}]}}\n",
    ],
    "boundaries.yaml": [f"- {{id: a, title: t, notice: n, alert: {LONG}}}\n"],
    "questions/en/a.yaml": [f"? {LONG}\n: [a]\n"],
    "translations/ru/a.yaml": [f"? {LONG}\n: {{title: a}}\n", f"a: {{? {LONG} : a}}\n"],
}

# file → (text, where the mistake is, a part of what is said about it)
MISTAKES: dict[str, list[tuple[str, str, str]]] = {
    "topic.yaml": [
        ("title: X\nas-of: 2022\n", "2:1: as-of:", "did you mean 'as_of'? Allowed here: id"),
        ("title: X\nzzz: 1\n", "2:1: zzz:", "unknown key 'zzz'; allowed here: id, title"),
        ("as_of: 2022\n", "1:1: title:", "is missing; add a line `title: …`"),
        ("", "1:1: title:", "is missing"),
        ("- title: X\n", "1:1:", "must be a mapping: lines of `key: value`"),
        ("title: {a: b}\n", "1:1: title:", "must be one text, not a list or a mapping"),
        ("title: X\nlanguages: en\n", "2:1: languages:", "must be a list: write `[a, b]`"),
        ("title: X\nlanguages: [en, english]\n", "2:17: languages[1]:", "like en, ru or uk"),
        ("title: X\nfloors: {top1: much}\n", "2:10: floors.top1:", "between 0 and 1, like 0.80"),
        ("title: X\nfloors: {top1: 80}\n", "2:10: floors.top1:", "a number of at most 1"),
        ("title: X\nfloors: {top1: -1}\n", "2:10: floors.top1:", "a number of at least 0"),
        ("title: X\nfloors:\n  top1: nan\n", "3:3: floors.top1:", "write a number"),
        ("title: X\nfloors: {top4: 1}\n", "2:10: floors.top4:", "did you mean 'top3'?"),
    ],
    "facts.yaml": [
        ("a: b\n", "1:1:", "write a list here: each entry starts with `- `"),
        (FACT + "- only text\n", "5:3: [1]:", "must be a mapping"),
        (FACT + "- id: b\n  statemnt: s\n", "6:3: [1].statemnt:", "did you mean 'statement'?"),
        (FACT + "- id: b\n", "5:3: [1].statement:", "is missing"),
        (FACT + FACT, "5:3: [1].id:", "stands in this file twice; choose another"),
        (FACT + "  basis: common\n", "5:3: [0]:", "'basis' stands here twice"),
        ("- id: b\n  statement: s\n  basis: hunch\n",
         "3:3: [0].basis:", "'sourced', 'inference' or 'common'"),
        ("- id: b\n  statement: s\n  status: draft\n",
         "3:3: [0].status:", "'published' or 'withdrawn'"),
        ("- id: b\n  statement: s\n  sources: [x]\n", "3:13: [0].sources[0]:", "must be a mapping"),
        ("- id: b\n  statement: s\n  sources: x\n", "3:3: [0].sources:", "must be a list"),
        ("- id: b\n  statement: s\n  sources: [{source: x, were: y}]\n",
         "3:25: [0].sources[0].were:", "did you mean 'where'?"),
    ],
    "boundaries.yaml": [
        ("- {id: b, title: t, notice: n, alert: maybe}\n", "1:32: [0].alert:", "write yes or no"),
    ],
    "sources.yaml": [
        ("- {id: b, title: t, url: example.org}\n",
         "1:21: [0].url:", "starts with https:// or http://"),
        ("- {id: b, title: t, url: 'javascript:alert(1)'}\n", "1:21: [0].url:", "https://"),
        ("- {id: b, title: t, stance: pro}\n",
         "1:21: [0].stance:", "'for', 'against', 'mixed' or 'report'"),
        ("- {id: b, title: t}\n- {id: b, title: u}\n", "2:4: [1].id:", "twice"),
    ],
    "expectations.yaml": [
        ("- {ask: q}\n", "1:3: [0].expect:", "is missing"),
        (FACT, "1:3: [0].id:", "unknown key 'id'"),
        ("- {ask: q, expect: [], outcome: [gaps]}\n",
         "1:34: [0].outcome[0]:", "'answered', 'clarify', 'gap'"),
        ("- {ask: q, expect: [a], scope: near}\n",
         "1:3: [0]:", "scope is for questions that expect nothing"),
    ],
    "proposals/p.yaml": [
        ("- a\n", "1:1:", "must be a mapping"),
        ("", "1:1: statement:", "is missing"),
        (PROPOSAL + "how: {txt: x}\n", "5:7: how.txt:", "did you mean 'text'?"),
        (PROPOSAL + "objections:\n- id: p.a\n  text: x\n  basis: common\n",
         "6:3: objections[0].title:", "is missing"),
        (PROPOSAL + "objections:\n- id: p.a\n  title: t\n  text: x\n  basis: common\n"
         "  replies:\n  - id: p.a.1\n    text: y\n    basis: common\n    replys: []\n",
         "14:5: objections[0].replies[0].replys:", "did you mean 'replies'?"),
    ],
    "questions/en/p.yaml": [
        ("- a\n", "1:1:", "write `entry-id:` and under it the phrasings"),
        ("a: why\n", "1:1: a:", "as a list: each starts with `- `"),
        ("A_B:\n- why\n", "1:1: A_B:", "lower-case letters and digits"),
        ("a:\n- ok\n- [x]\n", "3:3: a[1]:", "must be one text"),
        ("a:\n- ok\n- ' '\n", "3:3: a[1]:", "is empty; write a phrasing or remove it"),
        ("a:\n- " + "y" * 301, "2:3: a[0]:", "301 characters long; shorten it to 300"),
    ],
    "questions/english/p.yaml": [
        ("a:\n- why\n", "1:1:", "not a language code like en, ru or uk"),
    ],
    "translations/ru/p.yaml": [
        ("- a\n", "1:1:", "write `entry-id:` and under it `field:`"),
        ("a: b\n", "1:1: a:", "write `field:` and under it text and of"),
        ("a:\n  title: {text: x, off: y}\n", "2:20: a.title.off:", "did you mean 'of'?"),
        ("a:\n  title: {text: x, of: zz}\n", "2:20: a.title.of:", "let `rejoinder fmt` fill it in"),
    ],
    "translations/RU/p.yaml": [
        ("a:\n  title: x\n", "1:1:", "not a language code"),
    ],
    "questions/en.yaml": [
        ("a:\n- why\n", "1:1:", "is not where the format keeps files"),
    ],
    "questions/en/x/p.yaml": [
        ("a:\n- why\n", "1:1:", "is not where the format keeps files"),
    ],
    "proposals/x/p.yaml": [
        (PROPOSAL, "1:1:", "is not where the format keeps files"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "where", "said"),
    [(file, *mistake) for file, mistakes in MISTAKES.items() for mistake in mistakes],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(
    file: str, text: str, where: str, said: str
) -> None:
    found = [str(problem) for problem in errors({"glossary.yaml": "", file: text})]
    assert any(line.startswith(f"{file}:{where}") and said in line for line in found), found


def test_all_mistakes_of_all_files_are_named_at_once() -> None:
    found = errors(
        {
            "topic.yaml": "titel: X\n",
            "sources.yaml": b"- id: \xff\n",
            "facts.yaml": "- {id: A, statement: s}\n- {id: b, statement: ' ', as_of: soon}\n",
            "faq.yaml": "- &x {id: f, question: q, answer: a}\n",
            "proposals/p.yaml": "id: p\ntitle: t\n",
            "questions/en/p.yaml": "nobody:\n- who?\n",
            "expectations.yaml": "- {ask: q, expect: [b, nothing]}\n",
        }
    )
    assert [(problem.file, problem.line, problem.field) for problem in found] == [
        ("expectations.yaml", 1, "[0].expect[1]"),
        ("facts.yaml", 1, "[0].id"),
        ("facts.yaml", 2, "[1].statement"),
        ("facts.yaml", 2, "[1].as_of"),
        ("faq.yaml", 1, "[0]"),
        ("proposals/p.yaml", 1, "statement"),
        ("questions/en/p.yaml", 1, "nobody"),
        ("sources.yaml", 1, ""),
        ("topic.yaml", 1, "titel"),
        ("topic.yaml", 1, "title"),
    ]


def test_what_follows_from_a_mistake_is_not_reported_beside_it() -> None:
    found = errors(
        {
            "sources.yaml": "- id: paper\n  title: t\n  urll: x\n",
            "facts.yaml": "- id: cost\n  statement: s\n  sources: [{source: paper}]\n",
            "proposals/p.yaml": PROPOSAL
            + "facts: [cost]\nobjections:\n- id: p.a\n  titel: t\n  text: x\n  basis: common\n",
            "questions/en/p.yaml": "p:\n- what\np.a:\n- but\n",
            "translations/ru/p.yaml": "p.a:\n  text: т\n",
            "expectations.yaml": "- {ask: q, expect: [p.a], context: p}\n",
        }
    )
    assert {problem.file for problem in found} == {"sources.yaml", "proposals/p.yaml"}


def test_a_file_with_very_many_mistakes_says_how_many_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_module, "MAX_PROBLEMS_PER_FILE", 5)
    found = errors({"facts.yaml": "- x\n" * 8, "faq.yaml": "- x\n"})
    assert [problem.file for problem in found].count("facts.yaml") == 6
    assert any(problem.message == "has 3 more errors" for problem in found)
    assert found[-1].file == "faq.yaml"


def test_a_missing_head_is_named() -> None:
    release, problems = inspect(Snapshot(Path("t"), {"facts.yaml": FACT.encode()}))
    assert release is None
    assert [str(problem) for problem in problems] == [
        "topic.yaml: is missing; it names the topic's title"
    ]


@pytest.mark.parametrize("name", [name for name in TOP_FILES if name != "topic.yaml"])
@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]", "---\n"])
def test_a_list_may_be_empty(name: str, text: str) -> None:
    valid({name: text})


@pytest.mark.parametrize("folder", ["questions/en", "translations/uk"])
def test_phrasings_and_translations_may_be_empty(folder: str) -> None:
    valid({f"{folder}/p.yaml": "# nothing yet\n"})


def test_phrasings_of_an_entry_in_several_files_come_together() -> None:
    topic = valid(
        {
            "facts.yaml": FACT,
            "questions/en/a.yaml": "a:\n- one\n",
            "questions/en/b.yaml": "a:\n- two\n",
            "questions/ru/a.yaml": "a:\n- три\n",
        }
    )
    assert topic.phrasings("a") == (("en", "one"), ("en", "two"), ("ru", "три"))


def test_a_field_is_translated_once() -> None:
    files = {
        "facts.yaml": FACT + "  title: t\n",
        "translations/ru/a.yaml": "a:\n  statement: раз\n",
        "translations/ru/b.yaml": "a:\n  title: имя\n  statement: два\n",
        "translations/uk/b.yaml": "a:\n  statement: три\n",
    }
    (problem,) = errors(files)
    assert (problem.file, problem.line, problem.field) == (
        "translations/ru/b.yaml",
        3,
        "a.statement",
    )
    assert problem.message == "is translated already in translations/ru/a.yaml; keep one of them"
    topic = valid({**files, "translations/ru/b.yaml": "a:\n  title: имя\n"})
    assert topic.translated("a", "statement", "s", "ru") == "раз"
    assert topic.translated("a", "title", "t", "ru") == "имя"


def test_a_topic_has_a_greatest_number_of_entries_and_phrasings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {"facts.yaml": FACT, "questions/en/f.yaml": "a:\n- one\n- two\n"}
    monkeypatch.setattr(parse_module, "MAX_PHRASINGS", 2)
    valid(files)
    monkeypatch.setattr(parse_module, "MAX_PHRASINGS", 1)
    (problem,) = errors(files)
    assert "at most 50,000 entries and 1 phrasings" in problem.message
    monkeypatch.setattr(parse_module, "MAX_PHRASINGS", 2)
    monkeypatch.setattr(parse_module, "MAX_ENTRIES", 0)
    assert errors(files)


def test_a_topic_is_called_by_its_folder_unless_it_says_otherwise() -> None:
    assert valid({}).id == "some-topic"
    assert valid({"topic.yaml": "title: T\nid: bridge\n"}).id == "bridge"


def test_a_file_that_the_format_does_not_know_is_not_passed_over() -> None:
    files = Snapshot(Path("t"), {"topic.yaml": b"title: T"}, ("fact.yaml", "compose.yaml"))
    release, problems = inspect(files)
    assert release is not None
    assert [str(problem) for problem in problems] == [
        "compose.yaml: is not read; the format knows no such file",
        "fact.yaml: is not read; did you mean facts.yaml?",
    ]


_OWN = "how objections replies text by proposed_by rationale facts expect ask of a p.a [0]"
_KEYS = sorted({"", *_OWN.split(), *Fact.model_fields, *Source.model_fields})
_OTHER_FILES = [
    "proposals/p.yaml", "questions/en/a.yaml", "questions/en/b.yaml", "translations/ru/a.yaml",
    "translations/ru/b.yaml",
]  # fmt: skip
_ANYTHING = st.recursive(
    st.sampled_from(["", " ", "a", "A b", "2022", "yes", "https://example.org", "x" * 2000])
    | st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5)
    ),
    max_leaves=15,
)


@given(
    st.dictionaries(
        st.sampled_from([*TOP_FILES, *_OTHER_FILES]),
        _ANYTHING,
        max_size=4,
    )
)
def test_whatever_files_hold_there_is_a_release_or_a_list_of_problems(
    files: dict[str, object],
) -> None:
    texts = {name: json.dumps(data, ensure_ascii=False) for name, data in files.items()}
    for problem in errors(texts):
        assert problem.message
        assert problem.file in {*texts, "topic.yaml"}
        if problem.line:
            # JSON is written on one line.
            assert problem.line == 1
            assert 1 <= problem.column <= len(texts.get(problem.file, "")) + 1


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in UNBOUNDED.items() for text in texts]
)
def test_what_is_said_about_long_input_is_short(name: str, text: str) -> None:
    found = errors({"facts.yaml": FACT, name: text})
    assert found
    assert all(len(str(problem)) < 400 for problem in found)


def test_what_has_an_unknown_key_is_checked_all_the_same() -> None:
    found = errors({
        "facts.yaml": "- {id: a, statement: s, as_of: 2022, sources: [{source: nobody}], zzz: x}\n"
                      "- {id: b, statement: s, as_of: 2022, sauces: x}\n"
                      "- {id: c, statement: s, as_of: 2022, zzz: x}\n",
        "proposals/p.yaml": PROPOSAL + "zzz: x\nrationale:\n- {text: t, zzz: y}\n",
        "expectations.yaml": "- {ask: q, expect: [a], scope: near, zzz: x}\n",
    })  # fmt: skip
    assert sorted((problem.file, problem.field, problem.code) for problem in found) == [
        ("expectations.yaml", "[0]", "invalid"),
        ("expectations.yaml", "[0].zzz", "invalid"),
        ("facts.yaml", "[0].sources[0].source", "dangling"),
        ("facts.yaml", "[0].zzz", "invalid"),
        ("facts.yaml", "[1].sauces", "invalid"),
        ("facts.yaml", "[2]", "ground"),
        ("facts.yaml", "[2].zzz", "invalid"),
        ("proposals/p.yaml", "rationale[0]", "ground"),
        ("proposals/p.yaml", "rationale[0].zzz", "invalid"),
        ("proposals/p.yaml", "zzz", "invalid"),
    ]  # fmt: skip
