"""What moderators published and what people suggest, on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import timedelta, timezone
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bot.querylog import LogUnavailable, QueryLog, create_engine, redact
from bot.querylog.curation import Near, Publish, Suggestion
from bot.querylog.privacy import Pseudonymiser
from bot.querylog.schema import HEAD, MIGRATIONS

from .conftest import NOON, Store, record
from .test_failures import locked
from .test_person import assert_no_bytes, pseudonym
from .test_schema import KEY, target

ALICE, BOB, CAROL = "discord:alice", "discord:bob", "discord:carol"
WORD = "zyxwunique"


def publish(**changes: Any) -> Publish:
    values: dict[str, Any] = {
        "topic": "offers",
        "at": NOON,
        "by": "Ada",
        "user": ALICE,
        "reason": "The cost was missing.",
        "release_before": "aaa",
        "release_after": "bbb",
        "commit": "0123abcd",
        "replay": {"questions": 7, "newly_answered": 2},
    }
    return Publish(**(values | changes))


def suggestion(**changes: Any) -> Suggestion:
    values: dict[str, Any] = {
        "topic": "offers",
        "at": NOON,
        "user": ALICE,
        "kind": "objection",
        "text": "Nobody says who pays.",
        "entry": "cash",
        "near": (Near("cash.cost", 0.8125), Near("cash", 0.5)),
    }
    return Suggestion(**(values | changes))


async def test_both_survive_a_restart(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        assert await log.curation.publishes() == []
        assert await log.curation.suggestions() == []
        later = NOON.astimezone(timezone(timedelta(hours=3)))
        first = await log.curation.record_publish(publish(at=later))
        second = await log.curation.record_publish(publish(kind="undo", user=None))
        wanted = await log.curation.suggest(suggestion())
        await log.curation.decide(wanted, "rejected", BOB, "It is said in cash.cost.")
    async with store.open(time_limit=30.0) as log:
        newest, oldest = await log.curation.publishes("offers")
        assert (newest.id, oldest.id) == (second, first)
        assert (newest.kind, newest.pseudonym) == ("undo", None)
        assert (oldest.at, oldest.by, oldest.pseudonym) == (NOON, "Ada", pseudonym(store, ALICE))
        assert oldest.at.utcoffset() == timedelta(0)
        assert oldest.replay == {"questions": 7, "newly_answered": 2}
        assert (oldest.release_before, oldest.release_after) == ("aaa", "bbb")
        (found,) = await log.curation.suggestions("offers")
        assert found == await log.curation.suggestion(wanted)
        assert found.near == (Near("cash.cost", 0.8125), Near("cash", 0.5))
        assert (found.status, found.decision_reason) == ("rejected", "It is said in cash.cost.")
        assert found.decided_by == pseudonym(store, BOB)
        assert found.pseudonym == pseudonym(store, ALICE)


async def test_lists_are_of_a_topic_a_status_and_a_length(log: QueryLog) -> None:
    ids = [await log.curation.suggest(suggestion(text=f"number {n}")) for n in range(3)]
    await log.curation.suggest(suggestion(topic="bridge"))
    await log.curation.decide(ids[1], "approved", BOB)
    left = await log.curation.suggestions("offers", "open")
    assert [each.text for each in left] == ["number 0", "number 2"]
    assert len(await log.curation.suggestions()) == 4
    assert [each.id for each in await log.curation.suggestions("offers", limit=2)] == ids[:2]
    for number in range(3):
        await log.curation.record_publish(publish(release_after=str(number)))
    await log.curation.record_publish(publish(topic="bridge"))
    last = await log.curation.publishes("offers", limit=2)
    assert [each.release_after for each in last] == ["2", "1"]
    assert len(await log.curation.publishes()) == 4


async def test_nothing_personal_is_kept_of_texts(log: QueryLog) -> None:
    number = await log.curation.suggest(suggestion(text="write to ann@example.org"))
    await log.curation.decide(number, "rejected", BOB, "ask bob@example.org")
    await log.curation.record_publish(publish(reason="as eve@example.org said"))
    found = await log.curation.suggestion(number)
    assert found is not None
    assert found.text == "write to [e-mail]"
    assert found.decision_reason == "ask [e-mail]"
    assert (await log.curation.publishes())[0].reason == "as [e-mail] said"


async def test_a_suggestion_is_decided_once(log: QueryLog) -> None:
    number = await log.curation.suggest(suggestion())
    # As many at once as a busy moderators' channel ever has.
    decided = await asyncio.gather(
        *(log.curation.decide(number, "approved", f"discord:{n}", f"by {n}") for n in range(10))
    )
    assert sorted(decided) == ["closed"] * 9 + ["decided"]
    found = await log.curation.suggestion(number)
    assert found is not None
    assert found.decision_reason == f"by {decided.index('decided')}"
    assert await log.curation.decide(number, "rejected", BOB) == "closed"


async def test_two_processes_decide_once(store: Store) -> None:
    async with store.open(time_limit=30.0) as one, store.open(time_limit=30.0) as two:
        number = await one.curation.suggest(suggestion())
        decided = await asyncio.gather(
            one.curation.decide(number, "approved", ALICE),
            two.curation.decide(number, "rejected", BOB),
        )
        assert sorted(decided) == ["closed", "decided"]
        found = await two.curation.suggestion(number)
        assert found is not None
        assert found.status == ("approved" if decided[0] == "decided" else "rejected")


async def test_the_author_needs_a_second_person_where_that_is_the_rule(log: QueryLog) -> None:
    number = await log.curation.suggest(suggestion(user=ALICE))
    assert await log.curation.decide(number, "approved", ALICE, not_by=ALICE) == "own"
    assert [each.id for each in await log.curation.suggestions(status="open")] == [number]
    assert await log.curation.decide(number, "approved", BOB, not_by=BOB) == "decided"
    assert await log.curation.decide(number, "approved", ALICE, not_by=ALICE) == "closed"
    without_rule = await log.curation.suggest(suggestion(user=ALICE))
    assert await log.curation.decide(without_rule, "approved", ALICE) == "decided"


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 10**30])
async def test_what_is_not_there_is_unknown(log: QueryLog, number: int) -> None:
    await log.curation.suggest(suggestion())
    assert await log.curation.suggestion(number) is None
    assert await log.curation.decide(number, "approved", BOB) == "unknown"
    with pytest.raises(ValueError, match="approved or rejected"):
        await log.curation.decide(1, "open", BOB)  # type: ignore[arg-type]


async def test_a_person_sees_what_they_suggested_decided_and_published(
    log: QueryLog, store: Store
) -> None:
    mine = await log.curation.suggest(suggestion(user=ALICE, text="mine"))
    other = await log.curation.suggest(suggestion(user=BOB, text="of somebody else"))
    await log.curation.suggest(suggestion(user=CAROL, text="of no concern"))
    await log.curation.decide(mine, "rejected", BOB, "no source")
    await log.curation.decide(other, "approved", ALICE, "good")
    await log.curation.record_publish(publish(user=ALICE))
    await log.curation.record_publish(publish(user=BOB, by="Bob"))
    exported = json.loads(json.dumps(await log.export_person(ALICE)))
    assert [(each["id"], each["text"]) for each in exported["suggestions"]] == [
        (mine, "mine"),
        (other, None),
    ]
    assert exported["suggestions"][0]["decision_reason"] == "no source"
    assert exported["suggestions"][1]["decided_by"] == pseudonym(store, ALICE)
    assert [each["by"] for each in exported["publishes"]] == ["Ada"]
    for foreign in (pseudonym(store, BOB), pseudonym(store, CAROL), "of somebody else"):
        assert foreign not in json.dumps(exported)


async def test_forgetting_takes_the_person_out_and_leaves_the_record(log: QueryLog) -> None:
    mine = await log.curation.suggest(suggestion(user=ALICE))
    other = await log.curation.suggest(suggestion(user=BOB))
    await log.curation.decide(other, "approved", ALICE, "good")
    await log.curation.record_publish(publish(user=ALICE))
    await log.curation.record_publish(publish(user=BOB, by="Bob"))
    await log.forget_person(ALICE)
    assert await log.curation.suggestion(mine) is None
    (left,) = await log.curation.suggestions()
    assert (left.id, left.status, left.decided_by) == (other, "approved", None)
    assert left.decided_at is not None
    newest, oldest = await log.curation.publishes()
    assert (newest.by, newest.pseudonym is None) == ("Bob", False)
    assert (oldest.by, oldest.pseudonym, oldest.commit) == (None, None, "0123abcd")
    exported = await log.export_person(ALICE)
    assert exported["suggestions"] == exported["publishes"] == []


async def test_the_bytes_of_a_forgotten_person_are_gone(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=30.0) as log:
        name = pseudonym(sqlite_store, ALICE)
        for number in range(300):
            user = ALICE if number % 3 == 0 else BOB
            word = WORD if user == ALICE else "other"
            made = await log.curation.suggest(
                suggestion(user=user, text=f"{word} {number} " + "x" * number)
            )
            if number % 2:
                await log.curation.decide(made, "rejected", ALICE, "no")
        # By somebody who chose no name: the repository's is made of the pseudonym.
        await log.curation.record_publish(publish(by=f"moderator-{name}", user=None))
        assert (await log.forget_person(ALICE)).bytes_gone
        assert_no_bytes(sqlite_store, WORD, name)
        assert len(await log.curation.suggestions(limit=1000)) == 200
        assert (await log.curation.publishes())[0].by is None
    assert_no_bytes(sqlite_store, WORD, name, ALICE)


async def test_a_locked_database_is_said_and_nothing_is_half_done(sqlite_store: Store) -> None:
    async with sqlite_store.open(time_limit=0.3, retry=0.02) as log:
        number = await log.curation.suggest(suggestion())
        with locked(sqlite_store.file):
            with pytest.raises(LogUnavailable, match="could not do this"):
                await log.curation.decide(number, "approved", BOB)
            with pytest.raises(LogUnavailable, match="could not do this"):
                await log.curation.suggest(suggestion())
        assert len(await log.curation.suggestions(status="open")) == 1


async def test_a_closed_log_takes_nothing(store: Store) -> None:
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(store.open(time_limit=30.0))
    with pytest.raises(LogUnavailable, match="closed"):
        await log.curation.suggest(suggestion())
    with pytest.raises(LogUnavailable, match="closed"):
        await log.curation.record_publish(publish())


def test_what_is_no_record_is_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    for values in (
        {"at": naive}, {"kind": "merge"}, {"topic": ""}, {"release_before": ""},
        {"replay": {"newly_answered": ["a person's question"]}}, {"replay": {"ok": True}},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"time zone|no kind|names its|only counts"):
            publish(**values)
    for values in ({"at": naive}, {"kind": "praise"}, {"topic": ""}, {"text": " \n"}):
        with pytest.raises(ValueError, match=r"time zone|no kind|has a topic"):
            suggestion(**values)
    assert "Nobody says" not in repr(suggestion())
    assert ALICE not in repr(suggestion()) + repr(publish())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(min_size=1).filter(str.strip),
    st.none() | st.text(),
    st.lists(st.builds(Near, st.text(), st.floats()), max_size=30),
)
def test_whatever_people_write_is_kept_redacted(
    sqlite_store: Store, words: str, entry: str | None, near: list[Near]
) -> None:
    async def keep_and_read() -> Any:
        async with sqlite_store.open(time_limit=30.0) as log:
            made = suggestion(text=words, entry=entry, near=tuple(near))
            return await log.curation.suggestion(await log.curation.suggest(made))

    found = asyncio.run(keep_and_read())
    assert found.text == redact(words)
    assert (found.entry is None) == (entry is None)
    assert len(found.near) == min(len(near), 20)


async def test_a_database_of_the_version_before_is_upgraded(store: Store) -> None:
    secret = bytes(range(32))
    store.data.mkdir()
    (store.data / KEY).write_bytes(secret)

    def build(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text("INSERT INTO meta VALUES ('pseudonym_key_fingerprint', :value)"),
            {"value": Pseudonymiser(secret).fingerprint},
        )
        connection.execute(
            text("INSERT INTO places VALUES ('discord', '1', '2', 'offers', :no, NULL)"),
            {"no": False},
        )

    engine = create_engine(target(store), write=True)
    async with engine.begin() as connection:
        await connection.run_sync(build)
    async with store.open(time_limit=30.0) as log:
        assert (await log.record(record(1))).status == "logged"
        assert len(await log.places.places()) == 1
        number = await log.curation.suggest(suggestion())
        assert await log.curation.decide(number, "approved", BOB) == "decided"
        await log.curation.record_publish(publish())
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
    await engine.dispose()
