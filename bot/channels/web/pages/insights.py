"""What reviewers read in figures: how much is asked, how well it is answered, what changed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.chart_data import Figures, bins
from bot.channels.chart_insights import figures, titled
from bot.channels.chart_svg import precision_svg, questions_svg, rate_svg, rows_svg
from bot.channels.chart_words import outcome_name, percent
from bot.channels.web.pages.insights_numbers import numbers_csv, numbers_json
from bot.channels.web.rendering import render, say_in, url
from bot.channels.web.routing import Page, Role
from bot.querylog.insights import DAYS_AROUND, Insights, PublishEffect, Share
from bot.querylog.stats import Statistics

SPANS = ("7", "30", "90", "365", "all")
"""Days that one can choose; whatever else an address says means the default."""
_DEFAULT = "30"
_ROWS = 8
_LANGUAGES = {"en": "English", "ru": "Русский", "uk": "Українська"}


@dataclass(frozen=True)
class Span:
    """Days (UTC) that are looked at, both ends in it; all that is kept without ``first``."""

    name: str
    first: date | None
    last: date

    @classmethod
    def of(cls, name: str | None, today: date) -> Span:
        """Return the span that an address names, up to today."""
        if name not in SPANS:
            name = _DEFAULT
        days = None if name == "all" else int(name)
        return cls(name, None if days is None else today - timedelta(days=days - 1), today)

    @property
    def since(self) -> datetime | None:
        """Return where it begins."""
        return None if self.first is None else _midnight(self.first)

    @property
    def until(self) -> datetime:
        """Return where it has ended."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> tuple[datetime, datetime] | None:
        """Return begin and end of the span of equal length just before."""
        if self.first is None:
            return None
        length = self.last - self.first + timedelta(days=1)
        return _midnight(self.first - length), _midnight(self.first)


@dataclass(frozen=True)
class Effect:
    """A publish with the change of the answer rate in points; None without questions."""

    publish: PublishEffect
    points: float | None
    is_chance: bool
    """the two intervals overlap, so that it may mean nothing"""
    is_young: bool
    """the days after it are not over"""


@dataclass(frozen=True)
class Change:
    """What changed against the span before; None where there is nothing to compare with.

    ``rate`` is in points of a hundred, ``questions`` a share of those before.
    """

    rate: float | None
    questions: float | None
    is_chance: bool = False
    """the intervals of the two rates overlap, so that it may mean nothing"""


async def insights(request: Request) -> Response:
    """Show the figures of a span."""
    console, topic, language = (
        request.app.state.console,
        request.state.topic,
        request.state.language,
    )
    span = _span(request)
    review = console.service.review(topic)
    found = await review.insights(span.since, span.until)
    waiting = await review.open_clusters()
    earlier = None
    if span.before is not None:
        earlier = await console.service.log.statistics(*span.before, topic=topic)
    release = console.service.advisor_of(topic).release
    first = span.first or min((day.day for day in found.days), default=span.last)
    shown = figures(
        found, release, language, first, span.last, waiting=waiting, rows=_ROWS, with_words=True
    )
    return render(
        request,
        "insights.html",
        spans=SPANS,
        span=span,
        found=found,
        waiting=waiting,
        change=_change(found, earlier),
        first=first,
        bins=bins(shown.days, shown.first, shown.last),
        outcomes=[(name, outcome_name(name, language)) for name in shown.outcomes],
        figures=shown,
        entries=[
            (entry, titled(release, entry), count) for entry, count in found.top_entries[:_ROWS]
        ],
        gaps=found.gaps[:_ROWS],
        charts=_charts(shown, language),
        effects=[_effect(publish, span.last) for publish in found.publishes],
        around=DAYS_AROUND,
        spoken=[
            (_LANGUAGES.get(name) or name or say_in(request, "insights-language-unknown"), count)
            for name, count in sorted(found.languages.items(), key=lambda item: -item[1])
        ],
        verdicts=sorted(found.verdicts.items(), key=lambda item: -item[1]),
        link=partial(_link, request),
        percent=lambda share: "–" if share is None else percent(share, language),
    )


async def as_csv(request: Request) -> Response:
    """Send the figures as a file for spreadsheets."""
    span, found = await _numbers(request)
    text = numbers_csv(found, span.first, span.last)
    name = f"insights-{request.state.topic}-{span.name}-{span.last}.csv"
    # With a mark that tells spreadsheets its encoding.
    return Response(
        "\ufeff" + text, media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


async def as_json(request: Request) -> Response:
    """Send the figures as a file for programs."""
    span, found = await _numbers(request)
    name = f"insights-{request.state.topic}-{span.name}-{span.last}.json"
    content = numbers_json(found, request.state.topic, span.first, span.last)
    return JSONResponse(content, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _numbers(request: Request) -> tuple[Span, Insights]:
    span = _span(request)
    review = request.app.state.console.service.review(request.state.topic)
    return span, await review.insights(span.since, span.until)


def _span(request: Request) -> Span:
    today = request.app.state.console.now().astimezone(UTC).date()
    return Span.of(request.query_params.get("span"), today)


def _charts(shown: Figures, language: str) -> dict[str, Markup]:
    """Draw all charts; the page's own rules give them its colours."""
    drawn = {
        "questions": questions_svg(shown, language=language),
        "rate": rate_svg(shown, language=language),
        "precision": precision_svg(shown.precision, shown.picked, language=language),
        "entries": rows_svg(shown.entries, "entries", language=language),
        "gaps": rows_svg(shown.gaps, "gaps", language=language),
    }
    # They escape what they are given.
    return {name: Markup(svg) for name, svg in drawn.items()}  # noqa: S704


def _change(found: Insights, earlier: Statistics | None) -> Change:
    if earlier is None or not earlier.total:
        return Change(None, None)
    questions = (found.total - earlier.total) / earlier.total
    before = Share.of(earlier.outcomes.get("answered", 0), earlier.total)
    now = Share.of(found.outcomes.get("answered", 0), found.total)
    if before.value is None or now.value is None:
        return Change(None, questions)
    return Change(100 * (now.value - before.value), questions, _overlap(before, now))


def _effect(publish: PublishEffect, today: date) -> Effect:
    before, after = publish.before, publish.after
    is_young = (today - publish.at.astimezone(UTC).date()).days <= DAYS_AROUND
    if before.value is None or after.value is None:
        return Effect(publish, None, is_chance=False, is_young=is_young)
    points = 100 * (after.value - before.value)
    return Effect(publish, points, is_chance=_overlap(before, after), is_young=is_young)


def _overlap(one: Share, other: Share) -> bool:
    """Tell whether the intervals of two shares, each of at least one, have something in common."""
    assert one.low is not None  # noqa: S101 - a share with a value has an interval
    assert one.high is not None  # noqa: S101
    assert other.low is not None  # noqa: S101
    assert other.high is not None  # noqa: S101
    return one.low <= other.high and other.low <= one.high


def _link(request: Request, name: str, **values: Any) -> str:
    """Return the address of a page; nothing where whoever looks may not open it."""
    page = request.app.state.renderer.pages.get(name)
    if page is None or (page.role is not None and request.state.role < page.role):
        return ""
    return url(request, name, **values)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


ROUTES = (
    Page("GET", "/insights", "insights", Role.REVIEWER, insights),
    Page("GET", "/insights/numbers.csv", "insights_csv", Role.REVIEWER, as_csv),
    Page("GET", "/insights/numbers.json", "insights_json", Role.REVIEWER, as_json),
)
