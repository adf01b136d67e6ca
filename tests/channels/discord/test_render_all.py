"""Every entry of every topic, from every side, in every language, within Discord's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock, create_autospec

import discord
import pytest

from benchmarks.discord_double.limits import problems
from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Outcome
from bot.advisor.facets import Facet
from bot.channels.discord import text, views
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.custom_id import ButtonId, topic_mark
from bot.channels.discord.reading import Handler
from bot.channels.discord.words import LANGUAGES
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.metrics import Metrics
from bot.querylog import open_log
from bot.retrieval.confidence import Confidence
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import Index
from bot.service import Service
from bot.settings import Settings
from tests.conftest import write_topic

from . import openapi
from .world import walk

EVENT = 2**63 - 1  # as long as a snowflake can be
MakeBot = Callable[[Release], RejoinderBot]
SENTENCE = "A sentence with *signs* that _must_ be escaped, [so](they) are. "


def payload(view: discord.ui.LayoutView) -> list[dict[str, Any]]:
    """Return a view as it is sent."""
    sent: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    return sent


def check(view: discord.ui.LayoutView, *, thorough: bool = False) -> None:
    """Raise where Discord would refuse a view, or would show less of it than there is."""
    body = {"flags": 1 << 15, "components": payload(view)}
    components = list(walk(payload(view)))
    assert len(components) <= 40
    assert sum(len(c["content"]) for c in components if c["type"] == 10) <= 4_000
    custom_ids = [c["custom_id"] for c in components if "custom_id" in c]
    assert len(custom_ids) == len(set(custom_ids))
    assert all(len(each) <= 100 for each in custom_ids)
    for component in components:
        assert len(component.get("label") or "") <= 80
        assert len(component.get("placeholder") or "") <= 150
        assert len(component.get("components") or ()) <= 5 or component["type"] == 17
        if component["type"] == 3:
            assert 1 <= len(component["options"]) <= 25
            values = [option["value"] for option in component["options"]]
            assert len(values) == len(set(values))
            for option in component["options"]:
                for key in ("label", "value", "description"):
                    assert 1 <= len(option.get(key) or "x") <= 100
    assert problems("POST", "/channels/1/messages", body) == []
    if thorough and openapi.SPECIFICATION.is_file():
        assert openapi.contract().problems("POST", "/channels/1/messages", body) == []


def views_of(bot: RejoinderBot, entry: str, language: str) -> Iterator[discord.ui.LayoutView]:
    """Yield all that can be shown of an entry without asking the log."""
    topic, advisor = next(iter(bot.service.topics.items()))
    shown_before: list[Answer] = []
    for facet in Facet:
        shown = advisor.show(entry, facet, language)
        if any(shown.blocks == other.blocks for other in shown_before):
            continue  # this side of the entry is shown as another one is
        shown_before.append(shown)
        for private in (False, True):
            yield views.answer(shown, EVENT, private=private)
        meaning = ButtonId("page", topic_mark(topic), entry, language, EVENT, facet)
        read = text.pages(text.paragraphs(shown))
        sources = text.pages(text.source_paragraphs(shown))
        # Pages differ in their text alone: the first and the last are laid out.
        assert all(0 < len(page) <= text.PAGE for page in (*read, *sources))
        for number in {0, len(read) - 1}:
            yield bot.reading.pages_view(replace(meaning, page=number), language)
        for number in {0, len(sources) - 1}:
            yield bot.reading.sources_view(replace(meaning, page=number), language)


class Clicker:
    """Somebody who chooses from menus and presses *More*, and what they are sent."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot
        self._interaction = create_autospec(discord.Interaction, instance=True)
        self._interaction.guild_id = 1
        self._interaction.channel_id = 2
        self._interaction.channel = SimpleNamespace(parent_id=None)
        self._interaction.message = create_autospec(discord.Message, instance=True)
        self._interaction.message.id = EVENT
        self._interaction.response = create_autospec(discord.InteractionResponse, instance=True)
        self._interaction.response.is_done.return_value = False

    async def views(
        self, entry: str, language: str, *, ephemeral: bool
    ) -> list[discord.ui.LayoutView]:
        """Return what the handlers of menus and of *More* send for an entry."""
        topic, advisor = next(iter(self._bot.service.topics.items()))
        meaning = ButtonId("more", topic_mark(topic), entry, language, EVENT)
        self._interaction.locale = language
        self._interaction.extras = {}
        self._interaction.message.flags = discord.MessageFlags(ephemeral=ephemeral)
        kind = advisor.release.entries[entry].kind
        actions = ["more"]
        actions += ["proposal"] * (kind is Kind.PROPOSAL) + ["argument"] * (kind is Kind.OBJECTION)
        handlers: dict[Any, Handler] = {
            **self._bot.own.handlers(), **self._bot.reading.handlers(),
        }  # fmt: skip
        response = self._interaction.response
        sent: list[AsyncMock] = [response.send_message, response.edit_message]
        for mock in sent:
            mock.reset_mock()
        for action in actions:
            await handlers[action](self._interaction, meaning, ())
        found = [call.kwargs["view"] for mock in sent for call in mock.await_args_list]
        assert len(found) == len(actions)
        return found


