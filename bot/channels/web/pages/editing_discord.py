"""Show how Discord will show an entry: the texts that it gets, as HTML that looks like a message.

The Markdown is our own channel's; what stands in the knowledge is escaped there, and everything is
escaped again here before a tag is put around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.advisor.answer import Answer, Outcome, SourceLine
from bot.advisor.compose import Composer
from bot.advisor.facets import Facet
from bot.channels.discord import text
from bot.channels.discord.words import say
from bot.knowledge.model import Kind, SourceRef
from bot.knowledge.release import Release

_ARGUED = frozenset({Kind.PROPOSAL, Kind.OBJECTION, Kind.RESPONSE, Kind.COUNTER})
_TOKEN = re.compile(
    r"\\(?P<escaped>[^\w\s]|_)|(?P<strong>\*\*)|(?P<em>\*)"
    r"|\[(?P<label>(?:\\.|[^\]\\])*)\]\(<(?P<to>https?://[^>\s]+)>\)"
    r"|(?P<url>https?://[^\s<>\[\]\\|*`]+)"
)


_OPEN = {"strong": Markup("<strong>"), "em": Markup("<em>")}
_CLOSE = {"strong": Markup("</strong>"), "em": Markup("</em>")}


@dataclass(frozen=True)
class Message:
    """One message of the bot: its text, the labels of its buttons, whether it is a boundary's."""

    body: Markup
    buttons: tuple[str, ...] = ()
    warns: bool = False


def messages(release: Release, entry_id: str, language: str) -> list[Message]:
    """Return an entry as Discord shows it: the answer in a channel, then all pages of it.

    A source is shown as the line under an answer. Empty for an entry that is in no answer.
    """
    if entry_id not in release.entries:
        if entry_id not in release.topic.sources:
            return []
        return [Message(markdown(_source(release, entry_id)))]
    shown = answer(release, entry_id, language)
    title = f"### {text.escape(shown.title or entry_id)}\n"
    warns = shown.outcome is Outcome.BOUNDARY
    found = [Message(markdown(title + text.short(shown)), tuple(_buttons(shown)), warns)]
    pages = text.pages(text.paragraphs(shown))
    if warns or (len(pages) == 1 and _plain(pages[0]) == _plain(text.short(shown))):
        return found
    for number, page in enumerate(pages, start=1):
        of = f"\n-# {say('page', language, page=number, pages=len(pages))}"
        turning = (f"◀ {say('back', language)}", f"{say('next', language)} ▶")
        several = len(pages) > 1
        found.append(
            Message(markdown(title + page + (of if several else "")), turning if several else ())
        )
    return found


def answer(release: Release, entry_id: str, language: str) -> Answer:
    """Compose an entry of a release that need not be indexed. Raises KeyError."""
    entry = release.entries[entry_id]
    composer = Composer(release, language)
    blocks, facet = composer.compose(entry, Facet.OVERVIEW)
    return Answer(
        Outcome.BOUNDARY if entry.kind is Kind.BOUNDARY else Outcome.ANSWERED,
        language, release.id, release.topic.id, blocks, entry_id, entry.kind,
        composer.title(entry), facet,
    )  # fmt: skip


def markdown(words: str) -> Markup:
    """Return our Discord Markdown as HTML: bold, slanted, small, quoted, links; else text."""
    done: list[Markup] = []
    for sign, lines in _runs(words.split("\n")):
        inside = Markup("<br>").join(_inline(line) for line in lines)
        if sign == "> ":
            done.append(Markup("<blockquote>{}</blockquote>").format(inside))
        elif sign == "### ":
            done.append(Markup('<p class="dc-heading">{}</p>').format(inside))
        elif sign == "-# ":
            done.append(Markup('<p class="dc-small">{}</p>').format(inside))
        else:
            done.append(Markup("<p>{}</p>").format(inside))
    return Markup("").join(done)


def _runs(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield lines that look alike together; an empty one parts paragraphs."""
    sign, held = "", list[str]()
    for line in lines:
        now = next((each for each in ("> ", "### ", "-# ") if line.startswith(each)), "")
        if held and (now != sign or not line or now == "### "):
            yield sign, held
            held = []
        sign = now
        if line:
            held.append(line.removeprefix(now))
    if held:
        yield sign, held


def _inline(words: str) -> Markup:
    done: list[Markup] = []
    opened: list[str] = []
    place = 0

    def turn(name: str) -> None:
        if name in opened:
            while True:
                last = opened.pop()
                done.append(_CLOSE[last])
                if last == name:
                    return
        opened.append(name)
        done.append(_OPEN[name])

    for found in _TOKEN.finditer(words):
        done.append(escape(words[place : found.start()]))
        place = found.end()
        if found["strong"] or found["em"]:
            turn("strong" if found["strong"] else "em")
        elif found["escaped"]:
            done.append(escape(found["escaped"]))
        elif found["to"]:
            done.append(_link(found["to"], _inline(found["label"])))
        else:
            done.append(_link(found["url"], escape(found["url"])))
    done.append(escape(words[place:]))
    done += [_CLOSE[name] for name in reversed(opened)]
    return Markup("").join(done)


def _link(to: str, label: Markup) -> Markup:
    return Markup('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>').format(to, label)


def _plain(words: str) -> str:
    return " ".join(line for line in words.split("\n") if not line.startswith("-# "))


def _buttons(shown: Answer) -> Iterator[str]:
    language = shown.language
    if shown.outcome is not Outcome.BOUNDARY:
        if shown.kind in _ARGUED:
            yield say("objections-and-replies", language)
        yield say("sources", language)
        yield say("wrong", language)
    yield say("more", language)


def _source(release: Release, source_id: str) -> str:
    lines: tuple[SourceLine, ...] = Composer(release, "en").sources([SourceRef(source=source_id)])
    return f"1\\. {text.source(lines[0])}"
