"""Compare constants of metric.py on development data: ``python -m benchmarks.metric``.

The same questions as for the weights of the blend (see blend_weights.py), by the weights in use:
how often the first is right with more trust in the encoder's own measure, with none or all of the
mean taken off, with directions made less and more alike, and by the encoder's own measure alone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import blend_weights
from benchmarks.report import table
from bot.retrieval import metric, scoring

_ALL = 1e12
# Trust in the encoder in texts, the share of their mean that is taken off them, and the power; with
# all trust in the encoder there is no other measure.
_CASES = (
    (1_000.0, 0.5, 0.25), (4_000.0, 0.5, 0.25), (1_000.0, 0.0, 0.25), (1_000.0, 1.0, 0.25),
    (1_000.0, 0.5, 0.15), (1_000.0, 0.5, 0.4), (_ALL, 0.5, 0.25),
)  # fmt: skip


def main() -> int:
    """Print the table; return the exit status."""
    weights = (
        scoring.HEAD_WEIGHT, scoring.NEAR_WEIGHT, scoring.COSINE_WEIGHT, scoring.CHARS_WEIGHT,
        scoring.WORDS_WEIGHT,
    )  # fmt: skip
    rows = []
    names: tuple[str, ...] = ()
    with tempfile.TemporaryDirectory() as cache:
        for trust, centred, power in _CASES:
            for name, value in (("_TRUST", trust), ("_CENTRED", centred), ("_POWER", power)):
                setattr(metric, name, value)
            sets = blend_weights.asked_in(Path(cache))
            names = tuple(sets)
            shares = [blend_weights.share_right(asked, weights) for asked in sets.values()]
            own = [f"{trust:,.0f}", f"{centred:.2f}", f"{power:.2f}"]
            constants = own if trust < _ALL else ["the encoder's own measure", "", ""]
            rows.append([*constants, *(f"{share:.3f}" for share in shares)])
    print(table(("trust", "mean taken off", "power", *names), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
