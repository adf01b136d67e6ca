"""What stands in the knowledge or is typed cannot become markup, in pages or in Discord's look."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.discord import text
from bot.channels.map_svg import layout_svg
from bot.channels.web.pages.editing_discord import markdown, messages
from bot.channels.web.pages.knowledge import themed
from bot.curation.fields import GROUPS
from bot.knowledge.model import Proposal
from bot.knowledge.release import Release

from .browsing import Browser, read

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}"
ALLOWED = {"p", "br", "strong", "em", "blockquote", "a"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        for name, value in attrs:
            assert name in {"class", "href", "rel", "target"}
            if name == "href":
                assert value is not None
                assert re.match(r"https?://", value)
        if tag == "br":
            self.words += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


_WORDS = st.text(
    st.sampled_from("ab \\*_~`|<>[]()#-+.1:/&\"'\n") | st.characters(codec="utf-8"), max_size=80
)


@given(_WORDS)
def test_a_text_looks_as_it_was_written(words: str) -> None:
    """Escape any text for Discord and show it: the same characters, no markup but lines."""
    reader = _Tags()
    reader.feed(str(markdown(text.escape(words))))
    reader.close()
    assert not reader.open
    kept = re.sub(r"[\s\u200b]", "", words)
    assert re.sub(r"[\s\u200b]", "", reader.words) == kept


@given(st.text(st.sampled_from('ab \\*`<>[]()#-https://x.y\n&"'), max_size=120))
def test_any_markdown_becomes_tags_that_close(words: str) -> None:
    """Show what our own channel would never write."""
    reader = _Tags()
    reader.feed(str(markdown(words)))
    reader.close()
    assert not reader.open


def test_our_markdown_becomes_what_discord_shows() -> None:
    """Show each piece of mark-up that the channel writes."""
    shown = markdown(
        "### A title\n**Bold** and *slanted*\n> quoted\n> twice\n-# small\n"
        "[A \\[label\\]](<https://example.org/?a=1&b=2>) https://example.org/x"
    )
    assert str(shown) == (
        '<p class="dc-heading">A title</p><p><strong>Bold</strong> and <em>slanted</em></p>'
        "<blockquote>quoted<br>twice</blockquote>"
        '<p class="dc-small">small</p>'
        '<p><a href="https://example.org/?a=1&amp;b=2" rel="noreferrer noopener" target="_blank">'
        'A [label]</a> <a href="https://example.org/x" rel="noreferrer noopener" target="_blank">'
        "https://example.org/x</a></p>"
    )


def test_every_shipped_entry_can_be_shown(shipped: Release) -> None:
    """Render all entries and sources of the shipped topic in all languages of ours."""
    release = shipped
    for language in ("en", "ru", "uk"):
        for entry in [*release.entries, *release.topic.sources]:
            shown = messages(release, entry, language)
            assert shown
            for message in shown:
                reader = _Tags()
                reader.feed(str(message.body))
                assert not reader.open


def test_the_map_has_the_colours_of_the_page(shipped: Release) -> None:
    """Draw a shipped proposal: no colour is left that only one theme has."""
    release = shipped
    proposal = next(e.item for e in release.entries.values() if isinstance(e.item, Proposal))
    drawn = themed(layout_svg(release.topic, proposal))
    assert "var(--map-card)" in drawn
    assert not re.findall(r'(?:fill|stroke)="#[0-9a-f]+"', drawn)
    assert "style=" not in drawn


async def test_what_is_typed_into_any_field_comes_back_as_text(moderator: Browser) -> None:
    """Type markup into every field of every form, and look at what comes back."""
    for kind in GROUPS:
        path = f"/knowledge/add/{kind}"
        page = await moderator.get(f"{path}?parent=new-bridge.cost")
        names = {name for name in page.form(path).fields if name not in {"csrf", "from", "opened"}}
        assert len(names) >= 4
        page = await moderator.send(path, 200, do="check", **dict.fromkeys(names, EVIL))
        _harmless(page.html)
        assert unescape(page.form(path).fields[sorted(names)[-1]]).startswith('">')
    for path in (
        "/knowledge/phrase/new-bridge", "/knowledge/test/new-bridge",
        "/knowledge/move/new-bridge.cost",
    ):  # fmt: skip
        page = await moderator.get(path)
        names = {name for name in page.form(path).fields if name not in {"csrf", "from", "opened"}}
        page = await moderator.send(path, status=422, do="save", **dict.fromkeys(names, EVIL))
        _harmless(page.html)

    text_ = {"statement": f"It costs {EVIL} crowns.", "title": EVIL[:90], "sources": "common"}
    await moderator.get("/knowledge/add/fact")
    page = await moderator.send("/knowledge/add/fact", 200, do="save", **text_)
    _harmless(page.html)
    assert "<script>alert(1)</script>" in page.text
    entry = page.url
    for path in (
        "/draft",
        entry,
        "/knowledge?q=script",
        "/history?q=<script>",
        "/history?entry=<b>",
    ):
        _harmless((await moderator.get(path)).html)
    page = await moderator.get("/draft")
    form = next(form for form in page.forms if "name" in form.fields)
    data = {**form.fields, "do": "name", "name": EVIL}
    page = read(await moderator.http.post(form.action, data=data))
    assert page.status == 422
    _harmless(page.html)


def _harmless(html: str) -> None:
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "onerror=alert(1)>" not in html.replace("onerror=alert(1)&gt;", "")
    assert "49" not in re.findall(r"'(\d+)", html)
