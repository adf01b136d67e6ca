"""What a row holds of its candidates is short, and reads as what was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from bot.knowledge.model import Kind
from bot.querylog.column_types import Candidates

CANDIDATES = Candidates()
DIALECT = sqlite.dialect()
ONE = st.fixed_dictionaries(
    {
        "id": st.text(min_size=1, max_size=60),
        # Kinds of a later version too.
        "kind": st.sampled_from([*(kind.value for kind in Kind), "later", "kind of its own"]),
        "score": st.floats(0, 1) | st.integers(-3, 3),
    }
)


@given(st.lists(ONE, max_size=6))
def test_they_read_as_they_were_written(given_ones: list[dict[str, object]]) -> None:
    stored = json.loads(json.dumps(CANDIDATES.process_bind_param(given_ones, DIALECT)))
    assert CANDIDATES.process_result_value(stored, DIALECT) == given_ones


def test_rows_of_older_versions_hold_objects() -> None:
    old = [{"id": "cash", "kind": "proposal", "score": 0.5}]
    assert CANDIDATES.process_result_value(old, DIALECT) == old
    assert CANDIDATES.process_result_value([], DIALECT) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kind_is_one_letter_and_said_once(kind: Kind) -> None:
    ones = [{"id": name, "kind": kind.value, "score": 0.25} for name in ("a", "b")]
    stored = CANDIDATES.process_bind_param(ones, DIALECT)
    assert len(json.dumps(stored, separators=(",", ":"))) == len('["a","x",0.25,"b",0.25]')
