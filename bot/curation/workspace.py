"""A topic's files as trees that can be changed: find entries and phrasings, write what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot.curation.values import ChangeError
from bot.knowledge import reader
from bot.knowledge.canonical import format_text, render
from bot.knowledge.files import FOLDERS, TOP_FILES, Snapshot
from bot.knowledge.outline import Branch, Outline, Slot, plain, read_outline
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.release import argument_kind
from bot.knowledge.words import normalise

LIST_FILES = {
    "source": "sources.yaml",
    "fact": "facts.yaml",
    "term": "glossary.yaml",
    "faq": "faq.yaml",
    "boundary": "boundaries.yaml",
}
EXPECTATIONS = "expectations.yaml"


@dataclass(frozen=True)
class Found:
    """An entry in its place. ``holder`` and ``slot`` are its list and item, None for a proposal.

    ``hidden_by`` is the withdrawn entry that keeps it out of answers: itself or one above it.
    """

    id: str
    kind: str
    file: str
    node: Branch
    holder: Branch | None = None
    slot: Slot | None = None
    parent: str | None = None
    proposal: str | None = None
    hidden_by: str | None = None


@dataclass(frozen=True)
class Phrased:
    """A phrasing in its place: the entry's ``key`` in the file, its list, its item there."""

    file: str
    key: Slot
    holder: Branch
    item: Slot


