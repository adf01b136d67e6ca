"""The blend of the signals, and what stands back in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bot.knowledge.model import Kind
from bot.knowledge.release import Release
from bot.retrieval.scoring import Signals, blend, leaning


def _equal(count: int) -> Signals:
    same = np.full(count, 0.5, np.float32)
    return Signals(same, same, same, same, same, same, same, 0.2)


def test_where_all_signals_are_equal_replies_and_mere_notices_stand_back(shipped: Release) -> None:
    entries = list(shipped.entries.values())
    score = blend(_equal(len(entries)), leaning(entries))
    best = float(score.max())
    for entry, got in zip(entries, score.tolist(), strict=True):
        alerts = bool(getattr(entry.item, "alert", False))
        back = entry.kind in {Kind.RESPONSE, Kind.COUNTER} or (
            entry.kind is Kind.BOUNDARY and not alerts
        )
        assert (got < best) == back, entry.id


def test_a_plain_lead_outweighs_the_kind(shipped: Release) -> None:
    entries = list(shipped.entries.values())
    reply = next(n for n, entry in enumerate(entries) if entry.kind is Kind.RESPONSE)
    signals = _equal(len(entries))
    cosine = signals.cosine.copy()
    cosine[reply] += 0.05
    assert int(blend(replace(signals, cosine=cosine), leaning(entries)).argmax()) == reply
