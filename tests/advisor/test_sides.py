"""Follow-ups that name a side in words of their own, and those that only sound like it."""

from __future__ import annotations

import pytest

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.facets import Facet

from .conftest import Talk


@pytest.mark.parametrize(("asked", "facet"), [
    ("go on, win me over", Facet.WHY),
    ("whats the snag here", Facet.OBJECTIONS),
    ("ok and whose bright idea was this one", Facet.PROPOSERS),
    ("so who'd run it", Facet.HOW),
    ("so did anybody end up doing it?", Facet.SINCE),
    ("pics or it didn't happen", Facet.EVIDENCE),
    ("where did you dig that up", Facet.SOURCES),
    ("ну и в чём тут подвох", Facet.OBJECTIONS),
    ("и кто до такого додумался", Facet.PROPOSERS),
    ("і до чого воно зрештою дійшло?", Facet.SINCE),
])  # fmt: skip
def test_a_side_is_heard_in_any_words(advisor: Advisor, asked: str, facet: Facet) -> None:
    answer = advisor.answer(Question(asked, None, Conversation("cash-desertion")))
    assert (answer.outcome, answer.entry, answer.facet) == (
        Outcome.ANSWERED, "cash-desertion", facet,
    )  # fmt: skip
    assert answer.explanation is not None
    assert answer.explanation.reason == "follow_up"


def test_what_speaks_against_an_argument_are_its_replies(advisor: Advisor) -> None:
    before = Conversation("cash-desertion.cost")
    answer = advisor.answer(Question("rubbish. any comeback?", None, before))
    assert (answer.entry, answer.facet) == ("cash-desertion.cost", Facet.REPLIES)


def test_a_topic_that_it_has_never_seen_is_talked_about_alike(bridge_talk: Talk) -> None:
    bridge_talk.say("the herons will leave their nests")
    back = bridge_talk.say("meh. got a comeback to that?")
    assert (back.entry, back.facet) == ("new-bridge.herons", Facet.REPLIES)


@pytest.mark.parametrize(("asked", "entry"), [
    ("and mum and the kids back home?", "asylum-soldiers.family"),
    ("and if he is a plant?", "asylum-soldiers.security"),
])  # fmt: skip
def test_few_words_mean_what_the_talk_is_about(advisor: Advisor, asked: str, entry: str) -> None:
    inside = advisor.answer(Question(asked, None, Conversation("asylum-soldiers")))
    assert inside.candidates[0].id == entry


@pytest.mark.parametrize("asked", [
    "my brother is hiding from the army right now, what should he do",
    "сын бежит через границу прямо сейчас, за ним гонятся, что делать",
])  # fmt: skip
def test_a_call_for_help_is_no_follow_up(advisor: Advisor, asked: str) -> None:
    answer = advisor.answer(Question(asked, None, Conversation("cash-desertion")))
    assert answer.outcome is Outcome.BOUNDARY


def test_alone_a_side_of_nothing_is_not_answered(advisor: Advisor) -> None:
    answer = advisor.answer(Question("go on, win me over"))
    assert answer.explanation is not None
    assert answer.explanation.reason != "follow_up"


def test_what_the_talk_weighed_in_on_can_be_asked_again(advisor: Advisor) -> None:
    asked = Question("what about the wife", None, Conversation("asylum-soldiers"))
    answer = advisor.answer(asked)
    assert answer.context_entry == "asylum-soldiers"
    again = advisor.answer(Question(asked.text, None, Conversation(answer.context_entry)))
    assert again == answer


@pytest.mark.parametrize("asked", [
    "what do critics say about nuclear weapons", "who proposed the grain deal",
    "any evidence that vaccines work", "what came of the moon landing",
    "what happened in the wagner mutiny",
])  # fmt: skip
def test_a_side_of_something_else_is_not_taken_for_this_ones(advisor: Advisor, asked: str) -> None:
    answer = advisor.answer(Question(asked, None, Conversation("cash-desertion")))
    assert answer.outcome is not Outcome.ANSWERED
