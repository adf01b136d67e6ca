"""Measure how often doubtful answers are wrong: ``python -m benchmarks.review_doubtful``.

The shipped topic's own expectations are asked; an answer is doubtful where its confidence is less
than ``DOUBTFUL_MARGIN`` above the threshold of answering.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.report import table
from bot.advisor.advisor import Advisor
from bot.advisor.answer import Conversation, Outcome, Question
from bot.advisor.evaluation import Case, evaluate
from bot.curation.review_refresh import DOUBTFUL_MARGIN
from bot.knowledge.load import load
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.settings import shipped_knowledge


def main() -> int:
    """Print the table; return the exit status."""
    release = load(shipped_knowledge())
    with tempfile.TemporaryDirectory() as cache:
        advisor = Advisor(build(release, OnnxEncoder(), cache=Path(cache)))
    below = advisor.index.confidence.answer + DOUBTFUL_MARGIN
    doubtful: list[bool] = []
    sure: list[bool] = []
    for result in evaluate(advisor, [Case.of(each) for each in release.topic.expectations]).results:
        case = result.case
        answer = advisor.answer(Question(case.text, None, Conversation(case.context)))
        if answer.outcome is Outcome.ANSWERED:
            (doubtful if answer.confidence < below else sure).append(not result.passed)
    wrong = sum(doubtful) + sum(sure)
    rows = [
        [name, str(len(some)), f"{len(some) / (len(doubtful) + len(sure)):.0%}",
         f"{sum(some) / max(1, len(some)):.1%}", f"{sum(some) / max(1, wrong):.0%}"]
        for name, some in (("doubtful", doubtful), ("the rest", sure))
    ]  # fmt: skip
    columns = ("answers", "number", "of all answers", "wrong among them", "of all wrong ones")
    print(table(columns, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
