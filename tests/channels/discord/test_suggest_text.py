"""What people wrote, shown on Discord: whole where it fits, never as markup, never too long."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.channels.discord
from bot.channels.discord.filling import fitting, quoted
from bot.channels.discord.suggesting import KINDS
from bot.channels.discord.text import escape
from bot.channels.discord.words import LANGUAGES, say
from bot.curation.suggested import under
from bot.knowledge.load import load
from bot.querylog.curation import SuggestionKind
from tests.conftest import write_topic

TEXTS = st.text(
    st.one_of(st.sampled_from("*_~`|<>[]#-1. \n@\\:/ab"), st.characters(codec="utf-8")),
    max_size=400,
)


@given(TEXTS, st.integers(40, 500))
def test_what_is_cut_is_short_enough_and_marked(words: str, limit: int) -> None:
    shown = fitting(words, limit)

    assert len(shown) <= limit
    if len(escape(words)) <= limit:
        assert shown == escape(words)
    else:
        assert shown.endswith("…")


@given(TEXTS, st.integers(40, 500))
def test_every_line_of_a_quotation_is_one(words: str, limit: int) -> None:
    shown = quoted(words, limit)

    assert len(shown) <= limit
    assert all(line.startswith("> ") for line in shown.split("\n"))
    assert not re.search(r"(?<!\\)[*`|]", shown.replace("\\\\", ""))
    assert "\n> \n> \n" not in shown


@given(st.text("abc *\n", max_size=200))
def test_quotation_leaves_no_word_out(words: str) -> None:
    shown = quoted(words, 2_000)

    plain = shown.replace("> ", "").replace("\\", "")
    assert plain.split() == (words.split() or ["–"])


@pytest.mark.parametrize("kind", KINDS)
def test_place_of_a_suggestion_is_one_that_the_engine_takes(
    tmp_path_factory: pytest.TempPathFactory, kind: SuggestionKind
) -> None:
    release = load(write_topic(tmp_path_factory.mktemp("topic") / "bridge"))
    parents = {"objection": {"proposal"}, "response": {"objection"},
               "counter": {"response", "counter"}}  # fmt: skip
    for entry in (None, "no.such", *release.entries):
        found = under(release, kind, entry)
        if found is not None and found[1] is not None:
            assert str(release.entries[found[1]].kind) in parents[found[0]]
        if found is None:
            assert kind != "source"


@pytest.mark.parametrize(
    ("language", "phrasing"), [("en", "phrasing"), ("ru", "формулировк"), ("uk", "формулюванн")]
)
def test_one_word_stands_for_one_thing(language: str, phrasing: str) -> None:
    for key in ("menu-add-phrasing", "queue-merge"):
        assert phrasing in say(key, language)
    catalogues = files(bot.channels.discord).joinpath("locale").iterdir()
    words = "\n".join(
        path.read_text("utf-8") for path in catalogues if path.name.startswith(language)
    )
    # Where there are two words for an argument or a counter, the bot uses one.
    assert not re.search(r"аргумент|встречн\w+ довод|зустрічн\w+ довод|відповіджен", words.lower())
    # An option is named as it is called; names in Latin letters are settings.
    options = {say(key, language) for key in re.findall(r"^(opt-[a-z-]+) =", words, re.MULTILINE)}
    named = set(re.findall(r"`([^\W\da-z_][\w-]*)`", words))
    assert named <= options, named - options


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_into_forms(language: str) -> None:
    """Discord: a form's title and labels 45, help and examples 100, options 100, buttons 80."""
    titles = (
        "suggest-title", "suggest-what", "suggest-words", "suggest-link", "suggest-after",
        "queue-approve", "queue-reject", "queue-edit-title", "queue-done", "queue-reason",
        "merge-title", "merge-entry", "merge-id", "merge-language", "merge-words",
    )  # fmt: skip
    helps = (
        "suggest-words-example", "suggest-tell", "queue-done-help", "queue-reason-help",
        "merge-id-help", "merge-words-help", "entry-another", "entry-none",
        *(f"suggest-kind-{kind}" for kind in KINDS),
    )  # fmt: skip
    assert [key for key in titles if len(say(key, language)) > 45] == []
    assert [key for key in helps if len(say(key, language)) > 100] == []
