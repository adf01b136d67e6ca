"""What the pages of a review share: the subject of a page, entries by their titles, parameters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer
from bot.advisor.facets import Facet
from bot.advisor.wording import say
from bot.channels.web.guard import Refused
from bot.channels.web.rendering import say_in, url
from bot.channels.web.routing import Role
from bot.curation.forms import kind_of
from bot.curation.operations import EntryKind
from bot.curation.review import Meant, Review, Subject
from bot.curation.review_views import meant
from bot.errors import UsageError
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry, Release
from bot.querylog import QueryRow
from bot.reasons import ANOTHER, MEANT, NONE

KINDS: tuple[EntryKind, ...] = (
    "faq", "fact", "term", "proposal", "objection", "response", "counter", "boundary",
)  # fmt: skip
"""What a gap may call for, the most frequent first"""
PARENTS: Mapping[EntryKind, tuple[Kind, ...]] = {
    "objection": (Kind.PROPOSAL,),
    "response": (Kind.OBJECTION,),
    "counter": (Kind.RESPONSE, Kind.COUNTER),
}
_FEEDBACK = {
    ANOTHER: "log-said-another", "outdated": "log-said-outdated",
    "source problem": "log-said-source", "one-sided": "log-said-one-sided",
    "something else": "log-said-else", NONE: "log-said-none", MEANT: "log-said-meant",
}  # fmt: skip
_FOUND = 8
_OFFERED = 500
_ID_MAX = 2**63 - 1
_WORDS_MAX = 300


def review_of(request: Request) -> Review:
    """Return the review of the topic that is looked at."""
    review: Review = request.app.state.console.service.review(request.state.topic)
    return review


def advisor_of(request: Request) -> Advisor:
    """Return what answers for the topic that is looked at."""
    advisor: Advisor = request.app.state.console.service.advisor_of(request.state.topic)
    return advisor


def user_of(request: Request) -> str:
    """Return the id of whoever is signed in."""
    user: str = request.state.session.user
    return user


def drafts(request: Request) -> bool:
    """Tell whether whoever asks may prepare changes here."""
    role: Role = request.state.role
    return role >= Role.MODERATOR


def said(request: Request, name: str) -> str:
    """Return a field of the form that was sent, trimmed; empty for none and for a file."""
    value = request.state.form.get(name)
    return value.strip() if isinstance(value, str) else ""


def number(text: str | None) -> int | None:
    """Read an id of a row; None for anything that is none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    found = int(text)
    return found if found <= _ID_MAX else None


def chosen(request: Request, name: str, known: Sequence[str], default: str = "") -> str:
    """Return a parameter of the address that is one of those known, else the default."""
    value = request.query_params.get(name, "")
    return value if value in known else default


def path_number(request: Request, name: str) -> int:
    """Return a number of the path. Raises Refused for one that no row can have."""
    found: int = request.path_params[name]
    if found > _ID_MAX:
        raise Refused(404, "review-gone")
    return found


def subject(given: Mapping[str, Any]) -> Subject | None:
    """Read which cluster or query a page is about; None for neither."""
    for name in ("cluster", "query"):
        value = given.get(name)
        found = number(value) if isinstance(value, str) else None
        if found is not None:
            return {"cluster": found} if name == "cluster" else {"query": found}
    return None


def entries_for(request: Request) -> dict[str, Any]:
    """Return what templates of a review use: how entries are named, what may be done here."""
    release = advisor_of(request).release
    pages = request.app.state.renderer.pages

    def title(entry: str) -> str:
        return release.entries[entry].title if entry in release.entries else entry

    def address(entry: str) -> str:
        known = entry in release.entries and "entry" in pages
        return url(request, "entry", id=entry) if known else ""

    return {
        "title_of": title,
        "entry_url": address,
        "has_page": lambda name: name in pages,
        "may_draft": drafts(request),
        "words_of": lambda block, language: (
            say("caution", language, text=block.text) if block.role == "caution" else block.text
        ),
        "drafted": request.query_params.get("drafted") == "yes",
        "feedback_words": lambda reason: (
            say_in(request, _FEEDBACK[reason]) if reason in _FEEDBACK else reason
        ),
    }


async def looked_up(advisor: Advisor, words: str) -> tuple[Meant, ...]:
    """Return entries by an id, or by words of their titles or of what they say, best first."""
    release, words = advisor.release, words[:_WORDS_MAX]
    if words in release.entries:
        return meant(release, [(words, 1.0)], (), 1)
    low = words.casefold()
    named = [
        (entry.id, 1.0)
        for entry in release.entries.values()
        if low in entry.title.casefold() or low in entry.id
    ]
    match = await asyncio.to_thread(advisor.index.search, words, limit=_FOUND)
    scores = [(each.id, each.score) for each in match.candidates]
    known = {entry for entry, _ in named[:_FOUND]}
    ranked = [*named[:_FOUND], *(each for each in scores if each[0] not in known)]
    return meant(release, ranked, (), _FOUND)


def parents(release: Release, kind: EntryKind, first: Sequence[str] = ()) -> list[Entry]:
    """Return what an argument of a kind may stand under, the likely ones first."""
    wanted = PARENTS.get(kind, ())
    fit = {entry.id: entry for entry in release.entries.values() if entry.kind in wanted}
    likely = [entry for entry in first if entry in fit]
    return [fit[entry] for entry in dict.fromkeys([*likely, *fit])][:_OFFERED]


def kind_given(text: str, default: EntryKind = "faq") -> EntryKind:
    """Read a kind of entry that a gap may call for."""
    return next((kind for kind in KINDS if kind == text), default)


def known_entry(advisor: Advisor, text: str) -> str | None:
    """Return the id of a published entry, None for anything else."""
    try:
        kind = kind_of(advisor.release, text)
    except UsageError:
        return None
    return text if kind != "source" else None


def shown_again(advisor: Advisor, query: QueryRow) -> Answer | None:
    """Return what a query's entry says in the release in service; None where there is none."""
    if query.entry is None or query.entry not in advisor.release.entries:
        return None
    try:
        facet = Facet(query.facet) if query.facet else Facet.OVERVIEW
    except ValueError:  # of another version
        facet = Facet.OVERVIEW
    return advisor.show(query.entry, facet, query.language or "en")


@dataclass(frozen=True)
class Panel:
    """What stands in the forms of a verdict: which part is open, found entries, what is wrong.

    ``given`` is what had been filled in. ``warning`` stands on top of the page.
    """

    open: str = ""
    found: tuple[Meant, ...] = ()
    error: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    warning: str = ""
