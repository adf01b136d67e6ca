"""Which side of an entry is asked for, in three languages, and what is shown for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Answer, Conversation, Outcome, Question
from bot.advisor.facets import Facet, and_about, asks_to_rank, find_cue, is_elliptical
from bot.advisor.wording import say

BARE = {
    Facet.OBJECTIONS: "and what do critics say?|main objections?|and against?|what's wrong with it|"
    "что говорят критики?|какие есть возражения?|а против?|що кажуть критики?|які заперечення?",
    Facet.REPLIES: "and what is the reply?|any rebuttals?|what do they say to that?|"
    "а что на это отвечают?|що на це відповідають?",
    Facet.PROPOSERS: "who said that?|who came up with it?|whose idea is this?|says who|"
    "кто это предложил?|чья это идея?|хто це вигадав?|чия це ідея?",
    Facet.HOW: "how would it work?|how?|how exactly would that be done|"
    "как это будет работать?|а как?|як це працюватиме?|як?",
    Facet.SINCE: "what has happened since?|what came of it?|was it ever adopted?|and then?|"
    "что из этого вышло?|чем все это кончилось?|що з цього вийшло?|чим це закінчилося?",
    Facet.EVIDENCE: "any evidence?|proof?|prove it|what facts are there|"
    "какие доказательства?|чем докажешь?|які докази?",
    Facet.SOURCES: "sources?|show me the sources please|where is that from?|"
    "источники?|откуда это?|где это почитать?|джерела?|звідки це?",
    Facet.WHY: "why?|but why?|what's the point of it?|why would anyone want that?|"
    "зачем?|в чём смысл?|чому?|який сенс?",
}
NAMING = [
    ("what do critics say about the foot bridge", Facet.OBJECTIONS),
    ("the strongest objections to a foot bridge", Facet.OBJECTIONS),
    ("who came up with the foot bridge", Facet.PROPOSERS),
    ("how would the foot bridge work", Facet.HOW),
    ("was the foot bridge ever implemented", Facet.SINCE),
    ("what has happened since with the foot bridge", Facet.SINCE),
    ("sources for the foot bridge", Facet.SOURCES),
    ("any evidence for the foot bridge", Facet.EVIDENCE),
    ("что говорят критики о пешеходном мосте", Facet.OBJECTIONS),
    ("кто предложил построить мост", Facet.PROPOSERS),
    ("как именно это будет работать: пешеходный мост", Facet.HOW),
    ("что вышло из пешеходного моста", Facet.SINCE),
    ("источники про пешеходный мост", Facet.SOURCES),
    ("какие доказательства за пешеходный мост", Facet.EVIDENCE),
    ("що кажуть критики про пішохідний міст", Facet.OBJECTIONS),
    ("хто запропонував пішохідний міст", Facet.PROPOSERS),
    ("як працюватиме пішохідний міст", Facet.HOW),
    ("що вийшло з пішохідним мостом", Facet.SINCE),
    ("джерела про пішохідний міст", Facet.SOURCES),
    ("whose brainchild is the foot bridge", Facet.PROPOSERS),
    ("пешеходный мост — кто предлагал?", Facet.PROPOSERS),
    ("кто вообще первый придумал пешеходный мост", Facet.PROPOSERS),
    ("чья была идея пешеходного моста", Facet.PROPOSERS),
    ("пішохідний міст — чия думка", Facet.PROPOSERS),
    ("whatever happened to the foot bridge", Facet.SINCE),
    ("чем там дело кончилось с пешеходным мостом", Facet.SINCE),
    ("чим воно закінчилося з пішохідним мостом", Facet.SINCE),
    ("what's said against the foot bridge", Facet.OBJECTIONS),
    ("у чому підступ: пішохідний міст", Facet.OBJECTIONS),
]


@pytest.mark.parametrize(
    ("facet", "text"), [(facet, text) for facet, texts in BARE.items() for text in texts.split("|")]
)
def test_a_facet_alone_is_recognised(facet: Facet, text: str) -> None:
    cue = find_cue(text)
    assert cue is not None
    assert (cue.facet, cue.residual) == (facet, "")
    assert cue.bare


@pytest.mark.parametrize(("text", "facet"), NAMING)
def test_what_a_facet_is_asked_of_remains(text: str, facet: Facet) -> None:
    cue = find_cue(text)
    assert cue is not None
    assert cue.facet is facet
    assert not cue.bare
    assert any(word in cue.residual for word in ("bridge", "мост", "міст"))


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("заборонити візи росіянам - які аргументи за і проти", "visa-ban"),
        ("аргументы за и против визового запрета", "visa-ban"),
        ("pros and cons of paying deserters", "cash-desertion"),
    ],
)
def test_whoever_asks_for_both_sides_gets_both(advisor: Advisor, text: str, entry: str) -> None:
    answer = advisor.answer(Question(text))
    assert (answer.entry, answer.facet) == (entry, Facet.OVERVIEW)
    assert {"why", "objection"} <= {block.role for block in answer.blocks}


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("how would freezing assets work", "freezing assets"),
        ("how does a visa ban function", "visa ban"),
        ("was the open door ever adopted", "open door"),
        ("has paying deserters come to anything", "paying deserters"),
    ],
)
def test_a_subject_inside_the_cue_is_not_lost(text: str, subject: str) -> None:
    cue = find_cue(text)
    assert cue is not None
    assert not cue.bare
    assert subject in cue.residual


@pytest.mark.parametrize(
    "text",
    [
        "pay deserters",
        "who is Scott Gilmore",
        "asylum",
        "сколько денег",
        "",
        "?",
        "кто подаёт заявление на убежище",
        "хто розглядає заяви",
        "кто отверг это предложение",
        "кто из них говорит по-русски",
        "Ukraine hits back",
        "did Congress vote on it in May",
    ],
)
def test_a_plain_question_names_no_facet(text: str) -> None:
    assert find_cue(text) is None


@pytest.mark.parametrize(
    "text",
    ["ok different thing, football clubs banned?", "но кстати, санкции", "а інше питання, візи?"],
)
def test_whoever_says_that_it_is_something_else_asks_nothing_of_before(text: str) -> None:
    assert and_about(text) is None


@given(st.text(st.characters(), max_size=80))
def test_any_text_is_read(text: str) -> None:
    find_cue(text)
    is_elliptical(text)
    asks_to_rank(text)


@pytest.mark.parametrize(("text", "facet"), NAMING)
def test_a_proposal_is_shown_from_the_side_that_is_asked_for(
    bridge: Advisor, text: str, facet: Facet
) -> None:
    answer = bridge.answer(Question(text))
    assert (answer.entry, answer.facet) == ("new-bridge", facet)
    assert answer.candidates[0].id == "new-bridge"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("what do they reply to the herons objection", "new-bridge.herons"),
        ("what is the answer to: it is too expensive", "new-bridge.cost"),
        ("что отвечают на то, что мост слишком дорогой", "new-bridge.cost"),
    ],
)
def test_replies_to_an_objection_are_found(bridge: Advisor, text: str, entry: str) -> None:
    answer = bridge.answer(Question(text))
    assert (answer.entry, answer.facet) == (entry, Facet.REPLIES)


@pytest.mark.parametrize(
    ("text", "entry", "facet"),
    [
        ("what do critics say about paying deserters", "cash-desertion", Facet.OBJECTIONS),
        ("who proposed paying soldiers to desert", "cash-desertion", Facet.PROPOSERS),
        ("how would paying soldiers to desert work", "cash-desertion", Facet.HOW),
        ("what happened since with paying soldiers to desert", "cash-desertion", Facet.SINCE),
        ("sources for paying soldiers to desert", "cash-desertion", Facet.SOURCES),
        ("evidence for paying soldiers to desert", "cash-desertion", Facet.EVIDENCE),
        ("what do critics say about seizing oligarchs yachts", "oligarch-seizure",
         Facet.OBJECTIONS),
        ("what do critics say about the visa ban", "visa-ban", Facet.OBJECTIONS),
        ("кто предложил платить солдатам", "cash-desertion", Facet.PROPOSERS),
        ("что говорят критики о визовом запрете", "visa-ban", Facet.OBJECTIONS),
        ("хто запропонував платити солдатам", "cash-desertion", Facet.PROPOSERS),
        ("що кажуть критики про візову заборону", "visa-ban", Facet.OBJECTIONS),
    ],
)  # fmt: skip
def test_the_shipped_topic_is_shown_from_the_side_that_is_asked_for(
    advisor: Advisor, text: str, entry: str, facet: Facet
) -> None:
    answer = advisor.answer(Question(text))
    assert (answer.entry, answer.facet) == (entry, facet)


@pytest.mark.parametrize(
    "text",
    [
        "what do critics say about lasagne",
        "criticism of NATO membership",
        "objections to the grain deal",
        "what do critics say about nuclear weapons",
    ],
)
def test_critics_of_something_else_are_not_answered(advisor: Advisor, text: str) -> None:
    """A proposal's own objections are no rivals of it, but that must not make it fit anything."""
    assert advisor.answer(Question(text)).outcome is not Outcome.ANSWERED
    inside = advisor.answer(Question(text, None, Conversation("cash-desertion")))
    assert inside.outcome is not Outcome.ANSWERED


