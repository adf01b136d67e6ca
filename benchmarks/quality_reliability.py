"""How far Rejoinder's confidence is to be believed: bins, and the expected calibration error."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks import quality_debates
from benchmarks.quality_encoding import Remembering
from benchmarks.quality_measure import Asked
from benchmarks.quality_methods import as_release
from benchmarks.quality_sets import Sources, debate_base
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.knowledge.release import Release, Topic
from bot.retrieval.confidence import SIBLINGS
from bot.retrieval.crossfit import FOLDS, fold_of
from bot.retrieval.index import Index, build
from bot.retrieval.scoring import roots as roots_of

BINS = 10
_QUICK_QUESTIONS = 100

# A confidence with whether the first candidate was right.
Said = tuple[float, bool]


@dataclass(frozen=True)
class Bin:
    """The answers of one tenth of the confidence: how many, its mean, the share right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True)
class Reliability:
    """The bins of a set, None where empty, and the expected calibration error."""

    name: str
    bins: tuple[Bin | None, ...]
    error: float


def reliability(
    name: str, said: Sequence[Said], rare: Sequence[Said] = (), share: float = 1.0
) -> Reliability:
    """Sort into ten bins of equal width; the error is the mean gap, weighed by the bins' counts.

    ``rare`` ones count as if there were ``share`` of them to each of ``said``.
    """
    weight = share * len(said) / len(rare) if rare else 1.0
    sorted_in: list[list[tuple[float, bool, float]]] = [[] for _ in range(BINS)]
    for some, counts in ((said, 1.0), (rare, weight)):
        for confidence, right in some:
            place = min(int(confidence * BINS), BINS - 1)
            sorted_in[place].append((confidence, right, counts))
    bins: list[Bin | None] = []
    gaps = total = 0.0
    for inside in sorted_in:
        held = sum(counts for _, _, counts in inside)
        if not held:
            bins.append(None)
            continue
        confidence = sum(confidence * counts for confidence, _, counts in inside) / held
        share_right = sum(right * counts for _, right, counts in inside) / held
        bins.append(Bin(round(held), confidence, share_right))
        gaps += held * abs(confidence - share_right)
        total += held
    return Reliability(name, tuple(bins), gaps / total if total else 0.0)


def measured(sources: Sources, encoder: Remembering, asked: Asked) -> list[Reliability]:
    """Return the reliability on the shipped topic and on the held-out debates."""
    known, unknown = cross_fitted(load(sources.topic), encoder, asked, quick=sources.quick)
    found = [
        reliability("shipped topic, held-out phrasings", known),
        reliability("… and of entries taken out, as the fit assumes", known, unknown, SIBLINGS),
        reliability("… and all of those", [*known, *unknown]),
    ]
    if sources.debates.exists():
        debates = quality_debates.read(sources.debates)[: 2 if sources.quick else None]
        for few, name in ((False, "points alone"), (True, "5 questions a point known")):
            said = [
                one for debate in debates for one in _of_debate(debate, encoder, asked, few=few)
            ]
            found.append(reliability(f"held-out debates, {name}", said))
    return found


def cross_fitted(
    release: Release, encoder: Remembering, asked: Asked, *, quick: bool = False
) -> tuple[list[Said], list[Said]]:
    """Ask a topic's phrasings of indexes that were built without them.

    In each of five folds a fifth of the phrasings is left out, and a fifth of the families wholly:
    the first return are the phrasings of what is still known, the second those of what is not, for
    which nothing is right. A match inside the right family is right, as it is shown with it.
    """
    known: list[Said] = []
    unknown: list[Said] = []
    roots = roots_of(release.entries.values())
    phrasings = [
        (entry, phrasing)
        for entry in release.entries
        for phrasing in dict.fromkeys(text for _, text in release.topic.phrasings(entry))
    ]
    for fold in range(1 if quick else FOLDS):
        # A proposal is kept: without it, what is argued about it would go as well.
        gone = {
            root
            for root in roots.values()
            if release.entries[root].kind is not Kind.PROPOSAL and fold_of(f"family {root}") == fold
        }
        held = {phrasing for _, phrasing in phrasings if fold_of(phrasing) == fold}
        topic = without(release.topic, gone, held)
        index = build(replace(release, topic=topic), encoder)
        ask = [pair for pair in phrasings if roots[pair[0]] in gone or pair[1] in held]
        if quick:
            ask = random.Random(0).sample(ask, min(_QUICK_QUESTIONS, len(ask)))
        for entry, phrasing in ask:
            confidence, first = _search(index, phrasing)
            if roots[entry] in gone:
                unknown.append((confidence, False))
            else:
                known.append((confidence, first is not None and roots[first] == roots[entry]))
            asked()
    return known, unknown


def without(topic: Topic, gone: Collection[str], phrasings: Collection[str]) -> Topic:
    """Return a topic that lacks some families (by their roots) and some phrasings."""
    return replace(
        topic,
        proposals=tuple(
            proposal.model_copy(
                update={"objections": tuple(o for o in proposal.objections if o.id not in gone)}
            )
            for proposal in topic.proposals
        ),
        facts=tuple(fact for fact in topic.facts if fact.id not in gone),
        glossary=tuple(term for term in topic.glossary if term.id not in gone),
        faq=tuple(item for item in topic.faq if item.id not in gone),
        boundaries=tuple(boundary for boundary in topic.boundaries if boundary.id not in gone),
        questions={
            language: {
                entry: tuple(text for text in texts if text not in phrasings)
                for entry, texts in entries.items()
            }
            for language, entries in topic.questions.items()
        },
    )


def _of_debate(
    debate: quality_debates.Debate, encoder: Remembering, asked: Asked, *, few: bool
) -> Iterator[Said]:
    base = debate_base(debate, few=few)
    release, labels = as_release(base.known)
    index = build(release, encoder)
    for query in base.queries:
        confidence, first = _search(index, query.text)
        yield confidence, first is not None and labels[first] in query.labels
        asked()


def _search(index: Index, text: str) -> tuple[float, str | None]:
    match = index.search(text)
    return match.confidence, match.candidates[0].id if match.candidates else None
