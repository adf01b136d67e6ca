"""What reviewers read in figures, also where there are none, and the files that they take along."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import httpx
import pytest

from bot.channels import chart_canvas
from bot.channels.web.pages.insights import SPANS, Span
from bot.channels.web.words import LANGUAGES
from bot.querylog import QueryRecord
from bot.querylog.curation import Publish
from bot.service import Service

from .browsing import Browser

HOSTILE = (
    "=HYPERLINK(1) <img src=x onerror=alert(1)> & what the lighthouse keeper of the tunnel earns"
)


async def asked(
    service: Service,
    number: int,
    outcome: str,
    *,
    days: float = 0,
    text: str = "zebra xylophone quantum lighthouse",
) -> None:
    """Log a question of some days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    await service.log.record(
        QueryRecord(
            event=f"discord:{number}", at=at, channel="discord", place="1",
            user=f"discord:{number % 7}", text=text, outcome=outcome, language="en",
            topic="bridge", entry="build" if outcome == "answered" else None, confidence=0.9,
            release=service.release.id, latency_ms=20 + number,
        )
    )  # fmt: skip


@pytest.fixture
async def month(service: Service) -> None:
    """Log some weeks with a publish in their midst, after which more is answered."""
    for number in range(40):
        await asked(service, number, "answered" if number % 2 else "gap", days=14 + number % 5)
    for number in range(40, 80):
        await asked(service, number, "gap" if number % 10 == 0 else "answered", days=8 + number % 4)
    await service.log.curation.record_publish(
        Publish(
            topic="bridge", at=datetime.now(UTC) - timedelta(days=13), by="Ada",
            user="discord:302", reason="Say who <pays>", release_before="a" * 64,
            release_after="b" * 64, commit="c" * 40,
        )
    )  # fmt: skip
    await service.review("bridge").refresh()


def svgs(html: str) -> list[str]:
    """Return the kinds of the charts on a page."""
    return re.findall(r'aria-labelledby="chart-(\w+)--title"', html)


async def test_with_no_question_it_says_so(reviewer: Browser) -> None:
    page = await reviewer.get("/insights")
    assert "Nobody asked anything in these days." in page.text
    assert "No verdicts on random answers yet." in page.text
    assert svgs(page.html) == []
    page = await reviewer.get("/insights?span=all")
    assert "Nobody has asked anything yet." in page.text


async def test_the_first_day_is_drawn(service: Service, reviewer: Browser) -> None:
    await asked(service, 1, "answered")
    for span in SPANS:
        page = await reviewer.get(f"/insights?span={span}")
        assert {"questions", "rate", "entries", "gaps", "precision"} == set(svgs(page.html))
        assert "Questions 1 Answer rate 100%" in page.text


@pytest.mark.usefixtures("month")
async def test_figures_charts_and_their_tables(reviewer: Browser) -> None:
    page = await reviewer.get("/insights")
    assert "Questions 80 Answer rate 70%" in page.text
    assert "Time to answer 59 ms" in page.text
    # Each chart has its numbers beside it, for whoever cannot see it.
    for chart in svgs(page.html)[:4]:
        card = page.html.partition(f'id="plot-{chart}"')[2].partition("</section>")[0]
        assert "<details" in card, chart
        assert "<table>" in card, chart
    assert "zebra xylophone quantum lighthouse" in page.text
    assert re.search(r"English 80 100%", page.text)


@pytest.mark.usefixtures("month")
async def test_a_change_needs_a_span_before(reviewer: Browser) -> None:
    page = await reviewer.get("/insights?span=30")
    assert "against the span before" not in page.text
    page = await reviewer.get("/insights?span=7")
    assert "Nobody asked anything in these days." in page.text


async def test_the_change_against_the_span_before(service: Service, reviewer: Browser) -> None:
    for number in range(4):
        await asked(service, number, "answered" if number == 0 else "gap", days=10)
        await asked(service, number + 10, "gap" if number == 0 else "answered", days=1)
        await asked(service, number + 20, "answered", days=2)
    page = await reviewer.get("/insights?span=7")
    assert "Answer rate 88% +62.5 points against the span before" in page.text
    assert "Questions 8 +100% against the span before" in page.text
    # 1 of 4 against 7 of 8.
    assert "+62.5 points against the span before · may be chance" in page.text
    for number in range(30, 50):
        await asked(service, number, "gap", days=10)
    page = await reviewer.get("/insights?span=7")
    assert "Answer rate 88% +83.3 points against the span before Right answers" in page.text


@pytest.mark.usefixtures("month")
async def test_what_a_publish_changed(reviewer: Browser) -> None:
    page = await reviewer.get("/insights")
    assert "Say who <pays>" in page.text
    assert "50% of 40 90% of 40 +40.0 points" in page.text
    # 20 of 40 against 36 of 40 is no accident.
    assert "may be chance" not in page.text
    assert "too soon to tell" not in page.text


