"""Run what is measured in processes of its own; this module imports nothing heavy.

The peak memory that the system reports of a child includes what its parent had at the fork, so the
parent must stay small.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Run:
    """A finished process: wall and processor seconds, peak memory in MB, what it printed."""

    seconds: float
    cpu: float
    peak: float
    output: str


class RunError(Exception):
    """Report a measured process that ended with an error."""


def environment(work: Path, *, one_thread: bool = False) -> dict[str, str]:
    """Return the environment of a measured process.

    Installed programs have compiled modules, so these may compile too, into the work folder; and a
    developer's own settings stay out.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("REJOINDER_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    kept["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")
    return kept | (_ONE_THREAD if one_thread else {})


def run(command: Sequence[str | Path], env: Mapping[str, str]) -> Run:
    """Run a command to its end and measure it. Raises RunError."""
    started = time.monotonic()
    with subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=dict(env),
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        # Popen's own wait() does not tell the memory.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RunError(f"{' '.join(map(str, command))} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu, megabytes(usage.ru_maxrss), output)


def worker(name: str, *arguments: str | Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Run a module of this package that prints one JSON object; add its ``peak`` in MB."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *map(str, arguments)]
    # When it began, on a clock that both processes share.
    done = run(command, {**env, "BENCH_STARTED": repr(time.monotonic())})
    found: dict[str, Any] = json.loads(done.output)
    return {**found, "peak": done.peak}


def since_start() -> float:
    """Return the seconds since the parent started this worker."""
    return time.monotonic() - float(os.environ.get("BENCH_STARTED", time.monotonic()))


def megabytes(maximum: int) -> float:
    """Turn ru_maxrss into MB; Linux counts kilobytes, macOS bytes."""
    return maximum / 1e6 if sys.platform == "darwin" else maximum * 1024 / 1e6


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 10_000) * len(ordered) // 10_000) - 1)]
