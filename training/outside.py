"""Encode the texts outside any topic by the shipped encoder: ``python -m training.outside``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.retrieval import outside
from bot.retrieval.encoder import OnnxEncoder


def main() -> None:
    """Write the vectors beside the texts, in half precision."""
    encoder, texts = OnnxEncoder(), outside.out_of_scope()
    vectors = encoder.encode(texts).astype(np.float16)
    path = Path(outside.__file__).parent / "data" / "out_of_scope.npz"
    np.savez_compressed(path, key=np.array(outside.key_of(encoder.name, texts)), vectors=vectors)


if __name__ == "__main__":
    main()