def _shape(answer: Answer) -> list[tuple[str, str | None, int]]:
    return [(block.role, block.entry, block.depth) for block in answer.blocks]


TREE = [
    ("objection", "new-bridge.cost", 0),
    ("reply", "new-bridge.cost.1", 1),
    ("counter", "new-bridge.cost.c1", 2),
    ("objection", "new-bridge.herons", 0),
    ("reply", "new-bridge.herons.1", 1),
]


def test_an_overview_has_statement_reasons_and_objections_by_title(bridge: Advisor) -> None:
    answer = bridge.show("new-bridge")
    assert [(block.role, block.text) for block in answer.blocks] == [
        ("statement", "The town should build a foot bridge beside the mill."),
        ("why", "Children would no longer walk along the main road."),
        ("objection", "It is too expensive"),
        ("objection", "It disturbs the herons"),
    ]
    assert answer.blocks[0].by == ("Ada Quill",)


@pytest.mark.parametrize("facet", [Facet.OBJECTIONS, Facet.REPLIES])
def test_objections_come_with_replies_and_their_counters_below(
    bridge: Advisor, facet: Facet
) -> None:
    answer = bridge.show("new-bridge", facet)
    assert _shape(answer) == TREE
    assert answer.facet is facet
    assert {block.heading for block in answer.blocks} == {say(f"heading.{facet}", "en")}


