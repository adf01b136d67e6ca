"""What moderators see before they publish, and what keeps them from publishing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import synthetic
from bot.advisor.advisor import Advisor
from bot.curation.comparison import compare_lint
from bot.curation.preview import Preview, diffs, preview
from bot.curation.replay import Past
from bot.knowledge.files import snapshot
from bot.knowledge.load import load
from bot.knowledge.problems import Problem
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build

from ..conftest import SMALL_TOPIC, write_topic
from .test_replay import Counting

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAYS = "who is going to pay for that bridge"
CAKE = "how do I bake a cake"
EXPECTATIONS = f"""\
- ask: {PAYS}
  expect: [new-bridge.cost]
  kind: must
- ask: {CAKE}
  expect: []
  kind: must
- ask: what about the birds
  expect: [new-bridge.herons]
- ask: must the grant be paid back
  expect: [new-bridge.herons]
  kind: must
"""
TOPIC = SMALL_TOPIC | {
    "topic.yaml": "title: A bridge\nlanguages: [en, ru]\nnotice: No advice.\nfloors: {top1: 0.6}\n",
    "expectations.yaml": EXPECTATIONS,
}
Contents = Mapping[str, bytes]


@pytest.fixture(scope="session")
def bridge(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Advisor:
    """Return an advisor on the small topic with expectations, not to be edited."""
    folder = write_topic(tmp_path_factory.mktemp("preview") / "bridge", TOPIC)
    return Advisor(build(load(folder), encoder))


@pytest.fixture(scope="session")
def files(bridge: Advisor) -> Contents:
    """Return the topic's files."""
    return snapshot(bridge.release.folder).contents


def edited(files: Contents, name: str, old: str, new: str) -> dict[str, bytes]:
    text = files[name].decode()
    assert old in text
    return {**files, name: text.replace(old, new).encode()}


def past(*texts: str, asked: int = 1) -> list[Past]:
    return [Past(text, "en", None, asked, NOON) for text in texts]


def shown(before: Advisor, contents: Contents, *texts: str, **options: Any) -> Preview:
    found = preview(
        before, contents, past(*texts, asked=3), encoder=before.index.encoder, **options
    )
    # Whatever a preview holds goes to --json as it is.
    assert json.loads(json.dumps(found.as_dict()))["ok"] is found.ok
    return found


def test_a_new_phrasing_is_shown_with_what_it_does(bridge: Advisor, files: Contents) -> None:
    contents = edited(
        files, "questions/en/faq.yaml", "- what can you do\n",
        "- what can you do\n- who wrote your code\n",
    )  # fmt: skip
    done: list[tuple[int, int]] = []
    found = shown(
        bridge, contents, "who wrote your code", "what about the birds",
        words=["add the phrasing “who wrote your code” to about-this"],
        progress=lambda *step: done.append(step),
    )  # fmt: skip
    assert found.ok
    assert found.confirmations == ()
    assert found.words == ("add the phrasing “who wrote your code” to about-this",)
    assert [change.name for change in found.files] == ["questions/en/faq.yaml"]
    assert "\n+- who wrote your code\n" in found.diff
    assert found.release_before == bridge.release.id != found.release_after
    assert found.replay is not None
    assert [one.text for one in found.replay.newly_answered] == ["who wrote your code"]
    assert found.replay.newly_answered[0].after.entry == "about-this"
    assert found.replay.unchanged == 1
    assert found.expectations is not None
    assert found.expectations.changes == ()
    assert (found.lint.new, found.lint.gone) == ((), ())
    # Four expectations twice and two questions, counted once each and in order.
    assert [step[0] for step in done] == sorted(step[0] for step in done)
    assert done[-1] == (10, 10)


def test_a_must_that_would_fail_is_refused(bridge: Advisor, files: Contents) -> None:
    contents = edited(files, "questions/en/new-bridge.yaml", f"- {PAYS}\n", "")
    contents = edited(
        contents, "questions/en/facts.yaml", "- price of the bridge\n",
        f"- price of the bridge\n- {PAYS}\n",
    )  # fmt: skip
    found = shown(bridge, contents, PAYS)
    assert not found.ok
    (refusal,) = (each for each in found.refusals if PAYS in each)
    assert "must get new-bridge.cost" in refusal
    assert "any more" in refusal
    assert "bridge-cost" in refusal
    assert found.expectations is not None
    (change,) = found.expectations.musts
    assert (change.ask, change.what) == (PAYS, "broken")
    assert change.before is not None
    assert change.before.passed
    (said,) = found.confirmations
    assert said.startswith("1 past question (asked 3 times): got “It is too expensive”")
    assert said.endswith("and would get “Estimated cost”.")
    # One that failed before and still fails keeps nobody from mending something else.
    assert not any("must the grant" in each for each in found.refusals)


