"""The whole loop of a review: asked, clustered, judged, drafted, published, answered, told."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.facets import Facet
from bot.curation.forms import FormError
from bot.curation.moderation import Moderation, StaleError, VerbatimError
from bot.curation.operations import ChangeError
from bot.curation.replay import sharing
from bot.curation.review import Review, Subject
from bot.errors import UsageError
from bot.knowledge.load import load
from bot.querylog import ClusterRow, QueryRecord, Verdict
from bot.reasons import NONE
from bot.retrieval.encoder import DIMENSIONS, OnnxEncoder, Progress, Vectors
from bot.retrieval.index import build
from bot.service import Asker, Service
from tests.certain import answered_from

from ..conftest import write_topic
from .serving import change, laid_out, serving
from .topics import parsed

MODERATOR, SECOND = "discord:90", "discord:91"
DOGS = (
    "are dogs allowed on the bridge",
    "may dogs walk on the bridge",
    "Do you allow dogs on the bridge?",
)
UPKEEP = "who looks after the bridge"
# What answers them, in nobody's words.
RULE = {
    "question": "Walking with animals",
    "answer": "Pets may cross on a lead.",
    "sources": "gazette",
    "phrasings": "is my terrier welcome on the crossing\nbringing pets across: any rules\n"
    "dogs permitted on the new bridge\ndog owners and the footbridge",
    "test": "must a poodle stay at home",
}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Path:
    """Return a cache that knows the small topic."""
    folder = tmp_path_factory.mktemp("learned")
    build(load(write_topic(folder / "bridge")), encoder, cache=folder / "cache")
    return folder / "cache"


@pytest.fixture
async def service(tmp_path: Path, encoder: OnnxEncoder, learned: Path) -> AsyncIterator[Service]:
    folder = laid_out(tmp_path / "bridge")
    async with serving(folder, tmp_path / "data", encoder, learned) as service:
        yield service


@pytest.fixture
def review(service: Service) -> Review:
    return service.review()


@pytest.fixture
def moderation(service: Service) -> Moderation:
    return service.moderation()


class People:
    """People who ask; each question is an event of its own."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._events = count(1)

    async def ask(self, person: int, text: str, *, private: bool = False) -> str:
        """Ask as a person and return the event."""
        event = f"test:{next(self._events)}"
        asker = Asker(event, f"discord:{person}", "test", "room", private)
        await self.service.ask(Question(text), asker)
        return event

    async def dogs(self) -> list[str]:
        """Let three people ask about dogs in other words each."""
        return [await self.ask(person, text) for person, text in enumerate(DOGS, start=1)]

    async def wrong(self, event: str, person: int, reason: str) -> None:
        """Press *Wrong or missing* under an answer."""
        await self.service.wrong(Asker(event, f"discord:{person}", "test", "room"), reason)


@pytest.fixture
def people(service: Service) -> People:
    return People(service)


def asked(row: ClusterRow | None) -> str | None:
    assert row is not None
    assert row.typical is not None
    return row.typical.text


async def only(review: Review) -> ClusterRow:
    await review.refresh()
    (row,) = await review.queue()
    return row


async def publish(moderation: Moderation, user: str = MODERATOR) -> None:
    draft = await moderation.draft(user)
    plan = await moderation.plan(draft)
    await moderation.publish(draft, plan, user=user, reason="Asked often.", confirmed=True)


