"""How people get in, and what becomes of what they typed when their session ends."""

from __future__ import annotations

import pytest

from bot.channels.web.links import sign_in_link

from .stage import Stage

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
