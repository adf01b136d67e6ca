"""Who may configure and silence the bot: only in the topic's home, by what Discord says now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import discord
import pytest
from simcord import SetupError

from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.settings import Settings

from .world import World

BIRDS = "what about the birds"


def menu(world: World, panel: object, nth: int) -> str:
    """Return the custom id of the panel's nth menu: topic, channels, role, alerts."""
    found = [c for c in world.components(panel) if c.get("type") in {3, 6, 8}]  # type: ignore[arg-type]
    return str(found[nth]["custom_id"])


async def test_manager_chooses_channels_role_and_office(world: World) -> None:
    panel = await world.manager.slash(world.channel, "setup")
    assert panel.ephemeral
    assert panel.response is not None
    assert world.channel.mention in world.words(panel)
    shown = await world.manager.select(
        panel.response, [world.other], custom_id=menu(world, panel, 1)
    )
    everybody = await world.manager.select(
        panel.response, [world.guild.default_role], custom_id=menu(world, panel, 2)
    )
    await world.manager.select(panel.response, [], custom_id=menu(world, panel, 2))
    await world.manager.select(panel.response, [], custom_id=menu(world, panel, 3))

    assert f"**{say('setup-channels', 'en')}**: {world.other.mention}" in world.words(shown)
    assert world.words(everybody) == say("setup-everyone", "en")
    home = world.bot.places.home("bridge")
    assert home is not None
    assert (home.moderator_role, home.moderator_channel) == (None, None)
    assert not (await world.ada.slash(world.other, "ask", question=BIRDS)).ephemeral
    assert (await world.ada.slash(world.channel, "ask", question=BIRDS)).ephemeral


async def test_set_up_outlives_a_restart(world: World, new_bot: Callable[[], RejoinderBot]) -> None:
    panel = await world.manager.slash(world.channel, "setup")
    await world.manager.select(
        panel.response, [world.other], custom_id=menu(world, panel, 1)  # type: ignore[arg-type]
    )  # fmt: skip
    await world.restart(new_bot())

    assert await world.mention(world.ada, BIRDS, world.other) is not None
    assert (await world.ada.slash(world.channel, "ask", question=BIRDS)).ephemeral


async def test_panel_warns_where_the_bot_cannot_write(world: World) -> None:
    me = world.bot.user
    assert me is not None
    closed = world.guild.create_text_channel(
        "closed", overwrites={me: discord.PermissionOverwrite(send_messages=False)}
    )
    panel = await world.manager.slash(world.channel, "setup")
    shown = await world.manager.select(
        panel.response, [closed], custom_id=menu(world, panel, 1)  # type: ignore[arg-type]
    )  # fmt: skip
    assert say("setup-denied", "en", channel=closed.mention) in world.words(shown)
    world.env.backend.delete_channel(closed.id)
    again = await world.manager.slash(world.channel, "setup")

    assert say("setup-gone", "en", channel=str(closed.id)) in world.words(again)


async def test_command_is_hidden_from_others_and_refused_if_it_is_not(world: World) -> None:
    with pytest.raises(SetupError, match="not visible"):
        await world.ada.slash(world.channel, "setup")
    # An administrator may show the command to everybody; that gives nobody a right.
    commands = await world.bot.tree.fetch_commands()
    for command in commands:
        if command.name in {"setup", "pause", "resume"}:
            world.guild.set_command_permissions(command, {world.guild.default_role: True})
    setup = await world.ada.slash(world.channel, "setup")
    pause = await world.ada.slash(world.channel, "pause")
    resume = await world.ada.slash(world.channel, "resume")

    assert world.words(setup) == say("setup-permission", "en")
    assert world.words(pause) == world.words(resume) == say("moderators-only", "en")
    assert all(each.ephemeral for each in (setup, pause, resume))


async def test_moderator_role_is_not_enough_for_the_set_up(world: World) -> None:
    commands = {command.name: command for command in await world.bot.tree.fetch_commands()}
    world.guild.set_command_permissions(commands["setup"], {world.role: True})
    result = await world.moderator.slash(world.channel, "setup")

    assert world.words(result) == say("setup-permission", "en")


async def test_right_that_is_lost_between_two_clicks_is_gone(world: World) -> None:
    panel = await world.manager.slash(world.channel, "setup")
    role = world.guild.roles["Managers"]
    world.env.backend.remove_member_role(world.guild.id, world.manager.id, role.id)
    refused = await world.manager.select(
        panel.response, [world.other], custom_id=menu(world, panel, 1)  # type: ignore[arg-type]
    )  # fmt: skip

    assert world.words(refused) == say("setup-permission", "en")
    assert [place.channel for place in world.bot.places.channels("bridge")] == [
        str(world.channel.id)
    ]


