"""Bring together what the student learns from, with the teachers' vectors of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from training import batches, corpora, teachers
from training.student import Lessons

_SENTENCES, _PAIRS = 9_000, 6_000

Report = Callable[[str], None]


@dataclass(frozen=True)
class Sentences:
    """The English sentences that teachers speak about, and where each part of them stands."""

    texts: list[str]
    close: dict[str, list[int]]
    pairs: list[tuple[int, str]]


def gather(
    work: Path, debates: Sequence[corpora.Debate], argued: Sequence[corpora.Argued]
) -> Sentences:
    """Return all English sentences, each once: of debates, arguments, WordNet, catalogues."""
    places: dict[str, int] = {}

    def place(text: str) -> int:
        return places.setdefault(text, len(places))

    close = {
        debate.name: sorted({place(text) for text in batches.english_of([debate])})
        for debate in debates
    }
    for one in argued:
        for text in (one.text, *one.made):
            place(text)
    for text in corpora.sentences(work, _SENTENCES):
        place(text)
    pairs = [
        (place(english), other)
        for language in ("ru", "uk")
        for english, other in corpora.pairs(work, language, _PAIRS)
    ]
    return Sentences(list(places), close, pairs)


def taught(
    work: Path,
    debates: Sequence[corpora.Debate],
    argued: Sequence[corpora.Argued],
    names: Sequence[str],
) -> Lessons:
    """Return the lessons with the vectors that the named teachers left in ``work``."""
    sentences = gather(work, debates, argued)
    vectors = [torch.from_numpy(np.load(work / f"{name}.npy")) for name in names]
    for name, found in zip(names, vectors, strict=True):
        if len(found) != len(sentences.texts):
            raise ValueError(f"{name}.npy is of other sentences: delete it and teach again")
    return Lessons(debates, argued, sentences.texts, vectors, sentences.pairs, sentences.close)


def teach(
    name: str,
    work: Path,
    debates: Sequence[corpora.Debate],
    argued: Sequence[corpora.Argued],
    report: Report,
) -> teachers.Model:
    """Tune one teacher, store its vectors of all sentences in ``work``, and return it."""
    model = teachers.start(name, work)
    teachers.tune(model, name, debates, argued, report)
    texts = gather(work, debates, argued).texts
    teachers.keep(work / f"{name}.npy", teachers.encode(model, texts, report))
    return model
