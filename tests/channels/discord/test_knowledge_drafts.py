"""What moderators prepare in chat: forms that add and change entries, and the draft's panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.channels.discord import responding
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.curation.forms import GROUPS, fields
from bot.querylog.places import Home

from .editing import (
    BOATS,
    add_boats,
    attached,
    call,
    choose,
    desk,
    draft_of,
    drafted,
    fill,
    inputs,
    kept_topic,
    prefilled,
    press,
    repository,
)
from .keeping import form_text, service
from .world import World

__all__ = ["kept_topic", "service"]

NEW = "new-bridge.blocks-the-boats"
FILLED: dict[str, dict[str, Any]] = {
    "proposal": {"title": "Run a raft", "statement": "A raft could cross.", "sources": "gazette"},
    "objection": {"title": "Too steep", "text": "The ramp is steep.", "sources": "common"},
    "response": {"text": "Boats may lower their masts.", "sources": "inference"},
    "counter": {"text": "Rowers have no masts.", "sources": "common"},
    "fact": {"statement": "The river is 40 m wide.", "as_of": "2025-03", "sources": "gazette"},
    "term": {"name": "Weir", "definition": "A low wall in the river.", "sources": "common"},
    "faq": {"question": "Who keeps this?", "answer": "The town's library keeps it."},
    "boundary": {"title": "Medical advice", "notice": "Please ask a doctor about that."},
    "source": {"title": "The weir book", "url": "https://example.org/weir", "date": "2024"},
}
PARENTS = {"objection": "new-bridge", "response": "new-bridge.cost", "counter": "new-bridge.cost.1"}


@pytest.mark.parametrize("kind", list(GROUPS))
async def test_each_kind_is_added_by_its_form(world: World, kind: str) -> None:
    options: Any = {"parent": PARENTS[kind]} if kind in PARENTS else {}
    form = await call(world, "add", kind=kind, **options)
    asked = {field["custom_id"]: field for field in inputs(form)}
    panel = await fill(world, form, FILLED[kind])

    assert list(asked) == [f.name for f in fields(kind, "main", new=True)]  # type: ignore[arg-type]
    assert 1 <= len(asked) <= 5
    assert panel.ephemeral
    [line] = await drafted(world)
    assert line.startswith(f"Add the {kind} ")
    assert say("preview", "en") in world.labels(panel)
    assert repository(world).dirty() == ()


async def test_an_objection_brings_its_phrasings_and_its_test_question(world: World) -> None:
    panel = await add_boats(world)

    assert await drafted(world) == [
        f"Add the objection {NEW} under new-bridge: “{BOATS['title']}”",
        f"Add to {NEW} the phrasing (en) “would boats still get through”",
        f"Add to {NEW} the phrasing (ru) “пройдут ли лодки под ним”",
        f"Expect {NEW} for “{BOATS['test']}” (measured)",
    ]
    assert "4\\. Expect" in world.words(panel)
    # Nobody is answered from a draft.
    assert NEW not in world.bot.service.release.entries


async def test_what_an_entry_has_more_is_filled_in_by_a_second_form(world: World) -> None:
    panel = await add_boats(world)
    form = await press(world, panel, "group-who")
    shown = await fill(world, form, {"by": "Cy Oarsman\nmill-race"})

    assert BOATS["title"] in world.words(shown)
    assert (await drafted(world))[-1] == f"Edit {NEW}: set by to [“Cy Oarsman”, “mill-race”]"
    again = await press(world, shown, "group-who")
    assert prefilled(again) == {"by": "Cy Oarsman\nmill-race"}


async def test_a_reply_may_answer_what_is_only_in_the_draft(world: World) -> None:
    await add_boats(world)
    choices = await world.moderator.autocomplete(
        world.channel, "knowledge add", "parent", "", kind="response"
    )
    form = await call(world, "add", kind="response", parent=NEW)
    await fill(world, form, FILLED["response"])

    assert choices[0]["value"] == NEW
    assert (await drafted(world))[-1].startswith(f"Add the response {NEW}.1 under {NEW}")


async def test_a_refused_form_is_given_back_and_opens_again_as_it_was_typed(world: World) -> None:
    bad = {**BOATS, "sources": "gazete, p. 3", "text": "```\n@everyone *look*\n```"}
    form = await call(world, "add", kind="objection", parent="new-bridge")
    refused = await fill(world, form, bad)

    assert refused.ephemeral
    words = world.words(refused)
    assert "did you mean gazette?" in words
    for typed in (bad["title"], bad["sources"], bad["test"], "*look*"):
        assert typed in words
    # What is typed cannot end the fence it stands in.
    assert words.count("```") == 2 * len(bad)
    again = await press(world, refused, "knowledge-retry")
    assert prefilled(again) == bad
    await fill(world, again, {"sources": "gazette, p. 3"})
    assert len(await drafted(world)) == 4


async def test_a_long_text_is_given_back_as_a_file(world: World) -> None:
    long = {"title": "T", "text": "word " * 290, "phrasings": "how so\n" * 250, "sources": "nobody"}
    form = await call(world, "add", kind="objection", parent="new-bridge")
    refused = await fill(world, form, long)

    [file] = attached(world, refused)
    assert long["text"].strip() in file
    assert long["phrasings"].strip() in file
    assert "there is no source nobody" in world.words(refused)


async def test_what_was_typed_is_only_its_writers_and_is_forgotten(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    form = await call(world, "add", kind="objection", parent="new-bridge")
    refused = await fill(world, form, {**BOATS, "sources": "gazete"})
    assert refused.response is not None
    stored = world.env.backend.get_message(refused.response.channel_id, refused.response.id)
    panel = await call(world, "draft", world.manager)
    assert panel.response is not None
    theirs = world.env.backend.get_message(panel.response.channel_id, panel.response.id)
    # The manager's panel gets the button of somebody else's form.
    theirs.components[0]["components"][-1]["components"] = stored.components[0]["components"][-1][
        "components"
    ]
    other = await press(world, panel, "knowledge-retry", world.manager)
    await world.restart(new_bot())
    own = await press(world, refused, "knowledge-retry")

    assert world.words(other) == world.words(own) == say("knowledge-retry-old", "en")


async def test_a_form_outlives_a_restart(world: World, new_bot: Callable[[], RejoinderBot]) -> None:
    form = await call(world, "add", kind="objection", parent="new-bridge")
    await world.restart(new_bot())
    await fill(world, form, BOATS)

    assert len(await drafted(world)) == 4


async def test_a_group_of_fields_opens_as_it_stands_and_changes_only_what_differs(
    world: World,
) -> None:
    panel = await call(world, "edit", entry="new-bridge")
    form = await press(world, panel, "group-how")
    now = prefilled(form)
    same = await fill(world, form, {})
    form = await press(world, panel, "group-how")
    shown = await fill(world, form, {"since": "The survey is out.", "how": "", "how_sources": ""})

    assert now["how"] == "Volunteers and the council share the work."
    assert now["how_sources"] == "gazette"
    assert say("knowledge-nothing", "en") in world.words(same)
    assert await drafted(world) == [
        "Edit new-bridge: remove how; set since.text to “The survey is out.”"
    ]
    assert say("draft-taken", "en") in world.words(shown)


async def test_a_source_is_edited_too(world: World) -> None:
    choices = await world.moderator.autocomplete(
        world.channel, "knowledge edit", "entry", "the bridge debate"
    )
    [choice] = [choice for choice in choices if "The bridge debate" in choice["name"]]
    panel = await call(world, "edit", entry=choice["value"])
    form = await press(world, panel, "group-more")
    [stance] = [f for f in inputs(form) if f["custom_id"] == "stance"]
    await fill(world, form, {"stance": ["against"]})

    assert choice["value"] == "gazette"
    assert [o["value"] for o in stance["options"]] == ["for", "against", "mixed", "report"]
    assert await drafted(world) == ["Edit gazette: set stance to “against”"]


async def test_phrasings_are_edited_one_by_one(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge.herons")
    item = await choose(world, panel, "what about the birds")
    form = await press(world, item, "edit-it")
    assert prefilled(form) == {"phrasing": "what about the birds"}
    panel = await fill(world, form, {"phrasing": "and the poor birds"})
    item = await choose(world, panel, "the herons will leave")
    await press(world, item, "remove")

    assert await drafted(world) == [
        "Remove from new-bridge.herons the phrasing (en) “what about the birds”",
        "Add to new-bridge.herons the phrasing (en) “and the poor birds”",
        "Remove from new-bridge.herons the phrasing (en) “the herons will leave their nests”",
    ]


async def test_an_item_that_is_gone_says_so(world: World) -> None:
    first = await call(world, "edit", entry="new-bridge.herons")
    second = await call(world, "edit", entry="new-bridge.herons")
    item = await choose(world, first, "what about the birds")
    again = await choose(world, second, "what about the birds")
    form = await press(world, item, "edit-it")
    await press(world, again, "remove")
    gone = await press(world, item, "edit-it")
    refused = await fill(world, form, {"phrasing": "and the poor birds"})

    assert world.words(gone) == say("item-gone", "en")
    assert say("item-gone", "en") in world.words(refused)
    assert "and the poor birds" in world.words(refused)


async def test_phrasings_are_added_in_the_language_chosen(world: World) -> None:
    form = await call(world, "phrase", entry="new-bridge.cost")
    [language] = [f for f in inputs(form) if f["custom_id"] == "language"]
    panel = await fill(world, form, {"language": ["ru"], "phrasings": "кто платит\nсколько стоит"})
    taken = await fill(
        world, await call(world, "phrase", entry="new-bridge.herons"),
        {"phrasings": "what about the subsidy"},
    )  # fmt: skip

    assert {o["value"] for o in language["options"]} == {"en", "ru"}
    assert await drafted(world) == [
        "Add to new-bridge.cost the phrasing (ru) “кто платит”",
        "Add to new-bridge.cost the phrasing (ru) “сколько стоит”",
    ]
    assert say("draft", "en") in world.words(panel)
    assert "stands on new-bridge.cost.1 already" in world.words(taken)


async def test_reasons_are_added_changed_and_removed(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge")
    form = await press(world, panel, "add-reason")
    panel = await fill(world, form, {"reason": "It is shorter.", "reason_sources": "common"})
    item = await choose(world, panel, "It is shorter.")
    form = await press(world, item, "edit-it")
    assert prefilled(form) == {"reason": "It is shorter.", "reason_sources": "common"}
    panel = await fill(world, form, {"reason": "It is much shorter."})
    item = await choose(world, panel, "Children would no longer")
    await press(world, item, "remove")

    assert await drafted(world) == [
        "Edit new-bridge: set rationale.1 to {text: “It is shorter.”, basis: “common”}",
        "Edit new-bridge: set rationale.1.text to “It is much shorter.”",
        "Edit new-bridge: remove rationale.0",
    ]
    release = await desk(world).release(await draft_of(world))
    [reason] = release.topic.proposals[0].rationale
    assert reason.text == "It is much shorter."


async def test_test_questions_are_added_retargeted_and_retired(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge.cost")
    form = await press(world, panel, "add-test")
    assert prefilled(form) == {"expect": "new-bridge.cost", "must": ["measured"]}
    panel = await fill(world, form, {"ask": "is it worth the money", "must": ["must"]})
    item = await choose(world, panel, "is it too dear")
    form = await press(world, item, "edit-it")
    assert "is it too dear" in form_text(form)
    panel = await fill(world, form, {"expect": "new-bridge.cost"})
    item = await choose(world, panel, "is it worth the money")
    await press(world, item, "remove")

    assert await drafted(world) == [
        "Expect new-bridge.cost for “is it worth the money” (must)",
        "Expect new-bridge.cost from now on for “is it too dear”",
        "Retire the expectation “is it worth the money”",
    ]


async def test_arguments_move_among_others_and_under_another(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge.herons")
    form = await press(world, panel, "move")
    assert prefilled(form) == {"parent": "new-bridge", "position": "2"}
    assert "1\\. It is too expensive" in form_text(form)
    nonsense = await fill(world, form, {"position": "7"})
    panel = await fill(world, await press(world, panel, "move"), {"position": "1"})
    unknown = await fill(world, await press(world, panel, "move"), {"parent": "nowhere"})

    assert "write a number from 1 to 2" in world.words(nonsense)
    assert "there is no entry nowhere" in world.words(unknown)
    assert await drafted(world) == ["Move new-bridge.herons under new-bridge, as number 1"]
    release = await desk(world).release(await draft_of(world))
    order = [objection.id for objection in release.topic.proposals[0].objections]
    assert order == ["new-bridge.herons", "new-bridge.cost"]


async def test_things_are_taken_out_of_the_draft_unless_others_need_them(world: World) -> None:
    panel = await add_boats(world)
    needed = await choose(world, panel, "1. Add the objection")
    panel = await choose(world, panel, "3. Add to")
    again = await choose(world, await call(world, "draft"), "3. Expect")

    assert "there is no entry" in world.words(needed)
    assert say("knowledge-cannot", "en") in world.words(needed)
    assert len(await drafted(world)) == 2
    assert "2\\." in world.words(again)
    assert "3\\." not in world.words(again)


async def test_an_old_panel_does_not_remove_something_else(world: World) -> None:
    old = await add_boats(world)
    await choose(world, await call(world, "draft"), "4. Expect")
    refused = await choose(world, old, "3. Add to")

    assert world.words(refused) == say("knowledge-stale", "en")
    assert len(await drafted(world)) == 3


async def test_discarding_asks_first(world: World) -> None:
    panel = await add_boats(world)
    sure = await press(world, panel, "discard")
    assert len(await drafted(world)) == 4
    back = await press(world, sure, "back")
    sure = await press(world, back, "discard")
    gone = await press(world, sure, "discard-yes")

    assert world.words(gone) == say("discarded", "en")
    assert await drafted(world) == []


async def test_a_name_for_the_history_is_chosen_and_given_up(world: World) -> None:
    panel = await add_boats(world)
    form = await press(world, panel, "my-name")
    pseudonym = prefilled(form)["name"]
    shown = world.words(await fill(world, form, {"name": "Ada Quill"}))
    form = await press(world, await call(world, "draft"), "my-name")
    bad = await fill(world, form, {"name": "Ada\u200bQuill"})
    form = await press(world, await call(world, "draft"), "my-name")
    back = await fill(world, form, {"name": ""})

    assert pseudonym.startswith("moderator-")
    assert "**Ada Quill**" in shown
    assert say("knowledge-cannot", "en") in world.words(bad)
    assert pseudonym in world.words(back)


async def test_drafts_are_each_moderators_own_and_outlive_a_restart(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    await add_boats(world)
    await world.restart(new_bot())
    own = await call(world, "draft")
    other = await call(world, "draft", world.manager)

    assert BOATS["title"] in world.words(own)
    assert BOATS["title"] not in world.words(other)
    assert say("draft-empty", "en").split("`")[0] in world.words(other)


async def test_long_drafts_have_pages(world: World) -> None:
    lines = "\n".join(f"question number {n} about the money" for n in range(30))
    form = await call(world, "phrase", entry="new-bridge.cost")
    first = await fill(world, form, {"phrasings": lines})
    assert say("page", "en", page=1, pages=3) in world.words(first)
    second = await world.click(world.moderator, first, f"{say('next', 'en')} ▶")
    assert "11\\." in world.words(second)
    last = await choose(world, second, "question number 19")

    assert len(await drafted(world)) == 29
    assert "question number 18" in world.words(last)


async def test_long_lists_of_phrasings_have_pages(world: World) -> None:
    lines = "\n".join(f"question number {n} about the money" for n in range(30))
    form = await call(world, "phrase", entry="new-bridge.cost")
    await fill(world, form, {"phrasings": lines})
    panel = await call(world, "edit", entry="new-bridge.cost")
    after = await world.click(world.moderator, panel, f"{say('next', 'en')} ▶")
    item = await choose(world, after, "question number 29")

    assert "question number 29" in world.words(item)


async def test_entries_are_found_by_title_or_id_or_not_at_all(world: World) -> None:
    by_title = await call(world, "edit", entry="herons")
    by_id = await call(world, "edit", entry="bridge-cost")
    nothing = await call(world, "edit", entry="zeppelins")

    assert "new-bridge.herons" in world.words(by_title)
    assert "bridge-cost" in world.words(by_id)
    assert world.words(nothing) == say("no-such-entry", "en")


async def test_a_topic_without_a_repository_says_what_to_do(world: World) -> None:
    await world.bot.places.save_home(
        Home(topic="raft", platform="discord", guild=str(world.guild.id),
             moderator_role=str(world.role.id), moderator_channel=str(world.other.id))
    )  # fmt: skip
    form = await call(world, "add", channel=world.other, kind="faq")
    refused = await fill(world, form, FILLED["faq"])

    assert say("knowledge-no-repository", "en") in world.words(refused)
    assert FILLED["faq"]["answer"] in world.words(refused)


async def test_panels_speak_the_moderators_language(world: World) -> None:
    world.locales[world.moderator.id] = "uk"
    form = await call(world, "add", kind="objection", parent="new-bridge")
    assert form.modal is not None
    panel = await fill(world, form, BOATS)

    assert form.modal["title"] == say("add-objection", "uk")
    assert say("draft", "uk") in world.words(panel)
    assert say("my-name", "uk") in world.labels(panel)


async def test_a_form_that_comes_too_late_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = await call(world, "edit", entry="new-bridge")
    editing = world.bot.editing
    desk_of, quick = editing.desk, editing.release
    seen: list[Any] = []

    def desk(interaction: Any, *where: Any) -> Any:
        seen.append(interaction)
        return desk_of(interaction, *where)

    async def slow(*arguments: Any) -> Any:
        # What takes more than two seconds is deferred, and then no form can be opened any more.
        await responding.hold(seen[-1])
        return await quick(*arguments)

    monkeypatch.setattr(editing, "desk", desk)
    monkeypatch.setattr(editing, "release", slow)
    late = await press(world, panel, "group-how")
    monkeypatch.undo()
    again = await press(world, panel, "group-how")

    assert late.modal is None
    assert world.words(late) == say("knowledge-slow", "en")
    assert again.modal is not None
