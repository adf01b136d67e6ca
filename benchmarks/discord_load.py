"""Worker: ask the bot on Discord at a steady pace and print what came of it, as JSON.

This process is Discord (the double) and all the people; the bot is ``rejoinder serve`` in a process
of its own, unchanged, with its durable log.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no annotations

from benchmarks.discord_double import Channel, Double, Exchange, NoAnswerError, Person
from benchmarks.discord_double.served import Served, serving
from bot.knowledge.load import load
from bot.knowledge.release import Release
from bot.querylog import open_log
from bot.querylog.places import Home, Place
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.settings import load_settings

MENTIONS, COMMANDS = 40, 20  # a second
PEOPLE, CHANNELS = 500, 50
CHANNEL_LIMIT = 60  # within the 20 s of the default window
POPULAR = 40  # questions that the other half of the events repeat
_SAMPLE = 10.0  # seconds between two looks at the memory
_OPENERS = ("", "hi, ", "sorry if this was asked before: ", "quick question, ", "honestly, ")
_PATIENCE = 30.0


class Questions:
    """Questions without end, every second one asked only once and the others popular ones."""

    def __init__(self, release: Release, seed: int = 20_251_122) -> None:
        self._chance = random.Random(seed)
        texts = [text for entry in release.entries for _, text in release.topic.phrasings(entry)]
        self.popular = self._chance.sample(texts, min(POPULAR, len(texts)))
        once = sorted({f"{opener}{text}" for opener in _OPENERS for text in texts})
        self._once = [text for text in once if text not in self.popular]
        self._chance.shuffle(self._once)

    def __iter__(self) -> Iterator[str]:
        for number in itertools.count():
            again, rest = divmod(number, len(self._once))
            yield f"{self._once[rest]} ({again})" if again else self._once[rest]
            yield self._chance.choice(self.popular)


@dataclass
class Load:
    """One run: who asks what where, and what is seen of it."""

    double: Double
    served: Served
    questions: Questions
    channels: Sequence[Channel]
    people: Sequence[Person]
    asked: list[Exchange] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    latest: float = 0.0
    _asking: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._asking = iter(self.questions)

    def ask(self, number: int, *, command: bool) -> None:
        """Have one event delivered; people and channels take turns."""
        person = self.people[number % len(self.people)]
        channel = self.channels[number % len(self.channels)]
        text = next(self._asking)
        self.texts[text] += 1
        if command:
            self.asked.append(person.slash(channel, "ask", question=text))
        else:
            self.asked.append(person.mention(channel, text))

    async def warm_up(self) -> None:
        """Ask once in each channel, as a bot that has run for a while was asked everywhere."""
        for number in range(len(self.channels)):
            self.ask(number, command=False)
            await self.asked[-1]
        await self.double.quiet()
        self.asked.clear()
        self.texts.clear()

    async def run(self, seconds: float) -> None:
        """Deliver the events at their times, whether or not the bot keeps up."""
        times = [(n / MENTIONS, False) for n in range(round(seconds * MENTIONS))]
        times += [((n + 0.25) / COMMANDS, True) for n in range(round(seconds * COMMANDS))]
        times.sort()
        watching = asyncio.create_task(self._watch())
        begin = time.perf_counter()
        for number, (due, command) in enumerate(times, start=len(self.channels)):
            late = time.perf_counter() - begin - due
            self.latest = max(self.latest, late)
            # Always give way, so that the double itself can breathe.
            await asyncio.sleep(max(0.0, -late))
            self.ask(number, command=command)
        await asyncio.sleep(max(0.0, seconds - (time.perf_counter() - begin)))
        watching.cancel()
        await asyncio.wait({watching})
        with contextlib.suppress(NoAnswerError):  # then some are lost, which is counted
            await self.double.until(lambda: all(e.answered for e in self.asked), "all answers")

    async def _watch(self) -> None:
        bot, begin = psutil.Process(self.served.process.pid), time.perf_counter()
        while True:
            rss = bot.memory_info().rss / 1e6
            self.memory.append((time.perf_counter() - begin, rss))
            await asyncio.sleep(_SAMPLE)

    def found(self) -> dict[str, Any]:
        """Return what the double has seen."""
        popular = set(self.questions.popular)
        answered = [e for e in self.asked if e.answered]
        again = [e for e in self.asked if sum(r.kind != "deferred" for r in e.responses) > 1]
        return {
            "events": len(self.asked),
            "distinct": sum(self.texts[text] == 1 for text in self.texts if text not in popular),
            "lost": len(self.asked) - len(answered),
            "twice": len(again),
            "deferred": sum("deferred" in e.kinds for e in self.asked),
            "mentions": [e.answered_after for e in answered if e.event == "MESSAGE_CREATE"],
            "interactions": [e.answered_after for e in answered if e.event != "MESSAGE_CREATE"],
            "refused": sum((r.status or 500) >= 400 for r in self.double.requests),
            "late": self.latest,
        }


async def measure(data: Path, knowledge: Path, seconds: float) -> dict[str, Any]:
    """Run the load and return its figures; seconds throughout, memory in MB."""
    release = load(knowledge)
    build(release, OnnxEncoder(), cache=data / "cache")
    async with Double(seams=False, patience=_PATIENCE) as double:
        guild = double.guild()
        channels = [guild.channel(f"channel-{number}") for number in range(CHANNELS)]
        people = [guild.member(f"member-{number}") for number in range(PEOPLE)]
        topic = release.topic.id
        async with open_log(data) as log:
            await log.places.save_home(Home(topic=topic, platform="discord", guild=str(guild.id)))
            for channel in channels:
                await log.places.save_place(
                    Place(platform="discord", guild=str(guild.id), channel=str(channel.id),
                          topic=topic)
                )  # fmt: skip
        async with serving(
            double,
            data,
            knowledge=knowledge,
            discord_channel_limit=str(CHANNEL_LIMIT),
            log_level="warning",
        ) as served:
            await served.connected()
            load_ = Load(double, served, Questions(release), channels, people)
            await load_.warm_up()
            bot = psutil.Process(served.process.pid)
            cpu, own = sum(bot.cpu_times()[:2]), time.process_time()
            begin = time.perf_counter()
            await load_.run(seconds)
            took = time.perf_counter() - begin
            cores = (sum(bot.cpu_times()[:2]) - cpu) / took
            own_cores = (time.process_time() - own) / took
            await double.quiet(0.5)
            at_end = bot.memory_info().rss / 1e6
            served.signal(signal.SIGTERM)
            status = await served.ended()
        return load_.found() | {
            "entries": len(release.entries),
            "popular": POPULAR,
            "people": PEOPLE,
            "channels": CHANNELS,
            "channel_limit": CHANNEL_LIMIT,
            "mentions_a_second": MENTIONS,
            "commands_a_second": COMMANDS,
            "memory": load_.memory,
            "at_end": at_end,
            "cores": cores,
            "own_cores": own_cores,
            "status": status,
            "not_once": await _wrong_rows(data, len(load_.asked)),
            "errors": [line for line in served.lines if '"level": "error"' in line][:5],
        }


async def _wrong_rows(data: Path, asked: int) -> int:
    """Return how many rows are missing, too many, or not marked as shown.

    The log has one row an event at most, so that as many rows as events are one for each.
    """
    async with open_log(data) as log:
        rows = [row async for row in log.queries()]
    return abs(len(rows) - CHANNELS - asked) + sum(row.delivered_at is None for row in rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    chosen = load_settings(knowledge=given.knowledge, data=given.data).knowledge
    print(json.dumps(asyncio.run(measure(given.data, chosen, given.seconds))))
