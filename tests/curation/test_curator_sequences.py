"""Whatever is published and undone in whatever order, by whomever at once: nothing is lost."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.curation.edit import ChangeError
from bot.curation.repository import Repository, UndoConflict
from bot.knowledge.canonical import format_text
from bot.knowledge.load import load
from bot.service import Service

from ..retrieval.conftest import CountingEncoder
from .repositories import git, leftovers, on_disk, published
from .serving import change, laid_out, serving
from .test_edit_properties import ABOVE, operations

ROOT = Path(__file__).parents[2]
# An operation, or which of the publishes so far is undone.
steps = st.lists(operations | st.integers(0, 9), min_size=2, max_size=10)


@settings(max_examples=6)
@given(steps)
def test_changes_and_undos_leave_a_topic_with_its_comments_and_lead_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, Any] | int]
) -> None:
    folder = laid_out(tmp_path_factory.mktemp("sequence") / "bridge")

    async def run() -> None:
        async with serving(folder, folder.with_name("data"), CountingEncoder()) as service:
            await _go(service, folder, steps)

    asyncio.run(run())


async def _go(service: Service, folder: Path, steps: list[dict[str, Any] | int]) -> None:
    curator = service.moderation().curator
    repository = curator.repository
    states, commits = [on_disk(repository)], list[str]()
    for step in steps:
        try:
            if isinstance(step, dict):
                plan = await curator.plan(change(curator, step))
            elif commits:
                plan = await curator.plan_undo(commits[step % len(commits)])
            else:
                continue
        except (ChangeError, UndoConflict):
            continue
        if plan.preview.refusals:
            continue
        done = await curator.publish(plan, by="Ada", reason="Because", confirmed=True)
        commits.append(done.commit.id)
        states.append(on_disk(repository))
        assert states[-1] == plan.contents
        release = load(folder)
        assert service.release.id == release.id
        assert list(service.release.entries) == list(release.entries)
        texts = {name: raw.decode() for name, raw in states[-1].items()}
        assert all(format_text(name, text) == text for name, text in texts.items())
        everything = "\n".join(texts.values())
        assert [everything.count(comment) for comment in ABOVE] == [1] * len(ABOVE)
    for before, commit in zip(states[-2::-1], commits[::-1], strict=True):
        undo = await curator.plan_undo(commit)
        assert undo.contents == before
        if undo.preview.refusals:  # an undo may break what is expected, as any change may
            published(repository, dict(undo.contents))
        else:
            await curator.publish(undo, by="Ada", reason="Back", confirmed=True, kind="undo")
        assert on_disk(repository) == before
    assert git(folder, "status", "--porcelain") == ""
    assert leftovers(folder) == []


RACER = """
import asyncio, sys
from pathlib import Path

from bot.curation.repository import NewerHeadError
from tests.curation.serving import change, serving
from tests.retrieval.conftest import CountingEncoder

folder, data, entry, count = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])


async def run():
    async with serving(folder, data, CountingEncoder()) as service:
        curator, done = service.moderation().curator, 0
        while done < count:
            text = f"{entry} in other words {done}"
            operation = {"op": "add_phrasing", "entry": entry, "language": "en", "text": text}
            try:
                plan = await curator.plan(change(curator, operation))
                made = await curator.publish(plan, by=entry, reason=text, confirmed=True)
            except NewerHeadError:
                continue
            assert made.notes == (), made.notes
            done += 1
        # A withdrawal is not planned, so it does not have to be tried again either.
        made = await curator.withdraw(entry, by=entry, reason=f"{entry} withdrawn")
        assert entry not in service.release.entries
        rows = await service.log.curation.publishes()
        print(*(row.commit for row in reversed(rows)))


asyncio.run(run())
"""


def test_curators_in_two_processes_lose_nothing(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "bridge")
    repository = Repository.open(folder)
    base = repository.head().id
    # Both write the same files of phrasings and of expectations.
    entries = ("new-bridge.cost", "new-bridge.herons")
    racers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", RACER, folder, tmp_path / entry, entry, "4"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for entry in entries
    ]
    commits = set[str]()
    for racer in racers:
        out, errors = racer.communicate()
        assert racer.returncode == 0, errors
        commits |= {*out.splitlines()[-1].split()}
    log = git(folder, "log", "--reverse", "--format=%H %s", f"{base}..HEAD").splitlines()
    assert {line.split()[0] for line in log} == commits
    assert len(log) == 10
    release = load(folder)
    for entry in entries:
        words = [f"{entry} in other words {number}" for number in range(4)]
        reasons = [line.split(" ", 1)[1] for line in log if entry in line]
        assert reasons == [*words, f"{entry} withdrawn"]
        phrasings = release.topic.questions["en"][entry]
        assert [text for text in phrasings if "in other words" in text] == words
        assert entry not in release.entries
    assert on_disk(repository) == repository.contents("HEAD")
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "fsck", "--strict", "--no-dangling", "--no-progress") == ""
    assert leftovers(folder) == []
