"""The shipped topic holds all that it promises, sourced, in the canonical layout."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.knowledge.canonical import format_folder
from bot.knowledge.model import Fact, Kind
from bot.knowledge.release import Entry, Release
from bot.knowledge.words import normalise

BRIEF = Path(__file__).parents[3] / "shared" / "topic" / "brief.md"
COUNTS = {
    Kind.PROPOSAL: 14,
    Kind.OBJECTION: 65,
    Kind.RESPONSE: 112,
    Kind.COUNTER: 26,
    Kind.FACT: 55,
    Kind.TERM: 34,
    Kind.BOUNDARY: 8,
}
LEAST_PHRASINGS = {
    Kind.PROPOSAL: 10,
    Kind.OBJECTION: 10,
    Kind.RESPONSE: 4,
    Kind.COUNTER: 4,
    Kind.FACT: 4,
    Kind.TERM: 4,
    Kind.FAQ: 4,
    Kind.BOUNDARY: 15,
}
# Terms whose slugs are those of facts.
RENAMED = {
    "glos.kuzminov": "kuzminov-person",
    "glos.bondarev": "bondarev-person",
    "glos.get-lost": "get-lost-group",
}
KIND_OF_PREFIX = {
    "prop": Kind.PROPOSAL, "obj": Kind.OBJECTION, "resp": Kind.RESPONSE, "ctr": Kind.COUNTER,
    "fact": Kind.FACT, "glos": Kind.TERM, "bound": Kind.BOUNDARY,
}  # fmt: skip


@pytest.fixture(scope="module")
def brief() -> str:
    """Return the brief that the topic was written from."""
    if not BRIEF.is_file():
        pytest.skip(f"the brief is not shipped with the project: there is no {BRIEF}")
    return BRIEF.read_text(encoding="utf-8")


def id_of(slug: str) -> str:
    """Return the entry id of one of the brief's slugs."""
    prefix, _, rest = slug.partition(".")
    if prefix == "ctr":
        return re.sub(r"(\d+)$", r"c\1", rest)
    return RENAMED.get(slug, rest)


def defined(brief: str) -> list[tuple[str, str]]:
    """Return what the brief defines, in its order, as (slug, line)."""
    body = brief[brief.index("## (b) and (c)") :]
    pattern = r"^(?:#{3,4} |- |\| )((?:prop|obj|resp|ctr|fact|glos|bound)\.[\w.-]+) (?:—|\|).*$"
    return [(match[1], match[0]) for match in re.finditer(pattern, body, re.MULTILINE)]


def sources_of(entry: Entry) -> set[str]:
    """Return the ids of the sources that an entry names."""
    return {reference.source for reference in getattr(entry.item, "sources", ())}


def test_nothing_is_missing(shipped: Release) -> None:
    found = Counter(entry.kind for entry in shipped.entries.values())
    assert {kind: found[kind] for kind in COUNTS} == COUNTS
    assert found[Kind.FAQ] >= 12


def test_there_is_no_error_and_hardly_a_warning(shipped: Release) -> None:
    # It would not have loaded with an error.
    assert all(problem.severity == "warning" for problem in shipped.warnings)
    assert len(shipped.warnings) <= 5, [str(problem) for problem in shipped.warnings]


def test_every_slug_of_the_brief_is_an_entry_of_its_kind(shipped: Release, brief: str) -> None:
    slugs = [slug for slug, _ in defined(brief)]
    assert len(slugs) == len(set(slugs)) == sum(COUNTS.values())
    expected = {id_of(slug): KIND_OF_PREFIX[slug.partition(".")[0]] for slug in slugs}
    found = {entry.id: entry.kind for entry in shipped.entries.values()}
    assert {item: kind for item, kind in found.items() if kind is not Kind.FAQ} == expected


def test_every_argument_hangs_where_the_brief_puts_it(shipped: Release, brief: str) -> None:
    above = {"obj": "", "resp": "", "ctr": ""}
    for slug, _ in defined(brief):
        prefix = slug.partition(".")[0]
        if prefix in above:
            assert shipped.entries[id_of(slug)].parent == above[prefix], slug
        if prefix == "prop":
            above["obj"] = id_of(slug)
        elif prefix == "obj":
            above["resp"] = id_of(slug)
        elif prefix == "resp":
            # A counter-response stands under the response that it follows.
            above["ctr"] = id_of(slug)


