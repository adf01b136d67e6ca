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

from benchmarks.process import ROOT
from bot.errors import RejoinderError
from training import corpora

FILE = ROOT / "benchmarks" / "data" / "debates.jsonl"
# So many English questions a point are marked as known, for the task with phrasings.
KNOWN = 5


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


def _of(debate: corpora.Debate) -> Debate:
    """Return a debate as the file holds it."""
    points, questions = [], []
    for point in debate.points:
        points.append(Point(point.id, point.kind, point.text))
        known = _drawn(debate.name, [one.text for one in point.asked if one.language == "en"])
        questions += [
            DebateQuestion(
                one.text, one.language, point.id, one.language == "en" and one.text in known
            )
            for one in point.asked
        ]
    questions += [DebateQuestion(one.text, one.language, None) for one in debate.unanswered]
    return Debate(debate.name, debate.title, tuple(points), tuple(questions))


def _drawn(name: str, texts: Sequence[str]) -> set[str]:
    # By hash, so that a question that is mended deals at most one other anew.
    def place(text: str) -> bytes:
        return hashlib.sha256(f"{name}\0{text}".encode()).digest()

    return set(sorted(texts, key=place)[:KNOWN])


def held_out_debates() -> list[Debate]:
    """Return the debates that the file is made of."""
    return [_of(debate) for debate in corpora.debates("held out")]


def training_debates() -> list[Debate]:
    """Return the debates that may be trained and tuned on, by name."""
    found = [*corpora.debates("training"), *corpora.debates("development")]
    return [_of(debate) for debate in sorted(found, key=lambda debate: debate.name)]


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
    debates = held_out_debates()
    FILE.write_text(written(debates), encoding="utf-8")
    asked = sum(len(debate.questions) for debate in debates)
    print(f"{FILE}: {len(debates)} debates, {asked:,} questions.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
