"""The queue of clusters: what people asked and nobody judged yet, one page a cluster."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.guard import Refused
from bot.channels.web.pages import review_judging as judging
from bot.channels.web.pages.review_parts import (
    KINDS,
    Panel,
    advisor_of,
    chosen,
    entries_for,
    number,
    parents,
    path_number,
    review_of,
    said,
    shown_again,
    user_of,
)
from bot.channels.web.rendering import flash, redirect, render, say_in, url
from bot.channels.web.routing import Page, Role
from bot.curation.review import Review
from bot.querylog import REASONS, ClusterRow, ClusterStatus, Reason

_PAGE = 30
_MEMBERS = 25
_BEFORE = 200


async def queue(request: Request) -> Response:
    """Show clusters, what most people asked and what is worst first."""
    review = review_of(request)
    status: ClusterStatus = chosen(request, "status", ("answered", "judged"), "open")  # type: ignore[assignment]
    reason: Reason | None = chosen(request, "reason", REASONS) or None  # type: ignore[assignment]
    after = _after(request.query_params.get("after", ""))
    rows = await review.queue(_PAGE + 1, after, status, reason)
    older = ""
    if len(rows) > _PAGE:
        last = rows[_PAGE - 1]
        older = url(
            request, "review", after=f"{last.rank!r},{last.id}", reason=reason,
            status=None if status == "open" else status,
        )  # fmt: skip
    return render(
        request, "review.html", rows=rows[:_PAGE], older=older, state=status, reason=reason,
        reasons=REASONS, begins=after is None, counts=await review.counts(),
        progress=review.progress, done=await _done(request, review), **entries_for(request),
    )  # fmt: skip


def _after(text: str) -> tuple[float, int] | None:
    rank, _, last = text.partition(",")
    found = number(last)
    try:
        return (float(rank), found) if found is not None else None
    except ValueError:
        return None


async def _done(request: Request, review: Review) -> ClusterRow | None:
    """Return the cluster that was judged just now, to say so and to offer to take it back."""
    found = number(request.query_params.get("done"))
    view = await review.cluster(found, limit=1) if found is not None else None
    return view.row if view is not None and view.row.status == "judged" else None


async def cluster(request: Request) -> Response:
    """Show one cluster to whoever judges it."""
    return await show(request, path_number(request, "cluster"), Panel())


async def show(request: Request, cluster_id: int, panel: Panel, status: int = 200) -> Response:
    """Return a cluster's page, with what stands in the forms of its verdict."""
    review, advisor = review_of(request), advisor_of(request)
    view = await review.cluster(cluster_id, limit=_MEMBERS + 1)
    if view is None:
        raise Refused(404, "review-gone")
    row = view.row
    after = number(request.query_params.get("after"))
    members = list(view.members)
    if after is not None:
        members = await review.members(cluster_id, after=after, limit=_MEMBERS + 1)
    older = ""
    if len(members) > _MEMBERS:
        last = members[_MEMBERS - 1].query.id
        older = url(request, "review_cluster", cluster=cluster_id, after=last)
    before, following = await _around(review, row)
    log = request.app.state.console.service.log
    mine = log.drafts.pseudonym(user_of(request))
    likely = [each.entry for each in view.candidates]
    return render(
        request, "review_cluster.html", status, row=row, members=members[:_MEMBERS], older=older,
        whole=after is None, meant=view.candidates, panel=panel, done=await _done(request, review),
        answer=shown_again(advisor, row.typical) if row.typical is not None else None,
        by=await judging.name_of(request, row.decided_by), own=row.decided_by == mine,
        previous=before, following=following, kinds=KINDS,
        languages_here=advisor.release.topic.info.languages,
        parents=[
            entry for kind in ("objection", "response", "counter")
            for entry in parents(advisor.release, kind, likely)
        ],
        here=url(request, "review_cluster", cluster=cluster_id),
        **entries_for(request),
    )  # fmt: skip


async def _around(review: Review, row: ClusterRow) -> tuple[int | None, int | None]:
    """Return the clusters before and after one, in the order of their list."""
    first = await review.queue(_BEFORE, None, row.status)
    places = [each.id for each in first]
    before = None
    if row.id in places and places.index(row.id):
        before = places[places.index(row.id) - 1]
    after = await review.queue(1, (row.rank, row.id), row.status)
    return before, after[0].id if after else None


async def judge(request: Request) -> Response:
    """Take a verdict on a cluster and go on to the next one."""
    cluster_id = path_number(request, "cluster")
    review = review_of(request)
    view = await review.cluster(cluster_id, limit=1)
    if view is None:
        raise Refused(404, "review-gone")
    given = await judging.read(request)
    if isinstance(given, Panel):
        return await show(request, cluster_id, given, 422 if given.error else 200)
    late = await judging.judge(
        request, given, {"cluster": cluster_id}, revision=number(said(request, "revision")) or 0
    )
    if late is not None:
        return await show(request, cluster_id, late, 409)
    following = await review.queue(1, (view.row.rank, cluster_id))
    row = following[0] if following else await review.next((cluster_id,))
    onwards = url(request, "review", done=cluster_id)
    if row is not None:
        onwards = url(request, "review_cluster", cluster=row.id, done=cluster_id)
    return await judging.go_on(request, given, {"cluster": cluster_id}, onwards)


async def undo(request: Request) -> Response:
    """Take a verdict back; a reviewer their own, a moderator anybody's."""
    cluster_id = path_number(request, "cluster")
    own = request.state.role < Role.MODERATOR
    done = await review_of(request).take_back(
        user_of(request), channel="web", cluster=cluster_id, own=own
    )
    if done:
        flash(request, say_in(request, "review-taken-back"), "good")
    else:
        flash(request, say_in(request, "review-nothing-to-take-back"), "warn")
    return redirect(request, "review_cluster", cluster=cluster_id)


async def split(request: Request) -> Response:
    """Move the chosen questions into a cluster of their own."""
    cluster_id = path_number(request, "cluster")
    queries = [
        found for each in request.state.form.getlist("query")
        if isinstance(each, str) and (found := number(each)) is not None
    ]  # fmt: skip
    made = await review_of(request).split(user_of(request), cluster_id, queries, channel="web")
    if made is None:
        flash(request, say_in(request, "review-nothing-split"), "warn")
        return redirect(request, "review_cluster", cluster=cluster_id)
    flash(request, say_in(request, "review-split-done", count=len(queries)), "good")
    return redirect(request, "review_cluster", cluster=made)


ROUTES = (
    Page("GET", "/review", "review", Role.REVIEWER, queue),
    Page("GET", "/review/clusters/{cluster:int}", "review_cluster", Role.REVIEWER, cluster),
    Page("POST", "/review/clusters/{cluster:int}/judge", "judge_cluster", Role.REVIEWER, judge),
    Page("POST", "/review/clusters/{cluster:int}/undo", "undo_cluster", Role.REVIEWER, undo),
    Page("POST", "/review/clusters/{cluster:int}/split", "split_cluster", Role.REVIEWER, split),
)
