"""One function a section: run its workers, lay out what they measured."""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import chart, moderation, review_section, synthetic
from benchmarks.options import Options
from benchmarks.process import ROOT, RunError, environment, percentile, run, worker
from benchmarks.report import Watch, against, number, table

QUESTION = "What do critics say about paying deserters?"


def latency(options: Options) -> str:
    """Answers one by one, encoder included, with and without the log."""
    watch = Watch()
    data = options.work / "shipped"
    repeat = 1 if options.quick else 3
    options.say("answering the questions of the topic's expectations")
    found = worker(
        "answer_latency", "--data", data, "--repeat", str(repeat), *options.shipped(),
        env=environment(options.work, one_thread=True),
    )  # fmt: skip
    rows = []
    for name, key, targets in (
        ("`Advisor.answer`", "answer", (10.0, None, 25.0)),
        ("`Service.ask`, durably logged", "logged", (None, None, None)),
    ):
        for share, target in zip((0.50, 0.95, 0.99), targets, strict=True):
            value = percentile(found[key], share) * 1000
            rows.append([name, f"p{share * 100:.0f}", *against(value, target, "ms")])
    return f"""\
## Answer latency

{watch.line()}

{options.command("latency")}

{found["questions"]:,} questions × {repeat}, one after the other, to a topic of {found["entries"]:,}
entries; one thread for the encoder and for numpy. The second rows add the commit to the query log
(SQLite, `synchronous=FULL`), which a lone question waits for.

{table(("what", "", "figure", "target", "met"), rows)}
"""


def start(options: Options) -> str:
    """Whole processes: a cold `ask`, and the first one on a fresh data directory."""
    watch = Watch()
    env = environment(options.work)
    program = Path(sys.executable).parent / "rejoinder"
    rejoinder = [program] if program.exists() else [sys.executable, "-m", "bot"]
    ask = [*rejoinder, "ask", QUESTION, *options.shipped()]
    options.say("compiling")
    run([*rejoinder, "--version"], env)
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        options.say("first start: encoding the topic and building its index")
        first = run([*ask, "--data", folder], env)
        runs = 2 if options.quick else 10
        options.say(f"{runs} cold starts")
        cold = [run([*ask, "--data", folder], env) for _ in range(runs)]
    seconds, cpu = [one.seconds for one in cold], [one.cpu for one in cold]
    rows = [
        ["cold `ask`, median", *against(statistics.median(seconds), 1.5, "s")],
        ["cold `ask`, fastest", *against(min(seconds), None, "s")],
        ["cold `ask`, slowest", *against(max(seconds), None, "s")],
        ["cold `ask`, processor time", *against(statistics.median(cpu), None, "s")],
        ["cold `ask`, peak memory", *against(max(one.peak for one in cold), 350.0, "MB")],
        ["first `ask` on a fresh data directory", *against(first.seconds, None, "s")],
        ["first `ask`, peak memory", *against(first.peak, None, "MB")],
    ]
    return f"""\
## Start

{watch.line()}

{options.command("start")}

The whole process of `rejoinder ask "{QUESTION}"`, from its start to its end, {runs} times in
a row; embeddings and index cached, modules compiled (as pip installs them). The first one on
a fresh data directory encodes the topic, builds the index and makes the database.

{table(("what", "figure", "target", "met"), rows)}
"""


def durability(options: Options) -> str:
    """The kill loop of the tests: SIGKILL at random moments while answering."""
    watch = Watch()
    rounds = 2 if options.quick else 50
    test = ROOT / "tests" / "test_durability.py"
    command = f"REJOINDER_KILL_ROUNDS={rounds} python -m pytest tests/test_durability.py"
    if not test.exists():
        return "## Log durability\n\nNot measured: tests/test_durability.py is not there."
    options.say(f"killing a process {rounds} times")
    env = {**environment(options.work), "REJOINDER_KILL_ROUNDS": str(rounds)}
    arguments = ["-p", "no:cacheprovider", "-q", "-rN", "--timeout=3600", "--no-header"]
    try:
        done = run([sys.executable, "-m", "pytest", test, *arguments], env)
        found = re.search(r"(\d+ passed.*?) in ", done.output)
        result = f"{found.group(1) if found else 'passed'}, {number(done.seconds)} s"
    except RunError:
        result = "**failed**; run the command to see what"
    return f"""\
## Log durability

{watch.line()}

{options.command("durability")}, which runs `{command}`

A process that answers is killed with SIGKILL {rounds} times at random moments. Each time every
answer that reached its standard output must be in the log, none twice, and the database intact.

Result: {result}.
"""


