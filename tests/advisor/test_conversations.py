"""Follow-ups over several turns: they lean on what the same user was shown last, and only on it."""

from __future__ import annotations

import pytest

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.facets import Facet
from bot.advisor.wording import say
from bot.retrieval.index import Index
from bot.retrieval.match import Match

from .conftest import Talk

Turn = tuple[str, str, Facet]


@pytest.mark.parametrize(
    "turns",
    [
        [
            ("why pay deserters", "cash-desertion", Facet.OVERVIEW),
            ("and what do critics say?", "cash-desertion", Facet.OBJECTIONS),
            ("who said that?", "cash-desertion", Facet.PROPOSERS),
            ("how would it work?", "cash-desertion", Facet.HOW),
            ("was it ever adopted?", "cash-desertion", Facet.SINCE),
            ("any evidence?", "cash-desertion", Facet.EVIDENCE),
            ("sources?", "cash-desertion", Facet.SOURCES),
            ("why?", "cash-desertion", Facet.WHY),
        ],
        [
            ("the money never comes", "cash-desertion.payout-doubt", Facet.OVERVIEW),
            ("and what is the reply?", "cash-desertion.payout-doubt", Facet.REPLIES),
            ("who said that?", "cash-desertion.payout-doubt", Facet.PROPOSERS),
            ("how would it work?", "cash-desertion", Facet.HOW),
            ("what do critics say?", "cash-desertion", Facet.OBJECTIONS),
        ],
        [
            ("кто предложил платить солдатам", "cash-desertion", Facet.PROPOSERS),
            ("что говорят критики?", "cash-desertion", Facet.OBJECTIONS),
            ("а как это будет работать?", "cash-desertion", Facet.HOW),
            ("что из этого вышло?", "cash-desertion", Facet.SINCE),
            ("какие доказательства?", "cash-desertion", Facet.EVIDENCE),
            ("источники?", "cash-desertion", Facet.SOURCES),
        ],
        [
            ("хто запропонував платити солдатам", "cash-desertion", Facet.PROPOSERS),
            ("що кажуть критики?", "cash-desertion", Facet.OBJECTIONS),
            ("а як це працюватиме?", "cash-desertion", Facet.HOW),
            ("що з цього вийшло?", "cash-desertion", Facet.SINCE),
            ("які докази?", "cash-desertion", Facet.EVIDENCE),
            ("джерела?", "cash-desertion", Facet.SOURCES),
        ],
        [
            ("кто оплатит двадцать миллиардов", "cash-desertion.cost", Facet.OVERVIEW),
            ("что на это отвечают?", "cash-desertion.cost", Facet.REPLIES),
            ("кто это сказал?", "cash-desertion.cost", Facet.PROPOSERS),
            ("как это будет работать?", "cash-desertion", Facet.HOW),
        ],
    ],
    ids=["proposal", "objection", "Russian", "Ukrainian", "Russian objection"],
)
def test_a_conversation_stays_with_its_entry(talk: Talk, turns: list[Turn]) -> None:
    before: str | None = None
    for number, (text, entry, facet) in enumerate(turns):
        answer = talk.say(text)
        assert (answer.outcome, answer.entry, answer.facet) == (Outcome.ANSWERED, entry, facet)
        assert answer.explanation is not None
        assert answer.explanation.reason == ("follow_up" if number else "matched")
        assert answer.context_entry == before
        assert answer.candidates[0].id == entry
        before = entry


@pytest.mark.parametrize(("text", "language", "is_place"), [
    ("а друга?", "uk", True), ("а друге?", "uk", True), ("другий", "ru", True),
    ("а друга?", "ru", False), ("другу", "ru", False),
])  # fmt: skip
def test_a_friend_is_the_second_in_ukrainian_only(
    bridge: Advisor, text: str, language: str, *, is_place: bool
) -> None:
    offered = ("new-bridge.cost", "new-bridge.herons")
    before = Conversation("new-bridge", language=language, offered=offered)
    answer = bridge.answer(Question(text, None, before))
    assert (answer.entry == "new-bridge.herons") is is_place


def test_a_follow_up_that_nothing_matches_is_as_sure_as_it_is_said_to_be(
    bridge: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Index, "search", lambda *_, **__: Match((), 0.0, 0.0, None, {}))
    answer = bridge.answer(Question("sources?", None, Conversation("new-bridge.cost")))
    assert [candidate.id for candidate in answer.candidates] == ["new-bridge.cost"]
    assert answer.candidates[0].score == answer.confidence < 1.0


def test_a_small_topic_is_talked_about_as_well(bridge_talk: Talk) -> None:
    assert bridge_talk.say("the herons will leave their nests").entry == "new-bridge.herons"
    reply = bridge_talk.say("what do they say to that?")
    assert "Building could wait until autumn." in reply.text
    how = bridge_talk.say("and how would that work?")
    assert (how.entry, how.facet) == ("new-bridge", Facet.HOW)
    assert bridge_talk.say("what came of it?").text.endswith("The council asked for a survey.")


