"""When the bot is unsure it asks back; when it is wrong, people can say so, once each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.advisor.advisor import Advisor
from bot.channels.discord.words import say

from .world import World


@pytest.fixture
def unsure(bridge: Advisor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the advisor ask back whatever it is asked on topic."""
    confidence = replace(bridge.index.confidence, answer=1.1, clarify=0.01, topical=-1.0)
    monkeypatch.setattr(bridge.index, "confidence", confidence)


@pytest.mark.usefixtures("unsure")
async def test_asking_back_is_a_row_of_buttons_with_none_of_these(world: World) -> None:
    reply = await world.mention(world.ada, "herons and the county grant")
    assert reply is not None
    labels = world.labels(reply)

    assert 2 < len(labels) <= 5
    assert labels[-1] == "None of these"
    [row] = await world.rows()
    assert row.outcome == "clarify"
    titles = [label.split(" · ")[1].rstrip("…") for label in labels[:-1]]
    assert all(title in world.words(reply) for title in titles)


@pytest.mark.usefixtures("unsure")
async def test_choice_is_private_and_leaves_the_buttons_to_others(world: World) -> None:
    reply = await world.mention(world.ada, "herons and the county grant")
    assert reply is not None
    before = world.components(reply)
    first, second = world.labels(reply)[:2]
    one = await world.click(world.ada, reply, first)
    two = await world.click(world.bo, reply, second)

    assert one.ephemeral
    assert two.ephemeral
    assert world.words(one) != world.words(two)
    assert world.components(reply) == before
    assert len(world.public()) == 1
    rows = await world.rows()
    chosen = [row.entry for row in rows[1:]]
    assert len(set(chosen)) == 2
    assert [row.text for row in rows[1:]] == [f"[chosen: {entry}]" for entry in chosen]


@pytest.mark.usefixtures("unsure")
async def test_choice_by_its_number(world: World) -> None:
    reply = await world.mention(world.ada, "herons and the county grant")
    assert reply is not None
    clicked = await world.click(world.bo, reply, world.labels(reply)[1])
    numbered = await world.mention(world.ada, "2")
    replied = await world.mention(world.cy, "2", reply_to=reply)

    assert numbered is not None
    assert replied is not None
    title = world.words(clicked).splitlines()[0]
    assert world.words(numbered).splitlines()[0] == title
    assert world.words(replied).splitlines()[0] == title


@pytest.mark.usefixtures("unsure")
async def test_none_of_these_is_kept_as_a_gap(world: World) -> None:
    reply = await world.mention(world.ada, "herons and the county grant")
    result = await world.click(world.ada, reply, "None of these")

    assert result.ephemeral
    assert world.words(result) == say("noted-gap", "en")
    assert await world.feedback() == [("none of these", None)]
    assert world.options(await world.click(world.ada, result, "What is in here"))


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("outdated", "outdated"),
        ("source", "source problem"),
        ("one-sided", "one-sided"),
        ("else", "something else"),
    ],
)
async def test_reason_is_kept_and_thanked_for(world: World, reason: str, kept: str) -> None:
    reply = await world.mention(world.ada, "what about the birds")
    menu = await world.click(world.bo, reply, "Wrong or missing")
    assert "not a vote" in world.words(menu)
    result = await world.select(world.bo, menu, reason)

    assert world.words(result) == say("noted", "en")
    assert await world.feedback() == [(kept, None)]
    assert len(await world.rows()) == 1
    assert len(world.public()) == 1


async def test_saying_it_twice_counts_once_and_others_count_too(world: World) -> None:
    reply = await world.mention(world.ada, "what about the birds")
    said = []
    for who in (world.bo, world.bo, world.cy):
        menu = await world.click(who, reply, "Wrong or missing")
        said.append(world.words(await world.select(who, menu, "outdated")))

    assert said == [say("noted", "en"), say("noted-before", "en"), say("noted", "en")]
    assert await world.feedback() == [("outdated", None)] * 2


async def test_another_question_was_meant_offers_the_next_entries(world: World) -> None:
    reply = await world.mention(world.ada, "what about the birds")
    menu = await world.click(world.bo, reply, "Wrong or missing")
    offered = await world.select(world.bo, menu, "another")
    labels = world.labels(offered)

    assert labels[-1] == "None of these"
    assert 2 <= len(labels) <= 5
    assert not any("herons" in label and "autumn" not in label for label in labels)
    assert not any("Legal" in label for label in labels)
    shown = await world.click(world.bo, offered, labels[0])
    assert shown.ephemeral or shown.response is not None
    row = (await world.rows())[0]
    meant = next(
        c.id for c in row.candidates if c.id != row.entry and c.kind != "boundary"
    )  # fmt: skip
    assert await world.feedback() == [
        ("answers another question", None), ("should be this entry", meant),
    ]  # fmt: skip


async def test_none_of_the_others_is_a_gap(world: World) -> None:
    reply = await world.mention(world.ada, "what about the birds")
    menu = await world.click(world.bo, reply, "Wrong or missing")
    offered = await world.select(world.bo, menu, "another")
    result = await world.click(world.bo, offered, "None of these")

    assert say("noted-gap", "en") in world.words(result)
    assert await world.feedback() == [
        ("answers another question", None), ("none of these", None),
    ]  # fmt: skip


async def test_answer_whose_question_was_deleted_takes_no_feedback(world: World) -> None:
    reply = await world.mention(world.ada, "what about the birds")
    assert reply is not None
    menu = await world.click(world.bo, reply, "Wrong or missing")
    event = f"discord:{world.channel.history()[0].id}"
    assert await world.bot.service.log.forget_query(event)
    result = await world.select(world.bo, menu, "outdated")

    assert world.words(result) == say("not-in-log", "en")
    assert result.ephemeral


async def test_what_is_missing_can_be_said_of_a_gap(world: World) -> None:
    reply = await world.mention(world.ada, "who won the football world cup in 1998")
    menu = await world.click(world.bo, reply, "Wrong or missing")
    await world.select(world.bo, menu, "else")

    assert await world.feedback() == [("something else", None)]
