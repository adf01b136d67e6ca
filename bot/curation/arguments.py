"""Hang arguments under what they answer."""

from __future__ import annotations

from bot.curation.operations import ARGUMENTS, AddEntry, Move
from bot.curation.tree import position_of, take_out, take_out_key
from bot.curation.values import ChangeError
from bot.curation.workspace import Found, Workspace, text_at, with_article
from bot.knowledge.outline import Branch, Slot

_PARENTS = {
    "objection": ("proposal",),
    "response": ("objection",),
    "counter": ("response", "counter"),
}
_WANTED = {
    "objection": "an objection stands under a proposal",
    "response": "a response answers an objection",
    "counter": "a counter answers a response or another counter",
}


def add(work: Workspace, operation: AddEntry, node: Branch) -> str:
    """Put a new argument last under its parent; return the file.

    Raises ChangeError for a parent that is unknown, withdrawn or of the wrong kind.
    """
    parent = work.shown(operation.parent or "")
    if parent.kind not in _PARENTS[operation.kind]:
        raise ChangeError(
            f"{_WANTED[operation.kind]}, and {parent.id} is {with_article(parent.kind)}.",
            hint="Correct the parent or the kind.",
        )
    work.edit(parent.file)
    _list_under(parent).slots.append(Slot(node))
    return parent.file


def move(work: Workspace, operation: Move, notes: list[str]) -> set[str]:
    """Move an argument with all below it, and its comments; return the files.

    Raises ChangeError where it cannot hang there, or does already.
    """
    found, parent = work.entry(operation.id), work.shown(operation.parent)
    if found.kind not in ARGUMENTS or found.holder is None or found.slot is None:
        raise ChangeError(
            f"{found.id} is {with_article(found.kind)}; only arguments move.",
            hint="Name an objection, a response or a counter.",
        )
    if parent.kind != "proposal" and parent.kind not in ARGUMENTS:
        raise ChangeError(
            f"nothing hangs under {parent.id}, which is {with_article(parent.kind)}.",
            hint="Name a proposal or an argument as the parent.",
        )
    above: Found | None = parent
    while above is not None:
        if above.id == found.id:
            raise ChangeError(
                f"{parent.id} is {found.id} or hangs under it.", hint="Name another parent."
            )
        above = work.entries.get(above.parent or "")
    if parent.kind == "proposal" and not text_at(found.node, "title"):
        raise ChangeError(
            f"{found.id} would become an objection, and an objection needs a title.",
            hint="Set its title with an edit before this operation.",
        )
    work.edit(found.file)
    work.edit(parent.file)
    holder = _list_under(parent)
    stood = position_of(found.holder, found.slot)
    others = len(holder.slots) - (holder is found.holder)
    at = others if operation.at == "last" else operation.at
    if at > others:
        raise ChangeError(
            f"there is no position {at} under {parent.id}, which has {others} others.",
            hint=f"Write last, or a position from 0 to {others}.",
        )
    if holder is found.holder and at == stood:
        raise ChangeError(f"{found.id} stands there already.", hint="Leave this operation out.")
    # What is said above an argument is about it, so its comments go along.
    take_out(found.holder, found.slot, pass_comments=False)
    holder.slots.insert(at, found.slot)
    if not found.holder.slots:
        _drop_list(work.entries[found.parent or ""])
    work.moved()
    _note(work, found, notes)
    return {found.file, parent.file}


def _note(work: Workspace, before: Found, notes: list[str]) -> None:
    after = work.entries[before.id]
    if after.kind != before.kind:
        notes.append(f"{after.id} becomes {with_article(after.kind)}.")
    if before.hidden_by is not None and after.hidden_by is None:
        notes.append(f"{after.id} is in answers again, no longer under {before.hidden_by}.")


def _key(parent: Found) -> str:
    return "objections" if parent.kind == "proposal" else "replies"


def _list_under(parent: Found) -> Branch:
    slot = parent.node.find(_key(parent))
    if slot is None:
        slot = Slot("", _key(parent))
        parent.node.slots.append(slot)
    if isinstance(slot.value, str):
        slot.value = Branch(False)
    return slot.value


def _drop_list(parent: Found) -> None:
    slot = parent.node.find(_key(parent))
    if slot is not None:
        take_out_key(parent.node, slot)
