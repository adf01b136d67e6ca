"""The documents that pass between channels and the advisor."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bot.advisor.facets import Facet
from bot.advisor.wording import say
from bot.knowledge.model import Kind
from bot.retrieval.match import Candidate, Considered


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    GAP = "gap"
    OUT_OF_SCOPE = "out_of_scope"
    BOUNDARY = "boundary"


@dataclass(frozen=True)
class Conversation:
    """What a follow-up may lean on: the entry shown last to the same user in the same place."""

    entry: str | None = None
    facet: Facet = Facet.OVERVIEW
    language: str = "en"
    offered: tuple[str, ...] = ()
    """entries offered by the last clarification, or beside the last answer"""
    beside: bool = False
    """they were offered beside an answer, whose facet was not asked of them"""
    doubtful: bool = False
    """a question since got no answer, so that a follow-up may mean what it was about"""

    @property
    def offered_facet(self) -> Facet:
        """Return the facet that goes with a choice of what was offered."""
        return Facet.OVERVIEW if self.beside else self.facet


@dataclass(frozen=True)
class Question:
    """A question as a channel hands it over; ``language`` None means: tell from the text."""

    text: str
    language: str | None = None
    conversation: Conversation = Conversation()


@dataclass(frozen=True)
class SourceLine:
    """A source as it is shown beside a block."""

    id: str
    title: str
    publisher: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    where: str | None = None
    seen: Literal["text", "copy", "mention"] = "text"

    def __str__(self) -> str:
        who = ", ".join(part for part in (self.author, self.publisher) if part)
        when = f" ({self.date})" if self.date else ""
        where = f", {self.where}" if self.where else ""
        # An address that is not the publisher's own should not surprise.
        seen = {"text": "", "copy": " [copy on another site]", "mention": " [known from mentions]"}[
            self.seen
        ]
        return f"{self.title}{' — ' + who if who else ''}{when}{where}{seen}"


Role = Literal[
    "statement", "how", "why", "since", "objection", "reply", "counter", "fact", "caution",
    "definition", "answer", "notice", "people", "title", "source", "bot",
]  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One approved text of the release, verbatim, with what it rests on.

    ``role`` says what it is; ``bot`` marks the bot's own words. ``depth`` nests replies under
    their objection; ``highlighted`` marks the reply that was asked for. ``language`` is that of
    the text, which is the original's where no translation exists.
    """

    role: Role
    text: str
    entry: str | None = None
    heading: str | None = None
    by: tuple[str, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    basis: str | None = None
    depth: int = 0
    highlighted: bool = False
    as_of: str | None = None
    language: str = "en"
    title: str | None = None
    """the argument's own title, where several arguments stand in one answer"""

    def notes(self, language: str) -> tuple[str, ...]:
        """Return what qualifies the text: its date, and a basis other than a source."""
        notes = []
        if self.as_of:
            notes.append(say("as_of", language, date=self.as_of))
        if self.basis in {"common", "inference"}:
            notes.append(say(f"basis.{self.basis}", language))
        return tuple(notes)


@dataclass(frozen=True)
class Explanation:
    """Why the answer is what it is, for ``why``."""

    outcome: Outcome
    reason: str
    """a key of the decision: matched, follow_up, chosen, boundary, unsure, nothing_near, off_topic,
    missing_facet, no_words, courtesy, too_long, which_one, mismatch"""
    matched_text: str | None = None
    matched_role: str | None = None
    confidence: float = 0.0
    answer_threshold: float = 0.0
    clarify_threshold: float = 0.0
    topicality: float = 0.0
    topical_threshold: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    considered: tuple[Considered, ...] = ()
    """how likely the first few candidates are right, and why"""
    facet_cue: bool = False
    weighed: bool = False
    """what the conversation is about scored more, which a notice does not rest on"""
    read: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """words that were read as others, such as misspelt ones, with these others"""
    doubts: tuple[str, ...] = ()
    """what the question names and the entry does not"""


_SUBJECTS = {"nothing_near", "off_topic"}


@dataclass(frozen=True)
class Answer:
    """What a channel shows: verbatim blocks, or the bot's own words where it has nothing."""

    outcome: Outcome
    language: str
    release: str
    topic: str
    blocks: tuple[Block, ...]
    entry: str | None = None
    kind: Kind | None = None
    title: str | None = None
    facet: Facet | None = None
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    """(id, title) of what a clarification offers, or of what a message asked about besides"""
    hints: tuple[str, ...] = ()
    """questions that can be asked next, in the bot's words"""
    alert: bool = False
    explanation: Explanation | None = None
    context_entry: str | None = None
    """the conversation's entry that this answer leaned on, so that it can be replayed"""

    @property
    def sources(self) -> tuple[SourceLine, ...]:
        """Return the sources of all blocks, each once, in order."""
        seen: dict[tuple[str, str | None], SourceLine] = {}
        for block in self.blocks:
            for line in block.sources:
                seen.setdefault((line.id, line.where), line)
        return tuple(seen.values())

    @property
    def text(self) -> str:
        """Return the answer as plain text, sources left to ``sources``."""
        lines: list[str] = []
        heading: str | None = None
        for block in self.blocks:
            if block.heading and block.heading != heading:
                lines.append(f"{'' if not lines else chr(10)}{block.heading}")
                heading = block.heading
            bullet = "" if block.role in {"statement", "notice", "bot", "title"} else "- "
            by = f" ({', '.join(block.by)})" if block.by else ""
            title = f"{block.title}: " if block.title else ""
            words = block.text
            if block.role == "caution":
                words = say("caution", self.language, text=words)
            if notes := block.notes(self.language):
                by += f" ({'; '.join(notes)})"
            lines.append(f"{'  ' * block.depth}{bullet}{title}{words}{by}")
        if self.offered and self.outcome is Outcome.ANSWERED:
            lines.append(f"\n{say('also.asked', self.language)}")
        lines += [f"{number}. {title}" for number, (_, title) in enumerate(self.offered, start=1)]
        return "\n".join(lines)

    def conversation(self, before: Conversation) -> Conversation:
        """Return what the next question of the same user may lean on."""
        offered = tuple(entry for entry, _ in self.offered)
        if self.outcome is Outcome.ANSWERED and self.entry:
            facet = self.facet or Facet.OVERVIEW
            return Conversation(self.entry, facet, self.language, offered, beside=bool(offered))
        if self.outcome is Outcome.CLARIFY:
            # The facet asked for goes with the choice: "what do critics say?" then "2".
            facet = self.facet or Facet.OVERVIEW
            return Conversation(before.entry, facet, self.language, offered, doubtful=True)
        # A notice, a greeting or a slip is an aside; what was asked of and not known is a subject.
        asked = self.explanation is not None and self.explanation.reason in _SUBJECTS
        return Conversation(
            before.entry, before.facet, self.language, doubtful=before.doubtful or asked
        )
