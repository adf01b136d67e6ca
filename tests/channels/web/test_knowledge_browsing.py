"""Browse the knowledge: every kind of entry, the search, the map, as each role."""

from __future__ import annotations

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
