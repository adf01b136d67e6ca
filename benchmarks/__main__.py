"""Measure Rejoinder and write docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.options import Options
from benchmarks.process import ROOT, RunError
from benchmarks.sections import SECTIONS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, all of them by default; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(SECTIONS)} (default: all)"
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes, only to see that it runs")
    parser.add_argument("--seconds", type=float, help="how long to load Discord (default: 60)")
    parser.add_argument("--fresh", action="store_true", help="encode synthetic topics again")
    parser.add_argument(
        "--output", type=Path, metavar="FILE",
        help="where to write (default: docs/performance.md; with --quick: standard output)",
    )  # fmt: skip
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for topics and vectors, kept between runs",
        default=Path(tempfile.gettempdir()) / "rejoinder-benchmarks",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    names = given.names or list(SECTIONS)
    if unknown := [name for name in names if name not in SECTIONS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    given.work.mkdir(parents=True, exist_ok=True)
    output = given.output
    if output is None and not given.quick:
        output = ROOT / "docs" / "performance.md"
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {text}", file=sys.stderr, flush=True)

    failed = False
    for name in names:
        say(name)
        options = Options(
            given.work.resolve(),
            output or given.work / "quick.md",
            given.quick,
            say,
            given.fresh,
            given.seconds,
        )
        try:
            section = SECTIONS[name](options)
        except RunError as error:
            say(str(error))
            failed = True
            continue
        if output is None:
            print(section)
        else:
            report.write(output, name, section)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