def throughput(options: Options) -> str:
    """Logged answers a second in group commit, beside plain commits and the disk's own pace."""
    watch = Watch()
    records = 500 if options.quick else 20_000
    options.say(f"logging {records:,} records")
    found = worker(
        "log_throughput", "--records", str(records),
        *(["--folder", str(options.work)] if options.quick else []),
        env=environment(options.work),
    )  # fmt: skip
    rows = [
        ["query log, group commit, 256 at a time",
         *against(found["rate"], 2000.0, "/s", least=True)],
        ["plain sqlite3, a commit each", *against(found["commits"], None, "/s")],
        ["4 KiB appends with fsync each", *against(found["synced"], None, "/s")],
    ]  # fmt: skip
    statuses = ", ".join(f"{count:,} {name}" for name, count in found["statuses"].items())
    return f"""\
## Log throughput

{watch.line()}

{options.command("throughput")}

{records:,} records, SQLite in the working folder (WAL, `synchronous=FULL`); of these {statuses}.
The last two rows say what the same disk gives without group commit, over {found["alone"]:,} writes.

{table(("what", "figure", "target", "met"), rows)}
"""


def scale(options: Options) -> str:
    """Synthetic topics from a hundred to a hundred thousand phrasings."""
    watch = Watch()
    sizes = (20, 100) if options.quick else (100, 1_000, 10_000, 100_000)
    rows, points = [], []
    for size in sizes:
        found = _one_size(options, size)
        points.append((float(size), found))
        rows.append(
            [f"{size:,}", f"{size // synthetic.PHRASINGS_PER_ENTRY:,}"]
            + [
                number(found[key])
                for key in ("encode", "build", "ready", "ready_cpu", "p50", "p99")
            ]
            + [f"{found[key]:,.0f}" for key in ("peak_build", "peak")]
        )
    picture = options.output.parent / "performance-scale.svg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(_chart(points), encoding="utf-8")
    last = points[-1][1]
    targets = [
        [f"ready from cache at {sizes[-1]:,}", *against(last["ready"], 5.0, "s")],
        [f"p50 at {sizes[-1]:,}", *against(last["p50"], 40.0, "ms")],
    ]
    head = (
        "phrasings", "entries", "encode, s", "build, s", "ready, s", "of that CPU, s",
        "p50, ms", "p99, ms", "peak while building, MB", "peak while answering, MB",
    )  # fmt: skip
    return f"""\
## Scale

{watch.line()}

{options.command("scale")}

Synthetic topics (`benchmarks/synthetic.py`), ten phrasings an entry, written as YAML folders.
*Encode*: all texts through the encoder on all cores, once in a topic's life (kept from an earlier
run unless `--fresh`). *Build*: the index of encoded texts, once a release. *Ready*: from the start
of the process to the first question that can be answered, YAML read and checked, vectors and index
from the cache. Latency with one thread, each question with a typing error.

{table(head, rows)}

{table(("target", "figure", "target", "met"), targets)}

![Growth with the number of phrasings]({picture.name})
"""


def _one_size(options: Options, size: int) -> dict[str, float]:
    place = options.work / f"scale-{size}"
    topic, data, kept = place / "topic", place / "data", place / "encoded.json"
    synthetic.write(topic, size)
    common = ("--topic", topic, "--data", data, "--phrasings", str(size))
    if options.fresh or not kept.exists():
        options.say(f"{size:,} phrasings: encoding")
        for old in (data / "cache").rglob("*.npz"):
            old.unlink()
        encoded = worker("scale", "encode", *common, env=environment(options.work))
        kept.write_text(json.dumps(encoded), encoding="utf-8")
    encoded = json.loads(kept.read_text(encoding="utf-8"))
    options.say(f"{size:,} phrasings: building")
    built = worker("scale", "build", *common, env=environment(options.work))
    options.say(f"{size:,} phrasings: answering")
    loads = [
        worker("scale", "answer", *common, "--questions", "20" if options.quick else "300",
               env=environment(options.work, one_thread=True))
        for _ in range(1 if options.quick else 3)
    ]  # fmt: skip
    answers = [value * 1000 for one in loads for value in one["answer"]]
    return {
        "encode": encoded["wall"],
        "build": built["wall"],
        "peak_build": built["peak"],
        "ready": statistics.median(one["ready"] for one in loads),
        "ready_cpu": statistics.median(one["ready_cpu"] for one in loads),
        "p50": percentile(answers, 0.50),
        "p99": percentile(answers, 0.99),
        "peak": max(one["peak"] for one in loads),
    }


