"""Looking up words: what somebody types is words, never syntax of a database."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from textwrap import wrap
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.querylog import QueryFilter, QueryLog, fulltext
from bot.querylog.fulltext import words_of

from .conftest import NOON, Store, record

TEXTS = {
    1: "Who pays for the bridge?",
    2: "don't they pay twice for the bike-lane",
    3: "Сколько стоит новый мост",
    4: "see https://example.org/bridge_plan about it",
    5: "Скільки коштує міст? Їжак",
}


@pytest.fixture
async def filled(log: QueryLog) -> QueryLog:
    for number, text in TEXTS.items():
        await log.record(record(number, text=text, language="en" if text.isascii() else "ru"))
    await log.record(record(6, text="a secret bridge", private=True))
    return log


async def found(log: QueryLog, words: str, **more: object) -> list[int]:
    wanted = QueryFilter(words=words, **more)  # type: ignore[arg-type]
    numbers = [row.id async for row in log.queries(wanted)]
    assert await log.count(wanted) == len(numbers)
    return numbers


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("bridge", [1, 4]),
        ("BRIDGE who", [1]),
        ("pay", [1, 2]),
        ("don't", [2]),
        ("bike-lane", [2]),
        ("example.org/bridge", [4]),
        ("мост", [3]),
        ("Мо стои", [3]),
        ("їжак", [5]),
        ("ridge", []),
        ("secret", []),
        ("?!", []),
        ("", []),
    ],
)
async def test_every_word_must_begin_one(filled: QueryLog, words: str, numbers: list[int]) -> None:
    assert await found(filled, words) == numbers


async def test_words_go_with_the_other_filters(filled: QueryLog) -> None:
    assert await found(filled, "bridge", newest_first=True) == [4, 1]
    assert await found(filled, "bridge", topic="offers", limit=1) == [1]
    assert await found(filled, "bridge", before_id=4) == [1]
    assert await found(filled, "bridge", after_id=1) == [4]
    assert await found(filled, "bridge", outcome="gap") == []
    assert await found(filled, "мост", language="ru", channel="discord") == [3]
    await filled.review.judge_query(4, by="a", verdict="gap")
    assert await found(filled, "bridge", verdict="gap") == [4]


async def test_what_is_forgotten_is_not_found(filled: QueryLog) -> None:
    assert await filled.forget_query("event:1")
    assert await found(filled, "bridge") == [4]
    await filled.forget_person("discord:4")
    assert await found(filled, "bridge") == []


SYNTAX = st.text() | st.lists(
    st.sampled_from(
        ["AND", "OR", "NOT", "NEAR", "(", ")", '"', "'", "*", ":", "^", "-", "&", "|", "!", "<->",
         "\\", "\0", "text", "a", "ё", "e\u0301", "\u0300", "\ud800", ":*", "--", ";", "x" * 3000]
    )
).map(" ".join)  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_typed_text_is_never_syntax(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if kind == "sqlite":
        store = Store(tmp_path_factory.mktemp("words"), None)
    else:
        store = request.getfixturevalue("postgres_once")
    with asyncio.Runner() as runner:
        opened = store.open(time_limit=30.0)
        log = runner.run(opened.__aenter__())

        @given(SYNTAX)
        @example('" OR "a')
        @example("text : a")
        @settings(
            max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        def check(typed: str) -> None:
            async def look() -> None:
                wanted = QueryFilter(words=typed)
                numbers = [row.id async for row in log.queries(wanted)]
                if not words_of(typed):
                    assert numbers == []

            runner.run(look())

        try:
            runner.run(log.record(record(1, text="text and a NEAR or not")))
            check()
        finally:
            runner.run(opened.__aexit__(None, None, None))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_words_hold_letters_and_digits_only(typed: str) -> None:
    for word in words_of(typed):
        assert word.isalnum() or any(ord(letter) in range(0xE000, 0x110000) for letter in word)
        assert 0 < len(word) <= 64


async def test_what_was_typed_is_found_again(log: QueryLog) -> None:
    texts = ["naïve café", "x" * 300, "1,000.50 €", "foo_bar", "C++", "ёлка", "50% of 3/4"]
    for number, text in enumerate(texts, start=1):
        await log.record(record(number, text=text))
    for number in range(1, len(texts) + 1):
        row = await log.query(number)
        assert row is not None
        assert number in await found(log, row.text or "")


async def test_retention_takes_words_out_of_the_index_part_by_part(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As small as they get, so that a small index has many parts.
    monkeypatch.setattr("bot.querylog.fulltext._PAGES", 1)
    old, count = "zyxwvunique", 300
    async with sqlite_store.open(time_limit=30.0) as log:
        for number in range(1, count + 1):
            drawn = hashlib.sha512(str(number).encode()).hexdigest()
            text = old if number == 1 else f"kept {' '.join(wrap(drawn, 8))}"
            late = NOON + timedelta(days=40 * (number > 1), seconds=number)
            await log.record(record(number, text=text, at=late))
        parts = 0
        whole = fulltext.forget_some

        async def counted(connection: Any, *, first: bool) -> bool:
            nonlocal parts
            parts += 1
            return await whole(connection, first=first)

        monkeypatch.setattr("bot.querylog.retention.forget_some", counted)
        assert await log.retain(30, NOON + timedelta(days=50)) == 1
        assert parts > 2
        async with log._database.reader.connect() as connection:
            blocks = await connection.exec_driver_sql("SELECT block FROM queries_fts_data")
            # Words that begin alike share their beginning.
            assert not any(old[1:].encode() in row.block for row in blocks)
        kept = log.queries(QueryFilter(words="kept"))
        assert len([row async for row in kept]) == count - 1
