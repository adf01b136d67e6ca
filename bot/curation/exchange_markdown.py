"""Write entries as a Markdown FAQ page, and read such pages, one's own and other people's.

One heading an entry, its answer below; then, as lists, how else it is asked and its sources. What
people do not want to read (id, kind, basis, status) stands in a comment under the heading. Texts
of a topic are no Markdown: on export what would be markup is escaped, on import other people's
markup is taken off.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.curation.exchange import (
    KINDS,
    MAX_ROWS,
    NOTHING,
    Cited,
    ExchangeError,
    Flaw,
    Row,
    Table,
    rows,
    too_large,
)
from bot.knowledge import reader
from bot.knowledge.export import as_markdown
from bot.knowledge.model import is_id
from bot.knowledge.reader import brief
from bot.knowledge.release import Topic, short
from bot.knowledge.words import clean

_SECTION_MAX = 20_000  # characters under one heading; the markup of more is not looked through
_HEADING_MAX = 2_000  # characters of a heading with its markup and addresses
_LONG = re.compile(r" {0,3}#{1,6}[ \t]")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_COMMENT = re.compile(r"[ \t]*<!--(.*?)-->[ \t]*")
_LABEL = re.compile(
    r"(?:\*\*|__)?(?P<label>also asked|similar questions|other ways to ask|sources?|"
    r"источники|источник|джерела|джерело)(?: \((?P<language>[a-z]{2,3})\))?"
    r"(?:\*\*|__)?:(?:\*\*|__)?[ \t]*(?P<rest>.*)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[ \t]*([-*+]|\d{1,9}[.)])[ \t]+(.*)")
# No [ inside, and no address without an end: each would be looked for up to the end of the text.
_TITLED = r"\[(?P<link>(?:\\.|[^\[\]\\]){0,2000})\]\(<?(?P<url>[^)>\s]{0,2000})>?"
_TITLED += r"(?:[ \t]+\"[^\"]*\")?\)"
_OWN_SOURCE = re.compile(
    r"(?:\[(?:\\.|[^\]\\])*\]\(<[^>]*>\)|\*(?:\\.|[^*\\])*\*)"
    r"(?:, (?P<where>.*?))? <!-- (?P<id>[a-z0-9.-]+) -->"
)
_LINK = re.compile(_TITLED)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+?(?=[;,.]?(?:\s|$)|>)")
_MARKUP = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|!\[(?P<picture>[^\[\]]*)\]\([^)]{0,2000}\)"
    rf"|{_TITLED}"
    r"|<(?P<auto>https?://[^>\s]+)>"
    r"|(?P<comment><!--.*?-->)"
    r"|<(?P<tag>/?(?:b|i|em|strong|u|code|p|span|br|sub|sup)\s*/?)>"
    r"|(?P<tick>`+)(?P<code>.+?)(?P=tick)"
    r"|(?P<star>\*{1,3})(?=\S)(?P<starred>.+?)(?<=\S)(?P=star)"
    r"|(?<!\w)(?P<line>_{1,3})(?=\S)(?P<lined>.+?)(?<=\S)(?P=line)(?!\w)"
    r"|~~(?=\S)(?P<struck>.+?)~~"
    r"|(?P<entity>&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});)",
    re.DOTALL,
)


def to_markdown_faq(topic: Topic, kinds: Collection[str]) -> str:
    """Return entries of some kinds as a Markdown page, a heading each, withdrawn ones included."""
    lines = [f"# {as_markdown(topic.info.title)}"]
    for row in rows(topic, kinds):
        kind = row.kind or "faq"
        heading = row.question or short(row.answer)
        said = {"id": row.id, "kind": kind if kind != "faq" else "", "basis": row.basis,
                "status": row.status if row.status != "published" else ""}  # fmt: skip
        marks = "; ".join(f"{key}: {value}" for key, value in said.items() if value)
        lines += ["", f"## {as_markdown(heading)}", f"<!-- {marks} -->", ""]
        lines += _paragraphs(row.answer)
        for number, (language, texts) in enumerate(row.phrasings.items()):
            spoken = f" ({language})" if number else ""
            if texts:
                lines += ["", f"Also asked{spoken}:", ""]
                lines += [f"- {as_markdown(text)}" for text in texts]
        if row.sources:
            lines += ["", "Sources:", "", *(f"- {_source(topic, one)}" for one in row.sources)]
    return "\n".join(lines) + "\n"


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        lines = [as_markdown(line) for line in paragraph.split("\n") if line.strip()]
        if _LABEL.fullmatch(lines[0]):
            lines[0] = lines[0].replace(":", "\\:", 1)
        yield from ([""] if number else []) + ["\\\n".join(lines)]


def _source(topic: Topic, cited: Cited) -> str:
    source = topic.sources.get(cited.source)
    title = as_markdown(source.title if source else cited.source)
    url = source and (source.url or source.read_url)
    shown = f"[{title}](<{url}>)" if url else f"*{title}*"
    where = f", {as_markdown(cited.where)}" if cited.where else ""
    return f"{shown}{where} <!-- {cited.source} -->"


def read_markdown(data: bytes, name: str, spoken: Sequence[str]) -> Table:
    """Read a Markdown page's entries; ``spoken`` are the topic's languages, the first for a bare
    “Also asked”.

    A heading of the second level or below with text under it is an entry; where there are no such
    headings, those of the first level are. Raises ExchangeError that names line and part.
    """
    flaws: list[Flaw] = []
    sections = _sections(_decoded(data, name), flaws)
    deep = any(section.level > 1 for section in sections)
    notes: list[str] = []
    found: list[Row] = []
    for number, section in enumerate(sections):
        below = sections[number + 1 : number + 2]
        if number == 0 and section.level == 1 and not section.body:
            continue  # the page's title
        if deep and section.level == 1:
            if section.body:
                told = f"The text under “{brief(_plain(section.heading))}” is no answer"
                notes.append(f"{told} (line {section.line}); it is not read.")
            continue
        if not section.body and below and below[0].level > section.level:
            continue  # the heading of a part of the page
        found.append(_row(section, spoken, flaws))
    if not sections:
        told = "has no heading; write each question as a line that begins with ## and a space"
        flaws.append(Flaw("", "", told))
    if len(found) > MAX_ROWS:
        flaws.append(Flaw("", "", f"has more than {MAX_ROWS:,} questions; split the file"))
    if flaws:
        raise ExchangeError(name, flaws)
    return Table(tuple(found), tuple(notes))


@dataclass
class _Section:
    level: int
    heading: str
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        return "\n".join(self.lines).strip()


def _decoded(data: bytes, name: str) -> str:
    if (large := too_large(data)) is not None:
        raise ExchangeError(name, [large])
    try:
        text = NOTHING.sub("", data.decode("utf-8-sig"))
        return reader.decode(text.replace("\r\n", "\n").replace("\r", "\n").encode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ExchangeError(name, [Flaw(f"line {line}", "", "is not UTF-8")]) from None
    except reader.ReadError as error:
        raise ExchangeError(name, [Flaw(f"line {error.place.line}", "", error.message)]) from None


def _sections(text: str, flaws: list[Flaw]) -> list[_Section]:
    found: list[_Section] = []
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if (mark := _FENCE.match(line)) and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        if not fence and len(line) > _HEADING_MAX and _LONG.match(line):
            told = f"has {len(line):,} characters; shorten it to {_HEADING_MAX:,}"
            flaws.append(Flaw(f"line {number}", "heading", told))
            line = "## …"  # noqa: PLW2901 - the rest of the page is looked through all the same
        heading = None if fence else _HEADING.fullmatch(line)
        if heading:
            found.append(_Section(len(heading[1]), heading[2], number))
        elif found:
            found[-1].lines.append(line)
    return found


def _row(section: _Section, spoken: Sequence[str], flaws: list[Flaw]) -> Row:
    place = f"line {section.line}"
    if len(section.body) > _SECTION_MAX:
        told = f"has {len(section.body):,} characters; shorten the answer"
        flaws.append(Flaw(place, "answer", told))
        return Row(place, "", "")
    marks, lines = _marks(section, place, flaws)
    phrasings: dict[str, tuple[str, ...]] = {}
    cited: list[Cited] | None = None
    answer: list[str] = []
    blocks = list(_blocks(lines))
    while blocks:
        block = blocks.pop(0)
        label = _LABEL.fullmatch(block[0])
        if label is None:
            answer.append(_paragraph(block))
            continue
        listed = [label["rest"], *block[1:]] if label["rest"] else block[1:]
        if not listed and blocks and _ITEM.fullmatch(blocks[0][0]):
            listed = blocks.pop(0)
        items = _items(listed)
        if label["label"].lower()[:2] in {"so", "ис", "дж"}:
            cited = [*(cited or []), *(one for item in items for one in _cited(item))]
            continue
        language = (label["language"] or spoken[0]).lower()
        if language not in spoken:
            told = f"{language} is not a language of this topic, which has {', '.join(spoken)}"
            flaws.append(Flaw(place, "also asked", told))
        texts = (*phrasings.get(language, ()), *(clean(_plain(item)) for item in items))
        phrasings[language] = tuple(filter(None, texts))
    own = "id" in marks
    if own:
        phrasings = {language: phrasings.get(language, ()) for language in spoken}
    return Row(
        place,
        " ".join(_plain(_LINK.sub(r"\g<link>", section.heading)).split()),
        "\n\n".join(filter(None, answer)),
        marks.get("id"),
        marks.get("kind"),
        phrasings,
        tuple(cited or ()) if own or cited else None,
        marks.get("basis", "" if own else None),
        marks.get("status", "published" if own else None),
        {"question": "heading", "phrasings": "also asked"},
    )


def _marks(
    section: _Section, place: str, flaws: list[Flaw]
) -> tuple[Mapping[str, str], Sequence[str]]:
    """Return what the comment under a heading says, and the lines below it."""
    start = next((n for n, line in enumerate(section.lines) if line.strip()), 0)
    comment = _COMMENT.fullmatch(section.lines[start]) if section.lines else None
    pairs = [part.partition(":") for part in comment[1].split(";")] if comment else []
    marks = {key.strip().lower(): value.strip() for key, _, value in pairs if value.strip()}
    choices: Mapping[str, Collection[str]] = {
        "kind": KINDS, "basis": ("sourced", "inference", "common"),
        "status": ("published", "withdrawn"),
    }  # fmt: skip
    if not set(marks) & {"id", *choices}:
        return {}, section.lines  # some other comment
    for key, value in marks.items():
        if key not in choices and key != "id":
            told = f"{brief(key)!r} is not known; write id, kind, basis or status"
            flaws.append(Flaw(place, "comment", told))
        elif key in choices and value not in choices[key]:
            flaws.append(Flaw(place, key, f"write one of {', '.join(choices[key])}"))
    return marks, section.lines[start + 1 :]


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the blocks of lines between blank ones; a fenced block is one with its blank lines."""
    block: list[str] = []
    fence = ""
    for line in [*lines, ""]:
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            if not fence and block:
                yield block
                block = []
            block.append(line)
            if fence:
                yield block
                block = []
            fence = "" if fence else mark[1]
        elif line.strip() or fence:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _items(lines: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if (item := _ITEM.fullmatch(line)) or not found:
            found.append(item[2] if item else line)
        else:
            found[-1] += f" {line.strip()}"
    return found


def _paragraph(lines: Sequence[str]) -> str:
    if fence := _FENCE.match(lines[0]):
        ends = len(lines) > 1 and lines[-1].strip().startswith(fence[1])
        return "\n".join(lines[1 : -1 if ends else None]).strip("\n")
    text = ""
    for quoted in lines:
        line = re.sub(r"^[ \t]*>[ \t]?", "", quoted)
        item = _ITEM.fullmatch(line)
        if item:
            line = f"{'-' if item[1] in '-*+' else item[1]} {item[2]}"
        joint = "" if not text or text.endswith("\n") else "\n" if item else " "
        hard = re.search(r"(?<!\\)(?:\\\\)*(\\)$| {2,}$", line)
        text += joint + (line[: hard.start(1)] if hard and hard[1] else line).strip()
        if hard:
            text += "\n"
    return _plain(text).strip()


def _plain(text: str) -> str:
    """Return a text without its markup; addresses stay."""

    def replace(found: re.Match[str]) -> str:
        if found["escaped"] is not None:
            return found["escaped"]
        if found["link"] is not None:
            shown = _plain(found["link"])
            return (
                shown if shown == found["url"] or not found["url"] else f"{shown} ({found['url']})"
            )
        if found["tag"] is not None:
            return "\n" if found["tag"].startswith("br") else ""
        if found["entity"] is not None:
            return html.unescape(found["entity"])
        for inner in ("starred", "lined", "struck"):
            if found[inner] is not None:
                return _plain(found[inner])
        return next((found[key] for key in ("picture", "auto", "code") if found[key]), "")

    return _MARKUP.sub(replace, text)


def _cited(item: str) -> Iterator[Cited]:
    if own := _OWN_SOURCE.fullmatch(item.strip()):
        yield Cited(own["id"], clean(_plain(own["where"])) if own["where"] else None)
    elif links := [link for link in _LINK.finditer(item) if "://" in link["url"]]:
        for link in links:
            yield Cited(link["url"], None, clean(_plain(link["link"])) or None)
    elif addresses := _ADDRESS.findall(item):
        yield from map(Cited, addresses)
    else:
        source, _, where = (part.strip() for part in _plain(item).partition(","))
        parts = [part.strip() for part in re.split(r"[;,]", _plain(item)) if part.strip()]
        if all(map(is_id, parts)):
            yield from map(Cited, parts)
        else:
            yield Cited(source, where or None) if is_id(source) else Cited(clean(_plain(item)))
