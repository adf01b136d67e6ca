"""Signing in by link, staying, coming back and signing out, as people do it."""

from __future__ import annotations

import asyncio
import gc
import re
import sys
import weakref
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.health import Health
from bot.channels.web.access import ROUTES
from bot.channels.web.app import console_app
from bot.channels.web.console import Console
from bot.channels.web.limits import Attempts
from bot.channels.web.links import exposed, sign_in_link
from bot.channels.web.rendering import local, render
from bot.channels.web.routing import Page, Role
from bot.channels.web.sessions import Rights, Sessions
from bot.cli.console import announce
from bot.errors import UsageError
from bot.metrics import Metrics
from bot.querylog.errors import LogUnavailable
from bot.service import Service
from bot.settings import Settings

from .browsing import ADDRESS, Browser

MINUTES = 60.0
TEMPLATE = """{% extends "base.html" %}{% import "_ui.html" as ui with context %}
{% block content %}{% call ui.form("keep_note", class="stacked") %}
{{ ui.field("title", "Title", "as it was") }}{{ ui.field("text", "Text", rows=4) }}
{{ ui.choice("kind", "Kind", [("a", "A"), ("b", "B")], "a") }}
{{ ui.checkbox("loud", "Loud") }}{{ ui.button("Keep") }}
{% endcall %}{% endblock %}"""


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def noted() -> list[dict[str, str]]:
    """Return what the form of the test was sent with."""
    return []


@pytest.fixture
async def timed(
    service: Service, clock: Clock, noted: list[dict[str, str]]
) -> AsyncIterator[Browser]:
    """Return a browser for a console with a clock of the test's and one more page with a form."""

    async def form(request: Request) -> Response:
        environment = request.app.state.renderer._environment
        if not isinstance(environment.loader, ChoiceLoader):
            mine = DictLoader({"note.html": TEMPLATE})
            environment.loader = ChoiceLoader([mine, environment.loader])
        if "x-fails" in request.headers:
            raise LogUnavailable("not now")
        return render(request, "note.html")

    async def keep(request: Request) -> Response:
        noted.append(dict(request.state.form))
        return Response("kept")

    metrics = Metrics()
    console = Console(
        service, service.settings, metrics=metrics, health=Health(service, metrics, {}),
        clock=clock,
    )  # fmt: skip
    routes = [
        *ROUTES,
        Page("GET", "/note", "note", Role.REVIEWER, form),
        Page("POST", "/note", "keep_note", Role.REVIEWER, keep),
    ]
    transport = httpx.ASGITransport(app=console_app(console, routes))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield Browser(console, client)


async def link(console: Console) -> str:
    """Make a link as the command line does, and return its path."""
    made = await sign_in_link(console.service.log, console.settings)
    assert made.startswith("http://127.0.0.1:8080/sign-in?token=")
    return made.removeprefix("http://127.0.0.1:8080")


async def come_in(browser: Browser) -> str:
    """Use a fresh link; return where that leads."""
    await browser.get(await link(browser.console))
    assert browser.at is not None
    response = await browser.http.post("/sign-in", data=browser.at.form("/sign-in").fields)
    assert response.status_code == 303
    return str(response.headers["location"])


async def test_a_page_asks_to_sign_in_and_then_is_shown(visitor: Browser) -> None:
    page = await visitor.get("/jobs/abc?x=1")
    assert page.url.endswith("/sign-in?next=%2Fjobs%2Fabc%3Fx%3D1")
    assert "rejoinder console --link" in page.text
    token = (await link(visitor.console)).partition("token=")[2]
    await visitor.get(f"/sign-in?next=%2Fsettings&token={token}")
    assert visitor.at is not None
    form = visitor.at.form("/sign-in")
    response = await visitor.http.post("/sign-in", data=form.fields)
    assert (response.status_code, response.headers["location"]) == (303, "/settings")


async def test_the_operator_comes_in_by_a_link_and_no_secret_stays_in_an_address(
    visitor: Browser,
) -> None:
    assert await come_in(visitor) == "/"
    page = await visitor.get("/no/page", status=404)
    assert "Operator" in page.text
    for address in page.links:
        assert "token" not in address


