"""Make and read benchmarks/data/debates.jsonl: the debates that are held out of all training.

``python -m benchmarks.quality_debates`` writes the file anew from training/debates and
training/held_out.txt.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.process import ROOT
from bot.advisor.language import detect
from bot.errors import RejoinderError

FILE = ROOT / "benchmarks" / "data" / "debates.jsonl"
DEBATES = ROOT / "training" / "debates"
HELD_OUT = ROOT / "training" / "held_out.txt"
# So many English questions a point are marked as known, for the task with phrasings.
KNOWN = 5
_LANGUAGES = (("questions", "en"), ("ru", "ru"), ("uk", "uk"))


@dataclass(frozen=True)
class Point:
    """What a question can ask for: an argument or a fact, in an editor's words."""

    id: str
    kind: str
    text: str


@dataclass(frozen=True)
class DebateQuestion:
    """A question as typed; ``point`` is None where no point answers it.

    ``known`` marks those that a matcher may learn from in the task with phrasings.
    """

    text: str
    language: str
    point: str | None
    known: bool = False


@dataclass(frozen=True)
class Debate:
    """A debate with its points and all questions about it."""

    name: str
    title: str
    points: tuple[Point, ...]
    questions: tuple[DebateQuestion, ...]


def held_out() -> list[str]:
    """Return the names of the debates that nothing may be trained on."""
    return HELD_OUT.read_text(encoding="utf-8").split()


def from_yaml(path: Path) -> Debate:
    """Read a debate of training/debates."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    name = path.stem
    points, questions = [], []
    for point in data["points"]:
        points.append(Point(point["id"], point["kind"], point["text"]))
        known = _drawn(name, point.get("questions", []))
        questions += [
            DebateQuestion(text, language, point["id"], language == "en" and text in known)
            for field, language in _LANGUAGES
            for text in point.get(field, [])
        ]
    questions += [DebateQuestion(text, detect(text), None) for text in data["unanswered"]]
    return Debate(name, data["debate"], tuple(points), tuple(questions))


def _drawn(name: str, texts: Sequence[str]) -> set[str]:
    # By hash, so that a question that is mended deals at most one other anew.
    def place(text: str) -> bytes:
        return hashlib.sha256(f"{name}\0{text}".encode()).digest()

    return set(sorted(texts, key=place)[:KNOWN])


def training_debates() -> list[Debate]:
    """Return the debates that may be trained and tuned on, by name."""
    kept = set(held_out())
    return [from_yaml(path) for path in sorted(DEBATES.glob("*.yaml")) if path.stem not in kept]


def lines(debates: Sequence[Debate]) -> Iterator[dict[str, Any]]:
    """Yield the file's objects: each debate, its points, its questions."""
    for debate in debates:
        yield {"type": "debate", "debate": debate.name, "title": debate.title}
        for point in debate.points:
            yield {
                "type": "point", "debate": debate.name, "id": point.id, "kind": point.kind,
                "text": point.text,
            }  # fmt: skip
        for question in debate.questions:
            yield {
                "type": "question", "debate": debate.name, "language": question.language,
                "text": question.text, "point": question.point, "known": question.known,
            }  # fmt: skip


def written(debates: Sequence[Debate]) -> str:
    """Return the file's content."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines(debates))


def read(path: Path = FILE) -> list[Debate]:
    """Read the file. Raises RejoinderError where a line is not what README.md says."""
    titles: dict[str, str] = {}
    points: dict[str, list[Point]] = {}
    questions: dict[str, list[DebateQuestion]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            data = json.loads(line)
            name = data["debate"]
            if data["type"] == "debate":
                titles[name] = data["title"]
            elif data["type"] == "point":
                points.setdefault(name, []).append(Point(data["id"], data["kind"], data["text"]))
            else:
                questions.setdefault(name, []).append(
                    DebateQuestion(data["text"], data["language"], data["point"], data["known"])
                )
        except (ValueError, KeyError, TypeError) as error:
            raise RejoinderError(
                f"Line {number} of {path} is no debate, point or question.",
                hint="Make the file anew: python -m benchmarks.quality_debates",
            ) from error
    return [
        Debate(name, title, tuple(points.get(name, ())), tuple(questions.get(name, ())))
        for name, title in titles.items()
    ]


def main() -> int:
    """Write the file; return the exit status."""
    debates = [from_yaml(DEBATES / f"{name}.yaml") for name in held_out()]
    FILE.write_text(written(debates), encoding="utf-8")
    asked = sum(len(debate.questions) for debate in debates)
    print(f"{FILE}: {len(debates)} debates, {asked:,} questions.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
