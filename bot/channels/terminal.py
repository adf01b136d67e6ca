"""Show answers in a terminal, or as plain text in a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.advisor.answer import Answer, Block, Outcome
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


# The terminal's own words about its own ways of choosing; all others are the advisor's.
_WORDS = {
    "en": ("Type its number, or ask in other words.", "Show one: rejoinder show ID"),
    "ru": ("Введите номер или спросите иначе.", "Показать: rejoinder show ID"),
    "uk": ("Введіть номер або запитайте інакше.", "Показати: rejoinder show ID"),
}


@dataclass(frozen=True)
class Line:
    """A line of an answer before it is laid out.

    What is wrapped hangs below ``text``, right of ``sign``. ``address`` is a link that stays in one
    piece, so that it can be clicked and copied.
    """

    text: Text
    sign: Text = field(default_factory=Text)
    indent: int = 0
    space_before: bool = False
    address: str | None = None


def render(
    console: Console, answer: Answer, *, notice: str | None = None, one_shot: bool = False
) -> None:
    """Print an answer: coloured and wrapped in a terminal, one line a block in a pipe.

    ``one_shot`` answers cannot be followed up, so nothing is offered that would need it.
    """
    for line in lines(answer, notice=notice, one_shot=one_shot):
        if line.space_before:
            console.print()
        if console.is_terminal:
            _print_wrapped(console, line)
            continue
        parts = (line.sign.plain + line.text.plain, line.address)
        console.print(" " * line.indent + " ".join(part for part in parts if part),
                      highlight=False, soft_wrap=True, markup=False)  # fmt: skip


def _print_wrapped(console: Console, line: Line) -> None:
    width = min(console.width, _MAX_WIDTH)
    left = line.indent + line.sign.cell_len
    if left:
        row = Table.grid(padding=0)
        row.add_column(width=left, no_wrap=True)
        row.add_column()
        row.add_row(Text(" " * line.indent) + line.sign, line.text)
        console.print(row, width=width)
    else:
        console.print(line.text, width=width)
    if line.address:
        link = Text(" " * left)
        link.append(line.address, style=f"dim link {line.address}")
        console.print(link, highlight=False, soft_wrap=True)


def lines(answer: Answer, *, notice: str | None = None, one_shot: bool = False) -> Iterator[Line]:
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
    yield from _offered(answer, one_shot=one_shot)
    if numbers and (answer.facet is None or answer.facet.value != "sources"):
        yield Line(Text(say("heading.sources", answer.language), style="bold"), space_before=True)
        for source in answer.sources:
            mark = Text(f"[{numbers[source.id, source.where]}] ", style="cyan")
            yield Line(Text(str(source), style="dim"), mark, 2, address=source.url)
    if answer.hints and not one_shot:
        hint = Text(" · ".join(answer.hints), style="italic dim")
        yield Line(hint, Text("→ ", style="cyan"), space_before=True)
    if notice:
        yield Line(Text(notice, style="dim"), space_before=True)


def _offered(answer: Answer, *, one_shot: bool) -> Iterator[Line]:
    if not answer.offered:
        return
    beside = answer.outcome is Outcome.ANSWERED
    if beside:
        yield Line(Text(say("also.asked", answer.language), style="bold"), space_before=True)
    for number, (entry, title) in enumerate(answer.offered, start=1):
        text = Text(title)
        text.append(f"  {entry}", style="dim")
        yield Line(text, Text(f"{number}. ", style="bold cyan"), 2)
    if not one_shot and not beside:
        none = Text(say("clarify.none", answer.language))
        yield Line(none, Text("0. ", style="bold cyan"), 2)
    choose, show = _WORDS.get(answer.language, _WORDS["en"])
    hint = Text(show if one_shot else choose, style="italic dim")
    yield Line(hint, Text("→ ", style="cyan"), space_before=True)


def _block(block: Block, numbers: dict[tuple[str, str | None], int], language: str) -> Line:
    sign = Text()
    mark = _SIGNS.get(block.role, "•" if block.heading else "")
    if block.highlighted:
        sign.append("▶ ", style="bold")
    if mark:
        sign.append(f"{mark} ", style=_ROLE_STYLES.get(block.role, "dim"))
    body = block.text
    if block.role == "caution":
        body = say("caution", language, text=body)
    text = Text()
    if block.title:
        end = "" if block.title.endswith((".", "?", "!")) else "."
        text.append(f"{block.title}{end} ", style="bold")
    text.append(body, style="bold" if block.highlighted else "")
    if block.by:
        text.append(f" — {', '.join(block.by)}", style="italic")
    if notes := block.notes(language):
        text.append(f" ({'; '.join(notes)})", style="dim")
    address = None
    if block.role == "source":
        address = block.sources[0].url if block.sources else None
    elif marks := [numbers[line.id, line.where] for line in block.sources]:
        text.append(" " + "".join(f"[{mark}]" for mark in marks), style="dim cyan")
    return Line(text, sign, 2 * (block.depth + (1 if block.heading else 0)), address=address)


def explain(answer: Answer) -> Iterator[str]:
    """Yield sentences that say why the answer is what it is, for moderators and the curious."""
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
        "missing_facet": "The entry has nothing on record about what was asked for.",
        "no_words": "There were no words in it.",
        "courtesy": "It greets, thanks or says goodbye, and asks nothing.",
        "too_long": "It was too long to be read as a question.",
        "which_one": "It leans on what was said before, and that may be one of several entries.",
        "mismatch": "An entry was near, but the question names what that does not.",
    }
    yield f"{found.outcome.value}: {reasons[found.reason]}"
    for typed, read in found.read:
        yield f"Read “{_shortened(typed)}” as “{_shortened(read)}”."
    if found.matched_text:
        yield f"Nearest text ({found.matched_role}): “{_shortened(found.matched_text)}”"
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
    if found.doubts:
        yield f"The entry does not name: {', '.join(found.doubts)}."
    if found.facet_cue and answer.facet:
        yield f"Its words ask for: {answer.facet.value}."
    yield f"Release {answer.release}."


def _shortened(text: str) -> str:
    return textwrap.shorten(text, 120, placeholder="…")
