"""The small topic in canonical layout with people's comments, as a snapshot without a folder."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.curation.edit import Edited, apply
from bot.curation.operations import Operation, parse_operation
from bot.knowledge.canonical import format_text
from bot.knowledge.files import Snapshot
from bot.knowledge.lint_lists import translatable
from bot.knowledge.load import inspect
from bot.knowledge.parse import parse
from tests.conftest import SMALL_TOPIC

EXPECTATIONS = """\
# Written without sight of the phrasings.

# about money
- ask: how much does the bridge cost
  expect: [bridge-cost]
  kind: must
- ask: is it too dear
  expect: [new-bridge.cost, bridge-cost]  # either will do
  kind: measured
# about nature
- ask: would the birds suffer
  expect: [new-bridge.herons]
- ask: and who said that
  expect: [new-bridge]
  context: new-bridge.herons
- ask: best pizza recipe
  expect: []
  outcome: [out_of_scope]
  scope: far
# the end
"""
COMMENTS = {
    "proposals/new-bridge.yaml": (
        ("- id: new-bridge.cost\n", "# Bo said this at the meeting.\n- id: new-bridge.cost\n"),
        ("title: It disturbs the herons", "title: It disturbs the herons  # a title to discuss"),
        ("  - id: new-bridge.herons.1", "  # the only reply so far\n  - id: new-bridge.herons.1"),
    ),
    "questions/en/new-bridge.yaml": (
        ("- what about the birds", "# asked at the market\n- what about the birds"),
        ("- what about the subsidy", "- what about the subsidy  # heard twice"),
    ),
    "sources.yaml": (("- id: gazette", "# the only paper in town\n- id: gazette"),),
}


def bridge(**extra: str) -> Snapshot:
    """Return the small topic with comments and expectations, laid out as `rejoinder fmt` does.

    ``extra`` are files to add or replace, with ``__`` for a slash in the name, without ``.yaml``.
    """
    files = {name: textwrap.dedent(text) for name, text in SMALL_TOPIC.items()}
    for name, pairs in COMMENTS.items():
        for old, new in pairs:
            assert old in files[name]
            files[name] = files[name].replace(old, new, 1)
    files["expectations.yaml"] = EXPECTATIONS
    files |= {f"{name.replace('__', '/')}.yaml": text for name, text in extra.items()}
    raw = Snapshot(Path("bridge"), {name: text.encode() for name, text in files.items()})
    originals = translatable(parse(raw).topic)
    return with_files(
        raw, {name: format_text(name, text, originals).encode() for name, text in files.items()}
    )


def with_files(files: Snapshot, contents: Mapping[str, bytes]) -> Snapshot:
    """Return a snapshot of these contents in the same place."""
    return Snapshot(files.folder, contents)


def parsed(*operations: Mapping[str, Any]) -> list[Operation]:
    """Build operations from plain data."""
    return [parse_operation(data, number) for number, data in enumerate(operations, start=1)]


def change(files: Snapshot, *operations: Mapping[str, Any]) -> Edited:
    """Apply operations given as plain data; the result must load and be in canonical layout."""
    edited = apply(files, parsed(*operations))
    assert loads(with_files(files, edited.contents))
    for name in edited.touched:
        if name in edited.contents:
            text = edited.contents[name].decode()
            assert format_text(name, text) == text
    return edited


def loads(files: Snapshot) -> bool:
    """Tell whether the files make a release."""
    return inspect(files)[0] is not None


def diff(files: Snapshot, edited: Edited) -> list[str]:
    """Return the changed lines of all files, each with + or -, schema lines left out."""
    lines: list[str] = []
    for name in edited.touched:
        before = files.contents.get(name, b"").decode().splitlines()
        after = edited.contents.get(name, b"").decode().splitlines()
        lines += _changed(before, after)
    return [line for line in lines if "yaml-language-server" not in line]


def _changed(before: Sequence[str], after: Sequence[str]) -> list[str]:
    found = difflib.unified_diff(before, after, n=0, lineterm="")
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]