async def test_a_look_at_the_link_does_not_use_it_up(
    visitor: Browser, browse: Callable[[], Browser]
) -> None:
    address = await link(visitor.console)
    preview = browse()
    for _ in range(3):
        await preview.http.get(address)
        await preview.http.head(address)
    await visitor.get(address)
    assert visitor.at is not None
    response = await visitor.http.post("/sign-in", data=visitor.at.form("/sign-in").fields)
    assert response.status_code == 303


async def test_a_link_works_once(visitor: Browser, browse: Callable[[], Browser]) -> None:
    address = await link(visitor.console)
    await visitor.get(address)
    assert visitor.at is not None
    response = await visitor.http.post("/sign-in", data=visitor.at.form("/sign-in").fields)
    assert response.status_code == 303
    second = browse()
    await second.get(address)
    page = await second.send("/sign-in", status=403)
    assert "This link is not good any more" in page.text
    assert "rejoinder console --link" in page.text
    page = await second.get("/")
    assert "/sign-in?next=" in page.url


async def test_a_link_expires(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    address = await link(console)
    later = console.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(console, "now", lambda: later)
    await visitor.get(address)
    await visitor.send("/sign-in", status=403)


@pytest.mark.parametrize("guess", ["x", "a" * 43, "\u0000", "é", "a" * 5_000, "'; --"])
async def test_a_link_cannot_be_guessed(visitor: Browser, guess: str) -> None:
    await link(visitor.console)
    await visitor.get("/sign-in?token=x")
    await visitor.send("/sign-in", status=403, token=guess)
    page = await visitor.get("/")
    assert "/sign-in" in page.url


async def test_guessing_is_slowed_down(visitor: Browser, browse: Callable[[], Browser]) -> None:
    await visitor.get("/sign-in?token=x")
    for _ in range(10):
        response = await visitor.http.post(
            "/sign-in", data={"csrf": visitor.csrf, "token": "guess"}
        )
        assert response.status_code == 403
    # From this address nobody comes in now, not even with a good link in another browser.
    other = browse()
    await other.get(await link(other.console))
    page = await other.send("/sign-in", status=429)
    assert "Wait five minutes" in page.text


async def test_behind_a_proxy_each_visitor_has_attempts_of_their_own(
    public: Callable[[str], Browser],
) -> None:
    browser = public("https://rejoinder.example.org")
    await browser.get("/sign-in?token=x")
    given = {"csrf": browser.csrf, "token": "guess"}
    # Whoever writes an address of their own into the header is known by the one behind it.
    for number in range(11):
        passed = {"X-Forwarded-For": f"10.9.9.{number}, 192.0.2.1"}
        response = await browser.http.post("/sign-in", data=given, headers=passed)
        assert response.status_code == (403 if number < 10 else 429)
    lines = [("X-Forwarded-For", "10.9.9.99"), ("X-Forwarded-For", "192.0.2.1")]
    assert (await browser.http.post("/sign-in", data=given, headers=lines)).status_code == 429
    other = {"X-Forwarded-For": "192.0.2.2"}
    assert (await browser.http.post("/sign-in", data=given, headers=other)).status_code == 403


def test_attempts_are_counted_by_address_and_in_all(clock: Clock) -> None:
    attempts = Attempts(each=2, overall=3, window=300, clock=clock)
    assert [attempts.allowed("a") for _ in range(3)] == [True, True, False]
    assert [attempts.allowed("b") for _ in range(2)] == [True, False]
    assert not attempts.allowed("c")
    clock.now += 300
    assert attempts.allowed("a")


async def test_cookies_are_kept_from_scripts_and_other_sites(
    visitor: Browser, public: Callable[[str], Browser]
) -> None:
    await visitor.get(await link(visitor.console))
    assert visitor.at is not None
    before = visitor.http.cookies["rejoinder"]
    response = await visitor.http.post("/sign-in", data=visitor.at.form("/sign-in").fields)
    [cookie] = response.headers.get_list("set-cookie")
    assert cookie.startswith("rejoinder=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    # Whoever planted the cookie of before does not get into the session.
    assert visitor.http.cookies["rejoinder"] != before
    served = public("https://rejoinder.example.org")
    response = await served.http.get("/sign-in")
    [cookie] = response.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-rejoinder=")
    assert {"HttpOnly", "Secure", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


async def test_a_session_cannot_be_planted(visitor: Browser, browse: Callable[[], Browser]) -> None:
    await visitor.get("/sign-in")
    planted = visitor.http.cookies["rejoinder"]
    await come_in(visitor)
    other = browse()
    other.http.cookies.set("rejoinder", planted, domain="127.0.0.1", path="/")
    assert "/sign-in" in (await other.get("/")).url


@pytest.mark.parametrize("forged", ["", "x", "x.y", "a" * 9_000, ".", "v-x.sig"])
async def test_a_forged_cookie_is_nobodys(visitor: Browser, forged: str) -> None:
    visitor.http.cookies.set("rejoinder", forged, domain="127.0.0.1", path="/")
    assert "/sign-in" in (await visitor.get("/")).url


async def test_signing_out_ends_this_session_only(
    operator: Browser, browse: Callable[[], Browser]
) -> None:
    other = browse()
    other.sign_in(Role.OPERATOR)
    stolen = operator.http.cookies["rejoinder"]
    await operator.get("/jobs/x", status=404)
    page = await operator.send("/sign-out")
    assert "/sign-in" in page.url
    operator.http.cookies.set("rejoinder", stolen, domain="127.0.0.1", path="/")
    assert "/sign-in" in (await operator.get("/")).url
    await other.get("/jobs/x", status=404)


async def test_signing_out_everywhere_ends_all_of_them(
    operator: Browser, browse: Callable[[], Browser]
) -> None:
    other, somebody = browse(), browse()
    other.sign_in(Role.OPERATOR)
    somebody.sign_in(Role.REVIEWER, user="discord:7")
    await operator.get("/jobs/x", status=404)
    await operator.send("/sign-out", everywhere="yes")
    assert "/sign-in" in (await other.get("/")).url
    await somebody.get("/jobs/x", status=404)


async def test_signing_in_and_out_is_audited(visitor: Browser) -> None:
    await come_in(visitor)
    await visitor.get("/jobs/x", status=404)
    await visitor.send("/sign-out")
    rows = await visitor.console.service.log.audit.recent()
    assert [(row.action, row.channel) for row in rows] == [("sign-out", "web"), ("sign-in", "web")]
    assert all(row.pseudonym and "operator" not in row.pseudonym for row in rows)


async def test_nobody_comes_in_without_a_row(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def record(*_: object, **__: object) -> int:
        raise LogUnavailable("not now")

    monkeypatch.setattr(visitor.console.service.log.audit, "record", record)
    address = await link(visitor.console)
    await visitor.get(address)
    page = await visitor.send("/sign-in", status=503)
    assert "you are not signed in, and the link is used up" in page.text
    assert "rejoinder console --link" in page.text
    assert visitor.console.sessions.alive() == []
    # What it says is so.
    monkeypatch.undo()
    await visitor.get(address)
    await visitor.send("/sign-in", status=403)
    assert await come_in(visitor) == "/"


async def test_a_session_ends_when_it_is_not_used(timed: Browser, clock: Clock) -> None:
    timed.sign_in(Role.REVIEWER)
    for _ in range(4):
        clock.now += 119 * MINUTES
        await timed.get("/note")
    clock.now += 121 * MINUTES
    assert "/sign-in" in (await timed.get("/note")).url


async def test_a_session_ends_in_any_case(timed: Browser, clock: Clock) -> None:
    timed.sign_in(Role.REVIEWER)
    for _ in range(12):
        clock.now += 59 * MINUTES
        await timed.get("/note")
    clock.now += 13 * MINUTES
    assert "/sign-in" in (await timed.get("/note")).url


async def test_what_was_typed_outlives_the_session(
    timed: Browser, clock: Clock, noted: list[dict[str, str]]
) -> None:
    timed.sign_in(Role.OPERATOR)
    await timed.get("/note?of=3")
    clock.now += 121 * MINUTES
    typed = {"title": 'A "quoted" <title>', "text": "two\nlines & more", "kind": "b", "loud": "yes"}
    page = await timed.send("/note", status=401, **typed)
    assert "What you typed is kept" in page.text
    assert not noted
    assert await come_in(timed) == "/note?of=3"
    # A page that cannot be shown now does not use it up.
    assert (await timed.http.get("/note?of=3", headers={"X-Fails": ""})).status_code == 503
    page = await timed.get("/note?of=3")
    assert "What you typed is here again" in page.text
    assert timed.at is not None
    form = timed.at.form("/note")
    assert {name: form.fields[name] for name in typed} == typed
    await timed.send("/note")
    assert {name: noted[0][name] for name in typed} == typed
    # Once is enough.
    page = await timed.get("/note?of=3")
    assert page.form("/note").fields["title"] == "as it was"


async def test_what_was_typed_is_given_to_nobody_else(timed: Browser, clock: Clock) -> None:
    timed.sign_in(Role.REVIEWER, user="discord:8")
    await timed.get("/note")
    clock.now += 121 * MINUTES
    await timed.send("/note", status=401, title="private thoughts")
    await come_in(timed)  # as the operator, in the same browser
    page = await timed.get("/note")
    assert "private thoughts" not in page.html


async def test_what_was_typed_is_forgotten_in_a_while(timed: Browser, clock: Clock) -> None:
    timed.sign_in(Role.OPERATOR)
    await timed.get("/note")
    clock.now += 121 * MINUTES
    await timed.send("/note", status=401, title="long ago")
    clock.now += 16 * MINUTES
    await come_in(timed)
    page = await timed.get("/note")
    assert "long ago" not in page.html


async def test_a_form_of_before_is_not_acted_on_but_given_back(
    timed: Browser, clock: Clock, noted: list[dict[str, str]]
) -> None:
    timed.sign_in(Role.OPERATOR)
    old = await timed.get("/note?of=3")
    clock.now += 121 * MINUTES
    await come_in(timed)  # in another tab
    await timed.get("/note")
    timed.at = old
    given = old.form("/note").fields | {"title": "a long <thought>", "kind": "b"}
    own = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    answer = await timed.http.post("/note", data=given, headers=own)
    assert (answer.status_code, answer.headers["location"]) == (303, "/note?of=3")
    page = await timed.get("/note?of=3")
    assert "Nothing was done: this form was opened before you signed in anew." in page.text
    assert "What you typed is here again" in page.text
    assert not noted
    await timed.send("/note")
    assert (noted[0]["title"], noted[0]["kind"]) == ("a long <thought>", "b")


@pytest.mark.parametrize(
    ("headers", "changed"),
    [
        # No browser says where it stands: another site may have filled it in.
        ({}, {}),
        ({"Sec-Fetch-Site": "none"}, {}),
        ({"Origin": ADDRESS}, {"from": "https://evil.example/"}),
        ({"Origin": ADDRESS}, {"title": "x" * 70_000}),
    ],
)
async def test_a_form_that_may_not_be_ours_is_not_given_back(
    timed: Browser,
    noted: list[dict[str, str]],
    headers: dict[str, str],
    changed: dict[str, str],
) -> None:
    timed.sign_in(Role.OPERATOR)
    page = await timed.get("/note")
    given = page.form("/note").fields | {"csrf": "0" * 64, "title": "planted"} | changed
    answer = await timed.http.post("/note", data=given, headers=headers)
    assert answer.status_code == 403
    assert "This form is from another session" in answer.text
    assert (await timed.get("/note")).form("/note").fields["title"] == "as it was"
    assert not noted


async def test_typed_text_leaves_the_memory_in_time_though_nobody_comes() -> None:
    sessions = Sessions(b"k" * 32, idle=60, absolute=600, keeps=0.05)
    held = []
    for number in range(2):
        session = sessions.open(f"discord:{number}", "Ada", Rights(everywhere=Role.REVIEWER))
        assert sessions.keep(session.id, "/note", (("title", "private thoughts"),))
        kept = sessions.kept(session)
        assert kept is not None
        held.append(weakref.ref(kept))
        del kept
        await asyncio.sleep(0.03)
    async with asyncio.timeout(30):
        while any(one() is not None for one in held):
            await asyncio.sleep(0.01)
            gc.collect()


async def test_whoever_was_never_signed_in_leaves_nothing_behind(timed: Browser) -> None:
    await timed.get("/sign-in?token=x")
    response = await timed.http.post("/note", data={"csrf": timed.csrf, "title": "spam"})
    assert response.status_code == 401
    assert "could not be kept" in response.text
    await come_in(timed)
    assert "spam" not in (await timed.get("/note")).html


def test_the_number_of_sessions_is_bounded(clock: Clock) -> None:
    sessions = Sessions(b"k" * 32, idle=60, absolute=600, most=3, clock=clock)
    opened = []
    for number in range(5):
        clock.now += 1
        opened.append(sessions.open(f"discord:{number}", "Ada", Rights(everywhere=Role.REVIEWER)))
    alive = [session.user for session in opened if sessions.get(session.id)]
    assert alive == ["discord:2", "discord:3", "discord:4"]


def test_a_session_says_nothing_secret_of_itself(clock: Clock) -> None:
    sessions = Sessions(b"k" * 32, idle=60, absolute=600, clock=clock)
    session = sessions.open("discord:1", "Ada", Rights(), token="hunter2")
    assert "hunter2" not in repr(session)


@given(st.text(max_size=60))
def test_a_local_path_leads_nowhere_else(path: str) -> None:
    found = local(path)
    assert re.fullmatch(r"/(?![/\\])[!-~]*", found)
    assert "\\" not in found


@given(st.text(max_size=250), st.text(max_size=80))
def test_no_text_is_a_cookie_or_a_token(cookie: str, token: str) -> None:
    sessions = Sessions(b"k" * 32, idle=60, absolute=600)
    assert sessions.read(cookie) is None
    assert not sessions.is_csrf("id", token)


async def test_links_name_the_address_of_the_settings(service: Service) -> None:
    settings = service.settings.model_copy(update={"console_url": "https://rejoinder.example.org/"})
    made = await sign_in_link(service.log, settings)
    assert made.startswith("https://rejoinder.example.org/sign-in?token=")
    settings = service.settings.model_copy(update={"http_port": 0})
    assert (await sign_in_link(service.log, settings, port=4711)).startswith(
        "http://127.0.0.1:4711/"
    )
    with pytest.raises(UsageError, match="http_port names no port"):
        await sign_in_link(service.log, settings)


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"),
        ("0:0::1", "[::1]"), ("10.0.0.5", "10.0.0.5"), ("localhost", "localhost"),
        ("Box.lan", "box.lan"), ("fd00::0005", "[fd00::5]"),
    ],
)  # fmt: skip
async def test_links_name_the_address_that_is_listened_to(
    service: Service, host: str, named: str
) -> None:
    settings = service.settings.model_copy(update={"http_host": host})
    made = await sign_in_link(service.log, settings)
    assert made.startswith(f"http://{named}:8080/sign-in?token=")
    metrics = Metrics()
    console = Console(service, settings, metrics=metrics, health=Health(service, metrics, {}))
    transport = httpx.ASGITransport(app=console_app(console))
    async with httpx.AsyncClient(transport=transport) as client:
        assert (await client.get(made)).status_code == 200
        assert (await client.get("http://10.0.0.6:8080/sign-in")).status_code == 421
    await console.close()


@pytest.mark.parametrize("terminal", [True, False])
async def test_a_printed_link_says_who_else_may_read_it(
    service: Service,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    terminal: bool,
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    await announce(service, service.settings, "http://127.0.0.1:8080")
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8080/sign-in?token=" in said
    warned = "Whoever reads what collects this output, such as a container's log" in said
    assert warned is not terminal


@pytest.mark.parametrize(
    ("host", "address", "warned"),
    [
        ("127.0.0.1", None, False), ("::1", None, False), ("localhost", None, False),
        ("0.0.0.0", None, True), ("10.0.0.5", None, True),
        ("0.0.0.0", "https://rejoinder.example.org", False),
        ("127.0.0.1", "http://rejoinder.example.org", True),
        ("127.0.0.1", "http://127.0.0.1:9000", False),
    ],
)  # fmt: skip
def test_whoever_listens_without_https_is_warned(
    host: str, address: str | None, *, warned: bool
) -> None:
    assert exposed(Settings(http_host=host, console_url=address)) is warned
