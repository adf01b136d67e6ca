"""What moderators prepare, their names, and who wants to be told, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from bot.querylog import QueryLog, create_engine
from bot.querylog.curation import Suggestion
from bot.querylog.drafts import DraftRow
from bot.querylog.privacy import Pseudonymiser, read_key

from .conftest import NOON, Store, record
from .test_person import assert_no_bytes, pseudonym
from .test_schema import target

ALICE, BOB = "discord:80351110224678912", "discord:80351110224678913"
WORD = "zyxwunique"
OPERATION = {"op": "add_phrasing", "entry": "cash", "language": "en", "text": f"a {WORD} of one"}


async def save(log: QueryLog, user: str = ALICE, **more: Any) -> DraftRow | None:
    values: dict[str, Any] = {"base": "0123456789ab", "operations": [OPERATION]}
    return await log.drafts.save("offers", user, **({"draft": 0, "revision": 0} | values | more))


async def suggest(
    log: QueryLog, user: str = ALICE, words: str = "Nobody says who pays.", *, tell: bool = False
) -> int:
    suggestion = Suggestion(topic="offers", at=NOON, user=user, kind="objection", text=words)
    return await log.curation.suggest(suggestion, tell=tell)


async def test_a_draft_survives_a_restart_and_is_its_authors(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        assert await log.drafts.of("offers", ALICE) is None
        first = await save(log, reason="Asked twice.")
        await save(log, BOB)
    async with store.open(time_limit=30.0) as log:
        found = await log.drafts.of("offers", ALICE)
        assert found == first
        assert found is not None
        assert found.operations == (OPERATION,)
        assert (found.waiting, found.reason) == (False, "Asked twice.")
        assert await log.drafts.get(found.id) == found
        assert await log.drafts.of("others", ALICE) is None
        assert found.pseudonym == pseudonym(store, ALICE)


async def test_an_older_revision_never_writes_over_a_newer_one(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        begun = await asyncio.gather(*(save(log) for _ in range(4)))
        (first,) = [each for each in begun if each is not None]
        this: dict[str, Any] = {"draft": first.id, "revision": first.revision}
        newer = await asyncio.gather(*(save(log, **this, waiting=True) for _ in range(4)))
        (kept,) = [each for each in newer if each is not None]
        assert kept.revision == first.revision + 1
        assert await log.drafts.waiting("offers") == [kept]
        assert not await log.drafts.remove(kept.id, revision=first.revision)
        assert await log.drafts.remove(kept.id, revision=kept.revision)
        assert await log.drafts.get(kept.id) is None


async def test_a_later_draft_is_never_taken_for_an_earlier_one(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        old = await save(log)
        assert old is not None
        await log.drafts.remove(old.id)
        new = await save(log, base="ba9876543210")
        assert await save(log, draft=old.id, revision=old.revision) is None
        assert await log.drafts.of("offers", ALICE) == new


async def test_a_name_is_chosen_changed_and_given_up(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        who = log.drafts.pseudonym(ALICE)
        assert await log.drafts.name(who) is None
        await log.drafts.choose_name(ALICE, "Ada")
        await log.drafts.choose_name(ALICE, "Ada Quill")
        assert await log.drafts.name(who) == "Ada Quill"
        assert await log.drafts.name(log.drafts.pseudonym(BOB)) is None
        assert await log.drafts.is_taken("ada quill", BOB)
        assert not await log.drafts.is_taken("ada quill", ALICE)
        await log.drafts.choose_name(ALICE, None)
        assert await log.drafts.name(who) is None


async def test_who_asked_is_told_once_and_only_of_what_is_decided(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        await suggest(log, tell=True)
        decided = await suggest(log, BOB, tell=True)
        await suggest(log)
        assert await log.tellings.due("offers") == []
        await log.curation.decide(decided, "rejected", ALICE, "It is there.")
        (due,) = await log.tellings.due("offers")
        assert (due.user, due.suggestion.id) == (BOB, decided)
        assert due.suggestion.decision_reason == "It is there."
        assert BOB not in repr(due)
        assert await log.tellings.due("others") == []
        await log.tellings.done(due.id)
        assert await log.tellings.due("offers") == []


async def test_the_id_to_be_told_stands_nowhere_in_the_clear(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        await suggest(log, tell=True)
    engine = create_engine(target(store))
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT * FROM tellings"))).all()
    await engine.dispose()
    assert len(rows) == 1
    assert ALICE.partition(":")[2] not in str(rows)
    key = read_key(store.data)
    assert key is not None
    assert key.unseal(rows[0].sealed) == ALICE
    assert Pseudonymiser(b"x" * 32).unseal(rows[0].sealed) is None


async def test_nobody_waits_to_be_told_for_longer_than_a_month(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        number = await suggest(log, tell=True)
        now = datetime.now(UTC)
        assert await log.tellings.expire(now + timedelta(days=29)) == 0
        assert await log.tellings.expire(now + timedelta(days=31)) == 1
        await log.curation.decide(number, "approved", BOB)
        assert await log.tellings.due("offers") == []


async def test_forgetting_takes_drafts_names_and_ids_along(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        await save(log)
        theirs = await save(log, BOB, operations=[])
        await log.drafts.choose_name(ALICE, f"{WORD} Quill")
        mine = await suggest(log, words=f"A {WORD}.", tell=True)
        other = await suggest(log, BOB, tell=True)
        exported = await log.export_person(ALICE)
        assert [each["operations"] for each in exported["drafts"]] == [[OPERATION]]
        assert [each["name"] for each in exported["names"]] == [f"{WORD} Quill"]
        assert [each["suggestion_id"] for each in exported["to_be_told"]] == [mine]
        gone = await log.forget_person(ALICE)
        assert gone.suggestions == 1
        assert await log.drafts.of("offers", ALICE) is None
        assert await log.drafts.of("offers", BOB) == theirs
        await log.curation.decide(other, "approved", ALICE)
        assert [each.user for each in await log.tellings.due("offers")] == [BOB]
    if store.is_sqlite:
        assert_no_bytes(store, WORD)


async def test_old_drafts_and_decided_suggestions_go_with_old_questions(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        await save(log)
        waiting, decided = await suggest(log), await suggest(log, tell=True)
        await log.curation.decide(decided, "approved", BOB)
        await log.record(record())
        await log.record(record(2, at=datetime.now(UTC) + timedelta(days=400)))
        assert await log.retain(30, datetime.now(UTC)) == 1
        assert len(await log.curation.suggestions()) == 2
        await log.retain(30, datetime.now(UTC) + timedelta(days=31))
        assert [each.id for each in await log.curation.suggestions()] == [waiting]
        assert await log.tellings.due("offers") == []
        assert await log.drafts.of("offers", ALICE) is None


async def test_an_open_suggestion_is_readdressed_and_a_decided_one_is_not(store: Store) -> None:
    async with store.open(time_limit=30.0) as log:
        number = await suggest(log)
        assert await log.curation.readdress(number, "phrasing", "cash.cost")
        found = await log.curation.suggestion(number)
        assert found is not None
        assert (found.kind, found.entry) == ("phrasing", "cash.cost")
        await log.curation.decide(number, "rejected", BOB, "No.")
        assert not await log.curation.readdress(number, "other", None)
        assert not await log.curation.readdress(0, "other", None)
