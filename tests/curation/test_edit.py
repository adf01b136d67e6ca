"""Operations change what they mean and nothing else; what cannot be applied says why."""

from __future__ import annotations

from typing import Any

import pytest

from bot.curation.edit import ChangeError, apply, conflicts
from bot.knowledge.files import resolve_folder, snapshot
from bot.knowledge.parse import parse
from bot.settings import shipped_knowledge
from tests.curation.topics import bridge, change, diff, parsed, with_files

FLOOD = {
    "id": "new-bridge.flood",
    "text": "The river rose: twice.",
    "title": "It may flood",
    "sources": [{"where": "p. 3", "source": "gazette"}],
}


def add(kind: str, parent: str | None = None, **fields: object) -> dict[str, Any]:
    return {"op": "add", "kind": kind, "fields": fields} | ({"parent": parent} if parent else {})


def edit(entry_id: str, **settings: object) -> dict[str, Any]:
    """Return an edit; ``__`` in a name stands for a dot."""
    return {"op": "edit", "id": entry_id} | {
        "set": {name.replace("__", "."): value for name, value in settings.items()}
    }


def phrase(entry_id: str, text: str, language: str = "en", op: str = "add") -> dict[str, Any]:
    return {"op": f"{op}_phrasing", "entry": entry_id, "language": language, "text": text}


def refused(*operations: dict[str, Any]) -> str:
    files = bridge()
    before = dict(files.contents)
    with pytest.raises(ChangeError) as caught:
        apply(files, parsed(*operations))
    assert files.contents == before
    assert caught.value.hint
    return str(caught.value)


def test_an_objection_comes_with_phrasing_and_expectation_and_nothing_else_changes() -> None:
    files = bridge()
    edited = change(
        files,
        add("objection", "new-bridge", **FLOOD),
        add("response", "new-bridge.flood", id="new-bridge.flood.1", text="No.", basis="common"),
        phrase("new-bridge.flood", "а потоп?", "ru"),
        {"op": "add_expectation", "ask": "will it flood", "expect": ["new-bridge.flood"]},
    )
    assert diff(files, edited) == [
        "+- ask: will it flood",
        "+  expect: [new-bridge.flood]",
        "+  kind: measured",
        "+- id: new-bridge.flood",
        "+  title: It may flood",
        '+  text: "The river rose: twice."',
        "+  sources: [{source: gazette, where: p. 3}]",
        "+  replies:",
        "+  - id: new-bridge.flood.1",
        "+    text: No.",
        "+    basis: common",
        "+new-bridge.flood:",
        "+- а потоп?",
    ]
    assert edited.touched == (
        "expectations.yaml",
        "proposals/new-bridge.yaml",
        "questions/ru/new-bridge.yaml",
    )
    for name in set(files.contents) - set(edited.touched):
        assert edited.contents[name] is files.contents[name]


@pytest.mark.parametrize(
    ("operation", "name", "line"),
    [
        (add("fact", id="f", statement="Yes.", basis="common"), "facts.yaml", "- id: f"),
        (
            add("term", id="t", name="T", definition="D.", basis="common"),
            "glossary.yaml",
            "- id: t",
        ),
        (add("faq", id="q", question="Q?", answer="A."), "faq.yaml", "- id: q"),
        (add("boundary", id="b", title="B", notice="N."), "boundaries.yaml", "- id: b"),
        (add("source", id="s", title="S"), "sources.yaml", "- id: s"),
        (add("source", id="new-bridge", title="S"), "sources.yaml", "- id: new-bridge"),
        (
            add("proposal", id="ferry", title="A ferry", statement="Run one.", basis="common"),
            "proposals/ferry.yaml",
            "id: ferry",
        ),
    ],
)
def test_each_kind_is_added_at_the_end_of_its_file(
    operation: dict[str, Any], name: str, line: str
) -> None:
    files = bridge()
    edited = change(files, operation)
    assert edited.touched == (name,)
    lines = diff(files, edited)
    assert lines[0] == f"+{line}"
    assert all(text.startswith("+") for text in lines)


def test_list_files_are_begun_where_there_are_none() -> None:
    full = bridge()
    files = with_files(full, {name: full.contents[name] for name in ("topic.yaml", "sources.yaml")})
    edited = change(
        files,
        add("faq", id="q", question="Q?", answer="A."),
        phrase("q", "how so"),
        {"op": "add_expectation", "ask": "why so", "expect": ["q"], "kind": "must"},
    )
    assert edited.touched == ("expectations.yaml", "faq.yaml", "questions/en/faq.yaml")


