"""The index of a release: every text by which an entry can be found, and the search over them."""

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

from bot.knowledge.model import Kind
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import clean
from bot.retrieval.chars import CharIndex
from bot.retrieval.confidence import Confidence, fit
from bot.retrieval.crossfit import cross_fit
from bot.retrieval.encoder import DIMENSIONS, CachedEncoder, Encoder, Progress, make_private
from bot.retrieval.head import MAX_TRAINED, Head, centroids, train
from bot.retrieval.scoring import Scorer, blend, families
from bot.retrieval.texts import Indexed, texts_of

_log = structlog.get_logger(__name__)

# Part of the cache's key: change it when what is computed from the same texts changes.
_ALGORITHM = "5"
_KEEP_CACHES = 4
# The share of texts that may differ from the previous index for a provisional one.
_FEW = 0.02


@dataclass(frozen=True)
class Candidate:
    """An entry with its blended score for a question."""

    id: str
    kind: Kind
    score: float


@dataclass(frozen=True)
class Match:
    """What the index makes of a question.

    ``candidates`` are ranked, best first. ``confidence`` is the probability that the first one
    (or its family) is right; ``topicality`` the best centroid cosine. ``boundary`` is set where a
    boundary comes near enough to be decided first.
    """

    candidates: tuple[Candidate, ...]
    confidence: float
    topicality: float
    matched: Indexed | None
    parts: dict[str, float]
    boundary: Candidate | None = None


class Index:
    """Search a release's entries; build with build()."""

    def __init__(
        self,
        release: Release,
        texts: Sequence[Indexed],
        vectors: npt.NDArray[np.float32],
        scorer: Scorer,
        confidence: Confidence,
        encoder: Encoder,
        *,
        provisional: bool = False,
    ) -> None:
        self.release = release
        self.provisional = provisional
        self.confidence = confidence
        self.encoder = encoder
        self.texts = texts
        self.vectors = vectors
        self.scorer = scorer
        self._entries = list(release.entries.values())
        self._boundary = np.array([entry.kind is Kind.BOUNDARY for entry in self._entries])
        self._families = families(self._entries)

    def __len__(self) -> int:
        return len(self.texts)

    def search(self, text: str, *, limit: int = 10) -> Match:
        """Rank the entries for a question of one text."""
        cleaned = clean(text)
        if not cleaned or not self._entries:
            return Match((), 0.0, 0.0, None, {})
        vector = self.encoder.encode([cleaned])[0]
        signals = self.scorer.signals(vector, cleaned)
        score = blend(signals)
        order = np.argsort(-score, kind="stable")
        first = int(order[0])
        outside = score[self._families != self._families[first]]
        margin = float(score[first] - outside.max()) if len(outside) else float(score[first])
        topicality = float(signals.centroid.max())
        confidence = self.confidence.probability(float(score[first]), margin, topicality)
        candidates = tuple(
            Candidate(self._entries[row].id, self._entries[row].kind, round(float(score[row]), 4))
            for row in order[:limit]
        )
        best_text = self.scorer.best_text(first, vector)
        return Match(
            candidates,
            round(confidence, 4),
            round(topicality, 4),
            self.texts[best_text] if best_text is not None else None,
            {
                "head": round(float(signals.head[first]), 4),
                "cosine": round(float(signals.cosine[first]), 4),
                "characters": round(float(signals.chars[first]), 4),
                "margin": round(margin, 4),
                "centroid": round(topicality, 4),
            },
            self._nearest_boundary(score, topicality),
        )

    def _nearest_boundary(
        self, score: npt.NDArray[np.float32], topicality: float
    ) -> Candidate | None:
        if not self._boundary.any():
            return None
        inside = np.where(self._boundary, score, -1.0)
        row = int(inside.argmax())
        others = score[~self._boundary]
        margin = float(inside[row] - others.max()) if len(others) else float(inside[row])
        if margin < self.confidence.boundary_margin:
            return None
        probability = self.confidence.probability(float(inside[row]), max(0.0, margin), topicality)
        if probability < self.confidence.boundary_floor:
            return None
        entry = self._entries[row]
        return Candidate(entry.id, entry.kind, round(float(score[row]), 4))

    def score_of(self, text: str, ids: Sequence[str]) -> list[Candidate]:
        """Rank only the named entries for a text, best first."""
        cleaned = clean(text)
        if not cleaned:
            return []
        vector = self.encoder.encode([cleaned])[0]
        score = blend(self.scorer.signals(vector, cleaned))
        wanted = set(ids)
        found = [
            Candidate(entry.id, entry.kind, round(float(score[row]), 4))
            for row, entry in enumerate(self._entries)
            if entry.id in wanted
        ]
        return sorted(found, key=lambda candidate: -candidate.score)


