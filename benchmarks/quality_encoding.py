"""Encode each text of a data set once, and keep the vectors outside the repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bot.knowledge.words import clean
from bot.retrieval.encoder import DIMENSIONS, CachedEncoder, Encoder, Progress, Vectors


class Remembering:
    """An encoder that remembers; ``fresh()`` makes it forget for as long as time is taken."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self.name = encoder.name
        self._encoder = encoder
        self._folder = folder
        self._known: dict[str, Vectors] = {}
        self._fresh = False

    def prepare(self, name: str, texts: Sequence[str], progress: Progress | None = None) -> None:
        """Encode a set's texts, or take them from the set's file of an earlier run."""
        wanted = list(dict.fromkeys(form for text in texts for form in (text, clean(text))))
        folder = self._folder / name if self._folder else None
        # Of what is not in the file, another set may have been encoded in this run already.
        vectors = CachedEncoder(self, folder).encode(wanted, progress)
        self._known.update(zip(wanted, vectors, strict=True))

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (len(texts), DIMENSIONS)."""
        if self._fresh:
            return self._encoder.encode(texts, progress)
        if missing := [text for text in dict.fromkeys(texts) if text not in self._known]:
            vectors = self._encoder.encode(missing, progress)
            self._known.update(zip(missing, vectors, strict=True))
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return np.stack([self._known[text] for text in texts])

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Encode anew whatever is asked meanwhile."""
        self._fresh = True
        try:
            yield
        finally:
            self._fresh = False
