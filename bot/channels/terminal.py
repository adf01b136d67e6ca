"""Show answers in a terminal, or as plain text in a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.advisor.answer import Answer, Block, Outcome, SourceLine
from bot.advisor.wording import say
from bot.knowledge.model import Kind

_KINDS = {
    Kind.PROPOSAL: "cyan",
    Kind.OBJECTION: "red",
    Kind.RESPONSE: "green",
    Kind.COUNTER: "yellow",
    Kind.FACT: "blue",
    Kind.TERM: "magenta",
    Kind.FAQ: "white",
    Kind.BOUNDARY: "yellow",
}
_ROLE_STYLES = {"objection": "red", "reply": "green", "counter": "yellow", "caution": "yellow"}
_SIGNS = {"objection": "✗", "reply": "↳", "counter": "↯", "caution": "!", "source": "·"}
_MAX_WIDTH = 100


@dataclass(frozen=True)
class Line:
    """A line of an answer before it is laid out: indent in columns, sign, text, styles."""

    text: Text
    indent: int = 0
    space_before: bool = False


def render(console: Console, answer: Answer, *, notice: str | None = None) -> None:
    """Print an answer: coloured and wrapped in a terminal, one line a block in a pipe."""
    for line in lines(answer, notice=notice):
        if line.space_before:
            console.print()
        if console.is_terminal:
            width = min(console.width, _MAX_WIDTH)
            console.print(Padding(line.text, (0, 0, 0, line.indent)), width=width, highlight=False)
        else:
            console.print(" " * line.indent + line.text.plain, highlight=False, soft_wrap=True,
                          markup=False)  # fmt: skip


def lines(answer: Answer, *, notice: str | None = None) -> Iterator[Line]:
    """Yield the lines of an answer in reading order."""
    numbers = {(line.id, line.where): n for n, line in enumerate(answer.sources, start=1)}
    if answer.title and answer.kind and answer.outcome is not Outcome.BOUNDARY:
        head = Text(answer.title, style=f"bold {_KINDS[answer.kind]}")
        head.append(f"   {answer.kind.value} · {answer.entry}", style="dim not bold")
        yield Line(head)
    heading: str | None = None
    for position, block in enumerate(answer.blocks):
        if block.heading and block.heading != heading:
            yield Line(Text(block.heading, style="bold"), space_before=True)
        elif block.role in {"statement", "notice"} and position:
            yield Line(Text(""))
        heading = block.heading
        yield _block(block, numbers, answer.language)
    for number, (entry, title) in enumerate(answer.offered, start=1):
        line = Text(f"{number}. ", style="bold cyan")
        line.append(title, style="not bold")
        line.append(f"  {entry}", style="dim not bold")
        yield Line(line, indent=2)
    if answer.offered:
        none = Text("0. ", style="bold cyan")
        none.append(say("clarify.none", answer.language), style="not bold")
        yield Line(none, indent=2)
    if numbers and (answer.facet is None or answer.facet.value != "sources"):
        yield Line(Text(say("heading.sources", answer.language), style="bold"), space_before=True)
        for source in answer.sources:
            yield _source(source, numbers[source.id, source.where])
    if answer.hints:
        hint = Text("→ ", style="cyan")
        hint.append(" · ".join(answer.hints), style="italic dim")
        yield Line(hint, space_before=True)
    if notice:
        yield Line(Text(notice, style="dim"), space_before=True)


def _block(block: Block, numbers: dict[tuple[str, str | None], int], language: str) -> Line:
    text = Text()
    sign = _SIGNS.get(block.role, "•" if block.heading else "")
    style = _ROLE_STYLES.get(block.role, "")
    if sign:
        text.append(f"{sign} ", style=style or "dim")
    body = block.text
    if block.role == "caution":
        body = say("caution", language, text=body)
    text.append(body, style="bold" if block.highlighted else "")
    if block.by:
        text.append(f" — {', '.join(block.by)}", style="italic")
    notes = []
    if block.as_of:
        notes.append(say("as_of", language, date=block.as_of))
    if block.basis in {"common", "inference"}:
        notes.append(say(f"basis.{block.basis}", language))
    if notes:
        text.append(f" ({'; '.join(notes)})", style="dim")
    if block.role != "source":
        marks = [numbers[line.id, line.where] for line in block.sources]
        if marks:
            text.append(" " + "".join(f"[{mark}]" for mark in marks), style="dim cyan")
    elif block.sources and block.sources[0].url:
        text.append(f" {block.sources[0].url}", style="dim")
    return Line(text, indent=2 * (block.depth + (1 if block.heading else 0)))


def _source(line: SourceLine, number: int) -> Line:
    text = Text(f"[{number}] ", style="cyan")
    text.append(str(line), style="dim")
    if line.url:
        text.append(f" {line.url}", style=f"dim link {line.url}")
    return Line(text, indent=2)


def explain(answer: Answer, language: str = "en") -> Iterator[str]:
    """Yield sentences that say why the answer is what it is, for moderators and the curious."""
    del language  # explanations are for people who keep the base; they are in English
    found = answer.explanation
    if found is None:
        return
    reasons = {
        "matched": "The question was matched against all texts by which entries can be found.",
        "follow_up": f"It names nothing itself, so it is read as about {answer.context_entry}.",
        "chosen": "The entry was chosen by name.",
        "boundary": "A boundary came nearest; boundaries are decided first.",
        "unsure": "Entries were near, but none surely the one that was meant.",
        "nothing_near": "It sounds like this topic, but no entry is near enough.",
        "off_topic": "Nothing in this topic is near it.",
        "no_words": "There were no words in it.",
        "too_long": "It was too long to be read as a question.",
    }
    yield f"{found.outcome.value}: {reasons[found.reason]}"
    if found.matched_text:
        short = textwrap.shorten(found.matched_text, 120, placeholder="…")
        yield f"Nearest text ({found.matched_role}): “{short}”"
    if answer.candidates:
        ranked = ", ".join(f"{c.id} {c.score:.2f}" for c in answer.candidates[:5])
        yield f"Candidates: {ranked}"
    if found.parts:
        parts = ", ".join(f"{name} {value:.2f}" for name, value in found.parts.items())
        yield f"Signals of the first: {parts}"
        yield (
            f"Confidence {found.confidence:.2f}; answered from {found.answer_threshold:.2f}, "
            f"asked back from {found.clarify_threshold:.2f}. On topic {found.topicality:.2f}; "
            f"needs {found.topical_threshold:.2f}."
        )
    if found.facet_cue and answer.facet:
        yield f"Its words ask for: {answer.facet.value}."
    yield f"Release {answer.release}."
