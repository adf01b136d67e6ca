"""Forms of `/knowledge` that come late, stand under nothing, or are refused: no word is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.discord import responding
from bot.channels.discord.custom_id import ButtonId, topic_mark
from bot.channels.discord.kinds import KINDS, LETTERS
from bot.channels.discord.words import say
from bot.curation.forms import GROUPS
from bot.curation.items import items
from bot.curation.operations import parse_operation
from bot.querylog import LogUnavailable

from .editing import (
    BOATS,
    add_boats,
    call,
    choose,
    desk,
    draft_of,
    drafted,
    fill,
    forge,
    inputs,
    kept_topic,
    prefilled,
    press,
)
from .keeping import form_text, queue, service, suggest
from .world import TOPIC, World

__all__ = ["kept_topic", "service"]

LONG = "A long and careful text that took ten minutes."
REPLY = {"text": "Boats may lower their masts.", "sources": "inference"}


# What an argument stands under


async def test_an_argument_needs_what_it_answers(world: World) -> None:
    wrong = {
        "objection": [None, "new-bridge.cost", "mill-race"],
        "response": [None, "new-bridge", "new-bridge.cost.1"],
        "counter": [None, "new-bridge.cost"],
    }
    for kind, parents in wrong.items():
        for parent in parents:
            options: Any = {"parent": parent} if parent else {}
            seen = await call(world, "add", kind=kind, **options)
            assert seen.modal is None, (kind, parent)
            assert world.words(seen) == say(f"knowledge-parent-{kind}", "en"), (kind, parent)


@pytest.mark.parametrize("parent", ["new-brigde", "x" * 150, "Zeppelins: a *plan*"])
async def test_a_parent_that_is_not_there_is_refused_before_the_form(
    world: World, parent: str
) -> None:
    seen = await call(world, "add", kind="objection", parent=parent)

    assert seen.modal is None
    assert world.words(seen) == say("no-such-entry", "en")


async def test_a_parent_that_may_be_one_of_several_is_asked_for(world: World) -> None:
    seen = await call(world, "add", kind="response", parent="new bridge")

    assert seen.modal is None
    assert say("knowledge-which", "en") in world.words(seen)
    for entry in ("new-bridge.cost", "new-bridge.herons"):
        assert f"`{entry}`" in world.words(seen)


async def test_a_parent_may_be_named_by_its_title(world: World) -> None:
    title = world.bot.service.release.entries["new-bridge"].title
    form = await call(world, "add", kind="objection", parent=f" {title.upper()} ")
    await fill(world, form, BOATS)
    # It is only in the draft.
    form = await call(world, "add", kind="response", parent=BOATS["title"])
    await fill(world, form, REPLY)

    first, *_, last = await drafted(world)
    assert " under new-bridge: " in first
    assert " under new-bridge.blocks-the-boats: " in last


async def test_a_form_that_cannot_be_read_gives_back_what_was_typed(world: World) -> None:
    for bad in ("rj1:ka:A footbridge:en:17f2::vo", "rj1:kd::en:17f2::v", "rj1:"):
        form = await call(world, "add", kind="objection", parent="new-bridge")
        seen = await fill(world, forge(form, custom_id=bad), BOATS)
        assert seen.ephemeral
        assert say("form-unread", "en") in world.words(seen)
        for typed in BOATS.values():
            assert typed in world.words(seen)
    assert await drafted(world) == []


# Too late for a form


async def held(world: World, monkeypatch: pytest.MonkeyPatch, of: Any, name: str) -> None:
    """Have something that is awaited before a form take too long."""
    work = getattr(of, name)

    async def slow(interaction: Any, *more: Any, **named: Any) -> Any:
        await responding.hold(interaction)
        return await work(interaction, *more, **named)

    monkeypatch.setattr(of, name, slow)


async def test_forms_that_come_too_late_say_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await suggest(world, world.ada, "the very newest thing of all", kind="other")
    shown = await queue(world)
    await held(world, monkeypatch, world.bot.suggesting.queue, "_wanted")
    for key in ("queue-reject", "queue-edit", "queue-approve", "queue-merge"):
        seen = await press(world, shown, key)
        assert seen.modal is None, key
        assert world.words(seen) == say("knowledge-slow", "en"), key


async def test_a_suggestion_and_a_question_that_come_too_late_say_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await world.mention(world.ada, "what is the bridge plan")
    more = await world.click(world.ada, answer, "More")
    await held(world, monkeypatch, world.bot.suggesting, "open")
    follow = world.bot.own._follow

    async def slow(interaction: Any, *rest: Any) -> None:
        await responding.hold(interaction)
        await follow(interaction, *rest)

    monkeypatch.setitem(world.bot._actions, "follow", slow)
    asked = await world.click(world.ada, more, "Follow up")
    person: Any = world.ada
    suggested = await person.slash(world.channel, "suggest")

    for seen in (asked, suggested):
        assert seen.modal is None
        assert world.words(seen) == say("knowledge-slow", "en")


# Refused when submitted


async def test_a_text_comes_back_when_its_entry_is_gone(world: World) -> None:
    panel = await add_boats(world)
    entry = await press(world, panel, "edit-it")
    form = await press(world, entry, "group-main")
    sure = await press(world, await call(world, "draft"), "discard")
    await press(world, sure, "discard-yes")
    seen = await fill(world, form, {"text": LONG})

    assert say("no-such-entry", "en") in world.words(seen)
    assert LONG in world.words(seen)
    # The same draft once more: the form opens as it was typed.
    await add_boats(world)
    again = await press(world, seen, "knowledge-retry")
    assert prefilled(again)["text"] == LONG
    await fill(world, again, {})
    assert LONG in (await drafted(world))[-1]


async def test_a_text_comes_back_when_the_database_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = await call(world, "edit", entry="new-bridge.cost")
    form = await press(world, panel, "group-main")

    async def fail(*_: Any) -> None:
        raise LogUnavailable("no disk")

    with monkeypatch.context() as patch:
        patch.setattr(world.bot.service.log.drafts, "of", fail)
        seen = await fill(world, form, {"text": LONG})

    assert say("error-store", "en") in world.words(seen)
    assert LONG in world.words(seen)
    again = await press(world, seen, "knowledge-retry")
    await fill(world, again, {})
    assert LONG in (await drafted(world))[0]


async def test_a_form_of_another_kind_changes_nothing(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge.cost")
    form = await press(world, panel, "group-main")
    mark = LETTERS["term"]
    forged = ButtonId("kedit", topic_mark(TOPIC), "new-bridge.cost", "en", mark=mark)
    seen = await fill(world, forge(form, custom_id=str(forged)), {"text": LONG})

    assert say("item-gone", "en") in world.words(seen)
    assert await drafted(world) == []


async def test_what_stands_above_a_form_is_there_again(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge.cost")
    aim = await press(world, await choose(world, panel, "is it too dear"), "edit-it")
    panel = await call(world, "edit", entry="new-bridge.herons")
    move = await press(world, panel, "move")
    await suggest(world, world.ada, "Rowers would never get through", about="new-bridge")
    taken = await press(world, await queue(world), "queue-approve")

    for form, bad in (
        (aim, {"expect": "No Such Id!"}),
        (move, {"position": "700"}),
        (taken, {"title": "Boats", "text": "There are boats.", "sources": "gazete"}),
    ):
        above = form_text(form)
        assert above
        refused = await fill(world, form, bad)
        again = await press(world, refused, "knowledge-retry")
        assert form_text(again) == above
        assert prefilled(again).items() >= bad.items()
        assert inputs(again)
        # And once more, from the form that was opened anew.
        again = await press(world, await fill(world, again, {}), "knowledge-retry")
        assert form_text(again) == above


async def test_reasons_with_the_same_words_are_told_apart(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge")
    for basis in ("common", "inference"):
        form = await press(world, panel, "add-reason")
        said = {"reason": "It is shorter.", "reason_sources": basis}
        panel = await fill(world, form, said)
    values = [option["value"] for option in world.options(panel)]
    assert len(values) == len(set(values))
    release = await desk(world).release(await draft_of(world))
    first, second = [one for one in items(release, "new-bridge") if "shorter" in one.label]
    assert (first.place, second.place) == (1, 2)
    [menu] = [c for c in world.components(panel) if any("shorter" in o["label"] for o in
              c.get("options") or ())]  # fmt: skip
    wanted = [o["value"] for o in menu["options"] if "shorter" in o["label"]][1]
    assert panel.response is not None
    item = await world.moderator.select(panel.response, [wanted], custom_id=menu["custom_id"])
    form = await press(world, item, "edit-it")

    assert prefilled(form)["reason_sources"] == "inference"


def test_every_kind_has_a_letter_of_its_own() -> None:
    assert tuple(GROUPS) == KINDS
    assert len(set(LETTERS.values())) == len(LETTERS)


async def test_what_others_published_while_a_form_was_open_is_shown_and_stays(
    world: World,
) -> None:
    panel = await call(world, "edit", entry="new-bridge")
    form = await press(world, panel, "group-main")
    moderation = desk(world)
    newer = parse_operation({"op": "edit", "id": "new-bridge", "set": {"title": "Build it soon"}})
    other = await moderation.add("discord:1", [newer])
    plan = await moderation.plan(other)
    await moderation.publish(other, plan, user="discord:1", reason="Sooner.", confirmed=True)
    seen = await fill(world, form, {"statement": LONG})

    assert "Build it soon" in world.words(seen)
    assert LONG in world.words(seen)
    assert await drafted(world) == []
    again = await press(world, await call(world, "edit", entry="new-bridge"), "group-main")
    await fill(world, again, {"statement": LONG})
    assert await drafted(world) == [f"Edit new-bridge: set statement to “{LONG}”"]
