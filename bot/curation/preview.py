"""Show what a change would do before it is published."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome
from bot.advisor.evaluation import Case, Report, evaluate
from bot.curation.comparison import (
    ExpectationsChange,
    LintChange,
    compare_expectations,
    compare_lint,
    expectation_refusals,
)
from bot.curation.replay import Changed, Past, RememberingEncoder, Replay, replay, sharing
from bot.curation.workspace import arranged
from bot.knowledge.files import Snapshot, snapshot
from bot.knowledge.load import inspect
from bot.knowledge.problems import Problem
from bot.knowledge.release import Release
from bot.knowledge.words import clean
from bot.retrieval.audit import near_identical, unreachable
from bot.retrieval.encoder import Encoder, Progress
from bot.retrieval.index import Index, build
from bot.retrieval.texts import texts_of

T = TypeVar("T")
U = TypeVar("U")

# Vectors of expectations and new texts that a preview remembers beside those of the index.
_ASIDE = 4_096
_SMALL = 1_000


@dataclass(frozen=True)
class FileChange:
    """A file that changes, with its unified diff; new and deleted ones are against /dev/null."""

    name: str
    diff: str


@dataclass(frozen=True)
class Preview:
    """What a change would do; publishing is refused for any of ``refusals``.

    ``words`` says the change one line an operation. ``release_after``, ``expectations`` and
    ``replay`` are None where the files would not be valid. ``confirmations`` name the past answers
    that change, by the titles of the entries; whoever publishes must have agreed to all of them.
    """

    topic: str
    release_before: str
    release_after: str | None
    words: tuple[str, ...]
    files: tuple[FileChange, ...]
    lint: LintChange
    expectations: ExpectationsChange | None
    replay: Replay | None
    refusals: tuple[str, ...] = ()
    confirmations: tuple[str, ...] = ()
    index: Index | None = field(default=None, repr=False, compare=False)
    """the new release's, to be put in service as it is; in memory only"""

    @property
    def ok(self) -> bool:
        """Tell whether the change may be published, confirmations aside."""
        return not self.refusals

    @property
    def diff(self) -> str:
        """Return the diffs of all files as one text."""
        return "".join(change.diff for change in self.files)

    def as_dict(self) -> dict[str, Any]:
        """Return the preview as plain data for JSON; its replay holds people's questions."""
        return {
            "ok": self.ok,
            "topic": self.topic,
            "release_before": self.release_before,
            "release_after": self.release_after,
            "words": list(self.words),
            "files": [asdict(change) for change in self.files],
            "lint": self.lint.as_dict(),
            "expectations": self.expectations.as_dict() if self.expectations else None,
            "replay": self.replay.as_dict() if self.replay else None,
            "refusals": list(self.refusals),
            "confirmations": list(self.confirmations),
        }


def preview(
    before: Advisor,
    contents: Mapping[str, bytes],
    past: Sequence[Past],
    *,
    encoder: Encoder,
    cache: Path | None = None,
    progress: Progress | None = None,
    words: Sequence[str] = (),
    base: Mapping[str, bytes] | None = None,
) -> Preview:
    """Build the release that new files would make and hold it against the one in service.

    ``contents`` are all YAML files of the topic by relative path; ``base`` those they are compared
    with, by default the files of the folder as they stand. ``encoder`` is the index's own;
    ``cache`` the folder of vectors, or None; ``progress`` is told how many expectations and past
    questions are asked. Blocks for seconds: run it beside the event loop. Raises KnowledgeError
    for a folder that cannot be read and ModelError.
    """
    old = before.release
    files = diffs(snapshot(old.folder).contents if base is None else base, contents)
    release, problems = inspect(Snapshot(old.folder, arranged(contents)))
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    if release is None:
        lint = compare_lint(old.warnings, problems)
        return Preview(
            old.topic.id, old.id, None, tuple(words), files, lint, None, None, tuple(errors)
        )
    memory = RememberingEncoder(encoder, len(before.index.texts) + _ASIDE)
    memory.remember([text.text for text in before.index.texts], before.index.vectors)
    index = _index(release, before.index, memory, cache)
    pair = (sharing(before, memory), Advisor(index, choices=before.choices))
    asked = (_cases(pair[0]), _cases(pair[1]))
    told = _Progress(progress, sum(map(len, asked)) + len(past))
    reports = _evaluate(pair, asked, memory, told)
    audits = _both(lambda advisor: _audit(advisor.index), pair)
    lint = compare_lint([*old.warnings, *audits[0]], [*problems, *audits[1]])
    expectations = compare_expectations(*reports)
    replayed = replay(past, before, pair[1], told.further())
    floors = (old.topic.info.floors, release.topic.info.floors)
    refusals = expectation_refusals(expectations, *reports, floors)
    if not files:
        refusals.insert(0, "Nothing would change.")
    if release.topic.id != old.topic.id:
        refusals.append(
            f"The topic's id would be {release.topic.id} instead of {old.topic.id}, which would "
            "part it from its log."
        )
    return Preview(
        old.topic.id,
        old.id,
        release.id,
        tuple(words),
        files,
        lint,
        expectations,
        replayed,
        tuple(refusals),
        tuple(confirmations(replayed)),
        # Not with the memory: questions of the past must not outlive the preview.
        sharing(pair[1], encoder).index,
    )


