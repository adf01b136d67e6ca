"""Go from a question that nobody answered to its answer: ``python -m benchmarks.review_walk``.

A scripted moderator works in a real browser, in front of the real console with the shipped topic,
until what six people asked in vain is answered. Clicks, typed characters and waiting are counted;
``--pictures`` keeps what was seen at each step.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from playwright.async_api import Error, Locator, Page, expect

from benchmarks.chromium import CHROMIUM, chromium
from benchmarks.report import table
from bot.advisor.answer import Outcome, Question
from bot.channels.health import Health
from bot.channels.health import serving as http
from bot.channels.web.app import console_app, open_console
from bot.channels.web.links import sign_in_link
from bot.cli.common import progress
from bot.cli.log_lines import plain_lines
from bot.curation.opening import with_own_knowledge
from bot.errors import RejoinderError
from bot.metrics import Metrics
from bot.service import Asker, Service, open_service
from bot.settings import Settings

TYPED_A_MINUTE = 250  # characters, an everyday pace on a keyboard
MOST_SECONDS, MOST_CLICKS = 180.0, 10
_WIDTH, _HEIGHT = 1280, 860

IN_VAIN = (
    "can they vote in their new country",
    "would they be allowed to vote here",
    "could they vote in our elections",
    "will deserters have voting rights",
    "are they allowed to vote once they live here",
    "can people who take the offer vote in elections here",
)
"""What six people asked; the shipped topic has nothing on it"""
BESIDE = (
    "can they bring their pets", "may they bring a dog", "how do I get the app",
    "do deserters get German lessons", "why pay deserters", "what do critics say about a visa ban",
    "spies could slip in", "who proposed the visa ban?", "do Wagner mercenaries qualify",
)  # fmt: skip
"""What others asked meanwhile"""
ENTRY = {
    "Question": "Voting rights of people who are taken in",
    "Answer": "No proposal here speaks of voting. Two include citizenship: Caplan's for soldiers "
    "and Gilmore's for diplomats.",
    "Sources": "caplan-fast\nsomin-0306",
    "How people ask for it": "may refugees vote\ndo deserters get the right to vote\n"
    "voting rights for Russians who settle abroad\ncould newcomers take part in an election\n"
    "may someone who was let in cast a ballot\ncan those who were let in go to the polls",
    "Test question": "could a former soldier take part in a local election",
}
"""The entry that answers them, in the moderator's own words"""
REASON = "Six people asked about voting."


@dataclass
class Hand:
    """A moderator's hand: it counts what it does and how long the pages take."""

    page: Page
    pictures: Path | None
    clicks: int = 0
    typed: int = 0
    fields: int = 0
    waited: float = 0.0
    learned: float = 0.0
    """seconds from the publish until the topic was learned exactly"""
    answered: int = 0
    """how many of the questions asked in vain get the new entry from then on"""
    rows: list[list[str]] = field(default_factory=list)

    async def click(self, at: Locator) -> None:
        """Click, and wait for the page that follows."""
        started = time.perf_counter()
        await at.click()
        await self.page.wait_for_load_state("load")
        self.waited += time.perf_counter() - started
        self.clicks += 1

    async def type(self, label: str, text: str) -> None:
        """Fill in a field; to get there takes the Tab key, or a click that counts as none here."""
        await self.page.get_by_label(label).first.fill(text)
        self.typed += len(text)
        self.fields += 1

    async def wait(self, at: Locator) -> None:
        """Wait until something is there."""
        started = time.perf_counter()
        await at.wait_for()
        self.waited += time.perf_counter() - started

    async def step(self, name: str) -> None:
        """Note where the way has led, and keep a picture of it."""
        number = len(self.rows) + 1
        self.rows.append(
            [str(number), name, str(self.clicks), str(self.typed), f"{self.waited:.1f} s"]
        )
        if self.pictures is not None:
            await self.page.screenshot(path=self.pictures / f"review-{number}.png")


