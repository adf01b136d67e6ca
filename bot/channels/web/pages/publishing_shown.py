"""What a page says of a plan: what changes, what is found, how past questions would fare."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.advisor.answer import Outcome
from bot.curation.comparison import ExpectationChange, ExpectationsChange
from bot.curation.curator import Plan
from bot.curation.replay import Changed, Replay
from bot.knowledge.release import Release

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
    totals, expectations = _totals(preview.expectations), _expectations(preview.expectations)
    lists = _lists(preview.replay)
    return {
        "files": [(file.name, lines(file.diff)) for file in preview.files],
        "totals": totals,
        "expectations": expectations,
        "replay": preview.replay,
        "lists": lists,
        "noticed": next((len(some) for name, some in lists if name == "noticed"), 0),
        "unlearned": _is_unlearned(plan, totals, expectations),
    }


def _is_unlearned(
    plan: Plan, totals: Sequence[Total], expectations: Sequence[ExpectationChange]
) -> bool:
    """Tell whether what looks worse may be so only until the topic is learned exactly."""
    if plan.preview.index is None or not plan.preview.index.provisional:
        return False
    fell = any(total.better is False for total in totals)
    return fell or any(one.after is not None and not one.after.passed for one in expectations)


@dataclass(frozen=True)
class Undone:
    """An entry that an undo takes away, brings back or changes; ``what`` says which."""

    what: str
    entry: str
    title: str


def undone(plan: Plan, before: Release) -> tuple[Undone, ...]:
    """Return what an undo does to the entries of the knowledge as it is now."""
    if plan.preview.index is None:
        return ()
    old, new = before.entries, plan.preview.index.release.entries
    found = [Undone("goes", one.id, one.title) for key, one in old.items() if key not in new]
    found += [Undone("back", one.id, one.title) for key, one in new.items() if key not in old]
    found += [
        Undone("changes", one.id, one.title)
        for key, one in new.items()
        if key in old and (one.title, one.text) != (old[key].title, old[key].text)
    ]
    return tuple(found)


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
    newly = replay.newly_answered
    found = (
        ("gone", replay.no_longer_answered),
        ("differently", replay.answered_differently),
        # That the topic takes no position is shown, but it answers nothing.
        ("noticed", tuple(one for one in newly if one.after.outcome == Outcome.BOUNDARY)),
        ("newly", tuple(one for one in newly if one.after.outcome != Outcome.BOUNDARY)),
    )
    return [(name, changed) for name, changed in found if changed]