class Workspace:
    """The files of one snapshot, read as they are needed. Raises ChangeError for broken ones.

    A file that is edited and not in the canonical layout is brought into it; ``notes`` tells.
    """

    def __init__(self, files: Snapshot) -> None:
        if files.problems:
            raise ChangeError(
                f"The knowledge cannot be read whole: {files.problems[0]}.",
                hint="Mend it first; `rejoinder check` lists all findings.",
            )
        self.notes: list[str] = []
        self._files = files
        self._outlines: dict[str, Outline] = {}
        self._entries: dict[str, Found] | None = None
        self._sources: dict[str, Found] | None = None
        self._owners: dict[str, set[tuple[str, str]]] | None = None
        self._open: set[str] = set()

    @property
    def opened(self) -> frozenset[str]:
        """Return the files that may have been changed."""
        return frozenset(self._open)

    def names(self, folder: str) -> list[str]:
        """Return the files of a folder, new ones included, in the order in which they are read."""
        known = {*self._files.contents, *self._outlines}
        return sorted(name for name in known if name.startswith(f"{folder}/"))

    def holds(self, name: str) -> bool:
        """Tell whether there is a file of this name."""
        return name in self._files.contents or name in self._outlines

    def outline(self, name: str) -> Outline:
        """Return a file's tree; an empty one for a file that does not exist."""
        if name not in self._outlines:
            raw = self._files.contents.get(name)
            if raw is None:
                return Outline(None, [], [])
            try:
                text = reader.decode(raw)
                reader.read(text)
            except reader.ReadError as error:
                raise ChangeError(
                    f"{name} cannot be read: {error.message}.",
                    hint="Mend it first; `rejoinder check` lists all findings.",
                ) from None
            self._outlines[name] = read_outline(text)
        return self._outlines[name]

    def edit(self, name: str) -> Outline:
        """Return a file's tree to be changed; a file that does not exist is begun.

        Raises ChangeError for a file that cannot be laid out.
        """
        if name in self._open:
            return self.outline(name)
        outline = self.outline(name)
        raw = self._files.contents.get(name)
        if raw is None:
            self._outlines[name] = outline
        else:
            try:
                laid_out = format_text(name, reader.decode(raw)).encode()
            except KnowledgeError as error:
                raise ChangeError(error.message, hint=error.hint) from None
            if laid_out != raw:
                self.notes.append(f"{name} was brought into the canonical layout along with this.")
        self._open.add(name)
        return outline

    def root(self, name: str, *, is_mapping: bool) -> Branch:
        """Return the mapping or list of a file that is to be changed, a new one if it is empty."""
        outline = self.edit(name)
        if not isinstance(outline.root, Branch):
            outline.root = Branch(is_mapping)
            if outline.foot:  # what a file without values says is said at its head
                outline.head, outline.foot = [*outline.head, *outline.foot, ""], []
        return outline.root

    def render(self, name: str) -> bytes | None:
        """Return a changed file's bytes, None where nothing is left in it."""
        outline = self._outlines[name]
        root = outline.root
        if isinstance(root, Branch) and not root.slots:
            outline.foot = [*root.tail, *outline.foot]
            outline.root = root = None
        if root is None and not outline.head and not outline.foot:
            return None
        try:
            text = render(name, outline, plain(root) if root is not None else None, None)
            # A comment that has lost what it stood above settles in a second pass.
            return format_text(name, text).encode()
        except reader.ReadError as error:
            raise ChangeError(f"{name} cannot be written: {error.message}.") from None
        except KnowledgeError as error:
            raise ChangeError(error.message, hint=error.hint) from None

    # Entries

    @property
    def entries(self) -> dict[str, Found]:
        """Return all entries by id, withdrawn ones included, in the order of the files."""
        if self._entries is None:
            self._entries = {}
            for found in self._walk():
                self._entries.setdefault(found.id, found)
        return self._entries

    @property
    def sources(self) -> dict[str, Found]:
        """Return all sources by id."""
        if self._sources is None:
            self._sources = {found.id: found for found in self._listed("source")}
        return self._sources

    def moved(self) -> None:
        """Forget where entries stand, after some were added, moved, withdrawn or restored."""
        self._entries = self._sources = None

    def find(self, entry_id: str, kind: str | None = None) -> Found:
        """Return the entry, or with kind ``source`` the source, of an id.

        Raises ChangeError for an unknown id, one of another kind, and one that means both a source
        and an entry where no kind says which.
        """
        entry, source = self.entries.get(entry_id), self.sources.get(entry_id)
        if entry is not None and source is not None and kind is None:
            raise ChangeError(
                f"{entry_id} is {with_article(entry.kind)} and a source.",
                hint="Say which with kind.",
            )
        found = source if kind == "source" or entry is None else entry
        if found is None:
            close = get_close_matches(entry_id, [*self.entries, *self.sources], n=1)
            raise ChangeError(
                f"there is no entry {entry_id}.",
                hint=f"Did you mean {close[0]}?" if close else "Look its id up, or add it first.",
            )
        if kind is not None and found.kind != kind:
            raise ChangeError(
                f"{entry_id} is {with_article(found.kind)}, not {with_article(kind)}.",
                hint="Correct the id or the kind.",
            )
        return found

    def entry(self, entry_id: str) -> Found:
        """Return the entry of an id. Raises ChangeError as ``find`` does, and for a source."""
        if entry_id not in self.entries and entry_id in self.sources:
            raise ChangeError(
                f"{entry_id} is a source, which nobody asks for.",
                hint="Name an entry; a source can only be added and edited.",
            )
        return self.find(
            entry_id, self.entries[entry_id].kind if entry_id in self.entries else None
        )

    def shown(self, entry_id: str) -> Found:
        """Return the entry of an id. Raises ChangeError also for one that is out of answers."""
        found = self.entry(entry_id)
        if found.hidden_by is not None:
            under = "" if found.hidden_by == entry_id else f" with {found.hidden_by}"
            raise ChangeError(
                f"{entry_id} is withdrawn{under}.",
                hint=f"Restore {found.hidden_by} first, or name another entry.",
            )
        return found

    def _walk(self) -> Iterator[Found]:
        for name in self.names("proposals"):
            root = self.outline(name).root
            if not isinstance(root, Branch) or not (proposal := text_at(root, "id")):
                continue
            hidden = proposal if is_withdrawn(root) else None
            yield Found(proposal, "proposal", name, root, proposal=proposal, hidden_by=hidden)
            yield from self._below(root, "objections", 0, proposal, (name, proposal), hidden)
        for kind in LIST_FILES:
            if kind != "source":
                yield from self._listed(kind)

    def _below(
        self,
        node: Branch,
        key: str,
        depth: int,
        parent: str,
        home: tuple[str, str],
        hidden: str | None,
    ) -> Iterator[Found]:
        for holder, slot, item in _items(node.find(key)):
            if not (entry_id := text_at(item, "id")):
                continue
            by = hidden or (entry_id if is_withdrawn(item) else None)
            yield Found(
                entry_id, argument_kind(depth), home[0], item, holder, slot, parent, home[1], by
            )
            yield from self._below(item, "replies", depth + 1, entry_id, home, by)

    def _listed(self, kind: str) -> Iterator[Found]:
        name = LIST_FILES[kind]
        for holder, slot, item in _items(Slot(self.outline(name).root or "")):
            if entry_id := text_at(item, "id"):
                hidden = entry_id if is_withdrawn(item) else None
                yield Found(entry_id, kind, name, item, holder, slot, hidden_by=hidden)

    # Phrasings

    @property
    def owners(self) -> dict[str, set[tuple[str, str]]]:
        """Return normalised phrasing → (entry id, language) pairs; keep it up to date."""
        if self._owners is None:
            self._owners = {}
            for name in self.names("questions"):
                root = self.outline(name).root
                language = name.split("/")[1]
                for key in root.slots if isinstance(root, Branch) else []:
                    for item in key.value.slots if isinstance(key.value, Branch) else []:
                        if isinstance(item.value, str):
                            who = (key.key or "", language)
                            self._owners.setdefault(normalise(item.value), set()).add(who)
        return self._owners

    def keys(self, folder: str, entry_id: str) -> list[tuple[str, Slot]]:
        """Return the files of a folder that have something under an entry's id, each with it."""
        found = []
        for name in self.names(folder):
            if name not in self._open and entry_id.encode() not in self._files.contents[name]:
                continue
            root = self.outline(name).root
            slot = root.find(entry_id) if isinstance(root, Branch) and root.is_mapping else None
            if slot is not None:
                found.append((name, slot))
        return found

    def phrasing(self, entry_id: str, language: str, text: str) -> Phrased | None:
        """Return an entry's phrasing that is the same once normalised, the exact one first."""
        same = [
            Phrased(name, key, key.value, item)
            for name, key in self.keys(f"questions/{language}", entry_id)
            if isinstance(key.value, Branch)
            for item in key.value.slots
            if isinstance(item.value, str) and normalise(item.value) == normalise(text)
        ]
        return next((one for one in same if one.item.value == text), same[0] if same else None)

    # Expectations

    def expectations(self) -> list[tuple[Slot, Branch]]:
        """Return the expectations, each with its slot in the list."""
        root = self.outline(EXPECTATIONS).root
        return [(slot, item) for _, slot, item in _items(Slot(root or ""))]