def test_a_new_subject_is_a_new_context(talk: Talk) -> None:
    talk.say("the money never comes")
    person = talk.say("who is Scott Gilmore")
    assert (person.entry, person.context_entry) == ("gilmore", None)
    sources = talk.say("sources?")
    assert (sources.entry, sources.facet) == ("gilmore", Facet.SOURCES)
    back = talk.say("what do critics say about paying deserters")
    assert (back.entry, back.facet) == ("cash-desertion", Facet.OBJECTIONS)
    assert talk.say("who proposed it?").entry == "cash-desertion"


@pytest.mark.parametrize(
    "text",
    [
        "how would freezing assets work",
        "was the open door ever adopted",
        "what do critics say about seizing oligarchs yachts",
        "who is Scott Gilmore",
        "кто такой Бондарев",
    ],
)
def test_a_question_that_names_its_subject_does_not_lean(advisor: Advisor, text: str) -> None:
    alone = advisor.answer(Question(text))
    inside = advisor.answer(Question(text, None, Conversation("sports-banner")))
    assert (inside.entry, inside.facet) == (alone.entry, alone.facet)
    assert inside.entry not in {None, "sports-banner"}


@pytest.mark.parametrize("text", ["who said that?", "and why?", "источники?", "що на це кажуть?"])
def test_without_a_conversation_there_is_nothing_to_follow(advisor: Advisor, text: str) -> None:
    answer = advisor.answer(Question(text))
    assert answer.context_entry is None
    assert answer.explanation is not None
    assert answer.explanation.reason != "follow_up"


def test_two_users_never_share_a_context(advisor: Advisor) -> None:
    one, two = Talk(advisor), Talk(advisor)
    one.say("why pay deserters")
    stranger = two.say("who said that?")
    assert stranger.context_entry is None
    assert stranger.entry != "cash-desertion"
    two.say("what do critics say about seizing oligarchs yachts")
    assert one.say("and what do critics say?").entry == "cash-desertion"
    assert two.say("and what do critics say?").entry == "oligarch-seizure"


@pytest.mark.parametrize(
    "between", ["how do I surrender at the front", "what is your opinion", "???", "x" * 3_000]
)
def test_what_is_declined_leaves_the_context(talk: Talk, between: str) -> None:
    talk.say("why pay deserters")
    declined = talk.say(between)
    assert declined.outcome in {Outcome.BOUNDARY, Outcome.OUT_OF_SCOPE}
    answer = talk.say("who proposed it?")
    assert (answer.entry, answer.facet) == ("cash-desertion", Facet.PROPOSERS)


@pytest.mark.parametrize("text", ["why would they kill them?", "how do I get them killed"])
def test_a_follow_up_that_says_more_is_held_against_the_boundaries(talk: Talk, text: str) -> None:
    talk.say("why pay deserters")
    assert talk.say(text).outcome is Outcome.BOUNDARY


def test_a_follow_up_has_the_language_it_is_asked_in(talk: Talk) -> None:
    talk.say("кто предложил платить солдатам")
    assert talk.say("???").text == say("no_words", "ru")
    assert talk.say("sources?").language == "en"
    assert talk.say("джерела?").language == "uk"


def test_a_context_that_is_gone_is_forgotten(bridge: Advisor) -> None:
    answer = bridge.answer(Question("who said that?", None, Conversation("gone-since")))
    assert answer.context_entry is None


def test_a_side_that_a_fact_lacks_is_a_gap_and_shows_what_there_is(bridge_talk: Talk) -> None:
    assert bridge_talk.say("how much does it cost").entry == "bridge-cost"
    critics = bridge_talk.say("what do critics say?")
    assert (critics.outcome, critics.entry) == (Outcome.GAP, None)
    assert (critics.facet, critics.context_entry) == (Facet.OBJECTIONS, "bridge-cost")
    assert critics.blocks[0].text == say("facet.none", "en")
    assert "The bridge was estimated at 90,000 crowns." in critics.text
    assert critics.explanation is not None
    assert critics.explanation.reason == "missing_facet"
    sources = bridge_talk.say("sources?")
    assert (sources.outcome, sources.entry) == (Outcome.ANSWERED, "bridge-cost")
    assert [block.role for block in sources.blocks] == ["source"]


SECOND = "cash-desertion.unfair-defenders"


