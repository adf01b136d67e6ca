"""The sections on changes of the knowledge: previews, publishes, withdrawals."""

from __future__ import annotations

from statistics import median

from benchmarks.options import Options
from benchmarks.process import environment, worker
from benchmarks.report import Watch, against, table


def replay(options: Options) -> str:
    """Past questions asked again, as moderators wait for it before they publish."""
    watch = Watch()
    count = 50 if options.quick else 2_000
    options.say(f"replaying {count:,} past questions")
    found = worker(
        "replay_past", "--data", options.work / "shipped", "--count", str(count),
        *options.shipped(), env=environment(options.work, one_thread=True),
    )  # fmt: skip
    rows = [
        ["reading them from the log", *against(found["read"], None, "s")],
        ["replay against both releases", *against(found["replay"], 15.0, "s")],
        ["preview without a replay", *against(found["preview"], None, "s")],
        ["peak memory", *against(found["peak"], None, "MB")],
    ]
    return f"""\
## Replay of past questions

{watch.line()}

{options.command("replay")}

{found["questions"]:,} distinct synthetic questions to a topic of {found["entries"]:,} entries, each
encoded once and answered twice, on all cores; one thread for numpy, as in `rejoinder serve`. The
preview adds one phrasing: a provisional index, and {found["expectations"]:,} expectations twice.

{table(("what", "figure", "target", "met"), rows)}
"""


def publish(options: Options) -> str:
    """Publishes and withdrawals, until what they change is answered from."""
    watch = Watch()
    rounds = 1 if options.quick else 2
    options.say(f"publishing and withdrawing, {rounds} times each")
    found = worker(
        "publishing", "--data", options.work / "publishing", "--rounds", str(rounds),
        env=environment(options.work, one_thread=True),
    )  # fmt: skip
    rows = [
        [what, *against(median(found[key]), 1.0, "s"), f"{max(found[key]):.2f} s"]
        for what, key in (
            ("a phrasing that was previewed", "phrasing"),
            ("a new objection that was previewed", "objection"),
            ("the objection withdrawn, no preview", "withdraw"),
            ("the objection brought back", "restore"),
            ("a whole proposal withdrawn", "withdraw_proposal"),
            ("the proposal brought back", "restore_proposal"),
        )
    ]
    return f"""\
## From publish to answer

{watch.line()}

{options.command("publish")}

The time from the call to publish until the answers come from the new release: the git commit, the
reload and the record in the database. A topic of {found["entries"]:,} entries; median and slowest
of {rounds} rounds, each begun when the topic was learned exactly. A preview of the objection took
{median(found["preview"]):.1f} s (no past questions).

{table(("what", "median", "target", "met", "slowest"), rows)}
"""
