"""Reviewers work through the queue: look, judge, take back, draft what is missing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from bot.advisor.answer import Outcome, Question
from bot.channels.web.routing import Role
from bot.querylog import LogUnavailable, QueryFilter
from bot.reasons import NONE
from bot.service import Service

from .asking import DOGS, UPKEEP, ask, dogs, number_of
from .browsing import Browser, Seen

MODERATOR = "discord:302"
RULE = {
    "question": "Walking with animals",
    "answer": "Pets may cross on a lead.",
    "sources": "gazette",
    "phrasings": "is my terrier welcome on the crossing\nbringing pets across: any rules\n"
    "dogs permitted on the new bridge\ndog owners and the footbridge",
    "test": "must a poodle stay at home",
}
BAD = "<img src=x onerror=alert(1)>\"'</textarea>{{ 7331*7 }}"


async def judge(browser: Browser, cluster: int, status: int = 200, **fields: str) -> Seen:
    return await browser.send(f"/review/clusters/{cluster}/judge", status, **fields)


def lit(page: Seen) -> set[str]:
    """Return what the navigation, wide and folded, shows as the page that one is on."""
    found = re.findall(r'aria-current="page"><svg.*?</svg><span>(.*?)</span>', page.html, re.S)
    return set(found)


async def actions(service: Service) -> list[str]:
    return [row.action for row in await service.log.audit.recent()]


async def test_from_an_unanswered_question_to_its_answer(
    service: Service, moderator: Browser
) -> None:
    for text in DOGS:
        assert service.advisor.answer(Question(text)).outcome is Outcome.GAP
    cluster = await dogs(service)
    for person in (5, 5, 5, 1, 1):
        # Whoever asks in two clusters is one person.
        await ask(service, UPKEEP, person)
    await service.review().refresh()

    page = await moderator.get("/review")
    assert "Clusters to judge 2" in page.text
    assert "Questions in them 8 of 4 people" in page.text
    assert page.links.index(f"/review/clusters/{cluster}") > 0
    page = await moderator.get(f"/review/clusters/{cluster}")
    for text in DOGS:
        assert text in page.text
    assert "Nothing: the bot said that it has no answer." in page.text

    # One click judges, and the form of the entry that is missing opens.
    page = await judge(moderator, cluster, verdict="gap-draft", kind="faq")
    assert page.url.endswith(f"/review/entry?kind=faq&cluster={cluster}")
    assert DOGS[0] in page.text
    # A moderator's words may not be those of whoever asked.
    page = await moderator.send("/review/entry/keep", 422, **(RULE | {"question": DOGS[1]}))
    assert "is nearly what somebody else wrote." in page.text
    assert page.form("/review/entry/keep").fields["answer"] == RULE["answer"]
    page = await moderator.send("/review/entry/keep", 200, **RULE)
    assert "It is in your draft." in page.text
    assert "3 questions are judged: Gap." in page.text
    # The next cluster is open already.
    assert UPKEEP in page.text

    moderation = service.moderation()
    draft = await moderation.draft(MODERATOR)
    assert len(draft.operations) == 6
    plan = await moderation.plan(draft)
    await moderation.publish(draft, plan, user=MODERATOR, reason="Asked often.", confirmed=True)
    await service.settled()
    answered = service.advisor.answer(Question(DOGS[1]))
    assert answered.outcome is Outcome.ANSWERED
    assert answered.title == RULE["question"]
    await service.review().refresh()
    page = await moderator.get("/review?status=answered")
    assert any(text in page.text for text in DOGS)
    assert f"→ {RULE['question']}" in page.text
    assert {"judge_gap", "draft"} <= set(await actions(service))


async def test_a_wrong_answer_is_judged_with_the_entry_and_its_words_in_one_form(
    service: Service, moderator: Browser
) -> None:
    cluster = await dogs(service)
    await moderator.get(f"/review/clusters/{cluster}")
    # Words are looked up, never taken for an entry.
    page = await judge(moderator, cluster, verdict="look", other="herons")
    assert "new-bridge.herons" in page.html
    assert page.form("/review/clusters").action
    page = await judge(moderator, cluster, 422, verdict="wrong", other="the birds there")
    assert "Choose the entry that you mean" in page.text
    page = await judge(moderator, cluster, 422, verdict="wrong", phrasings="pets crossing")
    assert "Choose the entry that these words are for." in page.text
    assert "pets crossing" in page.html
    assert (await service.review().queue())[0].id == cluster

    page = await judge(
        moderator, cluster, verdict="wrong", entry="new-bridge",
        phrasings="pets on the crossing", test="may a terrier come along",
    )  # fmt: skip
    assert "3 questions are judged: Wrong." in page.text
    assert "It is in your draft." in page.text
    draft = await service.moderation().draft(MODERATOR)
    assert [operation.op for operation in draft.operations] == ["add_phrasing", "add_expectation"]
    (row,) = await service.review().queue(status="judged")
    assert (row.verdict, row.entry) == ("wrong", "new-bridge")


async def test_what_cannot_be_drafted_is_given_back_and_the_verdict_stands(
    service: Service, moderator: Browser
) -> None:
    cluster = await dogs(service)
    await moderator.get(f"/review/clusters/{cluster}")
    page = await judge(
        moderator, cluster, 422, verdict="wrong", entry="new-bridge", phrasings=DOGS[2]
    )
    assert "The verdict is kept." in page.text
    assert page.form("/review/phrasing").fields["phrasings"] == DOGS[2]
    assert (await service.moderation().draft(MODERATOR)).operations == ()
    page = await moderator.send("/review/phrasing", phrasings="pets on the crossing")
    assert "It is in your draft." in page.text
    assert len((await service.moderation().draft(MODERATOR)).operations) == 1


async def test_a_verdict_is_taken_back(service: Service, reviewer: Browser) -> None:
    cluster = await dogs(service)
    await reviewer.get(f"/review/clusters/{cluster}")
    page = await judge(reviewer, cluster, verdict="out_of_scope")
    assert "3 questions are judged: Off topic. " in page.text
    assert "Everything is judged" in page.text
    page = await reviewer.send(f"/review/clusters/{cluster}/undo")
    assert "The verdict is taken back" in page.text
    assert (await service.review().counts()).open_items == 3
    # It says so on the cluster's own page too.
    await judge(reviewer, cluster, verdict="right")
    page = await reviewer.get(f"/review/clusters/{cluster}")
    assert "By you" in page.text
    assert not any(form.action.endswith("/judge") for form in page.forms)
    await reviewer.send(f"/review/clusters/{cluster}/undo")
    assert {"judge_out_of_scope", "judge_right", "take_back"} <= set(await actions(service))


async def test_a_reviewer_takes_back_only_their_own(
    service: Service, reviewer: Browser, browse: Callable[[], Browser]
) -> None:
    cluster = await dogs(service)
    await reviewer.get(f"/review/clusters/{cluster}")
    await judge(reviewer, cluster, verdict="ignore")
    other = browse()
    other.sign_in(Role.REVIEWER, "bridge", "discord:309")
    page = await other.get(f"/review/clusters/{cluster}")
    assert not any(form.action.endswith("/undo") for form in page.forms)
    answer = await other.http.post(
        f"/review/clusters/{cluster}/undo", data={"csrf": other.csrf}, follow_redirects=True
    )
    assert "There is no verdict of yours" in answer.text
    assert (await service.review().queue(status="judged"))[0].verdict == "ignore"


async def test_of_two_reviewers_the_second_is_told(
    service: Service, reviewer: Browser, moderator: Browser
) -> None:
    cluster = await dogs(service)
    for browser in (reviewer, moderator):
        await browser.get(f"/review/clusters/{cluster}")
    await judge(reviewer, cluster, verdict="out_of_scope")
    page = await judge(
        moderator, cluster, 409, verdict="wrong", entry="new-bridge", phrasings="pets crossing"
    )
    assert "This was judged or split meanwhile" in page.text
    assert "Off topic" in page.text
    assert (await service.review().queue(status="judged"))[0].verdict == "out_of_scope"
    assert (await service.moderation().draft(MODERATOR)).operations == ()


async def test_members_are_split_off(service: Service, reviewer: Browser) -> None:
    cluster = await dogs(service)
    members = await service.review().members(cluster)
    await reviewer.get(f"/review/clusters/{cluster}")
    page = await reviewer.send(f"/review/clusters/{cluster}/split")
    assert "Choose some of the questions" in page.text
    page = await reviewer.send(f"/review/clusters/{cluster}/split", query=str(members[0].query.id))
    assert "One question has a cluster of its own now" in page.text
    assert f"/review/clusters/{cluster}" not in page.url
    assert (await service.review().counts()).open_clusters == 2


async def test_filters_and_lists(service: Service, reviewer: Browser) -> None:
    await dogs(service)
    asker = await ask(service, "how much does it cost", 7)
    await service.wrong(asker, NONE)
    await ask(service, "can I sue the council over the bridge", 8)
    await service.review().refresh()
    page = await reviewer.get("/review?reason=none")
    assert "how much does it cost" in page.text
    assert DOGS[0] not in page.text
    page = await reviewer.get("/review?reason=reported")
    assert "Nothing here fits the filter" in page.text
    page = await reviewer.get("/review/questions?reason=gap")
    assert all(text in page.text for text in DOGS)
    assert "sue the council" not in page.text
    page = await reviewer.get("/review/questions?reason=boundary")
    assert "sue the council" in page.text
    # What no form would send does no harm.
    for query in ("status=x&reason=y&after=z", "after=nan,1", f"after=1,{'9' * 30}", "done=x"):
        await reviewer.get(f"/review?{query}")
    for path in ("/review/clusters/99999", f"/review/clusters/{'9' * 30}"):
        page = await reviewer.get(path, 404)
        assert "no such cluster or question" in page.text


async def test_a_long_queue_has_pages(service: Service, reviewer: Browser) -> None:
    cluster = await dogs(service)
    # Clusters of one question each, as when nothing is alike.
    for each in range(12):
        for text in DOGS:
            await ask(service, text, each)
    await service.review().refresh()
    members = await service.review().members(cluster, limit=60)
    for member in members[:34]:
        await service.review().split("discord:1", cluster, [member.query.id], channel="test")
    first = await reviewer.get("/review")
    (older,) = [link for link in first.links if "after=" in link]
    second = await reviewer.get(older)
    rows = re.compile(r"^/review/clusters/\d+$")
    ids = [{link for link in page.links if rows.match(link)} for page in (first, second)]
    assert len(ids[0]) == 30
    assert len(ids[1]) == 5
    assert not ids[0] & ids[1]


async def test_random_answers_alone_tell_the_precision(
    service: Service, reviewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The lot does not fall on the one that is judged already.
    monkeypatch.setattr(random, "random", lambda: 1.0)
    page = await reviewer.get("/review/random/draw")
    assert "No answered question of the last 30 days is left" in page.text
    asker = await ask(service, "how much does it cost", 3)
    await ask(service, "what about the birds", 4)
    picked = await number_of(service, asker)
    # Picked by hand it counts as picked, whatever the form says.
    await reviewer.get(f"/log/{picked}?drawn={'0' * 64}")
    await reviewer.send(f"/log/{picked}/judge", verdict="right", drawn="0" * 64)
    page = await reviewer.get("/review/random/draw")
    assert "Drawn at random" in page.text
    assert "what about the birds" in page.text
    assert lit(page) == {"Review"}
    drawn = page.url
    assert lit(await reviewer.get(f"/log/{picked}")) == {"Query log"}
    await reviewer.get(drawn)
    page = await reviewer.send("/log/", verdict="wrong")
    assert "No answered question of the last 30 days is left" in page.text
    found = await service.review().insights()
    assert found.verdicts_sampled == {"wrong": 1}
    assert (found.precision.successes, found.precision.n) == (0, 1)
    page = await reviewer.get("/review/random")
    assert "from one verdict" in page.text


async def test_the_navigation_says_what_waits(
    service: Service, reviewer: Browser, moderator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waiting(page: Seen) -> list[str]:
        return re.findall(r'class="count numbers">(\d+)<', page.html)

    assert waiting(await moderator.get("/review")) == []
    cluster = await dogs(service)
    await service.moderation().suggest("discord:8", "other", "Are dogs allowed?")
    # Once in the wide navigation, once in the folded one.
    assert waiting(await moderator.get("/ask")) == ["1", "1"] * 2
    assert waiting(await reviewer.get("/ask")) == ["1"] * 2

    async def fails(topic: str) -> int:
        raise LogUnavailable("not now")

    monkeypatch.setattr(service.log.curation, "open_suggestions", fails)
    assert waiting(await moderator.get("/knowledge")) == []
    await reviewer.get(f"/review/clusters/{cluster}")
    assert waiting(await judge(reviewer, cluster, verdict="ignore")) == []


async def test_a_cluster_shows_five_entries_and_the_rest_on_demand(
    service: Service, reviewer: Browser
) -> None:
    cluster = await dogs(service)
    page = await reviewer.get(f"/review/clusters/{cluster}")
    view = await service.review().cluster(cluster)
    assert view is not None
    assert len(view.candidates) > 5
    meant = page.html.partition('id="meant-heading"')[2].partition("</section>")[0]
    shown, _, folded = meant.partition("<details")
    assert shown.count("<li>") == 5
    assert folded.count("<li>") == len(view.candidates) - 5


async def test_a_reviewer_drafts_nothing(service: Service, reviewer: Browser) -> None:
    cluster = await dogs(service)
    page = await reviewer.get(f"/review/clusters/{cluster}")
    assert "gap-draft" not in page.html
    assert "phrasings" not in page.html
    page = await judge(
        reviewer, cluster, verdict="wrong", entry="new-bridge", phrasings="pets crossing"
    )
    assert "Wrong" in page.text
    assert (await service.moderation().draft("discord:301")).operations == ()
    for path in (f"/review/entry?cluster={cluster}", "/review/phrasing?entry=new-bridge"):
        await reviewer.get(path, 403)


async def test_arguments_are_drafted_under_what_they_answer(
    service: Service, moderator: Browser
) -> None:
    cluster = await dogs(service)
    await moderator.get(f"/review/entry?cluster={cluster}&kind=response")
    given = {"text": "Owners would clean up behind them.", "sources": "common"}
    page = await moderator.send("/review/entry/keep", 422, **given, parent="nothing")
    assert "there is no entry nothing" in page.text
    page = await moderator.send("/review/entry/keep", 200, **given, parent="new-bridge.herons")
    assert "It is in your draft." in page.text
    (operation,) = (await service.moderation().draft(MODERATOR)).operations
    assert operation.model_dump()["parent"] == "new-bridge.herons"


@pytest.mark.parametrize("language", ["ru", "uk"])
async def test_all_pages_speak_the_reviewers_language(
    service: Service, moderator: Browser, language: str
) -> None:
    cluster = await dogs(service)
    moderator.http.cookies.set("language", language, domain="127.0.0.1", path="/")
    for path in (
        "/review", "/review/questions", "/review/random", f"/review/clusters/{cluster}",
        f"/review/entry?cluster={cluster}", f"/review/phrasing?cluster={cluster}", "/log/1",
        "/log/columns",
    ):  # fmt: skip
        page = await moderator.get(path)
        assert f'<html lang="{language}"' in page.html
        assert "Judge" not in page.text
        assert "review-" not in re.sub(r"<[^>]+>", "", page.html)


async def test_what_people_write_is_never_markup(service: Service, moderator: Browser) -> None:
    asker = await ask(service, f"are dogs allowed {BAD}", 1)
    await service.wrong(asker, BAD)
    await service.review().refresh()
    (row,) = await service.review().queue()
    number = await number_of(service, asker)
    for path in (
        "/review", "/review/questions", f"/review/clusters/{row.id}", f"/log/{number}", "/log",
        f"/review/entry?cluster={row.id}", f"/review/phrasing?cluster={row.id}",
        f"/ask?query={number}",
    ):  # fmt: skip
        page = await moderator.get(path)
        assert "<img" not in page.html, path
        assert "51317" not in page.text, path
        assert "&lt;img src=x" in page.html, path
    await moderator.get(f"/review/clusters/{row.id}")
    page = await judge(moderator, row.id, verdict="look", other=BAD)
    assert "<img" not in page.html
    await moderator.get(f"/review/entry?cluster={row.id}")
    page = await moderator.send("/review/entry/keep", 422, question=BAD, answer=BAD, sources=BAD)
    assert "<img" not in page.html


async def test_private_questions_are_nowhere_in_the_queue(
    service: Service, reviewer: Browser
) -> None:
    asker = await ask(service, DOGS[0], 1, private=True)
    await service.review().refresh()
    for path in ("/review", "/review/questions"):
        page = await reviewer.get(path)
        assert "Everything is judged" in page.text
    number = await number_of(service, asker)
    page = await reviewer.get(f"/log/{number}")
    assert "private: its words are not kept" in page.text
    assert not any(form.action.endswith("/judge") for form in page.forms)
    rows = [row async for row in service.log.queries(QueryFilter(topic="bridge"))]
    assert [row.text for row in rows] == [None]