async def test_what_nobody_answered_is_answered_and_whoever_waited_is_told_once(
    service: Service, review: Review, moderation: Moderation, people: People
) -> None:
    for text in DOGS:
        assert service.advisor.answer(Question(text)).outcome is Outcome.GAP
    events = await people.dogs()
    for _ in range(5):
        await people.ask(4, UPKEEP)
    assert await review.await_answer(events[1], "discord:2")
    # Nobody else can have themselves told of it.
    assert not await review.await_answer(events[1], "discord:3")

    done = await review.refresh()
    assert (done.collected, done.clustered, done.answered, done.waiting) == (8, 8, 0, 0)
    assert not await review.refresh()
    first, second = await review.queue()
    assert (first.people, first.queries) == (3, 3)
    # However often one person asks, it is one person.
    assert (second.people, second.queries) == (1, 5)
    assert asked(first) in DOGS
    assert first.reasons == ("gap",)
    counts = await review.counts()
    assert (counts.open_clusters, counts.open_items, counts.people) == (2, 8, 4)
    assert await review.answered() == []

    view = await review.cluster(first.id)
    assert view is not None
    assert {member.query.text for member in view.members} == set(DOGS)
    assert view.candidates
    assert all(each.entry in service.release.entries for each in view.candidates)

    judged = await review.judge(
        MODERATOR, channel="test", cluster=first.id, revision=first.revision, verdict="gap"
    )
    assert judged.count == 3
    assert await review.next() == (await review.queue())[0]
    assert (await review.next()).id == second.id  # type: ignore[union-attr]
    assert await review.next(skip=[second.id]) is None
    draft = await review.draft_entry(MODERATOR, "faq", None, RULE, channel="test", cluster=first.id)
    assert len(draft.operations) == 6
    assert await moderation.draft(MODERATOR) == draft
    before = set(service.release.entries)
    await publish(moderation)
    (added,) = set(service.release.entries) - before

    done = await review.refresh()
    assert (done.answered, done.waiting) == (1, 1)
    (row,) = await review.queue(status="answered")
    assert (row.id, row.entry) == (first.id, added)
    (due,) = await review.answered()
    assert (due.user, due.text, due.entry) == ("discord:2", DOGS[1], added)
    await review.told(due.query_id)
    assert await review.answered() == []
    assert not await review.refresh()
    actions = [row.action for row in await service.log.audit.recent()]
    assert {"judge_gap", "draft"} <= set(actions)


async def test_ids_survive_what_arrives_later(review: Review, people: People) -> None:
    await people.ask(1, DOGS[0])
    before = await only(review)
    members = {row.query.id for row in await review.members(before.id)}
    await people.dogs()
    await people.ask(5, UPKEEP)
    await review.refresh()
    rows = {row.id: row for row in await review.queue()}
    assert len(rows) == 2
    assert rows[before.id].people == 3
    assert members < {row.query.id for row in await review.members(before.id)}


async def test_the_same_words_again_are_in_the_same_cluster(review: Review, people: People) -> None:
    await people.ask(1, DOGS[0])
    row = await only(review)
    for person, text in enumerate([DOGS[0].upper(), f"{DOGS[0]}??", DOGS[0]], start=2):
        await people.ask(person, text)
    assert (await only(review)).id == row.id
    assert {each.similarity for each in await review.members(row.id)} == {1.0}


async def test_the_words_of_most_people_name_a_cluster(review: Review, people: People) -> None:
    for _ in range(4):
        await people.ask(1, DOGS[0])
    await people.ask(2, DOGS[1])
    await people.ask(3, DOGS[1])
    assert asked(await only(review)) == DOGS[1]


async def test_of_two_reviewers_the_first_decides(review: Review, people: People) -> None:
    await people.dogs()
    row = await only(review)
    both: tuple[tuple[str, Verdict], ...] = ((MODERATOR, "gap"), (SECOND, "out_of_scope"))
    results = await asyncio.gather(
        *(
            review.judge(
                user, channel="test", cluster=row.id, revision=row.revision, verdict=verdict
            )
            for user, verdict in both
        ),
        return_exceptions=True,
    )
    late = [each for each in results if isinstance(each, StaleError)]
    assert len(late) == 1
    assert "Look at it as it is now." in str(late[0])
    (judged,) = await review.queue(status="judged")
    first = results.index(late[0]) ^ 1
    assert judged.verdict == ("gap", "out_of_scope")[first]
    # Taken back, it is open for another verdict.
    assert await review.take_back(MODERATOR, channel="test", cluster=row.id)
    assert not await review.take_back(MODERATOR, channel="test", cluster=row.id)
    (again,) = await review.queue()
    await review.judge(
        SECOND, channel="test", cluster=row.id, revision=again.revision, verdict="gap"
    )


