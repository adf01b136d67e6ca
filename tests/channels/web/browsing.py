"""A browser without scripts: it keeps cookies, reads pages and fills in their forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from bot.channels.web.console import Console
from bot.channels.web.routing import Role
from bot.channels.web.sessions import Rights

ADDRESS = "http://127.0.0.1:8080"


@dataclass
class Form:
    """A form of a page as a browser would send it."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("style", "script", "svg"):
            self._hidden += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._form = Form(given.get("method", "get"), given.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            loose = given.get("type") in ("checkbox", "radio")
            if not loose or "checked" in given:
                self._form.fields[name] = given.get("value", "on" if loose else "")
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self._form.fields:
                self._form.fields[self._select] = given.get("value", "")
        elif tag == "button":
            self._form.buttons.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "svg"):
            self._hidden -= 1
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            if self._form is not None and self._area is not None:
                text = self._form.fields[self._area]
                self._form.fields[self._area] = text.removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            self._form.fields[self._area] += data
        elif not self._hidden:
            self.words.append(data)


@dataclass
class Seen:
    """A page as somebody sees it."""

    status: int
    url: str
    html: str
    text: str
    forms: list[Form]
    links: list[str]

    def form(self, action: str) -> Form:
        """Return the first form whose address begins with this."""
        for one in self.forms:
            if one.action.startswith(action):
                return one
        raise AssertionError(f"no form to {action} among {[one.action for one in self.forms]}")


def read(response: httpx.Response) -> Seen:
    """Read a response as a page."""
    reader = _Reader()
    reader.feed(response.text)
    text = " ".join(" ".join(reader.words).split())
    return Seen(
        response.status_code, str(response.url), response.text, text, reader.forms, reader.links
    )


class Browser:
    """Somebody at a browser. Every response's headers are looked at by the test of headers."""

    def __init__(self, console: Console, client: httpx.AsyncClient) -> None:
        self.console = console
        self.http = client
        self.at: Seen | None = None

    def sign_in(self, role: Role, topic: str | None = None, user: str = "web:operator") -> None:
        """Be signed in, as a role on one topic or everywhere."""
        rights = Rights(everywhere=role) if topic is None else Rights(topics={topic: role})
        session = self.console.sessions.open(user, "Ada", rights)
        self.use(session.id)

    def use(self, session_id: str) -> None:
        """Hold the cookie of a session."""
        self.http.cookies.clear()
        cookie = self.console.sessions.cookie(session_id)
        self.http.cookies.set(self.console.cookie_name, cookie, domain="127.0.0.1", path="/")

    @property
    def csrf(self) -> str:
        """Return the token that this browser's forms carry."""
        session_id = self.console.sessions.read(self.http.cookies.get(self.console.cookie_name))
        return self.console.sessions.csrf(session_id or "")

    async def get(self, path: str, status: int = 200) -> Seen:
        """Open a page, following redirects, and check the status."""
        response = await self.http.get(path, follow_redirects=True)
        self.at = read(response)
        assert self.at.status == status, (path, self.at.status, self.at.text)
        return self.at

    async def send(self, action: str, status: int = 200, **fields: str) -> Seen:
        """Fill in the form of the open page that posts to ``action`` and send it."""
        assert self.at is not None
        form = self.at.form(action)
        target = urljoin(self.at.url, form.action)
        given = form.fields | fields
        if form.method == "get":
            response = await self.http.get(target, params=given, follow_redirects=True)
        else:
            response = await self.http.post(target, data=given, follow_redirects=True)
        self.at = read(response)
        assert self.at.status == status, (action, self.at.status, self.at.text)
        return self.at
