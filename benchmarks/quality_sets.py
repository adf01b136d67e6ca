"""The data sets of the quality benchmark, each as tasks: what is known, and what is asked."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import quality_debates
from benchmarks.process import ROOT
from benchmarks.quality_debates import Debate
from bot.advisor.evaluation import Case
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.retrieval.texts import texts_of
from bot.settings import shipped_knowledge

DEVELOPMENT = ROOT / "benchmarks" / "data" / "topic-dev.jsonl"
GATE = ROOT / "benchmarks" / "data" / "topic-gate.jsonl"
OUT_OF_SCOPE = "__oos__"
SEEDS = range(5)
_ASKED_OF_DRAW = 1_000
# Where draws of our own come from: all that is neither asked nor a label's name.
_POOL = ("train5", "train10", "valid")


@dataclass(frozen=True)
class Query:
    """A question with the labels that are right; none means it must not be answered.

    ``context`` is the entry of the answer before, which only the product can make use of;
    ``scope`` is ``near`` or ``far`` where it is known how far a question lies out of scope.
    """

    text: str
    labels: tuple[str, ...] = ()
    context: str | None = None
    scope: str | None = None


@dataclass(frozen=True)
class Base:
    """What a matcher knows, by label, and what it is asked.

    ``phrasings`` are those of the known texts that are worded as questions, by which thresholds are
    set; empty means all. ``release`` is the topic itself where the base is one: the product answers
    from that. Labels in ``notices`` are shown instead of an answer, and count as none where nothing
    is expected.
    """

    known: Mapping[str, tuple[str, ...]]
    queries: tuple[Query, ...]
    phrasings: frozenset[str] = frozenset()
    release: Release | None = None
    notices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Task:
    """One group of rows of the table: bases whose questions are counted together.

    Several ``draws`` are the same task with other phrasings known; figures are their mean.
    ``leaves_out`` tells whether known texts can be left out to set a threshold: a label must have
    more than one.
    """

    name: str
    draws: tuple[tuple[Base, ...], ...]
    leaves_out: bool = True
    confusion: bool = False
    """also show accuracy and MCC over all questions"""
    scopes: bool = False
    """also show near and far questions out of scope apart"""
    note: str = ""

    @property
    def texts(self) -> list[str]:
        """Return every text of the task once, in order."""
        seen: dict[str, None] = {}
        for draw in self.draws:
            for base in draw:
                for phrasings in base.known.values():
                    seen.update(dict.fromkeys(phrasings))
                seen.update(dict.fromkeys(query.text for query in base.queries))
        return list(seen)


@dataclass(frozen=True)
class Missing:
    """A data set that is not there, and where it was looked for."""

    name: str
    why: str


@dataclass(frozen=True)
class Sources:
    """Where the sets are; ``quick`` takes few labels and questions, only to see that all runs."""

    bench: Path | None
    quick: bool = False
    debates: Path = quality_debates.FILE
    topic: Path = field(default_factory=shipped_knowledge)
    development: Path = DEVELOPMENT
    gate: Path = GATE


_Row = tuple[str, str]


def intents(
    sources: Sources, name: str, file: str, *, shots: Sequence[int] = (5, 10)
) -> list[Task | Missing]:
    """Read a set of intents: a task for each published draw, and one for five draws of our own."""
    rows = _jsonl(sources, file)
    if rows is None:
        return [_missing(sources, name, file)]
    keep = _few_labels(rows, 8) if sources.quick else None
    rows = {
        split: [row for row in found if keep is None or row[1] in {*keep, OUT_OF_SCOPE}]
        for split, found in rows.items()
    }
    asked = [Query(text, (label,)) for text, label in rows["test"]]
    asked += [Query(text) for text, _ in rows.get("oos_test", [])]
    if sources.quick:
        asked = random.Random(0).sample(asked, min(len(asked), 60))
    queries = tuple(asked)
    names = {label: text for text, label in rows.get("canon", [])}
    pool = _grouped(row for split in _POOL for row in rows.get(split, []))
    fewest = min(len(texts) for texts in pool.values())
    tasks: list[Task | Missing] = []
    for shot in shots:
        published = _named(_grouped(rows[f"train{shot}"]), names, queries)
        tasks.append(Task(f"{name}, {shot} phrasings, published draw", ((published,),)))
        if fewest > shot:
            seeds = SEEDS[:2] if sources.quick else SEEDS
            draws = tuple(
                (_named(_draw(pool, shot, seed), names, _some(queries, seed)),) for seed in seeds
            )
            tasks.append(Task(f"{name}, {shot} phrasings, {len(draws)} draws of our own", draws))
    return tasks


def _some(queries: tuple[Query, ...], seed: int) -> tuple[Query, ...]:
    """Return the questions that a draw of our own is asked: all of them would take hours."""
    return tuple(random.Random(seed).sample(queries, min(len(queries), _ASKED_OF_DRAW)))


def _draw(pool: Mapping[str, Sequence[str]], shot: int, seed: int) -> Mapping[str, tuple[str, ...]]:
    dealer = random.Random(seed)
    return {label: tuple(dealer.sample(sorted(texts), shot)) for label, texts in pool.items()}


def _named(
    known: Mapping[str, Sequence[str]], names: Mapping[str, str], queries: tuple[Query, ...]
) -> Base:
    """Return a base that knows each label's own name too, as an entry has a title."""
    return Base(
        {
            label: tuple(dict.fromkeys((names[label], *texts) if label in names else texts))
            for label, texts in known.items()
        },
        queries,
        frozenset(text for texts in known.values() for text in texts),
    )


