"""What the encoder shows about a base: phrasings that say the same, entries nobody reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.knowledge.problems import Problem
from bot.knowledge.release import Entry
from bot.retrieval.index import Index

# Above this cosine two phrasings of the shipped encoder hardly differ but in spelling.
NEARLY_SAME = 0.97


@dataclass(frozen=True)
class Spread:
    """How far apart an entry's phrasings are: mean of 1 - cosine over all pairs."""

    entry: str
    phrasings: int
    spread: float


def near_identical(index: Index) -> list[Problem]:
    """Return a warning for every pair of one entry's phrasings that nearly coincide."""
    problems = []
    for entry, rows in _phrasing_rows(index):
        if len(rows) < 2:
            continue
        vectors = index.vectors[rows]
        close = np.argwhere(np.triu(vectors @ vectors.T, 1) >= NEARLY_SAME)
        for first, second in close:
            one, two = index.texts[rows[first]], index.texts[rows[second]]
            if one.language != two.language:
                continue
            problems.append(
                Problem(
                    f"questions/{one.language}", 0, 0, entry.id,
                    f"{one.text!r} and {two.text!r} are nearly the same; replace one by another "
                    "aspect",
                    "warning", "near-identical",
                )
            )  # fmt: skip
    return problems


def unreachable(index: Index) -> list[Problem]:
    """Return a warning for every entry without phrasings, or that its own title does not find."""
    problems = []
    for entry, rows in _phrasing_rows(index):
        if not len(rows):
            problems.append(
                Problem(
                    entry.file, 0, 0, entry.id,
                    "has no phrasings, so people will hardly find it; add some under questions/",
                    "warning", "no-phrasing",
                )
            )  # fmt: skip
        found = [candidate.id for candidate in index.search(entry.title, limit=5).candidates]
        if entry.id not in found:
            problems.append(
                Problem(
                    entry.file, 0, 0, entry.id,
                    f"its own title finds {found[0] if found else 'nothing'} and four others first",
                    "warning", "unreachable",
                )
            )  # fmt: skip
    return problems


def spreads(index: Index) -> list[Spread]:
    """Return how varied each entry's phrasings are, narrowest first."""
    found = []
    for entry, rows in _phrasing_rows(index):
        if len(rows) > 1:
            vectors = index.vectors[rows]
            pairs = (vectors @ vectors.T)[np.triu_indices(len(rows), 1)]
            found.append(Spread(entry.id, len(rows), round(float(1 - pairs.mean()), 4)))
    return sorted(found, key=lambda spread: spread.spread)


def _phrasing_rows(index: Index) -> Iterator[tuple[Entry, list[int]]]:
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(index.texts):
        if text.role == "phrasing":
            rows.setdefault(text.entry, []).append(row)
    for entry in index.release.entries.values():
        yield entry, rows.get(entry.id, [])
