"""Who may do what: every row of the table of routes, with every role."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.health import serving
from bot.channels.web import guard
from bot.channels.web.access import ROUTES
from bot.channels.web.app import console_app
from bot.channels.web.console import Console
from bot.channels.web.routing import Page, Role
from bot.channels.web.sessions import Rights

from .browsing import ADDRESS, Browser

PUBLIC = {
    ("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/static/{name}"),
    ("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/sign-in/discord"),
    ("GET", "/sign-in/discord/callback"), ("POST", "/preferences"), ("POST", "/sign-out"),
}  # fmt: skip
GUARDED = [page for page in ROUTES if page.role is not None]
REACHED = "reached the page"


async def _probe(_: Request) -> Response:
    return PlainTextResponse(REACHED)


def title(page: Page) -> str:
    return f"{page.method} {page.path}"


def path(page: Page) -> str:
    """Return an address that the page's path fits."""
    return re.sub(r"{\w+(:int)?}", lambda found: "1" if found[1] else "x", page.path)


@pytest.fixture
async def gates(console: Console) -> AsyncIterator[Browser]:
    """Return a browser for all the gates of the table, with nothing behind them."""
    routes = [page if page.plain else replace(page, endpoint=_probe) for page in ROUTES]
    transport = httpx.ASGITransport(app=console_app(console, routes))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield Browser(console, client)


async def ask(browser: Browser, page: Page, token: str | None = None) -> httpx.Response:
    """Ask for a page, with a form's token where it is posted."""
    if page.method == "GET":
        return await browser.http.get(path(page))
    return await browser.http.post(path(page), data={} if token is None else {"csrf": token})


def test_the_public_ones_are_these_and_no_more() -> None:
    assert {(page.method, page.path) for page in ROUTES if page.role is None} == PUBLIC


def test_rows_have_names_and_addresses_of_their_own() -> None:
    assert len({page.name for page in ROUTES}) == len(ROUTES)
    assert len({(page.method, page.path) for page in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_each_role_reaches_its_pages_and_no_others(gates: Browser, method: str) -> None:
    for role in (None, *Role):
        token = None
        if role is not None:
            gates.sign_in(role, "bridge", f"discord:{role.value}")
            token = gates.csrf
        for page in (page for page in GUARDED if page.method == method):
            response = await ask(gates, page, token)
            where = (role, title(page), response.status_code)
            assert page.role is not None
            if role is not None and role >= page.role:
                assert (response.status_code, response.text) == (200, REACHED), where
                continue
            assert REACHED not in response.text, where
            if role is not None:
                assert response.status_code == 403, where
                assert "Your role does not let you do this" in response.text, where
            elif method == "GET":
                assert response.status_code == 303, where
                assert response.headers["location"].startswith("/sign-in?next="), where
            else:
                assert response.status_code == 403, where


async def test_a_role_on_another_topic_is_none_here(gates: Browser) -> None:
    gates.sign_in(Role.MODERATOR, "tunnel", "discord:5")
    for page in GUARDED:
        response = await ask(gates, page, gates.csrf)
        assert response.status_code == 403, title(page)
        assert REACHED not in response.text


async def test_a_topic_that_is_none_is_not_there(gates: Browser) -> None:
    gates.sign_in(Role.OPERATOR)
    response = await gates.http.get("/", params={"topic": "tunnel"})
    assert response.status_code == 404
    assert (await gates.http.get("/", params={"topic": "bridge"})).text == REACHED


@pytest.mark.parametrize("role", [None, *Role])
async def test_no_form_is_taken_without_the_token_of_its_session(
    gates: Browser, role: Role | None
) -> None:
    other = gates.console.sessions.open("discord:9", "Bo", Rights(everywhere=Role.OPERATOR))
    foreign = gates.console.sessions.csrf(other.id)
    if role is not None:
        gates.sign_in(role)
    for page in (page for page in ROUTES if page.method == "POST"):
        for token in (None, "", "0" * 64, foreign, foreign.upper(), "\u0000é"):
            response = await ask(gates, page, token)
            assert response.status_code == 403, (title(page), token)
            assert "This form is from another session" in response.text


async def test_no_form_is_taken_from_another_site(gates: Browser) -> None:
    gates.sign_in(Role.OPERATOR)
    foreign = [
        {"Origin": "https://evil.example"}, {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8081"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://["}, {"Origin": "127.0.0.1:8080"},
    ]  # fmt: skip
    for page in (page for page in ROUTES if page.method == "POST"):
        for headers in foreign:
            response = await gates.http.post(path(page), data={"csrf": gates.csrf}, headers=headers)
            assert response.status_code == 403, (title(page), headers)
        own = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
        response = await gates.http.post(path(page), data={"csrf": gates.csrf}, headers=own)
        assert response.text == REACHED, title(page)


async def test_no_page_takes_more_than_its_limit(gates: Browser) -> None:
    gates.sign_in(Role.OPERATOR)
    for page in (page for page in ROUTES if page.method == "POST"):
        body = b"csrf=" + gates.csrf.encode() + b"&text=" + b"x" * page.limit
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        response = await gates.http.post(path(page), content=body, headers=headers)
        assert response.status_code == 413, title(page)
        assert "too much at once" in response.text


@pytest.mark.parametrize("body", [b"&" * 501, b";" * 501, b"a=&" * 501])
async def test_a_form_of_very_many_fields_is_refused_unread(visitor: Browser, body: bytes) -> None:
    headers = {"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=utf-8"}
    response = await visitor.http.post("/sign-in", content=body, headers=headers)
    assert response.status_code == 413
    assert "too much at once" in response.text


async def test_a_form_that_drips_in_is_given_up(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_BODY_SECONDS", 0.2)
    async with serving(console_app(console), "127.0.0.1", 0) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = (
            f"POST /sign-in HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 100\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\ncsrf=half"
        )
        writer.write(head.encode())
        async with asyncio.timeout(30):
            # To the end: the connection is closed, and nobody waits for the rest.
            answer = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
    assert answer.startswith("HTTP/1.1 408 ")
    assert "The form took too long to arrive" in answer


async def test_nobody_who_is_signed_in_meets_a_failure(operator: Browser) -> None:
    for page in (page for page in ROUTES if page.method == "GET"):
        response = await operator.http.get(path(page))
        # An entry called x is not there, and some pages say so by 409.
        assert response.status_code in {200, 303, 404, 409}, (title(page), response.text)
        # What the page says is escaped, and nothing is left out of its catalogue.
        assert "Undefined" not in response.text
