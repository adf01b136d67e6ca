"""What a preview's page makes of the past questions that get something now."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from bot.advisor.answer import Outcome
from bot.channels.web.pages.publishing_shown import shown
from bot.curation.comparison import ExpectationsChange
from bot.curation.replay import Changed, Replay, Side


def changed(text: str, after: Outcome) -> Changed:
    """Return a past question that got no answer and would get something."""
    side = Side(after, "some-entry", "Some entry", "Some text.")
    return Changed(text, "en", None, 1, Side(Outcome.GAP, None, None, ""), side)


def test_a_notice_is_no_answer() -> None:
    """Who would hear that no position is taken is listed apart from who gets an answer."""
    newly = (changed("is it safe", Outcome.ANSWERED), changed("who is right", Outcome.BOUNDARY))
    plan = Mock()
    plan.preview.files, plan.preview.expectations = (), None
    plan.preview.replay = Replay(newly_answered=newly)
    found = shown(plan)
    assert found["lists"] == [("noticed", newly[1:]), ("newly", newly[:1])]
    assert found["noticed"] == 1


@pytest.mark.parametrize(("provisional", "after", "told"), [
    (True, 0.5, True), (True, 1.0, False), (False, 0.5, False),
])  # fmt: skip
def test_totals_that_fell_before_all_is_learned(
    provisional: bool,
    after: float,
    told: bool,
) -> None:
    """Only a provisional preview that looks worse says that it may not stay so."""
    plan = Mock()
    plan.preview.files, plan.preview.replay = (), None
    plan.preview.index.provisional = provisional
    plan.preview.expectations = ExpectationsChange({"top1": 0.9}, {"top1": after}, ())
    assert shown(plan)["unlearned"] is told