async def test_a_small_change_may_be_chance(service: Service, reviewer: Browser) -> None:
    await asked(service, 1, "gap", days=11)
    await asked(service, 2, "answered", days=9)
    for days in (10, 1):
        await service.log.curation.record_publish(
            Publish(
                topic="bridge", at=datetime.now(UTC) - timedelta(days=days), by="Ada",
                reason="", release_before="a", release_after="b", commit="c",
            )
        )  # fmt: skip
    page = await reviewer.get("/insights")
    assert "0% of 1 100% of 1 +100.0 points may be chance" in page.text
    assert "too soon to tell" in page.text


async def test_precision_is_told_with_its_interval(service: Service, reviewer: Browser) -> None:
    review = service.review("bridge")
    for number in range(10):
        await asked(service, number, "answered")
    for verdict in ("right", "right", "right", "wrong"):
        query = await review.sample()
        assert query is not None
        await review.judge(
            "discord:301", channel="web", query=query.id, verdict=verdict, sampled=True
        )
    page = await reviewer.get("/insights")
    assert "Right answers 75% 95% interval 30% to 95%, n = 4" in page.text.replace("\xa0", " ")


async def test_words_of_people_stay_words(service: Service, reviewer: Browser) -> None:
    for number in range(3):
        await asked(service, number, "gap", text=HOSTILE)
    await service.review("bridge").refresh()
    page = await reviewer.get("/insights?span=7")
    assert HOSTILE in page.text
    assert "<img" not in page.html


@pytest.mark.usefixtures("month")
async def test_the_numbers_as_files(service: Service, reviewer: Browser) -> None:
    await asked(service, 100, "gap", text=HOSTILE)
    await service.review("bridge").refresh()
    response = await reviewer.http.get("/insights/numbers.csv?span=30")
    assert "attachment" in response.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    by_measure = {(row["measure"], row["name"]): row for row in rows if not row["day"]}
    assert by_measure["questions", ""]["value"] == "81"
    assert by_measure["outcome", "answered"]["value"] == "56"
    assert by_measure["entry", "build"]["value"] == "56"
    days = [row for row in rows if row["measure"] == "outcome" and row["day"]]
    assert sum(int(row["value"]) for row in days) == 81
    assert float(next(r for r in rows if r["measure"] == "answer_rate_after_publish")["n"]) == 40
    found = (await reviewer.http.get("/insights/numbers.json?span=30")).json()
    assert found["questions"] == 81
    assert sum(sum(day["outcomes"].values()) for day in found["days"]) == 81
    assert found["publishes"][0]["after"]["value"] == 0.9
    # No question's words leave with them.
    for text in (response.text, str(found)):
        assert "tunnel" not in text
        assert "lighthouse" not in text


async def test_no_cell_is_a_formula(service: Service, reviewer: Browser) -> None:
    await service.log.record(
        QueryRecord(
            event="discord:1", at=datetime.now(UTC), channel="discord", place="1",
            user="discord:1", text="x", outcome="answered", language="=1+1", topic="bridge",
            entry="@SUM(A1)", latency_ms=1,
        )
    )  # fmt: skip
    response = await reviewer.http.get("/insights/numbers.csv")
    for row in csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "@", "+")) for cell in row), row


async def test_all_languages_and_odd_spans(service: Service, reviewer: Browser) -> None:
    await asked(service, 1, "answered")
    for language in LANGUAGES:
        reviewer.http.cookies.set("language", language)
        page = await reviewer.get("/insights")
        assert f'<html lang="{language}"' in page.html
    for span in ("", "x", "0", "-7", "99999999999", "%00"):
        page = await reviewer.get(f"/insights?span={span}")
        assert "30" in page.html.partition('aria-current="page">')[2]


async def test_only_of_its_own_topic(service: Service, reviewer: Browser) -> None:
    await service.log.record(
        QueryRecord(
            event="discord:1", at=datetime.now(UTC), channel="discord", place="1",
            user="discord:1", text="x", outcome="answered", topic="tunnel", entry="dig",
        )
    )  # fmt: skip
    page = await reviewer.get("/insights?span=all")
    assert "Nobody has asked anything yet." in page.text


async def test_one_must_be_a_reviewer(visitor: Browser) -> None:
    for path in ("/insights", "/insights/numbers.csv", "/insights/numbers.json"):
        response: httpx.Response = await visitor.http.get(path)
        assert response.status_code == 303


def test_a_span_and_the_one_before_it_meet() -> None:
    today = datetime(2026, 3, 1, tzinfo=UTC).date()
    span = Span.of("7", today)
    assert (span.until - (span.since or span.until)).days == 7
    assert span.before == (datetime(2026, 2, 16, tzinfo=UTC), span.since)
    assert Span.of("all", today).before is None
    assert Span.of("nonsense", today).name == "30"


def test_charts_have_the_same_colours_everywhere() -> None:
    css = files("bot.channels.web").joinpath("static/insights.css").read_text("utf-8")
    for palette, times in ((chart_canvas.LIGHT, 1), (chart_canvas.DARK, 2)):
        for name, colour in palette.outcomes.items():
            assert css.count(f"--of-{name}: {colour};") == times
