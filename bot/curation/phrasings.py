"""Add and remove the phrasings by which people ask for an entry."""

from __future__ import annotations

from bot.curation.operations import ARGUMENTS, AddPhrasing, RemovePhrasing
from bot.curation.tree import take_out, take_out_key
from bot.curation.values import ChangeError
from bot.curation.workspace import LIST_FILES, Found, Workspace, texts_at
from bot.knowledge.model import TopicInfo
from bot.knowledge.outline import Branch, Slot
from bot.knowledge.reader import brief
from bot.knowledge.words import normalise


def add(work: Workspace, operation: AddPhrasing) -> str:
    """Add a phrasing where the entry's others stand; return the file.

    Raises ChangeError for a phrasing that is there or on another entry once it is normalised.
    """
    entry_id, language, text = operation.entry, operation.language, operation.text
    found = work.entry(entry_id)
    languages = _languages(work)
    if language not in languages:
        raise ChangeError(
            f"{language} is not a language of this topic, which has {', '.join(languages)}.",
            hint="Add it to languages in topic.yaml first.",
        )
    words = normalise(text)
    for owner, its_language in sorted(work.owners.get(words, ())):
        if owner != entry_id:
            raise ChangeError(
                f"the phrasing “{brief(text)}” stands on {owner} already.",
                hint=f"Remove it from {owner} first, or choose other words.",
            )
        if its_language == language:
            raise ChangeError(
                f"{entry_id} has the phrasing “{brief(text)}” already.",
                hint="Leave this operation out, or choose other words.",
            )
    known = work.keys(f"questions/{language}", entry_id)
    name = known[0][0] if known else _file(work, found, language)
    root = work.root(name, is_mapping=True)
    key = root.find(entry_id)
    if key is None:
        key = Slot("", entry_id)
        root.slots.append(key)
    if isinstance(key.value, str):
        key.value = Branch(False)
    key.value.slots.append(Slot(text))
    work.owners.setdefault(words, set()).add((entry_id, language))
    return name


def remove(work: Workspace, operation: RemovePhrasing) -> str:
    """Take a phrasing off an entry, and the entry off a file where none is left; return the file.

    Raises ChangeError where the entry has no such phrasing.
    """
    entry_id, language, text = operation.entry, operation.language, operation.text
    work.entry(entry_id)
    words = normalise(text)
    owners = work.owners.get(words, set())
    phrased = work.phrasing(entry_id, language, text)
    if phrased is None:
        others = sorted({who for who, _ in owners if who != entry_id})
        elsewhere = f"; it stands on {', '.join(others)}" if others else ""
        raise ChangeError(
            f"{entry_id} has no phrasing ({language}) “{brief(text)}”{elsewhere}.",
            hint="Write it as it stands among the entry's phrasings.",
        )
    root = work.root(phrased.file, is_mapping=True)
    take_out(phrased.holder, phrased.item)
    if not phrased.holder.slots:
        take_out_key(root, phrased.key)
    if work.phrasing(entry_id, language, text) is None:
        owners.discard((entry_id, language))
    return phrased.file


def _languages(work: Workspace) -> list[str]:
    root = work.outline("topic.yaml").root
    default = list(TopicInfo(title="?").languages)
    if not isinstance(root, Branch) or not root.is_mapping:
        return default
    return texts_at(root, "languages") or default


def _file(work: Workspace, found: Found, language: str) -> str:
    if found.kind == "proposal" or found.kind in ARGUMENTS:
        stem = found.proposal or found.id
    else:
        stem = LIST_FILES[found.kind].removesuffix(".yaml")
    name = f"questions/{language}/{stem}"
    return f"{name}.yml" if work.holds(f"{name}.yml") else f"{name}.yaml"
