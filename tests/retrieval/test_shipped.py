"""The texts that come with the product have vectors by the encoder that comes with it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from bot.advisor.facets import Facet
from bot.knowledge.words import clean, normalise
from bot.retrieval import shipped
from bot.retrieval.encoder import OnnxEncoder


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


def test_follow_ups_name_a_side_each_and_no_two_are_the_same() -> None:
    groups = shipped.groups(shipped.FOLLOW_UPS)
    assert set(groups) == {facet.value for facet in Facet}
    assert all(len(texts) >= 100 for texts in groups.values())
    every = [text for texts in groups.values() for text in texts]
    assert every == list(shipped.texts(shipped.FOLLOW_UPS))
    assert all(text == clean(text) for text in every)
    told = Counter(map(normalise, every))
    assert [text for text, times in told.items() if times > 1 or not text] == []