def test_the_other_sides_of_a_proposal(bridge: Advisor) -> None:
    how = bridge.show("new-bridge", Facet.HOW)
    assert [block.text for block in how.blocks] == ["Volunteers and the council share the work."]
    why = bridge.show("new-bridge", Facet.WHY)
    assert [block.role for block in why.blocks] == ["why"]
    since = bridge.show("new-bridge", Facet.SINCE)
    assert [block.text for block in since.blocks] == ["The council asked for a survey."]
    who = bridge.show("new-bridge", Facet.PROPOSERS)
    assert [(block.role, block.text) for block in who.blocks] == [("people", "Ada Quill")]
    facts = bridge.show("new-bridge", Facet.EVIDENCE)
    assert [(block.role, block.as_of) for block in facts.blocks] == [
        ("fact", "2025-03"),
        ("caution", None),
    ]
    sources = bridge.show("new-bridge", Facet.SOURCES)
    assert [block.sources[0].where for block in sources.blocks] == ["p. 2", None]
    for shown in (how, why, since, who, facts, sources):
        assert shown.sources, "each rests on something"


def test_an_objection_is_shown_with_who_raises_it_its_replies_and_counters(
    bridge: Advisor,
) -> None:
    answer = bridge.show("new-bridge.cost")
    assert _shape(answer) == TREE[:3]
    assert answer.blocks[0].by == ("Bo Miller",)
    assert not any(block.highlighted for block in answer.blocks)
    said = bridge.show("new-bridge.cost", Facet.PROPOSERS)
    assert said.blocks[0].text == "Bo Miller"
    nobody = bridge.show("new-bridge.herons", Facet.PROPOSERS)
    assert nobody.blocks[0].text == say("proposers.none", "en")
    assert nobody.blocks[0].basis == "common"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("does the county give a grant", "new-bridge.cost.1"),
        ("what about the subsidy?", "new-bridge.cost.1"),
        ("do we have to pay the grant back", "new-bridge.cost.c1"),
        ("could they build after the nesting season", "new-bridge.herons.1"),
    ],
)
def test_a_reply_is_shown_with_its_objection_and_highlighted(
    bridge: Advisor, text: str, entry: str
) -> None:
    answer = bridge.answer(Question(text))
    assert answer.entry == entry
    root = TREE.index(("objection", entry.rsplit(".", 1)[0], 0))
    assert _shape(answer) == [part for part in TREE if str(part[1]).startswith(str(TREE[root][1]))]
    assert [block.entry for block in answer.blocks if block.highlighted] == [entry]


