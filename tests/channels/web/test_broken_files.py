"""A broken edit of the files: moderators see file, line and field; answers go on."""

from __future__ import annotations

import pytest

from bot.advisor.answer import Question
from bot.knowledge.problems import KnowledgeError
from bot.service import Asker, Service

from .browsing import Browser

TOPIC = "bridge"


async def test_moderators_are_shown_where_a_file_is_broken(
    moderator: Browser, reviewer: Browser, service: Service
) -> None:
    file = service.advisor_of(TOPIC).release.folder / "facts.yaml"
    whole = file.read_text("utf-8")
    file.write_text(whole.replace("statement:", "statment:"), "utf-8")
    with pytest.raises(KnowledgeError):
        await service.reload_topic(TOPIC)
    page = await moderator.get("/review")
    assert "facts.yaml:" in page.text
    assert "statment" in page.text
    assert "facts.yaml:" not in (await reviewer.get("/review")).text
    asker = Asker("test:1", "test:1", "test", "test")
    reply = await service.ask(Question("isn't the bridge a waste of money"), asker, TOPIC)
    assert reply.answer.entry == "new-bridge.cost"
    file.write_text(whole, "utf-8")
    await service.reload_topic(TOPIC)
    assert "facts.yaml:" not in (await moderator.get("/review")).text
