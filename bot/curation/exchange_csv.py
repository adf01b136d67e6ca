"""Write entries as a CSV table, and read what spreadsheets and other bots export."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence

from bot.curation.exchange import (
    KINDS,
    MAX_ROWS,
    NOTHING,
    Cited,
    ExchangeError,
    Flaw,
    Row,
    Table,
    languages,
    rows,
    too_large,
)
from bot.curation.values import readable
from bot.knowledge.model import is_id
from bot.knowledge.reader import brief
from bot.knowledge.release import Topic
from bot.knowledge.words import clean
from bot.spreadsheet import protected, unprotected

_DELIMITERS = ",;\t"
_COLUMNS = {
    "id": "id, key, slug, entry id, ключ",
    "kind": "kind, type, тип",
    "question": "question, questions, q, title, name, prompt, heading, вопрос, питання, название, "
    "назва, frage",
    "answer": "answer, answers, a, reply, response, text, content, body, statement, definition, "
    "notice, ответ, відповідь, текст, antwort",
    "phrasings": "phrasings, phrasing, variants, alternatives, alternative questions, "
    "similar questions, also asked, utterances, training phrases, examples, варианты, "
    "формулировки, варіанти, формулювання",
    "sources": "sources, source, references, reference, url, urls, link, links, source url, "
    "источники, источник, джерела, джерело, ссылка, посилання",
    "basis": "basis, основание, підстава",
    "status": "status, state, статус",
}
_NAMES = {
    name: (column, rank)
    for column, names in _COLUMNS.items()
    for rank, name in enumerate(names.split(", "))
}
_LANGUAGE = re.compile(r"(.+?)[ (\[:/-]+([a-z]{2,3})[)\]]?")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+?(?=[;,]?(?:\s|$)|[;,]https?://)")


def to_csv(topic: Topic, kinds: Collection[str]) -> str:
    """Return entries of some kinds as CSV with a header, lines ended by CRLF.

    Phrasings and sources stand one a line inside their cells. A cell that a spreadsheet would take
    for a formula gets an apostrophe in front, which ``read_csv`` takes away again.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    spoken = languages(topic)
    header = ["id", "kind", "question", "answer", *(f"phrasings ({one})" for one in spoken),
              "sources", "basis", "status"]  # fmt: skip
    writer.writerow(header)
    for row in rows(topic, kinds):
        said = ("\n".join(row.phrasings[language]) for language in spoken)
        cited = "\n".join(
            f"{one.source}, {one.where}" if one.where else one.source for one in row.sources or ()
        )
        cells = (row.id, row.kind, row.question, row.answer, *said, cited, row.basis, row.status)
        writer.writerow([protected(cell or "") for cell in cells])
    return file.getvalue()


def read_csv(data: bytes, name: str, spoken: Sequence[str]) -> Table:
    """Read a CSV file's rows; ``spoken`` are the topic's languages, the first for bare phrasings.

    UTF-8 or, with its mark, UTF-16; separated by commas, semicolons or tabs; a first line names
    the columns. Raises ExchangeError that names row and column of everything that is wrong.
    """
    text = _decoded(data, name)
    skipped = re.match(r'"?sep=(.)"?\r?\n', text)
    delimiter = skipped[1] if skipped else _delimiter(text)
    records = _records(text[skipped.end() :] if skipped else text, delimiter, name)
    columns, titles, notes = _header(next(records, ([], ""))[0], name, spoken)
    found: list[Row] = []
    flaws: list[Flaw] = []
    for cells, place in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) >= MAX_ROWS:
            flaws.append(Flaw(place, "", f"at most {MAX_ROWS:,} rows; split the file"))
            break
        if any(cell.strip() for cell in cells[len(titles) :]):
            flaws.append(Flaw(
                place, "", f"has {len(cells)} cells, but the header names {len(titles)} columns; "
                "put quotation marks around a text that has the separator in it",
            ))  # fmt: skip
            continue
        given: dict[str, str] = {}
        for column, number in columns.items():
            if number < len(cells):
                try:
                    given[column] = readable(unprotected(NOTHING.sub("", cells[number])))
                except ValueError as error:
                    flaws.append(Flaw(place, titles[number], str(error)))
        found.append(_row(place, given, {key: titles[n] for key, n in columns.items()}, flaws))
    if flaws:
        raise ExchangeError(name, flaws)
    return Table(tuple(found), tuple(notes))


def _decoded(data: bytes, name: str) -> str:
    if (large := too_large(data)) is not None:
        raise ExchangeError(name, [large])
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8; in Excel, save it as “CSV UTF-8 (comma delimited)”"
        raise ExchangeError(name, [Flaw(f"line {line}", "", message)]) from None
    if "\0" in text:
        raise ExchangeError(name, [Flaw("", "", "is not a text file; save the table as CSV")])
    return text


