"""Collect what lint finds, each with the place where it stands."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from bot.knowledge import reader
from bot.knowledge.model import Claim, Fact, Faq, Proposal, SourceRef, Term, is_grounded
from bot.knowledge.parse import find_place
from bot.knowledge.problems import Problem, Severity
from bot.knowledge.release import Topic

# Words that take a side when the collection itself uses them; quoted speech may be attributed.
LOADED_WORDS = (
    "obviously", "clearly", "of course", "so-called", "needless to say", "everyone knows",
    "outrageous", "shameful", "ridiculous", "absurd", "naive", "hysterical", "undeniably",
    "appeasement", "orcs", "brainwashed", "sheeple",
)  # fmt: skip
# A guess takes a while, and nobody reads more of them.
_GUESSES = 20
_CANDIDATES = 2_000
_LOADED = re.compile(r"\b(" + "|".join(map(re.escape, LOADED_WORDS)) + r")\b", re.IGNORECASE)


class Findings:
    """The findings on a topic so far.

    ``texts`` maps file to decoded text. ``unread`` holds the ids that stand in what could not be
    read: that they are missing follows from an error that is reported already.
    """

    def __init__(self, topic: Topic, texts: Mapping[str, str], unread: Collection[str]) -> None:
        self.topic = topic
        self.problems: list[Problem] = []
        self._texts = texts
        self._unread = unread
        self._guesses = 0
        self._places: dict[str, dict[reader.Path, reader.Place]] = {}
        self._contents: dict[str, dict[str, list[tuple[str, reader.Plain]]]] = {}

    def report(
        self, file: str, path: reader.Path, message: str, code: str, severity: Severity = "error"
    ) -> None:
        """Note a finding at the place of a path, or of the nearest part of it that exists."""
        place = find_place(self._places_of(file), path)
        self.problems.append(
            Problem(
                file, place.line, place.column, reader.field_name(path), message, severity, code
            )
        )

    def dangling(
        self, file: str, path: reader.Path, wanted: str, known: Collection[str], message: str
    ) -> None:
        """Note that an id leads nowhere; ``known`` are those that would."""
        if wanted in self._unread:
            return
        if self._guesses < _GUESSES:
            self._guesses += 1
            if close := get_close_matches(reader.brief(wanted), _near(wanted, known), n=1):
                message = f"{message}; did you mean {close[0]}?"
        self.report(file, path, message, "dangling")

    def sources(self, file: str, path: reader.Path, references: Iterable[SourceRef]) -> None:
        """Note the references to sources that are not there."""
        for number, reference in enumerate(references):
            if reference.source not in self.topic.sources:
                self.dangling(
                    file, (*path, number, "source"), reference.source, self.topic.sources,
                    f"there is no source {reference.source} in sources.yaml",
                )  # fmt: skip

    def grounded(
        self,
        file: str,
        path: reader.Path,
        item: Claim | Proposal | Fact | Term | Faq,
        ungrounded: str | None = "a claim needs sources: [{source: …}], or basis: inference, "
        "or basis: common",
    ) -> None:
        """Note what rests on nothing; ``ungrounded`` is None for what need not say its ground."""
        if item.basis == "sourced" and not item.sources:
            self.report(file, path, "basis says sourced, but no sources are given", "ground")
        elif ungrounded and not is_grounded(item.sources, item.basis):
            self.report(file, path, ungrounded, "ground")

    def loaded(self, file: str, path: reader.Path, text: str) -> None:
        """Note the first word of a text that takes a side."""
        if found := _LOADED.search(text):
            self.report(
                file, path, f"{found.group()!r} takes a side; say it plainly", "loaded", "warning"
            )

    def holders(self, folder: str, entry_id: str) -> list[tuple[str, reader.Plain]]:
        """Return what each file of a folder holds under an entry's id, as (file, value)."""
        if folder not in self._contents:
            found: dict[str, list[tuple[str, reader.Plain]]] = {}
            for name, text in self._texts.items():
                if not name.startswith(f"{folder}/"):
                    continue
                with contextlib.suppress(reader.ReadError):
                    data = reader.read(text)
                    for key, value in data.items() if isinstance(data, dict) else ():
                        found.setdefault(key, []).append((name, value))
            self._contents[folder] = found
        return self._contents[folder].get(entry_id, [])

    def _places_of(self, file: str) -> dict[reader.Path, reader.Place]:
        if file not in self._places:
            self._places[file] = reader.places(self._texts.get(file, ""))
        return self._places[file]


def _near(wanted: str, known: Collection[str]) -> list[str]:
    # Most mistyped ids begin as they should, so in a large topic their neighbours are searched.
    ordered = sorted(known)
    start = max(0, bisect(ordered, wanted) - _CANDIDATES // 2)
    return ordered[start : start + _CANDIDATES] if len(ordered) > _CANDIDATES else ordered
