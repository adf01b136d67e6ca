"""Check topics that are written as texts, without a folder on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.knowledge.files import Snapshot
from bot.knowledge.load import inspect
from bot.knowledge.parse import parse
from bot.knowledge.problems import Problem
from bot.knowledge.release import Topic

FACT = "- id: a\n  statement: s\n  basis: common\n  as_of: 2022\n"
PROPOSAL = "id: p\ntitle: t\nstatement: s\nbasis: common\n"


def snapshot(files: Mapping[str, str | bytes]) -> Snapshot:
    """Return files as if read from a folder; topic.yaml is added where it is not given."""
    contents = {"topic.yaml": "title: T\n", **files}
    return Snapshot(
        Path("some-topic"),
        {
            name: text if isinstance(text, bytes) else text.encode()
            for name, text in contents.items()
        },
    )


def errors(files: Mapping[str, str | bytes]) -> list[Problem]:
    """Return the errors of a topic's files; where there are any, there is no release."""
    release, problems = inspect(snapshot(files))
    found = [problem for problem in problems if problem.severity == "error"]
    assert (release is None) == bool(found)
    return found


def valid(files: Mapping[str, str]) -> Topic:
    """Return the topic of files that have no error."""
    assert errors(files) == []
    return parse(snapshot(files)).topic
