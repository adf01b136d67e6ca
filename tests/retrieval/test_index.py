"""The index finds entries by their texts, and comes out of its cache as it went in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.retrieval.confidence import Confidence
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.head import MAX_TRAINED
from bot.retrieval.index import Index, build
from bot.retrieval.scoring import families
from tests.conftest import write_topic

from .conftest import CountingEncoder

QUESTIONS = [
    "who is going to pay for that bridge",
    "what about birds",
    "кто оплатит мост",
    "can I sue somebody",
    "onion soup",
]
ODD = {
    "emoji": "👍🏽🇺🇦👩‍👩‍👧‍👦",
    "emoji and words": "🤔 why pay 💰 deserters ???",
    "zalgo": "w̷̛̤̫h̸̢̛y̴ p̸͍̀a̷͕̋y̶͓̒ d̵e̷s̶e̷r̷t̷e̷r̷s" + "\u0301" * 500,
    "right-to-left override": "\u202eretresed yap\u202c why \u2066pay\u2069",
    "2,000 characters": "why pay deserters " * 111,
    "2,000 letters": "z" * 2_000,
    "SQL": "'; DROP TABLE query; -- \" OR 1=1 /*",
    "Markdown": "# **why** [pay](https://example.org) `deserters` ||spoiler|| <@123> @all\n> q",
    "control characters": "why\x00 pay\x1b[31m\x07 deserters\x7f",
    "zero width": "w\u200bh\u200cy\ufeff pay\u00ad deserters",
    "lone surrogate": "why pay \ud83d deserters",
    "private use": "\ue000\uf8ff why",
    "noncharacter": "\uffff\ufdd0",
    "other scripts": "为什么付钱给逃兵 لماذا ندفع للفارين",
    "template": "{} {0} %s ${x} {{why}}",
    "one letter": "a",
    "digits": "450 100000 300",
}


@pytest.fixture(scope="module")
def bridge(encoder: OnnxEncoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return the small topic's index, for tests that only read it."""
    return build(load(write_topic(tmp_path_factory.mktemp("topic") / "bridge")), encoder)


def test_every_phrasing_finds_its_entry_first(bridge: Index) -> None:
    for entry in bridge.release.entries:
        for language, phrasing in bridge.release.topic.phrasings(entry):
            match = bridge.search(phrasing)
            assert match.candidates[0].id == entry
            assert match.matched is not None
            assert (match.matched.text, match.matched.role) == (phrasing, "phrasing")
            assert match.matched.language == language
            assert match.parts["cosine"] == pytest.approx(1, abs=1e-3)
            assert match.parts["chars"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "entry", "role"),
    [
        ("Build a foot bridge", "new-bridge", "title"),
        ("Herons nest where the bridge would stand.", "new-bridge.herons", "text"),
        ("leat", "mill-race", "alias"),
        ("What is this?", "about-this", "title"),
        ("Whether somebody may sue the council.", "legal-advice", "text"),
        ("Estimated cost", "bridge-cost", "title"),
        ("Построить пешеходный мост", "new-bridge", "title"),
        ("Город должен построить пешеходный мост у мельницы.", "new-bridge", "text"),
        ("who proposed build a foot bridge", "new-bridge", "facet"),
        ("what is the answer to: it is too expensive", "new-bridge.cost", "facet"),
    ],
)
def test_an_entry_is_found_by_all_its_texts(
    bridge: Index, text: str, entry: str, role: str
) -> None:
    match = bridge.search(text)
    assert match.candidates[0].id == entry
    assert match.matched is not None
    assert match.matched.role == role


def test_what_stands_behind_the_first_candidates_can_be_told(bridge: Index) -> None:
    match = bridge.search("who is going to pay for that bridge")
    found = bridge.considered(match)
    assert len(found) == 3
    assert (found[0].id, found[0].likely) == ("new-bridge.cost", match.confidence)
    assert found[0].parts == match.parts
    # An argument that is shown with another one is not considered beside it.
    assert sum(one.id.startswith("new-bridge.cost") for one in bridge.considered(match, 9)) == 1
    assert all(0 <= one.likely <= 1 for one in found)
    assert bridge.considered(bridge.search("")) == ()


def test_an_entry_named_twice_counts_once(bridge: Index) -> None:
    match = bridge.search("who is going to pay for that bridge")
    for left_out in bridge.release.entries:
        ids = [entry for entry in bridge.release.entries if entry != left_out]
        assert bridge.confidence_in(match, [*ids, ids[0]]) == bridge.confidence_in(match, ids)


