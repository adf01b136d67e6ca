"""What a page says of a plan: what changes, what is found, how past questions would fare."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.curation.comparison import ExpectationChange, ExpectationsChange
from bot.curation.curator import Plan
from bot.curation.replay import Changed, Replay

RATIOS = ("top1", "top3", "precision", "coverage", "out_of_scope_recall")
_ORDER = ("broken", "added", "mended", "retargeted", "retired")


@dataclass(frozen=True)
class Line:
    """A line of a diff; ``kind`` is place, added, removed or same."""

    kind: str
    text: str


@dataclass(frozen=True)
class Total:
    """A total of the test questions before and after."""

    name: str
    before: str
    after: str
    better: bool | None


def digest(confirmations: Sequence[str]) -> str:
    """Return a text that stands for the confirmations that somebody was shown."""
    return hashlib.sha256("\n".join(confirmations).encode()).hexdigest()[:16]


def lines(diff: str) -> list[Line]:
    """Return a unified diff of one file line by line, without its two lines of names."""
    kinds = {"+": "added", "-": "removed", "@": "place", "\\": "place"}
    return [
        Line(kinds.get(line[0], "same"), line if line[0] in "@\\" else line[1:])
        for line in diff.split("\n")[2:]
        if line
    ]


def shown(plan: Plan) -> dict[str, Any]:
    """Return what a template needs to show a plan."""
    preview = plan.preview
    return {
        "files": [(file.name, lines(file.diff)) for file in preview.files],
        "totals": _totals(preview.expectations),
        "expectations": _expectations(preview.expectations),
        "replay": preview.replay,
        "lists": _lists(preview.replay),
    }


def _totals(found: ExpectationsChange | None) -> list[Total]:
    if found is None:
        return []
    totals = []
    cases = (int(found.before.get("cases") or 0), int(found.after.get("cases") or 0))
    if cases[0] != cases[1]:
        totals.append(Total("cases", str(cases[0]), str(cases[1]), None))
    for name in RATIOS:
        old, new = found.before.get(name), found.after.get(name)
        if _percent(old) != _percent(new):
            better = None if old is None or new is None else new > old
            totals.append(Total(name, _percent(old), _percent(new), better))
    return totals


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f} %"


def _expectations(found: ExpectationsChange | None) -> list[ExpectationChange]:
    if found is None:
        return []
    return sorted(found.changes, key=lambda change: _ORDER.index(change.what))


def _lists(replay: Replay | None) -> list[tuple[str, tuple[Changed, ...]]]:
    if replay is None:
        return []
    found = (
        ("gone", replay.no_longer_answered),
        ("differently", replay.answered_differently),
        ("newly", replay.newly_answered),
    )
    return [(name, changed) for name, changed in found if changed]