def sofmattress(sources: Sources) -> list[Task | Missing]:
    """Read HINT3's SOFMattress: live queries to a shop's bot, the full training set known."""
    name, file = "HINT3 SOFMattress", "hint3_sofmattress.jsonl"
    rows = _jsonl(sources, file)
    if rows is None:
        return [_missing(sources, name, file)]
    asked = [Query(text, (label,)) for text, label in rows["test"]]
    asked += [Query(text) for text, _ in rows["oos_test"]]
    if sources.quick:
        asked = random.Random(0).sample(asked, min(len(asked), 60))
    names = {label: text for text, label in rows.get("canon", [])}
    base = _named(_grouped(rows["train"]), names, tuple(asked))
    return [Task(f"{name}, all its training phrasings", ((base,),), confusion=True)]


def argkp(sources: Sources) -> list[Task | Missing]:
    """Read ArgKP-2021's development topics: which key point of the same stance is an argument's."""
    name = "ArgKP, development topics"
    folder = sources.bench / "argkp" if sources.bench else None
    if folder is None or not (folder / "labels_dev.csv").exists():
        return [_missing(sources, name, "argkp/labels_dev.csv")]
    bases: dict[tuple[str, str], dict[str, str]] = {}
    for row in _csv(folder / "key_points_dev.csv"):
        found = bases.setdefault((row["topic"], row["stance"]), {})
        found[row["key_point_id"]] = row["key_point"]
    right: dict[str, list[str]] = {}
    judged: dict[str, int] = {}
    for row in _csv(folder / "labels_dev.csv"):
        judged[row["arg_id"]] = judged.get(row["arg_id"], 0) + 1
        if row["label"] == "1":
            right.setdefault(row["arg_id"], []).append(row["key_point_id"])
    asked: dict[tuple[str, str], list[Query]] = {}
    for row in _csv(folder / "arguments_dev.csv"):
        place = (row["topic"], row["stance"])
        labels = tuple(right.get(row["arg_id"], ()))
        # Where judges disagreed on a pair it is left out of the file: only an argument that was
        # judged against all key points of its side is known to match none.
        if labels or judged.get(row["arg_id"], 0) == len(bases[place]):
            asked.setdefault(place, []).append(Query(row["argument"], labels))
    draw = tuple(
        Base(
            {label: (text,) for label, text in points.items()},
            tuple(asked.get(place, ())[: 8 if sources.quick else None]),
        )
        for place, points in bases.items()
    )
    return [
        Task(
            f"{name}, key points of the argument's side", (draw,), leaves_out=False,
            note="out of scope: arguments that match no key point",
        )
    ]  # fmt: skip


def debates(sources: Sources) -> list[Task | Missing]:
    """Read the held-out debates: points alone, then with five questions a point known."""
    if not sources.debates.exists():
        return [Missing("Held-out debates", f"{sources.debates} is not there")]
    found = quality_debates.read(sources.debates)[: 2 if sources.quick else None]
    tasks: list[Task | Missing] = []
    for few in (False, True):
        known = "5 questions a point known" if few else "points alone"
        for language, named in (("en", "English"), ("ru", "Russian"), ("uk", "Ukrainian")):
            draw = tuple(debate_base(debate, few=few, language=language) for debate in found)
            tasks.append(
                Task(f"Held-out debates, {known}, {named}", (draw,), leaves_out=few)
            )  # fmt: skip
    return tasks


