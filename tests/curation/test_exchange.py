"""Files that go out to other programs come back as they were, and other people's are understood."""

from __future__ import annotations

import contextlib
import csv
import io
import textwrap
from collections.abc import Callable, Collection, Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.edit import apply
from bot.curation.exchange import KINDS, ExchangeError, Table, items, languages
from bot.curation.exchange_csv import read_csv, to_csv
from bot.curation.exchange_markdown import read_markdown, to_markdown_faq
from bot.curation.importing import Imported, import_rows
from bot.curation.operations import ChangeError, Operation
from bot.curation.values import readable
from bot.knowledge.canonical import format_text
from bot.knowledge.files import Snapshot
from bot.knowledge.load import inspect
from bot.knowledge.model import Faq, Source, SourceRef, TopicInfo, is_blank
from bot.knowledge.release import Topic
from bot.spreadsheet import protected, unprotected

from .topics import bridge, with_files

Write = Callable[[Topic, Collection[str]], str]
Read = Callable[[bytes, str, Sequence[str]], Table]
FORMATS: list[tuple[Write, Read]] = [(to_csv, read_csv), (to_markdown_faq, read_markdown)]
BOTH = pytest.mark.parametrize(("write", "read"), FORMATS, ids=["csv", "markdown"])
SOURCES = """\
- id: gazette
  title: The [bridge] *debate*, part 2
  url: https://example.org/bridge
- id: talk
  title: A talk
"""


def release_of(files: Snapshot) -> Topic:
    release, problems = inspect(files)
    assert release is not None, problems
    return release.topic


def imported(read: Read, write: Write, topic: Topic, data: str | bytes) -> Imported:
    raw = data.encode() if isinstance(data, str) else data
    spoken = languages(topic)
    known = read(write(topic, KINDS).encode(), "own", spoken)
    return import_rows(read(raw, "faq.csv", spoken), known, topic, "faq.csv")


def after(files: Snapshot, operations: Sequence[Operation]) -> Snapshot:
    return with_files(files, apply(files, operations).contents)


def take(files: Snapshot, read: Read, write: Write, data: str | bytes) -> Snapshot:
    """Import a file the way the command does; return the files afterwards."""
    return after(files, imported(read, write, release_of(files), data).operations)


@cache
def allowed(sign: str) -> bool:
    try:
        return bool(readable(f"a{sign}a"))
    except ValueError:
        return False


def tidy(text: str) -> str:
    """Make a text that a topic can hold of any."""
    found = readable("".join(filter(allowed, text)))
    return "x" if is_blank(found) else found


_SIGNS = "ab Z\n\t=+-@|%'\"\\,;`*_#[](){}<>!&~:./0123ё—\u3000\u00a0\u2028😀"
_PIECES = st.sampled_from(
    ["Also asked:", "Sources:", "<!-- id: x -->", "## ", "1. a", "- b", "```", "'=1", "&amp;",
     "**x**", "__y__", "[a](b)", "https://example.org/x", "\n\n", "\\\n", "  \n", "| a | b |"]
)  # fmt: skip
WORDS = (
    st.lists(st.one_of(st.text(_SIGNS, max_size=12), _PIECES, st.text(max_size=6)), max_size=8)
    .map("".join).map(tidy)
)  # fmt: skip


