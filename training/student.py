"""The student: one small encoder for three languages, taught by all tasks at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training import batches
from training.batches import Model
from training.corpora import Argued, Debate
from training.teachers import rate_at

PREFIX = "query: "
ALL = frozenset({"en", "ru", "uk"})
_SENTENCES, _PAIRS, _ARGUMENTS = 64, 36, 24
_SHARP = (0.05, 0.05)
_SHARE_OF_DEBATE = 0.4
_FROZEN = 4  # layers that stay: a fifth less to compute, and what they know of words stays too

Report = Callable[[str], None]


@dataclass(frozen=True)
class Lessons:
    """What a student learns from; leave a part empty to learn without it.

    ``taught``: English sentences with the teachers' vectors, one tensor a teacher (n, width);
    ``pairs``: numbers of English sentences in ``taught`` and their translations.
    """

    debates: Sequence[Debate] = ()
    argued: Sequence[Argued] = ()
    taught: Sequence[str] = ()
    vectors: Sequence[Tensor] = ()
    pairs: Sequence[tuple[int, str]] = ()
    close: Mapping[str, Sequence[int]] | None = None
    """debate → numbers of its sentences in ``taught``: batches of them are hard to tell apart"""


# How often each task comes up in a hundred steps.
MIX = {"debate": 56, "argument": 12, "likeness": 14, "parallel": 18}


def learn(
    model: Model,
    lessons: Lessons,
    *,
    steps: int,
    rate: float,
    report: Report,
    mix: Mapping[str, int] = MIX,
    seed: int = 12,
) -> None:
    """Train in place; every step is one task drawn by ``mix``, embeddings stay as they are."""
    rng = random.Random(seed)
    model.network.freeze(_FROZEN)
    wanted = [weight for weight in model.network.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(wanted, weight_decay=0.01)
    tasks = [name for name, share in mix.items() for _ in range(share)]
    total: dict[str, list[float]] = {}
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps, rate)
        task = rng.choice(tasks)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = _LOSSES[task](model, lessons, rng)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(wanted, 1.0)
        optimiser.step()
        total.setdefault(task, []).append(float(loss.detach()))
        if step % 50 == 49:
            shown = ", ".join(f"{name} {sum(v) / len(v):.3f}" for name, v in sorted(total.items()))
            report(f"step {step + 1} of {steps}: {shown}")
            total = {}


def _debate(model: Model, lessons: Lessons, rng: random.Random) -> Tensor:
    return batches.debate_loss(model, batches.draw_debates(lessons.debates, rng, ALL))


def _argument(model: Model, lessons: Lessons, rng: random.Random) -> Tensor:
    drawn = rng.sample(list(lessons.argued), _ARGUMENTS)
    return batches.argument_loss(model, drawn, rng)


def _teachers(lessons: Lessons, rows: Sequence[int]) -> Tensor:
    """Return the teachers' mean likeness of some sentences, (n, n)."""
    chosen = torch.tensor(rows)
    likenesses = [(part := vectors[chosen].float()) @ part.T for vectors in lessons.vectors]
    return torch.stack(likenesses).mean(0)


def _likeness(model: Model, lessons: Lessons, rng: random.Random) -> Tensor:
    """Half of a batch from one debate, whose sentences are hard to tell apart, half from all."""
    rows: list[int] = []
    if lessons.close:
        name = rng.choice(sorted(lessons.close))
        some = lessons.close[name]
        rows += rng.sample(list(some), min(len(some), int(_SHARE_OF_DEBATE * _SENTENCES)))
    rows += rng.sample(range(len(lessons.taught)), _SENTENCES - len(rows))
    rows = list(dict.fromkeys(rows))
    mine = model.encode([lessons.taught[row] for row in rows])
    return batches.likeness_loss(mine @ mine.T, _teachers(lessons, rows), _SHARP)


def _parallel(model: Model, lessons: Lessons, rng: random.Random) -> Tensor:
    drawn = rng.sample(list(lessons.pairs), _PAIRS)
    drawn = list({row: (row, text) for row, text in drawn}.values())
    rows = [row for row, _ in drawn]
    vectors = model.encode([lessons.taught[row] for row in rows] + [text for _, text in drawn])
    english, other = vectors.split([len(rows), len(rows)])
    return batches.parallel_loss(english, other, _teachers(lessons, rows))


_LOSSES = {
    "debate": _debate, "argument": _argument, "likeness": _likeness, "parallel": _parallel,
}  # fmt: skip


def soup(
    base: Mapping[str, Tensor], tuned: Mapping[str, Tensor], share: float
) -> dict[str, Tensor]:
    """Return ``share`` of the base and the rest of the tuned weights, weight by weight."""
    return {name: share * base[name] + (1 - share) * tuned[name] for name in tuned}
