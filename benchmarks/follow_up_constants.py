"""Compare constants that follow-ups are read with: ``python -m benchmarks.follow_up_constants``.

The development questions that follow an entry are asked after it; how many find an expected entry
first, and of those that nothing answers or that a boundary should catch, how many are answered.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.quality_sets import DEVELOPMENT, as_cases, asked_of
from benchmarks.report import table
from bot.advisor import followups, sides
from bot.advisor.advisor import Advisor
from bot.advisor.evaluation import evaluate
from bot.knowledge.load import load
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.settings import shipped_knowledge

_LEAST = (0.76, 0.78, 0.8, 0.82, 0.84, 2.0)
# What the talk is about scores more, and what was shown in one.
_MORE = (
    (0.0, 0.0),
    (0.05, 0.05),
    (0.12, 0.12),
    (0.08, 0.16),
    (0.12, 0.2),
    (0.12, 0.25),
    (0.16, 0.25),
)
_AFTER = "cash-desertion"


def main() -> int:
    """Print the table; return the exit status."""
    release = load(shipped_knowledge())
    with TemporaryDirectory() as cache:
        advisor = Advisor(build(release, OnnxEncoder(), cache=Path(cache))).warm()
    rows = asked_of(DEVELOPMENT)
    following = as_cases(row for row in rows if row["context"])
    # What nothing answers, asked in the middle of a talk.
    beside = as_cases({**row, "context": _AFTER} for row in rows if not row["expect"])
    cells = []
    now = followups.TALKED_ABOUT, followups.SHOWN_TOGETHER
    for least, (about, beside_it) in [
        *((least, now) for least in _LEAST), *((0.8, more) for more in _MORE)
    ]:  # fmt: skip
        sides.LEAST = least
        followups.TALKED_ABOUT, followups.SHOWN_TOGETHER = about, beside_it
        found, other = evaluate(advisor, following), evaluate(advisor, beside)
        top, kept = found.top1 or 0.0, other.out_of_scope_recall or 0.0
        cells.append(
            [f"{one:.2f}" for one in (least, about, beside_it)] + [f"{top:.3f}", f"{kept:.3f}"]
        )
    names = ("least cosine", "talked about", "shown together", "first", "beside, not answered")
    print(table(names, cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
