"""Measure an encoder while it is made: what the ablation in the model card is written from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.retrieval.head import train
from training import corpora

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]

_KNOWN = 5  # phrasings of a point that a knowledge base would have
_HEAD, _COSINE = 0.5, 0.4
_LANGUAGES = ("en", "ru", "uk")


def measure(encode: Encode, bench: Path | None, names: str = "development") -> dict[str, float]:
    """Return the figures of an encoder; ``bench`` is the folder of public sets, if it is there."""
    found = _debates(encode, corpora.debates(names))
    if bench is not None:
        found["argkp"] = _argkp(encode, bench / "argkp")
        found["banking77, 5 shots"] = _intents(encode, bench / "banking77.jsonl")
        found["clinc150, 5 shots"] = _intents(encode, bench / "clinc150.jsonl")
    return {name: round(value, 4) for name, value in found.items()}


def _debates(encode: Encode, debates: Sequence[corpora.Debate]) -> dict[str, float]:
    right: dict[str, list[bool]] = {}
    inside: list[float] = []
    outside: list[float] = []
    for debate in debates:
        points = encode(debate.texts)
        every = ((one, number) for number, point in enumerate(debate.points) for one in point.asked)
        for asked, point in every:
            scores = points @ encode([asked.text])[0]
            right.setdefault(asked.language, []).append(int(scores.argmax()) == point)
            inside.append(float(scores.max()))
        if debate.unanswered:
            near = encode([asked.text for asked in debate.unanswered])
            outside += (near @ points.T).max(1).tolist()
    found = {f"point, {name}": _mean(right.get(name, [])) for name in _LANGUAGES}
    found["near misses, AUROC"] = auroc(inside, outside)
    return {**found, **_with_phrasings(encode, debates)}


def _with_phrasings(encode: Encode, debates: Sequence[corpora.Debate]) -> dict[str, float]:
    """Ask with five English phrasings a point known, as a knowledge base has them."""
    right: dict[str, list[bool]] = {}
    inside: list[float] = []
    outside: list[float] = []
    for debate in debates:
        texts, labels = debate.texts, list(range(len(debate.points)))
        rest: list[tuple[corpora.Asked, int]] = []
        for number, point in enumerate(debate.points):
            known, others = point.split(_KNOWN)
            texts += [asked.text for asked in known]
            labels += [number] * len(known)
            rest += [(asked, number) for asked in others]
        asked_vectors = encode([asked.text for asked, _ in rest])
        scores = _blend(encode(texts), np.array(labels), asked_vectors, len(debate.points))
        for row, (asked, point) in enumerate(rest):
            right.setdefault(asked.language, []).append(int(scores[row].argmax()) == point)
        inside += scores.max(1).tolist()
        if debate.unanswered:
            near = encode([asked.text for asked in debate.unanswered])
            outside += (
                _blend(encode(texts), np.array(labels), near, len(debate.points)).max(1).tolist()
            )
    found = {f"point with phrasings, {name}": _mean(right.get(name, [])) for name in _LANGUAGES}
    found["near misses with phrasings, AUROC"] = auroc(inside, outside)
    return found


def _blend(texts: Floats, labels: npt.NDArray[np.int64], asked: Floats, entries: int) -> Floats:
    order = np.argsort(labels, kind="stable")
    texts, labels = texts[order], labels[order]
    head = train(texts, labels, entries).probabilities(asked)
    starts = np.searchsorted(labels, np.arange(entries))
    nearest = np.maximum.reduceat(asked @ texts.T, starts, axis=1)
    blended: Floats = (_HEAD * head + _COSINE * nearest).astype(np.float32)
    return blended


def _argkp(encode: Encode, folder: Path) -> float:
    """Return how often an argument's nearest key point of its topic and side is one it makes."""
    right = []
    for argued in corpora.argued(folder, "dev"):
        points = encode([*argued.made, *argued.others])
        nearest = int((points @ encode([argued.text])[0]).argmax())
        right.append(nearest < len(argued.made))
    return _mean(right)


def _intents(encode: Encode, path: Path) -> float:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = sorted({row["label"] for row in rows if row["split"] == "train5"})
    number = {name: place for place, name in enumerate(names)}
    known = [row for row in rows if row["split"] == "train5"]
    # Every third question: the whole set takes minutes an encoder and moves the figure by .005.
    asked = [row for row in rows if row["split"] == "test"][::3]
    scores = _blend(
        encode([row["text"] for row in known]),
        np.array([number[row["label"]] for row in known]),
        encode([row["text"] for row in asked]),
        len(names),
    )
    best = [names[int(place)] for place in scores.argmax(1)]
    return _mean([name == row["label"] for name, row in zip(best, asked, strict=True)])


def _mean(flags: Sequence[bool]) -> float:
    return float(np.mean(flags)) if flags else float("nan")


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return how often an answerable question scores above an unanswerable one."""
    if not inside or not outside:
        return float("nan")
    above = np.array(inside)[:, None] > np.array(outside)[None, :]
    return float(above.mean())


def remembered(encode: Encode) -> Encode:
    """Return the encoder with a memory, so that each text is encoded once."""
    known: dict[str, Floats] = {}

    def encoded(texts: Sequence[str]) -> Floats:
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            known.update(zip(missing, encode(missing), strict=True))
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, 0), np.float32)

    return encoded
