"""Texts that come with the product, whatever the topic, and their vectors by the shipped encoder.

``python -m training.shipped`` writes the vectors, so that no topic has to encode the texts again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from bot.knowledge import reader
from bot.knowledge.reader import Plain

OUT_OF_SCOPE, FOLLOW_UPS = "out_of_scope", "follow_ups"
NAMES = (OUT_OF_SCOPE, FOLLOW_UPS)

Floats = npt.NDArray[np.float32]


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


def _texts(value: Plain | None) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