async def test_what_joined_since_it_was_looked_at_is_judged_along(
    review: Review, people: People
) -> None:
    await people.ask(1, DOGS[0])
    row = await only(review)
    await people.ask(2, DOGS[1])
    await review.refresh()
    judged = await review.judge(
        MODERATOR, channel="test", cluster=row.id, revision=row.revision, verdict="ignore"
    )
    assert judged.count == 2


async def test_what_was_split_since_it_was_looked_at_is_looked_at_again(
    review: Review, people: People
) -> None:
    await people.dogs()
    row = await only(review)
    first = (await review.members(row.id))[0].query.id
    await review.split(SECOND, row.id, [first], channel="test")
    with pytest.raises(StaleError):
        await review.judge(
            MODERATOR, channel="test", cluster=row.id, revision=row.revision, verdict="ignore"
        )


async def test_what_is_out_of_scope_stays_so_and_what_is_a_gap_comes_back(
    review: Review, people: People
) -> None:
    await people.ask(1, DOGS[0])
    await people.ask(2, UPKEEP)
    await review.refresh()
    for row in await review.queue():
        verdict: Verdict = "gap" if asked(row) == UPKEEP else "out_of_scope"
        await review.judge(MODERATOR, channel="test", cluster=row.id, verdict=verdict)
    await people.ask(3, DOGS[0])
    await people.ask(4, UPKEEP)
    assert asked(await only(review)) == UPKEEP


async def test_a_forgotten_person_leaves_nothing_in_the_queue(
    service: Service, review: Review, people: People
) -> None:
    await people.ask(1, UPKEEP)
    events = await people.dogs()
    await review.await_answer(events[0], "discord:1")
    await review.refresh()
    await service.log.forget_person("discord:1")
    (row,) = await review.queue()
    assert (row.people, row.queries) == (2, 2)
    assert asked(row) in DOGS[1:]
    # What arrives is held against a leader that is still there.
    await people.ask(6, DOGS[0])
    (again,) = [each for each in [await only(review)] if each.id == row.id]
    assert again.people == 3


async def test_a_split_makes_a_cluster_that_takes_its_own(review: Review, people: People) -> None:
    await people.dogs()
    row = await only(review)
    (wrongly,) = [
        each.query.id for each in await review.members(row.id) if each.query.text == DOGS[1]
    ]
    made = await review.split(MODERATOR, row.id, [wrongly], channel="test")
    assert made is not None
    await people.ask(7, DOGS[1])
    await review.refresh()
    by_id = {each.id: each for each in await review.queue()}
    assert by_id[made].people == 2
    assert by_id[row.id].people == 2
    with pytest.raises(UsageError):
        await review.split(MODERATOR, 999, [wrongly], channel="test")


