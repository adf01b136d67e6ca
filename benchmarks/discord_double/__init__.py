"""A double of Discord on this machine, to which the unmodified discord.py connects.

    async with Double(shards=2) as double:
        guild = double.guild()
        channel = guild.channel("general")
        alice = guild.member("alice", roles=[guild.role("moderators")])
        async with double.running(bot):
            asked = await alice.mention(channel, "why?")        # ends when the bot has replied
            assert "because" in asked.text
            more = await alice.click(asked.answer, "More")      # by label or custom id
            form = await alice.click(more.answer, "Follow up")
            done = await alice.submit(form, {"question": "and then?"})

Each thing that a person does is delivered at once and gives an Exchange; awaiting it waits for
the bot's answer. Without the await nothing waits. What can go
wrong: ``double.fail(route, fault)``, ``double.hang(route)`` and the methods of
``double.gateway``.
"""

from __future__ import annotations

from .commands import NotOfferedError
from .double import Double
from .exchange import Exchange, Response
from .faults import ApiError, Hang, cut, forbidden, rate_limited, server_error, unknown
from .people import Person, Server
from .record import NoAnswerError, Request
from .seams import connected_to
from .state import Channel, Message, Role

__all__ = [
    "ApiError",
    "Channel",
    "Double",
    "Exchange",
    "Hang",
    "Message",
    "NoAnswerError",
    "NotOfferedError",
    "Person",
    "Request",
    "Response",
    "Role",
    "Server",
    "connected_to",
    "cut",
    "forbidden",
    "rate_limited",
    "server_error",
    "unknown",
]
