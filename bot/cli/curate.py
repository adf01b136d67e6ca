"""`rejoinder knowledge`: change the knowledge: preview, publish as a git commit, undo."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from bot.cli.changes import say_diff, say_preview, say_published
from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    err,
    limit_numpy_threads,
    local_user,
    opened,
    out,
    print_json,
    progress,
    refuse_options,
    run,
    settings_from,
)
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.curation.curator import Curator, Plan
    from bot.curation.operations import Operation
    from bot.settings import Settings

app = typer.Typer(
    epilog="Examples: `rejoinder knowledge init ~/knowledge`, `rejoinder knowledge phrase "
    "cash-desertion.cost 'who pays for all that' --reason 'asked twice'`.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Reason = Annotated[
    str | None,
    typer.Option("--reason", "-m", help="Why; it becomes the commit's message."),
]
By = Annotated[
    str | None,
    typer.Option("--by", help="Your name as the history shall show it (default: a pseudonym)."),
]
Only = Annotated[
    bool, typer.Option("--preview", help="Only show what it would do; publish nothing.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Publish without asking.")]
Accept = Annotated[
    bool,
    typer.Option("--accept-changed-answers", help="Agree to the past answers that change."),
]


@app.callback()
def group(
    context: typer.Context,
    *,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Change the knowledge: see what a change does, publish it as a git commit, undo it."""
    del knowledge, data, config
    limit_numpy_threads()
    refuse_options(context, context.invoked_subcommand)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="An empty or new folder.")],
    *,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make a knowledge repository of your own from a topic, by default the shipped one.

    Example: `rejoinder knowledge init ~/knowledge`
    """
    from bot.curation.repository import Repository  # noqa: PLC0415
    from bot.knowledge.files import resolve_folder  # noqa: PLC0415

    settings = settings_from(config, knowledge, data)
    made = Repository.create(folder.expanduser(), resolve_folder(settings.knowledge))
    out.print(f"{made.folder} is a knowledge repository now.", markup=False)
    err.print(
        f"Use it with --knowledge {made.folder}, REJOINDER_KNOWLEDGE, or `knowledge:` in the "
        "settings file.",
        style="dim", markup=False,
    )  # fmt: skip


@app.command()
def phrase(
    entry: Annotated[str, typer.Argument(help="Id of the entry that the words ask for.")],
    words: Annotated[str, typer.Argument(help="How people may ask for it, in your own words.")],
    *,
    language: Annotated[str, typer.Option(help="Language of the words: en, ru, uk …")] = "en",
    remove: Annotated[bool, typer.Option("--remove", help="Take this phrasing away.")] = False,
    reason: Reason = None,
    by: By = None,
    only: Only = False,
    yes: Yes = False,
    accept: Accept = False,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Add a phrasing to an entry, or remove one.

    Example: `rejoinder knowledge phrase cash-desertion.cost "who pays for it all" -m "asked twice"`
    """
    from bot.curation.operations import AddPhrasing, RemovePhrasing  # noqa: PLC0415

    kind = RemovePhrasing if remove else AddPhrasing
    operations = _operations([{"op": kind.model_fields["op"].default, "entry": entry,
                               "language": language, "text": words}])  # fmt: skip
    _change(
        settings_from(config, knowledge, data), operations, reason, by,
        only=only, yes=yes, accept=accept, json=json,
    )  # fmt: skip


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="YAML or JSON: a list of operations.")],
    *,
    reason: Reason = None,
    by: By = None,
    only: Only = False,
    yes: Yes = False,
    accept: Accept = False,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Publish a list of operations as one change: new entries, edits, phrasings, expectations.

    docs/moderation.md lists the operations.

    Example: `rejoinder knowledge apply new-objection.yaml -m "raised in the assembly" --preview`
    """
    from bot.knowledge import reader  # noqa: PLC0415

    try:
        read = reader.read(reader.decode(file.read_bytes()))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except reader.ReadError as error:
        place = error.place
        raise UsageError(f"{file}:{place.line}:{place.column}: {error.message}.") from error
    if not isinstance(read, list):
        raise UsageError(f"{file} holds no list of operations.", hint="docs/moderation.md")
    _change(
        settings_from(config, knowledge, data), _operations(read), reason, by,
        only=only, yes=yes, accept=accept, json=json,
    )  # fmt: skip


@app.command()
def withdraw(
    entry: Annotated[str, typer.Argument(help="Id of the entry.")],
    *,
    back: Annotated[bool, typer.Option("--back", help="Bring a withdrawn entry back.")] = False,
    reason: Reason = None,
    by: By = None,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take an entry out of all answers at once, without a preview; `--back` undoes it.

    Example: `rejoinder knowledge withdraw cash-desertion.cost -m "the source was retracted"`
    """
    settings = settings_from(config, knowledge, data)

    async def work() -> None:
        async with _curator(settings) as curator:
            done = await curator.withdraw(
                entry, by=_name(settings, by), reason=_reason(reason), user=local_user(), back=back
            )
        say_published(done, json=json)

    run(work())


