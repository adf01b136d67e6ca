"""A release's texts with their vectors, as an index is made from them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.knowledge.release import Entry, Release
from bot.retrieval.chars import CharIndex
from bot.retrieval.crossfit import Material
from bot.retrieval.encoder import CachedEncoder, Encoder, Progress
from bot.retrieval.outside import out_of_scope
from bot.retrieval.overlap import Words
from bot.retrieval.shipped import OUT_OF_SCOPE, kept_vectors
from bot.retrieval.texts import Indexed, texts_of


@dataclass(frozen=True)
class Encoded:
    """A release's texts and what lies outside any topic, each with vectors.

    ``vectors`` (texts, dimensions), ``labels`` (texts,) the entry of each, ``away`` (outside,
    dimensions).
    """

    entries: Sequence[Entry]
    texts: Sequence[Indexed]
    vectors: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    outside: Sequence[str]
    away: npt.NDArray[np.float32]

    @property
    def plain(self) -> list[str]:
        """Return the texts without what they are for."""
        return [text.text for text in self.texts]


def encoded(
    release: Release, encoder: Encoder, cache: Path | None, progress: Progress | None = None
) -> Encoded:
    """Encode a release's texts, but for those that the folder ``cache`` has."""
    entries = list(release.entries.values())
    texts = [text for entry in entries for text in texts_of(release.topic, entry)]
    plain, outside = [text.text for text in texts], out_of_scope()
    cached = CachedEncoder(encoder, cache)
    away = kept_vectors(OUT_OF_SCOPE, encoder.name, outside)
    if away is None:
        every = cached.encode([*plain, *outside], progress)
        vectors, away = every[: len(texts)], every[len(texts) :]
    else:
        vectors = cached.encode(plain, progress)
    numbers = {entry.id: number for number, entry in enumerate(entries)}
    labels = np.array([numbers[text.entry] for text in texts], np.int64)
    return Encoded(entries, texts, vectors, labels, outside, away)


def material_of(
    known: Encoded, words: Words, chars: CharIndex, there: npt.NDArray[np.bool_]
) -> Material:
    """Return what is cross-fitted; ``there`` (outside,) marks the texts that lie outside it."""
    far = tuple(itertools.compress(known.outside, there))
    return Material(
        known.texts, known.entries, known.vectors, known.labels, words, chars, far,
        known.away[there],
    )  # fmt: skip
