"""The methods of the quality benchmark behind one face: a base goes in, decisions come out."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from benchmarks import peers, quality_debates
from benchmarks.peers import Maker, Matcher
from benchmarks.peers_minilm import MiniLm
from benchmarks.quality_encoding import Remembering
from benchmarks.quality_sets import Base, Query, debate_base
from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.knowledge.model import Faq, TopicInfo
from bot.knowledge.release import Release, Topic
from bot.retrieval.confidence import PRECISION
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build

# Peers answer from the score up that nine of ten left-out phrasings reach.
KEPT = 0.9
_LEFT_OUT = 400
# difflib compares a text in the time in which the others compare a hundred.
_SLOW_QUERIES = 150
_SLOW_LEFT_OUT = 100
# Rejoinder once more, for whoever would rather have more answers than so sure ones.
_BOLD = 0.75
_RANKED = 3


@dataclass(frozen=True)
class Decision:
    """What a method makes of a question: labels ranked, best first, and what it answers."""

    ranked: tuple[str, ...]
    answered: str | None
    confidence: float | None = None


class Decider(Protocol):
    """Answer from one base."""

    def decide(self, query: Query) -> Decision:
        """Rank the labels for a question and answer it or not."""
        ...


@dataclass(frozen=True)
class Method:
    """A row of the table.

    ``prepare`` encodes a set's texts beforehand; ``fresh`` is entered while time is taken.
    ``sample`` is how many questions a slow method is asked, None for all.
    """

    name: str
    start: Callable[[Base, bool], Decider]
    prepare: Callable[[str, Sequence[str], Callable[[int, int], None] | None], None]
    fresh: Callable[[], AbstractContextManager[None]]
    sample: int | None = None


class Product:
    """Rejoinder itself: an index is built of the base, and the advisor decides."""

    def __init__(self, base: Base, encoder: Remembering, precision: float = PRECISION) -> None:
        release, self._labels = base.release, {label: label for label in base.known}
        if release is None:
            release, self._labels = as_release(base.known)
        self.advisor = Advisor(build(release, encoder, precision=precision))

    def decide(self, query: Query) -> Decision:
        """Ask the advisor; a question back, a gap and out of scope are no answers."""
        conversation = Conversation(entry=query.context) if query.context else Conversation()
        answer = self.advisor.answer(Question(query.text, None, conversation))
        ranked = tuple(self._labels[candidate.id] for candidate in answer.candidates[:_RANKED])
        given = answer.entry if answer.outcome in {Outcome.ANSWERED, Outcome.BOUNDARY} else None
        return Decision(ranked, self._labels[given] if given else None, answer.confidence)


def as_release(known: Mapping[str, Sequence[str]]) -> tuple[Release, dict[str, str]]:
    """Make a release of a FAQ entry a label; return it with the labels by entry.

    The first text, a name where there is one, stands as the question and, since an entry must say
    something, as the answer; the others are its phrasings. So the entry knows the texts that the
    peers know and no other.
    """
    labels = {f"label-{number}": label for number, label in enumerate(known)}
    faq, questions = [], {}
    for entry, label in labels.items():
        first, *others = known[label]
        # Unchecked: a text of a data set may be longer than a question that an editor may write.
        faq.append(Faq.model_construct(id=entry, question=first, answer=first))
        questions[entry] = tuple(others)
    info = TopicInfo(id="quality", title="Quality")
    topic = Topic("quality", info, {}, (), faq=tuple(faq), questions={"en": questions})
    return Release("quality", topic, Path("quality")), labels


class Peer:
    """A matcher that answers with the label of its nearest text, from a fixed score up."""

    def __init__(self, matcher: Matcher, labels: Sequence[str], level: float) -> None:
        self._matcher = matcher
        self._labels = labels
        self._level = level

    def decide(self, query: Query) -> Decision:
        """Rank the labels by their nearest text; nothing in common ranks nothing."""
        scores = self._matcher.scores(query.text)
        ranked: list[str] = []
        for row in np.argsort(-scores, kind="stable"):
            if scores[row] <= 0 or len(ranked) == _RANKED:
                break
            if self._labels[row] not in ranked:
                ranked.append(self._labels[row])
        top = float(scores.max()) if len(scores) else 0.0
        return Decision(tuple(ranked), ranked[0] if ranked and top >= self._level else None, top)


def level_of(matcher: Matcher, base: Base, most: int = _LEFT_OUT) -> float | None:
    """Return the score that nine of ten known phrasings reach once they are left out.

    Left out is each by itself, with all texts that are the same. None where no label has more than
    one text.
    """
    texts = [text for known in base.known.values() for text in known]
    several = [text for known in base.known.values() if len(known) > 1 for text in known]
    several = [text for text in several if not base.phrasings or text in base.phrasings]
    if not several:
        return None
    if len(several) > most:
        several = random.Random(0).sample(several, most)
    tops = []
    for text in several:
        scores = matcher.scores(text)
        scores[[row for row, other in enumerate(texts) if other == text]] = -np.inf
        tops.append(scores.max())
    return float(np.quantile(tops, 1 - KEPT))


def single_level(make: Maker, most: int = _LEFT_OUT) -> float:
    """Return the score that nine of ten questions of the training debates reach.

    For bases whose labels have one text each, where leaving out leaves nothing. The debates are
    those that are not held out; their English questions are held against their points.
    """
    bases = [
        debate_base(debate, few=False, language="en")
        for debate in quality_debates.training_debates()
    ]
    asked = [(number, q) for number, base in enumerate(bases) for q in base.queries if q.labels]
    matchers = [make([text for known in base.known.values() for text in known]) for base in bases]
    chosen = random.Random(0).sample(asked, min(most, len(asked)))
    tops = [matchers[number].scores(query.text).max() for number, query in chosen]
    return float(np.quantile(tops, 1 - KEPT))


def _peer(
    name: str, make: Maker, *, encoder: Remembering | None = None, slow: bool = False
) -> Method:
    most = _SLOW_LEFT_OUT if slow else _LEFT_OUT

    @cache
    def single() -> float:
        return single_level(make, most)

    def start(base: Base, leaves_out: bool) -> Decider:  # noqa: FBT001 - a field of the task
        texts = [text for known in base.known.values() for text in known]
        labels = [label for label, known in base.known.items() for _ in known]
        matcher = make(texts)
        level = level_of(matcher, base, most) if leaves_out else None
        return Peer(matcher, labels, single() if level is None else level)

    return Method(
        name,
        start,
        encoder.prepare if encoder else _nothing,
        encoder.fresh if encoder else nullcontext,
        _SLOW_QUERIES if slow else None,
    )


def _nothing(
    name: str, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
) -> None:
    del name, texts, progress


def _rejoinder(folder: Path | None, precision: float = PRECISION) -> Method:
    encoder = Remembering(OnnxEncoder(), folder)
    name = "**Rejoinder**"
    return Method(
        name if precision == PRECISION else f"{name}, `answer_precision` {precision}",
        lambda base, _: Product(base, encoder, precision),
        encoder.prepare,
        encoder.fresh,
    )


def _minilm(folder: Path | None) -> Method:
    encoder = Remembering(MiniLm(), folder)
    return _peer(
        "MiniLM, nearest phrasing",
        lambda texts: peers.Nearest(texts, encoder),
        encoder=encoder,
    )


# By the name on the command line; each is made with the folder of cached vectors.
METHODS: dict[str, Callable[[Path | None], Method]] = {
    "rejoinder": _rejoinder,
    "rejoinder-bold": lambda folder: _rejoinder(folder, _BOLD),
    "token-set-ratio": lambda _: _peer(
        "RapidFuzz `token_set_ratio`", lambda texts: peers.Fuzzy(texts, "token_set_ratio")
    ),
    "wratio": lambda _: _peer("RapidFuzz `WRatio`", lambda texts: peers.Fuzzy(texts, "WRatio")),
    "tf-idf": lambda _: _peer("TF-IDF, characters", peers.CharacterTfIdf),
    "bm25": lambda _: _peer("BM25, stemmed", peers.Bm25),
    "chatterbot": lambda _: _peer("ChatterBot's matcher", peers.Chatterbot, slow=True),
    "minilm": _minilm,
}
