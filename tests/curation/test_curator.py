"""From a change to what is in service: the previewed is served, the withdrawn is gone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.advisor.answer import Question
from bot.curation.curator import Curator
from bot.curation.repository import PublishError
from bot.knowledge.canonical import format_text
from bot.knowledge.load import load
from bot.knowledge.problems import KnowledgeError
from bot.retrieval.encoder import OnnxEncoder
from bot.retrieval.index import build
from bot.service import Service

from ..conftest import write_topic
from .repositories import git, leftovers, on_disk
from .serving import change, laid_out, serving

PROPOSAL = "proposals/new-bridge.yaml"
BIRDS = "what about the birds"
FERRY: list[dict[str, Any]] = [
    {
        "op": "add", "kind": "faq",
        "fields": {"id": "ferry", "question": "And the ferry?", "answer": "It sails on."},
    },
    {"op": "add_phrasing", "entry": "ferry", "language": "en", "text": "does the boat still run"},
    {"op": "add_phrasing", "entry": "ferry", "language": "en", "text": "will the ferryman be out"},
]  # fmt: skip
TITLE = {"op": "edit", "id": "about-this", "set": {"answer": "All about a bridge."}}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Path:
    """Return a cache that knows the small topic."""
    folder = tmp_path_factory.mktemp("learned")
    build(load(write_topic(folder / "bridge")), encoder, cache=folder / "cache")
    return folder / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the small topic in a repository of its own."""
    return laid_out(tmp_path / "bridge")


@pytest.fixture
async def service(
    folder: Path, tmp_path: Path, encoder: OnnxEncoder, learned: Path
) -> AsyncIterator[Service]:
    async with serving(folder, tmp_path / "data", encoder, learned) as service:
        yield service


@pytest.fixture
def curator(service: Service) -> Curator:
    return service.moderation().curator


def found(service: Service, text: str) -> str | None:
    return service.advisor.answer(Question(text)).entry


def write(folder: Path, name: str, old: str, new: str) -> bytes:
    """Edit a file as somebody at the keyboard would; returns what it holds then."""
    before = (folder / name).read_text()
    assert old in before
    (folder / name).write_text(before.replace(old, new))
    return (folder / name).read_bytes()


async def test_what_was_previewed_is_served_without_being_built_again(
    service: Service, curator: Curator, folder: Path
) -> None:
    assert found(service, "does the boat still run") != "ferry"
    plan = await curator.plan(change(curator, *FERRY))
    assert found(service, "does the boat still run") != "ferry"
    done = await curator.publish(plan, by="Ada", reason="Because", confirmed=True)
    assert plan.preview.index is not None
    assert service.advisor.index is plan.preview.index
    assert found(service, "does the boat still run") == "ferry"
    assert done.release_after == service.release.id == load(folder).id
    assert done.notes == ()
    # The folder says the same, so a watcher has nothing to do.
    assert await service.reload() is None