def test_what_is_wanted_of_answers_moves_their_threshold_and_no_match(
    small_topic: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    release, cache = load(small_topic), tmp_path / "cache"
    bold, careful = (
        build(release, encoder, cache=cache, precision=wanted) for wanted in (0.6, 0.99)
    )
    assert bold.confidence.answer < careful.confidence.answer
    for question in QUESTIONS:
        assert bold.search(question) == careful.search(question)
    shared = careful.sharing(release=release)
    assert (shared.precision, shared.confidence) == (0.99, careful.confidence)
    assert shared.search(QUESTIONS[0]) == careful.search(QUESTIONS[0])


def test_candidates_are_ranked_each_once(bridge: Index) -> None:
    for question in QUESTIONS:
        match = bridge.search(question, limit=6)
        scores = [candidate.score for candidate in match.candidates]
        ids = [candidate.id for candidate in match.candidates]
        assert len(ids) == len(set(ids)) == 6
        assert scores == sorted(scores, reverse=True)
        for candidate in match.candidates:
            assert candidate.kind is bridge.release.entries[candidate.id].kind
    assert len(bridge.search("bridge", limit=1000).candidates) == len(bridge.release.entries)


def test_a_boundary_is_reported_beside_the_candidates(bridge: Index) -> None:
    found = bridge.search("could I take the town to court?").boundary
    assert found is not None
    assert (found.id, found.kind) == ("legal-advice", Kind.BOUNDARY)
    assert bridge.search("who is going to pay for that bridge").boundary is None


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\ufeff", "\x00\x1f", "\u202e"])
def test_a_question_without_text_matches_nothing(bridge: Index, text: str) -> None:
    match = bridge.search(text)
    assert (match.candidates, match.confidence, match.matched) == ((), 0.0, None)
    assert match.boundary is None


def _is_sound(index: Index, text: str) -> bool:
    match = index.search(text)
    scores = [candidate.score for candidate in match.candidates]
    return (
        0 <= match.confidence <= 1
        and 0 <= match.topicality <= 1
        and scores == sorted(scores, reverse=True)
        and all(np.isfinite(value) for value in [*match.parts.values(), *scores])
    )


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_is_searched_without_trouble(shipped_index: Index, text: str) -> None:
    assert _is_sound(shipped_index, text)


@settings(max_examples=40)
@given(st.text(st.characters(), max_size=80))
def test_any_text_is_searched_without_trouble(bridge: Index, text: str) -> None:
    assert _is_sound(bridge, text)


def test_unseen_characters_change_nothing(shipped_index: Index) -> None:
    plain = shipped_index.search("why pay deserters")
    for odd in (
        "why\u200b pay deser\u00adters",
        "\u202ewhy pay  deserters\x07",
        "why\npay\tdeserters",
    ):
        assert shipped_index.search(odd) == plain


def test_only_named_entries_are_ranked_on_request(bridge: Index) -> None:
    named = ["new-bridge.herons", "bridge-cost", "not-an-entry"]
    found = bridge.score_of("what about the birds", named)
    assert [candidate.id for candidate in found] == ["new-bridge.herons", "bridge-cost"]
    assert bridge.score_of("", named) == []


def _same(one: Index, two: Index) -> bool:
    return one.confidence == two.confidence and all(
        one.search(question) == two.search(question) for question in QUESTIONS
    )


def test_an_index_from_the_cache_equals_a_new_one(
    small_topic: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    release = load(small_topic)
    first = build(release, encoder, cache=tmp_path / "cache")
    cached = build(release, encoder, cache=tmp_path / "cache")
    assert _same(first, build(release, encoder))
    assert _same(first, cached)
    assert np.array_equal(first.vectors, cached.vectors)


def test_the_shipped_index_survives_its_cache(
    shipped_index: Index, data_with_cache: Path, encoder: OnnxEncoder
) -> None:
    again = build(shipped_index.release, encoder, cache=data_with_cache / "cache")
    assert again.confidence == shipped_index.confidence != Confidence()
    for question in ("why pay deserters", "как мне сдаться в плен", "onion soup"):
        assert again.search(question) == shipped_index.search(question)


def test_a_changed_phrasing_encodes_only_itself(
    small_topic: Path, counting: CountingEncoder, tmp_path: Path
) -> None:
    build(load(small_topic), counting, cache=tmp_path / "cache")
    counting.taken()
    build(load(small_topic), counting, cache=tmp_path / "cache")
    assert counting.taken() == []
    file = small_topic / "questions/en/facts.yaml"
    file.write_text(file.read_text().replace("price of the bridge", "how dear is it"))
    index = build(load(small_topic), counting, cache=tmp_path / "cache")
    assert counting.taken() == ["how dear is it"]
    assert index.search("how dear is it").candidates[0].id == "bridge-cost"


def test_moved_texts_are_not_encoded_again(
    small_topic: Path, counting: CountingEncoder, tmp_path: Path
) -> None:
    build(load(small_topic), counting, cache=tmp_path / "cache")
    counting.taken()
    file = small_topic / "questions/en/facts.yaml"
    file.write_text("bridge-cost:\n- price of the bridge\n- how much does it cost\n")
    moved = build(load(small_topic), counting, cache=tmp_path / "cache")
    assert counting.taken() == []
    assert _same(moved, build(load(small_topic), counting))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def _scramble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def _swap(path: Path) -> None:
    np.savez(path, head_weights=np.zeros((2, 2), np.float32))


@pytest.mark.parametrize("damage", [_cut, _scramble, _swap, Path.unlink])
@pytest.mark.parametrize("files", ["index-*.npz", "vectors-*.npz", "*.npz"])
def test_a_damaged_cache_costs_only_time(
    small_topic: Path,
    counting: CountingEncoder,
    tmp_path: Path,
    files: str,
    damage: Callable[[Path], None],
) -> None:
    cache = tmp_path / "cache"
    release = load(small_topic)
    sound = build(release, counting, cache=cache)
    for file in cache.glob(files):
        damage(file)
    assert _same(build(release, counting, cache=cache), sound)
    counting.taken()
    assert _same(build(release, counting, cache=cache), sound)
    assert set(counting.taken()) <= set(QUESTIONS)


def test_a_cache_that_cannot_be_written_costs_only_time(
    small_topic: Path, counting: CountingEncoder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    index = build(load(small_topic), counting, cache=tmp_path / "file" / "cache")
    assert _same(index, build(load(small_topic), counting))


def test_old_caches_are_cleared_away(
    small_topic: Path, counting: CountingEncoder, tmp_path: Path
) -> None:
    file = small_topic / "questions/en/facts.yaml"
    for number in range(7):
        file.write_text(f"bridge-cost:\n- how much does it cost {number}\n")
        build(load(small_topic), counting, cache=tmp_path)
    assert len(list(tmp_path.glob("index-*.npz"))) < 7
    counting.taken()
    build(load(small_topic), counting, cache=tmp_path)
    assert counting.taken() == []


def test_what_is_withdrawn_is_not_found(small_topic: Path, counting: CountingEncoder) -> None:
    file = small_topic / "proposals/new-bridge.yaml"
    text = file.read_text()
    file.write_text(
        text.replace(
            "  title: It is too expensive", "  title: It is too expensive\n  status: withdrawn"
        )
    )
    index = build(load(small_topic), counting)
    found = [candidate.id for candidate in index.search("too expensive", limit=50).candidates]
    assert "new-bridge.herons" in found
    assert not [entry for entry in found if entry.startswith("new-bridge.cost")]


def test_a_topic_of_one_entry_without_phrasings_is_searched(
    tmp_path: Path, counting: CountingEncoder
) -> None:
    (tmp_path / "topic.yaml").write_text("title: Small\n")
    (tmp_path / "faq.yaml").write_text("- id: only\n  question: What is this?\n  answer: A test.\n")
    index = build(load(tmp_path), counting, cache=tmp_path / "cache")
    assert index.search("what is this?").candidates[0].id == "only"
    assert index.search("what is this?").boundary is None


def test_above_the_limit_of_the_head_entries_are_still_found(
    tmp_path: Path, counting: CountingEncoder
) -> None:
    (tmp_path / "topic.yaml").write_text("title: Large\n")
    facts = "".join(
        f"- id: f{n}\n  title: Number {n} of the {n % 7} dwarfs\n  statement: It is {n}.\n"
        "  basis: common\n"
        for n in range(MAX_TRAINED + 1)
    )
    (tmp_path / "facts.yaml").write_text(facts)
    index = build(load(tmp_path), counting)
    for number in (0, 999, MAX_TRAINED):
        found = index.search(f"number {number} of the {number % 7} dwarfs")
        assert found.candidates[0].id == f"f{number}"


def test_an_objection_with_all_that_answers_it_is_one_family(bridge: Index) -> None:
    entries = list(bridge.release.entries.values())
    family = dict(zip((entry.id for entry in entries), families(entries).tolist(), strict=True))
    cost = {family[name] for name in family if name.startswith("new-bridge.cost")}
    herons = {family[name] for name in family if name.startswith("new-bridge.herons")}
    assert len(cost) == len(herons) == 1
    assert len(set(family.values())) == len(family) - 3


Edited = tuple[Path, Callable[[Index], Index]]


@pytest.fixture
def edited(shipped_index: Index, data_with_cache: Path, tmp_path: Path) -> Edited:
    """Return a copy of the shipped topic, and what indexes it as it stands after another index."""
    folder, cache = tmp_path / "million-carrots", tmp_path / "cache"
    shutil.copytree(shipped_index.release.folder, folder)
    shutil.copytree(data_with_cache / "cache", cache)
    return folder, lambda previous: build(
        load(folder), shipped_index.encoder, cache=cache, previous=previous
    )


def _firsts(index: Index, asked: list[str]) -> list[str]:
    return [index.search(question).candidates[0].id for question in asked]


def _agreement(one: list[str], two: list[str]) -> float:
    return sum(a == b for a, b in zip(one, two, strict=True)) / len(one)


def test_new_entry_does_not_outbid_the_others_while_the_index_is_provisional(
    shipped_index: Index, edited: Edited
) -> None:
    folder, indexed = edited
    with (folder / "faq.yaml").open("a") as faq:
        faq.write("- id: unicorns\n  question: Were there unicorns?\n  answer: No.\n")
    with (folder / "questions/en/faq.yaml").open("a") as questions:
        questions.write("unicorns:\n- were there unicorns\n- did anybody see a unicorn\n")
    index = indexed(shipped_index)
    assert index.provisional
    assert index.search("were there any unicorns").candidates[0].id == "unicorns"
    asked = [each.ask for each in shipped_index.release.topic.expectations[::6]]
    first = _firsts(index, asked)
    assert "unicorns" not in first
    assert _agreement(_firsts(shipped_index, asked), first) >= 0.98


def test_new_phrasing_is_found_at_once_and_moves_nothing_else(
    shipped_index: Index, edited: Edited
) -> None:
    # Nothing in the words is near the entry, and another one answers them before.
    entry, words = "visa-ban", "pull up the ladder and be done with it"
    assert shipped_index.search(words).candidates[0].id != entry
    folder, indexed = edited
    (folder / "questions/en/more.yaml").write_text(f"{entry}:\n- {words}\n")
    index = indexed(shipped_index)
    assert index.provisional
    found = index.search(words)
    assert found.candidates[0].id == entry
    assert found.confidence >= index.confidence.answer
    asked = [each.ask for each in shipped_index.release.topic.expectations[::6]]
    assert _agreement(_firsts(shipped_index, asked), _firsts(index, asked)) >= 0.98


def test_whole_proposal_goes_and_comes_back_without_learning_the_others_anew(
    shipped_index: Index, edited: Edited, tmp_path: Path
) -> None:
    folder, indexed = edited
    file = folder / "proposals/open-door.yaml"
    whole = file.read_text()
    file.write_text(f"{whole}\nstatus: withdrawn\n")
    without = indexed(shipped_index)
    assert without.provisional
    gone = shipped_index.release.entries.keys() - without.release.entries.keys()
    assert len(gone) > 20
    assert len(shipped_index) - len(without) > 0.05 * len(shipped_index)
    asked = [each.ask for each in shipped_index.release.topic.expectations[::3]]
    before, after = _firsts(shipped_index, asked), _firsts(without, asked)
    kept = [(a, b) for a, b in zip(before, after, strict=True) if a not in gone]
    assert not gone.intersection(after)
    assert sum(a == b for a, b in kept) >= 0.97 * len(kept)

    file.write_text(whole)
    for cached in tmp_path.rglob("index-*"):
        cached.unlink()
    again = indexed(without)
    assert again.provisional
    assert _agreement(before, _firsts(again, asked)) >= 0.98


def test_what_differs_too_much_is_learned_whole(
    small_topic: Path, counting: CountingEncoder
) -> None:
    first = build(load(small_topic), counting)
    file = small_topic / "questions/en/new-bridge.yaml"
    file.write_text(file.read_text().replace("what about", "and what of"))
    second = build(load(small_topic), counting, previous=first)
    assert not second.provisional
    assert _same(second, build(load(small_topic), counting))
    other = CountingEncoder("another")
    assert not build(load(small_topic), other, previous=first).provisional