def test_a_file_of_comments_alone_keeps_them_at_its_head() -> None:
    files = bridge(questions__ru__faq="# Ask Ada for more.\n")
    edited = change(files, phrase("about-this", "что это", "ru"))
    assert edited.contents["questions/ru/faq.yaml"].decode().splitlines()[1:] == [
        "# Ask Ada for more.", "", "about-this:", "- что это",
    ]  # fmt: skip
    back = change(
        with_files(files, edited.contents), phrase("about-this", "что это", "ru", "remove")
    )
    assert back.contents == files.contents


def test_a_field_is_set_and_only_its_lines_change() -> None:
    files = bridge()
    edited = change(files, edit("new-bridge.herons", title="Herons would leave", basis="inference"))
    assert diff(files, edited) == [
        "-  title: It disturbs the herons  # a title to discuss",
        "+  title: Herons would leave  # a title to discuss",
        "-  basis: common",
        "+  basis: inference",
    ]


def test_fields_inside_claims_are_set_appended_and_removed() -> None:
    files = bridge()
    edited = change(
        files,
        edit(
            "new-bridge",
            rationale__1={"text": "It is quicker.", "basis": "common"},
            how__text="Volunteers build it.",
            rationale__0__sources__0__where="p. 4",
            since=None,
            facts=["bridge-cost"],
        ),
    )
    assert diff(files, edited) == [
        "-  text: Volunteers and the council share the work.",
        "+  text: Volunteers build it.",
        "-  sources: [{source: gazette}]",
        "+  sources: [{source: gazette, where: p. 4}]",
        "+- text: It is quicker.",
        "+  basis: common",
        "-since:",
        "-  text: The council asked for a survey.",
        "-  sources: [{source: gazette}]",
    ]


def test_positions_are_those_before_the_edit() -> None:
    files = bridge()
    three = change(
        files,
        edit("new-bridge", rationale__1={"text": "B.", "basis": "common"}),
        edit("new-bridge", rationale__2={"text": "C.", "basis": "common"}),
    )
    edited = change(
        with_files(files, three.contents),
        edit("new-bridge", rationale__0=None, rationale__1=None, rationale__2__text="Changed."),
    )
    (proposal,) = parse(with_files(files, edited.contents)).topic.proposals
    assert [claim.text for claim in proposal.rationale] == ["Changed."]


def test_a_bare_how_stays_bare_or_becomes_a_claim() -> None:
    files = bridge()
    bare = with_files(files, change(files, edit("new-bridge", how="By hand.")).contents)
    again = change(bare, edit("new-bridge", how__text="By machine."))
    assert diff(bare, again) == ["-how: By hand.", "+how: By machine."]
    claim = change(bare, edit("new-bridge", how__sources=[{"source": "gazette"}]))
    assert diff(bare, claim) == [
        "-how: By hand.", "+how:", "+  text: By hand.", "+  sources: [{source: gazette}]",
    ]  # fmt: skip


def test_comments_inside_a_list_stay_with_the_items_that_stay() -> None:
    files = bridge()
    noted = with_files(
        files,
        {
            **files.contents,
            "glossary.yaml": files.contents["glossary.yaml"].replace(
                b"aliases: [leat]", b"aliases:\n  # in old maps\n  - leat\n  - lade"
            ),
        },
    )
    edited = change(noted, edit("mill-race", aliases=["goit", "leat"]))
    assert diff(noted, edited) == ["+  - goit", "-  - lade"]


def test_a_source_and_an_entry_of_the_same_id_are_told_apart() -> None:
    files = bridge()
    both = with_files(files, change(files, add("source", id="mill-race", title="S")).contents)
    with pytest.raises(ChangeError, match=r"is a term and a source. Say which with kind"):
        apply(both, parsed(edit("mill-race", title="T")))
    edited = change(both, {**edit("mill-race", title="T"), "kind": "source"})
    assert diff(both, edited) == ["-  title: S", "+  title: T"]
    change(both, phrase("mill-race", "the channel of the mill"))


