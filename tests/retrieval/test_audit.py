"""What the audit tells editors: phrasings that coincide, entries nobody reaches, narrow spreads."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.load import load
from bot.retrieval.audit import near_identical, spreads, unreachable
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import Index, build

from .conftest import CountingEncoder


def _ask(folder: Path, language: str, phrasings: dict[str, list[str]]) -> None:
    file = folder / f"questions/{language}/facts.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{entry}:\n" + "".join(f"- {text}\n" for text in phrasings[entry]) for entry in phrasings
    ]
    file.write_text("".join(lines), encoding="utf-8")


def test_phrasings_that_say_the_same_are_named(small_topic: Path, encoder: OnnxEncoder) -> None:
    _ask(small_topic, "en", {"bridge-cost": [
        "how much will the bridge cost", "how much will that bridge cost", "is 90,000 the price",
    ]})  # fmt: skip
    (problem,) = near_identical(build(load(small_topic), encoder))
    assert problem.severity == "warning"
    assert problem.file == "questions/en"
    assert problem.field == "bridge-cost"
    assert "how much will the bridge cost" in problem.message
    assert "how much will that bridge cost" in problem.message


def test_aspects_of_one_entry_are_not_named(small_topic: Path, encoder: OnnxEncoder) -> None:
    assert near_identical(build(load(small_topic), encoder)) == []


def test_the_same_in_another_language_is_wanted(
    small_topic: Path, counting: CountingEncoder
) -> None:
    # The counting encoder sees no order of words, so these have one vector.
    _ask(small_topic, "en", {"bridge-cost": ["the price please"]})
    _ask(small_topic, "ru", {"bridge-cost": ["please the price"]})
    assert near_identical(build(load(small_topic), counting)) == []
    _ask(small_topic, "en", {"bridge-cost": ["the price please", "price the please"]})
    assert len(near_identical(build(load(small_topic), counting))) == 1


def test_the_same_on_two_entries_is_another_matter(
    small_topic: Path, counting: CountingEncoder
) -> None:
    _ask(small_topic, "en", {"bridge-cost": ["about the birds what"]})
    assert near_identical(build(load(small_topic), counting)) == []


def test_an_entry_without_phrasings_is_named(small_topic: Path, counting: CountingEncoder) -> None:
    (small_topic / "questions/en/facts.yaml").unlink()
    problems = unreachable(build(load(small_topic), counting))
    assert [(problem.field, problem.code) for problem in problems] == [
        ("bridge-cost", "no-phrasing")
    ]
    assert problems[0].file == "facts.yaml"


def test_an_entry_that_its_title_does_not_find_is_named(
    small_topic: Path, counting: CountingEncoder
) -> None:
    # Seven with one title: two of them cannot be among the five that it finds.
    extra = "".join(
        f"- id: cost-{n}\n  title: Estimated cost\n  statement: Estimate {n}.\n  basis: common\n"
        for n in range(6)
    )
    file = small_topic / "facts.yaml"
    file.write_text(file.read_text() + extra)
    names = ["bridge-cost", *(f"cost-{n}" for n in range(6))]
    _ask(small_topic, "en", {name: [f"how dear is {name}"] for name in names})
    problems = unreachable(build(load(small_topic), counting))
    assert [problem.code for problem in problems] == ["unreachable", "unreachable"]
    assert {problem.field for problem in problems} < set(names)
    assert all("finds" in problem.message for problem in problems)


def test_everything_in_the_small_topic_is_reached(small_topic: Path, encoder: OnnxEncoder) -> None:
    assert unreachable(build(load(small_topic), encoder)) == []


def test_spreads_start_with_the_narrowest(small_topic: Path, counting: CountingEncoder) -> None:
    extra = "- id: mill-age\n  title: Age\n  statement: It is old.\n  basis: common\n"
    file = small_topic / "facts.yaml"
    file.write_text(file.read_text() + extra)
    _ask(small_topic, "en", {
        "bridge-cost": ["the price please", "please the price"],
        "mill-age": ["when was that built", "how old"],
    })  # fmt: skip
    found = {spread.entry: spread for spread in spreads(build(load(small_topic), counting))}
    assert next(iter(found)) == "bridge-cost"
    assert found["bridge-cost"].spread == pytest.approx(0, abs=1e-3)
    assert found["mill-age"].spread > 0.5
    assert found["new-bridge.cost"].phrasings == 3
    assert "mill-race" not in found, "one phrasing has no spread"


def test_the_shipped_topic_says_each_entry_in_several_ways(shipped_index: Index) -> None:
    found = spreads(shipped_index)
    assert [spread.spread for spread in found] == sorted(spread.spread for spread in found)
    assert len(found) == len(shipped_index.release.entries)
    assert found[0].spread > 0.05
