"""The section on the review of a large log: its pages, searches, clustering, size."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.options import Options
from benchmarks.process import environment, worker
from benchmarks.report import Watch, against, number, table

_PAGES = (
    ("the queue, page by page", "queue", 100.0),
    ("its questions, page by page", "questions", 100.0),
    ("a cluster", "cluster", 100.0),
    ("the log, page by page", "log", 100.0),
    ("the log, filtered in ten ways", "filtered", 100.0),
    ("insights, 30 days", "insights", None),
    ("insights, all days", "insights_all", None),
)
_SEARCHES = (
    ("rare words", "rare"),
    ("the most frequent words", "often"),
    ("three letters", "prefix"),
    ("a frequent word and another", "two"),
)
_MB = 1_000_000


def review(options: Options) -> str:
    """Everything that reviewers wait for, with a year's log of a million questions."""
    watch = Watch()
    count, waiting, times = (2_000, 100, 3) if options.quick else (1_000_000, 10_000, 20)
    base, made = _base(options, count, waiting)
    env = environment(options.work, one_thread=True)
    kept = options.work / "shipped" / "cache"
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.work, prefix="review-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(base, data, ignore=shutil.ignore_patterns("cache"))
        (data / "cache").symlink_to(kept, target_is_directory=True)
        options.say(f"reviewing a log of {count:,} questions")
        found = worker(
            "review_pages", "--data", data, "--made", made, "--times", str(times),
            *options.shipped(), env=env,
        )  # fmt: skip
    known = json.loads(made.read_text(encoding="utf-8"))
    return _told(options, watch, found, known, times)


def _base(options: Options, count: int, waiting: int) -> tuple[Path, Path]:
    """Return the data directory with the log and what is known of it, from an earlier run or new.

    A later version's tables are made of it by the migrations, in the copy.
    """
    place = options.work / f"review-{count}"
    data, made = place / "data", place / "made.json"
    if options.fresh or not made.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        options.say(f"making a log of {count:,} questions")
        told = worker(
            "review_log", "--data", data, "--count", str(count), "--waiting", str(waiting),
            *options.shipped(), env=environment(options.work),
        )  # fmt: skip
        made.write_text(json.dumps(told), encoding="utf-8")
    return data, made


def _told(
    options: Options, watch: Watch, found: dict[str, Any], known: dict[str, Any], times: int
) -> str:  # fmt: skip
    pages = [
        _times(name, found["pages"][key], target) for name, key, target in _PAGES
    ]  # fmt: skip
    for name, key in _SEARCHES:
        searched = found["searched"][key]
        pages.append(_times(f"search for {name}, through the page", searched["page"], 200.0))
        pages.append(_times(f"search for {name}, `QueryLog`", searched["log"], 200.0))
    clustering = found["clustering"]
    pages.append(_times("the log while questions are clustered", clustering["meanwhile"], None))
    counted = (
        (f"clustering {clustering['questions']:,} questions", clustering["seconds"], 60.0),
        ("the same with asking again what has no answer", clustering["whole"], None),
        ("`rejoinder log stats`, whole process", median(found["stats"]), None),
        (f"retention of one day, {found['retained']:,} questions", found["retain"], None),
        (f"forgetting a person, {found['forgotten']:,} questions", found["forget"], None),
    )
    rows = [[name, *against(seconds, target, "s")] for name, seconds, target in counted]
    rows += [
        ["database", *against(found["size"] / _MB, 800.0, "MB")],
        ["peak memory", *against(found["peak"], None, "MB")],
    ]
    return f"""\
## Review of a large log

{watch.line()}

{options.command("review")}

{known["rows"]:,} questions of 365 days by {known["people"]:,} people in three languages, made by
`benchmarks/review_log.py` in the real tables (SQLite) and kept between runs unless `--fresh`: texts
of the topic's phrasings, mixed and with words of their own ({known["distinct_words"]:,} different
words), two of five asked before; 30 % of the people ask most; 62 % answered, 12 % with a choice,
14 % gaps, 9 % off topic, 3 % boundaries; feedback and verdicts on 1 % each. Pages are those of the
real application for somebody who is signed in, without a socket: the server's time, {times} times
each. The queue holds {clustering["questions"]:,} open questions that read differently; clustering
them in the background makes {clustering["clusters"]:,} open clusters and tells
{clustering["told"]:,} times how far it is.

{table(("page or search", "median", "target", "met", "slowest"), pages)}

{table(("what", "figure", "target", "met"), rows)}

Forgetting rewrites the whole database, so that no byte of the person is left.
"""


def _times(name: str, seconds: list[float], target: float | None) -> list[str]:
    """Return a row: the median is held against the target, and the slowest stands beside it."""
    if not seconds:
        return [name, "–", "–", "", "–"]
    figures = [value * 1000 for value in seconds]
    return [name, *against(median(figures), target, "ms"), f"{number(max(figures))} ms"]
