"""An answer is approved text of the release, word for word, and says what it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Block, Outcome, Question
from bot.advisor.facets import Facet
from bot.advisor.wording import CATALOGUE, say
from bot.knowledge.model import Argument, Kind
from bot.knowledge.names import display_name
from bot.knowledge.release import NAMES, Release

LANGUAGES = sorted(CATALOGUE)
CLAIMS = {"statement", "how", "why", "since", "objection", "reply", "counter", "fact", "definition"}
CARRIED = {"answer", "notice", "caution", "people", "source", "title", "bot"}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _strings(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)


def _approved(release: Release) -> set[str]:
    topic = release.topic
    texts = set()
    for part in (topic.proposals, topic.facts, topic.glossary, topic.faq, topic.boundaries):
        texts |= set(_strings(part))
    for entries in topic.translations.values():
        for fields in entries.values():
            texts |= {field.text for field in fields.values()}
    return texts


def _people(release: Release) -> set[str]:
    by = {name for proposal in release.topic.proposals for name in proposal.proposed_by}
    for entry in release.entries.values():
        by |= set(getattr(entry.item, "by", ()))
    translated = {
        entries[name]["name"].text
        for entries in release.topic.translations.values()
        for name in by & entries.keys()
        if "name" in entries[name]
    }
    beside = {
        field.text
        for entries in release.topic.translations.values()
        for field in entries.get(NAMES, {}).values()
    }
    return {display_name(release.topic, name) for name in by} | translated | beside


def _everything(advisor: Advisor) -> Iterator[Answer]:
    for entry in advisor.release.entries:
        for facet in Facet:
            for language in LANGUAGES:
                yield advisor.show(entry, facet, language)


def _is_own(block: Block) -> bool:
    return block.text in CATALOGUE[block.language].values()


def _check(answer: Answer, approved: set[str], people: set[str], titles: set[str]) -> None:
    assert answer.blocks
    for block in answer.blocks:
        assert block.text
        assert block.heading is None or block.heading in CATALOGUE[answer.language].values()
        assert set(block.by) <= people
        assert block.title is None or block.title in approved
        if block.role == "bot":
            assert _is_own(block)
        elif block.role == "people":
            assert _is_own(block) or set(block.text.split(", ")) <= {
                part for name in people for part in name.split(", ")
            }
        elif block.role == "source":
            (line,) = block.sources
            assert block.text == str(line)
            assert line.title in block.text
        else:
            assert block.text in approved
        assert block.role in CLAIMS | CARRIED
        if block.role in CLAIMS:
            grounded = bool(block.sources) or block.basis in {"common", "inference"}
            assert grounded or (block.role == "objection" and block.text in titles), block


@pytest.mark.parametrize("which", ["advisor", "bridge"])
def test_whatever_is_shown_is_approved_text_with_what_it_rests_on(
    request: pytest.FixtureRequest, which: str
) -> None:
    advisor: Advisor = request.getfixturevalue(which)
    release = advisor.release
    approved, people = _approved(release), _people(release)
    titles = {o.title for proposal in release.topic.proposals for o in proposal.objections}
    titles |= {
        entry["title"].text
        for entries in release.topic.translations.values()
        for entry in entries.values()
        if "title" in entry
    }
    for answer in _everything(advisor):
        _check(answer, approved, people, titles)


def test_every_source_that_an_entry_names_is_shown_with_it(advisor: Advisor) -> None:
    for entry in advisor.release.entries.values():
        named = {reference.source for reference in getattr(entry.item, "sources", ())}
        shown = {line.id for line in advisor.show(entry.id).sources}
        assert named <= shown
        listed = advisor.show(entry.id, Facet.SOURCES)
        if named:
            assert listed.facet is Facet.SOURCES
            assert named <= {line.id for line in listed.sources}


def test_sources_are_shown_as_the_release_has_them(advisor: Advisor) -> None:
    sources = advisor.release.topic.sources
    for entry in list(advisor.release.entries)[::5]:
        for line in advisor.show(entry).sources:
            source = sources[line.id]
            assert (line.title, line.publisher, line.date) == (
                source.title, source.publisher, source.date,
            )  # fmt: skip
            assert line.url in {source.url, source.read_url}
            assert line.seen == source.seen


def test_the_text_of_an_answer_holds_all_its_blocks(advisor: Advisor) -> None:
    for entry in list(advisor.release.entries)[::3]:
        for facet in (Facet.OVERVIEW, Facet.OBJECTIONS):
            answer = advisor.show(entry, facet)
            for block in answer.blocks:
                assert block.text in answer.text
                assert all(name in answer.text for name in block.by)


def test_a_translation_is_shown_where_there_is_one(bridge: Advisor) -> None:
    answer = bridge.show("new-bridge", language="ru")
    assert answer.title == "Построить пешеходный мост"
    assert answer.blocks[0].text == "Город должен построить пешеходный мост у мельницы."
    assert answer.blocks[0].language == "ru"
    assert [block.language for block in answer.blocks[1:-1]] == ["en", "en", "en"]
    assert (answer.blocks[-1].role, answer.blocks[-1].text) == ("bot", say("translated", "ru"))
    english = bridge.show("new-bridge", language="en")
    assert english.blocks[0].language == "en"
    assert "bot" not in [block.role for block in english.blocks]


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_the_whole_shipped_topic_is_translated_and_says_so(advisor: Advisor, language: str) -> None:
    for entry in advisor.release.entries.values():
        blocks = advisor.show(entry.id, language=language).blocks
        quoted = [block for block in blocks if block.role not in {"bot", "source", "people"}]
        assert {block.language for block in quoted} == {language}, entry.id
        said = [block.text for block in blocks if block.role == "bot"]
        assert said == ([] if entry.kind is Kind.BOUNDARY else [say("translated", language)])


def test_people_are_named_in_the_language_of_the_answer(advisor: Advisor) -> None:
    assert "Илья Сомин" in advisor.show("freeze-assets", Facet.PROPOSERS, "ru").text
    assert "Ілля Сомін" in advisor.show("freeze-assets", Facet.PROPOSERS, "uk").text
    # Also those that the glossary does not explain.
    for language, letters in (("ru", "А-Яа-яЁё"), ("uk", "А-ЩЬЮЯЄІЇҐа-щьюяєіїґ")):
        names = advisor.show("visa-ban.collective", language=language).blocks[0].by
        assert len(names) > 1
        assert all(re.search(f"[{letters}]", name) for name in names), names


def test_a_topic_speaks_of_itself_in_the_language_of_the_answer(advisor: Advisor) -> None:
    topic = advisor.release.topic
    for language in ("ru", "uk"):
        said = {topic.own(name, language) for name in ("title", "description", "notice")}
        assert not said & {topic.info.title, topic.info.description, topic.info.notice}
        weather = "какая погода в Рио" if language == "ru" else "яка погода в Ріо, підкажіть"
        answer = advisor.answer(Question(weather))
        assert answer.outcome is Outcome.OUT_OF_SCOPE
        assert topic.title_in(language) in answer.text
    assert topic.own("notice", "fi") == topic.info.notice


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_a_reply_without_a_title_is_offered_in_the_language_of_the_answer(
    advisor: Advisor, language: str
) -> None:
    untitled = [
        entry
        for entry in advisor.release.entries.values()
        if isinstance(entry.item, Argument) and not entry.item.title
    ]
    assert untitled
    for entry in untitled:
        assert re.search("[а-яіїє]", advisor.show(entry.id, language=language).title or "")


def test_evidence_of_an_argument_is_shown_with_what_it_is_evidence_of(bridge: Advisor) -> None:
    answer = bridge.show("new-bridge.cost", Facet.EVIDENCE)
    assert [block.role for block in answer.blocks] == ["objection", "source"]
    assert [b.role for b in bridge.show("new-bridge.cost", Facet.SOURCES).blocks] == ["source"]


def test_a_translation_of_an_older_text_is_not_shown(
    small_topic: Path, small_advisor: Callable[[], Advisor]
) -> None:
    file = small_topic / "translations/ru/new-bridge.yaml"
    before = "  statement: {text: Город должен построить пешеходный мост у мельницы.}"
    assert before in file.read_text()
    file.write_text(
        file.read_text().replace(
            before, before.replace("у мельницы.}", "у мельницы., of: 0123abcd}")
        )
    )
    answer = small_advisor().show("new-bridge", language="ru")
    statement = next(block for block in answer.blocks if block.role == "statement")
    assert statement.text == "The town should build a foot bridge beside the mill."
    assert statement.language == "en"


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_what_has_no_translation_says_so_once(bridge: Advisor, language: str) -> None:
    note = say("untranslated", language)
    for entry in ("new-bridge.cost", "bridge-cost", "mill-race", "about-this", "legal-advice"):
        texts = [block.text for block in bridge.show(entry, language=language).blocks]
        assert texts[0] == note
        assert texts.count(note) == 1
    english = bridge.show("new-bridge.cost", language="en")
    assert say("untranslated", "en") not in [block.text for block in english.blocks]


def test_a_partial_translation_needs_no_note(bridge: Advisor) -> None:
    blocks = bridge.show("new-bridge", language="ru").blocks
    assert say("untranslated", "ru") not in [block.text for block in blocks]


def test_names_and_sources_alone_need_no_translation(bridge: Advisor) -> None:
    for facet in (Facet.PROPOSERS, Facet.SOURCES):
        blocks = bridge.show("new-bridge", facet, "ru").blocks
        assert say("untranslated", "ru") not in [block.text for block in blocks]


@pytest.mark.parametrize(
    ("text", "language"), [("как мне сдаться в плен", "ru"), ("як мені здатися в полон", "uk")]
)
def test_shipped_notices_are_translated(advisor: Advisor, text: str, language: str) -> None:
    answer = advisor.answer(Question(text))
    assert answer.entry == "operational"
    (notice,) = answer.blocks
    assert notice.language == answer.language == language
    assert notice.text == advisor.release.topic.translations[language]["operational"]["notice"].text


def test_a_topic_may_be_written_in_another_language(
    small_topic: Path, small_advisor: Callable[[], Advisor]
) -> None:
    file = small_topic / "topic.yaml"
    file.write_text(file.read_text().replace("languages: [en, ru]", "languages: [ru, en]"))
    advisor = small_advisor()
    original = advisor.show("new-bridge.cost", language="ru")
    assert original.blocks[0].role == "objection"
    foreign = advisor.show("new-bridge.cost", language="en")
    assert foreign.blocks[0].text == say("untranslated", "en")
    assert replace(foreign.blocks[1], by=()) == replace(original.blocks[0], by=())
