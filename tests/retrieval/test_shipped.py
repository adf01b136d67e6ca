"""The texts that come with the product have vectors by the encoder that comes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.advisor.facets import Facet
from bot.knowledge.words import clean, normalise
from bot.retrieval import shipped
from bot.retrieval.encoder import CachedEncoder, OnnxEncoder, Progress, Vectors
from bot.retrieval.index import Index
from bot.retrieval.texts import texts_of


@pytest.mark.parametrize("name", shipped.NAMES)
def test_the_kept_vectors_are_those_of_the_texts(name: str, encoder: OnnxEncoder) -> None:
    texts = shipped.texts(name)
    kept = shipped.kept_vectors(name, encoder.name, texts)
    assert kept is not None, "run: python -m training.shipped"
    some = np.linspace(0, len(texts) - 1, 12, dtype=int)
    near = (encoder.encode([texts[row] for row in some]) * kept[some]).sum(axis=1)
    assert near.min() > 0.999


def test_other_texts_or_another_encoder_have_none(encoder: OnnxEncoder) -> None:
    texts = shipped.texts(shipped.FOLLOW_UPS)
    assert shipped.kept_vectors(shipped.FOLLOW_UPS, "another", texts) is None
    assert shipped.kept_vectors(shipped.FOLLOW_UPS, encoder.name, texts[:-1]) is None
    assert shipped.kept_vectors("nothing", encoder.name, texts) is None


def test_nobody_waits_for_the_shipped_topic_to_be_encoded(
    shipped_index: Index, encoder: OnnxEncoder
) -> None:
    texts = [
        text.text
        for entry in shipped_index.release.entries.values()
        for text in texts_of(shipped_index.release.topic, entry)
    ]
    known, vectors = shipped.topic_vectors(encoder.name, shipped.keys_of(texts))
    # New phrasings are encoded where they are met; many of them are worth a new file.
    assert known.mean() > 0.99, "run: python -m training.shipped"
    have = [text for text, there in zip(texts, known, strict=True) if there]
    some = np.linspace(0, len(have) - 1, 12, dtype=int)
    near = (encoder.encode([have[row] for row in some]) * vectors[some]).sum(axis=1)
    assert near.min() > 0.999
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


class _Refusing:
    """An encoder of the shipped one's name that may not be asked for some texts."""

    def __init__(self, encoder: OnnxEncoder, known: str) -> None:
        self.name, self._encoder, self._known = encoder.name, encoder, known

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        assert self._known not in texts
        return self._encoder.encode(texts, progress)


def test_what_comes_with_the_product_is_not_encoded_again(
    shipped_index: Index, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    known = next(iter(shipped_index.release.entries.values())).title
    cached = CachedEncoder(_Refusing(encoder, known), tmp_path)
    first = cached.encode(["a text of somebody's own", known])
    assert np.array_equal(first, cached.encode(["a text of somebody's own", known]))
    truth = encoder.encode(["a text of somebody's own", known])
    assert np.array_equal(first[0], truth[0])
    assert float(first[1] @ truth[1]) > 0.999


def test_another_encoder_or_a_damaged_file_only_costs_time(
    shipped_index: Index, encoder: OnnxEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = shipped.keys_of([next(iter(shipped_index.release.entries.values())).title])
    assert shipped.topic_vectors(encoder.name, keys)[0].all()
    assert not shipped.topic_vectors("another", keys)[0].any()
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(shipped, "files", lambda _: tmp_path)
    assert not shipped.topic_vectors(encoder.name, keys)[0].any()
    (tmp_path / "data" / "topic.npz").write_bytes(b"PK\x03\x04 cut off")
    assert not shipped.topic_vectors(encoder.name, keys)[0].any()


def test_follow_ups_name_a_side_each_and_no_two_are_the_same() -> None:
    groups = shipped.groups(shipped.FOLLOW_UPS)
    assert set(groups) == {facet.value for facet in Facet}
    assert all(len(texts) >= 100 for texts in groups.values())
    every = [text for texts in groups.values() for text in texts]
    assert every == list(shipped.texts(shipped.FOLLOW_UPS))
    assert all(text == clean(text) for text in every)
    told = Counter(map(normalise, every))
    assert [text for text, times in told.items() if times > 1 or not text] == []
