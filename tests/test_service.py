"""The composition root: answer and log as one act, open and close the parts in order."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import bot.retrieval.encoder
import bot.service
from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.facets import Facet
from bot.background import in_background
from bot.errors import RejoinderError, UsageError
from bot.knowledge.load import load
from bot.knowledge.problems import KnowledgeError
from bot.querylog import LogUnavailable, QueryRow, open_log
from bot.retrieval.encoder import ModelError, OnnxEncoder
from bot.retrieval.index import build
from bot.service import Asker, Service, cache_folder, open_advisor, open_service
from bot.settings import Settings
from tests.conftest import write_topic

COST = "who is going to pay for that bridge"
_events = count()


def asker(user: str = "test:1", *, private: bool = False) -> Asker:
    return Asker(f"test:{next(_events)}", user, "test", "room", private)


def use(monkeypatch: pytest.MonkeyPatch, make: Callable[..., OnnxEncoder]) -> None:
    """Let the service have its model from here."""
    monkeypatch.setattr(bot.service, "OnnxEncoder", make)
    monkeypatch.setattr(bot.retrieval.encoder, "OnnxEncoder", make)


async def rows(service: Service) -> list[QueryRow]:
    return [row async for row in service.log.queries()]


@pytest.fixture
def settings(small_topic: Path, tmp_path: Path) -> Settings:
    return Settings(knowledge=small_topic, data=tmp_path / "data", log_time_limit=30)


@pytest.fixture(autouse=True)
def _one_model(encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lambda *_, **__: encoder)


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    async with open_service(settings) as opened:
        yield opened


async def test_what_is_wanted_of_answers_and_choices_outlives_a_reload(
    settings: Settings, small_topic: Path
) -> None:
    wanted = settings.model_copy(update={"answer_precision": 0.6, "choices": 2})
    async with open_service(wanted) as service:
        before = service.advisor
        assert (before.choices, before.index.precision) == (2, 0.6)
        with (small_topic / "faq.yaml").open("a") as faq:
            faq.write("- {id: dogs, question: May dogs cross it?, answer: On a lead.}\n")
        await service.reload()
        after = service.advisor
        assert after is not before
        assert (after.choices, after.index.precision) == (2, 0.6)
        careful = after.index.confidence.wanting(0.99)
        assert after.index.confidence.answer < careful.answer


async def test_an_answer_has_a_row_before_it_is_returned(service: Service) -> None:
    who = asker()
    before = datetime.now(UTC)
    reply = await service.ask(Question(COST), who)
    assert reply.answer.entry == "new-bridge.cost"
    assert reply.logged.status == "logged"
    assert not reply.duplicate
    [row] = await rows(service)
    assert row.id == reply.logged.id
    assert (row.text, row.outcome, row.entry) == (COST, "answered", "new-bridge.cost")
    assert (row.channel, row.place, row.topic) == ("test", "room", "bridge")
    assert row.release == service.release.id == reply.answer.release
    assert row.candidates[0].id == "new-bridge.cost"
    assert before <= row.at <= datetime.now(UTC)
    assert row.delivered_at is None
    assert "test:1" not in row.pseudonym
    await service.delivered(who)
    await service.ask(Question(COST), asker())  # commits what was queued before it
    [row, _] = await rows(service)
    assert row.delivered_at is not None


async def test_an_event_is_answered_once(service: Service) -> None:
    who = asker()
    replies = await asyncio.gather(*(service.ask(Question(COST), who) for _ in range(5)))
    assert sorted(reply.duplicate for reply in replies) == [False, True, True, True, True]
    assert (await service.ask(Question(COST), who)).duplicate
    assert len(await rows(service)) == 1


async def test_a_private_question_keeps_no_text(service: Service) -> None:
    await service.ask(Question(COST), asker(private=True))
    [row] = await rows(service)
    assert (row.text, row.private, row.entry) == (None, True, "new-bridge.cost")


async def test_a_follow_up_is_logged_with_what_it_leans_on(service: Service) -> None:
    first = await service.ask(Question("what is the bridge plan"), asker())
    conversation = first.answer.conversation(Conversation())
    reply = await service.ask(Question("and what do critics say?", None, conversation), asker())
    assert (reply.answer.entry, reply.answer.facet) == ("new-bridge", Facet.OBJECTIONS)
    assert [row.context_entry for row in await rows(service)] == [None, "new-bridge"]


async def test_what_is_chosen_is_logged_like_a_question(service: Service) -> None:
    conversation = Conversation("new-bridge", Facet.OVERVIEW, "ru")
    reply = await service.show("mill-race", Facet.OVERVIEW, asker(), conversation=conversation)
    assert reply.answer.language == "ru"
    await service.show("mill-race", Facet.SOURCES, asker(), conversation=conversation, asked="leat")
    assert [(row.text, row.entry, row.context_entry) for row in await rows(service)] == [
        ("[overview: mill-race]", "mill-race", "new-bridge"),
        ("leat", "mill-race", "new-bridge"),
    ]
    with pytest.raises(KeyError):
        await service.show("nothing", Facet.OVERVIEW, asker(), conversation=conversation)
    assert len(await rows(service)) == 2


async def test_feedback_belongs_to_its_question(service: Service) -> None:
    who = asker()
    reply = await service.ask(Question(COST), who)
    assert (await service.wrong(who, "outdated", "bridge-cost")).status == "logged"
    assert reply.logged.id is not None
    [kept] = await service.log.feedback_on([reply.logged.id])
    assert (kept.reason, kept.entry) == ("outdated", "bridge-cost")
    assert (await service.wrong(asker(), "outdated")).status == "unknown"


async def test_an_answer_that_cannot_be_kept_is_not_given(settings: Settings) -> None:
    async with open_service(settings) as service:
        pass
    with pytest.raises(LogUnavailable):
        await service.ask(Question(COST), asker())


async def test_many_questions_at_once_are_each_answered_and_logged(service: Service) -> None:
    asked = [f"{text} {number}" for number in range(30) for text in (COST, "what about the birds")]
    replies = await asyncio.gather(
        *(service.ask(Question(text), asker(f"test:{n % 7}")) for n, text in enumerate(asked))
    )
    assert all(reply.answer.outcome is Outcome.ANSWERED for reply in replies)
    for text, reply in zip(asked, replies, strict=True):
        assert (reply.answer.entry == "new-bridge.cost") == text.startswith(COST)
    found = await rows(service)
    assert sorted(row.text or "" for row in found) == sorted(asked)
    assert len({row.pseudonym for row in found}) == 7


async def test_parts_are_closed_when_it_ends(settings: Settings) -> None:
    async def stumble() -> None:
        async with open_service(settings) as service:
            await service.ask(Question(COST), asker())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumble()
    # Closed: the write-ahead log is folded into the database.
    assert not (settings.data / "querylog.sqlite3-wal").exists()
    async with open_log(settings.data) as log:
        assert await log.count() == 1


async def test_what_cannot_open_says_so_before_the_topic_is_learned(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*_: Any, **__: Any) -> Any:
        raise AssertionError("the topic was learned")

    monkeypatch.setattr(bot.service, "build", unexpected)
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(LogUnavailable, match="data directory"):
        async with open_service(settings.model_copy(update={"data": blocked / "data"})):
            pass
    with pytest.raises(UsageError):
        async with open_service(settings.model_copy(update={"knowledge": tmp_path / "nowhere"})):
            pass
    (settings.knowledge / "faq.yaml").write_text("- [")
    with pytest.raises(KnowledgeError):
        async with open_service(settings):
            pass
    # Knowledge that is broken leaves nothing behind.
    assert not settings.data.exists()


async def test_a_model_that_is_missing_stops_the_start(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, lambda *_, **__: OnnxEncoder(tmp_path))
    with pytest.raises(ModelError, match=r"model\.onnx cannot be read"):
        async with open_service(settings):
            pass
    with pytest.raises(ModelError):
        open_advisor(settings)


async def test_learning_reports_progress_and_is_done_once(settings: Settings) -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    async with open_service(settings, progress):
        pass
    assert seen
    assert seen[-1][0] == seen[-1][1]
    assert list(cache_folder(settings).iterdir())
    seen.clear()
    async with open_service(settings, progress):
        pass
    assert seen == []


async def test_advisor_and_release_are_those_in_service(
    service: Service, small_topic: Path, encoder: OnnxEncoder
) -> None:
    assert isinstance(service.advisor, Advisor)
    assert service.advisor.release is service.release
    assert service.release.id == build(load(small_topic), encoder).release.id


HARBOUR = {
    "topic.yaml": "title: A new harbour\n",
    "sources.yaml": "[]\n",
    "faq.yaml": "- {id: ships, question: How many ships would call?, answer: Two a week.}\n",
    "questions/en/faq.yaml": "ships:\n- how many boats will come\n- ships a week\n",
}


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    return write_topic(tmp_path / "harbour", HARBOUR)


@pytest.fixture
async def both(settings: Settings, harbour: Path) -> AsyncIterator[Service]:
    async with open_service(settings.model_copy(update={"topics": (harbour,)})) as opened:
        yield opened


async def test_each_topic_answers_for_itself(both: Service) -> None:
    assert list(both.topics) == ["bridge", "harbour"]
    assert both.advisor is both.topics["bridge"] is both.advisor_of(None)
    assert both.advisor_of("harbour").release.topic.info.title == "A new harbour"
    ships = "how many boats will come"
    there = await both.ask(Question(ships), asker(), "harbour")
    assert (there.answer.entry, there.answer.topic) == ("ships", "harbour")
    here = await both.ask(Question(ships), asker())
    assert here.answer.topic == "bridge"
    assert here.answer.entry != "ships"
    shown = await both.show(
        "ships", Facet.OVERVIEW, asker(), conversation=Conversation(), topic="harbour"
    )
    assert "Two a week." in shown.answer.text
    assert [(row.topic, row.entry) for row in await rows(both)] == [
        ("harbour", "ships"),
        ("bridge", here.answer.entry),
        ("harbour", "ships"),
    ]


async def test_a_topic_that_is_not_there_is_answered_by_none(both: Service) -> None:
    conversation = Conversation()
    for attempt in (
        both.ask(Question("hello"), asker(), "canal"),
        both.show("ships", Facet.OVERVIEW, asker(), conversation=conversation, topic="canal"),
        # An entry of another topic is no entry of this one.
        both.show("ships", Facet.OVERVIEW, asker(), conversation=conversation),
    ):
        with pytest.raises(KeyError):
            await attempt
    assert await rows(both) == []


async def test_topics_cannot_be_changed_from_outside(both: Service) -> None:
    with pytest.raises(TypeError):
        both.topics["harbour"] = both.advisor  # type: ignore[index]


async def test_two_topics_with_one_id_stop_the_start(settings: Settings, tmp_path: Path) -> None:
    twin = write_topic(tmp_path / "elsewhere" / "bridge")
    for topics in ((twin,), (settings.knowledge,)):
        with pytest.raises(UsageError, match="Two topics have the id bridge: ") as caught:
            async with open_service(settings.model_copy(update={"topics": topics})):
                pass
        assert str(topics[0]) in caught.value.message
    assert not settings.data.exists()
    (twin / "topic.yaml").write_text("id: other\ntitle: Another bridge\nlanguages: [en, ru]\n")
    async with open_service(settings.model_copy(update={"topics": (twin,)})) as service:
        assert list(service.topics) == ["bridge", "other"]


async def test_who_wrote_what_is_asked_about_is_kept_as_a_pseudonym(service: Service) -> None:
    who = Asker("test:menu", "test:1", "test", "room", author="test:2")
    await service.ask(Question(COST), who)
    await service.ask(Question(COST), asker("test:2"))
    first, second = await rows(service)
    assert first.author == second.pseudonym != first.pseudonym
    assert second.author is None
    # Either of the two may have it deleted.
    await service.log.forget_person("test:2")
    assert await rows(service) == []


async def test_background_work_returns_raises_and_can_be_left() -> None:
    assert await in_background(lambda: 42) == 42
    with pytest.raises(RejoinderError, match="no"):
        await in_background(functools.partial(_fail, RejoinderError("no")))
    go_on = threading.Event()
    left = asyncio.create_task(in_background(go_on.wait))
    await asyncio.sleep(0)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    go_on.set()  # its result comes when nobody waits, and is dropped
    assert await in_background(lambda: threading.current_thread().daemon)


def test_background_work_does_not_hold_up_the_end_of_the_loop() -> None:
    go_on = threading.Event()

    async def leave() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.01):
                await in_background(go_on.wait)

    asyncio.run(leave())  # would hang here if the loop waited for its threads
    go_on.set()


def _fail(error: Exception) -> None:
    raise error