@st.composite
def faqs(draw: st.DrawFn) -> Topic:
    """Draw a topic of FAQs that the checker would accept."""
    entries: list[Faq] = []
    questions: dict[str, dict[str, tuple[str, ...]]] = {"en": {}, "ru": {}}
    for number in range(draw(st.integers(0, 4))):
        refs = [
            SourceRef(source=one, where=draw(st.none() | WORDS.map(lambda t: tidy(t[:50]))))
            for one in draw(st.lists(st.sampled_from(["gazette", "talk"]), max_size=2))
        ]
        entries.append(Faq(
            id=f"entry-{number}", question=f"{draw(WORDS)[:200]} q{number}", answer=draw(WORDS),
            sources=tuple(refs), basis=draw(st.sampled_from([None, "common", "inference"])),
            status=draw(st.sampled_from(["published", "withdrawn"])),
        ))  # fmt: skip
        for language, said_of in questions.items():
            texts = draw(st.lists(WORDS, max_size=3))
            said = tuple(f"{t[:100]} {language}{number}x{n}" for n, t in enumerate(texts))
            if said:
                said_of[f"entry-{number}"] = said
    sources = {
        "gazette": Source(id="gazette", title="The [bridge] *debate*, part 2",
                          url="https://example.org/bridge"),
        "talk": Source(id="talk", title="A talk"),
    }  # fmt: skip
    return Topic(
        "t", TopicInfo(title="A # title", languages=("en", "ru")), sources, (),
        faq=tuple(entries), questions=questions,
    )  # fmt: skip


@BOTH
@given(topic=faqs())
def test_an_own_export_imports_as_no_change(write: Write, read: Read, topic: Topic) -> None:
    found = imported(read, write, topic, write(topic, ["faq"]))
    assert found.operations == ()
    assert (found.added, found.changed, found.same) == (0, 0, len(topic.faq))


@BOTH
@given(topic=faqs())
def test_an_export_taken_up_by_an_empty_topic_exports_the_same(
    write: Write, read: Read, topic: Topic
) -> None:
    head = "title: 'A # title'\nlanguages: [en, ru]\n"
    files = {
        name: format_text(name, text).encode()
        for name, text in {"topic.yaml": head, "sources.yaml": SOURCES}.items()
    }
    empty = Snapshot(bridge().folder, files)
    text = write(topic, ["faq"])
    assert write(release_of(take(empty, read, write, text)), ["faq"]) == text


@BOTH
@pytest.mark.parametrize("kinds", [KINDS, ["objection", "response", "counter"], ["boundary"]])
def test_every_kind_goes_out_and_comes_back_unchanged(
    write: Write, read: Read, kinds: Sequence[str]
) -> None:
    topic = release_of(bridge())
    found = imported(read, write, topic, write(topic, kinds))
    assert found.operations == ()
    assert found.same == sum(kind in kinds for kind, _ in items(topic))


@given(st.text() | WORDS | st.text("'=+-@\t\r\n |%", max_size=6))
def test_what_a_spreadsheet_would_compute_is_defused_and_comes_back(text: str) -> None:
    cell = protected(text)
    assert unprotected(cell) == text
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "|", "%"))


@BOTH
@given(data=st.text() | st.binary() | st.lists(_PIECES | st.text(_SIGNS)).map("\n".join))
def test_any_file_is_read_or_refused_in_sentences(
    write: Write, read: Read, data: str | bytes
) -> None:
    del write
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    for head in (b"", b"question,answer,sources\n", b"## A\n"):
        with contextlib.suppress(ExchangeError):
            assert all(row.place for row in read(head + raw, "x", ["en"]).rows)


ROWS = st.lists(st.tuples(WORDS, WORDS), max_size=4)


@given(rows=ROWS, delimiter=st.sampled_from(",;\t"), mark=st.booleans(), utf16=st.booleans())
def test_tables_of_other_programs_are_read_cell_by_cell(
    rows: list[tuple[str, str]], delimiter: str, mark: bool, utf16: bool
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["Question", "ANSWER"])
    writer.writerows((protected(a), protected(b)) for a, b in rows)
    raw = file.getvalue().encode("utf-16" if utf16 else "utf-8-sig" if mark else "utf-8")
    found = read_csv(raw, "faq.csv", ["en"])
    assert [(row.question, row.answer) for row in found.rows] == rows


