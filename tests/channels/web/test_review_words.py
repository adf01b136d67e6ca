"""What a reviewer has to know to judge stands beside each question; what is typed stays."""

from __future__ import annotations

from bot.advisor.answer import Conversation, Outcome, Question
from bot.reasons import ANOTHER
from bot.service import Asker, Service

from .asking import ask, dogs, number_of
from .browsing import Browser
from .test_review_pages import MODERATOR, RULE, judge


async def test_a_follow_up_says_what_it_followed(service: Service, reviewer: Browser) -> None:
    asker = Asker("asked:followed", "discord:1", "discord", "room", False)
    question = Question("and what do critics say?", None, Conversation(entry="new-bridge"))
    await service.ask(question, asker)
    await service.wrong(asker, ANOTHER)
    await service.review().refresh()
    cluster = (await service.review().queue())[0].id
    number = await number_of(service, asker)
    followed = f"Asked after: {service.advisor.release.entries['new-bridge'].title}"
    for path in (
        f"/review/clusters/{cluster}", "/review", "/review/questions", "/log", f"/log/{number}",
    ):  # fmt: skip
        page = await reviewer.get(path)
        assert followed in page.text, path


async def test_right_says_what_was_right(service: Service, reviewer: Browser) -> None:
    await dogs(service)
    page = await reviewer.get(f"/review/clusters/{(await service.review().queue())[0].id}")
    assert "Declining was right" in page.text
    assert "The answer is the one they wanted" not in page.text
    number = await number_of(service, await ask(service, "how much does it cost", 7))
    page = await reviewer.get(f"/log/{number}")
    assert "The answer is the one they wanted" in page.text


async def test_a_verdict_is_not_taken_for_an_outcome(service: Service, reviewer: Browser) -> None:
    cluster = await dogs(service)
    await reviewer.get(f"/review/clusters/{cluster}")
    await judge(reviewer, cluster, verdict="gap")
    for path in ("/log", "/review/questions?status=judged", f"/review/clusters/{cluster}"):
        page = await reviewer.get(path)
        assert "Verdict: Gap" in page.text, path


async def test_what_is_not_in_the_queue_is_found_in_the_log(
    service: Service, reviewer: Browser
) -> None:
    words = "how do I bake a sourdough loaf"
    assert service.advisor.answer(Question(words)).outcome is Outcome.OUT_OF_SCOPE
    await ask(service, words)
    page = await reviewer.get("/review/questions")
    assert "Choice offered · Off topic" in page.text
    page = await reviewer.get(next(each for each in page.links if "out_of_scope" in each))
    assert words in page.text


async def test_another_kind_of_entry_keeps_what_was_typed(
    service: Service, moderator: Browser
) -> None:
    cluster = await dogs(service)
    await moderator.get(f"/review/entry?cluster={cluster}&kind=faq")
    page = await moderator.send("/review/entry/keep", 200, **RULE, kind="objection", change="kind")
    fields = page.form("/review/entry/keep").fields
    kept = {name: RULE[name] for name in ("sources", "phrasings", "test")}
    said = {"title": RULE["question"], "text": RULE["answer"]}
    assert fields.items() >= (kept | said | {"kind": "objection"}).items()
    assert not (await service.moderation().draft(MODERATOR)).operations
    # Whoever chose another kind and sent the form as it was has seen none of its other fields.
    page = await moderator.send("/review/entry/keep", kind="term")
    fields = page.form("/review/entry/keep").fields
    said = {"name": RULE["question"], "definition": RULE["answer"]}
    assert fields.items() >= (kept | said).items()
    page = await moderator.send("/review/entry/keep")
    assert "It is in your draft." in page.text
