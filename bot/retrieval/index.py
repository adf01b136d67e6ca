"""The index of a release: every text by which an entry can be found, and the search over them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.knowledge.model import Kind
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import clean
from bot.retrieval import kept as store
from bot.retrieval.bm25 import Bm25
from bot.retrieval.chars import CharIndex
from bot.retrieval.confidence import NOTICED, PRECISION, Confidence, fit
from bot.retrieval.crossfit import cross_fit
from bot.retrieval.encoded import encoded, material_of
from bot.retrieval.encoder import Encoder, Progress
from bot.retrieval.features import NAMES, describe
from bot.retrieval.head import MAX_TRAINED, Head, adapt, centroids, train
from bot.retrieval.kept import Learned
from bot.retrieval.match import Candidate, Considered, Match
from bot.retrieval.metric import Measured
from bot.retrieval.outside import outside_of
from bot.retrieval.overlap import Hashes, Overlap, Words, stems
from bot.retrieval.scoring import Scorer, Signals, blend, families, leaning, metric_of
from bot.retrieval.texts import Indexed

# Of the threshold of being on topic, the part that a boundary needs, and one that alerts. Both are
# judgements, not fitted: the lower, the more that is far away gets a notice.
_NOTICED, _ALERTED = 0.75, 0.25
_NEAR_BOUNDARIES = 3
# The share of texts that may differ from the previous index for a provisional one: of entries that
# both know, and of new ones, which take less from the others (a whole proposal restored).
_FEW = 0.02
_FEW_NEW = 0.1


class Index:
    """Search a release's entries; build with build()."""

    def __init__(
        self,
        release: Release,
        texts: Sequence[Indexed],
        vectors: npt.NDArray[np.float32],
        scorer: Scorer,
        overlap: Overlap,
        confidence: Confidence,
        encoder: Encoder,
        *,
        precision: float = PRECISION,
        provisional: bool = False,
    ) -> None:
        self.release = release
        self.precision = precision
        self.provisional = provisional
        self.confidence = confidence
        self.encoder = encoder
        self.texts = texts
        self.vectors = vectors
        self.scorer = scorer
        self.overlap = overlap
        self._entries = list(release.entries.values())
        self._boundary = np.array([entry.kind is Kind.BOUNDARY for entry in self._entries])
        self._families = families(self._entries)
        self._leaning = leaning(self._entries)
        self._rows = {entry.id: row for row, entry in enumerate(self._entries)}

    def __len__(self) -> int:
        return len(self.texts)

    def sharing(self, *, release: Release | None = None, encoder: Encoder | None = None) -> Index:
        """Return an index of what is learned here for a release that has the same texts.

        ``encoder`` turns questions into vectors instead of the own one.
        """
        return Index(
            release or self.release, self.texts, self.vectors, self.scorer, self.overlap,
            self.confidence, encoder or self.encoder,
            precision=self.precision, provisional=self.provisional,
        )  # fmt: skip

    def search(self, text: str, *, limit: int = 10) -> Match:
        """Rank the entries for a question of one text."""
        cleaned = clean(text)
        if not cleaned or not self._entries:
            return Match((), 0.0, 0.0, None, {})
        vector = self.encoder.encode([cleaned])[0]
        signals = self.scorer.signals(vector, cleaned)
        return self._ranked(vector, signals, stems(cleaned), {}, limit)

    def nearer(self, match: Match, near: Mapping[str, float]) -> Match:
        """Rank a match's candidates anew where some entries score so much more, by ``near``."""
        if not near or match.vector is None or match.signals is None or match.asked is None:
            return match
        limit = len(match.candidates)
        ranked = self._ranked(match.vector, match.signals, match.asked, near, limit)
        # What calls for help does so whatever the talk is about.
        alerting = match.boundary is not None and self._alerting(match.boundary.id)
        return replace(ranked, boundary=match.boundary, calls=match.calls) if alerting else ranked

    def _ranked(
        self,
        vector: npt.NDArray[np.float32],
        signals: Signals,
        asked: Hashes,
        near: Mapping[str, float],
        limit: int,
    ) -> Match:
        score = self._scored(signals, near)
        order = np.argsort(-score, kind="stable")
        first = int(order[0])
        features = self._described(signals, score, self._family_of(first), asked)
        topicality = self.confidence.topicality(features)
        candidates = tuple(
            Candidate(self._entries[row].id, self._entries[row].kind, round(float(score[row]), 4))
            for row in order[:limit]
        )
        best_text = self.scorer.best_text(first, vector)
        boundary, calls = self._nearest_boundary(signals, score, asked)
        return Match(
            candidates,
            round(self.confidence.probability(features), 4),
            round(topicality, 4),
            self.texts[best_text] if best_text is not None else None,
            _named(features),
            boundary,
            signals,
            asked,
            vector,
            calls,
            near,
        )

    def _scored(self, signals: Signals, near: Mapping[str, float]) -> npt.NDArray[np.float32]:
        score = blend(signals, self._leaning)
        for entry, more in near.items():
            if entry in self._rows:
                score[self._rows[entry]] += more
        return score

    def confidence_in(self, match: Match, ids: Collection[str]) -> float:
        """Return how likely a question means one of some entries, which are shown together.

        None of them is a rival of the others then, though they may all come near.
        """
        rows = [self._rows[entry] for entry in dict.fromkeys(ids) if entry in self._rows]
        if match.signals is None or match.asked is None or not rows:
            return 0.0
        score = self._scored(match.signals, match.near)
        features = self._described(match.signals, score, np.array(rows), match.asked)
        return self.confidence.probability(features)

    def considered(self, match: Match, count: int = 3) -> tuple[Considered, ...]:
        """Return what stands behind the first candidates of a match, one of each family."""
        if match.signals is None or match.asked is None:
            return ()
        score = self._scored(match.signals, match.near)
        first = match.candidates[0].id
        # What the match itself was read from is the first one's.
        found = {
            int(self._families[self._rows[first]]): Considered(first, match.confidence, match.parts)
        }
        for candidate in match.candidates[1:]:
            row = self._rows[candidate.id]
            if (family := int(self._families[row])) not in found and len(found) < count:
                features = self._described(match.signals, score, self._family_of(row), match.asked)
                likely = round(self.confidence.probability(features), 4)
                found[family] = Considered(candidate.id, likely, _named(features))
        return tuple(found.values())

    def _family_of(self, row: int) -> npt.NDArray[np.int64]:
        return np.flatnonzero(self._families == self._families[row])

    def _described(
        self,
        signals: Signals,
        score: npt.NDArray[np.float32],
        rows: npt.NDArray[np.int64],
        asked: Hashes,
    ) -> npt.NDArray[np.float64]:
        return describe(signals, score, rows, self._families, asked, self.overlap)

    def _nearest_boundary(
        self, signals: Signals, score: npt.NDArray[np.float32], asked: Hashes
    ) -> tuple[Candidate | None, float]:
        """Return the boundary whose notice a question calls for, and how likely it does."""
        if not self._boundary.any():
            return None, 0.0
        # Boundaries are no rivals of each other: that one of them is meant decides.
        rows = np.flatnonzero(self._boundary)
        features = self._described(signals, score, rows, asked)
        calls = self.confidence.calls(features)
        if calls < NOTICED:
            return None, calls
        # Which one that is, the likeliest of the nearest few by all their features.
        near = rows[np.argsort(-score[rows], kind="stable")[:_NEAR_BOUNDARIES]].tolist()
        row = max(near, key=lambda one: self._likely(one, signals, score, asked))
        entry = self._entries[row]
        # "How do I cook onion soup?" is no call for help; but where lives are at stake, rather once
        # too often.
        least = self.confidence.topical * (_ALERTED if self._alerting(entry.id) else _NOTICED)
        if self.confidence.topicality(features) < least:
            return None, calls
        return Candidate(entry.id, entry.kind, round(float(score[row]), 4)), round(calls, 4)

    def _likely(
        self, row: int, signals: Signals, score: npt.NDArray[np.float32], asked: Hashes
    ) -> float:
        features = self._described(signals, score, self._family_of(row), asked)
        return self.confidence.probability(features)

    def _alerting(self, entry: str) -> bool:
        return bool(getattr(self.release.entries[entry].item, "alert", False))

    def score_of(self, text: str, ids: Sequence[str]) -> list[Candidate]:
        """Rank only the named entries for a text, best first."""
        cleaned = clean(text)
        if not cleaned:
            return []
        vector = self.encoder.encode([cleaned])[0]
        score = blend(self.scorer.signals(vector, cleaned), self._leaning)
        wanted = set(ids)
        found = [
            Candidate(entry.id, entry.kind, round(float(score[row]), 4))
            for row, entry in enumerate(self._entries)
            if entry.id in wanted
        ]
        return sorted(found, key=lambda candidate: -candidate.score)


