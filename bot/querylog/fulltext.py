"""Find words in the texts of queries; the one part that each database does in its own way."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, TableClause, column, func, literal, literal_column, table
from sqlalchemy.ext.asyncio import AsyncConnection

_MAX_WORDS = 16
_MAX_LETTERS = 64
_PAGES = 500  # of SQLite's index, that are written in one transaction: a tenth of a second

# What both databases take for a letter or digit, whatever their version: SQLite's tokeniser knows
# a newer Unicode than this one, and categories do not change.
_unicode = unicodedata.ucd_3_2_0
# Accents that stand by themselves; SQLite's tokeniser takes them off.
_ACCENTS = range(0x300, 0x332)

INDEX = table("queries_fts", column("rowid"), column("queries_fts"), column("rank"))
"""SQLite's full-text index"""

# PostgreSQL's parser would take addresses, paths and numbers with signs for single words. The
# index of migration 0005 has this very expression, or it would not be used.
_PUNCTUATION = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~“”„«»—–…’‘"
_VECTOR: ColumnElement[Any] = literal_column(
    f"to_tsvector('simple', translate(coalesce(queries.text, ''), '{_PUNCTUATION}', "
    f"'{' ' * len(_PUNCTUATION.replace(chr(39) * 2, chr(39)))}'))"
)


def words_of(text: str) -> list[str]:
    """Split what somebody typed into words to look up; nothing else of it is left.

    At most 16, and of each at most the first 64 letters.
    """
    kept = "".join(
        letter if _is_letter(letter) else "" if ord(letter) in _ACCENTS else " " for letter in text
    )
    return [word[:_MAX_LETTERS] for word in kept.split()[:_MAX_WORDS]]


def sqlite_source(words: list[str]) -> tuple[TableClause, ColumnElement[bool]]:
    """Give SQLite's index to join, and the condition under which its rows hold all words."""
    pattern = " ".join(f'"{word}"*' for word in words)
    return INDEX, literal_column("queries_fts").op("MATCH")(literal(pattern))


def postgres_condition(words: list[str]) -> ColumnElement[bool]:
    """Give the condition under which PostgreSQL's rows hold all words."""
    pattern = " & ".join(f"'{word}':*" for word in words)
    return _VECTOR.op("@@")(func.to_tsquery("simple", literal(pattern)))


async def forget_deleted(connection: AsyncConnection) -> None:
    """Rewrite SQLite's index without the words of deleted rows. Raises SQLAlchemyError.

    It else keeps them until it happens to rewrite the part that holds them.
    """
    await connection.exec_driver_sql("INSERT INTO queries_fts(queries_fts) VALUES ('optimize')")


async def forget_some(connection: AsyncConnection, *, first: bool) -> bool:
    """Do a part of what ``forget_deleted`` does; False once nothing is left to do.

    ``first`` begins anew. Each part is a transaction, short in an index of any size. Raises
    SQLAlchemyError.
    """
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 - it is connected
    before = driver.total_changes
    await connection.exec_driver_sql(
        "INSERT INTO queries_fts(queries_fts, rank) VALUES ('merge', ?)",
        (-_PAGES if first else _PAGES,),
    )
    # SQLite's page on FTS5: where nothing was merged, less than two rows have changed.
    return bool(driver.total_changes - before >= 2)


def _is_letter(letter: str) -> bool:
    category = _unicode.category(letter)
    return category[0] in "LN" or category == "Co"
