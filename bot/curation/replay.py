"""Ask past questions again: what a change would alter of the answers that people got."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Outcome, Question
from bot.knowledge.words import clean, normalise
from bot.querylog import QueryFilter, QueryLog
from bot.retrieval.encoder import DIMENSIONS, Encoder, Progress, Vectors

LIMIT = 2_000
"""Distinct past queries that a replay asks by default."""

# Rows that are read at most to find the distinct ones and to count how often each was asked.
_SCANNED = 20_000
# 1.5 KB a vector: what a replay remembers stays below 13 MB.
_REMEMBERED = 8_192
_MAX_THREADS = 8
_GIVEN = frozenset({Outcome.ANSWERED, Outcome.BOUNDARY})
# A press on a button is logged by what it chose; it asks nothing that could be found otherwise.
_CHOICE = re.compile(r"\[[a-z_]+: \S+\]")


@dataclass(frozen=True)
class Past:
    """A question as it was logged: redacted text, and the entry that it leaned on.

    ``asked`` counts its rows, ``last`` is the time of the newest.
    """

    text: str
    language: str
    context_entry: str | None
    asked: int
    last: datetime


@dataclass(frozen=True)
class Side:
    """What one release makes of a question; ``text`` is the answer as it would be read."""

    outcome: str
    entry: str | None
    title: str | None
    text: str

    @property
    def given(self) -> bool:
        """Tell whether something was shown rather than declined or asked back."""
        return self.outcome in _GIVEN


@dataclass(frozen=True)
class Changed:
    """A past question whose answer would change."""

    text: str
    language: str
    context_entry: str | None
    asked: int
    before: Side
    after: Side

    @property
    def reworded(self) -> bool:
        """Tell whether the same entry answers, in other words."""
        return self.before.given and self.after.given and self.before.entry == self.after.entry

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Replay:
    """What became of all past questions, most often asked first.

    ``newly_answered`` got no answer before; ``no_longer_answered`` would get none;
    ``answered_differently`` holds other entries, other words of the same entry, and questions
    that were asked back and would be declined, or the reverse. ``unchanged`` counts the rest.
    """

    newly_answered: tuple[Changed, ...] = ()
    no_longer_answered: tuple[Changed, ...] = ()
    answered_differently: tuple[Changed, ...] = ()
    unchanged: int = 0

    @property
    def total(self) -> int:
        """Count the distinct questions that were asked."""
        return (
            len(self.newly_answered)
            + len(self.no_longer_answered)
            + len(self.answered_differently)
            + self.unchanged
        )

    def summary(self) -> dict[str, int]:
        """Return only counts: what may be kept after the questions themselves are deleted."""
        reworded = sum(each.reworded for each in self.answered_differently)
        return {
            "questions": self.total,
            "newly_answered": len(self.newly_answered),
            "no_longer_answered": len(self.no_longer_answered),
            "answered_differently": len(self.answered_differently) - reworded,
            "reworded": reworded,
            "unchanged": self.unchanged,
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the replay as plain data for JSON; it holds people's questions."""
        return {
            "newly_answered": [each.as_dict() for each in self.newly_answered],
            "no_longer_answered": [each.as_dict() for each in self.no_longer_answered],
            "answered_differently": [each.as_dict() for each in self.answered_differently],
            "unchanged": self.unchanged,
            "summary": self.summary(),
        }


async def distinct_queries(
    log: QueryLog, limit: int = LIMIT, *, topic: str | None = None
) -> list[Past]:
    """Read the last distinct questions of the log, newest first, of one topic or of all.

    Distinct by normalised text and context entry; text and language are the newest row's. Left
    out are private questions, which have no text, and choices from a list. Of a long log the
    last 20,000 rows are read. Raises LogUnavailable or SQLAlchemyError.
    """
    found: dict[tuple[str, str | None], tuple[str, str, datetime]] = {}
    asked: dict[tuple[str, str | None], int] = {}
    rows = log.queries(QueryFilter(topic=topic, newest_first=True, limit=_SCANNED))
    async for row in rows:
        if row.text is None or _CHOICE.fullmatch(row.text):
            continue
        key = (normalise(row.text) or row.text, row.context_entry)
        if key in found:
            asked[key] += 1
        elif len(found) < limit:
            found[key] = (row.text, row.language, row.at)
            asked[key] = 1
    return [
        Past(text, language, key[1], asked[key], last)
        for key, (text, language, last) in found.items()
    ]


