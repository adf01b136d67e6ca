"""What the tests of retrieval share: an encoder that is cheap and counts what it encodes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import strategies as st

from bot.retrieval.encoder import DIMENSIONS, Encoder, Progress, Vectors

# Two texts of one entry, and three of others, in three languages.
TEXTS = ["who pays for the bridge", "the bridge is too dear", "herons nest by the river",
         "сколько стоит мост", "чи зникнуть чаплі"]  # fmt: skip
OWNERS = np.array([0, 0, 1, 2, 3])
SOME_TEXT = st.text(st.sampled_from("abcde абвїі’-?!"), max_size=30)


class CountingEncoder:
    """Encode a text as the sum of its words' random directions, and remember what was asked.

    Texts that share words are near one another, as with the shipped encoder, at no cost.
    """

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.encoded.extend(texts)
        if progress is not None:
            progress(len(texts), len(texts))
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split() or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                generator = np.random.default_rng(int.from_bytes(digest))
                vectors[row] += generator.standard_normal(DIMENSIONS).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def taken(self) -> list[str]:
        """Return what was encoded since the last call."""
        taken, self.encoded = self.encoded, []
        return taken


@pytest.fixture
def counting() -> CountingEncoder:
    """Return a new counting encoder."""
    encoder = CountingEncoder()
    checked: Encoder = encoder  # the type checker holds it to the protocol
    del checked
    return encoder
