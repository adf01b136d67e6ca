"""The five outcomes: what is answered, asked back, declined, and what the answer says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.advisor import followups
from bot.advisor.advisor import MAX_QUESTION, Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.facets import Facet
from bot.advisor.followups import FollowUps
from bot.advisor.sides import Sides
from bot.advisor.wording import CATALOGUE, say
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.knowledge.release import Entry
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.features import NAMES
from bot.retrieval.index import build
from bot.retrieval.texts import Indexed

from .conftest import Forced

LANGUAGES = sorted(CATALOGUE)


def test_a_known_question_is_answered(bridge: Advisor) -> None:
    answer = bridge.answer(Question("who is going to pay for that bridge"))
    assert answer.outcome is Outcome.ANSWERED
    assert (answer.entry, answer.kind) == ("new-bridge.cost", Kind.OBJECTION)
    assert answer.title == "It is too expensive"
    assert "The money is needed for the school roof." in answer.text
    assert [source.id for source in answer.sources] == ["gazette"]
    assert answer.hints
    assert answer.context_entry is None
    assert (answer.release, answer.topic) == (bridge.release.id, bridge.release.topic.id)


def test_an_uncertain_question_is_asked_back(forced: Forced) -> None:
    advisor = forced(1.1, 0.0, 0.0)
    answer = advisor.answer(Question("what about the money and the birds"))
    assert answer.outcome is Outcome.CLARIFY
    assert answer.entry is answer.kind is answer.title is None
    assert 2 <= len(answer.offered) <= 5
    assert [entry for entry, _ in answer.offered] == [
        candidate.id for candidate in answer.candidates if candidate.kind is not Kind.BOUNDARY
    ][: len(answer.offered)]
    for entry, title in answer.offered:
        assert title == advisor.release.entries[entry].title
        assert f". {title}" in answer.text
    assert answer.text.startswith(say("clarify", "en"))


def test_what_is_offered_can_be_chosen_next(forced: Forced) -> None:
    advisor = forced(1.1, 0.0, 0.0)
    answer = advisor.answer(Question("what do critics say of the money and the birds"))
    conversation = answer.conversation(Conversation())
    assert conversation.offered == tuple(entry for entry, _ in answer.offered)
    shown = advisor.show(conversation.offered[0], conversation.facet)
    assert shown.outcome is Outcome.ANSWERED
    assert shown.entry == conversation.offered[0]


def test_titles_are_offered_in_the_language_of_the_question(forced: Forced) -> None:
    answer = forced(1.1, 0.0, 0.0).answer(Question("про пешеходный мост у реки"))
    assert ("new-bridge", "Построить пешеходный мост") in answer.offered
    assert answer.text.startswith(say("clarify", "ru"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("outcome", "topical", "reason"),
    [(Outcome.GAP, -1.0, "nothing_near"), (Outcome.OUT_OF_SCOPE, 1.1, "off_topic")],
)
def test_what_is_not_known_is_said_to_be_unknown(
    forced: Forced, language: str, outcome: Outcome, topical: float, reason: str
) -> None:
    advisor = forced(1.1, 1.1, topical)
    answer = advisor.answer(Question("how wide is it?", language))
    assert answer.outcome is outcome
    assert answer.text == say(outcome.value, language, topic=advisor.release.topic.info.title)
    assert "{" not in answer.text
    assert answer.entry is None
    assert not answer.sources
    assert answer.candidates, "what came nearest is kept for the log"
    assert answer.explanation is not None
    assert answer.explanation.reason == reason


def test_a_boundary_gets_its_notice_only(bridge: Advisor) -> None:
    answer = bridge.answer(Question("could I take the town to court over it?"))
    assert answer.outcome is Outcome.BOUNDARY
    assert (answer.entry, answer.kind) == ("legal-advice", Kind.BOUNDARY)
    assert answer.text == "I cannot advise on your own case; please ask a lawyer."
    assert answer.alert
    assert answer.candidates[0].id == "legal-advice"


def test_boundaries_come_before_what_is_surer(forced: Forced) -> None:
    # Nothing may be answered here, and still the notice is given.
    answer = forced(1.1, 1.1, 1.1).answer(Question("can I sue the council over the bridge"))
    assert answer.outcome is Outcome.BOUNDARY


def test_boundaries_come_before_follow_ups(bridge: Advisor) -> None:
    before = Conversation("new-bridge.cost")
    for text in ("can I sue them over it?", "what are my legal rights as a neighbour"):
        answer = bridge.answer(Question(text, None, before))
        assert answer.outcome is Outcome.BOUNDARY
        assert answer.conversation(before) == before


def test_every_phrasing_of_a_boundary_gets_its_notice_in_any_conversation(
    advisor: Advisor,
) -> None:
    topic = advisor.release.topic
    for boundary in topic.boundaries:
        phrasings = topic.phrasings(boundary.id)
        for _, text in phrasings[:: max(1, len(phrasings) // 6)]:
            for context in (None, "cash-desertion"):
                answer = advisor.answer(Question(text, None, Conversation(context)))
                assert (answer.outcome, answer.entry) == (Outcome.BOUNDARY, boundary.id), text
                assert answer.alert is boundary.alert


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["", "   ", "?!…", "👍🏽🇺🇦", "\u200d", "\u202e\u2066", "\x00\x1b", "\ud83d", "***"]
)
def test_no_words_get_a_sentence(bridge: Advisor, language: str, text: str) -> None:
    answer = bridge.answer(Question(text, None, Conversation("new-bridge", language=language)))
    assert answer.outcome is Outcome.OUT_OF_SCOPE
    assert answer.text == say("no_words", language)
    assert answer.explanation is not None
    assert answer.explanation.reason == "no_words"


@pytest.mark.parametrize(
    ("language", "word"), [("en", "bridge "), ("ru", "мост это "), ("uk", "міст це ")]
)
def test_too_long_a_question_gets_a_sentence(bridge: Advisor, language: str, word: str) -> None:
    fits = (word * MAX_QUESTION)[:MAX_QUESTION]
    answer = bridge.answer(Question(fits))
    assert answer.explanation is not None
    assert answer.explanation.reason != "too_long"
    answer = bridge.answer(Question(fits + "x" * (10_000_000 - MAX_QUESTION)))
    assert answer.outcome is Outcome.OUT_OF_SCOPE
    assert answer.text == say("too_long", language, length="10,000,000", limit="2,000")


@pytest.mark.parametrize(
    "text",
    [
        "how do I cook onion soup",
        "who won the football yesterday",
        "what is the capital of France",
        "my cat is ill",
    ],
)
def test_a_small_topic_does_not_answer_everything(bridge: Advisor, text: str) -> None:
    answer = bridge.answer(Question(text))
    # A dozen phrasings do not tell surely what is near; but nothing is claimed.
    assert answer.outcome in {Outcome.OUT_OF_SCOPE, Outcome.GAP, Outcome.CLARIFY}
    assert answer.candidates


@pytest.mark.parametrize(
    "text",
    [
        "how do I cook onion soup",
        "who wins the chess championship",
        "how tall is mount everest",
        "какая погода в Москве",
        "какой фильм посмотреть",
    ],
)
def test_other_subjects_are_out_of_scope(advisor: Advisor, text: str) -> None:
    answer = advisor.answer(Question(text))
    assert answer.outcome is Outcome.OUT_OF_SCOPE
    assert advisor.release.topic.title_in(answer.language) in answer.text


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("why pay deserters", "cash-desertion"),
        ("who is Scott Gilmore", "gilmore"),
        ("what is humanitarian parole", "humanitarian-parole"),
        ("the money never comes", "cash-desertion.payout-doubt"),
        ("кто такой Бондарев", "bondarev-person"),
        ("кто оплатит двадцать миллиардов", "cash-desertion.cost"),
        ("а семьи солдат что, бросят?", "asylum-soldiers.family"),
        ("хто запропонував платити солдатам", "cash-desertion"),
        ("how do I surrender at the front", "operational"),
        ("як мені здатися в полон", "operational"),
        ("will I get asylum in germany", "legal-personal"),
        ("find me the address of that defector", "violence"),
    ],
)
def test_the_shipped_topic_knows_what_people_ask(advisor: Advisor, text: str, entry: str) -> None:
    answer = advisor.answer(Question(text))
    assert answer.entry == entry
    assert answer.outcome in {Outcome.ANSWERED, Outcome.BOUNDARY}


def test_candidates_agree_with_the_entry_and_the_explanation(advisor: Advisor) -> None:
    confidence = advisor.index.confidence
    for expectation in advisor.release.topic.expectations[::6]:
        answer = advisor.answer(Question(expectation.ask))
        why = answer.explanation
        assert why is not None
        assert why.outcome is answer.outcome
        assert why.confidence == answer.confidence
        assert len(answer.candidates) >= 5
        assert len({candidate.id for candidate in answer.candidates}) == len(answer.candidates)
        assert (why.answer_threshold, why.clarify_threshold, why.topical_threshold) == (
            confidence.answer, confidence.clarify, confidence.topical,
        )  # fmt: skip
        assert set(why.parts) == set(NAMES)
        assert why.matched_text
        assert why.matched_role
        if answer.entry is not None:
            assert answer.candidates[0].id == answer.entry
            assert answer.candidates[0].kind is answer.kind
        if answer.outcome is Outcome.ANSWERED:
            assert why.reason == "matched"
            assert answer.confidence >= confidence.answer
        elif answer.outcome is Outcome.BOUNDARY:
            assert why.reason == "boundary"
        elif answer.outcome is Outcome.CLARIFY:
            assert why.reason == ("mismatch" if why.doubts else "unsure")
            assert confidence.clarify <= answer.confidence < confidence.answer
            assert 2 <= len(answer.offered) <= 5
        elif answer.outcome is Outcome.GAP:
            assert why.reason == "nothing_near"
            assert why.topicality >= confidence.topical
        else:
            assert why.reason == "off_topic"
            assert why.topicality < confidence.topical


def test_the_matched_phrasing_is_named(bridge: Advisor) -> None:
    why = bridge.answer(Question("WHO is going to pay, for that bridge?!")).explanation
    assert why is not None
    assert why.matched_text == "who is going to pay for that bridge"
    assert why.matched_role == "phrasing"
    assert not why.facet_cue
    cued = bridge.answer(Question("what do critics say about the foot bridge")).explanation
    assert cued is not None
    assert cued.facet_cue


def test_an_entry_can_be_shown_by_id(bridge: Advisor) -> None:
    answer = bridge.show("new-bridge", Facet.HOW, "en")
    assert (answer.entry, answer.facet, answer.confidence) == ("new-bridge", Facet.HOW, 1.0)
    assert "Volunteers and the council share the work." in answer.text
    assert answer.explanation is not None
    assert answer.explanation.reason == "chosen"
    assert bridge.show("legal-advice").outcome is Outcome.BOUNDARY
    with pytest.raises(KeyError):
        bridge.show("no-such-entry")


def test_what_is_withdrawn_is_no_longer_answered(
    small_topic: Path, encoder: OnnxEncoder, bridge: Advisor
) -> None:
    file = small_topic / "proposals/new-bridge.yaml"
    before = "  title: It disturbs the herons\n"
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, before + "  status: withdrawn\n"))
    advisor = Advisor(build(load(small_topic), encoder))
    for text in ("what about the birds", "what do critics say about the foot bridge"):
        assert "herons" in bridge.answer(Question(text)).text.lower()
        answer = advisor.answer(Question(text, None, Conversation("new-bridge.herons.1")))
        assert "herons" not in answer.text.lower()
    follow = advisor.answer(Question("who said that?", None, Conversation("new-bridge.herons")))
    assert follow.explanation is not None
    assert follow.explanation.reason != "follow_up"


def test_a_withdrawn_fact_that_is_still_named_disturbs_no_talk(
    small_topic: Path, encoder: OnnxEncoder
) -> None:
    file = small_topic / "facts.yaml"
    facts = file.read_text()
    before = "  title: Estimated cost\n"
    assert before in facts
    file.write_text(facts.replace(before, before + "  status: withdrawn\n"))
    advisor = Advisor(build(load(small_topic), encoder))
    assert "bridge-cost" not in advisor.release.entries
    answer = advisor.answer(Question("and the herons?", None, Conversation("new-bridge")))
    assert "herons" in answer.text.lower()


def test_what_is_shown_in_one_counts_more_in_a_talk(advisor: Advisor) -> None:
    talk = FollowUps(advisor.release, Sides((), "none"))
    around = talk.around(Conversation("cash-desertion.cost"))
    assert around["cash-desertion.cost.1"] == followups.SHOWN_TOGETHER
    assert around["cash-desertion.cost"] == around["cash-desertion"] == followups.TALKED_ABOUT
    assert around["cash-desertion.mercenary.1"] == followups.TALKED_ABOUT < followups.SHOWN_TOGETHER
    assert "visa-ban" not in around
    assert talk.around(Conversation()) == {}


@settings(max_examples=40)
@given(
    st.text(st.characters(), max_size=80),
    st.sampled_from([None, "new-bridge", "new-bridge.cost.c1", "mill-race", "gone"]),
    st.sampled_from([None, "en", "ru", "uk", "xx"]),
)
def test_any_text_gets_an_answer(
    bridge: Advisor, text: str, context: str | None, language: str | None
) -> None:
    answer = bridge.answer(Question(text, language, Conversation(context)))
    assert answer.text
    assert answer.outcome in Outcome
    assert answer.blocks


def test_a_warm_advisor_reads_no_texts_for_a_question(
    bridge: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge.warm()
    read: list[str] = []

    def texts_of(_topic: object, entry: Entry) -> Iterator[Indexed]:
        read.append(entry.id)
        yield from ()

    monkeypatch.setattr("bot.advisor.mismatch.texts_of", texts_of)
    monkeypatch.setattr("bot.retrieval.spelling.Counter", lambda *_: pytest.fail("counted late"))
    for entry in bridge.release.entries.values():
        bridge.answer(Question(f"{entry.title} in 1812, by Napoleon of France"))
    bridge.answer(Question("skolko stoit brigde"))
    assert read == []
