"""Encode the texts that come with the product: ``python -m training.shipped``.

Those that go with any topic, and the shipped topic's own, which takes a minute or two.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.knowledge.load import load
from bot.retrieval import shipped
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.texts import texts_of
from bot.settings import shipped_knowledge


def main() -> None:
    """Write the vectors beside the files: in half precision, the topic's a byte a number."""
    encoder = OnnxEncoder()
    for name in shipped.NAMES:
        texts = shipped.texts(name)
        vectors = encoder.encode(texts).astype(np.float16)
        path = Path(shipped.__file__).parent / "data" / f"{name}.npz"
        key = np.array(shipped.key_of(encoder.name, texts))
        np.savez_compressed(path, key=key, vectors=vectors)
    release = load(shipped_knowledge())
    own = [
        text.text for entry in release.entries.values() for text in texts_of(release.topic, entry)
    ]
    path = Path(shipped.__file__).parent / "data" / f"{shipped.TOPIC}.npz"
    shipped.save_topic(path, encoder.name, own, encoder.encode(own))


if __name__ == "__main__":
    main()
