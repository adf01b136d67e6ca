"""Commands about the knowledge base: check, show, list, map, fmt, schema."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    did_you_mean,
    err,
    out,
    print_json,
    progress,
    settings_from,
)
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.advisor.evaluation import Report
    from bot.knowledge.model import Proposal
    from bot.knowledge.problems import Problem
    from bot.knowledge.release import Topic

_SHOWN = 40


def check(
    *,
    as_json: Json = False,
    fast: Annotated[
        bool, typer.Option("--fast", help="Structure only: no encoder, no expectations.")
    ] = False,
    failures: Annotated[
        bool, typer.Option("--failures", help="List every expectation that was not met.")
    ] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Check a topic: format, structure, phrasings and expectations.

    Exit status 1 on an error, on a `must` expectation that fails, or when a total is below the
    floors of topic.yaml; 0 otherwise.

    Examples: `rejoinder check`, `rejoinder check --knowledge my-topic --json`
    """
    from bot.knowledge.files import resolve_folder, snapshot  # noqa: PLC0415
    from bot.knowledge.load import inspect  # noqa: PLC0415
    from bot.knowledge.problems import KnowledgeError  # noqa: PLC0415

    settings = settings_from(config, knowledge, data)
    folder = resolve_folder(settings.knowledge)
    try:
        release, problems = inspect(snapshot(folder))
    except KnowledgeError as error:
        release, problems = None, list(error.problems)
    report: Report | None = None
    spread: dict[str, Any] | None = None
    below: list[str] = []
    if release is not None and not fast:
        from bot.advisor.advisor import Advisor  # noqa: PLC0415
        from bot.advisor.evaluation import Case, evaluate  # noqa: PLC0415
        from bot.retrieval.audit import near_identical, spreads, unreachable  # noqa: PLC0415
        from bot.retrieval.encoder import OnnxEncoder  # noqa: PLC0415
        from bot.retrieval.index import build  # noqa: PLC0415
        from bot.service import cache_folder  # noqa: PLC0415

        encoder = OnnxEncoder(threads=settings.threads)
        with progress("Learning the topic (once)") as bar:
            index = build(
                release, encoder, cache=cache_folder(settings), progress=bar,
                precision=settings.answer_precision,
            )  # fmt: skip
        problems = problems + near_identical(index) + unreachable(index)
        found = spreads(index)
        if found:
            spread = {
                "median": found[len(found) // 2].spread,
                "narrowest": [(s.entry, s.spread) for s in found[:5]],
            }
        cases = [Case.of(expectation) for expectation in release.topic.expectations]
        if cases:
            with progress("Asking the expectations") as bar:
                report = evaluate(Advisor(index, choices=settings.choices), cases, bar)
            below = report.below(release.topic.info.floors)
    errors = [problem for problem in problems if problem.severity == "error"]
    musts = report.failed_musts if report else ()
    ok = not errors and not musts and not below
    if as_json:
        _check_json(ok, release.id if release else None, problems, report, below, spread)
    else:
        _check_text(ok, folder.name, release, problems, report, below, spread, failures=failures)
    if not ok:
        raise typer.Exit(1)


def _check_json(
    ok: bool,  # noqa: FBT001
    release: str | None,
    problems: list[Problem],
    report: Report | None,
    below: list[str],
    spread: dict[str, Any] | None,
) -> None:
    data = {
        "ok": ok,
        "release": release,
        "problems": [problem.as_dict() for problem in problems],
        "expectations": report.as_dict() if report else None,
        "failed_musts": [result.case.text for result in report.failed_musts] if report else [],
        "below_floors": below,
        "phrasing_spread": spread,
    }
    print_json(data, indent=2)


def _check_text(
    ok: bool,  # noqa: FBT001
    name: str,
    release: Any,
    problems: list[Problem],
    report: Report | None,
    below: list[str],
    spread: dict[str, Any] | None,
    *,
    failures: bool,
) -> None:
    from bot.cli.evaluate import print_failures, print_report  # noqa: PLC0415

    for severity, style in (("error", "red"), ("warning", "yellow")):
        some = [problem for problem in problems if problem.severity == severity]
        shown = some if severity == "error" else some[:_SHOWN]
        for problem in shown:
            out.print(f"[{style}]{severity}[/] ", end="")
            out.print(str(problem), markup=False, soft_wrap=True)
        if len(some) > len(shown):
            out.print(f"… and {len(some) - len(shown)} more {severity}s; --json lists all.",
                      style="dim")  # fmt: skip
    if release is not None:
        kinds = Counter(entry.kind.value for entry in release.entries.values())
        counts = ", ".join(f"{count} {_plural(kind, count)}" for kind, count in kinds.items())
        phrasings = sum(len(release.topic.phrasings(entry)) for entry in release.entries)
        out.print(f"\n[bold]{name}[/] release {release.id}: {counts}; {phrasings} phrasings.")
    if spread:
        narrow = ", ".join(f"{entry} {value:.2f}" for entry, value in spread["narrowest"])
        out.print(f"Spread of phrasings: median {spread['median']:.2f}; narrowest {narrow}.")
    if report:
        out.print("\n[bold]Expectations[/]")
        print_report(report)
        if failures:
            print_failures(report)
        for result in report.failed_musts:
            out.print("[red]must fails[/] ", end="")
            expected = ", ".join(result.case.expect) or "no answer"
            out.print(
                f"{result.case.text!r}: expected {expected}, {result.outcome.value} {result.entry}",
                markup=False, soft_wrap=True,
            )  # fmt: skip
    for sentence in below:
        out.print(f"[red]below the floor[/] {sentence}")
    out.print("[green]✓ all good[/]" if ok else "[red]✗ not fit to publish[/]")


def _plural(kind: str, count: int) -> str:
    if count == 1:
        return kind
    return {"boundary": "boundaries", "faq": "FAQ"}.get(kind, f"{kind}s")


def show(
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="Entry id, see `rejoinder list`.")],
    *,
    as_json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show an entry with its sources and phrasings, as it stands in the files.

    Example: `rejoinder show cash-desertion.cost`
    """
    from bot.advisor.answer import Answer, Outcome  # noqa: PLC0415
    from bot.advisor.compose import Composer  # noqa: PLC0415
    from bot.advisor.facets import Facet  # noqa: PLC0415
    from bot.channels.terminal import render  # noqa: PLC0415
    from bot.knowledge.load import load  # noqa: PLC0415

    release = load(settings_from(config, knowledge, data).knowledge)
    entry = release.entries.get(entry_id)
    if entry is None:
        hint = did_you_mean(entry_id, release.entries, "`rejoinder list` names them all.")
        raise UsageError(f"There is no entry {entry_id}.", hint=hint)
    phrasings = release.topic.phrasings(entry_id)
    if as_json:
        body = entry.item.model_dump(mode="json", exclude_none=True)
        data_ = {
            "id": entry.id, "kind": entry.kind.value, "file": entry.file,
            "proposal": entry.proposal, "parent": entry.parent, "entry": body,
            "phrasings": [{"language": lang, "text": text} for lang, text in phrasings],
        }  # fmt: skip
        print_json(data_, indent=2)
        return
    blocks, facet = Composer(release, "en").compose(entry, Facet.OVERVIEW)
    render(
        out,
        Answer(Outcome.ANSWERED, "en", release.id, release.topic.id, blocks, entry.id, entry.kind,
               entry.title, facet),
    )  # fmt: skip
    out.print(f"\n[bold]Phrasings[/] [dim]({len(phrasings)}; {entry.file})[/]")
    for language, text in phrasings:
        out.print(f"  {language}  {text}", markup=False, soft_wrap=True)


Kinds = Literal["proposal", "objection", "response", "counter", "fact", "term", "faq", "boundary"]


def list_entries(
    *,
    kind: Annotated[Kinds | None, typer.Option("--kind", help="Only entries of this kind.")] = None,
    as_json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """List the entries: id, kind and title.

    Examples: `rejoinder list`, `rejoinder list --kind objection`
    """
    from bot.knowledge.load import load  # noqa: PLC0415

    release = load(settings_from(config, knowledge, data).knowledge)
    entries = [entry for entry in release.entries.values() if kind in {None, entry.kind.value}]
    if as_json:
        data_ = [{"id": e.id, "kind": e.kind.value, "title": e.title} for e in entries]
        print_json(data_, indent=2)
        return
    width = max((len(entry.id) for entry in entries), default=0)
    for entry in entries:
        out.print(f"[cyan]{entry.id:<{width}}[/]  [dim]{entry.kind.value:<9}[/]  ", end="")
        out.print(entry.title, markup=False, soft_wrap=True)


def map_proposal(
    proposal_id: Annotated[str, typer.Argument(metavar="PROPOSAL", help="Proposal's id.")],
    *,
    format_: Annotated[
        Literal["tree", "argdown", "markdown", "json", "svg", "png"],
        typer.Option("--format", "-f", help="What to write."),
    ] = "tree",
    full: Annotated[bool, typer.Option("--full", help="Do not shorten texts.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write to this file; more pages of a PNG go to FILE-2.png, FILE-3.png …",
        ),
    ] = None,
    language: Annotated[
        Literal["en", "ru", "uk"] | None,
        typer.Option("--language", "-l", help="Language of a picture (default: the topic's)."),
    ] = None,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show the argument tree of a proposal, or export it as text or picture.

    Examples: `rejoinder map open-door`, `rejoinder map open-door --format png --output door.png`
    """
    from bot.channels.terminal_map import to_rich_tree  # noqa: PLC0415
    from bot.knowledge.export import to_argdown, to_json, to_markdown  # noqa: PLC0415
    from bot.knowledge.load import load  # noqa: PLC0415

    _check_map_options(format_, output, language)
    topic = load(settings_from(config, knowledge, data).knowledge).topic
    published = [p for p in topic.proposals if p.status == "published"]
    proposal = next((p for p in published if p.id == proposal_id), None)
    if proposal is None:
        names = [p.id for p in published]
        hint = did_you_mean(proposal_id, names, f"There are: {', '.join(names)}")
        raise UsageError(f"There is no proposal {proposal_id}.", hint=hint)
    if format_ == "tree":
        width = out.width if out.is_terminal else 100
        out.print(to_rich_tree(topic, proposal, width=width, full=full), soft_wrap=full)
        return
    if format_ in {"svg", "png"}:
        spoken: str = language or topic.language
        written = _pictures(topic, proposal, spoken, as_png=format_ == "png")
    else:
        export = {"argdown": to_argdown, "markdown": to_markdown, "json": to_json}[format_]
        written = [(export(topic, proposal).rstrip("\n") + "\n").encode()]
    if output is None:
        print(written[0].decode(), end="")
        return
    for number, page in enumerate(written, start=1):
        path = output if number == 1 else output.with_stem(f"{output.stem}-{number}")
        path.write_bytes(page)
        out.print(f"wrote {path}", markup=False)


