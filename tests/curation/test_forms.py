"""What people fill in becomes operations that apply, or sentences that name the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation import forms
from bot.curation.edit import apply
from bot.curation.forms import GROUPS, ITEMS, FormError, adding, editing, fields, find, values
from bot.curation.identifiers import new_id, slug, unique
from bot.curation.operations import (
    AddEntry,
    AddExpectation,
    AddPhrasing,
    EditEntry,
    EntryKind,
    Operation,
    Withdraw,
    describe,
)
from bot.curation.values import ChangeError
from bot.errors import UsageError
from bot.knowledge.load import inspect
from bot.knowledge.model import ID_MAX, is_id
from bot.knowledge.release import Release

from .topics import bridge, change, with_files

FILES = bridge()
ENTRIES = (
    "new-bridge", "new-bridge.cost", "new-bridge.cost.1", "new-bridge.cost.c1", "bridge-cost",
    "mill-race", "about-this", "legal-advice", "gazette",
)  # fmt: skip
FULL: dict[EntryKind, dict[str, str]] = {
    "proposal": {
        "title": "Run a raft", "statement": "A raft could cross.", "sources": "gazette, p. 1",
        "proposed_by": "Ada Quill\nmill-race", "how": "By rope.", "how_sources": "common",
        "since": "Nothing.", "since_sources": "gazette", "facts": "bridge-cost",
    },
    "objection": {"title": "Too steep", "text": "The ramp is steep.", "sources": "common",
                  "by": "Bo Miller"},
    "response": {"text": "It has steps.", "title": "Steps", "sources": "inference"},
    "counter": {"text": "Steps keep wheels out.", "sources": "common\ngazette"},
    "fact": {"statement": "40 m wide.", "as_of": "2025-03", "sources": "gazette",
             "title": "Width", "caution": "In summer."},
    "term": {"name": "Weir", "definition": "A low wall.", "sources": "common", "aliases": "dam"},
    "faq": {"question": "Who keeps this?", "answer": "The library.", "sources": ""},
    "boundary": {"title": "Medical advice", "notice": "Ask a doctor.", "covers": "Health",
                 "alert": "no"},
    "source": {"title": "The weir book", "url": "https://example.org", "stance": "for",
               "seen": "copy", "note": "Borrowed."},
}  # fmt: skip
PARENTS: dict[EntryKind, str] = {
    "objection": "new-bridge", "response": "new-bridge.cost", "counter": "new-bridge.cost.1",
}  # fmt: skip


def release(*operations: Operation) -> Release:
    """Return the small topic with operations in it."""
    files = with_files(FILES, apply(FILES, operations).contents) if operations else FILES
    found, problems = inspect(files)
    assert found is not None, problems
    return found


BRIDGE = release()


def problems(error: pytest.ExceptionInfo[FormError]) -> dict[str, str]:
    """Return what is wrong by field."""
    return dict(error.value.problems)


@pytest.mark.parametrize("kind", GROUPS)
def test_every_kind_can_be_added_and_read_back(kind: EntryKind) -> None:
    more = {} if kind == "source" else {
        "phrasings": "what of it\nru: а что там", "test": "and what of that",
    }  # fmt: skip
    made = adding(BRIDGE, kind, PARENTS.get(kind), FULL[kind] | more)
    after = release(*made)

    [added, *rest] = made
    assert isinstance(added, AddEntry)
    found, _ = find(after, added.id, kind)
    assert found == kind
    shown = {
        name: text
        for group in GROUPS[kind]
        if group not in ITEMS
        for name, text in values(after, added.id, group, kind=kind).items()
    }
    for name, text in FULL[kind].items():
        # What stands in for sources comes last.
        assert sorted(shown[name].split("\n")) == sorted(text.split("\n")), name
    if kind != "source":
        assert [type(o) for o in rest] == [AddPhrasing, AddPhrasing, AddExpectation]


def test_a_basis_that_says_sourced_goes_with_the_sources() -> None:
    files = bridge(faq="- id: about-this\n  question: Who?\n  answer: Ada.\n  basis: sourced\n"
                       "  sources: [{source: gazette}]\n")  # fmt: skip
    found, _ = inspect(files)
    assert found is not None
    [operation] = editing(found, "about-this", "main", {"sources": ""})

    assert isinstance(operation, EditEntry)
    assert operation.set == {"sources": None, "basis": None}
    change(files, operation.model_dump())


@pytest.mark.parametrize("kind", GROUPS)
def test_a_form_holds_five_fields_and_the_first_is_enough(kind: EntryKind) -> None:
    for group in GROUPS[kind]:
        assert 1 <= len(fields(kind, group, new=True)) <= 5
        assert not any(field.new for field in fields(kind, group))
    first = next(iter(GROUPS[kind]))
    required = {f.name for g in GROUPS[kind] if g not in ITEMS for f in GROUPS[kind][g]
                if f.required}  # fmt: skip
    assert required <= {field.name for field in GROUPS[kind][first]}


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_stands_there_is_no_change(entry: str) -> None:
    kind, _ = find(BRIDGE, entry)
    for group in GROUPS[kind]:
        at = 0 if group in ITEMS else None
        assert editing(BRIDGE, entry, group, values(BRIDGE, entry, group, at=at), at=at) == []


@pytest.mark.parametrize(
    ("entry", "group", "given", "settings"),
    [
        ("new-bridge", "main", {"title": "A bridge"}, {"title": "A bridge"}),
        ("new-bridge", "how", {"how": "By hand."}, {"how.text": "By hand."}),
        ("new-bridge", "how", {"how": "", "how_sources": ""}, {"how": None}),
        (
            "new-bridge", "how", {"since_sources": "gazette, p. 9\ncommon"},
            {"since.sources": [{"source": "gazette", "where": "p. 9"}], "since.basis": "common"},
        ),
        ("new-bridge", "facts", {"facts": ""}, {"facts": None}),
        (
            "new-bridge.cost", "main", {"sources": "common"},
            {"sources": None, "basis": "common"},
        ),
        ("bridge-cost", "more", {"title": "", "caution": "Old."},
         {"title": None, "caution": "Old."}),
        ("mill-race", "more", {"aliases": "leat\nmill leat"}, {"aliases": ["leat", "mill leat"]}),
        ("legal-advice", "more", {"alert": "no"}, {"alert": "no"}),
        ("gazette", "more", {"stance": "for"}, {"stance": "for"}),
    ],
)  # fmt: skip
def test_only_what_differs_is_set(
    entry: str, group: str, given: dict[str, str], settings: dict[str, Any]
) -> None:
    [operation] = editing(BRIDGE, entry, group, given)

    assert isinstance(operation, EditEntry)
    assert operation.set == settings
    change(FILES, operation.model_dump())


def test_a_reason_is_added_changed_and_removed() -> None:
    new = {"reason": "It is shorter.", "reason_sources": "common"}
    [add] = editing(BRIDGE, "new-bridge", "rationale", new)
    [edit] = editing(BRIDGE, "new-bridge", "rationale", {"reason_sources": "common"}, at=0)
    [gone] = forms.removing(BRIDGE, "new-bridge", "rationale", 0)

    assert isinstance(add, EditEntry)
    assert add.set == {"rationale.1": {"text": "It is shorter.", "basis": "common"}}
    assert isinstance(edit, EditEntry)
    assert edit.set == {"rationale.0.sources": None, "rationale.0.basis": "common"}
    assert describe(gone) == "Edit new-bridge: remove rationale.0"
    for operation in (add, edit, gone):
        assert release(operation)
    with pytest.raises(UsageError, match="no reason number 4"):
        values(BRIDGE, "new-bridge", "rationale", at=3)


def test_errors_name_their_fields_all_at_once() -> None:
    wrong = {
        "title": "  ", "text": "x" * 1_501, "sources": "gazete, p. 1", "test": "y" * 301,
        "colour": "red", "phrasings": f"fine\n{'z' * 301}\n?!",
    }  # fmt: skip
    with pytest.raises(FormError) as error:
        adding(BRIDGE, "objection", None, wrong)

    found = problems(error)
    assert set(found) == {"title", "text", "sources", "test", "colour", "phrasings", "parent"}
    assert "did you mean gazette?" in found["sources"]
    assert "1501 characters long; 1500 fit" in found["text"]
    assert error.value.field == "title"
    assert "Title: is empty" in error.value.message
    assert "Text: is 1501" in error.value.message


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("fact", {"statement": "x", "as_of": "last March", "sources": "common"}, "as_of"),
        ("source", {"title": "x", "url": "example.org"}, "url"),
        ("source", {"title": "x", "stance": "neutral"}, "stance"),
        ("boundary", {"title": "x", "notice": "y", "alert": "perhaps"}, "alert"),
        (
            "term",
            {"name": "x", "definition": "y", "sources": "common", "aliases": "z" * 101},
            "aliases",
        ),
        ("term", {"name": "x", "definition": "y"}, "sources"),
        ("proposal", {"title": "x", "statement": "y"}, "sources"),
        (
            "proposal",
            {"title": "x", "statement": "y", "sources": "gazette", "since_sources": "common"},
            "since",
        ),
        (
            "proposal",
            {"title": "x", "statement": "y", "sources": "gazette", "since": "z"},
            "since_sources",
        ),
        ("faq", {"question": "x\u200by", "answer": "z"}, "question"),
        ("faq", {"question": "x", "answer": "y", "id": "Not an id"}, "id"),
    ],
)
def test_a_wrong_field_is_named(kind: EntryKind, given: dict[str, str], field: str) -> None:
    with pytest.raises(FormError) as error:
        adding(BRIDGE, kind, None, given)
    assert error.value.field == field


def test_unknown_entries_and_groups_are_named() -> None:
    with pytest.raises(UsageError) as error:
        values(BRIDGE, "new-brige", "main")
    assert "new-bridge" in str(error.value)
    with pytest.raises(UsageError, match="no group colours"):
        editing(BRIDGE, "new-bridge", "colours", {})
    with pytest.raises(UsageError, match="nobody asks"):
        forms.phrasing(BRIDGE, "gazette", "the paper")


def test_phrasings_have_the_language_that_is_said_or_seen() -> None:
    text = "who pays\nкто платит\nen: кто there\nRU: кто тут\nuk: хто тут\nWho pays?"
    told = forms.phrasing(BRIDGE, "new-bridge", text, "ru")
    seen = forms.phrasing(BRIDGE, "new-bridge", text)

    def pairs(found: list[Operation]) -> list[tuple[str, str]]:
        return [(o.language, o.text) for o in found if isinstance(o, AddPhrasing)]

    # The same words twice are one; what is no language of the topic is a part of the words.
    assert pairs(seen) == [
        ("en", "who pays"), ("ru", "кто платит"), ("en", "кто there"), ("ru", "кто тут"),
        ("en", "uk: хто тут"),
    ]  # fmt: skip
    assert pairs(told)[:2] == [("ru", "who pays"), ("ru", "кто платит")]
    with pytest.raises(FormError, match="not a language"):
        forms.phrasing(BRIDGE, "new-bridge", "wer zahlt", "de")
    with pytest.raises(FormError, match="is empty"):
        forms.phrasing(BRIDGE, "new-bridge", " \n ")


def test_a_phrasing_is_put_in_anothers_place() -> None:
    made = forms.rephrasing(BRIDGE, "mill-race", "en", "what is a mill race", "the mill race, eh")

    assert [describe(o) for o in made] == [
        "Remove from mill-race the phrasing (en) “what is a mill race”",
        "Add to mill-race the phrasing (en) “the mill race, eh”",
    ]
    same = "what is a mill race"
    assert forms.rephrasing(BRIDGE, "mill-race", "en", same, f" {same} ") == []
    with pytest.raises(FormError):
        forms.rephrasing(BRIDGE, "mill-race", "en", same, " ")


def test_withdrawn_entries_are_listed_and_their_ids_stay_taken() -> None:
    after = release(Withdraw(id="new-bridge.herons"), Withdraw(id="mill-race"))

    assert forms.withdrawn(BRIDGE) == {}
    assert forms.withdrawn(after) == {
        "mill-race": "Mill race", "new-bridge.herons": "It disturbs the herons",
    }  # fmt: skip
    assert new_id(after, "objection", "Herons", "new-bridge") == "new-bridge.herons-2"


def test_ids_of_replies_are_numbered_under_their_objection() -> None:
    assert new_id(BRIDGE, "response", "x", "new-bridge.cost") == "new-bridge.cost.2"
    assert new_id(BRIDGE, "counter", "x", "new-bridge.cost.1") == "new-bridge.cost.c2"
    assert new_id(BRIDGE, "counter", "x", "new-bridge.cost.c1") == "new-bridge.cost.c2"


@given(st.text(max_size=200), st.sampled_from(list(GROUPS)))
def test_new_ids_are_valid_and_free(heading: str, kind: EntryKind) -> None:
    made = new_id(BRIDGE, kind, heading, PARENTS.get(kind))

    assert is_id(made)
    taken = BRIDGE.topic.sources if kind == "source" else BRIDGE.topic.files
    assert made not in taken
    assert made == new_id(BRIDGE, kind, heading, PARENTS.get(kind))


@given(st.text(max_size=100), st.integers(1, 30))
def test_ids_stay_free_and_short_however_many_are_alike(text: str, count: int) -> None:
    stem = slug(text) or "entry"
    taken: set[str] = set()
    for _ in range(count):
        made = unique(f"{stem}-{'x' * (ID_MAX - len(stem) - 1)}", taken)
        assert is_id(made)
        assert made not in taken
        taken.add(made)


LINES = st.lists(st.text(max_size=40), max_size=4).map("\n".join)
TYPED = st.fixed_dictionaries(
    {},
    optional={
        "title": st.text(max_size=120), "text": st.text(max_size=60), "sources": st.one_of(
            LINES, st.sampled_from(["gazette", "common", "gazette, p. 2\ninference", ""])
        ), "by": LINES, "phrasings": LINES, "test": st.text(max_size=80),
    },
)  # fmt: skip


def tried(work: Callable[[], Any]) -> Any:
    """Return what a call returns, or how it was refused."""
    try:
        return work()
    except (FormError, ChangeError) as error:
        return error


@given(TYPED)
def test_whatever_is_typed_applies_or_is_refused_by_field(typed: dict[str, str]) -> None:
    made = tried(lambda: adding(BRIDGE, "objection", "new-bridge", typed))
    if isinstance(made, FormError):
        known = {f.name for group in GROUPS["objection"].values() for f in group}
        assert {name for name, _ in made.problems} <= known
        return
    after = tried(lambda: release(*made))
    if isinstance(after, ChangeError):
        # What no form can see: another entry has the same words, or nobody is called that.
        assert "stands on" in str(after) or "there is no term" in str(after)
        return
    shown = values(after, made[0].id, "main")
    assert editing(after, made[0].id, "main", shown) == []


@given(st.sampled_from(ENTRIES), st.data())
def test_whatever_is_edited_applies_or_is_refused_by_field(entry: str, data: st.DataObject) -> None:
    kind, _ = find(BRIDGE, entry)
    group = data.draw(st.sampled_from([g for g in GROUPS[kind] if g not in ITEMS]))
    names = [field.name for field in fields(kind, group)]
    typed = data.draw(st.dictionaries(st.sampled_from(names), LINES, max_size=3))
    made = tried(lambda: editing(BRIDGE, entry, group, typed))
    if isinstance(made, FormError):
        assert {name for name, _ in made.problems} <= set(names)
        return
    after = tried(lambda: release(*made))
    if isinstance(after, ChangeError):
        assert "there is no" in str(after)
        return
    assert editing(after, entry, group, typed) == []


def test_an_address_becomes_a_source_after_what_it_is_given_for() -> None:
    given = {"sources": "gazette\nhttps://mill.example/race/, p. 2"}
    edit, added = editing(BRIDGE, "new-bridge.cost", "main", given)
    assert isinstance(edit, EditEntry)
    assert isinstance(added, AddEntry)
    assert added.fields["url"] == "https://mill.example/race/"
    assert edit.set["sources"] == [
        {"source": "gazette"}, {"source": added.id, "where": "p. 2"},
    ]  # fmt: skip
    after = release(edit, added)
    assert after.topic.sources[added.id].title == "mill.example/race"
    assert not editing(after, "new-bridge.cost", "main", given)
