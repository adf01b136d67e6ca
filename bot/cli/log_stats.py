"""Statistics of the query log for people's eyes: bars in a terminal, plain lines in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from bot.cli.common import out
from bot.knowledge.words import clean

if TYPE_CHECKING:
    from bot.querylog import Insights, Share, Statistics

STYLES = {
    "answered": "green", "clarify": "yellow", "gap": "red", "out_of_scope": "dim",
    "boundary": "magenta",
}  # fmt: skip
_BAR = 40  # columns of the longest bar
_SHOWN = 10
_TEXT = 70  # letters of a question
_HEIGHTS = "▁▂▃▄▅▆▇█"


def show(found: Statistics, known: Insights) -> None:
    """Print statistics and insights."""
    if not found.total:
        out.print("No queries are logged yet.", style="dim")
        return
    rate = "–" if found.answer_rate is None else f"{found.answer_rate:.0%}"
    out.print(f"[bold]{found.total}[/] queries, answer rate [bold]{rate}[/]")
    out.print("outcomes   " + _listed(found.outcomes))
    out.print("languages  " + _listed(found.languages))
    if found.latency_p50_ms is not None:
        out.print(f"latency    p50 {found.latency_p50_ms} ms, p95 {found.latency_p95_ms} ms")
    if found.mean_confidence is not None:
        out.print(f"confidence {found.mean_confidence:.2f} on average")
    out.print(f"precision  {_share(known.precision)} of answers drawn at random")
    if known.precision_other.n:
        out.print(f"           {_share(known.precision_other)} of answers picked for review")
    if known.verdicts:
        out.print("verdicts   " + _listed(known.verdicts))
    if len(known.figures) > 1:
        out.print("rate       " + sparkline([day.answer_rate for day in known.figures[-60:]]))
    _show_lists(found, known)
    _show_days(found)


def sparkline(values: list[float | None]) -> str:
    """Draw shares between 0 and 1 as a line of blocks; a blank where there is none."""
    top = len(_HEIGHTS) - 1
    return "".join(
        " " if value is None else _HEIGHTS[round(min(max(value, 0.0), 1.0) * top)]
        for value in values
    )


def _show_lists(found: Statistics, known: Insights) -> None:
    if found.top_entries:
        out.print("\n[bold]Most answered[/]")
        for entry, count in found.top_entries[:_SHOWN]:
            out.print(f"  {count:>5}  {entry}", markup=False)
    if known.gaps:
        out.print("\n[bold]Open gaps, by people[/]")
        for cluster in known.gaps[:_SHOWN]:
            # What people typed may hold control characters that would play tricks here.
            text = clean(cluster.typical.text or "")[:_TEXT] if cluster.typical else ""
            out.print(Text(f"  {cluster.people:>5}  {text}"))
    if known.publishes:
        out.print("\n[bold]Answer rate in the 7 days before and after a publish[/]")
        for publish in known.publishes[:_SHOWN]:
            line = f"  {publish.at:%Y-%m-%d}  {_share(publish.before)} → {_share(publish.after)}"
            out.print(Text(f"{line}  {clean(publish.reason)[:_TEXT]}"))


def _show_days(found: Statistics) -> None:
    out.print("\n[bold]By day[/] (UTC)")
    most = max(day.total for day in found.days)
    for day in found.days[-30:]:
        out.print(f"  {day.day}  ", end="")
        for name, style in STYLES.items():
            width = round(_BAR * day.outcomes.get(name, 0) / most)
            out.print(f"[{style}]{'█' * width}[/]", end="")
        out.print(f" {day.total}")
    out.print("  " + "  ".join(f"[{style}]█[/] {name}" for name, style in STYLES.items()))


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name or '–'} {count}" for name, count in counts.items())


def _share(share: Share) -> str:
    if share.value is None or share.low is None or share.high is None:
        return "– (n = 0)"
    return f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%}, n = {share.n})"
