"""Apply operations to a topic's files: pure, on bytes, so that only what they mean changes.

Edits go through the outline tree, which keeps people's comments, and only files that changed are
laid out anew. The result is a topic that loads, or there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.curation import arguments, expecting, phrasings, translating
from bot.curation.operations import (
    ARGUMENTS,
    AddEntry,
    AddExpectation,
    AddPhrasing,
    EditEntry,
    Move,
    Operation,
    RemovePhrasing,
    Restore,
    RetargetExpectation,
    RetireExpectation,
    Withdraw,
)
from bot.curation.rebase import Conflict, differences
from bot.curation.tree import (
    PathError,
    assign,
    build,
    is_position,
    remove,
    take_out,
)
from bot.curation.values import ChangeError, check_entry
from bot.curation.workspace import LIST_FILES, Workspace, arranged
from bot.knowledge.files import Snapshot
from bot.knowledge.load import inspect
from bot.knowledge.outline import Branch, Slot, plain
from bot.knowledge.problems import Problem
from bot.knowledge.reader import brief
from bot.knowledge.release import Release

__all__ = ["ChangeError", "Conflict", "Edited", "apply", "conflicts"]

_SHOWN = 5  # as many problems as a message names


@dataclass(frozen=True)
class Edited:
    """What operations make of a topic.

    ``contents`` are all its YAML files after the change, by path. ``touched`` are those whose bytes
    differ, sorted; one that is not in ``contents`` is to be deleted. ``release`` is what they make.
    ``notes`` are sentences on what else happened, such as what goes with a withdrawn entry.
    """

    contents: Mapping[str, bytes]
    touched: tuple[str, ...]
    release: Release
    notes: tuple[str, ...] = ()


def apply(files: Snapshot, operations: Sequence[Operation]) -> Edited:
    """Apply operations in their order; the result loads as a release.

    Files to be changed that are not in the canonical layout are brought into it, which a note
    says. Raises ChangeError, with the number of the operation, where one cannot be applied or the
    topic would not load with it.
    """
    editor = _Editor(files)
    blame: dict[str, list[int]] = {}
    for number, operation in enumerate(operations, start=1):
        editor.touching.clear()
        try:
            editor.apply(operation)
        except ChangeError as error:
            raise ChangeError(error.reason, operation=number, hint=error.hint) from None
        for name in editor.touching:
            blame.setdefault(name, []).append(number)
    contents = dict(files.contents)
    touched = []
    for name in sorted(editor.work.opened):
        try:
            after = editor.work.render(name)
        except ChangeError as error:
            raise ChangeError(
                error.message, operation=_only(blame.get(name)), hint=error.hint
            ) from None
        if after == files.contents.get(name):
            continue
        touched.append(name)
        contents.pop(name, None)
        if after is not None:
            contents[name] = after
    contents = arranged(contents)
    release = _check(files, contents, blame)
    notes = [*editor.notes, *editor.work.notes]
    return Edited(contents, tuple(touched), release, tuple(notes))


def conflicts(base: Snapshot, mine: Sequence[Operation], theirs: Snapshot) -> list[Conflict]:
    """Return why operations made against ``base`` cannot be applied to ``theirs`` as they are.

    Empty where they touch nothing that differs and apply to ``theirs`` without an error. Raises
    ChangeError where either release cannot be read.
    """
    found = differences(base, mine, theirs)
    if not found:
        try:
            apply(theirs, mine)
        except ChangeError as error:
            number = error.operation
            found.append(Conflict(number, "", reason=_with_hint(error)))
    return found


def _with_hint(error: ChangeError) -> str:
    return f"{error.reason} {error.hint}" if error.hint else error.reason


def _only(numbers: Sequence[int] | None) -> int | None:
    return numbers[0] if numbers and len(set(numbers)) == 1 else None


def _check(
    files: Snapshot, contents: Mapping[str, bytes], blame: Mapping[str, Sequence[int]]
) -> Release:
    release, problems = inspect(Snapshot(files.folder, contents, files.ignored))
    if release is not None:
        return release
    errors = [problem for problem in problems if problem.severity == "error"]
    before, old = inspect(files)
    if before is None:
        found = [problem for problem in old if problem.severity == "error"]
        raise ChangeError(
            f"The knowledge has errors already: {_told(found)}.",
            hint="Mend them first; `rejoinder check` lists all findings.",
        )
    numbers = {_only(blame.get(problem.file)) for problem in errors}
    raise ChangeError(
        f"the topic would not load: {_told(errors)}.",
        operation=numbers.pop() if len(numbers) == 1 else None,
        hint="Mend the named fields, or add what is missing in the same change.",
    )


def _told(problems: Sequence[Problem]) -> str:
    # Lines are those of a file that nobody has seen yet, so only the field is named.
    told = [": ".join(filter(None, (p.file, p.field, p.message))) for p in problems[:_SHOWN]]
    more = len(problems) - _SHOWN
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


class _Editor:
    def __init__(self, files: Snapshot) -> None:
        self.work = Workspace(files)
        self.notes: list[str] = []
        self.touching: set[str] = set()

    def apply(self, operation: Operation) -> None:
        match operation:
            case AddEntry():
                self._add(operation)
            case EditEntry():
                self._edit(operation)
            case AddPhrasing():
                self.touching.add(phrasings.add(self.work, operation))
            case RemovePhrasing():
                self.touching.add(phrasings.remove(self.work, operation))
            case AddExpectation():
                self.touching.add(expecting.add(self.work, operation))
            case RetargetExpectation():
                self.touching.add(expecting.retarget(self.work, operation, self.notes))
            case RetireExpectation():
                self.touching.add(expecting.retire(self.work, operation))
            case Move():
                self.touching |= arguments.move(self.work, operation, self.notes)
            case Withdraw():
                self._withdraw(operation)
            case Restore():
                self._restore(operation)

    def _add(self, operation: AddEntry) -> None:
        work, kind, new_id = self.work, operation.kind, operation.id
        known = work.sources if kind == "source" else work.entries
        if (taken := known.get(new_id)) is not None:
            state = ", which is withdrawn" if taken.hidden_by == new_id else ""
            raise ChangeError(
                f"the id {new_id} is taken by the {taken.kind} in {taken.file}{state}.",
                hint="Choose another id: an id is never used again.",
            )
        node = build(operation.fields)
        assert isinstance(node, Branch)  # noqa: S101 - fields are a mapping
        if kind == "proposal":
            name = f"proposals/{new_id}.yaml"
            if work.holds(name) or work.holds(f"proposals/{new_id}.yml"):
                raise ChangeError(
                    f"there is a file {name} already, which holds another proposal.",
                    hint="Rename that file for its own proposal, or choose another id.",
                )
            work.edit(name).root = node
            self.touching.add(name)
        elif kind in ARGUMENTS:
            self.touching.add(arguments.add(work, operation, node))
        else:
            name = LIST_FILES[kind]
            work.root(name, is_mapping=False).slots.append(Slot(node))
            self.touching.add(name)
        work.moved()

    def _edit(self, operation: EditEntry) -> None:
        found = self.work.find(operation.id, operation.kind)
        node = found.node
        before = plain(node)
        old = translating.texts(found.kind, node)
        self.work.edit(found.file)
        self.touching.add(found.file)
        # Positions are those before the edit: what is set keeps its place, then the last go first.
        changes = sorted(operation.set.items(), key=lambda pair: _in_order(pair[0]))
        ordered = [pair for pair in changes if pair[1] is not None]
        ordered += [pair for pair in reversed(changes) if pair[1] is None]
        for path, new in ordered:
            try:
                if new is None:
                    remove(node, path.split("."))
                else:
                    assign(node, path.split("."), new)
            except PathError as error:
                raise ChangeError(
                    f"{operation.id}: {brief(path)} {error}.",
                    hint="Look at the entry as it stands now and correct the field.",
                ) from None
        after = plain(node)
        if after == before:
            raise ChangeError(
                f"{operation.id} has these values already.", hint="Leave this operation out."
            )
        assert isinstance(after, dict)  # noqa: S101 - an entry is a mapping
        own = {key: value for key, value in after.items() if key not in {"replies", "objections"}}
        try:
            check_entry(found.kind, own)
        except ValueError as error:
            raise ChangeError(
                f"{operation.id} would not be valid: {error}.", hint="Correct these fields."
            ) from None
        if found.kind != "source":
            new_texts = translating.texts(found.kind, node)
            self.touching |= translating.follow(self.work, found.id, old, new_texts, self.notes)

    def _withdraw(self, operation: Withdraw) -> None:
        work = self.work
        found = work.entry(operation.id)
        if found.hidden_by == found.id:
            raise ChangeError(f"{found.id} is withdrawn already.", hint="Leave this out.")
        shown = {one.id for one in work.entries.values() if one.hidden_by is None}
        work.edit(found.file)
        self.touching.add(found.file)
        assign(found.node, ["status"], "withdrawn")
        work.moved()
        gone = {one for one in shown if work.entries[one].hidden_by is not None}
        if below := [one for one in work.entries if one in gone and one != found.id]:
            self.notes.append(f"With {found.id} go {', '.join(below)}.")
        self.touching |= expecting.withdraw(work, gone, self.notes)

    def _restore(self, operation: Restore) -> None:
        work = self.work
        found = work.entry(operation.id)
        if found.hidden_by is None:
            raise ChangeError(f"{found.id} is not withdrawn.", hint="Leave this out.")
        slot = found.node.find("status")
        if slot is None or slot.value != "withdrawn":
            raise ChangeError(
                f"{found.id} itself is not withdrawn; it is hidden with {found.hidden_by}.",
                hint=f"Restore {found.hidden_by}.",
            )
        work.edit(found.file)
        self.touching.add(found.file)
        take_out(found.node, slot)
        work.moved()
        self.notes.append(
            "Test questions that went with it do not come back; undoing its withdrawal would "
            "bring them back as well."
        )
        if (by := work.entries[found.id].hidden_by) is not None:
            self.notes.append(f"{found.id} stays out of answers as long as {by} is withdrawn.")


def _in_order(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if is_position(part) else (-1, part) for part in path.split(".")]
