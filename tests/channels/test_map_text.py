"""What stands in an argument map: any text, safely; its type; the text beside the picture."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.map_font import FILES, Face, drawable, regular, semibold
from bot.channels.map_layout import shortened
from bot.channels.map_svg import MAX_HEIGHT, layout_svg, pages, summary, text_alternative, to_png
from bot.knowledge.load import load
from bot.knowledge.model import Claim, Proposal, is_blank
from bot.knowledge.release import Topic, walk_arguments
from bot.settings import shipped_knowledge

from .pictures import (
    LANGUAGES,
    SVG,
    argument,
    box_of,
    check_harmless,
    check_margins,
    groups,
    height_of,
    parse,
    pixels,
    proposal_of,
    texts_of,
    topic_of,
    width_of,
)

SHIPPED = load(shipped_knowledge()).topic
everything = pytest.mark.parametrize("proposal", SHIPPED.proposals, ids=lambda item: item.id)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def bridge(small_topic: Path) -> Topic:
    """Return the small topic, whose Russian translation covers title and statement only."""
    return load(small_topic).topic


# What text may hold

HOSTILE = [
    "<script>alert(1)</script>",
    "]]></svg><!-- & \"quoted\" 'too' -->",
    "W" * 1500,
    "👩‍👩‍👧‍👦🇺🇦🎉 emoji",
    "مرحبا بالعالم שלום \u202eevil\u202c",
    "Z̸̢͓͝a̷͔͗l̵̰̇g̴̨̋o̵͚͐",
    "@everyone [x](https://evil.example) `code` **bold**",
    "𝓕𝓪𝓷𝓬𝔂 ﬁ ① Ⅷ",
    "\ufeff\u200b\u00adhidden",
]
seen = st.text(min_size=1, max_size=400).filter(lambda text: not is_blank(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_ever_text(text: str) -> None:
    title = text[:100]
    proposal = proposal_of(
        argument("p.o", text, title=title, by=(title,), replies=(argument("p.o.1", text),)),
        title=title, statement=text, proposed_by=(title,), rationale=(Claim(text=text),),
    )  # fmt: skip
    topic = topic_of(proposal)
    svg = layout_svg(topic, proposal)
    check_harmless(svg)
    check_margins(svg)
    for page in pages(topic, proposal):
        check_harmless(page)
        assert height_of(page) <= MAX_HEIGHT
    assert len(summary(topic, proposal)) <= 1024
    assert "\u202e" not in svg + text_alternative(topic, proposal)


@given(text=seen, title=seen.map(lambda text: text[:100]).filter(lambda text: not is_blank(text)))
@settings(max_examples=40)
@example("a\x00b\ufffe", "\ud7ff!")
def test_any_text_makes_a_valid_picture(text: str, title: str) -> None:
    proposal = proposal_of(argument("p.o", text, title=title, by=(title,)), statement=text)
    svg = layout_svg(topic_of(proposal), proposal)
    check_harmless(svg)
    for group in groups(svg):
        box = box_of(group)
        for kind, line in texts_of(group):
            right = box.left + float(line.get("x", "nan")) + width_of(kind, line)
            assert right <= box.right - 20


def test_what_the_font_lacks_is_shown_as_a_box() -> None:
    assert drawable("Hello 👋🏽 world") == "Hello □ world"
    assert drawable("שלום עולם") == "□"
    assert drawable("ﬁne №1, ½ ₴, за́мок") == "fine №1, ½ ₴, за́мок"
    assert (
        drawable("ґанок, єдність, їжак, індик – Ґ Є Ї І ʼ")
        == "ґанок, єдність, їжак, індик – Ґ Є Ї І ʼ"
    )


@given(seen)
@example("Ṹ")  # of letters that the font has only in parts
def test_drawable_text_has_only_letters_of_the_font(text: str) -> None:
    shown = drawable(text)
    assert all(sign in regular() and sign in semibold() for sign in shown)
    assert drawable(shown) == shown


words = st.lists(st.text("abcіїґЩW-/–—.", min_size=1, max_size=60), max_size=30).map(" ".join)


@given(words, st.integers(60, 600), st.booleans())
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int, even: bool) -> None:
    lines = regular().wrap(text, 24, width, is_even=even)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line and line == line.strip() for line in lines)
    assert all(regular().width(line, 24) <= width for line in lines)


@given(words, st.integers(60, 600))
def test_a_line_that_does_not_fit_ends_with_an_ellipsis(text: str, width: int) -> None:
    line = semibold().fit(text, 22, width)
    assert semibold().width(line, 22) <= width
    if line != text:
        assert line.endswith("…")
        assert text.startswith(line.removesuffix("…"))


def test_a_line_is_cut_between_words_where_that_keeps_half_of_it() -> None:
    width = regular().width("The Kremlin can simply pay mo", 22)
    assert regular().fit("The Kremlin can simply pay more", 22, width) == (
        "The Kremlin can simply pay…"
    )
    assert regular().fit("Supercalifragilistic", 22, regular().width("Superc…", 22)) == "Superc…"


@given(st.text("ab .,WЩ", max_size=300), st.integers(20, 200))
def test_shortening_keeps_a_beginning_of_fair_length(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= 1.1 * limit + 2
    if short != text:
        assert text.startswith(short.removesuffix("…").rstrip())
        assert short.endswith("…")
        assert len(text) > limit
        assert len(short) >= 0.3 * limit or not text[: limit // 2].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", "Short."),
        ("One whole sentence here. Another which is cut.", "One whole sentence here. …"),
        ("No. This goes on without an end for ever and ever", "No. This goes on without an end…"),
        ("Ціле речення тут є одне. Друге вже не вміщається сюди.", "Ціле речення тут є одне. …"),
        ("The U.S. Senate and the E.U. Council were both asked", "The U.S. Senate and the E.U…"),
        ("x" * 60, "x" * 34 + "…"),
    ],
)  # fmt: skip
def test_shortening_prefers_whole_sentences_then_words(text: str, expected: str) -> None:
    assert shortened(text, 35).replace("E.U.…", "E.U…") == expected


# The picture as pixels


@pytest.fixture(scope="module")
def first_page() -> str:
    """Return the first page of a shipped map."""
    return pages(SHIPPED, SHIPPED.proposals[1])[0]


def test_png_is_small_valid_and_always_the_same(first_page: str) -> None:
    png = to_png(first_page)
    assert png == to_png(first_page)
    assert struct.unpack_from(">II", png, 16) == (720, height_of(first_page))
    assert len(png) < 1_000_000


def test_png_scales(first_page: str) -> None:
    width, height = struct.unpack_from(">II", to_png(first_page, scale=2), 16)
    assert (width, height) == (1440, 2 * height_of(first_page))


def test_the_tallest_page_is_a_small_file() -> None:
    objections = tuple(
        argument(f"p.o{n}", "Many words in here. " * 8, title="T") for n in range(30)
    )
    proposal = proposal_of(*objections)
    page = pages(topic_of(proposal), proposal, height=MAX_HEIGHT)[0]
    assert height_of(page) > 3000
    assert len(to_png(page)) < 8_000_000


def test_no_font_of_the_system_is_used() -> None:
    def text(family: str) -> bytes:
        return to_png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40">'
            f'<text x="4" y="28" font-family="{family}" font-size="22">Щедрик 123</text></svg>'
        )

    assert text("Inter") == text("sans-serif")
    assert len({pixel for row in pixels(text("Inter")) for pixel in row}) > 2
    # Debian's machines have this family; here it must not be found.
    assert len({pixel for row in pixels(text("DejaVu Sans")) for pixel in row}) == 1


@pytest.mark.parametrize(("weight", "face"), [(400, regular), (600, semibold)])
@pytest.mark.parametrize(
    "text",
    ["HHHHHHHHHHHH", "WWWWWWWWWWWW", "її її україні", "Нижній Тагіл, ґрати", "a reader, 1,5"],
)
def test_measured_width_is_hardly_more_than_the_drawn_width(
    weight: int, face: Callable[[], Face], text: str
) -> None:
    width = face().width(text, 40)
    rows = pixels(
        to_png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="60" font-family="Inter">'
            f'<text x="10" y="42" font-size="40" font-weight="{weight}">{text}</text></svg>'
        )
    )
    inked = [at for row in rows for at, pixel in enumerate(row) if pixel[3]]
    room = width - (max(inked) - 10)
    assert -4 <= room < 0.03 * width + 7 * (text.count("ї") + 1)  # a mark may hang over


def test_the_font_comes_with_its_licence() -> None:
    folder = FILES[0].parent
    assert "SIL Open Font License" in (folder / "OFL.txt").read_text("utf-8")
    assert sum(path.stat().st_size for path in FILES) < 300_000


# The text beside the picture


@everything
@in_each_language
def test_text_alternative_is_complete_and_in_order(proposal: Proposal, language: str) -> None:
    told = text_alternative(SHIPPED, proposal, language)
    place = told.index(_shown(proposal.id, "statement", proposal.statement, language))
    for number, claim in enumerate(proposal.rationale):
        place = told.index(_shown(proposal.id, f"rationale.{number}", claim.text, language), place)
    for item, depth, _ in walk_arguments(proposal):
        place = told.index(_shown(item.id, "text", item.text, language), place)
        line = told[told.rindex("\n", 0, place) + 1 : place]
        assert line == " " * (4 * depth + 2)
        if item.title:
            assert _shown(item.id, "title", item.title, language) in told


def _shown(entry_id: str, name: str, original: str, language: str) -> str:
    return SHIPPED.translated(entry_id, name, original, language) or original


def test_text_alternative_reads_like_this(bridge: Topic) -> None:
    assert text_alternative(bridge, bridge.proposals[0]) == (
        "Proposal: Build a foot bridge\n"
        "Proposed by Ada Quill\n"
        "The town should build a foot bridge beside the mill.\n"
        "\n"
        "+ Reason: Children would no longer walk along the main road.\n"
        "\n"
        "− Objection 1: It is too expensive (Bo Miller)\n"
        "  The money is needed for the school roof.\n"
        "\n"
        "    ↳ Response 1.1 (Ada Quill)\n"
        "      A county grant covers most of it.\n"
        "\n"
        "        ↯ Counter 1.1.1\n"
        "          The grant must be repaid if the bridge closes.\n"
        "          [an inference, not found in a source in these words]\n"
        "\n"
        "− Objection 2: It disturbs the herons\n"
        "  Herons nest where the bridge would stand.\n"
        "  [commonly raised, no source found]\n"
        "\n"
        "    ↳ Response 2.1\n"
        "      Building could wait until autumn.\n"
    )


@everything
@in_each_language
def test_summary_fits_an_images_description(proposal: Proposal, language: str) -> None:
    told = summary(SHIPPED, proposal, language)
    assert len(told) <= 1024
    assert str(len(proposal.objections)) in told
    title = parse(layout_svg(SHIPPED, proposal, language=language)).find(f"{SVG}title")
    assert title is not None
    assert title.text == told


def test_summary_counts(bridge: Topic) -> None:
    assert summary(bridge, bridge.proposals[0]) == (
        "Argument map: Build a foot bridge. Reasons: 1, Objections: 2, Responses: 2, Counters: 1."
    )