def test_translations_follow_the_texts_that_they_translate() -> None:
    ru = (
        "new-bridge:\n  title: Мост\n  rationale.0: Дети\n  rationale.1: Быстрее\n"
        "new-bridge.herons.1:\n  text: Осенью\n"
    )
    base = bridge()
    two = change(base, edit("new-bridge", rationale__1={"text": "B.", "basis": "common"}))
    name = "translations/ru/new-bridge.yaml"
    files = bridge(
        translations__ru__bridge_ru=ru,
        **{
            "proposals__new-bridge": two.contents["proposals/new-bridge.yaml"].decode(),
            "translations__ru__new-bridge": "{}\n",
        },
    )
    edited = change(files, edit("new-bridge", rationale__0=None, title="Another"))
    topic = parse(with_files(files, edited.contents)).topic
    found = topic.translations["ru"]["new-bridge"]
    assert {field: text.text for field, text in found.items()} == {
        "title": "Мост", "rationale.0": "Быстрее",
    }  # fmt: skip
    assert edited.notes == (
        "The translation (ru) of new-bridge title is now old.",
        "The translation (ru) of new-bridge rationale.0 goes with it.",
    )
    assert name not in edited.touched


def test_a_phrasing_goes_where_the_entrys_others_stand() -> None:
    files = bridge(questions__en__zoo="mill-race:\n- the old leat\n")
    edited = change(files, phrase("bridge-cost", "is it dear"), phrase("mill-race", "what leat"))
    assert edited.touched == ("questions/en/facts.yaml", "questions/en/glossary.yaml")
    assert diff(files, edited) == ["+- is it dear", "+- what leat"]


def test_the_last_phrasing_takes_its_key_and_its_file_along_but_no_comment() -> None:
    files = bridge(questions__ru__faq="# Ask Ada.\n\n# first\nabout-this:\n- что это\n")
    edited = change(
        files,
        phrase("mill-race", "What is a mill-race?", op="remove"),
        phrase("about-this", "что это", "ru", "remove"),
    )
    assert "questions/en/glossary.yaml" not in edited.contents
    assert "questions/en/glossary.yaml" in edited.touched
    text = edited.contents["questions/ru/faq.yaml"].decode()
    assert "# Ask Ada." in text
    assert "# first" in text
    assert "about-this" not in text


def test_a_heading_above_a_removed_phrasing_stays() -> None:
    files = bridge()
    edited = change(files, phrase("new-bridge.herons", "what about the birds", op="remove"))
    assert diff(files, edited) == ["-- what about the birds"]


def test_a_withdrawal_says_what_goes_with_it_and_retires_its_expectations() -> None:
    files = bridge()
    edited = change(files, {"op": "withdraw", "id": "new-bridge.herons"})
    assert edited.notes == (
        "With new-bridge.herons go new-bridge.herons.1.",
        "The expectation “would the birds suffer” is retired with it.",
        "The expectation “and who said that” is retired with it.",
    )
    assert diff(files, edited) == [
        "-- ask: would the birds suffer",
        "-  expect: [new-bridge.herons]",
        "-- ask: and who said that",
        "-  expect: [new-bridge]",
        "-  context: new-bridge.herons",
        "+  status: withdrawn",
    ]
    assert "# about nature" in edited.contents["expectations.yaml"].decode()


def test_a_withdrawal_leaves_expectations_that_others_meet() -> None:
    files = bridge()
    edited = change(files, {"op": "withdraw", "id": "bridge-cost"})
    assert edited.notes == (
        "The expectation “how much does the bridge cost” is retired with it.",
        "The expectation “is it too dear” now expects new-bridge.cost.",
    )
    assert "  expect: [new-bridge.cost]  # either will do\n" in (
        edited.contents["expectations.yaml"].decode()
    )
    whole = change(files, {"op": "withdraw", "id": "new-bridge"})
    assert "The expectation “is it too dear” now expects bridge-cost." in whole.notes


def test_restore_brings_an_entry_back_and_says_what_still_hides_it() -> None:
    files = bridge()
    both = change(
        files,
        {"op": "withdraw", "id": "new-bridge.cost.1"},
        {"op": "withdraw", "id": "new-bridge.cost"},
    )
    hidden = with_files(files, both.contents)
    inner = change(hidden, {"op": "restore", "id": "new-bridge.cost.1"})
    assert "Test questions" in inner.notes[0]
    assert inner.notes[1:] == (
        "new-bridge.cost.1 stays out of answers as long as new-bridge.cost is withdrawn.",
    )
    assert diff(hidden, inner) == ["-    status: withdrawn"]
    with pytest.raises(ChangeError, match=r"hidden with new-bridge.cost. Restore new-bridge.cost."):
        apply(hidden, parsed({"op": "restore", "id": "new-bridge.cost.c1"}))