async def test_a_draft_takes_all_or_nothing_and_nobody_elses_words(
    review: Review, moderation: Moderation, people: People
) -> None:
    await people.dogs()
    row = await only(review)
    with pytest.raises(VerbatimError):
        # Word for word what the second of them asked, in another order.
        await review.draft_phrasing(
            MODERATOR, "new-bridge", "on the bridge dogs may walk",
            channel="test", ask="animals on the crossing", cluster=row.id,
        )  # fmt: skip
    with pytest.raises(VerbatimError):
        await review.draft_phrasing(
            MODERATOR, "new-bridge", "animals on the crossing",
            channel="test", ask="Are dogs allowed on the bridge?!", cluster=row.id,
        )  # fmt: skip
    assert (await moderation.draft(MODERATOR)).operations == ()
    draft = await review.draft_phrasing(
        MODERATOR, "new-bridge", "strolling over with a terrier\nПогулять по мосту с таксой",
        channel="test", ask="animals on the crossing", cluster=row.id,
    )  # fmt: skip
    assert [each.op for each in draft.operations] == [
        "add_phrasing", "add_phrasing", "add_expectation",
    ]  # fmt: skip
    assert [each.language for each in draft.operations[:2]] == ["en", "ru"]  # type: ignore[union-attr]
    query = (await review.members(row.id))[0].query.id
    with pytest.raises(ChangeError):
        await review.draft_expectation(
            MODERATOR, "poodles on planks", ["nothing"], channel="test", query=query
        )
    draft = await review.draft_expectation(
        MODERATOR, "poodles on planks", [], channel="test", outcome=["gap"], query=query
    )
    assert len(draft.operations) == 4
    with pytest.raises(FormError):
        await review.draft_entry(
            MODERATOR, "faq", None, {"question": "?"}, channel="test", query=query
        )
    abouts: list[Subject] = [
        {}, {"cluster": row.id, "query": query}, {"cluster": 999}, {"query": 999},
    ]  # fmt: skip
    for about in abouts:
        with pytest.raises(UsageError):
            await review.draft_expectation(MODERATOR, "poodles again", [], channel="test", **about)
    assert len((await moderation.draft(MODERATOR)).operations) == 4


async def test_a_verdict_names_what_there_is(review: Review, people: People) -> None:
    await people.ask(1, DOGS[0])
    row = await only(review)
    query = (await review.members(row.id))[0].query.id
    for wrongly in (
        {"cluster": row.id, "verdict": "wrong", "entry": "nothing"},
        {"cluster": row.id, "verdict": "right", "entry": "new-bridge"},
        {"cluster": row.id, "verdict": "splendid"},
        {"cluster": 999, "verdict": "gap"},
        {"query": 999, "verdict": "gap"},
        {"cluster": row.id, "query": query, "verdict": "gap"},
        {"verdict": "gap"},
    ):
        with pytest.raises(UsageError):
            await review.judge(MODERATOR, channel="test", **wrongly)
    assert await review.cluster(999) is None
    assert await review.members(999) == []
    await review.judge(
        MODERATOR, channel="test", query=query, verdict="wrong", entry="new-bridge.herons"
    )
    item = await review.item(query)
    assert item is not None
    assert item.verdict is not None
    assert (item.verdict.verdict, item.verdict.entry) == ("wrong", "new-bridge.herons")
    assert await review.queue() == []


async def test_reports_and_doubts_are_queued_and_private_questions_are_not(
    service: Service, review: Review, people: People
) -> None:
    sure = await people.ask(1, "what about the birds")
    doubtful = "can I take my dog over the bridge"
    index, usual = service.advisor.index, service.advisor.index.confidence
    answered_from(service, doubtful)
    answer = service.advisor.answer(Question(doubtful))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.confidence < service.advisor.index.confidence.answer + 0.15
    await people.ask(2, doubtful)
    index.confidence = usual
    await people.ask(3, DOGS[0], private=True)
    unsure = await people.ask(4, "does the bridge have lamps")
    await people.wrong(sure, 1, "incomplete")
    await people.wrong(unsure, 4, NONE)
    shown = Asker("test:shown", "discord:5", "test", "room")
    await service.show("bridge-cost", Facet.OVERVIEW, shown, conversation=Conversation())
    await review.refresh()
    found = {item.query.text: item.reasons for item in await review.items()}
    assert found == {
        "what about the birds": ("reported",),
        doubtful: ("doubtful",),
        "does the bridge have lamps": ("gap", "none"),
    }
    assert [item.query.text for item in await review.items(reason="none")] == [
        "does the bridge have lamps"
    ]
    private = await people.ask(6, DOGS[0], private=True)
    assert not await review.await_answer(private, "discord:6")


