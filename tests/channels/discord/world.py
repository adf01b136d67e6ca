"""The world that the bot's tests act in, and what they look at in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import discord
from simcord import (
    ChannelHandle,
    Env,
    HttpLogEntry,
    InteractionResult,
    ResponseMessage,
    UserHandle,
)
from simcord.actors import MemberActor
from simcord.backend.models import AllowedMentions

from benchmarks.discord_double.limits import problems
from bot.channels.discord.bot import RejoinderBot
from bot.querylog import Feedback, QueryFilter, QueryRow
from bot.querylog.places import Home

from . import openapi

Person = MemberActor | UserHandle
Seen = discord.Message | ResponseMessage | InteractionResult
TOPIC = "bridge"
PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True,
    read_message_history=True,
)  # fmt: skip


class World:
    """A home guild with a public ``channel``, one that is not set up, and the moderators' office.

    ``manager`` may manage the guild, ``moderator`` has the moderator role, ``ada``, ``bo`` and
    ``cy`` are members. ``locales`` are people's languages, by id; ``installed`` are those who use
    the bot as an app of their own; in ``groups`` are the direct messages with several people.
    ``failures`` are the kinds of errors that a test means to happen. ``longer`` is added to what
    people write.
    """

    def __init__(self, bot: RejoinderBot) -> None:
        # A busy machine may take long over what a command does; the bot's own timers are longer.
        self.env = Env(bot, settle_timeout=10.0)
        self.locales: dict[int, str] = {}
        self.installed: set[int] = set()
        self.groups: set[int] = set()
        self.failures: set[str] = set()
        self.longer = ""
        self._bots = [bot]

    @property
    def bot(self) -> RejoinderBot:
        """Return the bot that runs now."""
        assert isinstance(self.env.bot, RejoinderBot)
        return self.env.bot

    async def open(self) -> None:
        """Start the bot and build the guild."""
        env = self.env
        emit = env.backend.emit
        env.backend.emit = lambda event, payload: emit(event, self._shaped(event, payload))  # type: ignore[method-assign]
        await env.start()
        self.guild = env.create_guild("Home")
        self.channel = self.guild.create_text_channel("bridge-talk")
        self.other = self.guild.create_text_channel("lounge")
        self.office = self.guild.create_text_channel("office")
        self.role = self.guild.create_role(
            "Keepers", permissions=discord.Permissions(manage_messages=True)
        )
        managers = self.guild.create_role(
            "Managers", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
        )
        self.manager = self.member("manager", managers)
        self.moderator = self.member("moderator", self.role)
        self.ada, self.bo, self.cy = (self.member(name) for name in ("ada", "bo", "cy"))
        await env.settle()
        await self.bot.places.save_home(
            Home(
                topic=TOPIC, platform="discord", guild=str(self.guild.id),
                moderator_role=str(self.role.id), moderator_channel=str(self.office.id),
            )
        )  # fmt: skip
        await self.bot.places.set_channels(TOPIC, self.guild.id, {str(self.channel.id)})
        env.backend.http_requests.clear()

    async def close(self) -> None:
        """Stop the bot."""
        self.requests = list(self.env.http_requests)
        for bot in self._bots:
            await bot.pictures.close()
        await self.env.shutdown()

    def check(self) -> None:
        """Raise where a request was bad, or something failed that was not meant to."""
        check_requests(self.requests)
        self.env.raise_errors()
        failed = {kind for bot in self._bots for kind in failures(bot)}
        assert failed == self.failures

    async def restart(self, bot: RejoinderBot) -> None:
        """Stop the bot and start another one, as a new process would."""
        self._bots.append(bot)
        await self.env.restart_bot(bot)

    def member(self, name: str, *roles: Any) -> MemberActor:
        """Return a new member of the home guild."""
        return self.guild.add_member(self.env.create_user(name), roles=list(roles))

    def quiet_channel(self) -> ChannelHandle:
        """Return a new channel in which the bot may read and not write."""
        me = self.bot.user
        assert me is not None
        denied = discord.PermissionOverwrite(send_messages=False)
        return self.guild.create_text_channel("quiet", overwrites={me: denied})

    def thread(self, parent: ChannelHandle) -> ChannelHandle:
        """Return a new thread in a channel."""
        thread = self.env.backend.create_thread(parent.id, "aside", self.ada.id)
        return ChannelHandle(self.env, self.guild, thread)

    @property
    def me(self) -> str:
        """Return the bot's mention."""
        assert self.bot.user is not None
        return self.bot.user.mention

    async def mention(
        self, who: MemberActor, words: str, channel: ChannelHandle | None = None, **more: Any
    ) -> discord.Message | None:
        """Have somebody ask by mentioning the bot; return what it replied, None for nothing."""
        channel = channel or self.channel
        before = {message.id for message in channel.history()}
        sent = await who.send(channel, f"{self.me} {words}", **more)
        return self.replies(channel, before | {sent.id})

    async def reply_without_ping(self, who: MemberActor, to: discord.Message, words: str) -> None:
        """Have somebody reply with the ping switched off."""
        self.env.backend.create_message(
            to.channel.id, who.id, words,
            reference={"channel_id": str(to.channel.id), "message_id": str(to.id)},
            allowed_mentions=AllowedMentions(replied_user=False),
        )  # fmt: skip
        await self.env.settle()

    def again(self, event: str, person: int) -> None:
        """Deliver a person's last event of a kind once more, as Discord may after a resume."""
        for kind, name, payload in reversed(list(self.env.backend.transcript)):
            if kind == "GATEWAY" and name == event and str(person) in str(payload):
                self.env.backend.emit(event, payload)
                return
        raise AssertionError(event)

    async def click(self, who: Person, seen: Seen | None, label: str) -> InteractionResult:
        """Have somebody press a button of a message, named by its label."""
        result: InteractionResult = await who.click(self._message(seen), label=label)
        return result

    async def select(self, who: Person, seen: Seen | None, *values: Any) -> InteractionResult:
        """Have somebody choose from a message's only menu."""
        result: InteractionResult = await who.select(self._message(seen), values)
        return result

    async def follow_up(self, who: Person, seen: Seen | None, words: str) -> InteractionResult:
        """Have somebody ask on by *More* and *Follow up*."""
        form = await self.click(who, await self.click(who, seen, "More"), "Follow up")
        result: InteractionResult = await who.submit_modal(form, {"question": words})
        return result

    def _message(self, seen: Seen | None) -> discord.Message | ResponseMessage:
        message = seen.response if isinstance(seen, InteractionResult) else seen
        assert message is not None
        return message

    def replies(self, channel: ChannelHandle, before: Iterable[int]) -> discord.Message | None:
        """Return the one message that is new in a channel, None where there is none."""
        known = set(before)
        fresh = [message for message in channel.history() if message.id not in known]
        assert len(fresh) < 2, [self.words(each) for each in fresh]
        return fresh[0] if fresh else None

    async def rows(self) -> list[QueryRow]:
        """Return what stands in the log, oldest first."""
        # What is written in passing, such as the time of showing, goes before this in the queue.
        nothing = Feedback(at=datetime.now(UTC), user="nobody", reason="-", event="nothing")
        await self.bot.service.log.feedback(nothing)
        return [row async for row in self.bot.service.log.queries(QueryFilter())]

    async def feedback(self) -> list[tuple[str, str | None]]:
        """Return all feedback as (reason, entry)."""
        ids = [row.id for row in await self.rows()]
        return [(f.reason, f.entry) for f in await self.bot.service.log.feedback_on(ids)]

    def components(self, seen: Seen | None) -> list[dict[str, Any]]:
        """Return all components of a message as Discord keeps them, nested ones too."""
        seen = self._message(seen)
        place = seen.channel_id if isinstance(seen, ResponseMessage) else seen.channel.id
        return list(walk(self.env.backend.get_message(place, seen.id).components))

    def words(self, seen: Seen | None) -> str:
        """Return all text of a message."""
        seen = self._message(seen)
        texts = [c["content"] for c in self.components(seen) if c.get("type") == 10]
        return "\n".join([seen.content, *texts]).strip()

    def labels(self, seen: Seen | None) -> list[str]:
        """Return the labels of a message's buttons."""
        return [c["label"] for c in self.components(seen) if c.get("type") == 2]

    def options(self, seen: Seen | None) -> list[dict[str, Any]]:
        """Return the options of a message's menu."""
        return [o for c in self.components(seen) for o in c.get("options") or ()]

    def public(self, channel: ChannelHandle | None = None) -> list[str]:
        """Return what the bot has said in a channel for all to see."""
        return [
            self.words(message)
            for message in (channel or self.channel).history()
            if message.author.id == self.env.backend.bot_user.id and not message.flags.ephemeral
        ]

    def sent(self, method: str, *parts: str) -> list[HttpLogEntry]:
        """Return the requests whose path has all these parts."""
        return [
            each
            for each in self.env.http_requests
            if each.method == method and all(part in each.path for part in parts)
        ]

    def _shaped(self, event: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        if event == "MESSAGE_CREATE" and self.longer and "content" in payload:
            # The simulator's people cannot write more than 2,000 characters; some of Discord's can.
            return {**payload, "content": payload["content"] + self.longer}
        if event != "INTERACTION_CREATE":
            return payload
        # simcord says nothing of who installed the app, and everybody speaks English.
        user = int((payload.get("user") or payload["member"]["user"])["id"])
        guild = payload.get("guild_id")
        owners = {"0": guild or "0"}
        shaped = {**payload, "locale": self.locales.get(user, "en-US")}
        if user in self.installed or user in self.groups:
            owners = {"1": str(user)}
        if user in self.groups:
            shaped["context"] = 2
        return {**shaped, "authorizing_integration_owners": owners}


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield components and all that is inside them."""
    for component in components:
        yield dict(component)
        yield from walk(component.get("components") or ())


def failures(bot: RejoinderBot) -> set[str]:
    """Return the kinds of failures that a bot has counted."""
    lines = bot.metrics.render()[0].decode().splitlines()
    found = [line for line in lines if line.startswith("rejoinder_failures_total{")]
    return {line.split('"')[1] for line in found if float(line.split()[-1]) > 0}


def check_requests(requests: Iterable[HttpLogEntry]) -> None:
    """Raise where a request would ping somebody, or breaks Discord's rules."""
    plain = []
    for each in requests:
        body = each.json
        data = body.get("data", body) if isinstance(body, dict) else {}
        files = [a["filename"] for a in data.get("attachments") or () if "filename" in a]
        plain.append(openapi.Plain(each.method, each.path, body, each.params, files))
        assert each.method in {"GET", "DELETE"} or _pings_nobody(each, data), each
    wrong = [(each.path, problems(each.method, each.path, each.json, each.names)) for each in plain]
    assert not [found for found in wrong if found[1]]
    if openapi.SPECIFICATION.is_file():
        openapi.contract().check(plain)


def _pings_nobody(request: HttpLogEntry, data: Mapping[str, Any]) -> bool:
    says = data.get("content") or data.get("components")
    if not says or (isinstance(request.json, dict) and request.json.get("type") == 9):
        return True
    allowed = data.get("allowed_mentions")
    return allowed is not None and not any(allowed.values())
