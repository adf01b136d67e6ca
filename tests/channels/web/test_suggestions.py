"""The queue of suggestions: look, decide, take up; nobody's words get into the knowledge."""

from __future__ import annotations

from bot.service import Service

from .browsing import Browser
from .test_knowledge_editing import previewed

WORDS = "bicycles will rush past and push my children off the planks every morning"


async def test_a_suggestion_becomes_an_entry_in_other_words(
    moderator: Browser, service: Service
) -> None:
    """Say what it is about, fill in the form beside it, publish; it counts as approved."""
    moderation = service.moderation()
    number = (await moderation.suggest("discord:9", "objection", WORDS)).id
    page = await moderator.get("/suggestions")
    assert WORDS in page.text
    page = await moderator.get(f"/suggestions/{number}")
    assert "does not say what it belongs under" in page.text or "Add a way of asking" in page.text
    page = await moderator.send(f"/suggestions/{number}", status=422, do="edit", entry="no-such")
    assert "There is no entry no-such" in page.text
    page = await moderator.send(f"/suggestions/{number}", do="edit", entry="new-bridge.cost")
    link = next(link for link in page.links if link.startswith("/knowledge/add/objection"))
    page = await moderator.get(link)
    assert WORDS in page.text
    form = "/knowledge/add/objection"
    assert WORDS not in page.form(form).fields.values()
    given = {"title": "Unsafe on foot", "text": f"They say {WORDS}.", "sources": "common"}
    page = await moderator.send(form, status=422, do="save", **given)
    assert "nearly what somebody else wrote" in page.text
    assert page.form(form).fields["text"] == given["text"]
    await moderator.send(form, 200, do="save", **given | {"text": "Walkers fear collisions."})
    assert "in your draft" in (await moderator.get(f"/suggestions/{number}")).text
    await previewed(moderator)
    await moderator.send("/draft/preview/", reason="Members asked for it", confirmed="yes")
    row = await moderation.suggestion(number)
    assert row is not None
    assert row.status == "approved"
    assert WORDS not in (await moderator.get("/suggestions")).text
    assert WORDS in (await moderator.get("/suggestions?status=approved")).text


async def test_a_decision_needs_words_and_counts_once(moderator: Browser, service: Service) -> None:
    """Reject with a reason; a second decision is refused with what was typed."""
    moderation = service.moderation()
    number = (await moderation.suggest("discord:9", "other", "Please add pictures.")).id
    page = await moderator.get(f"/suggestions/{number}")
    page = await moderator.send(f"/suggestions/{number}", status=422, do="reject", reason=" ")
    assert "at least three letters" in page.text
    old = moderator.at
    page = await moderator.send(f"/suggestions/{number}", do="reject", reason="Out of reach here")
    assert f"Suggestion {number} is rejected" in page.text
    moderator.at = old
    page = await moderator.send(f"/suggestions/{number}", status=409, do="approve", done="It is in")
    assert "decided on that suggestion already" in page.text
    assert "It is in" in page.text
    row = await moderation.suggestion(number)
    assert row is not None
    assert (row.status, row.decision_reason) == ("rejected", "Out of reach here")

    moderation.two_people = True
    own = (await moderation.suggest("discord:302", "other", "Let us tidy up.")).id
    page = await moderator.get(f"/suggestions/{own}")
    page = await moderator.send(f"/suggestions/{own}", status=409, do="approve", done="Tidied")
    assert "That suggestion is your own" in page.text


async def test_a_decision_leads_to_the_next_suggestion(
    moderator: Browser, service: Service
) -> None:
    """Skip the first one, decide on the second: the third comes, and the first at the end."""
    moderation = service.moderation()
    texts = ("Please add pictures.", "Please add music.", "Please add maps.")
    first, second, third = [
        (await moderation.suggest("discord:9", "other", text)).id for text in texts
    ]
    await moderator.get(f"/suggestions/{second}")
    for number, following in ((second, third), (third, first)):
        page = await moderator.send(f"/suggestions/{number}", do="reject", reason="Out of reach")
        assert page.url.endswith(f"/suggestions/{following}")
    page = await moderator.send(f"/suggestions/{first}", do="reject", reason="Out of reach")
    assert page.url.endswith("/suggestions")
