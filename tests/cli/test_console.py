"""`rejoinder console` as an operator meets it: a process, its link, another link, its end."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from .conftest import Run
from .running import PATIENCE, Place, Running

LINK = re.compile(r"http://127\.0\.0\.1:(\d+)/sign-in\?token=[\w-]{40,}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Opened:
    """A console that runs, and the link that it printed."""

    running: Running
    link: str
    port: int

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.running.process.send_signal(number)
        result = self.running.finish()
        return result.status, result.out + result.err


@contextlib.contextmanager
def console(place: Place, **extra: str) -> Iterator[Opened]:
    """Run the command until the context ends; wait for its link."""
    port = free_port()
    running = place.start("console", REJOINDER_HTTP_PORT=str(port), **extra)
    assert running.process.stdout is not None
    line = running.process.stdout.readline().decode()
    found = LINK.search(line)
    assert found, (line, running.finish())
    assert int(found[1]) == port
    yield Opened(running, found[0], port)
    if running.process.poll() is None:
        running.process.kill()


def sign_in(link: str) -> httpx.Client:
    """Open a link, press its button, and return the browser."""
    client = httpx.Client(timeout=PATIENCE)
    page = client.get(link)
    assert page.status_code == 200
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert csrf
    token = link.partition("token=")[2]
    base = link.partition("?")[0]
    answer = client.post(base, data={"csrf": csrf[1], "token": token})
    assert answer.status_code == 303, answer.text
    return client


def test_it_runs_without_a_bot_and_its_link_signs_in(place: Place) -> None:
    with console(place) as opened:
        base = f"http://127.0.0.1:{opened.port}"
        with contextlib.closing(sign_in(opened.link)) as browser:
            page = browser.get(f"{base}/", follow_redirects=True)
            assert page.status_code == 200
            assert "/sign-in" not in str(page.url)
            health = browser.get(f"{base}/healthz").json()
            assert (health["ok"], health["channels"]) == (True, {})
        # Another one from another process, which is what works inside a container too.
        again = place.run("console", "--link", REJOINDER_HTTP_PORT=str(opened.port)).calm()
        assert LINK.fullmatch(again.out.strip())
        assert again.out.strip() != opened.link
        sign_in(again.out.strip()).close()
        status, words = opened.end()
    assert status == 0
    assert "Traceback" not in words
    # What signs in is kept nowhere.
    for link in (opened.link, again.out.strip()):
        token = link.partition("token=")[2].encode()
        assert token.decode() not in words
        for file in place.data.rglob("*"):
            assert not file.is_file() or token not in file.read_bytes()


def test_ctrl_c_ends_it(place: Place) -> None:
    with console(place) as opened:
        status, words = opened.end(signal.SIGINT)
    assert status == 130
    assert "Traceback" not in words


def test_it_warns_where_others_could_read_along(place: Place) -> None:
    with console(place, REJOINDER_HTTP_HOST="0.0.0.0") as opened:
        _, words = opened.end()
    assert "console_without_https" in words


def test_a_console_that_is_switched_off_is_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REJOINDER_CONSOLE", "false")
    for arguments in (["console"], ["console", "--link"]):
        assert "The console is switched off." in run(*arguments).calm(2).err


def test_a_console_without_a_port_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_HTTP_PORT", "null")
    assert "The console needs a port" in run("console").calm(2).err


def test_a_link_to_an_address_that_nobody_knows_is_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REJOINDER_HTTP_PORT", "0")
    assert "http_port names no port" in run("console", "--link").calm(2).err


@pytest.mark.parametrize(
    "address", ["rejoinder.example.org", "https://a.example/console", "ftp://a.example", "https://"]
)
def test_an_address_that_is_none_is_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("REJOINDER_CONSOLE_URL", address)
    said = run("console", "--link").calm(2).err
    assert "REJOINDER_CONSOLE_URL in the environment: write an address such as" in said


def test_sign_in_through_discord_without_its_secret_is_a_sentence(place: Place) -> None:
    result = place.run("console", REJOINDER_DISCORD_CLIENT_ID="4000", REJOINDER_HTTP_PORT="0")
    assert "there is no client secret" in result.calm(2).err
    secret = "hunter2hunter2"
    result = place.run(
        "console", REJOINDER_DISCORD_CLIENT_ID="4000", REJOINDER_HTTP_PORT="0",
        REJOINDER_DISCORD_CLIENT_SECRET=secret,
    )  # fmt: skip
    assert "To sign in through Discord, the console needs an address" in result.calm(2).err
    assert secret not in result.err + result.out
