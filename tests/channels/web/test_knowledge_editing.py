"""From a form to an answer: add, check, draft, preview, publish; and all that may go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.advisor.answer import Question
from bot.channels.web.routing import Role
from bot.curation.fields import GROUPS
from bot.curation.operations import AddEntry
from bot.service import Asker, Service

from .browsing import Browser, Seen, read

NEW = {
    "title": "Cyclists will race over it",
    "text": "People on foot would be pushed aside by fast bicycles.",
    "sources": "gazette, p. 4",
    "phrasings": "will cyclists race across\nare bicycles a danger for walkers",
    "test": "is it safe to walk there among fast bikes",
}


async def finished(browser: Browser, page: Seen) -> Seen:
    """Wait on the page of a job until it shows its result."""
    while "/jobs/" in page.url and "<progress" in page.html:
        await asyncio.sleep(0.02)
        page = await browser.get(page.url)
    return page


async def previewed(browser: Browser) -> Seen:
    """Open one's draft and have it previewed."""
    page = await browser.get("/draft")
    number = next(f.action for f in page.forms if f.action.removeprefix("/draft/").isdecimal())
    return await finished(browser, await browser.send(number))


async def test_a_new_entry_goes_from_the_form_into_an_answer(
    moderator: Browser, service: Service
) -> None:
    """Fill in a form wrongly, mend it, preview and publish it; then members get it."""
    await moderator.get("/knowledge/entry/new-bridge")
    await moderator.get("/knowledge/add/objection?parent=new-bridge")
    form = "/knowledge/add/objection"
    page = await moderator.send(form, 200, do="check", **NEW | {"sources": "gazete", "title": ""})
    assert "is empty; it cannot be left out" in page.text
    assert "did you mean gazette" in page.text
    assert "pushed aside by fast bicycles" in page.form(form).fields["text"]
    page = await moderator.send(form, status=422, do="save", **NEW | {"title": "x" * 101})
    assert "is 101 characters long; 100 fit" in page.text
    assert page.form(form).fields["title"] == "x" * 101
    page = await moderator.send(form, 200, do="check", **NEW)
    assert "Nothing is wrong with it" in page.text
    assert "As Discord shows it" in page.text
    assert "People on foot would be pushed aside" in page.text
    draft = await service.moderation().draft("discord:302")
    assert not draft.operations

    page = await moderator.send(form, 200, do="save", **NEW)
    assert page.url.endswith("/knowledge/entry/new-bridge.cyclists-will-race-over-it")
    assert "In your draft" in page.text
    asked = Question("will bikes be dangerous for people who walk")
    before = await service.ask(asked, Asker("e1", "discord:7", "discord", "p"))
    assert before.answer.entry != "new-bridge.cyclists-will-race-over-it"

    page = await previewed(moderator)
    assert "Newly answered" in page.text or "Answered differently" in page.text
    assert "will bikes be dangerous for people who walk" in page.text
    assert "proposals/new-bridge.yaml" in page.text
    page = await moderator.send("/draft/preview/", status=422, reason="", confirmed="yes")
    assert "at least three letters" in page.text
    page = await moderator.send("/draft/preview/", reason="Walkers asked for it", confirmed="yes")
    assert "It is published" in page.text
    assert "Walkers asked for it" in page.text
    after = await service.ask(asked, Asker("e2", "discord:7", "discord", "p"))
    assert after.answer.entry == "new-bridge.cyclists-will-race-over-it"
    assert "Nothing is in it yet" in (await moderator.get("/draft")).text
    rows = await service.log.audit.recent(topic="bridge")
    assert {"draft.add", "knowledge.publish"} <= {row.action for row in rows}
    assert {row.channel for row in rows} == {"web"}