def test_questions_and_answers_of_another_bot_become_entries_once() -> None:
    files = bridge()
    data = (
        "\ufeffsep=;\r\nFrage;Antwort;Tags;URL\r\n"
        "Where does it start?;At the mill.;x;https://example.org/bridge/\r\n"
        'Where does it start, and when?;"Ask the council;\r\nthey know.";;https://town.example\r\n'
        "Где он начнётся?;У мельницы.;;\r\n"
        "橋はどこ;水車のそば;;\r\n"
    )
    found = imported(read_csv, to_csv, release_of(files), data)
    assert (found.added, found.changed, found.same) == (4, 0, 0)
    assert found.notes == ("Columns that are not read: Tags.",)
    files = after(files, found.operations)
    topic = release_of(files)
    new = {faq.id: faq for faq in topic.faq if faq.id != "about-this"}
    by_question = {faq.question: faq for faq in new.values()}
    assert by_question["Where does it start?"].id == "where-does-it-start"
    assert by_question["Где он начнётся?"].id == "gde-on-nachnetsia"
    assert by_question["橋はどこ"].id.startswith("faq-")
    # The address of a source that is known leads to it; another becomes a source.
    assert by_question["Where does it start?"].sources[0].source == "gazette"
    [ref] = by_question["Where does it start, and when?"].sources
    assert topic.sources[ref.source].url == "https://town.example"
    assert by_question["Where does it start, and when?"].answer == "Ask the council;\nthey know."
    # The same file again is nothing new, though it names no ids.
    again = imported(read_csv, to_csv, topic, data)
    assert again.operations == ()
    assert again.same == 4


def test_a_row_with_an_id_becomes_what_the_table_says() -> None:
    files = bridge()
    text = to_csv(release_of(files), ["faq", "objection"])
    assert "what is this collection" in text
    text = text.replace("what is this collection", "is this a bot").replace(
        "A collection of arguments", "All arguments"
    )
    text = text.replace("The money is needed for the school roof.", "The roof comes first.")
    found = imported(read_csv, to_csv, release_of(files), text)
    assert (found.added, found.changed) == (0, 2)
    topic = release_of(after(files, found.operations))
    assert topic.faq[0].answer == "All arguments about the bridge."
    assert topic.questions["en"]["about-this"] == ("what can you do", "is this a bot")
    assert topic.entries["new-bridge.cost"].text == "The roof comes first."


def test_status_and_sources_follow_the_table() -> None:
    files = bridge()
    text = "id,question,answer,sources,status\n"
    row = "about-this,What is this?,A collection of arguments about the bridge.,{},{}\n"
    files = take(files, read_csv, to_csv, text + row.format('"gazette, p. 3"', "withdrawn"))
    [faq] = release_of(files).faq
    assert (faq.status, faq.sources) == ("withdrawn", (SourceRef(source="gazette", where="p. 3"),))
    files = take(files, read_csv, to_csv, text + row.format("", "published"))
    [faq] = release_of(files).faq
    assert (faq.status, faq.sources) == ("published", ())
    # What a file does not say stays.
    files = take(files, read_csv, to_csv, text + row.format("gazette", ""))
    found = take(files, read_csv, to_csv, "id,q,a\nabout-this,What is this?,Arguments.\n")
    [faq] = release_of(found).faq
    assert (faq.answer, len(faq.sources)) == ("Arguments.", 1)
    assert release_of(found).questions["en"]["about-this"]


def test_a_row_without_an_id_adds_and_takes_nothing_away() -> None:
    head = "question,answer,phrasings,sources,basis\n"
    row = "What is this?,A collection of arguments about the bridge.,{},{},\n"
    sourced = '"https://example.org/bridge, § 4"'
    files = take(bridge(), read_csv, to_csv, head + row.format("a new one", sourced))
    [faq] = release_of(files).faq
    assert faq.sources == (SourceRef(source="gazette", where="§ 4"),)
    said = ("what is this collection", "what can you do", "a new one")
    assert release_of(files).questions["en"]["about-this"] == said
    found = imported(read_csv, to_csv, release_of(files), head + row.format("", ""))
    assert found.operations == ()
    # The bare address says nothing of the place, which stays.
    found = imported(read_csv, to_csv, release_of(files), head + row.format("", sourced[:-6] + '"'))
    assert found.operations == ()
    page = "## What is this?\nA collection of arguments about the bridge.\n\nAlso asked: and now\n"
    files = take(files, read_markdown, to_markdown_faq, page)
    assert release_of(files).questions["en"]["about-this"] == (*said, "and now")


