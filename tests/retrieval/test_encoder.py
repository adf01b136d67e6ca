"""The shipped encoder gives unit vectors that depend on the text alone, or a clear sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import RejoinderError
from bot.retrieval.encoder import (
    DIMENSIONS,
    MAX_CHARACTERS,
    MODEL_FOLDER,
    ModelError,
    OnnxEncoder,
)

TEXTS = [
    "why pay deserters",
    "что с замороженными активами",
    "що кажуть критики",
    "x",
    "a much longer question about what happened to all of the money that was frozen in Belgium",
]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    """Return the encoder itself, without the memory that other tests have."""
    return OnnxEncoder()


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example("")
@example("\x00")
@example("👩‍👩‍👧" * 20)
@example("\u202eesrever")
def test_any_text_has_a_unit_vector(encoder: OnnxEncoder, text: str) -> None:
    vectors = encoder.encode([text])
    assert vectors.shape == (1, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-4)


def test_nothing_in_nothing_out(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: OnnxEncoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    few = encoder.encode(TEXTS)
    # Sixteen and more go to several threads.
    many = encoder.encode([*TEXTS, *(f"another question, number {n}" for n in range(20)), *TEXTS])
    assert np.array_equal(alone, few)
    assert np.array_equal(alone, many[: len(TEXTS)])
    assert np.array_equal(alone, many[-len(TEXTS) :])


def test_a_new_start_gives_the_same_vectors(encoder: OnnxEncoder) -> None:
    again = OnnxEncoder()
    assert again.name == encoder.name
    assert np.array_equal(again.encode(TEXTS), encoder.encode(TEXTS))


def test_progress_ends_at_the_number_of_texts(encoder: OnnxEncoder) -> None:
    told: list[tuple[int, int]] = []
    encoder.encode(["short"] * 60, lambda done, total: told.append((done, total)))
    assert told[-1] == (60, 60)
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_long_text_is_cut_and_its_beginning_counts(encoder: OnnxEncoder) -> None:
    opening = "Paying soldiers to desert is said to be cheaper than fighting them. " * 20
    short, long, huge, other = encoder.encode(
        [opening, opening + "onion soup " * 50, opening + "x" * 1_000_000, "onion soup " * 200]
    )
    assert np.array_equal(short, long)
    assert np.array_equal(short, huge)
    assert short @ other < 0.9


def test_characters_beyond_the_limit_are_not_even_tokenised(encoder: OnnxEncoder) -> None:
    # Spaces make few tokens, so that the limit on characters bites before that on tokens.
    padded = "soup" + " " * MAX_CHARACTERS
    assert np.array_equal(*encoder.encode([padded, padded + "and a war crimes tribunal"]))


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("Who pays the deserters?", "Кто платит дезертирам?", "Кто выиграл матч?"),
        ("Who pays the deserters?", "Хто платить дезертирам?", "Хто виграв матч?"),
        ("Who pays the deserters?", "who gives money to deserters", "who won the match"),
    ],
)
def test_a_translation_is_nearer_than_another_subject(
    encoder: OnnxEncoder, text: str, same: str, other: str
) -> None:
    vectors = encoder.encode([text, same, other])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def _model(folder: Path) -> Path:
    folder.mkdir()
    for name in ("model.onnx", "tokenizer.json"):
        (folder / name).symlink_to(MODEL_FOLDER / name)
    return folder


def test_a_complete_copy_starts(tmp_path: Path) -> None:
    assert OnnxEncoder(_model(tmp_path / "copy")).encode(["x"]).shape == (1, DIMENSIONS)


def _is_a_sentence_with_advice(error: RejoinderError, name: str) -> bool:
    return (
        name in error.message
        and error.message.endswith(".")
        and "\n" not in error.message
        and bool(error.hint and error.hint.endswith("."))
    )


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = _model(tmp_path / "model")
    (folder / name).unlink()
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(folder)
    assert _is_a_sentence_with_advice(caught.value, name)
    assert "cannot be read" in caught.value.message


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["one byte", "cut", "empty", "swapped"])
def test_a_damaged_file_is_not_started(tmp_path: Path, name: str, damage: str) -> None:
    folder = _model(tmp_path / "model")
    content = bytearray((folder / name).read_bytes())
    (folder / name).unlink()
    if damage == "one byte":
        content[len(content) // 2] ^= 1
    elif damage == "cut":
        del content[-100:]
    elif damage == "empty":
        content.clear()
    else:
        content = bytearray(b'{"version": "1.0"}')
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(folder)
    assert _is_a_sentence_with_advice(caught.value, name)
    assert "damaged" in caught.value.message


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    folder = _model(tmp_path / "model")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.json").mkdir()
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(folder)
    assert _is_a_sentence_with_advice(caught.value, "tokenizer.json")
