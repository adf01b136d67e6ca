"""A follow-up in the review: it cannot be judged without what it followed."""

from __future__ import annotations

from bot.advisor.answer import Conversation, Question
from bot.reasons import ANOTHER
from bot.service import Asker

from .reviewing import core, has, press, review
from .world import TOPIC, World


async def test_a_follow_up_says_what_it_followed(world: World) -> None:
    asker = Asker("asked:followed", "discord:1", "discord", "room", False)
    question = Question("and what do critics say?", None, Conversation(entry="new-bridge"))
    await world.bot.service.ask(question, asker, topic=TOPIC)
    await world.bot.service.wrong(asker, ANOTHER)
    await core(world).refresh()
    title = world.bot.service.advisor_of(TOPIC).release.entries["new-bridge"].title
    shown = await review(world)
    assert has(world, shown, "review-follow-up", title=title)
    assert has(world, await press(world, shown, "review-all"), "review-follow-up", title=title)
    assert has(world, await review(world, "list"), "review-follow-up", title=title)
