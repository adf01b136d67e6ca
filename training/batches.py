"""Batches of each task, drawn by seed, and the loss of each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from training.corpora import Argued, Asked, Debate
from training.network import Transformer

_LONGEST = 64
_AT_ONCE = 24  # texts in a pass: what two cores chew best
# Temperatures: how sharply near and far are told apart. The recipe's table has what others gave.
_POINT, _SIBLING, _ARGUMENT, _PARALLEL = 0.03, 0.05, 0.02, 0.03
_POINTS_A_DEBATE, _QUESTIONS_A_POINT, _STRANGERS = 10, 2, 8


@dataclass(frozen=True)
class Model:
    """A transformer with its tokenizer and what it wants before each text."""

    network: Transformer
    tokenizer: Tokenizer
    prefix: str = ""

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Return unit vectors (texts, width), with gradients where they are enabled.

        Texts of a like length go together, so that little padding is computed.
        """
        found = self.tokenizer.encode_batch_fast([self.prefix + text for text in texts])
        ids = [encoding.ids[:_LONGEST] for encoding in found]
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        size = min(_AT_ONCE, len(ids))
        parts = []
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            longest = max(len(ids[row]) for row in rows)
            tokens = torch.full((len(rows), longest), self.network.shape.padding)
            mask = torch.zeros(len(rows), longest)
            for place, row in enumerate(rows):
                tokens[place, : len(ids[row])] = torch.tensor(ids[row])
                mask[place, : len(ids[row])] = 1
            parts.append(self.network(tokens, mask))
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(parts)[back]


@dataclass(frozen=True)
class DebateBatch:
    """Questions and the number of the point that each means; the points; what none answers."""

    questions: list[str]
    means: list[int]
    points: list[str]
    unanswered: list[str]
    own: list[int]
    """of each unanswered question, the debate; of points see ``debate``"""
    debate: list[int]


def draw_debates(
    debates: Sequence[Debate], rng: random.Random, languages: frozenset[str]
) -> DebateBatch:
    """Draw two debates, some points of each with two questions, all near misses, some strangers."""
    questions: list[str] = []
    means: list[int] = []
    points: list[str] = []
    unanswered: list[str] = []
    own: list[int] = []
    owner: list[int] = []
    for number, debate in enumerate(rng.sample(list(debates), 2)):
        first = len(points)
        points += debate.texts
        owner += [number] * len(debate.points)
        chosen = rng.sample(range(len(debate.points)), min(_POINTS_A_DEBATE, len(debate.points)))
        for point in chosen:
            usable = [one for one in debate.points[point].asked if one.language in languages]
            for asked in rng.sample(usable, min(_QUESTIONS_A_POINT, len(usable))):
                questions.append(asked.text)
                means.append(first + point)
        near = [asked.text for asked in debate.unanswered if asked.language in languages]
        unanswered += near
        own += [number] * len(near)
    for debate in rng.sample(list(debates), _STRANGERS):
        points.append(rng.choice(debate.texts))
        owner.append(-1)
    return DebateBatch(questions, means, points, unanswered, own, owner)


def debate_loss(model: Model, batch: DebateBatch) -> Tensor:
    """Question to point, point to question with the near misses against it, question to sibling."""
    texts = batch.questions + batch.points + batch.unanswered
    vectors = model.encode(texts)
    asked, points, near = vectors.split(
        [len(batch.questions), len(batch.points), len(batch.unanswered)]
    )
    means = torch.tensor(batch.means)
    to_point = functional.cross_entropy(asked @ points.T / _POINT, means)
    # Of a point: its questions against those of other points and all that nothing answers.
    scores = asked @ points[means].T / _POINT
    same = means[:, None] == means[None, :]
    scores = scores.masked_fill(same & ~torch.eye(len(means), dtype=torch.bool), -1e4)
    away = near @ points[means].T / _POINT
    to_question = functional.cross_entropy(torch.cat((scores, away)).T, torch.arange(len(means)))
    # Of a question: another one of the same point against those of other points and near misses.
    alike = torch.cat((asked @ asked.T, asked @ near.T), 1) / _SIBLING
    itself = torch.eye(len(means), alike.shape[1], dtype=torch.bool)
    alike = alike.masked_fill(itself, -1e4)
    other = torch.zeros_like(alike, dtype=torch.bool)
    other[:, : len(means)] = same
    other &= ~itself
    has = other.any(1)
    gain = alike.masked_fill(~other, -1e4).logsumexp(1) - alike.logsumexp(1)
    to_sibling = -gain[has].mean() if has.any() else alike.sum() * 0
    return to_point + 0.5 * to_question + 0.5 * to_sibling


def argument_loss(model: Model, batch: Sequence[Argued], rng: random.Random) -> Tensor:
    """Argument to the key point it makes, against those of its topic that it does not make."""
    chosen = [rng.choice(argued.made) for argued in batch]
    points = list(dict.fromkeys([*chosen, *(p for a in batch for p in a.others[:4])]))
    vectors = model.encode([argued.text for argued in batch] + points)
    asked, made = vectors.split([len(batch), len(points)])
    scores = asked @ made.T / _ARGUMENT
    place = {point: number for number, point in enumerate(points)}
    target = torch.tensor([place[point] for point in chosen])
    for row, argued in enumerate(batch):
        for also in argued.made:
            if also in place and also != chosen[row]:
                scores[row, place[also]] = -1e4
    return functional.cross_entropy(scores, target)


def likeness_loss(mine: Tensor, theirs: Tensor, sharpness: tuple[float, float]) -> Tensor:
    """Pull the likenesses (n, n) of a batch to the teachers'; each row leaves out itself."""
    student, teacher = sharpness
    diagonal = torch.eye(len(mine), dtype=torch.bool)
    log = functional.log_softmax((mine / student).masked_fill(diagonal, -1e4), -1)
    wanted = functional.softmax((theirs / teacher).masked_fill(diagonal, -1e4), -1)
    return functional.kl_div(log, wanted, reduction="batchmean")


def parallel_loss(english: Tensor, other: Tensor, theirs: Tensor) -> Tensor:
    """Pull a sentence to its translation, and its likenesses to the teachers' of the English."""
    scores = other @ english.T
    target = torch.arange(len(english))
    near = functional.cross_entropy(scores / _PARALLEL, target)
    near = near + functional.cross_entropy(scores.T / _PARALLEL, target)
    return near / 2 + likeness_loss(scores, theirs, (0.05, 0.05)) + (1 - scores.diagonal()).mean()


def english_of(debates: Sequence[Debate]) -> list[str]:
    """Return all English sentences of debates: points, questions and near misses."""

    def english(asked: Sequence[Asked]) -> list[str]:
        return [one.text for one in asked if one.language == "en"]

    found: list[str] = []
    for debate in debates:
        found += debate.texts
        for point in debate.points:
            found += english(point.asked)
        found += english(debate.unanswered)
    return found
