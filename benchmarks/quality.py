"""Measure Rejoinder's answers beside other matchers, and how far its confidence is to be believed.

Run it by ``make bench-quality ARGS="--bench DIR"``, which installs what is compared. DIR holds the
public sets (banking77.jsonl, clinc150.jsonl, hint3_sofmattress.jsonl, argkp/), which are no part of
the project; rows of what is not there say so.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from benchmarks import report
from benchmarks.peers import PeerError
from benchmarks.quality_encoding import Remembering
from benchmarks.quality_measure import measure
from benchmarks.quality_methods import METHODS, Method
from benchmarks.quality_reliability import Reliability, measured
from benchmarks.quality_report import Row, section, summary
from benchmarks.quality_sets import SETS, Missing, Sources, Task
from bot.errors import RejoinderError
from bot.retrieval.encoder import OnnxEncoder

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_RELIABILITY = "reliability"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the section or write it into a document; return the exit status."""
    given = _parser().parse_args(arguments)
    names = given.sets or [name for name in [*SETS, _RELIABILITY] if name != "gate"]
    if given.gate and "gate" not in names:
        names.append("gate")
    console = Console(stderr=True)
    if any(os.environ.get(name) != "1" for name in _THREADS):
        console.print(f"Times are of one thread only with {' and '.join(_THREADS)} set to 1.")
    watch = report.Watch()
    sources = Sources(given.bench.resolve() if given.bench else None, quick=given.quick)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), console=console, transient=True,
    )  # fmt: skip
    try:
        with bar:
            methods = _methods(given.methods or list(METHODS), given.work)
            tasks, missing = _tasks(sources, names)
            rows = [
                row for task in tasks for row in _rows(task, methods, bar, quick=given.quick)
            ]  # fmt: skip
            found = _reliability(sources, given.work, bar) if _RELIABILITY in names else []
    except RejoinderError as error:
        console.print(str(error), style="red", markup=False)
        return error.exit_code
    # A busy machine makes only the times wrong.
    machine = watch.line().replace("the figures are", "the times are")
    text = section(rows, missing, found, machine, _command(given))
    if given.write is not None:
        report.write(given.write, "quality", text)
        console.print(f"Written into {given.write}.")
    else:
        print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--bench", type=Path, metavar="DIR", help="folder of the public sets")
    offered = [name for name in [*SETS, _RELIABILITY] if name != "gate"]
    parser.add_argument(
        "--sets", nargs="+", choices=offered, metavar="SET", default=[],
        help=f"which ones: {', '.join(offered)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--methods", nargs="+", choices=list(METHODS), metavar="METHOD", default=[],
        help=f"which ones: {', '.join(METHODS)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--gate", action="store_true",
        help="also open the gate: only once nothing is tuned any more",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="few questions, to see that it runs")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the section into it")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for vectors, kept between runs",
        default=Path(tempfile.gettempdir()) / "rejoinder-benchmarks" / "quality",
    )  # fmt: skip
    return parser


def _command(given: argparse.Namespace) -> str:
    words = ["--bench DIR"] if given.bench else []
    words += [
        f"--{name} {shlex.join(chosen)}"
        for name in ("sets", "methods")
        if (chosen := getattr(given, name))
    ]
    words += [f"--{name}" for name in ("gate", "quick") if getattr(given, name)]
    return "`make bench-quality" + (f' ARGS="{" ".join(words)}"`' if words else "`")


def _methods(names: Sequence[str], work: Path) -> dict[str, Method | str]:
    """Return the methods by name; of one that is not installed the reason."""
    found: dict[str, Method | str] = {}
    for name in names:
        try:
            found[name] = METHODS[name](work)
        except PeerError as error:
            found[name] = str(error)
    return found


def _tasks(sources: Sources, names: Sequence[str]) -> tuple[list[Task], list[Missing]]:
    tasks: list[Task] = []
    missing: list[Missing] = []
    for name in names:
        for one in SETS[name](sources) if name in SETS else ():
            if isinstance(one, Task):
                tasks.append(one)
            else:
                missing.append(one)
    return tasks, missing


def _rows(
    task: Task, methods: dict[str, Method | str], progress: Progress, *, quick: bool
) -> list[Row]:
    rows = []
    for name, method in methods.items():
        if isinstance(method, str):
            row = Row(task, name, None, method)
        else:
            shown = progress.add_task(f"{task.name}: {name}", total=None)
            row = _row(task, method, progress, shown, quick=quick)
            progress.remove_task(shown)
        progress.console.print(summary(row), markup=False, highlight=False, soft_wrap=True)
        rows.append(row)
    return rows


def _row(task: Task, method: Method, progress: Progress, shown: TaskID, *, quick: bool) -> Row:
    def encoded(done: int, total: int) -> None:
        progress.update(shown, completed=done, total=total)

    def asked() -> None:
        progress.advance(shown)

    try:
        method.prepare(_folder(task.name), task.texts, encoded)
        ask = sum(len(base.queries) for draw in task.draws for base in draw)
        if method.sample is not None:
            ask = min(ask, method.sample * len(task.draws))
        progress.update(shown, completed=0, total=ask)
        return Row(task, method.name, measure(task, method, asked, quick=quick))
    except PeerError as error:
        return Row(task, method.name, None, str(error))


def _reliability(sources: Sources, work: Path, progress: Progress) -> list[Reliability]:
    encoder = Remembering(OnnxEncoder(), work)
    shown = progress.add_task("reliability", total=None)
    found = measured(sources, encoder, lambda: progress.advance(shown))
    progress.remove_task(shown)
    for one in found:
        line = f"reliability, {one.name}: expected calibration error {one.error:.3f}"
        progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
    return found


def _folder(name: str) -> str:
    # Draws of one set share most texts, but each file mirrors what was asked for last.
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


if __name__ == "__main__":
    sys.exit(main())
