"""Write a trained encoder as ONNX, its matrices in eight bits."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from training.network import Transformer

OPSET = 17


class _Exported(nn.Module):
    """The forward pass with attention written out: exporters translate it the same everywhere."""

    def __init__(self, network: Transformer) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        network = self.network
        mask = attention_mask.float()
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        hidden = network.words(input_ids) + network.positions(places) + network.kind
        hidden = network.norm(hidden)
        bias = (1 - mask)[:, None, None, :] * -1e4
        for layer in network.layers:
            texts, tokens, width = hidden.shape
            split = (texts, tokens, layer.heads, width // layer.heads)
            query = layer.query(hidden).view(split).transpose(1, 2)
            key = layer.key(hidden).view(split).permute(0, 2, 3, 1)
            value = layer.value(hidden).view(split).transpose(1, 2)
            weights = torch.softmax(query @ key * (width // layer.heads) ** -0.5 + bias, -1)
            mixed = (weights @ value).transpose(1, 2).reshape(texts, tokens, width)
            hidden = layer.attention_norm(hidden + layer.out(mixed))
            hidden = layer.norm(hidden + layer.outer(functional.gelu(layer.inner(hidden))))
        pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(pooled, dim=-1)


def write(network: Transformer, folder: Path) -> str:
    """Write ``model.onnx`` (dynamic int8) into a folder and return its sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    whole, small = folder / "float.onnx", folder / "model.onnx"
    ids = torch.tensor([[0, 5, 6, 7, 2]])
    torch.onnx.export(
        _Exported(network.eval()),
        (ids, torch.ones_like(ids)),
        str(whole),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={
            "input_ids": {0: "texts", 1: "tokens"},
            "attention_mask": {0: "texts", 1: "tokens"},
            "embedding": {0: "texts"},
        },
        opset_version=OPSET,
        dynamo=False,
    )
    # One scale for each column of a matrix costs nothing at run time and loses less.
    quantize_dynamic(whole, small, per_channel=True, weight_type=QuantType.QInt8)
    return hashlib.sha256(small.read_bytes()).hexdigest()
