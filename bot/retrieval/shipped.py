"""Texts that come with the product, and vectors by the shipped encoder.

Those of the texts that go with any topic, and those of the shipped topic's own. ``python -m
training.shipped`` writes them, so that nobody has to encode the texts again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.knowledge import reader
from bot.knowledge.reader import Plain

OUT_OF_SCOPE, FOLLOW_UPS = "out_of_scope", "follow_ups"
NAMES = (OUT_OF_SCOPE, FOLLOW_UPS)
TOPIC = "topic"
_DIGEST = 16
_STEPS = 127  # a byte's, to either side of nothing

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.void]


def groups(name: str) -> dict[str, tuple[str, ...]]:
    """Return the texts of a shipped file by their group, in the order of the file."""
    found = reader.read(reader.decode((files("bot.retrieval") / f"data/{name}.yaml").read_bytes()))
    assert isinstance(found, dict)  # noqa: S101 - ours, and read by the tests
    return {str(group): tuple(_texts(value)) for group, value in found.items()}


def texts(name: str) -> tuple[str, ...]:
    """Return all texts of a shipped file, in its order."""
    return tuple(text for group in groups(name).values() for text in group)


def key_of(encoder: str, of: Sequence[str]) -> str:
    """Return what identifies the vectors of some texts by an encoder of this name."""
    return hashlib.sha256("\0".join((encoder, *of)).encode()).hexdigest()


def kept_vectors(name: str, encoder: str, of: Sequence[str]) -> Floats | None:
    """Return the shipped vectors of the texts, None where they are of others or another encoder."""
    try:
        path = files("bot.retrieval") / f"data/{name}.npz"
        with path.open("rb") as file, np.load(file) as stored:
            if str(stored["key"]) != key_of(encoder, of):
                return None
            return np.asarray(stored["vectors"], np.float32)
    except (OSError, KeyError, ValueError):
        return None


def keys_of(of: Sequence[str]) -> Keys:
    """Return a digest of each text, (n,), by which its vector is found again."""
    digests = (hashlib.blake2b(text.encode(), digest_size=_DIGEST).digest() for text in of)
    return np.frombuffer(b"".join(digests), dtype=f"V{_DIGEST}")


def as_bytes(keys: Keys) -> npt.NDArray[np.uint8]:
    """Return digests as a file holds them, (n, bytes); from_bytes() undoes it."""
    return keys.view(np.uint8).reshape(-1, _DIGEST)


def from_bytes(stored: npt.NDArray[np.uint8]) -> Keys:
    """Return the digests that as_bytes() has laid out. Raises ValueError for other bytes."""
    return stored.view(f"V{_DIGEST}").reshape(-1)


def rows_of(known: Keys, wanted: Keys) -> npt.NDArray[np.int64]:
    """Return in which row of ``known`` each of ``wanted`` stands, (wanted,); -1 for none."""
    place = {bytes(key): row for row, key in enumerate(known)}
    return np.array([place.get(bytes(key), -1) for key in wanted], np.int64)


def save_topic(path: Path, encoder: str, of: Sequence[str], vectors: Floats) -> None:
    """Write the vectors (n, dimensions) of the shipped topic's texts, a byte a number."""
    most = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    steps = np.rint(vectors * (_STEPS / most)).astype(np.int8)
    np.savez(path, encoder=np.array(encoder), keys=as_bytes(keys_of(of)), vectors=steps)


def topic_vectors(encoder: str, wanted: Keys) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return which texts, by their digests (n,), the shipped topic has, and the vectors of those.

    They come with the product, so that nobody waits for them to be made; a damaged file, or that of
    another encoder, only costs this time.
    """
    nothing = np.zeros(len(wanted), bool), np.zeros((0, 0), np.float32)
    try:
        path = files("bot.retrieval") / f"data/{TOPIC}.npz"
        with path.open("rb") as file, np.load(file) as stored:
            if str(stored["encoder"]) != encoder:
                return nothing
            keys = from_bytes(stored["keys"])
            rows = rows_of(keys, wanted)
            # Most often new texts are somebody's own: then the rest is not read.
            steps = stored["vectors"] if (rows >= 0).any() else None
    except Exception:  # noqa: BLE001 - a damaged zip raises many things
        return nothing
    if steps is None or steps.dtype != np.int8 or steps.ndim != 2 or len(steps) != len(keys):
        return nothing
    vectors = steps[rows[rows >= 0]].astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return rows >= 0, vectors


def _texts(value: Plain | None) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
