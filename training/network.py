"""The transformers that the pipeline trains: BERT (student, MiniLM) and MPNet (teacher).

Written out here because only a forward pass is needed, and so that training needs torch alone.
Parameters carry the names of the published checkpoints, so those load without a map.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """The sizes of a transformer; ``relative`` tells MPNet's position bias from BERT's none."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    first_position: int = 0
    padding: int = 1
    epsilon: float = 1e-12
    types: bool = True
    relative: bool = False


MINILM = Shape(30_522, 384, 6, 12, 1_536, 512, padding=0)
MPNET = Shape(
    30_527, 768, 12, 12, 3_072, 514, first_position=2, epsilon=1e-5, types=False, relative=True
)


def small(vocabulary: int) -> Shape:
    """Return the shape of multilingual-e5-small with a vocabulary of its own."""
    return Shape(vocabulary, 384, 12, 12, 1_536, 512)


class Layer(nn.Module):
    """One block: attention, then the two linear maps, each with residual and norm after."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=shape.epsilon)
        self.inner = nn.Linear(width, shape.inner)
        self.outer = nn.Linear(shape.inner, width)
        self.norm = nn.LayerNorm(width, eps=shape.epsilon)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Map (texts, tokens, width) to the same shape; ``bias`` is added to the attention."""
        texts, tokens, width = hidden.shape
        split = (texts, tokens, self.heads, width // self.heads)
        query, key, value = (
            part(hidden).view(split).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        mixed = mixed.transpose(1, 2).reshape(texts, tokens, width)
        hidden = self.attention_norm(hidden + self.out(mixed))
        inner = functional.gelu(self.inner(hidden))
        return self.norm(hidden + self.outer(inner))


class Transformer(nn.Module):
    """Tokens to unit vectors: the mean of the last layer, at length one."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.kind = nn.Parameter(torch.zeros(shape.width)) if shape.types else None
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.relative = nn.Embedding(32, shape.heads) if shape.relative else None
        self.frozen_layers = 0

    def freeze(self, layers: int = 0) -> None:
        """Leave the embeddings and the first ``layers`` blocks as they are.

        Rare words would otherwise drift away from what the base knows, and it saves time.
        """
        self.frozen_layers = layers
        fixed = [self.words, self.positions, self.norm, *list(self.layers)[:layers]]
        for module in fixed:
            module.requires_grad_(requires_grad=False)
        if self.kind is not None:
            self.kind.requires_grad_(requires_grad=False)
        if self.relative is not None:
            self.relative.requires_grad_(requires_grad=False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return unit vectors (texts, width) for token ids and their mask, both (texts, tokens)."""
        tokens = ids.shape[1]
        places = torch.arange(tokens) + self.shape.first_position
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.words.weight.requires_grad):
            hidden = self.words(ids) + self.positions(places)
            if self.kind is not None:
                hidden = hidden + self.kind
            hidden = self.norm(hidden)
            bias = torch.zeros(len(ids), 1, 1, tokens).masked_fill(
                mask[:, None, None, :] == 0, -1e4
            )
            if self.relative is not None:
                bias = bias + self.relative(_buckets(tokens)).permute(2, 0, 1)[None]
        # In half precision a mask has to be of the same kind as what it is added to.
        half = torch.is_autocast_enabled("cpu")
        bias = bias.to(torch.bfloat16) if half else bias
        for number, layer in enumerate(self.layers):
            if number < self.frozen_layers:
                with torch.no_grad():
                    hidden = layer(hidden, bias)
            else:
                hidden = layer(hidden, bias)
        hidden = hidden.float() * mask[..., None]
        return functional.normalize(hidden.sum(1) / mask.sum(1, keepdim=True), dim=-1)


def _buckets(tokens: int) -> Tensor:
    """Return the bucket of each distance (tokens, tokens), as T5 and MPNet do: 16 a direction."""
    places = torch.arange(tokens)
    apart = places[None, :] - places[:, None]
    far = -apart
    side = (far < 0).long() * 16
    far = far.abs()
    near = far < 8
    log = 8 + (torch.log(far.float().clamp(min=1) / 8) / math.log(128 / 8) * 8).long()
    return side + torch.where(near, far, log.clamp(max=15))


_BERT = {
    "attention.self.query": "query", "attention.self.key": "key", "attention.self.value": "value",
    "attention.output.dense": "out", "attention.output.LayerNorm": "attention_norm",
    "intermediate.dense": "inner", "output.dense": "outer", "output.LayerNorm": "norm",
}  # fmt: skip
_MPNET = {
    "attention.attn.q": "query", "attention.attn.k": "key", "attention.attn.v": "value",
    "attention.attn.o": "out", "attention.LayerNorm": "attention_norm",
    "intermediate.dense": "inner", "output.dense": "outer", "output.LayerNorm": "norm",
}  # fmt: skip


def load(shape: Shape, published: Mapping[str, Tensor]) -> Transformer:
    """Return a transformer with the weights of a published checkpoint. Raises KeyError."""
    network = Transformer(shape)
    names = _MPNET if shape.relative else _BERT
    state = {
        "words.weight": published["embeddings.word_embeddings.weight"],
        "positions.weight": published["embeddings.position_embeddings.weight"],
        "norm.weight": published["embeddings.LayerNorm.weight"],
        "norm.bias": published["embeddings.LayerNorm.bias"],
    }
    if shape.types:
        state["kind"] = published["embeddings.token_type_embeddings.weight"][0]
    if shape.relative:
        state["relative.weight"] = published["encoder.relative_attention_bias.weight"]
    for number in range(shape.layers):
        for theirs, ours in names.items():
            for kind in ("weight", "bias"):
                state[f"layers.{number}.{ours}.{kind}"] = published[
                    f"encoder.layer.{number}.{theirs}.{kind}"
                ]
    network.load_state_dict({name: value.float() for name, value in state.items()})
    return network