def build(
    release: Release,
    encoder: Encoder,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
    previous: Index | None = None,
) -> Index:
    """Index a release, from the cache where it has been indexed before.

    ``cache`` is a folder, in which each topic has its own, or None to keep nothing; ``progress``
    is told how many texts are encoded. With ``previous``, the index of a release that has nearly
    the same texts, the result is ``provisional``: its confidence is the previous one's, and where
    no entry is new its head goes on from the previous one, so that it is there sooner.
    """
    cache = cache / release.topic.id if cache else None
    entries = list(release.entries.values())
    texts = [text for entry in entries for text in texts_of(release.topic, entry)]
    vectors = CachedEncoder(encoder, cache).encode([text.text for text in texts], progress)
    numbers = {entry.id: number for number, entry in enumerate(entries)}
    labels = np.array([numbers[text.entry] for text in texts], np.int64)
    key = _key(encoder.name, texts)
    stored = _load(cache, key) if cache else None
    if stored is not None:
        head, middle, chars, confidence = stored
        scorer = Scorer(vectors, labels, head, middle, chars, len(entries))
        return Index(release, texts, vectors, scorer, confidence, encoder)
    if previous is not None and not _resembles(previous, texts, encoder):
        previous = None
    start = _carried(previous, entries) if previous is not None else None
    head = train(vectors, labels, len(entries), start)
    middle = centroids(vectors, labels, len(entries))
    chars = CharIndex.build([text.text for text in texts])
    scorer = Scorer(vectors, labels, head, middle, chars, len(entries))
    if previous is not None:
        confidence = previous.confidence
        return Index(release, texts, vectors, scorer, confidence, encoder, provisional=True)
    confidence = fit(cross_fit(texts, entries, vectors, labels, scorer))
    if cache:
        _save(cache, key, head, middle, chars, confidence)
    return Index(release, texts, vectors, scorer, confidence, encoder)


def _resembles(previous: Index, texts: Sequence[Indexed], encoder: Encoder) -> bool:
    """Tell whether so few texts differ that a provisional index answers like an exact one."""
    if previous.encoder.name != encoder.name:
        return False
    before = {(text.entry, text.text) for text in previous.texts}
    after = {(text.entry, text.text) for text in texts}
    return len(before ^ after) <= _FEW * len(before)


def _carried(previous: Index, entries: Sequence[Entry]) -> Head | None:
    """Return the previous head with its rows in the entries' order, None where an entry is new.

    A row that was not trained beside the others outbids them for nearly every question.
    """
    old = {entry: row for row, entry in enumerate(previous.release.entries)}
    if any(entry.id not in old for entry in entries):
        return None
    weights = previous.scorer.head.weights[[old[entry.id] for entry in entries]]
    return Head(weights, np.zeros(len(entries), np.float32))


def _key(encoder: str, texts: Sequence[Indexed]) -> str:
    total = hashlib.sha256(f"{_ALGORITHM}\0{encoder}\0{MAX_TRAINED}".encode())
    for text in texts:
        total.update(f"{text.entry}\0{text.role}\0{text.text}\0".encode())
    return total.hexdigest()[:16]


_Stored = tuple[Head, npt.NDArray[np.float32], CharIndex, Confidence]


def _load(cache: Path, key: str) -> _Stored | None:
    try:
        # Opened here because numpy leaves the file open where it is no archive.
        path = cache / f"index-{key}.npz"
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        weights = np.asarray(arrays["head_weights"], np.float32)
        bias = np.asarray(arrays["head_bias"], np.float32)
        middle = np.asarray(arrays["centroids"], np.float32)
        if weights.shape != middle.shape or weights.shape[1] != DIMENSIONS:
            return None
        names = [str(name) for name in arrays["confidence_names"]]
        values = dict(zip(names, arrays["confidence"].tolist(), strict=True))
        chars = CharIndex.from_arrays(arrays)
        return Head(weights, bias), middle, chars, Confidence.from_mapping(values)
    except Exception as error:  # noqa: BLE001 - a damaged cache raises many things, and costs only time
        if not isinstance(error, FileNotFoundError):
            _log.warning("index_cache_unreadable", error=type(error).__name__)
        return None


def _save(
    cache: Path,
    key: str,
    head: Head,
    middle: npt.NDArray[np.float32],
    chars: CharIndex,
    confidence: Confidence,
) -> None:
    parameters = confidence.as_dict()
    path = cache / f"index-{key}.npz"
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        make_private(cache)
        with temporary.open("wb") as file:
            np.savez(
                file,
                head_weights=head.weights,
                head_bias=head.bias,
                centroids=middle,
                confidence=np.array(list(parameters.values()), np.float64),
                confidence_names=np.array(list(parameters)),
                **chars.arrays(),  # type: ignore[arg-type]
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
