"""The cache of vectors saves time and can cost nothing but time."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.encoder import DIMENSIONS, CachedEncoder, Vectors

from .conftest import CountingEncoder

TEXTS = [f"question number {n} about the {word}" for n, word in enumerate("abcdefgh")]


def _truth(texts: list[str]) -> Vectors:
    return CountingEncoder().encode(texts)


def _file(folder: Path) -> Path:
    (found,) = folder.glob("vectors-*.npz")
    return found


def test_known_texts_are_not_encoded_again(counting: CountingEncoder, tmp_path: Path) -> None:
    first = CachedEncoder(counting, tmp_path).encode(TEXTS)
    assert counting.taken() == TEXTS
    again = CachedEncoder(counting, tmp_path).encode(TEXTS)
    assert counting.taken() == []
    assert np.array_equal(first, again)
    assert np.array_equal(first, _truth(TEXTS))


def test_one_changed_text_is_encoded_alone(counting: CountingEncoder, tmp_path: Path) -> None:
    cached = CachedEncoder(counting, tmp_path)
    cached.encode(TEXTS)
    counting.taken()
    changed = [*TEXTS[:3], "quite another question", *TEXTS[4:]]
    assert np.array_equal(cached.encode(changed), _truth(changed))
    assert counting.taken() == ["quite another question"]


def test_only_what_is_new_counts_as_progress(counting: CountingEncoder, tmp_path: Path) -> None:
    cached = CachedEncoder(counting, tmp_path)
    cached.encode(TEXTS)
    told: list[tuple[int, int]] = []
    cached.encode([*TEXTS, "one", "two"], lambda done, total: told.append((done, total)))
    assert told[-1] == (2, 2)


@given(data=st.data())
def test_whatever_is_asked_in_whatever_order_is_right(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cached = CachedEncoder(CountingEncoder(), Path(folder))
        for _ in range(3):
            texts = data.draw(st.lists(st.sampled_from(TEXTS), max_size=10))
            assert np.array_equal(cached.encode(texts), _truth(texts))


def test_what_is_no_longer_asked_is_dropped(counting: CountingEncoder, tmp_path: Path) -> None:
    cached = CachedEncoder(counting, tmp_path)
    cached.encode(TEXTS)
    size = _file(tmp_path).stat().st_size
    cached.encode(TEXTS[:2])
    assert _file(tmp_path).stat().st_size < size / 2
    counting.taken()
    cached.encode(TEXTS)
    assert counting.taken() == TEXTS[2:]


def test_a_little_that_is_no_longer_asked_may_come_back(
    counting: CountingEncoder, tmp_path: Path
) -> None:
    texts = [f"text {number}" for number in range(20)]
    cached = CachedEncoder(counting, tmp_path)
    assert np.array_equal(cached.encode(texts), _truth(texts))
    for number in range(20):
        # Another one is away each time, and something new is there.
        left = [text for text in texts if text != f"text {number}"] + [f"new {number}"]
        assert np.array_equal(cached.encode(left), _truth(left))
    counting.taken()
    assert np.array_equal(cached.encode(texts), _truth(texts))
    assert counting.taken() == []
    with np.load(_file(tmp_path)) as stored:
        assert len(stored["keys"]) == 22


def test_texts_that_stand_twice_leave_room_for_what_is_away(
    counting: CountingEncoder, tmp_path: Path
) -> None:
    cached = CachedEncoder(counting, tmp_path)
    texts = ["same"] * 15 + ["one", "two", "three", "four", "five"]
    for asked in (texts, [*texts[:-1], "six"], [*texts[:-1], "seven"], texts):
        assert np.array_equal(cached.encode(asked), _truth(asked))
    assert counting.taken() == [*texts, "six", "seven"]


def test_vectors_of_two_encoders_never_meet(tmp_path: Path) -> None:
    one, two = CountingEncoder("one"), CountingEncoder("two")
    CachedEncoder(one, tmp_path).encode(TEXTS)
    CachedEncoder(two, tmp_path).encode(TEXTS)
    assert two.taken() == TEXTS
    assert CachedEncoder(one, tmp_path).name == "one"


def test_without_a_folder_nothing_is_kept(counting: CountingEncoder, tmp_path: Path) -> None:
    cached = CachedEncoder(counting, None)
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))
    assert not list(tmp_path.iterdir())


def _npz(**arrays: np.typing.NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


KEYS = np.zeros((len(TEXTS), 16), np.uint8)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive at all",
        b"PK\x03\x04 the start of one",
        _npz(keys=KEYS),
        _npz(keys=KEYS, vectors=np.zeros((len(TEXTS), DIMENSIONS), np.float64)),
        _npz(keys=KEYS, vectors=np.zeros((len(TEXTS), 7), np.float32)),
        _npz(keys=KEYS, vectors=np.zeros((1, DIMENSIONS), np.float32)),
        _npz(keys=KEYS[:, :5], vectors=np.zeros((len(TEXTS), DIMENSIONS), np.float32)),
        _npz(keys=np.zeros(3, np.float64), vectors=np.zeros((3, DIMENSIONS), np.float32)),
        _npz(keys=np.array([{}]), vectors=np.zeros((1, DIMENSIONS), np.float32)),
    ],
    ids=["empty", "text", "header", "half", "doubles", "narrow", "few", "short keys", "odd keys",
         "pickles"],
)  # fmt: skip
def test_a_useless_file_is_replaced(
    counting: CountingEncoder, tmp_path: Path, content: bytes
) -> None:
    cached = CachedEncoder(counting, tmp_path)
    cached.encode(TEXTS)
    _file(tmp_path).write_bytes(content)
    counting.taken()
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))
    assert counting.taken() == TEXTS
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))
    assert counting.taken() == []


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((len(TEXTS), DIMENSIONS), np.float64),
        ((len(TEXTS), DIMENSIONS), np.int8),
        ((len(TEXTS), 1), np.float32),
        ((len(TEXTS) - 1, DIMENSIONS), np.float32),
        ((DIMENSIONS,), np.float32),
    ],
)
def test_vectors_of_another_form_are_not_taken_for_the_texts(
    counting: CountingEncoder, tmp_path: Path, shape: tuple[int, ...], kind: type[np.generic]
) -> None:
    cached = CachedEncoder(counting, tmp_path)
    cached.encode(TEXTS)
    with np.load(_file(tmp_path)) as stored:
        keys = stored["keys"]
    _file(tmp_path).write_bytes(_npz(keys=keys, vectors=np.zeros(shape, kind)))
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))


@given(
    where=st.floats(0, 1, exclude_max=True),
    flip=st.integers(0, 255),
    cut=st.none() | st.integers(0),
)
def test_a_damaged_file_never_gives_a_wrong_vector(
    where: float, flip: int, cut: int | None
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        CachedEncoder(CountingEncoder(), folder).encode(TEXTS)
        content = bytearray(_file(folder).read_bytes())
        content[int(where * len(content))] ^= flip
        if cut is not None:
            del content[cut % len(content) :]
        _file(folder).write_bytes(content)
        found = CachedEncoder(CountingEncoder(), folder).encode(TEXTS)
        assert np.array_equal(found, _truth(TEXTS))


def test_a_place_that_cannot_be_written_costs_only_time(
    counting: CountingEncoder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    cached = CachedEncoder(counting, tmp_path / "file" / "cache")
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_folder_in_the_place_of_the_file_costs_only_time(
    counting: CountingEncoder, tmp_path: Path
) -> None:
    (tmp_path / "vectors-counting.npz").mkdir()
    cached = CachedEncoder(counting, tmp_path)
    assert np.array_equal(cached.encode(TEXTS), _truth(TEXTS))
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-counting.npz"]


def test_a_finished_write_leaves_no_temporary_file(
    counting: CountingEncoder, tmp_path: Path
) -> None:
    CachedEncoder(counting, tmp_path / "not" / "yet").encode(TEXTS)
    assert [path.suffix for path in (tmp_path / "not" / "yet").iterdir()] == [".npz"]
