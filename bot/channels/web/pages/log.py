"""The query log: newest first, searched and filtered; and one query with all that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.advisor.facets import Facet
from bot.channels.web.guard import Refused
from bot.channels.web.pages import review_judging as judging
from bot.channels.web.pages.review_lists import is_drawn
from bot.channels.web.pages.review_parts import (
    KINDS,
    Panel,
    advisor_of,
    drafts,
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
from bot.querylog import COLUMNS, VERDICTS, QueryFilter, QueryRow
from bot.reasons import MEANT, NONE, WRONG

_PAGE = 50
_MOST_WORDS = 200
OUTCOMES = ("answered", "clarify", "gap", "out_of_scope", "boundary")
CHANNELS = ("discord", "terminal", "web")
FEEDBACKS = (*WRONG, NONE, MEANT)


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see of the log; empty texts do not filter.

    ``since`` and ``until`` are days (UTC), both inclusive, as they stand in the form.
    """

    words: str = ""
    outcome: str = ""
    entry: str = ""
    language: str = ""
    channel: str = ""
    since: str = ""
    until: str = ""
    verdict: str = ""
    feedback: str = ""

    @property
    def given(self) -> dict[str, str]:
        """Return what filters, by the names of the form's fields."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def filter(self, topic: str) -> QueryFilter:
        """Return the filter of the log."""
        until = _day(self.until)
        return QueryFilter(
            topic=topic,
            words=self.words or None,
            outcome=self.outcome or None,
            entry=self.entry or None,
            language=self.language or None,
            channel=self.channel or None,
            verdict=self.verdict or None,
            since=_day(self.since),
            until=until + timedelta(days=1) if until is not None else None,
            feedback=self.feedback or None,
            newest_first=True,
        )


def wanted_by(request: Request, *, sent: bool = False) -> Wanted:
    """Read the filter from the address, or from the form that was ``sent``.

    What cannot be one is left out.
    """
    given = request.state.form if sent else request.query_params

    def text(field: str, known: tuple[str, ...] = (), limit: int = 60) -> str:
        value = str(given.get(field, "")).strip()[:limit]
        return value if not known or value in known else ""

    def name(field: str) -> str:
        # What cannot be printed is no name, and PostgreSQL takes no NUL.
        return value if (value := text(field)).isprintable() else ""

    def day(field: str) -> str:
        return value if _day(value := text(field)) is not None else ""

    return Wanted(
        words=text("words", limit=_MOST_WORDS), outcome=text("outcome", OUTCOMES),
        entry=name("entry"), language=name("language"), channel=text("channel", CHANNELS),
        since=day("since"), until=day("until"), verdict=text("verdict", VERDICTS),
        feedback=text("feedback", ("any", *FEEDBACKS)),
    )  # fmt: skip


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    # A day after it must exist.
    return day if day.year < 9999 else None


async def log(request: Request) -> Response:
    """Show queries, newest first."""
    service = request.app.state.console.service
    wanted = wanted_by(request)
    base = wanted.filter(request.state.topic)
    before, after = (number(request.query_params.get(name)) for name in ("before", "after"))
    if after is not None:
        # Upwards from what was seen: the page before this one, turned round.
        ascending = replace(base, after_id=after, newest_first=False, limit=_PAGE + 1)
        rows = [row async for row in service.log.queries(ascending)]
        further = len(rows) > _PAGE
        rows = rows[:_PAGE][::-1]
        newer, older = further, bool(rows)
    else:
        chosen = replace(base, before_id=before, limit=_PAGE + 1)
        rows = [row async for row in service.log.queries(chosen)]
        newer, older = before is not None, len(rows) > _PAGE
        rows = rows[:_PAGE]
    numbers = [row.id for row in rows]
    said_on: dict[int, set[str]] = {}
    for one in await service.log.feedback_on(numbers):
        # As the queue of the review has it, which says the same of the same question.
        said_on.setdefault(one.query_id, set()).add("none" if one.reason == NONE else "reported")
    advisor = advisor_of(request)
    return render(
        request, "log.html", rows=rows, wanted=wanted, said_on=said_on,
        verdicts_on=await review_of(request).verdicts(numbers),
        newer=url(request, "log", after=rows[0].id, **wanted.given) if newer and rows else "",
        older=url(request, "log", before=rows[-1].id, **wanted.given) if older and rows else "",
        outcomes=OUTCOMES, channels=CHANNELS, verdicts=VERDICTS, feedbacks=FEEDBACKS,
        facets=tuple(facet.value for facet in Facet),
        languages_here=advisor.release.topic.info.languages, entries=advisor.release.entries,
        **entries_for(request),
    )  # fmt: skip


async def query(request: Request) -> Response:
    """Show one query with all that is kept of it."""
    return await show(request, path_number(request, "query"), Panel())


async def show(request: Request, query_id: int, panel: Panel, status: int = 200) -> Response:
    """Return a query's page, with what stands in the forms of its verdict."""
    service, review = request.app.state.console.service, review_of(request)
    row = await _row(request, query_id)
    advisor = advisor_of(request)
    verdict = (await review.verdicts([query_id])).get(query_id)
    meant = await review.candidates(row) if row.text else ()
    drawn = request.query_params.get("drawn", "") or said(request, "drawn")
    drawn = drawn if is_drawn(request, query_id, drawn) else ""
    if drawn:
        request.state.section = "review"
    mine = service.log.drafts.pseudonym(user_of(request))
    return render(
        request, "log_query.html", status, row=row, verdict=verdict, panel=panel, meant=meant,
        item=await review.item(query_id), said=await service.log.feedback_on([query_id]),
        by=await judging.name_of(request, verdict.pseudonym if verdict else None),
        own=verdict is not None and verdict.pseudonym == mine,
        answer=shown_again(advisor, row), current=advisor.release.id, drawn=drawn, kinds=KINDS,
        columns=[column.name for column in COLUMNS],
        languages_here=advisor.release.topic.info.languages,
        parents=[
            entry for kind in ("objection", "response", "counter")
            for entry in parents(advisor.release, kind, [each.entry for each in meant])
        ],
        here=url(request, "query", query=query_id, drawn=drawn or None),
        **entries_for(request),
    )  # fmt: skip


