"""What people write is shown as they wrote it, and is never markup, an address or a command."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from sqlalchemy import inspect

from bot.channels.web.routing import Role
from bot.channels.web.sessions import Rights
from bot.querylog.tables import metadata
from bot.service import Service

from .browsing import Browser
from .living import MODERATOR, Life
from .walking import previewed, walk

MARK = "zqx"
HOSTILE = (
    f'"><script>{MARK}()</script><b {MARK}=1>',
    f"'><img src={MARK} onerror={MARK}()>",
    f"</textarea></title><svg onload={MARK}()>",
    f"\" autofocus onfocus={MARK}() {MARK}='",
    f"{{{{ 7331 * 7 }}}}{{% {MARK} %}}${{{MARK}}}<%= {MARK} %>",
    f"[{MARK}](javascript:{MARK}()) ![{MARK}](//{MARK}.example/a)",
    f"'; DROP TABLE queries; -- {MARK}",
    f"&lt;i {MARK}&gt; &amp;#60;{MARK}&#x3c;{MARK}> \\u003c{MARK}",
)
HIDDEN = f"{MARK}\u202e\u2066\u200b{MARK}\u00ad\ufeff"
"""turns letters around and hides some; where it is stored at all, it harms nothing"""
_ADDRESSES = {
    "href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "content",
}  # fmt: skip


class Judge(HTMLParser):
    """Read a page as a browser would and collect what came out of the words of people."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.words: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if MARK in tag or any(MARK in name or name.startswith("on") for name in names):
            self.wrong.append(str(self.get_starttag_text()))
        if len(set(names)) != len(names) or "style" in names or tag in ("iframe", "object"):
            self.wrong.append(str(self.get_starttag_text()))
        for name, value in attrs:
            if name in _ADDRESSES and not self._harmless(name, value or ""):
                self.wrong.append(str(self.get_starttag_text()))
        if tag in ("script", "style"):
            self._inside.append(tag)

    @staticmethod
    def _harmless(name: str, value: str) -> bool:
        if name == "content":
            return "url=" not in value.lower()
        parts = urlsplit(value)
        if MARK in parts.path or MARK in parts.netloc or " " in value or "<" in value:
            return False
        return parts.scheme in ("", "https")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.wrong.append(f"{self._inside[-1]}: {data}")
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment: {data}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"declaration: {data}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"instruction: {data}")


async def test_nothing_that_people_wrote_is_more_than_words(
    service: Service, moderator: Browser
) -> None:
    await Life(service, (*HOSTILE, HIDDEN)).lead()
    sessions = moderator.console.sessions
    rights = Rights(everywhere=Role.OPERATOR)
    moderator.use(sessions.open(MODERATOR, f"Bo {HOSTILE[0]}", rights).id)
    found = await walk(moderator, await previewed(moderator))
    assert found.missed == set()
    said = ""
    for name, pages in found.seen.items():
        for address, page in pages:
            judge = Judge()
            judge.feed(page.html)
            judge.close()
            assert judge.wrong == [], (name, address)
            assert str(7331 * 7) not in page.html, (name, address)
            said += " ".join("".join(judge.words).split())
    for payload in HOSTILE:
        assert payload in said, payload
    async with service.log._database.reader.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(metadata.tables) <= set(tables)
