"""A suggestion that becomes a way of asking: in the moderator's own words, or not at all."""

from __future__ import annotations

import pytest

from bot.channels.discord.words import say
from bot.curation.operations import AddPhrasing

from .keeping import (
    draft,
    form_options,
    form_text,
    form_values,
    kept_topic,
    press,
    publish,
    queue,
    service,
    stored,
    suggest,
)
from .world import World

__all__ = ["kept_topic", "service"]  # the fixtures of these tests

WORDS = "nobody ever asked the ferryman what becomes of his living"
FORM = {
    "title": "The ferry goes out of business",
    "text": "Who rows people across today would lose that income.",
    "sources": "common",
    "phrasings": "what about the rower\nwill the ferry have to close",
}


async def test_suggestion_becomes_a_phrasing_in_the_moderators_words(world: World) -> None:
    await suggest(world, world.ada, WORDS, kind="phrasing", about="new-bridge.cost")
    form = await press(world, await queue(world), "queue-approve")
    assert WORDS in form_text(form)
    assert form_options(form, "entry")[0] == "new-bridge.cost"
    assert form_options(form, "language") == ["en", "ru"]
    panel = await world.moderator.submit_modal(
        form,
        {"entry": ["new-bridge.cost"], "id": "", "language": ["en"], "words": "who pays the rower"},
    )

    assert say("merge-done", "en") in world.words(panel)
    assert "who pays the rower" in world.words(panel)
    now = await draft(world)
    assert now.operations == (
        AddPhrasing(entry="new-bridge.cost", language="en", text="who pays the rower"),
    )
    assert now.suggestions == (1,)
    await publish(world)
    assert [row.status for row in await stored(world)] == ["approved"]


async def test_copy_of_the_suggestion_is_refused_and_given_back(world: World) -> None:
    await suggest(world, world.ada, WORDS, about="new-bridge.cost")
    form = await press(world, await queue(world), "queue-merge")
    copied = "Nobody ever asked the ferryman, what becomes of his living?"
    refused = await world.moderator.submit_modal(
        form, {"entry": ["-"], "id": "new-bridge.herons", "language": ["en"], "words": copied}
    )

    assert refused.ephemeral
    said = world.words(refused)
    assert say("suggest-verbatim", "en") in said
    assert copied in said
    assert "new-bridge.herons" in said
    assert (await draft(world)).operations == ()


@pytest.mark.parametrize(
    ("entry", "words", "said"),
    [("", "who pays", "merge-which"), ("no.such", "who pays", "knowledge-cannot")],
)
async def test_phrasing_that_fits_nowhere_is_given_back(
    world: World, entry: str, words: str, said: str
) -> None:
    await suggest(world, world.ada, WORDS, kind="phrasing")
    form = await press(world, await queue(world), "queue-merge")
    refused = await world.moderator.submit_modal(
        form, {"entry": ["-"], "id": entry, "language": ["en"], "words": words}
    )

    assert say(said, "en") in world.words(refused)
    assert words in world.words(refused)


async def test_refused_form_opens_again_as_it_was_filled_in(world: World) -> None:
    await suggest(world, world.ada, WORDS, kind="phrasing")
    shown = await queue(world)
    form = await press(world, shown, "queue-merge")
    values = {"entry": ["-"], "id": "no.such", "language": ["ru"], "words": "who pays the rower"}
    refused = await world.moderator.submit_modal(form, values)
    again = await press(world, refused, "knowledge-retry")
    anew = await press(world, shown, "queue-merge")

    assert form_values(again) == values
    assert form_values(anew)["words"] == ""
    done = await world.moderator.submit_modal(again, values | {"id": "new-bridge"})
    assert say("merge-done", "en") in world.words(done)


async def test_phrasing_for_an_entry_that_is_only_in_the_draft(world: World) -> None:
    await suggest(world, world.ada, WORDS, about="new-bridge")
    shown = await queue(world)
    form = await press(world, shown, "queue-approve")
    await world.moderator.submit_modal(form, FORM)
    [added, *_] = (await draft(world)).operations
    form = await press(world, shown, "queue-merge")
    done = await world.moderator.submit_modal(
        form, {"entry": ["-"], "id": added.id, "language": ["en"], "words": "who rows us then"}
    )

    assert say("merge-done", "en") in world.words(done)


@pytest.mark.parametrize(
    ("words", "language"), [("хто за все це заплатить і чому", "en"), ("кто за это заплатит", "ru")]
)
async def test_language_is_guessed_from_the_words_where_the_topic_has_it(
    world: World, words: str, language: str
) -> None:
    await suggest(world, world.ada, words, kind="phrasing", about="new-bridge.cost")
    form = await press(world, await queue(world), "queue-merge")

    assert form.modal is not None
    menus = [c["component"] for c in form.modal["components"] if "component" in c]
    [menu] = [each for each in menus if each["custom_id"] == "language"]
    assert [o["value"] for o in menu["options"] if o.get("default")] == [language]
