"""Change a value inside an outline tree by its path, without losing people's comments."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge.outline import Branch, Node, Slot, plain
from bot.knowledge.reader import Plain

_DIGITS_MAX = 6


class PathError(ValueError):
    """Say in a clause why a path leads nowhere."""


def build(value: Plain) -> Node:
    """Return a tree of plain values, without comments."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return Branch(True, [Slot(build(item), key) for key, item in value.items()])
    return Branch(False, [Slot(build(item)) for item in value])


def take_out(branch: Branch, slot: Slot, *, pass_comments: bool = True) -> int:
    """Remove a slot from its branch and return its position.

    Comment lines above it may be a heading for what follows, so they pass to the next slot, or to
    the end of the branch; comments inside it go with it.
    """
    position = position_of(branch, slot)
    del branch.slots[position]
    if pass_comments and any(slot.before):
        if position < len(branch.slots):
            following = branch.slots[position]
            following.before = [*slot.before, *following.before]
        else:
            branch.tail = [*slot.before, *branch.tail]
    return position


def position_of(branch: Branch, slot: Slot) -> int:
    """Return where a slot stands in its branch; equal slots are told apart."""
    return next(number for number, other in enumerate(branch.slots) if other is slot)


def take_out_key(branch: Branch, slot: Slot) -> None:
    """Remove a key whose list or mapping has become empty; its comments stay."""
    rest = slot.value.tail if isinstance(slot.value, Branch) else []
    slot.before = [*slot.before, *slot.after, *rest]
    take_out(branch, slot)


def merge(old: Node, new: Plain) -> Node:
    """Return a new value as a tree that keeps the comments at all parts that stay the same."""
    if isinstance(old, str) or isinstance(new, str) or old.is_mapping != isinstance(new, dict):
        return build(new)
    if isinstance(new, dict):
        slots = []
        for key, value in new.items():
            slot = old.find(key) or Slot("", key)
            slot.value = merge(slot.value, value)
            slots.append(slot)
        return Branch(True, slots, old.tail)
    return _merge_list(old, new)


def _merge_list(old: Branch, new: list[Plain]) -> Branch:
    left = list(old.slots)
    kept: list[Slot | None] = []
    for value in new:
        same = next((slot for slot in left if plain(slot.value) == value), None)
        kept.append(same)
        left = [slot for slot in left if slot is not same]
    slots: list[Slot] = []
    for number, (same, value) in enumerate(zip(kept, new, strict=True)):
        if same is not None:
            slots.append(same)
            continue
        # What stands where another stood is that one, edited.
        before = _at(old, number)
        slot = before if before is not None and any(one is before for one in left) else Slot("")
        slot.value = merge(slot.value, value)
        slots.append(slot)
    return Branch(False, slots, old.tail)


def _at(branch: Branch, number: int) -> Slot | None:
    return branch.slots[number] if number < len(branch.slots) else None


def look_up(node: Node, parts: Sequence[str]) -> Plain | None:
    """Return the plain value at a path, None where there is none."""
    for number, part in enumerate(parts):
        if isinstance(node, str):
            # A bare `how` is short for a claim with this text.
            return node if list(parts[:number]) == ["how"] and parts[number:] == ["text"] else None
        slot = node.find(part) if node.is_mapping else _item(node, part)
        if slot is None:
            return None
        node = slot.value
    return plain(node)


def assign(node: Branch, parts: Sequence[str], value: Plain) -> None:
    """Set the value at a path; one position past a list's end appends to it.

    Raises PathError where the path runs through a text or beyond a list.
    """
    here, rest = parts[0], parts[1:]
    slot = node.find(here) if node.is_mapping else _item(node, here)
    if slot is None:
        empty: Node = Branch(not is_position(rest[0])) if rest else ""
        slot = Slot(empty, here if node.is_mapping else None)
        if not node.is_mapping and int(here) > len(node.slots):
            raise PathError(f"has only {len(node.slots)}; {len(node.slots)} appends one")
        if not rest:
            slot.value = build(value)
        node.slots.append(slot)
        if not rest:
            return
    if not rest:
        slot.value = merge(slot.value, value)
        return
    if isinstance(slot.value, str):
        if here != "how":
            raise PathError("is one text; set it whole")
        if list(rest) == ["text"] and isinstance(value, str):
            slot.value = value
            return
        slot.value = Branch(True, [Slot(slot.value, "text")])
    assign(slot.value, rest, value)


def remove(node: Branch, parts: Sequence[str]) -> None:
    """Remove what stands at a path, and what becomes empty by that.

    Raises PathError where nothing stands there.
    """
    here, rest = parts[0], parts[1:]
    slot = node.find(here) if node.is_mapping else _item(node, here)
    if slot is None:
        raise PathError("is not there, so there is nothing to remove")
    if rest and isinstance(slot.value, Branch):
        remove(slot.value, rest)
        if not slot.value.slots:
            take_out_key(node, slot)
    elif not rest or (here == "how" and list(rest) == ["text"]):
        take_out(node, slot)
    else:
        raise PathError("is not there, so there is nothing to remove")


def is_position(part: str) -> bool:
    """Tell whether a part of a path is a position in a list."""
    return part.isascii() and part.isdigit() and len(part) <= _DIGITS_MAX


def _item(node: Branch, part: str) -> Slot | None:
    if not is_position(part):
        raise PathError(f"is a list; name a position from 0 instead of {part!r}")
    return _at(node, int(part))