@pytest.mark.parametrize(
    "turns",
    [
        [
            ("why pay deserters", "cash-desertion", Facet.OVERVIEW),
            ("and the critics?", "cash-desertion", Facet.OBJECTIONS),
            ("any answer to the second one?", SECOND, Facet.REPLIES),
            ("who said that?", SECOND, Facet.PROPOSERS),
            ("sources", SECOND, Facet.SOURCES),
        ],
        [
            ("що кажуть критики про гроші дезертирам", "cash-desertion", Facet.OBJECTIONS),
            ("яка відповідь на друге?", SECOND, Facet.REPLIES),
            ("хто це каже?", SECOND, Facet.PROPOSERS),
            ("джерела?", SECOND, Facet.SOURCES),
        ],
        [
            ("кто предложил платить солдатам", "cash-desertion", Facet.PROPOSERS),
            ("а критики?", "cash-desertion", Facet.OBJECTIONS),
            ("что отвечают на второе?", SECOND, Facet.REPLIES),
            ("источники?", SECOND, Facet.SOURCES),
        ],
        [
            ("what do critics say about the visa ban?", "visa-ban", Facet.OBJECTIONS),
            ("and about paying deserters?", "cash-desertion", Facet.OBJECTIONS),
            ("and what about the oligarchs?", "oligarch-seizure", Facet.OBJECTIONS),
            ("who came up with it?", "oligarch-seizure", Facet.PROPOSERS),
        ],
        [
            ("что говорят критики о визовом запрете", "visa-ban", Facet.OBJECTIONS),
            ("а про визы учёным?", "stem-visas", Facet.OBJECTIONS),
            ("а кто это предложил?", "stem-visas", Facet.PROPOSERS),
        ],
        [
            ("що кажуть критики про візову заборону", "visa-ban", Facet.OBJECTIONS),
            ("а про заморожування грошей центробанку?", "freeze-assets", Facet.OBJECTIONS),
            ("а джерела?", "freeze-assets", Facet.SOURCES),
        ],
        [
            ("why pay deserters", "cash-desertion", Facet.OVERVIEW),
            ("but who came up with the visas for engineers?", "stem-visas", Facet.PROPOSERS),
            ("why not?", "stem-visas", Facet.OBJECTIONS),
            ("and why is it not fair?", "stem-visas", Facet.OBJECTIONS),
        ],
    ],
)  # fmt: skip
def test_a_conversation_goes_where_it_is_led(talk: Talk, turns: list[Turn]) -> None:
    for text, entry, facet in turns:
        answer = talk.say(text)
        assert (answer.outcome, answer.entry, answer.facet) == (Outcome.ANSWERED, entry, facet), (
            text
        )


@pytest.mark.parametrize(
    ("text", "critics", "pick"),
    [
        ("money or shelter for soldiers", "and what do critics say?", "the second one"),
        ("деньги или убежище?", "а критики?", "второе"),
        ("притулок чи гроші для солдатів", "а критики?", "друге"),
    ],
)
def test_after_being_asked_back_a_follow_up_is_asked_back(
    talk: Talk, text: str, critics: str, pick: str
) -> None:
    talk.say("who is Scott Gilmore")
    offered = talk.say(text)
    assert offered.outcome is Outcome.CLARIFY
    again = talk.say(critics)
    assert (again.outcome, again.facet) == (Outcome.CLARIFY, Facet.OBJECTIONS)
    assert again.offered[: len(offered.offered)] == offered.offered
    meant = [entry for entry, _ in again.offered]
    assert "gilmore" in meant, "the entry before them may be meant as well"
    assert again.confidence < 0.5
    assert again.explanation is not None
    assert again.explanation.reason == "which_one"
    chosen = talk.say(pick)
    assert chosen.candidates[0].id == offered.offered[1][0]


def test_after_a_gap_a_follow_up_asks_whether_the_entry_before_it_is_meant(talk: Talk) -> None:
    talk.say("why pay deserters")
    unknown = talk.say("who won the football yesterday")
    assert unknown.outcome is Outcome.OUT_OF_SCOPE
    asked = talk.say("and what do critics say?")
    assert asked.outcome is Outcome.CLARIFY
    assert [entry for entry, _ in asked.offered] == ["cash-desertion"]
    assert talk.say("the first one").entry == "cash-desertion"
    sure = talk.say("who proposed it?")
    assert (sure.outcome, sure.entry) == (Outcome.ANSWERED, "cash-desertion")
    assert sure.confidence < 1.0


def test_a_place_that_is_not_in_the_list_offers_the_list(talk: Talk) -> None:
    talk.say("what do critics say about paying deserters")
    asked = talk.say("any reply to the tenth one?")
    assert (asked.outcome, asked.facet) == (Outcome.CLARIFY, Facet.REPLIES)
    assert asked.offered[1][0] == SECOND


@pytest.mark.parametrize(
    "text", ["the second world war", "the first russian revolution", "вторая мировая война"]
)
def test_an_ordinal_with_a_subject_is_no_place(talk: Talk, text: str) -> None:
    talk.say("what do critics say about paying deserters")
    answer = talk.say(text)
    assert answer.explanation is not None
    assert answer.explanation.reason not in {"follow_up", "which_one"}


def test_what_is_surely_another_entry_of_the_talk_is_no_side(talk: Talk) -> None:
    talk.say("why pay deserters")
    answer = talk.say("who foots the bill for that")
    assert answer.candidates[0].id == "cash-desertion.cost"


def test_a_notice_is_as_sure_as_the_question_calls_for_it(talk: Talk) -> None:
    answer = talk.say("how do I cross the border without papers tonight")
    assert answer.outcome is Outcome.BOUNDARY
    assert answer.confidence > 0.8
