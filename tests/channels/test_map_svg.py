"""The argument map as a picture: complete, legible, within its cards and its limits."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.channels.map_layout import TEXT_LIMIT, shortened
from bot.channels.map_svg import MAX_HEIGHT, layout_svg, pages, text_alternative
from bot.knowledge.load import load
from bot.knowledge.model import Argument, Proposal, TranslatedField
from bot.knowledge.release import Topic, walk_arguments
from bot.settings import shipped_knowledge

from .pictures import (
    LANG,
    LANGUAGES,
    SVG,
    argument,
    box_of,
    check_margins,
    groups,
    height_of,
    ids_in,
    parse,
    proposal_of,
    texts_of,
    topic_of,
    width_of,
    words_of,
)

SMALLEST_TYPE = 22

SHIPPED = load(shipped_knowledge()).topic
everything = pytest.mark.parametrize("proposal", SHIPPED.proposals, ids=lambda item: item.id)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def bridge(small_topic: Path) -> Topic:
    """Return the small topic, whose Russian translation covers title and statement only."""
    return load(small_topic).topic


# What is in the picture


@everything
@in_each_language
def test_every_argument_is_there_once_and_in_order(proposal: Proposal, language: str) -> None:
    expected = [proposal.id, *(item.id for item, _, _ in walk_arguments(proposal))]
    assert ids_in(layout_svg(SHIPPED, proposal, language=language)) == expected
    paged = pages(SHIPPED, proposal, language=language)
    assert [name for page in paged for name in ids_in(page)] == expected
    for svg in paged:
        names = [element.get("id") for element in parse(svg).iter() if element.get("id")]
        assert len(names) == len(set(names))


@everything
def test_cards_show_title_text_and_who_says_it(proposal: Proposal) -> None:
    svg = layout_svg(SHIPPED, proposal)
    shown = {group.get("id"): words_of(group) for group in groups(svg)}
    for item, _, _ in walk_arguments(proposal):
        said = shown[f"map-{item.id}"]
        assert (item.title or "") in said
        assert shortened(item.text, TEXT_LIMIT) in said
        for name in item.by:
            term = next((term.name for term in SHIPPED.glossary if term.id == name), name)
            assert term in said
    assert proposal.title in shown[f"map-{proposal.id}"]
    assert proposal.statement in shown[f"map-{proposal.id}"]


def test_reasons_stand_beside_objections(bridge: Topic) -> None:
    [reasons] = [group for group in groups(layout_svg(bridge, bridge.proposals[0]))
                 if group.get("class") == "map-reason"]  # fmt: skip
    assert "Children would no longer walk along the main road." in words_of(reasons)


def test_a_long_text_is_shortened_and_its_card_keeps_the_whole(bridge: Topic) -> None:
    long = "First sentence of an objection. " + "It goes on and on, ever further. " * 20
    proposal = proposal_of(argument("p.o", long.strip(), title="Long"))
    [card] = [
        group for group in groups(layout_svg(bridge, proposal)) if group.get("id") == "map-p.o"
    ]
    assert "further. …" in words_of(card)
    assert len(words_of(card)) < 300
    title = card.find(f"{SVG}title")
    assert title is not None
    assert long.strip() in (title.text or "")
    assert "Texts that end in … are shortened." in words_of(parse(layout_svg(bridge, proposal)))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Proposal", "Objection 1", "Response 1.1", "Counter 1.1.1")),
        ("ru", ("Предложение", "Возражение 1", "Ответ 1.1", "Контрдовод 1.1.1")),
        ("uk", ("Пропозиція", "Заперечення 1", "Відповідь 1.1", "Контрдовід 1.1.1")),
        ("fr", ("Proposal", "Objection 1", "Response 1.1", "Counter 1.1.1")),
    ],
)
def test_word_sign_and_colour_each_tell_the_kinds_apart(
    bridge: Topic, language: str, words: tuple[str, ...]
) -> None:
    svg = layout_svg(bridge, bridge.proposals[0], language=language)
    for said in words:
        assert said in words_of(parse(svg))
    signs, colours = {}, {}
    for group in groups(svg)[1:]:
        kind = group.get("class", "")
        signs[kind] = next(
            path.get("d") for path in group.iter(f"{SVG}path") if path.get("class") == "map-sign"
        )
        colours[kind] = next(group.iter(f"{SVG}circle")).get("fill")
    assert len(signs) == len(set(signs.values())) == len(set(colours.values())) == 4


def test_translations_are_used_and_the_rest_says_its_language(bridge: Topic) -> None:
    svg = layout_svg(bridge, bridge.proposals[0], language="ru")
    root = parse(svg)
    assert "Построить пешеходный мост" in words_of(root)
    assert "Город должен построить пешеходный мост у мельницы." in words_of(root)
    assert root.get(LANG) == "ru"
    foreign = [text for text in root.iter(f"{SVG}text") if text.get(LANG) == "en"]
    assert "The money is needed for the school roof." in {
        "".join(text.itertext()) for text in foreign
    }
    assert "не переведена" not in words_of(root)


def test_a_map_without_any_translation_says_so(bridge: Topic) -> None:
    said = words_of(parse(layout_svg(bridge, bridge.proposals[0], language="uk")))
    assert "Цей запис поки не перекладено." in said


def test_a_translated_argument_shows_in_its_language() -> None:
    proposal = proposal_of(argument("p.o", "Too dear.", title="Cost"))
    translated = {"uk": {"p.o": {"text": TranslatedField(text="Надто дорого, їй-богу."),
                                 "title": TranslatedField(text="Ціна ґанку")}}}  # fmt: skip
    said = words_of(parse(layout_svg(topic_of(proposal, translations=translated), proposal,
                                     language="uk")))  # fmt: skip
    assert "Надто дорого, їй-богу." in said
    assert "Ціна ґанку" in said
    assert "Too dear." not in said


def test_withdrawn_arguments_are_left_out() -> None:
    gone = argument("p.o", "Secret.", title="Gone", status="withdrawn",
                    replies=(argument("p.o.1", "Below."),))  # fmt: skip
    proposal = proposal_of(gone, argument("p.q", "Open.", title="Stays"))
    topic = topic_of(proposal)
    for told in (layout_svg(topic, proposal), text_alternative(topic, proposal)):
        assert "Secret." not in told
        assert "Below." not in told
        assert "Open." in told


def test_what_is_missing_is_said() -> None:
    bare = proposal_of()
    assert "No objection is recorded here." in layout_svg(topic_of(bare), bare)
    lonely = proposal_of(argument("p.o", "Hm.", title="Alone"))
    assert "No reply is recorded here." in layout_svg(topic_of(lonely), lonely)


# How it is laid out


@everything
@in_each_language
def test_text_stays_within_its_card(proposal: Proposal, language: str) -> None:
    svg = layout_svg(SHIPPED, proposal, language=language)
    for group in groups(svg):
        box = box_of(group)
        for text, line in texts_of(group):
            right = box.left + float(line.get("x", "nan")) + width_of(text, line)
            assert right <= box.right - 20, line.text
            assert 0 < float(line.get("y", "nan")) < box.bottom - box.top - 15
    check_margins(svg)


@everything
@in_each_language
def test_cards_do_not_overlap_and_pages_keep_their_limits(
    proposal: Proposal, language: str
) -> None:
    paged = pages(SHIPPED, proposal, language=language)
    assert 1 <= len(paged) <= 10
    for svg in [*paged, layout_svg(SHIPPED, proposal, language=language)]:
        root = parse(svg)
        boxes = [box_of(group) for group in groups(svg)]
        assert root.get("width") == "720"
        assert root.get("viewBox") == f"0 0 720 {height_of(svg)}"
        assert all(above.bottom + 12 <= below.top for above, below in pairwise(boxes))
        assert all(0 < box.left < box.right < 720 for box in boxes)
        assert boxes[-1].bottom < height_of(svg)
    assert max(map(height_of, paged)) <= 1600


@everything
@pytest.mark.parametrize("dark", [True, False])
def test_type_is_large_and_stands_out(proposal: Proposal, dark: bool) -> None:
    for svg in pages(SHIPPED, proposal, dark=dark):
        root = parse(svg)
        page = next(root.iter(f"{SVG}rect")).get("fill", "")
        for text, _ in texts_of(root):
            assert float(text.get("font-size", "nan")) >= SMALLEST_TYPE
        for group in groups(svg):
            card = next(
                path for path in group.iter(f"{SVG}path") if path.get("class") == "map-card"
            )
            for text, _ in texts_of(group):
                assert contrast(text.get("fill", ""), card.get("fill", "")) >= 4.5
        for text in root.findall(f"{SVG}text"):
            assert contrast(text.get("fill", ""), page) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_replies_are_set_in_and_joined_to_what_they_answer(bridge: Topic) -> None:
    svg = layout_svg(bridge, bridge.proposals[0])
    boxes = {group.get("id"): box_of(group) for group in groups(svg)}
    cost, reply = boxes["map-new-bridge.cost"], boxes["map-new-bridge.cost.1"]
    counter = boxes["map-new-bridge.cost.c1"]
    assert boxes["map-new-bridge"].left < cost.left < reply.left < counter.left
    lines = [path.get("d", "") for path in parse(svg).iter(f"{SVG}path")
             if path.get("class") == "map-line"]  # fmt: skip
    for upper, lower in ((cost, reply), (reply, counter)):
        joints = [
            [float(number) for number in re.findall(r"[\d.]+", line)]
            for line in lines
            if line.endswith(f"H{lower.left:g}")
        ]
        [x] = [numbers[0] for numbers in joints if lower.top < numbers[-2] < lower.bottom]
        assert upper.left < x < lower.left
        assert any(line.startswith(f"M{x:g} {upper.bottom:g}V") for line in lines)


def test_pages_tell_where_they_are_and_what_they_go_on_with() -> None:
    replies = tuple(argument(f"p.o.{n}", "An answer. " * 15) for n in range(12))
    proposal = proposal_of(argument("p.o", "Why.", title="A question", replies=replies))
    paged = pages(topic_of(proposal), proposal)
    assert len(paged) > 1
    for number, svg in enumerate(paged, start=1):
        said = words_of(parse(svg))
        assert f"{number} / {len(paged)}" in said
        assert "Plan" in said
        if number > 1:
            assert "Objection 1 (continued): A question" in said


@everything
def test_an_objection_is_not_parted_from_its_first_response(proposal: Proposal) -> None:
    first = {item.replies[0].id: item.id for item in proposal.objections if item.replies}
    for svg in pages(SHIPPED, proposal):
        begins = ids_in(svg)[:1]
        assert not set(begins) & set(first)


def test_a_large_map_gets_taller_pages_before_more_of_them() -> None:
    objections = tuple(
        argument(f"p.o{n}", "Words and words. " * 12, title=f"Objection {n}",
                 replies=(argument(f"p.o{n}.1", "More words than that. " * 9),))
        for n in range(40)
    )  # fmt: skip
    proposal = proposal_of(*objections)
    topic = topic_of(proposal)
    freely = pages(topic, proposal, limit=1000)
    assert max(map(height_of, freely)) <= 1600
    few = pages(topic, proposal, limit=8)
    assert len(few) <= 8
    assert max(map(height_of, few)) <= MAX_HEIGHT
    for paged in (freely, few):
        assert len([name for page in paged for name in ids_in(page)]) == 81
        assert "Left out for room" not in "".join(paged)


def test_a_map_that_has_too_few_pages_says_how_much_is_missing() -> None:
    objections = tuple(
        argument(f"p.o{n}", "Words and words. " * 30, title=f"Objection {n}") for n in range(60)
    )
    proposal = proposal_of(*objections)
    for language, note in (
        ("en", "Left out for room: {}. The map as text has all."),
        ("ru", "Не поместилось: {}. В текстовой карте есть всё."),
        ("uk", "Не вмістилося: {}. У текстовій карті є все."),
    ):
        [page] = pages(topic_of(proposal), proposal, language=language, limit=1)
        assert 3500 < height_of(page) <= MAX_HEIGHT
        missing = 61 - len(ids_in(page))
        assert 0 < missing < 60
        assert note.format(missing) in words_of(parse(page))
        rows = {float(text.get("y", "nan")) for text in parse(page).findall(f"{SVG}text")}
        assert len(rows) == 2  # that texts are shortened stands above
        assert all(box_of(groups(page)[-1]).bottom < row < height_of(page) for row in rows)


def test_the_deepest_tree_keeps_its_cards_readable() -> None:
    chain: tuple[Argument, ...] = ()
    for level in range(30, 0, -1):
        chain = (argument(f"p.o.{level}", "Yes, but no. " * 5, replies=chain),)
    proposal = proposal_of(argument("p.o", "Start.", title="Deep", replies=chain))
    svg = layout_svg(topic_of(proposal), proposal)
    assert all(box_of(group).right - box_of(group).left > 380 for group in groups(svg))
    for group in groups(svg):
        for text, line in texts_of(group):
            left, box = float(line.get("x", "nan")), box_of(group)
            assert box.left + left + width_of(text, line) <= box.right - 20
