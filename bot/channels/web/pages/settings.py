"""What is in force and what was done: for the operator to read, nothing to change."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from bot import __version__
from bot.channels.web.links import own_host
from bot.channels.web.rendering import render, say_in
from bot.channels.web.routing import Page, Role
from bot.errors import RejoinderError
from bot.querylog.errors import LogUnavailable
from bot.service import Service
from bot.settings import PREFIX, Settings, own_knowledge

T = TypeVar("T")

_PAGE = 50
_COMMAND_LINE = frozenset({"knowledge", "data"})
"""settings that have an option of their own at the command line"""


@dataclass(frozen=True)
class Setting:
    """One setting in force; ``value`` is never a secret. ``source`` is a key of the catalogue."""

    name: str
    value: str
    source: str
    is_secret: bool = False


@dataclass(frozen=True)
class TopicState:
    """One topic in service; ``commit`` is the newest one, None without a repository."""

    id: str
    title: str
    release: str
    commit: str | None
    entries: int
    languages: tuple[str, ...]
    folder: str
    is_provisional: bool


@dataclass(frozen=True)
class SignedIn:
    """Somebody signed in."""

    name: str
    user: str
    roles: tuple[tuple[str, str], ...]
    """pairs of role and the topic that it is for, empty for all"""
    since: datetime
    used: datetime
    is_this: bool


async def overview(request: Request) -> Response:
    """Show how the program stands, also where the database does not answer."""
    console = request.app.state.console
    service, settings = console.service, console.settings
    health, topics, homes, places, size = await asyncio.gather(
        service.log.health(),
        asyncio.gather(*(_topic(service, topic) for topic in service.topics)),
        _if_known(service.log.places.homes()),
        _if_known(service.log.places.places()),
        _if_known(service.log.size()),
    )
    return render(
        request,
        "settings.html",
        version=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        encoder=service.encoder_name,
        topics_now=topics,
        health=health,
        settings=settings,
        database="SQLite" if settings.database_url is None else "PostgreSQL",
        size=size,
        homes=homes,
        places=places,
        address=settings.console_url or f"http://{own_host(settings)}:{settings.http_port}",
        people=_signed_in(request),
    )


async def values(request: Request) -> Response:
    """Show every setting with its value, and where that came from."""
    console = request.app.state.console
    return render(request, "settings_values.html", rows=in_force(console.settings))


async def done(request: Request) -> Response:
    """Show what moderators and operators did, newest first."""
    before = request.query_params.get("before", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    audit = request.app.state.console.service.log.audit
    found = await _if_known(audit.recent(before_id=before_id, limit=_PAGE + 1))
    rows = found or []
    return render(
        request,
        "settings_audit.html",
        is_known=found is not None,
        rows=rows[:_PAGE],
        words_for={row.action: _words_for(request, row.action) for row in rows},
        older=rows[_PAGE - 1].id if len(rows) > _PAGE else None,
        is_first=before_id is None,
    )


def _words_for(request: Request, action: str) -> str:
    """Return what an action is called; empty for one of another version."""
    key = action.replace(".", "-").replace("_", "-")
    try:
        return say_in(request, f"settings-did-{key}")
    except KeyError:
        return ""


def in_force(settings: Settings) -> list[Setting]:
    """Return all settings in the order of their model."""
    return [
        Setting(
            name,
            _value(value := getattr(settings, name)),
            _source(settings, name, value),
            is_secret="Secret" in str(field.annotation),
        )
        for name, field in Settings.model_fields.items()
    ]


def _value(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    return str(value)


def _source(settings: Settings, name: str, value: object) -> str:
    """Tell where a value came from, as far as that can be known afterwards."""
    own = own_knowledge(settings.data)
    if name == "knowledge" and isinstance(value, Path) and own in (value, *value.parents):
        return "own"
    if name not in settings.model_fields_set:
        return "default"
    given = os.environ.get(f"{PREFIX}{name.upper()}")
    if not given:
        return "file-or-line" if name in _COMMAND_LINE else "file"
    # An option goes before the environment.
    same = name not in _COMMAND_LINE or Path(given).expanduser() == value
    return "environment" if same else "line"


async def _if_known(reading: Awaitable[T]) -> T | None:
    """Return what is read, None where the database does not answer."""
    try:
        return await reading
    except LogUnavailable:
        return None


async def _topic(service: Service, topic: str) -> TopicState:
    advisor = service.topics[topic]
    release = advisor.release
    try:
        commit = await asyncio.to_thread(
            lambda: service.moderation(topic).curator.repository.head().id
        )
    except RejoinderError:
        commit = None
    return TopicState(
        id=topic,
        title=release.topic.info.title,
        release=release.id,
        commit=commit,
        entries=len(release.entries),
        languages=tuple(release.topic.info.languages),
        folder=str(release.folder),
        is_provisional=advisor.index.provisional,
    )


def _signed_in(request: Request) -> list[SignedIn]:
    console = request.app.state.console
    now: datetime = console.now()
    found = []
    for session, age, idle in console.sessions.alive():
        everywhere = session.rights.everywhere
        roles: dict[str, Role] = {"": everywhere} if everywhere else dict(session.rights.topics)
        found.append(
            SignedIn(
                session.name, session.user,
                tuple((role.name.lower(), topic) for topic, role in roles.items()),
                now - timedelta(seconds=age), now - timedelta(seconds=idle),
                is_this=session is request.state.session,
            )
        )  # fmt: skip
    return found


ROUTES = (
    Page("GET", "/settings", "settings", Role.OPERATOR, overview),
    Page("GET", "/settings/values", "settings_values", Role.OPERATOR, values),
    Page("GET", "/settings/audit", "settings_audit", Role.OPERATOR, done),
)
