"""Show answers in a terminal, or as plain text in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.advisor.answer import Answer, Block, Outcome
from bot.advisor.wording import say
from bot.channels.why import Why
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
_BAR = 12


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


def render_why(console: Console, found: Why) -> None:
    """Print why an answer is what it is: with bars in a terminal, one sentence a line in a pipe."""
    if not console.is_terminal:
        for sentence in found.sentences:
            console.print(sentence, highlight=False, soft_wrap=True, markup=False)
        return
    width = min(console.width, _MAX_WIDTH)
    console.print(Text(found.decision, style="bold"), width=width)
    for note in found.notes:
        console.print(Text(note, style="dim"), width=width)
    if found.rows:
        console.print()
        console.print(Text(found.heading, style="bold"))
    for number, row in enumerate(found.rows):
        title = Text(row.title, style="cyan")
        title.append(f"  {row.id}", style="dim")
        console.print(title, width=width)
        table = Table.grid(padding=(0, 1))
        for bar in (row.likely, *row.parts):
            style = ("green" if number == 0 else "yellow") if bar is row.likely else "dim"
            # A bar says nothing to who cannot see it; the number beside it does.
            table.add_row(
                Text(" " + _bar(bar.share), style=style),
                Text(bar.percent, justify="right"),
                Text(bar.label, style="" if bar is row.likely else "dim"),
            )
        console.print(table, width=width)
    if found.thresholds:
        console.print()
        console.print(Text(found.thresholds, style="dim"), width=width)
    console.print(Text(found.release, style="dim"), width=width)


def _bar(share: float) -> str:
    full = round(_BAR * share)
    return "█" * full + "░" * (_BAR - full)