def test_a_move_takes_replies_and_comments_along_and_keeps_the_id() -> None:
    files = bridge()
    edited = change(files, {"op": "move", "id": "new-bridge.herons.1", "parent": "new-bridge.cost"})
    text = edited.contents["proposals/new-bridge.yaml"].decode()
    assert "  # the only reply so far\n  - id: new-bridge.herons.1\n" in text
    entries = parse(with_files(files, edited.contents)).topic.entries
    assert entries["new-bridge.herons.1"].parent == "new-bridge.cost"
    assert (
        text.count("replies:") == files.contents["proposals/new-bridge.yaml"].count(b"replies:") - 1
    )
    back = change(
        with_files(files, edited.contents),
        {"op": "move", "id": "new-bridge.herons.1", "parent": "new-bridge.herons"},
    )
    assert back.contents == files.contents


def test_a_move_changes_the_order_and_the_kind() -> None:
    files = bridge()
    first = change(
        files, {"op": "move", "id": "new-bridge.herons", "parent": "new-bridge", "at": 0}
    )
    (proposal,) = parse(with_files(files, first.contents)).topic.proposals
    assert [one.id for one in proposal.objections] == ["new-bridge.herons", "new-bridge.cost"]
    reply = change(files, {"op": "move", "id": "new-bridge.herons", "parent": "new-bridge.cost.1"})
    assert reply.notes == ("new-bridge.herons becomes a counter.",)


def test_expectations_are_retargeted_and_lose_what_cannot_hold() -> None:
    files = bridge()
    edited = change(
        files,
        {"op": "retarget_expectation", "ask": "best pizza recipe", "expect": ["about-this"]},
        {"op": "retarget_expectation", "ask": "is it too dear", "expect": ["bridge-cost"]},
    )
    assert diff(files, edited) == [
        "-  expect: [new-bridge.cost, bridge-cost]  # either will do",
        "+  expect: [bridge-cost]  # either will do",
        "-  expect: []",
        "-  outcome: [out_of_scope]",
        "-  scope: far",
        "+  expect: [about-this]",
    ]
    assert len(edited.notes) == 2


def test_an_expectation_has_all_its_fields_and_its_context_tells_it_apart() -> None:
    files = bridge()
    asked = {"op": "add_expectation", "ask": "and who said that", "expect": ["new-bridge.cost"]}
    edited = change(
        files,
        {**asked, "context": "new-bridge.cost", "outcome": ["answered", "clarify"]},
        {"op": "add_expectation", "ask": "how deep", "expect": [], "scope": "near", "kind": "must"},
    )
    assert diff(files, edited) == [
        "+- ask: and who said that",
        "+  expect: [new-bridge.cost]",
        "+  outcome: [answered, clarify]",
        "+  kind: measured",
        "+  context: new-bridge.cost",
        "+- ask: how deep",
        "+  expect: []",
        "+  kind: must",
        "+  scope: near",
    ]
    two = with_files(files, edited.contents)
    with pytest.raises(ChangeError, match=r"with context: new-bridge\.herons, new-bridge\.cost\."):
        apply(two, parsed({"op": "retire_expectation", "ask": "and who said that"}))
    one = change(
        two,
        {"op": "retire_expectation", "ask": "and who said that", "context": "new-bridge.herons"},
        {"op": "retarget_expectation", "ask": "and who said that", "expect": ["new-bridge"]},
    )
    assert diff(two, one) == [
        "-- ask: and who said that",
        "-  expect: [new-bridge]",
        "-  context: new-bridge.herons",
        "-  expect: [new-bridge.cost]",
        "+  expect: [new-bridge]",
    ]


