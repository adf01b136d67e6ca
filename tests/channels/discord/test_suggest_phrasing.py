"""The message menu *Add as phrasing of…*: what somebody wrote is shown, not kept, not copied."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import discord
import pytest
from simcord import InteractionResult

from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.remembering import Remembered
from bot.channels.discord.words import LANGUAGES, say
from bot.curation.operations import AddPhrasing

from .keeping import draft, form_options, form_text, form_values, kept_topic, service
from .world import World

__all__ = ["kept_topic", "service"]  # the fixtures of these tests

SAID = "honestly, who on earth is going to cough up the cash for that crossing"
OWN = {"entry": ["new-bridge.cost"], "id": "", "language": ["en"], "words": "where is the money"}


async def opened(world: World, words: str = SAID) -> InteractionResult:
    """Have the moderator open the form at something that Bo wrote."""
    said = await world.bo.send(world.channel, words)
    result: InteractionResult = await world.moderator.context_menu(
        world.channel, say("menu-add-phrasing", "en"), said
    )
    return result


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_has_a_name_that_discord_takes(language: str) -> None:
    assert 1 <= len(say("menu-add-phrasing", language)) <= 32


async def test_form_shows_the_message_and_likely_entries(world: World) -> None:
    form = await opened(world, f"{SAID}, <@{world.ada.id}>? *really*")

    assert f"> {SAID}, ? \\*really\\*" in form_text(form)
    assert str(world.ada.id) not in str(form.modal)
    assert form_options(form, "entry")[0] == "new-bridge.cost"
    assert form_options(form, "entry")[-1] == "-"


async def test_own_words_get_into_the_draft_and_nothing_of_the_message_anywhere(
    world: World,
) -> None:
    panel = await world.moderator.submit_modal(await opened(world), OWN)

    assert panel.ephemeral
    assert say("merge-done", "en") in world.words(panel)
    assert (await draft(world)).operations == (
        AddPhrasing(entry="new-bridge.cost", language="en", text="where is the money"),
    )
    assert await world.rows() == []
    folder = world.bot.settings.data
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"cough up" not in held


@pytest.mark.parametrize(
    "words",
    [SAID, SAID.upper(), "who on earth is going to cough up the cash", f"{SAID}, then"],
)
async def test_copy_is_refused_and_given_back(world: World, words: str) -> None:
    refused = await world.moderator.submit_modal(
        await opened(world), OWN | {"words": words, "id": "new-bridge.cost"}
    )

    assert refused.ephemeral
    said = world.words(refused)
    assert say("suggest-verbatim", "en") in said
    assert words in said
    assert "new-bridge.cost" in said
    assert (await draft(world)).operations == ()


async def test_after_a_restart_the_form_is_too_old(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    form = await opened(world)
    await world.restart(new_bot())
    refused = await world.moderator.submit_modal(form, OWN)

    assert say("merge-too-old", "en") in world.words(refused)
    assert "where is the money" in world.words(refused)
    assert (await draft(world)).operations == ()


async def test_other_moderators_forms_do_not_mix(world: World) -> None:
    said = await world.bo.send(world.channel, SAID)
    name = say("menu-add-phrasing", "en")
    mine = await world.moderator.context_menu(world.channel, name, said)
    theirs = await world.manager.context_menu(world.channel, name, said)
    await world.moderator.submit_modal(mine, OWN)
    await world.manager.submit_modal(theirs, OWN | {"words": "is there any money"})

    assert [o.text for o in (await draft(world)).operations] == ["where is the money"]


async def test_message_without_words_and_those_of_bots_are_refused(world: World) -> None:
    name = say("menu-add-phrasing", "en")
    empty = await opened(world, f"<@{world.ada.id}>")
    answer = await world.mention(world.ada, "what about the birds")
    assert answer is not None
    bots = await world.moderator.context_menu(world.channel, name, answer)

    assert world.words(empty) == say("merge-no-words", "en")
    assert bots.modal is None
    assert bots.ephemeral


async def test_long_message_is_cut_in_the_form_and_compared_whole(world: World) -> None:
    end = "and the lamps along the towpath will dazzle every last owl"
    form = await opened(world, f"{'*blah* ' * 250}{end}")
    shown = form_text(form)
    refused = await world.moderator.submit_modal(form, OWN | {"words": end})

    assert len(shown) <= 1_000
    assert shown.endswith("…")
    assert say("suggest-verbatim", "en") in world.words(refused)


async def test_busy_encoder_does_not_keep_the_form_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(world.bot.service.moderation("bridge"), "near", slow)
    form = await opened(world)
    done = await world.moderator.submit_modal(form, OWN | {"entry": ["-"], "id": "new-bridge"})

    assert form_options(form, "entry") == ["-"]
    assert say("merge-done", "en") in world.words(done)


async def test_members_do_not_have_it_and_cannot_use_it(world: World) -> None:
    said = await world.bo.send(world.channel, SAID)
    name = say("menu-add-phrasing", "en")
    commands = {command.name: command for command in await world.bot.tree.fetch_commands()}
    world.guild.set_command_permissions(commands[name], {world.guild.default_role: True})
    refused = await world.ada.context_menu(world.channel, name, said)

    assert world.words(refused) == say("moderators-only", "en")
    assert refused.modal is None
    assert commands[name].type is discord.AppCommandType.message


async def test_a_refused_form_opens_again_as_it_was_filled_in(world: World) -> None:
    values = {"entry": ["new-bridge.cost"], "id": "no.such", "language": ["ru"], "words": SAID}
    refused = await world.moderator.submit_modal(await opened(world), values)
    again = await world.click(world.moderator, refused, say("knowledge-retry", "en"))

    assert SAID in form_text(again)
    assert form_values(again) == values
    panel = await world.moderator.submit_modal(again, OWN)
    assert say("merge-done", "en") in world.words(panel)


async def test_form_does_not_open_again_once_the_message_is_forgotten(world: World) -> None:
    form = await opened(world)
    refused = await world.moderator.submit_modal(form, OWN | {"id": "no.such"})
    world.bot.suggesting.merging.remembered = Remembered()
    late = await world.click(world.moderator, refused, say("knowledge-retry", "en"))

    assert late.modal is None
    assert world.words(late) == say("merge-too-old", "en")


async def test_words_are_gone_after_a_quarter_of_an_hour_though_nobody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    now = loop.time()
    monkeypatch.setattr(loop, "time", lambda: now)
    kept: Remembered[str] = Remembered()
    for event, seconds in ((7, 10 * 60), (8, 4 * 60), (7, 60), (9, 9 * 60 + 58)):
        kept.put(event, 1, f"{SAID} {event}")
        now += seconds
        await turns()

    # The 8 is due in a second; the 7 was put anew, and only its own user gets it.
    assert f"{SAID} 8" in str(vars(kept))
    assert (kept.get(7, 1), kept.get(7, 2)) == (f"{SAID} 7", None)
    now += 2
    await turns()
    assert f"{SAID} 8" not in str(vars(kept))
    assert f"{SAID} 7" in str(vars(kept))
    now += 15 * 60
    await turns()
    assert SAID not in str(vars(kept))


async def test_few_words_are_kept() -> None:
    kept: Remembered[str] = Remembered()
    for event in range(1_000):
        kept.put(event, 1, SAID)

    assert kept.get(0, 1) is None
    assert kept.get(999, 1) == SAID
    assert str(vars(kept)).count(SAID) <= 200


async def turns() -> None:
    """Let the loop run the timers that are due."""
    for _ in range(3):
        await asyncio.sleep(0)