def test_a_change_cannot_make_its_own_must_fail_or_lesser(bridge: Advisor, files: Contents) -> None:
    added = edited(
        files, "expectations.yaml", "- ask: what about",
        "- ask: what is a mill race\n  expect: [new-bridge.herons]\n  kind: must\n"
        "- ask: what about",
    )  # fmt: skip
    found = shown(bridge, added)
    assert [each for each in found.refusals if "“what is a mill race” must" in each]
    lesser = edited(
        files, "expectations.yaml",
        f"- ask: {PAYS}\n  expect: [new-bridge.cost]\n  kind: must\n",
        f"- ask: {PAYS}\n  expect: [mill-race]\n",
    )  # fmt: skip
    found = shown(bridge, lesser)
    assert [each for each in found.refusals if f"“{PAYS}” must" in each]


def test_expectations_that_come_and_go_are_listed(bridge: Advisor, files: Contents) -> None:
    contents = edited(
        files, "expectations.yaml", "- ask: what about the birds\n  expect: [new-bridge.herons]",
        "- ask: what is a mill race\n  expect: [mill-race]",
    )  # fmt: skip
    contents = edited(
        contents, "expectations.yaml", f"{PAYS}\n  expect: [new-bridge.cost]",
        f"{PAYS}\n  expect: [new-bridge.cost, bridge-cost]",
    )  # fmt: skip
    found = shown(bridge, contents)
    assert found.ok
    assert found.expectations is not None
    assert {(change.ask, change.what) for change in found.expectations.changes} == {
        ("what about the birds", "retired"),
        ("what is a mill race", "added"),
        (PAYS, "retargeted"),
    }
    assert found.expectations.before["cases"] == found.expectations.after["cases"] == 4


def test_a_total_below_its_floor_is_refused_unless_it_was(
    tmp_path: Path, encoder: OnnxEncoder, bridge: Advisor, files: Contents
) -> None:
    worse = edited(files, "questions/en/new-bridge.yaml", "- what about the birds\n", "")
    worse = edited(
        worse, "questions/en/glossary.yaml", "- what is a mill race\n",
        "- what is a mill race\n- what about the birds\n",
    )  # fmt: skip
    assert any("top1 is 0.333, below" in each for each in shown(bridge, worse).refusals)
    write_topic(tmp_path / "bridge", {name: text.decode() for name, text in worse.items()})
    low = Advisor(build(load(tmp_path / "bridge"), encoder))
    mending = edited(worse, "facts.yaml", "leaves out", "does not hold")
    assert shown(low, mending, base=worse).refusals == ()
    raised = edited(files, "topic.yaml", "top1: 0.6", "top1: 0.9")
    assert any("floor of 0.900" in each for each in shown(bridge, raised).refusals)


def test_files_that_are_not_valid_are_refused_and_never_asked(
    bridge: Advisor, files: Contents
) -> None:
    contents = edited(files, "facts.yaml", "source: gazette", "source: gazete")
    found = shown(bridge, contents, PAYS)
    assert (found.release_after, found.replay, found.expectations) == (None, None, None)
    assert [each for each in found.refusals if "facts.yaml" in each and "gazete" in each]
    assert "dangling" in {problem.code for problem in found.lint.new}
    broken = {**files, "faq.yaml": b"- id: [\n"}
    assert any("faq.yaml" in each for each in shown(bridge, broken).refusals)
    assert not shown(bridge, {}).ok


