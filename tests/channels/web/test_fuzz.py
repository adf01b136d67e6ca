"""Whatever is sent to whichever page by whomever: an answer in a sentence, never a failure."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import httpx
import pytest
import pytest_asyncio
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message

from bot.channels.health import Health
from bot.channels.web.access import ROUTES
from bot.channels.web.app import console_app
from bot.channels.web.console import Console
from bot.channels.web.headers import HEADERS
from bot.channels.web.limits import Attempts
from bot.channels.web.routing import Page, Role
from bot.channels.web.sessions import Rights
from bot.metrics import Metrics
from bot.retrieval.encoder import OnnxEncoder
from tests.curation.serving import serving

from .browsing import ADDRESS, Browser, Form
from .living import MODERATOR, Life
from .walking import Walk, previewed, row_of, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD = (
    "", " ", "0", "-1", "1", "2", "999999999999", "9223372036854775807", "9223372036854775808",
    "1" * 400, "1e309", "NaN", "٣", "0x10", "\x00", "\r\nSet-Cookie: a=b", "\x1b[31m", "é́" * 40,
    "x" * 5_000, "{{7*7}}", "<script>alert(1)</script>", "' OR 1=1 --", "'; DROP TABLE a; --",
    "../../etc/passwd", "//evil.example", "\ud800", "\udfff\ud800", "\U0010ffff", "\u202e\u200b",
    "bridge", "new-bridge", "new-bridge.cost", "bridge-cost", "about-this", "gazette", "toll-0",
    "gap", "wrong", "right", "ignore", "en", "ru", "xx", "open", "judged", "2025-01-01",
    "9999-12-31", "0000-00-00", "2025-02-30", "[]", '{"a": [', "*", '"', "^(", "NEAR(", "%", "_",
    "💥",
)  # fmt: skip
VALUES = st.one_of(st.sampled_from(ODD), st.integers(0, 40).map(str), st.text(max_size=40))
NAMES = st.sampled_from([
    "topic", "token", "next", "from", "csrf", "words", "text", "q", "entry", "reason", "verdict",
    "cluster", "query", "revision", "after", "before", "page", "kind", "parent", "language", "id",
    "status", "outcome", "since", "until", "days", "facet", "code", "state", "error", "v", "",
])  # fmt: skip
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=5)
TYPES = st.sampled_from([
    b"application/x-www-form-urlencoded", b"application/x-www-form-urlencoded; charset=\xff",
    b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=b",
    b"multipart/form-data; boundary=b; charset=nonsense", b"application/json", b"text/plain", b"",
    b"a/b;" * 200,
])  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([
        b"csrf=%", b"csrf=%ff%fe", b"&&&===", b"--b", b"--b\r\n", b"--b--\r\n", b"{}",
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nx',
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="../\x00"\r\n'
        b"Content-Type: \xff\r\n\r\n\xff\xfe\r\n--b--\r\n",
        b"--b\r\n" * 600, b"a=b&" * 600, b"\r\n" * 40,
    ]),
)  # fmt: skip
METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", ""])
ROLES: tuple[Role | None, ...] = (None, *Role)
_FORM = b"application/x-www-form-urlencoded"


@dataclass
class Sent:
    """What came back for a request."""

    status: int
    headers: dict[str, str]
    text: str


class Sender:
    """Speak to the console as its server does, so that anything at all can be said."""

    def __init__(self, console: Console, app: ASGIApp, forms: Sequence[tuple[Page, Form]]) -> None:
        self._app = app
        self.forms = forms
        self.cookies: dict[Role | None, bytes] = {None: b""}
        self.tokens: dict[Role | None, str] = {}
        name = console.cookie_name
        visitor = console.sessions.visitor()
        self.tokens[None] = console.sessions.csrf(visitor)
        self.cookies[None] = f"{name}={console.sessions.cookie(visitor)}".encode()
        for role in Role:
            session = console.sessions.open(MODERATOR, "Ada", Rights(topics={"bridge": role}))
            self.tokens[role] = console.sessions.csrf(session.id)
            self.cookies[role] = f"{name}={console.sessions.cookie(session.id)}".encode()

    async def send(
        self,
        method: str,
        path: str,
        query: bytes = b"",
        *,
        role: Role | None = None,
        kind: bytes = _FORM,
        body: bytes = b"",
        length: int | None = None,
    ) -> Sent:
        """Send one request and hold that its answer is no failure."""
        headers = [(b"host", b"127.0.0.1:8080"), (b"cookie", self.cookies[role])]
        headers += [(b"content-type", kind)] if kind else []
        headers += [(b"content-length", str(len(body) if length is None else length).encode())]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": path, "raw_path": quote(path, errors="replace").encode(),
            "query_string": query, "root_path": "", "headers": headers,
            "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 8080), "extensions": {},
        }  # fmt: skip
        got: list[Message] = []
        # Halves arrive one after the other, as they do by a slow line.
        half = len(body) // 2
        waiting: list[Message] = [
            {"type": "http.request", "body": body[:half], "more_body": True},
            {"type": "http.request", "body": body[half:], "more_body": False},
        ]

        async def receive() -> Message:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def answer(message: Message) -> None:
            got.append(message)

        await self._app(scope, receive, answer)
        start, *rest = got
        found = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]
        }
        raw = b"".join(message.get("body", b"") for message in rest)
        sent = Sent(start["status"], found, raw.decode("utf-8", "replace"))
        self._judge(sent, (method, path[:80], query[:200], role, body[:500]))
        return sent

    @staticmethod
    def _judge(sent: Sent, where: tuple[Any, ...]) -> None:
        assert sent.status < 500, (where, sent.status, sent.text)
        assert "Traceback" not in sent.text, where
        assert "Undefined" not in sent.text, where
        for name, value in HEADERS.items():
            assert sent.headers.get(name.lower()) == value, (where, name)
        for value in sent.headers.values():
            assert "\r" not in value, where
            assert "\n" not in value, where
        location = sent.headers.get("location", "/")
        assert location.startswith("/"), (where, location)
        assert not location.startswith(("//", "/\\")), (where, location)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sender(
    tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder, laid_ready: Path
) -> AsyncIterator[Sender]:
    """Return what sends to a console in which there is something of everything."""
    _short_tracebacks()
    base = tmp_path_factory.mktemp("fuzz")
    for name in ("bridge", "data"):
        shutil.copytree(laid_ready / name, base / name)
    async with serving(base / "bridge", base / "data", encoder) as service:
        await Life(service).lead()
        metrics = Metrics()
        health = Health(service, metrics, {})
        console = Console(service, service.settings, metrics=metrics, health=health)
        # That nobody may guess a thousand times is not what is tested here.
        console.attempts = Attempts(each=10**9, overall=10**9)
        app = console_app(console)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            browser = Browser(console, client)
            browser.sign_in(Role.OPERATOR, None, MODERATOR)
            starts = [*await previewed(browser), "/sign-in?token=a"]
            forms = _forms(await walk(browser, starts))
        yield Sender(console, app, forms)
        await console.close()


def _forms(found: Walk) -> list[tuple[Page, Form]]:
    """Return the forms of all pages, each with its row of the table."""
    known: dict[tuple[str, frozenset[str]], tuple[Page, Form]] = {}
    for pages in found.seen.values():
        for _, page in pages:
            for form in page.forms:
                row = row_of(form.method.upper(), urlsplit(form.action).path)
                if row is not None and row.name != "sign_out":
                    known.setdefault((row.name, frozenset(form.fields)), (row, form))
    return list(known.values())


@pytest.fixture(autouse=True)
def _short_lines() -> None:
    """Set up short tracebacks anew, which each test's end undoes."""
    _short_tracebacks()