async def test_a_form_is_checked_while_it_is_filled_in(moderator: Browser) -> None:
    """Ask as the script does: problems by field, and Discord's look once there are none."""
    page = await moderator.get("/knowledge/edit/objection/new-bridge.cost/main")
    form = page.form("/knowledge/edit/objection")
    typed = {**form.fields, "do": "live", "title": "", "text": "Nobody <b>can</b> pay for it."}
    said = (await moderator.http.post(form.action, data=typed)).json()
    assert said["problems"] == {"title": "is empty; it cannot be left out."}
    said = (await moderator.http.post(form.action, data={**typed, "title": "Too dear"})).json()
    assert said["problems"] == {}
    assert "Nobody &lt;b&gt;can&lt;/b&gt; pay for it." in said["html"]
    assert "Too dear" in said["html"]
    page = await moderator.get("/knowledge/phrase/new-bridge.cost")
    form = page.form("/knowledge/phrase/")
    taken = {**form.fields, "phrasings": "what is the bridge plan", "do": "live"}
    said = (await moderator.http.post(form.action, data=taken)).json()
    assert "stands on new-bridge already" in said["html"]


async def test_a_draft_that_others_overtook_says_both_versions(
    moderator: Browser, browse: Callable[[], Browser]
) -> None:
    """Change what somebody else publishes first: the draft shows both, and can be mended."""
    second = browse()
    second.sign_in(Role.MODERATOR, "bridge", "discord:303")
    for browser, text in ((moderator, "Mine is better."), (second, "Theirs came first.")):
        await browser.get("/knowledge/edit/fact/bridge-cost/more")
        await browser.send("/knowledge/edit/fact", do="save", caution=text)
    await previewed(second)
    await second.send("/draft/preview/", reason="A new figure", confirmed="yes")
    page = await moderator.get("/draft")
    assert "Somebody has published a change of the same since you began" in page.text
    assert "Theirs came first." in page.text
    assert "Mine is better." in page.text
    number = next(f.action for f in page.forms if f.action.removeprefix("/draft/").isdecimal())
    form = page.form(number)
    answer = await moderator.http.post(form.action, data=form.fields)
    path = answer.headers["location"]
    while (page := read(await moderator.http.get(path))).status == 200:
        assert "<progress" in page.html
        await asyncio.sleep(0.02)
    assert page.status == 409
    assert "Theirs came first." in page.text
    page = await moderator.get("/draft")
    form = next(f for f in page.forms if "position" in f.fields)
    await moderator.http.post(form.action, data={**form.fields, "do": "remove"})
    assert "Nothing is in it yet" in (await moderator.get("/draft")).text


async def test_a_form_that_is_sent_twice_adds_once(moderator: Browser, service: Service) -> None:
    """Send the very same requests again, as an impatient or repeating browser does."""
    form = (await moderator.get("/knowledge/add/objection?parent=new-bridge")).form("/knowledge/")
    once = {**form.fields, **NEW, "do": "save"}
    for _ in range(2):
        answer = await moderator.http.post(form.action, data=once, follow_redirects=False)
        assert answer.status_code == 303
    moderation = service.moderation()
    assert [o.op for o in (await moderation.draft("discord:302")).operations].count("add") == 1

    page = await previewed(moderator)
    form = page.form("/draft/preview/")
    once = {**form.fields, "reason": "Asked for", "confirmed": "yes", "do": "publish"}
    answers = await asyncio.gather(
        *(moderator.http.post(form.action, data=once, follow_redirects=False) for _ in range(3))
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await asyncio.to_thread(moderation.curator.repository.history)) == 2


