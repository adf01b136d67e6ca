"""The fields that make up each kind of entry, in groups that fit a chat's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from bot.curation.operations import EntryKind
from bot.knowledge.model import PHRASING_MAX, TEXT_MAX, TITLE_MAX

LINES_MAX = 4_000
"""Characters of a field with several lines: as many as a chat's form takes"""
BASES = ("common", "inference")
"""What may stand in the place of sources"""


@dataclass(frozen=True)
class Field:
    """One thing to fill in; ``label`` and ``help`` say what, in English.

    ``limit`` counts characters. A ``line`` is one line, a ``paragraph`` may have several, ``lines``
    hold one item each; ``choices`` are the only values allowed. ``new`` fields are asked only when
    an entry is added. ``key`` is the name under which a catalogue has label and help.
    """

    name: str
    label: str
    help: str
    required: bool = False
    limit: int = TEXT_MAX
    shape: Literal["line", "paragraph", "lines"] = "paragraph"
    choices: tuple[str, ...] = ()
    new: bool = False
    key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.key or self.name.replace("_", "-"))


def _line(name: str, label: str, help_: str, limit: int = TITLE_MAX, **more: Any) -> Field:
    return Field(name, label, help_, limit=limit, shape="line", **more)


def _lines(name: str, label: str, help_: str, **more: Any) -> Field:
    return Field(name, label, help_, limit=LINES_MAX, shape="lines", **more)


_TITLE = _line("title", "Title", "A few words that people recognise it by.", required=True)
_SHORT = _line("title", "Title", "Optional; left out, the start of the text stands in its place.",
               key="title-optional")  # fmt: skip
_TEXT = Field("text", "Text", "The argument in plain sentences, as those who make it would say it.",
              required=True)  # fmt: skip
# fmt: off
_SOURCES = _lines("sources", "Sources, or what it rests on",
                  "A line each: source-id or address, place in it; "
                  "without one: common or inference")
# fmt: on
# Without a ground the topic would not load; a proposal may rest on its reasons.
_GROUND = replace(_SOURCES, required=True)
_BY = _lines("by", "Who says it", "One a line: a name as shown, or the id of a glossary term.")
_PHRASINGS = _lines(
    "phrasings", "How people ask for it",
    "One way of asking a line; ru: before a line says its language.", new=True,
)  # fmt: skip
_TEST = _line(
    "test", "Test question", "A question this must answer, in words not used above.",
    PHRASING_MAX, new=True,
)  # fmt: skip
_ARGUMENT = {"main": (_TITLE, _TEXT, _GROUND, _PHRASINGS, _TEST), "who": (_BY,)}
_REPLY = {"main": (_TEXT, _SHORT, _GROUND, _PHRASINGS, _TEST), "who": (_BY,)}

GROUPS: Mapping[EntryKind, Mapping[str, tuple[Field, ...]]] = MappingProxyType({
    "proposal": {
        "main": (
            _TITLE,
            Field("statement", "What is proposed", "In one or two sentences.", required=True),
            _SOURCES, _PHRASINGS, _TEST,
        ),
        "how": (
            _lines("proposed_by", "Who proposes it", _BY.help),
            Field("how", "How it would work", "In plain sentences."),
            _lines("how_sources", "Sources of how it would work", _SOURCES.help),
            Field("since", "What has happened since", "In plain sentences, with dates."),
            _lines("since_sources", "Sources of what happened since", _SOURCES.help),
        ),
        "facts": (_lines("facts", "Facts", "One a line: the id of a fact."),),
        "rationale": (
            Field("reason", "A reason for it", "One reason why its proponents want it.",
                  required=True),
            _lines("reason_sources", "Sources of the reason", _SOURCES.help, required=True),
        ),
    },
    "objection": _ARGUMENT,
    "response": _REPLY,
    "counter": _REPLY,
    "fact": {
        "main": (
            Field("statement", "The fact", "A figure or an event, in one or two sentences.",
                  required=True, key="fact"),
            _line("as_of", "As of", "A date as 2025, 2025-03 or 2025-03-01.", 10),
            _GROUND, _PHRASINGS, _TEST,
        ),
        "more": (_SHORT, Field("caution", "Caution", "What a reader must keep in mind.")),
    },
    "term": {
        "main": (
            _line("name", "Name", "Of the person, body or word.", required=True),
            Field("definition", "Who or what it is", "In one or two sentences.", required=True),
            _GROUND, _PHRASINGS, _TEST,
        ),
        "more": (_lines("aliases", "Other names", "One a line."),),
    },
    "faq": {
        "main": (
            _line("question", "Question", "As people ask it.", PHRASING_MAX, required=True),
            Field("answer", "Answer", "In plain sentences.", required=True),
            _SOURCES, _PHRASINGS, _TEST,
        ),
    },
    "boundary": {
        "main": (
            _TITLE,
            Field("notice", "Notice", "What is said instead of an answer.", required=True),
            Field("covers", "What falls under it", "For those who edit it; nobody else sees it."),
            _PHRASINGS, _TEST,
        ),
        "more": (
            _line("alert", "Tell the moderators", "Whether they hear of it when it is shown.",
                  choices=("no", "yes")),
        ),
    },
    "source": {
        "main": (
            _line("title", "Title", "As the source has it.", 300, required=True,
                  key="source-title"),
            _line("url", "Address", "In full, from https:// on.", 1_000),
            _line("author", "Author", "Who wrote or said it.", 200),
            _line("publisher", "Publisher", "The paper, the site, the body.", 200),
            _line("date", "Date", "As it stands there, best as 2025-03-01.", 100),
        ),
        "more": (
            _line("stance", "Stance", "Where it stands.",
                  choices=("for", "against", "mixed", "report")),
            _line("seen", "Seen", "What was read: the text itself, a copy, a mention elsewhere.",
                  choices=("text", "copy", "mention")),
            _line("read_url", "Address of the copy", "Of the copy that was read.", 1_000),
            Field("note", "Note", "For those who edit it.", limit=500),
        ),
    },
})  # fmt: skip
"""kind → group's name → its fields, in the order of a form; the first group is enough to add one"""

ITEMS = frozenset({"rationale"})
"""groups that are one item of a list: ``at`` says which, None a new one at its end"""