def diffs(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """Return the unified diff of every file that two sets of contents have differently."""
    return tuple(
        FileChange(name, _diff(name, before.get(name), after.get(name)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def _diff(name: str, before: bytes | None, after: bytes | None) -> str:
    lines = difflib.unified_diff(
        _lines(before),
        _lines(after),
        "/dev/null" if before is None else name,
        "/dev/null" if after is None else name,
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(content: bytes | None) -> list[str]:
    # Not splitlines(): it also parts lines at characters that end none in a file.
    parts = (content or b"").decode("utf-8", "replace").split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def confirmations(replayed: Replay) -> list[str]:
    """Return a sentence for each way in which past answers change, the most frequent first."""
    ways: dict[str, list[Changed]] = {}
    for changed in (*replayed.no_longer_answered, *replayed.answered_differently):
        ways.setdefault(_way(changed), []).append(changed)
    ordered = sorted(ways.items(), key=lambda way: (-sum(c.asked for c in way[1]), way[0]))
    return [f"{_count(found)} {way}" for way, found in ordered]


def _way(changed: Changed) -> str:
    old, new = changed.before, changed.after
    if not old.given:
        return (
            "got a question back and would get no answer."
            if old.outcome == Outcome.CLARIFY
            else "got no answer and would get a question back."
        )
    if not new.given:
        asked_back = ", only a question back" if new.outcome == Outcome.CLARIFY else ""
        return f"got “{old.title}” and would get no answer{asked_back}."
    if changed.reworded:
        return f"got “{old.title}” and would get it changed."
    return f"got “{old.title}” and would get “{new.title}”."


def _count(found: Sequence[Changed]) -> str:
    asked = sum(changed.asked for changed in found)
    number = len(found)
    times = f" (asked {asked} times)" if asked > number else ""
    return f"{number} past question{'s' * (number != 1)}{times}:"


def _index(release: Release, before: Index, encoder: Encoder, cache: Path | None) -> Index:
    """Index a release; where nothing that can be found differs, by what is learned already.

    Learning again, if only a little, would move answers that the change has nothing to do with.
    """
    entries = release.entries.values()
    texts = [text for entry in entries for text in texts_of(release.topic, entry)]
    if list(release.entries) == list(before.release.entries) and texts == list(before.texts):
        return before.sharing(release=release, encoder=encoder)
    # A small topic is learned exactly while somebody waits, so that what is shown is what comes.
    previous = before if len(texts) > _SMALL else None
    return build(release, encoder, cache=cache, previous=previous, precision=before.precision)


def _cases(advisor: Advisor) -> list[Case]:
    return [Case.of(expectation) for expectation in advisor.release.topic.expectations]


def _evaluate(
    pair: tuple[Advisor, Advisor],
    cases: tuple[list[Case], list[Case]],
    encoder: Encoder,
    told: _Progress,
) -> tuple[Report, Report]:
    texts = {cleaned for each in cases for case in each if (cleaned := clean(case.text))}
    encoder.encode(sorted(texts))
    bars = (told.further(), told.further())
    return _both(
        lambda one: evaluate(*one),
        (
            (pair[0], cases[0], bars[0]),
            (pair[1], cases[1], bars[1]),
        ),
    )


def _audit(index: Index) -> list[Problem]:
    return near_identical(index) + unreachable(index)


def _both(work: Callable[[T], U], pair: tuple[T, T]) -> tuple[U, U]:
    """Do the same for both releases at once: most of it is arithmetic without the GIL."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        first, second = pool.map(work, pair)
    return first, second


class _Progress:
    """Add up what several steps tell of their progress, some of them at once."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._lock = Lock()
        self._done: list[int] = []

    def further(self) -> Progress:
        """Return what the next step tells its progress to."""
        place = len(self._done)
        self._done.append(0)

        def tell(done: int, total: int) -> None:
            del total
            with self._lock:
                self._done[place] = done
                if self._progress is not None:
                    self._progress(sum(self._done), self._total)

        return tell