async def test_what_others_changed_meanwhile_is_shown_and_nothing_typed_is_lost(
    moderator: Browser, service: Service
) -> None:
    """Have the draft change under an open form of each kind."""
    other = await moderator.get("/knowledge/edit/objection/new-bridge.cost/main")
    opened = other.form("/knowledge/edit/objection").fields
    assert opened["title"] == "It is too expensive"
    await moderator.send("/knowledge/edit/objection", do="save", title="Too expensive by far")
    stale = {**opened, "text": "It costs what a roof costs.", "do": "save"}
    moderator.at = other
    page = await moderator.send("/knowledge/edit/objection", status=409, **stale)
    assert "Somebody has changed this since you opened the form" in page.text
    assert "Too expensive by far" in page.text
    fields = page.form("/knowledge/edit/objection").fields
    assert fields["text"] == "It costs what a roof costs."
    page = await moderator.send("/knowledge/edit/objection", do="save")
    assert page.url.endswith("/knowledge/entry/new-bridge.cost")
    assert "It costs what a roof costs." in page.text

    opened_page = await moderator.get("/knowledge/add/fact")
    await moderator.get("/knowledge/phrase/new-bridge.cost")
    await moderator.send("/knowledge/phrase/", do="save", phrasings="is it money well spent")
    fact = {"statement": "Ninety people cross there each day.", "sources": "common", "do": "save"}
    moderator.at = opened_page
    page = await moderator.send("/knowledge/add/fact", status=409, **fact)
    assert "Your draft has changed since this form was opened" in page.text
    assert "is it money well spent" in page.text
    assert page.form("/knowledge/add/fact").fields["statement"] == fact["statement"]
    page = await moderator.send("/knowledge/add/fact", do="save")
    assert "Ninety people cross there each day." in page.text

    # A draft that somebody looked at on another page.
    page = await moderator.get("/draft")
    form = next(f for f in page.forms if "position" in f.fields)
    first = {**form.fields, "do": "remove"}
    answer = await moderator.http.post(form.action, data=first, follow_redirects=False)
    assert answer.status_code == 303
    page = read(await moderator.http.post(form.action, data=first))
    assert page.status == 409
    assert "Meanwhile this draft has changed" in page.text
    assert len((await service.moderation().draft("discord:302")).operations) == 3


async def test_a_source_is_added_and_edited(moderator: Browser, service: Service) -> None:
    """A source has a field of its own that says what was seen of it."""
    await moderator.get("/knowledge/add/source")
    typed = {"title": "The survey of the river", "url": "https://survey.example/river"}
    page = await moderator.send("/knowledge/add/source", 200, do="save", seen="copy", **typed)
    draft = await service.moderation().draft("discord:302")
    assert len(draft.operations) == 1
    added = draft.operations[0]
    assert isinstance(added, AddEntry)
    assert (added.kind, added.fields["seen"]) == ("source", "copy")
    assert page.url.endswith(f"/knowledge/source/{added.id}")

    group = next(
        name for name, some in GROUPS["source"].items() if "seen" in {f.name for f in some}
    )
    form = f"/knowledge/edit/source/gazette/{group}"
    await moderator.get(form)
    await moderator.send(form, 200, do="save", seen="mention")
    draft = await service.moderation().draft("discord:302")
    assert "gazette" in str(draft.operations[-1])
    assert "mention" in str(draft.operations[-1])


async def test_an_address_among_the_sources_adds_one(moderator: Browser, service: Service) -> None:
    """What no source has yet is given by its address, and comes into the draft with the entry."""
    given = NEW | {
        "title": "The survey found cracks",
        "sources": "https://survey.example/a,b/, p. 7\ngazette",
        "test": "",
    }
    form = "/knowledge/add/objection"
    await moderator.get(f"{form}?parent=new-bridge")
    page = await moderator.send(form, 200, do="save", **given)
    assert page.url.endswith("/knowledge/entry/new-bridge.survey-found-cracks")
    draft = await service.moderation().draft("discord:302")
    entry, source = (one for one in draft.operations if isinstance(one, AddEntry))
    assert source.kind == "source"
    assert source.fields["url"] == "https://survey.example/a,b/"
    assert str(source.fields["title"]).startswith("survey.example")
    assert entry.fields["sources"] == [
        {"source": source.id, "where": "p. 7"},
        {"source": "gazette"},
    ]
    # The same page again, written a little otherwise, is the same source.
    await moderator.get(f"{form}?parent=new-bridge")
    again = {"title": "Cracks were found", "sources": "http://www.survey.example/a,b"}
    await moderator.send(form, 200, do="save", **given | again | {"phrasings": ""})
    draft = await service.moderation().draft("discord:302")
    added = [one for one in draft.operations if isinstance(one, AddEntry)]
    assert [one.kind for one in added] == ["objection", "source", "objection"]
    page = await previewed(moderator)
    assert "Refused, because" not in page.text
    await moderator.get(f"{form}?parent=new-bridge")
    page = await moderator.send(form, 422, do="save", **given | {"sources": "https://"})
    assert "https:// is no full address" in page.text
