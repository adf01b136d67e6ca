"""How people get in, and what becomes of what they typed when their session ends."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.channels.web.console import OPERATOR
from bot.channels.web.links import sign_in_link
from bot.channels.web.routing import Role

from ..living import DOGS
from .stage import People, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_link_signs_in_once_and_leaves_no_token_behind(stage: Stage) -> None:
    port = int(stage.base.rpartition(":")[2])
    link = await sign_in_link(stage.service.log, stage.service.settings, port)
    tab = await stage.tab(None)
    await tab.page.goto(link)
    # A preview of the link, such as chats make, does not use it up.
    await tab.page.reload()
    await tab.page.get_by_role("button", name="Sign in").click()
    await tab.page.wait_for_url(lambda url: "sign-in" not in url)
    token = link.rpartition("=")[2]
    assert token not in tab.page.url
    assert token not in await tab.page.content()
    assert "Operator" in await tab.words()

    late = await stage.tab(None)
    late.expected = {403}
    await late.page.goto(link)
    await late.page.get_by_role("button", name="Sign in").click()
    await late.page.get_by_text("This link is not good any more").wait_for()
    await late.open("/")
    assert "/sign-in" in late.page.url


async def test_what_was_typed_outlives_the_session(stage: Stage, people: People) -> None:
    await people.all_ask(DOGS)
    (row,) = await stage.service.review().queue()
    tab = await stage.tab(Role.OPERATOR, OPERATOR)
    tab.expected = {401}
    page = await tab.open(f"/review/entry?cluster={row.id}")
    typed = {"Question": "Walking with animals", "Answer": "Pets may cross.\nOn a lead."}
    for label, text in typed.items():
        await page.get_by_label(label).first.fill(text)
    stage.clock.by = stage.service.settings.console_idle_minutes * 60 + 1
    await page.get_by_role("button", name="Add to my draft").click()
    await expect(page.locator("main")).to_contain_text("What you typed is kept")

    port = int(stage.base.rpartition(":")[2])
    await page.goto(await sign_in_link(stage.service.log, stage.service.settings, port))
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/review/entry?*")
    for label, text in typed.items():
        assert await page.get_by_label(label).first.input_value() == text
    # It works on: the form is a good one again.
    await page.get_by_role("button", name="Add to my draft").click()
    await expect(page.get_by_role("link", name="To my draft")).to_be_visible()