def test_replies_nest_as_deep_as_a_file_can_hold_them() -> None:
    files = bridge()
    deeper = [
        add("counter", f"c{number}" if number else "new-bridge.cost.c1",
            id=f"c{number + 1}", text="No.", basis="common")
        for number in range(20)
    ]  # fmt: skip
    change(files, *deeper[:10])
    with pytest.raises(
        ChangeError, match=r"new-bridge\.yaml cannot be written: nested more than 32"
    ):
        apply(files, parsed(*deeper))


def test_an_error_between_operations_names_none_of_them() -> None:
    told = refused(
        edit("new-bridge", facts=["x"]), add("term", id="t", name="Leat", definition="D.")
    )
    assert told.startswith("the topic would not load: glossary.yaml: [1]")
    assert "proposals/new-bridge.yaml: facts[0]: there is no fact x" in told


def test_a_retired_expectation_leaves_the_headings() -> None:
    files = bridge()
    ops = [
        {"op": "retire_expectation", "ask": "how much does the bridge cost"},
        {"op": "retire_expectation", "ask": "best pizza recipe"},
    ]
    edited = change(files, *ops)
    text = edited.contents["expectations.yaml"].decode()
    for comment in ("# Written without", "# about money", "# about nature", "# the end"):
        assert comment in text
    assert "pizza" not in text


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        ([{"op": "withdraw", "id": "new-bridge.cots"}], "Did you mean new-bridge.cost?"),
        ([edit("nobody", title="x")], "Operation 1: there is no entry nobody"),
        ([{**edit("gazette", title="x"), "kind": "fact"}], "gazette is a source, not a fact"),
        ([add("fact", id="mill-race", statement="x", basis="common")], "is taken by the term in"),
        ([add("source", id="gazette", title="x")], "is taken by the source in sources.yaml"),
        (
            [
                {"op": "withdraw", "id": "bridge-cost"},
                add("fact", id="bridge-cost", statement="x", basis="common"),
            ],
            "Operation 2: the id bridge-cost is taken by the fact in facts.yaml, which is w",
        ),
        ([add("objection", "new-bridge.cost", **FLOOD)], "stands under a proposal, and new-bridge"),
        ([add("response", "new-bridge", **FLOOD)], "a response answers an objection"),
        ([add("counter", "bridge-cost", **FLOOD)], "and bridge-cost is a fact"),
        (
            [
                {"op": "withdraw", "id": "new-bridge.cost"},
                add("counter", "new-bridge.cost.1", **FLOOD),
            ],
            "new-bridge.cost.1 is withdrawn with new-bridge.cost. Restore new-bridge.cost first",
        ),
        ([phrase("new-bridge", "What about the BIRDS?!")], "stands on new-bridge.herons already"),
        ([phrase("new-bridge", "что", "ru"), phrase("mill-race", "Что")], "Operation 2: the phr"),
        ([phrase("mill-race", "what is a mill-race")], "mill-race has the phrasing"),
        ([phrase("gazette", "x")], "gazette is a source"),
        (
            [phrase("mill-race", "wat", "de")],
            "de is not a language of this topic, which has en, ru",
        ),
        ([phrase("mill-race", "price of the bridge", op="remove")], "it stands on bridge-cost"),
        ([phrase("mill-race", "nothing", op="remove")], "has no phrasing (en) “nothing”."),
        ([edit("new-bridge", title="Build a foot bridge")], "has these values already"),
        ([edit("new-bridge", basis=None)], "basis is not there, so there is nothing to remove"),
        ([edit("new-bridge", title=None)], "would not be valid: title: is missing"),
        ([edit("new-bridge", titel="x")], "unknown key 'titel'; did you mean 'title'"),
        ([edit("new-bridge", title__text="x")], "title.text is one text; set it whole"),
        ([edit("new-bridge", rationale__2__text="x")], "rationale.2.text has only 1; 1 appends"),
        ([edit("new-bridge", rationale__text="x")], "is a list; name a position from 0"),
        ([edit("mill-race", basis="sourced", sources=None)], "basis says sourced, but no sources"),
        ([edit("mill-race", sources=[{"source": "gazete"}])], "did you mean gazette?"),
        ([edit("new-bridge", facts=["x"])], "there is no fact x"),
        ([{"op": "move", "id": "bridge-cost", "parent": "new-bridge"}], "only arguments move"),
        ([{"op": "move", "id": "new-bridge.cost", "parent": "mill-race"}], "which is a term"),
        (
            [{"op": "move", "id": "new-bridge.cost", "parent": "new-bridge.cost.c1"}],
            "new-bridge.cost.c1 is new-bridge.cost or hangs under it",
        ),
        (
            [{"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge"}],
            "an objection needs a title",
        ),
        (
            [{"op": "move", "id": "new-bridge.herons", "parent": "new-bridge"}],
            "stands there already",
        ),
        (
            [{"op": "move", "id": "new-bridge.herons", "parent": "new-bridge", "at": 2}],
            "a position from 0 to 1",
        ),
        ([{"op": "restore", "id": "new-bridge"}], "is not withdrawn"),
        ([{"op": "withdraw", "id": "mill-race"}] * 2, "Operation 2: mill-race is withdrawn alr"),
        ([{"op": "withdraw", "id": "gazette"}], "a source can only be added and edited"),
        ([{"op": "retire_expectation", "ask": "is it"}], "there is no expectation for “is it”"),
        (
            [{"op": "add_expectation", "ask": "would the birds  suffer", "expect": []}],
            "there is an expectation for “would the birds suffer” already",
        ),
        (
            [
                {"op": "withdraw", "id": "mill-race"},
                {"op": "add_expectation", "ask": "a mill?", "expect": ["mill-race"]},
            ],
            "Operation 2: mill-race is withdrawn",
        ),
        (
            [{"op": "retarget_expectation", "ask": "is it too dear", "expect": ["nothing"]}],
            "there is no entry nothing",
        ),
    ],
)
def test_what_cannot_be_applied_says_why_and_what_to_do(
    operations: list[dict[str, Any]], said: str
) -> None:
    assert said in refused(*operations)