async def _row(request: Request, query_id: int) -> QueryRow:
    row: QueryRow | None = await request.app.state.console.service.log.query(query_id)
    if row is None or row.topic != request.state.topic:
        raise Refused(404, "log-gone")
    return row


async def judge(request: Request) -> Response:
    """Take a verdict on one query, drawn at random or picked."""
    query_id = path_number(request, "query")
    await _row(request, query_id)
    given = await judging.read(request)
    if isinstance(given, Panel):
        return await show(request, query_id, given, 422 if given.error else 200)
    drawn = is_drawn(request, query_id, said(request, "drawn"))
    late = await judging.judge(request, given, {"query": query_id}, sampled=drawn)
    if late is not None:
        return await show(request, query_id, late, 409)
    flash(request, say_in(request, "log-judged"), "good")
    onwards = url(request, "query", query=query_id)
    if drawn:
        onwards = url(request, "draw", last=query_id)
    return await judging.go_on(request, given, {"query": query_id}, onwards)


async def undo(request: Request) -> Response:
    """Take a verdict back; a reviewer their own, a moderator anybody's."""
    query_id = path_number(request, "query")
    done = await review_of(request).take_back(
        user_of(request), channel="web", query=query_id, own=not drafts(request)
    )
    key = "review-taken-back" if done else "review-nothing-to-take-back"
    flash(request, say_in(request, key), "good" if done else "warn")
    return redirect(request, "query", query=query_id)


async def columns(request: Request) -> Response:
    """Explain every column, as the exports have them."""
    return render(request, "log_columns.html", columns=COLUMNS)


ROUTES = (
    Page("GET", "/log", "log", Role.REVIEWER, log),
    Page("GET", "/log/columns", "log_columns", Role.REVIEWER, columns),
    Page("GET", "/log/{query:int}", "query", Role.REVIEWER, query),
    Page("POST", "/log/{query:int}/judge", "judge_query", Role.REVIEWER, judge),
    Page("POST", "/log/{query:int}/undo", "undo_query", Role.REVIEWER, undo),
)
