"""All that the review shows, at its longest, within Discord's limits in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import discord
import pytest

from bot.advisor.answer import Outcome
from bot.channels.discord import text, views
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.desk import Desk
from bot.channels.discord.review_about import About
from bot.channels.discord.review_panel import PAGE, Around
from bot.channels.discord.words import LANGUAGES, say
from bot.curation.review import ClusterView, Meant
from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.querylog import Candidate, FeedbackRow, QueryRow
from bot.querylog.review_records import REASONS, ClusterRow, Due, ItemRow
from bot.reasons import MEANT, NONE, WRONG

from .test_render_all import MakeBot, check, longest, make_bot, payload
from .world import walk

__all__ = ["make_bot"]

HUGE = 2**52
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
WORDS = ("*_~`|<[\\" * 70)[:500]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return a topic whose every field is as long as it may be."""
    return longest(Path(tmp_path_factory.mktemp("longest")) / "longest")


def query(number: int, entry: str) -> QueryRow:
    return QueryRow(
        id=HUGE - number, at=NOON, channel="discord", place="1/2", pseudonym="p", private=False,
        text=f"{number} {WORDS}"[:500], language="en", topic="longest", context_entry=entry,
        outcome="out_of_scope", entry=entry, facet="objections", confidence=0.123456,
        candidates=(Candidate(entry, "objection", 0.3),), release="r", latency_ms=5,
        delivered_at=None,
    )  # fmt: skip


def items(entry: str) -> list[ItemRow]:
    said = [*WRONG, NONE, MEANT] * 3
    feedback = tuple(
        FeedbackRow(id=number, query_id=1, at=NOON, pseudonym="p", reason=reason, entry=entry)
        for number, reason in enumerate(said)
    )
    return [
        ItemRow(
            query=query(number, entry), reasons=REASONS, badness=4.0, status="open",
            cluster_id=HUGE, similarity=1.0, verdict=None, feedback=feedback,
        )
        for number in range(PAGE + 1)
    ]  # fmt: skip


def shown(bot: RejoinderBot, release: Release, language: str) -> list[discord.ui.LayoutView]:
    """Lay out all of it."""
    topic = release.topic.id
    heading = f"-# {text.escape(release.topic.info.title)}"
    desk = Desk(topic, language, "discord:1", bot.service.moderation(topic), heading)
    entry = next(e.id for e in release.entries.values() if e.kind is Kind.OBJECTION)
    panels, about = bot.reviewing.panels, About("cluster", HUGE, 123_456)
    drafted = say("review-drafted", language, entry="x" * 60)
    around = Around(f"{say('review-stale', language)}\n{drafted}", about, 9_999)
    row = ClusterRow(
        id=HUGE, topic=topic, status="open", typical=query(0, entry), people=9_999,
        queries=99_999, badness=4.0, reasons=REASONS, first_at=NOON, last_at=NOON, rank=1.0,
        verdict=None, entry=None, decided_at=None, decided_by=None, revision=123_456,
    )  # fmt: skip
    meant = tuple(Meant(each.id, each.title, each.kind, 0.5, 3) for each in
                  list(release.entries.values())[:8])  # fmt: skip
    found = items(entry)
    sampled = About("sample", HUGE)
    return [
        panels.cluster(desk, ClusterView(row, tuple(found), meant), around),
        panels.query(desk, About("query", HUGE), found[0].query, meant, around, found[0]),
        panels.query(desk, sampled, found[0].query, meant, around, found[0]),
        panels.members(desk, about, found, around.note),
        panels.listed(desk, found, "boundary", around, is_first=False),
        panels.listed(desk, [], None, around, is_first=True),
        panels.empty(desk, "review-empty", around),
        panels.empty(desk, "review-sample-none", around),
        bot.awaiting.view(
            topic,
            Due(query_id=1, user="discord:1", text=WORDS, language=language, entry=entry,
                asked_at=NOON),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_everything_fits(make_bot: MakeBot, release: Release, language: str) -> None:
    bot = make_bot(release)
    for view in shown(bot, release, language):
        check(view, thorough=True)
        said = [c["content"] for c in walk(payload(view)) if c["type"] == 10]
        assert "*_~" not in "\n".join(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_forms_and_menus_fit(language: str) -> None:
    for key in ("review-which", "review-words", "review-test", "review-kind", "review-parent",
                "review-what"):  # fmt: skip
        assert len(say(key, language)) <= 45, key
    for key in ("review-words-help", "review-test-help"):
        assert len(say(key, language)) <= 100, key
    for key in ("review-choose-what", "review-split", "review-choose", "review-filter"):
        assert len(say(key, language)) <= 150, key


@pytest.mark.parametrize("language", LANGUAGES)
async def test_gap_answers_have_room_for_all_their_buttons(
    make_bot: MakeBot, release: Release, language: str
) -> None:
    bot = make_bot(release)
    gap = replace(
        bot.service.advisor.show(next(iter(release.entries)), language=language),
        outcome=Outcome.GAP, entry=None,
    )  # fmt: skip
    check(views.answer(gap, 2**63 - 1, private=False, kept=True), thorough=True)
