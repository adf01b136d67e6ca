"""Questions that are put against a proposal, and opposite proposals that a "not" parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Question
from bot.advisor.facets import Facet, find_cue
from bot.advisor.polarity import opposed
from bot.knowledge.words import normalise

AGAINST = [
    ("who argued AGAINST paying deserters", "cash-desertion"),
    ("who opposed paying deserters", "cash-desertion"),
    ("why is paying deserters NOT fair", "cash-desertion"),
    ("why is it not fair to pay deserters", "cash-desertion"),
    ("why does paying deserters not work", "cash-desertion"),
    ("isn't it wrong to pay deserters", "cash-desertion"),
    ("why not close the borders", "visa-ban"),
    ("кто против визового запрета", "visa-ban"),
    ("разве это не аморально: платить дезертирам", "cash-desertion"),
    ("чому не можна платити дезертирам", "cash-desertion"),
    ("хто проти візової заборони", "visa-ban"),
]


@pytest.mark.parametrize(("text", "entry"), AGAINST)
def test_what_is_put_against_a_proposal_asks_for_its_objections(
    advisor: Advisor, text: str, entry: str
) -> None:
    answer = advisor.answer(Question(text))
    shown = advisor.release.entries[answer.entry or answer.offered[0][0]]
    assert entry in {shown.proposal, shown.id}
    if shown.id == entry:
        assert answer.facet is Facet.OBJECTIONS


@pytest.mark.parametrize(
    ("text", "rival"),
    [
        ("почему россиян надо пускать", "visa-ban"),
        ("why should russians be let in", "visa-ban"),
        ("чому треба пускати росіян", "visa-ban"),
        ("почему нельзя пускать россиян", "open-door"),
    ],
)
def test_the_opposite_proposal_is_not_the_answer(advisor: Advisor, text: str, rival: str) -> None:
    answer = advisor.answer(Question(text))
    assert (answer.entry, answer.facet) not in {(rival, Facet.WHY), (rival, Facet.OVERVIEW)}


@pytest.mark.parametrize(
    "text",
    [
        "why pay deserters",
        "who is Scott Gilmore",
        "how did they treat artists who were against the regime",
        "can I not sign the form",
        "почему платят дезертирам",
        "чому платять дезертирам",
    ],
)
def test_a_plain_question_is_not_put_against_anything(text: str) -> None:
    cue = find_cue(text)
    assert cue is None or cue.facet is not Facet.OBJECTIONS


def test_an_argument_that_fits_stays_the_answer(advisor: Advisor) -> None:
    entries = advisor.release.entries
    topic = advisor.release.topic
    for one in ("cash-desertion.cost", "visa-ban.collective"):
        asked = [text for _, text in topic.phrasings(one) if opposed(normalise(text)) is not None]
        for text in asked:
            answer = advisor.answer(Question(text))
            assert answer.entry is None or entries[answer.entry].kind != "proposal", text


@given(st.text(st.characters(), max_size=80), st.sampled_from(["why not ", "разве ", "чому не "]))
def test_what_is_left_of_a_question_is_part_of_it(text: str, start: str) -> None:
    for plain in (normalise(text), normalise(start + text)):
        left = opposed(plain)
        assert left is None or set(left.split()) <= set(plain.split())
        cue = find_cue(plain)
        assert cue is None or set(cue.residual.split()) <= set(plain.split())
