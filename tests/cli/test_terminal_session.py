"""The command in a real terminal: a prompt, colours, keys, edits that are noticed."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from bot.settings import shipped_knowledge

from .conftest import Run
from .running import Place, terminal

COST = "who is going to pay for that bridge"
COLOUR = re.compile(r"\x1b\[[0-9;]*3[1-7][0-9;]*m")


def test_a_chat_with_edits_while_it_runs(place: Place, tmp_path: Path) -> None:
    with terminal(["chat", *place.options], tmp_path) as chat:
        greeting = chat.expect("/help what else.")
        assert "Rejoinder · A bridge over the river" in greeting
        chat.expect("› ")
        chat.type(f"{COST}\r")
        answer = chat.expect("This bot informs and gives no advice.")
        assert "↳ A county grant covers most of it." in answer
        assert "who said that?" in answer
        assert COLOUR.search(chat.raw)

        faq = place.topic / "faq.yaml"
        faq.write_text(faq.read_text().replace("A collection of", "The fine collection of"))
        chat.expect("Reloaded: release ")
        chat.type("/show about-this\r")
        chat.expect("The fine collection of arguments")

        good = faq.read_text()
        faq.write_text(good + "- id: [broken\n")
        said = chat.expect("The last good release stays in service.")
        assert re.search(r"faq\.yaml:\d+:\d+", said.replace("\n", ""))
        chat.type("/show about-this\r")
        chat.expect("The fine collection of arguments")

        faq.write_text(good.replace("The fine", "The mended"))
        chat.expect("Reloaded: release ")
        chat.type("/show about-this\r")
        chat.expect("The mended collection")

        chat.type("not sent\x03")
        chat.expect("› ")
        chat.type("/quit now")
        chat.type("\x15what about the birds\r")  # Ctrl-U empties the line
        chat.expect("Herons nest")
        chat.expect("› ")
        chat.type("\x1b[A\r")  # the line before, once more
        chat.expect("Herons nest")
        chat.expect("› ")
        chat.type("\x04")
        assert chat.end() == 0
        assert "Traceback" not in chat.screen
    assert None not in place.rows("delivered_at")
    assert place.rows()[-2:] == ["what about the birds"] * 2
    assert "not sent" not in place.rows()


def test_ctrl_c_on_an_empty_line_leaves(place: Place, tmp_path: Path) -> None:
    with terminal(["chat", *place.options], tmp_path) as chat:
        chat.expect("› ")
        chat.type("\x03")
        assert chat.end() == 0
        assert "Traceback" not in chat.screen


def test_an_answer_fits_into_80_columns(place: Place, tmp_path: Path) -> None:
    claim = "A county grant covers most of it."
    proposal = place.topic / "proposals" / "new-bridge.yaml"
    proposal.write_text(proposal.read_text().replace(claim, f"{claim} " * 6))
    with terminal(["ask", COST, *place.options], tmp_path) as asked:
        assert asked.end() == 0
        shown = [line.rstrip() for line in asked.left.splitlines()]
        assert max(map(len, shown)) <= 80
        first = next(n for n, line in enumerate(shown) if line.startswith("    ↳ A county"))
        # What is wrapped hangs below the text, not below its sign.
        assert shown[first + 1].startswith("      ")
        assert shown[first + 1][6] != " "
        assert COLOUR.search(asked.raw)
        assert "\x1b]8;" in asked.raw  # the source can be clicked


def test_no_color_is_respected(place: Place, tmp_path: Path) -> None:
    with terminal(["ask", COST, *place.options], tmp_path, NO_COLOR="1") as asked:
        assert asked.end() == 0
        assert "county grant" in asked.screen
        assert not COLOUR.search(asked.raw)


def test_ask_without_a_question_does_not_wait_for_one(tmp_path: Path) -> None:
    with terminal(["ask"], tmp_path) as asked:
        assert asked.end() == 2
        assert "There is no question." in asked.screen
        assert 'rejoinder ask "' in asked.screen


def test_ctrl_c_while_a_topic_is_learned_ends_at_once(tmp_path: Path) -> None:
    options = ["--knowledge", str(shipped_knowledge()), "--data", str(tmp_path / "data")]
    with terminal(["ask", COST, *options], tmp_path) as asked:
        asked.expect("Learning the topic")
        asked.signal(signal.SIGINT)
        assert asked.end() == 130
        assert "Traceback" not in asked.screen
        assert "county grant" not in asked.screen


def test_the_log_fits_into_80_columns(run: Run, place: Place, tmp_path: Path) -> None:
    run("ask", "--json", stdin=f"{COST}, {'and why ' * 20}\n\x1b[2Jbirds\n").calm()
    with terminal(["log", *place.options], tmp_path) as log:
        assert log.end() == 0
        assert max(len(line.rstrip()) for line in log.screen.splitlines()) <= 80
        assert "\x1b[2J" not in log.raw
        assert "[2Jbirds" in log.screen
