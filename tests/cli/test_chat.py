"""`rejoinder chat` with lines from a pipe: follow-ups, choices, commands, feedback."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

import bot.cli.chat
from bot.advisor.answer import Question
from bot.cli.chat import COMMANDS
from bot.reasons import WRONG as REASONS
from bot.service import Service

from .conftest import Run
from .running import Place, until

COST = "who is going to pay for that bridge"
HERONS = "what about the birds"
PLAN = "what is the bridge plan"


def feedback(place: Place) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(place.database)) as connection:
        return connection.execute(
            "SELECT queries.text, feedback.reason FROM feedback JOIN queries "
            "ON queries.id = feedback.query_id ORDER BY feedback.id"
        ).fetchall()


def test_a_follow_up_leans_on_the_answer_before(run: Run, place: Place) -> None:
    result = run("chat", stdin=f"{PLAN}\nand what do critics say?\nsources?\n").calm()
    overview, critics = result.out.split("What is objected")[:2]
    assert "The town should build a foot bridge beside the mill." in overview
    assert "✗ It disturbs the herons" in critics
    assert "Ada Quill, River Gazette (2025-03-01), p. 2 https://example.org/bridge" in result.out
    assert place.rows("entry, facet, context_entry, channel") == [
        ("new-bridge", "overview", None, "terminal"),
        ("new-bridge", "objections", "new-bridge", "terminal"),
        ("new-bridge", "sources", "new-bridge", "terminal"),
    ]
    assert None not in place.rows("delivered_at")


def test_nothing_but_text_goes_through_a_pipe(place: Place) -> None:
    lines = f"{PLAN}\n/map\n/why\n/help\n/nonsense\n/wrong\n1\n/proposals\n{COST}"
    result = place.run("chat", stdin=lines.encode()).calm()
    assert "\x1b" not in result.out + result.err
    # Long lines stay whole, for whatever reads them.
    assert any(len(line) > 100 for line in result.out.splitlines())
    # The notice is said once, with the first answer.
    assert result.out.count("This bot informs and gives no advice.") == 1
    # The last line counts, though it has no end.
    assert "county grant" in result.out.rsplit("Build a foot bridge\n", maxsplit=1)[-1]


@pytest.mark.usefixtures("unsure")
def test_a_number_chooses_what_was_offered(run: Run, place: Place) -> None:
    result = run("chat", stdin=f"{COST}\n2\n").calm()
    offered = re.findall(r"^  [1-9]\. .+  (\S+)$", result.out, re.MULTILINE)
    assert offered[0] == "new-bridge.cost"
    assert 2 <= len(offered) <= 5
    assert "  0. none of these" in result.out
    assert "Type its number" in result.out
    assert place.rows("text, outcome, entry") == [
        (COST, "clarify", None),
        (f"[chosen: {offered[1]}]", "answered", offered[1]),
    ]
    # One that was chosen is not offered any more: a number is a question again.
    run("chat", stdin=f"{COST}\n1\n/sources\n2\n").calm()
    assert place.rows("text, entry")[3:5] == [
        ("[chosen: new-bridge.cost]", "new-bridge.cost"),
        ("[sources: new-bridge.cost]", "new-bridge.cost"),
    ]
    assert place.rows("text")[5] == "2"


def test_a_number_chooses_what_was_asked_besides(run: Run, place: Place) -> None:
    result = run("chat", stdin=f"{HERONS}? {PLAN}?\n0\n1\n")
    assert "You also asked about:" in result.out
    assert "Choose 1 to 1, or ask in other words." in result.err + result.out
    assert place.rows("text, entry")[-1] == ("[chosen: new-bridge]", "new-bridge")


@pytest.mark.usefixtures("unsure")
def test_none_of_these_is_kept_as_feedback(run: Run, place: Place) -> None:
    result = run("chat", stdin=f"{COST}\n0\n0\n").calm()
    assert "Noted: none of these." in result.out
    assert feedback(place) == [(COST, "none of these")]
    assert place.rows()[1] == "0"


@pytest.mark.usefixtures("unsure")
@pytest.mark.parametrize("number", ["9", "77", "999"])
def test_a_number_that_was_not_offered_is_refused_and_asked_again(
    run: Run, place: Place, number: str
) -> None:
    result = run("chat", stdin=f"{COST}\n{number}\n1\n").calm()
    assert "or 0 for none of these." in result.err
    assert place.rows("entry") == [None, "new-bridge.cost"]


@pytest.mark.usefixtures("unsure")
@pytest.mark.parametrize("odd", ["²", "٣", "①", "9" * 5000, "-1", "1.5"])
def test_what_only_looks_like_a_number_is_a_question(run: Run, place: Place, odd: str) -> None:
    result = run("chat", stdin=f"{COST}\n{odd}\n{HERONS}\n").calm()
    assert not result.err
    assert place.rows()[2] == HERONS


@pytest.mark.usefixtures("unsure")
def test_a_choice_that_an_edit_withdrew_is_said(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = run("chat", stdin=f"{COST}\n").calm().out
    found = re.search(r"^  ([1-9])\. .+  bridge-cost$", offer, re.MULTILINE)
    assert found, offer
    choose = bot.cli.chat._Session._choose

    async def after_an_edit(session: Any, number: int) -> bool:
        facts = place.topic / "facts.yaml"
        facts.write_text(facts.read_text().rstrip() + "\n  status: withdrawn\n")
        await session.service.reload()
        return await choose(session, number)

    monkeypatch.setattr(bot.cli.chat._Session, "_choose", after_an_edit)
    result = run("chat", stdin=f"{COST}\n{found.group(1)}\n/help\n").calm()
    assert "There is no entry bridge-cost." in result.err
    assert "/help" in result.out


def test_why_explains(run: Run) -> None:
    result = run("chat", stdin=f"/why\n{COST}\n/why\n").calm()
    assert "Nothing was asked yet." in result.err
    assert "because “It is too expensive” was sure enough" in result.out
    assert "Nearest wording on record: “who is going to pay for that bridge”" in result.out
    assert "(new-bridge.cost) – likely right: " in result.out
    assert "An answer needs " in result.out
    assert "Release " in result.out


def test_commands_show_the_entry_shown_last_or_a_named_one(run: Run, place: Place) -> None:
    commands = "/objections\n/show bridge-cost\n/sources\n/objections new-bridge\n/SHOW mill-race\n"
    result = run("chat", stdin=commands + "/map new-bridge.cost\n").calm()
    assert "Nothing was shown yet." in result.err
    assert "Caution: The estimate leaves out maintenance." in result.out
    assert "The channel that led water to the mill." in result.out
    assert "├── − Objection: It is too expensive (Bo Miller)" in result.out
    assert place.rows("entry, facet, text") == [
        ("bridge-cost", "overview", "[overview: bridge-cost]"),
        ("bridge-cost", "sources", "[sources: bridge-cost]"),
        ("new-bridge", "objections", "[objections: new-bridge]"),
        ("mill-race", "overview", "[overview: mill-race]"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/nonsense", "There is no command /nonsense. /help lists them."),
        ("/porposals", "There is no command /porposals. Did you mean /proposals"),
        ("/show new-brigde", "There is no entry new-brigde. Did you mean new-bridge"),
        ("/show zzzzzz", "There is no entry zzzzzz. `rejoinder list` names all entries."),
        ("/show", "Nothing was shown yet."),
        ("/map bridge-cost", "bridge-cost belongs to no proposal."),
        ("/wrong", "Nothing was asked yet."),
        ("/\x1b[31mred", "There is no command /[31mred."),
        ("/show \x1b]0;title\x07x", "There is no entry ]0;titlex."),
    ],
)
def test_a_mistake_is_said_and_the_chat_goes_on(run: Run, line: str, said: str) -> None:
    result = run("chat", stdin=f"{line}\n{COST}\n").calm()
    assert said in result.err
    assert "\x1b" not in result.err
    assert "county grant" in result.out


def test_proposals_and_help(run: Run) -> None:
    result = run("chat", stdin="/proposals\n/help\n/?\n").calm()
    assert "new-bridge  Build a foot bridge" in result.out
    for name, text in COMMANDS.items():
        assert result.out.count(name) >= 2
        assert text in result.out


def test_every_command_is_in_the_help_and_the_other_way_round(place: Place) -> None:
    class Nothing(Service):
        def __init__(self) -> None:
            pass

    session = bot.cli.chat._Session(Nothing())
    listed = {name.split()[0] for name in COMMANDS}
    assert set(session._commands) - listed == {"/?", "/exit"}
    assert listed <= set(session._commands)


@pytest.mark.parametrize("number", range(1, len(REASONS) + 1))
def test_wrong_keeps_the_reason_that_was_chosen(run: Run, place: Place, number: int) -> None:
    result = run("chat", stdin=f"{COST}\n/wrong\n{number}\n").calm()
    assert f"  {number}. {REASONS[number - 1]}" in result.out
    assert "Noted." in result.out
    assert feedback(place) == [(COST, REASONS[number - 1])]


def test_wrong_takes_own_words_asks_again_and_lets_go(run: Run, place: Place) -> None:
    lines = [COST, "/wrong the grant ended", "/wrong", "0", "6", "2", "/wrong", HERONS, "1"]
    result = run("chat", stdin="\n".join(lines)).calm()
    assert result.err.count(f"Choose 1 to {len(REASONS)}.") == 2
    assert feedback(place) == [(COST, "the grant ended"), (COST, "outdated")]
    # A question instead of a reason is a question, and the 1 after it is none.
    assert place.rows("text")[:2] == [COST, HERONS]


def test_forget_leaves_nothing_of_what_was_asked(run: Run, place: Place) -> None:
    lines = [COST, "/wrong outdated", "/forget yes", "/wrong", "/why", "/sources", HERONS]
    result = run("chat", stdin="\n".join(lines)).calm()
    assert "Deleted what was logged of yours: 1 queries, 1 remarks." in result.out
    assert result.err.count("Nothing was asked yet.") == 2
    assert "Nothing was shown yet." in result.err
    assert place.rows() == [HERONS]
    assert feedback(place) == []
    for file in place.data.iterdir():
        if file.is_file():
            assert COST.encode() not in file.read_bytes()


def test_feedback_on_a_question_that_another_process_forgot_is_not_claimed(
    run: Run, place: Place
) -> None:
    running = place.start("chat")
    running.write(f"{COST}\n".encode())
    until(lambda: place.database.exists() and place.rows("delivered_at") not in ([], [None]))
    run("log", "forget", "--yes").calm()
    result = running.finish(b"/wrong outdated\n").calm()
    assert "no longer in the log" in result.err
    assert "Noted" not in result.out


@pytest.mark.parametrize("leave", ["/quit", "/exit", "/QUIT", ""])
def test_it_ends_with_the_input_or_when_told_to(run: Run, place: Place, leave: str) -> None:
    end = f"{leave}\n{HERONS}\n" if leave else ""
    run("chat", stdin=f"{COST}\n{end}").calm()
    assert place.rows() == [COST]


def test_empty_lines_and_bad_bytes_do_no_harm(run: Run, place: Place) -> None:
    result = run("chat", stdin=b"\n   \n\xff\xfe\xfa\n\x00\x1b\n" + COST.encode() + b"\r\n").calm()
    assert "county grant" in result.out
    assert place.rows("entry")[-1] == "new-bridge.cost"


def test_a_fault_of_ours_does_not_end_the_chat(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Service.ask

    async def stumble(service: Service, question: Question, asker: Any) -> Any:
        if "stumble" in question.text:
            raise ZeroDivisionError
        return await ask(service, question, asker)

    monkeypatch.setattr(Service, "ask", stumble)
    result = run("chat", stdin=f"please stumble\n{COST}\n")
    assert result.status == 0
    assert "Something went wrong inside Rejoinder (ZeroDivisionError" in result.err
    assert "Traceback" not in result.err
    assert "county grant" in result.out


def test_a_chat_that_waits_for_a_line_ends_when_the_system_says_so(place: Place) -> None:
    running = place.start("chat")
    running.write(f"{COST}\n".encode())
    until(lambda: place.database.exists() and place.rows("delivered_at") not in ([], [None]))
    running.process.terminate()
    assert running.process.wait(30) == 143
    result = running.finish()
    assert "county grant" in result.out
    assert "Traceback" not in result.err
    assert place.rows() == [COST]