async def test_administrator_of_another_guild_changes_nothing(world: World) -> None:
    foreign = world.env.create_guild("Elsewhere")
    channel = foreign.create_text_channel("general")
    # A role of the same name, with every permission there is.
    role = foreign.create_role("Keepers", permissions=discord.Permissions.all())
    eve = foreign.add_member(world.env.create_user("eve"), roles=[role])
    home = world.bot.places.home("bridge")
    results = [
        await eve.slash(channel, "setup"),
        await eve.slash(channel, "setup", topic="bridge"),
        await eve.slash(channel, "pause"),
        await eve.slash(channel, "resume"),
    ]

    assert [world.words(result) for result in results] == [
        *[say("setup-elsewhere", "en")] * 2, *[say("moderators-only", "en")] * 2,
    ]  # fmt: skip
    assert world.bot.places.home("bridge") == home
    assert await world.mention(world.ada, BIRDS) is not None
    assert (await eve.slash(channel, "ask", question=BIRDS)).ephemeral


async def test_administrator_elsewhere_deletes_nothing_by_a_forged_id(world: World) -> None:
    reply = await world.mention(world.ada, BIRDS)
    foreign = world.env.create_guild("Elsewhere")
    channel = foreign.create_text_channel("general")
    role = foreign.create_role("Keepers", permissions=discord.Permissions.all())
    eve = foreign.add_member(world.env.create_user("eve"), roles=[role])
    own = await eve.slash(channel, "ask", question=BIRDS)
    more = await world.click(eve, own, "More")
    theirs = await world.click(world.bo, reply, "More")
    assert more.response is not None
    stored = world.env.backend.get_message(more.response.channel_id, more.response.id)
    forged = next(c for c in world.components(theirs) if c.get("label") == "Delete")["custom_id"]
    for row in stored.components[0]["components"][1:]:
        for button in row["components"]:
            if button["label"] == "Delete":
                button["custom_id"] = forged
    refused = await world.click(eve, more, "Delete")

    assert world.words(refused) == say("not-yours", "en")
    assert len(world.public()) == 1
    assert len(await world.rows()) == 2


async def test_role_of_the_same_name_gives_nothing(world: World) -> None:
    twin = world.guild.create_role("Keepers", permissions=discord.Permissions(manage_messages=True))
    mallory = world.member("mallory", twin)
    result = await mallory.slash(world.channel, "pause")
    kept = await world.moderator.slash(world.channel, "pause")

    assert world.words(result) == say("moderators-only", "en")
    assert world.words(kept) == say("paused-now", "en")


async def test_paused_channel_is_silent_until_it_is_resumed(world: World) -> None:
    await world.moderator.slash(world.channel, "pause")
    assert await world.mention(world.ada, BIRDS) is None
    thread = world.thread(world.channel)
    assert await world.mention(world.ada, BIRDS, thread) is None
    asked = await world.ada.slash(world.channel, "ask", question=BIRDS)
    assert asked.ephemeral
    assert world.words(asked) == say("paused", "en")
    assert await world.rows() == []
    resumed = await world.moderator.slash(world.channel, "resume")
    again = await world.moderator.slash(world.channel, "resume")

    assert world.words(resumed) == say("resumed", "en")
    assert world.words(again) == say("not-paused", "en")
    assert await world.mention(world.ada, BIRDS) is not None
    assert world.public() != []