async def walk(hand: Hand, service: Service) -> None:
    """Go the whole way, from the queue to the answer."""
    page = hand.page
    main = page.locator("main")
    await hand.step("the queue: what most people asked in vain stands first")
    await hand.click(main.locator("a[data-row]").first)
    await hand.step("the cluster: all that they asked")
    await hand.click(page.locator("summary", has_text="No entry answers it"))
    await hand.click(page.get_by_role("button", name="Gap: draft an entry"))
    for label, text in ENTRY.items():
        await hand.type(label, text)
    await hand.step("the missing entry, written beside their questions")
    await hand.click(page.get_by_role("button", name="Add to my draft"))
    await hand.click(page.get_by_role("link", name="To my draft"))
    await hand.step("the draft")
    await hand.click(page.get_by_role("button", name="Preview"))
    await hand.wait(page.get_by_label("Reason"))
    await expect(main).to_contain_text(IN_VAIN[0])
    await hand.step("the preview: past questions, asked again")
    tick = page.get_by_label("I have looked at these", exact=False)
    if await tick.count():
        await hand.click(tick)
    await hand.type("Reason", REASON)
    await hand.click(page.get_by_role("button", name="Publish"))
    await expect(main).to_contain_text(REASON)
    await hand.step("published, as one commit")
    started = time.perf_counter()
    await service.settled()
    hand.learned = time.perf_counter() - started
    given = [service.advisor.answer(Question(text)) for text in IN_VAIN]
    hand.answered = sum(answer.title == ENTRY["Question"] for answer in given)
    await hand.click(page.get_by_role("link", name="Ask").first)
    await hand.type("Question", IN_VAIN[0])
    await hand.click(page.get_by_role("button", name="Ask", exact=True))
    await expect(main).to_contain_text(ENTRY["Answer"][:40])
    await hand.step("the same question, answered")


async def ask(service: Service) -> None:
    """Have people ask; raises LookupError where the topic has an answer by now."""
    events = count(1)

    async def one(person: int, text: str) -> Outcome:
        asker = Asker(f"walk:{next(events)}", f"discord:{person}", "discord", "walk")
        return (await service.ask(Question(text), asker)).answer.outcome

    for person, text in enumerate(BESIDE, start=100):
        await one(person, text)
    for person, text in enumerate(IN_VAIN, start=200):
        if await one(person, text) is not Outcome.GAP:
            raise LookupError(f"“{text}” is no gap of the shipped topic any more")
    await service.review().refresh()


@contextlib.asynccontextmanager
async def opened(data: Path) -> AsyncIterator[Service]:
    """Open a service on a copy of the shipped topic.

    Its cache is new as well: one that knows what is published here would make the preview, and
    the answers after it, better than they are the first time.
    """
    with progress("Learning the topic (about twenty seconds)") as bar:
        async with contextlib.AsyncExitStack() as stack:
            # What is published here must get into no repository of anybody's.
            settings = with_own_knowledge(Settings(data=data))
            service = await stack.enter_async_context(open_service(settings, bar))
            opened = stack.pop_all()
    async with opened:
        await service.open_moderation()
        yield service
        await service.settled()


async def measure(data: Path, pictures: Path | None) -> Hand:
    """Return the hand of somebody who has gone the whole way."""
    async with opened(data) as service, chromium() as browser:
        await ask(service)
        metrics = Metrics()
        health = Health(service, metrics, {})
        async with (
            open_console(service, service.settings, metrics, health) as console,
            http(console_app(console), "127.0.0.1", 0) as base,
        ):
            page = await browser.new_page(
                viewport={"width": _WIDTH, "height": _HEIGHT}, locale="en-GB"
            )
            page.set_default_timeout(60_000)
            port = int(base.rpartition(":")[2])
            await page.goto(await sign_in_link(service.log, service.settings, port))
            await page.get_by_role("button", name="Sign in").click()
            await page.wait_for_url("**/review")
            hand = Hand(page, pictures)
            await walk(hand, service)
            await page.close()
    return hand


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk and print a table; return 1 where the way is too long or leads nowhere."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review_walk", description=__doc__)
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="where to keep pictures")
    given = parser.parse_args(arguments)
    plain_lines("error")
    if CHROMIUM is None:
        print("There is no Chromium on this machine: apt-get install chromium.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="rejoinder-walk-") as folder:
        try:
            hand = asyncio.run(measure(Path(folder), given.pictures))
        except (AssertionError, LookupError, RejoinderError, OSError, Error) as error:
            print(f"The way leads nowhere: {str(error).partition('Aria')[0]}", file=sys.stderr)
            return 1
    typing = 60 * hand.typed / TYPED_A_MINUTE
    whole = hand.waited + typing
    print(table(("step", "what is seen", "clicks", "typed", "waited"), hand.rows))
    print(
        f"\n{hand.clicks} clicks and {hand.typed} characters in {hand.fields} fields. Waiting for "
        f"pages {hand.waited:.0f} s, typing {typing:.0f} s ({TYPED_A_MINUTE} characters a minute), "
        f"together {whole:.0f} s (wanted: at most {MOST_CLICKS} clicks and {MOST_SECONDS:.0f} s). "
        f"The topic was learned exactly {hand.learned:.0f} s after the publish, in the background; "
        f"from then on {hand.answered} of the {len(IN_VAIN)} questions get the new entry."
    )
    return 0 if hand.clicks <= MOST_CLICKS and whole <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
