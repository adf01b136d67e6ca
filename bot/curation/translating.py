"""Keep translations with the texts that they translate when an entry is edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.curation.tree import look_up, take_out, take_out_key
from bot.curation.workspace import Workspace
from bot.knowledge.outline import Branch

_REASON = "rationale."
_ARGUMENT = ("title", "text")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "proposal": ("title", "statement", "how.text", "since.text"),
    "objection": _ARGUMENT,
    "response": _ARGUMENT,
    "counter": _ARGUMENT,
    "fact": ("title", "statement", "caution"),
    "term": ("name", "definition"),
    "faq": ("question", "answer"),
    "boundary": ("title", "notice"),
}
"""kind → paths of what lint_lists.translatable names, but for the list of reasons"""


def texts(kind: str, node: Branch) -> dict[str, str]:
    """Return the fields of an entry that may be translated, named as translations name them."""
    found = {}
    for path in _FIELDS.get(kind, ()):
        value = look_up(node, path.split("."))
        if isinstance(value, str):
            found[path.removesuffix(".text")] = value
    rationale = node.find("rationale") if kind == "proposal" else None
    if rationale is not None and isinstance(rationale.value, Branch):
        for number in range(len(rationale.value.slots)):
            value = look_up(rationale.value, [str(number), "text"])
            if isinstance(value, str):
                found[f"rationale.{number}"] = value
    return found


def follow(
    work: Workspace,
    entry_id: str,
    old: Mapping[str, str],
    new: Mapping[str, str],
    notes: list[str],
) -> set[str]:
    """Rename translations of texts that changed place, drop those of removed texts.

    One of a text that was rewritten stays, to be translated again. Returns the files.
    """
    if old == new:
        return set()
    touched = set()
    for name, key in work.keys("translations", entry_id):
        if not isinstance(key.value, Branch):
            continue
        language = name.split("/")[1]
        names = _names([slot.key or "" for slot in key.value.slots], old, new)
        for slot in list(key.value.slots):
            before = slot.key or ""
            after = names[before]
            if after == before:
                if before in old and new[before] != old[before]:
                    notes.append(f"The translation ({language}) of {entry_id} {before} is now old.")
                continue
            root = work.root(name, is_mapping=True)
            touched.add(name)
            if after is not None:
                slot.key = after
                continue
            take_out(key.value, slot)
            notes.append(f"The translation ({language}) of {entry_id} {before} goes with it.")
            if not key.value.slots:
                take_out_key(root, key)
    return touched


def _names(
    fields: Sequence[str], old: Mapping[str, str], new: Mapping[str, str]
) -> dict[str, str | None]:
    """Return the new name of each translated field, None for one whose text is gone."""
    places = {text: field for field, text in reversed(list(new.items()))}
    names: dict[str, str | None] = {}
    for field in fields:
        if field not in old or new.get(field) == old[field]:
            names[field] = field
        elif field.startswith(_REASON) and places.get(old[field], "").startswith(_REASON):
            names[field] = places[old[field]]
    kept = set(names.values())
    for field in fields:
        # A text that was rewritten in its place keeps its translation, which is old then.
        names.setdefault(field, field if field in new and field not in kept else None)
    return names
