"""`rejoinder knowledge export` and `import`: entries as tables and pages of other programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.changes import say_draft
from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    err,
    local_user,
    out,
    print_json,
    run,
    settings_from,
)
from bot.cli.publishing import Accept, By, Only, Reason, ToDraft, Way, Yes, change, moderated
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.curation.importing import Imported
    from bot.knowledge.release import Topic
    from bot.settings import Settings

_ENDINGS = {
    ".csv": "csv", ".tsv": "csv", ".md": "markdown", ".markdown": "markdown",
    ".argdown": "argdown", ".ad": "argdown",
}  # fmt: skip


class Kinds(StrEnum):
    """The kinds of entries, and all of them."""

    ALL = "all"
    PROPOSAL = "proposal"
    OBJECTION = "objection"
    RESPONSE = "response"
    COUNTER = "counter"
    FACT = "fact"
    TERM = "term"
    FAQ = "faq"
    BOUNDARY = "boundary"


def export(
    file: Annotated[Path, typer.Argument(help="File to write; - is standard output.")],
    *,
    format_: Annotated[
        Literal["csv", "markdown", "argdown"] | None,
        typer.Option("--format", "-f", help="What to write (default: by the file's ending)."),
    ] = None,
    kind: Annotated[
        list[Kinds] | None,
        typer.Option("--kind", help="Only this kind of entry (default: faq); may be repeated."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Write entries to a CSV table or a Markdown page, or all proposals as Argdown.

    Examples: `rejoinder knowledge export faq.csv`, `rejoinder knowledge export debate.argdown`
    """
    from bot.curation.exchange import KINDS, items  # noqa: PLC0415
    from bot.curation.exchange_csv import to_csv  # noqa: PLC0415
    from bot.curation.exchange_markdown import to_markdown_faq  # noqa: PLC0415
    from bot.knowledge.canonical import write_atomically  # noqa: PLC0415
    from bot.knowledge.export import topic_to_argdown  # noqa: PLC0415
    from bot.knowledge.load import load  # noqa: PLC0415

    chosen = _format(file, format_)
    if chosen == "argdown" and kind:
        raise UsageError("Argdown holds the proposals with all that hangs under them; no --kind.")
    topic = load(settings_from(config, knowledge, data).knowledge).topic
    wanted = kind or [Kinds.FAQ]
    kinds = set(KINDS) if Kinds.ALL in wanted else {one.value for one in wanted}
    if chosen == "argdown":
        text, count = topic_to_argdown(topic), sum(p.status == "published" for p in topic.proposals)
    else:
        count = sum(found in kinds for found, _ in items(topic))
        text = to_csv(topic, kinds) if chosen == "csv" else to_markdown_faq(topic, kinds)
    if str(file) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        return
    if file.is_dir() or not file.parent.is_dir():
        told = f"{file} is a folder" if file.is_dir() else f"There is no folder {file.parent}"
        raise UsageError(f"{told}.", hint="Name a file in a folder that is there.")
    if file.exists() and not force:
        raise UsageError(f"{file} exists already.", hint="Name another file, or add --force.")
    # The mark tells Excel that it is UTF-8.
    try:
        write_atomically(file, ("\ufeff" if chosen == "csv" else "") + text)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error
    what = "proposal" if chosen == "argdown" else "entry"
    many = {"proposal": "proposals", "entry": "entries"}[what]
    out.print(f"wrote {file}: {count:,} {what if count == 1 else many}", markup=False)
    if not count and chosen != "argdown":
        err.print(f"The topic has nothing of the kind {', '.join(sorted(kinds))}; --kind chooses.",
                  style="dim", markup=False)  # fmt: skip


def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV or Markdown file to read; - is standard input.")
    ],
    *,
    format_: Annotated[
        Literal["csv", "markdown"] | None,
        typer.Option("--format", "-f", help="What it is (default: by the file's ending)."),
    ] = None,
    reason: Reason = None,
    by: By = None,
    only: Only = False,
    yes: Yes = False,
    accept: Accept = False,
    draft: ToDraft = False,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Publish what a CSV table or a Markdown page of questions and answers says, as one change.

    A question that is not there yet becomes an FAQ. An entry that is there, by its id or its
    question, is edited where the file says something else.

    Example: `rejoinder knowledge import faq.csv --preview`
    """
    from bot.curation.values import ChangeError  # noqa: PLC0415
    from bot.knowledge.load import load  # noqa: PLC0415

    way = Way(reason, by, only, yes, accept, json, draft)
    settings = settings_from(config, knowledge, data)
    if format_ is None and file.suffix.lower() in {".yaml", ".yml", ".json"}:
        raise UsageError(
            f"{file} is no table or page.",
            hint=f"For a list of operations: rejoinder knowledge apply {file}",
        )
    chosen = _format(file, format_)
    if chosen == "argdown":
        raise UsageError("Argdown is written, never read.", hint="Import CSV or Markdown.")
    name = "standard input" if str(file) == "-" else file.name
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    read = _reader(content, name, chosen)
    if draft:
        run(_collect(settings, read, name, json=json))
        return
    imported = read(load(settings.knowledge).topic)
    _say(imported, name, json=json)
    if not imported.operations:
        return
    try:
        change(settings, imported.operations, way)
    except ChangeError as error:
        raise imported.blame(error) from None


def _reader(content: bytes, name: str, chosen: str) -> Callable[[Topic], Imported]:
    from bot.curation.exchange import KINDS, languages  # noqa: PLC0415
    from bot.curation.exchange_csv import read_csv, to_csv  # noqa: PLC0415
    from bot.curation.exchange_markdown import read_markdown, to_markdown_faq  # noqa: PLC0415
    from bot.curation.importing import import_rows  # noqa: PLC0415

    write, read = (to_csv, read_csv) if chosen == "csv" else (to_markdown_faq, read_markdown)

    def imported(topic: Topic) -> Imported:
        spoken = languages(topic)
        known = read(write(topic, KINDS).encode(), "the topic", spoken)
        return import_rows(read(content, name, spoken), known, topic, name)

    return imported


async def _collect(
    settings: Settings, read: Callable[[Topic], Imported], name: str, *, json: bool
) -> None:
    from bot.curation.values import ChangeError  # noqa: PLC0415

    async with moderated(settings) as desk:
        draft = await desk.draft(local_user())
        # On top of what is in the draft already, so that nothing is added twice.
        imported = read((await desk.release(draft)).topic)
        _say(imported, name, json=json)
        if not imported.operations:
            return
        before, waited = len(draft.operations), draft.waiting
        try:
            draft = await desk.add(local_user(), imported.operations)
        except ChangeError as error:
            raise imported.blame(error, before) from None
    say_draft(draft, json=json, added=len(imported.operations), waited=waited)


def _say(imported: Imported, name: str, *, json: bool) -> None:
    counts = {"added": imported.added, "changed": imported.changed, "same": imported.same}
    if json:
        if not imported.operations:
            print_json({**counts, "notes": list(imported.notes)})
        return
    new = f"{imported.added:,} new entr{'y' if imported.added == 1 else 'ies'}"
    err.print(f"{name}: {new}, {imported.changed:,} changed, {imported.same:,} as they are.",
              markup=False)  # fmt: skip
    for note in imported.notes:
        err.print(note, style="yellow", markup=False)
    if not imported.operations:
        out.print("Nothing to change.")


def _format(file: Path, given: str | None) -> str:
    chosen = given or _ENDINGS.get(file.suffix.lower())
    if chosen is None:
        raise UsageError(
            f"What {file} is cannot be told from its name.",
            hint="Name it .csv, .md or .argdown, or add --format.",
        )
    return chosen