def test_every_shipped_reply_is_shown_under_its_objection(advisor: Advisor) -> None:
    entries = advisor.release.entries
    for entry in entries.values():
        if entry.kind not in {"response", "counter"}:
            continue
        blocks = advisor.show(entry.id).blocks
        blocks = tuple(block for block in blocks if block.role != "bot")
        assert blocks[0].role == "objection"
        assert [block.entry for block in blocks if block.highlighted] == [entry.id]
        path: dict[int, str | None] = {}
        for block in blocks:
            path[block.depth] = block.entry
            if block.depth:
                assert entries[block.entry or ""].parent == path[block.depth - 1]
            assert block.role == {"response": "reply"}.get(
                entries[block.entry or ""].kind, entries[block.entry or ""].kind
            )


def test_what_is_replied_to_a_reply(bridge: Advisor) -> None:
    answer = bridge.show("new-bridge.cost.1", Facet.REPLIES)
    assert _shape(answer) == [
        ("reply", "new-bridge.cost.1", 0),
        ("counter", "new-bridge.cost.c1", 1),
    ]
    assert answer.blocks[1].heading == say("heading.counters", "en")
    last = bridge.show("new-bridge.cost.c1", Facet.REPLIES)
    assert [block.role for block in last.blocks] == ["counter", "bot"]
    assert last.blocks[1].text == say("replies.none", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what is the strongest objection to the foot bridge", "en"),
        ("the most convincing arguments against the foot bridge", "en"),
        ("какое самое сильное возражение против пешеходного моста", "ru"),
        ("головні аргументи проти пішохідного мосту", "uk"),
    ],
)
def test_nothing_is_ranked_and_all_is_shown(bridge: Advisor, text: str, language: str) -> None:
    answer = bridge.answer(Question(text))
    assert (answer.entry, answer.facet) == ("new-bridge", Facet.OBJECTIONS)
    assert answer.blocks[0].text == say("no_ranking", language)
    assert [shape for shape in _shape(answer) if shape[0] != "bot"] == TREE


def test_the_best_argument_for_it_brings_both_sides(bridge: Advisor) -> None:
    answer = bridge.answer(Question("what is the best argument for the foot bridge"))
    assert answer.entry == "new-bridge"
    assert answer.blocks[0].text == say("no_ranking", "en")
    assert {"why", "objection"} <= {block.role for block in answer.blocks}


def test_the_shipped_topic_ranks_nothing(advisor: Advisor) -> None:
    answer = advisor.answer(
        Question("what is the strongest argument against paying soldiers to desert")
    )
    assert (answer.entry, answer.facet) == ("cash-desertion", Facet.OBJECTIONS)
    assert answer.blocks[0].text == say("no_ranking", "en")
    shown = [block.entry for block in answer.blocks if block.role == "objection"]
    proposal = next(p for p in advisor.release.topic.proposals if p.id == "cash-desertion")
    assert shown == [objection.id for objection in proposal.objections]


