"""Whatever is done in whatever order: the topic loads, comments stay, inverses lead back."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.curation.edit import ChangeError, Edited, apply, conflicts
from bot.curation.operations import Operation, parse_operation
from bot.knowledge import reader
from bot.knowledge.canonical import format_text
from bot.knowledge.files import Snapshot
from bot.knowledge.parse import parse
from bot.knowledge.release import Topic
from tests.curation.topics import bridge, loads, with_files

IDS = [
    "new-bridge", "new-bridge.cost", "new-bridge.cost.1", "new-bridge.cost.c1",
    "new-bridge.herons", "new-bridge.herons.1", "bridge-cost", "mill-race", "about-this",
    "legal-advice", "gazette", "ferry", "ferry.late", "new",
]  # fmt: skip
ASKS = ["would the birds suffer", "is it too dear", "best pizza recipe", "is there a ferry"]
# Comments above something stay whatever happens to it; those on its line stay as long as it does.
ABOVE = [
    "# Bo said this at the meeting.", "# the only reply so far", "# asked at the market",
    "# the only paper in town", "# Written without sight of the phrasings.", "# about money",
    "# about nature", "# the end",
]  # fmt: skip

HELD = [
    {"entry": "new-bridge.herons", "language": "en", "text": "what about the birds"},
    {"entry": "new-bridge.cost.1", "language": "en", "text": "what about the subsidy"},
    {"entry": "mill-race", "language": "en", "text": "what is a mill race"},
    {"entry": "new-bridge.cost.c1", "language": "en", "text": "do we have to pay the grant back"},
]

ids = st.sampled_from(IDS)
languages = st.sampled_from(["en", "ru"])
texts = st.one_of(
    st.sampled_from(
        ["no", "a: b", "#x", "- x", 'it\'s "so"', "two\nlines", "[a", "1:30", "e\u0301", "ёж"]
    ),
    st.text(st.sampled_from("ab :#-?,[]{}'\"\\%@&*!|>=~.0\n"), min_size=1, max_size=120),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")),
        min_size=1,
        max_size=20,
    ),
    st.text(min_size=1, max_size=5),
)
phrasings = st.one_of(
    texts,
    st.sampled_from(["what about the birds", "what about the subsidy", "what is a mill race"]),
)
source_refs = st.lists(
    st.fixed_dictionaries({"source": st.just("gazette")}, optional={"where": texts}), max_size=2
)
claims = st.fixed_dictionaries({"text": texts, "basis": st.just("common")})
values = st.one_of(texts, source_refs, claims, st.lists(claims, max_size=2), st.none())
paths = st.sampled_from(
    ["title", "text", "statement", "how", "how.text", "since", "since.text", "rationale",
     "rationale.0", "rationale.1", "rationale.0.text", "rationale.0.sources", "sources",
     "sources.0.where", "by", "proposed_by.0", "basis", "caution", "aliases", "notice", "facts"]
)  # fmt: skip


# Edits that fit their entry, beside wild ones that mostly do not.
ARGUMENT = {
    "title": texts,
    "text": texts,
    "sources": source_refs,
    "by": st.lists(texts, max_size=2),
}
FITTING: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "new-bridge": {
        "title": texts,
        "statement": texts,
        "how": claims | texts | st.none(),
        "how.text": texts,
        "since": claims | st.none(),
        "since.text": texts | st.none(),
        "rationale": st.lists(claims, min_size=1, max_size=3) | st.none(),
        "rationale.0": claims | st.none(),
        "rationale.1": claims,
        "rationale.0.sources": source_refs,
        "sources.0.where": texts | st.none(),
        "facts": st.none() | st.just(["bridge-cost"]),
    },
    "new-bridge.cost": ARGUMENT,
    "new-bridge.cost.c1": ARGUMENT,
    "new-bridge.herons": ARGUMENT,
    "bridge-cost": {"statement": texts, "caution": texts | st.none(), "as_of": st.just("2024")},
    "mill-race": {"aliases": st.lists(texts, max_size=2), "definition": texts},
    "about-this": {"question": texts, "answer": texts, "sources": source_refs},
    "legal-advice": {"notice": texts, "alert": st.booleans() | st.none()},
    "gazette": {"note": texts | st.none(), "stance": st.sampled_from(["for", "against"])},
}


def mapping(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(fields))


def op(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return mapping(op=st.just(name), **fields)


def added(
    kind: str, parents: list[str] | None, **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return op(
        "add",
        kind=st.just(kind),
        parent=st.sampled_from(parents) if parents else st.none(),
        fields=mapping(id=st.sampled_from(["ferry", "ferry.late", "new", "mill-race"]), **fields),
    )


common = st.just("common")
asks = st.sampled_from(ASKS)
expected = st.lists(ids, max_size=2)
operations = st.one_of(
    added("proposal", None, title=texts, statement=texts, basis=common),
    added("objection", ["new-bridge", "ferry"], title=texts, text=texts, basis=common),
    added("response", ["new-bridge.cost", "ferry.late"], text=texts, basis=common),
    added("fact", None, statement=texts, sources=source_refs),
    added("faq", None, question=texts, answer=texts),
    added("source", None, title=texts),
    op("edit", id=ids, set=st.dictionaries(paths, values, min_size=1, max_size=2)),
    st.sampled_from(sorted(FITTING)).flatmap(
        lambda entry_id: op(
            "edit",
            id=st.just(entry_id),
            set=st.sampled_from(sorted(FITTING[entry_id])).flatmap(
                lambda path: mapping(**{path: FITTING[entry_id][path]})
            ),
        )
    ),
    op("add_phrasing", entry=ids, language=languages, text=phrasings),
    op("remove_phrasing", entry=ids, language=languages, text=phrasings),
    op("add_expectation", ask=asks, expect=expected),
    op("retarget_expectation", ask=asks, expect=expected),
    op("retire_expectation", ask=asks),
    op("move", id=ids, parent=ids, at=st.just("last") | st.integers(0, 2)),
    op("withdraw", id=ids),
    op("restore", id=st.sampled_from(IDS[2:8])),
    st.sampled_from(HELD).map(lambda held: {"op": "remove_phrasing", **held}),
)


@functools.cache
def start() -> Snapshot:
    return bridge()


def attempt(files: Snapshot, data: Mapping[str, Any]) -> tuple[Operation, Edited] | None:
    try:
        operation = parse_operation(data)
        return operation, apply(files, [operation])
    except ChangeError:
        return None


def comments_of(files: Snapshot) -> str:
    return "\n".join(raw.decode() for raw in files.contents.values())


@given(st.lists(operations, max_size=8))
def test_any_sequence_leaves_a_topic_that_loads_with_its_comments(
    sequence: list[dict[str, Any]],
) -> None:
    files = start()
    for data in sequence:
        done = attempt(files, data)
        if done is None:
            continue
        _, edited = done
        assert set(edited.touched) == {
            name
            for name in {*files.contents, *edited.contents}
            if files.contents.get(name) != edited.contents.get(name)
        }
        files = with_files(files, edited.contents)
        assert loads(files)
        for name in edited.touched:
            text = files.contents.get(name, b"").decode()
            assert not text or format_text(name, text) == text
    everything = comments_of(files)
    for comment in ABOVE:
        assert everything.count(comment) == 1
    assert everything.count("# a title to discuss") == 1
    topic = parse(files).topic
    subsidy = "what about the subsidy" in topic.questions["en"].get("new-bridge.cost.1", ())
    assert everything.count("# heard twice") == subsidy


@given(st.lists(operations, max_size=5), operations)
def test_the_inverse_of_an_operation_gives_the_bytes_from_before(
    sequence: list[dict[str, Any]], last: dict[str, Any]
) -> None:
    files = start()
    for data in [*sequence, last]:
        done = attempt(files, data)
        if done is None:
            continue
        operation, edited = done
        after = with_files(files, edited.contents)
        inverse = inverse_of(operation.model_dump(), files, edited)
        if inverse is not None:
            back = apply(after, [parse_operation(inverse)])
            assert back.contents == files.contents
        files = after


def inverse_of(data: dict[str, Any], files: Snapshot, edited: Edited) -> dict[str, Any] | None:
    topic = parse(files).topic
    match data["op"]:
        case "add_phrasing":
            return {**data, "op": "remove_phrasing"}
        case "add_expectation":
            return {"op": "retire_expectation", "ask": data["ask"]}
        case "withdraw" if "expectations.yaml" not in edited.touched:
            return {"op": "restore", "id": data["id"]}
        case "move":
            return {"op": "move", "id": data["id"], **place(topic, data["id"])}
        case "edit" if all(path.isalpha() for path in data["set"]):
            name = next(name for name in edited.touched if not name.startswith("translations/"))
            node = node_of(reader.read(files.contents[name].decode()), data["id"])
            return {**data, "set": {path: node.get(path) for path in data["set"]}}
    return None


def place(topic: Topic, entry_id: str) -> dict[str, Any]:
    """Return the parent and position of an argument, withdrawn ones counted."""
    for proposal in topic.proposals:
        stack: list[tuple[str, tuple[Any, ...]]] = [(proposal.id, proposal.objections)]
        while stack:
            parent, arguments = stack.pop()
            for number, argument in enumerate(arguments):
                if argument.id == entry_id:
                    return {"parent": parent, "at": number}
                stack.append((argument.id, argument.replies))
    raise AssertionError(entry_id)


def node_of(data: Any, entry_id: str) -> dict[str, Any]:
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if value.get("id") == entry_id:
                return value
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    raise AssertionError(entry_id)


@given(st.lists(operations, max_size=4), st.lists(operations, max_size=4))
def test_what_does_not_clash_applies_to_the_newer_release(
    mine: list[dict[str, Any]], theirs: list[dict[str, Any]]
) -> None:
    files, newer = start(), start()
    for data in theirs:
        if (done := attempt(newer, data)) is not None:
            newer = with_files(newer, done[1].contents)
    own: list[Operation] = []
    for data in mine:
        try:
            operation = parse_operation(data)
            apply(files, [*own, operation])
        except ChangeError:
            continue
        own.append(operation)
    found = conflicts(files, own, newer)
    assert all(str(one) for one in found)
    if not found and own:
        assert loads(with_files(newer, apply(newer, own).contents))
    if newer.contents == files.contents:
        assert found == []
