"""The teachers: two English encoders, tuned on the debates, and what they make of sentences."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load as read_tensors
from tokenizers import Tokenizer
from torch import Tensor

from training import batches, corpora, fetch, network
from training.batches import Model

NAMES = ("mpnet", "minilm")
_STEPS = {"mpnet": 240, "minilm": 200}
_RATE = {"mpnet": 2e-5, "minilm": 5e-5}
_FROZEN = {"mpnet": 6, "minilm": 0}
_ARGUMENTS = 24
_WARM_UP = 0.08
ENGLISH = frozenset({"en"})

Report = Callable[[str], None]


def start(name: str, work: Path) -> Model:
    """Return a teacher as it is published."""
    content, described = (fetch.mpnet if name == "mpnet" else fetch.minilm)(work)
    shape = network.MPNET if name == "mpnet" else network.MINILM
    tokenizer = Tokenizer.from_str(described.decode())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Model(network.load(shape, read_tensors(content)), tokenizer)


def rate_at(step: int, steps: int, highest: float) -> float:
    """Return the learning rate: up in a line, then down to nothing in a line."""
    warm = max(1, int(_WARM_UP * steps))
    return highest * min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))


def tune(
    model: Model,
    name: str,
    debates: Sequence[corpora.Debate],
    argued: Sequence[corpora.Argued],
    report: Report,
) -> None:
    """Tune a teacher on debates and arguments, in place; a step is one batch of each, in turn."""
    rng = random.Random(7)
    model.network.freeze(_FROZEN[name])
    wanted = [weight for weight in model.network.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(wanted, weight_decay=0.01)
    total = 0.0
    for step in range(_STEPS[name]):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, _STEPS[name], _RATE[name])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            if step % 4 == 3:
                loss = batches.argument_loss(model, rng.sample(list(argued), _ARGUMENTS), rng)
            else:
                loss = batches.debate_loss(model, batches.draw_debates(debates, rng, ENGLISH))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(wanted, 1.0)
        optimiser.step()
        total += float(loss.detach())
        if step % 30 == 29:
            report(f"{name}: step {step + 1} of {_STEPS[name]}, loss {total / 30:.3f}")
            total = 0.0


@torch.inference_mode()
def encode(model: Model, texts: Sequence[str], report: Report, size: int = 240) -> Tensor:
    """Return unit vectors of many texts."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    found = torch.zeros(len(texts), model.network.shape.width)
    for start_at in range(0, len(order), size):
        rows = order[start_at : start_at + size]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found[torch.tensor(rows)] = model.encode([texts[row] for row in rows]).float()
        if (start_at // size) % 40 == 39:
            report(f"encoded {start_at + len(rows):,} of {len(texts):,}")
    return found


def keep(path: Path, vectors: Tensor) -> None:
    """Store vectors in half precision, which is ten times finer than likenesses need."""
    np.save(path, vectors.numpy().astype(np.float16))
