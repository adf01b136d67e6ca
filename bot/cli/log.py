"""Commands about the query log: tail and filter, statistics, a person's data, retention, health."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    err,
    out,
    person,
    print_json,
    refuse_options,
    run,
    settings_from,
)
from bot.cli.log_stats import STYLES, show
from bot.errors import RejoinderError, UsageError
from bot.knowledge.words import clean

if TYPE_CHECKING:
    from bot.querylog import QueryLog, QueryRow
    from bot.settings import Settings

app = typer.Typer(
    help="Read the query log: the last queries, filters, statistics, one person's data.\n\n"
    "Examples: `rejoinder log`, `rejoinder log --outcome gap --since 7d`, "
    "`rejoinder log --csv -n 10000 > log.csv`",
    invoke_without_command=True,
    rich_markup_mode="markdown",
)
_WIDE = 120  # columns that a row with its text needs
User = Annotated[
    str | None,
    typer.Option("--user", help="Platform's user id, like discord:123 (default: this terminal's)."),
]


@app.callback()
def tail(
    context: typer.Context,
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many rows.")] = 20,
    outcome: Annotated[
        str | None,
        typer.Option(help="answered, clarify, gap, out_of_scope or boundary."),
    ] = None,
    entry: Annotated[str | None, typer.Option(help="Only this entry's id.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Date (2026-11-01), or a span back (90m, 24h, 7d).")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Date or span, exclusive.")] = None,
    text: Annotated[str | None, typer.Option(help="Only queries with these letters.")] = None,
    search: Annotated[
        str | None, typer.Option(help="Only queries with these words or beginnings of words.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep showing new rows.")] = False,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV that is safe to open.")] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show the last queries, oldest first."""
    if (command := context.invoked_subcommand) is not None:
        refuse_options(context, command)
        return
    settings = settings_from(config, knowledge, data)
    outcomes = ("answered", "clarify", "gap", "out_of_scope", "boundary")
    if outcome is not None and outcome not in outcomes:
        raise UsageError(f"There is no outcome {outcome!r}.", hint=f"One of: {', '.join(outcomes)}")
    wanted = {
        "outcome": outcome, "entry": entry, "text": clean(text) if text else None,
        "words": search, "since": parse_moment(since, "--since"),
        "until": parse_moment(until, "--until"),
    }  # fmt: skip
    run(_tail(settings, wanted, count, follow=follow, as_json=as_json, as_csv=as_csv))