@pytest.mark.parametrize(
    ("entry", "facet"),
    [
        ("mill-race", Facet.OBJECTIONS),
        ("bridge-cost", Facet.HOW),
        ("bridge-cost", Facet.REPLIES),
        ("about-this", Facet.SOURCES),
        ("about-this", Facet.EVIDENCE),
        ("new-bridge.cost", Facet.HOW),
        ("new-bridge.herons", Facet.SOURCES),
        ("new-bridge.herons", Facet.EVIDENCE),
    ],
)
def test_where_nothing_is_recorded_the_overview_says_so(
    bridge: Advisor, entry: str, facet: Facet
) -> None:
    answer = bridge.show(entry, facet)
    overview = bridge.show(entry)
    assert answer.facet is Facet.OVERVIEW
    assert answer.blocks[0].text == say("facet.none", "en")
    assert answer.blocks[1:] == overview.blocks


@pytest.mark.parametrize("entry", ["mill-race", "bridge-cost"])
def test_a_fact_or_term_is_its_own_evidence(bridge: Advisor, entry: str) -> None:
    for facet in (Facet.EVIDENCE, Facet.PROPOSERS):
        assert bridge.show(entry, facet).blocks == bridge.show(entry).blocks
    assert [block.role for block in bridge.show(entry, Facet.SOURCES).blocks] == ["source"]


def test_a_side_that_a_proposal_lacks(
    small_topic: Path, small_advisor: Callable[[], Advisor]
) -> None:
    file = small_topic / "proposals/new-bridge.yaml"
    text = file.read_text().replace("proposed_by: [Ada Quill]\n", "", 1).replace(
        "since: {text: The council asked for a survey., sources: [{source: gazette}]}\n", ""
    ).replace("facts: [bridge-cost]\n", "")  # fmt: skip
    file.write_text(text)
    advisor = small_advisor()
    for facet in (Facet.SINCE, Facet.PROPOSERS, Facet.EVIDENCE):
        answer = advisor.show("new-bridge", facet)
        assert answer.facet is Facet.OVERVIEW
        assert answer.blocks[0].text == say("facet.none", "en")


def test_a_bare_sentence_on_how_rests_on_the_proposals_sources(
    small_topic: Path, small_advisor: Callable[[], Advisor]
) -> None:
    file = small_topic / "proposals/new-bridge.yaml"
    before = "how: {text: Volunteers and the council share the work., sources: [{source: gazette}]}"
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, "how: Volunteers share the work."))
    (block,) = small_advisor().show("new-bridge", Facet.HOW).blocks
    assert block.text == "Volunteers share the work."
    assert [(source.id, source.where) for source in block.sources] == [("gazette", "p. 2")]


def test_an_objection_without_reply_says_so(
    small_topic: Path, small_advisor: Callable[[], Advisor]
) -> None:
    file = small_topic / "proposals/new-bridge.yaml"
    text = file.read_text()
    file.write_text(text[: text.index("  replies:\n  - id: new-bridge.herons.1")])
    questions = small_topic / "questions/en/new-bridge.yaml"
    asked = questions.read_text()
    questions.write_text(asked[: asked.index("new-bridge.herons.1:")])
    advisor = small_advisor()
    for facet in (Facet.OVERVIEW, Facet.REPLIES):
        blocks = advisor.show("new-bridge.herons", facet, "ru").blocks
        assert say("replies.none", "ru") in [block.text for block in blocks]


@pytest.mark.parametrize(
    "text",
    [
        "and their families?", "but what about them", "and to him?", "а их семьи?", "а про них?",
        "а как насчет него?", "а эти люди?", "а їхні родини?", "а про їхнього сина?", "а для неї?",
    ],
)  # fmt: skip
def test_what_points_back_does_not_carry_the_side_to_something_else(text: str) -> None:
    assert and_about(text) is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("and about paying deserters?", "paying deserters"),
        ("and about IT workers?", "it workers"),
        ("and for those already abroad?", "those already abroad"),
        ("but what about soldiers that surrender?", "soldiers that surrender"),
        ("а про визы учёным?", "визы ученым"),
    ],
)
def test_a_matter_of_its_own_takes_the_side_along(text: str, subject: str) -> None:
    assert and_about(text) == subject