class RememberingEncoder:
    """Keep the vectors of the texts used last, in memory only; safe for many threads.

    ``limit`` bounds how many. Every text is encoded once as long as its vector is kept.
    """

    def __init__(self, encoder: Encoder, limit: int = _REMEMBERED) -> None:
        self._encoder = encoder
        self._limit = limit
        self._lock = Lock()
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self.name = encoder.name

    def __len__(self) -> int:
        return len(self._vectors)

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take over vectors of shape (len(texts), DIMENSIONS) that are known already."""
        with self._lock:
            self._keep(texts, vectors)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (len(texts), DIMENSIONS)."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        missing: dict[str, list[int]] = {}
        with self._lock:
            for row, text in enumerate(texts):
                if (known := self._vectors.get(text)) is None:
                    missing.setdefault(text, []).append(row)
                else:
                    self._vectors.move_to_end(text)
                    vectors[row] = known
        if missing:
            fresh = self._encoder.encode(list(missing), progress)
            for rows, vector in zip(missing.values(), fresh, strict=True):
                vectors[rows] = vector
            with self._lock:
                # Copies: a row that is kept would keep all that were encoded with it.
                self._keep(missing, [vector.copy() for vector in fresh])
        return vectors

    def _keep(self, texts: Iterable[str], vectors: Iterable[Vectors]) -> None:
        for text, vector in zip(texts, vectors, strict=True):
            self._vectors[text] = vector
            self._vectors.move_to_end(text)
        while len(self._vectors) > self._limit:
            self._vectors.popitem(last=False)


def sharing(advisor: Advisor, encoder: Encoder) -> Advisor:
    """Return an advisor on the same index that encodes questions with another encoder.

    Raises ValueError for an encoder whose vectors are not of the index's kind.
    """
    index = advisor.index
    if encoder.name != index.encoder.name:
        raise ValueError("the encoder's vectors are not those of the index")
    return Advisor(index.sharing(encoder=encoder), choices=advisor.choices)


def replay(
    past: Sequence[Past], before: Advisor, after: Advisor, progress: Progress | None = None
) -> Replay:
    """Ask all past questions to both advisors and tell what would change.

    Blocks: run it beside the event loop. Each question is encoded once; its vector lives in
    memory until this returns. ``progress`` is told how many questions are done.
    """
    encoder = RememberingEncoder(before.index.encoder)
    before, after = sharing(before, encoder), sharing(after, encoder)
    newly: list[Changed] = []
    gone: list[Changed] = []
    differently: list[Changed] = []
    unchanged = 0

    def ask(same: Sequence[Past]) -> list[tuple[Past, Answer, Answer]]:
        return [(one, _answer(before, one), _answer(after, one)) for one in same]

    # One thread asks all that has the same text, so that no two encode it at once.
    texts: dict[str, list[Past]] = {}
    for one in past:
        texts.setdefault(clean(one.text), []).append(one)
    done = 0
    # To encode and to compare is arithmetic that releases the GIL.
    with ThreadPoolExecutor(max_workers=min(_MAX_THREADS, os.cpu_count() or 1)) as pool:
        for same in pool.map(ask, texts.values()):
            for one, old, new in same:
                if not _differs(old, new):
                    unchanged += 1
                    continue
                changed = Changed(
                    one.text, one.language, one.context_entry, one.asked, _side(old), _side(new)
                )
                if changed.before.given == changed.after.given:
                    differently.append(changed)
                else:
                    (newly if changed.after.given else gone).append(changed)
            done += len(same)
            if progress is not None:
                progress(done, len(past))
    return Replay(_sorted(newly), _sorted(gone), _sorted(differently), unchanged)


def _answer(advisor: Advisor, one: Past) -> Answer:
    conversation = Conversation(one.context_entry, language=one.language or "en")
    return advisor.answer(Question(one.text, one.language or None, conversation))


def _differs(old: Answer, new: Answer) -> bool:
    if _given(old) or _given(new):
        return (old.outcome, old.entry, old.facet, old.blocks) != (
            new.outcome, new.entry, new.facet, new.blocks,
        )  # fmt: skip
    # Between the two ways of declining nobody loses an answer; to be asked back is half of one.
    return (old.outcome is Outcome.CLARIFY) != (new.outcome is Outcome.CLARIFY)


def _given(answer: Answer) -> bool:
    return answer.outcome in _GIVEN


def _side(answer: Answer) -> Side:
    return Side(answer.outcome.value, answer.entry, answer.title, answer.text)


def _sorted(found: list[Changed]) -> tuple[Changed, ...]:
    return tuple(sorted(found, key=lambda changed: -changed.asked))
