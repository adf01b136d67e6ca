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
from bot.retrieval.head import MAX_TRAINED, Head, adapt, centroids, train
from bot.retrieval.scoring import Scorer, blend, families
from bot.retrieval.texts import Indexed, texts_of

_log = structlog.get_logger(__name__)

# Part of the cache's key: change it when what is computed from the same texts changes.
_ALGORITHM = "5"
_KEEP_CACHES = 4
# The share of texts that may differ from the previous index for a provisional one: of entries that
# both know, and of new ones, which take less from the others (a whole proposal restored).
_FEW = 0.02
_FEW_NEW = 0.1


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
    the same texts or more, the result is ``provisional``, so that it is there sooner: its head and
    confidence are the previous one's, and only what differs is learned.
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
    middle = centroids(vectors, labels, len(entries))
    if previous is not None and _resembles(previous, entries, texts, encoder):
        head = _carried(previous, entries, texts, vectors, labels)
        chars = _revised(previous, texts)
        scorer = Scorer(vectors, labels, head, middle, chars, len(entries))
        confidence = previous.confidence
        return Index(release, texts, vectors, scorer, confidence, encoder, provisional=True)
    head = train(vectors, labels, len(entries))
    chars = CharIndex.build([text.text for text in texts])
    scorer = Scorer(vectors, labels, head, middle, chars, len(entries))
    confidence = fit(cross_fit(texts, entries, vectors, labels, scorer))
    if cache:
        _save(cache, key, head, middle, chars, confidence)
    return Index(release, texts, vectors, scorer, confidence, encoder)


def _resembles(
    previous: Index, entries: Sequence[Entry], texts: Sequence[Indexed], encoder: Encoder
) -> bool:
    """Tell whether so few texts differ that a provisional index answers like an exact one.

    The texts of entries that are gone do not count: what is gone wins nothing, however much it is.
    """
    was_trained = len(previous.release.entries) <= MAX_TRAINED
    if previous.encoder.name != encoder.name or was_trained != (len(entries) <= MAX_TRAINED):
        return False
    left = {entry.id for entry in entries}
    known = [
        entry in previous.release.entries
        for entry, _ in _differing(previous, texts)
        if entry in left
    ]
    total = len(previous.texts)
    return sum(known) <= _FEW * total and len(known) - sum(known) <= _FEW_NEW * total


def _differing(previous: Index, texts: Sequence[Indexed]) -> set[tuple[str, str]]:
    before = {(text.entry, text.text) for text in previous.texts}
    return before ^ {(text.entry, text.text) for text in texts}


def _carried(
    previous: Index,
    entries: Sequence[Entry],
    texts: Sequence[Indexed],
    vectors: npt.NDArray[np.float32],
    labels: npt.NDArray[np.int64],
) -> Head:
    """Return the previous head with its rows in the entries' order, fitted to what differs."""
    old = {entry: row for row, entry in enumerate(previous.release.entries)}
    rows = np.array([old.get(entry.id, -1) for entry in entries], np.int64)
    start = Head(previous.scorer.head.weights[rows], np.zeros(len(entries), np.float32))
    touched = {entry for entry, _ in _differing(previous, texts)}
    changed = np.array([entry.id in touched for entry in entries], bool)
    return adapt(start, vectors, labels, len(entries), new=rows < 0, changed=changed)


def _revised(previous: Index, texts: Sequence[Indexed]) -> CharIndex:
    old: dict[str, list[int]] = {}
    for row, text in enumerate(previous.texts):
        old.setdefault(text.text, []).append(row)
    rows = np.array([kept.pop() if (kept := old.get(t.text)) else -1 for t in texts], np.int64)
    new = [text.text for text, row in zip(texts, rows, strict=True) if row < 0]
    return previous.scorer.chars.revised(rows, new)


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
