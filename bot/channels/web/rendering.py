"""Templates, and what every page can say and link to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.channels.web.navigation import NAVIGATION
from bot.channels.web.routing import Role
from bot.channels.web.words import LANGUAGES, say

if TYPE_CHECKING:
    from bot.channels.web.routing import Page

Kind = Literal["good", "info", "warn", "bad"]


class Renderer:
    """Render templates; ``static`` turns a file's name into its address."""

    def __init__(self, pages: Mapping[str, Page], static: Callable[[str], str]) -> None:
        self.pages = pages
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"static": static, "languages": LANGUAGES}
        self._environment.filters |= {"when": when, "day": day, "number": number}

    def html(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        give_back: bool = True,
    ) -> str:
        """Return a page as text; ``give_back`` puts what was typed before into its form."""
        state = request.state
        session = state.session
        language: str = state.language

        def t(key: str, **values: str | int | float) -> str:
            return say(key, language, **values)

        def to(name: str, **values: Any) -> str:
            return url(request, name, **values)

        kept: dict[str, list[str]] = {}
        if session is not None and give_back:
            given = request.app.state.console.sessions.give_back(session, here(request))
            for name, value in given:
                kept.setdefault(name, []).append(value)
        notices = list(session.notices) if session is not None else []
        if session is not None:
            session.notices.clear()
        return self._environment.get_template(template).render(
            {
                "t": t,
                "url": to,
                "language": language,
                "theme": state.theme,
                "session": session,
                "role": state.role,
                "topic": state.topic,
                "topics": request.app.state.console.topics,
                "csrf": state.csrf,
                "here": here(request),
                "given_back": kept,
                "discord": request.app.state.console.people is not None,
                "notices": notices,
                "navigation": self._navigation(request),
                "broken": self._broken(request),
            }
            | dict(context)
        )

    def _broken(self, request: Request) -> str | None:
        """Return what is wrong with the topic's files, for those who can mend it."""
        state = request.state
        if state.role is None or state.role < Role.MODERATOR:
            return None
        error = request.app.state.console.service.broken(state.topic)
        return None if error is None else str(error)

    def _navigation(self, request: Request) -> list[dict[str, Any]]:
        role = request.state.role
        found = []
        for item in NAVIGATION:
            page = self.pages.get(item.page)
            if page is None or role is None or (page.role is not None and role < page.role):
                continue
            path = page.path
            current = request.url.path == path or request.url.path.startswith(f"{path}/")
            if request.state.section is not None:
                current = item.page == request.state.section
            found.append(
                {"url": url(request, page.name), "key": item.key, "icon": item.icon,
                 "current": current, "waiting": request.state.waiting.get(item.page, 0)}
            )  # fmt: skip
        return found


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page made of a template; what every template has is told in Renderer.html."""
    renderer: Renderer = request.app.state.renderer
    # A page that says what went wrong has no form: what was typed waits for the next try.
    give_back = status < HTTPStatus.BAD_REQUEST
    return HTMLResponse(renderer.html(request, template, context, give_back=give_back), status)


def url(request: Request, name: str, **values: Any) -> str:
    """Return the address of a page by its name in the table.

    Values fill the path; what is left over, and is not None, becomes the query. The topic goes
    along where it is not the default one. Raises KeyError for an unknown name or a missing value.
    """
    page = request.app.state.renderer.pages[name]
    left = {key: value for key, value in values.items() if value is not None}

    def fill(match: re.Match[str]) -> str:
        return str(left.pop(match[1]))

    path = re.sub(r"{(\w+)(?::\w+)?}", fill, page.path)
    topic = request.state.topic
    if page.role is not None and topic not in (None, request.app.state.console.default_topic):
        left.setdefault("topic", topic)
    return f"{path}?{urlencode(left)}" if left else path


def redirect(request: Request, name: str, **values: Any) -> Response:
    """Send the browser to another page after a form was taken (303)."""
    return RedirectResponse(url(request, name, **values), 303)


def flash(request: Request, text: str, kind: Kind = "good") -> None:
    """Show a sentence on top of the next page that this person sees."""
    if request.state.session is not None:
        notices = request.state.session.notices
        if (kind, text) not in notices:  # of two requests at once the later shows both's
            notices.append((kind, text))
        del notices[:-5]


def say_in(request: Request, key: str, **values: str | int | float) -> str:
    """Return words in the language of whoever asks."""
    return say(key, request.state.language, **values)


def here(request: Request) -> str:
    """Return path and query of the page that is looked at."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def local(path: str, default: str = "/") -> str:
    """Return a path of ours to go on to; the default for anything that leads elsewhere."""
    fine = re.fullmatch(r"/(?![/\\])[!-~]*", path) is not None and "\\" not in path
    return path if fine and len(path) <= 2_000 else default


def when(at: datetime | None) -> Markup:
    """Show a time in UTC, to the minute."""
    if at is None:
        return Markup("")
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    shown = at.strftime("%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(
        at.isoformat(timespec="seconds"), shown, shown
    )


def day(at: datetime | None) -> Markup:
    """Show a day."""
    if at is None:
        return Markup("")
    shown = at.strftime("%Y-%m-%d")
    return Markup('<time datetime="{}">{}</time>').format(shown, shown)


def number(value: float, digits: int = 0) -> str:
    """Show a number with thin spaces between thousands."""
    return str(escape(f"{value:,.{digits}f}".replace(",", "\u202f")))