@pytest.fixture
async def make_bot(tmp_path: Path, encoder: OnnxEncoder) -> Any:
    """Return a function that makes a bot which shows a release; it is not connected."""
    settings = Settings(knowledge=tmp_path / "unused", data=tmp_path / "data")
    async with open_log(settings.data) as log:

        def make(release: Release) -> RejoinderBot:
            # What is shown depends on the release alone: nothing needs to be learned for it.
            index = SimpleNamespace(
                release=release, confidence=Confidence(), texts=(), encoder=encoder
            )
            advisor = Advisor(cast("Index", index))
            return RejoinderBot(Service(settings, advisor, log, encoder), Metrics(), settings)

        yield make


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_entry_of_the_shipped_topic(
    make_bot: MakeBot, shipped: Release, language: str
) -> None:
    bot = make_bot(shipped)
    clicker = Clicker(bot)
    for entry in shipped.entries:
        for view in views_of(bot, entry, language):
            check(view)
        for ephemeral in (True, False):
            for view in await clicker.views(entry, language, ephemeral=ephemeral):
                check(view)
    check(bot.reading.browse_view(shipped.topic.id, language))
    check(bot.privacy.view(language), thorough=True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_entry_of_the_small_topic(
    make_bot: MakeBot, bridge: Advisor, language: str
) -> None:
    bot = make_bot(bridge.release)
    clicker = Clicker(bot)
    for entry in bridge.release.entries:
        for view in views_of(bot, entry, language):
            check(view, thorough=True)
        for view in await clicker.views(entry, language, ephemeral=True):
            check(view, thorough=True)


def longest(folder: Path) -> Release:
    """Return a topic whose every field is as long as it may be, with as much as there may be."""
    sources = [f"s{number}" for number in range(60)]
    refs = "[" + ", ".join(f"{{source: {s}, where: {'w' * 60}}}" for s in sources) + "]"
    words = (SENTENCE * 40)[:1_500].strip()
    title = ("A title with *signs* " * 9)[:100].strip()
    people = ", ".join(f"Author number {n}" for n in range(12))
    objections = ""
    for n in range(30):
        objections += (
            f"- id: {'x' * 57}-{n:02}\n  title: {title[:97]} {n:02}\n  text: '{words}'\n"
            f"  by: [{people}]\n  sources: {refs}\n  replies:\n"
        )
        for m in range(4):
            objections += (
                f"  - id: {'y' * 54}-{n:02}-{m:02}\n    text: '{words}'\n    sources: {refs}\n"
            )
    files = {
        "topic.yaml": f"title: {title}\nlanguages: [en, ru, uk]\ndescription: '{words[:400]}'\n",
        "sources.yaml": "".join(
            f"- id: {s}\n  title: {title}\n  publisher: {'P' * 60}\n  author: {'A' * 60}\n"
            f"  date: 2025-03-01\n  url: https://example.org/{'u' * 200}/{s}\n"
            for s in sources
        ),
        "proposals/p.yaml": (
            f"id: {'z' * 60}\ntitle: {title}\nstatement: '{words}'\nproposed_by: [Ada]\n"
            f"sources: {refs}\nhow: {{text: '{words}', sources: {refs}}}\nrationale:\n"
            + "".join(f"- text: '{words[:1400]} {n}.'\n  sources: {refs}\n" for n in range(12))
            + f"since: {{text: '{words}', sources: {refs}}}\nobjections:\n{objections}"
        ),
    }
    return load(write_topic(folder, files))


async def test_longest_that_is_legal(make_bot: MakeBot, tmp_path: Path) -> None:
    release = longest(tmp_path / "longest")
    bot = make_bot(release)
    proposal = "z" * 60
    objection = next(e.id for e in release.entries.values() if e.kind is Kind.OBJECTION)
    reply = next(e.id for e in release.entries.values() if e.kind is Kind.RESPONSE)
    clicker = Clicker(bot)
    for entry in (proposal, objection, reply):
        for language in LANGUAGES:
            for view in views_of(bot, entry, language):
                check(view, thorough=language == "en")
            for view in await clicker.views(entry, language, ephemeral=False):
                check(view, thorough=True)
    advisor = bot.service.advisor
    offered = tuple((e.id, e.title[:100]) for e in list(release.entries.values())[:5])
    shown = replace(
        advisor.show(proposal), outcome=Outcome.CLARIFY, offered=offered, entry=None, blocks=()
    )
    check(views.answer(shown, EVENT, private=False), thorough=True)


async def test_long_pages_hold_every_word(make_bot: MakeBot, tmp_path: Path) -> None:
    release = longest(tmp_path / "longest")
    bot = make_bot(release)
    shown = bot.service.advisor.show("z" * 60, Facet.OBJECTIONS)
    pages = text.pages(text.paragraphs(shown))
    whole = "\n".join(pages)

    assert len(pages) > 20
    for block in shown.blocks:
        if block.title:
            assert text.escape(block.title) in whole


async def test_many_proposals_are_chosen_on_several_pages(
    make_bot: MakeBot, tmp_path: Path
) -> None:
    files = {"topic.yaml": "title: Many\nlanguages: [en]\n"}
    for n in range(60):
        files[f"proposals/p{n:02}.yaml"] = (
            f"id: p{n:02}\ntitle: Proposal number {n}\nstatement: Do the thing number {n}.\n"
            "basis: common\n"
        )
    bot = make_bot(load(write_topic(tmp_path / "many", files)))
    topic = bot.service.release.topic.id
    seen: list[str] = []
    for number in range(3):
        view = bot.reading.browse_view(topic, "en", number)
        check(view, thorough=True)
        for component in walk(payload(view)):
            seen += [option["value"] for option in component.get("options") or ()]

    assert seen == [f"p{n:02}" for n in range(60)]


async def test_empty_topic_can_be_browsed(make_bot: MakeBot, tmp_path: Path) -> None:
    files = {"topic.yaml": "title: None yet\nlanguages: [en]\n"}
    bot = make_bot(load(write_topic(tmp_path / "empty", files)))

    check(bot.reading.browse_view(bot.service.release.topic.id, "en"), thorough=True)
