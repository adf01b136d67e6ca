"""The links by which the bot is invited, with the least permissions that it can work with."""

from __future__ import annotations

import discord

# Maps and exports are attached as files; Discord lets nobody reply to a message without being
# allowed to read the history. Answers use no embeds.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    read_message_history=True,
)


def guild_link(application_id: int) -> str:
    """Return the link that adds the bot to a guild."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


def user_link(application_id: int) -> str:
    """Return the link by which a person installs the commands for themselves, everywhere."""
    link = discord.utils.oauth_url(application_id, scopes=("applications.commands",))
    return f"{link}&integration_type=1"
