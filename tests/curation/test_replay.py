"""Past questions of a log, asked again before and after a change."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Question
from bot.curation.replay import Past, RememberingEncoder, distinct_queries, replay, sharing
from bot.knowledge.load import load
from bot.querylog import QueryLog, QueryRecord, open_log
from bot.retrieval.encoder import DIMENSIONS, OnnxEncoder, Progress, Vectors
from bot.retrieval.index import build
from bot.service import Asker, Service
from bot.settings import Settings

from ..conftest import write_topic

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Counting:
    """An encoder that counts what it is given."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.seen: Counter[str] = Counter()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.seen.update(texts)
        return self._encoder.encode(texts, progress)


class Numbered:
    """An encoder whose vectors say which text they are of, without a model."""

    name = "numbered"

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        del progress
        self.seen.update(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        vectors[:, 0] = [int(text) for text in texts]
        return vectors


def past(text: str, *, asked: int = 1, context: str | None = None, language: str = "en") -> Past:
    return Past(text, language, context, asked, NOON)


def edit(topic: Path, name: str, old: str, new: str) -> None:
    path = topic / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="session")
def bridge(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Advisor:
    """Return an advisor on the small topic, not to be edited."""
    folder = write_topic(tmp_path_factory.mktemp("replay") / "bridge")
    return Advisor(build(load(folder), encoder))


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[QueryLog]:
    async with open_log(tmp_path / "data", time_limit=30.0) as opened:
        yield opened


async def ask(log: QueryLog, *texts: str, **changes: object) -> None:
    for text in texts:
        number = await log.count()
        values: dict[str, object] = {
            "event": f"test:{number}",
            "at": NOON + timedelta(minutes=number),
            "channel": "discord",
            "place": "1:2",
            "user": "discord:1",
            "text": text,
            "language": "en",
            "topic": "bridge",
            "outcome": "gap",
        }
        await log.record(QueryRecord(**(values | changes)))  # type: ignore[arg-type]


async def test_distinct_questions_come_newest_first_with_how_often(log: QueryLog) -> None:
    await ask(log, "What about the birds?", "who pays", "what about the BIRDS", "who pays?!")
    await ask(log, "and the critics?", context_entry="new-bridge")
    await ask(log, "and the critics?", context_entry="new-bridge.cost")
    await ask(log, "What about the birds")
    found = await distinct_queries(log)
    assert [(one.text, one.context_entry, one.asked) for one in found] == [
        ("What about the birds", None, 3),
        ("and the critics?", "new-bridge.cost", 1),
        ("and the critics?", "new-bridge", 1),
        ("who pays?!", None, 2),
    ]
    assert found[0].last == NOON + timedelta(minutes=6)


async def test_private_questions_choices_and_other_topics_are_left_out(log: QueryLog) -> None:
    await ask(log, "a secret", private=True)
    await ask(log, "[chosen: new-bridge]", "[objections: new-bridge.cost]")
    await ask(log, "of the other topic", topic="offers")
    await ask(log, "[e-mail] says: it is too dear", "!?")
    texts = [one.text for one in await distinct_queries(log, topic="bridge")]
    assert texts == ["!?", "[e-mail] says: it is too dear"]
    assert len(await distinct_queries(log)) == 3


async def test_a_limit_takes_the_newest_and_counts_them_in_full(log: QueryLog) -> None:
    await ask(log, "one", "two", "three", "two", "three")
    found = await distinct_queries(log, 2)
    assert [(one.text, one.asked) for one in found] == [("three", 2), ("two", 2)]
    assert await distinct_queries(log, 0) == []


async def test_what_people_asked_the_bot_is_replayed_as_it_was_answered(
    bridge: Advisor, log: QueryLog, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    settings = Settings(knowledge=bridge.release.folder, data=tmp_path / "data")
    service = Service(settings, bridge, log, encoder)
    conversation = Conversation()
    words = ("What about the birds?", "and who says so?", "how do I bake a cake", "Что за мост?")
    outcomes = []
    for number, text in enumerate(words):
        asker = Asker(f"test:{number}", "discord:1", "discord", "1:2")
        reply = await service.ask(Question(text, None, conversation), asker)
        conversation = reply.answer.conversation(conversation)
        outcomes.append((text, reply.answer.outcome.value, reply.answer.entry))
    questions = await distinct_queries(log, topic="bridge")
    assert len(questions) == len(words)
    seen = replay(questions, bridge, bridge)
    assert (seen.total, seen.unchanged) == (4, 4)
    # Against a topic of nothing but its name all answers go; "before" is what people were told.
    bare = write_topic(
        tmp_path / "bridge", {"topic.yaml": "title: A bridge\nnotice: Nothing here yet.\n"}
    )
    gone = replay(questions, bridge, Advisor(build(load(bare), encoder))).no_longer_answered
    given = {one for one in outcomes if one[1] == "answered"}
    assert len(given) >= 2
    assert {(one.text, one.before.outcome, one.before.entry) for one in gone} == given


def test_each_kind_of_change_is_told_apart(
    bridge: Advisor, small_topic: Path, encoder: OnnxEncoder
) -> None:
    edit(
        small_topic, "questions/en/faq.yaml", "- what can you do\n",
        "- what can you do\n- how do I bake a cake\n",
    )  # fmt: skip
    edit(small_topic, "boundaries.yaml", "alert: yes", "alert: yes\n  status: withdrawn")
    edit(small_topic, "questions/en/facts.yaml", "- price of the bridge\n", "")
    edit(
        small_topic, "questions/en/new-bridge.yaml", "- who is going to pay for that bridge\n",
        "- price of the bridge\n",
    )  # fmt: skip
    edit(small_topic, "proposals/new-bridge.yaml", "until autumn", "until winter")
    after = Advisor(build(load(small_topic), encoder))
    questions = [
        past("how do I bake a cake", asked=3),
        past("can I sue the council over the bridge", asked=5),
        past("price of the bridge", asked=7),
        past("what about the birds", asked=2),
        past("what is a mill race"),
    ]
    done: list[tuple[int, int]] = []
    found = replay(questions, bridge, after, lambda *step: done.append(step))
    assert [one.text for one in found.newly_answered] == ["how do I bake a cake"]
    assert found.newly_answered[0].after.title == "What is this?"
    assert found.newly_answered[0].before.entry is None
    moved = {one.text: one for one in (*found.answered_differently, *found.no_longer_answered)}
    assert set(moved) == {
        "price of the bridge", "can I sue the council over the bridge", "what about the birds",
    }  # fmt: skip
    price, birds = moved["price of the bridge"], moved["what about the birds"]
    assert (price.before.entry, price.after.entry) == ("bridge-cost", "new-bridge.cost")
    assert (price.asked, price.reworded) == (7, False)
    assert birds.reworded
    assert "until autumn" in birds.before.text
    assert "until winter" in birds.after.text
    assert moved["can I sue the council over the bridge"].before.outcome == "boundary"
    assert (found.total, found.unchanged) == (5, 1)
    assert done[-1] == (5, 5)
    summary = found.summary()
    assert summary["reworded"] == 1
    assert sum(summary.values()) == 2 * found.total
    assert json.loads(json.dumps(found.as_dict()))["unchanged"] == 1
    # What may be kept for long holds no question.
    assert all(type(count) is int for count in summary.values())


def test_asking_forth_and_back_mirrors(
    bridge: Advisor, small_topic: Path, encoder: OnnxEncoder
) -> None:
    (small_topic / "questions/en/new-bridge.yaml").write_text(
        "new-bridge.cost:\n- who is going to pay for that bridge\n", "utf-8"
    )
    after = Advisor(build(load(small_topic), encoder))
    texts = [text.text for text in bridge.index.texts] + [
        "who decides on the bridge",
        "how do I bake a cake",
    ]
    questions = [past(text, asked=number) for number, text in enumerate(texts)]
    forth, back = replay(questions, bridge, after), replay(questions, after, bridge)
    assert forth.total == back.total == len(texts)
    assert forth.no_longer_answered
    assert [one.text for one in forth.no_longer_answered] == [
        one.text for one in back.newly_answered
    ]
    assert [(one.before, one.after) for one in forth.answered_differently] == [
        (one.after, one.before) for one in back.answered_differently
    ]
    asked = [one.asked for one in forth.no_longer_answered]
    assert asked == sorted(asked, reverse=True)


def test_each_question_is_encoded_once(
    bridge: Advisor, small_topic: Path, encoder: OnnxEncoder
) -> None:
    counting = Counting(encoder)
    before = sharing(bridge, counting)
    edit(small_topic, "questions/en/faq.yaml", "- what can you do\n", "")
    after = Advisor(build(load(small_topic), encoder))
    texts = [f"question number {number} about the bridge" for number in range(40)]
    contexts: list[str | None] = [None, "new-bridge", "new-bridge.cost"]
    questions = [past(text, context=context) for context in contexts for text in texts]
    assert replay(questions, before, after).total == 120
    # As typed, as mended, and without its cue: however many contexts and releases it is asked in.
    assert set(texts) <= set(counting.seen)
    assert max(counting.seen.values()) <= 3
    once = counting.seen[texts[0]]
    # Nothing is kept from one replay to the next.
    replay(questions[:1], before, after)
    assert counting.seen[texts[0]] > once


def test_what_cannot_be_asked_stops_nothing(bridge: Advisor) -> None:
    odd = [past(""), past(" \n"), past("\u200b"), past("?!"), past("x" * 5_000), past("\0\ud800")]
    assert replay(odd, bridge, bridge).unchanged == len(odd)
    assert replay([past("hi", language="")], bridge, bridge).unchanged == 1
    assert replay([], bridge, bridge).total == 0


def test_vectors_of_another_encoder_are_refused(bridge: Advisor) -> None:
    with pytest.raises(ValueError, match="not those of the index"):
        sharing(bridge, Numbered())


def test_an_error_while_asking_is_not_swallowed(bridge: Advisor) -> None:
    class Failing(Counting):
        def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
            raise OSError("the model is gone")

    failing: Callable[[], Advisor] = lambda: sharing(bridge, Failing(OnnxEncoder()))  # noqa: E731
    with pytest.raises(OSError, match="the model is gone"):
        replay([past("what about the birds")], failing(), bridge)


@given(st.lists(st.lists(st.integers(0, 20).map(str), max_size=6), max_size=20), st.integers(1, 10))
def test_a_memory_gives_the_vectors_of_its_encoder_and_stays_bounded(
    batches: list[list[str]], limit: int
) -> None:
    numbered = Numbered()
    memory = RememberingEncoder(numbered, limit)
    for batch in batches:
        assert memory.encode(batch)[:, 0].tolist() == [float(text) for text in batch]
        assert len(memory) <= limit
    asked = Counter(text for batch in batches for text in set(batch))
    assert all(count <= asked[text] for text, count in numbered.seen.items())
    if len(asked) <= limit:
        assert all(count == 1 for count in numbered.seen.values())