def _chart(points: list[tuple[float, dict[str, float]]]) -> str:
    def line(key: str) -> list[tuple[float, float]]:
        return [(size, max(found[key], 1e-3)) for size, found in points]

    return chart.draw(
        [
            chart.Panel("latency, ms", {"p50": line("p50"), "p99": line("p99")}),
            chart.Panel("time, s", {"build": line("build"), "ready": line("ready")}),
            chart.Panel(
                "peak memory, MB", {"answering": line("peak"), "building": line("peak_build")}
            ),
        ],
        "phrasings",
    )


def discord(options: Options) -> str:
    """The bot on Discord under a steady load, in a process of its own."""
    watch = Watch()
    seconds = options.seconds or (2 if options.quick else 60)
    env = environment(options.work, one_thread=True)
    kept = options.work / "shipped" / "cache"
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.work, prefix="discord-") as folder:
        (Path(folder) / "cache").symlink_to(kept, target_is_directory=True)
        options.say(f"asking for {seconds:g} s")
        arguments = ("--data", folder, "--seconds", str(seconds))
        found = worker("discord_load", *arguments, *options.shipped(), env=env)
    if found["status"]:
        raise RunError(f"serve ended with {found['status']}")
    for line in found["errors"]:
        options.say(line)
    options.say(f"double late by {found['late'] * 1000:.0f} ms at most")
    both = found["mentions"] + found["interactions"]
    rows = []
    for name, values, targets in (
        ("event to reply", both, (60.0, None, 500.0, None)),
        ("of these, mentions", found["mentions"], (None,) * 4),
        ("of these, `/ask`", found["interactions"], (None,) * 4),
    ):
        shares = (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("slowest", 1.0))
        for (share_name, share), target in zip(shares, targets, strict=True):
            figure = percentile(values, share) * 1000 if values else 0.0
            rows.append([name, share_name, *against(figure, target, "ms")])
    for name, count in (
        ("questions lost", found["lost"]),
        ("questions answered twice", found["twice"]),
        ("questions without a row in the log, or with two", found["not_once"]),
        ("requests that Discord would refuse", found["refused"]),
    ):
        rows.append([name, "", str(count), "0", "yes" if not count else "**no**"])
    memory = [
        *([f"{at:.0f} s", f"{size:,.0f} MB"] for at, size in found["memory"]),
        ["end", f"{found['at_end']:,.0f} MB"],
    ]
    paces = f"{found['mentions_a_second']} mentions and {found['commands_a_second']} `/ask`"
    return f"""\
## Discord under load

{watch.line()}

{options.command("discord")}

{paces} a second for {seconds:g} s, {found["events"]:,} questions, {found["distinct"]:,} of them
asked once and the rest from {found["popular"]} popular ones, by {found["people"]} people in
{found["channels"]} channels, delivered at their times whether or not the bot keeps up. The bot is
`rejoinder serve` in a process of its own, on a topic of {found["entries"]} entries, with one thread
for the encoder and for numpy and its durable log (SQLite, `synchronous=FULL`). Discord is the
loopback double (`benchmarks/discord_double`) in the process that measures: from the moment an event
is handed to the socket until the request that answers it is there. Each channel was asked once
before. Settings are the defaults but for `discord_channel_limit`, raised to
{found["channel_limit"]}: at this pace a channel is asked 24 times in 20 s. Whether a question was
lost or answered twice is seen from the double's record and from the rows of the log.

{table(("what", "", "figure", "target", "met"), rows)}

The bot took {found["cores"]:.2f} cores, the double {found["own_cores"]:.2f}; {found["deferred"]}
commands were deferred (after 2 s). Memory of the bot's process:

{table(("after", "memory"), memory)}
"""


SECTIONS: dict[str, Callable[[Options], str]] = {
    "latency": latency,
    "start": start,
    "durability": durability,
    "throughput": throughput,
    "scale": scale,
    "discord": discord,
    "replay": moderation.replay,
    "publish": moderation.publish,
    "review": review_section.review,
}