def debate_base(debate: Debate, *, few: bool, language: str | None = None) -> Base:
    """Return a debate as a base: its points, with their known questions if few."""
    learned = [question for question in debate.questions if few and question.known]
    known = {
        point.id: (point.text, *(q.text for q in learned if q.point == point.id))
        for point in debate.points
    }
    queries = tuple(
        Query(question.text, (question.point,) if question.point else ())
        for question in debate.questions
        if language in {None, question.language} and not (few and question.known)
    )
    return Base(known, queries, frozenset(question.text for question in learned))


def topic(sources: Sources) -> list[Task | Missing]:
    """Read the shipped topic with its expectations."""
    release = load(sources.topic)
    queries = [
        Query(item.ask, item.expect, item.context, item.scope)
        for item in release.topic.expectations[:: 8 if sources.quick else 1]
    ]
    draw = (topic_base(release, queries),)
    return [Task("The shipped topic's expectations", (draw,), scopes=True)]


def development(sources: Sources) -> list[Task | Missing]:
    """Read the questions about the shipped topic that it is tuned on, as gate() does."""
    return _asked(sources, sources.development, "Development questions")


def gate(sources: Sources) -> list[Task | Missing]:
    """Read the gate: new questions about the shipped topic, by scope and language."""
    return _asked(sources, sources.gate, "The gate")


def asked_of(path: Path) -> list[dict[str, Any]]:
    """Return the questions of a file in the form that benchmarks/data/README.md describes."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def as_cases(rows: Iterable[Mapping[str, Any]]) -> list[Case]:
    """Return such questions as what the advisor is evaluated on."""
    return [Case(row["ask"], tuple(row["expect"]), context=row["context"]) for row in rows]


def _asked(sources: Sources, path: Path, title: str) -> list[Task | Missing]:
    if not path.exists():
        return [Missing(title, f"{path} is not there")]
    release = load(sources.topic)
    rows = asked_of(path)
    named = {None: "all", "en": "English", "ru": "Russian", "uk": "Ukrainian"}
    tasks: list[Task | Missing] = []
    for language, name in named.items():
        queries = [
            Query(row["ask"], tuple(row["expect"]), row["context"], row["scope"])
            for row in rows[:: 8 if sources.quick else 1]
            if language in {None, row["language"]}
        ]
        draw = (topic_base(release, queries),)
        tasks.append(Task(f"{title}, {name}", (draw,), scopes=True))
    return tasks


def topic_base(release: Release, queries: Sequence[Query]) -> Base:
    """Return a release as a base: a peer knows the texts by which the product finds an entry."""
    known = {
        entry.id: tuple(text.text for text in texts_of(release.topic, entry))
        for entry in release.entries.values()
    }
    notices = {entry.id for entry in release.entries.values() if entry.kind is Kind.BOUNDARY}
    phrasings = frozenset(
        phrasing for entry in known for _, phrasing in release.topic.phrasings(entry)
    )
    return Base(known, tuple(queries), phrasings, release, frozenset(notices))


SETS = {
    "banking77": lambda sources: intents(sources, "BANKING77", "banking77.jsonl"),
    "clinc150": lambda sources: intents(sources, "CLINC150", "clinc150.jsonl"),
    "sofmattress": sofmattress,
    "argkp": argkp,
    "debates": debates,
    "topic": topic,
    "development": development,
    "gate": gate,
}


def _jsonl(sources: Sources, file: str) -> dict[str, list[_Row]] | None:
    if sources.bench is None or not (sources.bench / file).exists():
        return None
    rows: dict[str, list[_Row]] = {}
    for line in (sources.bench / file).read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        rows.setdefault(data["split"], []).append((data["text"], data["label"]))
    return rows


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _grouped(rows: Iterable[_Row]) -> Mapping[str, tuple[str, ...]]:
    known: dict[str, dict[str, None]] = {}
    for text, label in rows:
        known.setdefault(label, {})[text] = None
    return {label: tuple(texts) for label, texts in known.items()}


def _few_labels(rows: Mapping[str, Sequence[_Row]], count: int) -> list[str]:
    return sorted({label for _, label in rows["train5"]})[:count]


def _missing(sources: Sources, name: str, file: str) -> Missing:
    if sources.bench is None:
        return Missing(name, "no folder of public sets was named (--bench DIR)")
    return Missing(name, f"{sources.bench.name}/{file} is not there")