async def test_answers_from_an_entry_that_has_changed_since_are_queued(
    service: Service, review: Review, people: People
) -> None:
    await people.ask(1, "what about the birds")
    await people.ask(2, "how much does it cost")
    assert not await review.refresh()
    curator = service.moderation().curator
    edit = {
        "op": "edit", "id": "new-bridge.herons",
        "set": {"text": "Herons nested there, and moved on."},
    }  # fmt: skip
    plan = await curator.plan(change(curator, edit))
    await curator.publish(plan, by="Ada", reason="They moved.", confirmed=True)
    await people.ask(3, "the herons will leave their nests")
    done = await service.review().refresh()
    assert done.collected == 1
    (item,) = await review.items()
    assert (item.query.text, item.reasons) == ("what about the birds", ("changed",))
    # A restart sees nothing new in what was seen.
    again = Review(
        review.topic, service.log, advisor=lambda: service.advisor, moderation=service.moderation
    )
    assert not await again.refresh()


async def test_nobody_is_told_of_an_entry_that_was_withdrawn(
    service: Service, review: Review, moderation: Moderation, people: People
) -> None:
    (event, *_) = await people.dogs()
    await review.await_answer(event, "discord:1")
    row = await only(review)
    await review.draft_entry(MODERATOR, "faq", None, RULE, channel="test", cluster=row.id)
    await publish(moderation)
    assert (await review.refresh()).waiting == 1
    (due,) = await review.answered()
    await moderation.curator.withdraw(due.entry, by="Ada", reason="Not settled yet.")
    assert await review.answered() == []
    await review.refresh()
    assert await review.answered() == []
    await moderation.curator.withdraw(due.entry, by="Ada", reason="Settled.", back=True)
    await review.refresh()
    (again,) = await review.answered()
    assert again.query_id == due.query_id


async def test_a_sample_is_drawn_from_what_was_answered(review: Review, people: People) -> None:
    await people.ask(1, "what about the birds")
    await people.ask(2, DOGS[0])
    row = await review.sample()
    assert row is not None
    assert row.text == "what about the birds"
    assert await review.sample(skip=[row.id]) is None
    assert (await review.candidates(row))[0].entry == "new-bridge.herons"
    await review.judge(MODERATOR, channel="test", query=row.id, verdict="right", sampled=True)
    assert await review.sample() is None
    shown = await review.insights()
    assert (shown.precision.successes, shown.precision.n) == (1, 1)


async def test_a_topic_knows_nothing_of_anothers_queue(
    service: Service, review: Review, people: People
) -> None:
    await people.dogs()
    row = await only(review)
    other = Review(
        "harbour", service.log, advisor=lambda: service.advisor, moderation=service.moderation
    )
    await other.refresh()
    assert await other.queue() == []
    assert await other.cluster(row.id) is None
    with pytest.raises(UsageError):
        await other.judge(MODERATOR, channel="test", cluster=row.id, verdict="gap")
    query = (await review.members(row.id))[0].query.id
    assert await other.item(query) is None
    abouts: list[Subject] = [{"query": query}, {"cluster": row.id}, {}]
    for about in abouts:
        with pytest.raises(UsageError):
            await other.take_back(MODERATOR, channel="test", **about)


async def test_refreshes_at_the_same_time_place_everything_once(
    service: Service, review: Review, people: People
) -> None:
    await people.dogs()
    second = Review(
        review.topic, service.log, advisor=lambda: service.advisor, moderation=service.moderation
    )
    told: list[tuple[int, int]] = []
    await asyncio.gather(
        review.refresh(lambda done, total: told.append((done, total))),
        review.refresh(), second.refresh(),
    )  # fmt: skip
    (row,) = await review.queue()
    assert (row.people, row.queries) == (3, 3)
    assert review.progress is None
    assert all(done <= total for done, total in told)