def _short_tracebacks() -> None:
    """Keep what is logged of a failure small: one is met many times until it is the smallest."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


def encoded(pairs: Sequence[tuple[str, str]]) -> bytes:
    """Write fields as a browser does, and what no browser would send as well."""
    return "&".join(
        f"{quote_plus(name, errors='surrogatepass')}={quote_plus(value, errors='surrogatepass')}"
        for name, value in pairs
    ).encode()


def filled(path: str, values: Sequence[str]) -> str:
    """Put values into a path of the table as the server hands them on: decoded."""
    left = list(values)
    text = re.sub(r"{\w+(?::\w+)?}", lambda _: left.pop() if left else "1", path)
    return text.encode("utf-8", "replace").decode()


async def test_every_form_of_the_table_was_met(sender: Sender) -> None:
    wanted = {page.name for page in ROUTES if page.method == "POST"}
    assert wanted - {page.name for page, _ in sender.forms} == {"sign_out"}


@settings(max_examples=200)
@given(data=st.data())
async def test_any_page_may_be_asked_for_in_any_way(sender: Sender, data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(ROUTES))
    path = filled(page.path, data.draw(st.lists(VALUES, min_size=2, max_size=2)))
    role = data.draw(st.sampled_from(ROLES))
    query = encoded(data.draw(PAIRS))
    if data.draw(st.booleans()):
        # Its server lets no other bytes through.
        query = data.draw(st.text(st.characters(min_codepoint=33, max_codepoint=126))).encode()
    await sender.send("GET", path, query, role=role)


@settings(max_examples=300)
@given(data=st.data())
async def test_any_form_may_be_filled_in_with_anything(sender: Sender, data: st.DataObject) -> None:
    page, form = data.draw(st.sampled_from(sender.forms))
    role = data.draw(st.sampled_from(ROLES))
    if data.draw(st.integers(0, 3)):
        path, _, query = form.action.partition("?")
    else:
        path, query = filled(page.path, data.draw(st.lists(VALUES, min_size=2, max_size=2))), ""
    fields = dict(form.fields)
    for name in data.draw(st.lists(st.sampled_from(sorted(fields) or ["x"]), max_size=4)):
        fields[name] = data.draw(VALUES)
    for name in data.draw(st.lists(st.sampled_from(sorted(fields) or ["x"]), max_size=2)):
        fields.pop(name, None)
    named = [button for button in form.buttons if button[0]]
    pairs = [*fields.items(), *([data.draw(st.sampled_from(named))] if named else [])]
    pairs += data.draw(PAIRS)
    if page.method == "GET":
        await sender.send("GET", path, encoded(pairs), role=role)
        return
    pairs = [(name, value) for name, value in pairs if name != "csrf"]
    pairs += [("csrf", sender.tokens[role])]
    await sender.send("POST", path, query.encode(), role=role, body=encoded(pairs))


@settings(max_examples=200)
@given(data=st.data())
async def test_any_body_may_be_sent_anywhere(sender: Sender, data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(ROUTES))
    path = filled(page.path, data.draw(st.lists(VALUES, min_size=2, max_size=2)))
    await sender.send(
        data.draw(st.one_of(st.just("POST"), METHODS)), path,
        role=data.draw(st.sampled_from(ROLES)), kind=data.draw(TYPES), body=data.draw(BODIES),
        length=data.draw(st.one_of(st.none(), st.integers(0, 10**12))),
    )  # fmt: skip


@settings(max_examples=60)
@given(path=st.text(max_size=60), data=st.data())
async def test_any_address_may_be_asked_for(sender: Sender, path: str, data: st.DataObject) -> None:
    known = "/" + path.encode("utf-8", "replace").decode()
    await sender.send(data.draw(METHODS), known, role=data.draw(st.sampled_from(ROLES)))
