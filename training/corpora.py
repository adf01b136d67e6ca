"""What the encoder learns from: debates, arguments, plain sentences and parallel sentences."""

from __future__ import annotations

import csv
import gettext
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.advisor.language import detect

HERE = Path(__file__).parent
# Never trained on and no benchmark either: every choice of the recipe is made on these.
DEVELOPMENT = ("dao-merger", "free-city-buses", "open-lab-notebooks", "phone-ban-schools")
_LANGUAGES = (("questions", "en"), ("ru", "ru"), ("uk", "uk"))
_LONGEST = 300
_WORDS_OF_PAIR = range(5, 31)


@dataclass(frozen=True)
class Asked:
    """A question as somebody types it, and its language."""

    text: str
    language: str


@dataclass(frozen=True)
class Point:
    """What a question can ask for, in an editor's words, and the questions that mean it."""

    id: str
    kind: str
    text: str
    asked: tuple[Asked, ...]

    def split(self, phrasings: int) -> tuple[list[Asked], list[Asked]]:
        """Return the first English questions, which a base would know, and all others."""
        known = [one for one in self.asked if one.language == "en"][:phrasings]
        return known, [one for one in self.asked if one not in known]


@dataclass(frozen=True)
class Debate:
    """Points with the questions that mean each, and near misses that no point answers."""

    name: str
    title: str
    points: tuple[Point, ...]
    unanswered: tuple[Asked, ...]

    @property
    def texts(self) -> list[str]:
        """Return the points' own texts."""
        return [point.text for point in self.points]


@dataclass(frozen=True)
class Argued:
    """An argument, the key points that it makes, and those of its topic and side it does not."""

    text: str
    made: tuple[str, ...]
    others: tuple[str, ...]


def held_out() -> list[str]:
    """Return the names of the debates that are a benchmark and never trained on."""
    return (HERE / "held_out.txt").read_text(encoding="utf-8").split()


def debates(names: str = "training") -> list[Debate]:
    """Return the ``training``, ``development``, ``held out`` or ``newer`` debates, by name.

    The newer ones were written since the shipped encoder was made.
    """
    every = {path.stem: path for path in sorted((HERE / "debates").glob("*.yaml"))}
    taught = {*(HERE / "taught.txt").read_text(encoding="utf-8").split()}
    kept = {*held_out(), *DEVELOPMENT}
    chosen = {
        "training": taught - kept,
        "development": set(DEVELOPMENT),
        "held out": set(held_out()),
        "newer": every.keys() - taught - kept,
    }[names]
    return [_debate(path) for name, path in every.items() if name in chosen]


def _debate(path: Path) -> Debate:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    points = tuple(
        Point(
            point["id"],
            point["kind"],
            point["text"],
            tuple(
                Asked(text, language)
                for field, language in _LANGUAGES
                for text in point.get(field, [])
            ),
        )
        for point in content["points"]
    )
    unanswered = tuple(Asked(text, detect(text)) for text in content["unanswered"])
    for asked in (*(one for point in points for one in point.asked), *unanswered):
        if not isinstance(asked.text, str):  # "yes: no" is a mapping to YAML
            raise TypeError(f"{path}: {asked.text!r} is no text; put it into quotation marks")
    return Debate(path.stem, content["debate"], points, unanswered)


def argued(folder: Path, part: str = "train") -> list[Argued]:
    """Return the arguments of ArgKP-2021's ``train`` or ``dev`` topics that make a key point."""

    def rows(name: str) -> Iterator[dict[str, str]]:
        with (folder / f"{name}_{part}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    points = {row["key_point_id"]: row["key_point"] for row in rows("key_points")}
    texts = {row["arg_id"]: row["argument"] for row in rows("arguments")}
    made: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for row in rows("labels"):
        chosen = made if row["label"] == "1" else others
        chosen.setdefault(row["arg_id"], []).append(points[row["key_point_id"]])
    return [
        Argued(texts[argument], tuple(found), tuple(others.get(argument, ())))
        for argument, found in made.items()
    ]


def sentences(work: Path, count: int, seed: int = 0) -> list[str]:
    """Return glosses and examples of WordNet (Princeton's own licence), a sample by seed."""
    found: set[str] = set()
    for path in sorted((work / "debian" / "wordnet-base").rglob("data.*")):
        for line in path.read_text(encoding="utf-8", errors="ignore").splitlines():
            _, bar, gloss = line.partition(" | ")
            if not bar:
                continue
            for part in gloss.split(";"):
                text = part.strip().strip('"').strip()
                if len(text.split()) >= 5 and len(text) <= _LONGEST:
                    found.add(text)
    every = sorted(found)
    return random.Random(seed).sample(every, min(count, len(every)))


def pairs(work: Path, language: str, count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Return (English, other language) sentences of programs' message catalogues."""
    found: dict[str, str] = {}
    for path in sorted((work / "debian").rglob(f"{language}/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            try:
                # There is no other way to list all of them.
                read = gettext.GNUTranslations(file)
                catalogue = read._catalog  # type: ignore[attr-defined]  # noqa: SLF001
            except (OSError, UnicodeDecodeError):
                continue
        for original, translated in catalogue.items():
            if not isinstance(original, str) or not isinstance(translated, str):
                continue
            text, other = _plain(original.rpartition("\x04")[2]), _plain(translated)
            if len(text.split()) in _WORDS_OF_PAIR and re.search("[а-яіїєґ]{3}", other):
                found.setdefault(text, other)
    every = sorted(found.items())
    return random.Random(seed).sample(every, min(count, len(every)))


def _plain(text: str) -> str:
    """Return a message without mark-up, shortcut marks and line breaks."""
    text = re.sub(r"<[^>]*>|%(\d+\$)?[-#0+ ]*\d*\.?\d*[a-zA-Z]|\{\w*\}", " ", text)
    return re.sub(r"\s+", " ", re.sub("[_&~](?=\\w)", "", text)).strip()
