"""The test bench: the answer as users get it, why it is that one, and nothing in the log."""

from __future__ import annotations

from bot.querylog import QueryFilter
from bot.service import Service

from .asking import ask, number_of
from .browsing import Browser


async def test_an_answer_with_its_reasons(service: Service, reviewer: Browser) -> None:
    page = await reviewer.get("/ask")
    assert "it is not logged" in page.text
    page = await reviewer.send("/ask", question="what do critics say about the bridge?")
    assert "The money is needed for the school roof." in page.text
    assert "The bridge debate" in page.text
    assert "https://example.org/bridge" in page.links
    assert "Nearest wording on record" in page.text
    assert f"Release {service.release.id}." in page.text
    assert "This bot informs and gives no advice." in page.text
    assert "An answer needs" in page.text
    # What was asked stands there still, to be changed.
    assert page.form("/ask").fields["question"].startswith("what do critics say")
    assert await service.log.count(QueryFilter()) == 0


async def test_what_has_no_answer(reviewer: Browser) -> None:
    await reviewer.get("/ask")
    page = await reviewer.send("/ask", question="are dogs allowed on the bridge")
    assert "Gap" in page.text
    assert "I have nothing on that in this collection." in page.text
    # It is a test: what people are told is not so here.
    assert "Your question is in the log" not in page.text
    assert "no entry is near enough" in page.text
    page = await reviewer.send("/ask", 422, question="  ")
    assert "Write a question." in page.text
    page = await reviewer.send("/ask", question="?!")
    assert "there were no words in it" in page.text
    page = await reviewer.send("/ask", question="bridge " * 300)
    assert "it is longer than what is read as a question" in page.text


async def test_five_entries_considered_and_the_rest_on_demand(reviewer: Browser) -> None:
    await reviewer.get("/ask")
    page = await reviewer.send("/ask", question="what do critics say about the bridge?")
    considered = page.html.partition('id="candidates-heading"')[2]
    at_once, folded, rest = considered.partition('<details class="more">')
    assert at_once.count("<meter") == 5
    assert folded
    shown = rest.partition("</details>")[0].count("<meter")
    assert 1 <= shown <= 3
    assert f"{shown} more" in page.text


async def test_a_follow_up_in_another_language(reviewer: Browser) -> None:
    await reviewer.get("/ask")
    page = await reviewer.send("/ask", question="sources?", context="new-bridge.cost")
    assert "Read together with “It is too expensive”" in page.text
    page = await reviewer.send("/ask", question="who proposed it", context="new-bridge")
    assert "Ada Quill" in page.text
    page = await reviewer.send("/ask", question="what is the bridge plan", language="ru",
                               context="")  # fmt: skip
    assert "Построить пешеходный мост" in page.text
    page = await reviewer.send("/ask", 422, question="and who says so?", context="no-such")
    assert "There is no such entry." in page.text


async def test_a_question_of_the_log_is_asked_again(service: Service, moderator: Browser) -> None:
    asker = await ask(service, "how much does it cost", 3)
    number = await number_of(service, asker)
    page = await moderator.get(f"/ask?query={number}")
    assert page.form("/ask").fields["question"] == "how much does it cost"
    page = await moderator.send("/ask")
    assert "90,000 crowns" in page.text
    assert "Caution: The estimate leaves out maintenance." in page.text
    # It should be another entry: its own words are not to be copied.
    (link,) = [link for link in page.links if f"entry=new-bridge.cost&query={number}" in link]
    await moderator.get(link)
    page = await moderator.send("/review/phrasing", 422, phrasings="How much does it cost?")
    assert "is nearly what somebody else wrote." in page.text
    page = await moderator.send("/review/phrasing", phrasings="which expense is objected to")
    assert "It is in your draft." in page.text
    await moderator.get("/ask?query=999", 404)


async def test_what_should_be_another_entry_goes_into_the_draft(
    service: Service, moderator: Browser
) -> None:
    await moderator.get("/ask")
    page = await moderator.send("/ask", question="will otters mind")
    (link,) = [link for link in page.links if link.endswith("/review/phrasing")]
    await moderator.get(link)
    page = await moderator.send("/review/phrasing", 422, other="herons", phrasings="will otters")
    assert "new-bridge.herons" in page.html
    page = await moderator.send(
        "/review/phrasing", entry="new-bridge.herons", other="", phrasings="will otters mind"
    )
    assert "It is in your draft." in page.text
    assert len((await service.moderation().draft("discord:302")).operations) == 1
    rows = await service.log.audit.recent()
    assert [(row.action, row.target) for row in rows] == [("draft", "new-bridge.herons")]