async def test_a_follow_up_is_asked_again_with_what_it_leaned_on(
    service: Service, review: Review, moderation: Moderation
) -> None:
    leaned = Question("any sources?", None, Conversation("new-bridge.herons"))
    assert service.advisor.answer(leaned).outcome is Outcome.GAP
    await service.ask(leaned, Asker("test:follow", "discord:1", "test", "room"))
    assert await review.await_answer("test:follow", "discord:1")
    assert (await review.refresh()).waiting == 0
    edit = {
        "op": "edit", "id": "new-bridge.herons",
        "set": {"sources": [{"source": "gazette"}], "basis": None},
    }  # fmt: skip
    await moderation.add(MODERATOR, parsed(edit))
    await publish(moderation)
    done = await review.refresh()
    assert (done.answered, done.waiting) == (1, 1)
    (due,) = await review.answered()
    assert due.entry == "new-bridge.herons"


async def test_what_was_answered_wrongly_is_not_settled_by_the_same_entry(
    service: Service, review: Review, moderation: Moderation, people: People
) -> None:
    text = "when does the bridge open"
    answered_from(service, text)
    before = service.advisor.answer(Question(text))
    assert before.outcome is Outcome.ANSWERED
    await people.wrong(await people.ask(1, text), 1, "wrong")
    row = await only(review)
    await review.judge(
        MODERATOR, channel="test", cluster=row.id, verdict="wrong", entry="about-this"
    )
    await moderation.add(
        MODERATOR,
        parsed({"op": "edit", "id": "about-this", "set": {"answer": "All about it."}}),
    )
    await publish(moderation)
    assert (await review.refresh()).answered == 0
    await review.draft_phrasing(
        MODERATOR, "about-this", "opening date of the crossing\nfrom which day may we walk there\n"
        "bridge opens: when\nat what time will it be open to us", channel="test", cluster=row.id,
    )  # fmt: skip
    await publish(moderation)
    assert service.advisor.answer(Question(text)).entry == "about-this"
    assert (await review.refresh()).answered == 1
    assert [each.id for each in await review.queue(status="answered")] == [row.id]


class Pointing:
    """Encode some texts as directions in a plane, in degrees, and all others as another one."""

    def __init__(self, name: str, **degrees: float) -> None:
        self.name = name
        self._degrees = degrees

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors; nothing takes long enough to be told of."""
        del progress
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            angle = math.radians(self._degrees.get(text, 180.0))
            vectors[row, :2] = math.cos(angle), math.sin(angle)
        return vectors


async def test_the_same_words_stay_together_when_a_nearer_leader_came_later(
    service: Service,
) -> None:
    # “between” joins “first” and is nearer to “last”, which is too far from “first” to join it.
    pointing = Pointing(service.advisor.index.encoder.name, first=0, between=41, last=66)
    plain = sharing(service.advisor, pointing)
    review = Review(
        service.release.topic.id, service.log, advisor=lambda: plain,
        moderation=service.moderation,
    )  # fmt: skip

    async def ask(number: int, text: str) -> int:
        record = QueryRecord(
            event=f"test:{number}", at=datetime.now(UTC), channel="test", place="room",
            user=f"discord:{number}", text=text, outcome="gap", topic=review.topic,
        )  # fmt: skip
        query = (await service.log.record(record)).id
        assert query is not None
        await review.refresh()
        item = await review.item(query)
        assert item is not None
        assert item.cluster_id is not None
        return item.cluster_id

    first = await ask(1, "first")
    assert await ask(2, "between") == first
    last = await ask(3, "last")
    assert last != first
    assert await ask(4, "Between!") == first
    # Whoever takes them out of that cluster takes along what reads the same later.
    members = [each.query.id for each in await review.members(first)]
    made = await review.split(MODERATOR, first, members[:2], channel="test")
    assert made is not None
    assert await ask(5, "between") == made
