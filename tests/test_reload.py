"""A reload swaps the release whole; a broken edit leaves the last good one in service."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome, Question
from bot.errors import UsageError
from bot.knowledge.load import load
from bot.knowledge.problems import KnowledgeError
from bot.querylog import QueryFilter, open_log
from bot.retrieval.encoder import Encoder, ModelError, OnnxEncoder, Progress, Vectors
from bot.retrieval.index import build
from bot.service import Asker, Reply, Service, cache_folder
from bot.settings import Settings
from tests.conftest import write_topic

PROPOSAL = "proposals/new-bridge.yaml"
OLD = "The money is needed for the school roof."
NEW = "The money is needed for the swimming bath."
_events = count()


class Moody:
    """An encoder that fails while it is told to."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.fails = False
        self.encoded = 0

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if self.fails:
            raise ModelError("The model cannot be run.")
        self.encoded += len(texts)
        return self._encoder.encode(texts, progress)


@pytest.fixture
def moody(encoder: OnnxEncoder) -> Moody:
    """Return the shipped encoder, able to fail."""
    return Moody(encoder)


@pytest.fixture
async def service(small_topic: Path, tmp_path: Path, moody: Moody) -> AsyncIterator[Service]:
    """Return a service on the small topic with a log of its own."""
    settings = Settings(knowledge=small_topic, data=tmp_path / "data")
    index = build(load(small_topic), moody, cache=cache_folder(settings))
    async with open_log(settings.data) as log:
        service = Service(settings, Advisor(index), log, moody)
        yield service
        service.close()


async def ask(service: Service, text: str = "isn't the bridge a waste of money") -> Reply:
    """Ask as somebody at a terminal."""
    asker = Asker(f"event {next(_events)}", "user", "terminal", "here")
    return await service.ask(Question(text), asker)


def edit(folder: Path, old: str, new: str) -> None:
    """Replace text in the proposal."""
    path = folder / PROPOSAL
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


async def test_an_edit_is_answered_after_a_reload(service: Service, small_topic: Path) -> None:
    before = service.release
    assert OLD in (await ask(service)).answer.text
    edit(small_topic, OLD, NEW)
    # Files alone change nothing: what is in service is what was validated.
    assert OLD in (await ask(service)).answer.text
    fresh = await service.reload()
    assert fresh is service.release
    assert fresh.id != before.id
    reply = await ask(service)
    assert NEW in reply.answer.text
    assert reply.answer.release == fresh.id


async def test_a_new_entry_can_be_found_after_a_reload(service: Service, small_topic: Path) -> None:
    assert (await ask(service, "may dogs cross it")).answer.entry != "dogs"
    with (small_topic / "faq.yaml").open("a") as faq:
        faq.write("- {id: dogs, question: May dogs cross it?, answer: On a lead.}\n")
    with (small_topic / "questions/en/faq.yaml").open("a") as phrasings:
        phrasings.write("dogs:\n- can I take my dog over the crossing\n- are dogs allowed\n")
    await service.reload()
    answer = (await ask(service, "may dogs cross it")).answer
    assert (answer.outcome, answer.entry) == (Outcome.ANSWERED, "dogs")


async def test_unchanged_files_leave_everything_as_it_is(
    service: Service, small_topic: Path
) -> None:
    advisor = service.advisor
    (small_topic / PROPOSAL).touch()
    (small_topic / "notes.txt").write_text("not knowledge")
    assert await service.reload() is None
    assert service.advisor is advisor


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("statement:", "statment:", f"{PROPOSAL}:3:1: statment: unknown key 'statment'; did you"),
        ("objections:", "objections: [", "this is not valid YAML"),
        ("source: gazette, where", "source: nobody, where", "no source nobody"),
        (OLD, "&x a", "the anchor &x is not allowed"),
        (OLD, "x\u202ey", "U+202E is not allowed"),
    ],
)
async def test_a_broken_edit_keeps_the_last_good_release(
    old: str, new: str, said: str, service: Service, small_topic: Path
) -> None:
    before = service.release
    edit(small_topic, old, new)
    with pytest.raises(KnowledgeError) as caught:
        await service.reload()
    assert said in str(caught.value)
    assert service.release is before
    reply = await ask(service)
    assert OLD in reply.answer.text
    (row,) = [row async for row in service.log.queries(QueryFilter())]
    assert (row.release, row.entry) == (before.id, "new-bridge.cost")

    edit(small_topic, new, old)
    assert await service.reload() is None
    edit(small_topic, OLD, NEW)
    assert await service.reload() is service.release
    assert NEW in (await ask(service)).answer.text


