"""What the advisor tests share: the small topic's advisor, conversations of several turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Question
from bot.knowledge.load import load
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import Index, build
from tests.conftest import write_topic


@pytest.fixture(scope="session")
def bridge_index(encoder: OnnxEncoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return the small topic's index."""
    return build(load(write_topic(tmp_path_factory.mktemp("advisor") / "bridge")), encoder)


@pytest.fixture
def bridge(bridge_index: Index) -> Advisor:
    """Return an advisor on the small topic, for tests that only ask."""
    return Advisor(bridge_index)


Forced = Callable[[float, float, float], Advisor]


@pytest.fixture
def forced(bridge_index: Index, monkeypatch: pytest.MonkeyPatch) -> Forced:
    """Return a function that gives the small topic's advisor with thresholds of one's own.

    So the ways of the decision are tested, wherever the thresholds are tuned to.
    """

    def make(answer: float, clarify: float, topical: float) -> Advisor:
        confidence = replace(
            bridge_index.confidence, answer=answer, clarify=clarify, topical=topical
        )
        monkeypatch.setattr(bridge_index, "confidence", confidence)
        return Advisor(bridge_index)

    return make


class Talk:
    """One user's conversation in one place."""

    def __init__(self, advisor: Advisor, language: str = "en") -> None:
        self.advisor = advisor
        self.conversation = Conversation(language=language)

    def say(self, text: str) -> Answer:
        answer = self.advisor.answer(Question(text, None, self.conversation))
        self.conversation = answer.conversation(self.conversation)
        return answer


@pytest.fixture
def talk(advisor: Advisor) -> Talk:
    """Return a new conversation on the shipped topic."""
    return Talk(advisor)


@pytest.fixture
def bridge_talk(bridge: Advisor) -> Talk:
    """Return a new conversation on the small topic."""
    return Talk(bridge)