def _check_map_options(format_: str, output: Path | None, language: str | None) -> None:
    if format_ == "png" and output is None:
        raise UsageError("A PNG goes to a file.", hint="Name one with --output FILE.")
    if format_ == "tree" and output is not None:
        raise UsageError(
            "--output needs to know what to write.",
            hint="Say it with --format: argdown, markdown, json, svg or png.",
        )
    if format_ not in {"svg", "png"} and language is not None:
        raise UsageError("--language goes with --format svg and --format png only.")


def _pictures(topic: Topic, proposal: Proposal, language: str, *, as_png: bool) -> list[bytes]:
    from bot.channels.map_png import SCALE, to_png  # noqa: PLC0415
    from bot.channels.map_svg import layout_svg, pages  # noqa: PLC0415

    if not as_png:
        return [(layout_svg(topic, proposal, language=language) + "\n").encode()]
    svgs = pages(topic, proposal, language=language, limit=sys.maxsize)
    return [to_png(svg, SCALE) for svg in svgs]


def fmt(
    *,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 where a file would change.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changes.")] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Bring a topic's files into the one canonical layout; comments stay.

    Examples: `rejoinder fmt`, `rejoinder fmt --check --diff`
    """
    from bot.knowledge.canonical import format_folder  # noqa: PLC0415
    from bot.knowledge.files import resolve_folder  # noqa: PLC0415

    folder = resolve_folder(settings_from(config, knowledge, data).knowledge)
    results = format_folder(folder, check=check_only)
    changed = [result for result in results if result.changed]
    for result in changed:
        out.print(f"{'would change' if check_only else 'changed'} {result.name}", markup=False)
        if diff:
            out.print(result.diff, markup=False, soft_wrap=True)
    out.print(f"{len(changed)} of {len(results)} files {'differ' if check_only else 'changed'}.")
    if check_only and changed:
        err.print("Run `rejoinder fmt` to lay them out.", style="dim")
        raise typer.Exit(1)


def schema(*, knowledge: Knowledge = None, data: Data = None, config: Config = None) -> None:
    """Write the JSON Schemas of the format into the topic's schema/ folder, for editors.

    Example: `rejoinder schema --knowledge my-topic`
    """
    from bot.knowledge.files import resolve_folder  # noqa: PLC0415
    from bot.knowledge.schema import write_schemas  # noqa: PLC0415

    folder = resolve_folder(settings_from(config, knowledge, data).knowledge)
    for path in write_schemas(folder):
        out.print(f"wrote {path.relative_to(folder)}", markup=False)