async def test_an_edit_half_done_keeps_the_last_good_release(
    service: Service, small_topic: Path
) -> None:
    edit(small_topic, "[bridge-cost]", "[bridge-cost, toll]")
    with pytest.raises(KnowledgeError, match="there is no fact toll"):
        await service.reload()
    with (small_topic / "facts.yaml").open("a") as facts:
        facts.write("- {id: toll, statement: No toll is planned., basis: common, as_of: 2025}\n")
    fresh = await service.reload()
    assert fresh is not None
    assert "toll" in fresh.entries


async def test_a_topic_that_is_gone_keeps_the_last_good_release(
    service: Service, small_topic: Path
) -> None:
    away = small_topic.with_name("away")
    (small_topic / "topic.yaml").rename(small_topic / "topic.txt")
    with pytest.raises(UsageError, match="holds no topic"):
        await service.reload()
    shutil.move(small_topic, away)
    with pytest.raises(UsageError, match="There is no folder"):
        await service.reload()
    assert OLD in (await ask(service)).answer.text


async def test_a_model_that_fails_keeps_the_last_good_release(
    service: Service, small_topic: Path, moody: Moody
) -> None:
    before = service.release
    edit(small_topic, OLD, NEW)
    moody.fails = True
    with pytest.raises(ModelError):
        await service.reload()
    moody.fails = False
    assert service.release is before
    assert OLD in (await ask(service)).answer.text
    assert await service.reload() is not None
    assert NEW in (await ask(service)).answer.text


async def test_an_answer_is_of_one_release_while_releases_change(
    service: Service, small_topic: Path
) -> None:
    texts = {service.release.id: OLD}
    replies: list[Reply] = []
    reloading = True

    async def keep_asking() -> None:
        while reloading:
            replies.append(await ask(service))

    asking = asyncio.create_task(keep_asking())
    for number in range(4):
        old, new = list(texts.values())[-1], f"The money is needed for plan {number}."
        edit(small_topic, old, new)
        fresh = await service.reload()
        assert fresh is not None
        texts[fresh.id] = new
    reloading = False
    await asking
    replies.append(await ask(service))
    assert len({reply.answer.release for reply in replies}) > 1
    for reply in replies:
        assert texts[reply.answer.release] in reply.answer.text
        assert sum(text in reply.answer.text for text in texts.values()) == 1
    rows = {row.release async for row in service.log.queries(QueryFilter())}
    assert rows == {reply.answer.release for reply in replies}


async def test_reloads_at_once_build_once(service: Service, small_topic: Path) -> None:
    edit(small_topic, OLD, NEW)
    results = await asyncio.gather(*(service.reload() for _ in range(5)))
    assert [result for result in results if result is not None] == [service.release]


async def test_what_is_withdrawn_is_answered_no_more(service: Service, small_topic: Path) -> None:
    assert (await ask(service, "what about the birds")).answer.entry == "new-bridge.herons"
    edit(small_topic, "id: new-bridge.herons\n", "id: new-bridge.herons\n  status: withdrawn\n")
    await service.reload()
    answer = (await ask(service, "what about the birds")).answer
    assert answer.entry not in {"new-bridge.herons", "new-bridge.herons.1"}
    assert not any(c.id.startswith("new-bridge.herons") for c in answer.candidates)
    overview = (await ask(service, "what is the bridge plan")).answer
    assert "herons" not in overview.text.lower()


async def test_an_edit_of_prose_alone_needs_no_learning(
    service: Service, small_topic: Path, moody: Moody
) -> None:
    indexes = set(cache_folder(service.settings).rglob("index-*"))
    moody.fails = True
    edit(small_topic, "Volunteers and the council share the work.", "The council does it.")
    assert await service.reload() is not None
    assert set(cache_folder(service.settings).rglob("index-*")) == indexes
    moody.fails = False
    assert "The council does it." in (await ask(service, "how would the bridge work")).answer.text


async def test_an_edit_of_one_phrasing_encodes_no_other(
    service: Service, small_topic: Path, moody: Moody
) -> None:
    before = moody.encoded
    with (small_topic / "questions/en/faq.yaml").open("a") as phrasings:
        phrasings.write("- what would you know\n")
    assert await service.reload() is not None
    assert moody.encoded == before + 1


