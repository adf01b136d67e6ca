"""The sentence encoder: text to unit vectors, with a cache on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bot.errors import RejoinderError
from bot.retrieval import shipped

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

MODEL_FOLDER = Path(__file__).parent / "model"
# PROVENANCE.md beside the files says how they were made; a damaged or swapped file must not answer.
SHA256 = {
    "model.onnx": "a3350d6856b6bfccf9eedabdda70bdee48bf50cd4b3fbafebd8512429638f0ba",
    "tokenizer.json": "6cfa3165409c8839f2728353b60f39cff6429cd6a78b5e649025bacaff6fe921",
}
_NAME = f"trilingual-arguments-{SHA256['model.onnx'][:12]}"
DIMENSIONS = 384
MAX_TOKENS = 128
MAX_CHARACTERS = 2_000
_PREFIX = "query: "
_PARALLEL_FROM = 16
_CHUNK = 2_000  # texts after which what is encoded is kept
# A whole proposal, in share of what is asked for.
_KEPT_UNASKED = 0.1

Progress = Callable[[int, int], None]


class ModelError(RejoinderError):
    """Report a model file that is missing, damaged or cannot be run."""


class Encoder(Protocol):
    """What retrieval needs of an encoder."""

    @property
    def name(self) -> str:
        """Identify the encoder; vectors of different names must never meet."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (len(texts), DIMENSIONS)."""
        ...


class OnnxEncoder:
    """Run the shipped trilingual encoder on the CPU.

    The files are read and checked at construction. Raises ModelError.
    """

    def __init__(self, folder: Path = MODEL_FOLDER, *, threads: int = 1) -> None:
        model = _checked(folder, "model.onnx")
        tokenizer = _checked(folder, "tokenizer.json")
        self.name = _NAME
        # Imported here: a command that asks nothing should not pay for loading the runtime.
        try:
            import onnxruntime  # noqa: PLC0415
            from tokenizers import Tokenizer  # noqa: PLC0415

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            # Without the arena the process gives memory back after a long text.
            options.enable_cpu_mem_arena = False
            # Texts differ in length, so that no plan for memory is used twice.
            options.enable_mem_pattern = False
            # By name, not by content, of which the runtime would keep a second copy of 44 MB. A
            # file that is swapped between the check and this is not found out.
            self._session: Any = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        except Exception as error:
            raise ModelError(
                "The language model cannot be started on this machine.",
                hint=f"Reinstall the package; the runtime says: {type(error).__name__}.",
            ) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (len(texts), DIMENSIONS)."""
        # One text a run: in dynamic int8 a batch shares its scales, so a text's vector would depend
        # on its neighbours; and on a CPU a batch is no faster. Runs release the GIL, hence threads.
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)

        def one(position: int) -> None:
            vectors[position] = self._run(texts[position])

        if len(texts) < _PARALLEL_FROM:
            for position in range(len(texts)):
                one(position)
            return vectors
        with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
            for done, _ in enumerate(pool.map(one, range(len(texts))), start=1):
                if progress is not None and (done % 50 == 0 or done == len(texts)):
                    progress(done, len(texts))
        return vectors

    def _run(self, text: str) -> Vectors:
        ids = self._tokenizer.encode(_PREFIX + text[:MAX_CHARACTERS]).ids
        tokens = np.array([ids], np.int64)
        outputs = self._session.run(
            ["embedding"], {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        )
        vector: Vectors = outputs[0][0]
        return vector


class LoadingEncoder:
    """Load the shipped encoder in a thread of its own, and wait for it where it is needed.

    Reading the model takes as long as the imports and the folder, and hardly holds the GIL.
    """

    def __init__(self, folder: Path = MODEL_FOLDER, *, threads: int = 1) -> None:
        self.name = _NAME
        self._loading: Future[OnnxEncoder] = Future()
        Thread(target=self._load, args=(folder, threads), name="load-encoder").start()

    def _load(self, folder: Path, threads: int) -> None:
        try:
            self._loading.set_result(OnnxEncoder(folder, threads=threads))
        except BaseException as error:  # noqa: BLE001 - raised where the encoder is waited for
            self._loading.set_exception(error)

    def wait(self) -> OnnxEncoder:
        """Return the encoder once it is loaded. Raises ModelError."""
        return self._loading.result()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (len(texts), DIMENSIONS)."""
        return self.wait().encode(texts, progress)


