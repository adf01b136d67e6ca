"""Why an answer is what it is: in words that moderators know, in three languages."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Explanation, Outcome, Question
from bot.advisor.facets import Facet
from bot.channels.why import Why, titles_of, why_of
from bot.channels.why_words import WORDS, percent
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.retrieval.match import Candidate, Considered
from tests.conftest import write_topic

LANGUAGES = sorted(WORDS)
REASONS = (
    "matched", "follow_up", "chosen", "boundary", "unsure", "nothing_near", "off_topic",
    "missing_facet", "no_words", "courtesy", "too_long", "which_one", "mismatch",
)  # fmt: skip
JARGON = re.compile(r"cosine|centroid|\bhead\b|softmax|logit|косинус|центроид|центроїд|\{", re.I)


@pytest.fixture(scope="module")
def bridge(encoder: OnnxEncoder, tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    """Return the small topic's advisor."""
    return Advisor(build(load(write_topic(tmp_path_factory.mktemp("why") / "bridge")), encoder))


def _ask(advisor: Advisor, text: str, entry: str | None = None) -> tuple[Answer, Why]:
    answer = advisor.answer(Question(text, None, Conversation(entry)))
    found = why_of(answer, answer.language, titles_of(advisor.release, answer.language))
    assert found is not None
    return answer, found


def _made(reason: str, first: float = 0.5, second: float = 0.1, **fields: object) -> Answer:
    near = (
        Considered("a", first, {"cosine": 0.9, "chars": -0.1, "score": 3.0}),
        Considered("b", second, {"cosine": 0.8}),
    )
    why = Explanation(
        Outcome.CLARIFY, reason, "a phrasing", "phrasing", first, 0.75, 0.25, 0.8, 0.5,
        considered=near, facet_cue=True,
    )  # fmt: skip
    return Answer(
        Outcome.CLARIFY, "en", "r", "t", (), "a", Kind.FACT, "A", Facet.SOURCES, first,
        (Candidate("a", Kind.FACT, 0.5), Candidate("b", Kind.FACT, 0.4)), context_entry="c",
        explanation=replace(why, **fields),  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_answer_names_the_entry_how_sure_it_was_and_how_sure_it_had_to_be(
    bridge: Advisor,
) -> None:
    answer, found = _ask(bridge, "who is going to pay for that bridge")
    needed = percent(bridge.index.confidence.answer)
    assert found.decision == (
        f"Answered, because “It is too expensive” was sure enough: {percent(answer.confidence)} "
        f"likely right, and {needed} is asked for answers."
    )
    assert "Nearest wording on record: “who is going to pay for that bridge”" in found.notes
    assert needed in found.thresholds
    assert len(found.rows) == 3
    assert (found.rows[0].id, found.rows[0].title) == ("new-bridge.cost", "It is too expensive")
    assert [bar.label for bar in found.rows[0].parts] == [
        "wording alike", "your words found in its texts",
    ]  # fmt: skip
    assert found.rows[0].likely.share > max(row.likely.share for row in found.rows[1:])


def test_a_notice_a_follow_up_and_what_is_far_away_are_told_apart(bridge: Advisor) -> None:
    assert "notice “Legal advice”" in _ask(bridge, "can I sue the council")[1].decision
    follow = _ask(bridge, "sources?", "new-bridge.cost")[1].decision
    assert follow.startswith("Read together with “It is too expensive”")
    answer, far = _ask(bridge, "what will the weather be tomorrow?")
    assert answer.outcome is Outcome.OUT_OF_SCOPE
    assert far.decision.startswith("Answered nothing: it does not sound like this topic.")
    assert f"“{far.rows[0].title}” with {far.rows[0].likely.percent}" in far.decision
    words = _ask(bridge, "?!")[1]
    assert (words.rows, words.thresholds) == ((), "")
    assert len(words.sentences) == 2


def test_what_the_conversation_weighed_is_told_and_nothing_else(bridge: Advisor) -> None:
    def notes(text: str) -> str:
        return " ".join(_ask(bridge, text, "new-bridge.cost")[1].notes)

    assert "The talk was of “It is too expensive”" in notes("and old people?")
    for other in ("sources?", "who is going to pay for that bridge", "can I sue the council"):
        assert "The talk was of" not in notes(other), other
    chosen = replace(bridge.show("new-bridge.cost"), context_entry="new-bridge")
    found = why_of(chosen, "en", titles_of(bridge.release, "en"))
    assert found is not None
    assert not any("The talk was of" in note for note in found.notes)


def test_two_that_are_about_as_likely_are_both_named() -> None:
    found = why_of(_made("unsure", 0.4, 0.35), "en", str.upper)
    assert found is not None
    assert "two entries were about as likely: “A” with 40\u00a0% and “B” with 35" in found.decision
    alone = why_of(_made("unsure", 0.4, 0.1), "en", str.upper)
    assert alone is not None
    assert "“A”, is 40\u00a0% likely right, and 75\u00a0% is asked" in alone.decision
    assert "“B”" not in alone.decision


def test_what_nearly_suffices_does_not_look_as_if_it_did() -> None:
    found = why_of(_made("unsure", 0.7468), "en", str)
    assert found is not None
    assert "74.7\u00a0% likely right, and 75.0\u00a0% is asked" in found.decision


def test_words_of_the_question_can_be_left_out() -> None:
    made = _made("mismatch", read=(("dezerters", "deserters"),), doubts=("Vietnam",))
    told, kept = why_of(made, "en", str), why_of(made, "en", str, question=False)
    assert told is not None
    assert kept is not None
    assert "“dezerters” was read as “deserters”." in told.notes
    assert "Not in it: Vietnam." in told.notes
    assert "Vietnam" not in " ".join(kept.sentences) + repr(kept)
    assert "deserters" not in " ".join(kept.sentences)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_decision_is_told_without_jargon(reason: str, language: str) -> None:
    found = why_of(_made(reason), language, str.upper)
    assert found is not None
    assert found.decision
    assert all(0 <= bar.share <= 1 for row in found.rows for bar in row.parts)
    assert not JARGON.search(" ".join(found.sentences))
    if language != "en":
        assert not re.search("[a-z]{4}", re.sub("a phrasing", "", " ".join(found.sentences)))
    assert why_of(replace(_made(reason), explanation=None), language, str) is None


def test_an_entry_that_is_gone_is_named_by_its_id(bridge: Advisor) -> None:
    assert titles_of(bridge.release, "ru")("new-bridge") == "Построить пешеходный мост"
    assert titles_of(bridge.release, "ru")("gone") == "gone"


def test_all_languages_have_the_same_words_with_the_same_values() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text)} - {None}

    for language in LANGUAGES:
        assert WORDS[language].keys() == WORDS["en"].keys()
        for key, text in WORDS[language].items():
            assert values(text) == values(WORDS["en"][key]), (language, key)
    assert {f"facet.{facet.value}" for facet in Facet} <= WORDS["en"].keys()


@given(st.floats(0, 1))
def test_only_what_is_certain_is_said_to_be_so(share: float) -> None:
    whole = int(percent(share).removesuffix("\u00a0%"))
    assert 0 <= whole <= 100
    assert (whole == 0) == (share == 0)
    assert (whole == 100) == (share == 1)
