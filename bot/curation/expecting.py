"""Add, retarget and retire the topic's test questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.curation.operations import AddExpectation, RetargetExpectation, RetireExpectation
from bot.curation.tree import build, merge, take_out
from bot.curation.values import ChangeError
from bot.curation.workspace import EXPECTATIONS, Workspace, text_at, texts_at
from bot.knowledge.outline import Branch, Slot
from bot.knowledge.reader import Plain, brief
from bot.knowledge.words import clean


def add(work: Workspace, operation: AddExpectation) -> str:
    """Add a test question; return the file.

    Raises ChangeError for one that stands there already, and for entries that no answer shows.
    """
    if any(_is(item, operation.ask, operation.context) for _, item in work.expectations()):
        raise ChangeError(
            f"there is an expectation for “{brief(operation.ask)}” already.",
            hint="Retarget that one instead.",
        )
    for entry_id in (*operation.expect, *filter(None, [operation.context])):
        work.shown(entry_id)
    fields: dict[str, Plain] = {"ask": operation.ask, "expect": list(operation.expect)}
    if operation.outcome:
        fields["outcome"] = list(operation.outcome)
    fields["kind"] = operation.kind
    if operation.scope:
        fields["scope"] = operation.scope
    if operation.context:
        fields["context"] = operation.context
    work.root(EXPECTATIONS, is_mapping=False).slots.append(Slot(build(fields)))
    return EXPECTATIONS


def retarget(work: Workspace, operation: RetargetExpectation, notes: list[str]) -> str:
    """Let a test question expect other entries; return the file.

    What cannot hold any more goes: ``scope`` is for questions that expect nothing, and an outcome
    that fits an answer does not fit a refusal. Raises ChangeError for an unknown question, for
    entries that no answer shows, and where nothing would change.
    """
    _, item = find(work, operation.ask, operation.context)
    before = texts_at(item, "expect")
    if before == list(operation.expect):
        raise ChangeError(
            f"“{brief(operation.ask)}” expects that already.", hint="Leave this operation out."
        )
    for entry_id in operation.expect:
        work.shown(entry_id)
    work.edit(EXPECTATIONS)
    _expect(item, operation.expect)
    if bool(before) != bool(operation.expect):
        for key in ("scope", "outcome"):
            if (old := item.find(key)) is not None:
                take_out(item, old)
                notes.append(f"The expectation “{brief(operation.ask)}” loses its {key}.")
    return EXPECTATIONS


def retire(work: Workspace, operation: RetireExpectation) -> str:
    """Remove a test question; return the file. Raises ChangeError where there is none."""
    slot, _ = find(work, operation.ask, operation.context)
    take_out(work.root(EXPECTATIONS, is_mapping=False), slot)
    return EXPECTATIONS


def withdraw(work: Workspace, gone: Collection[str], notes: list[str]) -> set[str]:
    """Let no test question expect or follow entries that are gone from the answers."""
    touched = set()
    for slot, item in work.expectations():
        ask = brief(text_at(item, "ask"))
        expected = texts_at(item, "expect")
        left = [entry_id for entry_id in expected if entry_id not in gone]
        follows = text_at(item, "context") in gone
        if left == expected and not follows:
            continue
        touched.add(EXPECTATIONS)
        root = work.root(EXPECTATIONS, is_mapping=False)
        if follows or not left:
            take_out(root, slot)
            notes.append(f"The expectation “{ask}” is retired with it.")
        else:
            _expect(item, left)
            notes.append(f"The expectation “{ask}” now expects {' or '.join(left)}.")
    return touched


def find(work: Workspace, ask: str, context: str | None) -> tuple[Slot, Branch]:
    """Return the test question that is meant: with this context, else the one without, else any.

    Raises ChangeError where there is none, or several to choose from.
    """
    same = [pair for pair in work.expectations() if clean(text_at(pair[1], "ask")) == ask]
    exact = [pair for pair in same if text_at(pair[1], "context") == (context or "")]
    found = exact or (same if context is None else [])
    if len(found) == 1:
        return found[0]
    if found:
        contexts = ", ".join(text_at(item, "context") for _, item in found)
        raise ChangeError(
            f"there are {len(found)} expectations for “{brief(ask)}”.",
            hint=f"Say which with context: {contexts}.",
        )
    raise ChangeError(
        f"there is no expectation for “{brief(ask)}”.",
        hint="Write it as it stands in expectations.yaml, with its context if it has one.",
    )


def _is(item: Branch, ask: str, context: str | None) -> bool:
    return clean(text_at(item, "ask")) == ask and text_at(item, "context") == (context or "")


def _expect(item: Branch, ids: Sequence[str]) -> None:
    slot = item.find("expect")
    if slot is None:
        item.slots.append(Slot(build(list(ids)), "expect"))
    else:
        slot.value = merge(slot.value, list(ids))