def test_new_and_mended_findings_are_told_apart_wherever_they_move(
    bridge: Advisor, files: Contents, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    loaded = edited(files, "facts.yaml", "The bridge was", "Clearly, the bridge was")
    loaded = edited(
        loaded, "faq.yaml", "- id: about-this",
        "- id: who-are-you\n  question: Who are you?\n  answer: A program.\n- id: about-this",
    )  # fmt: skip
    found = shown(bridge, loaded)
    codes = {problem.code for problem in found.lint.new}
    assert {"loaded", "no-phrasing"} <= codes
    assert found.ok
    write_topic(tmp_path / "bridge", {name: text.decode() for name, text in loaded.items()})
    before = Advisor(build(load(tmp_path / "bridge"), encoder))
    above = edited(
        loaded, "facts.yaml", "- id: bridge-cost",
        "- id: length\n  statement: It is 12 metres long.\n  basis: common\n- id: bridge-cost",
    )  # fmt: skip
    new = shown(before, above).lint.new
    assert {(problem.field, problem.code) for problem in new} >= {("length", "no-phrasing")}
    assert "loaded" not in {problem.code for problem in new}
    assert {problem.code for problem in shown(before, files).lint.gone} == codes


def test_a_text_in_other_words_is_confirmed_by_title(bridge: Advisor, files: Contents) -> None:
    contents = edited(
        files, "proposals/new-bridge.yaml", "A county grant covers most of it.",
        "A county grant covers half of it.",
    )  # fmt: skip
    found = shown(bridge, contents, PAYS, "isn't the bridge a waste of money", CAKE)
    assert found.ok
    assert found.confirmations == (
        "2 past questions (asked 6 times): got “It is too expensive” and would get it changed.",
    )
    assert PAYS not in " ".join(found.confirmations)


def test_a_withdrawal_names_what_nobody_will_be_told_any_more(
    bridge: Advisor, files: Contents
) -> None:
    contents = edited(files, "boundaries.yaml", "alert: yes", "alert: yes\n  status: withdrawn")
    contents = {name: text for name, text in contents.items() if "en/boundaries" not in name}
    found = shown(bridge, contents, "should I take the town to court")
    assert any("got “Legal advice” and would get" in each for each in found.confirmations)
    assert [change.name for change in found.files] == [
        "boundaries.yaml", "questions/en/boundaries.yaml",
    ]  # fmt: skip
    assert "+++ /dev/null" in found.files[1].diff


def test_what_cannot_be_found_by_moves_no_answer(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """A note beside an entry must not make people confirm what the change did not do."""
    synthetic.write(tmp_path / "city", 80)
    before = Advisor(build(load(tmp_path / "city"), encoder))
    files = snapshot(tmp_path / "city").contents
    contents = {**files, "faq.yaml": b"# checked in May\n" + files["faq.yaml"]}
    texts = [text.text[:30] for text in before.index.texts][::7]
    found = shown(before, contents, *texts)
    assert found.replay is not None
    assert found.replay.unchanged == len(texts)
    assert found.release_after != found.release_before
    assert (found.confirmations, found.refusals) == ((), ())


def test_of_a_large_topic_only_new_texts_are_encoded(tmp_path: Path, encoder: OnnxEncoder) -> None:
    synthetic.write(tmp_path / "city", 80)
    before = Advisor(build(load(tmp_path / "city"), encoder))
    files = snapshot(tmp_path / "city").contents
    name = next(name for name in files if name.startswith("questions/"))
    old = next(line for line in files[name].decode().split("\n") if line.startswith("- "))
    contents = edited(files, name, f"{old}\n", f"{old}\n- do mermaids sing hymns in Latin\n")
    counting = Counting(encoder)
    found = preview(before, contents, past("do mermaids sing hymns in Latin"), encoder=counting)
    assert found.replay is not None
    assert found.replay.total == 1
    asked = {expectation.ask for expectation in before.release.topic.expectations}
    assert set(counting.seen) - asked == {"do mermaids sing hymns in Latin"}


def test_nothing_to_publish_is_said(bridge: Advisor, files: Contents) -> None:
    found = shown(bridge, dict(files), PAYS)
    assert found.refusals == ("Nothing would change.",)
    assert found.confirmations == ()
    assert found.diff == ""


def test_the_base_can_be_a_commit_instead_of_the_folder(bridge: Advisor, files: Contents) -> None:
    older = edited(files, "faq.yaml", "What is this?", "What was this?")
    found = shown(bridge, files, base=older)
    assert "-  question: What was this?" in found.diff
    assert found.release_after == bridge.release.id


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.dictionaries(st.sampled_from("abc"), TEXT), st.dictionaries(st.sampled_from("abc"), TEXT))
def test_diffs_name_exactly_what_differs(old: dict[str, str], new: dict[str, str]) -> None:
    before = {name: text.encode() for name, text in old.items()}
    after = {name: text.encode() for name, text in new.items()}
    found = diffs(before, after)
    names = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    assert [change.name for change in found] == sorted(names)
    for change in found:
        plus = [line[1:] for line in change.diff.split("\n")[2:] if line.startswith("+")]
        for line in plus:
            assert line in new[change.name].split("\n")


PROBLEMS = st.lists(
    st.builds(
        Problem, st.sampled_from(["a", "b"]), st.integers(0, 9), st.just(1),
        st.sampled_from(["x", "y"]), st.sampled_from(["m", "n"]),
    ),
    max_size=8,
)  # fmt: skip


@given(PROBLEMS, PROBLEMS)
def test_findings_add_up(before: list[Problem], after: list[Problem]) -> None:
    found = compare_lint(before, after)
    assert found.kept + len(found.new) == len(after)
    assert found.kept + len(found.gone) == len(before)
    moved = [Problem(p.file, p.line + 3, p.column, p.field, p.message) for p in before]
    assert compare_lint(before, moved) == compare_lint(before, before)
    assert compare_lint(before, before).new == ()