async def _tail(
    settings: Settings,
    wanted: dict[str, Any],
    count: int,
    *,
    follow: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    from bot.querylog import QueryFilter, write_csv, write_jsonl  # noqa: PLC0415

    async with _log(settings) as log:
        newest = QueryFilter(**wanted, limit=count, newest_first=True)
        rows = [row async for row in log.queries(newest)]
        rows.reverse()
        if as_csv:
            await write_csv(await log.exported(rows), sys.stdout)
            return
        if as_json:
            await write_jsonl(await log.exported(rows), sys.stdout)
        elif not rows:
            out.print("No queries are logged that fit.", style="dim")
        for row in rows if not as_json else ():
            print_row(row)
        sys.stdout.flush()
        last = rows[-1].id if rows else 0
        while follow:
            await asyncio.sleep(0.5)
            newer = [row async for row in log.queries(QueryFilter(**wanted, limit=200,
                                                                  newest_first=True))]  # fmt: skip
            for row in reversed([row for row in newer if row.id > last]):
                if as_json:
                    await write_jsonl(await log.exported([row]), sys.stdout)
                    sys.stdout.flush()
                else:
                    print_row(row)
                last = row.id


def print_row(row: QueryRow) -> None:
    """Print a row: time, outcome, entry, confidence, text; on two lines in a narrow terminal."""
    from bot.knowledge.words import clean  # noqa: PLC0415

    when = row.at.astimezone().strftime("%m-%d %H:%M:%S")
    entry = row.entry or (f"~{row.candidates[0].id}" if row.candidates else "–")
    # What people typed may hold control characters that would play tricks on this terminal.
    text = clean(row.text) if row.text is not None else "(private)"
    narrow = out.is_terminal and out.width < _WIDE
    if not narrow:
        entry = f"{entry[:34]:<34}"
    head = Text.assemble(
        (f"{row.id:>6} {when} ", "dim"),
        (f"{row.outcome:<12} ", STYLES.get(row.outcome, "")),
        (f"{row.confidence:4.2f} {row.language:<2}  ", "dim"),
        (entry, "cyan"),
    )
    if narrow:
        out.print(head)
        out.print(Padding(Text(text), (0, 0, 0, 8)))
    else:
        out.print(head + Text(f"  {text}"), soft_wrap=True)


@app.command()
def stats(
    *,
    since: Annotated[str | None, typer.Option(help="Date or span back (7d).")] = None,
    as_json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Sum up the log: days, answer rate, precision, gaps, what publishes changed, latency.

    Example: `rejoinder log stats --since 30d`
    """
    settings = settings_from(config, knowledge, data)
    run(_stats(settings, parse_moment(since, "--since"), as_json=as_json))


async def _stats(settings: Settings, since: datetime | None, *, as_json: bool) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    async with _log(settings) as log:
        found, known = await log.statistics(since), await log.insights(since=since)
    if as_json:
        # The statistics last: they count from the very moment, the insights from its day.
        print_json(asdict(known) | asdict(found), indent=2)
    else:
        show(found, known)


@app.command()
def dictionary(
    *,
    as_json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Explain every column of `rejoinder log --csv` and `--json`: its type and its meaning.

    Example: `rejoinder log dictionary --json`
    """
    from dataclasses import asdict  # noqa: PLC0415

    from rich.table import Table  # noqa: PLC0415

    from bot.querylog import COLUMNS  # noqa: PLC0415

    settings_from(config, knowledge, data)
    if as_json:
        print_json([asdict(column) for column in COLUMNS], indent=2)
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("column", style="cyan", no_wrap=True)
    table.add_column("type", style="dim", no_wrap=True)
    table.add_column("meaning")
    for column in COLUMNS:
        table.add_row(column.name, column.type, column.meaning)
    out.print(table)


@app.command()
def export(
    *,
    user: User = None,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Print everything that is stored about one person, as JSON.

    Example: `rejoinder log export --user discord:80351110224678912 > theirs.json`
    """
    settings = settings_from(config, knowledge, data)

    whose = person(user)

    async def work() -> None:
        async with _log(settings) as log:
            found = await log.export_person(whose)
        print_json(found, indent=2)
        if not any(rows for name, rows in found.items() if name not in {"pseudonym", "roles"}):
            err.print(f"Nothing is stored about {whose}.", style="yellow", markup=False)

    run(work())


@app.command()
def forget(
    *,
    user: User = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Delete everything that is stored about one person, for good.

    Example: `rejoinder log forget --user discord:80351110224678912`
    """
    settings = settings_from(config, knowledge, data)
    whose = person(user)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("Deleting needs a confirmation.", hint="Add --yes.")
        typer.confirm(f"Delete all that is logged about {whose}?", abort=True)

    async def work() -> None:
        async with _log(settings) as log:
            gone = await log.forget_person(whose)
        if not (gone.queries or gone.feedback or gone.spooled or gone.suggestions or gone.others):
            out.print(f"Nothing was stored about {whose}.", markup=False)
            return
        out.print(
            f"Deleted {gone.queries} queries, {gone.feedback} remarks, {gone.suggestions} "
            f"suggestions, {gone.others} other records and {gone.spooled} spooled lines."
        )
        if not gone.bytes_gone:
            err.print(_bytes_remain(settings), style="yellow")

    run(work())


def _bytes_remain(settings: Settings) -> str:
    url = settings.database_url
    if url is not None and url.get_secret_value().startswith("postgres"):
        return "PostgreSQL clears the deleted rows from its files when it vacuums."
    return "A reader still holds old pages of the database; run this again later."


@app.command()
def retain(
    *,
    days: Annotated[
        int | None, typer.Option(min=1, help="Days to keep (default: the setting).")
    ] = None,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Turn queries older than the retention into daily counts.

    Example: `rejoinder log retain --days 90`
    """
    settings = settings_from(config, knowledge, data)
    keep = days or settings.retention_days
    if keep is None:
        raise UsageError("Retention is switched off (retention_days: null).", hint="Add --days.")

    async def work() -> int:
        async with _log(settings) as log:
            return await log.retain(keep, datetime.now(UTC), force=True)

    out.print(f"{run(work())} queries older than {keep} days became daily counts.")


def health(
    *,
    as_json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Tell whether knowledge, language model and query log work; exit status 1 if not.

    Example: `rejoinder health --json`
    """
    from dataclasses import asdict  # noqa: PLC0415

    from bot.knowledge.load import commit_of, load  # noqa: PLC0415
    from bot.retrieval.encoder import OnnxEncoder  # noqa: PLC0415

    settings = settings_from(config, knowledge, data)

    async def work() -> Any:
        async with _log(settings) as log:
            return await log.health()

    found: dict[str, Any] = {"release": None, "commit": None}
    messages: list[str] = []
    try:
        release = load(settings.knowledge)
        commit = found["commit"] = commit_of(release.folder)
        at = f" at commit {commit}" if commit else ""
        messages.append(f"Knowledge: release {release.id}{at}, {len(release.entries)} entries.")
        OnnxEncoder()
        found["release"] = release.id
    except RejoinderError as error:
        messages.append(str(error))
    try:
        found |= asdict(run(work()))
        messages.append(found["message"])
    except RejoinderError as error:
        messages.append(str(error))
    ok = found["release"] is not None and found.get("ok", False)
    if as_json:
        print_json({**found, "ok": ok, "message": " ".join(messages)})
    else:
        for message in messages:
            out.print(message, style="green" if ok else "red", markup=False)
    if not ok:
        raise typer.Exit(1)


@asynccontextmanager
async def _log(settings: Settings) -> AsyncIterator[QueryLog]:
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from bot.querylog import open_log  # noqa: PLC0415

    try:
        async with open_log(
            settings.data, settings.database_url, time_limit=settings.log_time_limit
        ) as log:
            yield log
    except (SQLAlchemyError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise RejoinderError(
            "The query log's database cannot be read.",
            hint="`rejoinder health` says why; what could not be written waits in the spool.",
        ) from error


def parse_moment(value: str | None, option: str) -> datetime | None:
    """Read a date, a time or a span back from now. Raises UsageError."""
    if value is None:
        return None
    if match := re.fullmatch(r"(\d{1,5})([mhd])", value):
        unit = {"m": "minutes", "h": "hours", "d": "days"}[match.group(2)]
        return datetime.now(UTC) - timedelta(**{unit: int(match.group(1))})
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.astimezone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option}: {value!r} is no date.", hint="Write 2026-11-01, or a span like 24h or 7d."
        ) from None
