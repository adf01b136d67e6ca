"""The charts as pictures: complete, honest, legible, within their bounds, whatever the figures."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.chart_data import (
    OUTCOMES,
    DayCount,
    Figures,
    Mark,
    Proportion,
    Row,
    Total,
    bins,
    ticks,
    width_of_bins,
)
from bot.channels.chart_svg import (
    DESCRIPTION_LIMIT,
    description,
    insights_svg,
    precision_svg,
    questions_svg,
    rate_svg,
    rows_svg,
)
from bot.channels.chart_words import number, percent, span_name
from bot.channels.map_font import regular, semibold

from .pictures import LANGUAGES, SVG, parse, pixels, words_of

LAST = date(2026, 11, 28)
SMALLEST_TYPE = 20
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def figures(days: int = 7, **values: object) -> Figures:
    """Return a span that ends on a Saturday; ``counts`` are (answered, gap) of its last days."""
    counts: list[tuple[int, int]] = values.pop("counts", [])  # type: ignore[assignment]
    listed = [
        DayCount(LAST - timedelta(len(counts) - 1 - place), {"answered": good, "gap": bad})
        for place, (good, bad) in enumerate(counts)
    ]
    given_: dict[str, object] = {
        "title": "Bridges", "first": LAST - timedelta(days - 1), "last": LAST, "days": listed,
    }  # fmt: skip
    return Figures(**{**given_, **values})  # type: ignore[arg-type]


def placed(
    element: ET.Element, x: float = 0, y: float = 0
) -> Iterator[tuple[ET.Element, float, float]]:
    """Yield every element with how far it is moved."""
    moved = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    yield element, x, y
    for child in element:
        yield from placed(child, x, y)


def of_class(svg: str, name: str) -> list[ET.Element]:
    return [element for element in parse(svg).iter() if element.get("class") == f"chart-{name}"]


def heights(svg: str, kind: str) -> list[float]:
    """Return how high the parts of bars of a kind are, read from rectangles and round tops."""
    found = []
    for element in of_class(svg, kind):
        if element.tag == f"{SVG}rect" and element.get("width") != "14":  # not the key's
            found.append(float(element.get("height", "nan")))
        elif element.tag == f"{SVG}path":
            top = re.match(r"M\S+ \S+v(\S+?)a(\S+) ", element.get("d", ""))
            assert top is not None
            found.append(float(top[2]) - float(top[1]))
    return found


def check(svg: str) -> None:
    """Assert that a picture is well-formed and harmless, and that nothing leaves it."""
    root = parse(svg)
    width, height = float(root.get("width", "nan")), float(root.get("height", "nan"))
    assert width == 720
    assert 0 < height < 4000
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names))
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} == set(names)
    for element, x, y in placed(root):
        tag = element.tag.removeprefix(SVG)
        assert tag in {"svg", "title", "desc", "g", "rect", "path", "circle", "text"}
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in {"style", "href", "src"}
            assert "url(" not in value
            assert "nan" not in value
            assert "inf" not in value
        if tag == "rect":
            left, top = x + float(element.get("x", "")), y + float(element.get("y", ""))
            wide, high = float(element.get("width", "")), float(element.get("height", ""))
            assert wide >= 0
            assert high >= 0
            assert -0.01 <= left <= left + wide <= width + 0.01
            assert -0.01 <= top <= top + high <= height + 0.01
        elif tag == "text":
            size = float(element.get("font-size", "nan"))
            assert size >= SMALLEST_TYPE
            face = semibold() if element.get("font-weight") == "600" else regular()
            long = face.width(element.text or "", size)
            at = x + float(element.get("x", ""))
            left = at - {"end": long, "middle": long / 2}.get(element.get("text-anchor", ""), 0)
            assert -0.5 <= left <= left + long <= width + 0.5, element.text
            assert size / 2 < y + float(element.get("y", "")) < height
        elif tag == "circle":
            assert 0 <= x + float(element.get("cx", "")) <= width
            assert 0 <= y + float(element.get("cy", "")) <= height


words = st.text(max_size=150)
counts = st.integers(0, 10**9)
spans = st.integers(1, 1500)
pairs = st.builds(lambda n, m: Total(max(n, m), min(n, m)), counts, counts)


@st.composite
def any_figures(draw: st.DrawFn) -> Figures:
    span = draw(spans)
    places = draw(st.lists(st.integers(-3, span + 3), max_size=25, unique=True))
    names = st.one_of(st.sampled_from(OUTCOMES), words)
    share = draw(st.tuples(counts, counts))
    low, high = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    rows = st.lists(st.builds(Row, words, counts), max_size=6)
    return Figures(
        title=draw(words),
        first=LAST - timedelta(span - 1),
        last=LAST,
        days=[
            DayCount(LAST - timedelta(place), draw(st.dictionaries(names, counts, max_size=7)))
            for place in places
        ],
        marks=[
            Mark(LAST - timedelta(place), draw(words))
            for place in draw(st.lists(st.integers(-3, span + 3), max_size=12))
        ],
        precision=Proportion(min(share), max(share), low, high),
        picked=Proportion(min(share), max(share), low, high) if span % 2 else Proportion(),
        gaps=draw(rows),
        entries=draw(rows),
        waiting=draw(st.none() | counts),
        before=draw(st.none() | pairs),
    )


@given(any_figures(), st.sampled_from([*LANGUAGES, "de"]), st.booleans())
def test_any_figures_give_a_sound_picture(shown: Figures, language: str, dark: bool) -> None:
    check(insights_svg(shown, language=language, dark=dark))
    check(questions_svg(shown, language=language, dark=dark))
    check(rate_svg(shown, language=language, dark=dark))
    check(rows_svg(shown.gaps, "gaps", language=language, dark=dark))
    check(precision_svg(shown.precision, shown.picked, language=language, dark=dark))
    assert 0 < len(description(shown, language)) <= DESCRIPTION_LIMIT


# Questions


def test_bars_are_as_high_as_their_counts() -> None:
    svg = questions_svg(figures(counts=[(2, 0), (0, 0), (1, 3)]))
    one, two = heights(svg, "of-answered")
    [gaps] = heights(svg, "of-gap")
    assert one == pytest.approx(2 * two)
    assert gaps == pytest.approx(3 * two)
    shown = words_of(parse(svg))
    assert "Questions a day" in shown
    assert "Answered 3" in shown
    assert "Gap 3" in shown
    assert "Off topic" not in shown
    titles = [title.text for title in parse(svg).iter(f"{SVG}title")]
    assert "28 Nov 2026: Answered 1, Gap 3" in titles


def test_a_long_span_is_drawn_by_weeks_and_keeps_every_question() -> None:
    shown = figures(365, counts=[(1, 0)] * 365)
    assert "Questions a week" in words_of(parse(questions_svg(shown)))
    found = bins(shown.days, shown.first, shown.last)
    assert sum(bin_.total.questions for bin_ in found) == 365
    assert len(found) == 53
    assert (found[0].first, found[-1].last) == (shown.first, shown.last)
    assert found[0].last == found[0].first  # 365 days are 52 weeks and one


@given(spans)
def test_bins_cover_a_span_once(span: int) -> None:
    first = LAST - timedelta(span - 1)
    found = bins(
        [DayCount(first + timedelta(n), {"answered": 1}) for n in range(span)], first, LAST
    )
    assert sum(bin_.total.questions for bin_ in found) == span
    assert len(found) <= 92
    days = [bin_.first for bin_ in found] + [LAST + timedelta(1)]
    assert all(bin_.last + timedelta(1) == day for bin_, day in zip(found, days[1:], strict=True))
    assert days[0] == first


@given(counts)
def test_an_axis_is_round_and_hardly_higher_than_what_it_shows(highest: int) -> None:
    scale = ticks(highest)
    assert scale[0] == 0
    assert max(highest, 1) <= scale[-1] <= max(1, highest) * 2
    assert 2 <= len(scale) <= 5
    assert re.fullmatch("[125]0*", str(scale[1]))


@in_each_language
def test_no_questions_are_said_and_not_drawn(language: str) -> None:
    none = {"en": "No questions", "ru": "вопросов не было", "uk": "запитань не було"}[language]
    for svg in (
        questions_svg(figures(), language=language),
        rate_svg(figures(), language=language),
        insights_svg(figures(), language=language),
    ):
        check(svg)
        assert none in words_of(parse(svg))
        assert not of_class(svg, "grid")
    assert none in description(figures(), language)


# The answer rate


def test_days_without_questions_break_the_line_and_are_no_zero() -> None:
    svg = rate_svg(figures(counts=[(1, 1), (3, 1), (0, 0), (1, 0), (0, 1), (0, 0), (1, 1)]))
    assert len(of_class(svg, "line")) == 2
    levels = [float(dot.get("cy", "")) for dot in of_class(svg, "dot")]
    assert len(levels) == 5
    half, three_quarters, whole, none, last = levels
    assert whole < three_quarters < half < none
    assert (whole + none) / 2 == pytest.approx(half) == pytest.approx(last)
    assert "of the whole span: 60%" in words_of(parse(svg))


def test_publishes_are_marked_and_their_labels_never_collide() -> None:
    marks = [
        Mark(LAST - timedelta(20), "A term"),
        Mark(LAST - timedelta(6), "Ways of asking for the bridge that people use at night"),
        Mark(LAST - timedelta(6), "Undo"),
        Mark(LAST - timedelta(5), "A fact"),
        Mark(LAST - timedelta(4), "A reply"),
        Mark(LAST - timedelta(40), "before all that is shown"),
    ]
    svg = rate_svg(figures(30, counts=[(2, 1)] * 30, marks=marks))
    assert len(of_class(svg, "mark-tip")) == 4
    shown = words_of(parse(svg))
    assert "A term" in shown
    assert "+1" in shown
    assert "before all" not in svg
    # What has no room for a label still has it for who points at the mark.
    titles = [title.text for title in parse(svg).iter(f"{SVG}title")]
    assert "Ways of asking for the bridge that people use at night · Undo" in titles
    assert "A reply" in titles
    rows: dict[str, list[tuple[float, float]]] = {}
    for group in parse(svg).iter(f"{SVG}g"):
        for text in group.findall(f"{SVG}text"):
            if group.find(f"{SVG}path") is None:
                continue
            at, long = float(text.get("x", "")), regular().width(text.text or "", SMALLEST_TYPE)
            start = at - long if text.get("text-anchor") == "end" else at
            rows.setdefault(text.get("y", ""), []).append((start, start + long))
    assert rows
    for found in rows.values():
        found.sort()
        assert all(left[1] < right[0] for left, right in pairwise(found))


# Lists


def test_rows_are_as_long_as_their_values_and_zero_is_no_bar() -> None:
    svg = rows_svg([Row("Ferry", 100), Row("Toll", 50), Row("Nothing", 0)], "entries")
    ferry, toll = (float(bar.get("width", "")) for bar in of_class(svg, "bar-entries"))
    assert ferry == pytest.approx(2 * toll)
    assert len(of_class(svg, "track")) == 3


def test_a_long_label_takes_two_lines_and_keeps_the_whole() -> None:
    long = "Who would pay for the ferry while the bridge is shut " * 4
    svg = rows_svg([Row(long, 3)], "gaps")
    texts = [text.text or "" for text in parse(svg).iter(f"{SVG}text")]
    assert texts[2].endswith("…")
    assert len(texts) == 4
    assert any(long.strip() in (title.text or "") for title in parse(svg).iter(f"{SVG}title"))


def test_empty_lists_are_said() -> None:
    assert "Nothing is waiting." in words_of(parse(rows_svg([], "gaps")))
    assert "Nothing has been answered yet." in words_of(parse(rows_svg([], "entries")))


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "a & b", '"><rect/>', "\x00\u202e"])
def test_texts_are_escaped(label: str) -> None:
    svg = insights_svg(
        figures(counts=[(1, 1)], title=label, gaps=[Row(label, 1)], marks=[Mark(LAST, label)])
    )
    check(svg)
    assert "<script" not in svg


# Precision


def test_precision_shows_its_interval_and_how_many() -> None:
    svg = precision_svg(Proportion(41, 50, 0.692, 0.903), Proportion(1, 4, 0.05, 0.7))
    [band] = of_class(svg, "interval-random")
    [point] = of_class(svg, "point-random")
    start, wide = float(band.get("x", "")), float(band.get("width", ""))
    [track, _] = of_class(svg, "track")
    whole = float(track.get("width", ""))
    assert start == pytest.approx(0.692 * whole, abs=0.1)
    assert wide == pytest.approx((0.903 - 0.692) * whole, abs=0.1)
    assert start < float(point.get("cx", "")) < start + wide
    shown = words_of(parse(svg))
    assert "82%" in shown
    assert "41 of 50 · 95% interval 69% to 90%" in shown
    assert "Picked, as something seemed wrong" in shown


@in_each_language
def test_without_verdicts_there_is_no_figure(language: str) -> None:
    svg = precision_svg(Proportion(), Proportion(), language=language)
    assert not of_class(svg, "point-random")
    assert "%" not in words_of(parse(svg))
    said = {"en": "No verdicts yet", "ru": "Оценок пока нет", "uk": "Оцінок поки немає"}[language]
    assert said in words_of(parse(svg))
    assert said in description(figures(), language)


# The whole


def test_the_whole_picture_says_it_all_in_figures_and_in_words() -> None:
    shown = figures(
        counts=[(3, 1), (5, 1)], precision=Proportion(9, 10, 0.6, 0.98), waiting=4,
        before=Total(20, 8), gaps=[Row("Ferry", 3)], entries=[Row("Toll", 2)],
    )  # fmt: skip
    svg = insights_svg(shown)
    in_picture = words_of(parse(svg))
    for said in ("Bridges", "10", "80%", "before: 20", "before: 40%", "4", "Ferry", "Toll", "90%"):
        assert said in in_picture
    told = description(shown)
    assert "Questions: 10 (Answered 8, Gap 2)." in told
    assert "Answer rate: 80%." in told
    assert "90%, 9 of 10 · 95% interval 60% to 98%" in told
    assert "Ferry 3" in told
    assert "To review: 4." in told


def test_light_and_dark_differ_in_colours_alone() -> None:
    shown = figures(counts=[(3, 1), (5, 1)], marks=[Mark(LAST, "x")], gaps=[Row("Ferry", 3)])
    colours = r'(fill|stroke)="#[0-9a-f]{6}"'
    light, dark = (insights_svg(shown, dark=dark) for dark in (False, True))
    assert light != dark
    assert re.sub(colours, "", light) == re.sub(colours, "", dark)


@pytest.mark.parametrize("dark", [False, True])
def test_texts_stand_out_from_what_is_behind_them(dark: bool) -> None:
    svg = insights_svg(figures(counts=[(3, 1)], marks=[Mark(LAST, "x")]), dark=dark)
    [card, *_] = of_class(svg, "card")
    for text in parse(svg).iter(f"{SVG}text"):
        for ground in (card.get("fill", ""), of_class(svg, "page")[0].get("fill", "")):
            assert contrast(text.get("fill", ""), ground) >= 4.5


def test_drawn_it_has_the_colours_of_its_bars() -> None:
    from bot.channels.map_png import to_png  # noqa: PLC0415 - with the one test that draws

    svg = questions_svg(figures(1, counts=[(1, 1)]))
    seen = {pixel for row in pixels(to_png(svg)) for pixel in row}
    for kind in ("of-answered", "of-gap", "card", "page"):
        fill = of_class(svg, kind)[0].get("fill", "")
        assert (*bytes.fromhex(fill[1:]), 255) in seen


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [part / 255 for part in bytes.fromhex(colour[1:])]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dim, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dim + 0.05)


# Words and numbers


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0%"), (0.001, "<1%"), (0.005, "<1%"), (0.5, "50%"), (0.999, ">99%"), (1, "100%")],
)
def test_percents_never_claim_all_or_nothing(share: float, written: str) -> None:
    assert percent(share, "en") == written


def test_numbers_and_days_are_written_as_people_write_them() -> None:
    space = "\N{NO-BREAK SPACE}"
    assert number(12345, "en") == "12,345"
    assert number(12345, "uk") == f"12{space}345"
    assert percent(0.5, "ru") == f"50{space}%"
    first = date(2026, 11, 1)
    assert span_name(first, LAST, "en").replace(space, " ") == "1 Nov – 28 Nov 2026"
    old = replace(figures(), first=date(2025, 12, 30))
    assert span_name(old.first, LAST, "uk").replace(space, " ") == "30 груд. 2025 – 28 лист. 2026"
    assert span_name(LAST, LAST, "ru").replace(space, " ") == "28 ноя. 2026"
    assert width_of_bins(LAST, LAST) == 1