def make_private(folder: Path) -> None:
    """Make a folder and what is missing above it for the owner's eyes only. Raises OSError."""
    for part in (*reversed(folder.parents), folder):
        if not part.is_dir():
            part.mkdir(mode=0o700, exist_ok=True)


def _checked(folder: Path, name: str) -> Path:
    path = folder / name
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read: {error.strerror}.",
            hint="Reinstall the package, or check out the file again.",
        ) from error
    if found != SHA256[name]:
        raise ModelError(
            f"The model file {path} is damaged: its checksum does not match.",
            hint="Reinstall the package, or check out the file again.",
        )
    return path


def _onward(progress: Progress, done: int, total: int) -> Progress:
    """Return a progress that counts a part of the work as such."""
    return lambda some, _: progress(done + some, total)


class CachedEncoder:
    """Keep vectors of known texts in a file, so that only new texts are encoded.

    The cache is an optimisation: a missing, damaged or unwritable file costs time, nothing else.
    ``folder`` may be None to keep nothing.
    """

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self._path = folder / f"vectors-{encoder.name}.npz" if folder else None

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors; texts seen before come from the cache.

        Of what is not asked for this time only a little stays in the file, for what is withdrawn to
        come back at once: it mirrors one knowledge base.
        """
        keys = shipped.keys_of(texts)
        old_keys, old_vectors = self._load() or (keys[:0], np.zeros((0, DIMENSIONS), np.float32))
        if old_keys.tobytes() == keys.tobytes():
            return old_vectors
        rows = shipped.rows_of(old_keys, keys)
        there = rows >= 0
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        vectors[there] = old_vectors[rows[there]]
        new = np.flatnonzero(~there)
        missing = self._encoded_here(keys, vectors, new)
        there[np.setdiff1d(new, missing)] = True
        if progress is not None and len(new):
            # What is learned of new texts takes a while, even where none has to be encoded.
            progress(len(new) - len(missing), len(new))
        for start in range(0, len(missing), _CHUNK):
            some = missing[start : start + _CHUNK]
            told = _onward(progress, start, len(missing)) if progress else None
            vectors[some] = self._encoder.encode([texts[row] for row in some], told)
            if start + _CHUNK < len(missing):
                # Whoever is stopped on the way need not begin again.
                there[some] = True
                self._save(keys[there], vectors[there])
        asked = {bytes(key) for key in keys}
        unasked = [row for row, key in enumerate(old_keys) if bytes(key) not in asked]
        # What was asked for last stands first in the file.
        kept = unasked[: int(_KEPT_UNASKED * len(keys))]
        if len(new) or len(kept) < len(unasked):
            self._save(
                np.concatenate((keys, old_keys[kept])),
                np.concatenate((vectors, old_vectors[kept])),
            )
        return vectors

    def _encoded_here(self, keys: shipped.Keys, vectors: Vectors, new: Rows) -> Rows:
        """Fill in vectors that come with the product; return the rows that are left to encode."""
        if len(new):
            known, found = shipped.topic_vectors(self.name, keys[new])
            if found.shape[1:] == (DIMENSIONS,):
                vectors[new[known]] = found
                new = np.asarray(new[~known], np.int64)
        return new

    def _load(self) -> tuple[shipped.Keys, Vectors] | None:
        if self._path is None:
            return None
        try:
            # Opened here because numpy leaves the file open where it is no archive.
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                keys = shipped.from_bytes(stored["keys"])
                vectors = stored["vectors"]
        except (OSError, ValueError, KeyError, EOFError):
            return None
        except Exception:  # noqa: BLE001 - a damaged zip raises many things, and costs only time
            return None
        if vectors.dtype != np.float32 or vectors.shape != (len(keys), DIMENSIONS):
            return None
        return keys, vectors

    def _save(self, keys: shipped.Keys, vectors: Vectors) -> None:
        if self._path is None:
            return
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            make_private(self._path.parent)
            with temporary.open("wb") as file:
                np.savez(file, keys=shipped.as_bytes(keys), vectors=vectors)
            temporary.replace(self._path)
        except OSError:
            # On a read-only disk, or below a plain file, even this fails.
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