def test_errors_that_were_there_before_are_told_apart() -> None:
    files = bridge(glossary="- id: a\n  name: A\n  definition: D\n")
    with pytest.raises(ChangeError, match=r"has errors already: glossary.yaml: \[0\]"):
        apply(files, parsed(edit("about-this", answer="x")))


def test_an_unreadable_file_is_named() -> None:
    files = with_files(bridge(), {**bridge().contents, "facts.yaml": b"- id: [\n"})
    with pytest.raises(ChangeError, match=r"facts\.yaml cannot be read"):
        apply(files, parsed(edit("about-this", answer="x")))


def test_a_change_that_leads_back_touches_nothing() -> None:
    files = bridge()
    edited = apply(files, parsed(phrase("new-bridge", "x"), phrase("new-bridge", "x", op="remove")))
    assert edited.touched == ()
    assert edited.contents == files.contents


def test_the_shipped_topic_is_edited_line_by_line() -> None:
    files = snapshot(resolve_folder(shipped_knowledge()))
    edited = change(
        files,
        edit("asylum-soldiers", rationale__2__basis="inference"),
        phrase("asylum-soldiers.family", "кого накажут дома", "ru"),
        {"op": "withdraw", "id": "sports-banner"},
    )
    assert diff(files, edited)[-3:] == [
        "+  basis: inference",
        "+status: withdrawn",
        "+- кого накажут дома",
    ]
    lines = diff(files, edited)
    retired = [note for note in edited.notes if note.endswith("is retired with it.")]
    assert retired
    assert len([line for line in lines if line.startswith("-- ask: ")]) == len(retired)
    assert not [line for line in lines if line.startswith(("-#", "+#"))]
    assert edited.touched == (
        "expectations.yaml",
        "proposals/asylum-soldiers.yaml",
        "proposals/sports-banner.yaml",
        "questions/ru/asylum-soldiers.yaml",
    )


# Rebasing


