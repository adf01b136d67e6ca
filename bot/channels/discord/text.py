"""Write answers as Discord's Markdown: escaped, laid out, cut into pages that fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.advisor import wording
from bot.advisor.answer import Answer, Block, SourceLine
from bot.advisor.facets import Facet
from bot.channels.discord.words import say
from bot.knowledge.model import Kind

# Components v2 allow 4,000 characters of text in a message; room is left for title and footer.
PAGE = 3_400
SHORT = 700
PRIVATE = 1_500
_SIGNS = {"reply": "↳", "counter": "↯", "caution": "⚠", "why": "•", "fact": "•"}
_URL = re.compile(r"(https?://[^\s<>\[\]\\|*`]+)")
_TOUCHED = re.compile(r"(https?://[^\s<>\[\]\\|*`]+)(?=[<\[\]\\|*`])")
_INLINE = re.compile(r"([\\*_~`|<\[\]])")
_LINE_START = re.compile(r"^([ \t]*)(#{1,3}(?=\s)|[>+]|-(?=[#\s])|\d{1,9}(?=[.)]\s))", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…][”»\"')]*(?=\s)")


def escape(text: str) -> str:
    """Return text that Discord shows as it stands: no Markdown, mention, masked link or spoiler.

    Addresses stay whole, so that they can be clicked.
    """
    # To Discord a backslash right after an address is a part of it, and escapes nothing.
    parts = _URL.split(_TOUCHED.sub(r"\1 ", text))
    shown = "".join(
        part if number % 2 else _INLINE.sub(r"\\\1", part) for number, part in enumerate(parts)
    )
    shown = _LINE_START.sub(_escape_start, shown)
    # AllowedMentions.none() keeps anybody from being pinged; this keeps it from looking so.
    return shown.replace("@everyone", "@\u200beveryone").replace("@here", "@\u200bhere")


def _escape_start(match: re.Match[str]) -> str:
    space, sign = match.groups()
    # A number keeps its digits; it is the dot after it that makes a list.
    return f"{space}{sign}\u200b" if sign.isdigit() else f"{space}\\{sign}"


@dataclass(frozen=True)
class Paragraph:
    """A piece of an answer that stays together on one page where it fits."""

    text: str
    heading: str | None = None
    quoted: bool = False


def paragraphs(answer: Answer) -> Iterator[Paragraph]:
    """Yield all blocks of an answer in reading order, with numbers that refer to its sources."""
    numbers = {(line.id, line.where): n for n, line in enumerate(answer.sources, start=1)}
    for block in answer.blocks:
        # The source list has numbers of its own, the same ones.
        if block.role == "source" and block.sources:
            line = block.sources[0]
            text = f"{numbers[line.id, line.where]}\\. {source(line)}"
            yield Paragraph(text, block.heading)
        else:
            yield Paragraph(
                block_text(block, answer.language, numbers), block.heading, block.depth > 0
            )


def source_paragraphs(answer: Answer) -> Iterator[Paragraph]:
    """Yield the numbered sources of an answer; one sentence where it has none."""
    heading = wording.say("heading.sources", answer.language)
    if not answer.sources:
        yield Paragraph(say("no-sources", answer.language), heading)
    for number, line in enumerate(answer.sources, start=1):
        yield Paragraph(f"{number}\\. {source(line)}", heading)


def source(line: SourceLine) -> str:
    """Write a source as one line, linked where it has an address."""
    # An address inside a link's label would break the link.
    label = escape(str(line).replace("://", ":\u200b//")) if line.url else escape(str(line))
    return f"[{label}](<{line.url}>)" if line.url else label


def block_text(
    block: Block, language: str, numbers: dict[tuple[str, str | None], int] | None = None
) -> str:
    """Write one block; ``numbers`` are those of the sources, left out where None."""
    words = block.text
    if block.role == "caution":
        words = wording.say("caution", language, text=words)
    text = escape(words)
    if block.role == "source" and block.sources:
        text = source(block.sources[0])
    if block.highlighted:
        text = f"**{text}**"
    if block.title:
        text = f"**{escape(block.title)}**\n{text}"
    if block.by:
        text += f" *— {escape(', '.join(block.by))}*"
    if notes := block.notes(language):
        text += f" ({escape('; '.join(notes))})"
    if numbers and (marks := [numbers[line.id, line.where] for line in block.sources]):
        text += " " + "".join(f"\\[{mark}]" for mark in marks)
    sign = _SIGNS.get(block.role)
    if block.role == "objection" and block.heading and not block.title:
        sign = "•"  # a list of titles
    if sign:
        text = f"{sign} {text}"
    if block.depth:
        indent = "\u2003" * (min(block.depth, 6) - 1)
        text = "\n".join(f"> {indent}{line}" for line in text.split("\n"))
    return text


def pages(parts: Iterable[Paragraph], limit: int = PAGE) -> list[str]:
    """Lay paragraphs out on pages of at most ``limit`` characters; nothing is left out.

    A heading is repeated where its paragraphs go on on the next page; a paragraph longer than a
    page is split at a space.
    """
    done: list[str] = []
    page = ""
    heading: str | None = None
    for part in parts:
        title = f"**{escape(part.heading)}**\n" if part.heading else ""
        for piece in _split(part, limit - len(title)):
            shown = title if part.heading != heading or not page else ""
            gap = "" if not page else "\n\n" if shown or not part.quoted else "\n"
            if page and len(page) + len(gap) + len(shown) + len(piece) > limit:
                done.append(page)
                page, gap, shown = "", "", title
            page += gap + shown + piece
            heading = part.heading
    return [*done, page] if page or not done else done


def _split(part: Paragraph, limit: int) -> Iterator[str]:
    text = part.text
    while len(text) > limit:
        cut = text.rfind(" ", limit // 2, limit)
        cut = cut if cut > 0 else limit
        # Markup must not be torn: an escaping backslash belongs to what follows it.
        cut -= (cut - len(text[:cut].rstrip("\\"))) % 2
        yield text[:cut]
        text = ("> " if part.quoted else "") + text[cut:].lstrip()
    yield text


def short(answer: Answer, limit: int = SHORT) -> str:
    """Write an answer in about ``limit`` characters, both sides in it; what is left out is counted.

    The counted rest stands behind the buttons; nothing is cut without saying so.
    """
    language = answer.language
    if answer.kind is Kind.PROPOSAL and answer.facet in {Facet.OBJECTIONS, Facet.REPLIES}:
        return _titles_of_objections(answer, limit)
    own = [block for block in answer.blocks if block.role == "bot"]
    said = [block for block in answer.blocks if block.role != "bot"]
    # Beside an answer the bot's own words step back; alone they are what is said.
    small = "-# " if said else ""
    parts = [f"{small}{escape(block.text)}" for block in own]
    left: Counter[str] = Counter()
    is_cut = False
    if said:
        lead = said[0]
        heading = f"**{escape(lead.heading)}**\n" if lead.heading else ""
        text = block_text(lead, language)
        most = limit * 3 // 5
        if len(text) > most and (len(said) > 1 or len(text) > limit - 120):
            beside = len(text) - len(escape(lead.text))
            start = first_sentences(lead, language, max(most - beside, most // 2))
            text = f"{start} *{say('goes-on', language)}*"
            is_cut = True
        parts.append(heading + text)
        room = limit - sum(len(part) + 2 for part in parts) - 80
        rest = said[1:]
        sides = [[b for b in rest if b.role == "why"], [b for b in rest if b.role != "why"]]
        for number, side in enumerate(sides):
            # What one side does not need is the other's.
            share = room // 2 if number == 0 and sides[1] else room
            used = _fill(side, answer, share, parts, left)
            room -= used
    if is_cut:
        del left[_UNCOUNTED]  # it has been said
    parts += _footer(answer, left)
    return "\n\n".join(parts).replace("\n\n> ", "\n> ")


def _titles_of_objections(answer: Answer, limit: int) -> str:
    """List all objections to a proposal by title with how much is replied to each."""
    language = answer.language
    own = [f"-# {escape(block.text)}" for block in answer.blocks if block.role == "bot"]
    lines: list[tuple[str, int]] = []
    for block in answer.blocks:
        if block.role == "objection":
            lines.append((f"• **{escape(block.title or block.text)}**", 0))
        elif block.role == "reply" and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + 1)
    room = limit - sum(len(line) + 2 for line in own) - 120
    shown: list[str] = []
    for title, replies in lines:
        line = f"{title} · {say('reply-count', language, count=replies)}"
        if room < len(line) + 1:
            break
        shown.append(line)
        room -= len(line) + 1
    heading = f"**{escape(wording.say('heading.objections', language))}**\n"
    left = Counter({"objection": len(lines) - len(shown)} if len(lines) > len(shown) else {})
    return "\n\n".join([*own, heading + "\n".join(shown), *_footer(answer, left)])


def _footer(answer: Answer, left: Counter[str]) -> list[str]:
    language = answer.language
    lines = []
    rest = [
        say(f"left-{role}", language, count=count)
        for role, count in left.items()
        if role != _UNCOUNTED
    ]
    if rest:
        lines.append(say("also", language, what=", ".join(rest)))
    if left[_UNCOUNTED]:
        lines.append(say("goes-on", language))
    if answer.sources:
        lines.append(say("source-count", language, count=len(answer.sources)))
    return [f"-# {' · '.join(lines)}"] if lines else []


def _fill(
    blocks: list[Block], answer: Answer, room: int, parts: list[str], left: Counter[str]
) -> int:
    language = answer.language
    used = 0
    heading = next((block.heading for block in answer.blocks if block.role != "bot"), None)
    full = False
    for block in blocks:
        title = (
            f"**{escape(block.heading)}**\n" if block.heading and block.heading != heading else ""
        )
        text = title + block_text(block, language)
        full = full or used + len(text) + 2 > room
        if full:
            left[block.role if block.role in _COUNTED else _UNCOUNTED] += 1
            continue
        heading = block.heading
        if title or block.depth or not parts:
            parts.append(text)
        else:
            parts[-1] += f"\n{text}"
        used += len(text) + 2
    return used


_COUNTED = ("why", "objection", "reply", "counter", "fact", "source")
_UNCOUNTED = "rest"


def first_sentences(block: Block, language: str, limit: int) -> str:
    """Write the first whole sentences of a block's text that fit; at least up to a word's end."""
    text = block.text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit)]
    cut = ends[-1] if ends and ends[-1] > limit // 4 else text.rfind(" ", 0, limit)
    cut = cut if cut > 0 else limit
    tail = "" if ends and cut == ends[-1] else " …"
    sign = f"{_SIGNS[block.role]} " if block.role in _SIGNS else ""
    by = f" *— {escape(', '.join(block.by))}*" if block.by else ""
    title = f"**{escape(block.title)}**\n" if block.title else ""
    notes = block.notes(language)
    qualified = f" ({escape('; '.join(notes))})" if notes else ""
    return f"{title}{sign}{escape(text[:cut])}{tail}{by}{qualified}"


def plain(line: str) -> str:
    """Return a line of indented plain text with its indentation kept."""
    words = line.lstrip(" ")
    return "\u2003" * ((len(line) - len(words)) // 2) + escape(words)
