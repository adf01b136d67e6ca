"""What was published when, by whom and why; one commit; taking an entry down at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.guard import Refused
from bot.channels.web.pages.editing_desk import Desk, Trouble, desk, plainly, told
from bot.channels.web.pages.knowledge_parts import helpers, search
from bot.channels.web.pages.publishing_shown import lines
from bot.channels.web.rendering import flash, redirect, render, say_in
from bot.channels.web.routing import Page, Role
from bot.curation.commits import FAR, first_line
from bot.curation.forms import withdrawn
from bot.curation.news import Done
from bot.curation.operations import REASON_MAX, REASON_MIN
from bot.curation.repository import Commit, FileDiff, Repository
from bot.errors import RejoinderError
from bot.knowledge.model import Proposal
from bot.knowledge.release import Release, walk_arguments
from bot.knowledge.words import normalise
from bot.querylog.curation import PublishRow

_PAGE = 20
_WORDS = 200


@dataclass(frozen=True)
class Row:
    """A commit with what is kept about its publish, where it was one of this program."""

    commit: Commit
    title: str
    publish: PublishRow | None


@plainly
async def history(request: Request) -> Response:
    """Show the commits of the topic or of one entry; search for an entry to take down."""
    at, given = desk(request), request.query_params
    release = at.advisor.release
    words = given.get("q", "").strip()[:_WORDS]
    entry = given.get("entry", "").strip()
    number = given.get("page", "0")
    page = min(int(number), FAR // _PAGE - 1) if number.isdecimal() and len(number) < 5 else 0
    repository = at.moderation.curator.repository
    found = await asyncio.to_thread(repository.history, entry or None, (page + 1) * _PAGE + 1)
    commits = found[page * _PAGE : (page + 1) * _PAGE]
    gone = withdrawn(release)
    wanted = normalise(words).split()
    return render(
        request,
        "history.html",
        rows=await _rows(at, commits),
        entry=entry,
        page=page,
        more=len(found) > (page + 1) * _PAGE,
        words=words,
        found=await asyncio.to_thread(search, release, words) if words else [],
        found_gone=[
            (key, title)
            for key, title in gone.items()
            if wanted and all(word in normalise(f"{key} {title}") for word in wanted)
        ],
        **helpers(release),
    )


async def _rows(at: Desk, commits: Sequence[Commit]) -> list[Row]:
    kept = await at.console.service.log.curation.publishes(at.topic, FAR)
    by_commit = {row.commit: row for row in kept}
    return [Row(one, first_line(one), by_commit.get(one.id)) for one in commits]


@plainly
async def commit(request: Request) -> Response:
    """Show one commit: why, by whom, what it did to past questions, and all it changed."""
    at, wanted = desk(request), request.path_params["id"]
    if not re.fullmatch(r"[0-9a-f]{7,40}", wanted):
        raise Refused(404, "history-unknown")
    found = await asyncio.to_thread(_changed, at.moderation.curator.repository, wanted)
    if found is None:
        raise Refused(404, "history-unknown")
    one, files = found
    (row,) = await _rows(at, [one])
    return render(
        request,
        "history_commit.html",
        row=row,
        more=one.reason.partition("\n")[2].strip(),
        files=[(file.name, lines(file.text)) for file in files],
        first=not files,
        counts=dict(row.publish.replay) if row.publish is not None else {},
        **helpers(at.advisor.release),
    )


def _changed(repository: Repository, wanted: str) -> tuple[Commit, list[FileDiff]] | None:
    """Return a commit of the topic with the files that it changed, none for the first one."""
    found = repository.history(limit=FAR)
    place = next((n for n, one in enumerate(found) if one.id.startswith(wanted)), None)
    if place is None:
        return None
    one = found[place]
    return one, ([] if place + 1 == len(found) else repository.diff(f"{one.id}^", one.id))


# At once


@plainly
async def at_once(request: Request) -> Response:
    """Show what goes with an entry that is to be taken down, or that it can come back."""
    at = desk(request)
    _ = at.moderation.curator
    return _at_once(request, at)


def _at_once(
    request: Request,
    at: Desk,
    *,
    trouble: Trouble | None = None,
    reason: str = "",
    status: int = 200,
) -> Response:
    release = at.advisor.release
    entry = request.path_params["entry"]
    gone = withdrawn(release)
    if entry not in release.entries and entry not in gone:
        raise Refused(404, "knowledge-gone")
    there = release.entries.get(entry)
    return render(
        request,
        "withdraw.html",
        status,
        id=entry,
        entry=there,
        title=there.title if there is not None else gone[entry],
        back=there is None,
        below=_below(release, entry),
        reason=reason,
        reason_max=REASON_MAX,
        trouble=trouble,
    )


def _below(release: Release, entry: str) -> list[tuple[str, str]]:
    """Return ids and titles of what leaves the answers with an entry."""
    there = release.entries.get(entry)
    over = release.entries.get(there.proposal or "") if there is not None else None
    if over is None or not isinstance(proposal := over.item, Proposal):
        return []
    parents = {argument.id: parent for argument, _, parent in walk_arguments(proposal)}
    found = []
    for argument in parents:
        above = argument
        while (above := parents.get(above, "")) and above != entry:
            pass
        if above == entry:
            found.append((argument, release.entries[argument].title))
    return found


async def done_at_once(request: Request) -> Response:
    """Take an entry out of all answers now, or bring it back."""
    at = desk(request)
    entry = request.path_params["entry"]
    form = request.state.form
    reason, back = " ".join(str(form.get("reason", "")).split()), form.get("back") == "yes"
    if back != (entry in withdrawn(at.advisor.release)):
        return _done_before(request, back=back)
    if len(reason) < REASON_MIN:
        trouble = Trouble(say_in(request, "publish-why"))
        return _at_once(request, at, trouble=trouble, reason=reason, status=422)
    try:
        done = await at.moderation.curator.withdraw(
            entry, by=await at.moderation.name(at.user), reason=reason, user=at.user, back=back
        )
    except RejoinderError as error:
        now = at.console.service.advisor_of(at.topic).release
        if back != (entry in withdrawn(now)):
            return _done_before(request, back=back)
        trouble = told(request, error)
        return _at_once(request, at, trouble=trouble, reason=reason, status=trouble.status)
    news = Done(at.topic, "restored" if back else "withdrawn", done, entry=entry)
    at.console.service.tell(news)
    await at.console.audit(request, "knowledge.restore" if back else "knowledge.withdraw", entry)
    flash(request, say_in(request, "restore-done" if back else "withdraw-done"), "good")
    for note in done.notes:
        flash(request, note, "info")
    return redirect(request, "commit", id=done.commit.id)


def _done_before(request: Request, *, back: bool) -> Response:
    """Say that it is as it was wanted: somebody was quicker, or it was sent twice."""
    flash(request, say_in(request, "restore-done" if back else "withdraw-done"), "good")
    flash(request, say_in(request, "withdraw-already"), "info")
    return redirect(request, "history")


_AT_ONCE = "/history/withdraw/{entry}"
ROUTES = (
    Page("GET", "/history", "history", Role.MODERATOR, history),
    Page("GET", "/history/{id}", "commit", Role.MODERATOR, commit),
    Page("GET", _AT_ONCE, "withdraw", Role.MODERATOR, at_once),
    Page("POST", _AT_ONCE, "withdraw_now", Role.MODERATOR, done_at_once, fresh=True),
)