@app.command()
def history(
    entry: Annotated[str | None, typer.Argument(help="Only what changed this entry.")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 20,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """List what was published, newest first.

    Example: `rejoinder knowledge history cash-desertion.cost`
    """
    from bot.curation.repository import Repository  # noqa: PLC0415

    found = Repository.open(settings_from(config, knowledge, data).knowledge).history(entry, limit)
    if json:
        print_json([{"commit": c.id, "author": c.author, "when": c.when.isoformat(),
                     "reason": c.reason} for c in found])  # fmt: skip
        return
    for commit in found:
        when = commit.when.strftime("%Y-%m-%d %H:%M")
        first = commit.reason.splitlines()[0] if commit.reason else ""
        out.print(Text.assemble(
            (commit.id[:12], "cyan"), f"  {when}  ", (commit.author, "bold"), f"  {first}"
        ))  # fmt: skip
    if not found:
        out.print("Nothing was published." if entry is None else f"Nothing changed {entry}.",
                  markup=False)  # fmt: skip


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A commit.")],
    new: Annotated[str, typer.Argument(help="Another (default: the newest).")] = "HEAD",
    *,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show how the knowledge differs between two commits.

    Example: `rejoinder knowledge diff HEAD~3`
    """
    from bot.curation.repository import Repository  # noqa: PLC0415

    repository = Repository.open(settings_from(config, knowledge, data).knowledge)
    say_diff("".join(file.text for file in repository.diff(old, new)))


@app.command()
def undo(
    commit: Annotated[str, typer.Argument(help="The commit, from `rejoinder knowledge history`.")],
    *,
    reason: Reason = None,
    by: By = None,
    only: Only = False,
    yes: Yes = False,
    accept: Accept = False,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Undo a publish, wherever it stands in the history; this is a publish itself.

    Example: `rejoinder knowledge undo 1a2b3c4d5e6f -m "it was about another proposal"`
    """
    settings = settings_from(config, knowledge, data)
    said = _reason(reason or f"Undo {commit[:12]}")

    async def plan(curator: Curator, bar: Any) -> Plan:
        return await curator.plan_undo(commit, bar)

    run(_carry_out(settings, plan, said, by, "undo", only=only, yes=yes, accept=accept, json=json))


def _operations(data: list[Any]) -> tuple[Operation, ...]:
    from bot.curation.operations import parse_operation  # noqa: PLC0415

    return tuple(parse_operation(item, number) for number, item in enumerate(data, start=1))


def _change(
    settings: Settings,
    operations: tuple[Operation, ...],
    reason: str | None,
    by: str | None,
    *,
    only: bool,
    yes: bool,
    accept: bool,
    json: bool,
) -> None:
    from bot.curation.operations import Change  # noqa: PLC0415

    said = _reason(reason) if not only else (reason or "Only a preview.")

    async def plan(curator: Curator, bar: Any) -> Plan:
        name = _name(settings, by)
        change = Change(operations=operations, reason=said, by=name, base=curator.release)
        return await curator.plan(change, bar)

    run(
        _carry_out(
            settings, plan, said, by, "publish", only=only, yes=yes, accept=accept, json=json
        )
    )


async def _carry_out(
    settings: Settings,
    planned: Callable[[Curator, Any], Coroutine[Any, Any, Plan]],
    reason: str,
    by: str | None,
    kind: Any,
    *,
    only: bool,
    yes: bool,
    accept: bool,
    json: bool,
) -> None:
    from bot.curation.curator import UnconfirmedError  # noqa: PLC0415

    async with _curator(settings) as curator:
        with progress("Asking past questions again") as bar:
            plan = await planned(curator, bar)
        if json and only:
            print_json(plan.preview.as_dict(), indent=2)
        elif not json:
            say_preview(plan.preview, plan.notes)
        if only:
            return
        if not plan.preview.refusals:
            if plan.preview.confirmations and yes and not accept:
                raise UnconfirmedError(plan.preview.confirmations)
            if not yes:
                if not sys.stdin.isatty():
                    raise UsageError(
                        "Publishing needs a confirmation.", hint="Add --yes, or --preview to look."
                    )
                typer.confirm("Publish this?", abort=True)
        done = await curator.publish(
            plan, by=_name(settings, by), reason=reason, user=local_user(), kind=kind,
            confirmed=accept or not yes,
        )  # fmt: skip
    say_published(done, json=json)


@asynccontextmanager
async def _curator(settings: Settings) -> AsyncIterator[Curator]:
    from bot.curation.curator import Curator  # noqa: PLC0415
    from bot.curation.repository import Repository  # noqa: PLC0415
    from bot.service import cache_folder  # noqa: PLC0415

    repository = Repository.open(settings.knowledge)
    if (found := repository.recover()) is not None:
        err.print(f"An interrupted publish was {'finished' if found.is_published else 'dropped'}.",
                  style="yellow")  # fmt: skip
    async with opened(settings) as service:
        yield Curator(
            repository, service.log, advisor=lambda: service.advisor, reload=service.reload,
            cache=cache_folder(settings),
        )  # fmt: skip


def _reason(reason: str | None) -> str:
    if not reason or len(reason.strip()) < 3:
        raise UsageError("A publish needs a reason.", hint='Add -m "why".')
    return reason


def _name(settings: Settings, by: str | None) -> str:
    if by:
        return by
    from bot.querylog.privacy import read_key  # noqa: PLC0415

    key = read_key(settings.data)
    return f"moderator-{key.pseudonym(local_user())[:8]}" if key else "moderator"
