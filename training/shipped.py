"""Encode the texts that come with the product: ``python -m training.shipped``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.retrieval import shipped
from bot.retrieval.encoder import OnnxEncoder


def main() -> None:
    """Write the vectors of each file's texts beside it, in half precision."""
    encoder = OnnxEncoder()
    for name in shipped.NAMES:
        texts = shipped.texts(name)
        vectors = encoder.encode(texts).astype(np.float16)
        path = Path(shipped.__file__).parent / "data" / f"{name}.npz"
        key = np.array(shipped.key_of(encoder.name, texts))
        np.savez_compressed(path, key=key, vectors=vectors)


if __name__ == "__main__":
    main()