async def test_what_is_served_at_once_is_learned_exactly_afterwards(
    service: Service, curator: Curator, folder: Path, encoder: OnnxEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # In so small a topic one entry is already much.
    monkeypatch.setattr("bot.retrieval.index._FEW_NEW", 0.5)
    monkeypatch.setattr("bot.curation.preview._SMALL", 0)
    plan = await curator.plan(change(curator, *FERRY))
    assert "may shift" in plan.notes[0]
    await curator.publish(plan, by="Ada", reason="Because", confirmed=True)
    assert plan.preview.index is not None
    assert plan.preview.index.provisional
    await service.settled()
    index, fresh = service.advisor.index, build(load(folder), encoder)
    assert not index.provisional
    for text in ("does the boat still run", "who pays for that", "onion soup"):
        assert index.search(text) == fresh.search(text)


async def test_a_small_topic_is_previewed_by_what_it_will_answer(
    service: Service, curator: Curator, folder: Path, encoder: OnnxEncoder
) -> None:
    plan = await curator.plan(change(curator, *FERRY))
    assert plan.notes == ()
    await curator.publish(plan, by="Ada", reason="Because", confirmed=True)
    fresh = build(load(folder), encoder)
    assert not service.advisor.index.provisional
    for text in ("does the boat still run", "who pays for that", "onion soup"):
        assert service.advisor.index.search(text) == fresh.search(text)


async def test_questions_of_the_past_do_not_outlive_their_preview(
    service: Service, curator: Curator, encoder: OnnxEncoder
) -> None:
    plan = await curator.plan(change(curator, *FERRY))
    assert plan.preview.index is not None
    assert plan.preview.index.encoder is encoder
    assert "index" not in plan.preview.as_dict()


async def test_entries_keep_their_order_whatever_was_published(
    service: Service, curator: Curator, folder: Path
) -> None:
    second = {
        "op": "add", "kind": "proposal",
        "fields": {
            "id": "a-ferry", "title": "Run a ferry", "statement": "Run it.", "basis": "common",
        },
    }  # fmt: skip
    plan = await curator.plan(change(curator, second))
    added = await curator.publish(plan, by="Ada", reason="Because", confirmed=True)
    assert list(service.release.entries) == list(load(folder).entries)
    undo = await curator.plan_undo(added.commit.id)
    await curator.publish(undo, by="Ada", reason="Not now", confirmed=True, kind="undo")
    again = await curator.plan_undo(curator.repository.head().id)
    await curator.publish(again, by="Ada", reason="But now", confirmed=True, kind="undo")
    await curator.withdraw("a-ferry", by="Ada", reason="Wrong")
    await curator.withdraw("a-ferry", by="Ada", reason="Right", back=True)
    assert list(service.release.entries) == list(load(folder).entries)


async def test_withdrawing_takes_an_entry_out_and_brings_it_back(
    service: Service, curator: Curator, folder: Path
) -> None:
    assert found(service, BIRDS) == "new-bridge.herons"
    before = on_disk(curator.repository)
    done = await curator.withdraw("new-bridge.herons", by="Ada", reason="Wrong")
    assert found(service, BIRDS) not in {"new-bridge.herons", "new-bridge.herons.1"}
    assert done.notes[0] == "With new-bridge.herons go new-bridge.herons.1."
    assert "“would the birds suffer” is retired with it" in done.notes[1]
    assert load(folder).id == done.release_after == service.release.id
    assert git(folder, "log", "-1", "--format=%an|%s") == "Ada|Wrong\n"
    await curator.withdraw("new-bridge.herons", by="Bo", reason="Right", back=True)
    assert found(service, BIRDS) == "new-bridge.herons"
    # What was expected of it is not: nobody knows whether it still should be.
    differing = {name for name, raw in on_disk(curator.repository).items() if raw != before[name]}
    assert differing == {"expectations.yaml"}
    rows = await service.log.curation.publishes()
    assert [(row.kind, row.by) for row in rows] == [("restore", "Bo"), ("withdraw", "Ada")]
    assert rows[1].release_after == rows[0].release_before == done.release_after


async def test_withdrawing_does_not_wait_for_the_layout(
    service: Service, curator: Curator, folder: Path
) -> None:
    write(folder, PROPOSAL, "objections:\n", "objections:\n\n\n# A list by hand.\n")
    write(folder, PROPOSAL, "basis: common", "basis:    common  # as everybody knows")
    write(folder, "expectations.yaml", "  scope: far\n", "  scope:   far\n")
    write(folder, "faq.yaml", "  answer:", "  answer:   ")
    git(folder, "commit", "-qam", "By hand")
    done = await curator.withdraw("new-bridge.herons", by="Ada", reason="Wrong")
    assert found(service, BIRDS) != "new-bridge.herons"
    touched = ["expectations.yaml", PROPOSAL]
    for name in touched:
        assert f"{name} was brought into the canonical layout along with this." in done.notes
    text = (folder / PROPOSAL).read_text()
    assert format_text(PROPOSAL, text) == text
    for comment in ("# A list by hand.\n", "# as everybody knows\n", "# the only reply so far\n"):
        assert text.count(comment) == 1
    assert git(folder, "show", "--format=", "--name-only").split() == touched
    undone = await curator.plan_undo(done.commit.id)
    await curator.publish(undone, by="Ada", reason="Back", confirmed=True, kind="undo")
    assert "basis:    common  # as" in (folder / PROPOSAL).read_text()
    assert found(service, BIRDS) == "new-bridge.herons"
    plan = await curator.plan(change(curator, TITLE))
    assert plan.notes == ("faq.yaml was brought into the canonical layout along with this.",)


async def test_edits_of_others_do_not_stand_in_the_way_of_withdrawing(
    service: Service, curator: Curator, folder: Path
) -> None:
    edit = write(folder, "faq.yaml", "A collection of arguments", "A heap of arguments")
    (folder / "questions/en/new.yaml").write_text("about-this:\n- what is all this heap\n")
    with pytest.raises(PublishError, match=r"never committed: faq\.yaml, questions/en/new\.yaml"):
        await curator.plan(change(curator, *FERRY))
    done = await curator.withdraw("new-bridge.herons", by="Ada", reason="Wrong")
    assert found(service, BIRDS) != "new-bridge.herons"
    assert "Edits of faq.yaml, questions/en/new.yaml were never committed" in done.notes[-1]
    assert "answered from too" in done.notes[-1]
    assert "A heap of arguments" in service.advisor.answer(Question("what is all this heap")).text
    assert (folder / "faq.yaml").read_bytes() == edit
    assert git(folder, "show", "--format=", "--name-only").split() == [
        "expectations.yaml",
        PROPOSAL,
    ]


@pytest.mark.parametrize("broken", ["- id: [", "- {id: about-this, question: x}\n", "topic"])
async def test_a_broken_edit_of_somebody_keeps_no_entry_in_the_answers(
    service: Service, curator: Curator, folder: Path, broken: str
) -> None:
    name = "topic.yaml" if broken == "topic" else "faq.yaml"
    if broken == "topic":
        (folder / name).unlink()
    else:
        (folder / name).write_text(broken)
    with pytest.raises((KnowledgeError, PublishError)) as caught:
        await curator.plan(change(curator, *FERRY))
    assert name in str(caught.value)
    done = await curator.withdraw("new-bridge.herons", by="Ada", reason="Wrong")
    assert found(service, BIRDS) != "new-bridge.herons"
    assert found(service, "what is this collection") == "about-this"
    assert done.release_after == service.release.id
    assert f"Edits of {name} were never committed and cannot be loaded" in done.notes[-1]
    assert "`rejoinder check`" in done.notes[-1]
    assert git(folder, "status", "--porcelain").split()[-1] == name
    # Once it is mended everything is as published.
    git(folder, "checkout", "-q", "--", name)
    await service.reload()
    assert service.release.id == done.release_after == load(folder).id


async def test_an_edit_of_the_same_file_stops_a_withdrawal_and_is_named(
    service: Service, curator: Curator, folder: Path
) -> None:
    edit = write(folder, PROPOSAL, "It disturbs the herons", "Herons")
    head = curator.repository.head()
    with pytest.raises(PublishError, match=re.escape(f"{PROPOSAL} has edits that were never")):
        await curator.withdraw("new-bridge.cost", by="Ada", reason="Wrong")
    assert curator.repository.head() == head
    assert (folder / PROPOSAL).read_bytes() == edit
    assert found(service, "isn't the bridge a waste of money") == "new-bridge.cost"
    assert await service.log.curation.publishes() == []


async def test_a_withdrawal_does_not_mind_that_somebody_published_just_now(
    service: Service, curator: Curator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, others = curator.repository.publish, ["facts.yaml", "glossary.yaml"]

    def late(contents: Any, **named: Any) -> Any:
        if others:
            with (folder / others.pop()).open("a") as file:
                file.write("# from elsewhere\n")
            git(folder, "commit", "-qam", "Elsewhere")
        return real(contents, **named)

    monkeypatch.setattr(curator.repository, "publish", late)
    await curator.withdraw("new-bridge.herons", by="Ada", reason="Wrong")
    assert found(service, BIRDS) != "new-bridge.herons"
    for name in ("facts.yaml", "glossary.yaml"):
        assert "# from elsewhere" in (folder / name).read_text()
    assert git(folder, "status", "--porcelain") == ""
    assert leftovers(folder) == []


async def test_a_publish_into_a_folder_that_broke_meanwhile_is_served(
    service: Service, curator: Curator, folder: Path
) -> None:
    plan = await curator.plan(change(curator, *FERRY))
    (folder / "glossary.yaml").write_text("- id: [")
    done = await curator.publish(plan, by="Ada", reason="Because", confirmed=True)
    assert found(service, "does the boat still run") == "ferry"
    assert "Edits of glossary.yaml were never committed and cannot be loaded" in done.notes[-1]
