"""What the index makes of a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.knowledge.model import Kind
from bot.retrieval.overlap import Hashes
from bot.retrieval.scoring import Signals
from bot.retrieval.texts import Indexed


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
    (or its family) is right; ``topicality`` that the question is about the topic at all.
    ``boundary`` is set where a boundary comes near enough to be decided first; ``parts`` are the
    features, by name, that both probabilities are read from.
    """

    candidates: tuple[Candidate, ...]
    confidence: float
    topicality: float
    matched: Indexed | None
    parts: dict[str, float]
    boundary: Candidate | None = None
    signals: Signals | None = field(default=None, repr=False, compare=False)
    asked: Hashes | None = field(default=None, repr=False, compare=False)
    vector: npt.NDArray[np.float32] | None = field(default=None, repr=False, compare=False)
    calls: float = 0.0
    """the probability that the question calls for a notice"""
    near: Mapping[str, float] = field(default_factory=dict, repr=False, compare=False)
    """what entries score more because the conversation is about them"""


@dataclass(frozen=True)
class Considered:
    """How likely a candidate with its family is right, and the features that say so, by name."""

    id: str
    likely: float
    parts: dict[str, float]
