"""Write measured sections into docs/performance.md between their markers."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

# Share of the cores that others may take before the figures are called too high.
_QUIET = 0.1

TEMPLATE = """\
# Performance

What is measured, how, and what came out. `make bench` measures everything anew and writes the
sections below; `make bench ARGS="latency"` only one of them. Each section names its machine, its
date, how busy other processes kept it meanwhile, and the command.
"""


def machine() -> str:
    """Describe what the figures depend on; never the machine's name."""
    system = platform.system()
    if system == "Linux":
        try:
            system = platform.freedesktop_os_release()["PRETTY_NAME"]
        except (OSError, KeyError):
            system = "Linux"
    cores = os.cpu_count() or 1
    return (
        f"{_processor()}, {cores} core{'s' * (cores != 1)}{_memory()}, {system} "
        f"({platform.system()} {platform.release().split('-')[0]}), "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        found = None
    name = found.group(1).strip() if found else platform.processor() or "unknown processor"
    return f"{name} ({platform.machine()})"


def _memory() -> str:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return ""
    return f", {total / 2**30:.0f} GiB"


class Watch:
    """Notice what other processes do while something is measured; start it just before."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._before = _busy()

    def line(self) -> str:
        """Return the line under a section's heading: date, machine, how quiet it was."""
        elapsed = time.monotonic() - self._started
        quiet = ""
        if self._before is not None and (now := _busy()) is not None:
            others = max(0.0, (now - self._before) / elapsed)
            quiet = f"; other processes took {others:.2f} cores meanwhile"
            if others > _QUIET * (os.cpu_count() or 1):
                quiet += ", **so the figures are too high**"
        return f"*{datetime.now(UTC):%Y-%m-%d}, {machine()}{quiet}.*"


def _busy() -> float | None:
    """Return the seconds that all cores spent on other processes than this one's, where known."""
    try:
        fields = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields[:8])
    total = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    mine = os.times()
    return total - mine.user - mine.system - mine.children_user - mine.children_system


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a Markdown table; columns that hold figures are aligned right."""
    figures = [
        all(re.match(r"[\d≤≥<>–-]", row[column]) for row in rows) for column in range(len(head))
    ]
    lines = [
        "| " + " | ".join(head) + " |",
        "|" + "|".join(" ---: " if figure else " --- " for figure in figures) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)


def against(value: float, target: float | None, unit: str, *, least: bool = False) -> list[str]:
    """Return the cells for a figure, its target and whether it is met."""
    shown = number(value) + f" {unit}"
    if target is None:
        return [shown, "–", ""]
    met = value >= target if least else value <= target
    return [shown, f"{'≥' if least else '≤'} {number(target)} {unit}", "yes" if met else "**no**"]


def number(value: float) -> str:
    """Write a figure with about three digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def write(path: Path, name: str, section: str) -> None:
    """Put a section into the file in place of the one that stands between its markers."""
    text = path.read_text(encoding="utf-8") if path.exists() else TEMPLATE
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    fresh = f"{begin}\n{section.strip()}\n{end}"
    if begin in text and end in text:
        head, rest = text.split(begin, 1)
        text = head + fresh + rest.split(end, 1)[1]
    else:
        text = f"{text.rstrip()}\n\n{fresh}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
