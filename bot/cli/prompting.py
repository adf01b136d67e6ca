"""Get the fields of an entry: from a file, from options, or by asking in the terminal."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from bot.cli.common import did_you_mean, err, print_pairs
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.curation.fields import Field
    from bot.curation.operations import EntryKind, Operation
    from bot.knowledge.reader import Plain
    from bot.knowledge.release import Release

_NOTHING = "-"


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C and termination end a question at once.

    Their handlers in an event loop only cancel its task, which waits for the answer all the same.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise asyncio.CancelledError

    before = [
        (signal.SIGINT, signal.signal(signal.SIGINT, signal.default_int_handler)),
        (signal.SIGTERM, signal.signal(signal.SIGTERM, stop)),
    ]
    # Else the loop would cancel once more, in the middle of closing what is open.
    wakeup = signal.set_wakeup_fd(-1)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before:
            signal.signal(number, handler)


def confirmed(question: str, *, default: bool = False) -> bool:
    """Ask yes or no, on standard error."""
    with interruptible():
        return typer.confirm(question, default=default, err=True)


def confirm_or_leave(question: str) -> None:
    """Ask yes or no, on standard error; no ends the command with status 1."""
    with interruptible():
        typer.confirm(question, abort=True, err=True)


def ask_fields(
    fields: Iterable[Field],
    now: Mapping[str, str],
    typed: dict[str, str] | None = None,
    sources: Collection[str] = (),
) -> dict[str, str]:
    """Ask for each field and return what was typed; what stands there ``now`` stays on Enter.

    What may have several lines ends with an empty one; a lone hyphen empties a field. Too long and
    missing texts are asked for again; where nothing is said that a text rests on, with the ids of
    the ``sources``. ``typed`` takes up each answer at once. Typer's Abort at the end of input, or
    Ctrl-C.
    """
    given: dict[str, str] = {}
    for field in fields:
        standing = now.get(field.name, "")
        _say(field, standing)
        while True:
            text = _typed(field, standing)
            if (wrong := _wrong(field, text)) is None:
                break
            if field.name == "sources" and not text:
                known = f", or the id of a source: {', '.join(sources)}" if sources else ""
                wrong = (
                    f"Write common or inference{known}. `rejoinder knowledge add source` adds one."
                )
            err.print(f"  {wrong}", style="red", markup=False)
        given[field.name] = text
        if typed is not None:
            typed[field.name] = text
    return given


def say_typed(typed: Mapping[str, str]) -> None:
    """Print what was typed in vain, so that it can be used again."""
    if kept := {name: text for name, text in typed.items() if text}:
        err.print("\nNothing was added. This is what was typed; from a file, --from takes it:",
                  style="yellow", markup=False)  # fmt: skip
        err.print(json.dumps(kept, ensure_ascii=False, indent=2), markup=False, highlight=False,
                  soft_wrap=True)  # fmt: skip


def is_asked(given: Mapping[str, str]) -> bool:
    """Tell whether the fields have to be asked for. Raises UsageError where nobody is there."""
    if given:
        return False
    if not sys.stdin.isatty():
        raise UsageError(
            "No field is given, and nobody is there to be asked.",
            hint="Add --set field=value, or --from FILE.",
        )
    return True


def ask_parent(release: Release, kind: str) -> str:
    """Ask what an argument answers; return its id. Raises UsageError where there is nothing."""
    fitting = {"objection": {"proposal"}, "response": {"objection"}}.get(kind)
    known = {
        entry.id: entry.title
        for entry in release.entries.values()
        if entry.kind.value in (fitting or {"response", "counter"})
    }
    if not known:
        raise UsageError(f"There is nothing yet that a {kind} could stand under.")
    print_pairs(known.items(), "dim")
    asked = "Which proposal does it object to?" if kind == "objection" else "Which does it answer?"
    while (given := _line(asked, ": ")) not in known:
        err.print(did_you_mean(given, known, "Write one of these ids."), style="red", markup=False)
    return given


def corrected(
    fields: Sequence[Field],
    texts: dict[str, str],
    make: Callable[[Mapping[str, str]], Sequence[Operation]],
) -> Sequence[Operation]:
    """Return what is made of the texts; what is wrong with them is asked for again."""
    from bot.curation.forms import FormError  # noqa: PLC0415

    while True:
        try:
            return make(texts)
        except FormError as error:
            named = {name for name, _ in error.problems}
            wrong = [field for field in fields if field.name in named]
            if not wrong:
                raise
            err.print(error.message, style="red", markup=False)
            texts = {**texts, **ask_fields(wrong, texts)}


def given_fields(pairs: Sequence[str] | None, file: Path | None) -> dict[str, str]:
    """Return the fields of a file and, over them, those of ``FIELD=VALUE`` pairs.

    A list in the file is a field of several lines, a lone hyphen an empty field, as where it is
    asked for. Raises UsageError.
    """
    given = _from_file(file) if file is not None else {}
    for pair in pairs or ():
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"{pair!r} is not FIELD=VALUE.", hint='Write --set title="A title".')
        given[name.strip()] = value.replace("\\n", "\n")
    return {name: "" if text.strip() == _NOTHING else text for name, text in given.items()}


def read_plain(file: Path) -> Plain | None:
    """Return what a YAML or JSON file holds, ``-`` being standard input. Raises UsageError."""
    from bot.knowledge import reader  # noqa: PLC0415

    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return reader.read(reader.decode(raw))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except reader.ReadError as error:
        place = error.place
        raise UsageError(f"{file}:{place.line}:{place.column}: {error.message}.") from error


def groups_of(kind: EntryKind, given: Mapping[str, str], group: str | None) -> list[str]:
    """Return the groups of fields to be edited: the one that is named, those of the given fields,
    or all that are filled in at once. Raises UsageError for a field that the kind does not have.
    """
    from bot.curation.forms import GROUPS, ITEMS, fields  # noqa: PLC0415

    if group is not None:
        names = {field.name for field in fields(kind, group)} if group in GROUPS[kind] else set()
        unknown = sorted(set(given) - names) if names else []
    else:
        names = {f.name for name in GROUPS[kind] for f in fields(kind, name)}
        unknown = sorted(set(given) - names)
    if unknown:
        raise UsageError(
            f"A {kind} has no field {unknown[0]}{' in this group' if group else ''} to edit.",
            hint=f"There are {', '.join(sorted(names))}.",
        )
    if group is not None:
        return [group]
    named = [n for n in GROUPS[kind] if set(given) & {f.name for f in fields(kind, n)}]
    return named if given else [name for name in GROUPS[kind] if name not in ITEMS]


def _from_file(file: Path) -> dict[str, str]:
    found = read_plain(file)
    if not isinstance(found, dict):
        raise UsageError(f"{file} holds no fields.", hint="Write lines of `field: text`.")
    given: dict[str, str] = {}
    for name, value in found.items():
        lines = value if isinstance(value, list) else [value]
        if not all(isinstance(line, str) for line in lines):
            raise UsageError(
                f"{file}: {name} is neither a text nor a list of texts.",
                hint="Write a source as `source-id, place in it`.",
            )
        given[name] = "\n".join(str(line) for line in lines)
    return given


def _say(field: Field, standing: str) -> None:
    need = "" if field.required else " (may be left out)"
    err.print(Text.assemble("\n", (field.label, "bold"), (need, "dim")))
    told = f"  {field.help}" + ("" if field.help.endswith((".", "?")) else ".")
    if field.choices:
        told += f" One of {', '.join(field.choices)}."
    if field.shape != "line":
        told += " End with an empty line."
    err.print(told, style="dim", markup=False)
    if standing:
        for line in standing.split("\n"):
            err.print(f"  | {line}", style="cyan", markup=False)
        keep = "Enter keeps it" + ("." if field.required else f", {_NOTHING} removes it.")
        err.print(f"  {keep}", style="dim")


def _typed(field: Field, standing: str) -> str:
    lines: list[str] = []
    while True:
        line = _line("  ", "> ")
        if line:
            lines.append(line)
        if not line or field.shape == "line" or lines == [_NOTHING]:
            break
    if not lines:
        return standing
    return "" if lines == [_NOTHING] else "\n".join(lines)


def _wrong(field: Field, text: str) -> str | None:
    if field.required and not text:
        return "This one is needed."
    if len(text) > field.limit:
        return f"That has {len(text):,} characters; {field.limit:,} fit."
    if text and field.choices and text not in field.choices:
        return f"Write one of {', '.join(field.choices)}."
    return None


def _line(question: str, sign: str) -> str:
    with interruptible():
        given = typer.prompt(question, default="", show_default=False, prompt_suffix=sign, err=True)
    return str(given).strip()
