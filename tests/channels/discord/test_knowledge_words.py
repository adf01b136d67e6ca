"""What moderators read: the words of `/knowledge` fit Discord, and say what the forms say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.discord import editing_items, previewing
from bot.channels.discord.custom_id import ButtonId, read_id
from bot.channels.discord.editing_forms import Sheet, modal, told
from bot.channels.discord.errors import Refused
from bot.channels.discord.words import LANGUAGES, say
from bot.curation.comparison import ExpectationChange, ExpectationsChange, LintChange, Met
from bot.curation.curator import Plan, RebaseError
from bot.curation.edit import Conflict
from bot.curation.forms import GROUPS, Field, FormError, fields
from bot.curation.preview import FileChange, Preview
from bot.curation.replay import Changed, Replay, Side
from bot.curation.repository import PublishError
from bot.knowledge.model import ID_MAX
from bot.knowledge.problems import Problem

FORM_FIELDS = {field for groups in GROUPS.values() for group in groups.values() for field in group}
OWN = {value for value in vars(editing_items).values() if isinstance(value, Field)}
MEANING = ButtonId("kadd", "17f2", "a" * ID_MAX, "uk", 2**63, mark="o", page=1)
SENTENCES = st.lists(st.text(max_size=400), max_size=30).map(tuple)


def test_ids_fit_and_are_read_back() -> None:
    assert len(str(MEANING)) <= 100
    assert read_id(str(MEANING)) == MEANING


@pytest.mark.parametrize("field", FORM_FIELDS, ids=lambda field: f"{field.key}")
def test_forms_say_in_english_what_the_command_line_says(field: Field) -> None:
    assert say(f"field-{field.key}", "en") == field.label
    assert say(f"field-{field.key}-help", "en") == field.help


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_forms_fit(language: str) -> None:
    for field in FORM_FIELDS | OWN:
        assert len(say(f"field-{field.key}", language)) <= 45, field.key
        assert len(say(f"field-{field.key}-help", language)) <= 100, field.key
    titles = [f"add-{kind}" for kind in GROUPS]
    titles += [f"group-{group}" for groups in GROUPS.values() for group in groups]
    titles += ["add-phrasings", "add-test", "item-phrasing", "item-test", "move", "my-name",
               "publish", "ask-approval"]  # fmt: skip
    for key in titles:
        assert len(say(key, language)) <= 45, key
    for key in ("draft-remove", "history-choose"):
        assert len(say(key, language)) <= 150, key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", GROUPS)
def test_every_form_can_be_laid_out(kind: str, language: str) -> None:
    for group in GROUPS[kind]:  # type: ignore[index]
        asked = fields(kind, group, new=True)  # type: ignore[arg-type]
        sheet = Sheet(say(f"group-{group}", language), MEANING, asked)
        data = modal(sheet, {}, language).to_dict()
        assert 1 <= len(data["components"]) <= 5


def test_a_text_that_no_form_holds_is_refused_and_not_cut() -> None:
    [field] = [f for f in FORM_FIELDS if f.key == "by"]
    sheet = Sheet("T", MEANING, (field,))
    with pytest.raises(Refused, match="too long"):
        modal(sheet, {"by": "x" * 4_001}, "en")
    longer = replace(field, limit=10)
    data = modal(Sheet("T", MEANING, (longer,)), {"by": "x" * 300}, "en").to_dict()
    assert data["components"][0]["component"]["max_length"] == 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_say_what_to_do_in_ones_language_and_are_escaped(language: str) -> None:
    conflict = Conflict(1, "title", "*a*", "b", "c")
    errors = (
        PublishError("The *branch* moved.", hint="Try [again](x)."),
        RebaseError([conflict]),
        FormError([("title", "@everyone is **empty**.")], "fact"),
    )
    for error in errors:
        words = told(error, language)
        lead, _, rest = words.partition("\n")
        assert lead == lead.strip() != ""
        assert all(line.startswith("> ") for line in rest.split("\n"))
        assert not re.search(r"(?<!\\)[*\[]", rest)
        assert "@everyone" not in rest


def plan(
    words: tuple[str, ...], refusals: tuple[str, ...], asked: tuple[str, ...], diff: str
) -> Plan:
    """Return a plan with a lot to say."""
    side = Side("answered", "a.b", "*Title* of it", "Text")
    none = Side("gap", None, None, "")
    changed = tuple(Changed(text, "en", None, 2, side, none) for text in asked)
    met = Met(("a.b",), "answered", "a.b", passed=False)
    missed = tuple(ExpectationChange(text, None, True, "broken", met, met) for text in asked)
    totals: dict[str, float | None] = {"cases": 3, "top1": 0.5, "coverage": None}
    found = ExpectationsChange(totals, {"cases": 4, "top1": 0.25, "coverage": 1.0}, missed)
    problems = tuple(Problem("a.yaml", 1, 1, "x", text) for text in words)
    preview = Preview(
        "bridge", "0" * 12, "1" * 12, words, (FileChange("a.yaml", diff),), LintChange(problems),
        found, Replay((), changed, changed), refusals, refusals,
    )  # fmt: skip
    return Plan("head", {}, preview, refusals)


@given(SENTENCES, SENTENCES, SENTENCES, st.sampled_from(LANGUAGES))
def test_previews_of_any_length_fit_and_the_file_has_all_of_them(
    words: tuple[str, ...], refusals: tuple[str, ...], asked: tuple[str, ...], language: str
) -> None:
    made = plan(words, refusals, asked, "+ a\n- b\n")
    shown, whole = previewing.body(made, language), previewing.whole(made, language)

    assert len(shown) < 3_700
    assert say("preview-file", language) in shown
    assert "*Title*" not in shown
    for sentence in (*words, *refusals, *asked):
        assert sentence in whole
    assert whole.endswith("+ a\n- b\n")
    # Only what somebody was shown counts as confirmed.
    other = previewing.digest((*made.preview.confirmations, "One more."))
    assert other != previewing.digest(made.preview.confirmations)


@given(st.text(max_size=5_000), st.integers(50, 3_000))
def test_quoted_diffs_fit_and_stay_inside_their_fence(diff: str, limit: int) -> None:
    shown = previewing.quoted_diff(diff, limit)

    assert len(shown) <= limit + 20
    assert shown.count("```") == 2


@given(st.integers(0, 2**53 - 1))
def test_numbers_in_ids_survive(number: int) -> None:
    assert read_id(str(replace(MEANING, event=number))) == replace(MEANING, event=number)