def test_a_basis_may_stand_among_the_sources() -> None:
    table = "question,answer,kind,sources\nBeam,A long piece of wood.,term,common\n"
    [term] = [t for t in release_of(take(bridge(), read_csv, to_csv, table)).glossary
              if t.name == "Beam"]  # fmt: skip
    assert (term.basis, term.sources) == ("common", ())


def test_a_phrasing_may_move_from_one_row_to_another() -> None:
    head = "id,question,answer,phrasings\n"
    rows = "a1,First one?,Yes.,{}\nb1,Second one?,No.,{}\n"
    files = take(bridge(), read_csv, to_csv, head + rows.format("tell me", '"what else\nand now"'))
    files = take(files, read_csv, to_csv, head + rows.format('"tell me\nwhat else"', "and now"))
    said = release_of(files).questions["en"]
    assert (said["a1"], said["b1"]) == (("tell me", "what else"), ("and now",))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("id,text\n1,2\n", ["row 1", "question"]),
        ("question,answer\nWhat?,\n", ["row 2", "answer", "is empty"]),
        ("question,answer\n\n\n,No.\n", ["row 4", "question", "is empty"]),
        ('question,answer\n"a\nb",c\nWhat?,{long}\n', ["row 3 (line 4)", "answer", "1,500"]),
        ("question,answer\na,b,c\n", ["row 2", "3 cells", "2 columns"]),
        ('question,answer\na,"b\n', ["row 2", "quotation mark"]),
        ("question,answer,q\na,b,c\n", []),
        ("question,answer,Question\na,b,c\n", ["row 1", "Question", "the same"]),
        ("id,question,answer\nNo Id,a,b\n", ["row 2", "id", "lower-case"]),
        ("question,answer\nSame?,a\nSAME,b\n", ["row 3", "same entry as row 2"]),
        ("question,answer,sources\na,b,gazete\n", ["row 2", "sources", "did you mean gazette"]),
        ("question,answer,status\na,b,hidden\n", ["row 2", "status", "published, withdrawn"]),
        ("kind,question,answer\nobjection,a,b\n", ["row 2", "kind", "knowledge add objection"]),
        ("kind,question,answer\nterm,a,b\n", ["row 2", "sources", "common or inference"]),
        ("question,answer,phrasings\na,b,what about the birds\n",
         ["row 2", "phrasings", "new-bridge.herons"]),
        ("question,answer,phrasings\na,b,c d\ne,f,C D!\n", ["row 3", "phrasings", "asked for a"]),
        ("question,answer\nWhat about the birds?,b\n", ["row 2", "question", "new-bridge.herons"]),
        ("question,answer,phrasings (de)\na,b,c\n", ["row 1", "phrasings (de)", "languages"]),
        ("kind,id,question,answer\nfaq,bridge-cost,a,b\n", ["row 2", "kind", "fact"]),
        ("question,answer\na\u202eb,c\n", ["row 2", "question", "U+202E"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_said_with_row_and_column(data: str, said: list[str]) -> None:
    topic = release_of(bridge())
    data = data.replace("{long}", "x" * 1_501)
    if not said:
        assert imported(read_csv, to_csv, topic, data).added == 1
        return
    with pytest.raises(ExchangeError) as caught:
        imported(read_csv, to_csv, topic, data)
    for part in ("faq.csv", *said):
        assert part in caught.value.message
    assert caught.value.hint is not None
    assert "Nothing was changed" in caught.value.hint


@pytest.mark.parametrize("data", [b"\xff\x00abc", "question,answer\nä,b\n".encode("latin-1")])
def test_other_encodings_are_named(data: bytes) -> None:
    with pytest.raises(ExchangeError, match="UTF-8"):
        read_csv(data, "faq.csv", ["en"])


def test_size_is_limited() -> None:
    with pytest.raises(ExchangeError, match="4 MiB"):
        read_csv(b"x" * (4 * 1024 * 1024 + 1), "faq.csv", ["en"])
    with pytest.raises(ExchangeError, match="at most 5,000 rows"):
        read_csv(b"q,a\n" + b"x,y\n" * 5_001, "faq.csv", ["en"])
    with pytest.raises(ExchangeError, match=r"line 2, answer: has 20,00\d characters"):
        read_markdown(b"# T\n## Q\n" + b"*" * 20_001, "faq.md", ["en"])


PAGE = """\
    # Our FAQ
    Welcome.

    ## Getting there

    ### **Where** is [the mill](https://example.org/mill)?
    It is *by* the river,
    two steps from `Mill Street`:

    1. cross the road
    2. go down

    > Mind the step &amp; the __dog__.

    ```
    ## not a heading
    ```
    Similar questions:
    * how do I find
      the mill
    * way to the mill

    **Source:** [The bridge debate](https://example.org/bridge)

    ### What is this?
    Something else.
    """


def test_pages_of_other_people_lose_their_markup_and_keep_their_words() -> None:
    files = bridge()
    found = imported(read_markdown, to_markdown_faq, release_of(files), textwrap.dedent(PAGE))
    assert (found.added, found.changed) == (1, 1)
    assert found.notes == ("The text under “Our FAQ” is no answer (line 1); it is not read.",)
    topic = release_of(after(files, found.operations))
    about, mill = topic.faq
    assert about.answer == "Something else."
    assert topic.questions["en"]["about-this"] == ("what is this collection", "what can you do")
    assert mill.question == "Where is the mill?"
    assert mill.answer == (
        "It is by the river, two steps from Mill Street:\n\n1. cross the road\n2. go down\n\n"
        "Mind the step & the dog.\n\n## not a heading"
    )
    assert topic.questions["en"][mill.id] == ("how do I find the mill", "way to the mill")
    assert mill.sources == (SourceRef(source="gazette"),)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("Just text.\n", "begins with ##"),
        ("## Q\n\n## R\nanswer\n", "line 1, answer: is empty"),
        (
            f"# Page\n\n## Q\nA\n\n## {'[' * 20_000}\nanswer\n",
            "line 6, heading: has 20,003 characters",
        ),
        (f"# {' ' * 3_000}x\n\n## Q\nanswer\n", "line 1, heading: has 3,003 characters"),
        ("## Q\n<!-- id: Ä -->\nanswer\n", "lower-case"),
        ("## Q\n<!-- id: q; kin: faq -->\nanswer\n", "'kin'"),
        ("## Q\nanswer\n\nAlso asked (fr):\n- x\n", "fr is not a language"),
        ("## Q\nanswer\n\nSources: the town\n", "there is no source the town"),
        ("## Q\n<!-- id: q; basis: sure -->\nanswer\n", "sourced, inference, common"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_with_its_line(page: str, said: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        imported(read_markdown, to_markdown_faq, release_of(bridge()), page)
    assert said in caught.value.message


def test_brackets_without_an_end_are_text() -> None:
    # As many as fit: each of them was once looked through up to the end.
    many = "[" * 9_000
    page = f"## Is [this [a](https://example.org) link?\n```\n# {many}\n```\n\n{many}\n"
    [row] = read_markdown(page.encode(), "page", ["en"]).rows
    assert row.question == "Is [this a link?"
    assert row.answer == f"# {many}\n\n{many}"


def test_a_change_that_does_not_fit_names_the_row() -> None:
    files = bridge()
    # A term's name may stand on one term only, which the checker finds once all is together.
    data = "kind,question,answer,basis\nterm,Leat,A channel.,common\nfaq,Why?,Because.,\n"
    found = imported(read_csv, to_csv, release_of(files), data)
    with pytest.raises(ChangeError) as caught:
        after(files, found.operations)
    blamed = found.blame(caught.value)
    assert blamed.message.startswith("row 2: ")
    assert "mill-race" in blamed.message