def arranged(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files in the order in which a folder is read: entries stand in the order of files."""

    def place(name: str) -> tuple[int, list[tuple[bool, str]]]:
        *folders, last = name.split("/")
        if not folders:
            return TOP_FILES.index(name), []
        return len(TOP_FILES) + FOLDERS.index(folders[0]), [
            *((True, folder) for folder in folders), (False, last)
        ]  # fmt: skip

    return {name: contents[name] for name in sorted(contents, key=place)}


def with_article(kind: str) -> str:
    """Return the name of a kind as it stands in a sentence."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def text_at(node: Branch, key: str) -> str:
    """Return the text under a key, "" where there is none."""
    slot = node.find(key) if node.is_mapping else None
    return slot.value if slot is not None and isinstance(slot.value, str) else ""


def texts_at(node: Branch, key: str) -> list[str]:
    """Return the texts of the list under a key."""
    slot = node.find(key)
    items = slot.value.slots if slot is not None and isinstance(slot.value, Branch) else []
    return [item.value for item in items if isinstance(item.value, str)]


def is_withdrawn(node: Branch) -> bool:
    """Tell whether an entry itself says that it is withdrawn."""
    return text_at(node, "status") == "withdrawn"


def _items(slot: Slot | None) -> Iterator[tuple[Branch, Slot, Branch]]:
    value = slot.value if slot is not None else ""
    if isinstance(value, Branch) and not value.is_mapping:
        for item in value.slots:
            if isinstance(item.value, Branch) and item.value.is_mapping:
                yield value, item, item.value
