"""Walk through a console by its links, so that every page is met with ids that exist."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

from bot.channels.web.access import ROUTES
from bot.channels.web.routing import Page

from .browsing import Browser, Seen, read

_PARTS = {"": "[^/]+", "int": "[0-9]+", "path": ".+"}
_MOST_EACH = 8


def _pattern(page: Page) -> re.Pattern[str]:
    parts = re.split(r"({\w+(?::\w+)?})", page.path)
    return re.compile(
        "".join(
            _PARTS[part.strip("{}").partition(":")[2]] if part.startswith("{") else re.escape(part)
            for part in parts
        )
    )


_PATTERNS = [(page, _pattern(page)) for page in ROUTES]


def row_of(method: str, path: str) -> Page | None:
    """Return the row of the table that an address belongs to, as the router finds it."""
    for page, pattern in _PATTERNS:
        if page.method == method and pattern.fullmatch(path):
            return page
    return None


@dataclass
class Walk:
    """What was met: pages by the row of the table, and the forms that post to one."""

    seen: dict[str, list[tuple[str, Seen]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def addresses(self) -> list[str]:
        """Return path and query of every page."""
        return [address for pages in self.seen.values() for address, _ in pages]

    @property
    def missed(self) -> set[str]:
        """Return the names of pages that no link led to."""
        wanted = {page.name for page in ROUTES if page.method == "GET" and not page.plain}
        return wanted - set(self.seen)


async def previewed(browser: Browser) -> list[str]:
    """Preview the draft of whoever is signed in; return the pages that only exist then."""
    await browser.get("/draft")
    await browser.send("/draft/")
    assert browser.at is not None
    page = urlsplit(browser.at.url).path
    job = page.rpartition("/")[2]
    while (await browser.http.get(f"/jobs/{job}/state")).json()["over"] is False:  # noqa: ASYNC110 - as its page does
        await asyncio.sleep(0.02)
    return [page, f"{page}/state", f"/draft/preview/{job}"]


async def walk(browser: Browser, starts: Iterable[str] = (), each: int = _MOST_EACH) -> Walk:
    """Follow links from the pages without parameters and from ``starts``.

    A row of the table is met at most ``each`` times, half as often with the same parameters.
    """
    found = Walk()
    bare = {page.path for page in ROUTES if page.method == "GET"}
    linked: dict[str, str] = {}
    waiting = [
        *starts,
        *(
            page.path
            for page in ROUTES
            if page.method == "GET" and not page.plain and "{" not in page.path
        ),
    ]
    known: set[str] = set()
    alike: Counter[tuple[str, frozenset[str]]] = Counter()
    for address in waiting:
        parts = urlsplit(address)
        row = row_of("GET", parts.path)
        if row is None or row.plain or len(found.seen[row.name]) >= each:
            continue
        names = frozenset(name for name, _ in parse_qsl(parts.query))
        if address in known or alike[row.name, names] >= max(each // 2, 1):
            continue
        known.add(address)
        alike[row.name, names] += 1
        response = await browser.http.get(address)
        where = (address, response.status_code, linked.get(address))
        assert response.status_code < 500, (*where, read(response).text)
        if response.is_redirect:
            waiting.append(urljoin(address, response.headers["location"]))
            found.seen[row.name].append((address, read(response)))
            continue
        page = read(response)
        # A page that wants parameters may say so, but no link may lead to a page that is none.
        fine = (200,) if address in linked or address not in bare else (200, 400, 403, 404)
        assert response.status_code in fine, (*where, page.text)
        found.seen[row.name].append((address, page))
        for link in page.links:
            to = urlsplit(urljoin(str(response.url), link))
            if to.netloc == urlsplit(str(response.url)).netloc:
                waiting.append(f"{to.path}?{to.query}" if to.query else to.path)
                linked.setdefault(waiting[-1], address)
    return found
