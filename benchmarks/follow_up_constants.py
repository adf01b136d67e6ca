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
from bot.advisor import sides
from bot.advisor.advisor import Advisor
from bot.advisor.evaluation import evaluate
from bot.knowledge.load import load
from bot.retrieval import index as indexing
from bot.retrieval.encoder import OnnxEncoder
from bot.settings import shipped_knowledge

_LEAST = (0.76, 0.78, 0.8, 0.82, 0.84, 2.0)
_TALKED_ABOUT = (0.0, 0.02, 0.05, 0.08, 0.12)
_AFTER = "cash-desertion"


def main() -> int:
    """Print the table; return the exit status."""
    release = load(shipped_knowledge())
    with TemporaryDirectory() as cache:
        advisor = Advisor(indexing.build(release, OnnxEncoder(), cache=Path(cache))).warm()
    rows = asked_of(DEVELOPMENT)
    following = as_cases(row for row in rows if row["context"])
    # What nothing answers, asked in the middle of a talk.
    beside = as_cases({**row, "context": _AFTER} for row in rows if not row["expect"])
    cells = []
    for least, more in [(least, 0.05) for least in _LEAST] + [
        (0.8, more) for more in _TALKED_ABOUT
    ]:
        sides.LEAST, indexing.TALKED_ABOUT = least, more
        found, other = evaluate(advisor, following), evaluate(advisor, beside)
        top, kept = found.top1 or 0.0, other.out_of_scope_recall or 0.0
        cells.append([f"{least:.2f}", f"{more:.2f}", f"{top:.3f}", f"{kept:.3f}"])
    print(table(("least cosine", "talked about", "first", "beside, not answered"), cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