def clash(mine: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> list[str]:
    base = bridge()
    newer = with_files(base, change(base, *theirs).contents)
    found = conflicts(base, parsed(*mine), newer)
    if not found:
        change(newer, *mine)
    return [str(one) for one in found]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (edit("new-bridge", title="A"), edit("new-bridge", statement="B")),
        (edit("new-bridge", how__text="A"), edit("new-bridge", how__sources__0__where="p. 1")),
        (edit("new-bridge", rationale__0__basis="inference"), edit("new-bridge.cost", title="B")),
        (phrase("new-bridge", "a"), phrase("new-bridge", "b")),
        (phrase("new-bridge", "a"), edit("new-bridge", title="B")),
        (add("objection", "new-bridge", **FLOOD), {"op": "withdraw", "id": "new-bridge.cost"}),
        ({"op": "withdraw", "id": "new-bridge.cost"}, edit("new-bridge.cost", title="B")),
        (
            {"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge.herons"},
            edit("new-bridge.cost.1", text="B"),
        ),
        (
            {"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge.herons", "at": 0},
            edit("new-bridge.herons", text="B"),
        ),
        (
            {"op": "retarget_expectation", "ask": "is it too dear", "expect": ["mill-race"]},
            {"op": "retire_expectation", "ask": "best pizza recipe"},
        ),
    ],
)
def test_changes_of_other_fields_do_not_clash(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert clash([mine], [theirs]) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        (
            edit("new-bridge", title="A"),
            edit("new-bridge", title="B"),
            "Operation 1: new-bridge title was “Build a foot bridge” and is now “B”; "
            "this change wants “A”.",
        ),
        (
            edit("new-bridge", how=None),
            edit("new-bridge", how__text="B"),
            "is now {text: “B”, sources: [{source: “gazette”}]}; this change wants not there.",
        ),
        (
            edit("new-bridge", rationale__0__text="A"),
            edit("new-bridge", rationale__0=None, rationale__1={"text": "B", "basis": "common"}),
            "new-bridge rationale.0.text was “Children",
        ),
        (
            edit("new-bridge", rationale__1={"text": "A", "basis": "common"}),
            edit("new-bridge", rationale__1={"text": "B", "basis": "common"}),
            "new-bridge rationale.1 was not there",
        ),
        (
            add("objection", "new-bridge", **FLOOD),
            add("objection", "new-bridge", **{**FLOOD, "title": "Flood"}),
            "the id new-bridge.flood was not there",
        ),
        (
            add("response", "new-bridge.cost", **FLOOD),
            {"op": "withdraw", "id": "new-bridge.cost"},
            "the state of new-bridge.cost was “published” and is now “withdrawn",
        ),
        (
            phrase("new-bridge", "A storm?"),
            phrase("mill-race", "a storm"),
            "the phrasing “A storm?” was not there and is now “mill-race”",
        ),
        (
            phrase("mill-race", "what is a mill race", op="remove"),
            phrase("mill-race", "what is a mill race", op="remove"),
            "was “mill-race” and is now not there",
        ),
        (
            {"op": "retire_expectation", "ask": "is it too dear"},
            {"op": "retarget_expectation", "ask": "is it too dear", "expect": ["bridge-cost"]},
            "the expectation “is it too dear” was",
        ),
        (
            {"op": "retarget_expectation", "ask": "is it too dear", "expect": ["mill-race"]},
            {"op": "withdraw", "id": "mill-race"},
            "the state of mill-race was “published”",
        ),
        (
            {"op": "add_expectation", "ask": "is it dear", "expect": ["mill-race"]},
            {"op": "add_expectation", "ask": "is it dear", "expect": ["bridge-cost"]},
            "the expectation “is it dear” was not there",
        ),
        (
            {"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge.herons", "at": 0},
            add("response", "new-bridge.herons", id="new", text="No.", basis="common"),
            "the order under new-bridge.herons was [“new-bridge.herons.1”] and is now [“new",
        ),
        (
            {"op": "withdraw", "id": "mill-race"},
            {"op": "withdraw", "id": "mill-race"},
            "mill-race status was “published” and is now “withdrawn”",
        ),
        (
            {"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge.herons"},
            {"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge.herons.1"},
            "the parent of new-bridge.cost.1 was “new-bridge.cost”",
        ),
        (
            {"op": "move", "id": "new-bridge.cost.1", "parent": "new-bridge.herons"},
            {"op": "move", "id": "new-bridge.herons", "parent": "new-bridge.cost.1"},
            "Operation 1: new-bridge.herons is new-bridge.cost.1 or hangs under it.",
        ),
    ],
)
def test_changes_of_the_same_field_show_both_versions(
    mine: dict[str, Any], theirs: dict[str, Any], said: str
) -> None:
    found = clash([mine], [theirs])
    assert said in found[0]


def test_the_clashing_operation_is_counted() -> None:
    mine = [phrase("new-bridge", "a"), edit("mill-race", name="Leat")]
    (told,) = clash(mine, [edit("mill-race", name="Lade")])
    assert told.startswith("Operation 2: mill-race name was “Mill race”")
