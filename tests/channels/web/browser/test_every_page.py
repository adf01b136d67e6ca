"""Every page of the table of routes, in both colours and on both sizes, held to the same."""

from __future__ import annotations

from typing import Any, Literal

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]

from bot.channels.web.app import console_app
from bot.channels.web.routing import Role

from ..browsing import ADDRESS
from ..browsing import Browser as Reader
from ..living import MODERATOR, Life
from ..walking import previewed, walk
from .stage import SIZES, Size, Stage, Tab

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

Colours = Literal["light", "dark"]
EVERYTHING = {"resultTypes": ["violations"]}
# What the other colours can change.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}


async def addresses(stage: Stage, each: int) -> list[tuple[str, bool]]:
    """Return addresses of all pages, with ids that exist, and which are the first of their kind."""
    transport = httpx.ASGITransport(app=console_app(stage.console))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        reader = Reader(stage.console, client)
        reader.sign_in(Role.OPERATOR, None, MODERATOR)
        found = await walk(reader, await previewed(reader), each=each)
    return [
        (address, number == 0)
        for pages in found.seen.values()
        for number, (address, page) in enumerate(pages)
        if page.status == 200 and page.html.startswith("<!doctype") and "/sign-in" not in address
    ]


async def violations(tab: Tab, options: dict[str, Any]) -> list[str]:
    """Return what axe finds wrong with the page as it is shown now."""
    found = await tab.page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {rule['help']}: "
        + "; ".join(str(node["html"])[:160] for node in rule["nodes"][:3])
        for rule in found["violations"]
    ]


async def look(tab: Tab, address: str, *, first: bool = True) -> list[str]:
    """Return what is wrong with a page, in all colours and sizes.

    Of a further page of its kind only one of the colours is looked at in each size.
    """
    await tab.open(address)
    await tab.page.evaluate(AXE_SCRIPT)
    wrong: list[str] = []
    size: Size
    for size, (width, height) in SIZES.items():
        await tab.page.set_viewport_size({"width": width, "height": height})
        usual: Colours = "light" if size == "desktop" else "dark"
        shown: tuple[Colours, ...] = (usual, "dark" if usual == "light" else "light")
        for colours in shown if first else shown[:1]:
            await tab.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            found = await violations(tab, EVERYTHING if colours == usual else COLOURS)
            wrong += [f"{address} ({size}, {colours}): {each}" for each in found]
        if beyond := await tab.overflow():
            wrong.append(f"{address} ({size}): {beyond} px wider than its window")
    return wrong


async def test_every_page_can_be_read_and_used_by_everybody(stage: Stage) -> None:
    await Life(stage.service).lead()
    found = await addresses(stage, each=2)
    tab = await stage.tab(Role.OPERATOR, MODERATOR)
    wrong = [each for address, first in found for each in await look(tab, address, first=first)]
    visitor = await stage.tab(None)
    wrong += await look(visitor, "/sign-in")
    tab.expected = visitor.expected = {404}
    wrong += await look(tab, "/no/such/page") + await look(visitor, "/sign-in?token=a")
    assert wrong == []


async def test_the_language_is_switched_on_any_page(stage: Stage) -> None:
    tab = await stage.tab(Role.OPERATOR, MODERATOR)
    await tab.open("/")
    where = tab.page.url
    for language, words in (("uk", "Вийти"), ("ru", "Выйти"), ("en", "Sign out")):
        name = {"uk": "Українська", "ru": "Русский", "en": "English"}[language]
        await tab.page.get_by_role("button", name=name).locator("visible=true").click()
        await tab.page.locator(f"html[lang={language}]").wait_for()
        assert words in await tab.words()
        assert tab.page.url == where
