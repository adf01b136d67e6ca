"""`rejoinder eval`: put a file of questions with known answers to the bot and count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    did_you_mean,
    out,
    print_json,
    progress,
    settings_from,
)
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.advisor.evaluation import Case, Report


def evaluate_file(
    file: Annotated[Path, typer.Argument(help="JSON lines: text, expect (list of ids, or []).")],
    *,
    as_json: Json = False,
    failures: Annotated[
        bool, typer.Option("--failures", help="List every question that was not met.")
    ] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Measure answers on a file of questions; nothing is logged.

    Each line is `{"text": "…", "expect": ["id", …]}`; an empty list means that the question must
    not be answered. Optional: `"scope": "near"` or `"far"` for those, `"context": "id"` for
    follow-ups.

    Example: `rejoinder eval questions.jsonl --json`
    """
    from bot.advisor.evaluation import evaluate  # noqa: PLC0415
    from bot.service import open_advisor  # noqa: PLC0415

    settings = settings_from(config, knowledge, data)
    cases = read_cases(file)
    with progress("Learning the topic (once)") as bar:
        advisor = open_advisor(settings, bar)
    known = advisor.release.topic.files
    for number, case in cases:
        named = [*case.expect, *([case.context] if case.context else [])]
        if unknown := [entry for entry in named if entry not in known]:
            hint = did_you_mean(unknown[0], known, "`rejoinder list` names all entries.")
            raise UsageError(f"{file}:{number}: there is no entry {unknown[0]}.", hint=hint)
    with progress("Asking") as bar:
        report = evaluate(advisor, [case for _, case in cases], bar)
    if as_json:
        print_json(report.as_dict(), indent=2)
        return
    print_report(report)
    if failures:
        print_failures(report)


def read_cases(file: Path) -> list[tuple[int, Case]]:
    """Read JSON lines with their line numbers. Raises UsageError that names the line."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"The file {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The file {file} is not UTF-8.") from error
    cases: list[tuple[int, Case]] = []
    # Not splitlines(): JSON may hold U+2028 and its like inside a text.
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            cases.append((number, _case(json.loads(line))))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UsageError(
                f'{file}:{number}: write each line as {{"text": "…", "expect": ["id"]}}.',
                hint='Optional: "scope": "near" or "far", "context": "id".',
            ) from None
    if not cases:
        raise UsageError(f"{file} holds no questions.")
    return cases


def _case(item: Any) -> Case:
    from bot.advisor.evaluation import Case  # noqa: PLC0415

    text, expect = item["text"], item["expect"]
    scope, context = item.get("scope"), item.get("context")
    if not (isinstance(text, str) and isinstance(expect, list)):
        raise TypeError
    if not all(isinstance(entry, str) for entry in (*expect, context or "")):
        raise TypeError
    if scope not in {None, "near", "far"}:
        raise ValueError
    return Case(text, tuple(expect), scope=scope, context=context)


def print_report(report: Report) -> None:
    """Print the totals as a table."""
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")

    def row(name: str, value: float | None) -> None:
        table.add_row(name, "–" if value is None else f"{value:.3f}")

    table.add_row("questions", f"{report.cases} ({report.out_of_scope} without an answer)")
    row("first candidate right (top-1)", report.top1)
    row("among the first three (top-3)", report.top3)
    row("precision of what was answered", report.precision)
    row("coverage: in scope and answered", report.coverage)
    row("in scope and asked back", report.clarified)
    row("out of scope, not answered", report.out_of_scope_recall)
    row("  near the topic", report.near_recall)
    row("  far from it", report.far_recall)
    table.add_row("outcomes", ", ".join(f"{k} {v}" for k, v in sorted(report.outcomes.items())))
    out.print(table)
    if report.confusions:
        out.print("\n[bold]Most confused[/] (expected → first candidate)")
        for expected, given, count in report.confusions[:15]:
            out.print(f"  {count}×  {expected} → {given}", markup=False)


def print_failures(report: Report) -> None:
    """Print every question that was not met."""
    from bot.knowledge.words import clean  # noqa: PLC0415

    out.print("\n[bold]Not met[/]")
    for result in report.results:
        if result.passed:
            continue
        expected = ", ".join(result.case.expect) or "no answer"
        got = result.entry or result.first or "nothing"
        out.print(
            f"  {clean(result.case.text)}\n      expected {expected}; {result.outcome.value} {got} "
            f"({result.confidence:.2f})",
            markup=False, soft_wrap=True,
        )  # fmt: skip
