"""`rejoinder serve` and `rejoinder discord` as an operator meets them: processes and signals."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import discord
import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.discord_double import Double
from bot.cli.serve import SETUP_STEPS
from bot.settings import shipped_knowledge

from .conftest import Run
from .running import PATIENCE, Place, environment

ROOT = Path(__file__).parents[2]
COST = "who is going to pay for that bridge"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.hunter2hunter2hunter2hunter2hunter2"


@dataclass
class Serving:
    """The command in a process of its own, connected to a double of Discord."""

    process: asyncio.subprocess.Process
    lines: list[dict[str, Any]] = field(default_factory=list)
    words: str = ""

    async def read(self) -> None:
        """Read its log lines as they come; what is no JSON is for people."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            text = line.decode()
            try:
                self.lines.append(json.loads(text))
            except ValueError:
                self.words += text

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]

    async def until(self, event: str, count: int = 1) -> dict[str, Any]:
        """Wait for a log line."""
        async with asyncio.timeout(PATIENCE):
            while len(self.said(event)) < count:
                ended = self.process.returncode
                assert ended is None, f"it ended with {ended}: {self.words}{self.lines}"
                await asyncio.sleep(0.02)
        return self.said(event)[count - 1]

    async def get(self, path: str) -> tuple[int, str]:
        address = (await self.until("serving"))["http"]
        async with aiohttp.ClientSession() as session, session.get(address + path) as response:
            return response.status, await response.text()

    async def healthy(self) -> dict[str, Any]:
        """Wait until it is ready, and return what it says of itself."""
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.get("/healthz"))[0] != 200:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        found: dict[str, Any] = json.loads(answer[1])
        return found


Serve = Callable[..., contextlib.AbstractAsyncContextManager[Serving]]


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double(seams=False, token=TOKEN) as double:
        yield double


@pytest.fixture
def serve(place: Place, double: Double) -> Serve:
    """Return a context manager that runs the command; it ends with its process."""

    @contextlib.asynccontextmanager
    async def running(
        *arguments: str, options: list[str] | None = None, **extra: str
    ) -> AsyncIterator[Serving]:
        known = {"REJOINDER_DISCORD_TOKEN": TOKEN, "REJOINDER_HTTP_PORT": "0"} | extra
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.discord_double", double.address,
            "bot", *(arguments or ("serve",)), *(place.options if options is None else options),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT,
            env=environment(place.data.parent, **known),
        )  # fmt: skip
        serving = Serving(process)
        reading = asyncio.create_task(serving.read())
        try:
            yield serving
            await asyncio.wait_for(process.wait(), PATIENCE)
            await reading
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            await reading
        assert "hunter2" not in serving.words + json.dumps(serving.lines)
        assert COST not in serving.words + json.dumps(serving.lines)

    return running


def test_without_a_token_it_says_how_to_get_one(place: Place) -> None:
    result = place.run("serve").calm(2)
    assert result.err == f"Error: There is no token for Discord. To get one:\n{SETUP_STEPS}\n"
    assert result.out == ""
    for number in range(1, 6):
        assert f"\n{number}. " in result.err
    # Nothing was opened for it.
    assert not place.database.exists()


