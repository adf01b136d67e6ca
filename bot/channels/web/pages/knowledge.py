"""Browse the knowledge: its parts, an entry with all that hangs on it, the argument map."""

from __future__ import annotations

import asyncio
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.advisor.compose import Composer
from bot.channels.map_svg import layout_svg, text_alternative
from bot.channels.web.guard import Refused
from bot.channels.web.pages.editing_desk import Desk, desk
from bot.channels.web.pages.editing_discord import messages
from bot.channels.web.pages.knowledge_parts import (
    LISTS,
    PARTS,
    helpers,
    kind_at,
    search,
    sizes,
    touched,
    uses,
)
from bot.channels.web.rendering import render
from bot.channels.web.routing import Page, Role
from bot.curation.fields import GROUPS, ITEMS
from bot.curation.forms import withdrawn
from bot.curation.items import items
from bot.curation.moderation import Draft, NoRepositoryError
from bot.errors import RejoinderError
from bot.knowledge.model import Proposal
from bot.knowledge.release import Release
from bot.querylog import LogUnavailable

_WORDS = 200


async def knowledge(request: Request) -> Response:
    """Show a part of the topic, or the entries that were searched for."""
    at = desk(request)
    release = at.advisor.release
    words = request.query_params.get("q", "").strip()[:_WORDS]
    part = request.query_params.get("part", "proposals")
    if part not in PARTS:
        raise Refused(404, "error-404")
    shown: dict[str, Any] = {"words": words, "part": part, "parts": sizes(release)}
    if words:
        found = await asyncio.to_thread(search, release, words)
        near = [one.entry for one in await at.moderation.near(words)]
        known = {one.id for one in found}
        shown["found"] = found
        shown["near"] = [
            release.entries[one] for one in near if one in release.entries and one not in known
        ]
    elif part in LISTS:
        shown["rows"] = [one for one in release.entries.values() if one.kind == LISTS[part]]
    elif part == "sources":
        shown["used"] = uses(release.topic)
    else:
        shown["gone"] = withdrawn(release)
    changeable = request.state.role >= Role.MODERATOR and _changeable(at)
    return render(
        request, "knowledge.html", kinds=LISTS, changeable=changeable, **helpers(release), **shown
    )


def _changeable(at: Desk) -> bool:
    try:
        _ = at.moderation.curator
    except NoRepositoryError:
        return False
    return True


async def _seen(request: Request, at: Desk) -> tuple[Release, Draft | None, bool]:
    """Return the knowledge as whoever looks sees it: a moderator with their draft in it.

    The last tells that there is a draft which does not fit any more.
    """
    current = at.advisor.release
    if request.state.role < Role.MODERATOR or not _changeable(at):
        return current, None, False
    try:
        draft = await at.draft()
        if not draft.operations or request.query_params.get("as") == "published":
            return current, draft, False
        return await at.release(draft), draft, False
    except LogUnavailable:
        return current, None, False
    except RejoinderError:
        return current, None, True


async def entry(request: Request) -> Response:
    """Show an entry with all that stands in it, what it rests on and how people ask for it."""
    at = desk(request)
    entry_id = request.path_params["id"]
    release, draft, stuck = await _seen(request, at)
    gone = withdrawn(release)
    if entry_id not in release.entries and entry_id not in gone:
        raise Refused(404, "knowledge-gone")
    kind = kind_at(release, entry_id) if entry_id in release.entries else ""
    there = release.entries.get(entry_id)
    lists = [*items(release, entry_id)] if there is not None else []
    return render(
        request,
        "knowledge_entry.html",
        id=entry_id,
        entry=there,
        kind=kind,
        gone=gone.get(entry_id, ""),
        lists=lists,
        groups=[name for name in GROUPS[there.kind.value] if name not in ITEMS] if there else [],
        look=messages(release, entry_id, at.language) if there is not None else [],
        translated=_translations(release, entry_id),
        withdrawn=gone,
        # What is new in a draft can be neither seen without it nor taken down.
        is_published=entry_id in at.advisor.release.entries,
        **_around(request, at, draft, stuck=stuck),
        **helpers(release),
    )


async def source(request: Request) -> Response:
    """Show a source, and what rests on it."""
    at = desk(request)
    source_id = request.path_params["id"]
    release, draft, stuck = await _seen(request, at)
    if source_id not in release.topic.sources:
        raise Refused(404, "knowledge-gone")
    return render(
        request,
        "knowledge_source.html",
        id=source_id,
        source=release.topic.sources[source_id],
        used=uses(release.topic)[source_id],
        groups=list(GROUPS["source"]),
        **_around(request, at, draft, stuck=stuck),
        **helpers(release),
    )


def _around(request: Request, at: Desk, draft: Draft | None, *, stuck: bool) -> dict[str, Any]:
    return {
        "draft": draft,
        "stuck": stuck,
        "touched": touched(draft) if draft is not None else frozenset(),
        "published": request.query_params.get("as") == "published",
        "changeable": request.state.role >= Role.MODERATOR and _changeable(at),
        "has_page": lambda name: name in request.app.state.renderer.pages,
    }


def _translations(release: Release, entry_id: str) -> list[tuple[str, str, str]]:
    """Return the translated fields of an entry as (language, field, text)."""
    return [
        (language, name, one.text)
        for language, entries in release.topic.translations.items()
        for name, one in entries.get(entry_id, {}).items()
    ]


async def argument_map(request: Request) -> Response:
    """Show a proposal's arguments as a picture, and the same as text."""
    at = desk(request)
    release = at.advisor.release
    found = release.entries.get(request.path_params["id"])
    if found is None or not isinstance(found.item, Proposal):
        raise Refused(404, "knowledge-gone")
    proposal, language = found.item, at.language
    drawn = await asyncio.to_thread(layout_svg, release.topic, proposal, language=language)
    words = await asyncio.to_thread(text_alternative, release.topic, proposal, language)
    return render(
        request,
        "knowledge_map.html",
        id=proposal.id,
        title=Composer(release, language).title(found),
        # Drawn by our own code, in which all texts are escaped.
        drawn=Markup(themed(drawn)),  # noqa: S704
        words=words,
    )


# The colours of the dark picture, and what the style sheet calls them in both themes.
_COLOURS = {
    "#17181c": "page", "#25272d": "card", "#f2f3f5": "text", "#b0b4be": "muted",
    "#565b66": "line", "#5fc794": "reason", "#ff9e64": "objection", "#6cb6ff": "response",
    "#d2a8ff": "counter",
}  # fmt: skip


def themed(drawn: str) -> str:
    """Return a map whose colours are the page's, so that one picture serves both themes."""
    for colour, name in _COLOURS.items():
        drawn = drawn.replace(f'"{colour}"', f'"var(--map-{name})"')
    return drawn


ROUTES = (
    Page("GET", "/knowledge", "knowledge", Role.REVIEWER, knowledge),
    Page("GET", "/knowledge/entry/{id}", "entry", Role.REVIEWER, entry),
    Page("GET", "/knowledge/source/{id}", "source", Role.REVIEWER, source),
    Page("GET", "/knowledge/map/{id}", "argument_map", Role.REVIEWER, argument_map),
)