async def test_pause_for_minutes_ends_by_itself(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    result = await world.moderator.slash(world.channel, "pause", minutes=10)
    assert "<t:" in world.words(result)
    await world.env.advance_time(9 * 60)
    assert await world.mention(world.ada, BIRDS) is None
    # The end of a pause is kept, too.
    await world.restart(new_bot())
    assert await world.mention(world.ada, BIRDS) is None
    await world.env.advance_time(2 * 60)

    assert await world.mention(world.ada, BIRDS) is not None


async def test_private_answer_opened_before_a_pause_cannot_be_shown_in_it(world: World) -> None:
    own = await world.ada.slash(world.channel, "ask", question=BIRDS, private=True)
    more = await world.click(world.ada, own, "More")
    form = await world.click(world.ada, more, "Follow up")
    await world.moderator.slash(world.channel, "pause")
    refused = await world.click(world.ada, more, "Show to everyone")
    asked = await world.ada.submit_modal(form, {"question": "and what is replied?"})

    assert world.words(refused) == say("paused", "en")
    assert world.words(asked) == say("paused", "en")
    assert world.public() == []


async def test_owner_of_the_application_claims_a_home_and_nobody_else(world: World) -> None:
    guild = world.env.create_guild("New")
    channel = guild.create_text_channel("general")
    boss = guild.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    owner, other = (
        guild.add_member(world.env.create_user(name), roles=[boss]) for name in ("owner", "other")
    )
    about = world.bot.application
    assert about is not None
    about.owner = owner.user  # type: ignore[assignment]
    refused = await other.slash(channel, "setup", topic="raft")
    assert world.words(refused) == say("setup-claim", "en")
    assert world.bot.places.home("raft") is None
    claimed = await owner.slash(channel, "setup", topic="raft")
    assert "A raft" in world.words(claimed)
    taken = await other.slash(channel, "setup")

    home = world.bot.places.home("raft")
    assert home is not None
    assert home.guild == str(guild.id)
    # Now it is a home like any other, and the other guild's topic stays where it is.
    assert "A raft" in world.words(taken)
    bridge = world.bot.places.home("bridge")
    assert bridge is not None
    assert bridge.guild == str(world.guild.id)


async def test_home_by_the_operators_setting(
    world: World, new_bot: Callable[[], RejoinderBot], settings: Settings
) -> None:
    bot = new_bot()
    bot.settings = settings.model_copy(update={"discord_home": world.guild.id})
    await world.restart(bot)
    result = await world.manager.slash(world.channel, "setup", topic="raft")

    assert "A raft" in world.words(result)
    assert world.bot.places.topics_at(world.guild.id) == ["bridge", "raft"]
    # With two topics at home here, the panel's first menu changes between them.
    switched = await world.manager.select(
        result.response, [world.options(result)[0]["value"]], custom_id=menu(world, result, 0)  # type: ignore[arg-type]
    )  # fmt: skip
    assert "A bridge over the river" in world.words(switched)


async def test_guild_that_throws_the_bot_out_is_forgotten(world: World) -> None:
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()

    assert world.bot.places.channels("bridge") == []


async def test_commands_are_not_sent_again_unless_they_change(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    await world.restart(new_bot())

    assert not world.sent("PUT", "/commands")


async def test_alert_tells_the_office_where_and_not_what(world: World) -> None:
    question = "can I sue the council over the bridge"
    reply = await world.mention(world.ada, question)
    assert reply is not None
    [alert] = world.public(world.office)

    assert reply.jump_url in alert
    assert question not in alert
    assert "ada" not in alert
    assert str(world.ada.id) not in alert
    assert "please ask a lawyer" in world.words(reply)
    [row] = await world.rows()
    assert row.outcome == "boundary"


async def test_alert_for_a_command_links_its_answer(world: World) -> None:
    result = await world.ada.slash(world.channel, "ask", question="can I sue the council")
    hidden = await world.bo.slash(
        world.channel, "ask", question="should I take the town to court", private=True
    )
    first, second = world.public(world.office)

    assert result.response is not None
    assert result.response.message.jump_url in first
    assert hidden.ephemeral
    # A private answer has no link that others could follow: the channel must do.
    assert f"/{world.guild.id}/{world.channel.id}" in second
    assert str(hidden.response.id if hidden.response else 0) not in second


async def test_no_alert_without_an_office_or_from_direct_messages(world: World) -> None:
    await world.ada.user.send_dm("can I sue the council over the bridge")
    home = world.bot.places.home("bridge")
    assert home is not None
    await world.bot.places.save_home(replace(home, moderator_channel=None))
    await world.mention(world.ada, "can I sue the council over the bridge")

    assert world.public(world.office) == []


async def test_boundary_that_asks_for_no_alert_gives_none(world: World) -> None:
    home = world.bot.places.home("bridge")
    assert home is not None
    await world.bot.places.save_home(replace(home, topic="raft"))
    await world.bot.places.set_channels("raft", world.guild.id, {str(world.other.id)})
    reply = await world.mention(world.ada, "can I swim across the river", world.other)

    assert reply is not None
    assert "no advice on swimming" in world.words(reply)
    [row] = await world.rows()
    assert (row.topic, row.outcome) == ("raft", "boundary")
    assert world.public(world.office) == []


async def test_office_that_was_deleted_does_not_spoil_the_answer(world: World) -> None:
    world.env.backend.delete_channel(world.office.id)
    reply = await world.mention(world.ada, "can I sue the council over the bridge")

    assert reply is not None
    assert "please ask a lawyer" in world.words(reply)
    world.failures = {"gone"}


async def test_alerts_of_one_channel_are_limited(world: World) -> None:
    for _ in range(7):
        await world.mention(world.ada, "can I sue the council over the bridge")

    assert len(world.public()) == 7
    assert len(world.public(world.office)) == 5