@pytest.mark.parametrize("content", [None, b"", b"hunter2 hunter2"])
def test_a_broken_token_file_is_a_sentence(
    run: Run, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    secret = tmp_path / "token"
    if content is not None:
        secret.write_bytes(content)
    monkeypatch.setenv("REJOINDER_DISCORD_TOKEN_FILE", str(secret))
    for command in (["serve"], ["discord"], ["discord", "sync"], ["discord", "invite"]):
        result = run(*command).calm(2)
        assert f"Error: The token file {secret} " in result.err
        assert "hunter2" not in result.err
    assert not place.database.exists()


async def test_it_answers_tells_its_state_and_ends_when_told(serve: Serve, double: Double) -> None:
    alice = double.person("alice")
    async with serve() as serving:
        found = await serving.healthy()
        assert found["channels"]["discord"]["ready"] is True
        assert list(found["releases"]) == ["bridge"]
        started = await serving.until("serving")
        assert started["topics"] == found["releases"]
        assert started["channels"] == ["discord"]
        asked = await alice.dm(COST)
        assert "expensive" in asked.text
        status, body = await serving.get("/metrics")
        assert status == 200
        figures = {
            (sample.name, sample.labels.get("outcome")): sample.value
            for family in text_string_to_metric_families(body)
            for sample in family.samples
        }
        assert figures["rejoinder_questions_total", "answered"] == 1
        assert figures["rejoinder_log_healthy", None] == 1
        assert str(alice.id) not in body
        assert "alice" not in body
        serving.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(serving.process.wait(), PATIENCE) == 0
    assert serving.words == ""
    assert {line["level"] for line in serving.lines} == {"info"}
    assert all({"timestamp", "logger", "event"} <= line.keys() for line in serving.lines)
    assert serving.lines[-1]["event"] == "ended"


async def test_the_log_is_closed_when_it_has_ended(
    serve: Serve, place: Place, double: Double
) -> None:
    alice = double.person("alice")
    async with serve() as serving:
        await serving.healthy()
        await alice.dm(COST)
        serving.process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(serving.process.wait(), PATIENCE) == 130
    assert not place.database.with_name("querylog.sqlite3-wal").exists()
    [(entry, delivered, pseudonym)] = place.rows("entry, delivered_at, pseudonym")
    assert entry == "new-bridge.cost"
    assert delivered is not None
    assert str(alice.id) not in pseudonym


async def test_what_is_under_way_is_finished_and_a_second_signal_is_obeyed(
    serve: Serve, double: Double
) -> None:
    alice = double.person("alice")
    for twice in (False, True):
        async with serve() as serving:
            await serving.healthy()
            hang = double.hang("POST /channels/*/messages")
            asked = alice.dm(COST)
            await hang.reached()
            serving.process.send_signal(signal.SIGTERM)
            await serving.until("draining")
            if twice:
                serving.process.send_signal(signal.SIGTERM)
            else:
                hang.release()
                assert "expensive" in (await asked).text
            status = await asyncio.wait_for(serving.process.wait(), PATIENCE)
            assert status == (143 if twice else 0)
            hang.release()


async def test_it_can_be_ended_while_it_learns(serve: Serve, place: Place, tmp_path: Path) -> None:
    options = ["--knowledge", str(shipped_knowledge()), "--data", str(tmp_path / "new")]
    async with serve(options=options) as serving:
        assert (await serving.until("learning_topic"))["texts"] > 1000
        serving.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(serving.process.wait(), PATIENCE) == 0
    assert not serving.said("serving")


async def test_a_token_that_discord_refuses_is_a_sentence(serve: Serve) -> None:
    wrong = TOKEN.replace("hunter2", "hunter3")
    for arguments in (["serve"], ["discord", "invite"], ["discord", "sync"]):
        async with serve(*arguments, REJOINDER_DISCORD_TOKEN=wrong) as serving:
            assert await asyncio.wait_for(serving.process.wait(), PATIENCE) == 2
        assert serving.words.startswith("Error: Discord does not accept the token.\n")
        assert "Reset Token" in serving.words
        assert "hunter3" not in serving.words + json.dumps(serving.lines)


async def test_a_port_that_is_taken_is_a_sentence(serve: Serve, double: Double) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        async with serve(REJOINDER_HTTP_PORT=port) as serving:
            assert await asyncio.wait_for(serving.process.wait(), PATIENCE) == 1
    assert f"cannot be served on 127.0.0.1, port {port}: " in serving.words
    assert "http_port" in serving.words
    # Nobody was told that the bot is there.
    assert double.requests == []


async def test_health_can_be_switched_off(serve: Serve, double: Double) -> None:
    alice = double.person("alice")
    async with serve(REJOINDER_HTTP_PORT="null") as serving:
        assert (await serving.until("serving"))["http"] is None
        await double.until(double.gateway.connected, "the bot", patience=PATIENCE)
        assert "expensive" in (await alice.dm(COST)).text
        serving.process.send_signal(signal.SIGTERM)


async def test_several_topics_are_served_and_watched(
    serve: Serve, place: Place, tmp_path: Path
) -> None:
    other = tmp_path / "other-bridge"
    shutil.copytree(place.topic, other)
    config = tmp_path / "config.yaml"
    config.write_text("topics: [other-bridge]\n")
    async with serve("serve", "--config", str(config)) as serving:
        before = (await serving.healthy())["releases"]
        assert list(before) == ["bridge", "other-bridge"]
        faq = other / "faq.yaml"
        good = faq.read_text()
        faq.write_text(f"{good}- {{id: dogs, question: May dogs cross it?, answr: On a lead.}}\n")
        refused = await serving.until("reload_refused")
        assert refused["topic"] == "other-bridge"
        assert "answr" in refused["problem"]
        assert (await serving.healthy())["releases"] == before
        assert 'rejoinder_failures_total{kind="reload"}' in (await serving.get("/metrics"))[1]
        faq.write_text(f"{good}- {{id: dogs, question: May dogs cross it?, answer: On a lead.}}\n")
        swapped = await serving.until("release_swapped")
        assert (swapped["topic"], swapped["before"]) == ("other-bridge", before["other-bridge"])
        after = (await serving.healthy())["releases"]
        assert after == before | {"other-bridge": swapped["after"]}
        serving.process.send_signal(signal.SIGTERM)


def test_two_topics_with_one_id_stop_the_start(place: Place, tmp_path: Path) -> None:
    twin = tmp_path / "elsewhere" / place.topic.name
    shutil.copytree(place.topic, twin)
    topics = str(twin)
    result = place.run("serve", REJOINDER_TOPICS=topics, REJOINDER_DISCORD_TOKEN=TOKEN).calm(2)
    assert "Error: Two topics have the id bridge: " in result.err
    # In a terminal nobody can choose another topic, so that the other is not even read.
    place.run("ask", COST, REJOINDER_TOPICS=topics).calm()


def test_the_steps_are_told_without_a_token_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("discord").calm()
    assert SETUP_STEPS in result.out
    assert "No token is given yet." in result.out
    monkeypatch.setenv("REJOINDER_DISCORD_TOKEN", TOKEN)
    result = run("discord").calm()
    assert "A token is given." in result.out
    assert "hunter2" not in result.out


def test_an_option_before_the_sub_command_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("discord", "--data", str(tmp_path), "invite", on=None).calm(2)
    assert "The option --data stands before invite" in result.err


def test_the_invitation_asks_for_the_least(run: Run) -> None:
    result = run("discord", "invite", "--application", "123456789012345678").calm()
    asked = parse_qs(urlsplit(result.out.strip()).query)
    assert asked["client_id"] == ["123456789012345678"]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    granted = {name for name, value in discord.Permissions(int(asked["permissions"][0])) if value}
    assert granted == {
        "read_messages", "send_messages", "send_messages_in_threads", "attach_files",
        "read_message_history",
    }  # fmt: skip
    own = run("discord", "invite", "--user", "--application", "123456789012345678").calm()
    asked = parse_qs(urlsplit(own.out.strip()).query)
    assert asked["integration_type"] == ["1"]
    assert asked["scope"] == ["applications.commands"]
    assert "permissions" not in asked
    result = run("discord", "invite").calm(2)
    assert "There is no token for Discord" in result.err


async def test_invite_asks_discord_for_the_application(serve: Serve, double: Double) -> None:
    async with serve("discord", "invite") as serving:
        assert serving.process.stdout is not None
        link = (await serving.process.stdout.read()).decode()
    assert serving.process.returncode == 0
    assert parse_qs(urlsplit(link.strip()).query)["client_id"] == [str(double.bot.id)]


async def test_commands_are_sent_everywhere_or_to_one_server(serve: Serve, double: Double) -> None:
    guild = double.guild()
    async with serve("discord", "sync", "--guild", str(guild.id)) as serving:
        assert await asyncio.wait_for(serving.process.wait(), PATIENCE) == 0
    assert {"ask", "help"} <= {command["name"] for command in double.command_sets[guild.id]}
    async with serve("discord", "sync") as serving:
        assert serving.process.stdout is not None
        told = (await serving.process.stdout.read()).decode()
    assert "The commands were sent everywhere." in told
    assert {"ask", "help"} <= {command["name"] for command in double.command_sets[None]}


def test_a_second_signal_is_obeyed_even_where_the_loop_hangs() -> None:
    script = (
        "import asyncio, os, signal, time\n"
        "from bot.cli.serve import _Signals\n"
        "async def main():\n"
        "    with _Signals().taken():\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        time.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    ended = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", script])
    assert ended == 130
