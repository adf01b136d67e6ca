"""What a question names and the nearest entry does not: countries, years, people, directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor import nations
from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.mismatch import Mismatch
from bot.advisor.nations import mentions
from bot.knowledge.words import normalise

OTHERS = [
    ("asylum for ukrainian deserters", "asylum for russian deserters"),
    ("how many armenians moved to russia", "how many russians moved to armenia"),
    (
        "how many ukrainians came back to their country",
        "how many russians came back to their country",
    ),
    ("what does Trudeau say about the visa ban", "what do critics say about the visa ban"),
    ("how many russians left in september 2025", None),
    ("should we ban visas for brazilians from venezuela", None),
]


@pytest.mark.parametrize(("text", "twin"), OTHERS)
def test_what_the_entry_does_not_name_is_not_answered(
    advisor: Advisor, text: str, twin: str | None
) -> None:
    answer = advisor.answer(Question(text))
    assert answer.outcome is not Outcome.ANSWERED
    if twin is not None:
        assert advisor.answer(Question(twin)).outcome is Outcome.ANSWERED


def test_why_tells_what_the_entry_does_not_name(advisor: Advisor) -> None:
    answer = advisor.answer(Question("asylum for ukrainian deserters"))
    assert answer.explanation is not None
    assert (answer.explanation.reason, answer.explanation.doubts) == ("mismatch", ("ukrainian",))
    assert answer.outcome is Outcome.CLARIFY
    assert "asylum-soldiers" in [entry for entry, _ in answer.offered]


def test_a_follow_up_about_something_else_is_a_gap(advisor: Advisor) -> None:
    before = Conversation("cash-desertion")
    answer = advisor.answer(Question("did this ever work, like in Vietnam?", None, before))
    assert answer.outcome is Outcome.GAP
    assert advisor.answer(Question("did it ever work?", None, before)).entry == "cash-desertion"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Armenians moved to Russia", [("armenia", "people"), ("russia", "to")]),
        ("they fled from Russia", [("russia", "from")]),
        ("уехали из России", [("russia", "from")]),
        ("приехали в Россию", [("russia", "to")]),
        ("виїхали з України", [("ukraine", "from")]),
        ("the United States", [("usa", "")]),
        ("let us go", []),
        ("Ukrainian deserters", [("ukraine", ""), ("ukraine", "of deser")]),
        ("Ukrainian men who hide", [("ukraine", "people")]),
        ("украинские мужчины", [("ukraine", "people")]),
        ("русские солдаты", [("russia", ""), ("russia", "of солда")]),
    ],
)
def test_nations_are_found_with_their_part(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.nation, one.part) for one in mentions(normalise(text))] == expected


def test_every_beginning_is_as_long_as_what_words_are_told_apart_by() -> None:
    assert all(
        len(word.removesuffix("$")) >= nations._INITIAL or word.endswith("$")
        for places, people in nations._NATIONS.values()
        for word in f"{places} {people}".split()
    )


def test_the_topics_own_phrasings_are_hardly_ever_doubted(advisor: Advisor) -> None:
    """All of them are texts of their entries, so what they name is named there."""
    mismatch = Mismatch(advisor.release)
    topic = advisor.release.topic
    for entry in advisor.release.entries.values():
        for _, text in topic.phrasings(entry.id):
            assert not mismatch.doubts(text, entry), text


def test_a_topic_without_nations_doubts_strangers_only(bridge: Advisor) -> None:
    mismatch = Mismatch(bridge.release)
    entry = bridge.release.entries["new-bridge"]
    assert mismatch.doubts("did Ada Quill propose it in Germany", entry) == ()
    assert mismatch.doubts("what was proposed in 2019", entry) == ()
    assert mismatch.doubts("did old Trumpington object to it", entry) == ("Trumpington",)


@given(st.text(st.characters(), max_size=80))
def test_any_text_is_compared(bridge: Advisor, text: str) -> None:
    found = Mismatch(bridge.release).doubts(text, bridge.release.entries["new-bridge"])
    assert len(set(found)) == len(found)
