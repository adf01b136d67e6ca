"""Texts as Discord shows them: nothing is markup that was not meant, nothing gets lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.advisor.answer import Answer, Block, Outcome, SourceLine
from bot.advisor.facets import Facet
from bot.channels.discord import text
from bot.channels.discord.custom_id import ButtonId, base36, read_id
from bot.channels.discord.words import say
from bot.knowledge.model import Kind

PIECES = [
    "*", "**", "_", "__", "~~", "`", "```", "|", "||", "<", ">", "[", "]", "(", ")", "#", "-#",
    "- ", "+ ", "1. ", "12) ", "> ", ">>> ", "\\", "\n", " ", "\t", "@everyone", "@here", "<@1234>",
    "<@&123456789012345678>", "<#123456789012345678>", "<t:1:R>", "<:a:123456789012345678>",
    "</ask:123456789012345678>", "https://example.org/a_b*c", "http://x.y", "[a](https://b.c)",
    "<https://a.b>", "word", "Слово", "\u202e", "\u2066", "\u200b", "e\u0301", "😀", "1", ".", "!",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)
_ADDRESS = re.compile(r"https?://[^\s<>]+")
_ADDED = re.compile("[ \u200b]")
_PUNCTUATION = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_BLOCK = re.compile(r"[ \t]*(?:#{1,3}\s|-#\s|-\s|\+\s|>|\d+[.)]\s)")


def shown(written: str) -> tuple[str, list[str]]:
    """Read text as Discord does, in one pass: what is seen, and the markup that would work."""
    seen, live, at, start = "", [], 0, True
    while at < len(written):
        if start and (block := _BLOCK.match(written, at)):
            live.append(block.group())
        start = False
        if address := _ADDRESS.match(written, at):
            seen, at = seen + address.group(), address.end()
            continue
        sign = written[at]
        if sign == "\\" and at + 1 < len(written) and written[at + 1] in _PUNCTUATION:
            seen, at = seen + written[at + 1], at + 2
            continue
        if sign in "*_~`|<[]" or written.startswith(("@everyone", "@here"), at):
            live.append(written[at : at + 9])
        seen, at, start = seen + sign, at + 1, sign == "\n"
    return seen, live


@settings(max_examples=600)
@given(HOSTILE)
@example("# a\n> b\n- c\n1. d\n-# e")
@example("\\*a*")
@example("||https://example.org/||x||")
@example("*https://example.org*")
@example("  - a\n\t# b\n 2. c")
def test_escaped_text_is_shown_as_it_stands(words: str) -> None:
    seen, live = shown(text.escape(words))

    assert live == []
    # An invisible sign may stand between, so that nothing looks like a mention or a list; and a
    # blank after an address, which would otherwise swallow the backslash that follows it.
    assert _ADDED.sub("", seen) == _ADDED.sub("", words)


def test_the_check_itself_sees_markup() -> None:
    for words in PIECES:
        if words.strip() in {"*", "**", "_", "__", "~~", "`", "```", "|", "||", "<", "[", "]"}:
            assert shown(words)[1], words
    for words in ("# a", "- a", "> a", "1. a", "-# a", "@everyone", "[a](https://b.c)", "a\n> b"):
        assert shown(words)[1], words


def test_addresses_stay_clickable() -> None:
    words = "see https://example.org/a_b?c=d_e#f, or https://example.org/~x_y"
    assert text.escape(words) == words


def bare(words: str) -> str:
    """Return text without what laying it out on pages may add or drop: blanks, quote signs."""
    return re.sub(r"[\s>]", "", words)


PARAGRAPH = st.builds(
    text.Paragraph,
    st.lists(st.text(alphabet="ab \n.\\*яё😀", min_size=1, max_size=60), max_size=8).map("".join),
    st.none() | st.sampled_from(["What is objected", "Sources"]),
    st.booleans(),
)


@settings(max_examples=300)
@given(st.lists(PARAGRAPH, max_size=8), st.integers(60, 200))
def test_pages_lose_nothing_and_keep_to_their_limit(
    parts: list[text.Paragraph], limit: int
) -> None:
    done = text.pages(parts, limit)

    assert all(len(page) <= limit for page in done)
    headings = {f"**{text.escape(p.heading)}**" for p in parts if p.heading}
    whole = "\n".join(done)
    for heading in headings:
        whole = whole.replace(heading, "")
    assert bare(whole) == bare("".join(part.text for part in parts))


@given(st.integers(1, 40), st.booleans())
def test_heading_is_repeated_where_its_paragraphs_go_on(count: int, quoted: bool) -> None:
    parts = [text.Paragraph(f"{n} " + "x" * 50, "Objections", quoted) for n in range(count)]
    done = text.pages(parts, 300)

    assert all(page.startswith("**Objections**\n") for page in done)
    assert all(page.count("Objections") == 1 for page in done)


@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("words", ["\\" * 5_000, "\\*" * 2_500, "x" * 9_000, "a " * 4_000])
def test_paragraph_longer_than_a_page_is_split(words: str, quoted: bool) -> None:
    done = text.pages([text.Paragraph(words, "Heading", quoted)], 1_000)

    assert all(len(page) <= 1_000 for page in done)
    assert len(done) < 20
    # An escape is never torn from what it escapes.
    for page in done:
        end = page[len(page.rstrip("\\")) :]
        assert len(end) % 2 == 0


def test_nothing_is_one_empty_page() -> None:
    assert text.pages([]) == [""]


# Long enough to be cut, in sentences, in one breath or as one word; signs that must be escaped.
WORDS = st.builds(
    lambda piece, size: (piece * (size // len(piece) + 1))[:size].strip() or "a",
    st.sampled_from(
        ["One more sentence. ", "no end in sight ", "word", "**__||", "Почему? ", "a_b "]
    ),
    st.integers(1, 1_500),
)
LINE = st.builds(
    SourceLine, st.sampled_from([f"s{n}" for n in range(9)]), st.just("A source"),
    where=st.none() | st.just("p. 2"),
)  # fmt: skip
BLOCK = st.builds(
    Block,
    st.sampled_from(["why", "objection", "reply", "counter", "fact", "how", "since", "caution"]),
    WORDS,
    heading=st.none() | st.sampled_from(["What is objected", "Why", "What is replied"]),
    by=st.lists(st.sampled_from(["Ada Quill", "Bo Miller", "x" * 40]), max_size=2).map(tuple),
    sources=st.lists(LINE, max_size=3).map(tuple),
    basis=st.none() | st.just("inference"),
    depth=st.integers(0, 3),
    title=st.none() | st.sampled_from(["A short one", "long title " * 9]),
)
ANSWER = st.builds(
    Answer,
    st.just(Outcome.ANSWERED),
    st.sampled_from(["en", "ru", "uk"]),
    st.just("0123456789ab"),
    st.just("bridge"),
    st.lists(BLOCK, min_size=1, max_size=30).map(tuple),
    entry=st.just("x"),
    kind=st.sampled_from([Kind.PROPOSAL, Kind.OBJECTION, Kind.FACT]),
    title=st.just("A title"),
    facet=st.sampled_from([Facet.OVERVIEW, Facet.OBJECTIONS, Facet.WHY]),
)


@settings(max_examples=200)
@given(ANSWER)
def test_short_answer_is_short_and_says_what_it_leaves_out(answer: Answer) -> None:
    short = text.short(answer)

    # What is read: the signs that keep text from being markup are not.
    assert len(shown(short)[0]) <= 760
    if answer.kind is Kind.PROPOSAL and answer.facet is Facet.OBJECTIONS:
        return  # a list of titles, which says how much is replied to each
    whole = bare(short)
    missing = [block for block in answer.blocks if bare(text.escape(block.text)) not in whole]
    also = say("also", answer.language, what="").strip()
    assert not missing or say("goes-on", answer.language) in short or also in short


ENTRY = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,59}", fullmatch=True)
MEANING = st.builds(
    ButtonId, st.sampled_from(["more", "page", "show", "forgetyes", "export", "delete"]),
    st.from_regex(r"[0-9a-f]{4}", fullmatch=True), st.just("") | ENTRY,
    st.sampled_from(["en", "ru", "uk"]), st.none() | st.integers(0, 2**64 - 1),
    st.sampled_from(list(Facet)), st.integers(0, 9_999), st.sampled_from(["", "a", "z"]),
)  # fmt: skip


@given(MEANING)
def test_button_ids_say_all_and_fit(meaning: ButtonId) -> None:
    assert len(str(meaning)) <= 100
    assert read_id(str(meaning)) == meaning


@given(st.text(max_size=120))
def test_foreign_ids_are_not_read(custom_id: str) -> None:
    assert read_id(custom_id) is None or custom_id.startswith("rj1:")


@given(st.integers(0, 2**64 - 1))
def test_base36_is_what_python_reads(number: int) -> None:
    assert int(base36(number), 36) == number
