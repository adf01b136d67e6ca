"""From a question that nobody answered to the answer, as reviewers and moderators get there."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from bot.channels.web.routing import Role

from ..living import DOGS
from .stage import People, Stage, Tab

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULE = {
    "Question": "Walking with animals",
    "Answer": "Pets may cross on a lead.",
    "Sources": "gazette",
    "How people ask for it": "is my terrier welcome on the crossing\n"
    "bringing pets across: any rules\ndogs permitted on the new bridge\n"
    "dog owners and the footbridge",
    "Test question": "must a poodle stay at home",
}
"""The entry that answers them, in nobody's words"""
WHY = "Three people asked for it."


async def fill_in(page: Page) -> None:
    """Write the missing entry."""
    for label, text in RULE.items():
        await page.get_by_label(re.compile(f"^{label}")).first.fill(text)


async def open_dogs(tab: Tab) -> None:
    """Go to the cluster on dogs from the queue; its keys work when this returns."""
    await tab.open("/review")
    link = tab.page.locator("main").get_by_role("link", name=re.compile("dogs", re.IGNORECASE))
    await link.click()
    await tab.page.wait_for_url("**/review/clusters/*", wait_until="load")


async def agree(page: Page) -> None:
    """Agree to answers that change, where the preview asks for it."""
    tick = page.get_by_label("I have looked at these", exact=False)
    if await tick.count():
        await tick.check()


async def ask(page: Page, text: str) -> None:
    """Ask on the page that shows the answers as people get them."""
    await page.get_by_label("Question").first.fill(text)
    await page.get_by_role("button", name="Ask", exact=True).click()


async def loop(tab: Tab) -> None:
    """Go the whole way with a mouse."""
    page = await tab.open("/ask")
    await ask(page, DOGS[0])
    await expect(page.locator("main")).to_contain_text("I have nothing on that")

    await tab.open("/")
    await expect(page.locator("main")).to_contain_text(re.compile("People.*3", re.DOTALL))
    await page.locator("main").get_by_role("link", name=re.compile("dogs", re.IGNORECASE)).click()
    for text in DOGS:
        await expect(page.locator("main")).to_contain_text(text)
    await page.locator("summary", has_text="No entry answers it").click()
    await page.get_by_role("button", name="Gap: draft an entry").click()
    await fill_in(page)
    await page.get_by_role("button", name="Add to my draft").click()
    await page.get_by_role("link", name="To my draft").click()
    await page.get_by_role("button", name="Preview").click()
    await page.get_by_label("Reason").fill(WHY)
    # What people asked is asked again, before anything counts.
    await expect(page.locator("main")).to_contain_text(DOGS[1])
    await agree(page)
    await page.get_by_role("button", name="Publish").click()
    await expect(page.locator("main")).to_contain_text(WHY)

    await tab.open("/ask")
    for text in DOGS:
        await ask(page, text)
        await expect(page.locator("main")).to_contain_text(RULE["Answer"])


async def test_what_nobody_could_answer_is_answered(stage: Stage, people: People) -> None:
    await people.all_ask(DOGS)
    tab = await stage.tab()
    await loop(tab)
    # The queue finds out by itself, and shows what became of it.
    await stage.service.review().refresh()
    await tab.open("/review?status=answered")
    await expect(tab.page.locator("main")).to_contain_text(re.compile("dogs", re.IGNORECASE))
    await expect(tab.page.locator("main")).to_contain_text(RULE["Question"])


async def test_the_same_without_scripts(stage: Stage, people: People) -> None:
    await people.all_ask(DOGS)
    await loop(await stage.tab(java_script_enabled=False))


