"""`rejoinder knowledge`: change the knowledge: preview, publish as a git commit, undo."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.changes import say_diff, say_published
from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    did_you_mean,
    err,
    limit_numpy_threads,
    local_user,
    out,
    print_json,
    refuse_options,
    run,
    settings_from,
)
from bot.cli.prompting import read_plain
from bot.cli.publishing import (
    Accept,
    By,
    Only,
    Reason,
    ToDraft,
    Way,
    Yes,
    change,
    directly,
    moderated,
    name_of,
    operations_from,
    reason_of,
    save_edits,
)
from bot.errors import UsageError

app = typer.Typer(
    epilog="Examples: `rejoinder knowledge init ~/knowledge`, `rejoinder knowledge phrase "
    "cash-desertion.cost 'who pays for all that' --reason 'asked twice'`.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


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
def new(
    folder: Annotated[Path, typer.Argument(metavar="TOPIC", help="A new folder, to be made.")],
    *,
    title: Annotated[
        str | None, typer.Option(help="What people see (default: made of the folder's name).")
    ] = None,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make a topic of your own to start from: a small example with notes in every file.

    docs/knowledge.md goes on from there, step by step.

    Example: `rejoinder knowledge new ~/town-debate --title "Our town's debate"`
    """
    from bot.curation.starting import start_topic  # noqa: PLC0415

    del knowledge, data, config
    topic = start_topic(folder.expanduser(), title).folder
    try:
        short = topic.relative_to(Path.home())
        where = f"~/{shlex.quote(short.as_posix())}"
    except ValueError:
        where = shlex.quote(str(topic))
    out.print(f"{where} is a topic now. What to do next:", markup=False)
    for number, (what, command) in enumerate((
        ("Let all commands in this terminal use it:", f"export REJOINDER_KNOWLEDGE={where}"),
        ("Check it:", "rejoinder check"),
        ("Ask it:", "rejoinder chat"),
        ("Put your own texts in the place of the example's, or let the program ask you for them:",
         "rejoinder knowledge add proposal"),
    ), start=1):  # fmt: skip
        out.print(f"{number}. {what}", markup=False)
        out.print(f"     {command}", style="cyan", markup=False)


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
    draft: ToDraft = False,
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
    operations = operations_from([{"op": kind.model_fields["op"].default, "entry": entry,
                                   "language": language, "text": words}])  # fmt: skip
    change(settings_from(config, knowledge, data), operations,
           Way(reason, by, only, yes, accept, json, draft))  # fmt: skip


@app.command()
def apply(
    file: Annotated[
        Path, typer.Argument(help="YAML or JSON: a list of operations; - is standard input.")
    ],
    *,
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
    """Publish a list of operations as one change: new entries, edits, phrasings, expectations.

    docs/moderation.md lists the operations.

    Example: `rejoinder knowledge apply new-objection.yaml -m "raised in the assembly" --preview`
    """
    read = read_plain(file)
    if not isinstance(read, list):
        raise UsageError(f"{file} holds no list of operations.", hint="docs/moderation.md")
    change(settings_from(config, knowledge, data), operations_from(read),
           Way(reason, by, only, yes, accept, json, draft))  # fmt: skip


@app.command()
def save(
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
    """Keep what you have edited by hand in the topic's files, as a version with a reason.

    It is previewed and held to the same tests as any other publish.

    Example: `rejoinder knowledge save -m "say where the library is"`
    """
    settings = settings_from(config, knowledge, data)
    save_edits(settings, Way(reason, by, only, yes, accept, json))


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
    said = reason_of(reason)

    async def work() -> None:
        async with moderated(settings) as desk:
            done = await desk.curator.withdraw(
                entry, by=await name_of(desk, by), reason=said, user=local_user(), back=back
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
    from bot.knowledge.load import load  # noqa: PLC0415

    settings = settings_from(config, knowledge, data)
    found = Repository.open(settings.knowledge).history(entry, limit)
    if entry is not None and not found:
        topic = load(settings.knowledge).topic
        if entry not in (known := {*topic.files, *topic.sources}):
            hint = did_you_mean(entry, known, "`rejoinder list` shows all.")
            raise UsageError(f"There is no entry {entry}, and never was.", hint=hint)
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
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show how the knowledge differs between two commits.

    Example: `rejoinder knowledge diff HEAD~3`
    """
    from bot.curation.repository import Repository  # noqa: PLC0415

    repository = Repository.open(settings_from(config, knowledge, data).knowledge)
    files = repository.diff(old, new)
    if json:
        print_json([{"name": file.name, "diff": file.text} for file in files])
        return
    say_diff("".join(file.text for file in files))


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
    said = reason_of(reason or f"Undo {commit[:12]}")

    directly(
        settings_from(config, knowledge, data),
        lambda desk, bar: desk.curator.plan_undo(commit, bar),
        said,
        Way(reason, by, only, yes, accept, json),
        kind="undo",
    )