def _named(features: npt.NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(part), 4) for name, part in zip(NAMES, features, strict=True)}


def build(
    release: Release,
    encoder: Encoder,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
    previous: Index | None = None,
    precision: float = PRECISION,
) -> Index:
    """Index a release, from the cache where it has been indexed before.

    ``cache`` is a folder, in which each topic has its own, or None to keep nothing; ``progress``
    is told how many texts are encoded; ``precision`` is the share of right ones wanted among direct
    answers. With ``previous``, the index of a release that has nearly the same texts or more, the
    result is ``provisional``, so that it is there sooner: its head and confidence are the previous
    one's, and only what differs is learned.
    """
    cache = cache / release.topic.id if cache else None
    known = encoded(release, encoder, cache, progress)
    entries, texts, vectors, labels = known.entries, known.texts, known.vectors, known.labels

    def index(learned: Learned, *, provisional: bool = False) -> Index:
        scorer = Scorer(
            Measured(vectors, learned.metric, learned.lengths), labels, learned.head,
            learned.centroids, learned.chars, learned.words, len(entries),
            known.away[learned.outside],
        )  # fmt: skip
        confidence = learned.confidence.wanting(precision)
        return Index(
            release, texts, vectors, scorer, learned.overlap, confidence, encoder,
            provisional=provisional, precision=precision,
        )  # fmt: skip

    key = store.key_of(encoder.name, texts, known.outside)
    if cache and (stored := store.load(cache, key)) is not None:
        return index(stored)
    there = outside_of(known.away, vectors, labels)
    middle = centroids(vectors, labels, len(entries))
    words = Words.of(known.plain)
    overlap = Overlap.build(words, families(entries)[labels])
    lexicon = Bm25.build(words, labels, len(entries))
    if previous is not None and _resembles(previous, entries, texts, encoder):
        metric = previous.scorer.texts.metric
        head = _carried(previous, entries, texts, metric.of(vectors), labels)
        chars = _revised(previous, texts)
        lengths = Measured(vectors, metric).lengths
        learned = Learned(
            metric, lengths, head, middle, chars, lexicon, overlap, previous.confidence, there
        )
        return index(learned, provisional=True)
    metric = metric_of(vectors, labels, len(entries))
    head = train(metric.of(vectors), labels, len(entries))
    chars = CharIndex.build(known.plain)
    material = material_of(known, words, chars, there)
    confidence = fit(cross_fit(material))
    lengths = Measured(vectors, metric).lengths
    learned = Learned(metric, lengths, head, middle, chars, lexicon, overlap, confidence, there)
    if cache:
        store.save(cache, key, learned)
    return index(learned)


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
