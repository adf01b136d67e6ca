"""What the terminal makes of answers: every entry, every width, with and without colours."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.advisor.answer import Answer, Block, Outcome, SourceLine
from bot.advisor.compose import Composer
from bot.advisor.facets import Facet
from bot.advisor.wording import CATALOGUE
from bot.channels import terminal
from bot.channels.terminal import render, render_why
from bot.channels.terminal_map import to_rich_tree
from bot.channels.why import Bar, Row, Why
from bot.knowledge.model import Kind
from bot.knowledge.release import Release

ESCAPE = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300)
SOURCE = SourceLine(
    "s", "A title", "A publisher", "An author", "2022-03", "https://e.org/a", "p. 2"
)


def answer(*blocks: Block, **values: object) -> Answer:
    fields: dict[str, object] = {
        "outcome": Outcome.ANSWERED, "language": "en", "release": "r", "topic": "t",
        "blocks": blocks, "entry": "an-entry", "kind": Kind.OBJECTION, "title": "A title",
        "facet": Facet.OVERVIEW,
    }  # fmt: skip
    return Answer(**(fields | values))  # type: ignore[arg-type]


def shown(found: Answer, *, width: int = 80, tty: bool = True, **options: object) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=tty, color_system="256" if tty else None,
        highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    render(console, found, **options)  # type: ignore[arg-type]
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def plain(text: str) -> str:
    return ESCAPE.sub("", text)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", plain(text))


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("facet", list(Facet))
def test_every_shipped_entry_can_be_shown(shipped: Release, facet: Facet, language: str) -> None:
    composer = Composer(shipped, language)
    for entry in shipped.entries.values():
        blocks, used = composer.compose(entry, facet)
        found = answer(*blocks, language=language, entry=entry.id, kind=entry.kind,
                       title=composer.title(entry), facet=used)  # fmt: skip
        piped = shown(found, tty=False)
        assert "\x1b" not in piped
        for block in blocks:
            assert block.text in piped
        if facet is not Facet.OVERVIEW or language != "en":
            continue
        tall = shown(found)
        for line in plain(tall).splitlines():
            assert len(line.rstrip()) <= 80 or "https://" in line or "http://" in line
        for block in blocks:
            assert squeezed(block.text) in squeezed(tall)
        for source in found.sources:
            # In one piece, so that it can be clicked and copied.
            assert not source.url or source.url in plain(tall)


def test_every_shipped_proposal_can_be_drawn(shipped: Release) -> None:
    for proposal in shipped.topic.proposals:
        for width, ascii_only in ((80, False), (40, True)):
            console = Console(file=io.StringIO(), width=width, color_system=None)
            console.print(to_rich_tree(shipped.topic, proposal, width=width, ascii_only=ascii_only))
            assert isinstance(console.file, io.StringIO)
            drawn = console.file.getvalue()
            assert drawn.count("Objection") >= len(proposal.objections)
            assert all(len(line) <= width for line in drawn.splitlines())
            if ascii_only:
                assert not re.search("[−↳↯]", drawn)


@given(text=WORDS, title=WORDS, width=st.integers(20, 200))
def test_whatever_a_text_holds_it_is_shown_verbatim(text: str, title: str, width: int) -> None:
    found = answer(Block("objection", text, "x", "A heading"), title=title)
    assert text in shown(found, tty=False)
    assert title in shown(found, tty=False)
    shown(found, width=width)


@pytest.mark.parametrize(
    "markup", ["[red]x[/red]", "[/]", "[link=http://x]y[/link]", ":smile:", "\\["]
)
def test_texts_are_not_read_as_markup(markup: str) -> None:
    found = answer(
        Block("statement", f"a {markup} b", "x", None, (markup,)), title=markup,
        hints=(markup,), offered=((markup, markup),),
    )  # fmt: skip
    for tty in (True, False):
        assert squeezed(f"a {markup} b") in squeezed(shown(found, tty=tty, notice=markup))
        assert plain(shown(found, tty=tty, notice=markup)).count(markup) >= 5


def test_wrapped_text_hangs_below_itself() -> None:
    reply = Block("reply", "word " * 40, "x", "What is replied", depth=1)
    lines = plain(shown(answer(reply))).splitlines()
    first = next(n for n, line in enumerate(lines) if "↳" in line)
    column = lines[first].index("word")
    for line in lines[first + 1 : first + 3]:
        assert line.index("word") == column


def test_marks_signs_and_notes() -> None:
    found = answer(
        Block("objection", "It costs.", "x", None, ("Ada", "Bo"), (SOURCE,), "inference"),
        Block("reply", "It pays.", "y", "What is replied", (), (SOURCE,), "common", 1,
              highlighted=True),
        Block("fact", "Ninety.", "z", None, as_of="2025-03"),
        Block("caution", "Doubtful.", "z", None, depth=1),
    )  # fmt: skip
    text = shown(found, tty=False)
    assert "✗ It costs. — Ada, Bo (an inference, not found in a source in these words) [1]" in text
    assert "▶ ↳ It pays. (commonly raised, no source found) [1]" in text
    assert "Ninety. (as of 2025-03)" in text
    assert "! Caution: Doubtful." in text
    assert text.count("[1] A title — An author, A publisher (2022-03), p. 2 https://e.org/a") == 1


def test_a_heading_stands_once_above_its_blocks() -> None:
    found = answer(*(Block("why", f"Reason {n}.", "x", "Why") for n in range(3)))
    assert shown(found, tty=False).count("Why\n") == 1


@pytest.mark.parametrize("language", sorted(CATALOGUE))
def test_an_offer_can_be_chosen_in_a_chat_and_not_in_one_shot(language: str) -> None:
    found = answer(
        Block("bot", "Which?", language=language), outcome=Outcome.CLARIFY, entry=None, kind=None,
        title=None, facet=None, offered=(("a", "First"), ("b", "Second")), language=language,
    )  # fmt: skip
    chat = shown(found, tty=False)
    assert "  1. First  a\n  2. Second  b\n  0. " in chat
    assert "rejoinder show" not in chat
    once = shown(found, tty=False, one_shot=True)
    assert "  2. Second  b\n\n→ " in once
    assert "0. " not in once
    assert "rejoinder show ID" in once


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_what_was_asked_besides_is_offered_after_the_answer(language: str) -> None:
    found = answer(
        Block("objection", "Said first."), offered=(("a", "First"),), language=language,
    )  # fmt: skip
    text = plain(shown(found))
    asked = CATALOGUE[language]["also.asked"]
    assert text.index("Said first.") < text.index(asked) < text.index("1. First")
    # Nothing went wrong that could be said to be none of these.
    assert CATALOGUE[language]["clarify.none"] not in text


def test_hints_and_notice_come_last_and_hints_only_where_they_help() -> None:
    found = answer(Block("statement", "Text."), hints=("why?", "who?"))
    text = shown(found, tty=False, notice="No advice.")
    assert text.endswith("\n→ why? · who?\n\nNo advice.\n")
    assert "why?" not in shown(found, tty=False, one_shot=True)


def test_a_boundary_shows_its_notice_without_a_title() -> None:
    found = answer(Block("notice", "Please ask a lawyer."), outcome=Outcome.BOUNDARY,
                   kind=Kind.BOUNDARY, title="Legal advice")  # fmt: skip
    assert shown(found, tty=False) == "Please ask a lawyer.\n"


def test_kinds_and_reasons_are_all_known() -> None:
    assert set(terminal._KINDS) == set(Kind)
    assert set(terminal._WORDS) == set(CATALOGUE)


def _why(tty: bool) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=tty, width=80, color_system=None)
    parts = (Bar(0.5, "wording alike"), Bar(0.0, "your words found in its texts"))
    row = Row("bridge-cost", "Estimated [cost]", Bar(0.874, "likely right"), parts)
    render_why(
        console,
        Why(
            "Answered.",
            ("It was read.",),
            "Nearest entries",
            (row,),
            "It needs 75 %.",
            "Release r.",
        ),
    )
    return stream.getvalue()


def test_a_decision_is_drawn_in_a_terminal_and_told_in_lines_in_a_pipe() -> None:
    drawn = _why(tty=True)
    assert drawn.startswith("Answered.")
    assert "Estimated [cost]  bridge-cost" in drawn
    assert "██████████░░" in drawn
    assert "87\u00a0% likely right" in drawn
    assert (
        drawn.index("likely right") < drawn.index("wording alike") < drawn.index("It needs 75 %.")
    )
    assert _why(tty=False).splitlines() == [
        "Answered.", "It was read.",
        "Estimated [cost] (bridge-cost) – likely right: 87\u00a0%; wording alike: 50\u00a0%; "
        "your words found in its texts: 0\u00a0%",
        "It needs 75 %.", "Release r.",
    ]  # fmt: skip
