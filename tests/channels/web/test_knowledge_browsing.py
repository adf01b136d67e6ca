"""Browse the knowledge: every kind of entry, the search, the map, as each role."""

from __future__ import annotations

import pytest

from bot.curation.moderation import NoRepositoryError
from bot.service import Service

from .browsing import Browser


async def test_every_part_and_every_entry_can_be_read(reviewer: Browser) -> None:
    """Open every link that the pages of the knowledge have, as a reviewer."""
    seen: set[str] = set()
    waiting = ["/knowledge"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        page = await reviewer.get(path)
        assert "/knowledge/add" not in page.html
        assert "/knowledge/edit" not in page.html
        waiting += [link for link in page.links if link.startswith("/knowledge")]
    assert {"/knowledge/entry/new-bridge", "/knowledge/entry/new-bridge.cost.c1"} <= seen
    assert {"/knowledge/source/gazette", "/knowledge/map/new-bridge"} <= seen


async def test_a_topic_that_cannot_be_changed_is_read_all_the_same(
    moderator: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look at a topic that lies in no repository: no forms are offered, and pages say why."""
    missing = NoRepositoryError("It lies in no repository.", hint="Make one.")
    monkeypatch.setattr(service.moderation(), "_curator", missing)
    page = await moderator.get("/knowledge/entry/new-bridge")
    assert "Add an objection" not in page.text
    for path in (
        "/knowledge/add/fact", "/knowledge/edit/fact/bridge-cost/main", "/history",
        "/history/withdraw/mill-race", "/knowledge/phrase/new-bridge",
    ):  # fmt: skip
        page = await moderator.get(path, status=422)
        assert "It lies in no repository. Make one." in page.text
    assert "Nothing is in it yet" in (await moderator.get("/draft")).text


async def test_the_search_finds_words_and_what_is_near(reviewer: Browser) -> None:
    """Search by the beginning of words, by an id, and for what nobody wrote."""
    page = await reviewer.get("/knowledge?q=subsid")
    assert "1 entry has these words" in page.text
    assert "/knowledge/entry/new-bridge.cost.1" in page.links
    page = await reviewer.get("/knowledge?q=new-bridge.herons")
    assert "/knowledge/entry/new-bridge.herons.1" in page.links
    page = await reviewer.get("/knowledge?q=zzzz qqqq")
    assert "0 entries have these words" in page.text
