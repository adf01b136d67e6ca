"""What an index has learned, kept on disk: a restart does not learn it again."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog

from bot.retrieval.bm25 import Bm25
from bot.retrieval.chars import CharIndex
from bot.retrieval.confidence import Confidence
from bot.retrieval.encoder import DIMENSIONS, make_private
from bot.retrieval.head import MAX_TRAINED, Head
from bot.retrieval.metric import Metric
from bot.retrieval.overlap import Overlap
from bot.retrieval.texts import Indexed

_log = structlog.get_logger(__name__)

# Part of the cache's key: change it when what is computed from the same texts changes.
_ALGORITHM = "60"
_KEEP_CACHES = 4


@dataclass(frozen=True)
class Learned:
    """What is learned of a release's texts; ``outside`` marks the texts that lie outside it.

    ``lengths`` are those of the texts' vectors by the metric.
    """

    metric: Metric
    lengths: npt.NDArray[np.float32]
    head: Head
    centroids: npt.NDArray[np.float32]
    chars: CharIndex
    words: Bm25
    overlap: Overlap
    confidence: Confidence
    outside: npt.NDArray[np.bool_]


def key_of(encoder: str, texts: Sequence[Indexed], outside: Sequence[str]) -> str:
    """Return the key of what is learned of texts, given the texts outside any topic."""
    total = hashlib.sha256(f"{_ALGORITHM}\0{encoder}\0{MAX_TRAINED}".encode())
    for text in texts:
        total.update(f"{text.entry}\0{text.role}\0{text.text}\0".encode())
    for away in outside:
        total.update(f"{away}\0".encode())
    return total.hexdigest()[:16]


def load(cache: Path, key: str) -> Learned | None:
    """Return what was kept under a key, None where there is nothing that can be read."""
    try:
        # Opened here because numpy leaves the file open where it is no archive.
        path = cache / f"index-{key}.npz"
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        weights = np.asarray(arrays["head_weights"], np.float32)
        bias = np.asarray(arrays["head_bias"], np.float32)
        middle = np.asarray(arrays["centroids"], np.float32)
        lengths = np.asarray(arrays["metric_lengths"], np.float32)
        if lengths.shape != (int(np.asarray(arrays["chars_count"], np.int64)),):
            return None
        if weights.shape != middle.shape or weights.shape[1] != DIMENSIONS:
            return None
        return Learned(
            Metric.from_arrays(arrays, DIMENSIONS),
            lengths,
            Head(weights, bias),
            middle,
            CharIndex.from_arrays(arrays),
            Bm25.from_arrays(arrays),
            Overlap.from_arrays(arrays),
            Confidence.from_arrays(arrays),
            np.asarray(arrays["outside"], bool),
        )
    except Exception as error:  # noqa: BLE001 - a damaged cache raises many things, and costs only time
        if not isinstance(error, FileNotFoundError):
            _log.warning("index_cache_unreadable", error=type(error).__name__)
        return None


def save(cache: Path, key: str, learned: Learned) -> None:
    """Keep what was learned; a disk that is full or cannot be written costs time, nothing else."""
    path = cache / f"index-{key}.npz"
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        make_private(cache)
        with temporary.open("wb") as file:
            np.savez(
                file,
                head_weights=learned.head.weights,
                head_bias=learned.head.bias,
                centroids=learned.centroids,
                outside=learned.outside,
                metric_lengths=learned.lengths,
                **learned.metric.arrays(),  # type: ignore[arg-type]
                **learned.chars.arrays(),  # type: ignore[arg-type]
                **learned.words.arrays(),  # type: ignore[arg-type]
                **learned.overlap.arrays(),  # type: ignore[arg-type]
                **learned.confidence.arrays(),  # type: ignore[arg-type]
            )
        temporary.replace(path)
        _prune(cache)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _prune(cache: Path) -> None:
    found = sorted(cache.glob("index-*.npz"), key=lambda path: path.stat().st_mtime)
    for path in found[:-_KEEP_CACHES]:
        path.unlink(missing_ok=True)