async def test_another_kind_keeps_what_was_typed(stage: Stage, people: People) -> None:
    await people.all_ask(DOGS)
    await stage.service.review().refresh()
    tab = await stage.tab()
    await open_dogs(tab)
    page = tab.page
    await page.keyboard.press("w")
    # The last choice is the one that is made.
    await expect(page.get_by_role("radio", checked=True)).to_be_focused()
    await page.locator("summary", has_text="No entry answers it").click()
    await page.get_by_role("button", name="Gap: draft an entry").click()
    await page.get_by_label(re.compile("^Answer")).fill(RULE["Answer"])
    # What is required stands empty still.
    await page.get_by_label("Kind of entry").select_option("term")
    await expect(page.get_by_label(re.compile("^Who or what"))).to_have_value(RULE["Answer"])


async def test_the_same_by_keys_alone(stage: Stage, people: People) -> None:
    await people.all_ask(DOGS)
    await people.ask(9, "who looks after the bridge")
    await stage.service.review().refresh()
    tab = await stage.tab()
    page, press = tab.page, tab.page.keyboard.press
    await tab.open("/review")
    await press("j")
    await press("Enter")
    await page.wait_for_url("**/review/clusters/*", wait_until="load")
    await press("g")
    await tab.tab_to("Gap: draft an entry")
    await press("Enter")
    await page.wait_for_url("**/review/entry?*")
    for label, text in RULE.items():
        await tab.tab_to(label)
        await page.keyboard.type(text)
    await tab.tab_to("Add to my draft")
    await press("Enter")
    # The next cluster is there at once.
    await expect(page.locator("main")).to_contain_text("who looks after the bridge")
    await tab.tab_to("To my draft")
    await press("Enter")
    await page.wait_for_url("**/draft")
    await tab.tab_to("Preview")
    await press("Enter")
    await page.get_by_label("Reason").wait_for()
    tick = page.get_by_label("I have looked at these", exact=False)
    if await tick.count():
        await tab.tab_to("I have looked at these")
        await press("Space")
    await tab.tab_to("Reason")
    await page.keyboard.type(WHY)
    await tab.tab_to("Publish")
    await press("Enter")
    await expect(page.locator("main")).to_contain_text(WHY)
    await tab.tab_to("Ask")
    await press("Enter")
    await page.wait_for_url("**/ask")
    await tab.tab_to("Question")
    await page.keyboard.type(DOGS[1])
    await tab.tab_to("Ask", tag="button")
    await press("Enter")
    await expect(page.locator("main")).to_contain_text(RULE["Answer"])


async def test_of_two_reviewers_the_second_is_told(stage: Stage, people: People) -> None:
    await people.all_ask(DOGS)
    first = await stage.tab(Role.REVIEWER, "discord:301", name="Ada")
    second = await stage.tab(Role.REVIEWER, "discord:303", name="Bo")
    second.expected = {409}
    for tab in (first, second):
        await open_dogs(tab)
    await first.page.keyboard.press("o")
    await expect(first.page.locator("main")).to_contain_text("Everything is judged")
    await second.page.keyboard.press("i")
    await expect(second.page.locator("main")).to_contain_text("judged or split meanwhile")
    (row,) = await stage.service.review().queue(status="judged")
    assert row.verdict == "out_of_scope"

    # Whoever judged takes it back with a key, and the other may judge.
    await first.page.keyboard.press("u")
    await expect(first.page.locator("main")).to_contain_text("it is open again")
    await open_dogs(second)
    await second.page.keyboard.press("i")
    await expect(second.page.locator("main")).to_contain_text("Everything is judged")
    (row,) = await stage.service.review().queue(status="judged")
    assert row.verdict == "ignore"


async def test_keys_keep_out_of_what_is_typed(stage: Stage, people: People) -> None:
    await people.all_ask(DOGS)
    tab = await stage.tab()
    await open_dogs(tab)
    await tab.page.keyboard.press("w")
    field = tab.page.get_by_label("Another entry")
    await field.click()
    await tab.page.keyboard.type("oiagru")
    assert await field.input_value() == "oiagru"
    assert len(await stage.service.review().queue()) == 1
