"""The shipped texts outside any topic: enough of each language, no two the same, none of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from importlib.resources import files

import yaml

from bot.knowledge.release import Release
from bot.knowledge.words import clean, normalise
from bot.retrieval.outside import out_of_scope

Groups = Mapping[str, Mapping[str, list[str]]]


def _groups() -> Groups:
    """Return the file as a reader of its own sees it, every scalar a string."""
    raw = (files("bot.retrieval") / "data/out_of_scope.yaml").read_text(encoding="utf-8")
    groups: Groups = yaml.load(raw, Loader=yaml.BaseLoader)
    return groups


def test_all_texts_come_in_the_order_of_the_file() -> None:
    told = [
        text for languages in _groups().values() for texts in languages.values() for text in texts
    ]
    assert list(out_of_scope()) == told
    assert all(text == clean(text) for text in told)
    assert "no" in told, "YAML 1.1 takes it for a truth value"


def test_each_language_has_enough_and_many_sound_like_a_debate() -> None:
    texts: Counter[str] = Counter()
    debates: Counter[str] = Counter()
    for group, languages in _groups().items():
        for language, own in languages.items():
            texts[language] += len(own)
            if group == "other-debates":
                debates[language] += len(own)
    assert set(texts) == {"en", "ru", "uk"}
    for language, count in texts.items():
        assert count >= 180, language
        assert debates[language] >= 0.4 * count, language


def test_no_two_texts_are_the_same_and_each_holds_a_word() -> None:
    normalised = Counter(map(normalise, out_of_scope()))
    assert [text for text, times in normalised.items() if times > 1] == []
    assert "" not in normalised


def test_none_is_a_question_of_the_shipped_topic(shipped: Release) -> None:
    topic = shipped.topic
    own = {
        normalise(phrasing) for entry in topic.entries for _, phrasing in topic.phrasings(entry)
    } | {normalise(expectation.ask) for expectation in topic.expectations}
    assert len(own) > 1000
    assert [text for text in out_of_scope() if normalise(text) in own] == []
