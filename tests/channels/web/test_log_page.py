"""The query log: searched, filtered, turned over, looked at one by one, and exported."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from bot.querylog import QueryRecord
from bot.reasons import ANOTHER, NONE
from bot.service import Service

from .asking import DOGS, ask, number_of
from .browsing import Browser, Seen

FORMULA = "=HYPERLINK(1) what about the birds"


@pytest.fixture
async def asked(service: Service) -> Service:
    """Return the service after some questions, one of them private, one found wrong."""
    await ask(service, "how much does it cost", 1)
    await ask(service, "what about the birds", 2, private=True)
    await ask(service, "сколько стоит мост", 3)
    asker = await ask(service, FORMULA, 4)
    await service.wrong(asker, ANOTHER, "new-bridge")
    await ask(service, DOGS[0], 5)
    return service


async def looked_up(browser: Browser, words: str) -> Seen:
    return await browser.get(f"/log?{urlencode({'words': words})}")


async def several(service: Service, text: str, numbers: Iterable[int]) -> None:
    """Log questions that differ by a number, without answering them."""
    # All at once, so that they share commits; they are kept in this order.
    await asyncio.gather(*(
        service.log.record(
            QueryRecord(
                event=f"several:{number}", at=datetime.now(UTC), channel="discord", place="room",
                user=f"discord:{number}", text=f"{text} {number}.", outcome="answered",
                topic="bridge", language="en", entry="bridge-cost",
            )
        )
        for number in numbers
    ))  # fmt: skip


async def test_the_newest_come_first_and_the_private_show_no_words(
    asked: Service, reviewer: Browser
) -> None:
    page = await reviewer.get("/log")
    words = [DOGS[0], FORMULA, "сколько стоит мост", "how much does it cost"]
    places = [page.text.index(word) for word in words]
    assert places == sorted(places)
    assert "private: its words are not kept" in page.text
    assert page.text.count("what about the birds") == 1
    assert page.text.count("Reported wrong") == 1
    asker = await ask(asked, "what is it all about", 9)
    await asked.wrong(asker, NONE)
    page = await reviewer.get("/log")
    assert page.text.count("Reported wrong") == 1
    badges = page.html.partition("<tbody>")[2]
    assert badges.count("None of these") == 1


async def test_search_and_filters(asked: Service, reviewer: Browser) -> None:
    page = await looked_up(reviewer, "стоит мос")
    assert "сколько стоит мост" in page.text
    assert DOGS[0] not in page.text
    today = datetime.now(UTC).date()
    for query, shown in (
        ("outcome=gap", DOGS[0]),
        ("entry=new-bridge.herons&words=birds", FORMULA),
        ("language=ru", "сколько стоит мост"),
        ("feedback=any", FORMULA),
        (f"feedback={ANOTHER.replace(' ', '+')}", FORMULA),
        (f"since={today - timedelta(days=1)}&until={today + timedelta(days=1)}&words=dog", DOGS[0]),
    ):
        page = await reviewer.get(f"/log?{query}")
        assert shown in page.text, query
        others = {DOGS[0], FORMULA, "сколько стоит мост", "how much does it cost"} - {shown}
        assert not any(other in page.text for other in others), query
    for query in (
        "verdict=right", "channel=terminal", "feedback=outdated", "until=2001-01-01",
    ):  # fmt: skip
        page = await reviewer.get(f"/log?{query}")
        assert "No question fits" in page.text, query


@pytest.mark.parametrize(
    "words",
    ['"', "NEAR(a b)", "text:x", "a OR b", "*", "-x", "'; DROP TABLE queries; --", "%_", "(", "\0"],
)
async def test_nothing_typed_is_syntax(asked: Service, reviewer: Browser, words: str) -> None:
    page = await looked_up(reviewer, words)
    assert "No question fits" in page.text
    assert await asked.log.count() == 5


async def test_what_no_form_sends_is_no_filter(asked: Service, reviewer: Browser) -> None:
    for query in (
        "outcome=x", "since=yesterday", "until=9999-12-31", "verdict=x", "before=x",
        f"after={'9' * 40}", "channel=%00",
    ):  # fmt: skip
        page = await reviewer.get(f"/log?{query}")
        assert DOGS[0] in page.text, query


async def test_pages_are_turned_both_ways(service: Service, reviewer: Browser) -> None:
    await several(service, "how much does it cost", range(1, 121))
    first = await reviewer.get("/log?words=cost")
    assert "cost 120." in first.text
    assert "cost 70." not in first.text
    (older,) = [link for link in first.links if "before=" in link]
    second = await reviewer.get(older)
    assert "cost 70." in second.text
    assert "cost 71." not in second.text
    (older,) = [link for link in second.links if "before=" in link]
    third = await reviewer.get(older)
    assert "cost 1." in third.text
    assert not any("before=" in link for link in third.links)
    (newer,) = [link for link in third.links if "after=" in link]
    again = await reviewer.get(newer)
    assert "cost 70." in again.text
    assert "cost 21." in again.text
    (newer,) = [link for link in again.links if "after=" in link]
    again = await reviewer.get(newer)
    assert "cost 120." in again.text
    assert not any("after=" in link for link in again.links)


async def test_one_query_with_all_that_is_kept(asked: Service, reviewer: Browser) -> None:
    page = await reviewer.get("/log?feedback=any")
    (link,) = [link for link in page.links if link.startswith("/log/") and link[5:].isdigit()]
    page = await reviewer.get(link)
    assert "It answers another question" in page.text
    assert "Build a foot bridge" in page.text
    assert "A pseudonym made from the account's id" in page.text
    row = await asked.log.query(int(link[5:]))
    assert row is not None
    assert row.pseudonym in page.text
    assert row.release in page.text
    page = await reviewer.send(f"{link}/judge", verdict="wrong", entry="new-bridge")
    assert "The verdict is kept." in page.text
    assert "By you" in page.text
    # Somebody who still has the form is told, and the first verdict stands.
    answer = await reviewer.http.post(
        f"{link}/judge", data={"csrf": reviewer.csrf, "verdict": "right"}
    )
    assert answer.status_code == 409
    page = await reviewer.get("/log?verdict=wrong")
    assert FORMULA in page.text
    await reviewer.get(link)
    page = await reviewer.send(f"{link}/undo")
    assert "The verdict is taken back" in page.text
    page = await reviewer.get("/log/999", 404)
    assert "no such question" in page.text


async def test_exports_hold_what_the_filter_chooses(asked: Service, reviewer: Browser) -> None:
    asker = await ask(asked, FORMULA, 9)
    number = await number_of(asked, asker)
    await reviewer.get(f"/log/{number}")
    await reviewer.send(f"/log/{number}/judge", verdict="right")
    page = await reviewer.get("/log?words=birds")
    form = page.form("/log/export")
    answer = await reviewer.http.post("/log/export", data=form.fields | {"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    newest, oldest = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert newest["text"] == f"'{FORMULA}"
    assert newest["verdict"] == "right"
    assert oldest["feedback"] == f"{ANOTHER} (new-bridge)"

    page = await reviewer.get("/log")
    form = page.form("/log/export")
    answer = await reviewer.http.post("/log/export", data=form.fields | {"format": "jsonl"})
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert len(rows) == 6
    assert rows[0]["text"] == FORMULA
    (private,) = [row for row in rows if row["private"]]
    assert private["text"] is None
    targets = [row.target for row in await asked.log.audit.recent() if row.action == "log.export"]
    assert sorted(map(str, targets)) == ["csv", "jsonl"]
    # Every column is explained.
    page = await reviewer.get("/log/columns")
    assert all(f" {name} " in page.text for name in rows[0])
    answer = await reviewer.http.post("/log/export", data=form.fields | {"format": "exe"})
    assert answer.status_code == 400


async def test_a_long_export_has_one_header(service: Service, reviewer: Browser) -> None:
    await several(service, "what about the birds", range(503))
    page = await reviewer.get("/log")
    form = page.form("/log/export")
    answer = await reviewer.http.post("/log/export", data=form.fields | {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == 503
    assert [row["text"] for row in rows] == [
        f"what about the birds {number}." for number in reversed(range(503))
    ]