@pytest.fixture
async def two(
    small_topic: Path, tmp_path: Path, moody: Moody
) -> AsyncIterator[tuple[Service, Path, Path]]:
    """Return a service on two topics, with their folders; the other is the same by another id."""
    other = write_topic(tmp_path / "other-bridge")
    settings = Settings(knowledge=small_topic, topics=(other,), data=tmp_path / "data")
    cache = cache_folder(settings)
    advisors = [Advisor(build(load(folder), moody, cache=cache)) for folder in (small_topic, other)]
    async with open_log(settings.data) as log:
        yield Service(settings, advisors[0], log, moody, advisors[1:]), small_topic, other


async def test_each_topic_is_reloaded_by_itself(two: tuple[Service, Path, Path]) -> None:
    service, _, other = two
    first, second = service.topics.values()
    held = service.topics
    edit(other, OLD, NEW)
    fresh = await service.reload()
    assert fresh is not None
    assert fresh is service.topics["other-bridge"].release is not second.release
    assert list(service.topics) == ["bridge", "other-bridge"]
    assert service.advisor is first
    # Whoever is at work goes on with what was in service when they began.
    assert list(held.values()) == [first, second]
    assert OLD in (await ask(service)).answer.text
    asker = Asker(f"event {next(_events)}", "user", "terminal", "here")
    there = await service.ask(Question("isn't the bridge a waste of money"), asker, "other-bridge")
    assert NEW in there.answer.text


async def test_a_broken_topic_does_not_keep_another_from_its_edit(
    two: tuple[Service, Path, Path],
) -> None:
    service, first, other = two
    broken = service.release
    edit(first, "statement:", "statment:")
    edit(other, OLD, NEW)
    with pytest.raises(KnowledgeError, match="statment"):
        await service.reload()
    assert service.release is broken
    assert (
        NEW
        in service.topics["other-bridge"].answer(Question("isn't the bridge a waste of money")).text
    )
    with pytest.raises(KnowledgeError):
        await service.reload_topic("bridge")
    assert await service.reload_topic("other-bridge") is None
    with pytest.raises(KeyError):
        await service.reload_topic("canal")


async def test_a_topic_may_get_another_id_but_not_one_that_is_taken(
    two: tuple[Service, Path, Path],
) -> None:
    service, _, other = two
    topic = other / "topic.yaml"
    text = topic.read_text()
    topic.write_text(f"id: bridge\n{text}")
    with pytest.raises(UsageError, match="Two topics have the id bridge"):
        await service.reload()
    assert list(service.topics) == ["bridge", "other-bridge"]
    topic.write_text(f"id: crossing\n{text}")
    fresh = await service.reload()
    assert list(service.topics) == ["bridge", "crossing"]
    assert fresh is service.topics["crossing"].release


async def test_few_changed_phrasings_are_found_at_once_and_then_learned_exactly(
    service: Service, small_topic: Path, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In so small a topic one phrasing is already much.
    monkeypatch.setattr("bot.retrieval.index._FEW_NEW", 0.5)
    question = "where could a bicycle be parked"
    assert (await ask(service, question)).answer.entry != "bicycles"
    with (small_topic / "faq.yaml").open("a") as faq:
        faq.write("- {id: bicycles, question: Where do bicycles go?, answer: Behind the mill.}\n")
    with (small_topic / "questions/en/faq.yaml").open("a") as phrasings:
        phrasings.write("bicycles:\n- where could a bicycle be parked\n")
    await service.reload()
    before = service.advisor.index
    assert before.provisional
    assert (await ask(service, question)).answer.entry == "bicycles"
    await service.settled()
    after = service.advisor.index
    assert not after.provisional
    assert (await ask(service, question)).answer.entry == "bicycles"
    fresh = build(load(small_topic), moody)
    for text in (question, "who pays for that", "onion soup"):
        assert after.search(text) == fresh.search(text)


async def test_a_provisional_index_that_was_overtaken_is_not_put_back(
    service: Service, small_topic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.retrieval.index._FEW_NEW", 0.5)
    faq = small_topic / "faq.yaml"
    for word in ("swans", "geese"):
        with faq.open("a") as file:
            file.write(f"- {{id: {word}, question: And the {word}?, answer: They may stay.}}\n")
        await service.reload()
    newest = service.release
    await service.settled()
    assert service.release is newest
    assert not service.advisor.index.provisional
    assert {"swans", "geese"} <= set(service.release.entries)
