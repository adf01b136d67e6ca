"""A first look at the whole path: ask the small topic and the shipped one."""

from collections.abc import Callable

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome, Question


def test_small_topic_answers(small_advisor: Callable[[], Advisor]) -> None:
    answer = small_advisor().answer(Question("who is going to pay for that bridge"))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.entry == "new-bridge.cost"


def test_shipped_topic_answers(advisor: Advisor) -> None:
    answer = advisor.answer(Question("and then the FSB knocks on his mums door"))
    assert answer.entry in {"video-statement.reprisal", "asylum-soldiers.family"}