def test_every_source_of_the_brief_that_is_cited_is_held(shipped: Release, brief: str) -> None:
    table = brief[brief.index("## (a) Sources") : brief.index("## (b) and (c)")]
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \| ", table, re.MULTILINE)) - {"id"}
    body = brief[brief.index("## (b) and (c)") :]
    cited = {name for name in listed if re.search(rf"(?<![\w-]){name}(?![\w-])", body)}
    assert len(cited) > 150
    assert cited <= set(shipped.topic.sources)
    for name in cited:
        assert shipped.topic.sources[name].url, name


def test_every_entry_names_the_sources_of_the_brief(shipped: Release, brief: str) -> None:
    patterns = {
        "resp": r"— \((.*?)\)", "ctr": r"— \((.*?)\)", "glos": r"\[([^\]]*)\] ?\.? \|$",
        "fact": r" \| ([^|]*) \| [^|]* \|$",
    }  # fmt: skip
    checked = 0
    for slug, line in defined(brief):
        pattern = patterns.get(slug.partition(".")[0])
        if pattern and (match := re.search(pattern, line)):
            named = set(re.findall(r"[\w-]+", match[1])) & set(shipped.topic.sources)
            assert named <= sources_of(shipped.entries[id_of(slug)]), slug
            checked += bool(named)
    assert checked > 200


@pytest.mark.parametrize("kind", list(LEAST_PHRASINGS))
def test_people_can_find_every_entry(kind: Kind, shipped: Release) -> None:
    for entry in shipped.entries.values():
        if entry.kind is kind:
            english = [
                text for language, text in shipped.topic.phrasings(entry.id) if language == "en"
            ]
            assert len({normalise(text) for text in english}) >= LEAST_PHRASINGS[kind], entry.id


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_every_boundary_speaks_every_language(language: str, shipped: Release) -> None:
    assert language in shipped.topic.info.languages
    for boundary in shipped.topic.boundaries:
        notice = (
            boundary.notice
            if language == "en"
            else shipped.topic.translated(boundary.id, "notice", boundary.notice, language)
        )
        assert notice, boundary.id
        assert bool(re.search("[а-яіїєґ]", notice)) == (language != "en"), boundary.id
        assert any(lang == language for lang, _ in shipped.topic.phrasings(boundary.id)), (
            boundary.id
        )


def test_a_person_in_danger_alerts_moderators(shipped: Release) -> None:
    assert any(item.id == "danger-now" and item.alert for item in shipped.topic.boundaries)


def test_no_objection_stands_without_a_reply(shipped: Release) -> None:
    parents = {entry.parent for entry in shipped.entries.values()}
    for entry in shipped.entries.values():
        if entry.kind in {Kind.PROPOSAL, Kind.OBJECTION}:
            assert entry.id in parents, entry.id


def test_doubtful_and_undated_figures_say_so(shipped: Release) -> None:
    doubtful = shipped.entries["450-times"].item
    assert isinstance(doubtful, Fact)
    assert doubtful.caution
    for fact in shipped.topic.facts:
        assert fact.as_of or fact.caution, fact.id


def test_all_files_are_in_the_canonical_layout(shipped: Release) -> None:
    results = format_folder(shipped.folder, check=True)
    assert len(results) > 60
    assert [result.name for result in results if result.changed] == []


def test_expectations_cover_what_is_asked_and_what_must_not_be_answered(shipped: Release) -> None:
    expectations = shipped.topic.expectations
    assert len(expectations) >= 150
    nothing = [expectation for expectation in expectations if not expectation.expect]
    assert len(nothing) >= 50
    assert all(expectation.scope for expectation in nothing)
    assert sum(expectation.scope == "near" for expectation in nothing) * 2 >= len(nothing)
    assert any(expectation.kind == "must" for expectation in expectations)
    expected = {item for expectation in expectations for item in expectation.expect}
    reached = {shipped.entries[item].kind for item in expected}
    assert reached == set(LEAST_PHRASINGS)
    assert {shipped.entries[item].proposal for item in expected} >= {
        proposal.id for proposal in shipped.topic.proposals
    }


def test_expectations_are_not_copied_from_the_phrasings(shipped: Release) -> None:
    phrasings = {
        normalise(text) for item in shipped.entries for _, text in shipped.topic.phrasings(item)
    }
    asked = [normalise(expectation.ask) for expectation in shipped.topic.expectations]
    # The plainest questions ("who is …") come to two people in the same words.
    assert sum(text in phrasings for text in asked) <= len(asked) * 0.03


def test_the_topic_sets_floors(shipped: Release) -> None:
    floors = shipped.topic.info.floors
    assert floors.top1 is not None
    assert floors.top1 >= 0.80
    assert floors.precision
    assert floors.out_of_scope_recall
