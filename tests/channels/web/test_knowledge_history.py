"""The history, undo, taking down at once, and the two-person rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.advisor.answer import Question
from bot.channels.web.routing import Role
from bot.curation.news import Done, Handed, News
from bot.service import Asker, Service

from .browsing import Browser, Seen
from .test_knowledge_editing import finished, previewed


async def answered(service: Service, event: str) -> str | None:
    """Return which entry answers a question about the birds."""
    asker = Asker(event, "discord:7", "discord", "p")
    return (await service.ask(Question("what about the birds"), asker)).answer.entry


async def test_an_entry_is_taken_down_and_comes_back_at_once(
    moderator: Browser, service: Service
) -> None:
    """Find an entry from the history, withdraw it for a reason, and bring it back."""
    heard: list[News] = []
    service.listeners.append(heard.append)
    assert await answered(service, "e1") == "new-bridge.herons"
    page = await moderator.get("/history?q=heron")
    assert "/history/withdraw/new-bridge.herons" in page.links
    page = await moderator.get("/history/withdraw/new-bridge.herons")
    assert "1 argument under it goes with it" in page.text
    page = await moderator.send("/history/withdraw/", status=422, reason=" ")
    assert "at least three letters" in page.text
    page = await moderator.send("/history/withdraw/", reason="The herons moved away")
    assert "It is out of all answers" in page.text
    assert "The herons moved away" in page.text
    assert await answered(service, "e2") != "new-bridge.herons"
    assert "no answer shows it" in (await moderator.get("/knowledge/entry/new-bridge.herons")).text
    page = await moderator.get("/knowledge?part=withdrawn")
    assert "It disturbs the herons" in page.text

    await moderator.get("/history?q=heron")
    page = await moderator.get("/history/withdraw/new-bridge.herons")
    twice = page.form("/history/withdraw/")
    page = await moderator.send("/history/withdraw/", reason="They are back")
    assert "It is in answers again" in page.text
    assert await answered(service, "e3") == "new-bridge.herons"
    again = await moderator.http.post(
        twice.action, data={**twice.fields, "reason": "They are back"}
    )
    assert again.headers["location"] == "/history"
    page = await moderator.get("/history")
    assert page.text.count("It is in answers again") == 1
    assert "nothing was done twice" in page.text
    assert page.text.count("They are back") == 1
    assert [(one.topic, one.kind, one.entry) for one in heard if isinstance(one, Done)] == [
        ("bridge", "withdrawn", "new-bridge.herons"), ("bridge", "restored", "new-bridge.herons"),
    ]  # fmt: skip
    rows = await service.log.audit.recent(topic="bridge")
    assert [r.action for r in rows if r.target == "new-bridge.herons"] == [
        "knowledge.restore", "knowledge.withdraw",
    ]  # fmt: skip


async def test_what_was_published_is_undone_after_its_preview(
    moderator: Browser, service: Service
) -> None:
    """Publish a reworded entry, look at the commit, undo it."""
    heard: list[News] = []
    service.listeners.append(heard.append)
    await answered(service, "e1")
    await moderator.get("/knowledge/edit/objection/new-bridge.herons/main")
    await moderator.send("/knowledge/edit/", do="save", text="Herons breed right there.")
    page = await previewed(moderator)
    assert "Past answers change" in page.text
    page = await moderator.send("/draft/preview/", status=422, reason="Clearer words")
    assert "tick the box, then publish" in page.text
    assert page.form("/draft/preview/").fields["reason"] == "Clearer words"
    page = await moderator.send("/draft/preview/", reason="Clearer words", confirmed="yes")
    assert "in other words" in page.text
    assert "Herons nest where the bridge would stand." in page.text
    page = await finished(moderator, await moderator.send("/history/"))
    assert page.form("/draft/preview/").fields["reason"] == "Undo: Clearer words"
    assert "Undo: Clearer words" in page.text
    assert "new-bridge.herons changes" in page.text
    page = await moderator.send("/draft/preview/", confirmed="yes")
    assert "It is published" in page.text
    told = [one for one in heard if isinstance(one, Done)]
    assert [one.result.commit.reason for one in told] == ["Clearer words", "Undo: Clearer words"]
    assert all(one.words and one.counts and one.counts["reworded"] for one in told)
    entry = service.release.entries["new-bridge.herons"]
    assert entry.text == "Herons nest where the bridge would stand."
    page = await moderator.get("/history?entry=new-bridge.herons")
    assert "Undo: Clearer words" in page.text


async def test_two_people_where_that_is_the_rule(
    moderator: Browser, browse: Callable[[], Browser], service: Service
) -> None:
    """Hand a draft over; its author cannot publish it, another moderator can."""
    heard: list[News] = []
    service.listeners.append(heard.append)
    service.moderation().two_people = True
    second = browse()
    second.sign_in(Role.MODERATOR, "bridge", "discord:303")
    await moderator.get("/knowledge/phrase/new-bridge.cost")
    await moderator.send("/knowledge/phrase/", do="save", phrasings="is it money well spent")
    assert "Waiting for you" not in (await second.get("/draft")).text
    page = await previewed(moderator)
    forced = page.form("/draft/preview/")
    data = {**forced.fields, "reason": "It was asked", "do": "publish", "confirmed": "yes"}
    refused = await moderator.http.post(forced.action, data=data)
    assert refused.status_code == 403
    assert "Two people are the rule here" in refused.text
    page = await moderator.send("/draft/preview/", do="ask", reason="It was asked")
    assert "It waits for another moderator" in page.text
    [handed] = heard
    assert isinstance(handed, Handed)
    assert handed.draft.reason == "It was asked"

    page = await second.get("/draft")
    waiting = next(link for link in page.links if link.startswith("/draft/"))
    page = await second.get(waiting)
    assert "It was asked" in page.text
    assert "is it money well spent" in page.text
    page = await finished(second, await second.send("/draft/"))
    page = await second.send("/draft/preview/", confirmed="yes")
    assert "It is published" in page.text
    author = await service.moderation().name("discord:302")
    assert author in page.text
    assert "Nothing is in it yet" in (await moderator.get("/draft")).text


async def test_a_draft_is_handed_over_without_its_preview(
    moderator: Browser, service: Service
) -> None:
    """Ask for a second person from the draft itself; the others hear of it once."""
    heard: list[News] = []
    service.listeners.append(heard.append)
    service.moderation().two_people = True
    await moderator.get("/knowledge/phrase/new-bridge.cost")
    await moderator.send("/knowledge/phrase/", do="save", phrasings="is it money well spent")
    page = await moderator.get("/draft")
    [form] = [one for one in page.forms if "do" not in one.fields and "revision" in one.fields][-1:]
    data = {**form.fields, "do": "submit", "reason": "It was asked"}
    for _ in range(2):
        answer = await moderator.http.post("/draft", data=data)
        assert answer.headers["location"] == "/draft"
    [handed] = heard
    assert isinstance(handed, Handed)
    assert handed.draft.reason == "It was asked"


async def test_somebody_published_meanwhile(
    moderator: Browser, browse: Callable[[], Browser], service: Service
) -> None:
    """Publish a preview that others have overtaken: it is worked out anew, the reason kept."""
    second = browse()
    second.sign_in(Role.MODERATOR, "bridge", "discord:303")
    await moderator.get("/knowledge/phrase/new-bridge.cost")
    await moderator.send("/knowledge/phrase/", do="save", phrasings="is it money well spent")
    await previewed(moderator)
    await second.get("/history/withdraw/mill-race")
    await second.send("/history/withdraw/", reason="Nobody asks for it")
    page: Seen = await moderator.send("/draft/preview/", reason="It was asked", confirmed="yes")
    page = await finished(moderator, page)
    assert "Somebody published meanwhile" in page.text
    assert page.form("/draft/preview/").fields["reason"] == "It was asked"
    page = await moderator.send("/draft/preview/", confirmed="yes")
    assert "It is published" in page.text
    assert "mill-race" not in service.release.entries


async def test_a_preview_of_what_the_draft_was_says_what_became_of_it(moderator: Browser) -> None:
    """Publish an old preview after the draft has changed, and after it was thrown away."""
    await moderator.get("/knowledge/phrase/new-bridge.cost")
    await moderator.send("/knowledge/phrase/", do="save", phrasings="is it money well spent")
    preview = await previewed(moderator)
    await moderator.get("/knowledge/phrase/new-bridge.cost")
    await moderator.send("/knowledge/phrase/", do="save", phrasings="who will pay for all of it")
    sent = {"reason": "It was asked", "confirmed": "yes"}
    moderator.at = preview
    page = await moderator.send("/draft/preview/", status=409, **sent)
    assert "Meanwhile this draft has changed" in page.text
    assert "discarded" not in page.text
    assert "suggestion was" not in page.text
    page = await moderator.get("/draft")
    form = next(one for one in page.forms if "position" in one.fields)
    fields = {key: text for key, text in form.fields.items() if key in {"csrf", "from"}}
    await moderator.http.post(form.action, data={**fields, "do": "discard", "sure": "yes"})
    moderator.at = preview
    page = await moderator.send("/draft/preview/", status=409, **sent)
    assert "Meanwhile this draft was published or discarded" in page.text


async def test_a_withdrawal_sent_twice_at_once_keeps_its_headline(moderator: Browser) -> None:
    """Double-click: both requests are answered that it is done, whichever comes first."""
    page = await moderator.get("/history/withdraw/new-bridge.herons")
    form = page.form("/history/withdraw/")
    data = {**form.fields, "reason": "The herons moved away"}
    both = await asyncio.gather(*(moderator.http.post(form.action, data=data) for _ in range(2)))
    assert "/history" in {one.headers["location"] for one in both}
    page = await moderator.get("/history")
    assert page.text.count("It is out of all answers") == 1
    assert page.text.count("The herons moved away") == 1
