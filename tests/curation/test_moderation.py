"""What moderators do together: drafts, the two-person rule, suggestions, names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Question
from bot.curation.curator import RebaseError
from bot.curation.moderation import (
    Moderation,
    NoRepositoryError,
    OwnWorkError,
    StaleError,
    VerbatimError,
)
from bot.curation.operations import ChangeError, Operation, parse_operation
from bot.curation.repository import Repository
from bot.errors import UsageError
from bot.knowledge.canonical import format_folder
from bot.knowledge.load import load
from bot.querylog import LogUnavailable, open_log
from bot.querylog.curation import Publish
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.service import Asker, Service
from bot.settings import Settings

from ..conftest import write_topic
from .repositories import git

ADA, BO, CY = "discord:1", "discord:2", "discord:3"
PHRASING = parse_operation(
    {"op": "add_phrasing", "entry": "new-bridge.cost", "language": "en", "text": "who foots it"}
)
OTHER = parse_operation(
    {"op": "add_phrasing", "entry": "new-bridge.herons", "language": "en", "text": "wading birds"}
)
TITLE = parse_operation({"op": "edit", "id": "new-bridge", "set": {"title": "Build a bridge"}})
Open = Callable[..., AbstractAsyncContextManager[Service]]


@pytest.fixture
def opened(tmp_path: Path, encoder: OnnxEncoder) -> Open:
    """Return a function that opens a service over one repository, as a start does."""
    shipped = write_topic(tmp_path / "shipped" / "bridge")
    format_folder(shipped)
    folder = Repository.create(tmp_path / "topic", shipped).folder

    @asynccontextmanager
    async def open_service(*, two_person_rule: bool = False) -> AsyncIterator[Service]:
        wanted = Settings(knowledge=folder, data=tmp_path / "data", two_person_rule=two_person_rule)
        async with open_log(wanted.data, None, time_limit=30) as log:
            service = Service(wanted, Advisor(build(load(folder), encoder)), log, encoder)
            yield service
            await service.settled()

    return open_service


@pytest.fixture
async def service(opened: Open) -> AsyncIterator[Service]:
    async with opened() as service:
        yield service


@pytest.fixture
def moderation(service: Service) -> Moderation:
    return service.moderation()


async def test_a_draft_is_kept_grows_and_is_published_as_one(
    service: Service, moderation: Moderation
) -> None:
    repository = moderation.curator.repository
    before = repository.head()
    await moderation.add(ADA, [PHRASING])
    draft = await moderation.add(ADA, [OTHER])
    assert repository.head() == before
    assert draft.operations == (PHRASING, OTHER)
    assert await moderation.draft(ADA) == draft
    assert (await moderation.draft(BO)).id == 0
    plan = await moderation.plan(draft)
    done = await moderation.publish(draft, plan, user=ADA, reason="Asked twice.", confirmed=True)

    assert done.release_after == service.release.id != done.release_before
    (newest, _) = repository.history()
    assert newest.reason == "Asked twice."
    assert newest.author == await moderation.name(ADA)
    assert (await moderation.draft(ADA)).id == 0
    (row,) = await service.log.curation.publishes()
    assert (row.commit, row.by) == (newest.id, newest.author)
    answer = service.advisor.answer(Question("who foots it"))
    assert answer.entry == "new-bridge.cost"


async def test_a_draft_outlives_a_restart(opened: Open) -> None:
    async with opened() as service:
        draft = await service.moderation().add(ADA, [PHRASING])
    async with opened() as service:
        assert await service.moderation().draft(ADA) == draft


async def test_what_does_not_apply_is_refused_and_the_draft_stays(moderation: Moderation) -> None:
    draft = await moderation.add(ADA, [PHRASING])
    with pytest.raises(ChangeError):
        await moderation.add(ADA, [PHRASING])
    unknown = parse_operation({"op": "withdraw", "id": "nothing"})
    with pytest.raises(ChangeError):
        await moderation.add(ADA, [unknown])
    assert await moderation.draft(ADA) == draft


async def test_one_operation_is_taken_out_and_the_last_one_ends_the_draft(
    moderation: Moderation,
) -> None:
    draft = await moderation.add(ADA, [PHRASING, OTHER])
    left = await moderation.remove(ADA, 0, draft.revision)
    assert left.operations == (OTHER,)
    with pytest.raises(StaleError):
        await moderation.remove(ADA, 0, draft.revision)
    assert (await moderation.remove(ADA, 0, left.revision)).operations == ()
    assert (await moderation.draft(ADA)).id == 0
    with pytest.raises(UsageError):
        await moderation.plan(await moderation.draft(ADA))


async def test_a_draft_is_carried_over_what_others_publish(moderation: Moderation) -> None:
    draft = await moderation.add(ADA, [PHRASING])
    other = await moderation.add(BO, [TITLE])
    plan = await moderation.plan(other)
    await moderation.publish(other, plan, user=BO, reason="Shorter.", confirmed=True)
    grown = await moderation.add(ADA, [OTHER])
    assert grown.base != draft.base
    clash = parse_operation({"op": "edit", "id": "new-bridge", "set": {"title": "Build it"}})
    await moderation.add(CY, [clash])
    plan = await moderation.plan(grown)
    await moderation.publish(grown, plan, user=ADA, reason="More words.", confirmed=True)
    third = await moderation.draft(CY)
    done = await moderation.publish(
        third, await moderation.plan(third), user=CY, reason="Shorter still.", confirmed=True
    )
    assert done.commit.reason == "Shorter still."


async def test_two_who_change_one_field_are_both_shown(moderation: Moderation) -> None:
    mine = parse_operation({"op": "edit", "id": "new-bridge", "set": {"title": "Build it"}})
    await moderation.add(ADA, [mine])
    other = await moderation.add(BO, [TITLE])
    plan = await moderation.plan(other)
    await moderation.publish(other, plan, user=BO, reason="Shorter.", confirmed=True)
    with pytest.raises(RebaseError, match="Build a bridge"):
        await moderation.plan(await moderation.draft(ADA))
    with pytest.raises(RebaseError):
        await moderation.add(ADA, [PHRASING])


async def test_what_was_looked_at_is_what_is_published(moderation: Moderation) -> None:
    draft = await moderation.add(ADA, [PHRASING])
    plan = await moderation.plan(draft)
    await moderation.add(ADA, [OTHER])
    with pytest.raises(StaleError):
        await moderation.publish(draft, plan, user=ADA, reason="Asked.", confirmed=True)
    assert await moderation.discard(ADA)
    assert not await moderation.discard(ADA)
    with pytest.raises(StaleError):
        await moderation.publish(draft, plan, user=ADA, reason="Asked.", confirmed=True)
    assert len(moderation.curator.repository.history()) == 1


async def test_two_people_are_the_rule(opened: Open) -> None:
    async with opened(two_person_rule=True) as service:
        moderation = service.moderation()
        await moderation.set_name(ADA, "Ada Quill")
        await moderation.set_name(BO, "Bo Miller")
        draft = await moderation.add(ADA, [PHRASING])
        plan = await moderation.plan(draft)
        with pytest.raises(OwnWorkError):
            await moderation.publish(draft, plan, user=ADA, reason="Asked.", confirmed=True)
        await moderation.submit(ADA, draft, "Asked twice.")
        (seen,) = await moderation.waiting(BO)
        assert (seen.own, seen.waiting, seen.reason) == (False, True, "Asked twice.")
        assert await moderation.author(seen) == "Ada Quill"
        done = await moderation.publish(
            seen, await moderation.plan(seen), user=BO, reason=seen.reason, confirmed=True
        )
        assert done.commit.author == "Ada Quill"
        assert done.commit.reason == "Asked twice. (approved by Bo Miller)"
        assert await moderation.waiting(BO) == []
        # What was touched after it was submitted waits no more.
        await moderation.submit(ADA, await moderation.add(ADA, [OTHER]), "Birds.")
        assert not (await moderation.add(ADA, [TITLE])).waiting


async def test_a_suggestion_of_ones_own_needs_somebody_else(opened: Open) -> None:
    async with opened(two_person_rule=True) as service:
        moderation = service.moderation()
        mine = (await moderation.suggest(ADA, "other", "Say what a mill race is.")).id
        assert await moderation.approve(mine, ADA) == "own"
        assert await moderation.reject(mine, ADA, "No, after all.") == "own"
        drafted = await moderation.add(BO, [PHRASING], suggestion=mine)
        await moderation.submit(BO, drafted, "As suggested.")
        (draft,) = await moderation.waiting(ADA)
        plan = await moderation.plan(draft)
        with pytest.raises(OwnWorkError):
            await moderation.publish(draft, plan, user=ADA, reason="Mine.", confirmed=True)
        (third,) = await moderation.waiting(CY)
        await moderation.publish(third, plan, user=CY, reason="As suggested.", confirmed=True)
        row = await moderation.suggestion(mine)
        assert row is not None
        assert row.status == "approved"


async def test_a_published_draft_approves_its_suggestion_and_says_so(
    moderation: Moderation,
) -> None:
    words = "nobody ever mentions the noise that the builders will make at night"
    made = await moderation.suggest(CY, "phrasing", words, "new-bridge.cost", tell=True)
    assert await moderation.to_tell() == []
    with pytest.raises(VerbatimError):
        await moderation.add(ADA, [_phrasing(words.upper())], suggestion=made.id)
    draft = await moderation.add(ADA, [_phrasing("how loud is it")], suggestion=made.id)
    assert draft.suggestions == (made.id,)
    assert [row.id for row in await moderation.open()] == [made.id]
    plan = await moderation.plan(draft)
    for pasted in (f"{words}!", f"As somebody wrote: {words}"):
        with pytest.raises(VerbatimError):
            await moderation.publish(draft, plan, user=ADA, reason=pasted, confirmed=True)
        with pytest.raises(VerbatimError):
            await moderation.submit(ADA, draft, pasted)
    await moderation.publish(draft, plan, user=ADA, reason="Suggested.", confirmed=True)
    assert await moderation.open() == []
    (telling,) = await moderation.to_tell()
    assert (telling.user, telling.suggestion.status) == (CY, "approved")
    await moderation.told(telling.id)
    assert await moderation.to_tell() == []
    with pytest.raises(StaleError):
        await moderation.add(ADA, [PHRASING], suggestion=made.id)
    objects = git(
        moderation.curator.repository.folder,
        "cat-file", "--batch-all-objects", "--batch", "--unordered",
    )  # fmt: skip
    assert "how loud is it" in objects
    assert "builders" not in objects


async def test_words_of_a_message_are_not_copied_anywhere(moderation: Moderation) -> None:
    said = "will they really knock down my grandmother's fence for this"
    copied = parse_operation(
        {
            "op": "add", "kind": "objection", "parent": "new-bridge",
            "fields": {"id": "new-bridge.fence", "title": "Fences", "basis": "common",
                       "text": "Will they really knock down my grandmother's fence for this?"},
        }
    )  # fmt: skip
    test = parse_operation({"op": "add_expectation", "ask": said, "expect": ["new-bridge"]})
    for operation in (copied, test, _phrasing(said)):
        with pytest.raises(VerbatimError):
            await moderation.add(ADA, [operation], source=said)
    assert (await moderation.draft(ADA)).id == 0
    source = parse_operation(
        {"op": "add", "kind": "source", "fields": {"id": "post", "title": "The fences",
         "url": "https://example.org/fences"}}
    )  # fmt: skip
    await moderation.add(ADA, [source], source="The fences https://example.org/fences")


async def test_likely_duplicates_come_with_a_suggestion(moderation: Moderation) -> None:
    made = await moderation.suggest(CY, "objection", "It would frighten the herons away.")
    assert made.near[0].entry.startswith("new-bridge.herons")
    row = await moderation.suggestion(made.id)
    assert row is not None
    assert row.near == made.near


async def test_a_suggestion_is_readdressed_only_to_what_exists(moderation: Moderation) -> None:
    number = (await moderation.suggest(CY, "other", "The leat is dry in summer.")).id
    assert await moderation.readdress(number, "phrasing", "mill-race")
    with pytest.raises(UsageError):
        await moderation.readdress(number, "phrasing", "nothing")
    assert not await moderation.readdress(number + 1, "phrasing", "mill-race")
    with pytest.raises(UsageError):
        await moderation.reject(number, ADA, " ")
    assert await moderation.reject(number, ADA, "It says so.") == "decided"
    assert await moderation.approve(number, BO) == "closed"
    assert await moderation.approve(number + 1, BO) == "unknown"


async def test_what_others_published_meanwhile_is_not_reverted_by_a_form(
    moderation: Moderation,
) -> None:
    seen = moderation.curator.release
    await _publish(moderation, BO, [TITLE])
    both = parse_operation(
        {"op": "edit", "id": "new-bridge",
         "set": {"title": "Build a foot bridge!", "statement": "Build one beside the mill."}}
    )  # fmt: skip
    with pytest.raises(RebaseError, match="Build a bridge"):
        await moderation.add(ADA, [both], base=seen)
    # What was looked at anew, on top of a draft of before, is taken.
    await moderation.add(ADA, [PHRASING])
    await _publish(moderation, BO, [OTHER])
    newest = moderation.curator.release
    assert len((await moderation.add(ADA, [both], base=newest)).operations) == 2


async def test_a_draft_that_others_overtook_is_mended_piece_by_piece(
    moderation: Moderation,
) -> None:
    mine = [
        parse_operation({"op": "edit", "id": "new-bridge", "set": {field: "Mine, all mine."}})
        for field in ("title", "statement")
    ]
    await moderation.add(ADA, [*mine, PHRASING])
    theirs = {"title": "Theirs", "statement": "Theirs as well."}
    edit = parse_operation({"op": "edit", "id": "new-bridge", "set": theirs})
    await _publish(moderation, BO, [edit])
    for _ in range(2):
        draft = await moderation.draft(ADA)
        with pytest.raises(RebaseError):
            await moderation.plan(draft)
        await moderation.remove(ADA, 0, draft.revision)
    assert (await moderation.plan(await moderation.draft(ADA))).preview.ok


async def test_nobody_publishes_what_somebody_has_not_handed_in(moderation: Moderation) -> None:
    draft = await moderation.add(ADA, [PHRASING])
    assert await moderation.draft_by_id(draft.id, BO) is None
    plan = await moderation.plan(draft)
    with pytest.raises(StaleError):
        await moderation.publish(draft, plan, user=BO, reason="Mine now.", confirmed=True)
    with pytest.raises(UsageError):
        await moderation.submit(BO, await moderation.draft(BO), "Nothing.")


async def test_a_suggestion_goes_with_its_operation_and_is_decided_once(
    moderation: Moderation,
) -> None:
    first = (await moderation.suggest(CY, "other", "Say who keeps the mill race clean.")).id
    second = (await moderation.suggest(CY, "other", "And how deep the water is there.")).id
    await moderation.add(ADA, [PHRASING], suggestion=first)
    draft = await moderation.add(ADA, [OTHER], suggestion=second)
    assert draft.suggestions == (first, second)
    left = await moderation.remove(ADA, 0, draft.revision)
    assert left.suggestions == (second,)
    assert await moderation.reject(second, BO, "It is said.") == "decided"
    plan = await moderation.plan(left)
    with pytest.raises(UsageError, match=f"suggestion {second}"):
        await moderation.publish(left, plan, user=ADA, reason="Birds.", confirmed=True)
    assert [row.id for row in await moderation.open()] == [first]


async def test_a_later_edit_may_not_bring_the_words_in_either(moderation: Moderation) -> None:
    words = "does anybody even know how many herons are left down there these days"
    number = (await moderation.suggest(CY, "phrasing", words)).id
    await moderation.add(ADA, [OTHER], suggestion=number)
    with pytest.raises(VerbatimError):
        await moderation.add(ADA, [_phrasing(words)])
    entry = parse_operation(
        {"op": "add", "kind": "faq", "fields": {"id": words.replace(" ", "-")[:58].strip("-"),
         "question": "Herons?", "answer": "A few."}}
    )  # fmt: skip
    with pytest.raises(VerbatimError):
        await moderation.add(ADA, [entry])
    with pytest.raises(VerbatimError):
        await moderation.curator.withdraw("new-bridge.herons", by="Ada", reason=words)


async def test_a_publish_that_the_database_lost_is_recorded_later(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object, **__: object) -> None:
        raise LogUnavailable("The database is down.")

    async with opened() as service:
        moderation = service.moderation()
        number = (await moderation.suggest(CY, "other", "Who foots what?", tell=True)).id
        draft = await moderation.add(ADA, [PHRASING], suggestion=number)
        plan = await moderation.plan(draft)
        with monkeypatch.context() as patch:
            patch.setattr(service.log.curation, "finish_publish", down)
            done = await moderation.publish(draft, plan, user=ADA, reason="Asked.", confirmed=True)
        assert "could not note" in " ".join(done.notes)
        assert await service.log.curation.publishes() == []
    async with opened() as service:
        await service.open_moderation()
        (row,) = await service.log.curation.publishes()
        assert row.commit == done.commit.id
        assert (await service.moderation().draft(ADA)).id == 0
        assert len(await service.moderation().to_tell()) == 1
        with monkeypatch.context() as patch:
            patch.setattr(service.log.curation, "record_publish", down)
            again = await service.moderation().add(ADA, [OTHER])
            plan = await service.moderation().plan(again)
            with pytest.raises(LogUnavailable):
                await service.moderation().publish(
                    again, plan, user=ADA, reason="Birds.", confirmed=True
                )
            assert service.moderation().curator.repository.head().id == done.commit.id
            gone = await service.moderation().curator.withdraw(
                "new-bridge.herons", by="Ada", reason="At once."
            )
        assert "new-bridge.herons" not in service.release.entries
        assert gone.commit.reason == "At once."


async def test_an_undo_that_was_never_made_is_not_taken_for_what_was_there_before(
    service: Service, moderation: Moderation
) -> None:
    before = moderation.curator.release
    await _publish(moderation, ADA, [PHRASING])
    (done,) = await service.log.curation.publishes()
    later = moderation.curator.repository.head().when + timedelta(seconds=1)
    await service.log.curation.record_publish(
        Publish(topic=moderation.topic, at=later, by="Ada", reason="Undo it.", kind="undo",
                release_before=done.release_after, release_after=before)
    )  # fmt: skip
    await moderation.curator.settle()
    assert await service.log.curation.publishes() == [done]


async def test_a_publish_is_finished_whoever_stops_waiting_for_it(
    service: Service, moderation: Moderation
) -> None:
    draft = await moderation.add(ADA, [PHRASING])
    plan = await moderation.plan(draft)
    work = asyncio.create_task(
        moderation.publish(draft, plan, user=ADA, reason="Asked.", confirmed=True)
    )
    while not moderation.curator._running:  # noqa: ASYNC110 - nothing tells of it
        # Whoever stops before it has begun has stopped it.
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    async with asyncio.timeout(30):
        while not await service.log.curation.publishes():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    assert (await moderation.draft(ADA)).id == 0


async def test_what_somebody_asked_does_not_become_a_phrasing(
    service: Service, moderation: Moderation
) -> None:
    asked = "will the ferry man lose his only job then"
    asker = Asker("event:1", CY, "test", "room")
    await service.ask(Question(asked), asker)
    draft = await moderation.add(ADA, [_phrasing("Will the ferry man lose his only job, then?")])
    plan = await moderation.plan(draft)
    assert any("word for word" in refusal for refusal in plan.preview.refusals)


async def test_names_are_nobody_elses(moderation: Moderation) -> None:
    theirs = await moderation.name(BO)
    await moderation.set_name(BO, "Bo Miller")
    for name in ("bo miller", theirs, "Rejoinder"):
        with pytest.raises(UsageError, match="taken"):
            await moderation.set_name(ADA, name)
    assert await moderation.set_name(BO, "Bo Miller") == "Bo Miller"


async def test_who_is_forgotten_is_named_in_no_record_of_two(opened: Open) -> None:
    async with opened(two_person_rule=True) as service:
        moderation = service.moderation()
        await moderation.set_name(ADA, "Ada Quill")
        await moderation.set_name(BO, "Bo Miller")
        draft = await moderation.submit(ADA, await moderation.add(ADA, [PHRASING]), "Asked.")
        (seen,) = await moderation.waiting(BO)
        plan = await moderation.plan(seen)
        await moderation.publish(seen, plan, user=BO, reason=draft.reason, confirmed=True)
        assert len((await service.log.export_person(ADA))["publishes"]) == 1
        (theirs,) = (await service.log.export_person(BO))["publishes"]
        assert (theirs["by"], theirs["author"]) == (None, None)
        await service.log.forget_person(ADA)
        await service.log.forget_person(BO)
        (row,) = await service.log.curation.publishes()
        assert (row.by, row.author, row.pseudonym) == (None, None, None)
        assert "Bo" not in row.reason


async def _publish(moderation: Moderation, user: str, operations: list[Operation]) -> None:
    draft = await moderation.add(user, operations)
    plan = await moderation.plan(draft)
    await moderation.publish(draft, plan, user=user, reason="It is better.", confirmed=True)


async def test_a_name_that_git_cannot_keep_is_refused(moderation: Moderation) -> None:
    fallback = await moderation.name(ADA)
    assert fallback.startswith("moderator-")
    with pytest.raises(UsageError):
        await moderation.set_name(ADA, "\x00")
    with pytest.raises(UsageError):
        await moderation.set_name(ADA, "x" * 101)
    assert await moderation.set_name(ADA, "Ada Quill") == "Ada Quill"
    assert await moderation.set_name(ADA, None) == fallback


async def test_a_topic_outside_git_takes_suggestions_and_no_changes(
    tmp_path: Path, small_topic: Path, encoder: OnnxEncoder
) -> None:
    settings = Settings(knowledge=small_topic, data=tmp_path / "data")
    async with open_log(settings.data, None, time_limit=30) as log:
        advisor = Advisor(build(load(small_topic), encoder))
        moderation = Service(settings, advisor, log, encoder).moderation()
        assert (await moderation.suggest(CY, "other", "What of the leat?")).id == 1
        with pytest.raises(NoRepositoryError, match="cannot be changed here"):
            await moderation.add(ADA, [PHRASING])


async def test_the_next_start_completes_a_publish_that_was_cut_off(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as service:
        repository = service.moderation().curator.repository
        draft = await service.moderation().add(ADA, [PHRASING])
        plan = await service.moderation().plan(draft)
        assert isinstance(repository, Repository)
        with monkeypatch.context() as patch:
            patch.setattr("bot.curation.curator.Curator._bring", _die)
            with pytest.raises(_Killed):
                await service.moderation().publish(
                    draft, plan, user=ADA, reason="Asked.", confirmed=True
                )
    async with opened() as service:
        await service.open_moderation()
        assert service.moderation().curator.repository.dirty() == ()
        (row,) = await service.log.curation.publishes()
        assert row.commit == service.moderation().curator.repository.head().id
        assert (await service.moderation().draft(ADA)).id == 0


class _Killed(BaseException):
    pass


def _die(*_: object) -> None:
    raise _Killed


def _phrasing(words: str) -> Operation:
    return parse_operation(
        {"op": "add_phrasing", "entry": "new-bridge.cost", "language": "en", "text": words}
    )