def _delimiter(text: str) -> str:
    def score(delimiter: str) -> tuple[int, int]:
        try:
            first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        except csv.Error:
            first = []
        return sum(_column(title) is not None for title in first), len(first)

    return max(_DELIMITERS, key=score)


def _records(text: str, delimiter: str, name: str) -> Iterator[tuple[list[str], str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row, line = 0, 1
    while True:
        row += 1
        place = f"row {row}" + (f" (line {line})" if line != row else "")
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error):
                message = "a quotation mark opens a cell here that none closes"
            elif "expected after" in str(error):
                message = "text follows a closing quotation mark; double the marks inside a cell"
            else:
                message = f"cannot be read: {error}"
            raise ExchangeError(name, [Flaw(place, "", message)]) from None
        line = reader.line_num + 1
        yield cells, place


def _column(title: str) -> tuple[str, int, str] | None:
    """Return what a column holds, how usual its name is (0: most) and its phrasings' language."""
    words = clean(title.replace("_", " ")).lower()
    if words in _NAMES:
        return (*_NAMES[words], "")
    spoken = _LANGUAGE.fullmatch(words)
    if spoken and (found := _NAMES.get(spoken[1])) and found[0] == "phrasings":
        return (*found, spoken[2])
    return None


def _header(
    titles: Sequence[str], name: str, spoken: Sequence[str]
) -> tuple[dict[str, int], list[str], list[str]]:
    shown = [brief(clean(title)) for title in titles]
    chosen: dict[str, tuple[int, int]] = {}
    for number, title in enumerate(titles):
        if (column := _column(title)) is None:
            continue
        key, rank, language = column
        if language and language not in spoken:
            message = (
                f"{language} is not a language of this topic, which has {', '.join(spoken)}; add "
                "it to languages in topic.yaml first, or remove the column"
            )
            raise ExchangeError(name, [Flaw("row 1", shown[number], message)])
        key = f"phrasings {language or spoken[0]}" if key == "phrasings" else key
        if key in chosen and chosen[key][0] == rank:
            message = f"means the same as {shown[chosen[key][1]]}; keep one of the two"
            raise ExchangeError(name, [Flaw("row 1", shown[number], message)])
        chosen[key] = min(chosen.get(key, (rank, number)), (rank, number))
    columns = {key: number for key, (_, number) in chosen.items()}
    unread = [title for n, title in enumerate(shown) if title and n not in columns.values()]
    if missing := [key for key in ("question", "answer") if key not in columns]:
        there = ", ".join(shown) or "nothing"
        message = (
            f"names no column {' and no column '.join(missing)}; the first row must name the "
            f"columns, and it has: {brief(there)}"
        )
        raise ExchangeError(name, [Flaw("row 1", "", message)])
    notes = [f"Columns that are not read: {', '.join(unread)}."] if unread else []
    return columns, shown, notes


def _row(place: str, given: dict[str, str], titles: dict[str, str], flaws: list[Flaw]) -> Row:
    def chosen(key: str, choices: Collection[str]) -> str | None:
        value = given.get(key, "").lower()
        if value and value not in choices:
            flaws.append(Flaw(place, titles[key], f"write one of {', '.join(choices)}"))
        return value or None

    basis = chosen("basis", ("sourced", "inference", "common"))
    if not given.get("id"):
        # Another program's table: what it leaves empty it knows nothing of.
        given = {key: value for key, value in given.items() if value}
    cited = given.get("sources")
    return Row(
        place,
        given.get("question", ""),
        given.get("answer", ""),
        given.get("id") or None,
        chosen("kind", KINDS),
        {
            key.removeprefix("phrasings "): tuple(filter(None, map(clean, value.split("\n"))))
            for key, value in given.items()
            if key.startswith("phrasings ")
        },
        None if cited is None else tuple(_cited(cited)),
        basis or ("" if "basis" in given else None),
        chosen("status", ("published", "withdrawn")),
        titles,
    )


def _cited(cell: str) -> Iterator[Cited]:
    for line in filter(None, map(clean, cell.split("\n"))):
        source, _, where = (part.strip() for part in line.partition(","))
        parts = [part.strip() for part in line.split(";") if part.strip()]
        if is_id(source):
            yield Cited(source, where or None)
        elif addresses := _ADDRESS.findall(line):
            before, _, place = line.partition(f"{addresses[-1]},")
            alone = len(addresses) == 1 and not before
            yield from (Cited(one, place.strip() or None if alone else None) for one in addresses)
        elif len(parts) > 1 and all(map(is_id, parts)):
            yield from map(Cited, parts)
        else:
            yield Cited(line)
