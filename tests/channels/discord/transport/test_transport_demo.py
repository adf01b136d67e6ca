"""`make demo`: the conversation that anybody can watch without an account."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.discord_demo.__main__ import main
from benchmarks.discord_demo.screen import Screen, picture_size
from benchmarks.discord_double import Channel
from bot.querylog import open_log
from bot.querylog.places import Home


@pytest.fixture
def data(tmp_path: Path, data_with_cache: Path) -> Path:
    """Return a data directory that knows the shipped topic already."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "cache").symlink_to(data_with_cache / "cache", target_is_directory=True)
    return data


def test_conversation_is_played_and_printed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(data)]) == 0, capsys.readouterr()
    said = capsys.readouterr().out
    for line in (
        "Alice  #debate  @Rejoinder what do critics say about paying deserters?",
        "  │ [Objections and replies] [Sources] [Wrong or missing] [More]",
        "Alice  #debate  replies to the bot's answer:",
        "Bob  #debate  clicks [Objections and replies]",
        "Rejoinder  #debate  (only Bob sees this)",
        "Rejoinder  #debate  (only Alice sees this)",
        "Rejoinder  #moderators",
        "  │ [Возражения и ответы] [Источники] [Неверно или неполно] [Ещё]",
        f"22 requests, all accepted. The log: {data.resolve()}",
    ):
        assert line in said.splitlines(), said
    for part in ("Noted, thank you", "discord.com/channels/", "I have nothing on that", "None of"):
        assert part in said
    assert "\x1b" not in said  # no colours in a pipe
    outcomes = re.findall(r"^\d +\w{6} .* (answered|clarify|gap|boundary) ", said, re.MULTILINE)
    assert outcomes == [
        "answered", "answered", "clarify", "answered", "gap", "boundary", "answered",
    ]  # fmt: skip
    assert picture_size((data / "map-1.png").read_bytes())[0] > 500


async def _occupy(data: Path) -> None:
    async with open_log(data) as log:
        await log.places.save_home(Home(topic="million-carrots", platform="discord", guild="1"))


def test_what_is_not_as_expected_ends_with_an_error(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Another server is the topic's home already, so that nobody can set the bot up here.
    asyncio.run(_occupy(data))
    assert main(["--data", str(data)]) == 1
    assert "Not as expected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        (r"**It is \*too\* expensive** · 2 replies", "It is *too* expensive · 2 replies"),
        (r"*— Ned Dobos* \[1]", "— Ned Dobos [1]"),
        ("[*River*](https://example.org/a)", "River (https://example.org/a)"),
        ("<#12> and <@!34> and <@&56>", "#debate and @Alice and @?"),
        ("`/ask` 2 * 3 * 4", "/ask 2 * 3 * 4"),
        ("[red]no markup of ours[/red]", "[red]no markup of ours[/red]"),
    ],
)
def test_markdown_is_shown_as_discord_shows_it(
    markdown: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = Screen(Console(width=90), {12: "debate", 34: "Alice"})
    screen.did("Bob", Channel(12, 0, "debate"), markdown, said=True)
    assert capsys.readouterr().out == f"Bob  #debate  {shown}\n"
